"""What is told of each deliverable: kept, begun, nothing."""

import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.roadmap.checking import Tables, checked, day, ends

#: States, from the most to the least that is told. Of the last two, nothing is told: the deadline
#: is past, or still ahead (or there is none).
STATES = ["kept", "partly", "begun", "not_kept", "contradictory", "unclear", "past", "ahead"]
#: States that evidence can give, in the order in which they prevail.
_TOLD = ["kept", "not_kept", "partly", "begun", "unclear"]
_CONFIDENCE = ["low", "medium", "high"]
_EVIDENCE = {
    "outcomes": ("outcome_id", ("reported_on",)),
    "observations": ("observation_id", ("reported_on", "source_date")),
    "documents": ("doc_id", ("issued_on",)),
}
_COLUMNS = [
    *("deliverable_id", "doc_id", "jurisdiction", "section", "kind", "name_zh", "name_en", "phase"),
    *("due_date", "restates"),
]


def states(tables: Tables, as_of: str = "", confidence: str = "low") -> pd.DataFrame:
    """The state of every deliverable, as far as something tells it.

    Of several pieces of evidence the one that tells most decides. A thing that was not kept for one
    date and is there at a later one is kept; the other way round the evidence contradicts itself.
    What is told before the deadline stays true after it: a thing that had only begun may have been
    finished since, of which nothing is known.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``deliverables``, ``fulfilments``, ``outcomes``, ``observations`` and ``documents``.
    as_of : str
        Day, month or year: only what was told by its last day counts, and about no later date, and
        deadlines are past or ahead on that day. When empty, all evidence counts, and the day is the
        last one on which any of these tables reports something.
    confidence : str
        Least confidence of the judgements that count: ``low``, ``medium`` or ``high``.

    Returns
    -------
    pandas.DataFrame
        One row per deliverable, in their order: ``deliverable_id``, ``doc_id``, ``jurisdiction``,
        ``section``, ``kind``, ``name_zh``, ``name_en``, ``phase``, ``due_date``, ``restates``,
        ``state`` (one of :data:`STATES`), ``as_of_date`` (for which it is told; of several pieces
        of evidence for the state, the earliest), ``in_time`` (of what is kept, whether that is told
        for a date up to the deadline; missing where it is told for a later or no date, which leaves
        open when it was done), ``evidence_ids`` (all that count, with ``+`` between them),
        ``reason_zh`` and ``reason_en`` (of the evidence that decided).

    Raises
    ------
    UsageError
        When ``as_of`` is no date, there is no such confidence, or a table is missing.
    DataError
        When the tables have faults.
    """
    if confidence not in _CONFIDENCE:
        raise UsageError(f"confidence is {', '.join(_CONFIDENCE)}, not {confidence!r}")
    checked(tables, "deliverables", "fulfilments", *_EVIDENCE)
    told = _known(tables, as_of)
    now = str(day(as_of, "as_of", last=True)) if as_of else _last_report(tables)
    enough = _CONFIDENCE[_CONFIDENCE.index(confidence) :]
    told = told[told["confidence"].isin(enough)]
    out = tables["deliverables"][_COLUMNS].astype("object")
    due = dict(zip(out["deliverable_id"], ends(out["due_date"], "last"), strict=True))
    found = {key: _state(own, due[key]) for key, own in told.groupby("deliverable_id", sort=False)}
    nothing = {key: "past" if end and end < now else "ahead" for key, end in due.items()}
    keys = out["deliverable_id"]
    blank = dict.fromkeys(["as_of_date", "in_time", "evidence_ids", "reason_zh", "reason_en"])
    cells = [found.get(key, {"state": nothing[key]} | blank) for key in keys]
    more = pd.DataFrame(cells, index=out.index, columns=["state", *blank], dtype="object")
    out = pd.concat([out, more], axis="columns").reset_index(drop=True)
    return out.astype({"in_time": "boolean"})


