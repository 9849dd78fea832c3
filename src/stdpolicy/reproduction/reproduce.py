"""Running every notebook in every language, and recording what made what."""

import hashlib
import pathlib
from collections.abc import Sequence

from stdpolicy.errors import UsageError
from stdpolicy.files import sha256, write_text
from stdpolicy.reproduction.manifest import MANIFEST
from stdpolicy.reproduction.notebooks import LANGUAGES, list_notebooks, parameters_of
from stdpolicy.reproduction.page import PAGE, write_page
from stdpolicy.reproduction.reuse import Inputs, Plan
from stdpolicy.reproduction.runs import Outcome, make, refuse_unknown
from stdpolicy.reproduction.workers import Kind


def project_folder() -> pathlib.Path:
    """Root of the checkout the package runs from, or the working directory when installed."""
    root = pathlib.Path(__file__).resolve().parents[3]
    inside = (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir()
    return root if inside else pathlib.Path.cwd()


def find_books(folder: pathlib.Path | None) -> list[pathlib.Path]:
    """Notebooks of a folder, or the packaged ones, by name.

    Raises
    ------
    UsageError
        When there are none.
    """
    books = sorted(folder.glob("*.ipynb")) if folder else list_notebooks()
    if not books:
        raise UsageError(f"there are no notebooks to run in {folder or 'the package'}")
    return books


def plans(
    notebooks: Sequence[pathlib.Path], languages: Sequence[str] = LANGUAGES, data: bool = False
) -> list[Plan]:
    """Every notebook in every language that it can be run in.

    A notebook without the parameter ``language`` is run once. ``output`` and ``data`` are set where
    a notebook has them, the latter only for tables that are not the packaged ones.
    """
    out = []
    for book in notebooks:
        known = parameters_of(book)
        common = {"output": ".", **({"data": "data"} if data else {})}
        common = {name: value for name, value in common.items() if name in known}
        if "language" not in known:
            out.append(Plan(book.stem, book, common, None))
            continue
        for language in languages:
            given = {"language": language, **common}
            out.append(Plan(f"{book.stem} {language}", book, given, language))
    return out


def reproduce(
    output: pathlib.Path | None = None,
    data: pathlib.Path | None = None,
    processes: int | None = None,
    *,
    notebooks: pathlib.Path | None = None,
    only: Sequence[str] = (),
    force: bool = False,
    workers: Kind = "auto",
) -> list[Outcome]:
    """Check the data, run the notebooks in Chinese and English, put the results in place.

    What an earlier run made is kept where the notebook, the code and data that it used, its
    parameters, the fonts and the versions are the same.

    Parameters
    ----------
    output : path, optional
        Folder that takes ``figures/``, ``reports/`` and the manifest; the checkout without it.
    data : path, optional
        Folder with the tables; the packaged ones without it.
    processes : int, optional
        Notebooks run at once; one per processor without it.
    notebooks : path, optional
        Folder with notebooks; the packaged ones without it.
    only : sequence of str
        Names or numbers of notebooks; the others are left as they are.
    force : bool
        Whether to run what an earlier run would do for.
    workers : str
        ``fork``, ``plain`` or ``auto``; see :class:`stdpolicy.reproduction.workers.Workers`.

    Returns
    -------
    list of Outcome
        One per run, in the order of the notebooks. Results of failed runs are not put in place;
        what an earlier run had made stays.

    Raises
    ------
    DataError
        When the tables have faults; no notebook is run then.
    UsageError
        When there are no notebooks, one has no parameters, the folder cannot be written to, or its
        manifest was edited.
    """
    root = (output or project_folder()).resolve()
    every = plans(find_books(notebooks), data=data is not None)
    chosen = refuse_unknown(only, every) if only else None
    outcomes = make(
        every, root, data, processes=processes, workers=workers, force=force, only=chosen
    )
    if notebooks is None and any(outcome.state in ("done", "kept") for outcome in outcomes):
        _write_page(root, data, force)
    return outcomes


def _write_page(root: pathlib.Path, data: pathlib.Path | None, force: bool) -> None:
    """Write the page of all results, unless it was written from the same ones."""
    inputs = Inputs(root, data)
    code = sorted((inputs.package / "reproduction" / "page").glob("*.*"))
    code += [inputs.package / name for name in ("reports.py", "figures/captions.py")]
    files = [root / MANIFEST, *code, *sorted(inputs.data.glob("*.*"))]
    seal = hashlib.sha256("\n".join(map(sha256, files)).encode()).hexdigest()
    note = root / ".stdpolicy" / "page"
    page = root / PAGE
    told = f"{seal} {sha256(page)}"
    if not force and note.exists() and note.read_text(encoding="utf-8") == told:
        return
    write_page(root, data)
    write_text(note, f"{seal} {sha256(page)}")


def summary(outcomes: list[Outcome], root: pathlib.Path) -> str:
    """What was made, in words."""
    lines = [outcome.error for outcome in outcomes if outcome.error]
    counts = {
        kind: sum(1 for _ in (root / folder).rglob(f"*.{suffix}"))
        for kind, folder, suffix in (
            ("figures", "figures", "pdf"),
            ("tables", "reports/tables", "csv"),
            ("notebooks", "reports/notebooks", "ipynb"),
        )
    }
    states = [outcome.state for outcome in outcomes]
    good = states.count("done") + states.count("kept")
    said = f"{good} of {len(states)} runs done ({states.count('kept')} kept from before)"
    lines.append(
        f"{said}; in {root}: "
        + ", ".join(f"{count} {kind}" for kind, count in counts.items())
        + "".join(f", {name}" for name in (PAGE, MANIFEST) if (root / name).exists())
    )
    left = states.count("left")
    if left:
        lines.append(f"{left} runs are out of date and were not asked for")
    return "\n".join(lines)
