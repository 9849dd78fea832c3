"""Figures of who is responsible."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import responsibility
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DOUBLE,
    ORANGE,
    SKY,
    document_names,
    label_of,
    new_figure,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Colour, hatch, mark and labels of each part that an agency can have.
_ROLES = {
    "lead": (BLUE, "", "o", "leads", "牵头"),
    "shared": (ORANGE, "//", "s", "shares", "分工负责"),
    "support": (SKY, "", ".", "supports", "配合"),
}


@styled
def agency_load(tables: Tables, language: str = "en", top: int = 20) -> Figure:
    """Draw how many tasks the busiest agencies lead, share and support.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.responsibility.load_by_agency` takes them.
    language : str
        ``en`` or ``zh``.
    top : int
        Agencies to show.

    Returns
    -------
    matplotlib.figure.Figure
    """
    table = responsibility.load_by_agency(tables)
    shown = table.head(top)
    figure = new_figure(DOUBLE, 0.9 + 0.19 * len(shown))
    axes = figure.subplots()
    left = pd.Series(0, index=shown.index)
    for role, (colour, hatch, _, en, zh) in _ROLES.items():
        axes.barh(
            shown.index, shown[role], left=left, height=0.7, color=colour, hatch=hatch,
            edgecolor="white", linewidth=0.5, label=pick(language, en, zh),
        )  # fmt: skip
        left = left + shown[role]
    axes.set_yticks(shown.index, list(shown[pick(language, "en", "zh")]))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.set_xlabel(pick(language, "Tasks", "任务数"))
    if len(table):
        first = shown.iloc[0]
        own = tables["responsibilities"]
        plans = set(own.loc[own["agency"] == first["agency"], "doc_id"])
        tasks = int(own.loc[own["doc_id"].isin(plans), "task_id"].nunique())
        figure.suptitle(
            pick(
                language,
                f"{first['en']} has a part in {first['tasks']} of {tasks} tasks; "
                f"half of the {len(table)} bodies have {int(table['tasks'].median())} or fewer",
                f"{first['zh']}参与 {tasks} 项任务中的 {first['tasks']} 项，"
                f"{len(table)} 家机构中半数不超过 {int(table['tasks'].median())} 项",
            ),
            x=0.01,
            ha="left",
        )
    axes.set_xlim(0, int(shown["tasks"].max()) + 1 if len(shown) else 1)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=3)
    return figure


@styled
def agency_task_matrix(tables: Tables, doc_id: str, language: str = "en", top: int = 24) -> Figure:
    """Draw which agency has which part in which task of a document.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.responsibility.matrix` takes them.
    doc_id : str
        Key of the document.
    language : str
        ``en`` or ``zh``.
    top : int
        Agencies to show, the busiest first.

    Returns
    -------
    matplotlib.figure.Figure
        Agencies down, tasks across in text order, one mark per duty; lines part the chapters.
    """
    table = responsibility.matrix(tables, doc_id)
    shown = table.head(top)
    tasks = tables["tasks"].set_index("task_id").loc[list(shown.columns)]
    labels = label_of(tables["agencies"], language)
    figure = new_figure(DOUBLE, 1.35 + 0.16 * len(shown))
    axes = figure.subplots()
    for role, (colour, _, mark, en, zh) in _ROLES.items():
        points = [
            (x, y)
            for y, agency in enumerate(shown.index)
            for x, task in enumerate(shown.columns)
            if shown.loc[agency, task] == role
        ]
        if points:
            axes.plot(
                *zip(*points, strict=True), linestyle="", marker=mark, color=colour,
                markersize=4 if role != "support" else 5, label=pick(language, en, zh),
            )  # fmt: skip
    _chapters(axes, tables, doc_id, list(tasks["section"]), language)
    axes.set_yticks(range(len(shown)), [labels[a] for a in shown.index])
    axes.xaxis.label.set_fontsize(6.5)
    axes.xaxis.label.set_horizontalalignment("right")
    axes.xaxis.label.set_x(1.0)
    axes.xaxis.label.set_multialignment("left")
    axes.xaxis.label.set_linespacing(1.4)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlim(-0.6, len(shown.columns) - 0.4)
    axes.grid(axis="y")
    axes.tick_params(length=0)
    leads = {task for task in shown.columns if (table[task] == "lead").any()}
    short = document_names(tables, language)[doc_id]
    figure.suptitle(
        pick(
            language,
            f"{short}: {len(leads)} of {len(shown.columns)} tasks name an agency that leads",
            f"{short}：{len(shown.columns)} 项任务中有 {len(leads)} 项写明牵头机构",
        ),
        x=0.01,
        ha="left",
    )
    handles = [
        Line2D([], [], linestyle="", marker=mark, color=colour, markersize=4)
        for colour, _, mark, _, _ in _ROLES.values()
    ]
    figure.legend(
        handles,
        [pick(language, en, zh) for *_, en, zh in _ROLES.values()],
        loc="outside lower left",
        ncols=3,
    )
    return figure


def _chapters(axes: Any, tables: Tables, doc_id: str, sections: list[str], language: str) -> None:
    """Ticks for the parts of the document, with lines between them."""
    seconds = [".".join(s.split(".")[:2]) for s in sections]
    # A chapter whose parts hold one task each is shown as a whole.
    fine = {s.split(".")[0] for s in seconds if seconds.count(s) > 1}
    heads = [s if s.split(".")[0] in fine else s.split(".")[0] for s in seconds]
    starts = [i for i, h in enumerate(heads) if i == 0 or h != heads[i - 1]]
    ends = [*starts[1:], len(heads)]
    for start in starts[1:]:
        axes.axvline(start - 0.5, color=BLACK, linewidth=0.4)
    own = tables["sections"][tables["sections"]["doc_id"] == doc_id]
    titles = dict(zip(own["section"], own[pick(language, "title_en", "title_zh")], strict=True))
    middles = [(a + b - 1) / 2 for a, b in zip(starts, ends, strict=True)]
    axes.set_xticks(middles, [heads[s] for s in starts])
    axes.set_xlabel(_wrapped([f"{heads[s]} {titles[heads[s]]}" for s in starts], language))


def _wrapped(names: list[str], language: str) -> str:
    """Names of sections as lines that fit below the axes; a name is not broken."""
    width, gap = (120, "   ") if language == "en" else (62, "　")
    lines = [""]
    for name in names:
        if lines[-1] and len(lines[-1]) + len(gap) + len(name) > width:
            lines.append("")
        lines[-1] += (gap if lines[-1] else "") + name
    return "\n".join(lines)
