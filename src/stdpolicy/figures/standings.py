"""Figure of which levels of government have a target."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import schema
from stdpolicy.figures.labels import folded, shortened
from stdpolicy.figures.layout import Key, above, headline, lines, nothing, put_headline
from stdpolicy.figures.style import (
    BLUE,
    DEFAULT,
    GREY,
    HEAD,
    VERMILION,
    Page,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Mark, colour, fill and fill style of each standing, with its words.
STANDINGS: Any = {
    "present": ("o", BLUE, BLUE, "full", "has a target", "有目标"),
    "related": ("o", BLUE, BLUE, "left", "a wider or narrower one", "仅有更宽或更窄的目标"),
    "missing": ("o", VERMILION, "white", "full", "other targets, not this one", "另有目标而无此项"),
    "unknown": (".", GREY, GREY, "full", "nothing coded, not known", "该期未编码，不明"),
}
#: Rows and columns that fit on a page, and columns whose names fit side by side.
_ROWS, _COLUMNS, _NAMES = {False: 50, True: 36}, {False: 12, True: 9}, 4


@styled
def levels(
    table: pd.DataFrame, tables: Tables, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw which levels have a target for which indicator and deadline.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`stdpolicy.cascade.missing_levels` returns it: ``chain``, ``indicator``,
        ``due_date``, ``present``, ``related``, ``missing`` and ``unknown``.
    tables : dict of pandas.DataFrame
        With ``jurisdictions`` and ``indicators``.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A panel per deadline, a row per indicator, a mark per jurisdiction, none where neither it
        nor a level above or below has the target. Only indicators of which more than one level is
        known; a note counts the others.
    """
    room = page(preset)
    level = tables["jurisdictions"].astype("object").set_index("key")["level"].to_dict()
    cells = _standings(table, level)
    told = {place for place, own in cells.items() if own.pop("")}
    ranks = schema.tables()["jurisdictions"].fields["level"].enum or []
    order = {name: rank for rank, name in enumerate(ranks)}
    places = {place for key in told for place in cells[key]}
    columns = sorted(places, key=lambda p: (order.get(str(level.get(p)), len(order)), p))
    beyond = max(len(columns) - _COLUMNS[room.narrow], 0)
    columns = columns[: _COLUMNS[room.narrow]]
    rows = sorted(told, key=lambda key: (key[0], _pattern(cells[key], columns), key[1]))
    message = _levels_message([cells[key] for key in rows], language)
    shown = rows[: _ROWS[room.narrow]]
    note = _levels_note(len(cells) - len(told), len(rows) - len(shown), beyond, language)
    if not rows:
        return nothing(message, room, note)
    groups = {due: [key for key in shown if key[0] == due] for due in sorted({d for d, _ in shown})}
    upright = len(columns) > _NAMES
    indicators = label_of(tables["indicators"], language)
    wide = (0.5 if room.narrow else 0.42) * room.points
    names = {key: _name(str(indicators.get(key[1], key[1])), wide, room) for key in shown}
    title = headline(message, room)
    key_of_marks = _key(room, [cells[key] for key in shown], columns, note, language)
    # Rows are as high as the longest name.
    tall = {due: sum(_height(names[key]) for key in keys) for due, keys in groups.items()}
    height = above(title) + key_of_marks.height + 0.3 + 0.7 * upright
    figure = new_figure(room, height + sum(tall.values()) + 0.3 * len(groups))
    panels = figure.subplots(
        len(groups), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [tall[due] + 0.05 for due in groups]},
    )[:, 0]  # fmt: skip
    for axes, (due, keys) in zip(panels, groups.items(), strict=True):
        ticks, end = [], 0.0
        for key in keys:
            middle = end + _height(names[key]) / 2
            end += _height(names[key])
            ticks.append(middle)
            for column, place in enumerate(columns):
                if place in cells[key]:
                    _draw_standing(axes, column, middle, cells[key][place])
        axes.set_yticks(ticks, [names[key] for key in keys], linespacing=1.05)
        axes.set_ylim(end + 0.03, -0.03)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        when = pick(language, due[:4], f"{due[:4]} 年") if due.endswith("-12-31") else due
        axes.annotate(
            pick(language, f"by {when}", f"到 {when}"), (0, 1), xycoords="axes fraction",
            xytext=(-4, 5), textcoords="offset points", ha="right", fontsize=HEAD,
        )  # fmt: skip
        axes.grid(axis="y")
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
    _level_heads(panels[0], columns, tables, level, language)
    put_headline(figure, title)
    key_of_marks.put(figure)
    return figure


def _name(text: str, wide: float, room: Page) -> str:
    """Name of an indicator; on a narrow page in two lines."""
    if not room.narrow:
        return shortened(text, wide)
    parts = folded(text, wide).split("\n")
    return "\n".join([*parts[:1], *([shortened(" ".join(parts[1:]), wide)] if parts[1:] else [])])


