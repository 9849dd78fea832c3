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
SCHEMES = sp.load("schemes")


@pytest.fixture(scope="module")
def schemes():
    return SCHEMES


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


# --- years and bad numbers ------------------------------------------------------------------------


def test_a_range_of_years_counts_as_its_first():
    years = pd.Series(["2015-16", "2015/2016", " 2015 – 16 ", "2015", 2015, 2015.0, None, np.nan])
    assert progress.first_year(years).tolist() == [2015] * 6 + [pd.NA] * 2
    frame = pd.DataFrame({"base_value": 1.0, "value": [1.21, 1.21], "base_year": [2013.0, np.nan]})
    frame = frame.assign(
        base_year=progress.first_year(frame["base_year"]),
        year=progress.first_year(pd.Series(["2015-16", "2015"])),
    )
    rate = progress.growth(frame)["rate"]
    assert rate.tolist() == pytest.approx([0.1, np.nan], nan_ok=True)
    assert progress.first_year(pd.Series([], dtype="object")).tolist() == []


@pytest.mark.parametrize("year", ["15-16", "2016-2015", "2015-1", "soon", "2015.5", "20155"])
def test_what_is_no_year_is_refused_by_row(year):
    with pytest.raises(UsageError, match="row 1, column 'when'"):
        progress.first_year(pd.Series(["2014", year], name="when"))


@pytest.mark.parametrize("number", [np.inf, -np.inf, "many"])
@pytest.mark.parametrize("column", ["base_value", "value", "target", "year", "spread", "limit"])
def test_what_is_no_finite_number_is_refused_by_row_and_column(schemes, column, number):
    good = series(target=30, target_year=2030, spread=2, limit=100, best=90, worst=0)
    bad = pd.concat([good, good.assign(**{column: number})], keys=["fine", "wrong"]).droplevel(1)
    with pytest.raises(UsageError, match=f"row wrong, column '{column}'"):
        progress.methods(bad.astype({column: "object"}), schemes)


def test_infinite_points_and_directions_that_are_none_are_refused():
    points = pd.DataFrame({"series": "a", "year": [2015, 2016], "value": [1.0, np.inf]})
    for project in (progress.project_weighted, progress.project_logit):
        with pytest.raises(UsageError, match="row 1, column 'value'"):
            project(points, {"a": 2030})
    frame = pd.concat([series(direction=1), series(direction=2)], ignore_index=True)
    with pytest.raises(UsageError, match="row 1, column 'direction': 2 is neither"):
        progress.growth(frame)


def test_division_by_nothing_is_missing_not_a_number():
    one = pd.Series([5.0])
    assert progress.sdg_index(one, one, one).isna().all()
    assert progress.sdg_colour(one, pd.Series([np.nan]), one).isna().all()
    assert progress.sdg_colour(one, one, one).isna().all()
    frame = pd.DataFrame({"value": 1.0, "target": 9.0, "spread": [0.0, np.nan, -1.0]})
    assert progress.oecd_distance(frame).isna().all()
    assert progress.distance_to_target(one, 5.0).isna().all()
    assert np.isnan(progress.annual_rate(0, 5, 3))
    assert np.isnan(progress.annual_rate(-5, 5, 3))
    assert np.isnan(progress.annual_rate(5, 6, 0))
    rates = progress.annual_rate(pd.Series([1.0, 1.0], index=[7, 8]), pd.Series([4.0, 4.0]), 2)
    assert rates.isna().all()  # indexes that do not meet
    assert progress.annual_rate(1, pd.Series([4.0], index=[7]), 2).to_dict() == {7: 1.0}


def test_a_limit_met_by_the_base_scores_nothing_without_a_figure(schemes):
    row = progress.open_sdg(series(base_value=100, limit=100, value=np.nan), schemes)
    assert row.isna().all(axis=None)


def test_the_line_ends_at_its_ends():
    frame = series(target=40, target_year=2030)
    path = [progress.linear_path(frame, year).iloc[0] for year in (2014, 2015, 2020, 2030, 2031)]
    assert path == pytest.approx([np.nan, 10, 20, 40, np.nan], nan_ok=True)
    assert progress.linear_path(series(target=40, target_year=2015), 2015).isna().all()


# --- Eurostat, the UN, the roll-up ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("yearly", "standard", "no_change"),
    [
        (0.02, "significant_progress", "significant_progress"),
        (0.004, "moderate_progress", "moderate_progress"),
        (0.0004, "moderate_progress", "no_change"),
        (-0.0004, "moderate_movement_away", "no_change"),
        (-0.02, "significant_movement_away", "significant_movement_away"),
    ],
)
def test_eurostat_without_a_target_by_edition(schemes, yearly, standard, no_change):
    for direction in (1, -1):
        value = 100 * (1 + direction * yearly) ** 5
        frame = series(base_value=100, value=value, direction=direction)
        for edition, expected in (("", standard), ("no_change", no_change)):
            row = progress.eurostat(frame, schemes, edition).iloc[0]
            assert row["progress"] == pytest.approx(yearly)
            assert row["status"] == expected


