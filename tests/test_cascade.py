"""Promises of several levels side by side, on invented jurisdictions and the packaged tables."""

import pandas as pd
import pytest

import stdpolicy as sp
from invented import COUNTED, number, table
from invented import target as coded
from stdpolicy import DataError, UsageError, cascade

STANDARDS = {"indicator": "standards"}
SEEN = (
    COUNTED
    | STANDARDS
    | {
        "due_date": "2020-12-31",
        "kind": "target",
        "basis": "during",
        "since_date": "2018-01-01",
        "source_title": "清溪日报",
        "source_outlet": "清溪日报",
        "quality": "press",
        "confidence": "medium",
    }
)
PLACES = {
    "china": ("", "central"),
    "qingxi": ("china", "province"),
    "lanshan": ("china", "province"),
    "heyang": ("qingxi", "city"),
    "linchuan": ("qingxi", "city"),
    "shigu": ("lanshan", "city"),
}
INDICATORS = {
    "standards": ("", "项", "flow", "up", "mixed"),
    "national": ("standards", "项", "flow", "up", "national"),
    "local": ("standards", "项", "flow", "up", "local"),
    "bodies": ("", "个", "stock", "up", "none"),
    "rate": ("", "%", "rate", "up", "none"),
    "months": ("", "月", "duration", "down", "none"),
    "odd_rate": ("", "%", "rate", "none", "none"),
}


def target(n: int, value, bound: str = "exact", **cells) -> dict:
    return coded(n, value, bound, **STANDARDS | cells)


def seen(n: int, value, bound: str = "exact", **cells) -> dict:
    return SEEN | {"observation_id": f"E{n:04d}"} | number(bound, value) | cells


def study(*rows: dict) -> dict[str, pd.DataFrame]:
    def tree(keys: dict[str, str]) -> list[dict]:
        return [{"key": k, "zh": k, "en": k, "part_of": above} for k, above in keys.items()]

    places = [
        {"key": k, "zh": k, "en": k, "part_of": above, "level": level}
        for k, (above, level) in PLACES.items()
    ]
    indicators = [
        {"key": k, "zh": k, "en": k, "part_of": above, "unit": unit}
        | {"measure": measure, "direction": direction, "tier": tier}
        for k, (above, unit, measure, direction, tier) in INDICATORS.items()
    ]
    return {
        "targets": table("targets", *(r for r in rows if "target_id" in r)),
        "observations": table("observations", *(r for r in rows if "observation_id" in r)),
        "jurisdictions": table("jurisdictions", *places),
        "indicators": table("indicators", *indicators),
        "domains": table(
            "domains", *tree({"all": "", "farming": "all", "crops": "farming", "marine": "all"})
        ),
        "scopes": table("scopes", *tree({"whole": "", "key_firms": "whole", "others": "whole"})),
    }


def promises(*rows: dict) -> pd.DataFrame:
    return cascade.promises_by_level(study(*rows)).set_index("key")


def pair(*rows: dict, **options) -> pd.Series:
    out = cascade.cascade(study(*rows), **options)
    assert len(out) == 1
    return out.iloc[0]


def city(n: int, value, bound: str = "exact", **cells) -> dict:
    return seen(n, value, bound, **{"jurisdiction": "heyang"} | cells)


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


@pytest.fixture(scope="module")
def packaged_pairs(packaged):
    return cascade.cascade(packaged).set_index(["upper_key", "lower_key"])


# --- promises -------------------------------------------------------------------------------------


def test_targets_and_observed_targets_stand_in_one_table(packaged):
    out = cascade.promises_by_level(packaged)
    observed = packaged["observations"]
    twice = out["also"].dropna().str.count("E").sum()
    assert len(out) + twice == len(packaged["targets"]) + (observed["kind"] == "target").sum()
    assert out["key"].is_unique
    assert set(out["source"]) == {"targets", "observations"}
    assert out.loc[out["source"] == "observations", "commitment"].isna().all()
    assert out["level"].notna().all()
    # Two pages say the same of consumer goods by 2020.
    assert out.set_index("key").loc["E0220", "also"] == "E0225"


