"""Which tables a notebook uses, read from its code and that of the functions it calls.

Nothing is run, and no list is kept by hand: a notebook that is added, or a function that begins to
use one more table, is followed by itself. Told are the tables of ``stdpolicy.load_all`` that are
taken by name on the way; what only chooses rows or labels results is no use of them.
"""

import ast
import dataclasses
import functools
import pathlib
from collections.abc import Iterable, Iterator

from stdpolicy import schema
from stdpolicy.reproduction.notebooks import code_cells

_PACKAGE = "stdpolicy"
#: Modules that name and print what others found, and so look up labels in any table.
_LABELLING = ("stdpolicy.reports", "stdpolicy.figures.names", "stdpolicy.figures.style")
#: Annotations of tables by name. A function that returns them only chooses rows: what is taken from
#: its result by name counts, what it takes itself does not.
_TABLES = ("Tables", "dict[str, pd.DataFrame]", "Mapping[str, pd.DataFrame]")

#: A function, class or constant: its module and its name.
Member = tuple[str, str]


def tables_used(notebook: pathlib.Path) -> list[str]:
    """Tables that a notebook uses, in the order of the schema.

    Parameters
    ----------
    notebook : path
        Any notebook that calls this package.

    Raises
    ------
    UsageError
        When the file is not a notebook.
    """
    found: set[str] = set()
    waiting: list[Member] = []
    names: dict[str, Member] = {}
    for source, _ in code_cells(notebook):
        try:
            cell = ast.parse(source)
        except SyntaxError:  # a magic, or a mistake that the run will tell of
            continue
        names |= _imported(cell)
        piece = _Piece(cell, names)
        found |= piece.tables
        waiting += piece.members
    seen: set[Member] = set()
    while waiting:
        member = waiting.pop()
        if member not in seen:
            seen.add(member)
            piece = _piece(member)
            found |= piece.tables
            waiting += piece.members
    return [name for name in schema.tables() if name in found]


@dataclasses.dataclass(frozen=True)
class _Module:
    """A module of the package: what its names stand for, and the code of its own ones."""

    names: dict[str, Member]
    code: dict[str, ast.stmt]


@functools.cache
def _piece(member: Member) -> "_Piece":
    """What a function, class or constant uses; nothing where it is not followed."""
    name, own = member
    module = _module(name)
    nothing = _Piece(ast.Pass(), {})
    if module is None or name in _LABELLING or own not in module.code:
        return nothing
    code = module.code[own]
    if isinstance(code, ast.FunctionDef) and _gives_tables(code):
        return nothing
    return _Piece(code, module.names)


