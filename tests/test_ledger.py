"""The monitoring ledger on small studies whose every number is worked out by hand."""

import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stdpolicy as sp
from conftest import DOC, FULL
from invented import COUNTED, TARGET, table
from stdpolicy import DataError, UsageError, check
from stdpolicy.gap.ledger import STATUSES, ledger, reports_due, revisions

REPORT = COUNTED | {"basis": "during", "since_date": "2018-01-01", "made_up": "false"}
WORDS = {"zh": "词", "en": "word"}
#: Days of the window of the target: 1095, and left after 2018-12-31: 731.
WINDOW, LEFT = 1095, 731


def report(number, value, as_of, reported, **cells):
    """A report of an exact amount since the base date."""
    both = {"value_low": value, "value_high": value}
    dates = {"as_of_date": as_of, "reported_on": reported}
    return REPORT | {"report_id": f"qx-plan.r{number:02d}"} | both | dates | cells


def make(reports, targets=({},), documents=({},), figures=()):
    """Tables with one target, 10 by the end of 2020, or several; reports as given."""
    promised = {"value_low": 10, "value_high": 10}
    plan = {
        "doc_id": "qx-plan",
        "title_zh": "规划",
        "title_en": "plan",
        "issued_on": "2018-01-01",
        "jurisdiction": "qingxi",
        "kind": "plan",
        "coded": "true",
    }
    kinds = {"unit": "项", "measure": "flow", "direction": "up", "tier": "local"}
    names = ("local_standards", "self_declaration_rate")
    return {
        "targets": table(
            "targets",
            *(
                TARGET | promised | {"target_id": f"qx-plan.t{i:02d}"} | t
                for i, t in enumerate(targets, 1)
            ),
        ),
        "outcomes": table("outcomes"),
        "observations": table("observations", *figures),
        "progress_reports": table("progress_reports", *reports),
        "crosswalk": table("crosswalk"),
        "documents": table("documents", *(plan | d for d in documents)),
        "indicators": table("indicators", *(WORDS | {"key": k} | kinds for k in names)),
        "scopes": table("scopes", WORDS | {"key": "whole"}),
        "domains": table("domains", WORDS | {"key": "all"}),
        "jurisdictions": table("jurisdictions", WORDS | {"key": "qingxi", "level": "province"}),
    }


def state(data, date, known="then", target=1, **options):
    """The row of one target on one day."""
    out = ledger(data, [date], **options)
    assert len(out) == 2 * len(data["targets"])
    rows = out[(out["known"] == known) & (out["target_id"] == f"qx-plan.t{target:02d}")]
    return rows.iloc[0]


JULY = report(1, 2, "2018-07-31", "2018-08-20", due_on="2018-08-23")
LATE = report(2, 3, "2018-10-31", "2018-12-05", due_on="2018-11-23")
YEAR = report(3, 4, "2018-12-31", "2019-01-22", due_on="2019-01-23")
LESS = report(4, 3, "2018-12-31", "2019-03-11", due_on="2019-01-23", revises="qx-plan.r03")
REPORTS = (JULY, LATE, YEAR, LESS)


# --- then and now -------------------------------------------------------------------------------


def test_what_was_reported_later_was_not_known_then():
    data = make(REPORTS)
    then, now = (state(data, "2018-12-31", known) for known in ("then", "now"))
    assert (then["as_of"], then["low_as_of"], then["high_as_of"]) == ("2018-10-31", 3, 3)
    assert (now["as_of"], now["low_as_of"], now["high_as_of"]) == ("2018-12-31", 3, 3)
    # Of the last two months nothing was known then.
    assert (then["low"], then["high"]) == (3, float("inf"))
    assert (now["low"], now["high"]) == (3, 3)


def test_a_late_report_does_not_count_before_it_arrived():
    data = make(REPORTS)
    assert state(data, "2018-12-04")["as_of"] == "2018-07-31"
    assert state(data, "2018-12-05")["as_of"] == "2018-10-31"
    # Known now, it counts for every day from the one that it describes.
    assert state(data, "2018-10-30", "now")["as_of"] == "2018-07-31"
    assert state(data, "2018-10-31", "now")["as_of"] == "2018-10-31"


