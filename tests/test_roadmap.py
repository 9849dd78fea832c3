"""Phases, deadlines, what is told of deliverables, and duties as a calendar."""

import datetime
import functools
import itertools
import os
import subprocess
import sys

import icalendar
import pandas as pd
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

import stdpolicy as sp
from drawn import faults, words_of
from invented import TARGET, number, table
from stdpolicy import DataError, UsageError, cli, figures, promises, reports, roadmap
from stdpolicy.figures.captions import caption
from stdpolicy.roadmap.states import STATES
from stdpolicy.roadmap.timetable import GROUPS, KINDS

PLAN, LATER = "qx-plan", "qx-later"
CODED = {"doc_id": PLAN, "section": "1", "jurisdiction": "qingxi", "start": 0, "end": 1}
#: Functions that take all tables and give a table of results.
TABLES = [roadmap.phases, roadmap.milestones, roadmap.states, roadmap.timetable, roadmap.duties]
NAMES = pytest.mark.parametrize("function", TABLES, ids=lambda f: f.__name__)


def document(doc_id=PLAN, **cells):
    about = {"title_zh": f"{doc_id} 规划", "title_en": f"{doc_id} plan", "short_zh": doc_id}
    kept = {"short_en": doc_id, "jurisdiction": "qingxi", "kind": "plan", "coded": "true"}
    when = {"issued_on": "2018-06-01", "period_start": "2018", "period_end": "2020"}
    return {"doc_id": doc_id, **about, **kept, **when, **cells}


def deliverable(n, due="2020-12-31", **cells):
    about = {"kind": "rule", "name_zh": f"事项{n}", "name_en": f"thing {n}", "verb": "make"}
    key = {"deliverable_id": f"{cells.get('doc_id', PLAN)}.d{n:02d}", "commitment": "firm"}
    return CODED | about | key | {"domain": "all", "due_date": due} | cells


def told(n, state, as_of="2019-12-31", evidence="E0001", **cells):
    why = {"reason_zh": f"{state}理由", "reason_en": f"why {state}", "coder": "A"}
    row = {"deliverable_id": f"{PLAN}.d{n:02d}", "evidence_id": evidence, "state": state}
    return row | why | {"as_of_date": as_of, "confidence": "high"} | cells


def mechanism(n=1, frequency="monthly", **cells):
    about = {"kind": "reporting", "name_zh": f"报送{n}", "name_en": f"report {n}"}
    return CODED | about | {"mechanism_id": f"{PLAN}.m{n:02d}", "frequency": frequency} | cells


def observation(key, reported_on="2020-01-15", **cells):
    counted = {"jurisdiction": "qingxi", "indicator": "pilots", "domain": "all", "scope": "whole"}
    number = {"value_low": 1, "value_high": 1, "unit": "个", "bound": "exact", "basis": "stock"}
    how = {"role": "unstated", "stage": "issued", "action": "make", "kind": "outcome"}
    told_by = {"source_title": "-", "source_outlet": "-", "quality": "press", "confidence": "high"}
    row = {"observation_id": key, "reported_on": reported_on}
    return counted | number | how | told_by | row | cells


@functools.cache
def _base():
    """Tables that every study here begins with."""
    sections = [
        {"doc_id": PLAN, "section": s, "level": "1", "title_zh": f"第{s}节", "title_en": s}
        | {"start": n, "end": n + 1}
        for n, s in enumerate(("1", "2", "3"))
    ]
    counted = {"key": "pilots", "zh": "试点", "en": "pilots", "unit": "个", "measure": "flow"}
    office = {"key": "qx_office", "zh": "办公室", "en": "the office", "jurisdiction": "qingxi"}
    empty = ["deliverables", "fulfilments", "targets", "mechanisms", "outcomes"]
    return {
        "documents": table("documents", document()),
        "sections": table("sections", *sections),
        "indicators": table("indicators", counted | {"direction": "up", "tier": "none"}),
        "domains": table("domains", {"key": "all", "zh": "全部", "en": "all"}),
        "agencies": table("agencies", office | {"kind": "government"}),
        "observations": table(
            "observations", observation("E0001"), observation("E0002", "2021-03-01")
        ),
    } | {name: table(name) for name in empty}


def study(**rows):
    """All tables that the roadmap needs, of the rows given; documents and words by default."""
    return _base() | {name: table(name, *own) for name, own in rows.items()}


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


# --- phases and deadlines -------------------------------------------------------------------------