class _Piece:
    """The tables that some code takes by name, and the members of the package that it names."""

    def __init__(self, code: ast.AST, names: dict[str, Member]):
        self._names = names
        nodes = list(ast.walk(code))
        self.members = [member for node in nodes if (member := self._member(node))]
        holders = self._holders(nodes)
        keys = [
            node.slice if isinstance(node, ast.Subscript) else node.args[0]
            for node in nodes
            if (isinstance(node, ast.Subscript) and self._hands_on(node.value, holders))
            or (isinstance(node, ast.Call) and node.args and self._takes(node.func, holders))
        ]
        known = set(_texts(keys))
        # A key that is computed may be any text at hand, with an ending as in tables[f"{name}s"].
        endings = {_ending(key) for key in keys if not isinstance(key, ast.Constant)}
        words = self._words(nodes) if endings else set()
        known |= {word + ending for word in words for ending in endings}
        self.tables = known & set(schema.tables())

    def _member(self, node: ast.AST) -> Member | None:
        """What a name or a dotted name stands for, where that is in the package."""
        if isinstance(node, ast.Name):
            known = self._names.get(node.id)
            return _found(*known) if known else None
        if isinstance(node, ast.Attribute) and (above := self._member(node.value)):
            module = ".".join(filter(None, above))
            return _found(module, node.attr) if _module(module) else None
        return None

    def _holders(self, nodes: list[ast.AST]) -> set[str]:
        """Names of the variables that hold tables by name."""
        held = {
            node.arg
            for node in nodes
            if isinstance(node, ast.arg) and node.annotation and _means_tables(node.annotation)
        }
        held.add("tables")
        for node in nodes:
            if isinstance(node, ast.Assign) and self._hands_on(node.value, held):
                held |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        return held

    def _hands_on(self, value: ast.expr, held: set[str]) -> bool:
        """Whether an expression is tables by name: a call that gives them, or a copy of them."""
        if isinstance(value, ast.IfExp):
            return self._hands_on(value.body, held) or self._hands_on(value.orelse, held)
        if isinstance(value, ast.Dict):
            inside = [v for k, v in zip(value.keys, value.values, strict=True) if k is None]
            return any(_is_held(one, held) for one in inside)
        if not isinstance(value, ast.Call):
            return _is_held(value, held)
        if isinstance(value.func, ast.Name) and value.func.id == "dict":
            return any(_is_held(one, held) for one in value.args)
        member = self._member(value.func)
        module = _module(member[0]) if member else None
        code = module.code.get(member[1]) if module and member else None
        return isinstance(code, ast.FunctionDef) and _gives_tables(code)

    def _takes(self, function: ast.expr, holders: set[str]) -> bool:
        """Whether a call takes a table by name: ``load("targets")``, ``tables.get("targets")``."""
        if isinstance(function, ast.Attribute) and function.attr == "get":
            return _is_held(function.value, holders)
        return self._member(function) == ("stdpolicy.tables", "load")

    def _words(self, nodes: list[ast.AST]) -> set[str]:
        """Every text in the code and in the constants it names, from which keys are computed."""
        words = set(_texts(nodes))
        for name, own in self.members:
            module = _module(name)
            constant = module.code.get(own) if module else None
            if isinstance(constant, ast.Assign | ast.AnnAssign):
                words |= set(_texts(ast.walk(constant)))
        return words


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _ending(key: ast.expr) -> str:
    """The text at the end of a key that is computed."""
    last = key.values[-1] if isinstance(key, ast.JoinedStr) and key.values else None
    return str(last.value) if isinstance(last, ast.Constant) else ""


def _is_held(value: ast.expr, holders: set[str]) -> bool:
    if isinstance(value, ast.Attribute):
        return value.attr == "tables"
    return isinstance(value, ast.Name) and value.id in holders


def _means_tables(annotation: ast.expr) -> bool:
    return ast.unparse(annotation) in _TABLES


def _gives_tables(function: ast.FunctionDef) -> bool:
    return function.returns is not None and _means_tables(function.returns)


# --- modules -------------------------------------------------------------------------------------


@functools.cache
def _module(name: str) -> _Module | None:
    """A module of the package, read and not imported; nothing where there is none."""
    first, *rest = name.split(".")
    if first != _PACKAGE:
        return None
    place = pathlib.Path(schema.__file__).resolve().parent.joinpath(*rest)
    files = (place / "__init__.py", place.with_suffix(".py") if rest else place)
    path = next((file for file in files if file.is_file()), None)
    if path is None:
        return None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    code: dict[str, ast.stmt] = {}
    for line in tree.body:
        if isinstance(line, ast.FunctionDef | ast.ClassDef):
            code[line.name] = line
        for target in _assigned(line):
            code[target] = line
    names = _imported(tree) | {own: (name, own) for own in code}
    return _Module(names, code)


def _assigned(line: ast.stmt) -> list[str]:
    targets = line.targets if isinstance(line, ast.Assign) else []
    targets = [line.target] if isinstance(line, ast.AnnAssign) else targets
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _imported(tree: ast.AST) -> dict[str, Member]:
    """Names that imports of the package bind, wherever they stand."""
    names: dict[str, Member] = {}
    for line in ast.walk(tree):
        if isinstance(line, ast.Import):
            for alias in line.names:
                if alias.name.split(".")[0] == _PACKAGE:
                    names[alias.asname or _PACKAGE] = (
                        alias.name if alias.asname else _PACKAGE,
                        "",
                    )
        elif isinstance(line, ast.ImportFrom) and (line.module or "").split(".")[0] == _PACKAGE:
            for alias in line.names:
                names[alias.asname or alias.name] = (str(line.module), alias.name)
    return names


def _found(module: str, name: str) -> Member:
    """Where a name of a module comes from in the end."""
    for _ in range(9):  # a name handed on through packages, or a circle of such
        there = _module(module)
        member = there.names.get(name) if there else None
        if member is None or member == (module, name):
            break
        module, name = member
    return module, name
