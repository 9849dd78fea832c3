"""Figure of who works with whom: agencies by agencies."""

import dataclasses

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from scipy.cluster import hierarchy

from stdpolicy import network, responsibility, schema
from stdpolicy.figures.labels import shortened, text_width
from stdpolicy.figures.layout import Key, Rows, above, beside, headline, heads, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    ORANGE,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Tasks in common from which a shade holds, and the shade; they differ in lightness.
SHADES = {1: "#DCEBF5", 2: "#A6CDE5", 4: "#5FA5D0", 8: BLUE}
#: Agencies shown one by one at most, on a wide and on a narrow page.
_MOST = {False: 26, True: 14}


@dataclasses.dataclass(frozen=True)
class _Square:
    """Rows of a matrix of agencies: single ones, then the others by kind."""

    names: list[str]
    members: list[list[str]]
    single: int
    common: np.ndarray  # tasks in common
    leads: np.ndarray  # of these the row leads and the column supports
    both: np.ndarray  # of these both lead
    tasks: list[int]
    led: list[int]


@styled
def co_responsibility(
    tables: Tables, doc_id: str, language: str = "en", top: int = 24, preset: str = DEFAULT
) -> Figure:
    """Draw which agencies of a plan have tasks in common, and who leads whom in them.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.network.partners` takes them (``agencies``, ``tasks``,
        ``responsibilities``), with ``documents``.
    doc_id : str
        Key of the document.
    language : str
        ``en`` or ``zh``.
    top : int
        Agencies to show one by one, the busiest; fewer on a narrow page.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A square of agencies, those with like tasks side by side, the others by kind at its end:
        shades for tasks in common, numbers where the row leads and the column supports, frames
        where both lead.
    """
    room = page(preset)
    own = network.of_plan(tables, doc_id)
    square = _square(own, min(top, _MOST[room.narrow]), language)
    title = headline(_message(own, doc_id, language), room)
    key = Key(room, _marks(square, language), note=_note(square, language))
    rows = Rows(room, 8.5)
    count = len(square.names)
    figure = new_figure(room, above(title) + key.height + 0.55 + rows.step * (count + 0.2))
    axes = figure.subplots()
    _draw(axes, square, rows.thick if room.narrow else 0.92)
    if not room.narrow and square.single < count:  # on a narrow page lines would cross the names
        for line in (axes.axhline, axes.axvline):
            line(square.single - 0.5, color=GREY, linewidth=0.5)
    _label(axes, square, rows, room, language)
    put_headline(figure, title)
    key.put(figure)
    return figure


# --- what is drawn --------------------------------------------------------------------------------


def _square(own: Tables, top: int, language: str) -> _Square:
    load = responsibility.load_by_agency(own).set_index("agency")
    tied = network.ties(own)
    shown = _in_order(list(load.index[:top]), tied)
    kinds = schema.tables()["agencies"].fields["kind"].labels(language)
    rest = load["kind"].astype("object").iloc[top:]
    grouped = {kind: list(rest.index[rest == kind]) for kind in kinds if (rest == kind).any()}
    labels = label_of(own["agencies"], language)
    names = [labels[key] for key in shown]
    names += [
        labels[keys[0]]
        if len(keys) == 1
        else pick(
            language, f"Others: {kinds[kind]} ({len(keys)})", f"其他{kinds[kind]}（{len(keys)} 家）"
        )
        for kind, keys in grouped.items()
    ]
    members = [[key] for key in shown] + list(grouped.values())
    part = {
        role: [set(tied.loc[tied["agency"].isin(keys) & tied["role"].isin(roles), "task_id"])
               for keys in members]
        for role, roles in (("any", responsibility.ROLES), ("lead", ["lead"]),
                            ("support", ["support"]))
    }  # fmt: skip
    common, leads, both = (
        np.array([[len(a & b) for b in part[right]] for a in part[left]])
        for left, right in (("any", "any"), ("lead", "support"), ("lead", "lead"))
    )
    for counts in (common, leads, both):
        np.fill_diagonal(counts, 0)
    tasks, led = ([len(found) for found in part[role]] for role in ("any", "lead"))
    return _Square(names, members, len(shown), common, leads, both, tasks, led)


def _in_order(agencies: list[str], tied: pd.DataFrame) -> list[str]:
    """The busiest agency first, then the others so that neighbours have tasks in common.

    Average linkage on Jaccard distances of sets of tasks, leaves in the optimal order of
    Bar-Joseph, Gifford and Jaakkola (2001), beginning at the end with more tasks.
    """
    first, others = agencies[:1], sorted(agencies[1:])
    if len(others) < 3:
        return agencies
    tasks = {key: set(found) for key, found in tied.groupby("agency")["task_id"]}
    far = [
        1 - len(tasks[one] & tasks[other]) / len(tasks[one] | tasks[other])
        for place, one in enumerate(others)
        for other in others[place + 1 :]
    ]
    tree = hierarchy.linkage(np.array(far), "average", optimal_ordering=True)
    order = [others[leaf] for leaf in hierarchy.leaves_list(tree)]
    half = len(order) // 2
    ends = [sum(len(tasks[key]) for key in part) for part in (order[:half], order[-half:])]
    return first + (order if ends[0] >= ends[1] else order[::-1])


