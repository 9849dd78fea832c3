"""Parts and wholes: sums, remainders and their readings, on invented plans and the packaged one."""

import numpy as np
import pandas as pd
import pytest

import stdpolicy as sp
from invented import table, target
from stdpolicy import DataError, UsageError, coherence

WHOLE = "qx-plan.t01"


def part(n: int, value, bound: str = "exact", **cells) -> dict:
    relation = {"part_of": WHOLE, "part_relation": "disjoint", "domain": "farming"}
    return target(n, value, bound, **relation | cells)


def plan(*rows: dict) -> dict[str, pd.DataFrame]:
    indicators = [
        {"key": key, "zh": key, "en": key, "unit": unit, "measure": measure}
        | {"direction": "up", "tier": tier}
        for key, unit, measure, tier in (
            ("local_standards", "项", "flow", "local"),
            ("group_standards", "项", "flow", "group"),
            ("contracts", "亿元", "money", "none"),
            ("rate", "%", "rate", "enterprise"),
        )
    ]
    return {"targets": table("targets", *rows), "indicators": table("indicators", *indicators)}


def whole_row(tables, **options) -> pd.Series:
    return coherence.coherence(tables, **options).set_index("target_id").loc[WHOLE]


def reading(tables, name: str, **options) -> pd.Series:
    rows = coherence.coherence_readings(tables, **options).set_index(["target_id", "reading"])
    return rows.loc[(WHOLE, name)]


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


# --- the packaged plan ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "parts", "total", "remainder", "verdict"),
    [
        ("t14", 2, 50, (50, 50), "remainder"),
        ("t15", 4, 440, (130, 190), "remainder"),  # about 600, within 5 %
        ("t16", 2, 200, (0, 0), "exact"),
        ("t18", 5, 430, (0, 0), "exact"),
        ("t19", 1, 63, (0, 0), "overlapping_only"),
    ],
)
def test_shandong_2018(packaged, key, parts, total, remainder, verdict):
    row = coherence.coherence(packaged).set_index("target_id").loc[f"sd-2018-pilot.{key}"]
    assert row["parts"] == parts
    assert (row["parts_low"], row["parts_high"]) == (total, total)
    assert (row["remainder_low"], row["remainder_high"]) == pytest.approx(remainder)
    assert row["adds_up"] == verdict


@pytest.mark.parametrize(
    ("key", "name", "parts", "remainder", "verdict"),
    [
        ("t15", "as_written", 4, (160, 160), "remainder"),
        ("t15", "approx_exact", 4, (160, 160), "remainder"),
        ("t15", "parts_floors", 4, (None, 190), "undetermined"),
        # 30 of the 430 are made or revised, the whole counts those made.
        ("t18", "same_action", 4, (30, 30), "remainder"),
        ("t18", "floors", 5, (None, None), "undetermined"),
        ("t14", "same_role", 0, (None, None), "no_parts"),
        ("t19", "overlapping_too", 1, (0, 0), "exact"),
    ],
)
def test_other_readings_of_shandong_2018(packaged, key, name, parts, remainder, verdict):
    rows = coherence.coherence_readings(packaged).set_index(["target_id", "reading"])
    row = rows.loc[(f"sd-2018-pilot.{key}", name)]
    found = [None if pd.isna(row[c]) else row[c] for c in ("remainder_low", "remainder_high")]
    assert found == list(remainder)
    assert (row["parts"], row["adds_up"], row["differs"]) == (parts, verdict, True)


def test_every_target_is_accounted_for_and_every_plan_and_tier(packaged):
    out = coherence.coherence(packaged)
    targets = packaged["targets"]
    named = set(out["target_id"].dropna())
    parts = set(targets.loc[targets["part_of"].notna(), "target_id"])
    loose = set(targets["target_id"]) - named - parts
    assert len(loose) == out.loc[out["adds_up"] == "no_whole", "parts"].sum()
    tier = packaged["indicators"].set_index("key")["tier"]
    present = set(zip(targets["doc_id"], targets["indicator"].map(tier), strict=True))
    shown = {
        (doc, one)
        for doc, own, of_parts in out[["doc_id", "tier", "part_tiers"]].itertuples(index=False)
        for one in [own, *(of_parts.split("+") if isinstance(of_parts, str) else [])]
    }
    assert shown == present