@pytest.mark.parametrize(
    ("so_far", "ours", "un"),
    [
        # 2 % a year are needed.
        (0.0196, "significant_progress", "substantial_progress"),
        (0.014, "moderate_progress", "fair_progress"),
        (0.011, "insufficient_progress", "fair_progress"),
        (0.006, "insufficient_progress", "stagnation"),
        (-0.001, "moving_away", "stagnation"),
        (-0.004, "moving_away", "deterioration"),
    ],
)
def test_growth_against_the_growth_needed(schemes, so_far, ours, un):
    frame = series(
        base_value=100, value=100 * (1 + so_far) ** 5, target=100 * 1.02**15, target_year=2030
    )
    assert progress.eurostat(frame, schemes)["status"].tolist() == [ours]
    chart = progress.un_progress_chart(frame, schemes)
    assert chart["status"].tolist() == [un]
    assert chart["progress"].iloc[0] == pytest.approx(so_far / 0.02)


def test_un_chart_without_a_target(schemes):
    grown = pd.Series([0.02, 0.006, 0.001, -0.005, -0.02])
    frame = pd.concat([series(base_value=100)] * 5, ignore_index=True)
    frame["value"] = 100 * (1 + grown) ** 5
    assert progress.un_progress_chart(frame, schemes)["status"].tolist() == [
        *("substantial_progress", "fair_progress", "stagnation", "stagnation", "deterioration"),
    ]


def test_zero_is_replaced_in_open_sdg_only(schemes):
    frame = series(base_value=0, target=30, target_year=2030)
    assert progress.open_sdg(frame, schemes)["status"].notna().all()
    assert progress.eurostat(frame, schemes).isna().all(axis=None)
    assert progress.un_progress_chart(frame, schemes).isna().all(axis=None)


def test_an_edition_that_was_only_recalled_has_to_be_named(schemes):
    zero = pd.Series([0.0])
    assert progress.band(zero, schemes, "eurostat", "rate").tolist() == ["moderate_progress"]
    named = progress.band(zero, schemes, "eurostat", "rate", "no_change")
    assert named.tolist() == ["no_change"]
    recalled = schemes[~schemes["confirmed"]]
    kinds = set(zip(recalled["scheme"], recalled["edition"], recalled["method"], strict=True))
    assert kinds == {
        ("eurostat", "no_change", "ratio"),
        ("eurostat", "no_change", "rate"),
        ("escap", "standard", "gap"),
        ("oecd", "standard", "distance"),
        ("pmc_zhang_qie", "2017", "pmc_9"),
    }


def test_roll_up_is_the_mean_of_the_scores(schemes):
    scored = pd.DataFrame(
        [
            ("all", 5.0, "target_achieved"),
            ("all", 5.0, "target_achieved"),
            ("some", 5.0, "target_achieved"),
            ("some", 0.0, "moderate_progress"),  # mean 2.5
            ("low", -2.5, "limited_progress"),
            ("low", np.nan, pd.NA),
            ("unknown", 5.0, "target_achieved"),
            ("unknown", np.nan, pd.NA),
            ("none", np.nan, pd.NA),
        ],
        columns=["indicator", "score", "status"],
    )
    got = progress.open_sdg_rollup(scored, ["indicator"], schemes)
    assert got["indicator"].tolist() == ["all", "some", "low", "unknown", "none"]
    assert got["members"].tolist() == [2, 2, 2, 2, 1]
    assert got["assessed"].tolist() == [2, 2, 1, 1, 0]
    assert got["score"].tolist()[:4] == [5.0, 2.5, -2.5, 5.0]
    assert got["status"].fillna("").tolist() == [
        *("target_achieved", "substantial_progress", "limited_progress"),
        *("substantial_progress", ""),  # one of two is not known to have achieved
    ]


def test_roll_up_of_the_statistics_canada_series(schemes):
    table = pd.read_csv(HERE / "data" / "statcan_series.csv").rename(
        columns={"current_value": "value", "current_year": "year"}
    )
    scored = progress.open_sdg(table, schemes).assign(indicator=table["indicator"])
    got = progress.open_sdg_rollup(scored, ["indicator"], schemes).set_index("indicator")
    means = table.groupby("indicator")["expected_score"].mean()
    np.testing.assert_allclose(got.loc[means.index, "score"], means, **EXACT)


# --- ESCAP: what is anticipated -------------------------------------------------------------------


