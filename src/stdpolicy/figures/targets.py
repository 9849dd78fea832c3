"""Figures of what was promised."""

import itertools
from typing import Any

import matplotlib.patches
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from stdpolicy import promises
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DOUBLE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    document_names,
    label_of,
    new_figure,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

_TIERS = ["international", "mixed", "national", "industry", "local", "group"]
#: Fields with colour and hatch, so that they stay apart in grey print.
_FIELDS = {
    "rural_revitalization": (GREEN, ""),
    "marine": (BLUE, "//"),
    "emerging_industries": (ORANGE, ""),
    "traditional_industries": (VERMILION, "\\\\"),
    "energy_pollution": (PURPLE, ".."),
    "production_safety": (GREY, "++"),
    "public_services": (SKY, "xx"),
    "agriculture": (GREEN, "--"),
}


#: For fields of other studies, in turn.
_MORE_FIELDS = [
    (colour, hatch)
    for hatch in ("oo", "**", "++", "||")
    for colour in (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY)
]


def field_styles(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Colour and hatch of every field in a table, the known ones first."""
    fields = list(dict.fromkeys(table.loc[table["domain"] != "all", "domain"]))
    known = {field: style for field, style in _FIELDS.items() if field in fields}
    others = [field for field in fields if field not in known]
    return known | dict(zip(others, itertools.cycle(_MORE_FIELDS), strict=False))


@styled
def promised_standards(tables: Tables, language: str = "en") -> Figure:
    """Draw how many standards each plan promises, with the fields it names.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.promised_standards` takes them; one panel per plan.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        Outlined bars are the targets for a plan as a whole, filled ones those for single fields;
        all panels share the axis.
    """
    table = promises.promised_standards(tables)
    names = document_names(tables, language)
    styles = field_styles(table)
    shown = [doc for doc in names if doc in set(table["doc_id"])]
    domains = label_of(tables["domains"], language)
    indicators = label_of(tables["indicators"], language)
    groups = {doc: _groups(table[table["doc_id"] == doc]) for doc in shown}
    rows = [len(groups[doc]) for doc in shown]
    figure = new_figure(DOUBLE, 0.75 + 0.22 * sum(rows) + 0.22 * len(shown))
    panels = figure.subplots(
        max(len(shown), 1),
        1,
        squeeze=False,
        sharex=True,
        gridspec_kw={"height_ratios": [r + 0.4 for r in rows] or [1]},
    )[:, 0]
    for axes, doc in zip(panels, shown, strict=False):
        for level, group in enumerate(groups[doc]):
            _draw_group(axes, level, group, styles)
        ticks = [_group_label(group, indicators) for group in groups[doc]]
        axes.set_yticks(range(len(ticks)), ticks)
        axes.set_ylim(len(ticks) - 0.4, -0.6)
        axes.set_title(names[doc], loc="left")
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
    largest = table.groupby("group")["value"].max().max() if len(table) else 1
    panels[-1].set_xlim(0, float(largest) * 1.14)
    panels[-1].set_xlabel(pick(language, "Standards promised", "承诺的标准数（项）"))
    figure.suptitle(_promise_message(table, indicators, language), x=0.01, ha="left")
    handles = [matplotlib.patches.Patch(facecolor="white", edgecolor=BLACK, linewidth=0.8)] + [
        matplotlib.patches.Patch(facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0)
        for colour, hatch in styles.values()
    ]
    labels = [pick(language, "plan as a whole", "规划总目标"), *(domains[f] for f in styles)]
    figure.legend(handles, labels, loc="outside lower left", ncols=4)
    return figure


def _groups(own: pd.DataFrame) -> list[pd.DataFrame]:
    """Targets of one plan, each whole with its parts; by tier, then larger ones first."""
    groups = [group for _, group in own.groupby("group", sort=False)]
    wholes = [
        str(_whole(g)["tier"].iloc[0] if len(_whole(g)) else g["tier"].iloc[0]) for g in groups
    ]
    ranks = {id(g): _TIERS.index(t) for g, t in zip(groups, wholes, strict=True)}
    return sorted(groups, key=lambda g: (ranks[id(g)], -g["value"].max()))


def _whole(group: pd.DataFrame) -> pd.DataFrame:
    return group[group["part_of"].isna() & (group["domain"] == "all")]


def _group_label(group: pd.DataFrame, indicators: dict[str, str]) -> str:
    """Label of what is counted: that of the whole, or of the parts, which may be of two kinds."""
    whole = _whole(group)
    kinds = whole["indicator"] if len(whole) else group["indicator"]
    return " + ".join(indicators[kind] for kind in dict.fromkeys(kinds))


def _draw_group(
    axes: Any, level: int, group: pd.DataFrame, styles: dict[str, tuple[str, str]]
) -> None:
    """Parts end to end, the target of the whole as an outline around."""
    whole = _whole(group)
    left = 0.0
    fields = group.drop(whole.index)
    for part in fields.itertuples():
        colour, hatch = styles.get(part.domain, (LIGHT, ""))  # a part that is no field
        axes.barh(
            level,
            part.value,
            left=left,
            height=0.56,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.5,
        )
        left += part.value
    total = float(whole["value"].sum())
    if total:
        axes.barh(level, total, height=0.7, facecolor="none", edgecolor=BLACK, linewidth=0.8)
    about = "≈" if (whole["bound"] == "approx").any() else ""
    text = f"{about}{total:g}" if total else f"{left:g}"
    if total and left and left != total:
        text = f"{left:g} / {about}{total:g}"
    axes.annotate(
        text,
        (max(left, total), level),
        xytext=(3, 0),
        textcoords="offset points",
        va="center",
        fontsize=7,
    )


def _promise_message(table: pd.DataFrame, indicators: dict[str, str], language: str) -> str:
    parts = table.dropna(subset=["part_of"]).groupby("part_of")["value"].sum()
    wholes = table[table["target_id"].isin(parts.index)]
    short = wholes[
        [parts[t] < v for t, v in zip(wholes["target_id"], wholes["value"], strict=True)]
    ]
    if wholes.empty:
        return pick(language, "Standards promised", "承诺的标准数量")
    if short.empty:
        return pick(language, "Field targets add up to every total", "分领域目标之和均等于总目标")
    en = ", ".join(indicators[i] for i in short["indicator"])
    zh = "、".join(indicators[i] for i in short["indicator"])
    return pick(
        language,
        f"Field targets fill {len(wholes) - len(short)} of {len(wholes)} totals; not filled: {en}",
        f"{len(wholes)} 个总目标中有 {len(wholes) - len(short)} 个由分领域目标填满，{zh}留有余额",
    )


@styled
def promise_calendar(tables: Tables, language: str = "en") -> Figure:
    """Draw when the promises of each plan fall due.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.deadlines` takes them.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        One row per plan on an axis of years; the bar is the plan's period, the boxes count
        numeric targets and other deliverables due in a year.
    """
    table = promises.deadlines(tables)
    every = document_names(tables, language)
    names = {doc: name for doc, name in every.items() if doc in set(table["doc_id"])}
    documents = tables["documents"].set_index("doc_id")
    figure = new_figure(DOUBLE, 0.95 + 0.5 * len(names))
    axes = figure.subplots()
    spans = {
        doc: [int(documents.loc[doc, column][:4]) for column in ("period_start", "period_end")]
        for doc in names
        if documents.loc[doc, ["period_start", "period_end"]].notna().all()
    }
    edges = [year for span in spans.values() for year in span]
    covered = set(range(min(edges, default=0), max(edges, default=-1) + 1))
    years = sorted(covered | set(table["year"].astype(int)))
    # Years without a promise or a plan are passed over; the axis shows where.
    place: dict[int, int] = {}
    for year in years:
        skipped = bool(place) and year - max(place) > 1
        place[year] = max(place.values(), default=-1) + 1 + skipped
    kinds = {"target": (-0.21, BLUE), "deliverable": (0.21, ORANGE)}
    for level, doc in enumerate(names):
        if doc in spans:
            ends = [place[spans[doc][0]] - 0.5, place[spans[doc][1]] + 0.5]
            axes.fill_between(ends, level - 0.43, level + 0.43, color="#EEEEEE", linewidth=0)
        for row in table[table["doc_id"] == doc].itertuples():
            shift, colour = kinds[row.kind]
            axes.text(
                place[row.year],
                level + shift,
                str(row.promises),
                ha="center",
                va="center",
                color="white" if row.kind == "target" else BLACK,
                fontsize=7,
                bbox={"boxstyle": "square,pad=0.3", "fc": colour, "ec": "none"},
            )
    axes.set_xlim(-0.5, max(place.values(), default=0) + 0.5)
    axes.set_xticks(list(place.values()), [str(year) for year in place])
    for before, after in itertools.pairwise(years):
        if after - before > 1:
            middle = (place[before] + place[after]) / 2
            axes.text(middle, 1.02 * len(names) - 0.5, "…", ha="center", va="center")
    axes.set_yticks(range(len(names)), list(names.values()))
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True)
    at_end = 0
    for doc in spans:
        due = (table["doc_id"] == doc) & (table["year"] == spans[doc][1])
        at_end += int(table.loc[due, "promises"].sum())
    total = max(int(table["promises"].sum()), 1)
    figure.suptitle(
        pick(
            language,
            f"{at_end / total:.0%} of {total} promises fall due in the last year of their plan",
            f"{total} 项承诺中 {at_end / total:.0%} 在规划末年到期",
        ),
        x=0.01,
        ha="left",
    )
    handles = [matplotlib.patches.Patch(color=c) for c in (BLUE, ORANGE, "#EEEEEE")]
    labels = [
        pick(language, "targets with a number", "数字目标"),
        pick(language, "deliverables", "可验证事项"),
        pick(language, "period of the plan", "规划期"),
    ]
    figure.legend(handles, labels, loc="outside lower left", ncols=3)
    return figure


_SOURCES = {
    "targets": (BLUE, "", "target", "目标"),
    "outcomes": (ORANGE, "//", "outcome", "结果"),
    "incentives": (GREEN, "..", "subsidy", "资助"),
    "scopes": (PURPLE, "\\\\", "part of a scope", "范围"),
    "left_out": (LIGHT, "", "left out, with a reason", "未编码（附理由）"),
}


@styled
def quantity_sources(tables: Tables, language: str = "en") -> Figure:
    """Draw what became of every quantity in the coded documents.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.quantities_by_document` takes them.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    matplotlib.figure.Figure
        One stacked bar per document.
    """
    table = promises.quantities_by_document(tables)
    names = document_names(tables, language)
    wide = table.pivot(index="doc_id", columns="coded_as", values="quantities")
    wide = wide.loc[wide.sum(axis="columns").sort_values(ascending=False, kind="stable").index]
    figure = new_figure(DOUBLE, 0.9 + 0.3 * len(wide))
    axes = figure.subplots()
    left = pd.Series(0, index=wide.index)
    for name, (colour, hatch, en, zh) in _SOURCES.items():
        bars = axes.barh(
            range(len(wide)), wide[name], left=left, height=0.66, color=colour, hatch=hatch,
            edgecolor="white", linewidth=0.5, label=pick(language, en, zh),
        )  # fmt: skip
        dark = name in ("targets",)
        axes.bar_label(
            bars,
            [str(v) if v else "" for v in wide[name]],
            label_type="center",
            fontsize=6.5,
            color="white" if dark else BLACK,
            bbox=None if not hatch else {"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.85},
        )
        left = left + wide[name]
    axes.set_yticks(range(len(wide)), [names[d] for d in wide.index])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(pick(language, "Quantities in the text", "文本中的数量"))
    total, out = int(table["quantities"].sum()), int(wide["left_out"].sum())
    figure.suptitle(
        pick(
            language,
            f"{total - out} of {total} quantities in the documents are coded; "
            f"the other {out} are listed with a reason",
            f"文件中 {total} 个数量有 {total - out} 个已编码，其余 {out} 个逐一列明理由",
        ),
        x=0.01,
        ha="left",
    )
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=5)
    return figure
