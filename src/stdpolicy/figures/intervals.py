"""Figure of the gap: intervals of amounts beside naive ratios."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from stdpolicy.figures.labels import shortened, text_width
from stdpolicy.figures.layout import Key, Rows, above, headline, heads, nothing, put_headline
from stdpolicy.figures.marks import (
    PAGE,
    Tables,
    current,
    first_on_page,
    heading,
    mark_style,
    plans_left_out,
    target_labels,
)
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
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

#: The mark of a naive ratio, and the line of an amount of which nothing is known.
_NAIVE: dict[str, Any] = {
    "marker": "D", "markersize": 4.2, "color": VERMILION, "markerfacecolor": "white",
    "markeredgewidth": 0.9,
}  # fmt: skip
_OPEN = "#AAAAAA"
#: Fill and height of the bar of an amount: as bounded at the deadline, and as of an earlier date.
BARS = {"deadline": (SKY, 1.0), "earlier": (BLUE, 0.42)}


@styled
def gap(
    assessed: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    limit: float = 3.0,
    preset: str = DEFAULT,
) -> Figure:
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
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One row per target with a figure, by plan; as many as fit on a page, the first of each
        plan, with a note of the rest.
    """
    room = page(preset)
    every = current(assessed)
    promised = every["value_low"].fillna(every["value_high"]).astype("float64")
    every = every.assign(promised=promised.where(promised > 0))
    seen = every[(every["verdict"] != "no_evidence") | every["naive_ratio"].notna()]
    names = document_names(tables, language)
    plans = [plan for plan in names if plan in set(seen["doc_id"])]
    silent = _silent(every, seen, names, language)
    message = _gap_message(every, language)
    if not plans:
        return nothing(message, room, silent)
    shown = first_on_page(seen, plans, 34 if room.narrow else PAGE)
    counts = shown["doc_id"].value_counts()
    drawn = [plan for plan in plans if plan in counts]
    title = headline(message, room)
    key = _key(room, plans_left_out(len(plans) - len(drawn), language) + silent, language)
    rows = Rows(room, 6.4)
    figure = new_figure(
        room, above(title) + key.height + 0.5 + rows.step * len(shown) + 0.32 * len(drawn)
    )
    panels = figure.subplots(
        len(drawn), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [counts[plan] + 0.4 for plan in drawn]},
    )[:, 0]  # fmt: skip
    for axes, plan in zip(panels, drawn, strict=True):
        own = shown[shown["doc_id"] == plan]
        axes.axvline(1, color=BLACK, linewidth=1.2, zorder=2.5)
        for level, row in enumerate(own.itertuples()):
            _draw_interval(axes, level, row, limit, rows.thick, language)
            _draw_naive(axes, level, row.naive_ratio, limit)
        _label(axes, rows, own, tables, limit, language)
        axes.set_title(heading(names[plan], plan, shown, seen, language, room.title), loc="left")
        axes.grid(axis="x")
        axes.spines["bottom"].set_bounds(0, limit)
    panels[-1].set_xlim(0, 1.2 * limit)
    ticks = _ticks(limit)
    panels[-1].set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    en, zh = "Amount ÷ promised number (1 = the promise)", "数量 ÷ 承诺数（1 为达到承诺）"
    panels[-1].set_xlabel(pick(language, en, zh), x=0.5 / 1.2)
    if not room.narrow:
        first, second = _columns(language)
        heads(
            panels[0],
            [
                (first, pick(language, "at the deadline", "到期时"), "left"),
                (second, pick(language, "earlier, as of", "此前截至"), "left"),
            ],
        )
    put_headline(figure, title)
    key.put(figure)
    return figure


def _columns(language: str) -> tuple[float, float]:
    """Where the two columns of verdicts stand, in points right of the axes."""
    longest = max(text_width(text[language == "zh"]) for text in words.VERDICT_WORDS.values())
    return 6, 6 + longest + 18


