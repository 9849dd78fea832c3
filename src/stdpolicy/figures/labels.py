"""Texts in figures: cut, folded, numbers as promised, and a figure with nothing to draw."""

import re
import unicodedata
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from stdpolicy.figures.style import DOUBLE, new_figure
from stdpolicy.gap import encoding, words

#: A word, or a Chinese character, with the signs and spaces behind it: what a line may end with.
_PIECE = re.compile(
    r"(?:[\u3400-\u9fff]|[^\s\u3400-\u9fff]+?(?=[\s\u3400-\u9fff]|$))[，。；、：）]*\s*"
)


def text_width(text: str) -> int:
    """Width of a text in Latin characters; Chinese ones take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shortened(text: str, width: int) -> str:
    """A text cut to a width, with a sign of it."""
    if text_width(text) <= width:
        return text
    while text_width(text) > width - 1:
        text = text[:-1]
    return text.rstrip(" ,，（、") + "…"


def folded(text: str, width: int) -> str:
    """A text in lines of a width."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and text_width((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\n".join([*lines, line.rstrip()])


def unit_after(unit: str, language: str) -> str:
    """The unit behind a number; English counts without a classifier."""
    if language == "en" and encoding.unit(unit) == ("count", 1.0):
        return ""
    return unit if language == "zh" or unit == "%" else f" {unit}"


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


def nothing(title: str, text: str = "") -> Figure:
    """A figure that says that there is nothing to draw."""
    figure = new_figure(DOUBLE, 0.6)
    figure.suptitle(title, x=0.01, ha="left")
    if text:
        figure.text(0.01, 0.1, folded(text, 150), fontsize=7)
    return figure
