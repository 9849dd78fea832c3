"""Figure of the documents from which policies come, level by level and in time."""

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stdpolicy import dates, schema
from stdpolicy import descent as ancestry
from stdpolicy.errors import UsageError
from stdpolicy.figures.labels import shortened
from stdpolicy.figures.layout import Key, Rows, above, headline, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    LIGHT,
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

#: Kinds of citations drawn alike: relations, colour, line, and what they mean.
LINES: list[tuple[tuple[str, ...], str, Any, str, str]] = [
    (("implements", "rests_on"), BLUE, "-", "carries it out or rests on it", "贯彻实施或依据"),
    (
        ("interprets", "reports_on", "aligns_with"),
        ORANGE,
        (0, (4, 1.6)),
        "explains it, reports on it, aligns with it",
        "解读、报告成效或衔接",
    ),
    (("mentions",), GREY, (0, (1, 1.6)), "only names it", "仅提及"),
]
#: Points between the upright lines of two documents, at least.
_APART = 4.0
#: Characters of a Chinese title that are shown at most.
_TITLE = 25
#: Rows that fit on a page, with the headings of the levels.
_MOST = {False: 46, True: 32}


@dataclasses.dataclass(frozen=True)
class _Node:
    """A document in the figure: days from and to which it may be, and how that is known."""

    key: str
    level: str
    first: float | None
    last: float | None
    dated: bool  # by its issue; else by the first year of its period, or not at all
    coded: bool


