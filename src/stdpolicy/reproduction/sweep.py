"""One notebook over a grid of parameters, with the tables of all runs put together."""

import csv
import hashlib
import io
import itertools
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from stdpolicy.errors import UsageError
from stdpolicy.files import write_text
from stdpolicy.reproduction.notebooks import LANGUAGES, convert, parameters_of
from stdpolicy.reproduction.reuse import Plan
from stdpolicy.reproduction.runs import Outcome, make
from stdpolicy.reproduction.workers import Kind

Grid = Mapping[str, Sequence[Any]]

_TABLES = "reports/tables/"


def parse_grid(notebook: pathlib.Path, texts: Sequence[str]) -> dict[str, list[Any]]:
    """A grid given as ``name=value,value`` on the command line, with the types of the defaults.

    Raises
    ------
    UsageError
        When a text has no values, or the notebook no such parameter.
    """
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, sign, values = text.partition("=")
        if not sign:
            raise UsageError(
                f"--grid {text!r} has no values; write NAME=VALUE,VALUE, as in language=zh,en"
            )
        for value in values.split(","):
            converted = convert(notebook, name.strip(), value.strip())
            if converted not in grid.setdefault(name.strip(), []):
                grid[name.strip()].append(converted)
    return grid


def plans(notebook: pathlib.Path, grid: Grid, data: bool = False) -> list[Plan]:
    """A plan for every combination of the values of a grid, the last parameter changing fastest.

    Raises
    ------
    UsageError
        When the grid is empty or names a parameter that the sweep itself sets.
    """
    if not grid:
        raise UsageError("the grid is empty; name parameters, as in --grid language=zh,en")
    known = parameters_of(notebook)
    for name in grid:
        if name in ("output", "data"):
            raise UsageError(f"{name} is set by the sweep; leave it out of the grid")
        if name not in known:
            names = ", ".join(known)
            raise UsageError(f"{notebook.name} has no parameter {name!r}; it has {names}")
    common = {"output": ".", **({"data": "data"} if data else {})}
    common = {name: value for name, value in common.items() if name in known}
    out = []
    for values in itertools.product(*grid.values()):
        given = dict(zip(grid, values, strict=True))
        language = given.get("language", known.get("language"))
        out.append(
            Plan(
                ", ".join(f"{name}={value}" for name, value in given.items()),
                notebook,
                given | common,
                language if language in LANGUAGES else None,
                _folder(given),
            )
        )
    return out


def _folder(given: Mapping[str, Any]) -> str:
    """A folder for a combination: its values, with a hash where a name cannot hold them."""
    plain = ",".join(f"{name}={value}" for name, value in given.items())
    safe = re.sub(r"[^\w=,.-]+|\.{2,}", "-", plain)[:80].strip(".")
    if safe != plain:
        safe += "-" + hashlib.sha256(plain.encode("utf-8")).hexdigest()[:8]
    return f"{safe}/"


def sweep(
    notebook: pathlib.Path,
    grid: Grid,
    output: pathlib.Path | None = None,
    data: pathlib.Path | None = None,
    processes: int | None = None,
    *,
    force: bool = False,
    workers: Kind = "auto",
    scheduler: str | None = None,
) -> list[Outcome]:
    """Run a notebook with every combination of parameters, and put its tables together.

    Parameters
    ----------
    notebook : path
    grid : mapping of str to sequence
        Values for each parameter.
    output : path, optional
        Takes a folder for each combination with what it made, ``tables/`` with each table over all
        combinations (its rows after the parameters that gave them), ``runs.csv`` (the parameters,
        ``state`` and ``error`` of every run) and the manifest; ``sweeps/NOTEBOOK`` without it.
    data, processes, force, workers
        As for :func:`stdpolicy.reproduction.reproduce.reproduce`.
    scheduler : str, optional
        Address or scheduler file of a Dask cluster whose workers run the notebooks; they have to
        see the same files under the same paths. The results are the same.

    Returns
    -------
    list of Outcome
        One per combination. Runs that an earlier sweep will do for are kept.

    Raises
    ------
    UsageError, DataError
        As :func:`stdpolicy.reproduction.reproduce.reproduce`, and when the grid does not fit.
    """
    root = (output or pathlib.Path("sweeps") / notebook.stem).resolve()
    wanted = plans(notebook, grid, data is not None)
    outcomes = make(
        wanted,
        root,
        data,
        processes=processes,
        workers=workers,
        force=force,
        scheduler=scheduler,
    )
    combinations = list(itertools.product(*grid.values()))
    rows = [
        [*map(_cell, values), "failed" if outcome.error else "done", outcome.error or ""]
        for values, outcome in zip(combinations, outcomes, strict=True)
    ]
    _write(root / "runs.csv", [*grid, "state", "error"], rows)
    _put_together(root, list(grid), combinations, outcomes)
    return outcomes


def _cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _put_together(
    root: pathlib.Path,
    names: list[str],
    combinations: list[tuple[Any, ...]],
    outcomes: list[Outcome],
) -> None:
    """Write each table over all combinations whose run went well; columns as they first occur."""
    headers: dict[str, list[str]] = {}
    bodies: dict[str, list[dict[str, str]]] = {}
    for values, outcome in zip(combinations, outcomes, strict=True):
        if outcome.error:
            continue
        given = dict(zip((f"parameter_{n}" for n in names), map(_cell, values), strict=True))
        folder = root / outcome.plan.prefix / _TABLES
        for path in sorted(folder.rglob("*.csv")):
            name = path.relative_to(folder).as_posix()
            with path.open(encoding="utf-8", newline="") as stream:
                table = csv.DictReader(stream)
                header = headers.setdefault(name, list(given))
                header += [c for c in table.fieldnames or [] if c not in header]
                bodies.setdefault(name, []).extend(given | row for row in table)
    for name, header in headers.items():
        rows = [[row.get(column, "") for column in header] for row in bodies.get(name, [])]
        _write(root / "tables" / name, header, rows)
    for path in (root / "tables").rglob("*.csv"):
        if path.relative_to(root / "tables").as_posix() not in headers:
            path.unlink()


def _write(path: pathlib.Path, header: list[str], rows: list[list[str]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([header, *rows])
    write_text(path, stream.getvalue())