def test_a_correction_counts_from_the_day_on_which_it_arrived():
    data = make(REPORTS)
    assert state(data, "2019-03-10")["low_as_of"] == 4
    assert state(data, "2019-03-10")["high_as_of"] == 4
    assert state(data, "2019-03-11")["low_as_of"] == 3
    assert state(data, "2019-03-11")["verdict_as_of"] == "not_met"
    assert state(data, "2019-03-10", "now")["high_as_of"] == 3


def test_a_correction_that_describes_a_later_day_leaves_nothing_of_what_it_corrects():
    data = make([YEAR, report(4, 5, "2019-01-31", "2019-03-11", revises="qx-plan.r03")])
    then, now = (state(data, "2019-01-25", known) for known in ("then", "now"))
    assert then["low_as_of"] == 4
    assert pd.isna(now["low_as_of"])
    assert now["low"] == 0


def test_only_the_last_of_several_corrections_counts():
    chain = report(5, 6, "2018-12-31", "2019-04-10", revises="qx-plan.r04")
    beside = report(5, 6, "2018-12-31", "2019-04-10", revises="qx-plan.r03")
    for last in (chain, beside):
        data = make([*REPORTS, last])
        seen = [state(data, day)["low_as_of"] for day in ("2019-02-01", "2019-04-09", "2019-04-10")]
        assert seen == [4, 3, 6]
        found = sp.assess(data).iloc[0]
        assert (found["low_as_of"], found["high_as_of"]) == (6, 6)
        assert found["verdict"] == "undetermined"


def test_a_correction_of_a_correction_stands_though_the_first_one_is_still_to_come():
    last = report(5, 6, "2018-12-31", "2019-02-10", revises="qx-plan.r04")
    data = make([*REPORTS, last])
    assert state(data, "2019-02-10")["low_as_of"] == 6
    assert state(data, "2019-03-11")["low_as_of"] == 6


def test_two_corrections_of_one_day_that_differ_contradict_each_other():
    other = report(5, 6, "2018-12-31", "2019-03-11", revises="qx-plan.r03")
    row = state(make([*REPORTS, other]), "2019-03-31")
    assert row["verdict_as_of"] == "contradictory"
    assert pd.isna(row["behind_as_of"])
    assert pd.isna(row["left_low"])
    assert pd.isna(row["pace_high"])


def test_without_its_correction_a_report_stands_again():
    data = make(REPORTS)
    found = sp.assess(data, leave_out=frozenset({"qx-plan.r04"})).iloc[0]
    assert (found["low_as_of"], found["low_evidence"]) == (4, "qx-plan.r03")
    assert sp.assess(data).iloc[0]["high_as_of"] == 3


def test_reports_stand_beside_other_figures():
    told = COUNTED | {
        "observation_id": "E0001",
        "kind": "outcome",
        "value_low": "2",
        "value_high": "2",
        "basis": "during",
        "since_date": "2018-01-01",
        "as_of_date": "2018-07-31",
        "reported_on": "2018-09-30",
        "source_title": "清溪",
        "source_outlet": "清溪日报",
        "quality": "press",
        "confidence": "high",
    }
    data = make([LATE], figures=[told])
    assert state(data, "2018-11-30")["low_as_of"] == 2
    assert state(data, "2018-12-31")["low_as_of"] == 3
    assert sp.assess(data, quality="official").iloc[0]["low_evidence"] == "qx-plan.r02"


# --- what is left -------------------------------------------------------------------------------


def test_pace_and_path_by_hand():
    row = state(make(REPORTS), "2018-12-31", "now")
    assert (row["promised"], row["unit"]) == (10, "项")
    assert (row["left_low"], row["left_high"]) == (7, 7)
    assert row["years_left"] == pytest.approx(LEFT / 365.25)
    assert row["pace_low"] == row["pace_high"] == pytest.approx(7 / (LEFT / 365.25))
    assert row["pace_low"] == pytest.approx(3.4976, abs=1e-4)
    # 364 of 1095 days are gone.
    assert row["path"] == row["path_as_of"] == pytest.approx(10 * 364 / WINDOW)
    assert row["path"] == pytest.approx(3.3242, abs=1e-4)
    assert row["behind"]
    assert row["behind_as_of"]


