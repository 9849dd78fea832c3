"""The packaged tables: whole, consistent with each other, and true to the texts where those are."""

import csv
import os
import pathlib
import shutil
from collections.abc import Callable

import frictionless
import pytest

import stdpolicy as sp
from stdpolicy import dates, roadmap, schema
from stdpolicy.agreement import agreement
from stdpolicy.audit import audit
from stdpolicy.crosswalk import RELATIONS, pairs

ROOT = pathlib.Path(__file__).resolve().parents[1]
FIELDS = ("instrument", "reason")


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


@pytest.fixture
def sources() -> pathlib.Path:
    folder = os.environ.get("STDPOLICY_SOURCES")
    if not folder:
        pytest.skip("SOURCE TEXTS NOT CHECKED: name their folder in STDPOLICY_SOURCES")
    return pathlib.Path(folder)


@pytest.fixture
def data(tmp_path) -> pathlib.Path:
    """The packaged tables, to be changed."""
    return pathlib.Path(shutil.copytree(schema.packaged_folder(), tmp_path / "data"))


def change(data: pathlib.Path, table: str, change: Callable[[dict[str, str]], object]) -> int:
    """Change the rows of a table that have a quote; return how many they are."""
    file = data / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    quoted = [row for row in rows if row["quote"]]
    for row in quoted:
        change(row)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(quoted)


def test_tables_hold_against_the_source_texts(sources):
    assert audit(sources).to_dict("records") == []


def test_every_coded_number_is_held_against_the_source_texts(sources, data):
    numbered = ("targets", "outcomes", "incentives", "scopes")
    count = sum(change(data, table, lambda row: row.update(unit="箱")) for table in numbered)
    found = audit(sources, data)
    assert len(found) == count
    assert set(found["table"]) == set(numbered)


def test_quantities_of_the_source_texts_are_missed_where_they_are_not_coded(sources, data):
    # Rows of outcomes and left_out lose their quotes; both tables demand one, so another will do.
    quotes = []
    left = change(data, "outcomes", lambda row: quotes.append((row["doc_id"], row["quote"])))
    move = {"start": "0", "end": "1", "quote": "-", "section": "0"}
    change(data, "outcomes", lambda row: row.update(move))
    found = audit(sources, data)
    missed = found[found["table"].isna()]
    assert list(zip(missed["doc_id"], missed["found"], strict=True)) == quotes
    assert len(missed) == left


