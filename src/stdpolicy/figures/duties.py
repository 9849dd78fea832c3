"""Figure of the duties of a year, as a calendar of months."""

import calendar
import datetime
import itertools

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stdpolicy.figures.labels import shortened
from stdpolicy.figures.layout import Key, above, headline, nothing, put_headline
from stdpolicy.figures.style import (
    BLUE,
    DEFAULT,
    GREY,
    HEAD,
    LIGHT,
    TEXT,
    Page,
    document_names,
    new_figure,
    page,
    pick,
    styled,
)
from stdpolicy.roadmap import occurrences

Tables = dict[str, pd.DataFrame]

#: Greatest share of a wide page that labels take; rows that fit on a page.
_LABELS, _MOST = 0.36, {False: 40, True: 24}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@styled
def reporting_calendar(
    duties: pd.DataFrame,
    tables: Tables,
    year: int,
    language: str = "en",
    preset: str = DEFAULT,
) -> Figure:
    """Draw when the duties of a year fall due.

    Parameters
    ----------
    duties : pandas.DataFrame
        As :func:`stdpolicy.roadmap.duties` gives them.
    tables : dict of pandas.DataFrame
        With ``documents``.
    year : int
        The year.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per duty on an axis of months, by plan: a filled mark with its number where the text
        gives a day, an open bar over the span in which it falls where it does not.
    """
    room = page(preset)
    pick(language, "", "")
    when = occurrences(duties, f"{year:04d}", f"{year:04d}")
    if when.empty:
        none = pick(language, f"No duty falls due in {year}", f"{year} 年没有到期的职责")
        return nothing(none, room)
    names = document_names(tables, language)
    order = {doc: place for place, doc in enumerate(names)}
    every = when.drop_duplicates("mechanism_id")
    every = every.sort_values("doc_id", key=lambda docs: docs.map(order), kind="stable")
    shown = every.head(_MOST[room.narrow])
    message = _message(when, year, language)
    if len(shown) < len(every):
        more = len(every) - len(shown)
        message += "\n" + pick(language, f"Not shown: {more} more", f"另有 {more} 项未列出")
    title = headline(message, room)
    rows: list[tuple[str, str]] = []
    for doc, own in shown.groupby("doc_id", sort=False):
        rows.append(("", names.get(str(doc), str(doc))))
        rows += list(zip(own["mechanism_id"], own[f"name_{language}"], strict=True))
    key = _key(when, room, language)
    step = 0.31 if room.narrow else 0.2
    figure = new_figure(room, above(title) + key.height + 0.3 + step * len(rows))
    axes = figure.subplots()
    _draw(axes, when, rows, year, room, language)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _key(when: pd.DataFrame, room: Page, language: str) -> Key:
    entries = []
    if when["stated"].any():
        entries.append((Patch(color=BLUE), pick(language, "day given", "原文定日")))
    if not when["stated"].all():
        open_bar = Patch(facecolor=LIGHT, edgecolor=GREY, linewidth=0.6)
        entries.append((open_bar, pick(language, "any day of the span", "时段内任一日")))
    return Key(room, entries)


def _draw(
    axes: Axes,
    when: pd.DataFrame,
    rows: list[tuple[str, str]],
    year: int,
    room: Page,
    language: str,
) -> None:
    first = datetime.date(year, 1, 1)
    thick = 0.36 if room.narrow else 0.62
    for level, (mechanism, _) in enumerate(rows):
        middle = level + (0.2 if room.narrow else 0)
        for row in when[when["mechanism_id"] == mechanism].itertuples():
            opens = max((datetime.date.fromisoformat(row.opens) - first).days, 0)
            ends = (datetime.date.fromisoformat(row.due) - first).days + 1
            if row.stated:
                axes.annotate(
                    str(int(row.due[8:])), ((opens + ends) / 2, middle), ha="center",
                    va="center_baseline", color="white",
                    bbox={"boxstyle": "square,pad=0.15", "fc": BLUE, "ec": "none"},
                )  # fmt: skip
            else:
                axes.barh(
                    middle, ends - opens - 3, left=opens + 1.5, height=thick, facecolor=LIGHT,
                    edgecolor=GREY, linewidth=0.6,
                )  # fmt: skip
    # Names of plans stand above the duties as heads.
    sizes = [TEXT if mechanism else HEAD for mechanism, _ in rows]
    if room.narrow:
        axes.set_yticks([])
        for level, ((mechanism, name), size) in enumerate(zip(rows, sizes, strict=True)):
            place = (0, level - 0.08 if mechanism else level + 0.28)
            axes.annotate(
                shortened(name, room.points - 10, size), place, fontsize=size, va="bottom",
                xycoords=axes.get_yaxis_transform(),
            )  # fmt: skip
    else:
        wide = _LABELS * room.points
        said = [shortened(name, wide, size) for (_, name), size in zip(rows, sizes, strict=True)]
        axes.set_yticks(range(len(rows)), said)
        for tick, size in zip(axes.get_yticklabels(), sizes, strict=True):
            tick.set_fontsize(size)
    months = [(datetime.date(year, month, 1) - first).days for month in range(1, 13)]
    days = 366 if calendar.isleap(year) else 365
    edges = [*months, days]
    for edge in edges:
        axes.axvline(edge, color=LIGHT, linewidth=0.5, zorder=0)
    middles = [(a + b) / 2 for a, b in itertools.pairwise(edges)]
    axes.set_xticks(middles, [_month(number, room, language) for number in range(1, 13)])
    axes.xaxis.tick_top()
    axes.set_xlim(0, days)
    axes.set_ylim(len(rows) - 0.5, -0.75 if room.narrow else -0.5)
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True, top=True)


def _month(number: int, room: Page, language: str) -> str:
    if language == "zh":
        return str(number) if room.narrow else f"{number}月"
    name = _MONTHS[number - 1]
    return name[0] if room.narrow else name


def _message(when: pd.DataFrame, year: int, language: str) -> str:
    dated = when[when["stated"]]
    duties, known = when["mechanism_id"].nunique(), dated["mechanism_id"].nunique()
    en = f"{year}: {duties} dut{'y' if duties == 1 else 'ies'} fall{'s' if duties == 1 else ''} "
    en += f"due {len(when)} times; the text gives a day for {known} of them"
    zh = f"{year} 年 {duties} 项职责到期 {len(when)} 次，其中 {known} 项原文定有日期"
    if known:
        en += f" ({len(dated)} times)"
        zh += f"（{len(dated)} 次）"
    return pick(language, en, zh)