def test_phases_follow_each_other_within_the_period_of_the_plan():
    rows = [
        deliverable(1, "2018-12-31", phase="2"),
        deliverable(2, "2018-10", phase="2"),
        deliverable(3, "2020-12-31", phase="3"),
        deliverable(4, "2025"),
    ]
    found = roadmap.phases(study(deliverables=rows))
    spans = list(zip(found["phase"], found["begins"], found["ends"], strict=True))
    assert spans == [
        (None, "2018-01-01", "2020-12-31"),
        ("2", "2018-01-01", "2018-12-31"),
        ("3", "2019-01-01", "2020-12-31"),
    ]
    assert found["number"].tolist() == [pd.NA, 1, 2]
    assert found["known_from"].tolist() == ["period", "deadlines", "deadlines"]
    assert found["name_zh"].tolist() == [PLAN, "第2节", "第3节"]


def test_phases_with_one_deadline_run_side_by_side_and_one_without_has_no_end():
    rows = [deliverable(n, "2019", phase=phase) for n, phase in enumerate("12", start=1)]
    rows.append(deliverable(3, "", phase="3"))
    found = roadmap.phases(study(deliverables=rows)).dropna(subset=["phase"])
    assert found["begins"].tolist() == ["2018-01-01", "2018-01-01", "2020-01-01"]
    assert found["ends"].tolist() == ["2019-12-31", "2019-12-31", None]


def test_a_document_without_period_or_phases_is_no_plan():
    press = document(LATER, period_start="", period_end="")
    found = roadmap.phases(study(documents=[document(), press]))
    assert found["doc_id"].tolist() == [PLAN]
    unread = document(LATER, coded="false")
    assert len(roadmap.phases(study(documents=[document(), unread]))) == 1


def test_milestones_hold_everything_with_a_deadline_in_the_order_of_time():
    target = TARGET | number("exact", 3) | {"target_id": f"{PLAN}.t01", "indicator": "pilots"}
    target["due_date"] = "2019"
    rows = [deliverable(1), deliverable(2, ""), deliverable(3, restates=f"{PLAN}.d01")]
    rows.append(deliverable(4, "2018", restates=f"{PLAN}.d01"))
    known = study(deliverables=rows, targets=[target], mechanisms=[mechanism(deadline="2019-06")])
    found = roadmap.milestones(known)
    assert found["row_id"].str[-3:].tolist() == ["d04", "m01", "t01", "d01", "d03"]
    assert found["due"].tolist() == ["2018-12-31", "2019-06-30", "2019-12-31", *2 * ["2020-12-31"]]
    # The same for the same deadline is said again; for another deadline it is another milestone.
    assert found["again"].tolist() == [False, False, False, False, True]
    assert found.loc[found["promise"] == "target", "name_en"].tolist() == ["pilots"]


def test_milestones_of_the_packaged_plans_are_their_rows_with_a_deadline(packaged):
    found = roadmap.milestones(packaged)
    columns = {"deliverables": "due_date", "targets": "due_date", "mechanisms": "deadline"}
    wanted = sum(packaged[name][column].notna().sum() for name, column in columns.items())
    assert len(found) == wanted
    assert found["row_id"].is_unique
    assert found["due"].is_monotonic_increasing


# --- states ---------------------------------------------------------------------------------------


def state_of(rows, as_of="", due="2020-12-31", **kwargs):
    known = study(deliverables=[deliverable(1, due)], fulfilments=rows)
    return roadmap.states(known, as_of, **kwargs).iloc[0]


def test_nothing_told_is_past_or_ahead_of_the_deadline():
    assert state_of([], "2020-12-31")["state"] == "ahead"
    assert state_of([], "2021-01")["state"] == "past"
    assert state_of([], "2021", due="")["state"] == "ahead"
    # Without a day, the last report tells what time it is: 1 March 2021.
    assert state_of([])["state"] == "past"
    assert state_of([], due="2021-03-01")["state"] == "ahead"


def test_only_what_was_told_by_a_day_counts_and_only_about_days_before_it():
    rows = [told(1, "begun"), told(1, "kept", "2020-06-30", "E0002")]
    assert state_of(rows, "2020-01-14")["state"] == "ahead"
    assert state_of(rows, "2020-01-15")["state"] == "begun"
    assert state_of(rows, "2021-02")["state"] == "begun"
    late = state_of(rows, "2021-03-01")
    assert late[["state", "as_of_date", "evidence_ids"]].tolist() == [
        *("kept", "2020-06-30", "E0001+E0002")
    ]
    assert late["reason_en"] == "why kept"
    future = [told(1, "kept", "2022", "E0001")]
    assert state_of(future, "2021")["state"] == "past"
    assert state_of(future)["state"] == "kept"