def test_a_city_plan_without_overall_targets(packaged):
    out = coherence.coherence(packaged)
    taian = out[out["doc_id"] == "ta-2018-reform"].set_index("indicator")
    assert (taian["adds_up"] == "no_whole").all()
    assert taian["parts_low"].to_dict() == {
        "national_standards": 2,
        "local_standards": 5,
        "group_standards": 20,
        "national_and_industry_standards": 3,
    }


@pytest.mark.parametrize("function", [coherence.coherence, coherence.coherence_readings])
def test_the_order_of_rows_does_not_matter(packaged, function):
    mixed = {
        n: packaged[n].sample(frac=1, random_state=3).reset_index(drop=True)
        for n in ("targets", "indicators")
    }
    pd.testing.assert_frame_equal(function(mixed), function(packaged))


# --- sums as intervals ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "parts", "remainder", "verdict"),
    [
        (("exact", 100), [("exact", 60), ("exact", 40)], (0, 0), "exact"),
        (("exact", 100), [("exact", 60), ("exact", 50)], (-10, -10), "excess"),
        (("at_least", 100), [("exact", 60)], (40, None), "remainder"),
        (("at_least", 100), [("exact", 100)], (0, None), "undetermined"),
        (("exact", 100), [("at_least", 60)], (None, 40), "undetermined"),
        (("exact", 100), [("at_least", 100)], (None, 0), "undetermined"),
        (("exact", 100), [("at_least", 60), ("at_least", 50)], (None, -10), "excess"),
        (("at_least", 100), [("at_least", 60)], (None, None), "undetermined"),
        (("at_most", 100), [("exact", 60)], (-60, 40), "undetermined"),
        (("exact", 100), [("range", (60, 70))], (30, 40), "remainder"),
        (("approx", 100), [("approx", 50)], (42.5, 57.5), "remainder"),
        (("exact", 0.3), [("exact", 0.1), ("exact", 0.2)], (0, 0), "exact"),
    ],
)
def test_the_remainder_is_whole_less_parts_as_worded(whole, parts, remainder, verdict):
    rows = [part(n, value, bound) for n, (bound, value) in enumerate(parts, start=2)]
    row = whole_row(plan(target(1, whole[1], whole[0]), *rows))
    found = [None if pd.isna(row[c]) else row[c] for c in ("remainder_low", "remainder_high")]
    assert found == pytest.approx(list(remainder))
    assert row["adds_up"] == verdict
    assert row["reason_zh"] != row["reason_en"]


def test_the_remainder_holds_whatever_the_wording_allows():
    rng = np.random.default_rng(7)
    rows, truths = [], {}
    for n in range(0, 300, 3):
        key, left = f"qx-plan.t{n:04d}", 0.0
        for i in range(3):
            bound = str(rng.choice(["exact", "at_least", "at_most", "approx", "range"]))
            value = int(rng.integers(1, 100))
            ends = (value, value + 9)
            low, high = {
                "exact": (value, value),
                "at_least": (value, value + 50),
                "at_most": (0, value),
                "approx": (value * 0.95, value * 1.05),
                "range": ends,
            }[bound]
            true = rng.uniform(low, high)
            left += true if i == 0 else -true
            make = target if i == 0 else part
            cells = {"target_id": f"qx-plan.t{n + i:04d}"} | ({"part_of": key} if i else {})
            rows.append(make(n + i, ends if bound == "range" else value, bound, **cells))
        truths[key] = left
    out = coherence.coherence(plan(*rows)).set_index("target_id")
    for key, left in truths.items():
        low, high = out.loc[key, ["remainder_low", "remainder_high"]]
        assert pd.isna(low) or low <= left + 1e-9
        assert pd.isna(high) or left - 1e-9 <= high


