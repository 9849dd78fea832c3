"""Tiers, their targets and verdicts, the mix of tiers and how it moves; figures of any study."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import stdpolicy as sp
from drawn import faults, words_of
from invented import COUNTED, number, table, target
from stdpolicy import UsageError, figures, gap, reports, system
from stdpolicy.compositions import amounts, joined_blocks, shares
from stdpolicy.system import TIERS

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


@pytest.fixture(scope="module")
def mixed(packaged):
    return system.mix(packaged)


def empty(tables):
    return {name: frame.iloc[:0] for name, frame in tables.items()}


# --- a study by hand ------------------------------------------------------------------------------

KINDS = [
    ("standards_any_level", "", "mixed", "flow"),
    ("national_and_industry_standards", "standards_any_level", "mixed", "flow"),
    ("international_standards", "standards_any_level", "international", "flow"),
    ("national_standards", "national_and_industry_standards", "national", "flow"),
    ("industry_standards", "national_and_industry_standards", "industry", "flow"),
    ("local_standards", "standards_any_level", "local", "flow"),
    ("green_local_standards", "local_standards", "local", "flow"),
    ("group_standards", "standards_any_level", "group", "flow"),
    ("brand_standards", "standards_any_level", "mixed", "flow"),
    ("national_projects", "", "national", "flow"),
    ("declared_rate", "", "enterprise", "rate"),
    ("committees", "", "none", "stock"),
]
OTHERS = {"role": "lead_or_take_part", "scope": "whole_jurisdiction"}
OWN = {"scope": "whole_jurisdiction"}


def seen(n: int, indicator: str, value, **cells) -> dict:
    """A reported figure of another page, an all-time total of the end of 2020."""
    base = COUNTED | {"observation_id": f"E{n:04d}", "kind": "outcome", "basis": "cumulative"}
    base |= {"indicator": indicator, "as_of_date": "2020-12-31", "scope": "whole_jurisdiction"}
    base |= {"source_key": "page", "source_title": "t", "source_outlet": "o"}
    base |= {"quality": "press", "confidence": "high"}
    return base | number(cells.pop("bound", "exact"), value) | cells


def study(targets=(), observations=(), outcomes=()) -> dict[str, pd.DataFrame]:
    indicators = [
        {"key": key, "zh": key, "en": key, "part_of": above, "unit": "项", "direction": "up"}
        | {"measure": measure, "tier": tier}
        for key, above, tier, measure in KINDS
    ]
    parts = [
        ("national_and_industry_standards", tier, "every") for tier in ("national", "industry")
    ]
    parts += [("standards_any_level", tier, "every") for tier in TIERS]
    parts += [("brand_standards", tier, "some") for tier in ("local", "group")]
    why = {"reason_zh": "其名", "reason_en": "its name", "confidence": "high"}
    places = [("middle", "", "central"), ("qingxi", "middle", "province")]
    return {
        "indicators": table("indicators", *indicators),
        "tier_parts": table(
            "tier_parts", *({"indicator": i, "tier": t, "counts": c} | why for i, t, c in parts)
        ),
        "jurisdictions": table(
            "jurisdictions",
            *({"key": k, "zh": k, "en": k, "part_of": a, "level": v} for k, a, v in places),
        ),
        "documents": table(
            "documents",
            {"doc_id": "qx-plan", "jurisdiction": "qingxi", "coded": "true"}
            | {"short_zh": "清溪", "short_en": "Qingxi"},
        ),
        "targets": table("targets", *targets),
        "outcomes": table("outcomes", *outcomes),
        "observations": table("observations", *observations),
    }


PLAN = study(
    targets=[
        target(1, 100, indicator="international_standards", **OTHERS),
        target(2, 600, indicator="national_and_industry_standards", **OTHERS),
        target(3, 80, indicator="national_standards", domain="farming")
        | {"part_of": "qx-plan.t02", "part_relation": "disjoint"},
        target(4, 60, indicator="national_standards", domain="marine")
        | {"part_of": "qx-plan.t02", "part_relation": "disjoint"},
        target(5, 430, indicator="local_standards", **OWN),
        target(6, 30, indicator="green_local_standards", **OWN),
        target(7, 200, indicator="group_standards", **OWN),
        target(8, 90, indicator="declared_rate", unit="%"),
        target(9, 20, indicator="national_projects", **OTHERS),
    ]
)


def by_key(mix: pd.DataFrame, making: str = "others") -> pd.DataFrame:
    return mix[mix["making"] == making].set_index("tier")


def test_tiers_of_indicators():
    found = system.tiers_of(PLAN)
    cells = {k: own["tier"].tolist() for k, own in found.groupby("indicator")}
    assert cells["national_and_industry_standards"] == ["national", "industry"]
    assert cells["local_standards"] == ["local"]
    assert cells["standards_any_level"] == TIERS
    assert "committees" not in cells
    kinds = found.drop_duplicates("indicator").set_index("indicator")
    assert kinds.loc[["local_standards", "national_standards"], "alone"].all()
    assert not kinds.loc["brand_standards", "alone"]
    # A kind of standards is told from all of a tier by its place in the tree, or as coded.
    some = kinds.index[kinds["counts"] == "some"]
    assert list(some) == ["green_local_standards", "brand_standards"]


def test_an_indicator_of_several_tiers_without_rows_may_count_any_tier():
    tables = PLAN | {"tier_parts": PLAN["tier_parts"].iloc[:0]}
    found = system.tiers_of(tables)
    own = found[found["indicator"] == "national_and_industry_standards"]
    assert own["tier"].tolist() == TIERS
    assert set(own["counts"]) == {"some"}
    del tables["tier_parts"]
    pd.testing.assert_frame_equal(system.tiers_of(tables), found)


def test_counts_by_tier_by_hand():
    found = system.by_tier(PLAN).set_index("tier")
    assert (found["kind"] == "target").all()
    cells = found[["alone", "several", "countable"]].to_numpy().tolist()
    assert dict(zip(found.index, cells, strict=True)) == {
        "international": [1, 0, 1],
        "national": [3, 1, 4],
        "industry": [0, 1, 1],
        "local": [2, 0, 2],
        "group": [1, 0, 1],
        "enterprise": [1, 0, 0],
    }


def test_mix_of_a_plan_by_hand():
    found = system.mix(PLAN)
    others = by_key(found)
    told = others[others["told"]]
    assert told[["low", "high"]].to_numpy().tolist() == [[100, 100], [140, 600], [0, 460]]
    assert told["block"].tolist() == ["international", *["national+industry"] * 2]
    ends = told[["share_low", "share_high"]].to_numpy()
    assert ends == pytest.approx(np.array([[1 / 7, 1 / 7], [0.2, 6 / 7], [0, 4.6 / 7]]))
    assert told["block_low"].tolist() == [100, 600, 600]
    own = by_key(found, "own")
    assert own.loc[["local", "group"], "share_low"].tolist() == pytest.approx([43 / 63, 20 / 63])
    # Enterprise standards have no number: a gap with its row, and no share of anything.
    assert not own.loc["enterprise", "told"]
    assert own.loc["enterprise", ["low", "high", "share_low", "share_high"]].isna().all()
    assert own.loc["enterprise", "reason_en"].startswith("the source has no number")


def test_what_is_in_no_mix_is_listed_with_the_reason():
    found = system.left_out(PLAN).set_index("key")
    assert found["why"].to_dict() == {
        "qx-plan.t03": "part",
        "qx-plan.t04": "part",
        "qx-plan.t06": "kind_only",
        "qx-plan.t08": "not_counted",
        "qx-plan.t09": "no_standards",
    }
    assert found[["reason_zh", "reason_en"]].notna().all(axis=None)


def test_every_number_of_a_tier_is_in_a_mix_or_left_out(packaged, mixed):
    shown = mixed[mixed["share_low"].notna()]
    kept = {key for keys in shown["keys"].dropna() for key in keys.split("+")}
    out = set(system.left_out(packaged)["key"])
    assert not kept & out
    tiers = set(system.tiers_of(packaged)["indicator"])
    names = {"targets": "target_id", "outcomes": "outcome_id", "observations": "observation_id"}
    every = {
        key
        for name, column in names.items()
        for key in packaged[name].loc[packaged[name]["indicator"].isin(tiers), column]
    }
    assert kept | out == every


def test_nothing_is_added_across_bases_roles_dates_and_sources():
    rows = [
        seen(1, "national_standards", 10, role="lead"),
        seen(2, "industry_standards", 20, role="lead"),
        seen(3, "national_standards", 99, role="take_part"),
        seen(4, "industry_standards", 98, role="lead", as_of_date="2021-12-31"),
        seen(5, "industry_standards", 97, role="lead", source_key="other"),
        seen(6, "industry_standards", 96, role="lead", basis="year", since_date="2020-01-01"),
        seen(7, "industry_standards", 95, role="lead", basis="stock"),
        seen(8, "local_standards", 94),
        seen(9, "industry_standards", 93, role="lead", stage="initiated"),
    ]
    found = system.mix(study(observations=rows))
    shown = found[found["share_low"].notna()]
    assert shown["keys"].tolist() == ["E0001", "E0002"]
    assert shown["share_low"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert set(found.loc[found["counted"] == "begun", "keys"].dropna()) == {"E0009"}


def test_roles_may_be_taken_together():
    rows = [
        seen(1, "national_standards", 30, role="take_part"),
        seen(2, "local_standards", 70),
    ]
    tables = study(observations=rows)
    assert system.mix(tables)["share_low"].isna().all()
    found = system.mix(tables, roles="together")
    told = found[found["told"]]
    assert set(found["making"]) == {"together"}
    assert told["share_low"].tolist() == pytest.approx([0.3, 0.7])
    with pytest.raises(UsageError, match="apart or together, not 'mixed'"):
        system.mix(tables, roles="mixed")


def test_the_centre_issues_national_standards_itself():
    rows = [
        seen(1, "national_standards", 30, jurisdiction="middle"),
        seen(2, "local_standards", 70, jurisdiction="middle"),
        seen(3, "international_standards", 5, jurisdiction="middle"),
    ]
    found = system.mix(study(observations=rows))
    assert set(found.loc[found["share_low"].notna(), "tier"]) == {"national", "local"}
    assert found.set_index("tier").loc["international", "making"] == "others"


def test_at_least_is_a_floor_or_open():
    rows = [
        seen(1, "local_standards", 30),
        seen(2, "group_standards", 70, bound="at_least"),
    ]
    tables = study(observations=rows)
    found = by_key(system.mix(tables), "own")
    assert found.loc["local", ["share_low", "share_high"]].tolist() == pytest.approx([0.3, 0.3])
    found = by_key(system.mix(tables, floors=False), "own")
    assert found.loc["local", ["share_low", "share_high"]].tolist() == pytest.approx([0, 0.3])
    assert np.isnan(found.loc["group", "high"])


def test_fields_add_up_where_the_plan_has_no_total():
    rows = [
        target(1, 10, indicator="local_standards", domain="farming"),
        target(2, 5, indicator="local_standards", domain="marine"),
        target(3, 25, indicator="group_standards", domain="farming"),
    ]
    found = by_key(system.mix(study(targets=rows)), "own")
    assert found.loc[["local", "group"], "low"].tolist() == [15, 25]
    assert found.loc["local", "differs"] == "domain"
    whole = target(4, 40, indicator="local_standards", **OWN)
    beside = study(targets=[*rows, whole])
    assert by_key(system.mix(beside), "own").loc["local", "low"] == 40
    out = system.left_out(beside).set_index("key")["why"]
    assert out[["qx-plan.t01", "qx-plan.t02"]].tolist() == ["field", "field"]


def test_of_two_scopes_the_whole_jurisdiction_counts():
    rows = [
        seen(1, "local_standards", 50, scope="provincial_level"),
        seen(2, "local_standards", 80),
        seen(3, "group_standards", 20),
    ]
    found = by_key(system.mix(study(observations=rows)), "own")
    assert found.loc["local", ["low", "keys"]].tolist() == [80, "E0002"]


def test_numbers_that_contradict_each_other_have_no_share():
    rows = [
        seen(1, "national_standards", 50, role="lead"),
        seen(2, "national_and_industry_standards", 30, role="lead"),
        seen(3, "international_standards", 1, role="lead"),
    ]
    found = by_key(system.mix(study(observations=rows)))
    assert found.loc[found["told"], "share_low"].isna().all()
    assert found.loc["national", "reason_en"] == "the numbers contradict each other"


def test_another_root_and_one_that_is_not_there():
    found = system.mix(PLAN, root="national_projects")
    assert set(found["keys"].dropna()) == {"qx-plan.t09"}
    with pytest.raises(UsageError, match="no indicator 'x'"):
        system.mix(PLAN, root="x")
    kinds = PLAN["indicators"]
    bare = PLAN | {"indicators": kinds[kinds["key"] != system.STANDARDS]}
    assert "qx-plan.t09" in "+".join(system.mix(bare)["keys"].dropna())


# --- moves ----------------------------------------------------------------------------------------


def moved(*rows) -> pd.DataFrame:
    return system.moves(study(observations=rows))


def test_a_move_between_two_dates_by_hand():
    later = {"as_of_date": "2024-12-31", "source_key": "later"}
    found = moved(
        seen(1, "local_standards", 60),
        seen(2, "group_standards", 40),
        seen(3, "local_standards", 50, **later),
        seen(4, "group_standards", 150, **later),
    ).set_index("block")
    assert found["move"].to_dict() == {"local": "falls", "group": "rises"}
    assert found.loc["group", ["before_low", "after_high"]].tolist() == pytest.approx([0.4, 0.75])
    assert found.loc["group", ["change_low", "change_high"]].tolist() == pytest.approx([0.35] * 2)


def test_only_common_tiers_are_compared_and_joint_ones_together():
    later = {"as_of_date": "2024-12-31", "source_key": "later", "role": "lead"}
    found = moved(
        seen(1, "international_standards", 10, role="lead"),
        seen(2, "national_standards", 30, role="lead"),
        seen(3, "industry_standards", 60, role="lead"),
        seen(4, "international_standards", 20, **later),
        seen(5, "national_and_industry_standards", 80, **later),
    )
    assert found["block"].tolist() == ["international", "national+industry"]
    assert found["before_low"].tolist() == pytest.approx([0.1, 0.9])
    assert found["move"].tolist() == ["rises", "falls"]
    # Of national standards alone, the second source says nothing of its own.
    found = moved(
        seen(1, "national_standards", 30, role="lead"),
        seen(2, "industry_standards", 60, role="lead"),
        seen(3, "national_and_industry_standards", 80, **later),
        seen(4, "international_standards", 20, **later),
    )
    assert found.empty


@pytest.mark.parametrize(
    ("cells", "differs"),
    [
        ({"action": "make_or_revise"}, "action"),
        ({"stage": "in_use"}, "stage"),
        ({"conflict": "c01"}, "conflict"),
    ],
)
def test_no_move_is_claimed_where_counts_differ(cells, differs):
    later = {"as_of_date": "2024-12-31", "source_key": "later"}
    first = {"conflict": "c01"} if differs == "conflict" else {}
    found = moved(
        seen(1, "local_standards", 60, **first),
        seen(2, "group_standards", 40),
        seen(3, "local_standards", 50, **later | cells),
        seen(4, "group_standards", 150, **later | ({} if differs == "conflict" else cells)),
    )
    assert set(found["differs"]) == {differs}
    assert set(found["move"]) == {"undetermined"}
    assert set(found["naive_move"]) == {"rises", "falls"}


def test_a_promise_stands_beside_the_reports_of_its_time():
    window = {"basis": "during", "since_date": "2018-01-01", "as_of_date": "2020-10-01"}
    late = {"basis": "during", "since_date": "2022-01-01", "as_of_date": "2024-10-01"}
    tables = study(
        targets=[
            target(1, 60, indicator="local_standards", **OWN),
            target(2, 40, indicator="group_standards", **OWN),
        ],
        observations=[
            seen(1, "local_standards", 60, **window),
            seen(2, "group_standards", 60, **window),
            seen(3, "local_standards", 60, source_key="late", **late),
            seen(4, "group_standards", 90, source_key="late", **late),
        ],
    )
    found = system.moves(tables)
    kinds = found[["before_kind", "after_kind", "after_date"]].drop_duplicates()
    assert kinds.to_numpy().tolist() == [
        ["reported", "reported", "2024-10-01"],
        ["promised", "reported", "2020-10-01"],
    ]
    assert (found.loc[found["before_kind"] == "promised", "differs"] == "kind").all()


# --- the packaged tables --------------------------------------------------------------------------


def test_mixed_indicators_and_no_others_have_their_tiers_coded(packaged):
    kinds = packaged["indicators"]
    mixed = set(kinds.loc[kinds["tier"] == "mixed", "key"])
    parts = packaged["tier_parts"]
    assert set(parts["indicator"]) == mixed
    assert (parts.groupby("indicator")["counts"].nunique() == 1).all()
    named = parts.groupby("indicator")["tier"].agg(list).to_dict()
    assert named["national_and_industry_standards"] == ["national", "industry"]
    assert named["enterprise_and_group_standards_declared"] == ["group", "enterprise"]
    assert named["international_and_foreign_advanced_standards"] == ["international", "outside"]


def test_the_pilot_plan_of_shandong(mixed):
    own = mixed[mixed["doc_id"] == "sd-2018-pilot"]
    others = by_key(own)
    assert others.loc["international", ["low", "high"]].tolist() == [100, 100]
    # About 600 national and industry standards, of which fields promise 140 national ones.
    assert others.loc["national", ["low", "high"]].tolist() == [140, 630]
    assert others.loc["international", "share_low"] == pytest.approx(100 / 730)
    assert others.loc["international", "share_high"] == pytest.approx(100 / 670)
    assert by_key(own, "own").loc[["local", "group"], "low"].tolist() == [430, 200]


def test_shares_of_a_mix_hold_every_split_of_it(mixed):
    shown = mixed[mixed["share_low"].notna()]
    assert len(shown) > 50
    assert (shown["share_low"] <= shown["share_high"] + 1e-9).all()
    assert (shown.groupby("mix_id")["share_low"].sum() <= 1 + 1e-6).all()
    assert (shown.groupby("mix_id")["share_high"].sum() >= 1 - 1e-6).all()
    blocks = shown.drop_duplicates(["mix_id", "block"]).groupby("mix_id")
    assert (blocks["block_share_low"].sum() <= 1 + 1e-6).all()
    assert (
        mixed.groupby("mix_id")[["basis", "jurisdiction", "source_key"]].nunique().max().max() == 1
    )


def test_verdicts_of_tiers_repeat_targets_of_several(packaged):
    assessed = gap.with_groups(gap.evaluate(packaged, None, gap.Readings()))
    found = system.verdicts_by_tier(assessed, packaged).set_index("tier")
    assert list(found.index) == [*TIERS, "none"]
    alone = assessed["tier"].value_counts()
    for tier in TIERS:
        row = found.loc[tier]
        assert row["targets"] - row["several"] == alone.get(tier, 0)
        assert row[list(gap.words.VERDICTS)].sum() == row["targets"]
    plans = system.verdicts_by_tier(assessed, packaged, "doc_id")
    assert plans.groupby("tier")["targets"].sum().to_dict() == found["targets"].to_dict()


def test_results_do_not_depend_on_the_order_of_rows(packaged, mixed):
    names = ["targets", "outcomes", "observations", "tier_parts"]
    shuffled = packaged | {
        n: packaged[n].sample(frac=1, random_state=3).reset_index(drop=True) for n in names
    }
    again = system.mix(shuffled)
    columns = ["mix_id", "tier", "low", "high", "share_low", "share_high"]
    pd.testing.assert_frame_equal(
        again.sort_values(["mix_id", "tier"])[columns].reset_index(drop=True),
        mixed.sort_values(["mix_id", "tier"])[columns].reset_index(drop=True),
    )


def test_empty_and_missing_tables(packaged):
    none = empty(packaged)
    for result in (system.tiers_of(none), system.by_tier(none), system.mix(none)):
        assert result.empty
        assert len(result.columns) > 3
    assert system.moves(none).empty
    assert system.left_out(none).empty
    for function in (system.by_tier, system.mix, system.moves, system.left_out):
        with pytest.raises(UsageError, match="'observations' is missing"):
            function({k: v for k, v in packaged.items() if k != "observations"})
    with pytest.raises(UsageError, match="tolerance 2"):
        system.mix(packaged, tolerance=2)


# --- shares in worlds -----------------------------------------------------------------------------

PARTS = ["a", "b", "c", "d"]
SETS = [c for n in (1, 2, 3) for c in itertools.combinations(PARTS, n)]


@st.composite
def worlds(draw):
    """Amounts of four parts, and statements that are true of them."""
    truth = {part: draw(st.integers(0, 50)) for part in PARTS}
    statements = []
    for own in draw(st.lists(st.sampled_from(SETS), max_size=5)):
        whole = sum(truth[part] for part in own)
        low = max(whole - draw(st.integers(0, 20)), 0)
        high = draw(st.sampled_from([whole, whole + 7, np.inf]))
        statements.append((own, float(low), float(high)))
    return truth, statements


@given(worlds())
def test_the_true_shares_and_amounts_lie_within_the_bounds(world):
    truth, statements = world
    total = sum(truth.values())
    assume(total > 0)
    blocks = [("a", "b"), ("c",), ("d",)]
    for block, (low, high) in zip(blocks, shares(statements, blocks), strict=True):
        share = sum(truth[part] for part in block) / total
        assert low - 1e-6 <= share <= high + 1e-6
    for block, (low, high) in zip(blocks, amounts(statements, blocks), strict=True):
        assert low - 1e-6 <= sum(truth[part] for part in block) <= high + 1e-6


def test_bounds_are_reached_in_simple_cases():
    statements = [(("a",), 100.0, 100.0), (("b", "c"), 570.0, 630.0), (("b",), 140.0, np.inf)]
    found = shares(statements, [("a",), ("b",), ("c",)])
    assert found == [
        pytest.approx((100 / 730, 100 / 670)),
        pytest.approx((140 / 730, 630 / 730)),
        pytest.approx((0, 490 / 730)),
    ]
    assert amounts(statements, [("b",), ("c",), ("d",)]) == [(140, 630), (0, 490), (0, np.inf)]
    assert shares([], [("a",), ("b",)]) == [(0, 1), (0, 1)]
    assert np.isnan(shares([(("a",), 5.0, 3.0)], [("a",), ("b",)])).all()
    assert np.isnan(shares([(("a", "b"), 0.0, 0.0)], [("a",), ("b",)])).all()


@given(st.lists(st.sampled_from(SETS), max_size=4))
def test_blocks_part_what_is_told_apart(together):
    blocks = joined_blocks(PARTS, together)
    assert sorted(part for block in blocks for part in block) == PARTS
    for group in together:
        assert sum(bool(set(group) & set(block)) for block in blocks) == 1


# --- figures --------------------------------------------------------------------------------------


@LANGUAGES
@pytest.mark.parametrize("preset", ["nature_double", "80 mm"])
def test_figures_of_a_small_and_an_empty_study(language, preset):
    tables = PLAN
    every = system.by_tier(tables)
    assessed = pd.DataFrame(
        {
            "target_id": ["qx-plan.t01", "qx-plan.t02"],
            "doc_id": "qx-plan",
            "indicator": ["international_standards", "national_and_industry_standards"],
            "verdict": ["met", "undetermined"],
            "naive_ratio": [1.0, np.nan],
        }
    )
    figure = figures.tiers(every, assessed, tables, language, preset=preset)
    assert faults(figure) == []
    assert "3+1" in words_of(figure)
    assert words_of(figures.tiers(every.iloc[:0], assessed, tables, language, preset=preset))
    found = system.mix(tables)
    figure = figures.tier_mix(found, tables, language, preset=preset)
    assert faults(figure) == []
    assert any("2018–2020" in text for text in words_of(figure))
    assert words_of(figures.tier_mix(found.iloc[:0], tables, language, preset=preset))
    assert words_of(figures.tier_mix(found, tables, language, ["middle"], preset=preset))


def test_a_page_of_mixes_is_filled_and_the_rest_counted():
    rows = []
    for n in range(60):
        cells = {"source_key": f"p{n}", "as_of_date": f"{1960 + n}-12-31"}
        rows += [
            seen(2 * n + 1, "local_standards", 10 + n, **cells),
            seen(2 * n + 2, "group_standards", 5, **cells),
        ]
    tables = study(observations=rows)
    figure = figures.tier_mix(system.mix(tables), tables, "en")
    assert faults(figure) == []
    assert any("20 more do not fit" in text for text in words_of(figure))


def test_words_stand_for_every_key(packaged, mixed):
    for language in ("en", "zh"):
        shown = reports.show(mixed, packaged, language).frame
        assert not any("_" in str(title) for title in shown.columns)
        for place, column in enumerate(mixed.columns):
            if column in ("making", "role", "counted", "tier", "block", "kind", "basis"):
                cells = set(shown.iloc[:, place].dropna().astype(str))
                assert not any("_" in cell or "+" in cell for cell in cells), column