def test_anticipated_is_the_current_status_of_the_projected_value(schemes):
    table = pd.read_csv(vectors("escap_unicef_menaro_cs.csv"))
    frame = table.rename(columns={"value_base_2015": "base_value", "value_now": "projected"})
    frame["direction"] = frame["direction"].map({"increasing": 1, "decreasing": -1})
    frame["value"] = frame["base_value"]
    index = progress.escap_anticipated(frame)
    np.testing.assert_allclose(index, table["expected_index"], rtol=0, atol=1e-6)
    bands = {"On-track": "will_meet", "Slow progress": "accelerate"}
    expected = table["expected_label"].map(bands).fillna("no_progress_expected")
    assert progress.band(index, schemes, "escap", "anticipated").tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("direction", "base", "value", "target", "index", "gap"),
    [
        (1, 10, 20, 50, 7.5, 25.0),  # on the line to 40: 30 of the 40 that were to do
        (1, 10, 30, 50, 10.0, 0.0),  # to 70, beyond
        (1, 10, 5, 50, -3.75, 137.5),  # to -5
        (-1, 50, 40, 10, 7.5, 25.0),  # down to 20
        (-1, 50, 30, 10, 10.0, 0.0),
        (-1, 50, 55, 10, -3.75, 137.5),
        (np.nan, 10, 20, 50, np.nan, np.nan),
    ],
)
def test_anticipated_on_the_straight_line(direction, base, value, target, index, gap):
    # Five years of fifteen are gone.
    frame = series(
        **{"base_value": base, "value": value, "target": target, "target_year": 2030},
        direction=direction,
    )
    assert progress.escap_anticipated(frame).iloc[0] == pytest.approx(index, nan_ok=True)
    assert progress.escap_gap(frame).iloc[0] == pytest.approx(gap, nan_ok=True)


def test_anticipated_parity_counts_the_distance_on_both_sides(schemes):
    frame = pd.concat(
        [series(base_value=0.8, target=1.0, target_year=2030)] * 4, ignore_index=True
    ).assign(projected=[0.9, 1.1, 1.0, 1.3], direction=np.nan)
    assert progress.escap_anticipated(frame, parity=True).tolist() == pytest.approx([5, 5, 10, -5])
    gap = progress.escap_gap(frame, parity=pd.Series([True] * 4))
    assert gap.tolist() == pytest.approx([50, 50, 0, 150])
    bands = progress.band(pd.Series([10.0, 10.1, 100.0, 100.1]), schemes, "escap", "gap")
    assert bands.tolist() == ["maintain", "accelerate", "accelerate", "reverse"]


def test_nothing_is_anticipated_after_the_deadline_or_backwards():
    good = {"target": 50, "target_year": 2030}
    for gap in ({"target_year": 2020}, {"target_year": 2014}, {"year": 2015}, {"year": np.nan}):
        frame = series(**(good | gap))
        assert progress.escap_anticipated(frame).isna().all()
        assert progress.escap_gap(frame).isna().all()
    assert progress.escap_status(series(target=50, year=2015)).isna().all()
    assert progress.escap_status(series(target=10, value=5)).isna().all()


def test_projection_by_logits_follows_the_mean_slope():
    def at(logit: float) -> float:
        return 100 / (1 + np.exp(-logit))

    points = pd.DataFrame(
        {
            "series": ["a", "b", "a", "b", "c"],
            "year": [2012, 2015, 2010, 2013, 2013],
            "value": [at(1.0), at(2.0), at(0.0), at(0.0), 50.0],
        }
    )
    got = progress.project_logit(points, {"a": 2014, "b": 2010, "c": 2020})
    # a: half a unit a year, from 1 at 2012; b: one a year, backwards from 2 at 2015; c: one point.
    np.testing.assert_allclose(got[["a", "b"]], [at(2.0), at(-3.0)])
    assert np.isnan(got["c"])
    third = pd.DataFrame({"series": "a", "year": [2013], "value": [at(4.0)]})
    # Slopes ½ and 3: their mean is 1¾, whatever the years between.
    got = progress.project_logit(pd.concat([points, third]), {"a": 2014})
    assert got["a"] == pytest.approx(at(5.75))
    assert np.isnan(got["b"])


def test_a_value_at_an_end_of_the_scale_is_carried_forward():
    points = pd.DataFrame(
        {
            "series": list("aabbcccd"),
            "year": [2010, 2011, 2010, 2011, 2010, 2011, 2012, 2010],
            "value": [0.0, 40.0, 90.0, 100.0, 100.0, 100.0, 30.0, 100.0],
        }
    )
    got = progress.project_logit(points, dict.fromkeys("abcd", 2030))
    assert got.fillna(-1).tolist() == [40.0, 100.0, 30.0, -1.0]
    per_thousand = points.assign(value=points["value"] * 10)
    scaled = progress.project_logit(per_thousand, {"a": 2030}, dict.fromkeys("abcd", 1000.0))
    assert scaled["a"] == 400.0


@pytest.mark.parametrize(("column", "value"), [("value", 101.0), ("value", -1.0), ("year", 2010)])
def test_logits_refuse_what_has_none_and_two_values_a_year(column, value):
    points = pd.DataFrame({"series": "a", "year": [2010, 2011], "value": [1.0, 2.0]})
    points.loc[1, column] = value
    with pytest.raises(UsageError, match=r"row 1, column 'value', series 'a'"):
        progress.project_logit(points, {"a": 2030})
    assert progress.project_logit(points.head(0), {}).tolist() == []


