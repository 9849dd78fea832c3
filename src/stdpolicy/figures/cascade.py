"""Figures of several levels: shares taken from above, levels without a target, provinces."""

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from stdpolicy import schema
from stdpolicy.coherence import unit_kinds
from stdpolicy.figures.labels import folded, nothing, promised, shortened, text_width
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREY,
    SKY,
    VERMILION,
    document_names,
    label_of,
    new_figure,
    pick,
    styled,
)
from stdpolicy.gap import encoding, words

Tables = dict[str, pd.DataFrame]

_SMALL = 6.5
#: Width of a line of the title, in Latin characters.
_TITLE = {"en": 122, "zh": 116}
#: Lines of shares and of rates that fit on a page, counting the headings.
_PAGE, _RATES = 44, 14
#: Width of the label of a pair, in Latin characters.
_LABEL = 76
#: Respects in which two promises can differ, in a word.
_DIFFERS = {
    "domain": ("field", "领域"),
    "scope": ("scope", "范围"),
    "role": ("role", "角色"),
    "stage": ("stage", "阶段"),
    "action": ("action", "行为"),
    "basis": ("basis", "口径"),
    "base_date": ("start", "起算日"),
}
_RATCHETS = {
    "up": ("^", "asks more", "要求更高"),
    "down": ("v", "asks less", "要求更低"),
    "same": ("s", "asks the same", "要求相同"),
    "undetermined": ("o", "undetermined", "高低不定"),
}
_NAIVE: Any = {
    "marker": "D",
    "markersize": 4.0,
    "color": VERMILION,
    "markerfacecolor": "none",
    "markeredgewidth": 0.9,
}


# --- shares and rates -----------------------------------------------------------------------------


@styled
def cascade(
    table: pd.DataFrame, tables: Tables, language: str = "en", every: bool = False
) -> Figure:
    """Draw what lower levels take of the targets above them, and where they raise a rate.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.cascade.cascade` returns it: ``upper_key``, ``lower_key``,
        ``upper_jurisdiction``, ``lower_jurisdiction``, ``upper_level``, ``upper_indicator``,
        ``indicator``, ``upper_unit``, ``upper_due``, ``same_deadline``, ``differs``,
        ``share_low``, ``share_high``, ``naive_share``, ``delta_low``, ``delta_high``, ``ratchet``
        and ``naive_ratchet``.
    tables : dict of pandas.DataFrame
        Those that it was made from: with ``targets``, ``observations``, ``documents``,
        ``jurisdictions``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    every : bool
        Draw shares between two targets that were only reported, too; without it these are drawn
        only where no share has a coded target.

    Returns
    -------
    matplotlib.figure.Figure
        One row per pair with the same deadline. Panels by plan or reporting jurisdiction of the
        upper level have counts, as share of the upper number; further ones have rates, as
        difference to the upper number. A note counts the pairs that are not drawn.
    """
    names = _Names.of(tables, language)
    shares = table[table["same_deadline"] & table["share_low"].notna()]
    rates = table[table["same_deadline"] & table["naive_ratchet"].notna()]
    coded = set(tables["targets"]["target_id"])
    of_plans = shares["upper_key"].isin(coded) | shares["lower_key"].isin(coded)
    kept = shares if every or not of_plans.any() else shares[of_plans]
    panels = _on_page(_panels(kept, names), _PAGE) + _on_page(_panels(rates, names), _RATES)
    title = _cascade_message(kept, rates, language)
    drawn = sum(len(own) for *_, own in panels)
    note = _left_out(table, len(shares) - len(kept), drawn, language)
    if not panels:
        return nothing(title, note)
    heights = [len(own) + 0.2 for *_, own in panels]
    kinds = {unit for unit, *_ in panels}
    figure = new_figure(DOUBLE, 0.7 + 0.137 * sum(heights) + 0.26 * len(panels) + 0.36 * len(kinds))
    grid = figure.add_gridspec(len(panels), 1, height_ratios=heights)
    limit = _limit(kept)
    first: dict[str, Axes] = {}
    for place, (unit, head, own) in enumerate(panels):
        axes = figure.add_subplot(grid[place], sharex=first.get(unit))
        for level, row in enumerate(own.itertuples()):
            if unit:
                _draw_rate(axes, level, row, language)
            else:
                _draw_share(axes, level, row, limit, language)
        label = _rate_label if unit else _share_label
        axes.set_yticks(range(len(own)), [label(row, names) for row in own.itertuples()])
        axes.set_ylim(len(own) - 0.4, -0.6)
        axes.set_title(head, loc="left", fontweight="normal", linespacing=1.5)
        axes.tick_params(axis="y", length=0, labelsize=_SMALL)
        axes.grid(axis="x")
        if not unit and not first:
            _cascade_heads(axes, language)
        first.setdefault(unit, axes)
        if place + 1 < len(panels) and panels[place + 1][0] == unit:
            axes.tick_params(labelbottom=False)
        elif unit:
            _rate_axis(axes, pd.concat([own for u, _, own in panels if u == unit]), unit, language)
        else:
            _share_axis(axes, limit, language)
    figure.suptitle(title, x=0.01, ha="left")
    _cascade_legend(figure, kept, rates, note, language)
    return figure


