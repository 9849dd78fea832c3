"""Citations as a graph: what a document rests on, through which others, and how much earlier."""

from collections import deque
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates, schema, validation
from stdpolicy.coherence import require
from stdpolicy.errors import DataError, UsageError

Tables = dict[str, pd.DataFrame]
Graph = Any

#: Relations by which a document comes from another, the strongest first. A document that is merely
#: named (``mentions``) may be one that is still to be made.
DESCENT = ("implements", "rests_on", "interprets", "reports_on", "aligns_with")
_ALL = (*DESCENT, "mentions")
_NEEDED = ("documents", "citations", "jurisdictions")
#: Days of a month, of the 400 years after which the calendar repeats.
_MONTH = 365.2425 / 12

_LAG_TYPES = {
    "days_low": "Int64", "days_high": "Int64", "months_low": "float64", "months_high": "float64",
    "order": "object",
}  # fmt: skip
_LINEAGE_TYPES = {
    "doc_id": "object", "steps": "int64", "via": "object", "relation": "object",
    "jurisdiction": "object", "level": "object", "coded": "bool", "issued_on": "object",
    **_LAG_TYPES,
}  # fmt: skip


def checked(tables: Tables) -> Tables:
    """The tables, once documents, citations and jurisdictions are as the schema has them.

    Raises
    ------
    UsageError
        When one of them is missing.
    DataError
        When they have faults; all of them are listed.
    """
    require(tables, {name: [] for name in _NEEDED})
    faults = validation.frame_faults({name: tables[name] for name in _NEEDED})
    if len(faults):
        raise DataError(faults)
    return tables


def citation_graph(tables: Tables, relations: Iterable[str] = _ALL) -> Graph:
    """Documents and citations as a graph.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``citations`` and ``jurisdictions``.
    relations : iterable of str
        Relations that count; all of them without it.

    Returns
    -------
    networkx.DiGraph
        A node per document that cites or is cited, or is coded, with ``title_zh``, ``title_en``,
        ``jurisdiction``, ``level``, ``issued_on`` (None where unknown) and ``coded``; an edge from
        the citing document to the cited one, with ``relation`` (the strongest, in the order of the
        schema with ``mentions`` last), ``relations`` (all, joined by ``+``) and ``places``
        (number).

    Raises
    ------
    UsageError
        When there is no such relation, a table or networkx is missing.
    DataError
        When the tables have faults.
    """
    try:
        import networkx as nx
    except ImportError as error:
        raise UsageError(
            f"the graph of citations needs one more package ({error}); "
            "install it with: pip install 'stdpolicy[network]'"
        ) from error
    known = checked(tables)
    ties = _ties(known, relations)
    about = _about(known)
    coded = [key for key, at in about.items() if at["coded"]]
    graph = nx.DiGraph()
    for key in sorted({*coded, *ties["doc_id"], *ties["cites"]}):
        graph.add_node(key, **about[key])
    for tie in ties.itertuples():
        graph.add_edge(
            tie.doc_id, tie.cites, relation=tie.relation, relations=tie.relations, places=tie.places
        )
    return graph


def _about(tables: Tables) -> dict[str, dict[str, Any]]:
    levels = tables["jurisdictions"].set_index("key")["level"].astype("object")
    documents = tables["documents"].astype("object")
    columns = ["doc_id", "title_zh", "title_en", "jurisdiction", "issued_on", "coded"]
    return {
        row.doc_id: {
            "title_zh": row.title_zh, "title_en": row.title_en, "jurisdiction": row.jurisdiction,
            "level": levels.get(row.jurisdiction),
            "issued_on": None if pd.isna(row.issued_on) else row.issued_on,
            "coded": False if pd.isna(row.coded) else bool(row.coded),
        }
        for row in documents[columns].itertuples(index=False)
    }  # fmt: skip


