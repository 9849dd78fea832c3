"""What the page holds and in which order, as the manifest and the executed notebooks have it."""

import ast
import dataclasses
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from markupsafe import Markup, escape

from stdpolicy.errors import UsageError
from stdpolicy.reproduction.manifest import MANIFEST
from stdpolicy.reproduction.notebooks import LANGUAGES, read_notebook


class Text(NamedTuple):
    """A text in both languages; one of them is empty where nobody has it."""

    en: str
    zh: str


#: A text that nobody has.
NOTHING = Text("", "")


class Item(NamedTuple):
    """A figure or a table of results, by its name."""

    kind: str
    name: str


class Prose(NamedTuple):
    """A heading of a notebook (level 1, 2 ...) or a paragraph (level 0), as markup."""

    level: int
    text: Text


@dataclasses.dataclass
class Chapter:
    """A notebook on the page. Without a key: what no notebook is known to have made."""

    key: str
    title: Text
    blocks: list[Prose | Item]


class _Step(NamedTuple):
    """A code cell of an executed notebook: text above it, what it saves, titles of its figures."""

    prose: list[tuple[int, str]]
    saves: list[tuple[str, str]]
    titles: dict[str, str]


#: Where outputs of each kind lie: folder, suffix, and the call in a notebook that makes them.
_KINDS = {
    "figure": (r"figures/(?:en|zh)/([^/]+)\.png", "save"),
    "table": (r"reports/tables/([^/]+)\.csv", "save_table"),
}


def items(root: pathlib.Path) -> list[Item]:
    """All figures and tables of results below a folder, by name."""
    figures = {path.stem for path in root.glob("figures/*/*.png") if path.parent.name in LANGUAGES}
    tables = {path.stem for path in root.glob("reports/tables/*.csv")}
    return [
        *(Item("figure", n) for n in sorted(figures)),
        *(Item("table", n) for n in sorted(tables)),
    ]


def outline(root: pathlib.Path) -> tuple[list[Chapter], dict[str, Text]]:
    """Chapters in the order of the notebooks, and the titles that the figures were drawn with.

    Which notebook made a file is read from the manifest; where it does not say, from the calls in
    the executed notebooks. Every figure and table is in one chapter, whatever is missing.
    """
    books = {
        key: {language: _steps(root, language, key) for language in LANGUAGES}
        for key in sorted({path.stem for path in root.glob("reports/notebooks/*/*.ipynb")})
    }
    makers = _makers(root)
    chapters: dict[str, list[Item]] = {key: [] for key in sorted({*books, *makers.values()})}
    for item in items(root):
        maker = makers.get(item) or next((k for k in books if _place(books[k], item)), "")
        chapters.setdefault(maker, []).append(item)
    titles: dict[str, dict[str, str]] = {}
    for book in books.values():
        for language, steps in book.items():
            for step in steps:
                for name, title in step.titles.items():
                    titles.setdefault(name, {})[language] = title
    made = [_chapter(key, books.get(key, {}), held) for key, held in chapters.items()]
    return (
        [chapter for chapter in made if any(isinstance(b, Item) for b in chapter.blocks)],
        {name: Text(told.get("en", ""), told.get("zh", "")) for name, told in titles.items()},
    )


def _chapter(key: str, book: dict[str, list[_Step]], held: list[Item]) -> Chapter:
    title = Text(key or "Other results", key or "其他结果")
    blocks: list[Prose | Item] = []
    left = sorted(held, key=lambda item: (_place(book, item) or _LAST, item))
    count = max(map(len, book.values()), default=0)
    for number in range(count):
        for level, text in _pairs(*(_at(book, language, number) for language in LANGUAGES)):
            if level == 1:
                title = text
            else:
                blocks.append(Prose(level, text))
        while left and (_place(book, left[0]) or _LAST)[0] == number:
            blocks.append(left.pop(0))
    return Chapter(key, title, [*_spared(blocks), *left])


def _spared(blocks: list[Prose | Item]) -> Iterator[Prose | Item]:
    """Blocks without headings and paragraphs behind which no figure or table comes.

    They speak of what the notebook shows and does not save. The opening paragraphs always stay.
    """
    kept: list[Prose | Item] = []
    opening = True
    for block in blocks:
        if isinstance(block, Prose) and block.level:
            above = (b for b in kept if isinstance(b, Prose))
            kept = [b for b in above if 0 < b.level < block.level]
        opening = opening and isinstance(block, Prose) and not block.level
        kept.append(block)
        if isinstance(block, Item) or opening:
            yield from kept
            kept = []