@dataclasses.dataclass(frozen=True)
class _Names:
    """What the figures call things: labels by key, and promises by key as they are written."""

    language: str
    plans: dict[str, str]
    places: dict[str, str]
    indicators: dict[str, str]
    domains: dict[str, str]
    promises: dict[str, Any]

    @classmethod
    def of(cls, tables: Tables, language: str) -> "_Names":
        targets = tables["targets"].astype("object").set_index("target_id")
        seen = tables["observations"].astype("object").set_index("observation_id")
        rows = pd.concat([targets, seen])[["doc_id", *_WRITTEN]].itertuples()
        return cls(
            language,
            document_names(tables, language),
            label_of(tables["jurisdictions"], language),
            label_of(tables["indicators"], language),
            label_of(tables["domains"], language),
            {str(row.Index): row for row in rows},
        )

    def who(self, promise: Any) -> str:
        """The plan that promises, or the jurisdiction of a reported target."""
        if isinstance(promise.doc_id, str):
            return self.plans.get(promise.doc_id, promise.doc_id)
        place = self.place(promise.jurisdiction)
        return pick(self.language, f"{place} (as reported)", f"{place}（据公开报道）")

    def place(self, key: str) -> str:
        return str(self.places.get(key, key))

    def field(self, key: str) -> str:
        return str(self.domains.get(key, key))

    def counted(self, indicator: str, domain: str) -> str:
        """What is counted, with its field."""
        name = str(self.indicators.get(indicator, indicator))
        if domain == "all":
            return name
        field = self.field(domain)
        return name + pick(self.language, f", {field}", f"（{field}）")


#: Columns of targets and observations from which a promise is told.
_WRITTEN = ["jurisdiction", "indicator", "domain", "value_low", "value_high", "unit", "bound"]


def _panels(pairs: pd.DataFrame, names: _Names) -> list[tuple[str, str, pd.DataFrame]]:
    """Unit of rates (none for shares), title and pairs of each panel.

    Shares stand together by plan, rates by target of the upper level; the central level and early
    deadlines first, and totals before fields.
    """
    ranks = schema.tables()["jurisdictions"].fields["level"].enum or []
    own = pairs.astype("object")
    upper = [names.promises[key] for key in own["upper_key"]]
    rate = own["naive_ratchet"].notna()
    own["kind"] = own["upper_unit"].where(rate, "")
    own["panel"] = own["upper_key"].where(rate, "")
    own["rank"] = own["upper_level"].map({level: rank for rank, level in enumerate(ranks)})
    own["reported"] = [not isinstance(promise.doc_id, str) for promise in upper]
    own["plan"] = [str(promise.doc_id) for promise in upper]
    own["field"] = [promise.domain != "all" for promise in upper]
    size = own["delta_high"].where(rate, own["naive_share"]).astype("float64")
    own["size"] = -size.fillna(-np.inf)
    panel = ["kind", "rank", "upper_due", "upper_jurisdiction", "reported", "plan", "panel"]
    own = own.sort_values([*panel, "field", "upper_key", "size", "lower_key"], kind="stable")
    out = []
    for (kind, *_), group in own.groupby(panel, sort=False, dropna=False):
        promise = names.promises[group["upper_key"].iloc[0]]
        year = str(group["upper_due"].iloc[0])[:4]
        head = shortened(names.who(promise), 28)
        head = pick(names.language, f"{head}, by {year}", f"{head}，到 {year} 年")
        if kind:
            what = shortened(names.counted(promise.indicator, promise.domain), 46)
            head += f"\n{what} {promised(promise, names.language)}"
        out.append((str(kind), head, group))
    return out


