"""Policy instruments: distributions, cross tables, agreement; figures of studies of any shape."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stdpolicy as sp
from conftest import DOC
from drawn import words_of
from stdpolicy import UsageError, figures, instruments, promises, reports
from stdpolicy.agreement import alpha_interval, krippendorff_alpha
from stdpolicy.instruments import association, coded, cross, distribution


@pytest.fixture(scope="module")
def tables():
    return sp.load_all()


@pytest.fixture(scope="module")
def units(tables):
    return coded(tables)


def empty(tables):
    return {name: frame.iloc[:0] for name, frame in tables.items()}


# --- units ----------------------------------------------------------------------------------------


def test_units_of_a_study_by_hand(study):
    found = coded(sp.load_all(study.data)).set_index("unit_id")
    assert list(found.index) == [f"{DOC}.k01", f"{DOC}.m01"]
    assert found["unit_kind"].tolist() == ["task", "mechanism"]
    assert found["side"].tolist() == ["supply", "rules"]
    assert found["instrument"].tolist() == ["money", "rules"]
    # Both stand in section 2.1; the mechanism belongs to the task there.
    assert found["task_id"].tolist() == [f"{DOC}.k01"] * 2
    assert found["domain"].tolist() == ["all", "all"]


def test_a_mechanism_belongs_to_the_nearest_task_before_it():
    tasks = pd.DataFrame(
        [
            ("a.k1", "a", "2", 0, "all"),
            ("a.k2", "a", "2.1", 10, "marine"),
            ("a.k3", "a", "2.1", 50, "brand"),
            ("b.k1", "b", "7", 0, "industry"),
        ],
        columns=["task_id", "doc_id", "section", "start", "domain"],
    )
    places = [("a", "2.1", 12), ("a", "2.1", 50), ("a", "2.1", 5), ("a", "2.1.4", 60)]
    places += [("a", "2.2", 90), ("a", "3", 99), ("b", "2.1", 12)]
    mechanisms = pd.DataFrame(places, columns=["doc_id", "section", "start"])
    found = instruments._task_near(mechanisms, tasks).tolist()
    assert found == ["a.k2", "a.k3", "a.k2", "a.k3", "a.k1", None, None]


def test_units_keep_to_a_jurisdiction_and_a_document(tables, units):
    own = coded(promises.select(tables, "shanxi"))
    assert set(own["doc_id"]) == {"sx-2016-plan"}
    pd.testing.assert_frame_equal(own, coded(tables, "sx-2016-plan"))
    assert len(own) == (units["doc_id"] == "sx-2016-plan").sum() == 188
    with pytest.raises(UsageError, match=r"no coded document 'x'; there are .*ta-2018-reform"):
        coded(tables, "x")


def test_years_keep_the_plans_whose_period_meets_them(tables):
    late = coded(tables, first_year=2021)
    assert set(late["doc_id"]) == {"sd-2022-outline"}
    # The press release has no period: the year in which it was given counts.
    assert "sd-2020-press" in set(coded(tables, last_year=2020)["doc_id"])
    assert "sd-2020-press" not in set(coded(tables, last_year=2019)["doc_id"])
    assert coded(tables, first_year=2050).empty
    with pytest.raises(UsageError, match="2020"):
        coded(tables, first_year=2020, last_year=2016)


def test_every_unit_is_there_once(tables, units):
    assert len(units) == len(tables["tasks"]) + len(tables["mechanisms"])
    assert units["unit_id"].is_unique
    assert units[["side", "instrument", "reason"]].notna().all(axis=None)


def test_sides_follow_the_tree_and_end_in_a_circle():
    tree = [("a", None), ("b", "a"), ("c", "b"), ("d", "e"), ("e", "d")]
    found = instruments.sides(pd.DataFrame(tree, columns=["key", "part_of"]))
    assert [found[key] for key in "abc"] == ["a", "a", "a"]
    assert set(found) == set("abcde")


# --- distributions and cross tables ---------------------------------------------------------------


def made(*rows):
    columns = ["doc_id", "side", "instrument", "unit_kind", "domain"]
    return pd.DataFrame(rows, columns=columns)


FEW = made(
    ("p", "s", "s1", "task", "x"),
    ("p", "s", "s2", "task", None),
    ("q", "e", "e1", "task", "x"),
    ("p", "e", "e1", "mechanism", "y"),
    ("p", "s", "s1", "mechanism", "y"),
)


def test_distribution_by_hand():
    found = distribution(FEW, "doc_id", "side").to_numpy().tolist()
    assert found == [["p", "s", 3, 0.75], ["p", "e", 1, 0.25], ["q", "e", 1, 1.0]]
    found = distribution(FEW, "domain", "instrument").to_numpy().tolist()
    assert found == [
        ["x", "s1", 1, 0.5],
        ["x", "e1", 1, 0.5],
        ["y", "s1", 1, 0.5],
        ["y", "e1", 1, 0.5],
    ]


def test_cross_table_by_hand():
    assert cross(FEW).to_numpy().tolist() == [
        ["s", "p", 3], ["s", "q", 0], ["e", "p", 1], ["e", "q", 1],
    ]  # fmt: skip
    three = cross(FEW, "side", "doc_id", "unit_kind")
    assert list(three) == ["unit_kind", "side", "doc_id", "units"]
    assert three["units"].tolist() == [2, 0, 0, 1, 1, 0, 1, 0]
    # A unit without a field is in no table by field.
    assert cross(FEW, "side", "domain")["units"].sum() == 4


@pytest.mark.parametrize("by", [*instruments.GROUPS, "agency"])
@pytest.mark.parametrize("level", instruments.LEVELS)
def test_counts_and_shares_are_whole(tables, units, by, level):
    own = instruments.by_agency(units, tables) if by == "agency" else units
    found = distribution(own, by, level)
    assert found["units"].sum() == own[by].notna().sum()
    assert np.allclose(found.groupby(by)["share"].sum(), 1)
    assert cross(own, level, by)["units"].sum() == own[by].notna().sum()


def test_known_counts_of_the_packaged_units(units):
    assert units["side"].value_counts().to_dict() == {
        "environment": 278, "supply": 123, "demand": 49,
    }  # fmt: skip
    assert (units["instrument"] == "outsourcing").sum() == 0


def test_an_agency_has_the_units_of_its_tasks_once(study):
    tables = sp.load_all(study.data)
    found = instruments.by_agency(coded(tables), tables)
    both = [(agency, unit) for agency in ("qx_finance", "qx_cities") for unit in ("k01", "m01")]
    assert list(zip(found["agency"], found["unit_id"].str[-3:], strict=True)) == both


def test_unknown_dimensions_are_refused(units):
    with pytest.raises(UsageError, match=r"by 'colour', but by doc_id, .*reason"):
        distribution(units, "colour")
    with pytest.raises(UsageError, match="'agency', but by doc_id"):
        distribution(units, "agency")
    with pytest.raises(UsageError, match="differ, unlike side, side"):
        cross(units, "side", "side")


ROWS = st.lists(
    st.tuples(
        *[st.sampled_from(c) for c in ("pqr", "se", "uvw", "tm")], st.sampled_from(["x", None])
    ),
    max_size=25,
)


@given(ROWS)
def test_no_unit_is_lost_or_counted_twice(rows):
    frame = made(*rows)
    for by, level in (("doc_id", "side"), ("domain", "instrument"), ("unit_kind", "side")):
        shares = distribution(frame, by, level)
        assert shares["units"].sum() == frame[by].notna().sum()
        table = cross(frame, level, by)
        assert table["units"].sum() == frame[by].notna().sum()
        used = table[table["units"] > 0]
        assert len(used) == len(shares)
    layers = cross(frame, "side", "doc_id", "unit_kind")
    tests = association(layers, z="unit_kind")
    assert tests["units"].sum() == len(frame)
    assert (tests["p"].notna() == tests["allowed"]).all()
    known = tests["cramers_v"].dropna()
    assert known.between(0, 1 + 1e-12).all()


# --- chi-square -----------------------------------------------------------------------------------


def crossed(counts):
    rows = [
        (f"x{i}", f"y{j}", n) for i, row in enumerate(counts) for j, n in enumerate(row)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["side", "doc_id", "units"])


def test_chi_square_by_hand():
    # n (ad - bc)^2 / (row and column sums) = 100 (10*40 - 20*30)^2 / (30*70*40*60).
    (found,) = association(crossed([[10, 20], [30, 40]])).itertuples()
    assert found.chi_square == pytest.approx(100 * 200**2 / (30 * 70 * 40 * 60))
    assert found.degrees == 1
    assert found.p == pytest.approx(math.erfc(math.sqrt(found.chi_square / 2)))
    assert found.cramers_v == pytest.approx(math.sqrt(found.chi_square / 100))
    assert found.least_expected == pytest.approx(30 * 40 / 100)
    assert found.allowed


@pytest.mark.parametrize(
    ("counts", "allowed", "least"),
    [
        ([[1, 2], [3, 4]], False, 1.2),  # all four expected below 5
        ([[50, 1], [50, 0]], False, 50 / 101),
        ([[10, 20, 0], [30, 40, 0], [0, 0, 0]], True, 12.0),  # empty ones count for nothing
        ([[5, 6]], False, math.nan),
        ([[5, 0], [6, 0]], False, math.nan),
    ],
)
def test_a_test_is_given_only_where_counts_allow_it(counts, allowed, least):
    (found,) = association(crossed(counts)).itertuples()
    assert found.allowed == allowed
    assert found.units == np.sum(counts)
    assert found.least_expected == pytest.approx(least, nan_ok=True)
    assert math.isnan(found.p) == (not allowed)
    assert math.isnan(found.cramers_v) == math.isnan(least)


# --- agreement ------------------------------------------------------------------------------------


def codes(*coders):
    """A column per coder, a letter per unit; a dot where a unit was not coded."""
    return pd.DataFrame([list(coder) for coder in coders]).T.replace(".", None)


def test_alpha_of_the_worked_examples():
    """Krippendorff 2011, parts A, B and C: binary, nominal, and four observers with gaps."""
    binary = codes("0100000010", "1110010000")
    assert krippendorff_alpha(binary) == pytest.approx(0.095, abs=5e-4)
    nominal = codes("aabbdcccedda", "babbbccceddd")
    assert krippendorff_alpha(nominal) == pytest.approx(0.692, abs=5e-4)
    gaps = codes("12332141 2...", "12332241 25.3", ".3332342 251.", "12332441 251.")
    gaps = gaps[gaps[0] != " "]
    assert krippendorff_alpha(gaps) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("values", [codes("", ""), codes("xxx", "xxx"), codes("xy.", "..x")])
def test_alpha_of_nothing_varied_is_missing(values):
    assert math.isnan(krippendorff_alpha(values))
    assert all(math.isnan(end) for end in alpha_interval(values))


def slow_alpha(values):
    """By the definition: observed over expected disagreement of all pairs."""
    units = [[v for v in row if v is not None] for row in values.to_numpy().tolist()]
    units = [unit for unit in units if len(unit) > 1]
    every = list(itertools.chain(*units))
    observed = sum(
        (a != b) / (len(unit) - 1) for unit in units for a, b in itertools.permutations(unit, 2)
    )
    expected = sum(a != b for a, b in itertools.permutations(every, 2)) / (len(every) - 1)
    return 1 - observed / expected


CODED = st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=2, max_size=12)


@given(CODED, st.randoms())
def test_alpha_is_what_its_definition_says_whatever_the_order(rows, random):
    values = pd.DataFrame(rows, dtype="object")
    found = krippendorff_alpha(values)
    if math.isnan(found):
        pairs = [v for row in rows for v in row if v and sum(map(bool, row)) > 1]
        assert len(set(pairs)) < 2
        return
    assert found == pytest.approx(slow_alpha(values))
    assert found <= 1 + 1e-12
    random.shuffle(rows)
    other = pd.DataFrame(rows, dtype="object")[[2, 0, 1]].replace({"a": "b", "b": "a"})
    assert krippendorff_alpha(other) == pytest.approx(found)
    low, high = alpha_interval(values, draws=50)
    assert low <= high <= 1 + 1e-12


def test_the_interval_holds_alpha_narrows_and_comes_out_again():
    few = codes("aabbdcccedda", "babbbcccEddd".lower())
    low, high = alpha_interval(few)
    assert low < krippendorff_alpha(few) < high
    many = pd.concat([few] * 20, ignore_index=True)
    inner = alpha_interval(many)
    assert low < inner[0] < inner[1] < high
    assert alpha_interval(few) == (low, high)
    assert alpha_interval(codes("abab", "abab")) == (1, 1)


def test_agreement_by_level_by_hand(study):
    rows = [
        ("tasks", "k1", "money", "budget", "money", "subsidy"),
        ("tasks", "k2", "rules", "law", "rules", "law"),
        ("mechanisms", "m1", "supply", "budget", "money", "budget"),
        ("mechanisms", "m2", "gone", "law", "rules", "law"),
    ]
    study.write(
        "codings",
        [
            {"table": table, "row_id": unit, "field": field, "coder": coder, "value": value}
            for table, unit, *values in rows
            for (coder, field), value in zip(
                itertools.product("AB", ("instrument", "reason")), values, strict=True
            )
        ],
    )
    found = instruments.agreement_by_level(sp.load_all(study.data))
    assert found[["table", "level", "rows", "same"]].to_numpy().tolist() == [
        ["tasks", "side", 2, 2], ["tasks", "instrument", 2, 2], ["tasks", "reason", 2, 1],
        # To code the side and an instrument of it is to agree on the side.
        ["mechanisms", "side", 2, 1], ["mechanisms", "instrument", 2, 0],
        ["mechanisms", "reason", 2, 2],
        ["both", "side", 4, 3], ["both", "instrument", 4, 2], ["both", "reason", 4, 3],
    ]  # fmt: skip


def test_differences_are_all_the_units_whose_codings_differ(tables, units):
    found = instruments.differences(units, tables)
    steady = instruments.agreement_by_level(tables).set_index(["table", "level"])
    assert (
        len(found)
        == steady.loc[("both", "reason"), "rows"] - steady.loc[("both", "reason"), "same"]
    )
    assert (found["first_reason"] != found["second_reason"]).all()
    assert found["why_en"].notna().all()
    assert set(found["taken_from"]) == {"A", "B"}
    assert instruments.differences(units.iloc[:0], tables).empty


# --- studies of another shape ---------------------------------------------------------------------


def test_empty_tables_give_empty_results(tables):
    none = empty(tables)
    units = coded(none)
    assert list(units) == list(coded(tables))
    assert distribution(units).empty
    assert instruments.by_agency(units, none).empty
    assert cross(units, "side", "doc_id", "unit_kind").empty
    assert association(cross(units, "side", "doc_id", "unit_kind"), z="unit_kind").empty
    assert association(cross(units))["units"].tolist() == [0]
    assert instruments.agreement_by_level(none).empty
    assert instruments.differences(units, none).empty


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", ["nature_single", "nature_double", "80 mm", "300 mm"])
def test_figure_draws_for_one_plan_and_for_nothing(tables, units, language, preset):
    for plan in ("", "sd-2020-press", "ta-2018-reform"):
        own = coded(tables, plan)
        words = words_of(figures.instrument_mix(own, tables, language, preset=preset))
        used = distribution(own, "doc_id", "instrument")["units"].tolist()
        types = tables["instruments"]["part_of"].notna().sum()
        unused = types * own["doc_id"].nunique() - len(used)
        told = [int(word) for word in words if word.isdigit()]
        assert sorted(told) == sorted(used + [0] * unused)
    assert words_of(figures.instrument_mix(units.iloc[:0], tables, language, preset=preset))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure_of_a_study_with_instruments_of_its_own(study, language):
    own = sp.load_all(study.data)
    words = words_of(figures.instrument_mix(coded(own), own, language, preset="nature_single"))
    # ``rules`` is a side without instruments below it and is coded as such.
    assert words.count({"en": "rules", "zh": "规则"}[language]) == 2
    assert words.count("50%") == 2


def test_figure_leaves_out_plans_for_which_there_is_no_room(tables, units):
    documents = tables["documents"]
    parts, rows = [], []
    for number in range(12):
        key = f"xx-{2000 + number}-plan"
        own = units[units["doc_id"] == "ta-2018-reform"].assign(doc_id=key)
        parts.append(own.head(34 - number))
        row = documents[documents["doc_id"] == "ta-2018-reform"]
        rows.append(row.assign(doc_id=key, short_en=f"Plan {number}", short_zh=f"规划 {number}"))
    many = tables | {"documents": pd.concat(rows, ignore_index=True)}
    words = words_of(figures.instrument_mix(pd.concat(parts), many, "en", preset="80 mm"))
    shown = sum(word.startswith("Plan ") for word in words)
    assert 3 <= shown < 12
    assert any(f"Plans not shown: {12 - shown}." in word for word in words)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_results_are_shown_in_words(tables, units, language):
    steady = instruments.agreement_by_level(tables)
    other = {"en": "zh", "zh": "en"}[language]
    apart = instruments.differences(units, tables).drop(columns=[f"name_{other}", f"why_{other}"])
    shown = [
        reports.show(distribution(units, "doc_id", "instrument"), tables, language),
        reports.show(cross(units, "side", "domain", "unit_kind"), tables, language),
        reports.show(steady, tables, language),
        reports.show(apart, tables, language),
    ]
    for table in shown:
        words = " ".join(map(str, [*table.frame.columns, *table.frame.to_numpy().ravel()]))
        for key in ("standard_setting", "unit_kind", "alpha_low", "taken_from", "first_reason"):
            assert key not in words
        if language == "zh":
            assert "environment" not in words
            assert "mechanism" not in words
