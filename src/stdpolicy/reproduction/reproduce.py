"""Running every notebook in every language, and recording what made what."""

import multiprocessing
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from tqdm import tqdm

from stdpolicy import schema
from stdpolicy.errors import DataError, StdpolicyError, UsageError
from stdpolicy.files import write_bytes
from stdpolicy.reproduction.manifest import MANIFEST, write_manifest
from stdpolicy.reproduction.notebooks import LANGUAGES, list_notebooks
from stdpolicy.reproduction.run import Job, Result, attempt
from stdpolicy.validation import check

#: Folders below the output folder that hold results and nothing else.
OUTPUTS = ("figures", "reports")


def project_folder() -> pathlib.Path:
    """Root of the checkout the package runs from, or the working directory when installed."""
    root = pathlib.Path(__file__).resolve().parents[3]
    inside = (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir()
    return root if inside else pathlib.Path.cwd()


def reproduce(
    output: pathlib.Path | None = None,
    data: pathlib.Path | None = None,
    processes: int | None = None,
) -> list[Result]:
    """Check the data, run every notebook in Chinese and English, put the results in place.

    Parameters
    ----------
    output : path, optional
        Folder that takes ``figures/``, ``reports/`` and the manifest; the checkout without it.
    data : path, optional
        Folder with the tables; the packaged ones without it.
    processes : int, optional
        Notebooks run at once; one per processor without it.

    Returns
    -------
    list of Result
        One per run, in the order of the notebooks. Results of failed runs are not put in place;
        what an earlier run had made stays.

    Raises
    ------
    DataError
        When the tables have faults; no notebook is run then.
    UsageError
        When there are no notebooks.
    """
    faults = check(data)
    if len(faults):
        raise DataError(faults)
    notebooks = list_notebooks()
    if not notebooks:
        raise UsageError("there are no notebooks to run")
    root = (output or project_folder()).resolve()
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".stdpolicy-", dir=root) as scratch:
        stages = {
            (book, language): pathlib.Path(scratch) / f"{book.stem}.{language}"
            for book in notebooks
            for language in LANGUAGES
        }
        jobs = [_job(book, language, stage, data) for (book, language), stage in stages.items()]
        results = list(_run_all(jobs, processes or os.cpu_count() or 1))
        results.sort(key=lambda result: jobs.index(result.job))
        made = _collect(results, list(stages.values()))
        for name in sorted(made):
            write_bytes(root / name, made[name].read_bytes())
        if all(result.error is None for result in results):
            _clear(root, set(made))
            write_manifest(root, _origins(results, list(stages.values())), data)
    return results


def _job(book: pathlib.Path, language: str, stage: pathlib.Path, data: pathlib.Path | None) -> Job:
    stage.mkdir()
    # Paths below the working folder, since the executed copy records its parameters.
    parameters = {"language": language, "output": "."}
    if data is not None:
        (stage / "data").mkdir()
        for table in schema.tables().values():
            shutil.copy(data / table.file, stage / "data")
        parameters["data"] = "data"
    target = stage / "reports" / "notebooks" / language / book.name
    return Job(book, parameters, target, stage, language)


def _run_all(jobs: list[Job], processes: int) -> Iterator[Result]:
    """Run jobs side by side with a progress display: a bar in a terminal, lines elsewhere."""
    context = multiprocessing.get_context("spawn")
    terminal = sys.stderr.isatty()
    with (
        ProcessPoolExecutor(min(processes, len(jobs)), mp_context=context) as pool,
        tqdm(total=len(jobs), unit="notebook", disable=not terminal) as bar,
    ):
        for number, future in enumerate(
            as_completed([pool.submit(attempt, job) for job in jobs]), start=1
        ):
            result = future.result()
            state = "failed" if result.error else "done"
            line = (
                f"[{number}/{len(jobs)}] {result.job.notebook.stem} {result.job.language} "
                f"{state} {result.seconds:.1f} s"
            )
            bar.update()
            if terminal:
                bar.set_postfix_str(f"{result.job.notebook.stem} {result.job.language} {state}")
            else:
                print(line, file=sys.stderr, flush=True)
            yield result


def _files(stage: pathlib.Path) -> Iterator[tuple[str, pathlib.Path]]:
    """Results below the working folder of a run, by name."""
    for folder in OUTPUTS:
        for path in sorted((stage / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(stage).as_posix(), path


def _collect(results: list[Result], stages: list[pathlib.Path]) -> dict[str, pathlib.Path]:
    """Files of the runs that went well, by their name below the root.

    Two runs may make the same table (one per language); they must agree to the byte.
    """
    made: dict[str, pathlib.Path] = {}
    for result, stage in zip(results, stages, strict=True):
        if result.error:
            continue
        for name, path in _files(stage):
            if name in made and made[name].read_bytes() != path.read_bytes():
                raise StdpolicyError(
                    f"{result.job.notebook.name} made {name} twice with different content; "
                    "a table must not depend on the language"
                )
            made.setdefault(name, path)
    return made


def _origins(results: list[Result], stages: list[pathlib.Path]) -> list[dict[str, Any]]:
    """For each run its notebook, parameters and the files that it made."""
    return [
        {
            "notebook": result.job.notebook,
            "parameters": {"language": result.job.language},
            "files": [name for name, _ in _files(stage)],
        }
        for result, stage in zip(results, stages, strict=True)
    ]


def _clear(root: pathlib.Path, made: Iterable[str]) -> None:
    """Remove results of notebooks or figures that are no more."""
    kept = {root / name for name in made}
    for folder in OUTPUTS:
        for path in sorted((root / folder).rglob("*"), reverse=True):
            if path.is_file() and path not in kept and path.name != "index.html":
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                shutil.rmtree(path)


def summary(results: list[Result], root: pathlib.Path) -> str:
    """What was made, in words."""
    failed = [result for result in results if result.error]
    lines = [result.error for result in failed if result.error]
    counts = {
        kind: sum(1 for _ in (root / folder).rglob(f"*.{suffix}"))
        for kind, folder, suffix in (
            ("figures", "figures", "pdf"),
            ("tables", "reports/tables", "csv"),
            ("notebooks", "reports/notebooks", "ipynb"),
        )
    }
    lines.append(
        f"{len(results) - len(failed)} of {len(results)} runs done; in {root}: "
        + ", ".join(f"{count} {kind}" for kind, count in counts.items())
        + (f", {MANIFEST}" if not failed else "; the manifest was left as it was")
    )
    return "\n".join(lines)
