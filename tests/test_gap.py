"""The gap: rules by hand-worked cases, the flagship, readings, parts and wholes, bad input."""

import csv
import io
import itertools
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import stdpolicy as sp
from invented import COUNTED, table
from invented import TARGET as PLAIN
from stdpolicy import gap, promises, schema, tables
from stdpolicy.gap import parts
from stdpolicy.gap.readings import from_text, parse

INF = float("inf")

TARGET = PLAIN | {
    "target_id": "qx-plan.t01",
    "value_low": "100",
    "value_high": "100",
    "end": "4",
    "quote": "100项",
}
DOCUMENT = {
    "doc_id": "qx-plan",
    "title_zh": "清溪规划",
    "title_en": "Qingxi plan",
    "jurisdiction": "qingxi",
    "kind": "plan",
    "coded": "true",
}
FIGURE = COUNTED | {
    "kind": "outcome",
    "value_low": "80",
    "value_high": "80",
    "basis": "during",
    "since_date": "2018-01-01",
    "as_of_date": "2020-12-31",
    "reported_on": "2021-01-20",
    "source_title": "清溪",
    "source_outlet": "清溪日报",
    "quality": "press",
    "confidence": "high",
}
PAIR = {
    "scope_relation": "same",
    "role_relation": "same",
    "stage_relation": "same",
    "action_relation": "same",
    "comparable": "true",
    "reason_zh": "同一口径",
    "reason_en": "the same count",
    "coder": "A",
    "confidence": "high",
}


def study(targets, figures=(), pairs=(), documents=()):
    """Tables of a tiny study: changes to the rows above, in order."""
    tree = [("whole", ""), ("farm", "whole"), ("orchard", "farm"), ("industry", "whole")]
    terms = {"zh": "词", "en": "word"}
    rows = [TARGET | {"target_id": f"qx-plan.t{i:02d}"} | t for i, t in enumerate(targets, 1)]
    seen = [FIGURE | {"observation_id": f"E{i:04d}"} | f for i, f in enumerate(figures, 1)]
    indicators = sorted({r["indicator"] for r in [*rows, *seen]})
    return {
        "targets": table("targets", *rows),
        "outcomes": table("outcomes"),
        "observations": table("observations", *seen),
        "crosswalk": table("crosswalk", *(PAIR | p for p in pairs)),
        "documents": table(
            "documents",
            *(DOCUMENT | d for d in documents or [{}]),
        ),
        "indicators": table(
            "indicators",
            *(
                terms
                | {"key": k, "unit": "项", "measure": "flow", "direction": "up", "tier": "local"}
                for k in indicators
            ),
        ),
        "scopes": table("scopes", *(terms | {"key": k, "part_of": p} for k, p in tree)),
        "domains": table(
            "domains", terms | {"key": "all"}, terms | {"key": "farming", "part_of": "all"}
        ),
        "jurisdictions": table("jurisdictions", terms | {"key": "qingxi", "level": "province"}),
    }


def ends(target, *figures, **options):
    """Interval of one target at the deadline."""
    row = gap.assess(study([target], figures), **options).iloc[0]
    return row["low"], row["high"]


def as_of(target, *figures, **options):
    row = gap.assess(study([target], figures), **options).iloc[0]
    return row["low_as_of"], row["high_as_of"], row["verdict_as_of"]