def _at(book: dict[str, list[_Step]], language: str, number: int) -> list[tuple[int, str]]:
    steps = book.get(language, [])
    return steps[number].prose if number < len(steps) else []


def _pairs(en: list[tuple[int, str]], zh: list[tuple[int, str]]) -> Iterator[tuple[int, Text]]:
    """Texts side by side where the two copies agree in structure, one after the other else."""
    if [level for level, _ in en] == [level for level, _ in zh]:
        for (level, one), (_, other) in zip(en, zh, strict=True):
            yield level, Text(one, other)
        return
    yield from ((level, Text(one, "")) for level, one in en)
    yield from ((level, Text("", other)) for level, other in zh)


# --- executed notebooks ---------------------------------------------------------------------------

#: Behind every place in a notebook.
_LAST = (10**6, 0)


def _place(book: dict[str, list[_Step]], item: Item) -> tuple[int, int] | None:
    """Number of the code cell that saves an item, and whether by its full name or by a pattern."""
    places = []
    for steps in book.values():
        for number, step in enumerate(steps):
            for kind, pattern in step.saves:
                if kind == item.kind and re.fullmatch(pattern, item.name):
                    places.append((pattern != re.escape(item.name), number))
    return min(places)[::-1] if places else None


def _steps(root: pathlib.Path, language: str, key: str) -> list[_Step]:
    """Code cells of an executed copy; none where it is missing or no notebook."""
    try:
        cells = read_notebook(root / "reports" / "notebooks" / language / f"{key}.ipynb").cells
    except UsageError:
        return []
    steps: list[_Step] = []
    above: list[tuple[int, str]] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            above += _markup(cell.source)
        elif cell.cell_type == "code":
            titles = dict(_titles(cell.get("outputs", [])))
            steps.append(_Step(above, list(_saves(cell.source)), titles))
            above = []
    return steps


def _titles(outputs: list[Any]) -> Iterator[tuple[str, str]]:
    """Names and titles of the figures that a cell showed, as a saved figure prints itself."""
    for output in outputs:
        shown = output.get("data", {})
        if "image/png" in shown:
            name, sign, title = str(shown.get("text/plain", "")).partition(": ")
            if sign:
                yield name, title


def _saves(source: str) -> Iterator[tuple[str, str]]:
    """Kind and name (as a pattern) of what a cell saves; a part not written out matches all."""
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:  # a command of the notebook, not of Python
        return
    kinds = {call: kind for kind, (_, call) in _KINDS.items()}
    for call in calls:
        called = call.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in kinds and len(call.args) > 1:
            given = call.args[1]
            parts = given.values if isinstance(given, ast.JoinedStr) else [given]
            texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
            yield kinds[name], "".join(re.escape(t) if isinstance(t, str) else ".+" for t in texts)


def _markup(source: str) -> list[tuple[int, str]]:
    """Headings and paragraphs of a text cell; bold, code and nothing else of Markdown."""
    found: list[tuple[int, str]] = []
    for paragraph in re.split(r"\n\s*\n", source.strip()):
        line = " ".join(paragraph.split())
        text = line.lstrip("#")
        safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text.strip())))
        found.append((len(line) - len(text), Markup(re.sub(r"`(.+?)`", r"<code>\1</code>", safe))))
    return found


# --- the manifest ---------------------------------------------------------------------------------


def _makers(root: pathlib.Path) -> dict[Item, str]:
    """Notebook of each figure and table by the manifest; nothing where it cannot be read.

    Of the manifest only this is used: an action of type ``CreateAction`` has a notebook among its
    ``instrument`` and files in its ``result``.
    """
    try:
        document = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    graph = _listed(document.get("@graph")) if isinstance(document, dict) else []
    makers = {}
    for entity in (e for e in graph if isinstance(e, dict)):
        if "CreateAction" not in _listed(entity.get("@type")):
            continue
        books = [i for i in _identifiers(entity.get("instrument")) if i.endswith(".ipynb")]
        for result in _identifiers(entity.get("result")) if books else []:
            for kind, (pattern, _) in _KINDS.items():
                if match := re.fullmatch(pattern, result):
                    makers[Item(kind, match[1])] = pathlib.PurePosixPath(books[0]).stem
    return makers


def _identifiers(value: Any) -> list[str]:
    """Identifiers of one entity or a list of them, without a leading ``./``."""
    named = (v.get("@id", "") if isinstance(v, dict) else str(v) for v in _listed(value))
    return [unquote(name).removeprefix("./") for name in named]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