@pytest.mark.parametrize(
    ("bound", "value", "cells", "low", "high"),
    [
        ("exact", 80, {}, 80, 80),
        ("at_least", 80, {}, 80, None),
        ("at_most", 24, {"indicator": "months", "unit": "月"}, 0, 24),
        ("approx", 100, {}, 95, 105),
        ("range", (3, 5), {}, 3, 5),
        ("at_least", 80, {"indicator": "rate", "unit": "%"}, 80, 100),
        ("approx", 99, {"indicator": "rate", "unit": "%"}, 94.05, 100),
        ("exact", 120, {"indicator": "rate", "unit": "%"}, 120, 120),
    ],
)
def test_numbers_are_intervals_as_worded(bound, value, cells, low, high):
    row = promises(target(1, value, bound, **cells)).iloc[0]
    assert row["low"] == pytest.approx(low)
    assert row["high"] == pytest.approx(high) if high is not None else pd.isna(row["high"])


def test_the_same_promise_is_kept_once_and_another_is_not():
    rows = [seen(1, 9, scope="others"), seen(2, 9, due_date="2020"), seen(3, 9, domain="farming")]
    out = promises(target(1, 9), *rows, seen(4, 9, "at_least"), seen(5, 9, unit="个"), seen(6, 9))
    assert list(out.index) == ["qx-plan.t01", "E0001", "E0003", "E0004", "E0005"]
    assert out.loc["qx-plan.t01", "also"] == "E0002+E0006"
    # Two targets of the tables are two promises, however alike.
    assert len(promises(target(1, 9), target(2, 9))) == 2


def test_superseded_and_repeated_targets_are_marked_and_not_compared():
    old = target(1, 50)
    new = target(2, 80, supersedes="qx-plan.t01")
    again = target(3, 80, part_of="qx-plan.t02", part_relation="overlapping")
    rows = [old, new, again, city(1, 8)]
    out = promises(*rows)
    assert out["superseded"].tolist() == [True, False, False, False]
    assert out["repeated"].tolist() == [False, False, True, False]
    assert pair(*rows)["upper_key"] == "qx-plan.t02"


def test_years_run_from_the_base_date_to_the_end_of_the_deadline():
    rows = [target(1, 1), seen(2, 2, since_date="2018"), seen(3, 3, since_date="2018-07-01")]
    out = promises(*rows, seen(4, 4, basis="cumulative", since_date=""))
    assert out.loc["qx-plan.t01", ["years_low", "years_high"]].tolist() == [3, 3]
    assert out.loc["E0002", "years_high"] == 3
    assert 2 < out.loc["E0002", "years_low"] < 2.01
    assert 2.49 < out.loc["E0003", "years_low"] < 2.51
    assert pd.isna(out.loc["E0004", "years_low"])


# --- shares ---------------------------------------------------------------------------------------


def test_packaged_shares(packaged_pairs):
    yantai = packaged_pairs.loc[("sd-2018-pilot.t14", "E0142")]
    assert (yantai["share_low"], yantai["share_high"]) == (0.08, 0.08)
    jinan = packaged_pairs.loc[("sd-2022-outline.t06", "E0140")]
    assert (jinan["share_low"], jinan["naive_share"]) == (0.2, 0.2)
    assert pd.isna(jinan["share_high"])
    # Standards of a city need not be provincial ones, which the 430 are.
    taian = packaged_pairs.loc[("sd-2018-pilot.t18", "ta-2018-reform.t02")]
    assert (taian["share_low"], taian["share_high"]) == (0, pytest.approx(3 / 430))
    assert "scope" in taian["differs"]


@pytest.mark.parametrize(
    ("upper", "lower", "floors", "share"),
    [
        (("exact", 80), ("exact", 8), True, (0.1, 0.1)),
        (("exact", 80), ("at_least", 8), True, (0.1, None)),
        (("at_least", 80), ("exact", 8), True, (0.1, 0.1)),
        (("at_least", 80), ("exact", 8), False, (0, 0.1)),
        (("at_least", 80), ("at_least", 8), False, (0, None)),
        (("range", (80, 100)), ("range", (8, 10)), True, (0.08, 0.125)),
        (("approx", 100), ("exact", 19), True, (19 / 105, 0.2)),
        (("exact", 80), ("at_most", 8), True, (0, 0.1)),
    ],
)
def test_a_share_divides_intervals(upper, lower, floors, share):
    rows = [target(1, upper[1], upper[0]), city(1, lower[1], lower[0])]
    row = pair(*rows, floors=floors)
    assert row["share_low"] == pytest.approx(share[0])
    assert row["share_high"] == pytest.approx(share[1]) if share[1] else pd.isna(row["share_high"])
    assert pd.isna(row["ratchet"])
    assert pd.isna(row["delta_low"])