# --- the rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (80, 80)),
        # the bound of the figure
        ({"bound": "at_least", "value_high": ""}, (80, INF)),
        ({"bound": "at_most", "value_low": ""}, (0, 80)),
        ({"bound": "approx"}, (76, 84)),
        ({"bound": "range", "value_high": "90"}, (80, 90)),
        # scope, role, action
        ({"scope": "farm"}, (80, INF)),
        ({"scope": "orchard"}, (80, INF)),
        ({"domain": "farming"}, (80, INF)),
        ({"role": "lead"}, (80, INF)),
        ({"role": "lead_or_take_part"}, (80, 80)),
        ({"role": "take_part"}, (80, 80)),
        ({"action": "make_or_revise"}, (0, 80)),
        ({"action": "revise"}, (0, INF)),
        ({"action": "make_or_revise", "scope": "farm"}, (0, INF)),
        # the window
        ({"since_date": "2017-01-01"}, (0, 80)),
        ({"since_date": "2018-06-01"}, (80, INF)),
        ({"since_date": "2018"}, (80, INF)),
        ({"since_date": "2017"}, (0, 80)),
        ({"as_of_date": "2020-06-30"}, (80, INF)),
        ({"as_of_date": "2021-01-10"}, (0, 80)),
        ({"as_of_date": "2020-12"}, (80, INF)),
        ({"as_of_date": "2020"}, (80, INF)),
        ({"since_date": "2018-06-01", "as_of_date": "2021-01-10"}, (0, INF)),
        ({"basis": "year", "since_date": "2019-01-01", "as_of_date": "2019-12-31"}, (80, INF)),
        ({"since_date": ""}, (0, INF)),
        # all-time totals and stocks
        ({"basis": "cumulative", "since_date": ""}, (0, 80)),
        ({"basis": "cumulative", "since_date": "", "as_of_date": "2020-10-13"}, (0, INF)),
        ({"basis": "stock", "since_date": ""}, (0, INF)),
        ({"basis": "unknown", "since_date": ""}, (0, INF)),
        # stages
        ({"stage": "drafted"}, (0, INF)),
        ({"stage": "drafted", "same_cohort": "true"}, (0, 80)),
        ({"stage": "drafted", "basis": "cumulative", "since_date": ""}, (0, 80)),
        ({"stage": "in_use"}, (0, INF)),
        ({"stage": "in_use", "same_cohort": "true"}, (80, INF)),
        # units
        ({"unit": "个"}, (80, 80)),
        ({"unit": "万项", "value_low": "0.008", "value_high": "0.008"}, (80, 80)),
        ({"unit": "万亩"}, (0, INF)),
        # not this count
        ({"jurisdiction": "elsewhere"}, (0, INF)),
        ({"indicator": "national_standards"}, (0, INF)),
        # what is labelled a baseline bounds all the same
        ({"kind": "baseline"}, (80, 80)),
        ({"kind": "target"}, (0, INF)),
    ],
)
def test_each_end_survives_only_if_every_relation_leaves_it(changes, expected):
    world = study([{}], [changes])
    if changes.get("jurisdiction"):
        more = {"key": "elsewhere", "zh": "他处", "en": "elsewhere", "level": "province"}
        world["jurisdictions"] = pd.concat(
            [world["jurisdictions"], table("jurisdictions", more)], ignore_index=True
        )
    row = gap.assess(world).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("target", "changes", "expected"),
    [
        ({"scope": "farm"}, {}, (0, 80)),
        ({"scope": "farm"}, {"scope": "industry"}, (0, INF)),
        ({"role": "lead"}, {}, (0, 80)),
        ({"role": "lead"}, {"role": "take_part"}, (0, 80)),
        ({"action": "make_or_revise"}, {}, (80, INF)),
        ({"action": "make_or_revise"}, {"action": "make_or_revise"}, (80, 80)),
        # an all-time total as the promise
        ({"basis": "cumulative"}, {"basis": "cumulative", "since_date": ""}, (80, 80)),
        ({"basis": "cumulative"}, {}, (80, INF)),
        ({"basis": "cumulative"}, {"basis": "stock", "since_date": ""}, (80, INF)),
        # a stock as the promise
        ({"basis": "stock"}, {"basis": "stock", "since_date": ""}, (80, 80)),
        ({"basis": "stock"}, {"basis": "stock", "since_date": "", "scope": "farm"}, (80, INF)),
        (
            {"basis": "stock"},
            {"basis": "stock", "since_date": "", "as_of_date": "2020-12-30"},
            (0, INF),
        ),
        (
            {"basis": "stock"},
            {"basis": "cumulative", "since_date": "", "as_of_date": "2021-01-10"},
            (0, 80),
        ),
        (
            {"basis": "stock"},
            {"basis": "cumulative", "since_date": "", "as_of_date": "2020-01-10"},
            (0, INF),
        ),
        ({"basis": "stock"}, {}, (0, INF)),
        # a deadline known to the month
        ({"due_date": "2020-12"}, {}, (0, 80)),
        ({"due_date": "2020-12"}, {"as_of_date": "2020-11-30"}, (80, INF)),
    ],
)
def test_what_a_figure_says_depends_on_what_was_promised(target, changes, expected):
    assert ends(target, changes) == pytest.approx(expected)


RATE = {"unit": "%", "basis": "stock", "value_low": "60", "value_high": "", "bound": "at_least"}
SHARE = {"unit": "%", "basis": "stock", "since_date": "", "value_low": "70", "value_high": "70"}


@pytest.mark.parametrize(
    ("changes", "pair", "expected"),
    [
        ({}, None, (70, 70)),
        ({"as_of_date": "2020-06-30"}, None, (0, 100)),
        ({"bound": "at_least", "value_high": ""}, None, (70, 100)),
        ({"scope": "farm"}, None, (0, 100)),
        ({"role": "lead"}, None, (0, 100)),
        ({"stage": "in_use"}, None, (0, 100)),
        # the figure covers half of the target's denominator
        (
            {},
            {"scope_relation": "narrower", "coverage_low": "0.5", "coverage_high": "0.5"},
            (35, 85),
        ),
        (
            {},
            {"scope_relation": "narrower", "coverage_low": "0.5", "coverage_high": "0.8"},
            (35, 85),
        ),
        ({}, {"scope_relation": "narrower"}, (0, 100)),
        # the target's scope is eight tenths of the figure's
        (
            {},
            {"scope_relation": "wider", "coverage_low": "0.8", "coverage_high": "0.8"},
            (62.5, 87.5),
        ),
        ({}, {"scope_relation": "wider", "coverage_low": "0.2", "coverage_high": "1"}, (0, 100)),
        ({}, {"scope_relation": "overlaps", "coverage_low": "0.8", "coverage_high": "1"}, (0, 100)),
    ],
)
def test_rates_bound_rates_of_the_same_day_and_known_coverage(changes, pair, expected):
    pairs = [pair | {"target_id": "qx-plan.t01", "evidence_id": "E0001"}] if pair else []
    row = gap.assess(study([RATE], [SHARE | changes], pairs)).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(expected)


TOTAL = {"basis": "cumulative", "since_date": "", "value_low": "129", "value_high": "129"}
BEFORE = {
    "kind": "baseline",
    "basis": "cumulative",
    "since_date": "",
    "value_low": "106",
    "value_high": "106",
    "as_of_date": "2017-10-10",
    "reported_on": "2017-10-10",
}


