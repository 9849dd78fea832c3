"""Figures of provinces side by side: totals, amounts and targets, and what is known of them."""

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from stdpolicy import schema
from stdpolicy.figures.labels import shortened
from stdpolicy.figures.layout import Key, above, headline, nothing, put_headline
from stdpolicy.figures.names import Names, Tables
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
    Page,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.gap import words
from stdpolicy.provinces import COUNTED, TOTALS
from stdpolicy.system import WHOLE

#: Mark and colour of each basis, with its words; a target has the mark of its basis, in orange.
BASES: Any = {
    "cumulative": ("o", BLUE, "all time up to a date", "历年累计"),
    "stock": ("s", GREEN, "in force at a date", "时点存量"),
    "during": (">", BLUE, "since a date", "自某日起"),
    "year": ("D", GREEN, "in one year", "单一年度"),
    "between": ("|", BLACK, "difference of two totals", "两个累计数之差"),
}
#: Mark, colour and fill of what is known in a year, with its words.
KNOWN: Any = {
    "date_and_window": ("o", BLACK, "full", "total and amount", "总量与期内数"),
    "at_date": ("o", BLUE, "full", "total", "总量"),
    "in_window": (">", ORANGE, "full", "amount in a window", "期内数"),
    "within": ("_", GREY, "full", "within a window that ends later", "在后来结束的期间之内"),
    "target": ("s", GREY, "none", "only a target due", "仅有到期目标"),
}
#: Rows of a panel that fit on a page, and panels of the coverage.
_ROWS, _PANELS = {False: 34, True: 22}, {False: 4, True: 2}