@pytest.mark.parametrize(
    ("upper", "lower", "differs", "low"),
    [
        ({}, {"indicator": "national"}, "", 0.1),
        ({"indicator": "national"}, {}, "", 0),
        ({}, {"domain": "crops"}, "domain", 0.1),
        ({"domain": "farming"}, {}, "domain", 0),
        ({}, {"scope": "key_firms"}, "scope", 0.1),
        ({"scope": "key_firms"}, {"scope": "others"}, "scope", 0),
        ({"role": "lead"}, {}, "role", 0),
        ({"role": "lead_or_take_part"}, {}, "role", 0.1),
        ({}, {"role": "lead"}, "role", 0.1),
        ({"action": "make_or_revise"}, {}, "action", 0.1),
        ({}, {"action": "make_or_revise"}, "action", 0),
        ({}, {"stage": "drafted"}, "stage", 0),
        ({}, {"since_date": "2018-07-01"}, "base_date", 0.1),
        ({}, {"since_date": "2017-07-01"}, "base_date", 0),
        ({}, {"since_date": ""}, "base_date", 0),
        ({}, {"basis": "cumulative", "since_date": ""}, "basis", 0),
        ({"basis": "stock"}, {"since_date": ""}, "basis", 0.1),
        ({}, {"basis": "unknown"}, "basis", 0),
    ],
)
def test_the_lower_end_falls_where_the_lower_promise_may_count_other_things(
    upper, lower, differs, low
):
    row = pair(target(1, 80, **upper), city(1, 8, **lower))
    assert row["differs"] == differs
    assert (row["share_low"], row["share_high"]) == (low, 0.1)
    assert ("may count" in row["reason_en"]) == (low == 0)
    assert ("未必" in row["reason_zh"]) == (low == 0)


def test_separate_fields_and_indicators_are_no_pair():
    rows = [target(1, 80, domain="marine"), city(1, 8, domain="farming")]
    assert cascade.cascade(study(*rows)).empty
    rows = [target(1, 80, indicator="national"), city(1, 8, indicator="local")]
    assert cascade.cascade(study(*rows)).empty


def test_what_is_wider_than_a_part_stands_beside_its_whole():
    part = target(2, 30, domain="farming", part_of="qx-plan.t01", part_relation="disjoint")
    out = cascade.cascade(study(target(1, 80), part, city(1, 8), city(2, 3, domain="crops")))
    assert list(zip(out["upper_key"], out["lower_key"], strict=True)) == [
        *(("qx-plan.t01", "E0001"), ("qx-plan.t01", "E0002"), ("qx-plan.t02", "E0002"))
    ]


def test_other_deadlines_are_listed_and_not_compared():
    row = pair(target(1, 80), city(1, 8, due_date="2022"))
    assert not row["same_deadline"]
    assert row[["share_low", "share_high", "naive_share", "ratchet"]].isna().all()
    for reason in (row["reason_zh"], row["reason_en"]):
        assert "2020-12-31" in reason
        assert "2022-12-31" in reason
    assert pair(target(1, 80), city(1, 8, due_date="2020-12"))["same_deadline"]


def test_units_of_another_kind_give_no_number_and_multiples_do():
    row = pair(target(1, 80), city(1, 8, unit="万元"))
    assert row[["share_low", "share_high", "delta_low", "ratchet"]].isna().all()
    assert "units" in row["reason_en"]
    assert "单位" in row["reason_zh"]
    assert pair(target(1, 8, unit="万项"), city(1, 800, unit="个"))["share_low"] == 0.01


def test_a_share_of_nothing_is_no_number():
    row = pair(target(1, 0), city(1, 8))
    assert row[["share_low", "share_high", "naive_share"]].isna().all()
    assert "0" in row["reason_en"]


