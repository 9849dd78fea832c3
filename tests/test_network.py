"""Responsibility as a network: small graphs with known answers, and what holds of any."""

import itertools
import math
import os
import subprocess
import sys

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stdpolicy as sp
from conftest import FULL
from drawn import words_of
from stdpolicy import DataError, UsageError, figures, network, promises, reports, schema
from stdpolicy.network.partners import KINDS
from stdpolicy.tables import typed

PLAN = "qx-2018-plan"
#: Functions that take all tables and give a table of results.
TABLES = [
    *(network.ties, network.loads, network.concentration, network.tasks_without_lead),
    *(network.partners, network.lead_support, network.centralities, network.single_points),
    *(network.bridging_tasks, network.successors, network.merges, network.continuity),
    *(network.compare, network.before_after),
]
TABLES_BY_NAME = pytest.mark.parametrize("function", TABLES, ids=lambda f: f.__name__)


def made(name, rows):
    """A table of the schema from some of its cells."""
    table = schema.tables()[name]
    raw = pd.DataFrame(rows, columns=list(table.fields), dtype="str").fillna("")
    return typed(table, raw)


def study(duties, successors=None, tasks=(), kinds=None, wording="stated", plan_of=None):
    """Tables from ``{task: {agency: role or roles}}``; numbers of tasks become their keys."""
    plan_of = plan_of or {}
    documents = {task: plan_of.get(task, PLAN) for task in [*duties, *tasks]}
    keys = {task: f"{documents[task]}.k{task:02d}" for task in documents}
    after = successors or {}
    agencies = (
        {key for named in duties.values() for key in named} | set(after) | set(after.values())
    )
    named = [
        (task, agency, role)
        for task, own in duties.items()
        for agency, roles in own.items()
        for role in ([roles] if isinstance(roles, str) else roles)
    ]
    place = {"section": "1", "start": "0", "end": "1"}
    return {
        "agencies": made(
            "agencies",
            [
                {"key": key, "zh": f"机构{key}", "en": f"Body {key}", "jurisdiction": "qingxi",
                 "kind": (kinds or {}).get(key, "government"), "successor": after.get(key, "")}
                for key in sorted(agencies)
            ],
        ),
        "tasks": made(
            "tasks",
            [
                {"task_id": keys[task], "doc_id": documents[task], "jurisdiction": "qingxi",
                 "name_zh": f"任务{task}", "name_en": f"Task {task}", "domain": "all",
                 "assigned": "shared" if task in duties else "none", **place}
                for task in documents
            ],
        ),
        "responsibilities": made(
            "responsibilities",
            [
                {"responsibility_id": f"{documents[task]}.r{number:03d}", "task_id": keys[task],
                 "doc_id": documents[task], "agency": agency, "role": role, "wording": wording,
                 **place}
                for number, (task, agency, role) in enumerate(named, 1)
            ],
        ),
        "documents": made(
            "documents",
            [
                {"doc_id": plan, "title_zh": plan, "title_en": plan, "short_en": plan,
                 "short_zh": plan, "jurisdiction": "qingxi", "kind": "plan", "coded": "true",
                 "period_start": plan.split("-")[1]}
                for plan in sorted(set(documents.values()))
            ],
        ),
        "jurisdictions": made(
            "jurisdictions",
            [{"key": "qingxi", "zh": "清溪省", "en": "Qingxi", "level": "province"}],
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


#: a leads two tasks, one alone; b shares; d is tied to the others by task 3 only; e is alone.
SMALL = {
    1: {"a": "lead", "b": "support", "c": "support"},
    2: {"a": "lead", "b": "lead"},
    3: {"c": "shared", "d": "shared"},
    4: {"e": "shared"},
}


@pytest.fixture
def small():
    return study(SMALL, tasks=[5])


# --- known answers --------------------------------------------------------------------------------


def test_loads_and_concentration(small):
    loads = network.loads(small).set_index("agency")
    assert list(loads.loc["a", ["lead", "shared", "support", "tasks", "share"]]) == [
        2,
        0,
        0,
        2,
        0.5,
    ]
    assert list(loads.loc["b", ["lead", "support", "tasks"]]) == [1, 1, 2]
    found = network.concentration(small).set_index("load")
    # Leads: 2 of 3 and 1 of 3.
    assert found.at["leads", "herfindahl"] == pytest.approx(5 / 9)
    assert found.at["leads", "effective"] == pytest.approx(9 / 5)
    assert found.at["leads", "busiest"] == "a"
    assert found.at["any_part", "duties"] == 8
    assert found.at["any_part", "three_share"] == pytest.approx(6 / 8)
    assert found.at["any_part", "busiest"] == "a"  # with b and c as busy, the first by key


def test_partners_tell_parts_apart(small):
    pairs = network.partners(small).set_index(["agency", "partner"])
    assert set(pairs.index) == {("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")}
    one = pairs.loc[("a", "b")]
    assert one["tasks"] == 2
    assert one["weight"] == pytest.approx(0.5 + 1)
    assert (one["lead_support"], one["both_lead"]) == (1, 1)
    assert pairs.at[("b", "c"), "both_support"] == 1
    assert pairs.at[("c", "d"), "both_share"] == 1
    directed = network.lead_support(small)
    assert directed[["leader", "supporter", "tasks"]].to_numpy().tolist() == [
        ["a", "b", 1],
        ["a", "c", 1],
    ]


def test_single_points_and_bridges(small):
    points = network.single_points(small).set_index("agency")
    assert points.at["a", "leads_alone"] == 1
    assert not points.at["a", "parts_agencies"]
    assert points.at["e", "named_alone"] == 1
    # Without c, d has nobody; in the two-mode graph, neither has task 3 any of the others.
    assert points.at["c", "parts_agencies"]
    assert points.at["c", "parts_tasks"]
    assert points.at["c", "cut_off"] == 1
    assert set(points.index) == {"a", "c", "e"}
    bridges = network.bridging_tasks(small).set_index("task_id")
    assert bridges["cut_off"].to_dict() == {f"{PLAN}.k01": 2, f"{PLAN}.k03": 1}


def test_tasks_without_lead(small):
    found = network.tasks_without_lead(small)
    assert list(found["task_id"]) == [f"{PLAN}.k03", f"{PLAN}.k04", f"{PLAN}.k05"]
    assert list(found["agencies"]) == [2, 1, 0]
    assert list(found["assigned"]) == ["shared", "shared", "none"]


def test_centralities_of_a_star():
    """One body in every task, each of the others in one of its own."""
    star = study({n: {"hub": "lead", f"b{n}": "support"} for n in range(1, 5)})
    found = network.centralities(star).set_index("agency")
    hub, leaf = found.loc["hub"], found.loc["b1"]
    assert (hub["degree"], hub["closeness"], hub["between_partners"]) == (1, 1, 1)
    assert (hub["partners"], hub["depth"], hub["eigenvector"]) == (4, 1, 1)
    assert (leaf["degree"], leaf["partners"], leaf["between_partners"]) == (0.25, 1, 0)
    assert leaf["betweenness"] == 0
    assert leaf["eigenvector"] == pytest.approx(1 / 2)  # of a star with n leaves: 1/√n
    # 4 tasks at 1, 3, 3, 3 and 4 others at 2, 4, 4, 4; the least is 4 + 2·4.
    assert leaf["closeness"] == pytest.approx(12 / 24)


def test_centralities_of_a_network_in_parts(small):
    found = network.centralities(small).set_index("agency")
    assert found.loc[["a", "b", "c", "d"], "part"].eq(1).all()
    assert found.at["e", "part"] == 2
    assert math.isnan(found.at["e", "depth"])
    assert math.isnan(found.at["e", "eigenvector"])
    assert found[["degree", "betweenness", "closeness"]].le(1).all(axis=None)
    # e reaches one of the other eight nodes, at the least distance.
    assert found.at["e", "closeness"] == pytest.approx(1 / 8)


def test_connected_values_are_those_of_networkx(packaged):
    plan = "sd-2018-pilot"
    graph = network.task_graph(packaged, plan)
    own = network.centralities(network.of_plan(packaged, plan)).set_index("agency")
    assert nx.is_connected(graph)
    expected = nx.bipartite.closeness_centrality(graph, list(own.index))
    for key, value in own["closeness"].items():
        assert value == pytest.approx(expected[key], abs=1e-8)
    between = network.agency_graph(packaged, plan)
    expected = nx.eigenvector_centrality(between, 10000, 1e-12, weight="weight")
    most = max(expected.values())
    for key, value in own["eigenvector"].items():
        assert value == pytest.approx(expected[key] / most, abs=1e-8)


def test_graphs_hold_labels_roles_and_bodies_without_partners(small):
    graph = network.task_graph(small, PLAN)
    assert graph.nodes["a"] == {"bipartite": 0, "zh": "机构a", "en": "Body a"}
    assert graph.edges["b", f"{PLAN}.k02"]["role"] == "lead"
    between = network.agency_graph(small, PLAN)
    assert set(between) == set("abcde")
    assert between.edges["a", "b"]["tasks"] == 2
    assert between.degree("e") == 0


def test_the_strongest_of_several_roles_is_the_tie():
    both = study({1: {"a": ["support", "lead"], "b": "support"}})
    assert network.ties(both).set_index("agency").at["a", "role"] == "lead"
    load = network.loads(both).set_index("agency").loc["a"]
    assert (load["lead"], load["support"], load["tasks"]) == (1, 1, 1)


@pytest.mark.parametrize(("agencies", "tasks"), [(1, 1), (3, 1), (1, 3), (2, 2), (4, 3)])
def test_betweenness_is_that_of_networkx_where_it_has_one(agencies, tasks):
    """Which divides by zero for a single task, and for a single agency."""
    keys = [f"a{n}" for n in range(agencies)]
    tables = study({task: dict.fromkeys(keys, "shared") for task in range(1, tasks + 1)})
    own = network.centralities(tables).set_index("agency")["betweenness"]
    assert own.between(0, 1).all()
    if agencies > 1 and tasks > 1:
        graph = network.task_graph(tables, PLAN)
        expected = nx.bipartite.betweenness_centrality(graph, keys)
        assert own.to_dict() == pytest.approx({key: expected[key] for key in keys}, abs=1e-8)
    elif tasks > 1:
        assert list(own) == [1]


# --- before and after the reorganisation ----------------------------------------------------------


def test_successors_join_and_the_strongest_part_stays():
    before = study(
        {
            1: {"old_a": "support", "old_b": "lead", "c": "support"},
            2: {"old_a": "shared", "old_b": "shared"},
            3: {"old_c": "shared", "d": ["lead", "support"]},
        },
        {"old_a": "between", "between": "new", "old_b": "new", "old_c": "other"},
    )
    fates = network.successors(before).set_index("agency")
    assert fates["fate"].to_dict() == {
        "old_a": "merged", "old_b": "merged", "old_c": "carried_on", "c": "apart", "d": "apart",
    }  # fmt: skip
    assert fates.at["old_a", "becomes"] == "new"  # through one that has a successor itself
    after = network.under_successors(before)["responsibilities"]
    parts = after[["task_id", "agency", "role"]].astype("object").to_numpy().tolist()
    one, two, three = (f"{PLAN}.k0{n}" for n in (1, 2, 3))
    assert parts == [
        [one, "new", "lead"],
        [one, "c", "support"],
        [two, "new", "shared"],
        [three, "other", "shared"],
        [three, "d", "lead"],  # several roles of one body are left as they are coded
        [three, "d", "support"],
    ]
    (row,) = network.merges(before).to_dict("records")
    assert row["predecessors"] == "old_a+old_b"
    assert (row["busiest_before"], row["tasks"], row["together"], row["lead"]) == (2, 2, 2, 1)
    change = network.before_after(before).set_index("measure")["change"]
    assert (change["agencies"], change["duties"]) == (-1, -2)
    assert change["alone"] == pytest.approx(100 / 3)  # task 2 is now for one body


def test_without_successors_nothing_changes(small):
    after = network.under_successors(small)["responsibilities"]
    pd.testing.assert_frame_equal(after, small["responsibilities"])
    assert network.before_after(small).empty
    assert network.merges(small).empty


def test_continuity_compares_shares_of_plans_of_one_jurisdiction():
    later = "qx-2022-plan"
    tables = study(
        {1: {"old": "lead"}, 2: {"gone": "shared"}, 3: {"new": "lead"}, 4: {"new": "lead"}},
        {"old": "new"},
        plan_of={3: later, 4: later},
    )
    found = network.continuity(tables).set_index(["doc_id", "agency"])
    assert found.at[(PLAN, "new"), "share"] == 0.5
    assert found.at[(later, "new"), "share"] == 1
    assert found.at[(later, "gone"), "tasks"] == 0
    assert found.at[(PLAN, "new"), "lead_share"] == 1
    assert network.continuity(study(SMALL)).empty


def test_packaged_agencies_without_successor_stay_apart(packaged):
    """Split agencies, and those whose successor is not certain, are joined to nothing."""
    named = set(packaged["responsibilities"]["agency"])
    rows = packaged["agencies"]
    split = set(rows.loc[rows["successor"].isna() & rows["key"].isin(named), "key"])
    after = set(network.under_successors(packaged)["responsibilities"]["agency"])
    assert {"sd_forestry", "sd_food_drug", "sd_ocean_fisheries"} <= split <= after
    assert not after & set(rows.loc[rows["successor"].notna(), "key"])


# --- one plan beside another ----------------------------------------------------------------------


def test_lists_without_roles_have_no_number_for_leads(packaged):
    found = network.compare(packaged).set_index(["measure", "doc_id"])
    flat = found.xs("sx-2016-plan", level="doc_id")
    roles = ["led", "jointly", "leaders", "busiest_lead", "effective_lead", "supporters"]
    assert flat.loc[roles, "value"].isna().all()
    assert not flat.loc[roles, "comparable"].any()
    assert flat.loc[roles, "reason_zh"].notna().all()
    assert flat.loc[["per_task", "busiest"], "comparable"].all()
    assert found.at[("led", "sd-2018-pilot"), "value"] == 50  # 18 of 36
    duties = packaged["responsibilities"]
    own = duties[duties["doc_id"] == "sx-2016-plan"]
    named = own["task_id"].nunique()
    assert flat.at["per_task", "value"] == pytest.approx(len(own) / named)
    most = own.groupby("agency")["task_id"].nunique().max()
    assert flat.at["busiest", "value"] == pytest.approx(100 * most / named)
    assert set(network.concentration(packaged).query("doc_id == 'sx-2016-plan'")["load"]) == {
        "any_part"
    }


def test_every_measure_speaks_both_languages(packaged):
    found = network.compare(packaged)
    assert found["measure_en"].notna().all()
    assert found["measure_zh"].notna().all()
    assert found["reason_en"].notna().equals(~found["comparable"])


# --- any network ----------------------------------------------------------------------------------

#: Building and checking tables takes most of the time.
EXAMPLES = settings(max_examples=500 if FULL else 20)
ROLES = st.sampled_from(["lead", "shared", "support"])
AGENCIES = [f"a{n}" for n in range(7)]
NETWORKS = st.dictionaries(
    st.integers(1, 9),
    st.dictionaries(st.sampled_from(AGENCIES), ROLES, min_size=1, max_size=5),
    min_size=1,
    max_size=7,
)


@EXAMPLES
@given(NETWORKS)
def test_loads_add_up_to_the_rows(duties):
    tables = study(duties)
    loads = network.loads(tables)
    rows = tables["responsibilities"]
    for role in ("lead", "shared", "support"):
        assert loads[role].sum() == (rows["role"] == role).sum()
    assert loads["tasks"].sum() == len(network.ties(tables)) == len(rows)


@EXAMPLES
@given(NETWORKS)
def test_weights_of_an_agency_add_up_to_its_tasks_with_others(duties):
    pairs = network.partners(study(duties))
    for key in AGENCIES:
        own = pairs[(pairs["agency"] == key) | (pairs["partner"] == key)]
        shared = sum(key in named and len(named) > 1 for named in duties.values())
        assert own["weight"].sum() == pytest.approx(shared)
    assert pairs[list(KINDS.values())].sum(axis=1).equals(pairs["tasks"])


@EXAMPLES
@given(NETWORKS, st.permutations(AGENCIES), st.randoms(use_true_random=False))
def test_names_and_order_of_rows_change_nothing(duties, names, random):
    new = dict(zip(AGENCIES, names, strict=True))
    other = [
        (task, {new[key]: role for key, role in random.sample(list(own.items()), len(own))})
        for task, own in random.sample(list(duties.items()), len(duties))
    ]
    before, after = study(duties), study(dict(other))
    for function in (network.loads, network.centralities, network.single_points):
        one = function(before)
        one["agency"] = one["agency"].map(new).astype("object")
        two = function(after)
        for frame in (one, two):
            if "part" in frame:  # of parts of one size the names say which comes first
                frame["part"] = frame.groupby("part")["part"].transform("size")
        pd.testing.assert_frame_equal(
            one.sort_values("agency", ignore_index=True),
            two.sort_values("agency", ignore_index=True),
            atol=1e-8,
        )
    for function in (network.compare, network.bridging_tasks):
        pd.testing.assert_frame_equal(function(before), function(after))
    again = {frozenset(p): t for *p, t in _pairs(after)}
    assert again == {frozenset(map(new.get, p)): t for *p, t in _pairs(before)}


def _pairs(tables):
    pairs = network.partners(tables)[["agency", "partner", "tasks"]]
    return list(pairs.itertuples(index=False, name=None))


@EXAMPLES
@given(NETWORKS)
def test_articulation_is_what_parts_the_rest(duties):
    """Held against the plain definition: take the agency away and count the parts."""
    tables = study(duties)
    graph = network.agency_graph(tables, PLAN)
    points = network.single_points(tables)
    told = set(points.loc[points["parts_agencies"], "agency"])
    parts = nx.number_connected_components(graph)
    for key in graph:
        rest = graph.copy()
        rest.remove_node(key)
        assert (key in told) == (len(rest) > 0 and nx.number_connected_components(rest) > parts)


@EXAMPLES
@given(NETWORKS, st.dictionaries(st.sampled_from(AGENCIES), st.sampled_from(["x", "y"])))
def test_mergers_keep_tasks_and_leads(duties, successors):
    before = study(duties, successors)
    after = network.under_successors(before)
    assert set(after["responsibilities"]["task_id"]) == set(before["responsibilities"]["task_id"])
    led = [set(network.tasks_without_lead(t)["task_id"]) for t in (before, after)]
    assert led[0] == led[1]
    assert not set(after["responsibilities"]["agency"]) & set(successors)
    assert not after["responsibilities"].duplicated(["task_id", "agency"]).any()
    twice = network.under_successors(after)["responsibilities"]
    pd.testing.assert_frame_equal(twice, after["responsibilities"])


# --- studies of another shape, and errors ---------------------------------------------------------


@TABLES_BY_NAME
def test_each_works_on_a_study_a_plan_and_nothing(function, packaged, small):
    whole = function(packaged)
    none = function({name: frame.iloc[:0] for name, frame in packaged.items()})
    assert none.empty
    assert list(none) == list(whole)
    assert function(promises.select(packaged, "taian")).columns.equals(whole.columns)
    own = function(network.of_plan(packaged, "sx-2016-plan"))
    if "doc_id" in own:
        assert set(own["doc_id"]) <= {"sx-2016-plan"}
    assert list(function(small)) == list(whole)


@TABLES_BY_NAME
def test_plans_are_told_apart(function, packaged):
    """What is told of a plan does not depend on the others, but for what sets them side by side."""
    if function is network.continuity:
        return
    whole = function(packaged)
    for plan in network.plans(packaged):
        alone = function(network.of_plan(packaged, plan))
        own = whole[whole["doc_id"] == plan].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone.reset_index(drop=True), own)


@pytest.mark.parametrize("language", ["en", "zh"])
@TABLES_BY_NAME
def test_results_are_shown_in_words(function, packaged, language):
    told = {"measure", "task_id", "successor_note", "section"}
    frame = function(packaged)
    other = {"en": "_zh", "zh": "_en"}[language]
    frame = frame[[c for c in frame if c not in told and not c.endswith(other)]]
    shown = reports.show(frame, packaged, language).frame
    assert not shown.apply(lambda c: c.astype("string").str.contains("_")).any().any()
    assert not any("_" in title for title in shown)


def test_errors_say_what_to_do(packaged, small):
    with pytest.raises(UsageError, match="'responsibilities' is missing"):
        network.loads({"agencies": small["agencies"], "tasks": small["tasks"]})
    with pytest.raises(UsageError, match=f"'nothing' names no agency in a task.*{PLAN}"):
        network.task_graph(small, "nothing")
    with pytest.raises(UsageError, match="no document does"):
        network.of_plan(promises.select(packaged, "taian"), "ta-2018-reform")
    with pytest.raises(UsageError, match=r"no kind of agency 'firm'; kinds are .*company"):
        network.without(small, ["firm"])
    lost = small | {"agencies": small["agencies"].iloc[1:]}
    with pytest.raises(DataError, match=r"responsibilities\.csv, row 2, column agency: found 'a'"):
        network.partners(lost)
    circle = study(SMALL, {"a": "b", "b": "a"})
    with pytest.raises(DataError, match="successor"):
        network.under_successors(circle)


def test_generic_units_can_be_left_out(packaged):
    left = network.without(packaged)["responsibilities"]["agency"]
    kinds = packaged["agencies"].set_index("key")["kind"]
    assert "generic" not in set(kinds[left.unique()])
    every = set(packaged["responsibilities"]["agency"])
    assert set(kinds[list(every - set(left))]) == {"generic"}


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", ["nature_single", "nature_double"])
def test_figure_of_a_small_plan(small, language, preset):
    said = words_of(figures.co_responsibility(small, PLAN, language, preset=preset))
    assert any({"en": "Body a", "zh": "机构a"}[language] in text for text in said)
    alone = study({1: {"a": "shared"}})
    assert words_of(figures.co_responsibility(alone, PLAN, language, preset=preset))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", ["nature_single", "nature_double"])
def test_figure_of_many_agencies_groups_the_rest(language, preset):
    kinds = {"government": 60, "company": 40}
    names = [f"{kind}_{n}" for kind, count in kinds.items() for n in range(count)]
    duties = {
        task: dict.fromkeys(names[task : task + 30 : 3], "support") | {"government_0": "lead"}
        for task in range(1, 80)
    }
    many = study(duties, kinds={name: name.split("_")[0] for name in names})
    figure = figures.co_responsibility(many, PLAN, language, top=200, preset=preset)
    said = " ".join(words_of(figure))
    assert ("Others: government department (" in said) == (language == "en")
    assert figure.get_figheight() < 9.5


def test_neighbours_in_the_figure_work_together():
    """Two groups that have nothing in common but the busiest agency are not mixed."""
    pairs = [["a", "c"], ["e", "g"], ["b", "d"], ["f", "h"]]
    groups = (pairs[0] + pairs[1], pairs[2] + pairs[3])
    tasks = [dict.fromkeys(["z", *two], "shared") for g in groups
             for two in itertools.combinations(g, 2)]  # fmt: skip
    figure = figures.co_responsibility(study(dict(enumerate(tasks, 1))), PLAN)
    labels = [tick.get_text().split()[-1] for tick in figure.axes[0].get_yticklabels()]
    assert labels[0] == "z"
    assert {frozenset(labels[1:5]), frozenset(labels[5:])} == set(map(frozenset, groups))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure_of_the_reorganisation_needs_two_plans(packaged, language):
    assert words_of(figures.reorganisation(promises.select(packaged, "shanxi"), language=language))
    with pytest.raises(UsageError, match=r"'shanxi' has no two plans.*shandong"):
        figures.reorganisation(packaged, "shanxi", language)
    three = study(
        {1: {"a": "lead"}, 2: {"b": "lead"}, 3: {"c": "shared"}},
        {"a": "c"},
        plan_of={2: "qx-2020-plan", 3: "qx-2022-plan"},
    )
    said = words_of(figures.reorganisation(three, language=language))
    assert any("c" in text for text in said)
    with pytest.raises(UsageError, match="names no agency in a task"):
        figures.co_responsibility(packaged, "ta-2018-reform")


# --- the package ----------------------------------------------------------------------------------


def run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | env, capture_output=True, check=False
    )


def test_results_do_not_depend_on_hashing():
    code = (
        "import stdpolicy as sp; from stdpolicy import network as n; t = sp.load_all();"
        "print(*(getattr(n, f)(t).to_csv() for f in "
        "('partners', 'centralities', 'single_points', 'bridging_tasks', 'merges', 'compare')))"
    )
    one, two = (run(code, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert one.returncode == two.returncode == 0
    assert one.stdout == two.stdout
    assert len(one.stdout) > 10_000


def test_without_networkx_the_cure_is_named():
    code = "import sys; sys.modules['networkx'] = None; import stdpolicy.network"
    done = run(code)
    assert done.returncode
    assert b"UsageError" in done.stderr
    assert b"pip install 'stdpolicy[network]'" in done.stderr