def test_more_may_have_been_done_since_the_last_figure():
    row = state(make(REPORTS), "2018-12-31")
    assert (row["low"], row["high"]) == (3, float("inf"))
    assert (row["left_low"], row["left_high"]) == (0, 7)
    assert row["pace_low"] == 0
    assert row["pace_high"] == pytest.approx(7 / (LEFT / 365.25))
    assert pd.isna(row["behind"])
    # Three by 31 October were enough: 10 × 303 ÷ 1095 = 2.77.
    assert row["path_as_of"] == pytest.approx(10 * 303 / WINDOW)
    assert not row["behind_as_of"]


def test_at_the_line_is_not_behind():
    target = {"due_date": "2018-01-11", "value_low": 10, "value_high": 10}
    data = make([report(1, 5, "2018-01-06", "2018-01-06")], [target])
    row = state(data, "2018-01-06")
    assert row["path"] == pytest.approx(5)
    assert not row["behind"]
    data = make([report(1, 4, "2018-01-06", "2018-01-06")], [target])
    assert state(data, "2018-01-06")["behind"]


def test_more_than_promised_leaves_nothing_to_do():
    row = state(make([report(1, 12, "2019-06-30", "2019-06-30")]), "2019-06-30")
    assert (row["left_low"], row["left_high"], row["pace_low"], row["pace_high"]) == (0, 0, 0, 0)
    assert row["verdict"] == "met"
    assert not row["behind"]


def test_a_bound_leaves_an_interval_to_do():
    bounded = report(1, 4, "2018-12-31", "2018-12-31") | {"bound": "range", "value_high": 6}
    row = state(make([bounded]), "2018-12-31")
    assert (row["left_low"], row["left_high"]) == (4, 6)
    years = LEFT / 365.25
    assert row["pace_low"] == pytest.approx(4 / years)
    assert row["pace_high"] == pytest.approx(6 / years)
    assert not row["behind"]


def test_a_month_without_its_day_is_behind_only_if_it_is_on_every_day():
    # The line runs from 3.04 on 30 November to 3.32 on 31 December.
    for value, behind in ((3, True), (3.2, None), (3.4, False)):
        row = state(make([report(1, value, "2018-12", "2019-01-10")]), "2019-01-31")
        assert (None if pd.isna(row["behind_as_of"]) else row["behind_as_of"]) == behind
        assert row["high"] == float("inf")


def test_a_ceiling_a_rate_and_an_all_time_total_have_no_line():
    targets = [
        {"bound": "at_most", "value_low": ""},
        {"indicator": "self_declaration_rate", "unit": "%", "basis": "stock"},
        {"basis": "cumulative"},
    ]
    total = report(2, 4, "2018-12-31", "2019-01-22", basis="cumulative", since_date="")
    rate = total | {"report_id": "qx-plan.r03", "indicator": "self_declaration_rate", "unit": "%"}
    data = make([total, rate | {"basis": "stock"}], targets)
    ceiling, share, ever = (state(data, "2018-12-31", "now", number) for number in (1, 2, 3))
    assert ceiling["promised"] == 10
    assert pd.isna(ceiling["left_high"])
    for row in (ceiling, share, ever):
        assert pd.isna(row["path"])
        assert pd.isna(row["behind"])
    for row in (share, ever):
        assert (row["left_low"], row["left_high"]) == (6, 6)
        assert row["pace_high"] == pytest.approx(6 / (LEFT / 365.25))
    # A share says nothing about another day, a total no less than before.
    later = [state(data, "2019-01-31", "now", number) for number in (2, 3)]
    assert [(row["low"], row["high"]) for row in later] == [(0, 100), (4, float("inf"))]
    assert [row["low_as_of"] for row in later] == [4, 4]


