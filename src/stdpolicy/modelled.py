"""What of each document is modelled: every part of it, what is coded there, and what is left out.

The heading tree of ``sections`` is taken as the whole of a document. What stands at a place in it
is found by the schema: tables with ``doc_id``, ``section``, ``start`` and ``end``. Two of these say
what is left out and why, ``left_out`` (quantities) and ``not_modelled`` (sentences and more).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from stdpolicy import schema
from stdpolicy.errors import UsageError
from stdpolicy.text import fold

Tables = dict[str, pd.DataFrame]
#: Which notebooks use each table.
Uses = Mapping[str, list[str]]

#: Tables that stand for places, and are no coding of them.
_NO_CODING = ("sections", "left_out", "not_modelled")
#: Characters beyond a heading's own length that belong to it: numbering, brackets, a full stop.
_HEADING_SLACK = 12
_PLACE = {"doc_id", "section", "start", "end"}


def coded_tables() -> list[str]:
    """Tables whose rows code a place in a document, in the order of the schema."""
    return [
        name
        for name, table in schema.tables().items()
        if table.fields.keys() >= _PLACE and name not in _NO_CODING
    ]


def is_heading(title: str, characters: int) -> bool:
    """Whether that many characters from the beginning of a section are no more than its heading."""
    return characters <= len(fold(title)) + _HEADING_SLACK


def uses() -> dict[str, list[str]]:
    """Packaged notebooks that use each coded table: their names, by that of the table.

    They are read from the code of the notebooks and of what they call; see
    :func:`stdpolicy.reproduction.tables_used.tables_used`.
    """
    from stdpolicy.reproduction.notebooks import list_notebooks
    from stdpolicy.reproduction.tables_used import tables_used

    found: dict[str, list[str]] = {name: [] for name in coded_tables()}
    for path in list_notebooks():
        for name in tables_used(path):
            if name in found:
                found[name].append(path.stem)
    return found


def modelled(tables: Tables, analyses: Uses | None = None) -> pd.DataFrame:
    """Every part of the coded documents, with what of it is coded, analysed and left out.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        All tables, as :func:`stdpolicy.load_all` returns them.
    analyses : dict of list of str, optional
        Names of analyses that use each coded table; the packaged notebooks without it.

    Returns
    -------
    pandas.DataFrame
        One row per section in text order, the part before the first heading among them:
        ``doc_id``, ``section``, ``level``, ``title_zh``, ``title_en``; for every coded table its
        rows that stand in the section itself and, with ``_below`` behind the name, in it and in the
        sections below (counts); ``coded`` and ``coded_below`` (the same of all tables);
        ``coded_zh``, ``coded_en`` (in words, the section itself); ``analysed`` (analyses that use
        these tables, parted by |); ``characters`` (of its own text, without the sections below),
        ``share`` and ``share_not_modelled`` (of these, inside coded rows, and inside what is listed
        as not modelled and is not coded), ``share_below`` (inside coded rows, with the sections
        below, of all characters there), ``left_out`` and ``not_modelled`` (rows of these tables in
        the section itself), ``why_zh``, ``why_en`` (their reasons, parted by |), ``heading_only``
        (no text of its own beside the heading) and ``explained`` (it has coded rows or a reason, or
        is a heading with such below).

    Raises
    ------
    UsageError
        When a table is missing.
    """
    names = coded_tables()
    missing = [name for name in (*_NO_CODING, *names) if name not in tables]
    if missing:
        raise UsageError(f"the tables lack {', '.join(missing)}; sp.load_all() gives all of them")
    analyses = uses() if analyses is None else analyses
    documents = tables["documents"]
    # A document that is cited only may have a section that something points to.
    cited = documents.loc[~documents["coded"].fillna(True), "doc_id"]
    sections = tables["sections"].astype("object")
    sections = sections[~sections["doc_id"].isin(cited)]
    rows = []
    for doc, own in sections.groupby("doc_id", sort=False):
        rows += _document(str(doc), own, tables, names, analyses)
    return _typed(pd.DataFrame(rows, columns=_columns(names)), names)


def unexplained(parts: pd.DataFrame) -> pd.DataFrame:
    """Sections of which nothing is coded and no reason is given.

    Parameters
    ----------
    parts : pandas.DataFrame
        As :func:`modelled` gives it.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``section``, ``title_zh``, ``title_en``, ``characters``.
    """
    columns = ["doc_id", "section", "title_zh", "title_en", "characters"]
    return parts.loc[~parts["explained"], columns].reset_index(drop=True)


def _document(
    doc: str, sections: pd.DataFrame, tables: Tables, names: list[str], analyses: Uses
) -> list[dict[str, Any]]:
    """The sections of one document, in text order."""
    ordered = sections.sort_values(["start", "level"], kind="stable")
    rows = {row.section: row for row in ordered.itertuples()}
    below = {
        one: [other for other in rows if other == one or _inside(other, one, rows)] for one in rows
    }
    frames = {n: _of(tables[n], doc) for n in (*names, "left_out", "not_modelled")}
    counts = {n: frame["section"].value_counts() for n, frame in frames.items()}
    coded = _marked(frames[n] for n in names)
    apart = _marked([frames["not_modelled"]]) - coded
    found = []
    for section, row in rows.items():
        whole = set(range(int(row.start), int(row.end)))
        children = [rows[s] for s in below[section] if s != section]
        text = whole - {c for at in children for c in range(int(at.start), int(at.end))}
        here = {n: int(counts[n].get(section, 0)) for n in frames}
        under = {n: sum(int(counts[n].get(s, 0)) for s in below[section]) for n in frames}
        heading = is_heading(row.title_zh, len(text)) and row.level > 0
        total, all_below = (sum(of[n] for n in names) for of in (here, under))
        reasons = [_reasons(frames, section, language) for language in ("zh", "en")]
        told = [name for n in names if here[n] for name in analyses.get(n, [])]
        reason_below = under["not_modelled"] > 0
        found.append(
            {
                "doc_id": doc,
                "section": section,
                "level": row.level,
                "title_zh": row.title_zh,
                "title_en": row.title_en,
                **{n: here[n] for n in names},
                **{f"{n}_below": under[n] for n in names},
                "coded": total,
                "coded_below": all_below,
                "coded_zh": _in_words(here, names, "zh"),
                "coded_en": _in_words(here, names, "en"),
                "analysed": "|".join(sorted(dict.fromkeys(told))),
                "characters": len(text),
                "share": _share(text, coded),
                "share_not_modelled": _share(text, apart),
                "share_below": _share(whole, coded),
                "left_out": here["left_out"],
                "not_modelled": here["not_modelled"],
                "why_zh": "|".join(reasons[0]),
                "why_en": "|".join(reasons[1]),
                "heading_only": heading,
                "explained": bool(
                    total or here["not_modelled"] or (heading and (all_below or reason_below))
                ),
            }
        )
    return found


def _of(frame: pd.DataFrame, doc: str) -> pd.DataFrame:
    """Rows of a table that stand in a document, in text order."""
    own = frame[(frame["doc_id"] == doc).fillna(False).astype(bool)].astype("object")
    return own.sort_values("start", kind="stable")


def _inside(section: str, above: str, rows: Mapping[str, Any]) -> bool:
    """Whether a section lies below another in the tree, by its parents."""
    seen = {section}
    while isinstance(section := getattr(rows.get(section), "parent", ""), str) and section:
        if section == above:
            return True
        if section in seen:  # a circle, which the check of the tables tells of
            return False
        seen.add(section)
    return False


def _marked(frames: Iterable[pd.DataFrame]) -> set[int]:
    """Characters that rows cover."""
    return {
        at
        for frame in frames
        for start, end in frame[["start", "end"]].dropna().itertuples(index=False)
        for at in range(int(start), int(end))
    }


def _share(text: set[int], marked: set[int]) -> float:
    return len(text & marked) / len(text) if text else 0.0


def _in_words(counts: Mapping[str, int], names: list[str], language: str) -> str:
    """``tasks 1, deliverables 8``; empty where there are none."""
    every = schema.tables()
    comma = ", " if language == "en" else "、"
    told = [(every[n].text("title", language), counts[n]) for n in names if counts[n]]
    return comma.join(f"{title.lower()} {count}" for title, count in told)


def _reasons(frames: Mapping[str, pd.DataFrame], section: str, language: str) -> list[str]:
    """Why quantities and parts of a section are left out, in text order."""
    colon = ": " if language == "en" else "："
    told: list[tuple[int, str]] = []
    for name, column in (("left_out", "reason"), ("not_modelled", "part")):
        frame = frames[name]
        labels = schema.tables()[name].fields[column].labels(language)
        for row in frame[frame["section"] == section].itertuples():
            what = f"“{row.quote}”" if name == "left_out" else labels[getattr(row, column)]
            reason = getattr(row, f"reason_{language}")
            told.append((int(row.start), f"{what}{colon}{reason}"))
    return [text for _, text in sorted(told, key=lambda one: one[0])]


def _columns(names: list[str]) -> list[str]:
    head = ["doc_id", "section", "level", "title_zh", "title_en", *names]
    head += [f"{name}_below" for name in names]
    return [*head, *_SUMMARY]


_SUMMARY = {
    "coded": "int64",
    "coded_below": "int64",
    "coded_zh": "object",
    "coded_en": "object",
    "analysed": "object",
    "characters": "int64",
    "share": "float64",
    "share_not_modelled": "float64",
    "share_below": "float64",
    "left_out": "int64",
    "not_modelled": "int64",
    "why_zh": "object",
    "why_en": "object",
    "heading_only": "bool",
    "explained": "bool",
}


def _typed(parts: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    counts = {column: "int64" for name in names for column in (name, f"{name}_below")}
    return parts.astype({"level": "int64", **counts, **_SUMMARY})