def _known(tables: Tables, as_of: str) -> pd.DataFrame:
    """Judgements with the day by which their evidence was told, of those known by a date."""
    told = tables["fulfilments"].astype("object").copy()
    known: dict[str, object] = {}
    for table, (key, columns) in _EVIDENCE.items():
        frame = tables[table].astype("object")
        said = frame[columns[0]]
        for column in columns[1:]:
            said = said.fillna(frame[column])
        known |= dict(zip(frame[key], ends(said, "last"), strict=True))
    told["known_on"] = told["evidence_id"].map(known).astype("object")
    told["begins"] = ends(told["as_of_date"], "first")
    told["ends"] = ends(told["as_of_date"], "last")
    if not as_of:
        return told
    by = str(day(as_of, "as_of", last=True))
    later = told["begins"].map(lambda first: first is not None and first > by)
    return told[told["known_on"].map(lambda on: isinstance(on, str) and on <= by) & ~later]


def _last_report(tables: Tables) -> str:
    """The last day on which something was reported; of what is known to a year, its first."""
    found = []
    for table, (_, columns) in _EVIDENCE.items():
        rows = tables[table]
        if table == "documents":
            rows = rows[rows["coded"].eq(True).fillna(False)]
        for column in columns:
            found += [text for text in ends(rows[column], "first") if isinstance(text, str)]
    return max(found, default="")


def _state(own: pd.DataFrame, due: str | None) -> dict[str, object]:
    """What the evidence on one deliverable comes to."""
    rows = {state: own[own["state"] == state] for state in _TOLD}
    state = next(state for state in _TOLD if len(rows[state]))
    decisive = rows[state]
    if state == "kept" and len(rows["not_kept"]):
        # Kept in the end, where it is told so for later dates than that it was not.
        broken = [end if isinstance(end, str) else "~" for end in rows["not_kept"]["ends"]]
        later = decisive["begins"].map(lambda first: first is not None and first > max(broken))
        if not later.all():
            state, decisive = "contradictory", pd.concat([decisive, rows["not_kept"]])
    # The first date, undated ones last; the row that stands first among equals.
    order = decisive["ends"].map(lambda end: end if isinstance(end, str) else "~")
    first = decisive.loc[order.sort_values(kind="stable").index[0]]
    in_time = state == "kept" and due is not None and isinstance(first["ends"], str)
    return {
        "state": state,
        "as_of_date": first["as_of_date"] if isinstance(first["as_of_date"], str) else None,
        "in_time": True if in_time and first["ends"] <= due else None,
        "evidence_ids": "+".join(own["evidence_id"]),
        "reason_zh": first["reason_zh"],
        "reason_en": first["reason_en"],
    }


def counts(found: pd.DataFrame, by: list[str] | None = None) -> pd.DataFrame:
    """How many deliverables are in each state.

    Parameters
    ----------
    found : pandas.DataFrame
        As :func:`states` gives it.
    by : list of str
        Columns of it by which they are counted; the document without it.

    Returns
    -------
    pandas.DataFrame
        One row per group, in the order in which they come first: the columns ``by``, a column per
        state with the number of deliverables, and ``deliverables`` (all of them). Those that say
        again what the plan promises elsewhere are counted once, at the first place.

    Raises
    ------
    UsageError
        When there is no such column.
    """
    by = ["doc_id"] if by is None else by
    for column in by:
        if column not in found:
            raise UsageError(f"deliverables cannot be counted by {column!r}")
    own = found[found["restates"].isna()]
    rows = []
    for group, part in own.groupby(by, sort=False, dropna=False, observed=True):
        sizes = part["state"].value_counts()
        numbers = {state: int(sizes.get(state, 0)) for state in STATES}
        rows.append(dict(zip(by, group, strict=True)) | numbers | {"deliverables": len(part)})
    return pd.DataFrame(rows, columns=[*by, *STATES, "deliverables"])