def test_nothing_counts_before_the_base_date():
    data = make([JULY], [{"base_date": "2019-01-01", "due_date": "2020-12-31"}])
    row = state(data, "2018-08-31")
    assert pd.isna(row["path"])
    # 2019 and 2020 have 731 days, of which the first is the base date itself.
    assert row["years_left"] == pytest.approx(730 / 365.25)
    assert row["pace_high"] == pytest.approx(10 / (730 / 365.25))


# --- deadlines ----------------------------------------------------------------------------------


def test_overdue_is_what_is_past_its_deadline_and_not_shown_to_be_met():
    data = make(REPORTS)
    on_the_day, after = (state(data, day) for day in ("2020-12-31", "2021-01-01"))
    assert not on_the_day["overdue"]
    assert after["overdue"]
    for row in (on_the_day, after):
        assert row["verdict"] == "undetermined"
        assert row["years_left"] == 0
        assert pd.isna(row["pace_high"])
        assert row["path"] == 10
        assert (row["left_low"], row["left_high"]) == (0, 7)


@pytest.mark.parametrize(
    ("value", "verdict", "overdue"), [(10, "met", False), (9, "not_met", True)]
)
def test_the_last_report_settles_the_promise(value, verdict, overdue):
    data = make([*REPORTS, report(9, value, "2020-12-31", "2021-01-22")])
    before, then = (state(data, day) for day in ("2021-01-21", "2021-01-22"))
    assert (before["verdict"], before["overdue"]) == ("undetermined", True)
    assert (then["verdict"], then["overdue"]) == (verdict, overdue)
    assert (then["low"], then["high"]) == (value, value)
    assert (then["left_low"], then["left_high"]) == (10 - value, 10 - value)
    assert then["behind"] == overdue
    assert state(data, "2021-01-21", "now")["verdict"] == verdict


def test_a_promise_met_early_is_never_overdue():
    data = make([report(1, 11, "2019-06-30", "2019-07-20")])
    assert not state(data, "2021-06-30")["overdue"]


def test_a_superseded_promise_is_not_overdue_once_the_later_plan_was_issued():
    targets = [
        {},
        {
            "target_id": "qx-later.t01",
            "doc_id": "qx-later",
            "supersedes": "qx-plan.t01",
            "base_date": "2021-07-01",
            "due_date": "2025-12-31",
        },
    ]
    later = {"doc_id": "qx-later", "issued_on": "2021-07-01"}
    data = make(REPORTS, targets, [{}, later])
    out = ledger(data, ["2021-06-30", "2021-07-01"])
    old = out[out["target_id"] == "qx-plan.t01"]
    assert old["overdue"].tolist() == [True, True, False, False]


def test_nothing_is_asked_of_a_plan_before_it_was_issued():
    data = make([], documents=[{"issued_on": "2019-03"}])
    before, after = (state(data, day) for day in ("2019-02-28", "2019-03-01"))
    assert pd.isna(before["pace_high"])
    assert pd.isna(before["path"])
    assert before["reason_en"] == "The plan was issued after 2019-02-28."
    assert before["reason_zh"] == "规划在2019-02-28之后发布。"
    assert after["pace_high"] > 0
    assert after["reason_en"] == "No figure reported by 2019-03-01 speaks to this target."


def test_reasons_are_given_where_nothing_can_be_told_and_nowhere_else():
    data = make(REPORTS, [{}, {"action": "revise"}, {"indicator": "self_declaration_rate"}])
    out = ledger(data, ["2018-07-31", "2019-06-30"])
    silent = out["low_as_of"].isna()
    assert silent.any()
    assert not silent.all()
    for language in ("zh", "en"):
        assert out[f"reason_{language}"].notna().equals(silent)
    other = state(data, "2019-06-30", target=2)
    assert "it counts other actions" in other["reason_en"]
    assert "行为不同" in other["reason_zh"]


# --- the table ----------------------------------------------------------------------------------


