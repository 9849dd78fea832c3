"""Figure of when the promises fall due."""

import itertools
from collections.abc import Collection, Iterable

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stdpolicy import promises
from stdpolicy.figures.layout import Key, above, headline, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    ORANGE,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

_GROUND = "#EEEEEE"
#: Colour, colour of the number, and words of each kind of promise.
KINDS = {
    "target": (BLUE, "white", "targets with a number", "数字目标"),
    "deliverable": (ORANGE, BLACK, "deliverables", "可验证事项"),
}


@styled
def promise_calendar(tables: Tables, language: str = "en", preset: str = DEFAULT) -> Figure:
    """Draw when the promises of each plan fall due.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.deadlines` takes them (``targets``, ``deliverables``), with
        ``documents``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One row per plan on an axis of years; the bar is the plan's period, the boxes count
        numeric targets and other deliverables due in a year.
    """
    room = page(preset)
    table = promises.deadlines(tables)
    every = document_names(tables, language)
    names = {doc: name for doc, name in every.items() if doc in set(table["doc_id"])}
    documents = tables["documents"].set_index("doc_id")
    spans = {
        doc: [int(documents.loc[doc, column][:4]) for column in ("period_start", "period_end")]
        for doc in names
        if documents.loc[doc, ["period_start", "period_end"]].notna().all()
    }
    if not names:
        return nothing(pick(language, "No promise falls due", "没有到期的承诺"), room)
    title = headline(_message(table, spans, language), room)
    marks = [(Patch(color=colour), pick(language, en, zh)) for colour, _, en, zh in KINDS.values()]
    ground = Patch(color=_GROUND), pick(language, "period of the plan", "规划期")
    key = Key(room, [*marks, ground])
    band = 0.58 if room.narrow else 0.45
    figure = new_figure(room, above(title) + key.height + 0.3 + band * len(names))
    axes = figure.subplots()
    edges = [year for span in spans.values() for year in span]
    years, place = year_axis(table["year"].astype(int), edges)
    shift = 0.17 if room.narrow else 0.21
    middle = 0.16 if room.narrow else 0.0  # room for the name above the bar
    for level, doc in enumerate(names):
        if doc in spans:
            ends = [place[spans[doc][0]] - 0.5, place[spans[doc][1]] + 0.5]
            below, over = level + middle - 2.05 * shift, level + middle + 2.05 * shift
            axes.fill_between(ends, below, over, color=_GROUND, linewidth=0)
        for row in table[table["doc_id"] == doc].itertuples():
            colour, ink, *_ = KINDS[row.kind]
            sign = -1 if row.kind == "target" else 1
            axes.text(
                place[row.year], level + middle + sign * shift, str(row.promises), ha="center",
                va="center", color=ink,
                bbox={"boxstyle": "square,pad=0.25", "fc": colour, "ec": "none"},
            )  # fmt: skip
        if room.narrow:
            axes.annotate(
                names[doc], (0, level - 0.22), xycoords=axes.get_yaxis_transform(), va="bottom"
            )
    mark_years(axes, years, place)
    axes.set_yticks(range(len(names)), [""] * len(names) if room.narrow else list(names.values()))
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True)
    put_headline(figure, title)
    key.put(figure)
    return figure


def year_axis(due: Iterable[int], edges: Collection[int]) -> tuple[list[int], dict[int, int]]:
    """Years and their places on an axis, from years of deadlines and first and last ones of plans.

    Years outside the plans without a deadline are passed over, with a gap.
    """
    covered = set(range(min(edges, default=0), max(edges, default=-1) + 1))
    years = sorted(covered | set(due))
    place: dict[int, int] = {}
    for year in years:
        skipped = bool(place) and year - max(place) > 1
        place[year] = max(place.values(), default=-1) + 1 + skipped
    return years, place


def mark_years(axes: Axes, years: list[int], place: dict[int, int]) -> None:
    """Write the years below the axes, and a sign where some are passed over."""
    axes.set_xlim(-0.5, max(place.values()) + 0.5)
    axes.set_xticks(list(place.values()), [str(year) for year in place])
    for before, after in itertools.pairwise(years):
        if after - before > 1:
            gap = (place[before] + place[after]) / 2
            axes.annotate(
                "…", (gap, 0), xycoords=axes.get_xaxis_transform(), ha="center", xytext=(0, -6),
                textcoords="offset points", va="center",
            )  # fmt: skip


def _message(table: pd.DataFrame, spans: dict[str, list[int]], language: str) -> str:
    at_end = 0
    for doc, (_, last) in spans.items():
        due = (table["doc_id"] == doc) & (table["year"] == last)
        at_end += int(table.loc[due, "promises"].sum())
    total = max(int(table["promises"].sum()), 1)
    return pick(
        language,
        f"{at_end / total:.0%} of {total} promises fall due in the last year of their plan",
        f"{total} 项承诺中 {at_end / total:.0%} 在规划末年到期",
    )