def _on_page(
    panels: list[tuple[str, str, pd.DataFrame]], left: int
) -> list[tuple[str, str, pd.DataFrame]]:
    """The first rows of the panels, as many as fit; a title takes the place of two."""
    out = []
    for unit, head, own in panels:
        if left > 2:
            out.append((unit, head, own.head(left - 2)))
            left -= 2 + len(own)
    return out


def _limit(shares: pd.DataFrame) -> float:
    """End of the axis of shares, so that all up to the whole are in sight."""
    ends = np.concatenate([shares["share_high"], shares["naive_share"]]).astype("float64")
    ends = ends[np.isfinite(ends)]
    most = max(ends[ends <= 1], default=1.0)
    return next(end for end in (0.1, 0.2, 0.5, 1.0) if most <= end)


def _share_label(row: Any, names: _Names) -> str:
    """Who promises how much below, of how much above, and what both count."""
    upper, lower = names.promises[row.upper_key], names.promises[row.lower_key]
    own = "all" if lower.domain == upper.domain else lower.domain
    what = "" if own == "all" else names.field(own)
    if row.indicator != row.upper_indicator:
        what = names.counted(row.indicator, own)
    who = shortened(names.place(row.lower_jurisdiction), 20)
    if what:
        who += pick(names.language, ", ", " ") + shortened(what, 28)
    numbers = [promised(promise, names.language) for promise in (lower, upper)]
    en, zh = " of ".join(numbers), " / ".join(numbers)
    room = max(_LABEL - text_width(f"{who}: {en} "), 16)
    name = shortened(names.counted(upper.indicator, upper.domain), room)
    return pick(names.language, f"{who}: {en} {name}", f"{who}：{name} {zh}")


def _rate_label(row: Any, names: _Names) -> str:
    number = promised(names.promises[row.lower_key], names.language)
    return f"{shortened(names.place(row.lower_jurisdiction), 40)}  {number}"


def _draw_share(axes: Axes, level: int, row: Any, limit: float, language: str) -> None:
    low, high = row.share_low, row.share_high
    kind = _share_kind(row)
    fill, line, tall = _SHARES[kind]
    start, end = min(low, 0.97 * limit), limit if math.isnan(high) else min(high, limit)
    wide = max(end - start, 0.006 * limit)
    start = max(min(start, end - wide / 2), 0.0)
    axes.barh(level, wide, left=start, height=tall, facecolor=fill, edgecolor=line, linewidth=0.6)
    if math.isnan(high) or high > limit:
        axes.plot(
            limit, level, marker=">", markersize=5, color=line, markerfacecolor=fill,
            markeredgewidth=0.6, clip_on=False, zorder=3,
        )  # fmt: skip
    naive = row.naive_share
    if not math.isnan(naive):
        style = _NAIVE | ({"markerfacecolor": "white"} if wide > 0.03 * limit else {})
        axes.plot(
            naive if naive <= limit else 1.05 * limit, level, clip_on=False, zorder=5,
            linestyle="", **style,
        )  # fmt: skip
    if naive > limit:
        axes.text(
            0.97 * limit, level, f"{_percent(naive)} →", ha="right", va="center_baseline",
            fontsize=6, zorder=4,
        )  # fmt: skip
    _right(axes, level, _share_words(low, high, language), _differs(row, language), language)


def _share_kind(row: Any) -> str:
    if row.share_low > 0:
        return "both"
    return "none" if math.isnan(row.share_high) else "upper"


#: Fill, edge and height of the bar of a share of which something is known.
_SHARES = {
    "both": (BLUE, BLUE, 0.84),
    "upper": (SKY, SKY, 0.56),
    "none": ("white", "#AAAAAA", 0.56),
}