def test_rows_and_columns():
    out = ledger(make(REPORTS), ["2019-06-30", "2018-08", "2018-08-31"])
    assert out["date"].tolist() == ["2019-06-30"] * 2 + ["2018-08-31"] * 2
    assert out["known"].tolist() == ["then", "now"] * 2
    assert list(out) == [
        *("date", "known", "target_id", "unit", "promised"),
        *("as_of", "low_as_of", "high_as_of", "verdict_as_of", "path_as_of", "behind_as_of"),
        *("low", "high", "left_low", "left_high", "years_left", "pace_low", "pace_high"),
        *("path", "behind", "overdue", "verdict", "reason_zh", "reason_en", "made_up"),
    ]
    pd.testing.assert_frame_equal(ledger(make(REPORTS), "2019-06-30"), out.iloc[:2])


def test_readings_apply():
    # A tenth less than about 10 is promised.
    data = make(REPORTS, [{"bound": "approx"}])
    changed = sp.gap.Readings().but(tolerance=0.1)
    assert state(data, "2018-12-31", readings=changed)["promised"] == pytest.approx(9)


def test_tables_without_reports_have_a_ledger_too():
    data = make([])
    del data["progress_reports"]
    assert state(data, "2019-06-30")["verdict"] == "no_evidence"


# --- what is made up ----------------------------------------------------------------------------


def test_every_packaged_report_says_that_it_is_made_up():
    reports = sp.load("progress_reports")
    assert 20 <= len(reports) <= 30
    assert reports["made_up"].all()
    assert reports["report_id"].str.startswith("ta-made-up.").all()
    for words in ("Made-up example", "虚构示例"):
        assert reports["note"].str.contains(words).all()


def test_made_up_reports_count_only_when_asked_for():
    packaged = sp.load_all()
    without = {name: frame for name, frame in packaged.items() if name != "progress_reports"}
    plain = sp.assess(packaged)
    pd.testing.assert_frame_equal(plain, sp.assess(without))
    pd.testing.assert_frame_equal(plain, sp.assess())
    shown = plain.astype("object").to_string() + sp.assess(as_of="2019-06-30").to_string()
    assert "made-up" not in shown
    asked_for = sp.assess(made_up=True)
    assert "ta-made-up.r22" in set(asked_for["low_evidence"].dropna())
    days = ["2019-03-01"]
    pd.testing.assert_frame_equal(ledger(packaged, days), ledger(without, days))
    assert not ledger(packaged, days)["made_up"].any()
    assert ledger(packaged, days, made_up=True)["made_up"].all()
    assert reports_due(upto="2019-07-31").empty
    assert revisions().empty


def test_a_made_up_correction_leaves_a_real_report_alone():
    data = make([YEAR, LESS | {"made_up": "true"}])
    assert sp.assess(data).iloc[0]["low_as_of"] == 4
    assert sp.assess(data, made_up=True).iloc[0]["low_as_of"] == 3
    assert revisions(data).empty
    assert len(revisions(data, made_up=True)) == 1
    assert reports_due(data, "2019-01-31")["status"].tolist()[-1] == "on_time"


def test_the_packaged_example_by_hand():
    out = ledger(dates=["2019-01-31", "2021-02-01"], made_up=True)
    rows = out.set_index(["target_id", "date", "known"])
    # 4 were told by then for the end of 2018, 3 are known now; for the end of January it is 4.
    then = rows.loc[("ta-2018-reform.t03", "2019-01-31", "then")]
    assert (then["as_of"], then["low_as_of"], bool(then["behind_as_of"])) == (
        "2018-12-31",
        4,
        False,
    )
    now = rows.loc[("ta-2018-reform.t03", "2019-01-31", "now")]
    assert (now["as_of"], now["low"], now["high"]) == ("2019-01-31", 4, 4)
    assert now["pace_low"] == pytest.approx(6 / (700 / 365.25))
    overdue = rows.xs(("2021-02-01", "then"), level=["date", "known"])["overdue"]
    assert not overdue["ta-2018-reform.t02"]
    assert overdue[["ta-2018-reform.t03", "ta-2018-reform.t08"]].all()