def test_tolerance_widens_about():
    tables = plan(target(1, 600, "approx"), part(2, 440))
    row = whole_row(tables, tolerance=0.1)
    assert (row["remainder_low"], row["remainder_high"]) == pytest.approx((100, 220))
    assert whole_row(tables, tolerance=0.0)["remainder_low"] == 160


# --- what is added --------------------------------------------------------------------------------


def test_overlapping_parts_are_not_added():
    rows = [part(2, 60), part(3, 40), part(4, 30, part_relation="overlapping")]
    row = whole_row(plan(target(1, 100), *rows))
    assert (row["parts"], row["overlapping"], row["parts_low"]) == (3, 1, 100)
    assert (row["adds_up"], row["relation"]) == ("exact", "disjoint+overlapping")
    assert "1 of them overlapping" in row["reason_en"]
    assert reading(plan(target(1, 100), *rows), "overlapping_too")["remainder_high"] == -30


def test_of_overlapping_parts_alone_the_largest_counts():
    rows = [part(n, v, part_relation="overlapping") for n, v in ((2, 60), (3, 40))]
    row = whole_row(plan(target(1, 100), *rows))
    assert (row["adds_up"], row["parts_high"]) == ("overlapping_only", 60)


def test_parts_on_paper_are_added():
    rows = [part(n, 50, part_relation="on_paper") for n in (2, 3)]
    assert whole_row(plan(target(1, 100), *rows))["adds_up"] == "exact"


def test_money_is_added_in_the_unit_of_the_whole():
    money = {"indicator": "contracts"}
    rows = [part(2, 1, unit="亿元", **money), part(3, 5000, unit="万元", **money)]
    row = whole_row(plan(target(1, 2, unit="亿元", **money), *rows))
    assert (row["parts_low"], row["remainder_low"], row["unit"]) == (1.5, 0.5, "亿元")


def test_counting_words_count_alike_and_other_units_do_not():
    assert whole_row(plan(target(1, 9), part(2, 9, unit="个")))["adds_up"] == "exact"
    row = whole_row(plan(target(1, 9), part(2, 4), part(3, 5, unit="万元")))
    assert row[["parts_low", "remainder_low", "remainder_high"]].isna().all()
    assert row["adds_up"] == "undetermined"
    assert "units" in row["reason_en"]
    assert "单位" in row["reason_zh"]


def test_rates_are_not_added_but_may_be_said_twice():
    rate = {"indicator": "rate", "unit": "%"}
    row = whole_row(plan(target(1, 80, **rate), part(2, 40, **rate), part(3, 40, **rate)))
    assert (row["adds_up"], pd.isna(row["parts_low"])) == ("undetermined", True)
    assert "比率" in row["reason_zh"]
    percent = {"unit": "%"}  # whatever the indicator is said to measure
    row = whole_row(plan(target(1, 80, **percent), part(2, 40, **percent)))
    assert pd.isna(row["parts_low"])
    again = part(2, 80, part_relation="overlapping", **rate)
    assert whole_row(plan(target(1, 80, **rate), again))["adds_up"] == "overlapping_only"


def test_field_targets_without_a_whole_stand_by_deadline():
    rows = [target(n, n, domain="farming") for n in (1, 2)]
    later = target(3, 7, domain="farming", due_date="2022-12-31")
    out = coherence.coherence(plan(*rows, later))
    assert out["adds_up"].tolist() == ["no_whole"] * 2
    assert out["parts_low"].tolist() == [3, 7]
    assert out[["target_id", "whole_low", "remainder_low"]].isna().all(axis=None)


def test_a_part_whose_whole_is_not_among_the_targets_stands_alone():
    row = coherence.coherence(plan(part(2, 5))).iloc[0]
    assert (row["adds_up"], row["parts"]) == ("no_whole", 1)


def test_an_overall_target_may_have_no_parts():
    row = whole_row(plan(target(1, 100), target(2, 5, indicator="group_standards")))
    assert (row["adds_up"], row["parts"]) == ("no_parts", 0)
    assert pd.isna(row["parts_low"])


