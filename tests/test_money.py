"""Money: schedules and exposures of small studies with known answers, and what holds of any."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stdpolicy as sp
from conftest import FULL
from drawn import faults, words_of
from invented import number, table, target
from stdpolicy import DataError, UsageError, figures, money, promises, reports, schema
from stdpolicy.money import Assumptions

PLAN = "qx-plan"
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
#: Functions that take all tables and give a table of results.
TABLES = [
    *(money.schedule, money.attached, money.exposure, money.links, money.assumed),
    *(money.shares_seen, money.sensitivity),
]
BY_NAME = pytest.mark.parametrize("function", TABLES, ids=lambda f: f.__name__)


def incentive(n, value, unit="万元", bound="exact", **cells):
    """The n-th incentive of the plan."""
    return {
        "incentive_id": f"{PLAN}.i{n:02d}",
        **dict.fromkeys(("recipient_zh", "recipient_en"), "whoever"),
        **{"purpose_zh": f"事项{n}", "purpose_en": f"purpose {n}", "role": "lead"},
        **{"per": "item", "payment": "once", "payer": "qx_finance", "doc_id": PLAN},
        **{"section": "1", "jurisdiction": "qingxi", "indicator": "led_standards"},
        **{"domain": "all", "scope": "whole", "unit": unit, "start": 0, "end": 1, "quote": "1"},
        **number(bound, value),
    } | cells


def link(i, promise, conditions="", low=1, high=1, **cells):
    """A row that links a promise to the i-th incentive; a target by its number."""
    promise = f"{PLAN}.t{promise:02d}" if isinstance(promise, int) else promise
    return {
        **{"incentive_id": f"{PLAN}.i{i:02d}", "promise_id": promise, "relation": "same"},
        **{"conditions": conditions, "share_low": low, "share_high": high},
        **{"reason_zh": "甲", "reason_en": "a", "coder": "A", "confidence": "high"},
    } | cells


def study(incentives, targets, links, **tables):
    """Tables of a plan of Qingxi."""
    tiers = {"national_standards": "national", "international_standards": "international"}
    tiers |= {"local_standards": "local", "led_standards": "mixed", "bases": "none"}
    rows = [
        {"key": key, "zh": key, "en": key, "unit": "项", "measure": "flow", "direction": "up"}
        | {"tier": tier}
        for key, tier in tiers.items()
    ]
    domains = {"all": None, "farming": "all", "fruit": "farming"}
    return {
        "incentives": table("incentives", *incentives),
        "targets": table("targets", *targets),
        "eligibility": table("eligibility", *links),
        "indicators": table("indicators", *rows),
        "domains": table(
            "domains", *({"key": k, "zh": k, "en": k, "part_of": up} for k, up in domains.items())
        ),
        "deliverables": table("deliverables"),
        "mechanisms": table("mechanisms"),
        "documents": table("documents", {"doc_id": PLAN, "coded": "true"}),
    } | tables


def total(tables, **assumptions):
    """Least and greatest total in yuan; a high end that is open is infinite."""
    row = money.exposure(tables, Assumptions(**assumptions)).iloc[0]
    assert (row["by"], row["which"]) == ("all", "all")
    assert row["status"] == ("open" if math.isnan(row["yuan_high"]) else "bounded")
    return row["yuan_low"], math.inf if math.isnan(row["yuan_high"]) else row["yuan_high"]


def part(n, value, whole, relation="disjoint", **cells):
    return target(n, value, part_of=f"{PLAN}.t{whole:02d}", part_relation=relation, **cells)


# --- the schedule ---------------------------------------------------------------------------------


def test_amounts_are_read_in_their_units():
    rows = [incentive(1, 50), incentive(2, 300, "元"), incentive(3, 0.2, "亿元")]
    rows += [incentive(4, 20, bound="at_most"), incentive(5, 20, bound="at_least")]
    rows += [incentive(6, (1, 3), bound="range")]
    read = money.schedule({"incentives": table("incentives", *rows)})
    assert read["yuan_low"].tolist() == [500_000, 300, 20_000_000, 0, 200_000, 10_000]
    high = read["yuan_high"].fillna(math.inf).tolist()
    assert high == [500_000, 300, 20_000_000, 200_000, math.inf, 30_000]


def test_an_amount_that_is_no_money_is_refused():
    with pytest.raises(DataError, match=r"incentives\.csv, row 3, column unit: found '项'.*元"):
        money.schedule({"incentives": table("incentives", incentive(1, 5), incentive(2, 5, "项"))})
    empty = incentive(1, 5) | {"value_low": None, "value_high": None}
    with pytest.raises(DataError, match="an incentive needs an amount"):
        money.schedule({"incentives": table("incentives", empty)})


def test_amounts_in_wan():
    frame = pd.DataFrame({"a": [1], "yuan_low": [20_000.0], "change_high": [-5_000.0]})
    assert money.in_wan(frame).to_dict("list") == {
        "a": [1], "wan_low": [2.0], "wan_change_high": [-0.5],
    }  # fmt: skip
    with pytest.raises(UsageError, match="no amounts in yuan among a"):
        money.in_wan(frame[["a"]])


def test_targets_with_and_without_money():
    other = target(4, 3, doc_id="qx-2022") | {"target_id": "qx-2022.t04"}
    award = {"mechanism_id": f"{PLAN}.m01", "doc_id": PLAN, "section": "2", "kind": "award"}
    priced = award | {"mechanism_id": f"{PLAN}.m02", "section": "1"}
    tables = study(
        [incentive(1, 50), incentive(2, 20)],
        [target(1, 10), target(2, 5), target(3, 5), other],
        [link(1, 1), link(2, 1, high=0, low=0), link(2, 2), link(1, "qx-2022.t04")],
        mechanisms=table("mechanisms", award, priced),
    )
    told = money.attached(tables)
    assert told["money"].tolist() == ["own_plan", "own_plan", "none", "other_plan"]
    assert told["incentives"].tolist() == ["qx-plan.i01", "qx-plan.i02", "", "qx-plan.i01"]
    assert told["yuan_high"].fillna(0).tolist() == [500_000, 200_000, 0, 500_000]
    assert told["awards_without_amount"].tolist() == [1, 1, 1, 0]


# --- one promise ----------------------------------------------------------------------------------


def one(value, bound="exact", conditions="", share=(1, 1), **cells):
    return study([incentive(1, 1, "元")], [target(1, value, bound, **cells)],
                 [link(1, 1, conditions, *share)])  # fmt: skip


def test_a_number_times_a_share_times_an_amount():
    assert total(one(20)) == (20, 20)
    assert total(one(20, share=(0.25, 0.5))) == (5, 10)
    assert total(one(20, conditions="led_national")) == (0, 20)
    assert total(one(20, conditions="led_national"), led_national=(0.3, 0.4)) == (6, 8)
    several = one(20, conditions="made+led_national")
    assert total(several, led_national=(0.5, 0.5), made=(0.5, 1.0)) == (5, 10)
    assert total(one(20, conditions="not_made"), made=(0.2, 0.3)) == (14, 16)


@pytest.mark.parametrize(
    ("bound", "value", "reading", "ends"),
    [
        ("exact", 20, "promised", (20, 20)),
        ("exact", 20, "floor", (20, math.inf)),
        ("at_least", 20, "promised", (20, 20)),
        ("at_least", 20, "worded", (20, math.inf)),
        ("at_least", 20, "floor", (20, math.inf)),
        ("at_most", 20, "promised", (0, 20)),
        ("at_most", 20, "floor", (0, 20)),
        ("approx", 20, "promised", (18, 22)),
        ("approx", 20, "floor", (18, math.inf)),
        ("range", (3, 5), "promised", (3, 5)),
        ("range", (3, 5), "worded", (3, 5)),
    ],
)
def test_numbers_by_their_wording(bound, value, reading, ends):
    assert total(one(value, bound), number=reading, tolerance=0.1) == pytest.approx(ends)


def test_units_of_counts_are_read():
    assert total(one(2, unit="万项")) == (20_000, 20_000)
    with pytest.raises(DataError, match=r"eligibility\.csv, row 2, column promise_id.*'%'"):
        total(one(80, unit="%"))


def test_what_was_paid_before_how_often_and_when():
    assert total(one(20), paid_before=(0.25, 0.5)) == (10, 15)
    assert total(one(20), payments=(1, 2)) == (20, 40)
    assert total(one(20), payments=(0, 0), number="floor") == (0, 0)
    assert total(one(20), paid_at="proposed") == (20, math.inf)
    assert total(one(20, indicator="bases"), paid_at="proposed") == (20, 20)
    assert total(one(20), paid_at="proposed", paid_before=(1, 1)) == (0, 0)


def test_an_amount_without_an_end():
    tables = study([incentive(1, 2, "元", "at_least")], [target(1, 3)], [link(1, 1, "made")])
    assert total(tables) == (0, math.inf)
    assert total(tables, made=(0.5, 0.5)) == (3, math.inf)
    assert total(tables, made=(0, 0)) == (0, 0)


# --- several rows of a promise --------------------------------------------------------------------


def test_a_thing_is_paid_for_once():
    """Two subsidies that a condition tells apart: a thing gets the one or the other."""
    tables = study(
        [incentive(1, 5, "元"), incentive(2, 2, "元")],
        [target(1, 10)],
        [link(1, 1, "led_national+three_fields"), link(2, 1, "led_national+not_three_fields")],
    )
    assert total(tables) == (0, 50)
    assert total(tables, led_national=(1, 1)) == (20, 50)
    assert total(tables, led_national=(1, 1), three_fields=(0.2, 0.4)) == (26, 32)
    rows = money.exposure(tables).set_index(["by", "which"])
    assert rows.loc[("incentive", f"{PLAN}.i02"), "yuan_high"] == 20
    assert rows.loc[("payer", "qx_finance"), "things_high"] == 10


@pytest.mark.parametrize(
    ("first", "second"),
    [("", ""), ("made", ""), ("made", "made+key"), ("made", "not_key"), ("made+key", "key+made")],
)
def test_rows_that_could_pay_twice_are_refused(first, second):
    links = [link(1, 1, first), link(2, 1, second)]
    tables = study([incentive(1, 5), incentive(2, 2)], [target(1, 10)], links)
    with pytest.raises(DataError, match=r"eligibility\.csv, row 3.*what row 2 pays for\. Tell"):
        money.exposure(tables)


def test_links_without_sense_are_refused():
    bad = study([incentive(1, 5)], [target(1, 10)], [link(1, 1, low=0.5, high=0.25)])
    with pytest.raises(DataError, match=r"share_low, share_high: found '0\.5 to 0\.25'"):
        money.exposure(bad)
    unknown = study([incentive(1, 5)], [target(1, 10)], [link(1, 1)])
    unknown["eligibility"]["conditions"] = "not_lucky"
    with pytest.raises(DataError, match=r"found 'not_lucky': is no condition\. Use one of made,"):
        money.exposure(unknown)


# --- things that several promises count -----------------------------------------------------------


def parted(relation="disjoint", whole=100, links=None, **cells):
    targets = [target(1, whole, **cells)]
    targets += [part(2, 30, 1, relation), part(3, 20, 1, relation)]
    rows = [link(1, 1), link(1, 2), link(1, 3)] if links is None else links
    return study([incentive(1, 1, "元"), incentive(2, 3, "元")], targets, rows)


def test_parts_are_inside_their_whole():
    assert total(parted()) == (100, 100)
    assert total(parted(), parts="apart") == (150, 150)
    assert total(parted("disjoint_exhaustive", 50)) == (50, 50)
    # The rest of the whole has the amount of the whole, the parts their own.
    rows = [link(1, 1), link(2, 2)]
    assert total(parted(links=rows)) == (70 + 90, 70 + 90)
    told = money.links(parted(links=rows))
    assert told["number_low"].tolist() == told["number_high"].tolist() == [70, 30]


def test_parts_of_an_uncertain_whole():
    tables = parted(whole=(90, 120), bound="range")
    tables["targets"]["value_low"] = [90.0, 30, 20]
    tables["targets"]["value_high"] = [120.0, 30, 20]
    assert total(tables) == (90, 120)


def test_parts_that_promise_more_than_their_whole_enlarge_it():
    assert total(parted(whole=40)) == (50, 50)


def test_a_whole_without_money_bounds_its_parts():
    """Parts of 10 to 30 each cannot be more than 35 together."""
    targets = [target(1, 35), part(2, (10, 30), 1), part(3, (10, 30), 1)]
    targets = [targets[0], *(t | number("range", (10, 30)) for t in targets[1:])]
    tables = study([incentive(1, 1, "元")], targets, [link(1, 2), link(1, 3)])
    assert total(tables) == (20, 35)


@pytest.mark.parametrize("relation", ["overlapping", "on_paper"])
def test_promises_made_again_are_not_added(relation):
    assert total(parted(relation)) == (100, 100)
    alone = parted(relation, links=[link(1, 2)])
    assert total(alone) == (30, 30)
    with pytest.raises(DataError, match=r"row 3.*may count the things of qx-plan\.t02"):
        money.exposure(parted(relation, links=[link(1, 2), link(1, 3)]))


def test_what_is_counted_in_other_promises_is_not_added():
    two = [target(1, 10), target(2, 4)]
    inside = [link(1, 1), link(1, 2, counted_in=f"{PLAN}.t01")]
    tables = study([incentive(1, 1, "元")], two, inside)
    assert total(tables) == (10, 10)
    assert money.links(tables)["in_total"].tolist() == [True, False]
    assert money.links(tables)["yuan_high"].tolist() == [10, 4]
    # What it is counted in is not there, so that it counts itself.
    assert total(study([incentive(1, 1, "元")], two[1:], inside)) == (4, 4)
    circle = [link(1, n, counted_in=f"{PLAN}.t{3 - n:02d}") for n in (1, 2)]
    with pytest.raises(DataError, match=r"eligibility\.csv, row 2, column counted_in.*in itself"):
        money.exposure(study([incentive(1, 1, "元")], two, circle))


def test_later_versions_and_other_plans():
    later = target(2, 7, supersedes=f"{PLAN}.t01")
    other = target(3, 3, doc_id="qx-2022")
    links = [link(1, 1), link(1, 2), link(1, 3)]
    tables = study([incentive(1, 1, "元")], [target(1, 10), later, other], links)
    assert total(tables) == (7, 7)
    assert total(tables, plans="all") == (10, 10)


def test_things_named_one_by_one():
    named = [
        {"deliverable_id": f"{PLAN}.d{n:03d}", "doc_id": PLAN, "domain": "fruit", "restates": again}
        for n, again in ((1, None), (2, None), (3, f"{PLAN}.d001"))
    ]
    tables = study(
        [incentive(1, 5, "元")],
        [target(1, 10)],
        [link(1, 1, "key"), *(link(1, row["deliverable_id"]) for row in named)],
        deliverables=table("deliverables", *named),
    )
    assert total(tables) == (0, 50)
    assert total(tables, promises="named_too") == (10, 60)
    rows = money.exposure(tables, Assumptions(promises="named_too")).set_index(["by", "which"])
    assert rows.loc[("domain", "farming"), "yuan_low"] == 10
    assert rows.loc[("tier", "none"), "things_high"] == 2


# --- any world ------------------------------------------------------------------------------------

CONDITIONS = ["made", "led_national", "three_fields", "key"]
#: Paths that exclude each other, as rows of one promise do.
PATHS = [
    [""],
    ["led_national"],
    ["made+led_national+key"],
    ["led_national+three_fields", "led_national+not_three_fields+key"],
    ["key+made", "key+not_made+three_fields", "not_key"],
]
THINGS = st.lists(st.tuples(*[st.booleans()] * len(CONDITIONS)), min_size=1, max_size=6)


@st.composite
def worlds(draw):
    """Things with what is true of each, the tables that tell of them, and assumptions that hold.

    Three targets: a whole with two parts, whose things are disjoint. Amounts are ranges, and every
    thing that meets a path has one of its own in it.
    """
    cells = [draw(THINGS) for _ in range(3)]
    paths = [draw(st.sampled_from(PATHS)) for _ in cells]
    rates = [sorted(draw(st.tuples(*[st.integers(0, 9)] * 2))) for _ in range(3)]
    incentives = [
        incentive(n + 1, tuple(r) if r[0] < r[1] else r[0], "元",
                  "range" if r[0] < r[1] else "exact")
        for n, r in enumerate(rates)
    ]  # fmt: skip
    counts = [sum(map(len, cells)), len(cells[1]), len(cells[2])]
    bounds = [draw(st.sampled_from(["exact", "at_least", "range", "at_most"])) for _ in counts]
    values = [(max(n - 2, 0), n + 1) if b == "range" else n for n, b in zip(counts, bounds,
                                                                        strict=True)]  # fmt: skip
    targets = [target(1, values[0], bounds[0]) | number(bounds[0], values[0])]
    targets += [part(n, values[n - 1], 1) | number(bounds[n - 1], values[n - 1]) for n in (2, 3)]
    links = [link(i + 1, n + 1, path) for n, own in enumerate(paths) for i, path in enumerate(own)]
    paid = 0
    seen = {name: [] for name in CONDITIONS}
    for own, things in zip(paths, cells, strict=True):
        for i, path in enumerate(own):
            left = things
            for step in filter(None, path.split("+")):
                name, holds = step.removeprefix("not_"), not step.startswith("not_")
                met = [t for t in left if t[CONDITIONS.index(name)]]
                seen[name] += [len(met) / len(left)] if left else []
                left = [t for t in left if t[CONDITIONS.index(name)] is holds]
            paid += sum(draw(st.integers(*rates[i])) for _ in left)
    held = {name: (min(v), max(v)) for name, v in seen.items() if v}
    return study(incentives, targets, links), Assumptions(number="worded", **held), paid


EXAMPLES = settings(max_examples=400 if FULL else 40, deadline=None)


@EXAMPLES
@given(worlds())
def test_no_world_that_fits_lies_outside(world):
    tables, assumptions, paid = world
    row = money.exposure(tables, assumptions).iloc[0]
    high = math.inf if math.isnan(row["yuan_high"]) else row["yuan_high"]
    assert row["yuan_low"] - 0.01 <= paid <= high + 0.01


@EXAMPLES
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=3, max_size=3),
    st.lists(st.sampled_from(PATHS), min_size=3, max_size=3),
    st.lists(st.integers(0, 9), min_size=3, max_size=3),
)
def test_ends_are_those_of_the_dearest_and_the_cheapest_world(numbers, paths, rates):
    """All worlds of a few things, one by one: none goes beyond the ends, and some reach them."""
    spans = [(low, low + more) for low, more in numbers]
    # A whole that has room for its parts.
    spans[0] = (spans[0][0], spans[0][1] + spans[1][1] + spans[2][1])
    targets = [target(1, 0), part(2, 0, 1), part(3, 0, 1)]
    targets = [
        t | number("range" if low < high else "exact", (low, high) if low < high else low)
        for t, (low, high) in zip(targets, spans, strict=True)
    ]
    links = [link(i + 1, n + 1, path) for n, own in enumerate(paths) for i, path in enumerate(own)]
    tables = study([incentive(n + 1, r, "元") for n, r in enumerate(rates)], targets, links)

    def amounts(own):
        """What one thing can be paid, over all that can be true of it."""
        for thing in itertools.product([True, False], repeat=len(CONDITIONS)):
            facts = dict(zip(CONDITIONS, thing, strict=True))
            hit = [
                rate
                for path, rate in zip(own, rates, strict=False)
                if all(
                    facts[s.removeprefix("not_")] is not s.startswith("not_")
                    for s in filter(None, path.split("+"))
                )
            ]
            assert len(hit) < 2
            yield sum(hit)

    least = [min(amounts(own)) for own in paths]
    most = [max(amounts(own)) for own in paths]
    ranges = [range(low, high + 1) for low, high in spans]
    fits = [(w - a - b, a, b) for w, a, b in itertools.product(*ranges) if a + b <= w]
    low = min(sum(n * x for n, x in zip(fit, least, strict=True)) for fit in fits)
    high = max(sum(n * x for n, x in zip(fit, most, strict=True)) for fit in fits)
    assert total(tables) == pytest.approx((low, high))


@EXAMPLES
@given(worlds(), st.sampled_from(CONDITIONS), st.floats(0, 1), st.floats(0, 1))
def test_knowing_more_never_widens(world, name, first, second):
    tables, assumptions, _ = world
    wide = total(tables, number="worded")
    low, high = total(tables, number="worded", **{name: (min(first, second), max(first, second))})
    assert wide[0] - 0.01 <= low <= high + 0.01
    assert high <= wide[1] + 0.01
    groups = money.exposure(tables, assumptions).set_index("by")
    whole = groups.loc["all"]
    for by in ("incentive", "tier", "domain", "payer"):
        own = groups.loc[[by]].dropna(subset=["yuan_low"])
        assert own["yuan_low"].sum() <= whole["yuan_low"] + 0.1
        if not own["yuan_high"].isna().any() and not math.isnan(whole["yuan_high"]):
            assert own["yuan_high"].sum() >= whole["yuan_high"] - 0.1


# --- assumptions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"luck": 1}, "no assumption 'luck'; there are number,"),
        ({"number": "much"}, "number 'much' is none of promised, worded, floor"),
        ({"tolerance": 1.0}, "tolerance 1.0 is a share"),
        ({"made": (0.5, 0.2)}, r"made \(0.5, 0.2\) is two numbers from 0 to 1, the lower first"),
        ({"made": 0.5}, "made 0.5 is two numbers"),
        ({"made": (0, 1.5)}, "from 0 to 1"),
        ({"made": (0, math.nan)}, "from 0 to 1"),
        ({"payments": (0, math.inf)}, "name a greatest number"),
        ({"payments": (-1, 1)}, "two numbers from 0,"),
    ],
)
def test_assumptions_without_sense_are_refused(changes, said):
    with pytest.raises(UsageError, match=said):
        Assumptions().but(**changes)


def test_every_assumption_has_words_and_every_condition_a_share():
    names = [name for name, _ in Assumptions().items()]
    assert set(names) < set(money.WORDS)
    field = schema.tables()["eligibility"].fields["conditions"]
    for name in money.CONDITIONS:
        assert f"|{name}|" in f"|{field.constraints['pattern']}|".replace("(", "|").replace(
            ")", "|"
        )
        assert name in names
    assert field.constraints["pattern"].count("|") == 2 * (len(money.CONDITIONS) - 1)
    for changes, _, _ in money.ALTERNATIVES:
        assert set(changes) <= set(names)


def test_the_total_under_other_assumptions():
    tables = one(20, "approx", "led_national")
    told = money.sensitivity(tables)
    assert told["assumption"].iloc[0] == "default"
    assert told["changes"].is_unique
    assert not told["changes"].str.contains("seen").any()
    rows = told.set_index("changes")
    assert rows.loc["led_national=0", "change_high"] == -21
    assert rows.loc["led_national=1", "change_low"] == 19
    assert rows.loc["paid_at=proposed", "status"] == "open"
    assert math.isnan(rows.loc["paid_at=proposed", "change_high"])
    own = money.sensitivity(tables, Assumptions(tolerance=0.0))
    assert own["yuan_high"].iloc[0] == 20
    assert "tolerance=0.0" not in set(own["changes"])
    with pytest.raises(UsageError, match="no assumption 'luck'"):
        money.sensitivity(tables, None, [({"luck": 1}, "luck", "运气")])


def observed(n, value, role, bound="exact", **cells):
    return {
        **{"observation_id": f"E{n:04d}", "kind": "outcome", "jurisdiction": "qingxi"},
        **{"indicator": "national_standards", "domain": "all", "scope": "whole", "unit": "项"},
        **{"role": role, "stage": "issued", "action": "make", "basis": "cumulative"},
        **{"as_of_date": "2020", "source_url": "http://a"},
        **number(bound, value),
    } | cells


def test_shares_seen_are_of_one_page_and_window():
    rows = [
        *(observed(1, 30, "lead"), observed(2, 100, "unstated")),
        observed(3, 100, "take_part", as_of_date="2019"),
        observed(4, 200, "take_part", source_url="http://b"),
        *(observed(5, 1, "lead", indicator="local_standards"), observed(6, 5, "lead", "at_least")),
        observed(7, 500, "unstated", kind="target"),
    ]
    tables = one(20, conditions="led_international") | {
        "observations": table("observations", *rows)
    }
    seen = money.shares_seen(tables)
    assert seen[["led_id", "all_id"]].to_numpy().tolist() == [["E0001", "E0002"]]
    assert seen["share_low"].tolist() == [0.3]
    # National ones stand for international ones, of which nothing is seen.
    usual = money.as_seen(tables)
    assert usual.led_international == usual.led_national == (0.3, 0.3)
    told = money.sensitivity(tables).set_index("changes")
    row = told.loc["led_international=0.3"]
    assert (row["yuan_low"], row["yuan_high"], row["evidence"]) == (6, 6, "E0001+E0002")
    none = tables | {"observations": tables["observations"].iloc[:0]}
    assert money.as_seen(none) == Assumptions()


# --- the packaged tables --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


def test_exposure_of_the_pilot_plan_by_hand(packaged):
    rows = money.exposure(packaged).set_index(["by", "which"])["yuan_high"] / 1e4
    led, fields, others = 100 * 50, (80 + 30 + 300) * 50, 30 * 20
    rest = 600 * 1.05 - (80 + 30 + 300 + 30)
    assert rows["all", "all"] == pytest.approx(led + fields + others + rest * 50)
    assert rows["tier", "international"] == led
    assert rows["incentive", "sd-2018-pilot.i09"] == pytest.approx((30 + rest) * 20)
    sure = Assumptions(**dict.fromkeys(money.CONDITIONS[:7], (1.0, 1.0)))
    least = 600 * 0.95 - (80 + 30 + 300 + 30)
    assert total(packaged, **dict(sure.items()))[0] / 1e4 == pytest.approx(
        led + fields + others + least * 50
    )


def test_shares_that_other_provinces_reported(packaged):
    seen = money.shares_seen(packaged).set_index("jurisdiction")
    assert seen.loc["liaoning", "share_low"] == pytest.approx(1755 / 5746)
    assert seen.loc["henan", "share_low"] == pytest.approx(15 / 83)


def test_a_city_has_the_subsidies_of_its_province(packaged):
    own = promises.select(packaged, "taian")
    assert own["incentives"].empty
    tables = money.for_promises(own, packaged)
    assert set(tables["incentives"]["incentive_id"]) == {"sd-2018-pilot.i08", "sd-2018-pilot.i09"}
    assert money.exposure(tables).iloc[0]["status"] == "no_number"
    # One and three standards at 50, one at 20.
    assert total(tables, plans="all")[1] == 220 * 1e4
    assert set(money.attached(tables)["money"]) == {"none", "other_plan"}
    assert money.for_promises(promises.select(packaged, "shanxi"), packaged)["incentives"].empty


@BY_NAME
def test_each_works_on_nothing_and_says_what_is_missing(function, packaged):
    none = function({name: frame.iloc[:0] for name, frame in packaged.items()})
    assert list(none) == list(function(packaged))
    if "status" in none:
        assert set(none["status"]) == {"no_number"}
    elif function is not money.assumed:
        assert none.empty
    with pytest.raises(UsageError, match=r"table .* is missing"):
        function({"documents": packaged["documents"]})


@LANGUAGES
@BY_NAME
def test_results_are_shown_in_words(function, packaged, language):
    other = {"en": "_zh", "zh": "_en"}[language]
    frame = function(packaged)
    told = {"conditions", "assumption", "changes", "which", "section"}
    frame = frame[[c for c in frame if c not in told and not c.endswith(other)]]
    shown = reports.show(frame, packaged, language).frame
    assert not shown.apply(lambda c: c.astype("string").str.contains("_")).any().any()
    assert not any("_" in title for title in shown)


# --- figures --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def others():
    """Studies with what figures draw of them: empty, open, for nothing, more than a page holds."""
    count = 50
    many = study(
        [incentive(n, n, purpose_en=f"purpose {'of many words ' * 6}{n}") for n in range(count)],
        [target(n, 10) for n in range(count)],
        [link(n, n, "key") for n in range(count)],
    )
    studies = {
        "empty": study([], [], []),
        "open": study([incentive(1, 2, "元", "at_least")], [target(1, 3)], [link(1, 1, "made")]),
        "free": study([incentive(1, 0, "元")], [target(1, 3)], [link(1, 1)]),
        "many": many,
    }
    return {
        name: (own, money.schedule(own), money.exposure(own), money.sensitivity(own))
        for name, own in studies.items()
    }


@LANGUAGES
@pytest.mark.parametrize("preset", ["80 mm", "nature_double"])
@pytest.mark.parametrize("name", ["empty", "open", "free", "many"])
def test_figures_of_other_studies(others, name, language, preset):
    tables, schedule, told, changed = others[name]
    first = figures.subsidy_schedule(schedule, tables, language, preset=preset)
    for figure in (
        first,
        figures.fiscal_exposure(told, language, told, preset=preset),
        figures.exposure_assumptions(changed, language, preset=preset),
    ):
        assert faults(figure) == []
    if name == "many":
        assert {"en": "more are not drawn", "zh": "未绘出"}[language] in " ".join(words_of(first))


def test_titles_say_what_the_tables_hold(packaged):
    said = " ".join(words_of(figures.fiscal_exposure(money.exposure(packaged))))
    assert "come to 0–356 million yuan" in said
    assert "Of 9 subsidies 7 have no promise with a number" in said.replace("\n", " ")
    said = " ".join(words_of(figures.fiscal_exposure(money.exposure(packaged), "zh")))
    assert "资助合计 0–35,600 万元" in said
    assert np.isfinite(money.exposure(packaged)["yuan_high"].iloc[0])
