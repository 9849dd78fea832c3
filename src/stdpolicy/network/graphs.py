"""The network of agencies and tasks as graphs: centrality, and points that hold it together.

Graphs are those of networkx, so that whatever it offers can be asked of them. What is computed
here follows the order of the keys, never that of rows or of hashes.
"""

from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.network.partners import VALUES, pair_rows
from stdpolicy.network.ties import Tables, checked, each_plan, known_ties, of_plan, table

try:
    import networkx as nx
except ImportError as error:
    raise UsageError(
        f"networks need one more package ({error}); "
        "install it with: pip install 'stdpolicy[network]'"
    ) from error

Graph = Any

#: Digits to which centralities are told: the last ones depend on the machine.
_DIGITS = 9


def task_graph(tables: Tables, plan: str) -> Graph:
    """The two-mode graph of agencies and tasks of a plan.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.
    plan : str
        Key of the document.

    Returns
    -------
    networkx.Graph
        A node per agency (``bipartite`` 0) and per task that names one (``bipartite`` 1), with the
        labels ``zh`` and ``en``; an edge per tie, with its ``role`` as :func:`ties` tells it.

    Raises
    ------
    UsageError
        When the document names no agency in a task, or a table is missing.
    DataError
        When the tables have faults.
    """
    return graph_of_tasks(of_plan(checked(tables), plan))


def graph_of_tasks(own: Tables) -> Graph:
    """As :func:`task_graph`, of the tables of one plan, which were checked."""
    tied = known_ties(own)
    agencies, tasks = own["agencies"].set_index("key"), own["tasks"].set_index("task_id")
    graph = nx.Graph()
    for key in sorted(tied["agency"].unique()):
        graph.add_node(key, bipartite=0, zh=agencies.at[key, "zh"], en=agencies.at[key, "en"])
    for key in sorted(tied["task_id"].unique()):
        graph.add_node(key, bipartite=1, zh=tasks.at[key, "name_zh"], en=tasks.at[key, "name_en"])
    for tie in tied.itertuples():
        graph.add_edge(tie.agency, tie.task_id, role=tie.role)
    return graph


def agency_graph(tables: Tables, plan: str) -> Graph:
    """The graph of agencies of a plan, tied where they have tasks in common.

    Returns
    -------
    networkx.Graph
        A node per agency with its ``zh`` and ``en``, those without partners too; an edge per pair
        with ``tasks``, ``weight`` and the counts by parts of :func:`partners`.

    Raises
    ------
    UsageError
        When the document names no agency in a task, or a table is missing.
    DataError
        When the tables have faults.
    """
    return graph_of_agencies(of_plan(checked(tables), plan))


def graph_of_agencies(own: Tables) -> Graph:
    """As :func:`agency_graph`, of the tables of one plan, which were checked."""
    whole = graph_of_tasks(own)
    graph = nx.Graph()
    graph.add_nodes_from((key, {n: at[n] for n in ("zh", "en")}) for key, at in _agencies(whole))
    for agency, partner, *values in pair_rows(own):
        graph.add_edge(agency, partner, **dict(zip(VALUES, values, strict=True)))
    return graph


def _agencies(graph: Graph) -> list[tuple[str, dict[str, Any]]]:
    return [(key, at) for key, at in graph.nodes(data=True) if at["bipartite"] == 0]


def parts(graph: Graph) -> list[list[str]]:
    """Connected parts of a graph, the largest first, then by their first node."""
    found = [sorted(part) for part in nx.connected_components(graph)]
    return sorted(found, key=lambda part: (-len(part), part[0]))


def articulation_points(graph: Graph) -> set[str]:
    """Nodes without which a graph falls into more parts."""
    return set(nx.articulation_points(graph))


# --- centrality -----------------------------------------------------------------------------------