def test_evidence_without_a_date_of_report_counts_only_where_no_day_is_asked_for():
    rows = [told(1, "kept", "", "E0003")]
    known = study(deliverables=[deliverable(1)], fulfilments=rows)
    known["observations"] = table("observations", observation("E0003", ""))
    assert roadmap.states(known, "2030")["state"].tolist() == ["past"]
    assert roadmap.states(known)["state"].tolist() == ["kept"]
    # The date of the page will do.
    page = observation("E0003", "", source_date="2020-05")
    known["observations"] = table("observations", page)
    assert roadmap.states(known, "2020-05-31")["state"].tolist() == ["kept"]
    assert roadmap.states(known, "2020-05-30")["state"].tolist() == ["ahead"]


def test_kept_in_time_is_told_only_for_a_date_up_to_the_deadline():
    assert bool(state_of([told(1, "kept", "2020-12")])["in_time"])
    assert pd.isna(state_of([told(1, "kept", "2021")])["in_time"])
    assert pd.isna(state_of([told(1, "kept", "")])["in_time"])
    # Known to a year that ends after the deadline, it may have been later.
    assert pd.isna(state_of([told(1, "kept", "2020")], due="2020-06")["in_time"])
    assert pd.isna(state_of([told(1, "begun", "2020")])["in_time"])
    both = [told(1, "kept", "2021"), told(1, "kept", "2020-02", "E0002")]
    assert bool(state_of(both)["in_time"])


@pytest.mark.parametrize(
    ("broken", "kept", "state"),
    [
        ("2020-12-31", "2021-06", "kept"),
        ("2020-12-31", "2020-06", "contradictory"),
        ("2020-12-31", "2020-12", "contradictory"),
        ("2020-12-31", "", "contradictory"),
        ("", "2021-06", "contradictory"),
    ],
)
def test_kept_late_is_no_contradiction_and_broken_after_it_was_kept_is(broken, kept, state):
    rows = [told(1, "not_kept", broken), told(1, "kept", kept, "E0002")]
    assert state_of(rows)["state"] == state
    assert state_of(rows[::-1])["state"] == state


TOLD = ("kept", "not_kept", "partly", "begun", "unclear")


def test_the_evidence_that_tells_most_decides_in_any_order():
    pairs = list(itertools.product(TOLD, TOLD))
    evidence = [(n, pair, key) for n, pair in enumerate(pairs, start=10) for key in (0, 1)]
    rows = [told(n, pair[key], "2019", f"E000{key + 1}") for n, pair, key in evidence]
    known = study(
        deliverables=[deliverable(n) for n in range(10, 10 + len(pairs))], fulfilments=rows
    )
    for pair, state in zip(pairs, roadmap.states(known)["state"], strict=True):
        apart = {"kept", "not_kept"} == set(pair)
        assert state == ("contradictory" if apart else min(pair, key=TOLD.index)), pair


def test_judgements_below_a_confidence_do_not_count():
    rows = [told(1, "kept", confidence="low"), told(1, "begun", evidence="E0002")]
    assert state_of(rows)["state"] == "kept"
    assert state_of(rows, confidence="medium")["state"] == "begun"
    with pytest.raises(UsageError, match="confidence is low, medium, high"):
        state_of(rows, confidence="sure")


def test_more_is_told_as_time_goes_on(packaged):
    """Of no packaged deliverable less is told later; not kept and contradictory do not occur."""
    order = ["past", "ahead", "unclear", "begun", "partly", "kept"]
    before = None
    for day in ("2018", "2019", "2020-10-12", "2020-10-13", "2021", "2023", "2026", ""):
        now = roadmap.states(packaged, day)["state"].map(order.index)
        told_now = now.where(now > 1, 0)
        if before is not None:
            assert (told_now >= before).all(), day
        before = told_now
    assert (before > 0).sum() > 100


def test_nothing_of_the_press_conference_is_known_before_it(packaged):
    rows = packaged["fulfilments"]
    press = rows["evidence_id"].str.startswith("sd-2020-press").fillna(False)
    of_it = set(rows.loc[press, "deliverable_id"]) - set(rows.loc[~press, "deliverable_id"])
    found = roadmap.states(packaged, "2020-10-12").set_index("deliverable_id")["state"]
    assert of_it
    assert set(found[sorted(of_it)]) <= {"past", "ahead"}


