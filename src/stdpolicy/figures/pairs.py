"""Figure of what lower levels take of the targets above them."""

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stdpolicy import schema
from stdpolicy.figures.labels import promised, shortened, text_width
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
from stdpolicy.figures.names import Names, Tables
from stdpolicy.figures.scales import round_ticks
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    HEAD,
    SKY,
    VERMILION,
    Page,
    new_figure,
    page,
    pick,
    styled,
)

#: Lines of shares and of rates that fit on a page, wide or narrow, counting the headings.
_PAGE, _RATES = {False: 44, True: 26}, {False: 14, True: 9}
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
RATCHETS = {
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


@styled
def cascade(
    table: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    every: bool = False,
    preset: str = DEFAULT,
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
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One row per pair with the same deadline. Panels by plan or reporting jurisdiction of the
        upper level have counts, as share of the upper number; further ones have rates, as
        difference to the upper number. A note counts the pairs that are not drawn.
    """
    room = page(preset)
    names = Names.of(tables, language)
    shares = table[table["same_deadline"] & table["share_low"].notna()]
    rates = table[table["same_deadline"] & table["naive_ratchet"].notna()]
    coded = set(tables["targets"]["target_id"])
    of_plans = shares["upper_key"].isin(coded) | shares["lower_key"].isin(coded)
    kept = shares if every or not of_plans.any() else shares[of_plans]
    rates_left = _RATES[room.narrow]
    panels = _on_page(_panels(kept, names, room), _PAGE[room.narrow])
    panels += _on_page(_panels(rates, names, room), rates_left)
    message = _cascade_message(kept, rates, language)
    drawn = sum(len(own) for *_, own in panels)
    note = _left_out(table, len(shares) - len(kept), drawn, language)
    if not panels:
        return nothing(message, room, note)
    title = headline(message, room)
    key = _key(room, kept, rates, note, language)
    rows = Rows(room, 5.6)
    heights = [len(own) + 0.2 for *_, own in panels]
    kinds = {unit for unit, *_ in panels}
    titles = sum(1 + head.count("\n") for _, head, _ in panels)
    figure = new_figure(
        room,
        above(title) + key.height + rows.step * sum(heights) + 0.13 * titles + 0.15 * len(panels)
        + 0.42 * len(kinds),
    )  # fmt: skip
    grid = figure.add_gridspec(len(panels), 1, height_ratios=heights)
    limit = _limit(kept)
    first: dict[str, Axes] = {}
    for place, (unit, head, own) in enumerate(panels):
        axes = figure.add_subplot(grid[place], sharex=first.get(unit))
        labels, said = [], []
        for level, row in enumerate(own.itertuples()):
            if unit:
                texts = _draw_rate(axes, level, row, language)
                labels.append(_rate_label(row, names))
            else:
                texts = _draw_share(axes, level, row, limit, rows.thick, language)
                labels.append(_share_label(row, names, room, texts[0]))
            said.append(texts[0])
            if not room.narrow:
                beside(axes, level, 16, texts[0])
                beside(axes, level, _SECOND[language], texts[1])
        rows.label(axes, labels, said)
        axes.set_title(head, loc="left", linespacing=1.3)
        axes.grid(axis="x")
        if not unit and not first and not room.narrow:
            texts = (pick(language, "share", "份额"), pick(language, "what differs", "不同之处"))
            columns = [(16, texts[0], "left"), (_SECOND[language], texts[1], "left")]
            heads(axes, columns)
        first.setdefault(unit, axes)
        if place + 1 < len(panels) and panels[place + 1][0] == unit:
            axes.tick_params(labelbottom=False)
        elif unit:
            _rate_axis(axes, pd.concat([own for u, _, own in panels if u == unit]), unit, language)
        else:
            _share_axis(axes, limit, language)
    put_headline(figure, title)
    key.put(figure)
    return figure


#: Where the second column of text stands, in points right of the axes; the first is at 16.
_SECOND = {"en": 72, "zh": 64}


def _panels(pairs: pd.DataFrame, names: Names, room: Page) -> list[tuple[str, str, pd.DataFrame]]:
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
        head = shortened(names.who(promise), 0.7 * room.title, HEAD)
        head = pick(names.language, f"{head}, by {year}", f"{head}，到 {year} 年")
        if kind:
            number = promised(promise, names.language)
            width = room.title - text_width(f" {number}", HEAD)
            what = shortened(names.counted(promise.indicator, promise.domain), width, HEAD)
            head += f"\n{what} {number}"
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


def _share_label(row: Any, names: Names, room: Page, said: str) -> str:
    """Who promises how much below, of how much above, and what both count."""
    upper, lower = names.promises[row.upper_key], names.promises[row.lower_key]
    own = "all" if lower.domain == upper.domain else lower.domain
    what = "" if own == "all" else names.field(own)
    if row.indicator != row.upper_indicator:
        what = names.counted(row.indicator, own)
    # The same room as rows give to a label.
    width = room.points - 24 - text_width(said) if room.narrow else Rows.share * room.points
    who = shortened(names.place(row.lower_jurisdiction), 0.3 * width)
    if what:
        who += pick(names.language, ", ", " ") + shortened(what, 0.4 * width)
    numbers = [promised(promise, names.language) for promise in (lower, upper)]
    en, zh = " of ".join(numbers), " / ".join(numbers)
    taken = text_width(pick(names.language, f"{who}: {en} ", f"{who}： {zh}"))
    name = shortened(names.counted(upper.indicator, upper.domain), max(width - taken - 3, 20))
    return pick(names.language, f"{who}: {en} {name}", f"{who}：{name} {zh}")


def _rate_label(row: Any, names: Names) -> str:
    number = promised(names.promises[row.lower_key], names.language)
    return f"{shortened(names.place(row.lower_jurisdiction), 150)}  {number}"


def _draw_share(
    axes: Axes, level: int, row: Any, limit: float, thick: float, language: str
) -> tuple[str, str]:
    """Draw a share; returns the share in words, and what differs."""
    low, high = row.share_low, row.share_high
    kind = _share_kind(row)
    fill, tall = SHARES[kind]
    start, end = min(low, 0.97 * limit), limit if math.isnan(high) else min(high, limit)
    wide = max(end - start, 0.006 * limit)
    start = max(min(start, end - wide / 2), 0.0)
    if tall:
        axes.barh(
            level, wide, left=start, height=tall * thick, color=fill, edgecolor=fill, linewidth=0.6
        )
    else:  # any share: no more ink than a line
        axes.plot([0, limit], [level, level], color=fill, linewidth=0.8, zorder=2)
    if math.isnan(high) or high > limit:
        axes.plot(limit, level, marker=">", markersize=4.5, color=fill, clip_on=False, zorder=3)
    naive = row.naive_share
    if not math.isnan(naive):
        style = _NAIVE | ({"markerfacecolor": "white"} if wide > 0.03 * limit else {})
        axes.plot(
            naive if naive <= limit else 1.05 * limit, level, clip_on=False, zorder=5,
            linestyle="", **style,
        )  # fmt: skip
    if naive > limit:
        axes.text(
            0.97 * limit, level, f"{_percent(naive)} →", ha="right", va="center_baseline", zorder=4
        )
    return _share_words(low, high, language), _differs(row, language)


def _share_kind(row: Any) -> str:
    if row.share_low > 0:
        return "both"
    return "none" if math.isnan(row.share_high) else "upper"


#: Colour and height of the bar of a share of which something is known; a line where nothing is.
SHARES = {"both": (BLUE, 1.1), "upper": (SKY, 0.8), "none": ("#AAAAAA", 0.0)}


def _share_axis(axes: Axes, limit: float, language: str) -> None:
    axes.set_xlim(0, limit)
    at = round_ticks(0, limit)
    axes.set_xticks(at, [f"{100 * tick:.4g}%" for tick in at])
    axes.set_xlabel(pick(language, "Share of the number above", "占上级数字的份额"))


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


def _draw_rate(axes: Axes, level: int, row: Any, language: str) -> tuple[str, str]:
    """Draw a rate; returns the comparison in words, and what differs."""
    mark, en, zh = RATCHETS[row.naive_ratchet]
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
    return pick(language, en, zh), differs


def _rate_axis(axes: Axes, own: pd.DataFrame, unit: str, language: str) -> None:
    ends = pd.concat([own["delta_low"], own["delta_high"]]).astype("float64").dropna()
    low, high = min([0.0, *ends]), max([0.0, *ends])
    pad = 0.06 * max(high - low, 1.0)
    axes.set_xlim(low - pad, high + pad)
    at = round_ticks(low, high)
    axes.set_xticks(at, [f"{tick:g}" for tick in at])
    for one in axes.get_shared_x_axes().get_siblings(axes):
        one.axvline(0, color=BLACK, linewidth=0.9)
    if unit == "%":
        unit = pick(language, "percentage points", "百分点")
    axes.set_xlabel(
        pick(language, f"Difference to the number above ({unit})", f"与上级数字之差（{unit}）")
    )


def _key(room: Page, shares: pd.DataFrame, rates: pd.DataFrame, note: str, language: str) -> Key:
    entries: list[tuple[Any, str]] = []
    found = {_share_kind(row) for row in shares.itertuples()}
    texts = {
        "both": pick(language, "share, from and to", "份额可知"),
        "upper": pick(language, "share at most", "只知上限"),
        "none": pick(language, "any share", "份额不定"),
    }
    for kind, (fill, tall) in SHARES.items():
        line = Line2D([], [], color=fill, linewidth=0.8, marker=">", markersize=4.5)
        if kind in found:
            entries.append((Patch(color=fill) if tall else line, texts[kind]))
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
    return Key(room, entries, note)


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
    return text[0].upper() + text[1:]