# --- reports that are due -----------------------------------------------------------------------


def test_status_of_monthly_reports():
    out = reports_due(make(REPORTS), "2019-03-31", start="2018-08")
    assert out["due_on"].tolist() == [
        *("2018-08-23", "2018-09-23", "2018-10-23", "2018-11-23", "2018-12-23"),
        *("2019-01-23", "2019-02-23", "2019-03-23"),
    ]
    assert out["status"].tolist() == [
        *("on_time", "missing", "missing", "late", "missing", "revised", "missing", "missing")
    ]
    answered = out.dropna(subset=["report_id"])
    assert answered["days_late"].tolist() == [0, 12, 0]
    revised = answered.iloc[-1]
    assert (revised["report_id"], revised["reported_on"]) == ("qx-plan.r03", "2019-01-22")
    assert (revised["revised_by"], revised["revised_on"]) == ("qx-plan.r04", "2019-03-11")
    assert list(out["status"].cat.categories) == STATUSES
    assert out["days_late"].isna().equals(out["report_id"].isna())


def test_what_has_not_arrived_yet_is_missing():
    out = reports_due(make(REPORTS), "2018-12-04", start="2018-11-01")
    assert out["status"].tolist() == ["missing"]
    out = reports_due(make(REPORTS), "2019-03-10", start="2019-01-01")
    assert out["status"].tolist()[0] == "on_time"
    assert out["revised_on"].isna().all()


def test_reports_are_due_from_the_day_on_which_a_series_begins():
    monthly = reports_due(make(REPORTS), "2018-03-31")
    assert monthly.empty, "nothing of the series was known by then"
    out = reports_due(make(REPORTS), "2018-08-31")
    assert len(out) == 8
    assert (out["status"] == "missing").sum() == 7
    total = report(1, 40, "2018-06-30", "2018-07-02", basis="cumulative", since_date="")
    assert reports_due(make([total]), "2018-08-31")["due_on"].tolist() == [
        *("2018-07-23", "2018-08-23")
    ]


def test_a_report_without_a_due_day_answers_the_next_one():
    plain = [
        report(1, 1, "2018-01-31", "2018-02-20"),
        report(2, 2, "2018-02-28", "2018-03-25"),
        report(3, 2, "2018-03-23", "2018-03-23"),
    ]
    out = reports_due(make(plain), "2018-03-31", start="2018-02")
    assert out["report_id"].tolist() == ["qx-plan.r01", "qx-plan.r03"]
    assert out["status"].tolist() == ["on_time", "on_time"]