def _message(own: Tables, doc_id: str, language: str) -> str:
    short = document_names(own, language).get(doc_id, doc_id)
    partners = network.partners(own)
    hub = responsibility.load_by_agency(own).iloc[0]
    bodies = int(own["responsibilities"]["agency"].nunique())
    known = pd.concat([partners["agency"], partners["partner"]]).value_counts()
    counts = known.reindex(own["responsibilities"]["agency"].unique(), fill_value=0)
    has, half = int(counts[hub["agency"]]), int(counts.median())
    every, others = has == bodies - 1, bodies - 1
    with_en = f"all {others} other bodies" if every else f"{has} of the {others} other bodies"
    with_zh = f"全部其他 {others} 家机构" if every else f"其他 {others} 家机构中的 {has} 家"
    return pick(
        language,
        f"{short}: {hub['en']} has tasks in common with {with_en}; "
        f"half of all have {half} partners or fewer",
        f"{short}：{hub['zh']}与{with_zh}有共同任务，半数机构的合作机构不超过 {half} 家",
    )


def _note(square: _Square, language: str) -> str:
    if square.leads.any() or square.both.any():
        return pick(
            language,
            "A number counts the tasks that the agency of the row leads and that of the column "
            "supports.",
            "数字为该行机构牵头、该列机构配合的任务数。",
        )
    return pick(
        language,
        "No agency here leads a task that another supports or leads too.",
        "图中没有由一家机构牵头、另一家配合或共同牵头的任务。",
    )


def _marks(square: _Square, language: str) -> list[tuple[Patch, str]]:
    ends = [f"–{low - 1}" for low in list(SHADES)[1:]] + [""]
    texts = [
        f"{low}{end}" if end and end != f"–{low}" else f"{low}{'' if end else '+'}"
        for low, end in zip(SHADES, ends, strict=True)
    ]
    texts[0] = pick(language, f"tasks in common: {texts[0]}", f"共同任务：{texts[0]} 项")
    marks = [
        (Patch(facecolor=shade, edgecolor="none"), text)
        for shade, text in zip(SHADES.values(), texts, strict=True)
    ]
    if square.both.any():
        frame = Patch(facecolor="none", edgecolor=ORANGE, linewidth=1.2)
        marks.append((frame, pick(language, "lead a task together", "共同牵头")))
    return marks


# --- drawing --------------------------------------------------------------------------------------


def _draw(axes: Axes, square: _Square, thick: float) -> None:
    count = len(square.names)
    for y in range(count):
        for x in range(count):
            place = (x - 0.46, y - thick / 2)
            if x == y:
                box = Rectangle(place, 0.92, thick, facecolor="#EEEEEE", edgecolor="none")
                axes.add_patch(box)
                continue
            if not square.common[y, x]:
                continue
            low = max(low for low in SHADES if low <= square.common[y, x])
            cell = Rectangle(place, 0.92, thick, facecolor=SHADES[low])
            if square.both[y, x]:  # frames lie above the cells beside them
                cell.set(edgecolor=ORANGE, linewidth=1.2, zorder=2)
            axes.add_patch(cell)
            if square.leads[y, x]:
                axes.text(
                    x, y, str(square.leads[y, x]), ha="center", va="center_baseline", zorder=3,
                    color="white" if low == max(SHADES) else BLACK,
                )  # fmt: skip
    axes.set_xlim(-0.5, count - 0.5)
    axes.spines[["left", "bottom"]].set_visible(False)


def _label(axes: Axes, square: _Square, rows: Rows, room: Page, language: str) -> None:
    numbers = [str(place) for place in range(1, len(square.names) + 1)]
    counts = list(zip(square.tasks, square.led, strict=True))
    names = [f"{number}  {name}" for number, name in zip(numbers, square.names, strict=True)]
    tasks, leads = pick(language, "tasks", "任务"), pick(language, "leads", "牵头")
    if room.narrow:
        said = [pick(language, f"{a} tasks, leads {b}", f"任务 {a}，牵头 {b}") for a, b in counts]
        rows.label(axes, names, said)
    else:
        rows.label(axes, [shortened(name, rows.share * room.points) for name in names])
        for level, (all_of_them, led) in enumerate(counts):
            beside(axes, level, 22, str(all_of_them), "right")
            beside(axes, level, 46, str(led) if led else "–", "right")
        heads(axes, [(22, tasks, "right"), (46, leads, "right")], lift=2)
    axes.xaxis.tick_top()
    # Where numbers of two digits would touch, every second one will do.
    cell = (1 if room.narrow else 0.45) * room.points / len(numbers)
    step = 1 if cell > text_width(numbers[-1]) + 4 else 2
    axes.set_xticks(range(0, len(numbers), step), numbers[::step])
    axes.tick_params(axis="both", length=0, pad=1)