def centralities(tables: Tables) -> pd.DataFrame:
    """How central each agency is in its plan, by several definitions.

    In the two-mode graph, where the largest value possible is 1 (Borgatti and Everett 1997):

    - ``degree``: share of the tasks (that name an agency) in which it has a part.
    - ``betweenness``: of the shortest paths between all other agencies and tasks, the share that
      runs through it (Freeman 1977), by the largest possible for its side.
    - ``closeness``: the smallest possible sum of distances to all others by its own (Freeman 1979);
      in a network of several parts, within its own part, times the share of the other nodes that
      it can reach.

    In the network of agencies, where two are tied by tasks in common (Breiger 1974):

    - ``partners``: number of its partners, the breadth of its work.
    - ``depth``: tasks in common with a partner, on average (strength by degree: Barrat and others
      2004).
    - ``between_partners``: betweenness there (Freeman 1977), of all pairs of others.
    - ``eigenvector``: central is who is tied to central ones (Bonacich 1972), pairs weighed as
      Newman (2001) does, the largest value of each connected part being 1; without meaning across
      parts, so ``part`` says in which one the agency is (1 is the largest), and empty where it has
      no partner.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``agencies``, ``tasks`` and ``responsibilities``.

    Returns
    -------
    pandas.DataFrame
        One row per plan and agency, most tasks first, then by key: ``doc_id``, ``agency``,
        ``tasks`` (number) and the columns above.

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    types = dict.fromkeys(["doc_id", "agency"], "object") | {"tasks": "int64"}
    types |= dict.fromkeys(["degree", "betweenness", "closeness"], "float64")
    types |= {"partners": "int64"}
    types |= dict.fromkeys(["depth", "between_partners", "eigenvector"], "float64")
    types |= {"part": "int64"}
    rows = [row for plan, own in each_plan(tables) for row in _central(plan, own)]
    order = ["doc_id", "tasks", "agency"]
    out = table(rows, types).round(_DIGITS)
    return out.sort_values(order, ascending=[True, False, True], ignore_index=True)


def _central(plan: str, own: Tables) -> list[tuple[object, ...]]:
    whole, between = graph_of_tasks(own), graph_of_agencies(own)
    keys = [key for key, _ in _agencies(whole)]
    two_mode = [
        nx.bipartite.degree_centrality(whole, keys),
        _betweenness(whole, keys),
        {key: _closeness(whole, key) for key in keys},
    ]
    paths = nx.betweenness_centrality(between)
    found = parts(between)
    part = {key: number for number, keys in enumerate(found, 1) for key in keys}
    eigen = _eigenvector(between, found)
    strength = dict(between.degree(weight="tasks"))
    rows: list[tuple[object, ...]] = []
    for key in keys:
        degree = between.degree(key)
        depth = strength[key] / degree if degree else np.nan
        seen = [measure[key] for measure in two_mode]
        own_values = (degree, depth, paths[key], eigen[key], part[key])
        rows.append((plan, key, whole.degree(key), *seen, *own_values))
    return rows


def _betweenness(graph: Graph, keys: list[str]) -> dict[str, float]:
    # That of networkx divides by zero where there is a single task or a single agency.
    tasks = len(graph) - len(keys)
    full, left = divmod(len(keys) - 1, tasks)
    most = tasks**2 * (full + 1) ** 2 + tasks * (full + 1) * (2 * left - full - 1)
    most -= left * (2 * full - left + 3)
    through = nx.betweenness_centrality(graph, normalized=False)
    return {key: 2 * through[key] / most if most else 0.0 for key in keys}


def _closeness(graph: Graph, key: str) -> float:
    # That of networkx takes the smallest sum of the whole graph for every part of it.
    far = nx.single_source_shortest_path_length(graph, key)
    agencies = sum(graph.nodes[node]["bipartite"] == 0 for node in far)
    least = len(far) - agencies + 2 * (agencies - 1)
    return least / sum(far.values()) * (len(far) - 1) / (len(graph) - 1)


def _eigenvector(graph: Graph, found: list[list[str]]) -> dict[str, float]:
    out: dict[str, float] = {}
    for keys in found:
        values = np.full(len(keys), np.nan)
        if len(keys) > 1:
            # Of a connected part the last vector is the only one without a change of sign.
            square = nx.to_numpy_array(graph, keys, weight="weight")
            values = np.abs(np.linalg.eigh(square)[1][:, -1])
        out |= dict(zip(keys, values / values.max(), strict=True))
    return out


# --- what a plan hangs on -------------------------------------------------------------------------


def single_points(tables: Tables) -> pd.DataFrame:
    """Agencies on which a plan hangs.

    An articulation point of a graph is a node without which the graph falls into more parts than
    before (Harary 1969; found as by Hopcroft and Tarjan 1973). In the two-mode graph that is an
    agency without which tasks or agencies lose the others, such as a task that names it alone; in
    the network of agencies, one through which alone others are partners.

    Returns
    -------
    pandas.DataFrame
        One row per plan and agency of which any of this holds, most tasks first, then by key:
        ``doc_id``, ``agency``, ``tasks`` (number), ``leads_alone`` (tasks of which it is the only
        lead), ``named_alone`` (tasks that name no other agency), ``parts_tasks`` and
        ``parts_agencies`` (whether it is an articulation point of the one and of the other graph)
        and ``cut_off`` (agencies that would no longer be connected with most of the others).

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    rows = [(plan, *row) for plan, own in each_plan(tables) for row in _point_rows(own)]
    types = dict.fromkeys(["doc_id", "agency"], "object")
    types |= dict.fromkeys(["tasks", "leads_alone", "named_alone"], "int64")
    types |= {"parts_tasks": "bool", "parts_agencies": "bool", "cut_off": "int64"}
    order = ["doc_id", "tasks", "agency"]
    return table(rows, types).sort_values(order, ascending=[True, False, True], ignore_index=True)


