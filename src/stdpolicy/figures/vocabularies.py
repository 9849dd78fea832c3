"""Figures of what documents have in common: terms, and passages of text."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from stdpolicy import dates, descent
from stdpolicy.figures.labels import shortened, text_width
from stdpolicy.figures.layout import Key, Rows, above, headline, lines, nothing, put_headline
from stdpolicy.figures.style import (
    BLACK,
    BLUE,
    DEFAULT,
    GREY,
    Page,
    document_names,
    label_of,
    new_figure,
    page,
    pick,
    styled,
)

Tables = dict[str, pd.DataFrame]

#: Shades of cells, from light to dark, and places of a term in a thousand from which they hold.
SHADES = ("#DCEBF5", "#A6CDE5", "#5FA5D0", BLUE)
_OFTEN = (1, 5, 10, 20)
#: Share of the characters of a section from which a shade holds.
_REPEATED = (0.0, 0.05, 0.1, 0.2)
#: Points that a column takes at least.
_COLUMN = 34.0


@styled
def shared_terms(
    tables: Tables, language: str = "en", top: int = 30, preset: str = DEFAULT
) -> Figure:
    """Draw how often documents use the terms that are the most frequent in them.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.descent.usage` takes them (``terms``, ``term_counts``, ``documents``,
        ``citations``).
    language : str
        ``en`` or ``zh``.
    top : int
        Terms to show, those with the largest mean share.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Terms by documents in the order of time, terms whose weight lies in earlier documents
        first: places of the term in a thousand places of terms, as number and as shade.
    """
    room = page(preset)
    used = descent.usage(tables)
    if used.empty:
        return nothing(pick(language, "0 terms are counted", "没有术语频数（0 个）"), room)
    names = _in_time(tables, list(used["doc_id"].unique()), language)
    fit = max(1, int(_width(room) // _COLUMN))
    docs = list(names)[:fit]
    wide = used.pivot(index="term", columns="doc_id", values="per_thousand").fillna(0)[docs]
    top = min(top, 24 if room.narrow else 40)
    kept = wide.mean(axis="columns").sort_values(ascending=False, kind="stable").index[:top]
    wide = wide.loc[sorted(kept)]
    weight = (wide * np.arange(len(docs))).sum(axis="columns") / wide.sum(axis="columns")
    wide = wide.loc[weight.sort_values(kind="stable").index]
    title = headline(_alike(tables, names, language), room)
    note = pick(
        language,
        "Places of a term in 1,000 places of terms; – where the document does not use it.",
        "每千次术语出现中的次数；– 表示该文件未使用。",
    )
    if len(names) > len(docs):
        rest = len(names) - len(docs)
        note += pick(language, f" Documents not shown: {rest}.", f"另有 {rest} 份文件未列出。")
    said = [f"{a}–{b}" for a, b in itertools.pairwise(_OFTEN)] + [f"{_OFTEN[-1]}+"]
    key = Key(room, _patches(said), note=note)
    labels = label_of(tables["terms"], language)
    heads = [_head(names[doc], _width(room) / len(docs)) for doc in docs]
    values = wide.to_numpy()
    texts = [[_per_thousand(value) for value in row] for row in values]
    return _matrix(
        room, title, key, [labels[term] for term in wide.index], heads, texts,
        np.searchsorted(_OFTEN, values.round(1), side="right"),
    )  # fmt: skip


def _per_thousand(value: float) -> str:
    return "–" if value == 0 else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def _in_time(tables: Tables, docs: Sequence[str], language: str) -> dict[str, str]:
    """Short names of documents, the earliest first; those without any date last."""
    documents = tables["documents"].astype("object").set_index("doc_id")
    short = document_names(tables, language)
    known = {}
    for doc in docs:
        row = documents.loc[doc] if doc in documents.index else {}
        ends = [row.get("issued_on"), row.get("period_start")]
        date = next((str(end) for end in ends if not pd.isna(end)), "")
        known[doc] = (not date, dates.bounds(date)[::-1] if date else ("", ""), doc)
    return {doc: short.get(doc, doc) for doc in sorted(docs, key=known.__getitem__)}


def _alike(tables: Tables, names: dict[str, str], language: str) -> str:
    pairs = descent.similarity(tables).dropna(subset=["cosine"])
    pairs = pairs.sort_values("cosine", kind="stable")
    if pairs.empty:
        doc = next(iter(names))
        count = descent.usage(tables)["term"].nunique()
        return pick(
            language,
            f"{names[doc]} uses {count} terms",
            f"{_spaced(names[doc])}使用 {count} 个术语",
        )
    least, most = pairs.iloc[0], pairs.iloc[-1]
    one, other = (names[most[f"{side}_doc_id"]] for side in ("upper", "lower"))
    text = pick(
        language,
        f"{one} and {other} are most alike in vocabulary (cosine {most['cosine']:.2f}, "
        f"{most['shared_terms']} terms in common)",
        f"{_spaced(one)}与{_spaced(other)}用词最为接近（余弦 {most['cosine']:.2f}，"
        f"共有术语 {most['shared_terms']} 个）",
    )
    if len(pairs) == 1:
        return text
    one, other = (names[least[f"{side}_doc_id"]] for side in ("upper", "lower"))
    return text + pick(
        language,
        f", {one} and {other} least ({least['cosine']:.2f})",
        f"，{_spaced(one)}与{_spaced(other)}差别最大（{least['cosine']:.2f}）",
    )


@styled
def reuse(
    tables: Tables, upper: str, lower: str, language: str = "en", preset: str = DEFAULT
) -> Figure:
    """Draw which chapters of an earlier document go into which of a later one.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.descent.by_section` takes them (``reuse``, ``reuse_passages``,
        ``sections``), with ``documents``.
    upper : str
        Key of the earlier document.
    lower : str
        Key of the later one.
    language : str
        ``en`` or ``zh``.
    preset : str
        Width, as :func:`stdpolicy.figures.style.page` takes it.

    Returns
    -------
    matplotlib.figure.Figure
        Chapters of the later document (rows) by those of the earlier (columns, by number): how
        many characters are repeated, shaded by the share of the chapter; the share of the chapter
        that is repeated from anywhere in the last column.
    """
    room = page(preset)
    found = descent.by_section(tables, upper, lower)
    found = found[found["characters"] > 0]
    names = {**dict.fromkeys((upper, lower), ""), **document_names(tables, language)}
    one, other = names[upper] or upper, names[lower] or lower
    total = descent.shares(tables)
    total = total[(total["upper_doc_id"] == upper) & (total["lower_doc_id"] == lower)].iloc[0]
    if found.empty:
        text = pick(
            language,
            f"{other} repeats 0 passages of {one} of {total['min_length']} letters or more",
            f"{_spaced(other)}没有与{_spaced(one)}重复 {total['min_length']} 字以上的片段（0 段）",
        )
        return nothing(text, room)
    above_it, below = (_chapters(tables, doc) for doc in (upper, lower))
    columns = list(above_it)
    most = max(1, int(_width(room) // 26) - 1)
    if len(columns) > most:  # the chapters from which most comes
        weight = found.groupby("upper_section")["characters"].sum().sort_values(ascending=False)
        columns = [key for key in columns if key in set(weight.index[:most])]
    title = headline(_taken(found, total, one, other, above_it, language), room)
    grid = found.pivot(
        index="lower_section", columns="upper_section", values=["characters", "share"]
    )
    rows = list(below)
    counts = grid["characters"].reindex(index=rows, columns=columns).fillna(0).to_numpy()
    shares = grid["share"].reindex(index=rows, columns=columns).fillna(0).to_numpy()
    every = found.groupby("lower_section")["share"].sum().reindex(rows).fillna(0)
    texts = [
        [f"{count:.0f}" if count else "" for count in row] + [f"{100 * share:.0f}%"]
        for row, share in zip(counts, every, strict=True)
    ]
    shade = np.where(counts > 0, np.searchsorted(_REPEATED, shares, side="right"), 0)
    shade = np.hstack([shade, np.zeros((len(rows), 1), dtype=int)])
    said = [f"{100 * a:.0f}–{100 * b:.0f}%" for a, b in itertools.pairwise(_REPEATED)]
    said = [*said, f"{100 * _REPEATED[-1]:.0f}%+"]
    said[0] = pick(language, f"of the chapter: {said[0]}", f"占本章：{said[0]}")
    parts = [f"{key} {_text_of(above_it[key], language)}" for key in columns]
    note = pick(
        language,
        f"Columns are chapters of {one}: {'; '.join(parts)}. Numbers are characters in passages of "
        f"{total['min_length']} letters or more.",
        f"各列为{_spaced(one)}的章：{'；'.join(parts)}。"
        f"数字为 {total['min_length']} 字以上重复片段的字符数。",
    )
    key = Key(room, _patches(said), note=note)
    heads = [*columns, pick(language, "in all", "合计")]
    labels = [f"{name} {_text_of(below[name], language)}" for name in rows]
    return _matrix(room, title, key, labels, heads, texts, shade)


def _chapters(tables: Tables, doc: str) -> dict[str, tuple[str, str]]:
    """Titles in Chinese and English of the sections of the first level, in text order."""
    own = tables["sections"]
    own = own[(own["doc_id"] == doc) & ~own["section"].str.contains(".", regex=False)]
    own = own.astype("object").sort_values("start")
    return {row.section: (row.title_zh, row.title_en) for row in own.itertuples()}


def _text_of(titles: tuple[object, object], language: str) -> str:
    zh, en = ("" if pd.isna(title) else str(title) for title in titles)
    return pick(language, en or zh, zh).strip("（）()")


def _taken(
    found: pd.DataFrame, total: pd.Series, one: str, other: str,
    chapters: dict[str, tuple[str, str]], language: str,
) -> str:  # fmt: skip
    weight = found.groupby("upper_section")["characters"].sum()
    first = str(weight.sort_values(ascending=False, kind="stable").index[0])
    name = _text_of(chapters.get(first, ("", "")), language)
    part = 100 * weight[first] / weight.sum()
    share = 100 * total["covered"]
    return pick(
        language,
        f"{other} repeats {share:.0f}% of its text from {one}, {part:.0f}% of it from its chapter "
        f"{first} ({name})",
        f"{_spaced(other)}有 {share:.0f}% 的文字与{_spaced(one)}重复，"
        f"其中 {part:.0f}% 出自第 {first} 章（{name}）",
    )


def _spaced(name: str) -> str:
    """A name before Chinese words: a year at its end stands apart from them."""
    return name + " " * name[-1:].isascii()


# --- drawing --------------------------------------------------------------------------------------


def _width(room: Page) -> float:
    """Points that the cells take."""
    return room.points - 8 if room.narrow else (1 - Rows.share) * room.points - 8


def _head(name: str, width: float) -> str:
    """A short name above a column: in two lines where it is wider than the column."""
    if text_width(name) <= width - 3:
        return name
    first, _, rest = name.partition(" ")
    return "\n".join(shortened(part, width - 2) for part in (first, rest) if part)


def _patches(said: Sequence[str]) -> list[tuple[Patch, str]]:
    return [
        (Patch(facecolor=shade, edgecolor="none"), text)
        for shade, text in zip(SHADES, said, strict=True)
    ]


def _matrix(
    room: Page, title: str, key: Key, labels: Sequence[str], heads: Sequence[str],
    texts: Sequence[Sequence[str]], shades: np.ndarray,
) -> Figure:  # fmt: skip
    """Rows with labels, columns with heads, and cells with a number and a shade (0 for none)."""
    rows = Rows(room, 8.5)
    high = 0.13 * max(map(lines, heads)) + 0.12
    height = above(title) + key.height + high + 0.1 + rows.step * (len(labels) + 0.4)
    figure = new_figure(room, height)
    axes = figure.subplots()
    for y, row in enumerate(texts):
        for x, text in enumerate(row):
            _cell(axes, x, y, text, int(shades[y, x]), rows)
    rows.label(axes, list(labels))
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(heads)), list(heads), linespacing=1.1)
    axes.tick_params(axis="both", length=0, pad=2)
    axes.spines[["left", "bottom"]].set_visible(False)
    put_headline(figure, title)
    key.put(figure)
    return figure


def _cell(axes: Axes, x: int, y: int, text: str, shade: int, rows: Rows) -> None:
    thick = rows.thick if rows.page.narrow else 0.9
    if shade:
        axes.add_patch(
            Rectangle((x - 0.48, y - thick / 2), 0.96, thick, facecolor=SHADES[shade - 1])
        )
    colour = "white" if shade == len(SHADES) else GREY if text == "–" else BLACK
    axes.text(x, y, text, ha="center", va="center_baseline", color=colour)