def _ties(tables: Tables, relations: Iterable[str]) -> pd.DataFrame:
    """One row per pair of documents, with its relations and the number of places.

    A document that cites itself is left out.
    """
    wanted = list(relations)
    labels = schema.tables()["citations"].fields["relation"].enum or []
    for relation in wanted:
        if relation not in labels:
            known = ", ".join(labels)
            raise UsageError(f"there is no relation {relation!r}; relations are {known}")
    own = tables["citations"][["doc_id", "cites", "relation"]].astype("object")
    own = own[own["relation"].isin(wanted) & (own["doc_id"] != own["cites"])]
    rank = {relation: place for place, relation in enumerate(_ALL)}
    rows = []
    for (doc, cited), part in own.groupby(["doc_id", "cites"]):
        every = sorted(part["relation"].unique(), key=rank.__getitem__)
        rows.append((doc, cited, every[0], "+".join(every), len(part)))
    types = dict.fromkeys(["doc_id", "cites", "relation", "relations"], "object")
    return _table(rows, types | {"places": "int64"})


def _table(rows: Iterable[Iterable[object]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame([tuple(row) for row in rows], columns=list(types)).astype(types)


# --- dates ----------------------------------------------------------------------------------------


def _lag(later: object, earlier: object) -> tuple[Any, Any, Any, Any, str]:
    """The columns of a lag from one partial date to another."""
    if not (isinstance(later, str) and isinstance(earlier, str)):
        return pd.NA, pd.NA, np.nan, np.nan, "unknown"
    (low, high), (first, last) = (
        [pd.Timestamp(end) for end in dates.bounds(date)] for date in (later, earlier)
    )
    least, most = (low - last).days, (high - first).days
    order = "after" if least >= 0 else "before" if most < 0 else "open"
    return least, most, round(least / _MONTH, 1), round(most / _MONTH, 1), order


def lags(tables: Tables, relations: Iterable[str] = _ALL) -> pd.DataFrame:
    """How long after a document another one cites it.

    A date known to a month or a year may be any of its days, so a lag is an interval.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``citations`` and ``jurisdictions``.
    relations : iterable of str
        Relations that count; all of them without it.

    Returns
    -------
    pandas.DataFrame
        One row per pair, by citing and cited document: ``doc_id``, ``cites``, ``relation`` (the
        strongest), ``relations``, ``places`` (number), ``level`` and ``cited_level`` of the
        jurisdictions, ``issued_on`` and ``cited_on`` (partial dates), ``days_low``, ``days_high``,
        ``months_low``, ``months_high`` (days by 30.436875), ``order``. The last is ``after`` where
        the citing document is certainly not the earlier one, ``before`` where it certainly is,
        which is a fault of the dates or a document that was still to come; ``open`` where the
        dates allow both, ``unknown`` where one is missing.

    Raises
    ------
    UsageError
        When there is no such relation, or a table is missing.
    DataError
        When the tables have faults.
    """
    known = checked(tables)
    about = _about(known)
    rows = []
    for tie in _ties(known, relations).itertuples(index=False):
        citing, cited = about[tie.doc_id], about[tie.cites]
        issued = citing["issued_on"], cited["issued_on"]
        rows.append((*tie, citing["level"], cited["level"], *issued, *_lag(*issued)))
    texts = ["doc_id", "cites", "relation", "relations"]
    types = dict.fromkeys(texts, "object") | {"places": "int64"}
    types |= dict.fromkeys(["level", "cited_level", "issued_on", "cited_on"], "object")
    return _table(rows, types | _LAG_TYPES)


# --- descent --------------------------------------------------------------------------------------


def lineage(tables: Tables, doc_id: str, relations: Iterable[str] = DESCENT) -> pd.DataFrame:
    """All documents that a document comes from, directly or through others.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``citations`` and ``jurisdictions``.
    doc_id : str
        Key of the document.
    relations : iterable of str
        Relations that count as descent; all but ``mentions`` without it.

    Returns
    -------
    pandas.DataFrame
        One row per ancestor, the nearest first, then by key: ``doc_id``, ``steps`` (citations on
        the shortest way), ``via`` (the documents by which a shortest way reaches it, joined by
        ``+``; empty where it is cited directly), ``relation`` (of the last step, the strongest),
        ``jurisdiction``, ``level``, ``coded``, ``issued_on`` and the columns of the lag from it to
        the document, as :func:`lags` has them. Ancestors of documents that are not coded are not
        known, as ``coded`` says.

    Raises
    ------
    UsageError
        When there is no such document or relation, or a table is missing.
    DataError
        When the tables have faults.
    """
    known = checked(tables)
    about = _about(known)
    if doc_id not in about:
        citing = ", ".join(sorted(known["citations"]["doc_id"].unique())) or "none"
        raise UsageError(f"there is no document {doc_id!r}; those that cite others are {citing}")
    ties = _ties(known, relations)
    rank = {relation: place for place, relation in enumerate(_ALL)}
    below: dict[str, dict[str, str]] = {}
    for tie in ties.itertuples():
        below.setdefault(tie.doc_id, {})[tie.cites] = tie.relation
    steps, through = {doc_id: 0}, {doc_id: set[str]()}
    waiting = deque([doc_id])
    while waiting:
        here = waiting.popleft()
        for cited in sorted(below.get(here, {})):
            if cited not in steps:
                steps[cited], through[cited] = steps[here] + 1, set()
                waiting.append(cited)
            if steps[cited] == steps[here] + 1:
                through[cited].add(here)
    rows = []
    for key in sorted(set(steps) - {doc_id}, key=lambda key: (steps[key], key)):
        at = about[key]
        ways = sorted(through[key])
        relation = min((below[way][key] for way in ways), key=rank.__getitem__)
        told = (at["jurisdiction"], at["level"], at["coded"], at["issued_on"])
        between = "+".join(way for way in ways if way != doc_id)
        lag = _lag(about[doc_id]["issued_on"], at["issued_on"])
        rows.append((key, steps[key], between, relation, *told, *lag))
    return _table(rows, _LINEAGE_TYPES)


def lineages(
    tables: Tables, documents: Iterable[str], relations: Iterable[str] = DESCENT
) -> pd.DataFrame:
    """The lineages of several documents in one table.

    Parameters
    ----------
    tables, relations
        As :func:`lineage` takes them.
    documents : iterable of str
        Keys of the documents.

    Returns
    -------
    pandas.DataFrame
        The rows of :func:`lineage`, document by document: ``lower_doc_id`` (the document),
        ``upper_doc_id`` (what it comes from) and the other columns.

    Raises
    ------
    UsageError
        When there is no such document or relation, or a table is missing.
    DataError
        When the tables have faults.
    """
    wanted = list(relations)
    rows = [
        (doc, *row)
        for doc in documents
        for row in lineage(tables, doc, wanted).itertuples(index=False, name=None)
    ]
    types = {"upper_doc_id" if name == "doc_id" else name: t for name, t in _LINEAGE_TYPES.items()}
    return _table(rows, {"lower_doc_id": "object"} | types)


def citing(
    tables: Tables, jurisdiction: str = "", first_year: int = 0, last_year: int = 9999
) -> list[str]:
    """Documents that cite others, of one jurisdiction and a span of years.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``citations`` and ``jurisdictions``.
    jurisdiction : str
        Key of a jurisdiction; all of them when empty.
    first_year, last_year : int
        Years in which a document may have been issued, or its period begun where the date of issue
        is not known; without either it is kept.

    Returns
    -------
    list of str
        Keys in alphabetical order.

    Raises
    ------
    UsageError
        When no document of the jurisdiction cites another, or the years are the wrong way round.
    DataError
        When the tables have faults.
    """
    if first_year > last_year:
        raise UsageError(f"the first year {first_year} is after the last year {last_year}")
    known = checked(tables)
    own = known["documents"].astype("object").set_index("doc_id")
    own = own.loc[sorted(known["citations"]["doc_id"].unique())]
    if jurisdiction:
        places = sorted(own["jurisdiction"].unique())
        if jurisdiction not in places:
            told = ", ".join(places) or "none"
            raise UsageError(f"no document of {jurisdiction!r} cites another; those are of {told}")
        own = own[own["jurisdiction"] == jurisdiction]
    ends = dates.intervals(own["issued_on"].fillna(own["period_start"]).astype("string"))
    early, late = ends["first"].dt.year, ends["last"].dt.year
    meets = early.isna() | ((early <= last_year) & (late >= first_year))
    return [str(key) for key in own.index[meets]]


def roots(tables: Tables, relations: Iterable[str] = DESCENT) -> pd.DataFrame:
    """Documents at which the known descent of others ends.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``citations`` and ``jurisdictions``.
    relations : iterable of str
        As :func:`lineage` takes them.

    Returns
    -------
    pandas.DataFrame
        One row per document that others come from and of which no own ancestor is known, most
        descendants first, then by key: ``doc_id``, ``jurisdiction``, ``level``, ``issued_on``,
        ``coded`` (whether its own citations were read: if not, the record ends there, not
        necessarily the descent), ``direct`` and ``descendants`` (numbers of documents that cite it,
        directly or through others) and ``plans`` (the descendants, joined by ``+``).

    Raises
    ------
    UsageError
        When there is no such relation, or a table is missing.
    DataError
        When the tables have faults.
    """
    known = checked(tables)
    about = _about(known)
    ties = _ties(known, relations)
    tops = sorted(set(ties["cites"]) - set(ties["doc_id"]))
    direct = ties["cites"].value_counts()
    heirs: dict[str, list[str]] = {key: [] for key in tops}
    for doc in sorted(ties["doc_id"].unique()):
        for key in lineage(known, doc, relations)["doc_id"]:
            if key in heirs:
                heirs[key].append(doc)
    rows = [
        (key, about[key]["jurisdiction"], about[key]["level"], about[key]["issued_on"],
         about[key]["coded"], direct[key], len(heirs[key]), "+".join(heirs[key]))
        for key in tops
    ]  # fmt: skip
    types = dict.fromkeys(["doc_id", "jurisdiction", "level", "issued_on"], "object")
    types |= {"coded": "bool", "direct": "int64", "descendants": "int64", "plans": "object"}
    out = _table(rows, types)
    return out.sort_values(["descendants", "doc_id"], ascending=[False, True], ignore_index=True)


def by_level(tables: Tables, relations: Iterable[str] = _ALL) -> pd.DataFrame:
    """How many documents of one level of government cite how many of another.

    Returns
    -------
    pandas.DataFrame
        One row per pair of levels and relation that occurs, levels and relations in the order of
        the schema: ``level``, ``cited_level``, ``relation`` (the strongest of a pair), ``pairs``
        and ``places`` (numbers of pairs of documents, and of places).

    Raises
    ------
    UsageError
        When there is no such relation, or a table is missing.
    DataError
        When the tables have faults.
    """
    keys = ["level", "cited_level", "relation"]
    every = lags(tables, relations)
    counts = every.groupby(keys)["places"].agg(pairs="size", places="sum").reset_index()
    order = schema.tables()["jurisdictions"].fields["level"].enum or []
    rank = {name: place for place, name in enumerate([*order, *_ALL])}
    counts = counts.sort_values(keys, key=lambda column: column.map(rank), ignore_index=True)
    types = dict.fromkeys(keys, "object") | {"pairs": "int64", "places": "int64"}
    return counts[list(types)].astype(types)


def precedence(tables: Tables, one: str, other: str) -> tuple[str, str, str]:
    """Which of two documents is the earlier, and from what that is known.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents`` and ``citations``.
    one, other : str
        Keys of the documents.

    Returns
    -------
    tuple of str
        The earlier, the later, and ``dates`` where the dates of issue tell it, else ``citation``
        where one comes from the other, else ``period`` where the years differ in which the periods
        begin (of a document without a period, the year of issue), else ``none``, with the keys in
        alphabetical order.
    """
    one, other = sorted((one, other))
    documents = tables["documents"].astype("object").drop_duplicates("doc_id").set_index("doc_id")
    rows = [documents.loc[key] for key in (one, other) if key in documents.index]
    issued = [row["issued_on"] for row in rows]
    if len(rows) == 2:
        order, reverse = _lag(*issued)[-1], _lag(*issued[::-1])[-1]
        if order != reverse and "before" in (order, reverse):
            return (one, other, "dates") if order == "before" else (other, one, "dates")
    citations = tables["citations"].astype("object")
    ties = citations[citations["relation"].isin(DESCENT)]
    pairs = set(zip(ties["doc_id"], ties["cites"], strict=True))
    cites, cited = (one, other) in pairs, (other, one) in pairs
    if cites != cited:
        return (other, one, "citation") if cites else (one, other, "citation")
    begun = [
        row["issued_on"] if pd.isna(row["period_start"]) else row["period_start"] for row in rows
    ]
    years = [int(str(date)[:4]) for date in begun if not pd.isna(date)]
    if len(set(years)) == 2:
        return (one, other, "period") if years[0] < years[1] else (other, one, "period")
    return one, other, "none"
