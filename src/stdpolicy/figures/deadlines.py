"""Figure of the roadmap: when promises fall due, and what is told of them."""

import calendar
import dataclasses
import datetime
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stdpolicy.figures.calendar import mark_years, year_axis
from stdpolicy.figures.labels import shortened, text_width
from stdpolicy.figures.layout import Key, above, headline, nothing, put_headline
from stdpolicy.figures.marks import plans_left_out
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    LIGHT,
    SKY,
    VERMILION,
    Page,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.roadmap import phases
from stdpolicy.roadmap.states import STATES
from stdpolicy.roadmap.timetable import GROUPS, KINDS

Tables = dict[str, pd.DataFrame]

#: Fills of the states that are told: states, colour, hatch, words.
TOLD = [
    (["kept"], BLUE, "", "kept", "已兑现"),
    (["partly", "begun"], SKY, "////", "begun or kept in part", "已开始或部分兑现"),
    (
        ["not_kept", "contradictory"],
        VERMILION,
        "xxxx",
        "not kept, or contradictory",
        "未兑现或矛盾",
    ),
    (["unclear"], "#C8C8C8", "", "touched, but not clear", "有所涉及但不明"),
]
#: Heads of the columns.
_HEADS = {
    "rules": ("rules", "制度"),
    "standards": ("standards", "标准"),
    "facilities": ("facilities", "平台基地"),
    "pilots": ("pilots", "试点任务"),
    "others": ("others", "其他"),
    "target": ("targets", "数字目标"),
    "mechanism": ("mechanisms", "机制"),
}
#: Greatest share of a wide page that labels take; rows of the lower panel that fit on a page.
_LABELS, _MOST = 0.26, 16


