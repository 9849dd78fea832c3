"""Figures of the gap: intervals beside naive ratios, verdicts, and one target told in full."""

import dataclasses
import re
from typing import Any

import matplotlib.patches
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from stdpolicy import dates, schema
from stdpolicy.errors import UsageError
from stdpolicy.figures.labels import folded, nothing, promised, shortened, unit_after
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    LIGHT,
    ORANGE,
    SKY,
    VERMILION,
    document_names,
    label_of,
    new_figure,
    pick,
    styled,
)
from stdpolicy.gap import words
from stdpolicy.gap.assessment import Assessment
from stdpolicy.gap.headline import kept_share
from stdpolicy.gap.trail import trail

Tables = dict[str, pd.DataFrame]

#: Mark, colour and fill of each verdict; the marks differ in shape, so that grey print will do.
_MARKS = {
    "met": ("o", BLUE, BLUE),
    "not_met": ("X", VERMILION, VERMILION),
    "undetermined": ("o", GREY, "white"),
    "contradictory": ("^", BLACK, ORANGE),
    "no_evidence": ("_", GREY, GREY),
}
#: Colour, hatch, colour of the hatch and of the number of each verdict as part of a bar.
_PARTS = {
    "met": (BLUE, "", "white", "white"),
    "not_met": (VERMILION, "\\\\\\", "white", BLACK),
    "undetermined": (LIGHT, "", "white", BLACK),
    "contradictory": (ORANGE, "xxx", "white", BLACK),
    "no_evidence": ("white", "...", "#BBBBBB", BLACK),
}
#: Rows that fit on a page, and how many of them a heading takes.
_PAGE, _HEADING = 50, 2
#: The smaller size of text.
_SMALL = 6.5
#: The line of a promise.
_DASHED: dict[str, Any] = {"color": BLACK, "linewidth": 0.9, "linestyle": (0, (3, 2))}
_DECIDED = ["met", "not_met", "contradictory"]


# --- the gap in one look --------------------------------------------------------------------------


@styled
def gap(assessed: pd.DataFrame, tables: Tables, language: str = "en", limit: float = 3.0) -> Figure:
    """Draw what can be said of every amount, by the number promised, beside the naive ratio.

    Parameters
    ----------
    assessed : pandas.DataFrame
        As :func:`stdpolicy.assess` returns it: ``target_id``, ``doc_id``, ``indicator``,
        ``domain``, ``value_low``, ``value_high``, ``unit``, ``bound``, ``low``, ``high``,
        ``verdict``, ``as_of``, ``low_as_of``, ``high_as_of``, ``verdict_as_of``, ``naive_ratio``;
        rows with a ``superseded_by`` are passed over.
    tables : dict of pandas.DataFrame
        With ``documents``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    limit : float
        End of the axis; numbers say what lies beyond.

    Returns
    -------
    matplotlib.figure.Figure
        One row per target with a figure, by plan; as many as fit on a page, the first of each
        plan, with a note of the rest.
    """
    every = _current(assessed)
    promised = every["value_low"].fillna(every["value_high"]).astype("float64")
    every = every.assign(promised=promised.where(promised > 0))
    seen = every[(every["verdict"] != "no_evidence") | every["naive_ratio"].notna()]
    names = document_names(tables, language)
    plans = [plan for plan in names if plan in set(seen["doc_id"])]
    silent = _silent(every, seen, names, language)
    title = _gap_message(every, language)
    if not plans:
        return nothing(title, silent)
    shown = _first(seen, plans)
    counts = shown["doc_id"].value_counts()
    drawn = [plan for plan in plans if plan in counts]
    figure = new_figure(DOUBLE, 1.35 + 0.165 * len(shown) + 0.3 * len(drawn))
    panels = figure.subplots(
        len(drawn), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [counts[plan] + 0.4 for plan in drawn]},
    )[:, 0]  # fmt: skip
    for axes, plan in zip(panels, drawn, strict=True):
        own = shown[shown["doc_id"] == plan]
        axes.axvline(1, color=BLACK, linewidth=1.2, zorder=2.5)
        for level, row in enumerate(own.itertuples()):
            _draw_interval(axes, level, row, limit, language)
            _draw_naive(axes, level, row.naive_ratio, limit)
            _draw_verdicts(axes, level, row, limit, language)
        labels = _target_labels(own, tables, language, 54)
        axes.set_yticks(range(len(own)), labels, fontsize=_SMALL)
        axes.set_ylim(len(own) - 0.4, -0.6)
        axes.set_title(_heading(names[plan], plan, shown, seen, language), loc="left")
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
        axes.spines["bottom"].set_bounds(0, limit)
    panels[-1].set_xlim(0, 1.2 * limit)
    ticks = _ticks(limit)
    panels[-1].set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    en, zh = "Amount ÷ promised number (1 = the promise)", "数量 ÷ 承诺数（1 为达到承诺）"
    label = pick(language, en, zh)
    panels[-1].set_xlabel(label, x=0.5 / 1.2)
    heads = (
        (-3.5, pick(language, "promised", "承诺"), "right"),
        (_COLUMNS[0], pick(language, "at the deadline", "到期时"), "left"),
        (_COLUMNS[1][language], pick(language, "earlier, as of", "此前截至"), "left"),
    )
    for shift, text, side in heads:
        panels[0].annotate(
            text, (0 if side == "right" else 1, 1), xytext=(shift, 5), ha=side,
            xycoords="axes fraction", textcoords="offset points", fontsize=_SMALL, color=GREY,
        )  # fmt: skip
    silent = _left_out(len(plans) - len(drawn), language) + silent
    figure.suptitle(title, x=0.01, ha="left")
    _gap_legend(figure, silent, language)
    return figure


#: Where the two columns of verdicts stand, in points right of the axes.
_COLUMNS: Any = (8, {"en": 66, "zh": 52})