def test_counts_hold_every_deliverable_once(packaged):
    found = roadmap.states(packaged)
    counts = roadmap.counts(found)
    assert counts["deliverables"].sum() == packaged["deliverables"]["restates"].isna().sum()
    assert (counts[STATES].sum(axis=1) == counts["deliverables"]).all()
    by_kind = roadmap.counts(found, ["doc_id", "kind"])
    assert by_kind[STATES].sum().to_dict() == counts[STATES].sum().to_dict()
    with pytest.raises(UsageError, match="cannot be counted by 'colour'"):
        roadmap.counts(found, ["colour"])


def test_timetable_counts_what_the_milestones_and_states_hold(packaged):
    found = roadmap.timetable(packaged)
    due = roadmap.milestones(packaged)
    due = due[~due["again"]]
    assert found["promises"].sum() == len(due)
    assert not found.duplicated(["doc_id", "due", "group"]).any()
    assert set(found["group"]) <= set(KINDS)
    own = found[found["group"].isin(list(GROUPS))]
    assert (own[STATES].sum(axis=1) == own["promises"]).all()
    assert found.loc[~found["group"].isin(list(GROUPS)), STATES].isna().all(axis=None)
    states = roadmap.states(packaged).set_index("deliverable_id")["state"]
    kept = states[due.loc[due["promise"] == "deliverable", "row_id"]].eq("kept").sum()
    assert own["kept"].sum() == kept > 0


# --- duties ---------------------------------------------------------------------------------------


def dates_of(*rows, documents=(), begin="", until="", first="", last=""):
    known = study(mechanisms=list(rows), documents=documents or [document()])
    found = roadmap.occurrences(roadmap.duties(known, begin, until), first, last)
    return list(zip(found["opens"], found["due"], found["stated"], strict=True))


def test_duties_of_taian_in_2019(packaged):
    """By hand, from the text: the 23rd of each month, the first quarter, quarters and years."""
    own = roadmap.of_plan(packaged, "ta-2018-reform")
    found = roadmap.occurrences(roadmap.duties(own), "2019", "2019")
    days = found[found["stated"]]
    assert days["due"].tolist() == [f"2019-{month:02d}-23" for month in range(1, 13)]
    assert set(days["name_en"]) == {"Monthly progress report"}
    spans = found[~found["stated"]]
    quarter = spans[spans["name_en"] == "Yearly submission of city pilots"]
    assert quarter[["opens", "due"]].to_numpy().tolist() == [["2019-01-01", "2019-03-31"]]
    ends = spans.loc[spans["frequency"] == "quarterly", "due"]
    assert ends.tolist() == ["2019-03-31", "2019-06-30", "2019-09-30", "2019-12-31"]
    assert (spans["frequency"] == "monthly").sum() == 12


def test_a_day_is_the_23rd_or_the_last_of_a_month_that_has_fewer():
    found = dates_of(mechanism(reporting_day=23), begin="2019-11", until="2020-01")
    assert found == [(day, day, True) for day in ("2019-11-23", "2019-12-23", "2020-01-23")]
    found = dates_of(mechanism(reporting_day=31), begin="2019-12", until="2020-04")
    days = ["2019-12-31", "2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"]
    assert [due for _, due, _ in found] == days


def test_a_span_counts_only_as_a_whole():
    assert dates_of(mechanism(1, "quarterly"), begin="2019-02", until="2019-11") == [
        ("2019-04-01", "2019-06-30", False),
        ("2019-07-01", "2019-09-30", False),
    ]
    # A plan issued in June does not bind for the year that had begun.
    assert dates_of(mechanism(1, "yearly")) == [
        ("2019-01-01", "2019-12-31", False),
        ("2020-01-01", "2020-12-31", False),
    ]
    assert len(dates_of(mechanism(1, "yearly"), begin="2018")) == 3


def test_part_of_the_year_and_day_of_it():
    span = dates_of(mechanism(1, "yearly", within="Q3"), begin="2019", until="2019")
    assert span == [("2019-07-01", "2019-09-30", False)]
    month = dates_of(mechanism(1, "yearly", within="M02"), begin="2020", until="2020")
    assert month == [("2020-02-01", "2020-02-29", False)]
    day = dates_of(mechanism(1, "yearly", within="M03", reporting_day=5), begin="2020")
    assert day == [("2020-03-05", "2020-03-05", True)]
    # A day of which nobody knows the month is no day.
    vague = dates_of(mechanism(1, "quarterly", reporting_day=5), begin="2020")
    assert not any(stated for *_, stated in vague)


