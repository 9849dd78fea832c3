"""Figure of the state of targets over time: what was known when, and what is known now."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from stdpolicy import dates
from stdpolicy.figures.labels import folded, promise_in_words
from stdpolicy.figures.layout import Key, above, headline, lines, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    SKY,
    TEXT,
    VERMILION,
    Page,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.gap import words

Tables = dict[str, pd.DataFrame]

#: Panels that fit on a page.
_PANELS = {False: 6, True: 4}
#: Mark, size, colour and fill of a report by its status.
REPORTS: dict[str, tuple[str, float, str, str]] = {
    "on_time": ("o", 2.0, BLACK, BLACK),
    "late": ("^", 4.0, VERMILION, VERMILION),
    "revised": ("D", 3.4, BLACK, "white"),
    "missing": ("x", 3.0, GREY, GREY),
}
_REPORT_WORDS = {
    "on_time": ("report on time", "按时报告"),
    "late": ("late", "迟报"),
    "revised": ("corrected", "已更正"),
    "missing": ("missing", "缺报"),
}
#: Columns in which a series of reports and a target agree.
_ALIKE = ["jurisdiction", "indicator", "domain", "scope", "role", "stage", "action"]


@styled
def ledger(
    table: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    due: pd.DataFrame | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw the state of targets over time: what was known on each day, and what is known now.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.gap.ledger.ledger` returns it: ``date``, ``known``, ``target_id``,
        ``unit``, ``promised``, ``as_of``, ``low_as_of``, ``high_as_of``, ``low``, ``high``,
        ``pace_low``, ``pace_high``, ``path``, ``behind``, ``overdue``, ``verdict``, ``made_up``.
    tables : dict of pandas.DataFrame
        With ``targets``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    due : pandas.DataFrame, optional
        As :func:`stdpolicy.gap.ledger.reports_due` returns it; its marks stand below the axis of
        the target that the reports count for.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per target of which something is known, at most six (four on a narrow page),
        those with most to tell. The
        dashed line is the promise, the grey one the straight path to it. On each day asked for a
        bar spans what was known *then*, with an arrow where it is open above; a ring marks the
        figure that it rests on, on the day that the figure describes. A diamond, or a thin line,
        is what is known *now*, where that is another. Panels say where reports are made up.
    """
    room = page(preset)
    pick(language, "", "")
    if table.empty:
        return nothing(pick(language, "No reports to follow", "没有可跟踪的进度报告"), room)
    known = table[table["as_of"].notna()]
    told = known.groupby("target_id", sort=False).size().sort_values(ascending=False, kind="stable")
    told = told[told.index.isin(tables["targets"]["target_id"])]
    message = _ledger_message(table, set(told.index), language)
    if told.empty:
        return nothing(message, room)
    first = list(told.index[: _PANELS[room.narrow]])
    order = [name for name in table["target_id"].drop_duplicates() if name in first]
    columns = 1 if room.narrow else 2 if len(order) == 4 else min(len(order), 3)
    rows = -(-len(order) // columns)
    targets = tables["targets"].drop_duplicates("target_id").set_index("target_id", drop=False)
    reports = {name: _reports_of(targets.loc[name], due) for name in order}
    used = {
        status
        for reported in reports.values()
        if reported is not None
        for status in reported["status"].astype("object")
    }
    heads = {
        name: _head(
            table[table["target_id"] == name], targets.loc[name], tables,
            room.points / columns - 34, language,
        )
        for name in order
    }  # fmt: skip
    hidden = table["target_id"].nunique() - len(order)
    title = headline(message, room)
    key = _key(room, hidden, len(told) - len(order), used, language)
    tallest = max(map(lines, heads.values()))
    figure = new_figure(
        room,
        above(title) + key.height + 0.2 + (1.55 + 0.125 * tallest) * rows,
    )
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    moments = [_moment(date) for date in table["date"].drop_duplicates()]
    for axes, name in zip(panels, order, strict=False):
        own = table[table["target_id"] == name]
        _draw_state(axes, own, targets.loc[name], reports[name])
        axes.set_title(heads[name], loc="left", fontsize=TEXT, linespacing=1.15)
        if bool(table["made_up"].any()):
            axes.text(
                0.03, 0.97, pick(language, "made-up example", "虚构示例"), color=VERMILION,
                va="top", transform=axes.transAxes, zorder=6,
                bbox={"fc": "white", "ec": VERMILION, "lw": 0.5, "pad": 1.5},
            )  # fmt: skip
    for axes in panels[len(order) :]:
        axes.set_visible(False)
    begin = [_moment(d, 0) for d in targets.loc[order, "base_date"].dropna()]
    left, right = min([*begin, *moments]), max(moments)
    span = max(right - left, 0.5)
    panels[0].set_xlim(left - 0.03 * span, right + 0.07 * span)
    years = list(range(int(np.ceil(left)), int(right) + 1))
    years = years[:: max(1, -(-len(years) // 5))]
    if years:
        panels[0].set_xticks(years, [str(year) for year in years])
    for axes in panels[max(len(order) - columns, 0) : len(order)]:
        axes.tick_params(axis="x", labelbottom=True)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _head(own: pd.DataFrame, target: pd.Series, tables: Tables, width: float, language: str) -> str:
    """What a panel is of, and the pace needed."""
    head = folded(promise_in_words(target, tables, language), width)
    pace = _pace_text(own, language)
    return f"{head}\n{folded(pace, width)}" if pace else head


def _moment(date: str, which: int = 1) -> float:
    """A day as a year with a fraction; the last one that a partial date allows, or the first."""
    day = pd.Timestamp(dates.bounds(str(date))[which])
    return float(day.year + (day.day_of_year - 1) / (365 + day.is_leap_year))


def _reports_of(target: pd.Series, due: pd.DataFrame | None) -> pd.DataFrame | None:
    """Reports that count the same as a target."""
    if due is None or due.empty:
        return None
    same = np.ones(len(due), dtype=bool)
    for column in _ALIKE:
        same &= (due[column].astype("object") == target[column]).fillna(False).to_numpy(dtype=bool)
    return due[same]


def _draw_state(
    axes: Axes,
    own: pd.DataFrame,
    target: pd.Series,
    reported: pd.DataFrame | None,
) -> None:
    promised = float(own["promised"].iloc[0])
    amounts = own[["low", "high", "low_as_of", "high_as_of"]].to_numpy(dtype=float)
    amounts = amounts[np.isfinite(amounts)]
    top = max([promised, *amounts]) if promised == promised else max([1.0, *amounts])
    if top > 3 * promised:  # what is far beyond the promise would hide the rest
        top = 2 * promised
    top = top or 1.0
    limit = 1.3 * top
    axes.axhline(promised, color=BLACK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    _draw_path(axes, own, target, promised)
    then = own[own["known"].astype("object") == "then"].set_index("date")
    now = own[own["known"].astype("object") == "now"].set_index("date")
    for date, row in then.iterrows():
        _draw_then(axes, _moment(str(date)), row, limit, date == then.index[-1])
        if date in now.index:
            _draw_now(axes, _moment(str(date)), row, now.loc[date], limit)
    late = now[now["overdue"].astype(bool)]
    if len(late):
        x = _moment(str(late.index[0]))
        axes.plot(
            x, promised, marker="X", color=VERMILION, markersize=5.5, zorder=6,
            markeredgecolor="white", markeredgewidth=0.5,
        )  # fmt: skip
    head = 1.17 if bool(own["made_up"].any()) else 1.0  # room for the words that say so
    axes.set_ylim(-0.045 * limit, head * limit)
    if reported is not None:
        axes.set_ylim(-0.2 * limit, head * limit)
        axes.axhline(0, color=GREY, linewidth=0.6)
        for status, (mark, size, colour, fill) in REPORTS.items():
            days = reported.loc[reported["status"].astype("object") == status, "due_on"]
            axes.plot(
                [_moment(str(day)) for day in days], [-0.11 * limit] * len(days), marker=mark,
                markersize=size, color=colour, markerfacecolor=fill, linestyle="",
                markeredgewidth=0.7,
            )  # fmt: skip
    whole = top >= 1 and bool(np.all(amounts % 1 == 0))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=whole, min_n_ticks=1))
    axes.set_yticks([t for t in axes.get_yticks() if 0 <= t <= limit])
    axes.grid(axis="y")


def _draw_path(axes: Axes, own: pd.DataFrame, target: pd.Series, promised: float) -> None:
    """The straight path, as the table has it and from its beginning."""
    rows = own.dropna(subset=["path"]).drop_duplicates("date")
    if rows.empty:
        return
    points = {_moment(str(d)): float(p) for d, p in zip(rows["date"], rows["path"], strict=True)}
    if pd.notna(target["base_date"]):
        points[_moment(target["base_date"], 0)] = 0.0
    if pd.notna(target["due_date"]):
        end = _moment(target["due_date"])
        if max(points) > end:
            points[end] = promised
    xs = sorted(points)
    axes.plot(xs, [points[x] for x in xs], color=GREY, linewidth=0.9, zorder=1.5)


def _draw_then(axes: Axes, x: float, row: pd.Series, limit: float, named: bool) -> None:
    """What was known on a day: an interval, named if beyond the axis; the figure it rests on."""
    if pd.isna(row["as_of"]):
        return
    low, high = float(row["low"]), float(row["high"])
    end = high if np.isfinite(high) and high <= limit else 0.985 * limit
    if low > 0 or high < np.inf:
        style: dict[str, Any] = {"color": SKY, "linewidth": 3.2, "solid_capstyle": "butt"}
        if low <= limit:
            axes.plot([x, x], [low, max(end, low)], zorder=2, **style)
            axes.plot(x, low, marker="_", color=BLUE, markersize=5, markeredgewidth=1.2, zorder=2.5)
        if high > limit:
            axes.plot(x, 0.97 * limit, marker="^", color=SKY, markersize=4, zorder=2)
        if low > limit and named:
            axes.annotate(
                f"≥{words.number(low)}", (x, 0.97 * limit), xytext=(0, -4),
                textcoords="offset points", ha="right", va="top",
            )  # fmt: skip
    at = _moment(row["as_of"])
    low, high = float(row["low_as_of"]), float(row["high_as_of"])
    if low > limit:
        return
    axes.plot([min(at, x), x], [low, low], color=BLUE, linewidth=0.6, linestyle=":", zorder=2)
    if low < high:
        axes.plot([at, at], [low, min(high, limit)], color=BLUE, linewidth=0.7, zorder=3)
    axes.plot(
        at, low, marker="o", markersize=4.6, color=BLUE, markerfacecolor="white", zorder=3,
        markeredgewidth=0.9,
    )  # fmt: skip


def _draw_now(axes: Axes, x: float, then: pd.Series, row: pd.Series, limit: float) -> None:
    """What is known now of a day, where it is not what was known then."""
    if pd.isna(row["as_of"]):
        return
    low, high = float(row["low"]), float(row["high"])
    alike = pd.notna(then["as_of"]) and (then["low"], then["high"]) == (low, high)
    if alike or low > limit:
        return
    if low == high:
        axes.plot(x, low, marker="D", color=BLACK, markersize=3.2, zorder=4)
    elif low > 0 or high < np.inf:
        end = min(high, limit)
        axes.plot([x, x], [low, end], color=BLACK, linewidth=1.0, zorder=4)
        axes.plot(x, low, marker="D", color=BLACK, markersize=2.4, zorder=4)


def _pace_text(own: pd.DataFrame, language: str) -> str:
    """The pace needed, as known now, on the last day for which there is one."""
    rows = own[(own["known"].astype("object") == "now") & own["pace_high"].notna()]
    if rows.empty:
        return ""
    ends = [float(rows[name].iloc[-1]) for name in ("pace_low", "pace_high")]
    low, high = (f"{end:.0f}" if end >= 99.5 else f"{end:.2g}" for end in ends)
    amount = high if low == high else pick(language, f"{low} to {high}", f"{low} 至 {high}")
    date = rows["date"].iloc[-1]
    return pick(language, f"needed a year from {date}: {amount}", f"自 {date} 起每年需 {amount}")


def _ledger_message(table: pd.DataFrame, told: set[Any], language: str) -> str:
    last = table["date"].max()
    now = table[(table["date"] == last) & (table["known"].astype("object") == "now")]
    own = now[now["target_id"].isin(told)]
    if own.empty:
        en, zh = "No report says anything of a target", "没有报告涉及任何目标"
    else:
        met = int((own["verdict"].astype("object") == "met").sum())
        late = int(own["overdue"].sum())
        behind = int((own["behind"].fillna(False).astype(bool) & ~own["overdue"]).sum())
        en = f"of {len(own)} promises with a figure by {last}, {met} kept, {late} overdue"
        zh = f"截至 {last}，有数字的 {len(own)} 项承诺中完成 {met} 项，逾期 {late} 项"
        if behind:
            en, zh = f"{en}, {behind} behind the path", f"{zh}，落后于直线 {behind} 项"
    if bool(table["made_up"].any()):
        return pick(language, f"Made-up example: {en}", f"虚构示例：{zh}")
    return pick(language, en[0].upper() + en[1:], zh)


def _key(room: Page, hidden: int, crowded: int, used: set[str], language: str) -> Key:
    line: Any = Line2D
    entries = [
        (
            line([], [], color=BLACK, linewidth=0.9, linestyle=(0, (3, 2))),
            pick(language, "promised", "承诺"),
        ),
        (line([], [], color=GREY, linewidth=0.9), pick(language, "straight path", "直线进度")),
        (
            line([], [], color=SKY, linewidth=3.2, marker="_", markeredgecolor=BLUE),
            pick(language, "known on the day", "当日已知"),
        ),
        (
            line(
                [], [], color=BLUE, marker="o", markerfacecolor="white", markersize=4.6,
                linewidth=0.6, linestyle=":",
            ),
            pick(language, "figure it rests on", "所据数字"),
        ),
        (
            line([], [], color=BLACK, marker="D", markersize=3.2, linestyle=""),
            pick(language, "known now, where it differs", "现在所知（如不同）"),
        ),
        (
            line(
                [], [], color=VERMILION, marker="X", markersize=5.5, linestyle="",
                markeredgecolor="white",
            ),
            pick(language, "overdue: not shown to be kept", "逾期（未证实完成）"),
        ),
    ]  # fmt: skip
    for status, (mark, size, colour, fill) in REPORTS.items():
        if status in used:
            handle = line(
                [], [], linestyle="", marker=mark, markersize=size, color=colour,
                markerfacecolor=fill, markeredgewidth=0.7,
            )  # fmt: skip
            entries.append((handle, _REPORT_WORDS[status][language == "zh"]))
    silent = hidden - crowded
    note = ""
    if crowded:
        note += pick(language, f"{crowded} more targets not shown. ", f"另有 {crowded} 项未列出。")
    if silent:
        note += pick(
            language, f"No figure says anything of {silent} more targets.",
            f"另有 {silent} 项目标没有任何数字涉及。",
        )  # fmt: skip
    return Key(room, entries, note)
