"""Figures of pace: published methods side by side, and a ledger of what was known when."""

from typing import Any

import matplotlib.patches
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from stdpolicy import dates, reports
from stdpolicy.figures.labels import folded, nothing, promised, shortened, unit_after
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    SKY,
    VERMILION,
    label_of,
    new_figure,
    pick,
    styled,
)
from stdpolicy.gap import words

Tables = dict[str, pd.DataFrame]

_SMALL = 6.5

# --- methods side by side -------------------------------------------------------------------------

#: Bands of the published methods at the ends of a common scale; all others lie between.
_GOOD = {
    *("substantial_progress", "significant_progress", "target_achieved", "on_track"),
    *("will_meet", "maintain", "green", "close"),
}
_BAD = {
    *("deterioration", "moving_away", "moderate_movement_away", "significant_movement_away"),
    *("regression", "no_progress_expected", "reverse", "decreasing", "red", "far"),
}
#: Start and width of the three parts of the common scale.
_ZONES = {"bad": (0.0, 1.0), "between": (1.0, 2.0), "good": (3.0, 1.0)}
#: Methods that rate a state, not a trend.
_STATES = {"sdg_index", "oecd_distance"}
#: Part of the table of schemes that holds the bands of a method.
_KINDS = {
    "escap_status": ("escap", "status"),
    "escap_anticipated": ("escap", "anticipated"),
    "escap_gap": ("escap", "gap"),
    "sdg_index": ("sdg_index", "colour"),
    "sdg_index_arrow": ("sdg_index", "arrow"),
    "oecd_distance": ("oecd", "distance"),
}
#: Series that letters stand for; more of them are counted.
_LETTERS = "ABCDEFGH"
#: Reasons that are told apart.
_REASONS = 9


@styled
def methods(told: pd.DataFrame, tables: Tables, language: str = "en") -> Figure:
    """Draw where each published method puts each trend, and why other targets have none.

    Parameters
    ----------
    told : pandas.DataFrame
        As :func:`stdpolicy.progress.methods` returns it: ``method``, ``value``, ``unit``,
        ``status``, ``status_zh``, ``status_en``, ``why_missing_zh``, ``why_missing_en``, and what
        says which series it is: ``target_id`` or else ``series``. With ``why_no_trend_zh`` and
        ``why_no_trend_en`` of :func:`stdpolicy.progress.paired`, rows that have them are no trend;
        without, series with no status by any method are none. ``series_unit`` is shown if there.
    tables : dict of pandas.DataFrame
        With ``schemes``, ``targets``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        One row per method with its own bands as boxes, the worse ones left; boxes that hold a trend
        are filled. Up to eight trends are letters, more are counted, and the shade is their share.
        Three columns make the methods comparable: bands that lead away from a target, that fall
        short of it, and that suffice. Below, targets without a trend by reason.
    """
    pick(language, "", "")
    key = "target_id" if "target_id" in told else "series"
    reason = f"why_no_trend_{language}"
    if told.empty:
        return nothing(pick(language, "There are no targets", "没有目标"))
    every = told.drop_duplicates(key).set_index(key, drop=False)
    if reason in told:
        why = every[reason].astype("object")
    else:
        rated = set(told.loc[told["status"].notna(), key])
        none = pick(language, "no method tells a trend", "没有方法能看出趋势")
        why = pd.Series([None if k in rated else none for k in every.index], index=every.index)
    trends = list(why.index[why.isna()])
    own = told[told[key].isin(trends)]
    counts = why.dropna().value_counts(sort=False)
    counts = counts.sort_values(ascending=False, kind="stable")
    if len(counts) > _REASONS:
        rest = pd.Series(
            {pick(language, "other reasons", "其他原因"): counts[_REASONS - 1 :].sum()}
        )
        counts = pd.concat([counts[: _REASONS - 1], rest])
    names = list(dict.fromkeys(own["method"])) if trends else []
    labels = _series_labels(trends, every, tables, language)
    heights = [0.4 + 0.25 * len(names) if names else 0, 0.36 + 0.155 * len(counts)]
    if counts.empty:
        heights[1] = 0
    note = _methods_note(labels, language) if trends else ""
    foot = 0.13 * (note.count("\n") + 1) + 0.1 if note else 0
    figure = new_figure(DOUBLE, 0.34 + foot + sum(heights))
    title = _methods_message(own, key, len(every), len(trends), language)
    figure.suptitle(title, x=0.01, ha="left")
    drawn = [height for height in heights if height]
    panels = list(
        figure.subplots(len(drawn), 1, squeeze=False, gridspec_kw={"height_ratios": drawn})[:, 0]
    )
    if names:
        _draw_methods(panels[0], own, key, names, trends, tables, language)
    if len(counts):
        _draw_reasons(panels[-1], counts, len(every), language)
    if note:
        figure.legend(
            [], [], loc="outside lower left", title=note, title_fontsize=_SMALL, alignment="left",
            borderpad=0, borderaxespad=0.6,
        )  # fmt: skip
    return figure


