"""Before and after the reorganisation of 2018: agencies replaced by their successors.

Only what is coded counts: an agency without a successor stands for itself, whether it went on, was
split, or nobody knows for certain what became of it. The remark of the coder is passed on.
"""

import pandas as pd

from stdpolicy.coherence import require
from stdpolicy.network.ties import Tables, checked, each_plan, known_ties, plans, table


def _last_successors(agencies: pd.DataFrame) -> dict[str, str]:
    """What each agency has become in the end; itself where no successor is coded."""
    known = agencies[agencies["successor"].notna()]
    following = dict(zip(known["key"], known["successor"], strict=True))
    out = {}
    for key in agencies["key"]:
        last = key
        while last in following:  # the tables were checked for circles
            last = following[last]
        out[key] = last
    return out


def successors(tables: Tables) -> pd.DataFrame:
    """What became of the agencies that a plan names.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per plan and agency, by key: ``doc_id``, ``agency``, ``becomes`` (the last of its
        successors, itself where none is coded), ``fate``, ``remarked`` (whether the coder left a
        remark) and ``successor_note``. The fate is ``merged`` where the plan names several
        agencies that end in the same one, ``carried_on`` where only this one does, and ``apart``
        where no successor is coded: it went on, was split or its successor is not certain, which
        the remark may say; it is never guessed.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    each_plan(tables)
    agencies = tables["agencies"]
    last = _last_successors(agencies)
    notes = agencies.set_index("key")["successor_note"].astype("object")
    rows = []
    for plan, own in each_plan(tables):
        named = sorted(own["responsibilities"]["agency"].unique())
        ends = [last[key] for key in named]
        for key in named:
            alone = ends.count(last[key]) == 1
            fate = "merged" if not alone else "apart" if last[key] == key else "carried_on"
            note = notes[key]
            rows.append((plan, key, last[key], fate, pd.notna(note), note))
    types = dict.fromkeys(["doc_id", "agency", "becomes", "fate"], "object")
    return table(rows, types | {"remarked": "bool", "successor_note": "object"})


def under_successors(tables: Tables) -> Tables:
    """The tables as if the successors had been given the tasks.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    dict of pandas.DataFrame
        The same tables; in ``responsibilities`` each agency is the last of its successors. Where
        several of one task become one agency, the row with the strongest role stays, the first of
        these: a body does not support itself.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    checked(tables)
    duties = tables["responsibilities"]
    last = _last_successors(tables["agencies"])
    moved = duties.assign(agency=duties["agency"].map(last).astype(duties["agency"].dtype))
    joined = (
        duties["agency"]
        .ne(moved["agency"])
        .groupby([moved["task_id"], moved["agency"]])
        .transform("any")
    )
    tied = known_ties(tables | {"responsibilities": moved})
    strongest = moved.merge(tied, on=["doc_id", "task_id", "agency"], suffixes=("", "_strongest"))
    weaker = strongest["role"].astype("object") != strongest["role_strongest"]
    again = moved.duplicated(["task_id", "agency", "role"])
    gone = joined.to_numpy() & (weaker.to_numpy() | again.to_numpy())
    return tables | {"responsibilities": moved[~gone].reset_index(drop=True)}


def merges(tables: Tables) -> pd.DataFrame:
    """Agencies that unite several which a plan names, and what that does to their load.

    Returns
    -------
    pandas.DataFrame
        One row per plan and uniting agency, most tasks first, then by key: ``doc_id``, ``agency``,
        ``predecessors`` (keys of those that the plan names, joined by ``+``), ``busiest_before``
        (most tasks of one of them), ``tasks`` (of all together), ``together`` (tasks that named
        several of them, which one body now has alone to settle) and ``lead`` (tasks that it
        leads).

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    checked(tables)
    last = _last_successors(tables["agencies"])
    tied = known_ties(tables)
    tied["after"] = tied["agency"].map(last)
    rows = []
    for (plan, after), own in tied.groupby(["doc_id", "after"]):
        before = sorted(own["agency"].unique())
        if len(before) > 1:
            named = own.groupby("task_id")["agency"].nunique()
            busiest = own["agency"].value_counts().max()
            led = own.loc[own["role"] == "lead", "task_id"].nunique()
            together = int((named > 1).sum())
            rows.append((plan, after, "+".join(before), busiest, len(named), together, led))
    types = dict.fromkeys(["doc_id", "agency", "predecessors"], "object")
    types |= dict.fromkeys(["busiest_before", "tasks", "together", "lead"], "int64")
    order = ["doc_id", "tasks", "agency"]
    return table(rows, types).sort_values(order, ascending=[True, False, True], ignore_index=True)


def continuity(tables: Tables) -> pd.DataFrame:
    """Load of each body from one plan of a jurisdiction to the next, under its last successor.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks``, ``responsibilities`` and ``documents``.

    Returns
    -------
    pandas.DataFrame
        For jurisdictions with several plans that name agencies, one row per body and plan, plans
        in the order of their periods: ``jurisdiction``, ``doc_id``, ``agency``, ``tasks`` and
        ``lead`` (numbers; zero where the plan does not name it), ``share`` (of the tasks of the
        plan that name an agency) and ``lead_share`` (of those that name a lead; empty where none
        does). Shares are what can be compared: the plans have different tasks.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    require(tables, {"documents": ["doc_id", "jurisdiction", "period_start", "issued_on"]})
    after = under_successors(tables)
    tied = known_ties(after)
    documents = tables["documents"][tables["documents"]["doc_id"].isin(plans(tables))]
    documents = documents.sort_values(["jurisdiction", "period_start", "issued_on", "doc_id"])
    rows = []
    for place, group in documents.groupby("jurisdiction", sort=True):
        own = tied[tied["doc_id"].isin(group["doc_id"])]
        if len(group) < 2:
            continue
        for plan in group["doc_id"]:
            here = own[own["doc_id"] == plan]
            led = here[here["role"] == "lead"]
            tasks, leads = here["task_id"].nunique(), led["task_id"].nunique()
            for agency in sorted(own["agency"].unique()):
                count = int((here["agency"] == agency).sum())
                lead = int((led["agency"] == agency).sum())
                shares = (count / tasks, lead / leads if leads else None)
                rows.append((place, plan, agency, count, lead, *shares))
    types = dict.fromkeys(["jurisdiction", "doc_id", "agency"], "object")
    types |= dict.fromkeys(["tasks", "lead"], "int64")
    return table(rows, types | dict.fromkeys(["share", "lead_share"], "float64"))
