"""Marks of verdicts, and what several figures of the gap share."""

from typing import Any

import pandas as pd

from stdpolicy.figures.labels import counted, promised, shortened, text_width
from stdpolicy.figures.style import BLACK, BLUE, GREY, HEAD, ORANGE, VERMILION, pick

Tables = dict[str, pd.DataFrame]

#: Mark, colour and fill of each verdict; the marks differ in shape, so that grey print will do.
MARKS = {
    "met": ("o", BLUE, BLUE),
    "not_met": ("X", VERMILION, VERMILION),
    "undetermined": ("o", GREY, "white"),
    "contradictory": ("^", BLACK, ORANGE),
    "no_evidence": ("_", GREY, GREY),
}
#: The line of a promise.
DASHED: dict[str, Any] = {"color": BLACK, "linewidth": 0.9, "linestyle": (0, (3, 2))}
#: Rows that fit on a page, and how many of them a heading takes.
PAGE, _HEADING = 50, 2


def mark_style(verdict: str, size: float) -> dict[str, Any]:
    """How the mark of a verdict is drawn."""
    shape, colour, fill = MARKS[verdict]
    return {
        "marker": shape, "markersize": size, "color": colour, "markerfacecolor": fill,
        "markeredgewidth": 0.9 if fill == "white" else 0.5,
    }  # fmt: skip


def target_labels(own: pd.DataFrame, tables: Tables, language: str) -> list[str]:
    """What is counted, in which field, and the number promised."""
    return [
        f"{counted(row, tables, language)}  {promised(row, language)}" for row in own.itertuples()
    ]


def current(assessed: pd.DataFrame) -> pd.DataFrame:
    """Targets that no later version supersedes."""
    if "superseded_by" not in assessed:
        return assessed
    return assessed[assessed["superseded_by"].isna()]


def first_on_page(seen: pd.DataFrame, plans: list[str], left: int = PAGE) -> pd.DataFrame:
    """As many targets as fit on a page: the first of each plan, plans served in turn."""
    counts = {plan: int((seen["doc_id"] == plan).sum()) for plan in plans}
    shown = dict.fromkeys(plans, 0)
    while any(shown[plan] < counts[plan] for plan in plans):
        before = left
        for plan in plans:
            cost = 1 if shown[plan] else 1 + _HEADING
            if shown[plan] < counts[plan] and left >= cost:
                shown[plan] += 1
                left -= cost
        if left == before:
            break
    place = seen.groupby("doc_id", observed=True).cumcount()
    keep = [n < shown.get(plan, 0) for n, plan in zip(place, seen["doc_id"], strict=True)]
    return seen[keep]


def heading(
    name: str, plan: str, shown: pd.DataFrame, every: pd.DataFrame, language: str, width: float
) -> str:
    """Name of a plan in a width; where not all of its targets are drawn, with how many are."""
    drawn, whole = (int((frame["doc_id"] == plan).sum()) for frame in (shown, every))
    rest = ""
    if drawn < whole:
        rest = pick(language, f" (first {drawn} of {whole})", f"（{whole} 项中的前 {drawn} 项）")
    return shortened(name, width - text_width(rest, HEAD), HEAD) + rest


def plans_left_out(plans: int, language: str) -> str:
    """A sentence on plans for which the page has no room."""
    if not plans:
        return ""
    return pick(language, f"Plans not shown: {plans}. ", f"另有 {plans} 份规划未列出。")
