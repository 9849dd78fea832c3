"""Figure of the means by which plans work."""

import itertools
from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from stdpolicy.figures.labels import folded, shortened, text_width
from stdpolicy.figures.layout import Rows, above, headline, lines, nothing, put_headline
from stdpolicy.figures.marks import plans_left_out
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    TEXT,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.instruments import sides

Tables = dict[str, pd.DataFrame]

#: Colour and hatch of each side, in the order of the vocabulary.
SIDES = [(BLUE, ""), (ORANGE, "//"), (GREEN, "..")]
#: Greatest share of a wide page that labels take, and inches of a line of a head.
_LABELS, _LINE = 0.24, 0.12
#: Points between panels, and those that a panel needs.
_GAP, _LEAST = 4, 42


@styled
def instrument_mix(
    units: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw by which instruments each document works.

    Parameters
    ----------
    units : pandas.DataFrame
        As :func:`stdpolicy.instruments.coded` gives them.
    tables : dict of pandas.DataFrame
        With ``instruments`` and ``documents``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A column per document, a bar per instrument: its share of the document's tasks and
        mechanisms, with their number; above the instruments of each side the share of the side.
        Instruments that no document uses have their row too.
    """
    room = page(preset)
    if units.empty:
        return nothing(pick(language, "No means are coded", "没有编码的政策工具"), room)
    vocabulary = tables["instruments"]
    names = label_of(vocabulary, language)
    tops = sides(vocabulary)
    order = list(_rows(vocabulary, units, tops))
    plans, left = _shown(units, document_names(tables, language), room)
    message = _message(units, names, language)
    if left:
        message += "\n" + plans_left_out(left, language).strip()
    title = headline(message, room)
    rows = Rows(room, 6.6)
    wide = _width(room) / len(plans) - _GAP
    sizes = units["doc_id"].value_counts()
    heads = [
        f"{folded(name, wide)}\n" + pick(language, f"(n = {sizes[doc]})", f"（{sizes[doc]} 项）")
        for doc, name in plans.items()
    ]
    tall = max(map(lines, heads))
    figure = new_figure(room, above(title) + _LINE * tall + 0.15 + rows.step * (len(order) + 0.2))
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)  # which new_figure gives
    engine.set(w_pad=_GAP / 72 / 2, wspace=0)
    panels = figure.subplots(1, len(plans), squeeze=False)[0]
    longest = max(
        float(own["instrument"].value_counts(normalize=True).max())
        for doc, own in units.groupby("doc_id")
        if doc in plans
    )
    # Room behind the longest bar for its number.
    most = longest * wide / (wide - text_width(str(len(units))) - 4)
    looks = dict(zip(dict.fromkeys(tops.values()), itertools.cycle(SIDES), strict=False))
    for axes, doc, head in zip(panels, plans, heads, strict=True):
        _draw(axes, units[units["doc_id"] == doc], order, looks, rows)
        axes.set_title(head, loc="left", linespacing=1.2, fontsize=TEXT)
        axes.set_xlim(0, most)
    said = [names.get(key, key) for key, _ in order]
    rows.label(panels[0], said if room.narrow else [shortened(s, _label(room)) for s in said])
    for text in panels[0].texts:
        text.set_in_layout(False)
    for axes in panels[1:]:
        axes.set_ylim(panels[0].get_ylim())
        axes.set_yticks([])
    put_headline(figure, title)
    return figure


def _label(room: Page) -> float:
    """Points that labels left of the panels may take."""
    return _LABELS * room.points


def _width(room: Page) -> float:
    """Points that all panels take."""
    return room.points if room.narrow else room.points - _label(room)


def _shown(units: pd.DataFrame, names: dict[str, str], room: Page) -> tuple[dict[str, str], int]:
    """The documents that fit on the page, those with the most units first, and how many do not."""
    sizes = units["doc_id"].value_counts()
    most = set(sizes.index[: int(_width(room) // _LEAST)])
    return {doc: names[doc] for doc in names if doc in most}, len(sizes) - len(most)


def _rows(
    vocabulary: pd.DataFrame, units: pd.DataFrame, tops: dict[str, str]
) -> Iterator[tuple[str, bool]]:
    """Keys of sides and of their instruments in the order of the vocabulary, and which is which."""
    used = set(units["instrument"])
    for side in dict.fromkeys(tops.values()):
        below = [key for key in vocabulary["key"] if tops[key] == side and key != side]
        # What is coded to a side as a whole stands below it like an instrument.
        if side in used:
            below = [side, *below]
        if below:
            yield side, True
            yield from ((key, False) for key in below)


def _draw(
    axes: Axes,
    own: pd.DataFrame,
    order: list[tuple[str, bool]],
    looks: dict[str, tuple[str, str]],
    rows: Rows,
) -> None:
    counts, wholes = own["instrument"].value_counts(), own["side"].value_counts()
    current = ""
    for level, (key, is_side) in enumerate(order):
        if is_side:
            current = key
            text = f"{100 * wholes.get(key, 0) / len(own):.0f}%"
            axes.annotate(text, (0, level), xytext=(2, 0), textcoords="offset points",
                          va="center_baseline")  # fmt: skip
            half = 0.7 * rows.thick if rows.page.narrow else 0.5
            axes.axhspan(level - half, level + half, color=LIGHT, linewidth=0, zorder=0)
            continue
        count = int(counts.get(key, 0))
        colour, hatch = looks[current]
        if count:
            axes.barh(level, count / len(own), height=rows.thick, color=colour, hatch=hatch,
                      edgecolor="white", linewidth=0.5)  # fmt: skip
        axes.annotate(
            str(count), (count / len(own), level), xytext=(2, 0), textcoords="offset points",
            va="center_baseline", color=BLACK if count else GREY,
        )  # fmt: skip
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    if rows.page.narrow:
        # Labels of the first panel run across the others.
        axes.patch.set_visible(False)
        axes.spines["left"].set_visible(False)


def _message(units: pd.DataFrame, names: dict[str, str], language: str) -> str:
    shares = units["side"].value_counts(normalize=True)
    parts = pick(language, ", ", "、").join(
        f"{100 * share:.0f}% {names.get(side, side)}" if language == "en"
        else f"{names.get(side, side)} {100 * share:.0f}%"
        for side, share in shares.items()
    )  # fmt: skip
    first = units["instrument"].value_counts()
    common = names.get(first.index[0], first.index[0])
    return pick(
        language,
        f"Instruments of {len(units)} tasks and mechanisms: {parts}; "
        f"most often {common} ({first.iloc[0]})",
        f"{len(units)} 项任务与机制所用工具：{parts}，最多的是{common}（{first.iloc[0]} 项）",
    )