@pytest.mark.parametrize(
    ("total", "baseline", "expected"),
    [
        ({}, {}, (0, 23)),
        ({}, {"as_of_date": "2018-01-01", "reported_on": "2018-02-01"}, (23, 23)),
        ({}, {"as_of_date": "2018-02", "reported_on": "2018-03-01"}, (23, 129)),
        ({"bound": "approx"}, {}, (0, 29.45)),
        # a wider baseline leaves only the lower end, a narrower one only the upper
        ({"scope": "farm"}, {"as_of_date": "2018-01-01", "reported_on": "2018-02-01"}, (23, INF)),
        ({}, {"scope": "farm", "as_of_date": "2018-01-01", "reported_on": "2018-02-01"}, (0, 23)),
        ({}, {"role": "lead"}, (0, 23)),
        ({}, {"stage": "in_use"}, (0, 23)),
        ({}, {"stage": "drafted"}, (0, 129)),
        # stocks: what is withdrawn is not seen
        (
            {"basis": "stock"},
            {"basis": "stock", "as_of_date": "2018-02", "reported_on": "2018-03-01"},
            (23, INF),
        ),
        ({"basis": "stock"}, {"basis": "stock"}, (0, INF)),
        ({}, {"basis": "stock"}, (0, 23)),
        ({"basis": "stock"}, {"as_of_date": "2018-02", "reported_on": "2018-03-01"}, (23, INF)),
        # a total that shrinks contradicts itself
        ({"value_low": "100", "value_high": "100"}, {}, (0, -6)),
    ],
)
def test_a_baseline_is_subtracted_from_an_all_time_total(total, baseline, expected):
    assert ends({}, TOTAL | total, BEFORE | baseline) == pytest.approx(expected)


def test_a_difference_of_totals_does_not_see_what_is_revised_again():
    figures = (TOTAL | {"action": "make_or_revise"}, BEFORE | {"action": "make_or_revise"})
    target = {"action": "make_or_revise"}
    assert ends(target, *figures) == (0, 129)
    assert ends(target, *figures, revisions="each") == (0, 23)


def test_figures_of_years_that_do_not_overlap_add_up():
    years = [
        {
            "basis": "year",
            "since_date": f"{y}-01-01",
            "as_of_date": f"{y}-12-31",
            "value_low": v,
            "value_high": v,
        }
        for y, v in ((2018, "40"), (2019, "50"), (2020, "30"))
    ]
    row = gap.assess(study([{}], years)).iloc[0]
    assert (row["low"], row["verdict"]) == (120, "met")
    assert row["low_evidence"] == "E0001+E0002+E0003"
    # Years that only adjoin leave a gap of a day, unless they are read as joined.
    assert row["high"] == INF
    assert ends({}, *years, adjoining_days=1) == (120, 120)
    # A half year within the year is not counted twice.
    half = years[1] | {
        "basis": "during",
        "as_of_date": "2019-06-30",
        "value_low": "45",
        "value_high": "45",
    }
    assert ends({}, *years, half)[0] == 120
    # What is revised in two years is still one standard.
    again = [y | {"action": "make_or_revise"} for y in years]
    assert ends({"action": "make_or_revise"}, *again)[0] == 50
    assert ends({"action": "make_or_revise"}, *again, revisions="each")[0] == 120


def test_windows_that_cover_the_period_together_bound_it_above():
    first = {"as_of_date": "2019-06-30", "value_low": "20", "value_high": "20"}
    second = {
        "since_date": "2019-03-01",
        "as_of_date": "2021-02-01",
        "reported_on": "2021-03-01",
        "value_low": "30",
        "value_high": "30",
    }
    row = gap.assess(study([{}], [first, second])).iloc[0]
    assert (row["low"], row["high"], row["verdict"]) == (20, 50, "not_met")
    assert row["high_evidence"] == "E0001+E0002"


# --- the crosswalk ------------------------------------------------------------------------------


def test_a_coded_pair_overrides_what_would_follow():
    world = study(
        [{}],
        [{}],
        [{"target_id": "qx-plan.t01", "evidence_id": "E0001", "scope_relation": "wider"}],
    )
    assert gap.assess(world).iloc[0][["low", "high"]].tolist() == [0, 80]
    world = study(
        [{}], [{}], [{"target_id": "qx-plan.t01", "evidence_id": "E0001", "comparable": "false"}]
    )
    assert gap.assess(world).iloc[0][["low", "high"]].tolist() == [0, INF]


@pytest.mark.parametrize("relation", ["overlaps", "none", "unknown"])
@pytest.mark.parametrize("which", ["scope", "role", "action"])
def test_unclear_relations_leave_nothing(which, relation):
    pair = {"target_id": "qx-plan.t01", "evidence_id": "E0001", f"{which}_relation": relation}
    assert gap.assess(study([{}], [{}], [pair])).iloc[0][["low", "high"]].tolist() == [0, INF]


def test_a_coded_pair_may_join_other_indicators():
    pair = {"target_id": "qx-plan.t01", "evidence_id": "E0001", "scope_relation": "narrower"}
    world = study([{}], [{"indicator": "mandatory_standards"}], [pair])
    assert gap.assess(world).iloc[0][["low", "high"]].tolist() == [80, INF]


# --- verdicts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "figure", "verdict"),
    [
        ({}, {"value_low": "100", "value_high": "100"}, "met"),
        ({}, {"value_low": "99", "value_high": "99"}, "not_met"),
        ({}, {"bound": "at_least", "value_high": ""}, "undetermined"),
        ({}, {"value_low": "99", "value_high": "99", "as_of_date": "2020-12-30"}, "undetermined"),
        ({"bound": "at_least", "value_high": ""}, {"value_low": "300", "value_high": "300"}, "met"),
        ({"bound": "at_most", "value_low": ""}, {"value_low": "100", "value_high": "100"}, "met"),
        (
            {"bound": "at_most", "value_low": ""},
            {"value_low": "101", "value_high": "101"},
            "not_met",
        ),
        (
            {"bound": "at_most", "value_low": ""},
            {"bound": "at_least", "value_high": ""},
            "undetermined",
        ),
        ({"bound": "approx"}, {"value_low": "95", "value_high": "95"}, "met"),
        ({"bound": "approx"}, {"value_low": "94", "value_high": "94"}, "not_met"),
        ({"bound": "range", "value_high": "120"}, {"value_low": "105", "value_high": "105"}, "met"),
        ({"value_low": "0", "value_high": "0"}, {}, "undetermined"),
    ],
)
def test_a_verdict_is_given_only_where_the_interval_allows_it(target, figure, verdict):
    assert gap.assess(study([target], [figure])).iloc[0]["verdict"] == verdict


