"""Figure of the means by which plans work."""

import itertools
from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stdpolicy.figures.labels import folded, shortened, text_width
from stdpolicy.figures.layout import Rows, above, headline, lines, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREEN,
    GREY,
    HEAD,
    LIGHT,
    ORANGE,
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
_SIDES = [(BLUE, ""), (ORANGE, "//"), (GREEN, "..")]
#: Greatest share of a wide page that labels take, and inches of a line of a head.
_LABELS, _LINE = 0.24, 0.14


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
    plans = {
        doc: name
        for doc, name in document_names(tables, language).items()
        if (units["doc_id"] == doc).any()
    }
    title = headline(_message(units, names, language), room)
    rows = Rows(room, 6.6)
    wide = room.points * (1 if room.narrow else 1 - _LABELS) / len(plans) - 8
    sizes = units["doc_id"].value_counts()
    heads = [folded(f"{name} (n = {sizes[doc]})", wide, HEAD) for doc, name in plans.items()]
    tall = max(map(lines, heads))
    figure = new_figure(room, above(title) + _LINE * tall + 0.15 + rows.step * (len(order) + 0.2))
    panels = figure.subplots(1, len(plans), squeeze=False)[0]
    shares = {
        doc: units[units["doc_id"] == doc]["instrument"].value_counts(normalize=True)
        for doc in plans
    }
    longest = max(float(share.max()) for share in shares.values())
    # Room behind the longest bar for its number.
    most = longest * wide / (wide - text_width("000") - 4)
    looks = dict(zip(dict.fromkeys(tops.values()), itertools.cycle(_SIDES), strict=False))
    for axes, doc, head in zip(panels, plans, heads, strict=True):
        own = units[units["doc_id"] == doc]
        _draw(axes, own, order, looks, rows)
        axes.set_title(head, loc="left", linespacing=1.2)
        axes.set_xlim(0, most)
    said = [
        names.get(key, key) if side else "\u2002" * (not room.narrow) + names.get(key, key)
        for key, side in order
    ]
    said = [shortened(text, _LABELS * room.points) for text in said] if not room.narrow else said
    rows.label(panels[0], said)
    for axes in panels[1:]:
        axes.set_ylim(panels[0].get_ylim())
        axes.set_yticks([])
    put_headline(figure, title)
    return figure


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
                          va="center_baseline", fontsize=HEAD)  # fmt: skip
            if level and not rows.page.narrow:
                axes.axhline(level - 0.55, color=LIGHT, linewidth=0.6)
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
    # On a narrow page labels of the first panel run across the others.
    axes.patch.set_visible(False)


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