def test_wording():
    rows = [target(1, 80, commitment="strive"), target(2, 80, "at_least", domain="farming")]
    out = cascade.cascade(study(*rows, city(1, 8, "approx", domain="crops"), city(2, 8)))
    out = out.set_index(["upper_key", "lower_key"])
    assert out.loc[("qx-plan.t01", "E0001"), "upper_wording"] == "soft"
    assert out.loc[("qx-plan.t01", "E0001"), "lower_wording"] == "soft"
    assert out.loc[("qx-plan.t02", "E0001"), "upper_wording"] == "hard"
    # Nothing is known of the commitment of an observation.
    assert out.loc[("qx-plan.t01", "E0002"), "lower_wording"] == ""


# --- ratcheting -----------------------------------------------------------------------------------


def test_packaged_ratcheting(packaged_pairs):
    rows = packaged_pairs.loc["E0241"]
    shandong = rows.loc["sd-2022-outline.t09"]
    assert (shandong["delta_low"], shandong["delta_high"]) == (10, 10)
    assert (shandong["ratchet"], shandong["differs"]) == ("up", "")
    # Of all projects, not of key ones: the numbers alone say up, the promises do not.
    zhejiang = rows.loc["E0292"]
    assert (zhejiang["ratchet"], zhejiang["naive_ratchet"]) == ("undetermined", "up")
    assert packaged_pairs["ratchet"].dropna().isin(["up", "undetermined"]).all()


RATE = {"indicator": "rate", "unit": "%", "basis": "stock"}
MONTHS = {"indicator": "months", "unit": "月", "basis": "stock"}


@pytest.mark.parametrize(
    ("kind", "upper", "lower", "delta", "ratchet"),
    [
        (RATE, ("at_least", 50), ("at_least", 60), (10, 10), "up"),
        (RATE, ("at_least", 50), ("at_least", 50), (0, 0), "same"),
        (RATE, ("at_least", 50), ("exact", 45), (-5, -5), "down"),
        (RATE, ("at_least", 50), ("range", (45, 60)), (-5, 10), "undetermined"),
        (RATE, ("at_least", 50), ("at_most", 60), (10, 10), "undetermined"),
        (MONTHS, ("at_most", 24), ("at_most", 18), (-6, -6), "up"),
        (MONTHS, ("at_most", 18), ("at_most", 24), (6, 6), "down"),
        (MONTHS, ("at_most", 18), ("at_least", 12), (-6, -6), "undetermined"),
    ],
)
def test_a_bound_is_compared_as_a_bound(kind, upper, lower, delta, ratchet):
    row = pair(target(1, upper[1], upper[0], **kind), city(1, lower[1], lower[0], **kind))
    barred = "no bar" in row["reason_en"]
    if barred:
        assert pd.isna(row["delta_low"])
    else:
        assert (row["delta_low"], row["delta_high"]) == delta
    assert row["ratchet"] == ratchet
    assert pd.isna(row["share_low"])


def test_as_intervals_two_floors_tell_nothing():
    rows = [target(1, 50, "at_least", **RATE), city(1, 60, "at_least", **RATE)]
    row = pair(*rows, floors=False)
    assert (row["delta_low"], row["delta_high"], row["ratchet"]) == (-40, 50, "undetermined")


def test_months_and_years_are_brought_together():
    rows = [target(1, 2, "at_most", **MONTHS | {"unit": "年"}), city(1, 18, "at_most", **MONTHS)]
    row = pair(*rows)
    assert (row["delta_low"], row["ratchet"]) == (-0.5, "up")


def test_without_a_wanted_direction_nothing_ratchets():
    odd = RATE | {"indicator": "odd_rate"}
    row = pair(target(1, 50, **odd), city(1, 60, **odd))
    assert row["ratchet"] == "undetermined"
    assert "direction" in row["reason_en"]


def test_another_deadline_or_scope_is_no_ratchet():
    late = pair(target(1, 50, **RATE), city(1, 60, **RATE, due_date="2022"))
    assert late[["ratchet", "naive_ratchet", "delta_low"]].isna().all()
    row = pair(target(1, 50, **RATE), city(1, 60, **RATE, scope="key_firms"))
    assert (row["ratchet"], row["naive_ratchet"]) == ("undetermined", "up")
    assert "scope" in row["reason_en"]


# --- levels ---------------------------------------------------------------------------------------


