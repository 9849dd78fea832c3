"""Published methods, held against numbers that their authors published."""

import json
import os
import pathlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stdpolicy as sp
from stdpolicy import UsageError, progress

HERE = pathlib.Path(__file__).parent
EXACT = {"rtol": 0, "atol": 1e-9}


@pytest.fixture(scope="module")
def schemes():
    return sp.load("schemes")


def vectors(name: str) -> pathlib.Path:
    """Published numbers that may be used and not be handed on."""
    folder = os.environ.get("STDPOLICY_VECTORS")
    if not folder:
        pytest.skip("PUBLISHED NUMBERS NOT CHECKED: name their folder in STDPOLICY_VECTORS")
    return pathlib.Path(folder) / name


def series(**columns: float) -> pd.DataFrame:
    given = {"base_value": 10, "base_year": 2015, "value": 20, "year": 2020} | columns
    return pd.DataFrame([given])


# --- Open SDG and Statistics Canada ---------------------------------------------------------------


def test_statistics_canada_published_series(schemes):
    # Statistics Canada, published under its open licence: every second series.
    table = pd.read_csv(HERE / "data" / "statcan_series.csv")
    table = table.rename(columns={"current_value": "value", "current_year": "year"})
    ours = progress.open_sdg(table, schemes)
    np.testing.assert_allclose(ours["progress"], table["expected_progress_value"], **EXACT)
    np.testing.assert_allclose(ours["score"], table["expected_score"], **EXACT)
    assert ours["status"].fillna("not_available").tolist() == table["expected_status"].tolist()


def test_target_reached_scores_five_even_where_base_and_target_are_equal(schemes):
    frame = series(base_value=10, value=10, target=10, target_year=2030)
    row = progress.open_sdg(frame, schemes).iloc[0]
    assert (row["score"], row["status"]) == (5.0, "target_achieved")
    assert pd.isna(row["progress"])


@pytest.mark.parametrize(
    "gap",
    [
        {"base_value": np.nan},
        {"value": np.nan},
        {"year": 2015},
        {"value": -20},
        {"year": 2016, "value": -20},
    ],
)
def test_without_a_base_or_a_span_nothing_is_told(schemes, gap):
    assert (
        progress.open_sdg(series(target=30, target_year=2030, **gap), schemes).isna().all(axis=None)
    )


def test_half_the_growth_needed_is_a_ratio_of_a_half():
    # Doubling in ten years needs a rate that a growth of 2**0.5 in ten years has half of, nearly;
    # here the rates themselves are set: 2 % needed, 1 % observed.
    frame = series(base_value=100, value=100 * 1.01**5, target=100 * 1.02**15, target_year=2030)
    assert progress.growth(frame)["ratio"].iloc[0] == pytest.approx(0.5)


def test_less_is_better_turns_the_sign():
    up = progress.growth(series(direction=1))["rate"].iloc[0]
    down = progress.growth(series(direction=-1))["rate"].iloc[0]
    assert up == -down > 0


@pytest.mark.parametrize(("base", "factor"), [(200, 1.0), (250, 1.0), (100, 0.0)])
def test_thresholds_are_eased_near_a_limit(base, factor):
    got = progress.limit_factor(pd.Series([base]), pd.Series([100]))
    assert got.iloc[0] == pytest.approx(factor)


def test_missing_column_and_odd_direction_are_refused():
    with pytest.raises(UsageError, match="no column 'year'"):
        progress.growth(series().drop(columns="year"))
    with pytest.raises(UsageError, match="direction"):
        progress.growth(series(direction=0))


# --- bands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "method", "value", "band"),
    [
        ("eurostat", "ratio", 0.95, "significant_progress"),
        ("eurostat", "ratio", 0.6, "moderate_progress"),
        ("eurostat", "ratio", -0.01, "moving_away"),
        ("eurostat", "rate", -0.01, "moderate_movement_away"),
        ("un_progress_chart", "ratio", 0.95, "fair_progress"),  # above .95 is substantial
        ("un_progress_chart", "ratio", -0.1, "stagnation"),
        ("escap", "status", 9.0, "slow_progress"),
        ("escap", "status", 0.0, "regression"),
        ("oecd", "distance", 0.5, "close"),
    ],
)
def test_a_threshold_falls_where_its_scheme_says(schemes, scheme, method, value, band):
    assert progress.band(pd.Series([value]), schemes, scheme, method).tolist() == [band]


def test_a_missing_value_has_no_band(schemes):
    assert progress.band(pd.Series([np.nan]), schemes, "eurostat", "ratio").isna().all()


def test_unknown_scheme_names_the_ones_there_are(schemes):
    with pytest.raises(UsageError, match=r"eurostat \(ratio\)"):
        progress.band(pd.Series([1.0]), schemes, "oecd", "ratio")


def test_two_editions_have_to_be_told_apart(schemes):
    later = schemes[schemes["scheme"] == "eurostat"].assign(edition="later")
    both = pd.concat([schemes, later], ignore_index=True)
    with pytest.raises(UsageError, match="standard, later"):
        progress.band(pd.Series([1.0]), both, "eurostat", "ratio")
    assert progress.band(pd.Series([1.0]), both, "eurostat", "ratio", "later").notna().all()


def test_every_scheme_has_one_lowest_band_and_rising_thresholds(schemes):
    for _, rows in schemes.groupby(["scheme", "edition", "method"], observed=True):
        assert rows["from_value"].isna().sum() == 1
        assert rows["from_value"].dropna().is_unique
        assert rows["from_closed"].isna().equals(rows["from_value"].isna())


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_more_progress_is_never_a_lower_band(low, high):
    low, high = sorted((low, high))
    table = sp.load("schemes")
    order = table[(table["scheme"] == "open_sdg") & (table["method"] == "ratio")]
    rank = {
        b: i for i, b in enumerate(order.sort_values("from_value", na_position="first")["band"])
    }
    first, second = progress.band(pd.Series([low, high]), table, "open_sdg", "ratio")
    assert rank[first] <= rank[second]