SHARES = st.lists(st.floats(0, 100), min_size=2, max_size=6)


@given(SHARES, st.integers(1900, 2200))
def test_a_projected_share_stays_a_share(values, year):
    points = pd.DataFrame({"series": "a", "year": range(2000, 2000 + len(values)), "value": values})
    assert 0 <= progress.project_logit(points, {"a": year})["a"] <= 100


# --- SDG Index: arrows ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "ratio", "status"),
    [
        (26, 16 / 15, "on_track"),
        (25, 1.0, "on_track"),  # 3 of the 3 a year that are needed
        (24.9, 0.99333333, "moderately_improving"),
        (17.5, 0.5, "moderately_improving"),
        (17, 0.46666667, "stagnating"),
        (10, 0.0, "stagnating"),
        (9, -0.06666667, "decreasing"),
        (60, 3.0, "on_track"),  # movement beyond the goal does not count
    ],
)
def test_arrow_compares_linear_growth(schemes, value, ratio, status):
    # Ten to 55 in fifteen years, three a year; five of them are gone.
    up = series(value=value, target=55, target_year=2030)
    down = series(
        **{"base_value": 90, "value": 100 - value, "target": 45, "target_year": 2030},
        direction=-1,
    )
    for frame in (up, down):
        got = progress.sdg_arrow(frame, schemes).iloc[0]
        assert got["ratio"] == pytest.approx(ratio)
        assert got["needed"] == pytest.approx(3.0)
        assert got["status"] == status


def test_arrow_at_the_goal_and_back_from_it(schemes):
    frame = series(base_value=60, value=58, target=55, target_year=2030)
    kept = progress.sdg_arrow(frame, schemes).iloc[0]
    assert (kept["status"], kept["so_far"]) == ("on_track", 0.0)
    lost = progress.sdg_arrow(frame.assign(value=50), schemes).iloc[0]
    assert (lost["status"], lost["so_far"]) == ("decreasing", -1.0)  # from 55 to 50
    assert np.isnan(lost["ratio"])
    assert np.isnan(kept["ratio"])


def test_arrow_goes_to_the_green_threshold_within_the_ends(schemes):
    frame = series(value=25, target=100, target_year=2030, green=55)
    assert progress.sdg_arrow(frame, schemes)["ratio"].iloc[0] == pytest.approx(1.0)
    # The base lies below the worst: 20 to 25 is one a year of 35 / 15.
    cut = progress.sdg_arrow(frame.assign(best=90, worst=20), schemes)
    assert cut["ratio"].iloc[0] == pytest.approx(1 / (35 / 15))
    assert progress.sdg_arrow(frame.assign(best=90, worst=90), schemes).isna().all(axis=None)
    with pytest.raises(UsageError, match="row 0, columns 'best' and 'worst'"):
        progress.sdg_arrow(frame.assign(best=20, worst=90), schemes)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_better_value_never_has_a_lower_arrow(first, second):
    order = ["decreasing", "stagnating", "moderately_improving", "on_track"]
    for direction in (1, -1):
        worse, better = sorted((first, second), key=lambda v: direction * v)
        frame = pd.concat([series(), series()], ignore_index=True).assign(
            value=[worse, better], target=10 + direction * 45, target_year=2030, direction=direction
        )
        low, high = progress.sdg_arrow(frame, SCHEMES)["status"].map(order.index)
        assert low <= high


# --- pace -----------------------------------------------------------------------------------------


def test_pace_without_dates_counts_years_and_may_lead_down():
    frame = series(value=40, target=10, target_year=2030, direction=-1)
    got = progress.required_pace(frame).iloc[0]
    assert got.tolist() == [30.0, 10.0, 3.0]
    dated = frame.assign(due_date="2020", as_of="2019-12")  # 31 December of both years
    assert progress.required_pace(dated)["years"].iloc[0] == pytest.approx(366 / 365.25)
    undated = frame.assign(due_date=None, as_of="2019")
    assert progress.required_pace(undated)["years"].iloc[0] == 10.0


def test_pace_refuses_what_is_no_date_by_row():
    frame = pd.concat([series(target=30)] * 2, keys=["x", "y"]).droplevel(1)
    frame["due_date"] = ["2020", "2020-13"]
    with pytest.raises(UsageError, match="row y, column 'due_date'"):
        progress.required_pace(frame, "2019")
    with pytest.raises(UsageError, match="row x, column 'as_of'"):
        progress.required_pace(frame.assign(due_date="2020"), "soon")
    with pytest.raises(UsageError, match="no column 'due_date'"):
        progress.required_pace(series(target=30), "2019")


# --- all methods side by side ---------------------------------------------------------------------