def _height(name: str) -> float:
    """Inches that the row of a name takes."""
    return 0.155 + 0.115 * (lines(name) - 1)


def _standings(table: pd.DataFrame, level: dict[Any, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Standing of each jurisdiction by deadline and indicator; below "" whether two are known."""
    out: dict[tuple[str, str], dict[str, Any]] = {}
    columns = ["chain", "indicator", "due_date", *STANDINGS]
    for chain, indicator, due, *found in table[columns].itertuples(index=False, name=None):
        own = out.setdefault((str(due), str(indicator)), {"": False})
        standing = {
            one: name
            for name, listed in reversed(list(zip(STANDINGS, found, strict=True)))
            for one in str(listed).split("+")
        }
        known = 0
        for place in str(chain).split(">"):
            name = standing.get(str(level.get(place, place)))
            if name:
                own[place] = name
                known += name != "unknown"
        own[""] = own[""] or known > 1
    return out


def _pattern(own: dict[str, str], columns: list[str]) -> list[int]:
    """Standings along the columns as numbers, so that like rows stand together."""
    order = ["present", "related", "missing", "", "unknown"]
    return [order.index(own.get(place, "")) for place in columns]


def _draw_standing(axes: Axes, x: float, y: float, standing: str) -> None:
    axes.plot(x, y, clip_on=False, zorder=3, **_standing_style(standing))


def _standing_style(standing: str) -> Any:
    mark, colour, fill, style, *_ = STANDINGS[standing]
    return {
        "marker": mark, "color": colour, "markerfacecolor": fill, "fillstyle": style,
        "markersize": 3 if mark == "." else 5.5, "markeredgewidth": 0.9, "linestyle": "",
        "markerfacecoloralt": "white",
    }  # fmt: skip


def _level_heads(
    axes: Axes, columns: list[str], tables: Tables, level: dict[Any, Any], language: str
) -> None:
    """Names of the jurisdictions above the columns, and the levels above these."""
    names = label_of(tables["jurisdictions"], language)
    labels = schema.tables()["jurisdictions"].fields["level"].labels(language)
    upright = len(columns) > _NAMES
    for column, place in enumerate(columns):
        axes.annotate(
            shortened(str(names.get(place, place)), 52), (column, 1), xytext=(0, 5), ha="center",
            xycoords=axes.get_xaxis_transform(), textcoords="offset points",
            rotation=90 if upright else 0,
        )  # fmt: skip
    for name in dict.fromkeys(level.get(place) for place in columns):
        own = [column for column, place in enumerate(columns) if level.get(place) == name]
        middle = (own[0] + own[-1]) / 2
        axes.annotate(
            shortened(labels.get(str(name), str(name)), 52), (middle, 1), color=GREY,
            xytext=(0, 64 if upright else 17),
            xycoords=axes.get_xaxis_transform(), textcoords="offset points", ha="center",
        )  # fmt: skip
    axes.set_xticks([])


def _key(
    room: Page, rows: list[dict[str, str]], columns: list[str], note: str, language: str
) -> Key:
    if any(place not in own for own in rows for place in columns):
        en = "No mark: neither it nor a level above or below has the target. "
        note = pick(language, en, "无标记：本级及其上下级均无此目标。") + note
    found = {own[place] for own in rows for place in columns if place in own}
    entries = [
        (Line2D([], [], **_standing_style(name)), pick(language, en, zh))
        for name, (*_, en, zh) in STANDINGS.items()
        if name in found
    ]
    return Key(room, entries, note)


def _levels_message(rows: list[dict[str, str]], language: str) -> str:
    lost = sum("missing" in own.values() for own in rows)
    if not rows:
        return pick(language, "No target is known of two levels", "没有可知两级情况的目标")
    return pick(
        language,
        f"{lost} of {len(rows)} targets have no counterpart at a level "
        "that set others for the same deadline",
        f"{len(rows)} 个目标中，{lost} 个在同期另有目标的某一级没有对应目标",
    )


def _levels_note(single: int, rest: int, beyond: int, language: str) -> str:
    out = []
    if single:
        out.append(
            pick(
                language,
                f"Not drawn: {single} targets of which a single level is known.",
                f"未列出：仅知一级情况的目标 {single} 个。",
            )
        )
    if rest:
        text = f"{rest} more targets do not fit here."
        out.append(pick(language, text, f"另有 {rest} 个目标因篇幅未列出。"))
    if beyond:
        text = f"{beyond} more jurisdictions do not fit here."
        out.append(pick(language, text, f"另有 {beyond} 个辖区因篇幅未列出。"))
    return pick(language, " ", "").join(out)