def test_a_range_has_a_verdict_for_its_upper_end():
    row = gap.assess(
        study(
            [{"bound": "range", "value_high": "120"}], [{"value_low": "105", "value_high": "105"}]
        )
    )
    assert row.iloc[0]["verdict_upper"] == "not_met"
    high = gap.assess(
        study(
            [{"bound": "range", "value_high": "120"}], [{"value_low": "105", "value_high": "105"}]
        ),
        range_end="high",
    )
    assert high.iloc[0]["verdict"] == "not_met"


def test_less_is_better_where_the_indicator_says_so():
    world = study(
        [{"unit": "月", "basis": "stock", "value_low": "18", "value_high": "18"}],
        [{"unit": "月", "basis": "stock", "since_date": "", "value_low": "16", "value_high": "16"}],
    )
    world["indicators"]["direction"] = "down"
    world["indicators"] = tables.typed(
        schema.tables()["indicators"], world["indicators"].astype("object").fillna("").astype("str")
    )
    assert gap.assess(world).iloc[0]["verdict"] == "met"


def test_no_figure_is_no_evidence_and_one_of_another_time_too():
    assert gap.assess(study([{}])).iloc[0]["verdict"] == "no_evidence"
    old = {"since_date": "2015-01-01", "as_of_date": "2016-12-31", "reported_on": "2017-02-01"}
    assert gap.assess(study([{}], [old])).iloc[0]["verdict"] == "no_evidence"


def test_figures_that_cannot_all_be_true_are_shown():
    found = gap.evaluate(
        study(
            [{}], [{"value_low": "80", "value_high": "80"}, {"value_low": "90", "value_high": "90"}]
        ),
        None,
        gap.Readings(),
    )
    assert found.table().iloc[0]["verdict"] == "contradictory"
    rows = gap.contradictions(found)
    assert list(rows["evidence"]) == ["E0002", "E0001", "E0002", "E0001"]  # deadline, as of
    assert list(rows["end"][:2]) == ["low", "high"]


def test_only_what_was_reported_by_a_day_counts():
    figures = [
        {"as_of_date": "2019-12-31", "reported_on": "2020-01-15"},
        {"value_low": "120", "value_high": "120"},
    ]
    assert gap.assess(study([{}], figures)).iloc[0]["verdict"] == "met"
    early = gap.assess(study([{}], figures), as_of="2020-06-30").iloc[0]
    assert (early["low"], early["verdict"], early["as_of"]) == (80, "undetermined", "2019-12-31")
    assert gap.assess(study([{}], figures), as_of="2020-01-14").iloc[0]["verdict"] == "no_evidence"


def test_the_verdict_as_of_a_date_stands_beside_that_at_the_deadline():
    low, high, verdict = as_of({}, {"as_of_date": "2020-06-30"})
    assert (low, high, verdict) == (80, 80, "not_met")
    # A date known to the month is still the date of the figure.
    assert as_of({}, {"as_of_date": "2020-06"})[:2] == (80, 80)


def test_a_later_version_supersedes():
    world = study([{}, {"supersedes": "qx-plan.t01"}], [{}])
    out = gap.assess(world)
    assert out["superseded_by"].tolist()[0] == "qx-plan.t02"
    assert len(gap.with_groups(gap.evaluate(world, None, gap.Readings()))) == 1


# --- the naive ratio ----------------------------------------------------------------------------


def test_the_naive_ratio_takes_the_latest_figure_of_the_period():
    figures = [
        {"as_of_date": "2019-12-31", "value_low": "50", "value_high": "50", "scope": "farm"},
        {"as_of_date": "2020-06-30", "value_low": "70", "value_high": "70", "stage": "drafted"},
        {
            "as_of_date": "2023-06-30",
            "reported_on": "2023-07-01",
            "value_low": "900",
            "value_high": "900",
        },
    ]
    row = gap.assess(study([{}], figures)).iloc[0]
    assert (row["naive_ratio"], row["naive_evidence_id"]) == (0.7, "E0002")
    # Of figures of one day the largest, whatever the order.
    figures[0]["as_of_date"] = "2020-06-30"
    assert gap.assess(study([{}], figures[:2])).iloc[0]["naive_evidence_id"] == "E0002"
    # With none in the period, the latest after it.
    assert gap.assess(study([{}], figures[2:])).iloc[0]["naive_ratio"] == 9
    assert pd.isna(gap.assess(study([{}], [BEFORE])).iloc[0]["naive_ratio"])


# --- the shipped case ---------------------------------------------------------------------------


def test_the_flagship_case_comes_out_as_worked_by_hand():
    row = gap.assess().set_index("target_id").loc["sd-2018-pilot.t14"]
    assert (row["low_as_of"], row["high_as_of"], row["as_of"]) == (21, 23, "2020-10-13")
    assert (row["verdict_as_of"], row["verdict"]) == ("not_met", "undetermined")
    assert (row["low"], row["high"]) == (21, INF)
    assert (row["naive_ratio"], row["naive_evidence_id"]) == (1.29, "sd-2020-press.o17")
    assert "as of that date" in row["reasons_en"]
    assert "截至2020-10-13" in row["reasons_zh"]


