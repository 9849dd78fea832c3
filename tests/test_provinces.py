"""Provinces side by side: the panel, differences, coverage, conflicts, comparability, figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stdpolicy as sp
from drawn import faults, words_of
from invented import COUNTED, number, table, target
from stdpolicy import UsageError, figures, provinces, reports

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def packaged():
    return sp.load_all()


@pytest.fixture(scope="module")
def facts(packaged):
    return provinces.panel(packaged)


def seen(n: int, value, date: str = "2020-12-31", **cells) -> dict:
    """A reported all-time total of local standards."""
    base = COUNTED | {"observation_id": f"E{n:04d}", "kind": "outcome", "basis": "cumulative"}
    base |= {"as_of_date": date, "scope": "whole_jurisdiction", "source_key": f"page{n}"}
    base |= {"source_title": "t", "source_outlet": "o", "quality": "press", "confidence": "high"}
    return base | number(cells.pop("bound", "exact"), value) | cells


def study(*observations, targets=(), outcomes=()) -> dict[str, pd.DataFrame]:
    keys = ["international_standards", "national_standards", "local_standards"]
    places = [("middle", "", "central"), ("qingxi", "middle", "province")]
    places += [("hongshan", "middle", "province"), ("lake", "qingxi", "city")]
    return {
        "indicators": table(
            "indicators",
            *({"key": k, "zh": k, "en": k, "unit": "项", "measure": "flow"} for k in keys),
        ),
        "domains": table("domains", {"key": "all", "zh": "全部", "en": "all"}),
        "jurisdictions": table(
            "jurisdictions",
            *({"key": k, "zh": k, "en": k, "part_of": a, "level": v} for k, a, v in places),
        ),
        "documents": table("documents"),
        "targets": table("targets", *targets),
        "outcomes": table("outcomes", *outcomes),
        "observations": table("observations", *observations),
    }


def panel(*observations, **more) -> pd.DataFrame:
    return provinces.panel(study(*observations, **more))


def found(*observations) -> list[str]:
    return provinces.conflicts(study(*observations))["how"].tolist()


# --- the panel ------------------------------------------------------------------------------------


def test_sources_that_agree_are_one_row_and_others_stay_apart():
    facts = panel(
        seen(1, 100, source_key="a", quality="repost", confidence="low"),
        seen(2, 100, source_key="b"),
        seen(3, 100, source_key="b"),
        seen(4, 100, role="lead"),
        seen(5, 100, scope="provincial_level"),
        seen(6, 100, basis="stock"),
    )
    assert facts["keys"].tolist() == ["E0001+E0002+E0003", "E0004", "E0005", "E0006"]
    first = facts.iloc[0]
    assert first[["sources", "source_keys"]].tolist() == [2, "a+b"]
    # Where sources agree, the best of them counts.
    assert first[["quality", "confidence"]].tolist() == ["press", "high"]
    assert not facts["disputed"].any()


def test_targets_outcomes_and_observations_stand_together():
    outcome = COUNTED | number("exact", 7) | {"outcome_id": "qx.o1", "doc_id": "qx-press"}
    outcome |= {"basis": "year", "since_date": "2019-01-01", "as_of_date": "2019-12-31"}
    outcome |= {"section": "1", "start": 0, "end": 1, "quote": "7"}
    facts = panel(
        seen(1, 60, kind="target", basis="during", since_date="2018-01-01", due_date="2020-12-31")
        | {"as_of_date": None},
        targets=[target(1, 80), target(2, 90, supersedes="qx-plan.t01")],
        outcomes=[outcome],
    )
    assert facts[["kind", "basis", "year", "low"]].to_numpy().tolist() == [
        ["target", "during", 2020, 60],
        ["target", "unstated", 2020, 90],
        ["reported", "year", 2019, 7],
    ]
    assert facts["since_date"].tolist() == ["2018-01-01", "2018-01-01", "2019-01-01"]


def test_levels_and_indicators_are_chosen():
    rows = [seen(1, 5), seen(2, 6, jurisdiction="lake"), seen(3, 7, jurisdiction="middle")]
    rows.append(seen(4, 8, indicator="national_standards"))
    tables = study(*rows)
    assert provinces.panel(tables)["keys"].tolist() == ["E0004", "E0001"]
    assert provinces.panel(tables, level="city")["keys"].tolist() == ["E0002"]
    assert provinces.panel(tables, "local_standards")["keys"].tolist() == ["E0001"]
    assert provinces.panel(tables, [])["keys"].tolist() == []
    with pytest.raises(UsageError, match="no indicator 'x'"):
        provinces.panel(tables, "x")
    with pytest.raises(UsageError, match="level 'village'; there are central, province, city"):
        provinces.panel(tables, level="village")


def test_units_of_counts_are_made_one_and_others_left():
    facts = panel(seen(1, 2, unit="万项"), seen(2, 300, unit="个"), seen(3, 200, unit="项/年"))
    assert facts.set_index("keys")["low"].to_dict() == {"E0001": 20000, "E0002": 300, "E0003": 200}
    assert facts.set_index("keys")["unit"].to_dict() == {
        "E0001": "项",
        "E0002": "项",
        "E0003": "项/年",
    }


# --- differences ----------------------------------------------------------------------------------


def derived(*rows) -> pd.DataFrame:
    facts = panel(*rows)
    return facts[facts["kind"] == "derived"]


def test_difference_of_two_totals_by_hand():
    own = derived(
        seen(1, 100, "2018-06-30", quality="repost"),
        seen(2, (150, 160), "2019-06-30", bound="range"),
        seen(3, 200, "2020", bound="at_least"),
    )
    columns = ["basis", "since_date", "date", "low", "high", "keys", "quality", "sources"]
    assert own[columns].astype("object").replace(np.nan, None).to_numpy().tolist() == [
        ["between", "2018-06-30", "2019-06-30", 50, 60, "E0001+E0002", "repost", 2],
        ["between", "2019-06-30", "2020", 40, None, "E0002+E0003", "press", 2],
    ]
    assert own["reason_en"].iloc[0] == (
        "the all-time total 150 to 160 of 2019-06-30 less 100 of 2018-06-30"
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"role": "lead"},
        {"scope": "provincial_level"},
        {"stage": "in_use"},
        {"action": "make_or_revise"},
        {"basis": "stock"},
        {"domain": "marine"},
        {"unit": "家次"},
        {"jurisdiction": "hongshan"},
        {"kind": "target"},
    ],
)
def test_totals_of_another_definition_are_not_subtracted(cells):
    assert len(derived(seen(1, 100, "2018"), seen(2, 150, "2020"))) == 1
    assert derived(seen(1, 100, "2018"), seen(2, 150, "2020", **cells)).empty


def test_totals_whose_order_is_not_known_are_not_subtracted():
    assert derived(seen(1, 100, "2020"), seen(2, 150, "2020-06-30")).empty
    assert derived(seen(1, 100, ""), seen(2, 150, "2020-06-30")).empty


def test_totals_that_fall_have_no_difference_and_are_disputed():
    facts = panel(seen(1, 150, "2018"), seen(2, 100, "2020"))
    own = facts[facts["kind"] == "derived"].iloc[0]
    assert own[["low", "high"]].isna().all()
    assert facts["disputed"].all()
    assert "not both can be right" in own["reason_en"]


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9), st.integers(0, 9)), min_size=2,
             max_size=5)
)  # fmt: skip
def test_differences_hold_the_truth(steps):
    """True totals, each told as a range around it: what was added is within the difference."""
    total, rows, truth = 0, [], []
    for n, (added, below, above) in enumerate(steps):
        total += added
        truth.append(total)
        ends = (max(total - below, 0), total + above)
        rows.append(seen(n, ends, str(2000 + n), bound="range"))
    own = derived(*rows).sort_values("date")
    assert len(own) == len(steps) - 1
    for row, before, after in zip(own.itertuples(), truth, truth[1:], strict=False):
        assert row.low <= after - before <= row.high


# --- conflicts ------------------------------------------------------------------------------------


def test_conflicts_are_found():
    assert found(seen(1, 100), seen(2, 100)) == []
    assert found(seen(1, 100), seen(2, 101)) == ["same_date"]
    assert found(seen(1, 100), seen(2, 90, bound="at_least")) == []
    assert found(seen(1, 100), seen(2, 101, role="lead")) == []
    assert found(seen(1, 100, "2018"), seen(2, 99, "2019")) == ["falling"]
    assert found(seen(1, 100, "2018"), seen(2, 99, "2019"), seen(3, 98, "2020")) == ["falling"] * 3
    assert found(seen(1, 100, basis="unknown"), seen(2, 101, basis="unknown")) == []


def test_more_in_a_window_than_the_totals_allow():
    window = {"basis": "year", "since_date": "2019-01-01"}
    totals = [seen(1, 100, "2018-12-31"), seen(2, 130, "2019-12-31")]
    assert found(*totals, seen(3, 30, "2019-12-31", **window)) == []
    assert found(*totals, seen(3, 31, "2019-12-31", **window)) == ["too_many"]
    # A total within the window is no start.
    inner = [seen(1, 100, "2019-02-01"), seen(2, 130, "2019-12-31")]
    assert found(*inner, seen(3, 130, "2019-12-31", **window)) == []
    assert found(*inner, seen(3, 131, "2019-12-31", **window)) == ["too_many"]
    # What may have ended after the total is not held against it.
    assert found(*totals, seen(3, 31, "2020", **window)) == []


def test_marked_pairs_come_first_and_once():
    tables = study(
        seen(1, 100, "2018", conflict="c01"),
        seen(2, 90, "2019", conflict="c01"),
        seen(3, 50, indicator="national_standards"),
        seen(4, 60, indicator="national_standards"),
    )
    own = provinces.conflicts(tables)
    assert own["how"].tolist() == ["marked", "same_date"]
    assert own.loc[0, ["conflict", "one_key", "other_key"]].tolist() == ["c01", "E0001", "E0002"]
    assert own.loc[1, ["one_low", "other_low"]].tolist() == [50, 60]
    assert own.loc[1, ["one_source", "other_source"]].tolist() == ["page3", "page4"]


def test_every_marked_observation_is_shown_and_disputed(packaged, facts):
    marked = packaged["observations"].dropna(subset=["conflict"])
    own = provinces.conflicts(packaged)
    shown = {key for name in ("one_key", "other_key") for key in own[name]}
    assert set(marked["observation_id"]) <= {k for keys in shown for k in keys.split("+")}
    mine = facts[facts["conflict"].notna()]
    assert mine["disputed"].all()
    assert {"beijing", "hebei", "yunnan"} <= set(mine["jurisdiction"])


# --- coverage -------------------------------------------------------------------------------------


def test_coverage_by_hand():
    window = {"basis": "during", "since_date": "2017-01-01"}
    tables = study(
        seen(1, 100, "2018-12-31"),
        seen(2, 130, "2019-12-31"),
        seen(3, 20, "2019-06-30", **window),
        seen(4, 9, domain="marine"),
        targets=[target(1, 80, due_date="2020-12-31")],
    )
    facts = provinces.panel(tables)
    known = provinces.coverage(facts, tables, 2016, 2021)
    assert len(known) == 12  # two provinces, six years
    own = known[known["jurisdiction"] == "qingxi"].set_index("year")
    assert own["state"].to_dict() == {
        2016: "none",
        2017: "within",
        2018: "at_date",
        2019: "date_and_window",
        2020: "target",
        2021: "none",
    }
    # The difference 2018 to 2019 holds days of 2018, too.
    assert own.loc[2018, ["totals", "amounts", "within", "targets"]].tolist() == [1, 0, 2, 0]
    assert (known.loc[known["jurisdiction"] == "hongshan", "state"] == "none").all()
    with pytest.raises(UsageError, match="2021"):
        provinces.coverage(facts, tables, 2021, 2016)


def test_commonest_indicators():
    facts = panel(
        seen(1, 5),
        seen(2, 5, jurisdiction="hongshan"),
        seen(3, 5, indicator="national_standards"),
        seen(4, 5, indicator="national_standards", jurisdiction="hongshan", kind="target"),
    )
    assert provinces.commonest(facts) == ["local_standards"]


# --- comparability --------------------------------------------------------------------------------


def test_factor_between_roles_by_hand():
    facts = panel(
        seen(1, 15, role="lead"),
        seen(2, 83, role="take_part"),
        seen(3, 99, role="take_part", as_of_date="2019-12-31"),
    )
    own = provinces.comparability(facts)
    assert own["what"].tolist() == ["role"]
    assert own.loc[0, ["factor_low", "factor_high"]].tolist() == pytest.approx([83 / 15] * 2)
    assert own.loc[0, "differs"] == "role"


def test_factor_between_a_window_and_the_totals_by_hand():
    window = {"basis": "year", "since_date": "2019-01-01"}
    facts = panel(
        seen(1, 100, "2018-12-31"),
        seen(2, 200, "2020-12-31"),
        seen(3, 10, "2019-12-31", **window),
        seen(4, 10, "2017-12-31", **window | {"since_date": "2017-01-01"}),
    )
    own = provinces.comparability(facts)
    assert own["what"].tolist() == ["base"]
    pace = 100 / (732 / 365.25)
    assert own.loc[0, "other_low"] == pytest.approx(pace)
    assert own.loc[0, "factor_low"] == pytest.approx(pace / (10 / (365 / 365.25)))


def test_known_factors_of_the_packaged_tables(facts):
    own = provinces.comparability(facts)
    roles = own[own["what"] == "role"].set_index("jurisdiction")["factor_low"]
    assert roles["henan"] == pytest.approx(83 / 15)
    assert roles["liaoning"] == pytest.approx(5746 / 1755)
    base = own[(own["what"] == "base") & (own["jurisdiction"] == "shanghai")].iloc[0]
    assert base[["one_keys", "other_keys", "differs"]].tolist() == ["E0351", "E0335+E0355", "scope"]


# --- any tables -----------------------------------------------------------------------------------


def test_totals_of_shandong_are_subtracted_within_one_role(facts):
    own = facts[(facts["kind"] == "derived") & (facts["jurisdiction"] == "shandong")]
    international = own[own["indicator"] == "international_standards"]
    assert international[["since_date", "date", "low", "high"]].to_numpy().tolist() == [
        ["2013-08-04", "2017-10-10", 54, 54],
        ["2017-10-10", "2018-02", 2, 2],
    ]


def test_results_do_not_depend_on_the_order_of_rows(packaged, facts):
    names = ["targets", "outcomes", "observations"]
    shuffled = packaged | {
        n: packaged[n].sample(frac=1, random_state=4).reset_index(drop=True) for n in names
    }
    again = provinces.panel(shuffled)
    columns = ["jurisdiction", "indicator", "basis", "date", "low", "high", "disputed", "sources"]
    order = [*columns, "quality"]
    pd.testing.assert_frame_equal(
        again.sort_values(order)[columns].reset_index(drop=True),
        facts.sort_values(order)[columns].reset_index(drop=True),
    )


def test_empty_and_missing_tables(packaged):
    none = {name: frame.iloc[:0] for name, frame in packaged.items()}
    facts = provinces.panel(none)
    assert facts.empty
    assert provinces.conflicts(none).empty
    assert provinces.comparability(facts).empty
    assert provinces.coverage(facts, none, 2016, 2025).empty
    assert provinces.commonest(facts) == []
    with pytest.raises(UsageError, match="'targets' is missing"):
        provinces.panel({k: v for k, v in packaged.items() if k != "targets"})
    with pytest.raises(UsageError, match="tolerance 1"):
        provinces.conflicts(packaged, tolerance=1)


# --- figures --------------------------------------------------------------------------------------

DRAW = [figures.province_stock, figures.province_panel]


@LANGUAGES
@pytest.mark.parametrize("preset", ["nature_double", "80 mm"])
def test_figures_of_a_small_and_an_empty_study(language, preset):
    window = {"basis": "during", "since_date": "2018-01-01"}
    tables = study(
        seen(1, 100, "2018-12-31"),
        seen(2, 90, "2019-12-31"),
        seen(3, (5, 20), jurisdiction="hongshan", bound="range"),
        seen(4, 0, "2019-06-30", **window),
        seen(5, 20, jurisdiction="hongshan", bound="at_most", **window),
        targets=[target(1, 80, scope="whole_jurisdiction")],
    )
    facts = provinces.panel(tables)
    known = provinces.coverage(facts, tables, 2016, 2021)
    for draw, given_ in [*((d, facts) for d in DRAW), (figures.province_coverage, known)]:
        figure = draw(given_, tables, language, preset=preset)
        assert faults(figure) == []
        assert any("local_standards" in text for text in words_of(figure))
        assert words_of(draw(given_.iloc[:0], tables, language, preset=preset))
        one = draw(given_, tables, language, "local_standards", preset=preset)
        assert words_of(one) == words_of(figure)


def test_both_sides_of_a_conflict_are_drawn_and_no_line_joins_them(packaged, facts):
    figure = figures.province_stock(facts, packaged, "en", "local_standards")
    said = words_of(figure)
    assert {"1750", "1714", "sources disagree"} <= set(said)
    for axes in figure.axes:
        for line in axes.get_lines():
            assert len(set(line.get_ydata())) == 1  # along a row at most


def test_a_page_of_provinces_is_filled_and_the_rest_counted():
    rows = []
    for n in range(60):
        place = "qingxi" if n % 2 else "hongshan"
        rows.append(seen(n, 100 + n, f"{1960 + n}-12-31", jurisdiction=place))
    tables = study(*rows)
    facts = provinces.panel(tables)
    for draw in DRAW:
        figure = draw(facts, tables, "en", "local_standards", preset="80 mm")
        assert faults(figure) == []
        assert any("more do not fit" in text for text in words_of(figure))


def test_words_stand_for_every_key(packaged, facts):
    known = provinces.coverage(facts, packaged, 2016, 2018)
    results = [facts, known, provinces.conflicts(packaged), provinces.comparability(facts)]
    for language in ("en", "zh"):
        for frame in results:
            shown = reports.show(frame, packaged, language).frame
            assert not any("_" in str(title) for title in shown.columns)
            for place, column in enumerate(frame.columns):
                if column in ("kind", "basis", "state", "how", "what", "quality", "differs"):
                    cells = set(shown.iloc[:, place].dropna().astype(str))
                    assert not any("_" in cell for cell in cells), column
