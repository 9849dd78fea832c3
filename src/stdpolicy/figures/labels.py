"""Texts in figures: measured, cut, folded, and numbers as promised."""

import functools
import re
from typing import Any

import pandas as pd
from matplotlib import ft2font

from stdpolicy.figures.style import TEXT, font_path, label_of, pick
from stdpolicy.gap import encoding, words

_SIGNS = "，。；：、！？（）“”《》"
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
#: What a line may end with: a word, a Chinese character or a number with its Chinese unit, with
#: what may not begin a line behind it and what may not end one before it.
_LATIN = rf"[^ {_WIDE}“”]+?"
_PIECE = re.compile(
    rf"[（“《]*(?:{_LATIN}(?<=\d)[ ][{_WIDE}]|[{_WIDE}]|{_LATIN}(?=[ {_WIDE}“”]|$))"
    r"[，。；：、！？）”》…]*[ ]*"
)
#: Where a Chinese line ends best, unless much of it were left empty.
_PAUSE = re.compile(r"(?<=[，。；：])(?=.)")
_FULL = 0.6


@functools.cache
def _face() -> Any:
    return ft2font.FT2Font(str(font_path()))


@functools.lru_cache(maxsize=2**14)
def _line_width(line: str, size: float) -> float:
    face = _face()
    face.set_size(size, 72)
    face.set_text(line, 0, flags=ft2font.LoadFlags.NO_HINTING)
    return float(face.get_width_height()[0] / 64)


def text_width(text: str, size: float = TEXT) -> float:
    """Width of a text of one or more lines in points."""
    return max(_line_width(line, size) if line else 0.0 for line in text.split("\n"))


def shortened(text: str, width: float, size: float = TEXT) -> str:
    """A text cut to a width in points, with a sign of it."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip(" ,;:，；：（“、") + "…"


def folded(text: str, width: float, size: float = TEXT) -> str:
    """A text in lines of a width in points."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and text_width((line + piece).rstrip(), size) > width:
            ends = [match.start() for match in _PAUSE.finditer(line)]
            end = ends[-1] if ends and ends[-1] >= _FULL * len(line) else len(line)
            lines.append(line[:end].rstrip())
            line = line[end:]
        line += piece
    return "\n".join([*lines, line.rstrip()])


def unfolded(text: str) -> str:
    """A folded text in one line; a space parts all but Chinese characters and their signs."""
    joints = rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])|(?<=[{_SIGNS}])\n|\n(?=[{_SIGNS}])"
    return re.sub(joints, "", text).replace("\n", " ")


def unit_after(unit: str, language: str) -> str:
    """The unit behind a number; English counts without a classifier."""
    if language == "en" and encoding.unit(unit) == ("count", 1.0):
        return ""
    return unit if unit == "%" else f" {unit}"


def promised(row: Any, language: str) -> str:
    """The number promised, with the sign of its bound and its unit."""
    low, high = row.value_low, row.value_high
    if row.bound == "at_most" or pd.isna(low):
        number = f"≤{words.number(high)}"
    elif row.bound == "range":
        number = f"{words.number(low)}–{words.number(high)}"
    else:
        sign = {"at_least": "≥", "approx": "≈"}.get(row.bound, "")
        number = f"{sign}{words.number(low)}"
    return number + unit_after(row.unit, language)


def counted(row: Any, tables: dict[str, pd.DataFrame], language: str) -> str:
    """What a target counts, with its field."""
    name = str(label_of(tables["indicators"], language).get(row.indicator, row.indicator))
    if row.domain == "all":
        return name
    field = label_of(tables["domains"], language).get(row.domain, row.domain)
    return name + pick(language, f", {field}", f"（{field}）")


def promise_in_words(row: Any, tables: dict[str, pd.DataFrame], language: str) -> str:
    """The number promised, with what is counted and in which field."""
    number, text = promised(row, language), counted(row, tables, language)
    return pick(language, f"{number} {text}", f"{text} {number}")
