"""Figures of who is responsible."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stdpolicy import responsibility
from stdpolicy.figures.layout import Key, Rows, above, headline, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    ORANGE,
    SKY,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Colour, hatch, mark and words of each part that an agency can have.
ROLES = {
    "lead": (BLUE, "", "o", "leads", "牵头"),
    "shared": (ORANGE, "//", "s", "shares", "分工负责"),
    "support": (SKY, "", ".", "supports", "配合"),
}


@styled
def agency_load(
    tables: Tables, language: str = "en", top: int = 20, preset: str = DEFAULT
) -> Figure:
    """Draw how many tasks the busiest agencies lead, share and support.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.responsibility.load_by_agency` takes them (``responsibilities``,
        ``agencies``).
    language : str
        ``en`` or ``zh``.
    top : int
        Agencies to show.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        One bar per agency, the busiest first.
    """
    room = page(preset)
    table = responsibility.load_by_agency(tables)
    shown = table.head(top)
    if shown.empty:
        return nothing(pick(language, "No task names an agency", "没有任务写明机构"), room)
    title = headline(_load_message(table, tables["responsibilities"], language), room)
    marks = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white"), pick(language, en, zh))
        for colour, hatch, _, en, zh in ROLES.values()
    ]
    key = Key(room, marks)
    rows = Rows(room, 8.5)
    figure = new_figure(room, above(title) + key.height + 0.4 + rows.step * (len(shown) + 0.2))
    axes = figure.subplots()
    left = pd.Series(0, index=shown.index)
    for role, (colour, hatch, *_) in ROLES.items():
        axes.barh(
            range(len(shown)), shown[role], left=left, height=rows.thick, color=colour,
            hatch=hatch, edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        left = left + shown[role]
    for level, total in enumerate(left):
        axes.annotate(
            str(total), (total, level), xytext=(3, 0), textcoords="offset points",
            va="center_baseline",
        )  # fmt: skip
    rows.label(axes, list(shown[pick(language, "en", "zh")]))
    axes.grid(axis="x")
    axes.set_xlabel(pick(language, "Tasks", "任务数"))
    axes.set_xlim(0, 1.06 * int(shown["tasks"].max()))
    put_headline(figure, title)
    key.put(figure)
    return figure


def _load_message(table: pd.DataFrame, duties: pd.DataFrame, language: str) -> str:
    first, half = table.iloc[0], int(table["tasks"].median())
    plans = set(duties.loc[duties["agency"] == first["agency"], "doc_id"])
    tasks = int(duties.loc[duties["doc_id"].isin(plans), "task_id"].nunique())
    return pick(
        language,
        f"{first['en']} has a part in {first['tasks']} of {tasks} tasks; "
        f"half of the {len(table)} bodies have {half} or fewer",
        f"{first['zh']}参与 {tasks} 项任务中的 {first['tasks']} 项，"
        f"{len(table)} 家机构中半数不超过 {half} 项",
    )


@styled
def agency_task_matrix(
    tables: Tables, doc_id: str, language: str = "en", top: int = 24, preset: str = DEFAULT
) -> Figure:
    """Draw which agency has which part in which task of a document.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.responsibility.matrix` takes them (``responsibilities``, ``tasks``),
        with ``agencies``, ``sections`` and ``documents``.
    doc_id : str
        Key of the document.
    language : str
        ``en`` or ``zh``.
    top : int
        Agencies to show, the busiest first.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Agencies down, tasks across in text order, one mark per duty; lines part the chapters.
    """
    room = page(preset)
    table = responsibility.matrix(tables, doc_id)
    shown = table.head(top)
    tasks = tables["tasks"].set_index("task_id").loc[list(shown.columns)]
    labels = label_of(tables["agencies"], language)
    leads = {task for task in shown.columns if (table[task] == "lead").any()}
    short = document_names(tables, language)[doc_id]
    message = pick(
        language,
        f"{short}: {len(leads)} of {len(shown.columns)} tasks name an agency that leads",
        f"{short}：{len(shown.columns)} 项任务中有 {len(leads)} 项写明牵头机构",
    )
    title = headline(message, room)
    heads, starts, names = _chapters(tables, doc_id, list(tasks["section"]), language)
    marks = [
        (
            Line2D([], [], linestyle="", marker=mark, color=colour, markersize=_SIZES[role]),
            pick(language, en, zh),
        )
        for role, (colour, _, mark, en, zh) in ROLES.items()
    ]
    key = Key(room, marks, note=names)
    rows = Rows(room, 5.0 if room.narrow else 6.5)
    figure = new_figure(room, above(title) + key.height + 0.25 + rows.step * len(shown))
    axes = figure.subplots()
    for role, (colour, _, mark, *_) in ROLES.items():
        points = [
            (x, y)
            for y, agency in enumerate(shown.index)
            for x, task in enumerate(shown.columns)
            if shown.loc[agency, task] == role
        ]
        if points:
            axes.plot(
                *zip(*points, strict=True), linestyle="", marker=mark, color=colour,
                markersize=_SIZES[role] * (0.85 if room.narrow else 1),
            )  # fmt: skip
    rows.label(axes, [labels[agency] for agency in shown.index])
    _draw_chapters(axes, heads, starts)
    axes.set_xlim(-0.6, len(shown.columns) - 0.4)
    axes.grid(axis="y")
    axes.tick_params(length=0)
    put_headline(figure, title)
    key.put(figure)
    return figure


#: Sizes of the marks in points.
_SIZES = {"lead": 4.0, "shared": 4.0, "support": 5.0}


def _chapters(
    tables: Tables, doc_id: str, sections: list[str], language: str
) -> tuple[list[str], list[int], str]:
    """Part of the document that each task stands in, where parts begin, and their names."""
    seconds = [".".join(s.split(".")[:2]) for s in sections]
    # A chapter whose parts hold one task each is shown as a whole.
    fine = {s.split(".")[0] for s in seconds if seconds.count(s) > 1}
    heads = [s if s.split(".")[0] in fine else s.split(".")[0] for s in seconds]
    starts = [i for i, h in enumerate(heads) if i == 0 or h != heads[i - 1]]
    own = tables["sections"][tables["sections"]["doc_id"] == doc_id]
    titles = dict(zip(own["section"], own[pick(language, "title_en", "title_zh")], strict=True))
    names = pick(language, "; ", "；").join(f"{heads[s]}\u00a0{titles[heads[s]]}" for s in starts)
    return heads, starts, names


def _draw_chapters(axes: Axes, heads: list[str], starts: list[int]) -> None:
    """Ticks for the parts of the document, with lines between them."""
    ends = [*starts[1:], len(heads)]
    for start in starts[1:]:
        axes.axvline(start - 0.5, color=BLACK, linewidth=0.4)
    middles = [(a + b - 1) / 2 for a, b in zip(starts, ends, strict=True)]
    axes.set_xticks(middles, [heads[s] for s in starts])