def _zone(band: str) -> str:
    return "good" if band in _GOOD else "bad" if band in _BAD else "between"


def _bands(own: pd.DataFrame, method: str, schemes: pd.DataFrame, language: str) -> dict[str, str]:
    """Bands of a method in words, the better ones first."""
    rows = own[own["method"] == method]
    if method in _KINDS:
        scheme, kind = _KINDS[method]
        of = schemes[(schemes["scheme"] == scheme) & (schemes["method"] == kind)]
    else:
        name = schemes["scheme"] + "_" + schemes["edition"]
        of = schemes[(schemes["scheme"] == method) | (name == method)]
        units = set(rows.loc[rows["status"].notna(), "unit"].dropna())
        kinds = [k for k, unit in (("ratio", "ratio"), ("rate", "per_year")) if unit in units]
        of = of[of["method"].isin(kinds or ["ratio"])]
    column = pick(language, "en", "zh")
    found = dict(zip(of["band"], of[column], strict=True))
    seen = rows.dropna(subset=["status"]).drop_duplicates("status")
    more = dict(zip(seen["status"], seen[f"status_{column}"], strict=True))
    return {band: text for band, text in more.items() if band not in found} | found


def _boxes(bands: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Left end and width of each band on the common scale."""
    out = {}
    for zone, (start, width) in _ZONES.items():
        inside = [band for band in bands if _zone(band) == zone][::-1]
        for place, band in enumerate(inside):
            out[band] = (start + width * place / len(inside), width / len(inside))
    return out


def _draw_methods(
    axes: Axes,
    own: pd.DataFrame,
    key: str,
    names: list[str],
    trends: list[Any],
    tables: Tables,
    language: str,
) -> None:
    """One row of boxes per method; a reason where it tells nothing."""
    letters = dict(zip(trends, _LETTERS, strict=False)) if 1 < len(trends) <= len(_LETTERS) else {}
    for level, method in enumerate(names):
        rows = own[own["method"] == method]
        bands = _bands(own, method, tables["schemes"], language)
        if rows["status"].notna().any():
            _draw_bands(axes, level, rows, key, bands, letters, language)
        else:
            axes.text(
                0.04, level, folded(_plain(rows, key, letters, language), 108), fontsize=_SMALL,
                color=GREY if rows["value"].isna().all() else BLACK, va="center_baseline",
            )  # fmt: skip
        if len(trends) == 1 and rows["status"].notna().any():
            axes.annotate(
                _value(rows.iloc[0], language), (4, level), xytext=(5, 0), fontsize=_SMALL,
                textcoords="offset points", va="center_baseline", annotation_clip=False,
            )  # fmt: skip
    heads = (
        (0.5, pick(language, "away from the target", "背离目标")),
        (2, pick(language, "short of the pace needed", "达不到所需进度")),
        (3.5, pick(language, "on course", "进度足够")),
    )
    for x, text in heads:
        axes.annotate(
            text, (x, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 3), ha="center",
            textcoords="offset points", fontsize=_SMALL, color=GREY,
        )  # fmt: skip
    if len(trends) == 1:
        axes.annotate(
            pick(language, "value", "数值"), (4, 1), xycoords=axes.get_xaxis_transform(),
            xytext=(5, 3), textcoords="offset points", fontsize=_SMALL, color=GREY,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), [_word(name, language) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, 4)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _word(key: str, language: str) -> str:
    found = reports._VALUES.get(key)
    return str(found[language == "zh"] if found else key)


def _draw_bands(
    axes: Axes,
    level: int,
    rows: pd.DataFrame,
    key: str,
    bands: dict[str, str],
    letters: dict[Any, str],
    language: str,
) -> None:
    for band, (left, width) in _boxes(bands).items():
        held = list(rows.loc[rows["status"] == band, key])
        # Where series are counted, the shade is their share.
        share = 1.0 if letters else len(held) / max(int(rows["status"].notna().sum()), 1)
        axes.add_patch(
            matplotlib.patches.Rectangle(
                (left + 0.012, level - 0.4), width - 0.024, 0.8, linewidth=0.6,
                facecolor=to_rgba(BLUE, share) if held else "white",
                edgecolor=BLUE if held else "#BBBBBB",
            )
        )  # fmt: skip
        text = bands[band]
        if letters and held:
            text += pick(language, ": ", "：") + " ".join(letters[k] for k in held)
        elif held and rows[key].nunique() > 1:
            text += pick(language, f": {len(held)}", f"：{len(held)}")
        text = folded(text, int(24 * width))
        colour = GREY if not held else "white" if share > 0.6 else BLACK
        axes.text(
            left + width / 2, level, text, ha="center", va="center", linespacing=1.05,
            fontsize=(_SMALL, 5.5, 4.6)[min(text.count("\n"), 2)], color=colour,
        )  # fmt: skip


def _plain(rows: pd.DataFrame, key: str, letters: dict[Any, str], language: str) -> str:
    """What a method without a status says, or why it says nothing."""
    values = rows.dropna(subset=["value"])
    if len(values) and (letters or len(rows) == 1):
        parts = []
        for _, row in values.iterrows():
            text = _value(row, language)
            parts.append(f"{letters[row[key]]}: {text}" if letters else text)
        return pick(language, ", ", "，").join(parts)
    if len(values):
        return pick(language, f"a value for {len(values)} series", f"{len(values)} 个序列有数值")
    why = rows[f"why_missing_{language}"].dropna().astype("object").drop_duplicates()
    return "– " + pick(language, "; ", "；").join(why)


def _value(row: pd.Series, language: str) -> str:
    """A value with what it is."""
    value = row["value"]
    if pd.isna(value):
        return "–"
    if row["method"] in ("who_linear_path", "required_pace"):
        unit = row["series_unit"] if "series_unit" in row and pd.notna(row["series_unit"]) else ""
        amount = _digits(value) + (unit_after(unit, language) if unit else "")
        if row["method"] == "who_linear_path":
            en, zh = (
                f"the line stands at {amount} on the day of the figure",
                f"当日直线上为 {amount}",
            )
        else:
            en, zh = f"{amount} a year from then to the deadline", f"此后至截止日每年需 {amount}"
        return pick(language, en, zh)
    forms = {
        "ratio": ("{:.2g}", "{:.2g}"),
        "index": ("{:.2g} of 10", "{:.2g}（满分 10）"),
        "percent": ("{:.0f}%", "{:.0f}%"),
        "standard_deviations": ("{:.2g} SD", "{:.2g} 个标准差"),
    }
    if row["unit"] == "per_year":
        return pick(language, f"{100 * value:.2g}% a year", f"每年 {100 * value:.2g}%")
    if row["method"] == "sdg_index":
        return f"{value:.0f}"
    return str(forms.get(str(row["unit"]), ("{:.3g}",) * 2)[language == "zh"].format(value))


def _digits(value: float) -> str:
    """A number with three digits, more only before the point."""
    return f"{value:.0f}" if abs(value) >= 99.5 else f"{value:.3g}"


def _draw_reasons(axes: Axes, counts: pd.Series, total: int, language: str) -> None:
    axes.barh(range(len(counts)), counts, height=0.6, color=GREY)
    widest = float(counts.max())
    for level, (text, count) in enumerate(counts.items()):
        axes.annotate(
            str(count), (count, level), xytext=(2.5, 0), textcoords="offset points",
            va="center_baseline", fontsize=_SMALL,
        )  # fmt: skip
        axes.annotate(
            shortened(str(text), 96), (1.16 * widest, level), va="center_baseline", fontsize=_SMALL
        )
    axes.set_ylim(len(counts) - 0.4, -0.6)
    axes.set_xlim(0, 3.6 * widest)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_title(
        pick(
            language,
            f"Why no trend can be told: {counts.sum()} of {total} targets",
            f"为何看不出趋势：{total} 项目标中的 {counts.sum()} 项",
        ),
        loc="left",
    )


def _series_labels(
    trends: list[Any], every: pd.DataFrame, tables: Tables, language: str
) -> list[str]:
    """What each trend is of."""
    targets = tables["targets"].drop_duplicates("target_id").set_index("target_id", drop=False)
    out = []
    for name in trends:
        if name not in targets.index:
            out.append(str(name))
            continue
        text = _target_name(targets.loc[name], tables, language)
        reading = every.loc[name].get("reading")
        if pd.notna(reading) and reading == "total":
            text += pick(language, " more than at the baseline", "（基线之外新增）")
        out.append(text)
    return out


def _target_name(row: pd.Series, tables: Tables, language: str) -> str:
    """What is counted and in which field, and the number promised."""
    names = label_of(tables["indicators"], language)
    text = names.get(row["indicator"], row["indicator"])
    if row["domain"] != "all":
        field = label_of(tables["domains"], language).get(row["domain"], row["domain"])
        text += pick(language, f", {field}", f"（{field}）")
    number = promised(row, language)
    return pick(language, f"{number} {text}", f"{text} {number}")


def _methods_note(labels: list[str], language: str) -> str:
    shown = labels
    if 1 < len(labels) <= len(_LETTERS):
        shown = [f"{letter} {text}" for letter, text in zip(_LETTERS, labels, strict=False)]
    if len(labels) > len(_LETTERS):
        text = pick(
            language, f"Numbers in the boxes count {len(labels)} trends. ",
            f"框内数字为趋势数，共 {len(labels)} 个。",
        )  # fmt: skip
    else:
        text = pick(language, "Shown: ", "图示：") + pick(language, "; ", "；").join(shown)
        text += pick(language, ". ", "。")
    text += pick(
        language,
        "Words are the methods' own, worse ones left; the three columns are this figure's. "
        "A trend is no verdict at the deadline.",
        "框内用语为各方法原有，左差右好；三栏为本图所分。趋势不等于到期时的判定。",
    )
    return folded(text, 150)


def _methods_message(own: pd.DataFrame, key: str, total: int, trends: int, language: str) -> str:
    if not trends:
        return pick(
            language,
            f"For none of {total} targets can a trend be told",
            f"{total} 项目标均看不出趋势",
        )
    rated = own[own["status"].notna() & ~own["method"].isin(_STATES)]
    zones = rated["status"].astype("object").map(_zone).groupby(rated[key].to_numpy()).agg(set)
    number = rated.groupby(key, observed=True).size()
    silent = pick(
        language,
        f"for {total - trends} of {total} targets none can be told",
        f"{total} 项目标中有 {total - trends} 项看不出趋势",
    )
    if trends == 1 and len(zones):
        count = int(number.iloc[0])
        said = {
            "good": ("the one trend is on course", "唯一的趋势进度足够"),
            "between": ("the one trend falls short of the pace", "唯一的趋势达不到所需进度"),
            "bad": ("the one trend leads away from the target", "唯一的趋势背离目标"),
        }
        if len(zones.iloc[0]) == 1:
            en, zh = said[next(iter(zones.iloc[0]))]
            en, zh = f"{count} ratings agree: {en}", f"{count} 种评级一致认为{zh}"
        else:
            en, zh = (
                f"{count} ratings disagree on the one trend",
                f"{count} 种评级对唯一的趋势看法不一",
            )
    else:
        same = int(sum(len(zone) == 1 for zone in zones))
        en, zh = (
            f"Ratings agree on {same} of {trends} trends",
            f"评级对 {trends} 个趋势中的 {same} 个看法一致",
        )
    if total == trends:
        return pick(language, en, zh)
    return pick(language, f"{en}; {silent}", f"{zh}；{silent}")


# --- the ledger -----------------------------------------------------------------------------------

#: Panels that fit on a page.
_PANELS = 6
#: Mark, size, colour and fill of a report by its status.
_REPORTS: dict[str, tuple[str, float, str, str]] = {
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
    table: pd.DataFrame, tables: Tables, language: str = "en", due: pd.DataFrame | None = None
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

    Returns
    -------
    matplotlib.figure.Figure
        One panel per target of which something is known, at most six, those with most to tell. The
        dashed line is the promise, the grey one the straight path to it. On each day asked for a
        bar spans what was known *then*, with an arrow where it is open above; a ring marks the
        figure that it rests on, on the day that the figure describes. A diamond, or a thin line,
        is what is known *now*, where that is another. Panels say where reports are made up.
    """
    pick(language, "", "")
    if table.empty:
        return nothing(pick(language, "No reports to follow", "没有可跟踪的进度报告"))
    known = table[table["as_of"].notna()]
    told = known.groupby("target_id", sort=False).size().sort_values(ascending=False, kind="stable")
    told = told[told.index.isin(tables["targets"]["target_id"])]
    invented = bool(table["made_up"].any())
    title = _ledger_message(table, set(told.index), language)
    if told.empty:
        return nothing(title)
    first = list(told.index[:_PANELS])
    order = [name for name in table["target_id"].drop_duplicates() if name in first]
    columns = 2 if len(order) == 4 else min(len(order), 3)
    lines = -(-len(order) // columns)
    figure = new_figure(DOUBLE, 0.95 + 2.0 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True).ravel()
    targets = tables["targets"].drop_duplicates("target_id").set_index("target_id", drop=False)
    moments = [_moment(date) for date in table["date"].drop_duplicates()]
    used: set[str] = set()
    for axes, name in zip(panels, order, strict=False):
        own = table[table["target_id"] == name]
        reported = _reports_of(targets.loc[name], due)
        used |= set(reported["status"].astype("object")) if reported is not None else set()
        _draw_state(axes, own, targets.loc[name], reported, language)
        heading = folded(_target_name(targets.loc[name], tables, language), 120 // columns)
        if pace := _pace_text(own, language):
            heading += f"\n{pace}"
        axes.set_title(heading, loc="left", fontsize=7, linespacing=1.15)
        if invented:
            axes.text(
                0.03, 0.97, pick(language, "made-up example", "虚构示例"), fontsize=_SMALL,
                color=VERMILION, va="top", transform=axes.transAxes, zorder=6,
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
    figure.suptitle(title, x=0.01, ha="left")
    hidden = table["target_id"].nunique() - len(order)
    _ledger_legend(figure, hidden, len(told) - len(order), used, language)
    return figure


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
    language: str,
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
        for status, (mark, size, colour, fill) in _REPORTS.items():
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
                f"≥{words.number(low)}", (x, 0.97 * limit), xytext=(0, -4), fontsize=6,
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


def _ledger_legend(
    figure: Figure, hidden: int, crowded: int, used: set[str], language: str
) -> None:
    line: Any = Line2D
    handles = [
        line([], [], color=BLACK, linewidth=0.9, linestyle=(0, (3, 2))),
        line([], [], color=GREY, linewidth=0.9),
        line([], [], color=SKY, linewidth=3.2, marker="_", markeredgecolor=BLUE),
        line([], [], color=BLUE, marker="o", markerfacecolor="white", markersize=4.6, linewidth=0.6,
             linestyle=":"),
        line([], [], color=BLACK, marker="D", markersize=3.2, linestyle=""),
        line([], [], color=VERMILION, marker="X", markersize=5.5, linestyle="",
             markeredgecolor="white"),
    ]  # fmt: skip
    labels = [
        pick(language, "promised", "承诺"),
        pick(language, "straight path", "直线进度"),
        pick(language, "known on the day", "当日已知"),
        pick(language, "figure it rests on", "所据数字"),
        pick(language, "known now, where it differs", "现在所知（如不同）"),
        pick(language, "overdue: not shown to be kept", "逾期（未证实完成）"),
    ]
    for status, (mark, size, colour, fill) in _REPORTS.items():
        if status in used:
            handles.append(
                line([], [], linestyle="", marker=mark, markersize=size, color=colour,
                     markerfacecolor=fill, markeredgewidth=0.7)
            )  # fmt: skip
            labels.append(_REPORT_WORDS[status][language == "zh"])
    silent = hidden - crowded
    note = ""
    if crowded:
        note += pick(language, f"{crowded} more targets not shown. ", f"另有 {crowded} 项未列出。")
    if silent:
        note += pick(
            language, f"No figure says anything of {silent} more targets.",
            f"另有 {silent} 项目标没有任何数字涉及。",
        )  # fmt: skip
    figure.legend(
        handles, labels, loc="outside lower left", ncols=4, title=note or None, title_fontsize=7,
        alignment="left",
    )  # fmt: skip