@styled
def province_stock(
    facts: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    indicator: str | list[str] | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw the totals of provinces, one row each, by indicator.

    Parameters
    ----------
    facts : pandas.DataFrame
        As :func:`stdpolicy.provinces.panel` returns it. Fields other than ``all`` are not drawn.
    tables : dict of pandas.DataFrame
        With ``targets``, ``observations``, ``documents``, ``jurisdictions``, ``indicators`` and
        ``domains``.
    language : str
        ``en`` or ``zh``.
    indicator : str or list of str, optional
        Keys of indicators; the four with most jurisdictions where none is given.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A panel per indicator with a logarithmic scale; a row per total with its year and role,
        those of a jurisdiction together, the largest first. The mark tells the basis, a hollow one
        a weaker source, a cross that sources disagree.
    """
    rows = facts[(facts["domain"] == "all") & facts["basis"].isin(TOTALS)]
    return _side_by_side(
        rows[rows["kind"] == "reported"], tables, language, indicator, preset, _stock_message
    )


@styled
def province_panel(
    facts: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    indicator: str | list[str] | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw what provinces did in windows of time, with their targets beside it, by indicator.

    Parameters
    ----------
    facts : pandas.DataFrame
        As :func:`stdpolicy.provinces.panel` returns it. Fields other than ``all`` are not drawn.
    tables : dict of pandas.DataFrame
        As for :func:`province_stock`.
    language : str
        ``en`` or ``zh``.
    indicator : str or list of str, optional
        Keys of indicators; the four with most jurisdictions where none is given.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        As :func:`province_stock`, with a row per window or deadline; windows differ in length and
        stand in the labels. Only jurisdictions with a reported amount or a difference of totals.
    """
    own = facts[(facts["domain"] == "all") & ~facts["basis"].isin(TOTALS)]
    own = own[own["basis"] != "unknown"]
    done = own[own["kind"] != "target"]
    pairs = set(zip(done["indicator"], done["jurisdiction"], strict=True))
    kept = [pair in pairs for pair in zip(own["indicator"], own["jurisdiction"], strict=True)]
    own = own[pd.Series(kept, own.index, dtype="bool")]
    return _side_by_side(own, tables, language, indicator, preset, _panel_message)


def _side_by_side(
    rows: pd.DataFrame,
    tables: Tables,
    language: str,
    indicator: str | list[str] | None,
    preset: str,
    say: Any,
) -> Figure:
    room = page(preset)
    names = Names.of(tables, language)
    counted = rows[(rows["unit"] == COUNTED) & rows[["low", "high"]].notna().any(axis=1)]
    panels = _panels(counted, indicator, 4)
    if not panels:
        en, zh = "No figures of two jurisdictions on a known basis", "没有两个辖区口径已知的数字"
        return nothing(pick(language, en, zh), room)
    columns = 1 if room.narrow else min(2, len(panels))
    most = _ROWS[room.narrow] // (1 if not room.narrow else max(1, len(panels) // 2))
    shown = [(key, _ordered(own).head(most)) for key, own in panels]
    hidden = sum(max(len(own) - most, 0) for _, own in panels)
    count = -(-len(panels) // columns)
    sizes = [
        max(len(own) for _, own in shown[i * columns : (i + 1) * columns]) for i in range(count)
    ]
    drawn = pd.concat([own for _, own in shown])
    marks = _key(room, drawn, hidden, language)
    title = headline(say(panels, names), room)
    figure = new_figure(room, above(title) + marks.height + 0.1 + 0.135 * sum(sizes) + 0.5 * count)
    grid = figure.subplots(
        count, columns, squeeze=False, gridspec_kw={"height_ratios": [n + 0.2 for n in sizes]}
    )
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    width = (0.5 if room.narrow else 0.27) * room.points
    for place, (key, own) in enumerate(shown):
        _draw(grid.flat[place], key, own, sizes[place // columns], names, width)
    put_headline(figure, title)
    marks.put(figure)
    return figure


def _panels(
    rows: pd.DataFrame, indicator: str | list[str] | None, most: int
) -> list[tuple[str, pd.DataFrame]]:
    """Rows by indicator: those asked for, or those of the most jurisdictions."""
    wanted = [indicator] if isinstance(indicator, str) else indicator
    if wanted is None:
        places = rows.groupby("indicator")["jurisdiction"].nunique().sort_index()
        places = places[places > 1].sort_values(ascending=False, kind="stable")
        wanted = list(places.index[:most])
    found = [(str(key), rows[rows["indicator"] == key]) for key in wanted]
    return [(key, own) for key, own in found if len(own)]


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a jurisdiction together, by date; that with the largest number first."""
    out = rows.assign(size=rows["low"].fillna(rows["high"]))
    out["most"] = out.groupby("jurisdiction")["size"].transform("max")
    order = ["most", "jurisdiction", "year", "kind", "keys"]
    return out.sort_values(order, ascending=[False, True, True, True, True], kind="stable")


def _draw(axes: Axes, key: str, rows: pd.DataFrame, size: int, names: Names, width: float) -> None:
    ends = rows[["low", "high"]].astype("float64")
    counted = [end for end in ends.to_numpy().ravel() if end > 0] or [1.0]
    least = max(min(counted), 1.0)
    most = max(*counted, 10 * least)
    floor = 0.7 * least  # where 0 stands, which the scale does not have
    previous, shade = "", False
    for level, row in enumerate(rows.itertuples()):
        shade ^= bool(previous) and row.jurisdiction != previous
        previous = str(row.jurisdiction)
        if shade:
            axes.axhspan(level - 0.5, level + 0.5, color="#F2F2F2", linewidth=0, zorder=0)
        low = float(row.low) if pd.notna(row.low) else math.nan
        high = float(row.high) if pd.notna(row.high) else math.nan
        style = _mark(row)
        if high > low:
            axes.plot([max(low, floor), high], [level] * 2, color=style["color"], linewidth=1.2)
        at = low if low > 0 else high if high > 0 else floor
        axes.plot(at, level, zorder=3, clip_on=False, **style)
        if row.disputed:
            axes.plot(at, level, marker="x", markersize=6.5, color=VERMILION, markeredgewidth=1.2,
                      zorder=4, linestyle="", clip_on=False)  # fmt: skip
        axes.annotate(
            _number(low, high), (high if high > max(low, 0) else at, level), va="center_baseline",
            xytext=(6, 0), textcoords="offset points",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(floor, most * (most / floor) ** 0.28)
    axes.set_ylim(size - 0.4, -0.6)
    labels = [shortened(_label(row, names), width) for row in rows.itertuples()]
    axes.set_yticks(range(len(rows)), labels)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(LogLocator(10))
    axes.xaxis.set_minor_formatter(NullFormatter())
    ticks = _ticks(floor, most)
    axes.set_xticks(ticks, [words.number(tick) for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="x")
    axes.set_title(shortened(names.counted(key, "all"), 1.6 * width), loc="left")


def _ticks(low: float, high: float) -> list[float]:
    """Powers of ten within a range; where these are few, their doubles and halves too."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 2, 5)):
        ticks = [step * 10.0**n for n in powers for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) > 1:
            break
    return ticks


def _number(low: float, high: float) -> str:
    if math.isnan(high):
        return f"≥{words.number(low)}"
    if high > low:
        return f"{words.number(round(low))}–{words.number(round(high))}"
    return words.number(low) if not math.isnan(low) else f"≤{words.number(high)}"


def _mark(row: Any) -> dict[str, Any]:
    basis = "during" if row.basis == "unstated" else str(row.basis)
    shape, colour, *_ = BASES[basis]
    if row.kind == "target":
        colour = ORANGE
    good = row.quality in ("official", "press") and row.confidence == "high"
    return {
        "marker": shape, "color": colour, "markersize": 7 if shape == "|" else 4.2,
        "markerfacecolor": colour if good else "white", "markeredgewidth": 1.0, "linestyle": "",
    }  # fmt: skip


def _label(row: Any, names: Names) -> str:
    """Jurisdiction and years, the role where it is stated, and whether it is a target."""
    last = str(row.date)[:4]
    first = last if pd.isna(row.since_date) else str(row.since_date)[:4]
    language = names.language
    told = [f"{names.place(row.jurisdiction)} {first if first == last else f'{first}–{last}'}"]
    if row.kind == "target":
        told.append(pick(language, "target", "目标"))
    if row.role != "unstated":
        told.append(pick(language, *_ROLES[str(row.role)]))
    if row.stage in ("proposed", "initiated", "drafted"):
        stages = schema.tables()["targets"].fields["stage"].labels(language)
        told.append(stages[str(row.stage)])
    return pick(language, ", ", "，").join(told) + ("*" if row.scope != WHOLE else "")


_ROLES = {
    "lead": ("led", "主导"),
    "take_part": ("joined", "参与"),
    "lead_or_take_part": ("led/joined", "主导/参与"),
}


def _stock_message(panels: list[tuple[str, pd.DataFrame]], names: Names) -> str:
    every = pd.concat([own for _, own in panels])
    disputed = int(every["disputed"].sum())
    key, own = panels[0]
    name = shortened(names.counted(key, "all"), 220)
    places = own["jurisdiction"].nunique()
    least, most = (words.number(round(float(end))) for end in (own["low"].min(), own["low"].max()))
    return pick(
        names.language,
        f"Totals of {name} are known of {places} jurisdictions, from {least} to {most}; "
        f"of {len(every)} totals {disputed} are disputed",
        f"{places} 个辖区有{name}总量，从 {least} 到 {most}；"
        f"{len(every)} 个总量中 {disputed} 个有冲突",
    )


def _panel_message(panels: list[tuple[str, pd.DataFrame]], names: Names) -> str:
    every = pd.concat([own for _, own in panels])
    kinds = every["kind"].value_counts()
    done, derived, aims = (int(kinds.get(k, 0)) for k in ("reported", "derived", "target"))
    places = every["jurisdiction"].nunique()
    return pick(
        names.language,
        f"{done} amounts reported by {places} jurisdictions, {derived} more from differences of "
        f"totals; {aims} targets beside them",
        f"{places} 个辖区公布期内数 {done} 个，另由累计数之差推得 {derived} 个；旁列目标 {aims} 个",
    )


def _key(room: Page, shown: pd.DataFrame, hidden: int, language: str) -> Key:
    bases = shown["basis"].astype("object").replace("unstated", "during")
    found = set(bases[shown["kind"] != "target"])
    entries: list[tuple[Any, str]] = []
    for name, (shape, colour, en, zh) in BASES.items():
        if name in found:
            size = 7 if shape == "|" else 4.2
            line = Line2D([], [], marker=shape, color=colour, linestyle="", markersize=size)
            entries.append((line, pick(language, en, zh)))
    if (shown["kind"] == "target").any():
        line = Line2D([], [], marker=">", color=ORANGE, linestyle="", markersize=4.2)
        entries.append((line, pick(language, "target", "目标")))
    hollow = Line2D(
        [], [], marker="o", color=GREY, markerfacecolor="white", linestyle="", markersize=4.2
    )
    entries.append((hollow, pick(language, "hollow: weaker source", "空心：来源较弱")))
    if shown["disputed"].any():
        cross = Line2D([], [], marker="x", color=VERMILION, linestyle="", markersize=6)
        entries.append((cross, pick(language, "sources disagree", "来源互相矛盾")))
    note = ""
    if (shown["scope"] != WHOLE).any():
        note = pick(language, "* of a narrower scope. ", "* 范围较窄。")
    if hidden:
        note += pick(language, f"{hidden} more do not fit here.", f"另有 {hidden} 个因篇幅未列出。")
    return Key(room, entries, note.strip())


# --- coverage -------------------------------------------------------------------------------------


@styled
def province_coverage(
    known: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    indicator: str | list[str] | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw of which province and year something is known, by indicator; gaps stay empty.

    Parameters
    ----------
    known : pandas.DataFrame
        As :func:`stdpolicy.provinces.coverage` returns it.
    tables : dict of pandas.DataFrame
        As for :func:`province_stock`.
    language : str
        ``en`` or ``zh``.
    indicator : str or list of str, optional
        Keys of indicators; the four (on a narrow page two) with most cells where none is given.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A panel per indicator: jurisdictions by years, a mark for the most that is known, a cross
        where sources disagree.
    """
    room = page(preset)
    names = Names.of(tables, language)
    most = _PANELS[room.narrow]
    told = known[known["state"] != "none"]
    wanted = [indicator] if isinstance(indicator, str) else indicator
    if wanted is None:
        sizes = told[told["state"] != "target"].groupby("indicator").size().sort_index()
        wanted = list(sizes.sort_values(ascending=False, kind="stable").index[:most])
    wanted = [key for key in wanted if (told["indicator"] == key).any()][:most]
    if not wanted:
        return nothing(pick(language, "Nothing is known of these years", "这些年份没有数字"), room)
    own = known[known["indicator"].isin(wanted)]
    own_told = own[own["state"] != "none"]
    counts = own_told.groupby("jurisdiction").size()
    order = {key: place for place, key in enumerate(dict.fromkeys(known["jurisdiction"]))}
    places = sorted(counts.index, key=lambda key: (-counts[key], order[key]))
    silent = len(order) - len(places)
    years = list(range(int(known["year"].min()), int(known["year"].max()) + 1))
    title = headline(_coverage_message(own, language), room)
    columns = 1 if room.narrow or len(wanted) == 1 else 2
    count = -(-len(wanted) // columns)
    marks = _coverage_key(room, own, silent, language)
    step = 0.128 if room.narrow or count > 1 else 0.15
    figure = new_figure(
        room, above(title) + marks.height + 0.2 + count * (0.45 + step * len(places))
    )
    grid = figure.subplots(count, columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(wanted) :]:
        axes.set_axis_off()
    for axes, key in zip(grid.flat, wanted, strict=False):
        cells = own_told[own_told["indicator"] == key]
        for row in cells.itertuples():
            at = (row.year, places.index(row.jurisdiction))
            axes.plot(*at, zorder=3, clip_on=False, **_known_style(row.state))
            if row.disputed:
                axes.plot(*at, marker="x", color=VERMILION, markersize=6.5, markeredgewidth=1.2,
                          linestyle="", zorder=4, clip_on=False)  # fmt: skip
        axes.set_title(shortened(names.counted(key, "all"), 0.45 * room.points), loc="left")
        axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        axes.set_ylim(len(places) - 0.4, -0.6)
        axes.set_yticks(range(len(places)), [names.place(key) for key in places])
        jump = -(-len(years) // 6)
        axes.set_xticks(years[::jump], [str(year) for year in years[::jump]])
        axes.grid()
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
    put_headline(figure, title)
    marks.put(figure)
    return figure


def _known_style(known: str) -> dict[str, Any]:
    shape, colour, fill, *_ = KNOWN[known]
    return {
        "marker": shape, "color": colour, "linestyle": "", "markersize": 4.4,
        "markerfacecolor": "white" if fill == "none" else colour, "markeredgewidth": 0.9,
    }  # fmt: skip


def _coverage_key(room: Page, own: pd.DataFrame, silent: int, language: str) -> Key:
    found = set(own["state"])
    entries: list[tuple[Any, str]] = [
        (Line2D([], [], **_known_style(name)), pick(language, en, zh))
        for name, (*_, en, zh) in KNOWN.items()
        if name in found
    ]
    if own["disputed"].any():
        cross = Line2D([], [], marker="x", color=VERMILION, linestyle="", markersize=6)
        entries.append((cross, pick(language, "sources disagree", "来源互相矛盾")))
    note = ""
    if silent:
        note = pick(
            language,
            f"Of {silent} more jurisdictions in the tables nothing was found here.",
            f"数据表中另有 {silent} 个辖区在此没有数字。",
        )
    return Key(room, entries, note)


def _coverage_message(own: pd.DataFrame, language: str) -> str:
    told = int(own["state"].isin(["date_and_window", "at_date", "in_window"]).sum())
    share = f"{told / len(own):.0%}"
    return pick(
        language,
        f"A figure was found for {told} of {len(own)} cells of jurisdiction, year and tier "
        f"({share})",
        f"辖区、年份与层级的 {len(own)} 个格子中，找到数字的有 {told} 个（{share}）",
    )
