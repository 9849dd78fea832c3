"""Figure of the PMC surface: nine variables of each document as a square, flat or in relief."""

import dataclasses

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from mpl_toolkits.mplot3d.axes3d import Axes3D  # type: ignore[import-untyped]

from stdpolicy import pmc
from stdpolicy.errors import UsageError
from stdpolicy.figures.labels import folded
from stdpolicy.figures.layout import Key, above, headline, lines, nothing, put_headline
from stdpolicy.figures.marks import plans_left_out
from stdpolicy.figures.shades import BLUES, ink
from stdpolicy.figures.style import (
    DEFAULT,
    GREY,
    LIGHT,
    TEXT,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

KINDS = ("map", "surface")
#: Colour of each fifth of the scale from 0 to 1.
FIFTHS = BLUES[1:]
#: Squares side by side on a wide and on a narrow page; the height of one in its width, by kind;
#: inches of a line of a head, and of the rows that a page holds at most.
_BESIDE = {False: 4, True: 2}
_HEIGHT = {"map": 0.82, "surface": 0.92}
_LINE = 0.13
#: Steps between two values of a surface in relief.
_STEPS = 6


@dataclasses.dataclass(frozen=True)
class _Look:
    """What all squares of a figure share."""

    numbers: dict[str, str]  # of the variables, X1 first
    language: str


@styled
def pmc_surface(
    values: pd.DataFrame,
    tables: Tables,
    language: str = "en",
    kind: str = "map",
    left_out: str = "",
    order: str = "rows",
    preset: str = DEFAULT,
) -> Figure:
    """Draw the PMC surface of each document.

    Parameters
    ----------
    values : pandas.DataFrame
        As :func:`stdpolicy.pmc.variables` gives them.
    tables : dict of pandas.DataFrame
        With ``criteria`` and ``documents``.
    language : str
        ``en`` or ``zh``.
    kind : str
        ``map`` draws squares with the values in them, for reading; ``surface`` draws the relief
        that papers on the index show.
    left_out : str
        Key of the variable to leave out of ten, as :func:`stdpolicy.pmc.surface` takes it.
    order : str
        ``rows`` or ``columns``, as :func:`stdpolicy.pmc.surface` takes it.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A square of three by three per document, darker and higher where more criteria of a
        variable are met, with the index of the document above it; a note where there are not as
        many variables as a surface takes.

    Raises
    ------
    UsageError
        When there is no such kind, or as :func:`stdpolicy.pmc.surface`.
    """
    room = page(preset)
    if kind not in KINDS:
        raise UsageError(f"the kind is {' or '.join(KINDS)}, not {kind!r}")
    if values.empty:
        return nothing(pick(language, "No design is scored", "没有设计评分"), room)
    variables = list(values["variable"].unique())
    if len(variables) not in pmc.DRAWN:
        message = pick(
            language,
            f"A surface shows nine variables; here are {len(variables)}",
            f"曲面展示九个变量，此处有 {len(variables)} 个",
        )
        return nothing(message, room)
    squares = pmc.surface(values, left_out, order)
    look = _Look({v: f"X{n}" for n, v in enumerate(variables, start=1)}, language)
    named = label_of(tables["criteria"], language)
    names = document_names(tables, language)
    scored = [doc for doc in names if doc in set(values["doc_id"])]
    scored += [doc for doc in values["doc_id"].unique() if doc not in names]
    across = min(_BESIDE[room.narrow], len(scored))
    wide = room.points / _BESIDE[room.narrow]
    index = values.groupby("doc_id")["value"].sum()
    heads = {
        doc: f"{folded(names.get(doc, doc), wide - 8)}\n"
        + pick(language, f"PMC {index[doc]:.2f}", f"PMC 指数 {index[doc]:.2f}")
        for doc in scored
    }
    tall = _HEIGHT[kind] * wide / 72 + _LINE * max(map(lines, heads.values())) + 0.12
    key = Key(room, _marks(language), note=_note(squares, variables, look, named))
    most = across * max(1, int((room.height - key.height - 0.8) / tall))
    shown, left = scored[:most], max(0, len(scored) - most)
    message = _message(values, index, names, named, language)
    if left:
        message += "\n" + plans_left_out(left, language).strip()
    title = headline(message, room)
    down = -(-len(shown) // across)
    figure = new_figure(room, above(title) + key.height + down * tall)
    drawn = {"projection": "3d"} if kind == "surface" else {}
    every = figure.subplots(down, _BESIDE[room.narrow], squeeze=False, subplot_kw=drawn).ravel()
    for axes, doc in zip(every, shown, strict=False):
        own = squares[squares["doc_id"] == doc]
        if isinstance(axes, Axes3D):
            _relief(axes, own, look)
        else:
            _map(axes, own, look)
        axes.set_title(heads[doc], loc="left", fontsize=TEXT, linespacing=1.2)
    for axes in every[len(shown) :]:
        axes.remove()
    put_headline(figure, title)
    key.put(figure)
    return figure


# --- words ----------------------------------------------------------------------------------------


def _message(
    values: pd.DataFrame,
    index: pd.Series,
    names: dict[str, str],
    named: dict[str, str],
    language: str,
) -> str:
    count = values["variable"].nunique()
    means = values.groupby("variable", sort=False)["value"].mean()
    weak = str(means.idxmin())
    lacking = pick(
        language,
        f"the weakest variable is {named.get(weak, weak)} (mean {means.min():.2f})",
        f"得分最低的变量是{named.get(weak, weak)}（平均 {means.min():.2f}）",
    )
    best, worst = str(index.idxmax()), str(index.idxmin())
    if len(index) == 1:
        return pick(
            language,
            f"{names.get(best, best)} has a PMC index of {index.max():.2f} of {count}; {lacking}",
            f"{names.get(best, best)}的 PMC 指数为 {index.max():.2f}（满分 {count}）；{lacking}",
        )
    return pick(
        language,
        f"PMC index of {count} from {index.min():.2f} ({names.get(worst, worst)}) to "
        f"{index.max():.2f} ({names.get(best, best)}); {lacking}",
        f"PMC 指数（满分 {count}）自 {index.min():.2f}（{names.get(worst, worst)}）至 "
        f"{index.max():.2f}（{names.get(best, best)}）；{lacking}",
    )


def _note(squares: pd.DataFrame, variables: list[str], look: _Look, named: dict[str, str]) -> str:
    drawn = set(squares["variable"])
    between = pick(look.language, ", ", "，")
    said = between.join(f"{look.numbers[v]} {named.get(v, v)}" for v in variables if v in drawn)
    gone = [f"{look.numbers[v]} {named.get(v, v)}" for v in variables if v not in drawn]
    if not gone:
        return said + pick(look.language, ".", "。")
    return said + pick(look.language, f". Not drawn: {gone[0]}.", f"。未画出：{gone[0]}。")


def _marks(language: str) -> list[tuple[Patch, str]]:
    ends = [f"{step / 5:g}–{(step + 1) / 5:g}" for step in range(5)]
    ends[0] = pick(language, f"criteria met: {ends[0]}", f"符合标准的比例：{ends[0]}")
    return [
        (Patch(facecolor=colour, edgecolor="none"), text)
        for colour, text in zip(FIFTHS, ends, strict=True)
    ]


# --- drawing --------------------------------------------------------------------------------------


def _fifth(value: float) -> int:
    return min(int(value * 5 + 1e-9), 4)


def _map(axes: Axes, own: pd.DataFrame, look: _Look) -> None:
    for cell in own.itertuples():
        step = _fifth(cell.value)
        box = Rectangle((cell.column - 0.97, cell.row - 0.97), 0.94, 0.94, facecolor=FIFTHS[step])
        axes.add_patch(box)
        axes.text(
            cell.column - 0.5, cell.row - 0.5,
            f"{look.numbers[cell.variable]}\n{cell.value:.2f}", ha="center", va="center",
            color=ink(step + 1), linespacing=1.3,
        )  # fmt: skip
    axes.set(xlim=(0, 3), ylim=(3, 0), xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)


def _relief(axes: Axes3D, own: pd.DataFrame, look: _Look) -> None:
    square = own.pivot(index="row", columns="column", values="value").to_numpy()
    fine = np.linspace(0, 2, 2 * _STEPS + 1)
    rows = np.array([np.interp(fine, range(3), row) for row in square])
    heights = np.array([np.interp(fine, range(3), column) for column in rows.T]).T
    middles = (heights[:-1, :-1] + heights[1:, :-1] + heights[:-1, 1:] + heights[1:, 1:]) / 4
    colours = np.array([[FIFTHS[_fifth(z)] for z in row] for row in middles])
    x, y = np.meshgrid(fine + 1, fine + 1)
    axes.plot_surface(
        x, y, heights, facecolors=colours, rstride=1, cstride=1, shade=False,
        edgecolor=GREY, linewidth=0.25, antialiased=True,
    )  # fmt: skip
    axes.set(xlim=(1, 3), ylim=(3, 1), zlim=(0, 1))
    lines = {"row": axes.set_yticks, "column": axes.set_xticks}
    for name, ticks in lines.items():
        members = own.groupby(name)["variable"].agg(list)
        ticks([1, 2, 3], [_line_of(every, place, look) for place, every in members.items()])
    axes.set_zticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.tick_params(axis="both", pad=-3.5)
    axes.tick_params(axis="y", pad=0)
    axes.set_box_aspect((1, 1, 0.75), zoom=0.97)
    axes.view_init(elev=28, azim=-58)
    for line in (axes.xaxis, axes.yaxis, axes.zaxis):
        line.set_pane_color("white")
        line._axinfo["grid"].update(color=LIGHT, linewidth=0.5)


def _line_of(variables: list[str], place: int, look: _Look) -> str:
    """Name of a row or column of the square: X1–3, or its number where it has X1, X4 and X7."""
    numbers = [int(look.numbers[v][1:]) for v in variables]
    if numbers[-1] - numbers[0] <= len(numbers):
        return f"X{numbers[0]}–{numbers[-1]}"
    return str(place)
