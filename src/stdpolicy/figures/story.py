"""Figure of one target told in full: totals over time, and what of them counts."""

import dataclasses
import re
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import dates, schema
from stdpolicy.errors import UsageError
from stdpolicy.figures.labels import counted, unit_after
from stdpolicy.figures.layout import Key, above, headline, nothing, put_headline
from stdpolicy.figures.marks import DASHED
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    HEAD,
    SKY,
    VERMILION,
    Page,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.gap import words
from stdpolicy.gap.assessment import Assessment
from stdpolicy.gap.trail import trail


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
def flagship(
    found: Assessment, target_id: str, language: str = "en", preset: str = DEFAULT
) -> Figure:
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
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Time and totals at the left; at the right, or below on a narrow page, what a naive reading
        holds against the promise, and what may be held against it.

    Raises
    ------
    UsageError
        When there is no such target.
    """
    room = page(preset)
    if not target_id:
        target_id = next(iter(told_by_totals(found)), "")
    if not target_id:
        en, zh = "No all-time total was reported on any target", "没有任何目标有历年累计数"
        return nothing(pick(language, en, zh), room)
    ids = list(found.targets["target_id"])
    if target_id not in ids:
        raise UsageError(f"there is no target {target_id!r}; known: {', '.join(ids) or 'none'}")
    at = ids.index(target_id)
    story = _story(found, at)
    row = next(found.targets.iloc[[at]].itertuples())
    label = counted(row, found.tables, language)
    if story is None:
        en = f"No all-time total was reported on {target_id} ({label})"
        return nothing(pick(language, en, f"{target_id}（{label}）没有公布历年累计数"), room)
    unit = unit_after(str(row.unit), language).strip()
    plan = document_names(found.tables, language).get(str(row.doc_id), "")
    head = pick(language, ", ", "，").join(text for text in (plan, label) if text)
    message = _story_message(story, unit, language)
    title = headline(head + pick(language, ":\n", "：\n") + message, room)
    key = _key(room, language)
    if room.narrow:
        figure = new_figure(room, above(title) + key.height + 4.6)
        first, second = figure.subplots(2, 1, gridspec_kw={"height_ratios": [1.55, 1]})
    else:
        figure = new_figure(room, above(title) + key.height + 2.85)
        first, second = figure.subplots(1, 2, sharey=True, gridspec_kw={"width_ratios": [3.1, 1]})
    _draw_time(first, story, language, room.narrow)
    second.set_ylim(first.get_ylim())
    _draw_two_readings(second, story, language)
    en = f"All-time total ({unit})" if unit else "All-time total"
    for axes in (first, second) if room.narrow else (first,):
        axes.set_ylabel(pick(language, en, f"历年累计（{unit}）"))
    if not room.narrow:
        second.tick_params(axis="y", labelleft=False)
        second.spines["left"].set_visible(False)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _key(room: Page, language: str) -> Key:
    point: dict[str, Any] = {"linestyle": "", "marker": "o", "color": BLACK, "markersize": 4.5}
    return Key(
        room,
        [
            (
                Line2D([], [], **point),
                pick(language, "total on an official page", "官方公布的累计数"),
            ),
            (
                Line2D([], [], markerfacecolor="white", **point),
                pick(language, "total from another source", "其他来源的累计数"),
            ),
            (Line2D([], [], **DASHED), pick(language, "the promise", "承诺")),
        ],
    )


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


def _draw_time(axes: Axes, story: _Story, language: str, narrow: bool) -> None:
    """Totals over time, the period, and the rise that was promised."""
    first = min(story.start, story.points[0].when)
    last = max(story.due, story.points[-1].when)
    span = last - first
    axes.axvspan(story.start, story.due, color="#EEEEEE", linewidth=0, zorder=0)
    axes.annotate(
        pick(language, "period of the promise", "承诺期"), ((story.start + story.due) / 2, 0),
        xytext=(0, 3), xycoords=axes.get_xaxis_transform(), textcoords="offset points",
        ha="center", va="bottom", color=GREY,
    )  # fmt: skip
    top = max(story.promised + story.floor[1], *(point.value for point in story.points))
    axes.set_ylim(0, 1.16 * top)
    if story.all_time or story.base:
        _draw_promise(axes, story, language)
    if story.base and not story.all_time:
        _draw_rise(axes, story, top, language)
    _draw_points(axes, story, first, span, language, narrow)
    axes.set_xlim(first - 0.09 * span, last + (0.52 if narrow else 0.26) * span)
    years = list(range(int(np.ceil(first)), int(last) + 1))
    years = years[:: 1 + len(years) // (7 if narrow else 18)]
    axes.set_xticks(years, [str(year) for year in years])
    axes.grid(axis="y")


def _draw_promise(axes: Axes, story: _Story, language: str) -> None:
    """The rise that was promised, to where the total would then stand."""
    promised = words.number(story.promised)
    low, high = story.floor
    ends = low + story.promised, high + story.promised
    level = sum(ends) / 2
    start = level if story.all_time else (low + high) / 2
    axes.plot([story.start, story.due], [start, level], **DASHED)
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
        linespacing=1.3, color=colour,
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


def _draw_points(
    axes: Axes, story: _Story, begin: float, span: float, language: str, narrow: bool
) -> None:
    """Totals with value and date, and quality of the source where there is room."""
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
        if not narrow:
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
            text, (point.when, point.value), textcoords="offset points",
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
        axes.text(1, promised / 2, "?", ha="center", va="center", fontsize=HEAD)
    if floor > 0.25 * axes.get_ylim()[1]:
        axes.text(
            0, floor / 2, pick(language, "from before", "此前已有"), rotation=90, ha="center",
            va="center", bbox={"fc": "white", "ec": "none", "pad": 1},
        )  # fmt: skip
    for place, bottom in ((0, 0.0), (1, floor)):
        axes.bar(
            place, promised, bottom=bottom, width=0.66, fill=False, edgecolor=BLACK, linewidth=0.9,
            linestyle=DASHED["linestyle"],
        )  # fmt: skip
    said = _amount(low, high, language).strip() or pick(language, "unknown", "不详")
    of = pick(language, " of ", " / ") + words.number(promised)
    texts = [
        pick(language, "naive reading:\n", "粗略读法：\n") + words.number(value) + of,
        pick(language, "in the period:\n", "承诺期内：\n") + said + of,
    ]
    axes.set_xticks([0, 1], texts, linespacing=1.3)
    axes.set_xlim(-0.6, 1.6)
    axes.tick_params(length=0)
    axes.grid(axis="y")