def test_what_differs_is_named_in_words():
    tables = plan(target(1, 9), part(2, 4, action="make_or_revise"), part(3, 5, due_date="2019"))
    row = whole_row(tables)
    assert row["differs"] == "action+due_date"
    assert "action" in row["reason_en"]
    assert "行为" in row["reason_zh"]


def test_dates_of_another_precision_are_the_same_day():
    rows = part(2, 9, base_date="2018", due_date="2020")
    assert whole_row(plan(target(1, 9), rows))["differs"] == ""


def test_parts_coded_as_exhaustive_that_leave_a_remainder_are_pointed_out():
    rows = plan(target(1, 9), part(2, 4, part_relation="disjoint_exhaustive"))
    assert "adding up exactly" in whole_row(rows)["reason_en"]


# --- readings -------------------------------------------------------------------------------------


def test_nested_parts_at_one_level_or_at_the_last():
    nested = {"part_of": "qx-plan.t02"}
    rows = [part(2, 60), part(3, 40), part(4, 20, **nested), part(5, 30, **nested)]
    tables = plan(target(1, 100), *rows)
    assert reading(tables, "default")["adds_up"] == "exact"
    row = reading(tables, "leaves")
    assert (row["parts"], row["parts_low"], row["adds_up"]) == (3, 90, "remainder")
    # What is only said again below a part does not stand for it.
    again = [part(4, 20, part_relation="overlapping", **nested)]
    assert reading(plan(target(1, 100), *rows[:2], *again), "leaves")["parts_low"] == 100


def test_ranges_at_either_end():
    tables = plan(target(1, 100), part(2, (30, 50), "range"), part(3, 60))
    ends = [reading(tables, name)["remainder_low"] for name in ("range_low", "range_high")]
    assert ends == [10, -10]


def test_every_whole_has_every_reading_and_the_default_never_differs(packaged):
    out = coherence.coherence_readings(packaged)
    assert (out.groupby("target_id").size() == len(coherence.READINGS)).all()
    default = out[out["reading"] == "default"]
    assert not default["differs"].any()
    shared = ["target_id", "parts", "whole_low", "parts_high", "remainder_high", "adds_up"]
    whole = coherence.coherence(packaged).set_index("target_id").loc[default["target_id"]]
    pd.testing.assert_frame_equal(
        whole.reset_index()[shared], default[shared].reset_index(drop=True)
    )
    words = pd.DataFrame(list(coherence.READINGS.values()))
    assert words.stack().is_unique


# --- faults ---------------------------------------------------------------------------------------


def test_no_targets_give_empty_tables():
    empty = plan()
    for function in (coherence.coherence, coherence.coherence_readings):
        out = function(empty)
        assert out.empty
        assert list(out) == list(function(plan(target(1, 2), part(2, 2))))


def test_missing_tables_and_columns_are_named():
    tables = plan(target(1, 1))
    with pytest.raises(UsageError, match="'indicators' is missing"):
        coherence.coherence({"targets": tables["targets"]})
    without = tables | {"targets": tables["targets"].drop(columns="part_of")}
    with pytest.raises(UsageError, match="targets has no column 'part_of'"):
        coherence.coherence_readings(without)


@pytest.mark.parametrize("tolerance", [-0.1, 1, float("nan")])
def test_the_tolerance_is_a_share(tolerance):
    with pytest.raises(UsageError, match="tolerance"):
        coherence.coherence(plan(target(1, 1)), tolerance=tolerance)


def test_a_target_that_is_part_of_itself_is_refused():
    circle = [target(1, 1, part_of="qx-plan.t02"), target(2, 1, part_of=WHOLE), part(3, 1)]
    with pytest.raises(DataError, match=r"t01 → qx-plan\.t02 → qx-plan\.t01"):
        coherence.coherence(plan(*circle))


def test_readings_of_nothing_are_rows_of_the_same_types(packaged):
    nothing = coherence.coherence_readings({**packaged, "targets": packaged["targets"].head(0)})
    assert len(nothing) == 0
    assert nothing["differs"].dtype == bool