def _point_rows(own: Tables) -> list[tuple[object, ...]]:
    """Single points of one plan with the columns of :func:`single_points` behind its key."""
    whole, between = graph_of_tasks(own), graph_of_agencies(own)
    cuts = articulation_points(whole), articulation_points(between)
    leads, alone = _alone(own)
    rows: list[tuple[object, ...]] = []
    for key, _ in _agencies(whole):
        counts = (whole.degree(key), leads.count(key), alone.count(key))
        held = key in cuts[0], key in cuts[1]
        if any(counts[1:]) or any(held):
            rows.append((key, *counts, *held, _cut_off(between, key) if held[1] else 0))
    return rows


def _alone(own: Tables) -> tuple[list[str], list[str]]:
    """The lead of each task that has one, and the agency of each task that names one."""
    tied = known_ties(own)
    lists = []
    for frame in (tied[tied["role"] == "lead"], tied):
        first = frame.groupby("task_id")["agency"].agg(["first", "size"])
        lists.append(list(first.loc[first["size"] == 1, "first"]))
    return lists[0], lists[1]


def _cut_off(graph: Graph, key: str) -> int:
    """Agencies of the part of an agency that lose the largest rest of it when it goes."""
    part = nx.node_connected_component(graph, key) - {key}
    rest = graph.subgraph(part)
    return len(part) - max(len(piece) for piece in nx.connected_components(rest))


def bridging_tasks(tables: Tables) -> pd.DataFrame:
    """Tasks that alone connect agencies with the others: articulation points among the tasks.

    Returns
    -------
    pandas.DataFrame
        One row per plan and task, most agencies cut off first, then by key: ``doc_id``,
        ``task_id``, ``task_zh``, ``task_en``, ``agencies`` (named in it) and ``cut_off`` (those
        that without it would no longer be connected with most of the others).

    Raises
    ------
    UsageError
        When a table is missing.
    DataError
        When the tables have faults.
    """
    rows = []
    for plan, own in each_plan(tables):
        whole = graph_of_tasks(own)
        agencies = {key for key, _ in _agencies(whole)}
        for key in sorted(articulation_points(whole) - agencies):
            part = nx.node_connected_component(whole, key) - {key}
            pieces = nx.connected_components(whole.subgraph(part))
            sizes = sorted(len(piece & agencies) for piece in pieces)
            at = whole.nodes[key]
            rows.append((plan, key, at["zh"], at["en"], whole.degree(key), sum(sizes[:-1])))
    types = dict.fromkeys(["doc_id", "task_id", "task_zh", "task_en"], "object")
    types |= dict.fromkeys(["agencies", "cut_off"], "int64")
    order = ["doc_id", "cut_off", "task_id"]
    return table(rows, types).sort_values(order, ascending=[True, False, True], ignore_index=True)