@styled
def descent(
    tables: Tables, doc_id: str = "", language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw which documents policies come from, level by level and in time.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.descent.citation_graph` takes them (``documents``, ``citations``,
        ``jurisdictions``).
    doc_id : str
        Key of a document, of whose lineage alone to draw the citations; all when empty.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        A row per document, in bands of levels of government, each level in the order of dates; a
        line leads from a document to those that it cites.
    """
    room = page(preset)
    graph = ancestry.citation_graph(tables)
    if doc_id:
        kept = {doc_id, *ancestry.lineage(tables, doc_id)["doc_id"]}
        if doc_id not in graph:
            raise UsageError(f"the document {doc_id!r} neither cites nor is cited")
        graph = graph.subgraph(kept)
    if not graph.number_of_edges():
        return nothing(pick(language, "0 citations to draw", "没有可绘的引用（0 条）"), room)
    nodes = _nodes(graph, tables)
    shown, left = _fitting(nodes, graph, room)
    title = headline(_message(tables, doc_id, language), room)
    rows = Rows(room, 5.0)
    lines = list(_with_headings(shown))
    key = Key(room, _marks(shown, graph, language), note=_note(left, language))
    figure = new_figure(room, above(title) + key.height + 0.42 + rows.step * (len(lines) + 0.4))
    axes = figure.subplots()
    _draw(axes, lines, graph, rows, language)
    rows.label(axes, _labels(lines, tables, rows, room, language))
    put_headline(figure, title)
    key.put(figure)
    return figure


# --- what is drawn --------------------------------------------------------------------------------


def _nodes(graph: Any, tables: Tables) -> list[_Node]:
    """Documents in the order of levels and dates; those without a date last."""
    periods = tables["documents"].astype("object").set_index("doc_id")["period_start"]
    order = schema.tables()["jurisdictions"].fields["level"].enum or []
    found = []
    for key, at in graph.nodes(data=True):
        issued = at["issued_on"]
        start = periods.get(key)
        date = issued if issued else None if pd.isna(start) else str(start)
        first, last = (_day(end) for end in dates.bounds(date)) if date else (None, None)
        found.append(_Node(key, str(at["level"]), first, last, bool(issued), bool(at["coded"])))

    def place(node: _Node) -> tuple[Any, ...]:
        level = order.index(node.level) if node.level in order else len(order)
        known = node.first is None
        return level, known, node.last or 0, node.first or 0, node.key

    return sorted(found, key=place)


def _day(date: str) -> float:
    return float(datetime.date.fromisoformat(date).toordinal())


def _fitting(nodes: list[_Node], graph: Any, room: Page) -> tuple[list[_Node], int]:
    """As many documents as the page has rows for, those with the most citations first."""
    most = _MOST[room.narrow] - len({node.level for node in nodes})
    weight = sorted(nodes, key=lambda n: (not n.coded, -graph.degree(n.key), n.key))
    kept = {node.key for node in weight[:most]}
    return [node for node in nodes if node.key in kept], max(0, len(nodes) - most)


def _with_headings(nodes: list[_Node]) -> Iterator[_Node | str]:
    level = ""
    for node in nodes:
        if node.level != level:
            level = node.level
            yield level
        yield node


def _labels(
    lines: list[_Node | str], tables: Tables, rows: Rows, room: Page, language: str
) -> list[str]:
    documents = tables["documents"].set_index("doc_id")
    titles = documents[pick(language, "title_en", "title_zh")]
    names = document_names(tables, language)
    places = label_of(tables["jurisdictions"], language)
    out = []
    for line in lines:
        if isinstance(line, str):
            out.append("")  # stands in its band
            continue
        name = names.get(line.key) or pick(language, titles[line.key], _cited(titles[line.key]))
        where = places.get(documents.at[line.key, "jurisdiction"], "")
        known = line.level == "central" or line.coded or where.casefold() in name.casefold()
        text = name if known else pick(language, f"{where}: {name}", f"{where}：{name}")
        width = room.points - 12 if room.narrow else rows.share * room.points
        out.append(shortened(text, width))
    return out


def _cited(title: str) -> str:
    """A title as it is cited; the table of documents has it whole."""
    issuer, _, subject = title.partition("关于")
    bare = subject if subject and "《" not in issuer else title
    # Its subject, without what is done with it and in which form.
    bare = bare.removeprefix("印发").removesuffix("的通知").removesuffix("的复函")
    return bare if len(bare) <= _TITLE else bare[:_TITLE] + "…"


def _message(tables: Tables, doc_id: str, language: str) -> str:
    ties = ancestry.lags(tables)
    far = ancestry.lineage(tables, doc_id) if doc_id else ties
    known = far[far["order"].eq("after")]
    low, high = (known[f"months_{end}"].astype("float64") for end in ("low", "high"))
    lag_en = lag_zh = ""
    if len(known):
        ends = f"{low.min():.0f}", f"{high.max():.0f}"
        span = ends[0] if ends[0] == ends[1] else "–".join(ends)
        lag_en = f"; where dates tell, these are {span} months older"
        lag_zh = f"；日期可考者早 {span} 个月"
    if doc_id:
        name = document_names(tables, language).get(doc_id, doc_id)
        direct = int((far["steps"] == 1).sum())
        return pick(
            language,
            f"{name} comes from {len(far)} documents, {direct} of them cited directly{lag_en}",
            f"{name} 源自 {len(far)} 份文件，其中直接引用 {direct} 份{lag_zh}",
        )
    citing, cited = ties["doc_id"].nunique(), ties["cites"].nunique()
    central = ties.loc[ties["cited_level"] == "central", "cites"].nunique()
    return pick(
        language,
        f"{citing} documents cite {cited}, {central} of them central{lag_en}",
        f"{citing} 份文件引用 {cited} 份文件，其中中央文件 {central} 份{lag_zh}",
    )


def _note(left: int, language: str) -> str:
    text = pick(
        language,
        "A line leads from the upright line of a document to each one that it cites. Citations are "
        "known of the coded documents only. A bar spans the days that a date allows. ",
        "由各文件的竖线引出的横线指向其所引用的文件。仅已编码文件的引用可知。粗线为日期可能的范围。",
    )
    if left:
        text += pick(language, f"Documents not shown: {left}.", f"另有 {left} 份文件未列出。")
    return text


def _marks(nodes: list[_Node], graph: Any, language: str) -> list[tuple[Any, str]]:
    used = {data["relation"] for _, _, data in graph.edges(data=True)}
    marks: list[tuple[Any, str]] = [
        (Line2D([], [], color=colour, linestyle=style), pick(language, en, zh))
        for relations, colour, style, en, zh in LINES
        if used & set(relations)
    ]
    plain: dict[str, Any] = {"linestyle": "none", "markersize": 4.5}
    if any(node.coded and node.dated for node in nodes):
        marks.append((Line2D([], [], marker="s", color=BLACK, **plain),
                      pick(language, "coded document", "已编码文件")))  # fmt: skip
    if any(not node.coded and node.dated for node in nodes):
        marks.append((Line2D([], [], marker="o", color=BLACK, **plain),
                      pick(language, "other document", "其他文件")))  # fmt: skip
    if any(not node.dated and node.first is not None for node in nodes):
        marks.append((Line2D([], [], marker="o", color=BLACK, markerfacecolor="white", **plain),
                      pick(language, "first year of its period, date not known",
                           "规划期首年，日期不详")))  # fmt: skip
    if any(node.first is None for node in nodes):
        marks.append((Line2D([], [], marker="x", color=GREY, **plain),
                      pick(language, "nothing known of its date", "日期不详")))  # fmt: skip
    return marks


# --- drawing --------------------------------------------------------------------------------------


def _draw(axes: Axes, lines: list[_Node | str], graph: Any, rows: Rows, language: str) -> None:
    room = rows.page
    level = {line.key: at for at, line in enumerate(lines) if isinstance(line, _Node)}
    nodes = {line.key: line for line in lines if isinstance(line, _Node)}
    ends = [end for node in nodes.values() for end in (node.first, node.last) if end is not None]
    low, high = min(ends, default=0.0), max(ends, default=365.0)
    span = max(high - low, 365.0)
    unknown = low - 0.12 * span
    wide = room.points * (1.0 if room.narrow else 1 - Rows.share) * 0.9
    days = (high + 0.06 * span - unknown) / wide  # days of a point
    x = {
        key: unknown if node.first is None or node.last is None else (node.first + node.last) / 2
        for key, node in nodes.items()
    }
    stems = _stems(graph, x, _APART * days)
    levels = schema.tables()["jurisdictions"].fields["level"].labels(language)
    half = 5.5 / 72 / rows.step if room.narrow else 0.46
    for at, line in enumerate(lines):
        if isinstance(line, str):
            axes.axhspan(at - half, at + half, color=LIGHT, linewidth=0, zorder=0)
            axes.annotate(
                levels.get(line, line).capitalize(), (0, at), xytext=(3, 0), va="center_baseline",
                xycoords=axes.get_yaxis_transform(), textcoords="offset points",
            )  # fmt: skip
    for doc, stem in stems.items():
        cited = sorted(key for key in graph.successors(doc) if key in level)
        reach = [level[doc], *(level[key] for key in cited)]
        axes.plot([stem] * 2, [min(reach), max(reach)], color=GREY, linewidth=0.7, zorder=1)
        axes.plot([x[doc], stem], [level[doc]] * 2, color=GREY, linewidth=0.7, zorder=1)
        for key in cited:
            relation = graph.edges[doc, key]["relation"]
            colour, style = next((c, s) for names, c, s, *_ in LINES if relation in names)
            axes.plot([stem, x[key]], [level[key]] * 2, color=colour, linestyle=style,
                      linewidth=1.1, zorder=2)  # fmt: skip
    for key, node in nodes.items():
        if node.first is not None and node.last is not None and node.last - node.first > 0:
            axes.plot([node.first, node.last], [level[key]] * 2, color=BLACK, linewidth=2.2,
                      solid_capstyle="butt", zorder=3)  # fmt: skip
        shape = "x" if node.first is None else "s" if node.coded else "o"
        fill = BLACK if node.dated else "white"
        axes.plot([x[key]], [level[key]], marker=shape, markersize=4.5, linestyle="none", zorder=4,
                  color=GREY if node.first is None else BLACK, markerfacecolor=fill,
                  markeredgewidth=0.9)  # fmt: skip
    axes.set_xlim(unknown - 0.03 * span, high + 0.06 * span)
    axes.spines["left"].set_visible(False)
    axes.set_xticks([])
    if ends:
        _scale(axes, low, high)
    axes.tick_params(axis="x", length=0)


def _stems(graph: Any, x: dict[str, float], apart: float) -> dict[str, float]:
    """Where the upright line of each citing document stands, right of those before it."""
    out: dict[str, float] = {}
    last = float("-inf")
    for doc in sorted(x, key=lambda key: (x[key], key)):
        if graph.out_degree(doc):
            last = max(x[doc], last + apart)
            out[doc] = last
    return out


def _scale(axes: Axes, low: float, high: float) -> None:
    """Ticks at the beginning of years."""
    first, last = (datetime.date.fromordinal(int(day)).year for day in (low, high))
    step = max(1, -(-(last - first) // 6))
    years = range(first if low <= _day(f"{first}-01-31") else first + 1, last + 2, step)
    ticks = {_day(f"{year}-01-01"): str(year) for year in years}
    shown = [at for at in ticks if at <= high + 1]
    axes.set_xticks(shown, [ticks[at] for at in shown])
    axes.grid(axis="x", zorder=0)