def test_a_level_without_a_promise_is_passed_over():
    central = seen(1, 1000, jurisdiction="china")
    row = pair(central, city(2, 8))
    assert (row["through"], row["upper_level"], row["lower_level"]) == ("qingxi", "central", "city")
    out = cascade.cascade(study(central, city(2, 8), target(1, 80)))
    assert sorted(zip(out["upper_key"], out["lower_key"], strict=True)) == [
        *(("E0001", "qx-plan.t01"), ("qx-plan.t01", "E0002"))
    ]
    # One for another deadline hides nothing, nor one for a wider indicator the same one above.
    out = cascade.cascade(study(central, city(2, 8), target(1, 80, due_date="2019")))
    assert ("E0001", "E0002") in set(zip(out["upper_key"], out["lower_key"], strict=True))
    national = {"indicator": "national"}
    rows = [seen(1, 1000, jurisdiction="china", **national), city(2, 8, **national), target(1, 80)]
    out = cascade.cascade(study(*rows))
    assert ("E0001", "E0002") in set(zip(out["upper_key"], out["lower_key"], strict=True))


def sums(*rows: dict) -> pd.DataFrame:
    return cascade.cascade_sum(study(*rows)).set_index(["upper_key", "level"])


def test_shares_of_a_level_add_up_to_bounds():
    rows = [target(1, 80), city(1, 8), target(2, 5, "at_least", indicator="bodies")]
    row = sums(*rows).loc[("qx-plan.t01", "city")]
    assert (row["promises"], row["with_target"], row["known"]) == (1, 1, 2)
    assert (row["found_low"], row["found_high"], row["all_low"]) == (0.1, 0.1, 0.1)
    assert pd.isna(row["all_high"])
    assert "1 of 2" in row["reason_en"]
    row = sums(*rows, city(2, 16, jurisdiction="linchuan")).loc[("qx-plan.t01", "city")]
    assert (row["all_low"], row["all_high"]) == pytest.approx((0.3, 0.3))
    assert "not known" not in row["reason_en"]


@pytest.mark.parametrize(
    ("first", "second", "low"),
    [
        ({"domain": "farming"}, {"domain": "marine"}, 0.3),
        ({"domain": "farming"}, {"domain": "crops"}, 0.2),
        ({"domain": "farming"}, {"domain": "farming", "scope": "others"}, 0.2),
        ({"indicator": "national"}, {"indicator": "local"}, 0.3),
        ({"indicator": "national"}, {}, 0.2),
    ],
)
def test_within_a_jurisdiction_only_separate_promises_add_up(first, second, low):
    row = sums(target(1, 80), city(1, 8, **first), city(2, 16, **second)).iloc[0]
    assert row["found_low"] == pytest.approx(low)
    assert row["found_high"] == pytest.approx(0.3)


def test_the_sum_of_a_level_leaves_out_no_one_whose_province_has_a_target():
    rows = [seen(1, 800, jurisdiction="china"), target(1, 80), city(2, 8)]
    row = sums(*rows, city(3, 16, jurisdiction="shigu")).loc[("E0001", "city")]
    assert (row["with_target"], row["known"], row["found_low"]) == (2, 3, 0.03)


def test_packaged_sum(packaged):
    out = cascade.cascade_sum(packaged).set_index(["upper_key", "level"])
    row = out.loc[("sd-2018-pilot.t15", "city")]
    cities = packaged["jurisdictions"].query("part_of == 'shandong' and level == 'city'")
    assert (row["promises"], row["with_target"], row["known"]) == (4, 2, len(cities))
    assert (row["found_low"], row["found_high"]) == pytest.approx((105 / 630, 105 / 570))
    assert row["naive_share"] == pytest.approx(105 / 600)


def test_missing_levels():
    rows = [
        target(1, 80),
        target(2, 5, indicator="bodies", due_date="2022-12-31"),
        seen(1, 9, jurisdiction="china", indicator="national"),
        target(3, 8, jurisdiction="heyang", indicator="local"),
    ]
    out = cascade.missing_levels(study(*rows))
    assert set(out["chain"]) == {"china>qingxi>heyang"}
    out = out.set_index(["indicator", "due_date"])
    row = out.loc[("standards", "2020-12-31")]
    assert (row["present"], row["related"]) == ("province", "central+city")
    row = out.loc[("national", "2020-12-31")]
    assert (row["present"], row["related"], row["missing"]) == ("central", "province", "city")
    row = out.loc[("bodies", "2022-12-31")]
    assert (row["present"], row["missing"], row["unknown"]) == ("province", "", "central+city")
    assert "nothing coded" in row["reason_en"]
    assert "未编码" in row["reason_zh"]