@pytest.mark.parametrize(
    ("cells", "begins", "begins_from"),
    [
        ({}, "2018-06-01", "issue"),
        ({"issued_on": "2018"}, "2018-12-31", "issue"),
        ({"issued_on": ""}, "2018-01-01", "period"),
        ({"issued_on": "2017-11"}, "2018-01-01", "period"),
        ({"issued_on": "2018-03", "period_start": ""}, "2018-03-31", "issue"),
        ({"issued_on": "", "period_start": ""}, None, None),
    ],
)
def test_duties_begin_when_their_plan_was_certainly_there(cells, begins, begins_from):
    known = study(mechanisms=[mechanism()], documents=[document(**cells)])
    found = roadmap.duties(known).iloc[0]
    assert (found["begins"], found["begins_from"]) == (begins, begins_from)
    given_one = roadmap.duties(known, "2019-05", "2021").iloc[0]
    assert given_one[["begins", "begins_from", "ends", "ends_from"]].tolist() == [
        *("2019-05-01", "given", "2021-12-31", "given")
    ]


def test_a_duty_ends_with_its_own_deadline_where_that_is_first():
    rows = [mechanism(deadline="2019-02"), mechanism(2, deadline="2023")]
    found = roadmap.duties(study(mechanisms=rows))
    assert found["ends"].tolist() == ["2019-02-28", "2020-12-31"]
    assert found["ends_from"].tolist() == ["deadline", "period"]
    later = roadmap.duties(study(mechanisms=rows), until="2022")
    assert later["ends"].tolist() == ["2019-02-28", "2022-12-31"]


def test_a_deadline_falls_once_and_a_duty_without_interval_never():
    rows = [
        mechanism(1, "unstated", deadline="2019-06-30"),
        mechanism(2, "once", deadline="2019-05"),
        mechanism(3, "once", deadline="2019-04", reporting_day=15),
        mechanism(4, "regular"),
        mechanism(5, "once"),
        mechanism(6, "continuous"),
    ]
    assert dates_of(*rows) == [
        ("2019-04-15", "2019-04-15", True),
        ("2019-05-01", "2019-05-31", False),
        ("2019-06-30", "2019-06-30", True),
    ]
    found = roadmap.duties(study(mechanisms=rows))
    assert found["frequency"].tolist() == ["once", "once", "once", "regular"]
    assert found["begins"].tolist() == [None, None, None, "2018-06-01"]


def test_a_duty_without_end_needs_one():
    endless = document(period_end="")
    with pytest.raises(UsageError, match=r"qx-plan.m01 recurs without an end: .*; until or last"):
        dates_of(mechanism(), documents=[endless])
    assert len(dates_of(mechanism(), documents=[endless], last="2018-12")) == 7
    unborn = document(issued_on="", period_start="")
    with pytest.raises(UsageError, match=r"recurs without a beginning: .* begin or first"):
        dates_of(mechanism(), documents=[unborn])
    assert len(dates_of(mechanism(), documents=[unborn], first="2020-11")) == 2


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"begin": "2019-13"}, "begin: '2019-13' is not in the calendar"),
        ({"until": "soon"}, "until: 'soon' is not a date"),
        ({"begin": "2020", "until": "2019"}, "is after until"),
        ({"first": "2020", "last": "2019"}, "is after last"),
        ({"first": "0000"}, "first: '0000'"),
    ],
)
def test_days_that_are_none_are_told(kwargs, message):
    with pytest.raises(UsageError, match=message):
        dates_of(mechanism(), **kwargs)


MONTH = st.tuples(st.integers(2015, 2030), st.integers(1, 12)).map(lambda p: f"{p[0]}-{p[1]:02d}")
FREQUENCY = st.sampled_from(["monthly", "quarterly", "yearly"])


@given(FREQUENCY, MONTH, MONTH)
def test_spans_follow_each_other_without_gaps_and_fill_whole_intervals(frequency, one, other):
    begin, until = sorted((one, other))
    found = dates_of(mechanism(1, frequency), begin=begin, until=until)
    for (_, due, _), (opens, _, _) in itertools.pairwise(found):
        day = datetime.date.fromisoformat(due) + datetime.timedelta(days=1)
        assert str(day) == opens
    months = pd.period_range(begin, until, freq="M")
    letter = {"monthly": "M", "quarterly": "Q", "yearly": "Y"}[frequency]
    size = {"monthly": 1, "quarterly": 3, "yearly": 12}[frequency]
    whole = pd.Series(months.asfreq(letter)).value_counts()
    assert len(found) == (whole == size).sum()


