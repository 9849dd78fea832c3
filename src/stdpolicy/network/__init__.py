"""Responsibility as a network: who works with whom, who leads alone, what mergers change.

An agency that a plan names in a task is tied to that task. From these ties follow the load of each
agency, its partners, the points at which a plan hangs on one body, and what remains of all this
when agencies are replaced by their successors. Everything is told plan by plan, since bodies and
tasks of two plans are not one network.
"""

from stdpolicy.network.comparison import before_after, compare
from stdpolicy.network.graphs import (
    agency_graph,
    bridging_tasks,
    centralities,
    single_points,
    task_graph,
)
from stdpolicy.network.loads import concentration, loads, tasks_without_lead
from stdpolicy.network.partners import lead_support, partners
from stdpolicy.network.reorganisation import continuity, merges, successors, under_successors
from stdpolicy.network.ties import of_plan, plans, ties, without

__all__ = [
    "agency_graph",
    "before_after",
    "bridging_tasks",
    "centralities",
    "compare",
    "concentration",
    "continuity",
    "lead_support",
    "loads",
    "merges",
    "of_plan",
    "partners",
    "plans",
    "single_points",
    "successors",
    "task_graph",
    "tasks_without_lead",
    "ties",
    "under_successors",
    "without",
]