def test_packaged_missing_levels(packaged):
    out = cascade.missing_levels(packaged)
    assert set(out["jurisdiction"]) == {"shanxi", "taian"}
    row = out.set_index(["jurisdiction", "indicator", "due_date"]).loc[
        ("taian", "international_standards", "2020-12-31")
    ]
    assert (row["present"], row["missing"], row["unknown"]) == ("province", "city", "central")


# --- provinces ------------------------------------------------------------------------------------


def test_provinces_side_by_side():
    rows = [
        target(1, 90),
        seen(1, 40, "at_least", jurisdiction="lanshan", since_date="2019-01-01"),
        seen(2, 99, basis="cumulative"),
        seen(3, 9, since_date="", domain="marine"),
        target(2, 80, **RATE),
        city(4, 8),
    ]
    out = cascade.across_provinces(study(*rows))
    assert out["key"].tolist() == ["qx-plan.t02", "E0001", "E0002", "E0003", "qx-plan.t01"]
    out = out.set_index("key")
    assert out.loc["qx-plan.t01", ["per_year_low", "per_year_high"]].tolist() == [30, 30]
    assert out.loc["E0001", "per_year_low"] == 20
    assert pd.isna(out.loc["E0001", "per_year_high"])
    # A base date known to its year only gives two ends.
    rough = cascade.across_provinces(study(target(1, 90, base_date="2018"))).iloc[0]
    assert rough["per_year_low"] == 30
    assert 44 < rough["per_year_high"] < 45
    yearly = out["per_year_low"].notna()
    assert (out["reason_en"] == "").eq(yearly).all()
    assert out.loc["E0003", "reason_en"] != out.loc["E0002", "reason_en"]
    assert list(cascade.across_provinces(study(*rows), level="city")["key"]) == ["E0004"]


def test_packaged_provinces(packaged):
    out = cascade.across_provinces(packaged)
    assert out["jurisdiction"].nunique() > 10
    row = out.set_index("key").loc["sd-2018-pilot.t18"]
    assert row["per_year_low"] == pytest.approx(430 / 3)
    rates = out["unit"] == "%"
    assert out.loc[rates, ["per_year_low", "per_year_high"]].isna().all(axis=None)
    assert (out.loc[rates, "reason_zh"] != "").all()


# --- all of them ----------------------------------------------------------------------------------

FUNCTIONS = [
    cascade.promises_by_level,
    cascade.across_provinces,
    cascade.cascade,
    cascade.cascade_sum,
    cascade.missing_levels,
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_order_of_rows_does_not_matter(packaged, function):
    names = [*("targets", "observations", "jurisdictions"), *("indicators", "domains", "scopes")]
    mixed = {n: packaged[n].sample(frac=1, random_state=5).reset_index(drop=True) for n in names}
    pd.testing.assert_frame_equal(function(mixed), function(packaged))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_without_promises_the_tables_are_empty_with_their_columns(function):
    out = function(study())
    assert out.empty
    assert list(out) == list(function(study(target(1, 80), city(1, 8))))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_missing_tables_and_columns_are_named(function):
    tables = study(target(1, 80))
    with pytest.raises(UsageError, match="'scopes' is missing"):
        function({name: frame for name, frame in tables.items() if name != "scopes"})
    without = tables["observations"].drop(columns="since_date")
    with pytest.raises(UsageError, match="observations has no column 'since_date'"):
        function(tables | {"observations": without})


@pytest.mark.parametrize("function", [cascade.cascade, cascade.cascade_sum, cascade.missing_levels])
def test_a_jurisdiction_that_is_part_of_itself_is_refused(function):
    tables = study(target(1, 80), city(1, 8))
    places = tables["jurisdictions"].copy()
    places.loc[places["key"] == "china", "part_of"] = "heyang"
    with pytest.raises(DataError, match="part of itself") as error:
        function(tables | {"jurisdictions": places})
    assert error.value.faults.iloc[0]["file"] == "jurisdictions.csv"
    assert error.value.faults.iloc[0]["column"] == "part_of"


def test_the_tolerance_is_a_share():
    with pytest.raises(UsageError, match="tolerance"):
        cascade.cascade(study(), tolerance=1.5)