# --- the calendar ---------------------------------------------------------------------------------


def expanded(content):
    """Every first and last day of a calendar, by an implementation that is not ours."""
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    masters = {str(e["UID"]): e for e in events if "RECURRENCE-ID" not in e}
    assert len(masters) + sum("RECURRENCE-ID" in e for e in events) == len(events)
    day = datetime.timedelta(days=1)
    found = set()
    for uid, event in masters.items():
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        starts = [start]
        if "RRULE" in event:
            midnight = datetime.datetime.combine(start, datetime.time())
            rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=midnight)
            starts = [moment.date() for moment in rule]
            assert starts[0] == start
        found |= {(uid, str(s), str(s + (end - start) - day)) for s in starts}
    for event in events:
        if "RECURRENCE-ID" in event:
            uid, old = str(event["UID"]), event["RECURRENCE-ID"].dt
            length = masters[uid]["DTEND"].dt - masters[uid]["DTSTART"].dt
            found.remove((uid, str(old), str(old + length - day)))
            found.add((uid, str(event["DTSTART"].dt), str(event["DTEND"].dt - day)))
    return found


def wanted(found, **span):
    when = roadmap.occurrences(found, **span)
    keys = when["mechanism_id"] + "@stdpolicy"
    return set(zip(keys, when["opens"], when["due"], strict=True))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_packaged_calendar_falls_on_the_dates_of_its_duties(packaged, language):
    duties = roadmap.duties(packaged)
    content = roadmap.calendar(duties, packaged, language)
    assert expanded(content) == wanted(duties)
    assert len(wanted(duties)) == len(roadmap.occurrences(duties))


@given(
    FREQUENCY,
    st.one_of(st.none(), st.integers(1, 31)),
    st.sampled_from(["", "Q1", "Q4", "M02", "M12"]),
    MONTH,
    MONTH,
)
def test_a_calendar_falls_on_the_dates_of_its_duty(frequency, at, within, one, other):
    begin, until = sorted((one, other))
    known = study(mechanisms=[mechanism(1, frequency, reporting_day=at, within=within)])
    duties = roadmap.duties(known, begin, until)
    if len(roadmap.occurrences(duties)):
        assert expanded(roadmap.calendar(duties, known)) == wanted(duties)
    else:
        with pytest.raises(UsageError, match="no duty falls on any day"):
            roadmap.calendar(duties, known)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_calendar_is_as_the_format_asks_for(packaged, language):
    duties = roadmap.duties(packaged)
    content = roadmap.calendar(duties, packaged, language)
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for event in icalendar.Calendar.from_ical(content).walk("VEVENT"):
        assert type(event["DTSTART"].dt) is type(event["DTEND"].dt) is datetime.date
        assert event["DTSTART"].dt < event["DTEND"].dt
        assert event["TRANSP"] == "TRANSPARENT"
        assert event["SUMMARY"].params["LANGUAGE"] == language
    rules = [line for line in lines if line.startswith(b"RRULE")]
    assert b"RRULE:FREQ=MONTHLY;UNTIL=20201223;BYMONTHDAY=23" in rules
    assert b"X-WR-CALNAME:" in content


def test_what_the_text_leaves_open_is_said_in_the_event():
    rows = [mechanism(1, reporting_day=23, run_by="qx_office"), mechanism(2, "quarterly")]
    known = study(mechanisms=rows)
    duties = roadmap.duties(known)
    for language, open_day, who in (
        ("en", "names no day", "Run by: the office."),
        ("zh", "未定日期", "实施机关：办公室。"),
    ):
        events = icalendar.Calendar.from_ical(roadmap.calendar(duties, known, language)).events
        about = {str(e["UID"])[8:11]: str(e["DESCRIPTION"]) for e in events}
        assert open_day in about["m02"]
        assert open_day not in about["m01"]
        assert who in about["m01"]
        assert "2018-06-01" in about["m01"]


def test_events_keep_their_keys_and_stamps(packaged):
    duties = roadmap.duties(packaged)
    one = icalendar.Calendar.from_ical(roadmap.calendar(duties, packaged, "en")).events
    other = icalendar.Calendar.from_ical(roadmap.calendar(duties, packaged, "zh")).events
    assert [e["UID"] for e in one] == [e["UID"] for e in other]
    assert {e["UID"].split("@")[0] for e in one} <= set(duties["mechanism_id"])
    stamps = {str(e["UID"]).split(".")[0]: str(e["DTSTAMP"].dt) for e in one}
    assert stamps["sd-2018-pilot"] == "2018-06-08 00:00:00+00:00"
    assert stamps["ta-2018-reform"] == "2018-12-31 00:00:00+00:00"


