"""Making the runs that are wanted: those that an earlier one will not do for, side by side."""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import shutil
import sys
from collections.abc import Iterator, Sequence

from stdpolicy.errors import StdpolicyError, UsageError
from stdpolicy.files import sha256, write_bytes
from stdpolicy.parallel import Cluster, Terms
from stdpolicy.reproduction import manifest
from stdpolicy.reproduction.notebooks import imports_of
from stdpolicy.reproduction.reuse import Inputs, Plan, Record, plain, versions, why
from stdpolicy.reproduction.run import Job, Result
from stdpolicy.reproduction.store import Store
from stdpolicy.reproduction.workers import Away, Kind, Runner, Workers

#: Folders below the folder of a run that hold results and nothing else.
OUTPUTS = ("figures", "reports")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a plan.

    ``state`` is ``done``, ``kept`` (an earlier run does for it), ``failed`` or ``left`` (it has to
    be run, and was not asked for); ``reasons`` say why it had to be run.
    """

    plan: Plan
    state: str
    reasons: tuple[str, ...]
    seconds: float = 0.0
    error: str | None = None


def make(
    plans: Sequence[Plan],
    root: pathlib.Path,
    data: pathlib.Path | None = None,
    *,
    processes: int | None = None,
    workers: Kind = "auto",
    force: bool = False,
    only: Sequence[str] | None = None,
    scheduler: str | None = None,
) -> list[Outcome]:
    """Make runs and put their results below a folder, with a manifest of what made what.

    Parameters
    ----------
    plans : sequence of Plan
    root : path
        Takes the results and the manifest.
    data : path, optional
        Folder with the tables; the packaged ones without it.
    processes : int, optional
        Notebooks run at once; one per processor without it.
    workers : str
        See :class:`stdpolicy.reproduction.workers.Workers`.
    force : bool
        Whether to run what an earlier run would do for.
    only : sequence of str, optional
        Names of the plans that may be run; all without it.
    scheduler : str, optional
        Address or scheduler file of a Dask cluster whose workers run them; they have to see the
        same files under the same paths.

    Returns
    -------
    list of Outcome
        One per plan. Results of failed runs are not put in place; what an earlier one had made
        stays.

    Raises
    ------
    DataError
        When the tables have faults; no notebook is run then.
    UsageError
        When the folder cannot be written to, the manifest in it was edited, or the cluster does not
        fit.
    StdpolicyError
        When two runs make the same file with another content, or processes end unexpectedly.
    """
    root = root.resolve()
    inputs = Inputs(root, data)
    store = Store(root)
    with store.alone():
        asked = {plan.name for plan in plans} if only is None else {*only}
        earlier = _earlier(root, force)
        found = _found(plans, inputs, store, earlier, asked if force else set())
        wanted = [plan for plan in plans if found[plan.name][0] and plan.name in asked]
        outcomes, records = {}, {name: record for name, (_, record) in found.items()}
        uses = {plan.notebook: imports_of(plan.notebook) for plan in plans}
        tables_matter = data is not None or any("stdpolicy" in names for names in uses.values())
        if tables_matter and not wanted:
            check_data(data, inputs, store)
        if wanted:
            number = min(processes or os.cpu_count() or 1, len(wanted))
            modules = dict.fromkeys(n for plan in wanted for n in uses[plan.notebook])
            # Modules of this package load in the run, where it shows which ones it uses.
            early = [name for name in modules if name.split(".")[0] != "stdpolicy"]
            with (
                Away(_cluster(scheduler, store, wanted, data))
                if scheduler
                else Workers(number, workers, early)
            ) as pool:
                if tables_matter:
                    check_data(data, inputs, store)
                manifest.prepare()
                jobs = [job(plan, store.stage(i), data) for i, plan in enumerate(wanted)]
                for plan, result in _shown(pool, jobs, wanted):
                    if result.error is None:
                        record = _record(plan, result, inputs)
                        store.keep(plan, result.job.folder, record)
                        records[plan.name] = record
                    state = "done" if result.error is None else "failed"
                    reasons = tuple(found[plan.name][0])
                    outcomes[plan.name] = Outcome(
                        plan, state, reasons, result.seconds, result.error
                    )
        for plan in plans:
            if plan.name not in outcomes:
                reasons = tuple(found[plan.name][0])
                outcomes[plan.name] = Outcome(plan, "left" if reasons else "kept", reasons)
        good = [records[p.name] for p in plans if outcomes[p.name].state in ("done", "kept")]
        _agree(good)
        # What a run has made that failed now, or was left, stays as it is.
        made = {name for name, outcome in outcomes.items() if outcome.state == "done"}
        planned = {plan.name for plan in plans}
        replaced = [r for r in earlier if r.name in made or r.name not in planned]
        if good and (replaced or any(record in good for record in store.kept().values())):
            stay = [r for r in earlier if r not in replaced and r not in good]
            told = sorted(
                [*good, *(r for r in stay if _consistent(r, good))],
                key=lambda r: [plan.name for plan in plans].index(r.name),
            )
            store.publish(good, stay, replaced, manifest.MANIFEST, manifest.to_text(told))
    return [outcomes[plan.name] for plan in plans]


def _earlier(root: pathlib.Path, force: bool) -> list[Record]:
    """Runs that the manifest tells of; force goes on where it cannot be read."""
    try:
        return manifest.read(root / manifest.MANIFEST)
    except UsageError:
        if force:
            return []
        raise


def _found(
    plans: Sequence[Plan], inputs: Inputs, store: Store, earlier: list[Record], forced: set[str]
) -> dict[str, tuple[list[str], Record]]:
    """For every plan why it has to be run, and the earlier run that will do for it otherwise."""
    waiting = store.kept()
    published = {record.name: record for record in earlier}
    found = {}
    for plan in plans:
        reasons, best = ["it is forced"], published.get(plan.name)
        if plan.name not in forced:
            known = best.results if best else {}
            now = {name: sha256(inputs.root / name) for name in known}
            reasons = why(plan, best, inputs, now)
            if reasons and plan.name in waiting:
                held = waiting[plan.name]
                now = {name: sha256(store.waiting(held, name)) for name in held.results}
                if not why(plan, held, inputs, now):
                    reasons, best = [], held
        found[plan.name] = (reasons, best)
    return found  # type: ignore[return-value]


def job(plan: Plan, stage: pathlib.Path, data: pathlib.Path | None) -> Job:
    """The run of a plan in a folder of its own."""
    if data is not None and "data" in plan.parameters:
        # Named from the folder of the run, since the executed copy tells its parameters.
        place = stage / "data"
        try:
            place.symlink_to(data.resolve(), target_is_directory=True)
        except OSError:  # not every system lets one
            shutil.copytree(data, place)
    return Job(plan.notebook.resolve(), plan.parameters, stage / plan.copy, stage, plan.language)


def _record(plan: Plan, result: Result, inputs: Inputs) -> Record:
    stage = result.job.folder
    made = {
        plan.prefix + path.relative_to(stage).as_posix(): sha256(path)
        for folder in OUTPUTS
        for path in sorted((stage / folder).rglob("*"))
        if path.is_file()
    }
    taken = {name: inputs.hash(name, plan.notebook) for name in inputs.of(result)}
    return Record(plan.name, plan.source, plain(plan.parameters), taken, versions(), made)


def _consistent(record: Record, good: list[Record]) -> bool:
    """Whether an earlier run can be told of beside others: of each thing there is one version."""
    return all(
        mine.get(name, value) == value
        for other in good
        for mine, theirs in (
            (record.inputs, other.inputs),
            (record.versions, other.versions),
            (record.results, other.results),
        )
        for name, value in theirs.items()
    )


def _agree(records: list[Record]) -> None:
    """Two runs may make the same table (one per language); they must agree to the byte."""
    made: dict[str, tuple[str, str]] = {}
    for record in records:
        for name, digest in record.results.items():
            other, before = made.setdefault(name, (record.name, digest))
            if before != digest:
                raise StdpolicyError(
                    f"{name} comes out of {other} and of {record.name} with another content; "
                    "what both write must not depend on the language or another parameter"
                )


def check_data(data: pathlib.Path | None, inputs: Inputs, store: Store) -> None:
    """Check the tables, unless the same tables were found to be good before.

    Raises
    ------
    DataError
        When they have faults.
    """
    names = ["src/stdpolicy/validation.py", "src/stdpolicy/schema.py", "src/stdpolicy/dates.py"]
    files = sorted((data or inputs.data).glob("*.csv"))
    digests = [inputs.hash(name, pathlib.Path()) for name in (*names, "data/datapackage.json")]
    digests += [f"{path.name} {sha256(path)}" for path in files]
    seal = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    note = store.folder / "checked"
    with contextlib.suppress(OSError):
        if note.read_text(encoding="utf-8") == seal:
            return
    from stdpolicy.errors import DataError
    from stdpolicy.validation import check

    faults = check(data)
    if len(faults):
        raise DataError(faults)
    write_bytes(note, seal.encode())


def _cluster(
    scheduler: str, store: Store, plans: Sequence[Plan], data: pathlib.Path | None
) -> Cluster:
    """A cluster whose workers can run the plans, and be told of like our own."""
    seen = {plan.notebook.resolve() for plan in plans} | ({data.resolve()} if data else set())
    return Cluster(scheduler, Terms(environment, tuple(sorted(seen)), store.folder))


def environment() -> dict[str, str]:
    """Versions on which runs depend, and places by which records tell what was read."""
    inputs = Inputs(pathlib.Path.cwd(), None)
    code = sorted(inputs.package.rglob("*.py"))
    told = "".join(
        f"{path.relative_to(inputs.package).as_posix()} {sha256(path)}\n" for path in code
    )
    return versions() | {
        "stdpolicy": hashlib.sha256(told.encode()).hexdigest()[:16],
        "folder of stdpolicy": str(inputs.package),
        "folder of packages": str(inputs.site),
        "home folder": str(pathlib.Path.home()),
    }


def _shown(pool: Runner, jobs: list[Job], plans: list[Plan]) -> Iterator[tuple[Plan, Result]]:
    """Results with a progress display: a bar in a terminal, lines elsewhere."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread of its own
    terminal = sys.stderr.isatty()
    with tqdm(total=len(jobs), unit="notebook", disable=not terminal) as bar:
        for number, (at, result) in enumerate(pool.run(jobs), start=1):
            plan = plans[at]
            state = "failed" if result.error else "done"
            bar.update()
            if terminal:
                bar.set_postfix_str(f"{plan.name} {state}")
            else:
                line = f"[{number}/{len(jobs)}] {plan.name} {state} {result.seconds:.1f} s"
                print(line, file=sys.stderr, flush=True)
            yield plan, result


def explain(outcomes: Sequence[Outcome]) -> str:
    """Why each run was made or kept, a line each and a line for every reason."""
    lines = []
    for outcome in outcomes:
        lines.append(f"{outcome.plan.name}: {outcome.state}")
        lines += [f"  {reason}" for reason in outcome.reasons]
    return "\n".join(lines)


def refuse_unknown(names: Sequence[str], plans: Sequence[Plan]) -> list[str]:
    """Names of the plans that are meant by names, numbers or stems of notebooks.

    Raises
    ------
    UsageError
        When a name means none of them.
    """
    meant = []
    for name in names:
        mine = [
            plan.name
            for plan in plans
            if name in (plan.name, plan.notebook.name, plan.notebook.stem)
            or plan.notebook.stem.startswith(f"{name}_")
        ]
        if not mine:
            known = ", ".join(dict.fromkeys(plan.notebook.stem for plan in plans))
            raise UsageError(f"there is no notebook {name!r}; the notebooks are {known}")
        meant += mine
    return meant