def _heading(name: str, plan: str, shown: pd.DataFrame, every: pd.DataFrame, language: str) -> str:
    """Name of a plan; where not all of its targets are drawn, with how many are."""
    drawn, whole = (int((frame["doc_id"] == plan).sum()) for frame in (shown, every))
    if drawn == whole:
        return shortened(name, 44)
    return shortened(name, 30) + pick(
        language, f" (first {drawn} of {whole})", f"（{whole} 项中的前 {drawn} 项）"
    )


def _left_out(plans: int, language: str) -> str:
    """A sentence on plans for which the page has no room."""
    if not plans:
        return ""
    return pick(language, f"Plans not shown: {plans}. ", f"另有 {plans} 份规划未列出。")


def _current(assessed: pd.DataFrame) -> pd.DataFrame:
    """Targets that no later version supersedes."""
    if "superseded_by" not in assessed:
        return assessed
    return assessed[assessed["superseded_by"].isna()]


def _first(seen: pd.DataFrame, plans: list[str]) -> pd.DataFrame:
    """As many targets as fit on a page: the first of each plan, plans served in turn."""
    counts = {plan: int((seen["doc_id"] == plan).sum()) for plan in plans}
    shown = dict.fromkeys(plans, 0)
    left = _PAGE
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


def _draw_interval(axes: Axes, level: int, row: Any, limit: float, language: str) -> None:
    """The interval at the deadline as a bar, the one at an earlier date in it."""
    if not row.promised > 0:
        return
    low, high = row.low / row.promised, row.high / row.promised
    low, high = min(low, high), max(low, high)
    whole = np.isinf(high) or (row.unit == "%" and row.high >= 100)
    told = low > 0 or (high < limit and not whole)
    face, edge = (SKY, SKY) if told else ("white", "#AAAAAA")
    style: dict[str, Any] = {"facecolor": face, "edgecolor": edge, "linewidth": 0.6}
    if row.verdict == "contradictory":
        style |= {"facecolor": "white", "edgecolor": VERMILION, "hatch": "xxxx"}
    left, right = min(low, 0.78 * limit), min(high, limit)
    axes.barh(level, right - left, left=left, height=0.58, **style)
    if np.isinf(high):
        axes.plot(
            limit, level, marker=">", markersize=5.5, color=style["edgecolor"],
            markerfacecolor=style["facecolor"], markeredgewidth=0.6, clip_on=False,
        )  # fmt: skip
    beyond = low if low > limit else high
    if limit < beyond < np.inf:
        way = (
            pick(language, "from {}", "{} 起") if low > limit else pick(language, "to {}", "至 {}")
        )
        near = 0.8 * limit < row.naive_ratio <= limit
        axes.text(
            row.naive_ratio - 0.04 * limit if near else 0.985 * limit, level,
            way.format(_ratio(beyond)), ha="right", va="center_baseline", fontsize=5.5,
            color=BLACK if told else GREY, zorder=3,
            bbox={"fc": "white", "ec": "none", "pad": 0.6} if "hatch" in style else None,
        )  # fmt: skip
    if _earlier(row, limit) and "contradictory" not in (row.verdict, row.verdict_as_of):
        low, high = row.low_as_of / row.promised, min(row.high_as_of / row.promised, limit)
        if low < limit:
            axes.barh(
                level, high - low, left=low, height=0.24, color=BLUE, edgecolor=BLUE, linewidth=0.9
            )


def _earlier(row: Any, limit: float) -> bool:
    """Whether the interval up to the date of the figures says more that is in sight."""
    if pd.isna(row.low_as_of) or not row.promised > 0:
        return False
    lower = row.low_as_of > row.low
    upper = row.high_as_of < row.high and row.high_as_of / row.promised < limit
    return bool(lower or upper or row.verdict_as_of != row.verdict)


def _draw_naive(axes: Axes, level: int, ratio: float, limit: float) -> None:
    if pd.isna(ratio):
        return
    inside = ratio <= limit
    place = ratio if inside else 1.055 * limit
    axes.plot(place, level, zorder=4, clip_on=False, **_NAIVE)
    if not inside:
        text = f"→ {_ratio(ratio)}"
        axes.text(1.085 * limit, level, text, fontsize=6, va="center_baseline")


#: The mark of a naive ratio.
_NAIVE: dict[str, Any] = {
    "marker": "D", "markersize": 4.2, "color": VERMILION, "markerfacecolor": "white",
    "markeredgewidth": 0.9,
}  # fmt: skip


def _mark_style(verdict: str, size: float) -> dict[str, Any]:
    """How the mark of a verdict is drawn."""
    shape, colour, fill = _MARKS[verdict]
    return {
        "marker": shape, "markersize": size, "color": colour, "markerfacecolor": fill,
        "markeredgewidth": 0.9 if fill == "white" else 0.5,
    }  # fmt: skip


def _ratio(value: float) -> str:
    """A ratio with two digits, more only before the point."""
    return f"{value:.2g}" if value < 99.5 else f"{value:.0f}"


def _draw_verdicts(axes: Axes, level: int, row: Any, limit: float, language: str) -> None:
    """Marks and words at the right: at the deadline, and as of an earlier date."""
    which = 0 if language == "en" else 1
    _mark(axes, level, _COLUMNS[0] + 3, row.verdict, words.VERDICT_WORDS[row.verdict][which])
    if not pd.isna(row.as_of) and _earlier(row, limit):
        said = words.VERDICT_WORDS[row.verdict_as_of][which]
        if row.verdict_as_of in ("met", "not_met"):
            said = pick(language, f"{said}, {row.as_of}", f"{said}，{row.as_of}")
        else:
            said = str(row.as_of)
        _mark(axes, level, _COLUMNS[1][language] + 3, row.verdict_as_of, said)