def test_a_calendar_does_not_depend_on_place_time_or_hashing(packaged):
    duties = roadmap.duties(packaged)
    code = (
        "import sys, stdpolicy as sp; from stdpolicy import roadmap; t = sp.load_all(); "
        "sys.stdout.buffer.write(roadmap.calendar(roadmap.duties(t), t, 'zh'))"
    )
    for seed, zone in (("1", "Asia/Shanghai"), ("2", "America/Anchorage")):
        place = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        run = subprocess.run([sys.executable, "-c", code], env=place, capture_output=True)
        assert run.stdout == roadmap.calendar(duties, packaged, "zh"), run.stderr


def test_texts_of_a_study_cannot_break_a_calendar():
    name = "报送；“引号”, 逗号; \\n 反斜杠\\ " + "长" * 200
    known = study(mechanisms=[mechanism(1, "yearly", name_zh=name)])
    content = roadmap.calendar(roadmap.duties(known), known, "zh")
    event = icalendar.Calendar.from_ical(content).events[0]
    assert str(event["SUMMARY"]) == f"{name}（{PLAN}）"


def test_a_calendar_in_no_known_language_is_refused(packaged):
    with pytest.raises(UsageError, match="the language is en or zh, not 'fr'"):
        roadmap.calendar(roadmap.duties(packaged), packaged, "fr")


def test_calendar_is_saved_below_the_output_folder_or_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    roadmap.save_calendar(b"x", "", "en")
    assert list(tmp_path.iterdir()) == []
    roadmap.save_calendar(b"x", "out", "zh")
    assert (tmp_path / "out" / "reports" / "calendar" / "zh.ics").read_bytes() == b"x"


