"""Phases of plans and deadlines of promises on one axis of time."""

import datetime

import pandas as pd

from stdpolicy.roadmap.checking import Tables, checked, ends

#: Tables with deadlines: what a row promises, its key, and the column of its deadline.
PROMISES = {
    "deliverables": ("deliverable", "deliverable_id", "due_date"),
    "targets": ("target", "target_id", "due_date"),
    "mechanisms": ("mechanism", "mechanism_id", "deadline"),
}
_PHASES = ["doc_id", "phase", "number", "name_zh", "name_en", "begins", "ends", "known_from"]
_MILESTONES = [
    *("promise", "row_id", "doc_id", "jurisdiction", "section", "phase", "kind", "indicator"),
    *("name_zh", "name_en", "domain", "due_date", "due", "again"),
]


def phases(tables: Tables) -> pd.DataFrame:
    """Plans and their phases with the days on which they begin and end.

    A plan runs for the period that the documents table gives. A phase is a section that
    deliverables name as theirs: it ends with the last of their deadlines, and begins on the day
    after the phase before it, or with the plan.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``documents``, ``sections`` and ``deliverables``.

    Returns
    -------
    pandas.DataFrame
        A row per coded document with a period or phases, oldest first, each followed by its phases
        in their order: ``doc_id``, ``phase`` (section; missing for the plan as a whole),
        ``number`` (of the phase, from 1), ``name_zh``, ``name_en``, ``begins`` and ``ends`` (ISO
        days, missing where nothing tells them) and ``known_from`` (``period`` or ``deadlines``).

    Raises
    ------
    UsageError
        When one of the tables is missing.
    DataError
        When they have faults.
    """
    checked(tables, "documents", "sections", "deliverables")
    documents = tables["documents"].astype("object")
    documents = documents[documents["coded"].eq(True)].assign(
        begins=lambda d: ends(d["period_start"], "first"),
        ends=lambda d: ends(d["period_end"], "last"),
    )
    documents = documents.sort_values(["begins", "ends", "doc_id"], kind="stable")
    found = _phase_ends(tables)
    sections = tables["sections"].astype("object")
    titles = {(s.doc_id, s.section): (s.title_zh, s.title_en) for s in sections.itertuples()}
    rows = []
    for plan in documents.itertuples():
        own = found[found["doc_id"] == plan.doc_id]
        if own.empty and plan.begins is None and plan.ends is None:
            continue
        names = (plan.short_zh, plan.short_en)
        whole = [name if isinstance(name, str) else plan.doc_id for name in names]
        rows.append((plan.doc_id, None, None, *whole, plan.begins, plan.ends, "period"))
        begins, before = plan.begins, None
        for number, part in enumerate(own.itertuples(), start=1):
            if before is not None and part.ends != before:
                begins = _day_after(before)
            said = titles.get((plan.doc_id, part.phase), (part.phase, part.phase))
            rows.append((plan.doc_id, part.phase, number, *said, begins, part.ends, "deadlines"))
            before = part.ends if part.ends is not None else before
    out = pd.DataFrame(rows, columns=_PHASES, dtype="object")
    return out.where(out.notna(), None).astype({"number": "Int64"})


def _phase_ends(tables: Tables) -> pd.DataFrame:
    """Phases of all plans in their order, with the last deadline of their deliverables."""
    named = tables["deliverables"].dropna(subset=["phase"])
    named = named[["doc_id", "phase"]].astype("object").assign(ends=ends(named["due_date"], "last"))
    # Those without a deadline come last among their like.
    out = named.groupby(["doc_id", "phase"], as_index=False)["ends"].max()
    out["ends"] = out["ends"].astype("object").where(out["ends"].notna(), None)
    places = tables["sections"][["doc_id", "section", "start"]].astype("object")
    out = out.merge(places.rename(columns={"section": "phase"}), how="left")
    return out.sort_values(["doc_id", "ends", "start", "phase"], kind="stable")


def _day_after(day: str) -> str:
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1))


def milestones(tables: Tables) -> pd.DataFrame:
    """Everything with a deadline: deliverables, targets and mechanisms, in the order of time.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``deliverables``, ``targets``, ``mechanisms`` and ``indicators``.

    Returns
    -------
    pandas.DataFrame
        One row per promise with a deadline: ``promise`` (``deliverable``, ``target`` or
        ``mechanism``), ``row_id``, ``doc_id``, ``jurisdiction``, ``section``, ``phase`` (section
        that describes the phase, of deliverables), ``kind`` (of a deliverable), ``indicator`` (of a
        target), ``name_zh``, ``name_en`` (of a target, what is counted),
        ``domain``, ``due_date`` (as coded), ``due`` (its last day, ISO) and ``again``: whether it
        says again what the plan promises elsewhere for the same deadline.

    Raises
    ------
    UsageError
        When one of the tables is missing.
    DataError
        When they have faults.
    """
    checked(tables, *PROMISES, "indicators")
    counted = tables["indicators"].astype("object").set_index("key")
    parts = []
    for table, (promise, key, deadline) in PROMISES.items():
        frame = tables[table].astype("object")
        part = frame.rename(columns={key: "row_id", deadline: "due_date"}).assign(promise=promise)
        part["again"] = _said_again(frame, table)
        if table == "mechanisms":
            part = part.drop(columns="kind")  # another list of kinds
        if table == "targets":
            for language in ("zh", "en"):
                part[f"name_{language}"] = part["indicator"].map(counted[language])
        parts.append(part.reindex(columns=[c for c in _MILESTONES if c != "due"]))
    out = pd.concat(parts, ignore_index=True).dropna(subset=["due_date"])
    out["due"] = ends(out["due_date"], "last")
    out = out.sort_values(["due", "doc_id"], kind="stable", ignore_index=True)
    return out[_MILESTONES].astype({"again": "bool"})


def _said_again(frame: pd.DataFrame, table: str) -> pd.Series:
    """Whether a promise stands at another place of the plan too, with the same deadline."""
    if table == "deliverables":
        due = dict(zip(frame["deliverable_id"], ends(frame["due_date"], "last"), strict=True))
        first = frame["restates"].map(due, na_action="ignore")
        return first.notna() & first.eq(ends(frame["due_date"], "last"))
    if table == "targets":
        return frame["part_relation"].eq("overlapping")
    return pd.Series(False, index=frame.index)