@pytest.mark.parametrize(
    ("changes", "interval", "verdict"),
    [
        ({"counts_from": "ever"}, (129, INF), "met"),
        ({"all_time_totals": "as_period"}, (129, INF), "met"),
        ({"all_time_totals": "ignore"}, (0, INF), "undetermined"),
        ({"deadline_days": 92}, (21, 23), "not_met"),
        ({"quality": "official"}, (0, INF), "undetermined"),
        ({"take_part": "alone"}, (21, INF), "undetermined"),
    ],
)
def test_the_flagship_case_under_other_readings(changes, interval, verdict):
    row = gap.assess(**changes).set_index("target_id").loc["sd-2018-pilot.t14"]
    assert ((row["low"], row["high"]), row["verdict"]) == (interval, verdict)


def test_baselines_stand_in_the_trail_with_date_and_quality():
    rows = gap.trail(gap.evaluate(None, None, gap.Readings()))
    mine = rows[rows["target_id"] == "sd-2018-pilot.t14"]
    mine = mine[mine["baseline_id"].notna() & (mine["evidence_id"] == "sd-2020-press.o17")]
    found = mine.set_index("baseline_id")[["baseline_low", "baseline_date", "baseline_quality"]]
    assert found.loc["E0032"].tolist() == [106, "2017-10-10", "repost"]
    assert found.loc["E0044"].tolist() == [108, "2018-02", "repost"]
    shanxi = rows[(rows["target_id"] == "sx-2016-plan.t06") & (rows["gives"] != "")]
    assert shanxi[["evidence_id", "baseline_id", "low"]].iloc[0].tolist() == ["E0205", "E0185", 38]


def test_shandong_2022_and_shanxi_2016_are_assessed():
    out = gap.assess().set_index("target_id")
    assert out.loc["sd-2022-outline.t04", ["low", "verdict"]].tolist() == [125, "met"]
    assert out.loc["sd-2022-outline.t02", "verdict"] == "undetermined"
    assert out.loc["sx-2016-plan.t02", ["low", "verdict"]].tolist() == [149, "met"]
    assert out.loc["sx-2016-plan.t03", ["low", "verdict"]].tolist() == [631, "met"]


# --- parts and wholes ---------------------------------------------------------------------------


def whole_and_parts(relation="disjoint", **changes):
    return [
        {"value_low": "100", "value_high": "100"},
        {"scope": "farm", "part_of": "qx-plan.t01", "part_relation": relation} | changes,
        {"scope": "industry", "part_of": "qx-plan.t01", "part_relation": relation} | changes,
    ]


def test_what_is_known_of_parts_tightens_the_whole_and_back():
    farm = {"scope": "farm", "value_low": "30", "value_high": "30"}
    industry = {"scope": "industry", "value_low": "50", "value_high": "50"}
    out = gap.assess(study(whole_and_parts(), [farm, industry]))
    assert out[["low", "high"]].iloc[0].tolist() == [80, INF]
    assert out["low_evidence"].iloc[0] == "parts"
    out = gap.assess(study(whole_and_parts("disjoint_exhaustive"), [farm, industry]))
    assert out[["low", "high"]].iloc[0].tolist() == [80, 80]
    total = {"value_low": "70", "value_high": "70"}
    out = gap.assess(study(whole_and_parts("disjoint_exhaustive"), [farm, total]))
    assert out[["low", "high"]].iloc[2].tolist() == [40, 40]
    # Parts that may overlap say only that the whole is no less than each.
    out = gap.assess(study(whole_and_parts("overlapping"), [farm, industry]))
    assert out[["low", "high"]].iloc[0].tolist() == [50, INF]
    out = gap.assess(study(whole_and_parts("on_paper"), [farm, industry]))
    # The figures themselves are narrower in scope, and nothing more follows.
    assert out[["low", "high"]].iloc[0].tolist() == [50, INF]


def test_parts_of_which_one_is_unknown_bound_the_whole_below_only():
    farm = {"scope": "farm", "value_low": "30", "value_high": "30", "as_of_date": "2019-12-31"}
    whole = {"bound": "at_least", "value_high": "", "as_of_date": "2019-12-31"}
    found = gap.assess(study(whole_and_parts("disjoint_exhaustive"), [farm, whole])).iloc[0]
    assert found[["low_as_of", "high_as_of"]].tolist() == [80, INF]


def test_a_selection_without_some_parts_does_not_take_the_others_for_all():
    targets = whole_and_parts("disjoint_exhaustive")
    targets[1]["due_date"] = "2019-12-31"
    chosen = promises.select(study(targets) | {"deliverables": table("deliverables")}, "", 2020)
    assert chosen["targets"]["part_relation"].dropna().tolist() == ["disjoint"]


def test_parts_that_are_wider_in_action_or_period_say_nothing_of_the_whole():
    figures = [
        {"scope": s, "value_low": "60", "value_high": "60", "action": "make_or_revise"}
        for s in ("farm", "industry")
    ]
    out = gap.assess(study(whole_and_parts(action="make_or_revise"), figures))
    assert out["low"].tolist() == [0, 60, 60]
    early = [f | {"action": "make", "since_date": "2017-01-01"} for f in figures]
    out = gap.assess(study(whole_and_parts(base_date="2017-01-01"), early))
    assert out["low"].tolist() == [0, 60, 60]


