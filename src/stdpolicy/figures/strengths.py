"""Figure of policy strength, goals and measures: criteria by documents."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from stdpolicy.figures.labels import folded, shortened
from stdpolicy.figures.layout import Key, Rows, above, headline, lines, nothing, put_headline
from stdpolicy.figures.marks import plans_left_out
from stdpolicy.figures.shades import BLUES, ink
from stdpolicy.figures.style import (
    DEFAULT,
    GREY,
    LIGHT,
    TEXT,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.strength import GROUPS

Tables = dict[str, pd.DataFrame]

#: Points that a column needs, and inches of a line of a head.
_LEAST, _LINE = 40, 0.12


@styled
def policy_strength(
    products: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw what each document pursues and by what, and how much weight it carries.

    Parameters
    ----------
    products : pandas.DataFrame
        As :func:`stdpolicy.strength.products` gives them.
    tables : dict of pandas.DataFrame
        With ``criteria`` and ``documents``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per goal and measure, a column per document, the score in each cell, darker for
        more; below each group its sum, at the end the strength of the document and the total.
    """
    room = page(preset)
    if products.empty:
        return nothing(
            pick(language, "No goals and measures are scored", "没有目标与措施的评分"), room
        )
    names = document_names(tables, language)
    scored = [doc for doc in names if doc in set(products["doc_id"])]
    scored += [doc for doc in products["doc_id"].unique() if doc not in names]
    wide = room.points if room.narrow else (1 - Rows.share) * room.points
    shown = scored[: int(wide // _LEAST)]
    left = len(scored) - len(shown)
    message = _message(products, names, language)
    if left:
        message += "\n" + plans_left_out(left, language).strip()
    title = headline(message, room)
    heads = [folded(names.get(doc, doc), wide / len(shown) - 6) for doc in shown]
    rows = Rows(room, 8.5)
    lists = _rows(products, tables, language)
    note = pick(
        language,
        "Total: sum of goals and measures, times the strength.",
        "总分为目标与措施得分之和乘以政策力度。",
    )
    key = Key(room, _marks(language), note=note)
    tall = _LINE * max(map(lines, heads)) + 0.1
    figure = new_figure(room, above(title) + key.height + tall + rows.step * (len(lists) + 0.3))
    axes = figure.subplots()
    _draw(axes, products, shown, lists, rows)
    axes.set_xlim(-0.5, len(shown) - 0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(shown)), heads, fontsize=TEXT)
    axes.tick_params(axis="both", length=0, pad=2 if not room.narrow else 1)
    axes.spines[["left", "bottom"]].set_visible(False)
    labels = [label for label, _, _ in lists]
    rows.label(axes, labels if room.narrow else [shortened(s, _label(room)) for s in labels])
    put_headline(figure, title)
    key.put(figure)
    return figure


def _label(room: Page) -> float:
    return Rows.share * room.points


def _rows(products: pd.DataFrame, tables: Tables, language: str) -> list[tuple[str, str, str]]:
    """Label, kind and key of each row: criteria of a group, then its sum; strength and total."""
    named = label_of(tables["criteria"], language)
    out = []
    for group in GROUPS:
        own = products.loc[products["group"] == group, "criterion"].unique()
        out += [(named.get(key, key), "score", key) for key in own]
        label = named.get(group, group)
        out.append((pick(language, f"Sum of {label}", f"{label}合计"), "sum", group))
    out.append((pick(language, "Strength", "政策力度"), "strength", ""))
    out.append((pick(language, "Total", "总分"), "total", ""))
    return out


def _message(products: pd.DataFrame, names: dict[str, str], language: str) -> str:
    totals = products.groupby("doc_id", sort=False)["product"].sum()
    strengths = products.groupby("doc_id", sort=False)["strength"].first()
    best, worst = str(totals.idxmax()), str(totals.idxmin())
    if len(totals) == 1:
        return pick(
            language,
            f"{names.get(best, best)}: goals and measures times strength {strengths[best]} make "
            f"{totals[best]}",
            f"{names.get(best, best)}：目标与措施乘以力度 {strengths[best]}，总分 {totals[best]}",
        )
    return pick(
        language,
        f"Goals and measures times strength: from {totals[worst]} ({names.get(worst, worst)}, "
        f"strength {strengths[worst]}) to {totals[best]} ({names.get(best, best)}, strength "
        f"{strengths[best]})",
        f"目标与措施乘以力度的总分：自 {totals[worst]}（{names.get(worst, worst)}，力度 "
        f"{strengths[worst]}）至 {totals[best]}（{names.get(best, best)}，力度 {strengths[best]}）",
    )


def _marks(language: str) -> list[tuple[Patch, str]]:
    out = []
    for score, colour in enumerate(BLUES):
        text = pick(language, f"score {score}", f"得分 {score}") if not score else str(score)
        out.append((Patch(facecolor=colour, edgecolor=LIGHT, linewidth=0.5), text))
    return out


def _draw(
    axes: Axes,
    products: pd.DataFrame,
    shown: list[str],
    lists: list[tuple[str, str, str]],
    rows: Rows,
) -> None:
    scores = products.set_index(["doc_id", "criterion"])["score"]
    sums = products.groupby(["doc_id", "group"])["score"].sum()
    strengths = products.groupby("doc_id")["strength"].first()
    totals = products.groupby("doc_id")["product"].sum()
    thick = rows.thick if rows.page.narrow else 0.92
    for level, (_, kind, key) in enumerate(lists):
        for place, doc in enumerate(shown):
            colour = "black"
            if kind == "score":
                number = int(scores[doc, key])
                colour = ink(number)
                axes.add_patch(
                    Rectangle(
                        (place - 0.47, level - thick / 2), 0.94, thick,
                        facecolor=BLUES[number], edgecolor=LIGHT, linewidth=0.5,
                    )
                )  # fmt: skip
            elif kind == "sum":
                number = int(sums[doc, key])
            else:
                number = int((strengths if kind == "strength" else totals)[doc])
            axes.text(place, level, str(number), ha="center", va="center_baseline", color=colour)
        if kind == "sum" and not rows.page.narrow:  # there it would cross the names
            axes.axhline(level + 0.5, color=GREY, linewidth=0.5)