def _draw_interval(
    axes: Axes, level: int, row: Any, limit: float, height: float, language: str
) -> None:
    """The interval at the deadline as a bar, the one at an earlier date in it."""
    if not row.promised > 0:
        return
    low, high = row.low / row.promised, row.high / row.promised
    low, high = min(low, high), max(low, high)
    whole = np.isinf(high) or (row.unit == "%" and row.high >= 100)
    told = low > 0 or (high < limit and not whole)
    torn = row.verdict == "contradictory"
    left, right = min(low, 0.78 * limit), min(high, limit)
    colour, share = BARS["deadline"]
    if told or torn:
        style: dict[str, Any] = {"facecolor": colour, "edgecolor": colour, "linewidth": 0.6}
        if torn:
            style |= {"facecolor": "white", "edgecolor": VERMILION, "hatch": "xxxx"}
        axes.barh(level, right - left, left=left, height=share * height, **style)
    else:  # nothing in sight: no more ink than a line
        axes.plot([left, right], [level, level], color=_OPEN, linewidth=0.8, zorder=2)
    if np.isinf(high):
        edge = VERMILION if torn else colour if told else _OPEN
        axes.plot(
            limit, level, marker=">", markersize=4.5, color=edge, markeredgewidth=0.6,
            clip_on=False, zorder=2,
        )  # fmt: skip
    beyond = low if low > limit else high
    if limit < beyond < np.inf:
        way = (
            pick(language, "from {}", "{} 起") if low > limit else pick(language, "to {}", "至 {}")
        )
        near = 0.75 * limit < row.naive_ratio <= limit
        axes.text(
            row.naive_ratio - 0.05 * limit if near else 0.985 * limit, level,
            way.format(_ratio(beyond)), ha="right", va="center_baseline",
            color=BLACK if told else GREY, zorder=3,
            bbox=None if told and not torn else {"fc": "white", "ec": "none", "pad": 0.6},
        )  # fmt: skip
    if _earlier(row, limit) and "contradictory" not in (row.verdict, row.verdict_as_of):
        low, high = row.low_as_of / row.promised, min(row.high_as_of / row.promised, limit)
        if low < limit:
            colour, share = BARS["earlier"]
            axes.barh(
                level, high - low, left=low, height=share * height, color=colour,
                edgecolor=colour, linewidth=0.9, zorder=2.2,
            )  # fmt: skip


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
        axes.text(1.085 * limit, level, f"→ {_ratio(ratio)}", va="center_baseline")


def _ratio(value: float) -> str:
    """A ratio with two digits, more only before the point."""
    return f"{value:.2g}" if value < 99.5 else f"{value:.0f}"


def _label(
    axes: Axes, rows: Rows, own: pd.DataFrame, tables: Tables, limit: float, language: str
) -> None:
    """Labels of rows, with marks and words for the verdicts at the deadline and earlier."""
    which = 0 if language == "en" else 1
    labels = target_labels(own, tables, language)
    said = []
    for row in own.itertuples():
        verdicts = [(row.verdict, words.VERDICT_WORDS[row.verdict][which])]
        if not pd.isna(row.as_of) and _earlier(row, limit):
            if rows.page.narrow:  # the mark alone leaves room for the label
                verdicts = [(row.verdict, "")]
            text = words.VERDICT_WORDS[row.verdict_as_of][which]
            date = str(row.as_of)
            if row.verdict_as_of in ("met", "not_met"):
                date = pick(language, f"{text}, {date}", f"{text}，{date}")
            verdicts.append((row.verdict_as_of, date))
        said.append(verdicts)
    if not rows.page.narrow:
        rows.label(axes, labels)
        for level, verdicts in enumerate(said):
            for shift, (verdict, text) in zip(_columns(language), verdicts, strict=False):
                _mark(axes, level, shift + 3, verdict, text)
        return
    taken = [sum(text_width(text) + 12 for _, text in verdicts) for verdicts in said]
    free = rows.page.points - 14
    rows.label(
        axes, [shortened(text, free - used) for text, used in zip(labels, taken, strict=True)]
    )
    for level, (verdicts, used) in enumerate(zip(said, taken, strict=True)):
        shift = -used + 6
        for verdict, text in verdicts:
            _mark(axes, level, shift, verdict, text, rows.bar / 2 + 4.2)
            shift += text_width(text) + 12


def _mark(axes: Axes, level: int, shift: float, verdict: str, text: str, lift: float = 0.0) -> None:
    """A verdict as mark and word, some points from the right end of the axes."""
    figure: Any = axes.figure
    moved = axes.get_yaxis_transform() + ScaledTranslation(
        shift / 72, lift / 72, figure.dpi_scale_trans
    )
    axes.plot(1, level, transform=moved, clip_on=False, zorder=7, **mark_style(verdict, 4.6))
    if not text:
        return
    axes.annotate(
        text, (1, level), xycoords=axes.get_yaxis_transform(), xytext=(shift + 5, lift),
        textcoords="offset points", va="center_baseline", zorder=6,
        bbox={"fc": "white", "ec": "none", "pad": 0.2},
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


def _key(room: Page, note: str, language: str) -> Key:
    entries: list[tuple[Any, str]] = [
        (
            Patch(facecolor=SKY, edgecolor=SKY),
            pick(language, "where the amount must lie", "数量所在区间"),
        ),
        (
            Line2D([], [], color=_OPEN, linewidth=0.8, marker=">", markersize=4.5, markevery=[1]),
            pick(language, "no bound in sight", "图内无上下界"),
        ),
        (
            Line2D([], [], color=BLUE, linewidth=2.4),
            pick(language, "the same, as of an earlier date", "此前某日的区间"),
        ),
        (Line2D([], [], linestyle="", **_NAIVE), pick(language, "naive ratio", "粗略比值")),
    ]
    return Key(room, entries, note)