METHODS = [
    *("open_sdg", "eurostat_standard", "eurostat_no_change", "un_progress_chart"),
    *("escap_status", "escap_anticipated", "escap_gap", "sdg_index", "sdg_index_arrow"),
    *("oecd_distance", "who_linear_path", "required_pace"),
]
FULL_SERIES = {
    **{"target": 40, "target_year": 2030, "direction": 1},
    **{"best": 100, "worst": 0, "green": 40, "red": 5, "spread": 10},
}


def by_method(frame: pd.DataFrame, schemes: pd.DataFrame) -> pd.DataFrame:
    return progress.methods(frame, schemes).astype("object").set_index("method")


def test_methods_side_by_side_by_hand(schemes):
    # Ten to twenty in five of fifteen years; forty is wanted.
    got = by_method(series(name="s", **FULL_SERIES), schemes)
    assert got.index.tolist() == METHODS
    ratio = (2 ** (1 / 5) - 1) / (4 ** (1 / 15) - 1)
    expected = {
        "open_sdg": (ratio, "ratio", "substantial_progress", "显著进展"),
        "eurostat_standard": (ratio, "ratio", "significant_progress", "显著趋近"),
        "eurostat_no_change": (ratio, "ratio", "significant_progress", "显著趋近"),
        "un_progress_chart": (ratio, "ratio", "substantial_progress", "显著进展"),
        "escap_status": (10 * 10 / 30, "index", "slow_progress", "进展缓慢"),
        "escap_anticipated": (10.0, "index", "will_meet", "有望达标"),
        "escap_gap": (0.0, "percent", "maintain", "保持"),
        "sdg_index": (20.0, "index", "orange", "橙"),
        "sdg_index_arrow": (1.0, "ratio", "on_track", "正常"),
        "oecd_distance": (2.0, "standard_deviations", "far", "远"),
        "who_linear_path": (20.0, "series_unit", None, None),
        "required_pace": (2.0, "series_unit_per_year", None, None),
    }
    for method, (value, unit, status, label) in expected.items():
        row = got.loc[method]
        assert row["value"] == pytest.approx(value), method
        assert row["unit"] == unit, method
        assert (row["status"] if status else None) == status, method
        assert (row["status_zh"] if status else None) == label, method
    assert got["status"].isna().sum() == 2
    assert got[["why_missing_zh", "why_missing_en"]].isna().all(axis=None)
    assert set(got["name"]) == {"s"}


def test_labels_come_from_the_scheme_of_the_method(schemes):
    got = by_method(series(value=12, **FULL_SERIES), schemes)
    assert got.loc["eurostat_standard", "status_en"] == "insufficient progress"
    same_key = by_method(series(value=17, **FULL_SERIES), schemes)["status_zh"]
    assert same_key["open_sdg"] == "显著进展"
    reached = by_method(series(value=50, **FULL_SERIES), schemes)
    assert reached.loc["open_sdg", "status"] == "target_achieved"
    assert reached.loc["open_sdg", "status_zh"] == "已达标"


def test_without_a_target_only_growth_and_the_index_are_told(schemes):
    got = by_method(series(best=100, worst=0), schemes)
    told = got[got["value"].notna()]
    assert told.index.tolist() == [*METHODS[:4], "sdg_index"]
    assert set(told["unit"][:4]) == {"per_year"}
    assert got.loc["escap_status", "why_missing_en"] == "there is no target value"
    arrow = got.loc["sdg_index_arrow", "why_missing_en"]
    assert arrow == "there is neither a target nor a green threshold"


@pytest.mark.parametrize(
    ("gap", "method", "why"),
    [
        ({"base_value": np.nan}, "open_sdg", "there is no comparable baseline"),
        ({"base_value": np.nan}, "escap_status", "there is no comparable baseline"),
        ({"base_value": np.nan}, "who_linear_path", "there is no comparable baseline"),
        ({"value": np.nan}, "sdg_index_arrow", "there is no comparable current figure"),
        ({"value": np.nan}, "required_pace", "there is no comparable current figure"),
        ({"year": np.nan}, "eurostat_standard", "the year of the baseline or of the figure"),
        ({"year": 2015}, "escap_status", "the current figure is not later"),
        ({"year": 2010}, "who_linear_path", "the current figure is not later"),
        ({"year": 2010}, "sdg_index_arrow", "the current figure is not later"),
        ({"target_year": 2014}, "un_progress_chart", "the deadline is not after the baseline"),
        ({"target_year": 2014}, "escap_gap", "the deadline is not after the baseline"),
        ({"target_year": np.nan}, "open_sdg", "there is no deadline"),
        ({"target_year": np.nan}, "required_pace", "the date of the deadline or of the figure"),
        ({"target_year": 2020}, "escap_anticipated", "the figure is of the deadline or later"),
        ({"target_year": 2018}, "required_pace", "the figure is of the deadline or later"),
        ({"target_year": 2018}, "who_linear_path", "the figure is of the deadline or later"),
        ({"base_value": -10}, "open_sdg", "the values differ in sign"),
        ({"target": -40}, "eurostat_no_change", "the values differ in sign"),
        ({"base_value": 0}, "eurostat_standard", "baseline or target is zero"),
        ({"target": 10, "value": 5}, "escap_status", "baseline and target are equal"),
        ({"target": 10, "value": 5}, "open_sdg", "baseline and target are equal"),
        ({"spread": 0}, "oecd_distance", "there is no spread of a peer group"),
        ({"best": 0, "red": np.nan}, "sdg_index", "best and worst are missing or equal"),
        ({"best": 0}, "sdg_index_arrow", "best and worst are equal"),
        ({"direction": np.nan}, "open_sdg", "the indicator has no direction"),
        ({"direction": np.nan}, "required_pace", "the indicator has no direction"),
        ({"base_value": 1e-308, "value": 1e308}, "open_sdg", "the formula gives no number"),
    ],
)
def test_what_cannot_be_told_has_a_reason(schemes, gap, method, why):
    row = by_method(series(**(FULL_SERIES | gap)), schemes).loc[method]
    assert np.isnan(row["value"])
    assert pd.isna(row["status"])
    assert row["why_missing_en"].startswith(why)
    assert any("\u4e00" <= character <= "\u9fff" for character in row["why_missing_zh"])


