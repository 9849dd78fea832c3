"""Figure of what was promised: standards by plan, tier and field."""

import itertools
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stdpolicy import promises
from stdpolicy.figures.labels import shortened, text_width
from stdpolicy.figures.layout import (
    Key,
    Rows,
    above,
    headline,
    nothing,
    put_headline,
)
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREEN,
    GREY,
    HEAD,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

_TIERS = ["international", "mixed", "national", "industry", "local", "group"]
#: Fields with colour and hatch, so that they stay apart in grey print.
FIELDS = {
    "rural_revitalization": (GREEN, "||"),
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
    for hatch in ("oo", "**", "OO", "||")
    for colour in (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY)
    if (colour, hatch) not in FIELDS.values()
]


def field_styles(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Colour and hatch of every field in a table, the known ones first."""
    fields = list(dict.fromkeys(table.loc[table["domain"] != "all", "domain"]))
    known = {field: style for field, style in FIELDS.items() if field in fields}
    others = [field for field in fields if field not in known]
    return known | dict(zip(others, itertools.cycle(_MORE_FIELDS), strict=False))


@styled
def promised_standards(tables: Tables, language: str = "en", preset: str = DEFAULT) -> Figure:
    """Draw how many standards each plan promises, with the fields it names.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.promises.promised_standards` takes them (``targets``, ``indicators``),
        with ``documents`` and ``domains``; one panel per plan.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Outlined bars are the targets for a plan as a whole, filled ones those for single fields;
        all panels share the axis.
    """
    room = page(preset)
    table = promises.promised_standards(tables)
    names = document_names(tables, language)
    styles = field_styles(table)
    shown = [doc for doc in names if doc in set(table["doc_id"])]
    domains = label_of(tables["domains"], language)
    indicators = label_of(tables["indicators"], language)
    message = _promise_message(table, indicators, language)
    if not shown:
        return nothing(message, room)
    groups = {doc: _groups(table[table["doc_id"] == doc]) for doc in shown}
    rows = [len(groups[doc]) for doc in shown]
    title = headline(message, room)
    key = Key(room, _key(styles, domains, language))
    bars = Rows(room, 8.5)
    figure = new_figure(
        room, above(title) + key.height + 0.4 + bars.step * sum(rows) + 0.34 * len(shown)
    )
    panels = figure.subplots(
        len(shown), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [count + 0.4 for count in rows]},
    )[:, 0]  # fmt: skip
    for axes, doc in zip(panels, shown, strict=True):
        for level, group in enumerate(groups[doc]):
            _draw_group(axes, level, group, styles, bars.thick)
        bars.label(axes, [_group_label(group, indicators) for group in groups[doc]])
        axes.set_title(shortened(names[doc], room.title, HEAD), loc="left")
        axes.grid(axis="x")
    largest = float(table.groupby("group")["value"].max().max())
    widest = text_width("440 / ≈600") + 6
    panels[-1].set_xlim(0, largest / (1 - widest / (room.points * (1 if room.narrow else 0.75))))
    panels[-1].set_xlabel(pick(language, "Standards promised", "承诺的标准数（项）"))
    put_headline(figure, title)
    key.put(figure)
    return figure


def _key(
    styles: dict[str, tuple[str, str]], domains: dict[str, str], language: str
) -> list[tuple[Any, str]]:
    whole = Patch(facecolor="white", edgecolor=BLACK, linewidth=0.8)
    return [
        (whole, pick(language, "plan as a whole", "规划总目标")),
        *(
            (Patch(facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0), domains[field])
            for field, (colour, hatch) in styles.items()
        ),
    ]


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
    axes: Any,
    level: int,
    group: pd.DataFrame,
    styles: dict[str, tuple[str, str]],
    height: float,
) -> None:
    """Parts end to end, the target of the whole as an outline around."""
    whole = _whole(group)
    left = 0.0
    for part in group.drop(whole.index).itertuples():
        colour, hatch = styles.get(part.domain, (LIGHT, ""))  # a part that is no field
        axes.barh(
            level, part.value, left=left, height=0.8 * height, color=colour, hatch=hatch,
            edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        left += part.value
    total = float(whole["value"].sum())
    if total:
        axes.barh(level, total, height=height, facecolor="none", edgecolor=BLACK, linewidth=0.8)
    about = "≈" if (whole["bound"] == "approx").any() else ""
    text = f"{about}{total:g}" if total else f"{left:g}"
    if total and left and left != total:
        text = f"{left:g} / {about}{total:g}"
    axes.annotate(
        text, (max(left, total), level), xytext=(3, 0), textcoords="offset points",
        va="center_baseline",
    )  # fmt: skip


def _promise_message(table: pd.DataFrame, indicators: dict[str, str], language: str) -> str:
    parts = table.dropna(subset=["part_of"]).groupby("part_of")["value"].sum()
    wholes = table[table["target_id"].isin(parts.index)]
    short = wholes[
        [parts[t] < v for t, v in zip(wholes["target_id"], wholes["value"], strict=True)]
    ]
    if wholes.empty:
        count, plans = len(table), table["doc_id"].nunique()
        return pick(
            language,
            f"{count} promises of standards in {plans} plans, none split into fields",
            f"{plans} 份规划中有 {count} 项标准数量承诺，均未分到领域",
        )
    full = len(wholes) - len(short)
    if short.empty:
        return pick(language, "Field targets add up to every total", "分领域目标之和均等于总目标")
    en, zh = (joint.join(short["indicator"].map(indicators)) for joint in ("; ", "、"))
    return pick(
        language,
        f"Field targets fill {full} of {len(wholes)} totals; some is left to no field of: {en}",
        f"{len(wholes)} 个总目标中有 {full} 个由分领域目标填满，{zh}留有余额",
    )
