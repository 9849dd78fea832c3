"""One plan beside another, and beside itself after the mergers, by what can be compared."""

import dataclasses

import pandas as pd

from stdpolicy.network.graphs import articulation_points, graph_of_agencies, parts
from stdpolicy.network.loads import herfindahl
from stdpolicy.network.reorganisation import under_successors
from stdpolicy.network.ties import Tables, each_plan, known_ties, share_stated, table


@dataclasses.dataclass(frozen=True)
class Measure:
    """What a number of a plan is called, and what it takes to compare it.

    ``roles``: it rests on who leads and who supports. ``size``: it changes with the mere number of
    bodies and tasks.
    """

    en: str
    zh: str
    roles: bool = False
    size: bool = False


#: Measures of a plan, in the order of the results.
MEASURES = {
    "tasks": Measure("tasks", "任务数"),
    "named": Measure("tasks that name an agency", "写明机构的任务数"),
    "stated": Measure("tasks with roles in words, %", "写明角色的任务，%"),
    "agencies": Measure("agencies", "机构数"),
    "duties": Measure("ties of agency and task", "机构与任务的联系数"),
    "per_task": Measure("agencies a task", "每项任务机构数"),
    "alone": Measure("tasks with a single agency, %", "仅一家机构的任务，%"),
    "busiest": Measure("tasks of the busiest agency, %", "任务最多的机构所占任务，%"),
    "effective": Measure("effective number of agencies", "有效机构数", size=True),
    "partners": Measure("partners of an agency", "每家机构的合作机构数", size=True),
    "density": Measure("pairs with a task in common, %", "有共同任务的机构对，%", size=True),
    "parts": Measure("parts not connected", "互不相连的部分数", size=True),
    "cut": Measure(
        "agencies without which others fall apart", "缺之则其他机构失联的机构数", size=True
    ),
    "led": Measure("tasks with a lead, %", "有牵头机构的任务，%", roles=True),
    "jointly": Measure(
        "led tasks with several leads, %", "牵头任务中多家共同牵头的，%", roles=True
    ),
    "leaders": Measure("agencies that lead", "牵头机构数", roles=True),
    "busiest_lead": Measure(
        "leads of the busiest, %", "牵头最多的机构所占牵头职责，%", roles=True
    ),
    "effective_lead": Measure("effective number of leads", "有效牵头机构数", roles=True, size=True),
    "supporters": Measure("supporting agencies a led task", "每项牵头任务的配合机构数", roles=True),
}  # fmt: skip

_REASONS = {
    "roles": (
        "told only of plans that put roles in words throughout",
        "仅适用于全部写明角色的规划",
    ),
    "size": (
        "depends on the number of agencies and tasks too",
        "也取决于机构与任务的数量",
    ),
}


def measures(own: Tables) -> dict[str, float]:
    """All measures of a plan by name, from its own tables, which were checked.

    What cannot be told is missing.
    """
    tied = known_ties(own)
    sizes = tied.groupby("task_id")["agency"].size()
    counts = tied.groupby("agency")["task_id"].size()
    graph = graph_of_agencies(own)
    pairs, bodies = graph.number_of_edges(), len(counts)
    out = {
        "tasks": len(own["tasks"]),
        "named": len(sizes),
        "stated": 100 * share_stated(own),
        "agencies": bodies,
        "duties": len(tied),
        "per_task": len(tied) / len(sizes),
        "alone": 100 * int((sizes == 1).sum()) / len(sizes),
        "busiest": 100 * int(counts.max()) / len(sizes),
        "effective": 1 / herfindahl(counts),
        "partners": 2 * pairs / bodies,
        "parts": len(parts(graph)),
        "cut": len(articulation_points(graph)),
    }
    if bodies > 1:
        out["density"] = 100 * 2 * pairs / (bodies * (bodies - 1))
    return out | _of_roles(tied, len(sizes))


def _of_roles(tied: pd.DataFrame, named: int) -> dict[str, float]:
    lead = tied[tied["role"] == "lead"]
    if lead.empty:
        return {"led": 0, "leaders": 0}
    tasks = lead.groupby("task_id")["agency"].size()
    counts = lead.groupby("agency")["task_id"].size()
    support = (tied["role"] == "support") & tied["task_id"].isin(tasks.index)
    return {
        "led": 100 * len(tasks) / named,
        "jointly": 100 * int((tasks > 1).sum()) / len(tasks),
        "leaders": len(counts),
        "busiest_lead": 100 * int(counts.max()) / len(lead),
        "effective_lead": 1 / herfindahl(counts),
        "supporters": int(support.sum()) / len(tasks),
    }


_TYPES = dict.fromkeys(["measure_en", "measure_zh"], "object")


def compare(tables: Tables) -> pd.DataFrame:
    """Plans beside each other, by measures that they have in common.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per measure and plan: ``measure``, ``measure_en``, ``measure_zh``, ``doc_id``,
        ``value`` (a number; shares in per cent), ``comparable`` and the reason against it,
        ``reason_en`` and ``reason_zh``. A plan that lists agencies without roles, in some task or
        all, has no value for what rests on roles: its few leads are no sample of the others.
        What depends on the size of the network is given, and marked as not comparable.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    found = {plan: measures(own) for plan, own in each_plan(tables)}
    rows = []
    for name, measure in MEASURES.items():
        for plan, values in found.items():
            silent = measure.roles and values["stated"] < 100
            value = None if silent else values.get(name)
            why = "roles" if silent else "size" if measure.size else ""
            reasons = _REASONS.get(why, (None, None))
            rows.append((name, measure.en, measure.zh, plan, value, not why, *reasons))
    types = {"measure": "object"} | _TYPES | {"doc_id": "object", "value": "float64"}
    types |= {"comparable": "bool", "reason_en": "object", "reason_zh": "object"}
    return table(rows, types)


def before_after(tables: Tables) -> pd.DataFrame:
    """Each plan as written, and as if its agencies had been the successors of 2018.

    Returns
    -------
    pandas.DataFrame
        One row per plan and measure, for plans that name an agency with a successor: ``doc_id``,
        ``measure``, ``measure_en``, ``measure_zh``, ``before``, ``after`` and ``change``. The
        tasks are the same, so that all measures can be compared; those of roles are empty for a
        plan that does not state them throughout.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    rows = []
    for plan, own in each_plan(tables):
        later = under_successors(own)
        if later["responsibilities"]["agency"].equals(own["responsibilities"]["agency"]):
            continue
        before, after = measures(own), measures(later)
        for name, measure in MEASURES.items():
            values = [old.get(name) for old in (before, after)]
            if measure.roles and before["stated"] < 100:
                values = [None, None]
            rows.append((plan, name, measure.en, measure.zh, *values))
    types = dict.fromkeys(["doc_id", "measure"], "object") | _TYPES
    out = table(rows, types | dict.fromkeys(["before", "after"], "float64"))
    return out.assign(change=out["after"] - out["before"])
