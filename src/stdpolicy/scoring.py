"""Scores of documents on criteria: complete, on their scales, and how steady the codings are.

Criteria form a tree (``criteria.part_of``): a row without a scale is a group, one with a scale is
scored. Which criteria there are and what earns a score is data; ``stdpolicy.pmc`` and
``stdpolicy.strength`` add scores up.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.agreement import agreement
from stdpolicy.coherence import require
from stdpolicy.errors import DataError, UsageError
from stdpolicy.instruments import sides
from stdpolicy.validation import FAULT_COLUMNS, Fault, score_faults

Tables = dict[str, pd.DataFrame]

_NEEDED = {
    "scores": ["doc_id", "criterion", "score"],
    "criteria": ["key", "index", "part_of", "scale"],
}


def select(
    tables: Tables, doc_id: str = "", first_year: int = 0, last_year: int = 9999
) -> pd.DataFrame:
    """Scores of one document, or of those of a span of years.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``scores`` and ``documents``.
    doc_id : str
        Key of a document; all of them when empty.
    first_year, last_year : int
        Between which a document is issued or, where that is not known, its period begins; without
        either it is kept.

    Returns
    -------
    pandas.DataFrame
        Rows of ``scores``.

    Raises
    ------
    UsageError
        When a table or column is missing, the document has no scores, or the years are the wrong
        way round.
    """
    if first_year > last_year:
        raise UsageError(f"the first year {first_year} is after the last year {last_year}")
    require(tables, {"scores": _NEEDED["scores"], "documents": []})
    scores = tables["scores"]
    if doc_id:
        known = sorted(scores["doc_id"].unique())
        if doc_id not in known:
            raise UsageError(f"no document {doc_id!r} has scores; there are {', '.join(known)}")
        scores = scores[scores["doc_id"] == doc_id]
    known_years = years(tables["documents"])
    year = pd.to_numeric(scores["doc_id"].map(known_years.set_index("doc_id")["year"]))
    inside = year.isna() | ((year >= first_year) & (year <= last_year)).fillna(True)
    return scores[inside.astype(bool)].reset_index(drop=True)


def years(documents: pd.DataFrame) -> pd.DataFrame:
    """The year of each document.

    Parameters
    ----------
    documents : pandas.DataFrame
        ``doc_id``, ``issued_on`` and ``period_start`` (ISO dates, as far as they are known).

    Returns
    -------
    pandas.DataFrame
        One row per document: ``doc_id``, ``year`` and ``year_from``: ``issued``, or ``period``, the
        first year of its period, where the day of issue is not known; both missing without either.

    Raises
    ------
    UsageError
        When a column is missing.
    """
    require({"documents": documents}, {"documents": ["doc_id", "issued_on", "period_start"]})
    issued, period = (
        dates.intervals(documents[column])["first"].dt.year.astype("Int64")
        for column in ("issued_on", "period_start")
    )
    source = issued.notna().map({True: "issued", False: "period"}).astype("object")
    year = issued.fillna(period)
    return pd.DataFrame(
        {"doc_id": documents["doc_id"], "year": year, "year_from": source.where(year.notna(), None)}
    )


def scored(criteria: pd.DataFrame, index: str) -> pd.DataFrame:
    """The criteria of an index that are scored, each with the group at its top.

    Parameters
    ----------
    criteria : pandas.DataFrame
        ``key``, ``index``, ``part_of`` (missing at the top) and ``scale`` (missing for a group).
    index : str
        ``pmc`` or ``strength``.

    Returns
    -------
    pandas.DataFrame
        Rows of ``criteria`` in their order, with ``top``: the key of the group at the top, or its
        own key where it is part of nothing.

    Raises
    ------
    UsageError
        When a column is missing or the index has no criterion.
    """
    require({"criteria": criteria}, {"criteria": _NEEDED["criteria"]})
    own = criteria[criteria["index"] == index]
    out = own[own["scale"].notna()]
    if out.empty:
        raise UsageError(
            f"the table criteria has no criterion with a scale for the index {index!r}"
        )
    return out.assign(top=out["key"].map(sides(own)).astype("object")).reset_index(drop=True)


def matrix(scores: pd.DataFrame, criteria: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """Scores as a matrix, once they are complete.

    Parameters
    ----------
    scores : pandas.DataFrame
        ``doc_id``, ``criterion`` and ``score``; other columns are passed over.
    criteria : pandas.DataFrame
        As :func:`scored` takes them, those of other indices too.
    wanted : sequence of str
        Keys of the criteria to be used.

    Returns
    -------
    pandas.DataFrame
        A row per document that is scored on any of them (index ``doc_id``, in the order of
        ``scores``), a column per wanted criterion; whole numbers.

    Raises
    ------
    UsageError
        When a column is missing.
    DataError
        When a score is missing, stands twice, is not on the scale of its criterion, or its
        criterion is unknown; all faults are listed with the row, counted like the line of a file.
    """
    require({"scores": scores, "criteria": criteria}, _NEEDED)
    plain = scores.reset_index(drop=True)
    faults = [
        *_unreadable(plain, set(criteria["key"])),
        *score_faults(plain, criteria),
        *_counted_otherwise(plain, wanted),
    ]
    if faults:
        table = pd.DataFrame(faults, columns=FAULT_COLUMNS)
        raise DataError(table.astype({"row": "Int64"}))
    own = plain[plain["criterion"].isin(wanted)].astype({"doc_id": "object", "criterion": "object"})
    wide = own.pivot(index="doc_id", columns="criterion", values="score")
    out = wide.reindex(index=own["doc_id"].unique(), columns=list(wanted)).astype("int64")
    return out.rename_axis(index="doc_id", columns=None)


def _unreadable(scores: pd.DataFrame, known: set[str]) -> Iterator[Fault]:
    """Scores on criteria that are not there, and cells that are no number."""
    file = schema.tables()["scores"].file
    numbers = pd.to_numeric(scores["score"], errors="coerce")
    cells = zip(scores["doc_id"], scores["criterion"], scores["score"], numbers, strict=True)
    for line, (doc, key, cell, number) in enumerate(cells, start=2):
        if key not in known:
            rule, cure = "is no criterion of the table criteria", "Correct the key or add it there."
            yield file, line, "criterion", str(key), rule, cure
        if pd.isna(number):
            found = None if pd.isna(cell) else str(cell)
            rule = f"the score of {doc} on {key} is no number"
            yield file, line, "score", found, rule, "Write a whole number on the scale."


def _counted_otherwise(scores: pd.DataFrame, wanted: Sequence[str]) -> Iterator[Fault]:
    """Scores that are missing, and those that stand twice."""
    file = schema.tables()["scores"].file
    pairs = list(zip(scores["doc_id"], scores["criterion"], strict=True))
    first: dict[tuple[str, str], int] = {}
    for line, pair in enumerate(pairs, start=2):
        if pair in first:
            rule = f"the document is scored on it already in row {first[pair]}"
            cure = "Remove one of the two."
            yield file, line, "doc_id, criterion", ", ".join(pair), rule, cure
        first.setdefault(pair, line)
    for doc in dict.fromkeys(doc for doc, key in pairs if key in set(wanted)):
        for key in wanted:
            if (doc, key) not in first:
                rule = f"the score of {doc} on {key} is missing"
                cure = "Add a row for it; what a document lacks is scored 0, not left out."
                yield file, None, "doc_id, criterion", f"{doc}, {key}", rule, cure


# --- the two codings ------------------------------------------------------------------------------


def _codings(tables: Tables) -> pd.DataFrame:
    """Codings of scores with their document, criterion, index and top."""
    scores = tables["scores"].astype("object")[["score_id", "doc_id", "criterion"]]
    criteria = tables["criteria"].astype("object")
    known = criteria[["key", "index"]].assign(top=criteria["key"].map(sides(criteria)))
    codings = tables["codings"].astype("object")
    own = codings[(codings["table"] == "scores") & (codings["field"] == "score")]
    out = own.merge(scores, left_on="row_id", right_on="score_id")
    return out.merge(known, left_on="criterion", right_on="key")


def agreement_by_group(tables: Tables) -> pd.DataFrame:
    """How far the two codings agree, by index and by group of criteria.

    Scores of 0 to 5 count as names: to give 4 for 5 is no agreement.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``codings``, ``scores`` and ``criteria``.

    Returns
    -------
    pandas.DataFrame
        As :func:`stdpolicy.agreement.agreement` gives it, with ``index`` and ``criterion`` (the
        group; missing for the whole index) in place of ``table`` and ``field``; a whole index
        before its groups, groups in the order of ``criteria``.
    """
    every = _codings(tables)
    whole = every.assign(table=every["index"], field="")
    parts = every.assign(table=every["index"], field=every["top"])
    found = agreement(pd.concat([whole, parts])).rename(
        columns={"table": "index", "field": "criterion"}
    )
    place = {key: n for n, key in enumerate(["", *tables["criteria"]["key"]])}
    indices = {key: n for n, key in enumerate(tables["criteria"]["index"].unique())}
    order = {"index": indices, "criterion": place}
    out = found.sort_values(
        ["index", "criterion"], key=lambda c: c.map(order[c.name]), ignore_index=True
    )
    return out.assign(criterion=out["criterion"].replace("", None))


def differences(tables: Tables) -> pd.DataFrame:
    """Scores on which the two codings differ, with what was taken and why.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``codings``, ``scores`` and ``criteria``.

    Returns
    -------
    pandas.DataFrame
        One row per score, in the order of ``scores``: ``score_id``, ``doc_id``, ``index``,
        ``criterion``, ``first_score`` and ``second_score`` (of coder A and B), ``score`` (as
        settled), ``coder``, ``reason_zh``, ``reason_en``.
    """
    every = _codings(tables)
    wide = every.pivot(index="score_id", columns="coder", values="value")
    wide = wide.reindex(columns=["A", "B"]).dropna()
    out = tables["scores"].astype("object")
    kinds = dict(zip(tables["criteria"]["key"], tables["criteria"]["index"], strict=True))
    out["index"] = out["criterion"].map(kinds)
    for name, coder in (("first_score", "A"), ("second_score", "B")):
        out[name] = pd.to_numeric(out["score_id"].map(wide[coder])).astype("Int64")
    out = out[(out["first_score"] != out["second_score"]).fillna(False)]
    columns = ["score_id", "doc_id", "index", "criterion", "first_score", "second_score", "score"]
    return out[[*columns, "coder", "reason_zh", "reason_en"]].reset_index(drop=True)