def test_parity_needs_no_direction(schemes):
    frame = series(**FULL_SERIES | {"direction": np.nan}).assign(parity=True)
    got = by_method(frame, schemes)
    assert got.loc[["escap_status", "escap_anticipated", "escap_gap"], "value"].notna().all()
    assert got.loc["open_sdg", "value"] is not None
    assert np.isnan(got.loc["open_sdg", "value"])


def test_methods_carry_what_names_the_series(schemes):
    frame = pd.concat([series(), series(value=30)], ignore_index=True).assign(place=["a", "b"])
    got = progress.methods(frame, schemes)
    assert got["place"].tolist() == ["a"] * 12 + ["b"] * 12
    bare = progress.methods(frame.drop(columns="place").set_axis([7, 9]), schemes)
    assert bare["series"].tolist() == [7] * 12 + [9] * 12
    with pytest.raises(UsageError, match="status"):
        progress.methods(frame.assign(status="x"), schemes)
    with pytest.raises(UsageError, match="no column 'year'"):
        progress.methods(frame.drop(columns="year"), schemes)
    empty = progress.methods(frame.head(0), schemes)
    assert empty.empty
    assert empty.columns.tolist() == got.columns.tolist()


NUMBERS = st.one_of(
    st.none(), st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e300]), st.floats(-1e6, 1e6)
)
YEARS = st.one_of(st.none(), st.integers(2010, 2030))
SERIES = st.fixed_dictionaries(
    {
        **dict.fromkeys(("base_value", "value", "target", "limit", "green", "red"), NUMBERS),
        **dict.fromkeys(("spread", "projected"), NUMBERS),
        **dict.fromkeys(("base_year", "year", "target_year"), YEARS),
        "direction": st.sampled_from([1, -1, None]),
        "parity": st.booleans(),
    }
)


@given(st.lists(SERIES, min_size=1, max_size=20))
def test_either_something_is_told_or_why_not(rows):
    frame = pd.DataFrame(rows).assign(key=range(len(rows)))
    got = progress.methods(frame, SCHEMES)
    assert len(got) == len(METHODS) * len(rows)
    assert not np.isinf(got["value"]).any()
    told = got["value"].notna() | got["status"].notna()
    assert got["why_missing_zh"].isna().equals(told)
    assert got["why_missing_en"].isna().equals(told)
    assert got["status"].isna().equals(got["status_zh"].isna())
    # No trend without a baseline, or from years that do not run forward.
    years = frame[["base_year", "year"]].astype("float64")
    backwards = frame["base_value"].isna() | ~(years["year"] > years["base_year"])
    growing = got["method"].isin([*METHODS[:4], "sdg_index_arrow"])
    none = got["key"].isin(frame.loc[backwards, "key"]) & growing
    assert got.loc[none, ["value", "status"]].isna().all(axis=None)


def test_a_series_does_not_depend_on_its_neighbours(schemes):
    table = pd.read_csv(HERE / "data" / "statcan_series.csv").head(40)
    frame = table.rename(columns={"current_value": "value", "current_year": "year"})
    whole = progress.methods(frame, schemes).astype("object")
    alone = [progress.methods(frame.iloc[[row]], schemes) for row in range(len(frame))]
    alone = pd.concat([part.astype("object") for part in alone], ignore_index=True)
    assert alone.fillna("").equals(whole.fillna(""))


POSITIVE = st.floats(0.01, 1e4)


AIMS = {"base_year": 2015, "year": 2020, "target_year": 2030, "spread": 3}