def test_parts_that_contradict_the_whole_are_an_irreducible_set():
    figures = [
        {"scope": "farm", "value_low": "30", "value_high": "30"},
        {"scope": "industry", "value_low": "50", "value_high": "50"},
        # The whole in one scope of its own, so that only the parts contradict it.
        {"bound": "at_most", "value_low": "", "value_high": "70"},
    ]
    found = gap.evaluate(study(whole_and_parts(), figures), None, gap.Readings())
    out = found.table()
    assert out["verdict"].tolist() == ["contradictory"] * 3
    rows = gap.contradictions(found)
    rows = rows[rows["at"] == "deadline"]
    assert sorted(rows["end"]) == ["high", "low", "low", "parts"]
    assert set(rows["evidence"].dropna()) == {"E0001", "E0002", "E0003"}
    assert "qx-plan.t02 + qx-plan.t03 ≤ qx-plan.t01" in set(rows["statement"])
    # Without any one of them the rest can be true.
    for name in ("E0001", "E0002", "E0003"):
        rest = gap.assess(study(whole_and_parts(), figures), leave_out=frozenset([name]))
        assert "contradictory" not in set(rest["verdict"])


@pytest.mark.parametrize("seed", range(40))
def test_the_linear_programme_agrees_with_trying_everything(seed):
    rng = np.random.default_rng(seed)
    size = 4
    statements = []
    place = {}
    for part in range(1, size):
        whole = int(rng.integers(0, part))
        place.setdefault(whole, []).append(part)
    for whole, members in place.items():
        statements.append(parts.Sum(whole, tuple(members), (1.0,) * len(members), True))
        if rng.random() < 0.5:
            statements.append(parts.Sum(whole, tuple(members), (1.0,) * len(members), False))
    low = rng.integers(0, 3, size).astype("float64")
    high = low + rng.integers(0, 4, size)
    possible = [
        q
        for q in itertools.product(
            *(range(int(a), int(b) + 1) for a, b in zip(low, high, strict=True))
        )
        if all(
            (sum(q[p] for p in s.parts) <= q[s.whole])
            if s.at_most
            else (sum(q[p] for p in s.parts) >= q[s.whole])
            for s in statements
        )
    ]
    new_low, new_high, conflicts = parts.tighten(low, high, statements)
    if not possible:
        assert conflicts
        _assert_irreducible(conflicts[0], low, high)
    else:
        assert not conflicts
        assert new_low.tolist() == pytest.approx([min(q[i] for q in possible) for i in range(size)])
        assert new_high.tolist() == pytest.approx(
            [max(q[i] for q in possible) for i in range(size)]
        )


def _assert_irreducible(conflict, low, high):
    """The set is impossible, and possible as soon as any one of its statements is dropped."""

    def impossible(ends, sums):
        lo, hi = np.zeros(len(low)), np.full(len(low), INF)
        for target, end in ends:
            (lo if end == "low" else hi)[target] = (low if end == "low" else high)[target]
        return bool(parts.tighten(lo, hi, list(sums))[2]) or bool((lo > hi).any())

    assert impossible(conflict.ends, conflict.sums)
    for i in range(len(conflict.ends)):
        assert not impossible(conflict.ends[:i] + conflict.ends[i + 1 :], conflict.sums)
    for i in range(len(conflict.sums)):
        assert not impossible(conflict.ends, conflict.sums[:i] + conflict.sums[i + 1 :])


# --- headline, silence, robustness --------------------------------------------------------------


def test_the_share_kept_has_bounds_over_all_targets():
    targets = [
        {"indicator": f"i{i}", "value_low": str(v), "value_high": str(v)}
        for i, v in enumerate((50, 100, 300, 20))
    ]
    figures = [
        {"indicator": "i0"},  # met
        {"indicator": "i1"},  # not met
        {"indicator": "i2", "since_date": "2018-06-01"},  # undetermined
    ]
    found = gap.evaluate(study(targets, figures), None, gap.Readings())
    groups = gap.with_groups(found)
    row = gap.kept_share(groups).iloc[0]
    assert row[["targets", "met", "not_met", "undetermined", "no_evidence"]].tolist() == [
        4,
        1,
        1,
        1,
        1,
    ]
    assert row[["low", "high"]].tolist() == [0.25, 0.75]
    assert row[["reported", "naive_share"]].tolist() == pytest.approx([3, 1 / 3])
    heavy = gap.kept_share(groups, weight="value_low").iloc[0]
    assert heavy[["low", "high"]].tolist() == pytest.approx([50 / 470, 1 - 100 / 470])
    by = gap.kept_share(groups, by="indicator")
    assert by["targets"].tolist() == [1, 1, 1, 1]
    with pytest.raises(sp.UsageError, match="no column 'colour'"):
        gap.kept_share(groups, by="colour")
    silent = gap.silence(found).set_index("indicator")["reporting"]
    assert silent.to_dict() == {"i0": "settled", "i1": "settled", "i2": "bounded", "i3": "silent"}
    rate = gap.reporting_rate(gap.silence(found), "doc_id").iloc[0]
    assert rate[["rate_settled", "rate_bounded", "rate_any"]].tolist() == [0.5, 0.75, 0.75]


def test_figures_that_answer_no_target_are_listed():
    figures = [{}, {"basis": "unknown", "since_date": ""}, {"indicator": "other_things"}, BEFORE]
    out = gap.unanswering(gap.evaluate(study([{}], figures), None, gap.Readings()))
    assert out["answers"].tolist() == ["bounds", "compared", "none"]
    assert out["targets"].tolist() == [1, 1, 0]


