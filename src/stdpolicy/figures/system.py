"""Figures of the standards system: targets and verdicts by tier, and the mix of tiers."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stdpolicy import schema
from stdpolicy.figures.labels import folded, text_width
from stdpolicy.figures.layout import (
    Key,
    Rows,
    above,
    beside,
    headline,
    lines,
    nothing,
    put_headline,
)
from stdpolicy.figures.shares import PARTS
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.gap import words
from stdpolicy.system import TIERS, tier_labels, tiers_of, verdicts_by_tier

Tables = dict[str, pd.DataFrame]

#: Colour and hatch of each tier, and of tiers that one number tells together.
LOOKS = {
    "international": (BLUE, ""),
    "national": (ORANGE, "///"),
    "industry": (SKY, "..."),
    "local": (GREEN, "\\\\\\"),
    "group": ("#F0E442", "xxx"),
    "enterprise": (PURPLE, "+++"),
    "outside": (LIGHT, ""),
    "together": ("white", "///"),
}
#: Verdicts in words.
_VERDICTS = {
    "met": ("kept", "完成"),
    "not_met": ("not kept", "未完成"),
    "undetermined": ("undetermined", "无法判定"),
    "contradictory": ("contradictory", "相互矛盾"),
    "no_evidence": ("no figure", "没有数字"),
}
#: Documents that fit beside each other, and rows of the mix on a page.
_DOCUMENTS, _MIXES = {False: 9, True: 6}, {False: 40, True: 22}


# --- tiers ----------------------------------------------------------------------------------------


@styled
def tiers(
    counts: pd.DataFrame,
    assessed: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    preset: str = DEFAULT,
) -> Figure:
    """Draw how many targets and figures each tier has, and what became of the targets.

    Parameters
    ----------
    counts : pandas.DataFrame
        As :func:`stdpolicy.system.by_tier` returns it.
    assessed : pandas.DataFrame
        As :func:`stdpolicy.gap.with_groups` returns it.
    tables : dict of pandas.DataFrame
        With ``documents`` and ``indicators``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per tier: numbers of rows by document and of other pages, ``a+b`` where b count
        several tiers; and the verdicts on its targets.
    """
    room = page(preset)
    kept = counts[counts["tier"].isin(TIERS)]
    if kept.empty:
        return nothing(pick(language, "Nothing counts standards", "没有计量标准的数字"), room)
    names = tier_labels(language)
    cells, heads_of, hidden = _cells(kept, document_names(tables, language), room, language)
    found = verdicts_by_tier(assessed, tables).set_index("tier").reindex(TIERS)
    title = headline(_tiers_message(found, assessed, tables, language), room)
    wide = (0.62 if not room.narrow else 1.0) * room.points - 50
    step = wide / len(cells)
    heads = heads_of if room.narrow else [folded(head, step - 4) for head in heads_of]
    tall = 0.125 * max(map(lines, heads)) + 0.1
    if room.narrow:  # upright
        tall = max(map(text_width, heads)) / 72 + 0.1
    high = 0.2 * len(TIERS)
    marks = _verdict_key(room, found, hidden, language)
    panels = high + tall if not room.narrow else 2 * high + tall + 0.35
    figure = new_figure(room, above(title) + panels + marks.height + 0.4)
    shape: Any = (
        {"nrows": 2, "ncols": 1, "gridspec_kw": {"height_ratios": [1, 1]}}
        if room.narrow
        else {"nrows": 1, "ncols": 2, "gridspec_kw": {"width_ratios": [0.6, 0.4]}}
    )
    left, right = figure.subplots(**shape)
    _draw_cells(left, cells, heads, [names[t] for t in TIERS], room.narrow)
    points = (1.0 if room.narrow else 0.36) * room.points - (70 if room.narrow else 44)
    _draw_verdicts(right, found, points)
    right.set_yticks(range(len(TIERS)), [names[t] for t in TIERS] if room.narrow else [])
    right.annotate(
        pick(language, "Verdicts on the targets", "对目标的判定"), (0, 1), xytext=(0, 4),
        xycoords="axes fraction", textcoords="offset points",
    )  # fmt: skip
    put_headline(figure, title)
    marks.put(figure)
    return figure


def _cells(
    counts: pd.DataFrame, plans: dict[str, str], room: Page, language: str
) -> tuple[list[dict[str, tuple[int, int]]], list[str], int]:
    """Rows of each tier by column, the heads of the columns, and documents without a column."""
    own = counts["doc_id"].astype("object")
    present = [doc for doc in plans if (own == doc).any()]
    shown = present[: _DOCUMENTS[room.narrow]]
    columns = [(plans[doc], own == doc) for doc in shown]
    others = [
        (["reported_target"], pick(language, "other pages: targets", "其他网页：目标")),
        (
            ["reported_outcome", "reported_baseline"],
            pick(language, "other pages: results", "其他网页：结果"),
        ),
    ]
    columns += [(name, counts["kind"].isin(kinds)) for kinds, name in others]
    cells = []
    for _, mine in columns:
        sums = counts[mine].groupby("tier")[["alone", "several"]].sum()
        cells.append({t: (int(a), int(b)) for t, a, b in sums.itertuples(name=None)})
    kept = [place for place, cell in enumerate(cells) if cell]
    return [cells[n] for n in kept], [columns[n][0] for n in kept], len(present) - len(shown)


def _draw_cells(
    axes: Axes,
    cells: list[dict[str, tuple[int, int]]],
    heads: list[str],
    names: list[str],
    upright: bool,
) -> None:
    for column, cell in enumerate(cells):
        most = max(sum(pair) for pair in cell.values())
        for level, tier in enumerate(TIERS):
            alone, several = cell.get(tier, (0, 0))
            if not alone + several:
                axes.text(column, level, "–", ha="center", va="center_baseline", color=GREY)
                continue
            shade = 1 - 0.32 * (alone + several) / most
            axes.barh(
                level, 0.94, left=column - 0.47, height=0.9, color=(shade, shade, shade),
                linewidth=0, zorder=0,
            )  # fmt: skip
            text = f"{alone}+{several}" if several else str(alone)
            axes.text(column, level, text, ha="center", va="center_baseline")
        axes.annotate(
            heads[column], (column, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 3),
            textcoords="offset points", ha="center", va="bottom", linespacing=1.15,
            rotation=90 if upright else 0,
        )  # fmt: skip
    axes.set_xlim(-0.5, len(cells) - 0.5)
    axes.set_ylim(len(TIERS) - 0.5, -0.5)
    axes.set_yticks(range(len(TIERS)), names)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def _draw_verdicts(axes: Axes, found: pd.DataFrame, points: float) -> None:
    most = float(found["targets"].max())
    most = most if most > 0 else 1.0
    for level, (_, row) in enumerate(found.iterrows()):
        if not row["targets"] > 0:
            axes.annotate("–", (0, level), color=GREY, va="center_baseline")
            continue
        left = 0.0
        for verdict in words.VERDICTS:
            count = int(row[verdict])
            if not count:
                continue
            fill, hatch, line, ink = PARTS[verdict]
            axes.barh(
                level, count, left=left, height=0.78, facecolor=fill, hatch=hatch, edgecolor=line,
                linewidth=0,
            )  # fmt: skip
            axes.barh(level, count, left=left, height=0.78, fill=False, edgecolor=GREY,
                      linewidth=0.4)  # fmt: skip
            if count / most * points > text_width(str(count)) + 3:
                axes.text(
                    left + count / 2, level, str(count), ha="center", va="center_baseline",
                    color=ink, bbox={"fc": "white", "ec": "none", "pad": 0.6} if hatch else None,
                )  # fmt: skip
            left += count
        low, high = f"{row['low']:.0%}", f"{row['high']:.0%}"
        beside(axes, level, 4, low if low == high else f"{low[:-1]}–{high}")
    axes.set_xlim(0, 1.01 * most)
    axes.set_ylim(len(TIERS) - 0.5, -0.5)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def _verdict_key(room: Page, found: pd.DataFrame, hidden: int, language: str) -> Key:
    entries: list[tuple[Any, str]] = []
    for verdict, names in _VERDICTS.items():
        if found[verdict].sum() > 0:
            fill, hatch, line, _ = PARTS[verdict]
            width = 0.6 if fill == "white" else 0
            patch = Patch(facecolor=fill, hatch=hatch, edgecolor=line, linewidth=width)
            entries.append((patch, pick(language, *names)))
    note = pick(
        language,
        "a+b: a count this tier only, b several tiers and stand in each of them. "
        "Shades compare within a column. Behind the bars, where the share kept lies.",
        "a+b：a 项只计该层级，b 项兼计多个层级，在各层级均列出。底色深浅仅在列内比较。"
        "条后为完成比例所在区间。",
    )
    if hidden:
        note += pick(language, f" Documents not shown: {hidden}.", f"另有 {hidden} 份文件未列出。")
    return Key(room, entries, note)


def _tiers_message(
    found: pd.DataFrame, assessed: pd.DataFrame, tables: Tables, language: str
) -> str:
    own = tiers_of(tables)
    mine = assessed[assessed["indicator"].isin(own.loc[own["tier"].isin(TIERS), "indicator"])]
    settled = int(mine["verdict"].isin(["met", "not_met"]).sum())
    if not found["targets"].sum():
        return pick(
            language,
            "0 targets count standards of a tier; only figures do",
            "没有目标（0 项）计量某一层级的标准，仅有公布数字",
        )
    first = str(found["targets"].idxmax())
    name, count = tier_labels(language)[first], int(found["targets"].max())
    return pick(
        language,
        f"Targets count {name} standards most often ({count}); of all {len(mine)} that count "
        f"standards, {settled} can be settled",
        f"目标中计{name}的最多（{count} 项）；计量标准的 {len(mine)} 项目标中，"
        f"可判定的有 {settled} 项",
    )


# --- the mix --------------------------------------------------------------------------------------


@styled
def tier_mix(
    table: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    jurisdictions: list[str] | None = None,
    preset: str = DEFAULT,
) -> Figure:
    """Draw the mix of tiers that was promised and reported, by basis and date.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.system.mix` returns it.
    tables : dict of pandas.DataFrame
        With ``documents`` and ``jurisdictions``.
    language : str
        ``en`` or ``zh``.
    jurisdictions : list of str, optional
        Keys of jurisdictions; those with a coded document, and those above them, where none is
        given.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per source and window or date, under the name of the basis. On the left standards
        that others issue, on the right its own: a bar of shares, and the numbers in the order of
        the tiers (``–`` where there is none). Mixes of a single number are not drawn.
    """
    room = page(preset)
    places = _places(tables) if jurisdictions is None else list(jurisdictions)
    rows = _drawn(table, places)
    if rows.empty:
        en, zh = "No numbers of two tiers count the same way", "没有两个层级的数字口径相同"
        return nothing(pick(language, en, zh), room)
    groups = list(rows.groupby([*_ROW, "turn"], sort=False, dropna=False))
    hidden = max(len(groups) - _MIXES[room.narrow], 0)
    groups = groups[: _MIXES[room.narrow]]
    order: list[tuple[str, pd.DataFrame | None]] = []
    bases = schema.tables()["observations"].fields["basis"].labels(language)
    current = ""
    for _, own in groups:
        basis = str(own["basis"].iloc[0])
        if basis != current:
            order.append((bases.get(basis, basis), None))
            current = basis
        order.append((_row_label(own, tables, language), own))
    title = headline(_mix_message(rows, table, places, language), room)
    marks = _mix_key(room, pd.concat([own for _, own in groups]), hidden, language)
    layout = Rows(room, 7.0)
    told_on = _told_on(rows)
    figure = new_figure(room, above(title) + marks.height + 0.35 + layout.step * len(order))
    panels = figure.subplots(1, 2)
    for axes, side in zip(panels, ("others", "own"), strict=True):
        for level, (_, own) in enumerate(order):
            if own is None:
                continue
            part = own[(own["making"] != "own") == (side == "others")]
            _draw_mix(axes, level, part, layout, told_on[str(own["basis"].iloc[0])])
        axes.set_xlim(0, 1.1)
        axes.set_xticks([])
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
    heads = (
        pick(language, "taken part in", "参与制定"),
        pick(language, "issued by itself", "本地发布"),
    )
    layout.label(panels[0], [label if own is not None else "" for label, own in order])
    if room.narrow:  # labels run across both panels
        for text in panels[0].texts:
            text.set_in_layout(False)
        panels[1].patch.set_visible(False)
    panels[1].set_yticks([])
    panels[1].set_ylim(panels[0].get_ylim())
    for level, (label, own) in enumerate(order):
        if own is None:
            panels[0].annotate(
                label, (0, level), xycoords=panels[0].get_yaxis_transform(),
                xytext=(-4 if not room.narrow else 0, 0), textcoords="offset points",
                ha="right" if not room.narrow else "left", va="center_baseline", color=GREY,
            )  # fmt: skip
    for axes, head in zip(panels, heads, strict=True):
        axes.set_title(head, loc="left")
    put_headline(figure, title)
    marks.put(figure)
    return figure


#: What one row of the figure is.
_ROW = ["basis", "jurisdiction", "since_date", "date", "kind", "doc_id", "source_key"]


def _places(tables: Tables) -> list[str]:
    """Jurisdictions with a coded document, and those above them."""
    documents = tables["documents"]
    coded = documents[documents["coded"].fillna(False)]["jurisdiction"].dropna()
    above_of = dict(
        tables["jurisdictions"][["key", "part_of"]].dropna().itertuples(index=False, name=None)
    )
    out = list(dict.fromkeys(coded))
    for place in out:
        if above_of.get(place, place) not in out:
            out.append(above_of[place])
    return out


def _drawn(table: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Mixes with shares of the jurisdictions, in the order in which they are drawn."""
    told = table["block_share_low"].notna().groupby(table["mix_id"]).transform("any")
    out = table[told & table["jurisdiction"].isin(places)].copy()
    bases = schema.tables()["observations"].fields["basis"].enum or []
    out["rank"] = out["basis"].map({key: n for n, key in enumerate(bases)})
    out["place"] = out["jurisdiction"].map({key: n for n, key in enumerate(places)})
    # A source may have one mix of its own standards, and several of others by role.
    first = out.drop_duplicates("mix_id")
    number = first.groupby([*_ROW, first["making"] == "own"], dropna=False).cumcount()
    out["turn"] = out["mix_id"].map(dict(zip(first["mix_id"], number, strict=True)))
    first_role = out.groupby([*_ROW, "turn"], dropna=False)["role"]
    out["role"] = first_role.transform("first")
    out["begins"] = out["since_date"].fillna(out["date"]).str[:4]
    order = ["rank", "place", "begins", "kind", "date", "source_key", "turn", "mix_id"]
    return out.sort_values(order, kind="stable")


def _row_label(own: pd.DataFrame, tables: Tables, language: str) -> str:
    """Jurisdiction, years, kind and role of one row."""
    row = own.iloc[0]
    place = label_of(tables["jurisdictions"], language).get(row["jurisdiction"])
    last = str(row["date"])[:4]
    first = last if pd.isna(row["since_date"]) else str(row["since_date"])[:4]
    told = [f"{place} {last if first == last else f'{first}–{last}'}"]
    if row["kind"] == "promised":
        told.append(pick(language, "promised", "承诺"))
    if pd.notna(row["role"]) and row["role"] != "unstated":
        roles = schema.tables()["targets"].fields["role"].labels(language)
        told.append(roles[str(row["role"])])
    if row["counted"] != "made":
        told.append(pick(language, *_COUNTED[str(row["counted"])]))
    return pick(language, ", ", "，").join(told)


_COUNTED = {"begun": ("projects begun", "立项"), "declared": ("declared", "自我声明")}


def _draw_mix(
    axes: Axes, level: float, own: pd.DataFrame, layout: Rows, elsewhere: set[str]
) -> None:
    """One bar of shares and the numbers behind it."""
    if own.empty:
        return
    left, said = 0.0, []
    told = own[own["told"]]
    for tier in dict.fromkeys([*TIERS, *own["tier"]]):
        row = own[own["tier"] == tier]
        if row.empty:
            continue
        row = row.iloc[0]
        if not row["told"]:
            said.append("–")
            continue
        members = str(row["block"]).split("+")
        if members[0] != tier:
            continue
        low, high = float(row["block_share_low"]), float(row["block_share_high"])
        said.append(_between(float(row["block_low"]), float(row["block_high"])))
        width = (low + high) / 2
        block = told[told["tier"].isin(members)].set_index("tier")["share_low"]
        known = {key: float(block[key]) for key in members}
        if len(members) == 1:
            known[tier] = width
        rest = max(width - sum(known.values()), 0.0)
        for key in members:
            _segment(axes, level, left, known[key], key, layout)
            left += known[key]
            if rest and key == members[0]:
                _segment(axes, level, left, rest, "together", layout)
                left += rest
        if high - low > 0.004 and left < 0.99:
            axes.plot(
                [left - width + low, left - width + high], [level] * 2, color=BLACK, linewidth=0.8,
                marker="|", markersize=3.5, markeredgewidth=0.8, zorder=4, clip_on=False,
            )  # fmt: skip
    if not own["told"].all() and set(own.loc[~own["told"], "tier"]) & elsewhere:
        axes.barh(level, 0.07, left=1.02, height=layout.thick, fill=False, edgecolor=GREY,
                  linewidth=0.7, linestyle=(0, (1.5, 1.5)))  # fmt: skip
    if not layout.page.narrow:
        beside(axes, level, 3, " · ".join(said))


def _segment(axes: Axes, level: float, left: float, width: float, look: str, layout: Rows) -> None:
    if width <= 0:
        return
    colour, hatch = LOOKS[look]
    line = "white" if colour != "white" else GREY
    axes.barh(
        level, width, left=left, height=layout.thick, facecolor=colour, hatch=hatch,
        edgecolor=line, linewidth=0,
    )  # fmt: skip
    axes.barh(level, width, left=left, height=layout.thick, fill=False, edgecolor=GREY,
              linewidth=0.3)  # fmt: skip


def _between(low: float, high: float) -> str:
    one = words.number(round(low))
    if np.isnan(high):
        return f"≥{one}"
    other = words.number(round(high))
    return one if one == other else f"{one}–{other}"


def _mix_key(room: Page, shown: pd.DataFrame, hidden: int, language: str) -> Key:
    names = tier_labels(language)
    told = shown[shown["told"]]
    found = set(told["tier"])
    entries: list[tuple[Any, str]] = [
        (_patch(tier), names[tier]) for tier in [*TIERS, "outside"] if tier in found
    ]
    if (told["block"] != told["tier"]).any():
        text = pick(language, "several tiers, not told apart", "多个层级合计，未分列")
        entries.append((_patch("together"), text))
    if _gaps(shown):
        box = Patch(fill=False, edgecolor=GREY, linewidth=0.7, linestyle=(0, (1.5, 1.5)))
        text = pick(language, "a tier told elsewhere is not told", "缺他处列出的层级，份额不全")
        entries.append((box, text))
    note = "" if room.narrow else pick(
        language,
        "Behind each bar the numbers of standards, tier by tier; – where the source has none.",
        "条后为各层级的标准数，“–”表示该来源没有这一层级的数字。",
    )  # fmt: skip
    note += pick(
        language,
        " No bar: no two tiers are told on one basis.",
        "无条形：没有两个层级的数字口径相同。",
    )
    if hidden:
        note += pick(language, f" {hidden} more do not fit here.", f"另有 {hidden} 行未列出。")
    return Key(room, entries, note.strip())


def _patch(look: str) -> Patch:
    colour, hatch = LOOKS[look]
    line = "white" if colour != "white" else GREY
    return Patch(facecolor=colour, hatch=hatch, edgecolor=line, linewidth=0.4)


def _gaps(shown: pd.DataFrame) -> bool:
    """Whether some row lacks a tier that another tells on the same basis."""
    told = _told_on(shown)
    lacking = shown[~shown["told"]]
    return any(t in told.get(b, ()) for b, t in zip(lacking["basis"], lacking["tier"], strict=True))


def _told_on(rows: pd.DataFrame) -> dict[str, set[str]]:
    """Tiers that some row tells, by basis."""
    told = rows[rows["told"]]
    return {str(basis): set(own["tier"]) for basis, own in told.groupby("basis")}


def _mix_message(rows: pd.DataFrame, table: pd.DataFrame, places: list[str], language: str) -> str:
    every = table[table["jurisdiction"].isin(places)]
    number = len(every[_ROW].drop_duplicates())
    drawn = len(rows[_ROW].drop_duplicates())
    most = int(rows[rows["told"] & rows["tier"].isin(TIERS)].groupby("mix_id").size().max())
    return pick(
        language,
        f"{drawn} of {number} sources and dates tell two tiers or more on one basis; "
        f"none tells more than {most} of the six",
        f"{number} 个来源与时点中，{drawn} 个在同一口径下列出两个以上层级，"
        f"最多列出六个层级中的 {most} 个",
    )
