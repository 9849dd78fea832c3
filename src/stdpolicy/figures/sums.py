"""Figure of whether plans add up: each total beside the field targets that it is split into."""

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stdpolicy.coherence import unit_kinds
from stdpolicy.figures.labels import counted, promised, shortened, text_width
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
    DEFAULT,
    GREY,
    HEAD,
    LIGHT,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
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
#: Rows that fit on a page, wide or narrow, and the end of the axis.
_PAGE, _LIMIT = {False: 34, True: 22}, 1.5
#: Where the columns of text stand, in points right of the axes.
_COLUMNS = {"en": (66, 74, 122), "zh": (66, 74, 112)}
_HATCH = "#999999"
#: Hatches of what belongs to no field, and of what is promised again.
_LEFT, _AGAIN = "//////", "...."


@styled
def coherence(
    table: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
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
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per plan. One row per total that is split: the total as outline, its parts end to
        end, what is left to none of them hatched; at the right the sum, the verdict in a word and
        what differs. Below them the totals without parts, and the field targets without a total.
    """
    room = page(preset)
    message = _message(table, language)
    names = document_names(tables, language)
    shown = _on_page(table, list(names), _PAGE[room.narrow])
    if not shown:
        return nothing(message, room)
    drawn = pd.concat([split for _, split, _ in shown])
    targets = _written(tables)
    styles = field_styles(targets[targets["part_of"].isin(drawn["target_id"])])
    every = (~table["adds_up"].isin(["no_parts", "no_whole"])).sum()
    missing = int(every) - len(drawn), table["doc_id"].nunique() - len(shown)
    lines = [len(split) + len(rest) for _, split, rest in shown]
    sheet = _Sheet(room, targets, tables, styles, _end(drawn, targets), language)
    title = headline(message, room)
    key = _key(sheet, drawn, _note(*missing, language))
    figure = new_figure(
        room,
        above(title) + key.height + (0.45 if len(drawn) else 0.1)
        + sheet.rows.step * sum(lines) + 0.3 * len(shown),
    )  # fmt: skip
    panels = figure.subplots(
        len(shown), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [n + 0.4 for n in lines]},
    )[:, 0]  # fmt: skip
    labels = {
        plan: [counted(targets.loc[name], tables, language) for name in split["target_id"]]
        + [_rest_label(own, language) for own in rest]
        for plan, split, rest in shown
    }
    widest = max(text_width(text) for texts in labels.values() for text in texts)
    # What is left beside the labels for a line of text.
    free = 0.9 * room.points
    if not room.narrow:
        free = room.points - min(widest, Rows.share * room.points) - 20
    for axes, (plan, split, rest) in zip(panels, shown, strict=True):
        said = [sheet.draw_row(axes, level, row) for level, row in enumerate(split.itertuples())]
        for own in rest:
            sheet.draw_rest(axes, len(said), own, free)
            said.append("")
        sheet.rows.label(axes, labels[plan], said)
        axes.set_title(shortened(names[plan], room.title, HEAD), loc="left")
    barred = [axes for axes, (_, split, _) in zip(panels, shown, strict=True) if len(split)]
    _share_axis(list(panels), barred, sheet)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _on_page(
    table: pd.DataFrame, plans: list[str], left: int
) -> list[tuple[str, pd.DataFrame, list[pd.DataFrame]]]:
    """Plans with their totals that are split, and what has no parts or no total; as fits."""
    out = []
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


def _written(tables: Tables) -> pd.DataFrame:
    """Targets by their id, with the number as written and the kind and size of its unit."""
    out = tables["targets"].astype("object").set_index("target_id")
    out["written"] = out["value_low"].fillna(out["value_high"]).astype("float64")
    return out.join(unit_kinds(out["unit"]))


@dataclasses.dataclass(frozen=True)
class _Sheet:
    """What every row is drawn with: the page, the targets, styles of fields, end of the axis."""

    room: Page
    targets: pd.DataFrame
    tables: Tables
    styles: dict[str, tuple[str, str]]
    end: float
    language: str

    @property
    def rows(self) -> Rows:
        return Rows(self.room, 8.8)

    @property
    def per_point(self) -> float:
        """Share of the axis that a point takes, at least."""
        wide = 0.94 if self.room.narrow else 0.3
        return 1.02 * self.end / (wide * self.room.points)

    def draw_row(self, axes: Axes, level: int, row: Any) -> str:
        """Draw a total with its parts; returns what is said of it."""
        language = self.language
        whole = self.targets.loc[row.target_id]
        unit = float(whole["written"])
        sure = not math.isnan(row.parts_low) and unit > 0
        left = self._draw_parts(axes, level, row, whole, unit) if sure else 0.0
        if sure:
            self._draw_left_over(axes, level, row, unit, left)
        low = (0.0 if math.isnan(row.whole_low) else row.whole_low) / unit if unit > 0 else 1.0
        high = row.whole_high / unit if unit > 0 else 1.0
        _draw_whole(axes, level, low, high, self.rows.thick)
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
        if not self.room.narrow:
            numbers, word, other = _COLUMNS[language]
            beside(axes, level, numbers, total, "right")
            beside(axes, level, word, verdict)
            beside(axes, level, other, joined)
        return pick(language, f"{total}, {verdict}", f"{total}，{verdict}")

    def _draw_parts(self, axes: Axes, level: int, row: Any, whole: Any, unit: float) -> float:
        """Parts end to end; returns their sum."""
        left = 0.0
        for part in self.targets[self.targets["part_of"] == row.target_id].itertuples():
            again = part.part_relation == "overlapping"
            if part.kind != whole["kind"] or (again and row.adds_up != "overlapping_only"):
                continue
            value = part.written * part.factor / whole["factor"]
            start = 0.0 if again else left
            colour, hatch = ("white", _AGAIN) if again else _style(part, self.styles)
            width = value / unit
            axes.barh(
                level, width, left=start / unit, height=0.8 * self.rows.thick, color=colour,
                hatch=hatch, linewidth=0.5, edgecolor=_HATCH if again else "white",
            )  # fmt: skip
            text = words.number(value)
            inside = (start + value / 2) / unit < self.end
            if inside and width > self.per_point * (text_width(text) + 3):
                _in_bar(axes, level, start / unit + width / 2, text)
            left = max(left, start + value)
        return left

    def _draw_left_over(self, axes: Axes, level: int, row: Any, unit: float, left: float) -> None:
        """What no part takes: hatched where it is sure, a line where it is possible."""
        span = not _same(row.parts_low, row.parts_high)
        if span:
            _draw_span(axes, level, row.parts_low / unit, row.parts_high / unit, self.end)
        if row.adds_up == "remainder":
            top = row.whole_high if row.whole_high == row.whole_high else row.whole_low
            start, end = left / unit, min(top / unit, self.end)
            axes.barh(
                level, end - start, left=start, height=0.8 * self.rows.thick, facecolor="white",
                edgecolor=_HATCH, hatch=_LEFT, linewidth=0,
            )  # fmt: skip
            text = _interval(row.remainder_low, row.remainder_high)
            if end - start > self.per_point * (text_width(text) + 3) and not span:
                _in_bar(axes, level, (start + end) / 2, text)
            else:
                _behind(axes, level, max(end, 1.0), text)
        if row.adds_up == "excess":
            over = _interval(-row.remainder_high, -row.remainder_low)
            _behind(axes, level, min(left / unit, self.end), f"+{over}")

    def draw_rest(self, axes: Axes, level: int, own: pd.DataFrame, width: float) -> None:
        """A line of text for all totals without parts, or all field targets without a total."""
        indicators = label_of(self.tables["indicators"], self.language)
        listed = []
        for row in own.itertuples():
            name = str(indicators.get(row.indicator, row.indicator))
            if row.adds_up == "no_parts":
                number = promised(self.targets.loc[row.target_id], self.language)
            else:
                number = _interval(row.parts_low, row.parts_high)
            listed.append(f"{name} {number}".strip())
        axes.annotate(
            _cut_list(listed, width, self.language), (0, level), xytext=(4, 0), color=GREY,
            textcoords="offset points", va="center_baseline", zorder=4,
            bbox={"fc": "white", "ec": "none", "pad": 1.5},
        )  # fmt: skip


def _rest_label(own: pd.DataFrame, language: str) -> str:
    """What a line of text lists."""
    count = len(own)
    if own["adds_up"].iloc[0] == "no_parts":
        return pick(language, f"no field targets ({count})", f"无分目标（{count} 个）")
    return pick(language, f"no total ({count})", f"无总目标（{count} 个）")


def _share_axis(panels: list[Axes], barred: list[Axes], sheet: _Sheet) -> None:
    """An axis below the last panel with bars; panels of mere text have none."""
    language = sheet.language
    panels[-1].set_xlim(0, sheet.end * 1.02)
    at = [tick for tick in (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5) if tick <= sheet.end]
    panels[-1].set_xticks(at, [f"{tick:.0%}" for tick in at])
    for axes in panels:
        if axes not in barred:
            axes.tick_params(axis="x", length=0, labelbottom=False)
            axes.spines[["left", "bottom"]].set_visible(False)
    for axes in barred:
        axes.grid(axis="x")
    if not barred:
        return
    if not sheet.room.narrow:
        texts = (
            pick(language, "parts of total", "分目标 / 总目标"),
            pick(language, "add up?", "是否相加"),
            pick(language, "what differs", "不同之处"),
        )
        sides = ("right", "left", "left")
        heads(barred[0], list(zip(_COLUMNS[language], texts, sides, strict=True)))
    barred[-1].tick_params(axis="x", labelbottom=True)
    barred[-1].set_xlabel(
        pick(language, "Share of the total as written", "占总目标（按所写数字）的比例")
    )


def _style(part: Any, styles: dict[str, tuple[str, str]]) -> tuple[str, str]:
    return styles.get(part.domain, (LIGHT, ""))


def _in_bar(axes: Axes, level: int, place: float, text: str) -> None:
    axes.text(
        place, level, text, ha="center", va="center_baseline", color=BLACK, zorder=4,
        bbox={"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85},
    )  # fmt: skip


def _behind(axes: Axes, level: int, place: float, text: str) -> None:
    axes.annotate(
        text, (place, level), xytext=(4, 0), textcoords="offset points", va="center_baseline"
    )


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


def _draw_whole(axes: Axes, level: int, low: float, high: float, thick: float) -> None:
    """The total as an outline; open at the right where it is a minimum, dashed where uncertain."""
    top, bottom = level - thick / 2, level + thick / 2
    if math.isnan(high):
        low = low or 1.0
        axes.plot([low, 0, 0, low], [top, top, bottom, bottom], color=BLACK, linewidth=0.8)
        for edge in (top, bottom):
            axes.plot(
                [low, low + 0.05], [edge, edge], color=BLACK, linewidth=0.8, linestyle=":",
                clip_on=False,
            )  # fmt: skip
        return
    box: dict[str, Any] = {"height": thick, "facecolor": "none", "edgecolor": BLACK}
    if not _same(low, high):
        axes.barh(level, high - low, left=low, linestyle=(0, (2, 1.5)), linewidth=0.6, **box)
    axes.barh(level, low or high, linewidth=0.8, **box)


def _cut_list(listed: list[str], width: float, language: str) -> str:
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


def _end(shown: pd.DataFrame, targets: pd.DataFrame) -> float:
    """End of the axis: the total, as much of an excess as is in sight, and room for open ends."""
    written = targets["written"].reindex(shown["target_id"]).to_numpy()
    most = shown[["whole_high", "parts_high"]].max(axis=1).to_numpy() / written
    least = 1.2 if (shown["parts_low"].notna() & shown["parts_high"].isna()).any() else 1.0
    return float(min(max([least, *most[np.isfinite(most)]]), _LIMIT))


def _key(sheet: _Sheet, drawn: pd.DataFrame, note: str) -> Key:
    """Marks that the rows take, with a note of what does not fit."""
    language, targets = sheet.language, sheet.targets
    domains = label_of(sheet.tables["domains"], language)
    entries: list[tuple[Any, str]] = []
    if len(drawn):
        whole = Patch(facecolor="white", edgecolor=BLACK, linewidth=0.8)
        entries.append((whole, pick(language, "total", "总目标")))
    repeats = drawn["adds_up"] == "overlapping_only"
    summed = targets[
        targets["part_of"].isin(drawn["target_id"])
        & (targets["part_relation"].astype("object") != "overlapping")
    ]
    for field, (colour, hatch) in sheet.styles.items():
        if field in set(summed["domain"]):
            mark = Patch(facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0)
            entries.append((mark, shortened(str(domains.get(field, field)), 100)))
    if "all" in set(summed["domain"]):
        mark = Patch(facecolor=LIGHT, edgecolor="white", linewidth=0)
        entries.append((mark, pick(language, "no field named", "未指明领域")))
    if (drawn["adds_up"] == "remainder").any():
        mark = Patch(facecolor="white", edgecolor=_HATCH, hatch=_LEFT, linewidth=0)
        entries.append((mark, pick(language, "left to no field", "未列入任何领域")))
    if repeats.any():
        mark = Patch(facecolor="white", edgecolor=_HATCH, hatch=_AGAIN, linewidth=0.5)
        entries.append((mark, pick(language, "promised again", "重复承诺")))
    sure = drawn["parts_low"].notna()
    if (sure & ~np.isclose(drawn["parts_low"], drawn["parts_high"], rtol=1e-9, atol=0)).any():
        span = Line2D([], [], color=BLACK, linewidth=0.9, marker="|", markersize=6)
        entries.append((span, pick(language, "range of the sum", "合计的区间")))
    return Key(sheet.room, entries, note)


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
    return pick(language, ", ".join(en) + more_en, "、".join(zh) + more_zh)