def _mark(axes: Axes, level: int, shift: float, verdict: str, text: str) -> None:
    """A verdict as mark and word, some points right of the axes."""
    figure: Any = axes.figure
    moved = axes.get_yaxis_transform() + ScaledTranslation(shift / 72, 0, figure.dpi_scale_trans)
    axes.plot(1, level, transform=moved, clip_on=False, **_mark_style(verdict, 4.6))
    axes.annotate(
        text, (1, level), xycoords=axes.get_yaxis_transform(), xytext=(shift + 6, 0),
        textcoords="offset points", va="center_baseline", fontsize=_SMALL,
    )  # fmt: skip


def _ticks(limit: float) -> list[float]:
    step = next((s for s in (0.1, 0.25, 0.5, 1, 2, 5) if limit / s <= 6), limit / 4)
    return [round(step * i, 6) for i in range(int(limit / step) + 1)]


def _gap_message(every: pd.DataFrame, language: str) -> str:
    total = len(every)
    counts = every["verdict"].astype("object").value_counts()
    met, missed = int(counts.get("met", 0)), int(counts.get("not_met", 0))
    reported = int(every["naive_ratio"].notna().sum())
    claimed = int((every["naive_ratio"] >= 1).sum())
    if not total:
        return pick(language, "There are no targets", "没有目标")
    if not (counts.drop("no_evidence", errors="ignore").sum() or reported):
        return pick(
            language,
            f"No figure speaks to any of {total} promises",
            f"{total} 项承诺均无数字可对照",
        )
    en = f"Of {total} promises {met} can be shown to be kept"
    zh = f"{total} 项承诺中可证实完成的 {met} 项"
    if missed:
        en, zh = f"{en}, {missed} to be broken", f"{zh}、未完成的 {missed} 项"
    if reported:
        en += f"; naive ratios claim {claimed} of {reported}"
        zh += f"；按粗略比值，{reported} 项中有 {claimed} 项达标"
    return pick(language, en, zh)


def _silent(every: pd.DataFrame, seen: pd.DataFrame, names: dict[str, str], language: str) -> str:
    """How many targets have no figure at all, by plan."""
    missing = len(every) - len(seen)
    if not missing:
        return ""
    by_plan = []
    for plan, name in names.items():
        total = int((every["doc_id"] == plan).sum())
        lost = total - int((seen["doc_id"] == plan).sum())
        if lost:
            by_plan.append(
                pick(language, f"{name} {lost} of {total}", f"{name} {total} 项中 {lost} 项")
            )
    if len(by_plan) > 8:
        by_plan = [*by_plan[:8], "…"]
    listed = pick(language, ", ", "；").join(by_plan)
    return pick(
        language,
        f"No figure at all for {missing} of {len(every)} targets: {listed}.",
        f"{len(every)} 项目标中有 {missing} 项没有任何数字：{listed}。",
    )


def _gap_legend(figure: Figure, text: str, language: str) -> None:
    patch = matplotlib.patches.Patch
    handles = [
        patch(facecolor=SKY, edgecolor=SKY),
        patch(facecolor="white", edgecolor="#AAAAAA", linewidth=0.6),
        Line2D([], [], color=BLUE, linewidth=2.4),
        Line2D([], [], linestyle="", **_NAIVE),
    ]
    labels = [
        pick(language, "where the amount must lie", "数量所在区间"),
        pick(language, "no bound in sight", "图内无上下界"),
        pick(language, "the same, as of an earlier date", "此前某日的区间"),
        pick(language, "naive ratio", "粗略比值"),
    ]
    figure.legend(
        handles, labels, loc="outside lower left", ncols=4, title_fontsize=7,
        title=folded(text, 150) or None,
        alignment="left",
    )  # fmt: skip


# --- labels ---------------------------------------------------------------------------------------


def _target_labels(own: pd.DataFrame, tables: Tables, language: str, width: int) -> list[str]:
    """What is counted, in which field, and the number promised."""
    indicators = label_of(tables["indicators"], language)
    domains = label_of(tables["domains"], language)
    out = []
    for row in own.itertuples():
        name = indicators.get(row.indicator, row.indicator)
        if row.domain != "all":
            field = domains.get(row.domain, row.domain)
            name += pick(language, f", {field}", f"（{field}）")
        out.append(f"{shortened(name, width)}  {promised(row, language)}")
    return out


# --- what a naive reading claims, and what can be said --------------------------------------------