def test_the_figure_on_which_a_verdict_hangs_is_named():
    figures = [
        {"value_low": "120", "value_high": "120"},
        {"value_low": "110", "bound": "at_least", "value_high": ""},
        {"value_low": "30", "bound": "at_least", "value_high": ""},
    ]
    world = study([{}], figures)
    assert gap.leave_one_out(world).empty
    world = study([{}], [figures[0], figures[2]])
    out = gap.leave_one_out(world)
    assert out[["left_out", "verdict", "verdict_without"]].to_numpy().tolist() == [
        ["E0001", "met", "undetermined"]
    ]


def test_sensitivity_names_the_reading_that_changes_a_verdict():
    out = gap.sensitivity(study([{"bound": "approx"}], [{"value_low": "96", "value_high": "96"}]))
    changed = out[out["changed"]].set_index("reading")["verdict"].to_dict()
    assert changed == {"tolerance=0.0": "not_met", "quality=official": "no_evidence"}
    assert out["reading"].iloc[0] == "default"


@pytest.mark.parametrize(
    ("figure", "wanted", "shows"),
    [
        ({"action": "make_or_revise", "value_low": "120", "value_high": "120"}, "action", "met"),
        ({"as_of_date": "2020-06-30"}, "end", "either"),
        ({"since_date": "2018-06-01", "as_of_date": "2020-12-31"}, "start", "not_met"),
        (TOTAL, "total", "either"),
    ],
)
def test_the_smallest_fact_that_would_settle_a_target(figure, wanted, shows):
    found = gap.evaluate(study([{}], [figure]), None, gap.Readings())
    fact = gap.settling_facts(found).iloc[0]
    assert (fact["wanted"], fact["facts"], fact["would_show"]) == (wanted, 1, shows)
    assert fact["fact_en"]
    assert fact["fact_zh"]


# --- readings -----------------------------------------------------------------------------------


def test_readings_are_checked():
    with pytest.raises(sp.UsageError, match="no reading 'tolerence'"):
        gap.assess(tolerence=0.1)
    with pytest.raises(sp.UsageError, match="take_part 'yes' is none of"):
        gap.assess(take_part="yes")
    with pytest.raises(sp.UsageError, match="tolerance 1"):
        gap.assess(tolerance=1.5)
    with pytest.raises(sp.UsageError, match="deadline_days"):
        gap.assess(deadline_days=-1)
    with pytest.raises(sp.UsageError, match="tolerance is a number"):
        parse([("tolerance", "much")])
    assert from_text("tolerance=0.1, unknown_basis=during+year").unknown_basis == ("during", "year")
    with pytest.raises(sp.UsageError, match="has no value"):
        from_text("tolerance")


def test_a_figure_without_a_time_basis_may_have_one_of_several():
    figure = {"basis": "unknown", "since_date": ""}
    assert ends({}, figure, unknown_basis=("during",)) == (80, 80)
    assert ends({}, figure, unknown_basis=("during", "cumulative")) == (0, 80)
    assert ends({}, figure, unknown_basis=("during", "stock")) == (0, INF)


@pytest.mark.parametrize(
    ("reading", "target", "figure", "expected"),
    [
        ({"take_part": "alone"}, {"role": "lead_or_take_part"}, {"role": "take_part"}, (80, INF)),
        ({"take_part": "alone"}, {"role": "lead"}, {"role": "take_part"}, (0, INF)),
        ({"unstated_role": "lead"}, {"role": "lead_or_take_part"}, {}, (80, INF)),
        ({"unstated_role": "unknown"}, {"role": "lead"}, {}, (0, INF)),
        ({"unstated_role": "unknown"}, {}, {}, (80, 80)),
        ({"quality": "official"}, {}, {}, (0, INF)),
        ({"confidence": "high"}, {}, {"confidence": "medium"}, (0, INF)),
        ({"deadline_days": 31}, {}, {"as_of_date": "2020-12-01"}, (80, 80)),
        ({"deadline_days": 31}, {}, {"as_of_date": "2021-01-15"}, (80, 80)),
        ({"tolerance": 0.1}, {}, {"bound": "approx"}, (72, 88)),
    ],
)
def test_readings_change_what_follows(reading, target, figure, expected):
    assert ends(target, figure, **reading) == pytest.approx(expected)


def test_the_day_of_issue_as_base():
    world = study([{}], [{"since_date": "2018-03-01"}], documents=[{"issued_on": "2018-03-01"}])
    assert gap.assess(world).iloc[0]["high"] == INF
    assert gap.assess(world, counts_from="issue_date").iloc[0][["low", "high"]].tolist() == [80, 80]


# --- order and units ----------------------------------------------------------------------------


def test_neither_the_order_of_rows_nor_the_unit_changes_anything():
    data = sp.load_all()
    first = gap.assess(data)
    rng = np.random.default_rng(7)
    mixed = {
        name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        for name, frame in data.items()
    }
    second = gap.assess(mixed).set_index("target_id").loc[first["target_id"]].reset_index()
    pd.testing.assert_frame_equal(first, second)
    # The same promises and figures in ten thousands.
    scaled = {name: data[name].copy() for name in data}
    for name in ("targets", "outcomes", "observations"):
        counted = scaled[name]["unit"].isin(["项", "个", "家"])
        scaled[name].loc[counted, ["value_low", "value_high"]] /= 1e4
        scaled[name].loc[counted, "unit"] = "万" + scaled[name].loc[counted, "unit"]
    third = gap.assess(scaled)
    assert third["verdict"].tolist() == first["verdict"].tolist()
    np.testing.assert_allclose(third["ratio_low"], first["ratio_low"])


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("observations", {"value_low": -5.0, "value_high": -5.0}, "below 0"),
        ("observations", {"value_low": np.inf, "value_high": np.inf}, "infinite"),
        ("observations", {"value_low": np.nan}, "two equal values"),
        ("observations", {"unit": "%", "value_low": 120.0, "value_high": 120.0}, "above 100 %"),
        ("observations", {"as_of_date": "2022-01-01"}, "as_of_date is after reported_on"),
        ("observations", {"as_of_date": "2020-13-01"}, "not a date of the calendar"),
        ("observations", {"scope": "nowhere"}, "refers to nothing in scopes.csv"),
        ("targets", {"value_low": -1.0, "value_high": -1.0}, "below 0"),
        ("targets", {"due_date": "2017-12-31"}, "base_date is after due_date"),
        ("targets", {"unit": pd.NA}, "a value is required"),
    ],
)
def test_tables_that_cannot_be_right_are_refused_with_row_and_column(name, changes, said):
    world = study([{}], [{}])
    for column, value in changes.items():
        world[name].loc[0, column] = value
    with pytest.raises(sp.DataError, match=said) as error:
        gap.assess(world)
    assert f"{name}.csv, row 2, column" in str(error.value)


