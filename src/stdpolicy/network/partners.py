"""Who works with whom: pairs of agencies that tasks name together."""

import itertools

import pandas as pd

from stdpolicy.network.ties import Tables, each_plan, known_ties, table

#: Column for the roles of the two agencies of a pair in a task, in the order of the roles.
KINDS = {
    ("lead", "lead"): "both_lead",
    ("lead", "shared"): "lead_shared",
    ("lead", "support"): "lead_support",
    ("shared", "shared"): "both_share",
    ("shared", "support"): "shared_support",
    ("support", "support"): "both_support",
}


def partners(tables: Tables) -> pd.DataFrame:
    """Pairs of agencies that have a part in the same tasks.

    The network of agencies and tasks seen from the agencies (Breiger 1974), with the parts that
    the two have told apart. ``weight`` gives a pair 1/(n − 1) for every task with n agencies
    (Newman 2001), so that long lists do not outweigh close work; the weights of an agency add up
    to the number of its tasks that name others too.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per plan and pair, most tasks first, then by key: ``doc_id``, ``agency``,
        ``partner`` (behind it in the alphabet), ``tasks`` (in common), ``weight``, and the same
        tasks by the parts of the two: ``both_lead``, ``lead_shared``, ``lead_support``,
        ``both_share``, ``shared_support``, ``both_support``.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    types = dict.fromkeys(["doc_id", "agency", "partner"], "object") | {"tasks": "int64"}
    types |= {"weight": "float64"} | dict.fromkeys(KINDS.values(), "int64")
    rows = [(plan, *row) for plan, own in each_plan(tables) for row in pair_rows(own)]
    out = table(rows, types)
    order = ["doc_id", "tasks", "agency", "partner"]
    return out.sort_values(order, ascending=[True, False, True, True], ignore_index=True)


#: Columns of a pair behind its agencies.
VALUES = ["tasks", "weight", *KINDS.values()]


def pair_rows(own: Tables) -> list[tuple[object, ...]]:
    """Pairs of one plan, by key, with the columns of :func:`partners` behind its key."""
    common: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for _, task in known_ties(own).groupby("task_id"):
        named = list(zip(task["agency"], task["role"], strict=True))
        for (one, a), (other, b) in itertools.combinations(named, 2):
            kind = KINDS.get((a, b)) or KINDS[(b, a)]
            common.setdefault((one, other), []).append((kind, len(named)))
    rows: list[tuple[object, ...]] = []
    for (one, other), found in sorted(common.items()):
        kinds = [kind for kind, _ in found]
        weight = sum(1 / (size - 1) for size in sorted(size for _, size in found))
        rows.append((one, other, len(found), weight, *map(kinds.count, KINDS.values())))
    return rows


def lead_support(tables: Tables) -> pd.DataFrame:
    """Who leads tasks that whom supports: the directed network from lead to support.

    Returns
    -------
    pandas.DataFrame
        One row per plan and pair, most tasks first, then by key: ``doc_id``, ``leader``,
        ``supporter`` and ``tasks``. Where several lead a task, each is paired with its supporters.
        None for plans that list agencies without roles.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    rows = []
    for plan, own in each_plan(tables):
        tied = known_ties(own)
        lead, support = (tied[tied["role"] == role] for role in ("lead", "support"))
        pairs = lead.merge(support, on="task_id", suffixes=("", "_support"))
        counts = pairs.groupby(["agency", "agency_support"])["task_id"].nunique()
        rows += [(plan, *pair, tasks) for pair, tasks in counts.items()]
    types = dict.fromkeys(["doc_id", "leader", "supporter"], "object") | {"tasks": "int64"}
    order = ["doc_id", "tasks", "leader", "supporter"]
    return table(rows, types).sort_values(
        order, ascending=[True, False, True, True], ignore_index=True
    )
