"""Tables of results as the page shows them: one table for both languages, keys in words."""

import dataclasses
import functools
import pathlib
import re
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from stdpolicy import reports
from stdpolicy.reproduction.page.outline import Text
from stdpolicy.reproduction.page.titles import LEFT_TO_FILES, RENAMED, TITLES

Tables = dict[str, pd.DataFrame]
Linker = Callable[..., str]

_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
#: Characters that a cell may have in one line.
_LINE = 36
_CHINESE = re.compile(r"[\u3400-\u9fff]")
#: Columns whose text may look like a number and is none: 1.10 is not 1.1.
_WRITTEN = re.compile(r".*_id|.*_?key|section")


class Column(NamedTuple):
    """Heading of a column, whether it holds numbers, and whether whole sentences."""

    title: Text
    numeric: bool
    long: bool


def is_chinese(text: str) -> bool:
    """Whether there are Chinese characters in a text."""
    return bool(_CHINESE.search(text))


def _bare(markup: str) -> str:
    """Markup without its tags, for measuring."""
    return re.sub("<[^>]*>", "", markup)


class Cell(NamedTuple):
    """A cell as markup in both languages; ``value`` where what is shown is a rounded number."""

    en: str
    zh: str
    value: str = ""

    @property
    def wide(self) -> bool:
        """Whether it is too long to stand in one line; Chinese characters are twice as wide."""
        return any(
            len(t) + len(_CHINESE.findall(t)) > _LINE for t in map(_bare, (self.en, self.zh))
        )

    @property
    def chinese(self) -> bool:
        """Whether it is Chinese in either language, such as a quote."""
        return self.en == self.zh and is_chinese(self.en)


@dataclasses.dataclass(frozen=True)
class Shown:
    """A table on the page."""

    name: str
    title: Text
    columns: list[Column]
    rows: list[list[Cell]]


def read(path: pathlib.Path) -> pd.DataFrame:
    """A table of results with the types that its cells allow; keys and sections stay text."""
    raw = pd.read_csv(path, dtype="string", keep_default_na=False)
    return raw.apply(_typed) if len(raw) else raw


def _typed(cells: pd.Series) -> pd.Series:
    filled = cells[cells != ""]
    if set(filled) <= {"true", "false"} and len(filled):
        return cells.map({"true": True, "false": False}).astype("boolean")
    if not _WRITTEN.fullmatch(str(cells.name)) and all(map(_NUMBER.fullmatch, filled)):
        return pd.to_numeric(cells.replace("", pd.NA)).astype("float64")
    return cells.replace("", pd.NA)


def show(path: pathlib.Path, tables: Tables, link: Linker) -> Shown:
    """A table of results for the page.

    Columns that are empty in every row are left out, and so are those that only the file needs.

    Parameters
    ----------
    path : path
        A CSV file of results.
    tables : dict of pandas.DataFrame
        With the vocabularies.
    link : callable
        As :func:`linker` makes it.
    """
    frame = read(path).rename(columns=RENAMED.get(path.stem, {}))
    gone = LEFT_TO_FILES.get(path.stem, set())
    kept = [c for c in frame if c not in gone and (frame[c].notna().any() or frame.empty)]
    frame = frame[kept]
    names = list(dict.fromkeys(_base(name, frame) for name in frame))
    sides = {}
    for language in ("en", "zh"):
        own = [n if n in frame else f"{n}_{language}" for n in names]
        sides[language] = reports.show(frame[own], tables, language)
    titles = zip(sides["en"].frame.columns, sides["zh"].frame.columns, strict=True)
    texts = sides["en"].frame.fillna("").astype(str)
    columns = [
        Column(Text(*title), sides["en"].numeric[i], bool((texts.iloc[:, i].str.len() > 60).any()))
        for i, title in enumerate(titles)
    ]
    cells = [_cells(frame, n, i, sides, link) for i, n in enumerate(names)]
    title = Text(*TITLES.get(path.stem, (path.stem, path.stem)))
    return Shown(path.stem, title, columns, [list(row) for row in zip(*cells, strict=True)])


def _base(name: str, frame: pd.DataFrame) -> str:
    """Name of a column without its language, where the other language has one too."""
    stem, _, language = str(name).rpartition("_")
    other = {"en": "zh", "zh": "en"}.get(language)
    return stem if other and f"{stem}_{other}" in frame else str(name)


def _cells(
    frame: pd.DataFrame,
    name: str,
    at: int,
    sides: dict[str, reports.ShownTable],
    link: Linker,
) -> list[Cell]:
    texts = [sides[language].frame.iloc[:, at].fillna("").astype(str) for language in ("en", "zh")]
    if sides["en"].numeric[at]:
        raw = ["" if pd.isna(value) else f"{value:.12g}" for value in frame[name]]
        return [Cell(a, b, "" if r == a else r) for a, b, r in zip(*texts, raw, strict=True)]
    if name == "doc_id":
        keys = frame[name].fillna("").astype(str)
        return [Cell(link(a, k), link(b, k)) for a, b, k in zip(*texts, keys, strict=True)]
    return [Cell(link(a), link(b)) for a, b in zip(*texts, strict=True)]


def _anchor(text: str, place: str) -> str:
    return Markup('<a href="#{}">{}</a>').format(place, text) if place else escape(text)


def linker(links: dict[str, str], whole: dict[str, str]) -> Linker:
    """A function that escapes a text and makes links of the keys in it.

    Its second argument names the key that all of the text stands for. Keys of ``whole`` become
    links only where they are all of a cell.
    """
    keys = "|".join(re.escape(key) for key in sorted(links, key=len, reverse=True)) or "(?!)"
    # E0094-E0033 is two keys; sd-2018-pilot.t1 is not a part of sd-2018-pilot.t14.
    pattern = re.compile(rf"(?<![A-Za-z0-9_.])({keys})(?![A-Za-z0-9_]|[.-][a-z])")

    @functools.cache
    def link(text: str, key: str = "") -> str:
        if key or text in whole:
            return _anchor(text, links.get(key, "") if key else whole[text])
        parts = pattern.split(text)
        return Markup("").join(
            _anchor(part, links[part]) if place % 2 else escape(part)
            for place, part in enumerate(parts)
        )

    return link
