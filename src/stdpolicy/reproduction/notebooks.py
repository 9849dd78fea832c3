"""The notebooks: where they are, which parameters they take, and a form without chance in it."""

import ast
import copy
import json
import pathlib
from typing import Any

from stdpolicy import schema
from stdpolicy.errors import UsageError

LANGUAGES = ("en", "zh")

#: Metadata of a notebook that does not change from run to run.
_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook_folder() -> pathlib.Path:
    """Folder of the notebooks: inside the installed package, or ``notebooks/`` of a checkout."""
    here = pathlib.Path(schema.__file__).resolve().parent
    inside = here / "notebooks"
    return inside if inside.is_dir() else here.parents[1] / "notebooks"


def list_notebooks() -> list[pathlib.Path]:
    """All notebooks in order of their names."""
    return sorted(notebook_folder().glob("[0-9]*.ipynb"))


def find_notebook(name: str) -> pathlib.Path:
    """A notebook by path, by file name or by its number (``02``).

    Raises
    ------
    UsageError
        When there is none, or more than one; the message lists the notebooks.
    """
    path = pathlib.Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    every = list_notebooks()
    wanted = [p for p in every if p.name == path.name or p.stem == name]
    wanted = wanted or [p for p in every if p.stem.startswith(f"{name}_")]
    if len(wanted) != 1:
        known = ", ".join(p.stem for p in every) or "none"
        raise UsageError(f"there is no notebook {name!r}; the notebooks are {known}")
    return wanted[0]


def read_notebook(path: pathlib.Path) -> Any:
    """Read a notebook as nbformat does.

    Raises
    ------
    UsageError
        When the file is not a notebook.
    """
    import nbformat  # here, since looking at a notebook should not take that long

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise UsageError(f"{path} cannot be read as a notebook ({error})") from error


def code_cells(path: pathlib.Path) -> list[tuple[str, list[str]]]:
    """Source and tags of the code cells."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [
            ("".join(cell["source"]), cell.get("metadata", {}).get("tags", []))
            for cell in cells
            if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise UsageError(f"{path} cannot be read as a notebook ({what})") from error


#: What the package imports for most notebooks that use it.
_OF_THE_PACKAGE = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.backends.backend_svg",
    "pandas",
    "PIL.PngImagePlugin",
    "seaborn",
)


def imports_of(path: pathlib.Path) -> list[str]:
    """Modules that a notebook imports; with this package also what most of its modules import."""
    found: dict[str, None] = {}
    for source, _ in code_cells(path):
        try:
            lines = list(ast.walk(ast.parse(source)))
        except SyntaxError:  # a magic, or a mistake that the run will tell of
            continue
        for line in lines:
            names = [alias.name for alias in line.names] if isinstance(line, ast.Import) else []
            if isinstance(line, ast.ImportFrom) and line.module and not line.level:
                names = [line.module]
            found |= dict.fromkeys(names)
            if any(name.split(".")[0] == "stdpolicy" for name in names):
                found |= dict.fromkeys(("stdpolicy", *_OF_THE_PACKAGE))
    return list(found)


def parameters_of(path: pathlib.Path) -> dict[str, Any]:
    """Names and defaults of a notebook's parameters, from the cell tagged ``parameters``.

    The cell is read, not run: each of its lines gives a name a plain value.

    Raises
    ------
    UsageError
        When no cell has the tag, or it holds anything but plain values.
    """
    for source, tags in code_cells(path):
        if "parameters" in tags:
            return _plain_values(path, source)
    raise UsageError(f"{path.name} has no cell tagged 'parameters'; tag the one with the defaults")


def _plain_values(path: pathlib.Path, source: str) -> dict[str, Any]:
    wrong = "the parameters cell of {} holds {!r}; each line there is NAME = VALUE, without code"
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise UsageError(wrong.format(path.name, (error.text or source).strip())) from error
    values = {}
    for line in lines:
        names = line.targets if isinstance(line, ast.Assign) else []
        try:
            if len(names) != 1 or not isinstance(names[0], ast.Name):
                raise ValueError
            values[names[0].id] = ast.literal_eval(line.value)  # type: ignore[attr-defined]
        except ValueError as error:
            raise UsageError(wrong.format(path.name, ast.unparse(line))) from error
    return values


def check_parameters(path: pathlib.Path, given: dict[str, Any]) -> None:
    """Refuse parameters that the notebook does not have, or values of another type.

    Raises
    ------
    UsageError
        Naming the parameter and the ones that exist.
    """
    known = parameters_of(path)
    for name, value in given.items():
        if name not in known:
            names = ", ".join(f"{k} ({v!r})" for k, v in known.items())
            raise UsageError(
                f"{path.name} has no parameter {name!r}; its parameters and defaults are {names}"
            )
        default = known[name]
        if default is not None and type(value) is not type(default):
            raise UsageError(
                f"parameter {name} of {path.name} is {type(default).__name__} "
                f"({default!r} by default), not {value!r}"
            )


def convert(path: pathlib.Path, name: str, text: str) -> Any:
    """A parameter given as text on the command line, as the type of its default.

    Raises
    ------
    UsageError
        When the notebook has no such parameter or the text is not of that type.
    """
    known = parameters_of(path)
    if name not in known:
        check_parameters(path, {name: text})
    default = known[name]
    if isinstance(default, bool):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise UsageError(f"parameter {name} of {path.name} is true or false, not {text!r}")
    if isinstance(default, int | float):
        try:
            return type(default)(text)
        except ValueError:
            kind = "a whole number" if isinstance(default, int) else "a number"
            raise UsageError(f"parameter {name} of {path.name} is {kind}, not {text!r}") from None
    return text


def normalise(notebook: Any, language: str | None = None) -> Any:
    """An executed notebook without what changes from run to run.

    Times, versions of the runner, paths, identifiers and execution counts of no meaning are
    dropped or made regular. With a language, the text cells of other languages (tagged ``en`` or
    ``zh``) are dropped too.
    """
    import nbformat

    out = copy.deepcopy(notebook)
    out.metadata = nbformat.from_dict(copy.deepcopy(_KERNEL))
    others = {tag for tag in LANGUAGES if language and tag != language}
    out.cells = [c for c in out.cells if not others & set(c.metadata.get("tags", []))]
    count = 0
    for index, cell in enumerate(out.cells):
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        cell.id = f"cell-{index:02d}"
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    return out


def to_text(notebook: Any) -> str:
    """A notebook as the text of its file."""
    import nbformat

    return str(nbformat.writes(notebook)) + "\n"
