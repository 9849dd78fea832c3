"""Figures of money: the subsidy schedule, what targets cost if met, and on what that rests."""

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stdpolicy.figures.labels import shortened
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
    ORANGE,
    SKY,
    Page,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Yuan that the numbers of a figure are counted in.
_UNIT = {"en": 1e6, "zh": 1e4}
_UNITS = ("million yuan", "万元")
#: Height of the bar of the second amount in that of the first.
_INNER = 0.45
#: Rows that fit on a page.
_PAGE = {False: 46, True: 28}
#: Groups of a drawn exposure with their titles.
_GROUPS = {
    "all": ("Total", "合计"),
    "incentive": ("By subsidy", "按资助事项"),
    "tier": ("By tier of standard", "按标准层级"),
    "domain": ("By field of the target", "按目标所属领域"),
}


@styled
def subsidy_schedule(
    table: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw what is paid for one thing of each kind.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.money.schedule` returns it.
    tables : dict of pandas.DataFrame
        With ``documents``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A bar per incentive, the greatest first within its document; a lighter part where the amount
        is a range, an arrow where it has no upper end; right of it amount and recipient.
    """
    room = page(preset)
    if table.empty:
        return nothing(pick(language, "No subsidies are coded", "没有编码的资助"), room)
    own = table.assign(most=table["yuan_high"].fillna(math.inf))
    names = document_names(tables, language)
    place = {doc: n for n, doc in enumerate(names)}
    own["plan"] = own["doc_id"].map(place).fillna(len(place))
    own = own.sort_values(["plan", "most"], ascending=[True, False], kind="stable")
    shown = own.head(_PAGE[room.narrow])
    title = headline(_schedule_message(table, language), room)
    rows = Rows(room, 6.6)
    note = ""
    if left := len(own) - len(shown):
        note = pick(language, f"{left} more are not drawn.", f"另有 {left} 项未绘出。")
    key = Key(room, [], note)
    figure = new_figure(
        room, above(title) + 0.42 + rows.step * len(shown) + (key.height if note else 0)
    )
    axes = figure.subplots()
    scale = 1e4  # as documents write such amounts
    end = shown[["yuan_low", "yuan_high"]].max().max() / scale or 1.0
    said = []
    for level, row in enumerate(shown.itertuples()):
        low, high = row.yuan_low / scale, row.yuan_high / scale
        _bar(axes, level, low, high, end, rows.thick, BLUE)
        amount = _span(low, high)
        receiver = pick(language, row.recipient_en, row.recipient_zh)
        said.append(amount if room.narrow else "")
        if not room.narrow:
            beside(axes, level, 26, amount, "right")
            beside(axes, level, 38, shortened(str(receiver), 110))
    rows.label(axes, [str(x) for x in shown[pick(language, "purpose_en", "purpose_zh")]], said)
    if not room.narrow:
        texts = (pick(language, "amount", "金额"), pick(language, "paid to", "受助者"))
        heads(axes, [(26, texts[0], "right"), (38, texts[1], "left")], 3)
    _money_axis(axes, end, pick(language, "10,000 yuan for each", "每项（个），万元"))
    put_headline(figure, title)
    if note:
        key.put(figure)
    return figure


@styled
def fiscal_exposure(
    table: pd.DataFrame,
    language: str = "en",
    seen: pd.DataFrame | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw what it costs if the targets are met, as intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.money.exposure` returns it.
    language : str
        ``en`` or ``zh``.
    seen : pandas.DataFrame, optional
        The same under :func:`stdpolicy.money.as_seen`, drawn inside.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row for the total, and one per incentive, tier and field: a light bar from the least to
        the greatest amount, a dark one inside for the second table. A note counts
        incentives to which no promise with a number is linked.
    """
    room = page(preset)
    total = table[table["by"] == "all"].iloc[0] if len(table) else None
    if total is None or total["status"] == "no_number":
        message = pick(
            language, "No target with a number has a subsidy", "没有带数字的目标可获资助"
        )
        return nothing(message, room)
    other = {} if seen is None else seen.set_index(["by", "which"]).to_dict("index")
    drawn, left = _drawn(table, room)
    unit = _UNIT[language]
    finite = drawn[["yuan_low", "yuan_high"]].max().max() / unit
    end = finite if finite > 0 else 1.0
    title = headline(_exposure_message(total, other.get(("all", "all")), language), room)
    note = pick(
        language,
        "Ends of the rows need not add up to those of the total. ",
        "各行两端之和不必等于合计的两端。",
    )
    note += _silent(table, language)
    if left:
        note += pick(language, f"{left} more rows are not drawn.", f"另有 {left} 行未绘出。")
    entries: list[tuple[Any, str]] = [
        (Patch(facecolor=SKY), pick(language, "what text and default assumptions allow",
                                    "原文与默认假设所容许的区间")),
    ]  # fmt: skip
    if other:
        entries.append(
            (Line2D([], [], color=BLUE, linewidth=2.6),
             pick(language, "the same, with as many led as seen elsewhere",
                  "主导比例取他省所见"))
        )  # fmt: skip
    key = Key(room, entries, note)
    rows = Rows(room, 6.8)
    groups = [by for by in _GROUPS if (drawn["by"] == by).any()]
    counts = [int((drawn["by"] == by).sum()) for by in groups]
    figure = new_figure(
        room,
        above(title) + key.height + 0.45 + rows.step * sum(counts) + 0.3 * len(groups),
    )
    panels = figure.subplots(
        len(groups), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [count + 0.4 for count in counts]},
    )[:, 0]  # fmt: skip
    for axes, by in zip(panels, groups, strict=True):
        own = drawn[drawn["by"] == by]
        _draw_rows(axes, own, other, rows.thick, end, unit)
        labels = list(own[pick(language, "label_en", "label_zh")])
        amounts = [_span(row.yuan_low / unit, row.yuan_high / unit) for row in own.itertuples()]
        rows.label(axes, labels, amounts if room.narrow else ())
        if not room.narrow:
            for level, row in enumerate(own.itertuples()):
                beside(axes, level, 8, amounts[level])
                beside(axes, level, 76, _span(row.things_low, row.things_high))
        axes.set_title(pick(language, *_GROUPS[by]), loc="left")
    if not room.narrow:
        texts = (pick(language, *_UNITS), pick(language, "things paid for", "受助项数"))
        heads(panels[0], [(8, texts[0], "left"), (76, texts[1], "left")], 3)
    for axes in panels[:-1]:
        axes.tick_params(axis="x", length=0, labelbottom=False)
        axes.spines["bottom"].set_visible(False)
    for axes in panels:
        axes.grid(axis="x")
    _money_axis(panels[-1], end, pick(language, *_UNITS))
    put_headline(figure, title)
    key.put(figure)
    return figure


@styled
def exposure_assumptions(
    table: pd.DataFrame, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw how the total changes when one assumption is changed.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.money.sensitivity` returns it: the unchanged assumptions first.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A bar from the least to the greatest total per change that matters, those that narrow it
        most first, then those that widen it, then several changes at once; lines at the ends that
        the default assumptions give. An arrow where there is no upper end.
    """
    room = page(preset)
    if table.empty or table["status"].iloc[0] == "no_number":
        message = pick(
            language, "No target with a number has a subsidy", "没有带数字的目标可获资助"
        )
        return nothing(message, room)
    first, changes = table.iloc[0], table.iloc[1:]
    same = (changes["change_low"].fillna(0) == 0) & (changes["status"] == first["status"])
    same &= changes["change_high"].fillna(0) == 0
    moved = changes[~same]
    width = (moved["yuan_high"] - moved["yuan_low"]).fillna(math.inf)
    moved = moved.assign(several=moved["assumption"] == "several", wide=width)
    moved = moved.sort_values(["several", "wide"], kind="stable")
    fits = _PAGE[room.narrow] - 2
    left = max(len(moved) - fits, 0)
    moved = moved.head(fits)
    shown = pd.concat([table.head(1), moved])
    unit = _UNIT[language]
    end = shown[["yuan_low", "yuan_high"]].max().max() / unit or 1.0
    title = headline(_sensitivity_message(table, language), room)
    idle = int(same.sum())
    note = ""
    if idle:
        note = pick(
            language,
            f"{idle} other changes leave the total as it is. ",
            f"另有 {idle} 种假设不改变合计。",
        )
    if left:
        note += pick(language, f"{left} more are not drawn.", f"另有 {left} 种未绘出。")
    entries: list[tuple[Any, str]] = [
        (Patch(facecolor=BLUE), pick(language, "default assumptions", "默认假设")),
        (Patch(facecolor=SKY), pick(language, "one of them changed", "改变一项")),
    ]
    if moved["several"].any():
        mark = Patch(facecolor=ORANGE, hatch="////", edgecolor="white", linewidth=0)
        entries.append((mark, pick(language, "several changed", "改变多项")))
    key = Key(room, entries, note)
    rows = Rows(room, 6.6)
    figure = new_figure(room, above(title) + key.height + 0.6 + rows.step * len(shown))
    axes = figure.subplots()
    labels, said = [], []
    for level, row in enumerate(shown.itertuples()):
        low, high = row.yuan_low / unit, row.yuan_high / unit
        colour = BLUE if not level else ORANGE if row.assumption == "several" else SKY
        _bar(axes, level, low, high, end, rows.thick, colour, colour)
        labels.append(str(pick(language, row.words_en, row.words_zh)))
        said.append(_span(low, high))
    for value in (first["yuan_low"], first["yuan_high"]):
        if not pd.isna(value):
            axes.axvline(value / unit, color=BLACK, linewidth=0.8, linestyle=(0, (3, 2)), zorder=3)
    rows.label(axes, labels, said if room.narrow else ())
    if not room.narrow:
        for level, text in enumerate(said):
            beside(axes, level, 8, text)
        heads(axes, [(8, pick(language, *_UNITS), "left")], 3)
    axes.grid(axis="x")
    _money_axis(axes, end, pick(language, *_UNITS))
    put_headline(figure, title)
    key.put(figure)
    return figure


# --- parts of the figures -------------------------------------------------------------------------


def _bar(
    axes: Axes, level: float, low: float, high: float, end: float, thick: float, sure: str,
    unsure: str = SKY,
) -> None:  # fmt: skip
    """An amount: solid up to the least, lighter to the greatest, an arrow without one."""
    if sure != unsure:
        axes.barh(level, low, height=thick, color=sure, linewidth=0)
    last = end if math.isnan(high) else high
    style: dict[str, Any] = {"hatch": "////", "edgecolor": "white"} if unsure == ORANGE else {}
    axes.barh(level, last - low, left=low, height=thick, color=unsure, linewidth=0, **style)
    if last == low and sure == unsure:
        axes.plot([low, low], [level - thick / 2, level + thick / 2], color=sure, linewidth=1.6)
    if math.isnan(high):
        axes.plot(end * 1.02, level, marker=">", markersize=4.5, color=unsure, clip_on=False)


def _draw_rows(
    axes: Axes, own: pd.DataFrame, other: dict[Any, Any], thick: float, end: float, unit: float
) -> None:
    for level, row in enumerate(own.itertuples()):
        _bar(axes, level, row.yuan_low / unit, row.yuan_high / unit, end, thick, SKY)
        inner = other.get((row.by, row.which))
        if inner and inner["status"] != "no_number":
            low, high = inner["yuan_low"] / unit, inner["yuan_high"] / unit
            _bar(axes, level, low, high, end, _INNER * thick, BLUE, BLUE)


def _drawn(table: pd.DataFrame, room: Page) -> tuple[pd.DataFrame, int]:
    """Rows that fit on the page, those with the greatest amounts first; and how many do not."""
    own = table[table["by"].isin(list(_GROUPS)) & (table["status"] != "no_number")]
    most = own["yuan_high"].fillna(math.inf)
    most = most.where(own["by"] != "all", math.inf)
    keep = most.sort_values(ascending=False, kind="stable").index[: _PAGE[room.narrow]]
    return own[own.index.isin(keep)], len(own) - len(keep)


def _silent(table: pd.DataFrame, language: str) -> str:
    """How many incentives no promise with a number is linked to; the table names them."""
    every = table[table["by"] == "incentive"]
    own = every[every["status"] == "no_number"]
    if own.empty:
        return ""
    return pick(
        language,
        f"Of {len(every)} subsidies {len(own)} have no promise with a number. ",
        f"{len(every)} 项资助中有 {len(own)} 项没有带数字的承诺。",
    )


def _span(low: float, high: float) -> str:
    """An interval as briefly as can be."""
    if math.isnan(high):
        return f"≥{_number(low)}"
    one, last = _number(low), _number(high)
    return one if one == last else f"{one}–{last}"


def _number(value: float) -> str:
    """Three digits, more only before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _money_axis(axes: Axes, end: float, label: str) -> None:
    axes.set_xlim(0, 1.02 * end)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel(label)


def _schedule_message(table: pd.DataFrame, language: str) -> str:
    count = len(table)
    low, high = table["yuan_low"].min() / 1e4, table["yuan_high"].max(skipna=False) / 1e4
    yuan = _span(low * 1e4, high * 1e4)
    subsidies = "1 subsidy" if count == 1 else f"{count} subsidies"
    en = f"{subsidies} of {yuan} yuan for each thing done"
    zh = f"{count} 项资助，每项（个）{_span(low, high)} 万元"
    if (table["payment"].astype("object") == "once").all():
        en, zh = f"{en}, paid once", f"{zh}，均为一次性"
    return pick(language, en, zh)


def _exposure_message(total: Any, inner: Any, language: str) -> str:
    unit = _UNIT[language]
    span = _span(total["yuan_low"] / unit, total["yuan_high"] / unit)
    en = f"If the targets are met, the subsidies come to {span} million yuan"
    zh = f"若目标全部完成，资助合计 {span} 万元"
    if inner and inner["status"] != "no_number":
        span = _span(inner["yuan_low"] / unit, inner["yuan_high"] / unit)
        en += f"; with as many standards led as seen elsewhere, {span} million"
        zh += f"；主导比例若如他省所见，为 {span} 万元"
    return pick(language, en, zh)


def _sensitivity_message(table: pd.DataFrame, language: str) -> str:
    first, changes = table.iloc[0], table.iloc[1:]
    single = changes[changes["assumption"] != "several"].dropna(subset=["change_high"])
    falls = single[single["change_high"] < 0]
    if falls.empty or pd.isna(first["yuan_high"]):
        return pick(
            language, "No single assumption lowers the greatest total", "没有单项假设降低合计上限"
        )
    unit = _UNIT[language]
    row = falls.loc[falls["change_high"].idxmin()]
    high, rest = first["yuan_high"] / unit, row["yuan_high"] / unit
    text = pick(language, row["words_en"], row["words_zh"])
    return pick(
        language,
        f"What counts most: if {text}, the greatest total falls from {_number(high)} "
        f"to {_number(rest)} million yuan",
        f"影响最大者：若{text}，合计上限由 {_number(high)} 降至 {_number(rest)} 万元",
    )
