"""Figures of what was reported beside what was promised."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import crosswalk
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    VERMILION,
    document_names,
    label_of,
    new_figure,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

_DIFFERS = {
    "scope": ("scope", "范围"),
    "role": ("role", "角色"),
    "stage": ("stage", "阶段"),
    "action": ("action", "行为"),
    "window": ("time window", "时间窗"),
}


@styled
def naive_ratios(tables: Tables, language: str = "en") -> Figure:
    """Draw reported ÷ promised for every coded pair, with what is not comparable.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.crosswalk.pairs` takes them.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        One row per pair on a logarithmic axis; filled marks are pairs coded as comparable, hollow
        ones look comparable and are not; the text at the right names what differs.
    """
    table = crosswalk.pairs(tables)
    table = table[table["naive_ratio"] > 0]
    table = table.sort_values(["doc_id", "target_id", "as_of_date"], kind="stable")
    documents = document_names(tables, language)
    indicators = label_of(tables["indicators"], language)
    domains = label_of(tables["domains"], language)
    plans = list(dict.fromkeys(table["doc_id"]))
    figure = new_figure(DOUBLE, 0.9 + 0.145 * len(table) + 0.3 * len(plans))
    if not plans:
        figure.suptitle(pick(language, "No figure was reported", "没有公布的数字"))
        return figure
    panels = figure.subplots(
        len(plans), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [int((table["doc_id"] == p).sum()) + 0.6 for p in plans]},
    )[:, 0]  # fmt: skip
    for axes, plan in zip(panels, plans, strict=True):
        own = table[table["doc_id"] == plan].reset_index(drop=True)
        axes.axvline(1, color=BLACK, linewidth=0.8)
        previous, ticks = None, []
        for level, row in enumerate(own.itertuples()):
            good = bool(row.comparable)
            axes.plot(
                row.naive_ratio, level, marker="o" if good else "D", markersize=4.5,
                color=BLUE if good else VERMILION,
                markerfacecolor=BLUE if good else "white",
            )  # fmt: skip
            differs = [pick(language, *_DIFFERS[d]) for d in row.differs.split("+") if d]
            joined = pick(language, ", ", "、").join(differs) or pick(language, "nothing", "无")
            numbers = f"{row.reported:g} / {row.promised:g}"
            for x, text, side in ((1.19, numbers, "right"), (1.22, joined, "left")):
                axes.text(
                    x,
                    level,
                    text,
                    ha=side,
                    va="center",
                    fontsize=6.5,
                    transform=axes.get_yaxis_transform(),
                )
            field = "" if row.domain == "all" else domains[row.domain]
            name = indicators[row.indicator]
            label = name + (pick(language, f", {field}", f"（{field}）") if field else "")
            ticks.append(label if row.target_id != previous else "")
            previous = row.target_id
        axes.set_yticks(range(len(own)), ticks)
        axes.set_ylim(len(own) - 0.4, -0.6)
        axes.set_title(documents[plan], loc="left")
        axes.set_xscale("log")
        axes.grid(axis="both")
        axes.tick_params(axis="y", length=0)
    heads = (
        (1.19, pick(language, "reported / promised", "公布 / 承诺"), "right"),
        (1.22, pick(language, "what differs", "不同之处"), "left"),
    )
    for x, text, side in heads:
        panels[0].text(
            x,
            -0.95,
            text,
            ha=side,
            va="bottom",
            fontsize=6.5,
            color=GREY,
            transform=panels[0].get_yaxis_transform(),
        )
    low = min(0.1, float(table["naive_ratio"].min()) / 1.5)
    high = max(10.0, float(table["naive_ratio"].max()) * 1.5)
    panels[-1].set_xlim(low, high)
    ticks_at = [t for t in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= t <= high]
    panels[-1].set_xticks(ticks_at, [f"{t:g}" for t in ticks_at])
    panels[-1].minorticks_off()
    panels[-1].set_xlabel(
        pick(language, "Naive ratio: reported ÷ promised", "粗略比值：公布数 ÷ 承诺数")
    )
    above = int((table["naive_ratio"] >= 1).sum())
    clean = int((table["differs"] == "").sum())
    figure.suptitle(
        pick(
            language,
            f"{above} of {len(table)} reported figures look like a promise kept; "
            f"{clean} of {len(table)} measure the same thing",
            f"{len(table)} 个公布数字中 {above} 个看似达标，而口径与承诺完全一致的有 {clean} 个",
        ),
        x=0.01,
        ha="left",
    )
    handles = [
        Line2D(
            [], [], marker=mark, linestyle="", color=colour, markerfacecolor=fill, markersize=4.5
        )
        for mark, colour, fill in (("o", BLUE, BLUE), ("D", VERMILION, "white"))
    ]
    labels = [
        pick(language, "comparable in part", "部分可比"),
        pick(language, "looks comparable and is not", "貌似可比而实不可比"),
    ]
    figure.legend(handles, labels, loc="outside lower left", ncols=2)
    return figure