# --- the other methods ----------------------------------------------------------------------------


def test_escap_as_unicef_ran_it(schemes):
    table = pd.read_csv(vectors("escap_unicef_menaro_cs.csv"))
    frame = table.rename(columns={"value_base_2015": "base_value", "value_now": "value"})
    frame["direction"] = frame["direction"].map({"increasing": 1, "decreasing": -1})
    index = progress.escap_status(frame)
    np.testing.assert_allclose(index, table["expected_index"], rtol=0, atol=1e-6)
    labels = {"on_track": "On-track", "slow_progress": "Slow progress", "regression": "Regression"}
    got = progress.band(index, schemes, "escap", "status").map(labels)
    assert got.tolist() == table["expected_label"].tolist()


def test_escap_parity_measures_the_distance_on_both_sides():
    frame = pd.DataFrame({"base_value": [0.8, 0.8], "value": [0.9, 1.1], "target": [1.0, 1.0]})
    assert progress.escap_status(frame, parity=True).tolist() == pytest.approx([5.0, 5.0])


def test_sdg_index_of_european_cities():
    table = pd.read_csv(vectors("sdgindex_cities2019_indicator.csv"))
    ours = progress.sdg_index(table["value"], table["best"], table["worst"])
    np.testing.assert_allclose(ours, table["normalised_0_100"], **EXACT)
    colour = progress.sdg_colour(table["value"], table["green_threshold"], table["red_threshold"])
    assert (colour != table["expected_color"]).sum() <= 1  # one published colour is off
    goals = pd.read_csv(vectors("sdgindex_cities2019_goal.csv"))
    np.testing.assert_allclose(goals["mean_of_normalised"], goals["expected_goal_score"], **EXACT)


def test_goal_mean_passes_over_what_is_missing():
    frame = pd.DataFrame({"place": "A", "goal": 1, "normalised": [40.0, np.nan, 80.0]})
    assert progress.goal_means(frame).iloc[0].tolist() == ["A", 1, 2, 60.0]


def test_coinr_distance_to_target():
    for case in json.loads(vectors("coinr_dist2targ.json").read_text())["vectors"]:
        values = pd.Series(case["x"], dtype="float64")
        got = progress.distance_to_target(values, case["targ"], case["direction"], case["cap_max"])
        np.testing.assert_allclose(got, case["expected"], **EXACT)


def test_who_paths_and_rates():
    cases = json.loads(vectors("who_billionaire_paths.json").read_text())["vectors"]
    path, latest, falling, to_target = cases
    frame = pd.DataFrame(
        [{"base_value": path["baseline_value"], "base_year": path["baseline_year"],
          "target": path["target_value"], "target_year": path["target_year"]}]
    )  # fmt: skip
    for year, value in path["expected"].items():
        assert progress.linear_path(frame, int(year)).iloc[0] == pytest.approx(value, abs=1e-9)
    for case in (latest, falling):
        (y0, v0), (y1, v1) = ((int(y), v) for y, v in case["values"].items())
        rate = progress.annual_rate(v0, v1, y1 - y0)
        assert rate == pytest.approx(case["expected_aroc"], abs=1e-12)
        end = v1 * (1 + rate) ** (case["end_year"] - y1)
        assert end == pytest.approx(case["expected_2025_untrimmed"], abs=1e-9)
    rate = progress.annual_rate(to_target["baseline_value"], to_target["target_value"], 7)
    assert rate == pytest.approx(to_target["expected_aroc"], abs=1e-12)


def test_oecd_distance_ends_at_the_target():
    frame = pd.DataFrame({"value": [2.0, 12.0], "target": 10.0, "spread": 4.0})
    assert progress.oecd_distance(frame).tolist() == [2.0, 0.0]


def test_required_pace_to_the_deadline():
    frame = pd.DataFrame({"value": [70.0, 100.0, 70.0], "target": 100.0,
                          "due_date": ["2020-12-31", "2020-12-31", "2019-12-31"]})  # fmt: skip
    got = progress.required_pace(frame, "2019-12-31")
    assert got["left"].tolist() == [30.0, 0.0, 30.0]
    assert got["pace"].iloc[0] == pytest.approx(30 / (366 / 365.25))
    assert got["pace"].iloc[1] == 0.0
    assert np.isnan(got["pace"].iloc[2])


def test_projection_follows_a_straight_line_and_leans_on_late_points():
    straight = pd.DataFrame({"series": "a", "year": [2015, 2017, 2020], "value": [0.0, 4.0, 10.0]})
    assert progress.project_weighted(straight, {"a": 2030})["a"] == pytest.approx(30.0)
    bent = pd.DataFrame({"series": "b", "year": [2015, 2019, 2020], "value": [0.0, 0.0, 10.0]})
    plain = np.polyval(np.polyfit(bent["year"], bent["value"], 1), 2021)
    assert progress.project_weighted(bent, {"b": 2021})["b"] > plain


def test_projection_of_one_point_is_missing_and_of_a_late_one_refused():
    one = pd.DataFrame({"series": ["a"], "year": [2015], "value": [1.0]})
    assert np.isnan(progress.project_weighted(one, {"a": 2030})["a"])
    with pytest.raises(UsageError, match="'a'"):
        progress.project_weighted(one, {"a": 2015})
