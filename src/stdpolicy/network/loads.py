"""Load of agencies: what they lead, share and support, how concentrated it is, who leads nothing.

Loads count the tasks of each role as coded; an agency that a task names in two roles counts in
both, so that loads add up to the rows of ``responsibilities``.
"""

import pandas as pd

from stdpolicy.network.ties import Tables, each_plan, known_ties, share_stated, table
from stdpolicy.responsibility import ROLES, load_by_agency

#: What a load is told of, and the column of counts that tells it.
LOADS = {"leads": "lead", "shares": "shared", "supports": "support", "any_part": "tasks"}


def loads(tables: Tables) -> pd.DataFrame:
    """How many tasks each agency leads, shares and supports in each plan.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per plan and agency, heaviest load first: ``doc_id``, ``agency``, ``kind``,
        ``lead``, ``shared``, ``support``, ``tasks`` (in any role; numbers of tasks) and ``share``
        (of the tasks of the plan that name an agency).

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    rows = []
    for plan, own in each_plan(tables):
        named = own["responsibilities"]["task_id"].nunique()
        for row in load_by_agency(own).itertuples():
            counts = (row.lead, row.shared, row.support, row.tasks)
            rows.append((plan, row.agency, row.kind, *counts, row.tasks / named))
    types = {"doc_id": "object", "agency": "object", "kind": "object"}
    types |= dict.fromkeys([*ROLES, "tasks"], "int64") | {"share": "float64"}
    return table(rows, types)


def concentration(tables: Tables) -> pd.DataFrame:
    """How far the load of each plan lies on few agencies.

    With s the share of an agency in all duties of a kind, the index is the sum of s² (Herfindahl
    1950, Hirschman 1964), from 1/n for n agencies of equal load to 1 for a single one; its inverse
    is the effective number of agencies (Laakso and Taagepera 1979): as many of equal load would be
    as concentrated. Both pass over agencies without a load, so that it does not matter who else is
    counted.

    Returns
    -------
    pandas.DataFrame
        One row per plan and ``load`` (``leads``, ``shares``, ``supports``, and ``any_part``, in
        which an agency counts once a task): ``agencies`` and ``duties`` (numbers), ``busiest``
        (agency with most duties, the first by key of several) with its ``busiest_share`` of the
        duties, ``three_share`` (of the three busiest), ``herfindahl`` and ``effective``. Loads
        that no agency of the plan has are left out, and for a plan that does not state roles in
        every task all but the last: its few leads are no sample of the others.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    rows = []
    for plan, own in each_plan(tables):
        load = load_by_agency(own).set_index("agency")
        named = LOADS if share_stated(own) == 1 else {"any_part": "tasks"}
        for name, column in named.items():
            counts = load[column]
            counts = counts[counts > 0].sort_index().sort_values(ascending=False, kind="stable")
            if len(counts):
                shares = counts / counts.sum()
                index = herfindahl(counts)
                first = (counts.index[0], shares.iloc[0], shares.iloc[:3].sum())
                rows.append((plan, name, len(counts), counts.sum(), *first, index, 1 / index))
    types = dict.fromkeys(["doc_id", "load"], "object")
    types |= dict.fromkeys(["agencies", "duties"], "int64") | {"busiest": "object"}
    types |= dict.fromkeys(["busiest_share", "three_share", "herfindahl", "effective"], "float64")
    return table(rows, types)


def herfindahl(counts: pd.Series) -> float:
    """Sum of the squared shares of counts."""
    total = int(counts.sum())
    return int((counts.astype("int64") ** 2).sum()) / total**2


def tasks_without_lead(tables: Tables) -> pd.DataFrame:
    """Tasks for which no agency is named as the one that leads.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per task, of every document that has tasks, in text order: ``doc_id``, ``section``,
        ``task_id``, ``task_zh``, ``task_en``, ``assigned`` (how the text gives it: a task may be
        shared, listed without roles, or name no agency) and ``agencies`` (number of those named).

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    each_plan(tables)
    tied = known_ties(tables)
    led = tied.loc[tied["role"] == "lead", "task_id"]
    tasks = tables["tasks"][~tables["tasks"]["task_id"].isin(led)]
    tasks = tasks.sort_values(["doc_id", "start", "task_id"], kind="stable", ignore_index=True)
    named = tied.groupby("task_id")["agency"].nunique()
    out = tasks[["doc_id", "section", "task_id", "name_zh", "name_en", "assigned"]]
    out = out.rename(columns={"name_zh": "task_zh", "name_en": "task_en"})
    return out.assign(agencies=out["task_id"].map(named).fillna(0).astype("int64"))
