"""Figure of whether plans add up: each total beside the field targets that it is split into."""

import math
from typing import Any

import matplotlib.patches
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy.coherence import unit_kinds
from stdpolicy.figures.labels import folded, nothing, promised, shortened, text_width
from stdpolicy.figures.style import (
    BLACK,
    DOUBLE,
    GREY,
    LIGHT,
    document_names,
    label_of,
    new_figure,
    pick,
    styled,
)
from stdpolicy.figures.targets import field_styles
from stdpolicy.gap import words

Tables = dict[str, pd.DataFrame]

#: Verdicts in a word.
_ADDS_UP = {
    "exact": ("adds up", "相等"),
    "remainder": ("remainder", "有余额"),
    "excess": ("excess", "超出"),
    "undetermined": ("undetermined", "无法判定"),
    "overlapping_only": ("repeats only", "仅为重复"),
}
#: Respects in which parts and wholes can differ, in a word.
_DIFFERS = {
    "role": ("role", "角色"),
    "stage": ("stage", "阶段"),
    "action": ("action", "行为"),
    "base_date": ("start", "起算日"),
    "due_date": ("deadline", "截止日"),
}
#: Rows that fit on a page, the end of the axis, and where the columns of text stand, in points.
_PAGE, _LIMIT = 34, 1.5
_COLUMNS = {"en": (66, 76, 138), "zh": (62, 72, 116)}
_SMALL = 6.5
#: Width of a line of the title, in Latin characters.
_TITLE = {"en": 122, "zh": 116}
#: Share of the axis that a character in a bar takes.
_ROOM = {"en": 0.026, "zh": 0.018}
_HATCH = "#999999"


@styled
def coherence(table: pd.DataFrame, tables: Tables, language: str = "en") -> Figure:
    """Draw whether the field targets of each plan add up to its totals, tier by tier.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.coherence.coherence` returns it: ``target_id``, ``doc_id``,
        ``indicator``, ``unit``, ``whole_low``, ``whole_high``, ``parts_low``, ``parts_high``,
        ``remainder_low``, ``remainder_high``, ``differs``, ``adds_up``.
    tables : dict of pandas.DataFrame
        Those that it was made from: with ``targets``, ``documents``, ``indicators`` and
        ``domains``.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per plan. One row per total that is split: the total as outline, its parts end to
        end, what is left to none of them hatched; at the right the sum, the verdict in a word and
        what differs. Below them the totals without parts, and the field targets without a total.
    """
    title = _message(table, language)
    names = document_names(tables, language)
    page = _on_page(table, list(names))
    if not page:
        return nothing(title)
    drawn = pd.concat([split for _, split, _ in page])
    targets = _written(tables)
    styles = field_styles(targets[targets["part_of"].isin(drawn["target_id"])])
    lines = [len(split) + len(rest) for _, split, rest in page]
    end = _end(drawn, targets)
    foot = 0.75 + 0.14 * (len(styles) // 4) if len(drawn) else 0.0
    height = 0.25 + 0.225 * sum(lines) + 0.26 * len(page) + foot
    figure = new_figure(DOUBLE, height)
    panels = figure.subplots(
        len(page), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [n + 0.4 for n in lines]},
    )[:, 0]  # fmt: skip
    used: set[str] = set()
    for axes, (plan, split, rest) in zip(panels, page, strict=True):
        for level, row in enumerate(split.itertuples()):
            used |= _draw_row(axes, level, row, targets, styles, end, language)
        ticks = [_label(row, targets, tables, language) for row in split.itertuples()]
        for own in rest:
            ticks.append(_draw_rest(axes, len(ticks), own, targets, tables, language))
        axes.set_yticks(range(len(ticks)), ticks)
        axes.set_ylim(len(ticks) - 0.4, -0.6)
        axes.set_title(shortened(names[plan], 36), loc="left", fontweight="normal")
        axes.tick_params(axis="y", length=0)
    barred = [axes for axes, (_, split, _) in zip(panels, page, strict=True) if len(split)]
    _share_axis(list(panels), barred, end, language)
    figure.suptitle(title, x=0.01, ha="left")
    every = (~table["adds_up"].isin(["no_parts", "no_whole"])).sum()
    missing = int(every) - len(drawn), table["doc_id"].nunique() - len(page)
    _legend(figure, tables, styles, used, _note(*missing, language), language)
    return figure


