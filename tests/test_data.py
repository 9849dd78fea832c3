"""The packaged tables: whole, consistent with each other, and true to the texts where those are."""

import os
import pathlib

import frictionless
import pytest

import stdpolicy as sp
from stdpolicy import schema
from stdpolicy.agreement import agreement
from stdpolicy.audit import audit
from stdpolicy.crosswalk import RELATIONS, pairs


@pytest.fixture(scope="module")
def tables():
    return sp.load_all()


def test_packaged_tables_have_no_fault():
    assert sp.check().to_dict("records") == []


def test_frictionless_finds_the_package_valid():
    descriptor = schema.packaged_folder() / schema.DESCRIPTOR
    report = frictionless.validate(str(descriptor), type="package")
    assert report.flatten(["rowNumber", "fieldName", "note"]) == []
    assert len(report.tasks) == len(schema.tables())


def test_tables_hold_against_the_source_texts():
    folder = os.environ.get("STDPOLICY_SOURCES")
    if not folder:
        pytest.skip("SOURCE TEXTS NOT CHECKED: name their folder in STDPOLICY_SOURCES")
    assert audit(pathlib.Path(folder)).to_dict("records") == []


def test_every_plan_has_rows_in_every_kind_of_table(tables):
    documents = tables["documents"]
    coded = set(documents.loc[documents["coded"].fillna(False), "doc_id"])
    assert len(coded) == 5
    plans = coded - {"sd-2020-press"}
    for name in ("targets", "deliverables", "programmes", "tasks", "mechanisms", "sections"):
        assert plans <= set(tables[name]["doc_id"]), name
    assert set(tables["outcomes"]["doc_id"]) == {"sd-2020-press"}
    assert set(tables["incentives"]["doc_id"]) == {"sd-2018-pilot"}


def test_parts_that_exhaust_a_whole_add_up_to_it(tables):
    targets = tables["targets"].set_index("target_id")
    parts = targets[targets["part_relation"] == "disjoint_exhaustive"]
    sums = parts.groupby("part_of")["value_low"].sum()
    assert len(sums) == 2
    assert sums.to_dict() == targets.loc[sums.index, "value_low"].to_dict()
    assert targets["part_of"].notna().equals(targets["part_relation"].notna())


def test_known_totals_of_the_pilot_plan(tables):
    targets = tables["targets"]
    whole = targets[(targets["doc_id"] == "sd-2018-pilot") & (targets["section"].str[:3] == "2.3")]
    assert whole["value_low"].tolist() == [100, 600, 200, 85, 430]
    assert whole["bound"].tolist() == ["exact", "approx", "exact", "at_least", "exact"]


def test_tasks_that_assign_duties_have_them_and_others_do_not(tables):
    tasks, duties = tables["tasks"], tables["responsibilities"]
    assigned = set(tasks.loc[tasks["assigned"] != "none", "task_id"])
    assert assigned == set(duties["task_id"])
    leads = set(duties.loc[duties["role"] == "lead", "task_id"])
    named = set(tasks.loc[tasks["assigned"] == "lead_support", "task_id"])
    assert named == leads


def test_a_pair_marked_comparable_follows_the_rule(tables):
    table = tables["crosswalk"].astype("object")
    for row in table[table["comparable"].astype(bool)].itertuples():
        relations = {getattr(row, f"{name}_relation") for name in RELATIONS if name != "stage"}
        assert not relations & {"overlaps", "none", "unknown"}, row
        assert not {"wider", "narrower"} <= relations, row
        assert row.stage_relation == "same", row


def test_pair_of_a_target_with_two_baselines_is_one_pair(tables):
    table = pairs(tables)
    assert not table.duplicated(["target_id", "evidence_id"]).any()
    flagship = table[
        (table["target_id"] == "sd-2018-pilot.t14") & (table["evidence_id"] == "sd-2020-press.o17")
    ].iloc[0]
    assert flagship["naive_ratio"] == pytest.approx(1.29)
    assert flagship["window"] == "all_time"


def test_both_coders_coded_every_row(tables):
    codings = tables["codings"]
    for name, key in (("targets", "target_id"), ("outcomes", "outcome_id")):
        rows = set(tables[name][key])
        for coder in ("A", "B"):
            own = codings[(codings["table"] == name) & (codings["coder"] == coder)]
            assert set(own["row_id"]) == rows
    walk = tables["crosswalk"]
    ids = set(walk["target_id"] + "~" + walk["evidence_id"])
    assert ids == set(codings.loc[codings["table"] == "crosswalk", "row_id"])
    table = agreement(codings)
    assert (table["rows"] > 0).all()
    assert table["same"].sum() < table["rows"].sum(), "two real codings differ somewhere"


def test_settled_codes_come_from_one_of_the_coders(tables):
    codings = tables["codings"].astype("object").fillna("")
    offered = codings.groupby(["table", "row_id", "field"])["value"].agg(set)
    for (name, row_id, field), values in offered.items():
        if name == "crosswalk":
            continue
        key = f"{name[:-1]}_id"
        row = tables[name].set_index(key).loc[row_id]
        assert str(row[field]) in values, (row_id, field)


def test_conflicting_observations_stand_in_groups(tables):
    conflicts = tables["observations"].dropna(subset=["conflict"])
    assert (conflicts.groupby("conflict").size() >= 2).all()


def test_possible_bases_are_listed_for_figures_without_one_only():
    tables = sp.load_all()
    unknown = tables["outcomes"].loc[tables["outcomes"]["basis"] == "unknown", "outcome_id"]
    assert set(tables["possible_bases"]["evidence_id"]) <= set(unknown)