def test_without_icalendar_its_cure_is_named(packaged, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    duties = roadmap.duties(packaged)
    assert len(roadmap.occurrences(duties))
    with pytest.raises(UsageError, match=r"pip install 'stdpolicy\[calendar\]'"):
        roadmap.calendar(duties, packaged)


# --- the command ----------------------------------------------------------------------------------


def test_command_prints_the_calendar(packaged, capfdbinary):
    assert cli.main(["calendar", "--jurisdiction", "taian", "--language", "zh"]) == 0
    out, err = capfdbinary.readouterr()
    own = promises.select(packaged, "taian")
    assert out == roadmap.calendar(roadmap.duties(own), own, "zh")
    assert err == b"8 duties, 66 dates\n"


def test_command_writes_the_file_whole_or_not_at_all(tmp_path, capfd):
    file = tmp_path / "new" / "duties.ics"
    assert cli.main(["calendar", "--plan", "sd-2018-pilot", "-o", str(file)]) == 0
    content = file.read_bytes()
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "without an interval, so left out: sd-2018-pilot.m77" in capfd.readouterr().err
    for wrong in (["--plan", "xx"], ["--from", "2019-02-30"], ["--plan", "sd-2020-press"]):
        assert cli.main(["calendar", *wrong, "-o", str(file)]) == 2
        out, err = capfd.readouterr()
        assert out == ""
        assert err.startswith("stdpolicy: ")
    assert file.read_bytes() == content
    assert [path.name for path in file.parent.iterdir()] == ["duties.ics"]


def test_command_takes_other_days(capfdbinary):
    span = ["--from", "2018-07", "--until", "2018-12"]
    assert cli.main(["calendar", "--plan", "ta-2018-reform", *span]) == 0
    out = capfdbinary.readouterr().out
    assert b"RRULE:FREQ=MONTHLY;UNTIL=20181223;BYMONTHDAY=23" in out


# --- studies of all kinds -------------------------------------------------------------------------


@NAMES
def test_empty_tables_give_empty_results_of_the_same_form(function, packaged):
    empty = {name: frame.iloc[:0] for name, frame in packaged.items()}
    found = function(empty)
    assert len(found) == 0
    assert list(found.columns) == list(function(packaged).columns)


@NAMES
def test_missing_tables_and_faults_are_told(function, packaged):
    with pytest.raises(UsageError, match=r"the table '.+' is missing"):
        function({"domains": packaged["domains"]})
    broken = packaged | {
        "deliverables": packaged["deliverables"].assign(due_date="soon"),
        "mechanisms": packaged["mechanisms"].assign(within="spring", deadline="soon"),
    }
    with pytest.raises(DataError, match="is not a date of the calendar"):
        function(broken)


def test_a_selection_takes_along_what_is_told_of_it(packaged):
    own = promises.select(packaged, "shandong", 2020, 2020)
    assert 0 < len(own["fulfilments"]) < len(packaged["fulfilments"])
    assert set(own["fulfilments"]["deliverable_id"]) <= set(own["deliverables"]["deliverable_id"])
    # What another document tells of a plan of Shandong stays.
    assert "ta-2018-reform" in set(own["fulfilments"]["evidence_id"])
    assert len(roadmap.timetable(own))
    one = roadmap.of_plan(packaged, "sd-2022-outline")
    assert set(roadmap.phases(one)["doc_id"]) == {"sd-2022-outline"}
    with pytest.raises(UsageError, match="the document 'xx' promises nothing; those that do"):
        roadmap.of_plan(packaged, "xx")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_are_shown_in_words(packaged, language):
    known = packaged
    for found in (roadmap.phases(known), roadmap.counts(roadmap.states(known))):
        shown = reports.show(found, known, language)
        assert not [title for title in shown.frame if "_" in title or title in ("past", "ahead")]
    duties = reports.show(roadmap.duties(known)[["run_by", "frequency"]], known, language).frame
    assert not duties.astype("string").apply(lambda c: c.str.contains("_")).any(axis=None)


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_of_nothing_say_so(language):
    known = study()
    drawn = figures.roadmap(roadmap.timetable(known), known, language)
    assert drawn.get_suptitle() == ("Nothing falls due" if language == "en" else "没有到期事项")
    drawn = figures.reporting_calendar(roadmap.duties(known), known, 2019, language)
    assert "2019" in drawn.get_suptitle()


def test_headlines_are_counted(packaged):
    found = roadmap.timetable(packaged, "2020-12-31")
    own = found[found["group"].isin(list(GROUPS))]
    title = " ".join(figures.roadmap(found, packaged).get_suptitle().split())
    assert f"Of {own['promises'].sum()} deliverables {own['kept'].sum()} are told" in title
    assert f"nothing is known of {own['past'].sum()} whose" in title
    assert f"nor of {own['ahead'].sum()} still ahead" in title
    title = figures.reporting_calendar(roadmap.duties(packaged), packaged, 2018).get_suptitle()
    assert title.startswith("2018: 12 duties fall due 12 times")


@pytest.mark.parametrize("preset", ["80 mm", "190 mm"])
def test_figures_hold_a_study_of_many_plans_and_years(preset):
    docs = [f"qx-{n:02d}-plan" for n in range(12)]
    documents = [
        document(d, short_en="A plan with a long name " * 3, period_start="2018", period_end="2030")
        for d in docs
    ]
    rows = [
        deliverable(n, f"{year}", doc_id=doc, kind=kind)
        for doc in docs
        for n, (year, kind) in enumerate(
            itertools.product(range(2018, 2030, 3), ["rule", "base", "event", "standard"]), start=1
        )
    ]
    duties = [
        mechanism(n, "monthly", reporting_day=31, doc_id=doc)
        | {"mechanism_id": f"{doc}.m{n:02d}", "name_en": "A duty with a name " * 6}
        for doc in docs
        for n in range(1, 7)
    ]
    known = study(documents=documents, deliverables=rows, mechanisms=duties)
    drawn = figures.roadmap(roadmap.timetable(known), known, preset=preset)
    assert faults(drawn) == []
    assert "Plans not shown: 8." in drawn.get_suptitle()
    drawn = figures.reporting_calendar(roadmap.duties(known), known, 2019, preset=preset)
    assert faults(drawn) == []
    assert "Not shown: " in drawn.get_suptitle()


def test_what_was_not_kept_is_drawn_apart():
    rows = [deliverable(n) for n in range(1, 5)]
    known = study(deliverables=rows, fulfilments=[told(1, "not_kept"), told(2, "kept")])
    drawn = words_of(figures.roadmap(roadmap.timetable(known), known))
    assert "not kept, or contradictory" in drawn
    assert "touched, but not clear" not in drawn


@pytest.mark.parametrize("name", ["roadmap", "reporting_calendar"])
def test_figures_have_captions(name):
    assert caption(name).en
    assert caption(name).zh