@pytest.mark.parametrize(
    ("frequency", "options", "expected"),
    [
        ("monthly", {"day": 31}, ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"]),
        ("quarterly", {}, ["03-23", "06-23"]),
        ("quarterly", {"months_later": 1}, ["01-23", "04-23"]),
        ("yearly", {"months_later": 2, "day": 1}, ["02-01"]),
        ("yearly", {}, []),
    ],
)
def test_regimes(frequency, options, expected):
    data = make([report(1, 1, "2018-01-31", "2018-02-20")])
    out = reports_due(data, "2018-06-30", frequency, **options)
    assert out["due_on"].tolist() == [f"2018-{day}" for day in expected]


def test_each_series_is_held_to_the_regime_by_itself():
    other = [report(5, 40, "2018-07-31", "2018-09-01", unit="%", indicator="self_declaration_rate")]
    made_up = [JULY | {"report_id": "qx-plan.r06", "made_up": "true"}]
    data = make([*REPORTS, *other, *made_up])
    out = reports_due(data, "2018-12-31", start="2018-08-01")
    assert out.groupby("indicator").size().tolist() == [5, 5]
    assert out["status"].value_counts().to_dict() == {
        "missing": 7,
        "on_time": 1,
        "late": 2,
        "revised": 0,
    }
    assert reports_due(data, "2018-12-31", start="2018-08-01", made_up=True)["made_up"].sum() == 5


def test_a_month_of_arrival_is_late_only_if_all_of_it_is():
    rows = [
        report(1, 1, "2018-01-31", "2018-02", due_on="2018-02-23"),
        report(2, 1, "2018-02-28", "2018-04", due_on="2018-03"),
    ]
    out = reports_due(make(rows), "2018-04-30", start="2018-02", day=23)
    assert out["status"].tolist() == ["on_time", "late", "missing"]
    assert out["days_late"].tolist()[:2] == [0, 9]


def test_the_packaged_example_has_every_status():
    out = reports_due(upto="2019-07-31", start="2018-08", made_up=True)
    monthly = out[out["indicator"] == "group_standards"]
    assert len(monthly) == 12
    assert monthly["status"].value_counts().to_dict() == {
        "on_time": 9,
        "late": 1,
        "missing": 1,
        "revised": 1,
    }
    assert out["made_up"].all()


# --- revisions ----------------------------------------------------------------------------------


def test_revisions_show_what_was_first_told_and_what_is_told_now():
    row = revisions(make(REPORTS)).iloc[0]
    assert (row["report_id"], row["as_of_date"]) == ("qx-plan.r03", "2018-12-31")
    assert (row["first_reported_on"], row["first_low"], row["first_high"]) == ("2019-01-22", 4, 4)
    assert (row["last_report_id"], row["last_reported_on"]) == ("qx-plan.r04", "2019-03-11")
    assert (row["last_low"], row["last_high"], row["change"]) == (3, 3, -1)
    assert row["corrections"] == 1


def test_of_several_revisions_the_last_is_shown():
    last = report(5, 6, "2018-12-31", "2019-04-10", revises="qx-plan.r04")
    out = revisions(make([last, LESS, YEAR]))
    assert len(out) == 1
    assert (out["last_low"][0], out["change"][0], out["corrections"][0]) == (6, 2, 2)


def test_no_change_is_told_between_bounds_or_units():
    for cells in ({"bound": "at_least", "value_high": ""}, {"unit": "百"}):
        out = revisions(make([YEAR, LESS | cells]))
        assert len(out) == 1
        assert out["change"].isna().all()
    assert revisions(make([YEAR])).empty


# --- input that is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize("dates", [[], ["soon"], ["2019-02-30"], "2019/01/01", [None], [""]])
def test_dates_that_are_none_are_refused(dates):
    with pytest.raises(UsageError):
        ledger(make(REPORTS), dates)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"upto": "soon"},
        {"upto": "2019", "start": "soon"},
        {"upto": "2019", "frequency": "weekly"},
        {"upto": "2019", "day": 0},
        {"upto": "2019", "day": 32},
        {"upto": "2019", "months_later": -1},
    ],
)
def test_a_regime_that_does_not_exist_is_refused(options):
    with pytest.raises(UsageError):
        reports_due(make(REPORTS), **options)


def test_a_missing_table_or_column_is_named():
    data = make(REPORTS)
    del data["progress_reports"]
    for function in (revisions, lambda d: reports_due(d, "2019")):
        with pytest.raises(UsageError, match="progress_reports"):
            function(data)
    broken = make(REPORTS)
    broken["progress_reports"] = broken["progress_reports"].drop(columns="revises")
    for function in (revisions, sp.assess, lambda d: ledger(d, "2019")):
        with pytest.raises(DataError, match="revises"):
            function(broken)


def test_reports_that_revise_each_other_are_refused():
    circle = make([YEAR | {"revises": "qx-plan.r04"}, LESS])
    for function in (revisions, sp.assess, lambda d: ledger(d, "2019")):
        with pytest.raises(DataError, match="revises"):
            function(circle)


def test_faults_in_the_file(study):
    assert check(study.data).empty
    study.put("progress_reports", 1, revises=f"{DOC}.r09")
    faults = check(study.data)
    assert faults["column"].tolist() == ["revises"]
    assert "refers to nothing" in faults["rule"][0]
    study.put("progress_reports", 1, revises=f"{DOC}.r02")
    assert "itself" in check(study.data)["rule"][0]
    study.put("progress_reports", 1, revises=f"{DOC}.r01", made_up="", reported_on="2018-11-30")
    assert set(check(study.data)["column"]) == {"made_up", "as_of_date, reported_on"}


