"""Figure of which verdicts change under other readings."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from stdpolicy.figures.labels import folded, shortened, text_width
from stdpolicy.figures.layout import Key, Rows, above, headline, lines, nothing, put_headline
from stdpolicy.figures.marks import (
    MARKS,
    Tables,
    first_on_page,
    heading,
    mark_style,
    plans_left_out,
    target_labels,
)
from stdpolicy.figures.style import (
    BLACK,
    DEFAULT,
    GREY,
    HEAD,
    LIGHT,
    Page,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.gap import words

_DECIDED = ["met", "not_met", "contradictory"]
#: Ground of a cell that differs.
_SHADE = "#DCE9F2"
#: Targets that fit on a page, with their headings.
_PAGE = {False: 42, True: 24}


@styled
def sensitivity(
    table: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw which verdicts change when one reading is changed.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.gap.sensitivity` returns it: ``reading``, ``words_zh``, ``words_en``,
        ``target_id``, ``verdict``, ``verdict_as_of``, ``changed``; the unchanged reading first.
    tables : dict of pandas.DataFrame
        With ``targets``, ``documents``, ``indicators`` and ``domains``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Targets that are decided or change, by plan, across readings that change something. Marks
        are verdicts at the deadline, a small one beside it that as of an earlier date where it is
        another; a shaded cell differs from the default reading.
    """
    room = page(preset)
    targets = tables["targets"].drop_duplicates("target_id").set_index("target_id", drop=False)
    default = table[table["reading"] == table["reading"].iloc[0]] if len(table) else table
    decided = set(default.loc[default["verdict"].isin(_DECIDED), "target_id"])
    moved = set(table.loc[table["changed"].astype(bool), "target_id"]) if len(table) else set()
    old = set(targets["supersedes"].dropna())
    keep = [t for t in targets["target_id"] if t in decided | moved and t not in old]
    every = targets.loc[keep]
    names = document_names(tables, language)
    plans = [plan for plan in names if plan in set(every["doc_id"])]
    shown = first_on_page(every, plans, _PAGE[room.narrow])
    message = _sensitivity_message(table, set(every["target_id"]), language)
    if shown.empty:
        return nothing(message, room)
    drawn = [plan for plan in plans if plan in set(shown["doc_id"])]
    table = table[table["target_id"].isin(set(every["target_id"]))]
    changing = {table["reading"].iloc[0], *table.loc[table["changed"].astype(bool), "reading"]}
    every_reading = table.drop_duplicates("reading")
    readings = every_reading[every_reading["reading"].isin(changing)]
    own = table[table["target_id"].isin(set(shown["target_id"])) & table["reading"].isin(changing)]
    note = plans_left_out(len(plans) - len(drawn), language) + pick(
        language,
        "Verdict at the deadline; beside it, smaller, that as of an earlier date. ",
        "图中为到期时的判定，旁边小号为此前截至某日的判定。",
    )
    if idle := len(every_reading) - len(readings):
        note += pick(
            language, f"{idle} more readings change nothing.", f"另有 {idle} 种读法无影响。"
        )
    used = set(own["verdict"]) | set(own["verdict_as_of"].dropna())
    title = headline(message, room)
    key = _key(room, [verdict for verdict in MARKS if verdict in used], note, language)
    # Columns share the page, on a wide one with the labels of the rows.
    column = (room.points - 16) * (1 if room.narrow else 0.6) / len(readings)
    texts = _heads(list(readings[f"words_{language}"]), column)
    head = (max(map(text_width, texts)) + 8) / 72
    rows = Rows(room, 7.5)
    count = len(shown) + len(drawn)
    figure = new_figure(room, above(title) + key.height + head + 0.15 + rows.step * count)
    axes = figure.subplots()
    labels: list[str] = []
    level: dict[str, int] = {}
    for plan in drawn:
        some = shown[shown["doc_id"] == plan]
        labels.append(
            heading(
                names[plan],
                plan,
                shown,
                every,
                language,
                0.9 * (room.points if room.narrow else Rows.share * room.points),
            )
        )
        level |= {target: len(labels) + i for i, target in enumerate(some["target_id"])}
        labels += target_labels(some, tables, language)
    place = {name: i for i, name in enumerate(readings["reading"])}
    size = min(1.0, column / 20)
    for row in own.itertuples():
        _draw_cell(axes, place[row.reading], level[row.target_id], row, size, rows.thick)
    for line in level.values():
        axes.axhline(line, color=LIGHT, linewidth=0.5, zorder=0)
    axes.axvline(0.5, color=BLACK, linewidth=0.6)
    rows.label(axes, labels)
    plain = set(range(len(labels))) - set(level.values())
    for i, text in enumerate(axes.texts if room.narrow else axes.get_yticklabels()):
        if i in plain:
            text.set_fontsize(HEAD)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(texts)), texts, rotation=90, linespacing=1.15)
    axes.set_xlim(-0.5, len(texts) - 0.5)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _heads(texts: list[str], column: float) -> list[str]:
    """Names of readings in as many lines as fit into a column of some points."""
    room = max(int(column / 9.5), 1)
    for width in (70, 90, 110, 130):
        out = [folded(text, width) for text in texts]
        if max(map(lines, out)) <= room:
            return out
    return [shortened(text, 150) for text in texts]


def _draw_cell(axes: Axes, x: int, y: int, row: Any, scale: float, thick: float) -> None:
    if row.changed:
        tall = 1.4 * thick
        axes.add_patch(
            Rectangle(
                (x - 0.46, y - tall / 2), 0.92, tall, facecolor=_SHADE, edgecolor=GREY,
                linewidth=0.4,
            )
        )  # fmt: skip
    other = row.verdict_as_of != row.verdict and not pd.isna(row.verdict_as_of)
    axes.plot(x - (0.16 if other else 0), y, **mark_style(row.verdict, 5 * scale))
    if other:
        axes.plot(x + 0.2, y, **mark_style(row.verdict_as_of, 3.6 * scale))


def _sensitivity_message(table: pd.DataFrame, known: set[str], language: str) -> str:
    own = table[table["target_id"].isin(known)]
    if own.empty:
        return pick(
            language, "No verdict to change: nothing is decided", "没有可变的判定：尚无定论"
        )
    first = own["reading"] == table["reading"].iloc[0]
    before = own[first].set_index("target_id")["verdict"].astype("object")
    sure = set(before.index[before.isin(_DECIDED)])
    other = own["verdict"].astype("object") != own["target_id"].map(before)
    moved = set(own.loc[other, "target_id"])
    settled = own.loc[other & own["verdict"].isin(["met", "not_met"]), "target_id"]
    opened = set(settled) - sure
    return pick(
        language,
        f"{len(sure - moved)} of {len(sure)} verdicts hold under every reading; "
        f"{len(opened)} open ones are settled under some",
        f"{len(sure)} 项判定中在各种读法下均成立的有 {len(sure - moved)} 项；"
        f"未定者中有 {len(opened)} 项在某种读法下可定",
    )


def _key(room: Page, used: list[str], note: str, language: str) -> Key:
    entries: list[tuple[Any, str]] = [
        (
            Line2D([], [], linestyle="", **mark_style(verdict, 5)),
            words.VERDICT_WORDS[verdict][language == "zh"],
        )
        for verdict in used
    ]
    shade = Patch(facecolor=_SHADE, edgecolor=GREY, linewidth=0.4)
    entries.append((shade, pick(language, "other than by default", "与默认读法不同")))
    return Key(room, entries, note)