def _on_page(
    table: pd.DataFrame, plans: list[str]
) -> list[tuple[str, pd.DataFrame, list[pd.DataFrame]]]:
    """Plans with their totals that are split, and what has no parts or no total; as fits."""
    out = []
    left = _PAGE
    for plan in plans:
        own = table[table["doc_id"] == plan]
        if own.empty:
            continue
        rest = [own[own["adds_up"] == kind] for kind in ("no_parts", "no_whole")]
        rest = [rows for rows in rest if len(rows)]
        split = own[~own["adds_up"].isin(["no_parts", "no_whole"])]
        split = split.head(max(left - len(rest) - 1, 0))
        if len(split) + len(rest) + 1 > left:
            break
        left -= len(split) + len(rest) + 1
        out.append((plan, split, rest))
    return out


def _note(totals: int, plans: int, language: str) -> str:
    """What does not fit."""
    if not totals and not plans:
        return ""
    return pick(
        language,
        f"Not drawn: {totals} totals; plans that do not fit at all: {plans}.",
        f"因篇幅未列出：总目标 {totals} 个，整份规划 {plans} 份。",
    )


def _share_axis(panels: list[Axes], barred: list[Axes], end: float, language: str) -> None:
    """An axis below the last panel with bars; panels of mere text have none."""
    panels[-1].set_xlim(0, end * 1.02)
    at = [tick for tick in (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5) if tick <= end]
    panels[-1].set_xticks(at, [f"{tick:.0%}" for tick in at])
    for axes in panels:
        if axes not in barred:
            axes.tick_params(axis="x", length=0, labelbottom=False)
            axes.spines[["left", "bottom"]].set_visible(False)
    for axes in barred:
        axes.grid(axis="x")
    if barred:
        _heads(barred[0], language)
        barred[-1].tick_params(axis="x", labelbottom=True)
        barred[-1].set_xlabel(
            pick(language, "Share of the total as written", "占总目标（按所写数字）的比例")
        )


# --- rows -----------------------------------------------------------------------------------------


def _written(tables: Tables) -> pd.DataFrame:
    """Targets by their id, with the number as written and the kind and size of its unit."""
    out = tables["targets"].astype("object").set_index("target_id")
    out["written"] = out["value_low"].fillna(out["value_high"]).astype("float64")
    return out.join(unit_kinds(out["unit"]))


def _label(row: Any, targets: pd.DataFrame, tables: Tables, language: str) -> str:
    """What the total counts."""
    domain = targets.at[row.target_id, "domain"]
    name = str(label_of(tables["indicators"], language).get(row.indicator, row.indicator))
    if domain != "all":
        field = label_of(tables["domains"], language).get(domain, domain)
        name += pick(language, f", {field}", f"（{field}）")
    return shortened(name, 48)