@styled
def verdicts(
    assessed: pd.DataFrame, tables: Tables, language: str = "en", by: str = "doc_id"
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

    Returns
    -------
    matplotlib.figure.Figure
        Two bars a group, cut by verdict and filled with numbers of promises; at the right the
        share kept, as the naive reading has it and as bounds.
    """
    assessed = _current(assessed)
    total = len(assessed)
    if not total:
        return nothing(pick(language, "There are no targets", "没有目标"))
    labels = _group_labels(by, tables, language)
    shares = kept_share(assessed, by)
    order = {key: place for place, key in enumerate(labels)}
    shares = shares.sort_values(by, key=lambda c: c.map(order), kind="stable", ignore_index=True)
    rest = max(len(shares) - _GROUPS, 0)
    groups = [(pick(language, "All promises", "全部承诺"), kept_share(assessed).iloc[0])]
    groups += [
        (shortened(str(labels.get(row[by], row[by])), 34), row)
        for _, row in shares.head(_GROUPS).iterrows()
    ]
    figure = new_figure(DOUBLE, 0.95 + 0.56 * len(groups))
    axes = figure.subplots()
    ticks: list[tuple[float, str]] = []
    for place, (name, row) in enumerate(groups):
        top = 3.1 * place
        claimed = _claimed(row)
        naive = {
            "met": claimed,
            "not_met": int(row["reported"]) - claimed,
            "no_evidence": int(row["targets"] - row["reported"]),
        }
        _draw_bar(axes, top, naive, float(row["targets"]))
        honest = {verdict: int(row[verdict]) for verdict in words.VERDICTS}
        _draw_bar(axes, top + 1, honest, float(row["targets"]))
        axes.plot(
            [row["low"], row["high"]], [top + 1.62] * 2, color=BLACK, linewidth=0.8, marker="|",
            markersize=4.5, markeredgewidth=0.8, clip_on=False,
        )  # fmt: skip
        share = f"{row['naive_share']:.0%}" if row["reported"] else "–"
        low, high = f"{row['low']:.0%}", f"{row['high']:.0%}"
        bounds = low if low == high else f"{low[:-1]}–{high}"
        for level, text in ((top, share), (top + 1, bounds)):
            axes.annotate(
                text, (1, level), xytext=(6, 0), textcoords="offset points", fontsize=7,
                xycoords=axes.get_yaxis_transform(), va="center_baseline",
            )  # fmt: skip
        ticks.append((top, pick(language, "naive reading", "粗略读法")))
        ticks.append((top + 1, pick(language, "what can be said", "可以确认的")))
        count = pick(
            language, f"{name} ({row['targets']:.0f})", f"{name}（{row['targets']:.0f} 项）"
        )
        axes.annotate(
            count, (0, top - 0.55), xycoords=axes.get_yaxis_transform(), xytext=(0, 1.5),
            textcoords="offset points", fontsize=7.5, va="bottom",
        )  # fmt: skip
    axes.annotate(
        pick(language, "share kept", "完成比例"), (1, -0.55), xytext=(6, 1.5), fontsize=_SMALL,
        xycoords=axes.get_yaxis_transform(), textcoords="offset points", color=GREY,
    )  # fmt: skip
    axes.set_yticks([level for level, _ in ticks], [text for _, text in ticks])
    axes.set_ylim(3.1 * len(groups) - 1.2, -0.65)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100%"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(
        pick(language, "Share of the promises (numbers in the bars)", "占承诺的比例（条内为项数）")
    )
    figure.suptitle(_verdict_message(groups[0][1], language), x=0.01, ha="left")
    _verdict_legend(figure, bool(shares["contradictory"].sum()), rest, language)
    return figure


#: Groups that fit on a page beside that of all promises.
_GROUPS = 14


def _verdict_legend(figure: Figure, contradictory: bool, rest: int, language: str) -> None:
    texts = {
        "met": pick(language, "kept", "完成"),
        "not_met": pick(language, "not kept", "未完成"),
        "undetermined": pick(language, "undetermined", "无法判定"),
        "contradictory": pick(language, "contradictory", "相互矛盾"),
        "no_evidence": pick(language, "no figure", "没有数字"),
    }
    handles: list[Any] = []
    for verdict in list(texts):
        if verdict == "contradictory" and not contradictory:
            del texts[verdict]
            continue
        fill, hatch, line, _ = _PARTS[verdict]
        width = 0.6 if fill == "white" else 0
        patch = matplotlib.patches.Patch
        handles.append(patch(facecolor=fill, hatch=hatch, edgecolor=line, linewidth=width))
    handles.append(Line2D([], [], color=BLACK, linewidth=0.8, marker="|", markersize=4.5))
    labels = [*texts.values(), pick(language, "where the share kept lies", "完成比例所在区间")]
    note = pick(language, f"Groups not shown: {rest}.", f"另有 {rest} 组未列出。") if rest else None
    figure.legend(
        handles, labels, loc="outside lower left", ncols=6, title=note, title_fontsize=7,
        alignment="left",
    )  # fmt: skip


def _group_labels(by: str, tables: Tables, language: str) -> dict[str, str]:
    """Labels of the values of an attribute of targets, in the order in which to show them."""
    if by == "doc_id":
        return document_names(tables, language)
    vocabulary = {"jurisdiction": "jurisdictions", "indicator": "indicators", "domain": "domains"}
    if by in vocabulary:
        return label_of(tables[vocabulary[by]], language)
    table = "indicators" if by == "tier" else "targets"
    return schema.tables()[table].fields[by].labels(language)


def _draw_bar(axes: Axes, level: float, counts: dict[str, int], total: float) -> None:
    left = 0.0
    for verdict, count in counts.items():
        if not count:
            continue
        fill, hatch, line, ink = _PARTS[verdict]
        wide = count / total
        axes.barh(
            level, wide, left=left, height=0.86, facecolor=fill, hatch=hatch, edgecolor=line,
            linewidth=0,
        )  # fmt: skip
        axes.barh(level, wide, left=left, height=0.86, fill=False, edgecolor=GREY, linewidth=0.4)
        box = {"fc": "white", "ec": "none", "pad": 0.8} if hatch else None
        axes.text(
            left + wide / 2, level, str(count), ha="center", va="center_baseline", color=ink,
            fontsize=_SMALL, bbox=box,
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


# --- one target told ------------------------------------------------------------------------------


def told_by_totals(found: Assessment) -> list[str]:
    """Targets on which an all-time total was reported: those that :func:`flagship` can tell.

    Parameters
    ----------
    found : Assessment
        As :func:`stdpolicy.gap.evaluate` returns it.

    Returns
    -------
    list of str
        Keys of targets, in the order of the table.
    """
    totals = _totals(found, trail(found))
    known = set(totals["target_id"]) if len(totals) else set()
    return [target for target in found.targets["target_id"] if target in known]


def _totals(found: Assessment, every: pd.DataFrame) -> pd.DataFrame:
    """Rows of the trail that hold a dated all-time total against a promise with a number."""
    if every.empty:
        return every
    counted = found.targets[(found.targets["unit"] != "%") & (found.targets["value_low"] > 0)]
    return every[
        (every["basis"] == "cumulative")
        & every["as_of_date"].notna()
        & every["target_id"].isin(counted["target_id"])
        & np.isfinite(every["reported_low"])
    ]


@styled
def flagship(found: Assessment, target_id: str, language: str = "en") -> Figure:
    """Draw one target in full: the totals reported, what of them lies in the period, the promise.

    Parameters
    ----------
    found : Assessment
        As :func:`stdpolicy.gap.evaluate` returns it.
    target_id : str
        Key of a target on which an all-time total was reported, see :func:`told_by_totals`; the
        first of them when empty.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        Time and totals at the left; at the right what a naive reading holds against the promise,
        and what may be held against it.

    Raises
    ------
    UsageError
        When there is no such target.
    """
    if not target_id:
        target_id = next(iter(told_by_totals(found)), "")
    if not target_id:
        return nothing(
            pick(
                language, "No all-time total was reported on any target", "没有任何目标有历年累计数"
            )
        )
    ids = list(found.targets["target_id"])
    if target_id not in ids:
        raise UsageError(f"there is no target {target_id!r}")
    at = ids.index(target_id)
    story = _story(found, at)
    label = _target_labels(found.targets.iloc[[at]], found.tables, language, 60)[0].split("  ")[0]
    if story is None:
        return nothing(
            pick(
                language,
                f"No all-time total was reported on {target_id} ({label})",
                f"{target_id}（{label}）没有公布历年累计数",
            )
        )
    figure = new_figure(DOUBLE, 3.5)
    left, right = figure.subplots(1, 2, sharey=True, gridspec_kw={"width_ratios": [3.1, 1]})
    _draw_time(left, story, language)
    _draw_two_readings(right, story, language)
    unit = unit_after(found.targets["unit"].iloc[at], language).strip()
    en = f"All-time total ({unit})" if unit else "All-time total"
    left.set_ylabel(pick(language, en, f"历年累计（{unit}）"))
    plan = document_names(found.tables, language).get(found.targets["doc_id"].iloc[at], "")
    head = pick(language, ", ", "，").join(text for text in (plan, label) if text)
    message = _story_message(story, unit, language)
    figure.suptitle(head + pick(language, ":\n", "：\n") + message, x=0.01, ha="left")
    point: dict[str, Any] = {"linestyle": "", "marker": "o", "color": BLACK, "markersize": 4.5}
    handles = [
        Line2D([], [], **point),
        Line2D([], [], markerfacecolor="white", **point),
        Line2D([], [], **_DASHED),
    ]
    labels = [
        pick(language, "total on an official page", "官方公布的累计数"),
        pick(language, "total from another source", "其他来源的累计数"),
        pick(language, "the promise", "承诺"),
    ]
    figure.legend(handles, labels, loc="outside lower left", ncols=3)
    return figure


@dataclasses.dataclass(frozen=True)
class _Point:
    """A total: its value in the unit of the target, and when it was read, in years."""

    name: str
    value: float
    sign: str
    date: str
    first: float
    when: float
    last: float
    quality: str


@dataclasses.dataclass(frozen=True)
class _Story:
    """What one target and the totals on it come to."""

    points: list[_Point]
    told: _Point  # the total held against the promise
    scope: str  # of what it counts, to that of the target
    base: list[_Point]  # totals just before and after the promise begins
    low: float
    high: float
    promised: float
    start: float
    due: float
    all_time: bool  # the promise itself is an all-time total

    @property
    def floor(self) -> tuple[float, float]:
        """Totals from which the promise counts, lowest and highest."""
        values = [0.0] if self.all_time else [point.value for point in self.base]
        return min(values, default=0.0), max(values, default=0.0)


def _year(text: str) -> tuple[float, float, float]:
    """First, middle and last moment that a partial date allows, in years."""
    first, last = (pd.Timestamp(day) for day in dates.bounds(text))
    start = first.year + (first.day_of_year - 1) / (365 + first.is_leap_year)
    end = last.year + last.day_of_year / (365 + last.is_leap_year)
    return start, (start + end) / 2, end


def _story(found: Assessment, at: int) -> _Story | None:
    """What is told of a target, None without a total."""
    target = found.targets.iloc[at]
    own = _totals(found, trail(found))
    own = own[own["target_id"] == target["target_id"]] if len(own) else own
    if own.empty:
        return None
    due = _year(str(target["due_date"]))[2]
    days = [_year(str(day)) for day in own["as_of_date"]]
    sources = [found.as_of_from[0][at], found.as_of_from[1][at]]
    sources += [found.low_from[at], found.high_from[at]]
    # The latest total that can be read within the period, those that give an end before others.
    own = own.assign(
        _early=[day[0] <= due for day in days],
        _named=[_stands_in(name, sources) for name in own["evidence_id"]],
        _based=own["baseline_id"].notna(),
        _day=[day[1] for day in days],
    ).sort_values(["_early", "_named", "_based", "_day"], kind="stable")
    name, date = own["evidence_id"].iloc[-1], own["as_of_date"].iloc[-1]
    own = own[own["evidence_id"] == name]
    low, high = own["low_as_read"].max(), own["high_as_read"].min()
    if found.has_day[at] and found.as_of_text[at] == date:
        low, high = found.low_as_of[at], found.high_as_of[at]
    points = _points(found, at, name)
    start, basis = _year(str(target["base_date"]))[0], str(target["basis"])
    used = set(own["baseline_id"].dropna())
    based = [point for point in points if point.name in used and point.when < _year(date)[1]]
    before = [point for point in based if point.when <= start]
    ever = found.study.readings.counts_from == "ever" and basis == "unstated"
    return _Story(
        points=points,
        told=next(point for point in points if point.name == name),
        scope=str(own["scope"].iloc[-1]),
        base=before[-1:] + [point for point in based if point.when > start][:1],
        low=float(low),
        high=float(high),
        promised=float(target["value_low"]),
        start=start,
        due=due,
        all_time=ever or basis in ("cumulative", "stock"),
    )


def _stands_in(name: str, sources: list[Any]) -> bool:
    """Whether a figure stands among those that give an end: ``A``, ``A-B`` or ``A+C``."""
    pattern = re.compile(rf"(^|\+){re.escape(name)}([-+]|$)")
    return any(text and pattern.search(text) for text in sources)


def _points(found: Assessment, at: int, name: str) -> list[_Point]:
    """All dated totals that count the same thing as one of them, in the unit of a target."""
    figures, numbers = found.figures, found.study.figures
    place = list(figures["evidence_id"]).index(name)
    same = (numbers.group == numbers.group[place]) & (numbers.whole == np.arange(len(figures)))
    for column in ("scope", "domain", "basis", "unit"):
        cells = figures[column].astype("object")
        same &= (cells == cells.iloc[place]).to_numpy(dtype=bool)
    same[place] = True
    scale = numbers.factor[place] / found.study.targets.factor[at]
    rows = figures[same & figures["as_of_date"].notna().to_numpy(dtype=bool)]
    values = rows["value_low"].fillna(rows["value_high"]).astype("float64") * scale
    signs = {"at_least": "≥", "at_most": "≤", "approx": "≈"}
    points = [
        _Point(
            name=row.evidence_id,
            value=value,
            sign=signs.get(str(row.bound), ""),
            date=str(row.as_of_date),
            first=_year(str(row.as_of_date))[0],
            when=_year(str(row.as_of_date))[1],
            last=_year(str(row.as_of_date))[2],
            quality=str(row.quality),
        )
        for row, value in zip(rows.itertuples(), values, strict=True)
    ]
    return sorted(points, key=lambda point: point.when)


def _story_message(story: _Story, unit: str, language: str) -> str:
    said = _amount(story.low, story.high, language)
    total, promised = words.number(story.told.value), words.number(story.promised)
    en, zh = {
        "same": ("", ""),
        "wider": (" of wider scope", "范围更宽的"),
        "narrower": (" of narrower scope", "范围更窄的"),
    }.get(story.scope, (" of another scope", "范围不同的"))
    en, zh = f"{total} is an all-time total{en}", f"{total} {unit}为{zh}历年累计"
    if not said:
        en += f"; how much counts toward the {promised} promised is unknown"
        zh += f"，其中多少计入承诺的 {promised} {unit}不得而知"
    else:
        en += f": {said} of them count toward the {promised} promised"
        zh += f"，其中{said}{unit}计入承诺的 {promised} {unit}"
    return pick(language, en, zh)


def _amount(low: float, high: float, language: str) -> str:
    """An interval in few words, empty where anything is possible."""
    lo, hi = words.number(low), words.number(high)
    if np.isinf(high):
        return pick(language, f"at least {lo}", f"至少 {lo} ") if low > 0 else ""
    if low <= 0:
        return pick(language, f"at most {hi}", f"至多 {hi} ")
    if low == high:
        return pick(language, lo, f" {lo} ")
    return pick(language, f"{lo} to {hi}", f" {lo} 至 {hi} ")


def _draw_time(axes: Axes, story: _Story, language: str) -> None:
    """Totals over time, the period, and the rise that was promised."""
    first = min(story.start, story.points[0].when)
    last = max(story.due, story.points[-1].when)
    span = last - first
    axes.axvspan(story.start, story.due, color="#EEEEEE", linewidth=0, zorder=0)
    axes.annotate(
        pick(language, "period of the promise", "承诺期"), ((story.start + story.due) / 2, 0),
        xytext=(0, 3), xycoords=axes.get_xaxis_transform(), textcoords="offset points",
        ha="center", va="bottom", fontsize=_SMALL, color=GREY,
    )  # fmt: skip
    top = max(story.promised + story.floor[1], *(point.value for point in story.points))
    axes.set_ylim(0, 1.16 * top)
    if story.all_time or story.base:
        _draw_promise(axes, story, language)
    if story.base and not story.all_time:
        _draw_rise(axes, story, top, language)
    _draw_points(axes, story, first, span, language)
    axes.set_xlim(first - 0.09 * span, last + 0.26 * span)
    years = list(range(int(np.ceil(first)), int(last) + 1))
    years = years[:: max(1, len(years) // 9)]
    axes.set_xticks(years, [str(year) for year in years])
    axes.grid(axis="y")


def _draw_promise(axes: Axes, story: _Story, language: str) -> None:
    """The rise that was promised, to where the total would then stand."""
    promised = words.number(story.promised)
    low, high = story.floor
    ends = low + story.promised, high + story.promised
    level = sum(ends) / 2
    start = level if story.all_time else (low + high) / 2
    axes.plot([story.start, story.due], [start, level], **_DASHED)
    axes.plot([story.due] * 2, ends, color=BLACK, linewidth=2.4, solid_capstyle="butt")
    axes.plot(story.due, level, marker="_", color=BLACK, markersize=7)
    # A total long before the promise begins may have grown by then; one after it may be too high.
    sides = {np.sign(round(point.when - story.start, 2)) for point in story.base}
    sign = {-1.0: "≥", 1.0: "≤"}.get(sides.pop(), "") if len(sides) == 1 else ""
    reach = sign + "–".join(dict.fromkeys(words.number(end) for end in ends))
    text = pick(language, f"promised: {promised} more", f"承诺新增 {promised}")
    if story.all_time:
        text = pick(language, f"promised: {promised}", f"承诺累计 {promised}")
    elif story.scope == "same":
        text += pick(language, f",\nwhich makes {reach}", f"，\n累计应达 {reach}")
    _beside(axes, text, story.due, level, BLACK)


def _beside(axes: Axes, text: str, when: float, level: float, colour: str) -> None:
    axes.annotate(
        text, (when, level), xytext=(6, 0), textcoords="offset points", va="center",
        fontsize=_SMALL, linespacing=1.3, color=colour,
    )  # fmt: skip


def _draw_rise(axes: Axes, story: _Story, top: float, language: str) -> None:
    """What was added since the baselines, as a bracket at the date of the total."""
    (low, high), told = story.floor, story.told
    for level in dict.fromkeys((low, high)):
        axes.plot([story.base[0].when, told.when], [level, level], color=BLUE, linewidth=0.7)
    ends = {"arrowstyle": "|-|,widthA=0.22,widthB=0.22", "shrinkA": 0, "shrinkB": 0}
    line = {"color": BLUE, "linewidth": 1.4}
    axes.annotate("", (told.when, low), (told.when, told.value), arrowprops=ends | line)
    said = _amount(story.low, story.high, language).strip()
    if said:
        text = pick(language, f"{said} added\nby {told.date}", f"截至 {told.date}\n新增 {said}")
        middle, promise = (low + told.value) / 2, (low + high) / 2 + story.promised
        if told.when < story.due and abs(middle - promise) < 0.16 * top:
            middle = promise + 0.16 * top * (1 if middle > promise else -1)
        _beside(axes, text, max(told.when, story.due), middle, BLUE)


def _draw_points(axes: Axes, story: _Story, begin: float, span: float, language: str) -> None:
    """Totals with value, date and quality of the source."""
    qualities = schema.tables()["observations"].fields["quality"].labels(language)
    qualities |= {
        "official": pick(language, "official", "官方"),
        "repost": pick(language, "repost", "转载"),
    }
    points, close = story.points, 0.25 * span
    for i, point in enumerate(points):
        axes.plot([point.first, point.last], [point.value] * 2, color=BLACK, linewidth=0.8)
        axes.plot(
            point.when, point.value, marker="o", markersize=4.5, color=BLACK, zorder=5,
            markerfacecolor=BLACK if point.quality == "official" else "white",
        )  # fmt: skip
        if len(points) > 7 and point is not story.told and point not in story.base:
            continue
        quality = qualities.get(point.quality, point.quality)
        text = f"{point.sign}{words.number(point.value)}\n{point.date}"
        text += pick(language, f", {quality}", f"，{quality}")
        # Of two that are close, the earlier one is labelled below, the later one above.
        near_edge = point.when - begin < 0.12 * span
        place: dict[str, Any] = {"xytext": (0, 6), "ha": "center", "va": "bottom"}
        if point is not story.told:
            later = points[i + 1].when - point.when if i + 1 < len(points) else span
            earlier = point.when - points[i - 1].when if i else span
            if later < close:
                place = {"xytext": (-3, -6), "ha": "left", "va": "top"}
            elif earlier < close or near_edge:
                place |= {"xytext": (-6, 6), "ha": "left" if near_edge else "right"}
        axes.annotate(
            text, (point.when, point.value), textcoords="offset points", fontsize=_SMALL,
            linespacing=1.3, zorder=6, **place,
        )  # fmt: skip


def _draw_two_readings(axes: Axes, story: _Story, language: str) -> None:
    """The promise as a box: what a naive reading puts into it, and what belongs there."""
    promised, value, low, high = story.promised, story.told.value, story.low, story.high
    floor = story.floor[0]
    outline: dict[str, Any] = {"facecolor": "white", "edgecolor": VERMILION, "linewidth": 0.8}
    axes.bar(0, value, width=0.44, hatch="////", **outline)
    for below, height, colour in ((high, high - low, SKY), (low, low, BLUE)):
        if np.isfinite(below) and height > 0:
            for place in (0, 1) if floor else (1,):
                axes.bar(place, height, bottom=value - below, width=0.44, color=colour, linewidth=0)
    if not (low > 0 or np.isfinite(high)):
        axes.text(1, promised / 2, "?", ha="center", va="center", fontsize=12)
    if floor > 0.25 * axes.get_ylim()[1]:
        axes.text(
            0, floor / 2, pick(language, "from before", "此前已有"), rotation=90, ha="center",
            va="center", fontsize=_SMALL, bbox={"fc": "white", "ec": "none", "pad": 1},
        )  # fmt: skip
    for place, bottom in ((0, 0.0), (1, floor)):
        axes.bar(
            place, promised, bottom=bottom, width=0.66, fill=False, edgecolor=BLACK, linewidth=0.9,
            linestyle=_DASHED["linestyle"],
        )  # fmt: skip
    said = _amount(low, high, language).strip() or pick(language, "unknown", "不详")
    of = pick(language, " of ", " / ") + words.number(promised)
    texts = [
        pick(language, "naive reading:\n", "粗略读法：\n") + words.number(value) + of,
        pick(language, "in the period:\n", "承诺期内：\n") + said + of,
    ]
    axes.set_xticks([0, 1], texts, fontsize=_SMALL, linespacing=1.3)
    axes.set_xlim(-0.6, 1.6)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", labelleft=False)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y")


# --- readings -------------------------------------------------------------------------------------


@styled
def sensitivity(table: pd.DataFrame, tables: Tables, language: str = "en") -> Figure:
    """Draw which verdicts change when one reading is changed.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.gap.sensitivity` returns it: ``reading``, ``words_zh``, ``words_en``,
        ``target_id``, ``verdict``, ``verdict_as_of``, ``changed``; the unchanged reading first.
    tables : dict of pandas.DataFrame
        With ``targets``, ``documents``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        Targets that are decided or change, by plan, across readings that change something. Marks
        are verdicts at the deadline, a small one beside it that as of an earlier date where it is
        another; a shaded cell differs from the default reading.
    """
    targets = tables["targets"].drop_duplicates("target_id").set_index("target_id", drop=False)
    default = table[table["reading"] == table["reading"].iloc[0]] if len(table) else table
    decided = set(default.loc[default["verdict"].isin(_DECIDED), "target_id"])
    moved = set(table.loc[table["changed"].astype(bool), "target_id"]) if len(table) else set()
    old = set(targets["supersedes"].dropna())
    keep = [t for t in targets["target_id"] if t in decided | moved and t not in old]
    every = targets.loc[keep]
    names = document_names(tables, language)
    plans = [plan for plan in names if plan in set(every["doc_id"])]
    shown = _first(every, plans)
    title = _sensitivity_message(table, set(every["target_id"]), language)
    if shown.empty:
        return nothing(title)
    rows: list[str | None] = []
    ticks: list[str] = []
    drawn = [plan for plan in plans if plan in set(shown["doc_id"])]
    for plan in drawn:
        own = shown[shown["doc_id"] == plan]
        rows += [None, *own["target_id"]]
        ticks.append(_heading(names[plan], plan, shown, every, language))
        ticks += _target_labels(own, tables, language, 54)
    table = table[table["target_id"].isin(set(every["target_id"]))]
    changing = {table["reading"].iloc[0], *table.loc[table["changed"].astype(bool), "reading"]}
    every_reading = table.drop_duplicates("reading")
    readings = every_reading[every_reading["reading"].isin(changing)]
    own = table[table["target_id"].isin(set(rows)) & table["reading"].isin(changing)]
    heads = list(readings[f"words_{language}"])
    small = len(heads) > 14
    heads = [shortened(text, 50) if small else folded(text, 34) for text in heads]
    figure = new_figure(DOUBLE, 2.7 + 0.17 * len(rows))
    axes = figure.subplots()
    level = {target: i for i, target in enumerate(rows) if target}
    column = {name: i for i, name in enumerate(readings["reading"])}
    for row in own.itertuples():
        _draw_cell(axes, column[row.reading], level[row.target_id], row, 0.7 if small else 1)
    for line in level.values():
        axes.axhline(line, color=LIGHT, linewidth=0.5, zorder=0)
    axes.axvline(0.5, color=BLACK, linewidth=0.6)
    axes.set_yticks(range(len(rows)), ticks, fontsize=_SMALL)
    for text, target in zip(axes.get_yticklabels(), rows, strict=True):
        if target is None:
            text.set_fontsize(8)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(heads)), heads, rotation=90, fontsize=_SMALL, linespacing=1.15)
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_ylim(len(rows) - 0.4, -0.4)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    figure.suptitle(title, x=0.01, ha="left")
    used = set(own["verdict"]) | set(own["verdict_as_of"].dropna())
    note = _left_out(len(plans) - len(drawn), language) + pick(
        language,
        "Verdict at the deadline; beside it, smaller, that as of an earlier date. ",
        "图中为到期时的判定，旁边小号为此前截至某日的判定。",
    )
    if idle := len(every_reading) - len(readings):
        note += pick(
            language, f"{idle} more readings change nothing.", f"另有 {idle} 种读法无影响。"
        )
    _sensitivity_legend(figure, [v for v in _MARKS if v in used], note, language)
    return figure


def _draw_cell(axes: Axes, x: int, y: int, row: Any, scale: float) -> None:
    if row.changed:
        axes.add_patch(
            matplotlib.patches.Rectangle(
                (x - 0.46, y - 0.46), 0.92, 0.92, facecolor=_SHADE, edgecolor=GREY, linewidth=0.4
            )
        )
    other = row.verdict_as_of != row.verdict and not pd.isna(row.verdict_as_of)
    axes.plot(x - (0.16 if other else 0), y, **_mark_style(row.verdict, 5 * scale))
    if other:
        axes.plot(x + 0.2, y, **_mark_style(row.verdict_as_of, 3.6 * scale))


def _sensitivity_message(table: pd.DataFrame, known: set[str], language: str) -> str:
    own = table[table["target_id"].isin(known)]
    if own.empty:
        return pick(
            language, "No verdict to change: nothing is decided", "没有可变的判定：尚无定论"
        )
    first = own["reading"] == table["reading"].iloc[0]
    before = own[first].set_index("target_id")["verdict"].astype("object")
    sure = set(before.index[before.isin(_DECIDED)])
    other = own["verdict"].astype("object") != own["target_id"].map(before)
    moved = set(own.loc[other, "target_id"])
    settled = own.loc[other & own["verdict"].isin(["met", "not_met"]), "target_id"]
    opened = set(settled) - sure
    return pick(
        language,
        f"{len(sure - moved)} of {len(sure)} verdicts hold under every reading; "
        f"{len(opened)} open ones are settled under some",
        f"{len(sure)} 项判定中在各种读法下均成立的有 {len(sure - moved)} 项；"
        f"未定者中有 {len(opened)} 项在某种读法下可定",
    )


def _sensitivity_legend(figure: Figure, used: list[str], note: str, language: str) -> None:
    handles: list[Any] = [Line2D([], [], linestyle="", **_mark_style(v, 5)) for v in used]
    handles.append(matplotlib.patches.Patch(facecolor=_SHADE, edgecolor=GREY, linewidth=0.4))
    labels = [words.VERDICT_WORDS[verdict][language == "zh"] for verdict in used]
    labels.append(pick(language, "other than by default", "与默认读法不同"))
    figure.legend(
        handles, labels, loc="outside lower left", ncols=6, title=folded(note, 150),
        title_fontsize=7, alignment="left",
    )  # fmt: skip


#: Ground of a cell that differs.
_SHADE = "#DCE9F2"