def halves(one: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Results of two tables of the same series."""
    got = progress.methods(pd.concat([one, other], ignore_index=True).assign(**AIMS), SCHEMES)
    middle = len(got) // 2
    return got[:middle], got[middle:].reset_index(drop=True)


@given(st.lists(st.tuples(POSITIVE, POSITIVE, POSITIVE), min_size=1), st.sampled_from([0.25, 1024]))
def test_the_unit_of_a_series_does_not_matter(values, factor):
    frame = pd.DataFrame(values, columns=["base_value", "value", "target"])
    plain, scaled = halves(frame, frame * factor)
    bare = plain["method"].isin([*METHODS[:7], "sdg_index_arrow"])
    np.testing.assert_allclose(plain["value"][bare], scaled["value"][bare], rtol=1e-9)


WHOLE = st.integers(-1000, 1000)


@given(st.lists(st.tuples(WHOLE, WHOLE, WHOLE), min_size=1))
def test_linear_methods_do_not_mind_being_turned_upside_down(values):
    frame = pd.DataFrame(values, columns=["base_value", "value", "target"])
    up, down = halves(frame.assign(direction=1), (-frame).assign(direction=-1))
    linear = up["method"].isin([*METHODS[4:7], "sdg_index_arrow", "oecd_distance", METHODS[-1]])
    columns = ["value", "status", "why_missing_en"]
    left, right = (t.loc[linear, columns].astype("object").fillna("") for t in (up, down))
    assert left.equals(right)


# --- series from the study's tables ---------------------------------------------------------------

TARGET = {
    **{"target_id": "t1", "jurisdiction": "place", "indicator": "standards", "domain": "all"},
    **{"scope": "whole", "value_low": 80.0, "value_high": 80.0, "unit": "项", "bound": "exact"},
    **{"role": "unstated", "stage": "issued", "action": "make", "basis": "unstated"},
    **{"base_date": "2018-01-01", "due_date": "2020-12-31"},
}
FIGURE = {
    **{"jurisdiction": "place", "indicator": "standards", "domain": "all", "scope": "whole"},
    **{"unit": "项", "bound": "exact", "role": "unstated", "stage": "issued", "action": "make"},
    "basis": "cumulative",
}
KINDS = [
    {"key": "standards", "measure": "flow", "direction": "up"},
    {"key": "share", "measure": "rate", "direction": "up"},
    {"key": "months", "measure": "duration", "direction": "down"},
    {"key": "reviewed", "measure": "flow", "direction": "none"},
]


def study_of(target: dict[str, object], *figures: dict[str, object]) -> dict[str, pd.DataFrame]:
    """Tables of one target and figures given as value, date and whatever differs."""
    rows = [
        {**FIGURE, **figure, "observation_id": f"E{n}", "kind": figure.get("kind", "outcome")}
        for n, figure in enumerate(figures, start=1)
    ]
    columns = [*FIGURE, "value_low", "value_high", "as_of_date", "observation_id", "kind"]
    observations = pd.DataFrame(rows, columns=columns).astype("object")
    outcomes = observations.rename(columns={"observation_id": "outcome_id"}).head(0)
    return {
        "targets": pd.DataFrame([{**TARGET, **target}]),
        "observations": observations,
        "outcomes": outcomes.drop(columns="kind"),
        "indicators": pd.DataFrame(KINDS),
    }


def figure(value: float, date: str | None, **other: object) -> dict[str, object]:
    return {"value_low": value, "value_high": value, "as_of_date": date, **other}


def pair(target: dict[str, object], *figures: dict[str, object]) -> pd.Series:
    return progress.paired(study_of(target, *figures)).iloc[0]


def test_a_flow_target_is_read_as_a_total_to_be_reached():
    row = pair(
        {},
        figure(50, "2017-12-31"),
        figure(40, "2017-06"),
        figure(70, "2019-10-20"),
        figure(60, "2019-01"),
        figure(99, "2021-01-01"),
        figure(500, "2020", kind="target"),
    )
    assert row[["base_id", "value_id", "reading"]].tolist() == ["E1", "E3", "total"]
    assert row[["base_value", "value", "target", "direction"]].tolist() == [50, 70, 130, 1]
    assert row["base_year"] == pytest.approx(2017 + 364 / 365)
    assert row["year"] == pytest.approx(2019 + 292 / 365)
    assert row["target_year"] == pytest.approx(2020 + 365 / 366)
    assert row[["why_no_trend_zh", "why_no_trend_en"]].isna().all()


def test_without_a_figure_before_the_base_date_the_first_one_after_it_is_the_baseline():
    row = pair({}, figure(50, "2018-02"), figure(55, "2018-09-01"), figure(70, "2019-10-20"))
    assert row[["base_id", "value_id"]].tolist() == ["E1", "E3"]


def test_the_baseline_of_a_total_lies_near_the_base_date():
    figures = [figure(50, "2016-06-30"), figure(70, "2019-10-20")]
    row = pair({}, *figures)
    assert row["why_no_trend_en"] == "there is no comparable baseline, so no trend can be told"
    assert row[["base_value", "target"]].isna().all()
    assert row["value"] == 70
    far = progress.paired(study_of({}, *figures), near_days=600).iloc[0]
    assert far["target"] == 130


@pytest.mark.parametrize(
    ("target", "other"),
    [
        ({"basis": "stock"}, {"basis": "stock"}),
        ({"basis": "cumulative"}, {}),
        ({"basis": "year"}, {"basis": "year"}),
        ({"indicator": "share"}, {"indicator": "share", "basis": "stock"}),
        ({"indicator": "months"}, {"indicator": "months", "basis": "stock"}),
    ],
)
def test_a_level_is_measured_by_figures_of_its_basis(target, other):
    row = pair(target, figure(50, "2014", **other), figure(70, "2019-10-20", **other))
    assert row[["base_value", "value", "target", "reading"]].tolist() == [50, 70, 80, "level"]
    assert row["direction"] == (-1 if target.get("indicator") == "months" else 1)


@pytest.mark.parametrize(
    ("bound", "low", "high", "value"),
    [("range", 3, 5, 3), ("at_least", 3, None, 3), ("at_most", None, 5, 5), ("at_most", 5, 5, 5)],
)
def test_target_is_the_end_that_its_bound_asks_for(bound, low, high, value):
    target = {"bound": bound, "value_low": low, "value_high": high, "basis": "stock"}
    assert pair(target)["target"] == value


@pytest.mark.parametrize(
    ("target", "other", "why", "zh"),
    [
        ({}, {"jurisdiction": "elsewhere"}, "no figure is reported", "没有公布"),
        ({}, {"role": "lead"}, "the nearest figure reported differs in role", "口径不同：角色"),
        ({}, {"unit": "%", "stage": "in_use"}, "the nearest figure reported differs in", "阶段、"),
        ({}, {"basis": "stock"}, "the figures reported have another time basis", "时间口径"),
        ({}, {"basis": "during"}, "the figures reported have another time basis", "时间口径"),
        ({"basis": "unknown"}, {}, "the figures reported have another time basis", "时间口径"),
        ({}, {"bound": "at_least"}, "the figures reported are bounds", "约数或界限"),
        ({"base_date": "2019-11-01"}, {}, "no figure is dated after the base date", "没有数字"),
        ({"due_date": "2017-06-30"}, {}, "no figure is dated after the base date", "没有数字"),
        ({"indicator": "reviewed"}, {"indicator": "reviewed"}, "the indicator has no", "好坏方向"),
    ],
)
def test_a_target_without_a_trend_says_why(schemes, target, other, why, zh):
    figures = [figure(50, "2017-12-31", **other), figure(70, "2019-10-20", **other)]
    table = progress.paired(study_of(target, *figures))
    row = table.iloc[0]
    assert row["why_no_trend_en"].startswith(why)
    assert zh in row["why_no_trend_zh"]
    told = progress.methods(table, schemes).astype("object").set_index("method")
    growing = told.loc[[*METHODS[:6], "sdg_index_arrow"]]
    assert growing[["value", "status"]].isna().all(axis=None)
    assert growing["why_missing_zh"].notna().all()


def test_one_figure_is_no_trend_and_contradictions_are_not_resolved():
    alone = pair({"basis": "stock"}, figure(70, "2019-10-20", basis="stock"))
    assert alone[["value_id", "value", "target"]].tolist() == ["E1", 70, 80]
    assert alone["why_no_trend_en"] == "there is no comparable baseline, so no trend can be told"
    assert pair({}, figure(70, None))["why_no_trend_en"].startswith("no figure is dated")
    assert pair({})["why_no_trend_en"].startswith("no figure is reported")
    base, now = figure(50, "2017-12-31"), figure(70, "2019-10-20")
    again = pair({}, base, now, now)
    assert again["value_id"] == "E2"
    assert pd.isna(again["why_no_trend_en"])
    for other in (figure(71, "2019-10-20"), figure(51, "2017-12-31")):
        row = pair({}, base, now, other)
        assert row["why_no_trend_en"] == "figures of the same date contradict each other"
        assert row[["base_id", "value_id", "base_value", "value", "target"]].isna().all()


def test_every_target_of_the_study_gets_a_row(schemes):
    tables = sp.load_all()
    table = progress.paired(tables)
    assert table["target_id"].tolist() == tables["targets"]["target_id"].tolist()
    trend = table["why_no_trend_en"].isna()
    known = table[["base_id", "value_id", "base_value", "value", "target", "direction"]]
    assert known.notna().all(axis=1).equals(trend)
    assert table["why_no_trend_zh"].isna().equals(trend)
    one = table.set_index("target_id").loc["sd-2018-pilot.t14"]
    assert one[["base_id", "value_id"]].tolist() == ["E0032", "sd-2020-press.o17"]
    assert one[["base_value", "value", "target"]].tolist() == [106, 129, 206]
    told = progress.methods(table, schemes)
    assert len(told) == 12 * len(table)
    status = told[(told["target_id"] == one.name) & (told["method"] == "escap_status")]
    assert status["value"].tolist() == pytest.approx([2.3])
    with pytest.raises(UsageError, match="no table 'outcomes'"):
        progress.paired({"targets": tables["targets"]})