@styled
def roadmap(
    table: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw when the promises of each plan fall due, and what is told of them.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.roadmap.timetable` gives it.
    tables : dict of pandas.DataFrame
        With ``documents``, ``sections`` and ``deliverables``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Above, plans on an axis of years with their phases and the number of promises due at the
        end of each year; below, a row per plan and year of the deadline and a column per kind: how
        many fall due, and of deliverables a bar that fills up with those of which something is
        told. Where a page has no room for all plans, those with the most promises are drawn.
    """
    room = page(preset)
    pick(language, "", "")
    if table.empty:
        return nothing(pick(language, "Nothing falls due", "没有到期事项"), room)
    own = table.assign(year=table["due"].str[:4].astype(int))
    names, left = _shown(own, document_names(tables, language))
    message = _message(table, language)
    if left:
        message += "\n" + plans_left_out(left, language).strip()
    own = own[own["doc_id"].isin(names)]
    title = headline(message, room)
    lines = [
        (doc, int(year))
        for doc in names
        for year in sorted(own.loc[own["doc_id"] == doc, "year"].unique())
    ]
    spans = phases(tables)
    spans = spans[spans["doc_id"].isin(names)]
    key = _key(own, spans, room, language)
    tops = len(names) * (0.56 if room.narrow else 0.36) + 0.25
    cells = len(lines) * (0.43 if room.narrow else 0.31) + 0.3
    figure = new_figure(room, above(title) + key.height + tops + cells + 0.2)
    upper, lower = figure.subplots(2, 1, height_ratios=[tops, cells])
    _time(upper, own, spans, names, room)
    _matrix(lower, own, lines, names, room, language)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _shown(own: pd.DataFrame, names: dict[str, str]) -> tuple[dict[str, str], int]:
    """The plans that fit on the page, those with the most promises first, and how many do not."""
    rows = own.groupby("doc_id")["year"].nunique()
    most = own.groupby("doc_id")["promises"].sum().sort_values(ascending=False, kind="stable")
    keep: set[str] = set()
    for doc in most.index:
        if int(rows[[*keep, doc]].sum()) <= _MOST or not keep:
            keep.add(doc)
    known = {doc: names.get(doc, doc) for doc in [*names, *most.index]}
    return {doc: name for doc, name in known.items() if doc in keep}, len(most) - len(keep)


def _key(own: pd.DataFrame, spans: pd.DataFrame, room: Page, language: str) -> Key:
    end = Line2D([], [], color=BLACK, linewidth=1.4, marker="|", markersize=7, linestyle="none")
    end.set_markeredgewidth(1.4)
    entries: list[tuple[Any, str]] = [(end, pick(language, "so many fall due", "到期项数"))]
    entries += [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), pick(language, en, zh))
        for states, colour, hatch, en, zh in TOLD
        if own[states].sum().sum()
    ]
    blank = pick(language, "nothing known", "无所知")
    entries.append((Patch(facecolor="white", edgecolor=GREY, linewidth=0.6), blank))
    note = ""
    if spans["number"].notna().any():
        note = pick(language, "Numbers within bands count phases.", "色带内数字为阶段序号。")
    return Key(room, entries, note)


# --- above: time ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Days:
    """Days on an axis of years."""

    place: dict[int, int]

    def at(self, day: str, over: bool = False) -> float:
        """Where a day begins, or where it is over."""
        date = datetime.date.fromisoformat(day)
        whole = 366 if calendar.isleap(date.year) else 365
        return self.place[date.year] - 0.5 + (date.timetuple().tm_yday - 1 + over) / whole


def _time(
    axes: Axes, own: pd.DataFrame, spans: pd.DataFrame, names: dict[str, str], room: Page
) -> None:
    """Plans with their phases, and how many promises fall due at the end of each year."""
    dated = spans.dropna(subset=["begins", "ends"])
    edges = [int(day[:4]) for column in ("begins", "ends") for day in dated[column]]
    years, place = year_axis(own["year"], edges)
    days = _Days(place)
    tick = 0.17 if room.narrow else 0.2
    for level, doc in enumerate(names):
        low = level + (0.24 if room.narrow else 0.14)
        for span in dated[dated["doc_id"] == doc].itertuples():
            begins, ends = days.at(span.begins), days.at(span.ends, over=True)
            whole = pd.isna(span.number)
            axes.barh(
                low, ends - begins, left=begins, height=2 * tick, facecolor=LIGHT,
                edgecolor="none" if whole else GREY, linewidth=0.6,
            )  # fmt: skip
            if not whole:
                axes.text(
                    (begins + ends) / 2, low, str(span.number), ha="center", va="center_baseline"
                )  # fmt: skip
        sums = own[own["doc_id"] == doc].groupby("year")["promises"].sum()
        for year, count in sums.items():
            end = place[int(str(year))] + 0.5
            axes.plot([end, end], [low - tick - 0.06, low + tick], color=BLACK, linewidth=1.4)
            axes.annotate(
                str(count), (end, low - tick - 0.06), xytext=(0, 1.5), ha="center", va="bottom",
                textcoords="offset points",
            )  # fmt: skip
        if room.narrow:
            axes.annotate(
                shortened(names[doc], room.points - 10), (0, level - 0.3), va="bottom",
                xycoords=axes.get_yaxis_transform(),
            )  # fmt: skip
    mark_years(axes, years, place)
    axes.set_xlim(-0.5, max(place.values()) + 0.75)  # room for the number at the last end
    said = [shortened(name, _LABELS * room.points) for name in names.values()]
    axes.set_yticks(range(len(names)), [""] * len(names) if room.narrow else said)
    axes.set_ylim(len(names) - 0.5, -0.6 if room.narrow else -0.5)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True)


# --- below: kinds ---------------------------------------------------------------------------------


def _matrix(
    axes: Axes,
    own: pd.DataFrame,
    lines: list[tuple[str, int]],
    names: dict[str, str],
    room: Page,
    language: str,
) -> None:
    """Rows of plans and years, columns of kinds: numbers, with bars of what is told."""
    heads = {kind: pick(language, *_HEADS[kind]) for kind in KINDS}
    if room.narrow and language == "en":
        heads["mechanism"] = "mecha-\nnisms"
    needed = {kind: max(text_width(head), 20) + 6 for kind, head in heads.items()}
    whole = sum(needed.values())
    x, left = 0.0, {}
    for kind in KINDS:
        left[kind] = x
        x += needed[kind] / whole
        axes.annotate(
            heads[kind], (left[kind], 1), xytext=(0, 2), xycoords="axes fraction",
            textcoords="offset points", va="baseline", linespacing=1.1,
        )  # fmt: skip
    thick = 0.16 if room.narrow else 0.24
    for level, (doc, year) in enumerate(lines):
        here = own[(own["doc_id"] == doc) & (own["year"] == year)]
        sums = here.groupby("group")[["promises", *STATES]].sum()
        for kind, row in sums.iterrows():
            room_of = needed[str(kind)] / whole * 0.84
            start = left[str(kind)]
            bar = level + (0.34 if room.narrow else 0.26)
            axes.annotate(
                str(int(row["promises"])), (start, bar - thick / 2 - 0.02), va="bottom",
                xytext=(0, 0.5), textcoords="offset points",
                color=BLACK if kind in GROUPS else GREY,
            )  # fmt: skip
            if kind in GROUPS:
                _bar(axes, row, start, room_of, bar, thick)
        if room.narrow:
            axes.annotate(
                shortened(_line(names[doc], year, language), room.points - 10),
                (0, level - 0.16), va="bottom", color=BLACK, fontstyle="normal",
            )  # fmt: skip
    axes.set_xlim(0, 1)
    said = [shortened(_line(names[d], y, language), _LABELS * room.points) for d, y in lines]
    axes.set_yticks(range(len(lines)), [""] * len(lines) if room.narrow else said)
    axes.set_ylim(len(lines) - 0.45, -0.6)
    axes.set_xticks([])
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)


def _bar(
    axes: Axes, row: pd.Series, start: float, width: float, level: float, thick: float
) -> None:
    """A bar of all deliverables of a cell, filled up with those of which something is told."""
    axes.barh(
        level, width, left=start, height=thick, facecolor="white", edgecolor=GREY, linewidth=0.6
    )
    for states, colour, hatch, *_ in TOLD:
        share = float(row[states].sum()) / float(row["promises"])
        if share:
            axes.barh(
                level, share * width, left=start, height=thick, facecolor=colour, hatch=hatch,
                edgecolor="white", linewidth=0,
            )  # fmt: skip
            start += share * width


def _line(name: str, year: int, language: str) -> str:
    return pick(language, f"{name}: due {year}", f"{name}：{year} 年到期")


def _message(table: pd.DataFrame, language: str) -> str:
    own = table[table["group"].isin(list(GROUPS))]
    whole, sums = int(own["promises"].sum()), own[STATES].sum()
    kept, some = int(sums["kept"]), int(sums[["partly", "begun"]].sum())
    past, ahead = int(sums["past"]), int(sums["ahead"])
    en = f"Of {whole} deliverables {kept} are told to be kept and {some} begun or kept in part"
    zh = f"{whole} 项事项中有 {kept} 项已知兑现、{some} 项已知开始或部分兑现"
    if past:
        en += f"; nothing is known of {past} whose deadline is past"
        zh += f"；{past} 项已到期而无所知"
    if ahead:
        en += f", nor of {ahead} still ahead" if past else f"; {ahead} are still ahead"
        zh += f"，另有 {ahead} 项尚未到期"
    return pick(language, en, zh)