def _share_axis(axes: Axes, limit: float, language: str) -> None:
    axes.set_xlim(0, limit)
    at = _ticks(0, limit)
    axes.set_xticks(at, [f"{100 * tick:.4g}%" for tick in at])
    axes.set_xlabel(pick(language, "Share of the number above", "占上级数字的份额"))


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers within a range, a handful of them."""
    every = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [round(float(tick), 9) for tick in every if low - slack <= tick <= high + slack]


def _share_words(low: float, high: float, language: str) -> str:
    if math.isnan(high):
        return f"≥{_percent(low)}" if low > 0 else pick(language, "any", "不定")
    if low <= 0:
        return f"≤{_percent(high)}"
    one, other = _percent(low), _percent(high)
    if one == other:
        return one
    return f"{one[:-1] if one[-1] == other[-1] else one}–{other}"


def _percent(share: float) -> str:
    """A share with two digits, more only before the point; many times the whole as such."""
    if share >= 10:
        return f"{share:.0f}×"
    return f"{100 * share:.2g}%" if share < 0.995 else f"{100 * share:.0f}%"


def _differs(row: Any, language: str) -> str:
    names = [pick(language, *_DIFFERS.get(d, (d, d))) for d in str(row.differs).split("+") if d]
    return pick(language, ", ", "、").join(names)


def _right(axes: Axes, level: int, first: str, second: str, language: str) -> None:
    """Two texts right of the axes."""
    for shift, text in zip(_RIGHT[language], (first, second), strict=True):
        axes.annotate(
            text, (1, level), xycoords=axes.get_yaxis_transform(), xytext=(shift, 0),
            textcoords="offset points", va="center_baseline", fontsize=_SMALL,
        )  # fmt: skip


#: Where the columns of text stand, in points right of the axes.
_RIGHT = {"en": (16, 68), "zh": (16, 62)}


def _draw_rate(axes: Axes, level: int, row: Any, language: str) -> None:
    mark, en, zh = _RATCHETS[row.naive_ratchet]
    sure = row.ratchet == row.naive_ratchet != "undetermined"
    ends = [x for x in (row.delta_low, row.delta_high) if not math.isnan(x)]
    if len(ends) == 2 and ends[0] != ends[1]:
        axes.plot(ends, [level, level], color=BLUE, linewidth=1.2)
    if ends:
        axes.plot(
            sum(ends) / len(ends), level, marker=mark, markersize=5, color=BLUE, linestyle="",
            markerfacecolor=BLUE if sure else "white", markeredgewidth=0.9, zorder=4,
        )  # fmt: skip
    differs = _differs(row, language)
    if differs:
        verb = "differ" if "+" in row.differs else "differs"
        differs = pick(language, f"{differs} {verb}", f"{differs}不同")
    _right(axes, level, pick(language, en, zh), differs, language)


def _rate_axis(axes: Axes, own: pd.DataFrame, unit: str, language: str) -> None:
    ends = pd.concat([own["delta_low"], own["delta_high"]]).astype("float64").dropna()
    low, high = min([0.0, *ends]), max([0.0, *ends])
    pad = 0.06 * max(high - low, 1.0)
    axes.set_xlim(low - pad, high + pad)
    at = _ticks(low, high)
    axes.set_xticks(at, [f"{tick:g}" for tick in at])
    for one in axes.get_shared_x_axes().get_siblings(axes):
        one.axvline(0, color=BLACK, linewidth=0.9)
    if unit == "%":
        unit = pick(language, "percentage points", "百分点")
    axes.set_xlabel(
        pick(language, f"Difference to the number above ({unit})", f"与上级数字之差（{unit}）")
    )


def _cascade_heads(axes: Axes, language: str) -> None:
    texts = (pick(language, "share", "份额"), pick(language, "what differs", "不同之处"))
    for shift, text in zip(_RIGHT[language], texts, strict=True):
        axes.annotate(
            text, (1, 1), xytext=(shift, 16), xycoords="axes fraction", color=GREY,
            textcoords="offset points", fontsize=_SMALL,
        )  # fmt: skip


def _cascade_legend(
    figure: Figure, shares: pd.DataFrame, rates: pd.DataFrame, note: str, language: str
) -> None:
    entries: list[tuple[Any, str]] = []
    found = {_share_kind(row) for row in shares.itertuples()}
    texts = {
        "both": pick(language, "share, from and to", "份额可知"),
        "upper": pick(language, "share at most", "只知上限"),
        "none": pick(language, "any share", "份额不定"),
    }
    for kind, (fill, line, _) in _SHARES.items():
        if kind in found:
            entries.append((Patch(facecolor=fill, edgecolor=line, linewidth=0.6), texts[kind]))
    if len(shares):
        naive = Line2D([], [], linestyle="", **_NAIVE)
        entries.append((naive, pick(language, "naive share", "粗略份额")))
    alike = rates["ratchet"] == rates["naive_ratchet"]
    for there, fill, text in (
        (alike.any(), BLUE, pick(language, "rate, comparable", "比率，可比")),
        (not alike.all(), "white", pick(language, "rate, not comparable", "比率，口径不同")),
    ):
        if there:
            mark = Line2D(
                [], [], linestyle="", marker="^", color=BLUE, markerfacecolor=fill,
                markersize=5, markeredgewidth=0.9,
            )  # fmt: skip
            entries.append((mark, text))
    figure.legend(
        *zip(*entries, strict=True), loc="outside lower left", ncols=6, title=note or None,
        title_fontsize=7, alignment="left", columnspacing=1.4, handletextpad=0.5,
    )  # fmt: skip


def _left_out(table: pd.DataFrame, reported: int, drawn: int, language: str) -> str:
    """How many pairs are not drawn, and why."""
    later = int((~table["same_deadline"]).sum())
    other = len(table) - drawn - later - reported
    en, zh = [], []
    if reported:
        en.append(f"{reported} between targets that were only reported")
        zh.append(f"双方均仅见于公开报道的 {reported} 对")
    if later:
        en.append(f"{later} with other deadlines")
        zh.append(f"截止日不同的 {later} 对")
    if other:
        en.append(f"{other} that do not compare or do not fit")
        zh.append(f"不可比或篇幅不足的 {other} 对")
    if not en:
        return ""
    return pick(language, f"Pairs not drawn: {', '.join(en)}.", f"未列出：{'、'.join(zh)}。")


def _cascade_message(shares: pd.DataFrame, rates: pd.DataFrame, language: str) -> str:
    if shares.empty and rates.empty:
        return pick(
            language,
            "No two levels have comparable targets for the same deadline",
            "没有两级目标截止日相同而可以比较",
        )
    en, zh = [], []
    if len(shares):
        ends = (shares["share_low"] > 0).astype("int64") + shares["share_high"].notna()
        none, one, both = (int((ends == number).sum()) for number in range(3))
        more_en, more_zh = (f", {none} on none", f"，{none} 个不定") if none else ("", "")
        en.append(
            f"of {len(shares)} shares of a higher level's number, {both} are bounded on both "
            f"sides, {one} on one{more_en}"
        )
        zh.append(
            f"下级在上级数字中的 {len(shares)} 个份额，{both} 个有上下限，{one} 个只有一端{more_zh}"
        )
    if len(rates):
        up = int((rates["ratchet"] == "up").sum())
        en.append(f"{up} of {len(rates)} rates {'is' if up == 1 else 'are'} surely raised")
        zh.append(f"{len(rates)} 个比率中确知加码的 {up} 个")
    text = pick(language, "; ".join(en), "；".join(zh))
    return folded(text[0].upper() + text[1:], _TITLE[language])


# --- levels ---------------------------------------------------------------------------------------

#: Mark, colour, fill and fill style of each standing, with its words.
_STANDINGS: Any = {
    "present": ("o", BLUE, BLUE, "full", "has a target", "有目标"),
    "related": ("o", BLUE, BLUE, "left", "a wider or narrower one", "仅有更宽或更窄的目标"),
    "missing": ("o", VERMILION, "white", "full", "other targets, not this one", "另有目标而无此项"),
    "unknown": (".", GREY, GREY, "full", "nothing coded, not known", "该期未编码，不明"),
}
#: Rows and columns that fit on a page, and columns whose names fit side by side.
_LEVEL_ROWS, _LEVEL_COLUMNS, _LEVEL_NAMES = 50, 12, 4


@styled
def levels(table: pd.DataFrame, tables: Tables, language: str = "en") -> Figure:
    """Draw which levels have a target for which indicator and deadline.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.cascade.missing_levels` returns it: ``chain``, ``indicator``,
        ``due_date``, ``present``, ``related``, ``missing`` and ``unknown``.
    tables : dict of pandas.DataFrame
        With ``jurisdictions`` and ``indicators``.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        A panel per deadline, a row per indicator, a mark per jurisdiction, none where neither it
        nor a level above or below has the target. Only indicators of which more than one level is
        known; a note counts the others.
    """
    level = tables["jurisdictions"].astype("object").set_index("key")["level"].to_dict()
    cells = _standings(table, level)
    told = {place for place, own in cells.items() if own.pop("")}
    ranks = schema.tables()["jurisdictions"].fields["level"].enum or []
    order = {name: rank for rank, name in enumerate(ranks)}
    places = {place for key in told for place in cells[key]}
    columns = sorted(places, key=lambda p: (order.get(str(level.get(p)), len(order)), p))
    beyond = max(len(columns) - _LEVEL_COLUMNS, 0)
    columns = columns[:_LEVEL_COLUMNS]
    rows = sorted(told, key=lambda key: (key[0], _pattern(cells[key], columns), key[1]))
    title = _levels_message([cells[key] for key in rows], language)
    shown = rows[:_LEVEL_ROWS]
    note = _levels_note(len(cells) - len(told), len(rows) - len(shown), beyond, language)
    if not rows:
        return nothing(title, note)
    groups = {due: [key for key in shown if key[0] == due] for due in sorted({d for d, _ in shown})}
    upright = len(columns) > _LEVEL_NAMES
    height = 1.15 + 0.155 * len(shown) + 0.3 * len(groups) + 0.7 * upright
    figure = new_figure(DOUBLE, height)
    panels = figure.subplots(
        len(groups), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [len(keys) + 0.2 for keys in groups.values()]},
    )[:, 0]  # fmt: skip
    indicators = label_of(tables["indicators"], language)
    for axes, (due, keys) in zip(panels, groups.items(), strict=True):
        for row, key in enumerate(keys):
            for column, place in enumerate(columns):
                if place in cells[key]:
                    _draw_standing(axes, column, row, cells[key][place])
        names = [shortened(str(indicators.get(key[1], key[1])), 66) for key in keys]
        axes.set_yticks(range(len(keys)), names)
        axes.set_ylim(len(keys) - 0.4, -0.6)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        when = pick(language, due[:4], f"{due[:4]} 年") if due.endswith("-12-31") else due
        axes.annotate(
            pick(language, f"by {when}", f"到 {when}"), (0, 1), xycoords="axes fraction",
            xytext=(-4, 5), textcoords="offset points", ha="right", fontsize=8,
        )  # fmt: skip
        axes.grid(axis="y")
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
    _level_heads(panels[0], columns, tables, level, language)
    figure.suptitle(title, x=0.01, ha="left")
    _levels_legend(figure, [cells[key] for key in shown], columns, note, language)
    return figure


def _standings(table: pd.DataFrame, level: dict[Any, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Standing of each jurisdiction by deadline and indicator; below "" whether two are known."""
    out: dict[tuple[str, str], dict[str, Any]] = {}
    columns = ["chain", "indicator", "due_date", *_STANDINGS]
    for chain, indicator, due, *found in table[columns].itertuples(index=False, name=None):
        own = out.setdefault((str(due), str(indicator)), {"": False})
        standing = {
            one: name
            for name, listed in reversed(list(zip(_STANDINGS, found, strict=True)))
            for one in str(listed).split("+")
        }
        known = 0
        for place in str(chain).split(">"):
            name = standing.get(str(level.get(place, place)))
            if name:
                own[place] = name
                known += name != "unknown"
        own[""] = own[""] or known > 1
    return out


def _pattern(own: dict[str, str], columns: list[str]) -> list[int]:
    """Standings along the columns as numbers, so that like rows stand together."""
    order = ["present", "related", "missing", "", "unknown"]
    return [order.index(own.get(place, "")) for place in columns]


def _draw_standing(axes: Axes, x: float, y: float, standing: str) -> None:
    axes.plot(x, y, clip_on=False, zorder=3, **_standing_style(standing))


def _standing_style(standing: str) -> Any:
    mark, colour, fill, style, *_ = _STANDINGS[standing]
    return {
        "marker": mark, "color": colour, "markerfacecolor": fill, "fillstyle": style,
        "markersize": 3 if mark == "." else 5.5, "markeredgewidth": 0.9, "linestyle": "",
        "markerfacecoloralt": "white",
    }  # fmt: skip


def _level_heads(
    axes: Axes, columns: list[str], tables: Tables, level: dict[Any, Any], language: str
) -> None:
    """Names of the jurisdictions above the columns, and the levels above these."""
    names = label_of(tables["jurisdictions"], language)
    labels = schema.tables()["jurisdictions"].fields["level"].labels(language)
    upright = len(columns) > _LEVEL_NAMES
    for column, place in enumerate(columns):
        axes.annotate(
            shortened(str(names.get(place, place)), 14), (column, 1), xytext=(0, 5), ha="center",
            xycoords=axes.get_xaxis_transform(), textcoords="offset points", fontsize=7,
            rotation=90 if upright else 0,
        )  # fmt: skip
    for name in dict.fromkeys(level.get(place) for place in columns):
        own = [column for column, place in enumerate(columns) if level.get(place) == name]
        middle = (own[0] + own[-1]) / 2
        axes.annotate(
            shortened(labels.get(str(name), str(name)), 14), (middle, 1), color=GREY,
            xytext=(0, 64 if upright else 17),
            xycoords=axes.get_xaxis_transform(), textcoords="offset points", ha="center",
            fontsize=_SMALL,
        )  # fmt: skip
    axes.set_xticks([])


def _levels_legend(
    figure: Figure, rows: list[dict[str, str]], columns: list[str], note: str, language: str
) -> None:
    if any(place not in own for own in rows for place in columns):
        note = (
            pick(
                language,
                "No mark: neither it nor a level above or below has the target. ",
                "无标记：本级及其上下级均无此目标。",
            )
            + note
        )
    found = {own[place] for own in rows for place in columns if place in own}
    entries = [
        (Line2D([], [], **_standing_style(name)), pick(language, en, zh))
        for name, (*_, en, zh) in _STANDINGS.items()
        if name in found
    ]
    note = folded(note, 150)
    figure.legend(
        *zip(*entries, strict=True), loc="outside lower left", ncols=5, title=note or None,
        title_fontsize=7, alignment="left", columnspacing=1.4, handletextpad=0.4,
    )  # fmt: skip


def _levels_message(rows: list[dict[str, str]], language: str) -> str:
    lost = sum("missing" in own.values() for own in rows)
    if not rows:
        return pick(language, "No target is known of two levels", "没有可知两级情况的目标")
    return pick(
        language,
        f"{lost} of {len(rows)} targets have no counterpart at a level "
        "that set others for the same deadline",
        f"{len(rows)} 个目标中，{lost} 个在同期另有目标的某一级没有对应目标",
    )


def _levels_note(single: int, rest: int, beyond: int, language: str) -> str:
    out = []
    if single:
        out.append(
            pick(
                language,
                f"Not drawn: {single} targets of which a single level is known.",
                f"未列出：仅知一级情况的目标 {single} 个。",
            )
        )
    if rest:
        text = f"{rest} more targets do not fit here."
        out.append(pick(language, text, f"另有 {rest} 个目标因篇幅未列出。"))
    if beyond:
        text = f"{beyond} more jurisdictions do not fit here."
        out.append(pick(language, text, f"另有 {beyond} 个辖区因篇幅未列出。"))
    return pick(language, " ", "").join(out)


# --- provinces ------------------------------------------------------------------------------------

#: Fill and edge by how well a number is sourced.
_SOURCES: Any = {
    "coded": ("o", BLUE, "in a coded plan", "编码文件所载"),
    "good": ("o", SKY, "official page or press, high confidence", "官方或新闻媒体，可信度高"),
    "weak": ("o", "white", "weaker source", "较弱的来源"),
}
_PROVINCE_ROWS = 26


@styled
def provinces(
    table: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    indicator: str | list[str] | None = None,
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

    Returns
    -------
    matplotlib.figure.Figure
        A panel per indicator; one row per promise, the largest first: the interval of the number
        a year, with an arrow where it is open, and a mark that is hollow for a weaker source.
    """
    names = _Names.of(tables, language)
    own = _yearly(table, tables)
    wanted = [indicator] if isinstance(indicator, str) else indicator
    if wanted is None:
        several = own.groupby("indicator")["jurisdiction"].nunique().sort_index()
        several = several[several > 1].sort_values(ascending=False, kind="stable")
        wanted = list(several.index[:4])
    panels = [(key, own[own["indicator"] == key]) for key in wanted]
    panels = [(key, rows) for key, rows in panels if len(rows)]
    if not panels:
        return nothing(
            pick(
                language,
                "No two provinces promise the same thing for a year",
                "没有两个省份的承诺可按年比较",
            )
        )
    columns = min(2, len(panels))
    lines = -(-len(panels) // columns)
    sizes = [
        max(min(len(rows), _PROVINCE_ROWS) for _, rows in panels[i * columns : (i + 1) * columns])
        for i in range(lines)
    ]
    figure = new_figure(DOUBLE, 0.85 + 0.15 * sum(sizes) + 0.55 * lines)
    grid = figure.subplots(
        lines, columns, squeeze=False, gridspec_kw={"height_ratios": [n + 0.2 for n in sizes]}
    )
    for axes in grid.flat[len(panels) :]:
        axes.set_axis_off()
    hidden = 0
    for place, (key, rows) in enumerate(panels):
        hidden += max(len(rows) - _PROVINCE_ROWS, 0)
        shown = rows.head(_PROVINCE_ROWS)
        _draw_provinces(grid.flat[place], str(key), shown, sizes[place // columns], names)
        if place + columns >= len(panels):
            grid.flat[place].set_xlabel(pick(language, "promised per year", "每年承诺数"))
    level = tables["jurisdictions"].astype("object").set_index("key")["level"]
    figure.suptitle(_provinces_message(panels, level, names), x=0.01, ha="left")
    shown = pd.concat([rows.head(_PROVINCE_ROWS) for _, rows in panels])
    _provinces_legend(figure, shown, hidden, language)
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


def _draw_provinces(axes: Axes, key: str, rows: pd.DataFrame, size: int, names: _Names) -> None:
    ends = rows[["per_year_low", "per_year_high"]].astype("float64")
    reach = max(float(ends.max().max()), 1e-9)
    for level, row in enumerate(rows.itertuples()):
        low, high = float(row.per_year_low), float(row.per_year_high)
        fill = _SOURCES[row.sourced][1]
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
            _yearly_words(low, high), (end, level), fontsize=6, va="center_baseline",
            xytext=(19 if math.isnan(high) else 5, 0), textcoords="offset points",
        )  # fmt: skip
    labels = [_province_label(row, names) for row in rows.itertuples()]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_ylim(size - 0.4, -0.6)
    axes.set_xlim(-0.02 * reach, 1.3 * reach)
    at = _ticks(0, 1.2 * reach)
    axes.set_xticks(at, [f"{tick:g}" for tick in at])
    axes.tick_params(axis="y", length=0, labelsize=_SMALL)
    axes.grid(axis="x")
    unit = _unit_after(str(rows["unit"].iloc[0]), names.language)
    axes.set_title(shortened(names.counted(key, "all"), 30) + unit, loc="left", fontweight="normal")


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


def _province_label(row: Any, names: _Names) -> str:
    """Jurisdiction and years, and field, role and stage where these are not the usual ones."""
    first, last = str(row.base_date)[:4], str(row.due_date)[:4]
    years = first if first == last else f"{first}–{last}"
    told = [f"{shortened(names.place(row.jurisdiction), 16)} {years}"]
    if row.domain != "all":
        told.append(names.field(row.domain))
    if row.role in _ROLE_WORDS:
        told.append(pick(names.language, *_ROLE_WORDS[row.role]))
    if row.stage != "issued":
        stages = schema.tables()["targets"].fields["stage"].labels(names.language)
        told.append(stages.get(row.stage, str(row.stage)))
    return shortened(pick(names.language, ", ", "，").join(told), 36)


_ROLE_WORDS = {
    "lead": ("led", "主导"),
    "take_part": ("joined", "参与"),
    "lead_or_take_part": ("led or joined", "主导或参与"),
}


def _provinces_message(
    panels: list[tuple[Any, pd.DataFrame]], level: pd.Series, names: _Names
) -> str:
    every = pd.concat([rows for _, rows in panels])
    weak = int((every["sourced"] == "weak").sum())
    key, rows = panels[0]
    language = names.language
    name = shortened(names.counted(str(key), "all"), 60) + _unit_after(
        str(rows["unit"].iloc[0]), language
    )
    least, most = (rows["per_year_low"].iloc[place] for place in (-1, 0))
    one, other = _yearly_words(least, least), _yearly_words(most, most)
    if rows["per_year_high"].isna().iloc[0]:
        other = pick(language, f"{other} or more", f"{other} 以上")
    province = every["jurisdiction"].map(level).eq("province").all()
    who = ("Provinces", "各省份") if province else ("Jurisdictions", "各地")
    return folded(
        pick(
            language,
            f"{who[0]} promise from {one} to {other} {name} a year; "
            f"{weak} of {len(every)} numbers rest on weaker sources",
            f"{who[1]}每年承诺的{name}从 {one} 到 {other}；{len(every)} 个数字中 {weak} 个来源较弱",
        ),
        _TITLE[language],
    )


def _provinces_legend(figure: Figure, shown: pd.DataFrame, hidden: int, language: str) -> None:
    found = set(shown["sourced"])
    entries: list[tuple[Any, str]] = [
        (
            Line2D(
                [], [], linestyle="", marker=mark, color=BLUE, markerfacecolor=fill, markersize=4.6,
                markeredgewidth=0.9,
            ),
            pick(language, en, zh),
        )
        for name, (mark, fill, en, zh) in _SOURCES.items()
        if name in found
    ]  # fmt: skip
    note = pick(language, f"{hidden} more do not fit here.", f"另有 {hidden} 个因篇幅未列出。")
    figure.legend(
        *zip(*entries, strict=True), loc="outside lower left", ncols=4,
        title=note if hidden else None, title_fontsize=7, alignment="left",
    )  # fmt: skip
