"""Figure of what a naive reading claims, above what can be said."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stdpolicy import schema
from stdpolicy.figures.labels import shortened, text_width
from stdpolicy.figures.layout import Key, above, headline, heads, nothing, put_headline
from stdpolicy.figures.marks import Tables, current
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    LIGHT,
    ORANGE,
    VERMILION,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.gap import words
from stdpolicy.gap.headline import kept_share

#: Colour, hatch, colour of the hatch and of the number of each verdict as part of a bar.
PARTS = {
    "met": (BLUE, "", "white", "white"),
    "not_met": (VERMILION, "\\\\\\", "white", BLACK),
    "undetermined": (LIGHT, "", "white", BLACK),
    "contradictory": (ORANGE, "xxx", "white", BLACK),
    "no_evidence": ("white", "...", "#BBBBBB", BLACK),
}
#: Groups that fit on a page beside that of all promises.
_GROUPS = 14


@styled
def verdicts(
    assessed: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    by: str = "doc_id",
    preset: str = DEFAULT,
) -> Figure:
    """Draw what a naive reading claims above what can be said, for all promises and by group.

    Parameters
    ----------
    assessed : pandas.DataFrame
        As :func:`stdpolicy.gap.with_groups` returns it: ``target_id``, ``verdict``,
        ``naive_ratio`` and the column to group by.
    tables : dict of pandas.DataFrame
        With ``documents``, and the vocabulary of the column to group by.
    language : str
        ``en`` or ``zh``.
    by : str
        Attribute of targets, of :data:`stdpolicy.gap.headline.GROUPS`.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Two bars a group, cut by verdict and filled with numbers of promises; at the right the
        share kept, as the naive reading has it and as bounds.
    """
    room = page(preset)
    assessed = current(assessed)
    total = len(assessed)
    if not total:
        return nothing(pick(language, "There are no targets", "没有目标"), room)
    labels = _group_labels(by, tables, language)
    shares = kept_share(assessed, by)
    order = {key: place for place, key in enumerate(labels)}
    shares = shares.sort_values(by, key=lambda c: c.map(order), kind="stable", ignore_index=True)
    groups = [(pick(language, "All promises", "全部承诺"), kept_share(assessed).iloc[0])]
    groups += [
        (shortened(str(labels.get(row[by], row[by])), 0.6 * room.points), row)
        for _, row in shares.head(_GROUPS).iterrows()
    ]
    title = headline(_verdict_message(groups[0][1], language), room)
    rest = max(len(shares) - _GROUPS, 0)
    key = _key(room, bool(shares["contradictory"].sum()), rest, language)
    figure = new_figure(room, above(title) + key.height + 0.5 + 0.53 * len(groups))
    axes = figure.subplots()
    readings = (
        pick(language, "naive reading", "粗略读法"),
        pick(language, "can be said", "可确认"),
    )
    ticks: list[tuple[float, str]] = []
    right = 34.0
    # Points of a bar, so that a number stands only where it fits.
    wide = room.points - right - 8 - max(map(text_width, readings))
    for place, (name, row) in enumerate(groups):
        top = 3.1 * place
        claimed = _claimed(row)
        naive = {
            "met": claimed,
            "not_met": int(row["reported"]) - claimed,
            "no_evidence": int(row["targets"] - row["reported"]),
        }
        honest = {verdict: int(row[verdict]) for verdict in words.VERDICTS}
        _draw_bar(axes, top, naive, float(row["targets"]), wide)
        _draw_bar(axes, top + 1, honest, float(row["targets"]), wide)
        axes.plot(
            [row["low"], row["high"]], [top + 1.62] * 2, color=BLACK, linewidth=0.8, marker="|",
            markersize=4.5, markeredgewidth=0.8, clip_on=False,
        )  # fmt: skip
        share = f"{row['naive_share']:.0%}" if row["reported"] else "–"
        low, high = f"{row['low']:.0%}", f"{row['high']:.0%}"
        bounds = low if low == high else f"{low[:-1]}–{high}"
        for level, text in ((top, share), (top + 1, bounds)):
            axes.annotate(
                text, (1, level), xytext=(6, 0), textcoords="offset points",
                xycoords=axes.get_yaxis_transform(), va="center_baseline",
            )  # fmt: skip
            ticks.append((level, readings[level > top]))
        count = pick(
            language, f"{name} ({row['targets']:.0f})", f"{name}（{row['targets']:.0f} 项）"
        )
        axes.annotate(
            count, (0, top - 0.55), xycoords=axes.get_yaxis_transform(), xytext=(0, 1),
            textcoords="offset points", va="bottom",
        )  # fmt: skip
    heads(axes, [(right, pick(language, "share kept", "完成比例"), "right")], 1)
    axes.set_yticks([level for level, _ in ticks], [text for _, text in ticks])
    axes.set_ylim(3.1 * len(groups) - 1.2, -0.65)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100%"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(
        pick(language, "Share of the promises (numbers in the bars)", "占承诺的比例（条内为项数）")
    )
    put_headline(figure, title)
    key.put(figure)
    return figure


def _key(room: Page, contradictory: bool, rest: int, language: str) -> Key:
    texts = {
        "met": pick(language, "kept", "完成"),
        "not_met": pick(language, "not kept", "未完成"),
        "undetermined": pick(language, "undetermined", "无法判定"),
        "contradictory": pick(language, "contradictory", "相互矛盾"),
        "no_evidence": pick(language, "no figure", "没有数字"),
    }
    entries: list[tuple[Any, str]] = []
    for verdict, text in texts.items():
        if verdict == "contradictory" and not contradictory:
            continue
        fill, hatch, line, _ = PARTS[verdict]
        width = 0.6 if fill == "white" else 0
        entries.append((Patch(facecolor=fill, hatch=hatch, edgecolor=line, linewidth=width), text))
    span = Line2D([], [], color=BLACK, linewidth=0.8, marker="|", markersize=4.5)
    entries.append((span, pick(language, "where the share kept lies", "完成比例所在区间")))
    note = pick(language, f"Groups not shown: {rest}.", f"另有 {rest} 组未列出。") if rest else ""
    return Key(room, entries, note)


def _group_labels(by: str, tables: Tables, language: str) -> dict[str, str]:
    """Labels of the values of an attribute of targets, in the order in which to show them."""
    if by == "doc_id":
        return document_names(tables, language)
    vocabulary = {"jurisdiction": "jurisdictions", "indicator": "indicators", "domain": "domains"}
    if by in vocabulary:
        return label_of(tables[vocabulary[by]], language)
    table = "indicators" if by == "tier" else "targets"
    return schema.tables()[table].fields[by].labels(language)


def _draw_bar(
    axes: Axes, level: float, counts: dict[str, int], total: float, points: float
) -> None:
    left = 0.0
    for verdict, count in counts.items():
        if not count:
            continue
        fill, hatch, line, ink = PARTS[verdict]
        wide = count / total
        axes.barh(
            level, wide, left=left, height=0.86, facecolor=fill, hatch=hatch, edgecolor=line,
            linewidth=0,
        )  # fmt: skip
        axes.barh(level, wide, left=left, height=0.86, fill=False, edgecolor=GREY, linewidth=0.4)
        box = {"fc": "white", "ec": "none", "pad": 0.8} if hatch else None
        if wide * points > text_width(str(count)) + 2:
            axes.text(
                left + wide / 2, level, str(count), ha="center", va="center_baseline", color=ink,
                bbox=box,
            )  # fmt: skip
        left += wide


def _claimed(row: pd.Series) -> int:
    """Targets whose naive ratio is 1 or more."""
    return round(row["naive_share"] * row["reported"]) if row["reported"] else 0


def _verdict_message(row: pd.Series, language: str) -> str:
    total, met, missed = int(row["targets"]), int(row["met"]), int(row["not_met"])
    reported = int(row["reported"])
    claimed = _claimed(row)
    low, high = f"{met / total:.0%}", f"{1 - missed / total:.0%}"
    if not reported:
        return pick(
            language,
            f"Nothing was reported on {total} promises: {low[:-1]}–{high} may have been kept",
            f"{total} 项承诺没有公布任何数字，完成比例在 {low} 至 {high} 之间",
        )
    return pick(
        language,
        f"Naive reading: {claimed} of {reported} promises kept. "
        f"What can be said: between {low} and {high} of {total}",
        f"粗略读法：{reported} 项中 {claimed} 项完成；可以确认的：{total} 项中完成 {low} 至 {high}",
    )
