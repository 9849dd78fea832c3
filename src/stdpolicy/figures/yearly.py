"""Figure of what provinces promise for a year."""

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import schema
from stdpolicy.coherence import unit_kinds
from stdpolicy.figures.labels import shortened
from stdpolicy.figures.layout import Key, above, headline, nothing, put_headline
from stdpolicy.figures.names import Names, Tables
from stdpolicy.figures.scales import round_ticks
from stdpolicy.figures.style import BLUE, DEFAULT, SKY, Page, new_figure, page, pick, styled
from stdpolicy.gap import encoding, words

#: Fill and edge by how well a number is sourced.
SOURCES: Any = {
    "coded": ("o", BLUE, "in a coded plan", "编码文件所载"),
    "good": ("o", SKY, "official page or press, high confidence", "官方或新闻媒体，可信度高"),
    "weak": ("o", "white", "weaker source", "较弱的来源"),
}
#: Rows of a panel and panels that fit on a page.
_ROWS = {False: 26, True: 12}


@styled
def provinces(
    table: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    indicator: str | list[str] | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw what provinces promise for a year, side by side.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.cascade.across_provinces` returns it: ``indicator``, ``jurisdiction``,
        ``domain``, ``unit``, ``role``, ``stage``, ``base_date``, ``due_date``, ``per_year_low``,
        ``per_year_high``, ``quality``, ``confidence``, ``key``, ``source``, ``superseded`` and
        ``repeated``. Rows without a number a year, superseded and repeated ones and parts of a
        plan's total are passed over.
    tables : dict of pandas.DataFrame
        Those that it was made from: with ``targets``, ``observations``, ``documents``,
        ``jurisdictions``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    indicator : str or list of str, optional
        Keys of indicators; the four with most jurisdictions where none is given.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A panel per indicator; one row per promise, the largest first: the interval of the number
        a year, with an arrow where it is open, and a mark that is hollow for a weaker source.
    """
    room = page(preset)
    names = Names.of(tables, language)
    own = _yearly(table, tables)
    wanted = [indicator] if isinstance(indicator, str) else indicator
    if wanted is None:
        several = own.groupby("indicator")["jurisdiction"].nunique().sort_index()
        several = several[several > 1].sort_values(ascending=False, kind="stable")
        wanted = list(several.index[:4])
    panels = [(key, own[own["indicator"] == key]) for key in wanted]
    panels = [(key, rows) for key, rows in panels if len(rows)]
    if not panels:
        en, zh = (
            "No two provinces promise the same thing for a year",
            "没有两个省份的承诺可按年比较",
        )
        return nothing(pick(language, en, zh), room)
    columns = 1 if room.narrow else min(2, len(panels))
    count = -(-len(panels) // columns)
    most = _ROWS[room.narrow]
    sizes = [
        max(min(len(rows), most) for _, rows in panels[i * columns : (i + 1) * columns])
        for i in range(count)
    ]
    level = tables["jurisdictions"].astype("object").set_index("key")["level"]
    title = headline(_provinces_message(panels, level, names), room)
    shown = [(str(key), rows.head(most)) for key, rows in panels]
    hidden = sum(max(len(rows) - most, 0) for _, rows in panels)
    key = _key(room, pd.concat([rows for _, rows in shown]), hidden, language)
    figure = new_figure(room, above(title) + key.height + 0.2 + 0.145 * sum(sizes) + 0.5 * count)
    grid = figure.subplots(
        count, columns, squeeze=False, gridspec_kw={"height_ratios": [n + 0.2 for n in sizes]}
    )
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    width = (0.5 if room.narrow else 0.24) * room.points
    for place, (name, rows) in enumerate(shown):
        axes = grid.flat[place]
        _draw_provinces(axes, name, rows, sizes[place // columns], names, width)
        if place + columns >= len(panels):
            axes.set_xlabel(pick(language, "promised per year", "每年承诺数"))
    put_headline(figure, title)
    key.put(figure)
    return figure


def _yearly(table: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Promises with a number a year, the largest first; how well each is sourced."""
    targets = tables["targets"]
    parts = set(targets.loc[targets["part_of"].notna(), "target_id"])
    kept = ~(table["superseded"] | table["repeated"]) & ~table["key"].isin(parts)
    out = table[kept & table["per_year_low"].notna()].astype("object")
    good = out["quality"].isin(["official", "press"]) & (out["confidence"] == "high")
    out["sourced"] = np.select([out["source"] == "targets", good], ["coded", "good"], "weak")
    # One unit for each indicator: that of its first promise.
    out = out.join(unit_kinds(out["unit"])).sort_values("key")
    first = out.groupby("indicator")
    out = out[out["kind"] == first["kind"].transform("first")].copy()
    size = (out["factor"] / first["factor"].transform("first")).astype("float64")
    for name in ("per_year_low", "per_year_high"):
        out[name] = out[name].astype("float64") * size
    out["unit"] = out.groupby("indicator")["unit"].transform("first")
    order = ["per_year_low", "key"]
    return out.sort_values(order, ascending=[False, True], kind="stable")


def _draw_provinces(
    axes: Axes, key: str, rows: pd.DataFrame, size: int, names: Names, width: float
) -> None:
    ends = rows[["per_year_low", "per_year_high"]].astype("float64")
    reach = max(float(ends.max().max()), 1e-9)
    for level, row in enumerate(rows.itertuples()):
        low, high = float(row.per_year_low), float(row.per_year_high)
        fill = SOURCES[row.sourced][1]
        if math.isnan(high):
            axes.annotate(
                "", (low, level), xytext=(17, 0), textcoords="offset points",
                arrowprops={
                    "arrowstyle": "<-", "color": BLUE, "linewidth": 0.9, "mutation_scale": 6,
                    "shrinkA": 0, "shrinkB": 2.3,
                },
            )  # fmt: skip
        elif high > low:
            axes.plot([low, high], [level, level], color=BLUE, linewidth=1.4, zorder=2)
        axes.plot(
            low, level, marker="o", markersize=4.6, color=BLUE, markerfacecolor=fill,
            markeredgewidth=0.9, zorder=3, linestyle="",
        )  # fmt: skip
        end = low if math.isnan(high) else high
        axes.annotate(
            _yearly_words(low, high), (end, level), va="center_baseline",
            xytext=(19 if math.isnan(high) else 5, 0), textcoords="offset points",
        )  # fmt: skip
    labels = [shortened(_province_label(row, names), width) for row in rows.itertuples()]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_ylim(size - 0.4, -0.6)
    axes.set_xlim(-0.02 * reach, 1.5 * reach)
    at = round_ticks(0, 1.2 * reach)
    axes.set_xticks(at, [f"{tick:g}" for tick in at])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    unit = _unit_after(str(rows["unit"].iloc[0]), names.language)
    axes.set_title(shortened(names.counted(key, "all"), 110) + unit, loc="left")


def _unit_after(unit: str, language: str) -> str:
    """The unit behind a name, unless things are counted."""
    if encoding.unit(unit) == ("count", 1.0):
        return ""
    return pick(language, f" ({unit})", f"（{unit}）")


def _yearly_words(low: float, high: float) -> str:
    one = words.number(round(low, 1) if low < 100 else round(low))
    if math.isnan(high):
        return f"≥{one}"
    other = words.number(round(high, 1) if high < 100 else round(high))
    return one if one == other else f"{one}–{other}"


def _province_label(row: Any, names: Names) -> str:
    """Jurisdiction and years, and field, role and stage where these are not the usual ones."""
    first, last = str(row.base_date)[:4], str(row.due_date)[:4]
    years = first if first == last else f"{first}–{last}"
    told = [f"{shortened(names.place(row.jurisdiction), 60)} {years}"]
    if row.domain != "all":
        told.append(names.field(row.domain))
    if row.role in _ROLE_WORDS:
        told.append(pick(names.language, *_ROLE_WORDS[row.role]))
    if row.stage != "issued":
        stages = schema.tables()["targets"].fields["stage"].labels(names.language)
        told.append(stages.get(row.stage, str(row.stage)))
    return pick(names.language, ", ", "，").join(told)


_ROLE_WORDS = {
    "lead": ("led", "主导"),
    "take_part": ("joined", "参与"),
    "lead_or_take_part": ("led or joined", "主导或参与"),
}


def _provinces_message(
    panels: list[tuple[Any, pd.DataFrame]], level: pd.Series, names: Names
) -> str:
    every = pd.concat([rows for _, rows in panels])
    weak = int((every["sourced"] == "weak").sum())
    key, rows = panels[0]
    language = names.language
    name = shortened(names.counted(str(key), "all"), 220) + _unit_after(
        str(rows["unit"].iloc[0]), language
    )
    least, most = (rows["per_year_low"].iloc[place] for place in (-1, 0))
    one, other = _yearly_words(least, least), _yearly_words(most, most)
    if rows["per_year_high"].isna().iloc[0]:
        other = pick(language, f"{other} or more", f"{other} 以上")
    province = every["jurisdiction"].map(level).eq("province").all()
    who = ("Provinces", "各省份") if province else ("Jurisdictions", "各地")
    return pick(
        language,
        f"{who[0]} promise from {one} to {other} {name} a year; "
        f"{weak} of {len(every)} numbers rest on weaker sources",
        f"{who[1]}每年承诺的{name}从 {one} 到 {other}；{len(every)} 个数字中 {weak} 个来源较弱",
    )


def _key(room: Page, shown: pd.DataFrame, hidden: int, language: str) -> Key:
    found = set(shown["sourced"])
    entries: list[tuple[Any, str]] = [
        (
            Line2D(
                [], [], linestyle="", marker=mark, color=BLUE, markerfacecolor=fill, markersize=4.6,
                markeredgewidth=0.9,
            ),
            pick(language, en, zh),
        )
        for name, (mark, fill, en, zh) in SOURCES.items()
        if name in found
    ]  # fmt: skip
    note = pick(language, f"{hidden} more do not fit here.", f"另有 {hidden} 个因篇幅未列出。")
    return Key(room, entries, note if hidden else "")
