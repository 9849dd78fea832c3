"""How much falls due when, by kind, and how much of it is told."""

import pandas as pd

from stdpolicy.roadmap.axis import milestones
from stdpolicy.roadmap.checking import Tables
from stdpolicy.roadmap.states import STATES, states

#: Groups of deliverables, with the kinds that they hold; any other kind is of the last one.
GROUPS = {
    "rules": ["law", "rule", "plan", "agreement"],
    "standards": ["standard", "standards_system"],
    "facilities": ["base", "platform", "library", "organisation"],
    "pilots": ["pilot", "task"],
    "others": [],
}
#: The same with what else has a deadline.
KINDS = [*GROUPS, "target", "mechanism"]


def timetable(tables: Tables, as_of: str = "", confidence: str = "low") -> pd.DataFrame:
    """Promises by plan, deadline and kind, with the states of deliverables.

    What a plan says again for the same deadline is counted once.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As :func:`stdpolicy.roadmap.milestones` and :func:`stdpolicy.roadmap.states` take them.
    as_of, confidence : str
        As :func:`stdpolicy.roadmap.states` takes them.

    Returns
    -------
    pandas.DataFrame
        One row per document, deadline and group that have a promise: ``doc_id``, ``due`` (last day
        of the deadline, ISO), ``group`` (one of :data:`KINDS`), ``promises`` (count), and a column
        per state with the number of deliverables in it, missing for targets and mechanisms.

    Raises
    ------
    UsageError
        As these functions do.
    DataError
        When the tables have faults.
    """
    found = states(tables, as_of, confidence)
    due = milestones(tables)
    due = due[~due["again"]].copy()
    kinds = {kind: group for group, of_it in GROUPS.items() for kind in of_it}
    due["group"] = due["kind"].map(kinds).fillna("others")
    for promise in ("target", "mechanism"):
        due["group"] = due["group"].mask(due["promise"] == promise, promise)
    due["state"] = due["row_id"].map(
        dict(zip(found["deliverable_id"], found["state"], strict=True))
    )
    by = ["doc_id", "due", "group"]
    out = due.groupby(by, as_index=False, sort=False).size().rename(columns={"size": "promises"})
    for state in STATES:
        sizes = due[due["state"] == state].groupby(by).size()
        told = out.set_index(by).index.map(sizes.to_dict())
        numbers = pd.Series(told, index=out.index, dtype="Int64").fillna(0)
        out[state] = numbers.mask(out["group"].isin(["target", "mechanism"]))
    order = {group: place for place, group in enumerate(KINDS)}
    out["place"] = out["group"].map(order)
    out = out.sort_values(["doc_id", "due", "place"], kind="stable", ignore_index=True)
    return out.drop(columns="place")