def test_relations_that_do_not_exist_circles_and_missing_columns_are_refused():
    world = study([{}], [{}], [{"target_id": "qx-plan.t01", "evidence_id": "E0001"}])
    world["crosswalk"]["scope_relation"] = world["crosswalk"]["scope_relation"].astype("object")
    world["crosswalk"].loc[0, "scope_relation"] = "similar"
    with pytest.raises(
        sp.DataError, match=r"crosswalk.csv, row 2, column scope_relation: found 'similar'"
    ):
        gap.assess(world)
    world = study(
        [
            {"part_of": "qx-plan.t02", "part_relation": "disjoint"},
            {"part_of": "qx-plan.t01", "part_relation": "disjoint"},
        ]
    )
    with pytest.raises(sp.DataError, match="is part of itself"):
        gap.assess(world)
    world = study([{}], [{}])
    world["observations"] = world["observations"].drop(columns="basis")
    with pytest.raises(sp.DataError, match="column basis: the column is missing"):
        gap.assess(world)
    with pytest.raises(sp.UsageError, match="the table 'crosswalk' is missing"):
        gap.assess(
            {
                "targets": world["targets"],
                "outcomes": world["outcomes"],
                "observations": world["observations"],
            }
        )
    with pytest.raises(sp.UsageError, match="as of '2020-13'"):
        gap.assess(as_of="2020-13")


def test_tables_that_only_some_readings_need_may_be_missing():
    world = study([{}], [{}])
    del world["documents"], world["jurisdictions"]
    assert gap.assess(world).iloc[0]["verdict"] == "not_met"
    with pytest.raises(sp.UsageError, match="no table of documents"):
        gap.assess(world, counts_from="issue_date")
    with pytest.raises(sp.UsageError, match="no table of codings"):
        gap.assess(world, coder="A")


def test_a_folder_of_ones_own_is_assessed(request):
    study = request.getfixturevalue("study")
    out = sp.assess(study.data)
    assert out["target_id"].tolist()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "stdpolicy",
            "assess",
            "--data",
            str(study.data),
            "--format",
            "json",
        ],
        capture_output=True,
        check=True,
    )
    shown = json.loads(done.stdout.decode("utf-8"))
    assert [row["verdict"] for row in shown] == out["verdict"].tolist()
    assert "undetermined" in done.stderr.decode() or "evidence" in done.stderr.decode()


def test_a_coder_may_list_the_time_bases_that_a_figure_can_have():
    world = study([{}], [{"basis": "unknown", "since_date": ""}])
    said = {"evidence_id": "E0001", "reason_zh": "未说明", "reason_en": "not said", "coder": "A"}
    since = {"basis": "during", "since_date": "2018-01-01"}
    world["possible_bases"] = table("possible_bases", said | since)
    assert gap.assess(world).iloc[0][["low", "high"]].tolist() == [80, 80]
    world["possible_bases"] = table("possible_bases", said | since, said | {"basis": "cumulative"})
    assert gap.assess(world).iloc[0][["low", "high"]].tolist() == [0, 80]
    # What is listed for a figure goes before what is read of all.
    assert gap.assess(world, unknown_basis=("stock",)).iloc[0]["high"] == 80


def test_sources_on_which_shipped_verdicts_hang_are_named():
    out = gap.leave_one_out(by="source").set_index("target_id")
    assert out.loc["sx-2016-plan.t02", ["left_out", "verdict"]].tolist() == ["sx20b", "met"]
    alone = gap.leave_one_out()
    hang = alone[alone["target_id"] == "sd-2022-outline.t04"]
    assert hang[["left_out", "verdict_without"]].to_numpy().tolist() == [["E0115", "undetermined"]]


def test_the_command_writes_open_ends_as_empty_cells_and_says_what_is_wrong(capfd):
    from stdpolicy.cli import main

    assert main(["assess", "--as-of", "2021-01-01", "-r", "tolerance", "0.1"]) == 0
    out, err = capfd.readouterr()
    rows = list(csv.DictReader(io.StringIO(out)))
    row = next(r for r in rows if r["target_id"] == "sd-2018-pilot.t14")
    assert (row["high"], row["high_as_of"], row["naive_ratio"]) == ("", "23", "1.29")
    assert "inf" not in {cell for r in rows for cell in r.values()}
    assert "undetermined" in err
    assert main(["assess", "-r", "tolerance", "much"]) == 2
    assert main(["assess", "--as-of", "yesterday"]) == 2
    assert main(["assess", "--data", "no-such-folder"]) == 1
    assert "targets.csv: the file is missing" in capfd.readouterr().err