def _draw_row(
    axes: Axes,
    level: int,
    row: Any,
    targets: pd.DataFrame,
    styles: dict[str, tuple[str, str]],
    end: float,
    language: str,
) -> set[str]:
    """A total with its parts; returns which signs were used, for the legend."""
    whole = targets.loc[row.target_id]
    unit = float(whole["written"])
    used = {"whole"}
    sure = not math.isnan(row.parts_low) and unit > 0
    left = 0.0
    if sure:
        for part in targets[targets["part_of"] == row.target_id].itertuples():
            if part.kind != whole["kind"]:
                continue
            again = part.part_relation == "overlapping"
            value = part.written * part.factor / whole["factor"]
            if again and row.adds_up != "overlapping_only":
                continue
            start = 0.0 if again else left
            room = _ROOM[language]
            fits = room if (start + value / 2) / unit < end else math.inf
            _draw_part(axes, level, start / unit, value / unit, _style(part, styles), value, fits)
            used |= {"again"} if again else {part.domain}
            left = max(left, start + value)
        used |= _draw_left_over(axes, level, row, unit, left, end, language)
    low = (0.0 if math.isnan(row.whole_low) else row.whole_low) / unit if unit > 0 else 1.0
    high = row.whole_high / unit if unit > 0 else 1.0
    _draw_whole(axes, level, low, high)
    parted = words.number(left)
    if not _same(row.parts_low, row.parts_high):
        parted = _interval(row.parts_low, row.parts_high)
    about = promised(whole, language)
    total = pick(language, f"{parted} of {about}", f"{parted} / {about}")
    if not sure:
        total = pick(language, "not added", "不相加")
    differs = [pick(language, *_DIFFERS.get(d, (d, d))) for d in row.differs.split("+") if d]
    joined = pick(language, ", ", "、").join(differs)
    verdict = pick(language, *_ADDS_UP[row.adds_up])
    numbers, word, other = _COLUMNS[language]
    _text(axes, level, numbers, total, "right")
    _text(axes, level, word, verdict)
    _text(axes, level, other, joined)
    return used


def _style(part: Any, styles: dict[str, tuple[str, str]]) -> tuple[str, str]:
    if part.part_relation == "overlapping":
        return "white", "...."
    return styles.get(part.domain, (LIGHT, ""))


def _draw_part(
    axes: Axes,
    level: int,
    left: float,
    width: float,
    style: tuple[str, str],
    value: float,
    room: float,
) -> None:
    colour, hatch = style
    axes.barh(
        level, width, left=left, height=0.56, color=colour, hatch=hatch, linewidth=0.5,
        edgecolor="white" if colour != "white" else _HATCH,
    )  # fmt: skip
    text = words.number(value)
    if width > room * text_width(text):
        _in_bar(axes, level, left + width / 2, text)


