"""Figure of what was reported beside what was promised."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import crosswalk
from stdpolicy.figures.labels import counted, shortened, text_width
from stdpolicy.figures.layout import (
    Key,
    Rows,
    above,
    beside,
    headline,
    heads,
    nothing,
    put_headline,
)
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    HEAD,
    VERMILION,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

_DIFFERS = {
    "scope": ("scope", "范围"),
    "role": ("role", "角色"),
    "stage": ("stage", "阶段"),
    "action": ("action", "行为"),
    "window": ("time", "时间"),
}
#: Mark, colour, fill and words of a pair, by whether it is coded as comparable.
MARKS = {
    True: ("o", BLUE, BLUE, "comparable in part", "部分可比"),
    False: ("D", VERMILION, "white", "looks comparable and is not", "貌似可比而实不可比"),
}


@styled
def naive_ratios(tables: Tables, language: str = "en", preset: str = DEFAULT) -> Figure:
    """Draw reported ÷ promised for every coded pair, with what is not comparable.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.crosswalk.pairs` takes them (``crosswalk``, ``targets``, ``outcomes``,
        ``observations``), with ``documents``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One row per pair on a logarithmic axis; filled marks are pairs coded as comparable, hollow
        ones look comparable and are not; the text at the right names what differs.
    """
    room = page(preset)
    table = crosswalk.pairs(tables)
    table = table[table["naive_ratio"] > 0]
    table = table.sort_values(["doc_id", "target_id", "as_of_date"], kind="stable")
    documents = document_names(tables, language)
    plans = list(dict.fromkeys(table["doc_id"]))
    if not plans:
        return nothing(pick(language, "No figure was reported", "没有公布的数字"), room)
    title = headline(_message(table, language), room)
    key = Key(room, [(_mark(good), pick(language, *MARKS[good][3:])) for good in MARKS])
    marks = Rows(room, 3.8 if room.narrow else 5.4)
    figure = new_figure(
        room, above(title) + key.height + 0.45 + marks.step * len(table) + 0.32 * len(plans)
    )
    panels = figure.subplots(
        len(plans), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [int((table["doc_id"] == p).sum()) + 0.3 for p in plans]},
    )[:, 0]  # fmt: skip
    own = [table[table["doc_id"] == plan].reset_index(drop=True) for plan in plans]
    numbers = [[f"{r.reported:g} / {r.promised:g}" for r in rows.itertuples()] for rows in own]
    first = max(text_width(text) for texts in numbers for text in texts)
    head = pick(language, "reported / promised", "公布 / 承诺")
    first = max(first, text_width(head)) + 8
    for axes, plan, rows, texts in zip(panels, plans, own, numbers, strict=True):
        axes.axvline(1, color=BLACK, linewidth=0.8)
        previous, labels, said = None, [], []
        for level, row in enumerate(rows.itertuples()):
            mark, colour, fill, *_ = MARKS[bool(row.comparable)]
            axes.plot(
                row.naive_ratio, level, marker=mark, markersize=4.5, color=colour,
                markerfacecolor=fill,
            )  # fmt: skip
            differs = [pick(language, *_DIFFERS[d]) for d in row.differs.split("+") if d]
            joined = pick(language, ", ", "、").join(differs) or pick(language, "nothing", "无")
            if not room.narrow:
                beside(axes, level, first, texts[level], "right")
                beside(axes, level, first + 6, joined)
            said.append(f"{texts[level]}  {joined}")
            labels.append(counted(row, tables, language) if row.target_id != previous else "")
            previous = row.target_id
        marks.label(axes, labels, said)
        axes.set_title(shortened(documents[plan], room.title, HEAD), loc="left")
        axes.set_xscale("log")
        axes.grid(axis="both")
        if room.narrow:
            axes.grid(visible=False, axis="y")
    if not room.narrow:
        other = pick(language, "what differs", "不同之处")
        heads(panels[0], [(first, head, "right"), (first + 6, other, "left")])
    low = min(0.1, float(table["naive_ratio"].min()) / 1.5)
    high = max(10.0, float(table["naive_ratio"].max()) * 1.5)
    panels[-1].set_xlim(low, high)
    ticks_at = [t for t in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= t <= high]
    panels[-1].set_xticks(ticks_at, [f"{t:g}" for t in ticks_at])
    panels[-1].minorticks_off()
    panels[-1].set_xlabel(
        pick(language, "Naive ratio: reported ÷ promised", "粗略比值：公布数 ÷ 承诺数")
    )
    put_headline(figure, title)
    key.put(figure)
    return figure


def _mark(comparable: bool) -> Any:
    mark, colour, fill, *_ = MARKS[comparable]
    return Line2D(
        [], [], marker=mark, linestyle="", color=colour, markerfacecolor=fill, markersize=4.5
    )


def _message(table: pd.DataFrame, language: str) -> str:
    met = int((table["naive_ratio"] >= 1).sum())
    clean = int((table["differs"] == "").sum())
    return pick(
        language,
        f"{met} of {len(table)} reported figures look like a promise kept; "
        f"{clean} of {len(table)} measure the same thing",
        f"{len(table)} 个公布数字中 {met} 个看似达标，而口径与承诺完全一致的有 {clean} 个",
    )