def test_the_tables_follow_other_copies_of_the_source_texts(sources, tmp_path):
    coded = audit(sources)
    assert coded.empty
    for path in sources.glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        lines.insert(0, "网站首页，阅读3次")
        lines.insert(len(lines) // 2, "页面中部的说明文字")
        (tmp_path / path.name).write_text("\n".join(lines), encoding="utf-8")
    found = audit(tmp_path)
    texts = found["table"] == "documents"
    drifted = found["rule"].str.contains("characters away")
    assert texts.sum() == 5
    tables = sp.load_all()
    quoted = [t["quote"].notna().sum() for t in tables.values() if "quote" in t and "start" in t]
    assert drifted.sum() == sum(quoted)
    assert set(found["found"][~texts & ~drifted]) == {"3次"}


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
        if name in ("crosswalk", "tasks", "mechanisms"):
            continue
        key = f"{name[:-1]}_id"
        row = tables[name].set_index(key).loc[row_id]
        assert str(row[field]) in values, (row_id, field)


def test_every_task_and_mechanism_has_one_instrument_coded_twice(tables):
    units = {*tables["tasks"]["task_id"], *tables["mechanisms"]["mechanism_id"]}
    means = tables["means"]
    assert set(means["unit_id"]) == units
    codings = tables["codings"]
    for field in ("instrument", "reason"):
        for coder in ("A", "B"):
            own = codings[(codings["field"] == field) & (codings["coder"] == coder)]
            assert set(own["row_id"]) == units


def test_settled_instruments_come_from_a_coding_and_say_why(tables):
    means = tables["means"].astype("object").set_index("unit_id")
    codings = tables["codings"].astype("object")
    codings = codings[codings["field"].isin(["instrument", "reason"])]
    offered = codings.pivot(index="row_id", columns=["field", "coder"], values="value")
    for unit, row in means.iterrows():
        first, second = (tuple(offered.loc[unit, [(f, c) for f in FIELDS]]) for c in "AB")
        wanted = {"both": first, "A": first, "B": second}[row["taken_from"]]
        assert (row["instrument"], row["reason"]) == wanted, unit
        assert (first == second) == (row["taken_from"] == "both"), unit
        for why in ("why_zh", "why_en"):
            assert isinstance(row[why], str) == (first != second), unit


def test_a_cue_stands_for_one_instrument_and_an_instrument_for_one_side(tables):
    for field in ("means", "codings"):
        frame = tables[field].astype("object")
        if field == "codings":
            frame = frame[frame["field"].isin(FIELDS)]
            frame = frame.pivot(index=["row_id", "coder"], columns="field", values="value")
        assert (frame.groupby("reason")["instrument"].nunique() == 1).all()
    vocabulary = tables["instruments"]
    tops = set(vocabulary.loc[vocabulary["part_of"].isna(), "key"])
    assert tops == {"supply", "environment", "demand"}
    assert set(vocabulary["part_of"].dropna()) == tops
    assert not tops & set(tables["means"]["instrument"])


def test_the_rules_of_coding_name_every_instrument_and_cue_in_both_languages(tables):
    rules = (ROOT / "docs" / "coding.md").read_text(encoding="utf-8")
    english, chinese = rules.split("\n# 编码规则")
    vocabulary = tables["instruments"].dropna(subset=["part_of"])
    assert [key for key in vocabulary["key"] if f"| `{key}` |" not in english] == []
    assert [zh for zh in vocabulary["zh"] if f"| {zh} |" not in chinese] == []
    cues = schema.tables()["means"].fields["reason"].labels("zh")
    assert [cue for cue in cues if f"| {cue} |" not in english] == []
    assert [zh for zh in cues.values() if f"| {zh} |" not in chinese] == []


def test_what_is_told_of_deliverables_has_its_place_and_a_reason(tables):
    told = tables["fulfilments"].astype("object")
    documents = tables["documents"].set_index("doc_id")
    in_words = told["evidence_id"].isin(documents.index)
    place = ["doc_id", "section", "start", "end"]
    assert told.loc[in_words, place].notna().all(axis=None)
    assert told.loc[~in_words, place].isna().all(axis=None)
    assert (told.loc[in_words, "doc_id"] == told.loc[in_words, "evidence_id"]).all()
    assert documents.loc[told["doc_id"].dropna(), "coded"].all()
    assert told[["reason_zh", "reason_en", "coder", "confidence"]].notna().all(axis=None)
    # No plan is evidence that it was kept itself.
    assert not (told["deliverable_id"].str.split(".").str[0] == told["doc_id"]).any()


def test_evidence_of_a_state_is_no_older_than_its_plan(tables):
    told = tables["fulfilments"].astype("object").dropna(subset=["as_of_date"])
    issued = tables["documents"].set_index("doc_id")["issued_on"].astype("object")
    plan = told["deliverable_id"].str.split(".").str[0].map(issued)
    known = plan.notna()
    last = told.loc[known, "as_of_date"].map(lambda date: dates.bounds(date)[1])
    assert (last >= plan[known].map(lambda date: dates.bounds(date)[0])).all()


def test_evidence_that_is_unclear_is_never_of_high_confidence(tables):
    told = tables["fulfilments"].astype("object")
    assert not ((told["state"] == "unclear") & (told["confidence"] == "high")).any()


def test_phases_end_in_the_year_that_their_heading_names(tables):
    found = roadmap.phases(tables).dropna(subset=["phase"])
    assert len(found) == 3
    for row in found.itertuples():
        assert row.ends[:4] in row.name_zh
        assert row.begins[:4] == row.ends[:4]


def test_money_is_linked_to_what_it_is_for(tables):
    """Only what is led is paid for; upper tiers of the plan with subsidies are all linked."""
    links = tables["eligibility"].astype("object").fillna("")
    incentives = tables["incentives"].set_index("incentive_id")
    targets = tables["targets"].set_index("target_id")
    tiers = tables["indicators"].set_index("key")["tier"]
    for row in links.itertuples():
        led = {c for c in row.conditions.split("+") if c.startswith("led_")}
        if incentives.loc[row.incentive_id, "role"] == "lead" and row.share_low:
            assert len(led) == 1, row
        else:
            assert not led, row
        if row.promise_id in targets.index:
            target = targets.loc[row.promise_id]
            named = row.conditions.split("+")
            tier = tiers[target["indicator"]]
            assert ("national" in named) == ("led_national" in named and tier == "mixed"), row
            # A milestone of a target has the conditions of its own wording.
            revised = target["action"] == "make_or_revise"
            assert ("made" in named) == (revised and bool(led)), row
            ups = set(filter(None, row.counted_in.split("+")))
            assert ups <= set(links["promise_id"]) - {row.promise_id}, row
            national = tier in ("national", "mixed") and target["jurisdiction"] == "taian"
            assert bool(ups) or not national, row
    upper = targets["indicator"].map(tiers).isin(["international", "national"])
    places = targets["jurisdiction"].isin(["shandong", "taian"])
    assert set(targets.index[upper & places]) <= set(links["promise_id"])


def test_the_four_plans_are_scored_on_every_criterion_and_twice(tables):
    criteria, scores, codings = (tables[n] for n in ("criteria", "scores", "codings"))
    keys = set(criteria.loc[criteria["scale"].notna(), "key"])
    plans = set(tables["tasks"]["doc_id"])
    wanted = {(plan, key) for plan in plans for key in keys}
    assert set(zip(scores["doc_id"], scores["criterion"], strict=True)) == wanted
    assert len(scores) == len(wanted) == 240
    for coder in ("A", "B"):
        own = codings[(codings["table"] == "scores") & (codings["coder"] == coder)]
        assert set(own["row_id"]) == set(scores["score_id"])


def test_the_coder_of_a_score_is_the_one_whose_score_was_taken(tables):
    codings = tables["codings"].astype("object")
    codings = codings[codings["table"] == "scores"].pivot(
        index="row_id", columns="coder", values="value"
    )
    for row in tables["scores"].itertuples():
        first, second = codings.loc[row.score_id]
        assert str(row.score) == {"A": first, "B": second, "AB": first}[row.coder], row
        assert (first == second) == (row.coder == "AB"), row


def test_a_score_that_the_text_earns_names_its_place(tables):
    """Strength and openness rest on the document as a whole."""
    criteria = tables["criteria"].set_index("key")
    for row in tables["scores"].itertuples():
        top = criteria["part_of"].fillna("")[row.criterion]
        if row.score > 0 and top not in ("", "x10"):
            assert row.end > row.start >= 0, row
            assert isinstance(row.section, str), row


def test_criteria_say_what_earns_a_score_and_where_they_are_from(tables):
    criteria = tables["criteria"]
    assert criteria["source"].notna().all()
    tops = criteria[criteria["scale"].isna()]
    ruled = criteria[criteria["scale"].notna()]
    assert ruled[["rule_zh", "rule_en"]].notna().all(axis=None)
    assert set(ruled["part_of"].dropna()) == set(tops["key"])
    recalled = criteria["source"].str.contains("Peng")
    assert criteria.loc[recalled, "source"].str.contains("recalled").all()


def test_conflicting_observations_stand_in_groups(tables):
    conflicts = tables["observations"].dropna(subset=["conflict"])
    assert (conflicts.groupby("conflict").size() >= 2).all()


def test_possible_bases_are_listed_for_figures_without_one_only():
    tables = sp.load_all()
    unknown = tables["outcomes"].loc[tables["outcomes"]["basis"] == "unknown", "outcome_id"]
    assert set(tables["possible_bases"]["evidence_id"]) <= set(unknown)