def _in_bar(axes: Axes, level: int, place: float, text: str) -> None:
    axes.text(
        place, level, text, ha="center", va="center_baseline", fontsize=6, color=BLACK, zorder=4,
        bbox={"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.85},
    )  # fmt: skip


def _draw_left_over(
    axes: Axes, level: int, row: Any, unit: float, left: float, limit: float, language: str
) -> set[str]:
    """What no part takes: hatched where it is sure, dotted outline where it is possible."""
    used = set()
    if not _same(row.parts_low, row.parts_high):
        low, high = row.parts_low / unit, row.parts_high / unit
        _draw_span(axes, level, low, high, limit)
        used.add("span")
    if row.adds_up == "remainder":
        top = row.whole_high if row.whole_high == row.whole_high else row.whole_low
        start, end = left / unit, min(top / unit, limit)
        axes.barh(
            level, end - start, left=start, height=0.56, facecolor="white", edgecolor=_HATCH,
            hatch="//////", linewidth=0,
        )  # fmt: skip
        used.add("remainder")
        text = _interval(row.remainder_low, row.remainder_high)
        if end - start > _ROOM[language] * text_width(text) and not used & {"span"}:
            _in_bar(axes, level, (start + end) / 2, text)
        else:
            axes.annotate(
                text, (max(end, 1.0), level), xytext=(4, 0), textcoords="offset points",
                va="center_baseline", fontsize=6,
            )  # fmt: skip
    if row.adds_up == "excess":
        over = _interval(-row.remainder_high, -row.remainder_low)
        axes.annotate(
            f"+{over}", (min(left / unit, limit), level), xytext=(4, 0), fontsize=6,
            textcoords="offset points", va="center_baseline",
        )  # fmt: skip
    return used


def _draw_span(axes: Axes, level: int, low: float, high: float, limit: float) -> None:
    """Where the sum of the parts can lie, as a line over the bars."""
    beyond = not high <= limit
    end = limit if beyond else high
    axes.plot([low, end], [level, level], color=BLACK, linewidth=0.9, zorder=5)
    axes.plot(low, level, marker="|", markersize=6, color=BLACK, zorder=5)
    axes.plot(
        end, level, marker=">" if beyond else "|", markersize=4 if beyond else 6, color=BLACK,
        zorder=5, clip_on=False,
    )  # fmt: skip


def _draw_whole(axes: Axes, level: int, low: float, high: float) -> None:
    """The total as an outline; open at the right where it is a minimum, dashed where uncertain."""
    top, bottom = level - 0.36, level + 0.36
    if math.isnan(high):
        low = low or 1.0
        axes.plot([low, 0, 0, low], [top, top, bottom, bottom], color=BLACK, linewidth=0.8)
        for edge in (top, bottom):
            axes.plot(
                [low, low + 0.05], [edge, edge], color=BLACK, linewidth=0.8, linestyle=":",
                clip_on=False,
            )  # fmt: skip
        return
    box: dict[str, Any] = {"height": 0.72, "facecolor": "none", "edgecolor": BLACK}
    if not _same(low, high):
        axes.barh(level, high - low, left=low, linestyle=(0, (2, 1.5)), linewidth=0.6, **box)
    axes.barh(level, low or high, linewidth=0.8, **box)


def _draw_rest(
    axes: Axes, level: int, own: pd.DataFrame, targets: pd.DataFrame, tables: Tables, language: str
) -> str:
    """A line of text for all totals without parts, or all field targets without a total."""
    indicators = label_of(tables["indicators"], language)
    whole = own["adds_up"].iloc[0] == "no_parts"
    listed = []
    for row in own.itertuples():
        name = str(indicators.get(row.indicator, row.indicator))
        if whole:
            number = promised(targets.loc[row.target_id], language)
        else:
            number = _interval(row.parts_low, row.parts_high)
        listed.append(f"{name} {number}".strip())
    axes.annotate(
        _cut_list(listed, 90, language), (0, level), xytext=(4, 0), fontsize=_SMALL, color=GREY,
        textcoords="offset points", va="center_baseline", zorder=4,
        bbox={"fc": "white", "ec": "none", "pad": 1.5},
    )  # fmt: skip
    if whole:
        return pick(language, f"no field targets ({len(own)})", f"无分目标（{len(own)} 个）")
    return pick(language, f"no total ({len(own)})", f"无总目标（{len(own)} 个）")


def _cut_list(listed: list[str], width: int, language: str) -> str:
    """As many entries of a list as fit, with the number of the others."""
    joint = pick(language, ", ", "、")
    for count in range(len(listed), 0, -1):
        rest = len(listed) - count
        tail = pick(language, f" and {rest} more", f"等 {len(listed)} 个") if rest else ""
        text = joint.join(listed[:count]) + tail
        if text_width(text) <= width:
            return text
    return shortened(listed[0], width)


def _same(low: float, high: float) -> bool:
    return bool(np.isclose(low, high, rtol=1e-9, atol=0))


def _interval(low: float, high: float) -> str:
    """An interval as briefly as can be; nothing where no end is known."""
    if math.isnan(low) and math.isnan(high):
        return ""
    if math.isnan(high):
        return f"≥{words.number(low)}"
    if math.isnan(low):
        return f"≤{words.number(high)}"
    one, other = words.number(low), words.number(high)
    return one if _same(low, high) else f"{one}–{other}"


def _text(axes: Axes, level: int, shift: float, text: str, side: str = "left") -> None:
    """A text some points right of the axes."""
    axes.annotate(
        text, (1, level), xycoords=axes.get_yaxis_transform(), xytext=(shift, 0), ha=side,
        textcoords="offset points", va="center_baseline", fontsize=_SMALL,
    )  # fmt: skip


def _heads(axes: Axes, language: str) -> None:
    """Headings of the columns at the right."""
    texts = (
        pick(language, "parts of total", "分目标 / 总目标"),
        pick(language, "do they add up?", "是否相加"),
        pick(language, "what differs", "不同之处"),
    )
    sides = ("right", "left", "left")
    for shift, text, side in zip(_COLUMNS[language], texts, sides, strict=True):
        axes.annotate(
            text, (1, 1), xytext=(shift, 5), ha=side, xycoords="axes fraction", color=GREY,
            textcoords="offset points", fontsize=_SMALL,
        )  # fmt: skip


def _end(shown: pd.DataFrame, targets: pd.DataFrame) -> float:
    """End of the axis: the total, as much of an excess as is in sight, and room for open ends."""
    written = targets["written"].reindex(shown["target_id"]).to_numpy()
    most = shown[["whole_high", "parts_high"]].max(axis=1).to_numpy() / written
    least = 1.2 if (shown["parts_low"].notna() & shown["parts_high"].isna()).any() else 1.0
    return float(min(max([least, *most[np.isfinite(most)]]), _LIMIT))


def _legend(
    figure: Figure,
    tables: Tables,
    styles: dict[str, tuple[str, str]],
    used: set[str],
    note: str,
    language: str,
) -> None:
    patch = matplotlib.patches.Patch
    domains = label_of(tables["domains"], language)
    handles: list[Any] = []
    labels = []
    if "whole" in used:
        handles.append(patch(facecolor="white", edgecolor=BLACK, linewidth=0.8))
        labels.append(pick(language, "total", "总目标"))
    for field, (colour, hatch) in styles.items():
        if field in used:
            handles.append(patch(facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0))
            labels.append(shortened(str(domains.get(field, field)), 26))
    if "all" in used:
        handles.append(patch(facecolor=LIGHT, edgecolor="white", linewidth=0))
        labels.append(pick(language, "no field named", "未指明领域"))
    if "remainder" in used:
        handles.append(patch(facecolor="white", edgecolor=_HATCH, hatch="//////", linewidth=0))
        labels.append(pick(language, "left to no field", "未列入任何领域"))
    if "again" in used:
        handles.append(patch(facecolor="white", edgecolor=_HATCH, hatch="....", linewidth=0.5))
        labels.append(pick(language, "promised again", "重复承诺"))
    if "span" in used:
        handles.append(Line2D([], [], color=BLACK, linewidth=0.9, marker="|", markersize=6))
        labels.append(pick(language, "range of the sum", "合计的区间"))
    if handles or note:
        figure.legend(
            handles, labels, loc="outside lower left", ncols=_columns(labels), title=note or None,
            title_fontsize=7, alignment="left",
        )  # fmt: skip


def _columns(labels: list[str]) -> int:
    """As many columns of a legend as fit side by side."""
    for columns in range(6, 1, -1):
        widths = [max(map(text_width, own), default=0) for own in np.array_split(labels, columns)]
        if sum(0.5 + 0.05 * width for width in widths if width) < DOUBLE:
            return columns
    return 1


def _message(table: pd.DataFrame, language: str) -> str:
    counts = table["adds_up"].astype("object").value_counts().to_dict()
    lone, loose = counts.pop("no_parts", 0), counts.pop("no_whole", 0)
    total = sum(counts.values())
    if not total and not lone and not loose:
        return pick(language, "There are no targets", "没有目标")
    if not total:
        return pick(
            language,
            f"None of {lone} totals is split into field targets"
            if lone
            else f"Field targets without a total: {loose}",
            f"{lone} 个总目标均未分到领域" if lone else f"{loose} 个指标有领域目标而无总目标",
        )
    said = {
        "remainder": ("leave a remainder in {}", "{} 个留有余额"),
        "excess": ("exceed {}", "{} 个被超出"),
        "overlapping_only": ("only repeat {}", "{} 个只有重复承诺"),
        "undetermined": ("leave {} undetermined", "{} 个无法判定"),
    }
    en = [f"Field targets add up to {counts.get('exact', 0)} of {total} totals"]
    zh = [f"{total} 个有分目标的总目标中，{counts.get('exact', 0)} 个恰好相加"]
    for kind, (english, chinese) in said.items():
        if counts.get(kind):
            en.append(english.format(counts[kind]))
            zh.append(chinese.format(counts[kind]))
    more_en = f"; {lone} totals name no fields" if lone else ""
    more_zh = f"；另有 {lone} 个总目标没有分领域" if lone else ""
    return folded(
        pick(language, ", ".join(en) + more_en, "、".join(zh) + more_zh), _TITLE[language]
    )