def test_a_folder_may_be_given(study):
    out = revisions(study.data, made_up=True)
    assert out["change"].tolist() == [-2]
    due = reports_due(study.data, "2019-03-31", day=15, made_up=True)
    assert due["status"].value_counts()["revised"] == 1
    assert set(ledger(study.data, "2019-06-30")["target_id"]) == {f"{DOC}.t0{i}" for i in (1, 2, 3)}


# --- whatever is reported -----------------------------------------------------------------------

_FIRST = datetime.date(2018, 1, 1)


def _date(days):
    return (_FIRST + datetime.timedelta(days)).isoformat()


@st.composite
def stories(draw):
    """Days on which things were made, and true reports of them that may be wrong at first."""
    made = sorted(draw(st.lists(st.integers(1, 1200), max_size=14)))
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        as_of = draw(st.integers(1, 1250))
        arrived = as_of + draw(st.integers(0, 300))
        true = sum(day <= as_of for day in made)
        first = len(rows) + 1
        versions = draw(st.integers(0, 2))
        for version in range(versions + 1):
            value = true if version == versions else draw(st.integers(0, 20))
            revises = f"qx-plan.r{first + version - 1:02d}" if version else ""
            rows.append(
                report(first + version, value, _date(as_of), _date(arrived), revises=revises)
            )
            arrived += draw(st.integers(1, 200))
    return made, rows


DAYS = st.lists(st.integers(1, 1400), min_size=1, max_size=4, unique=True)
EXAMPLES = settings(max_examples=300 if FULL else 20)


@EXAMPLES
@given(stories(), st.integers(1, 1400))
def test_what_was_known_then_does_not_depend_on_what_came_later(story, day):
    _, rows = story
    date = _date(day)
    by_then = [row for row in rows if row["reported_on"] <= date]
    every = ledger(make(rows), [date])
    then, now = (every[every["known"] == known] for known in ("then", "now"))
    other = ledger(make(by_then), [date])
    pd.testing.assert_frame_equal(then, other[other["known"] == "then"])
    # What had all been reported by then is known now as it was then.
    if len(by_then) == len(rows):
        columns = [c for c in every if c not in ("known", "reason_zh", "reason_en")]
        pd.testing.assert_frame_equal(
            then[columns].reset_index(drop=True), now[columns].reset_index(drop=True)
        )


@EXAMPLES
@given(stories(), DAYS)
def test_what_is_known_now_never_excludes_the_truth(story, days):
    made, rows = story
    every = ledger(make(rows), [_date(day) for day in days])
    table = every[every["known"] == "now"].astype("object")
    for day, (_, row) in zip(days, table.iterrows(), strict=True):
        end = min(day, WINDOW)
        true = sum(d <= end for d in made)
        assert row["low"] <= true <= row["high"]
        left = max(10 - true, 0)
        assert row["left_low"] <= left <= row["left_high"]
        if day < WINDOW:
            pace = left / ((WINDOW - day) / 365.25)
            assert row["pace_low"] <= pace * (1 + 1e-12)
            assert row["pace_high"] >= pace * (1 - 1e-12)
        if not pd.isna(row["behind"]):
            assert row["behind"] == (true < 10 * end / WINDOW - 1e-9)
        if not pd.isna(row["as_of"]):
            read = (datetime.date.fromisoformat(row["as_of"]) - _FIRST).days
            then = sum(d <= read for d in made)
            assert row["low_as_of"] <= then <= row["high_as_of"]
            if not pd.isna(row["behind_as_of"]):
                assert row["behind_as_of"] == (then < 10 * read / WINDOW - 1e-9)
        if row["verdict"] in ("met", "not_met"):
            met = sum(d <= WINDOW for d in made) >= 10
            assert row["verdict"] == ("met" if met else "not_met")
        assert row["overdue"] == (day > WINDOW and row["verdict"] != "met")
