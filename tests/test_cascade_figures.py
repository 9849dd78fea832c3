"""Figures of coherence and cascade: what they say, for the packaged data and for other studies."""

import dataclasses

import matplotlib
import numpy as np
import pandas as pd
import pytest

import stdpolicy as sp
from drawn import words_of
from stdpolicy import UsageError, cascade, coherence, figures

LANGUAGES = ["en", "zh"]


@dataclasses.dataclass(repr=False)
class Results:
    """Tables with everything that is computed from them."""

    tables: dict[str, pd.DataFrame]

    def __post_init__(self):
        self.sums = coherence.coherence(self.tables)
        self.pairs = cascade.cascade(self.tables)
        self.missing = cascade.missing_levels(self.tables)
        self.yearly = cascade.across_provinces(self.tables)

    def draw(self, language, rows=slice(None)):
        """Every figure, from some rows of each result."""
        return {
            "coherence": figures.coherence(self.sums[rows], self.tables, language),
            "cascade": figures.cascade(self.pairs[rows], self.tables, language),
            "every": figures.cascade(self.pairs[rows], self.tables, language, every=True),
            "levels": figures.levels(self.missing[rows], self.tables, language),
            "provinces": figures.provinces(self.yearly[rows], self.tables, language),
        }


@pytest.fixture(scope="module")
def packaged():
    return Results(sp.load_all())


# --- the packaged data ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_coherence_says_for_each_total_whether_its_fields_add_up(packaged, language):
    figure = figures.coherence(packaged.sums, packaged.tables, language)
    said, title = words_of(figure), figure.get_suptitle()
    counts = packaged.sums["adds_up"].value_counts()
    words = {
        "exact": {"en": "adds up", "zh": "相等"},
        "remainder": {"en": "remainder", "zh": "有余额"},
        "overlapping_only": {"en": "repeats only", "zh": "仅为重复"},
    }
    for kind, word in words.items():
        assert said.count(word[language]) == counts[kind] > 0
        assert str(counts[kind]) in title
    assert "130–190" in said  # about 600, less 440
    assert {"en": "440 of ≈600", "zh": "440 / ≈600 项"}[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_cascade_has_a_row_for_every_pair_with_a_coded_plan(packaged, language):
    figure = figures.cascade(packaged.pairs, packaged.tables, language)
    said = words_of(figure)
    same = packaged.pairs[packaged.pairs["same_deadline"]]
    coded = set(packaged.tables["targets"]["target_id"])
    shares = same[same["share_low"].notna()]
    drawn = shares[shares["upper_key"].isin(coded) | shares["lower_key"].isin(coded)]
    rates = same[same["naive_ratchet"].notna()]
    rows = sum(len(axes.get_yticks()) for axes in figure.axes)
    assert rows == len(drawn) + len(rates)
    both = ((drawn["share_low"] > 0) & drawn["share_high"].notna()).sum()
    for number in (len(drawn), both, len(rates), (rates["ratchet"] == "up").sum()):
        assert str(number) in figure.get_suptitle()
    # Yantai promises 100 of about 600, Tai'an 10 of 90 that need not be among these.
    assert "16–18%" in said
    assert "≤11%" in said
    note = f"{len(shares) - len(drawn)}"
    assert any(
        note in text and str((~packaged.pairs["same_deadline"]).sum()) in text for text in said
    )


def test_cascade_fills_the_mark_of_a_rate_only_where_it_is_comparable(packaged):
    figure = figures.cascade(packaged.pairs, packaged.tables)
    rates = packaged.pairs[packaged.pairs["naive_ratchet"].notna()]
    marks = [line for line in figure.axes[-1].lines if line.get_marker() in ("^", "v", "s")]
    filled = [line for line in marks if line.get_markerfacecolor() != "white"]
    assert len(marks) == len(rates)
    assert len(filled) == (rates["ratchet"] == rates["naive_ratchet"]).sum()
    assert all(line.get_marker() == "^" and line.get_xdata()[0] == 10 for line in filled)


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_count_targets_without_a_counterpart(packaged, language):
    figure = figures.levels(packaged.missing, packaged.tables, language)
    said = words_of(figure)
    known = packaged.missing[["present", "related", "missing"]].apply(
        lambda column: column.str.split("+").map(lambda names: len([n for n in names if n]))
    )
    told = packaged.missing[known.sum(axis="columns") > 1]
    places = told.groupby(["indicator", "due_date"])
    lost = places["missing"].agg(lambda column: (column != "").any())
    assert figure.get_suptitle().startswith(
        {
            "en": f"{lost.sum()} of {len(lost)} targets",
            "zh": f"{len(lost)} 个目标中，{lost.sum()} 个",
        }[language]
    )
    assert sum(len(axes.get_yticks()) for axes in figure.axes) == len(lost)
    for name in {"en": ["China", "Shandong", "Tai'an"], "zh": ["全国", "山东", "泰安"]}[language]:
        assert name in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_provinces_leave_out_parts_and_what_was_replaced(packaged, language):
    figure = figures.provinces(packaged.yearly, packaged.tables, language, "national_standards")
    said = words_of(figure)
    own = packaged.yearly[packaged.yearly["indicator"] == "national_standards"]
    fields = own["key"].str.startswith("sd-2018-pilot")
    assert fields.any()
    drawn = own[own["per_year_low"].notna() & ~own["superseded"] & ~own["repeated"] & ~fields]
    assert len(figure.axes[0].get_yticks()) == len(drawn)
    lows = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert lows == sorted(drawn["per_year_low"], reverse=True)
    assert f"≥{round(drawn['per_year_low'].max())}" in said


def test_provinces_mark_weaker_sources(packaged):
    figure = figures.provinces(packaged.yearly, packaged.tables, "en", "group_standards")
    faces = {
        tick.get_text().split()[0] + tick.get_text().split()[1]: line.get_markerfacecolor()
        for tick, line in zip(
            figure.axes[0].get_yticklabels(),
            [line for line in figure.axes[0].lines if line.get_marker() == "o"],
            strict=True,
        )
    }
    assert faces["Hubei2022–2025,"] == "white"  # a repost
    assert len({faces[name] for name in ("Shandong2018–2020,", "Fujian2023–2025")}) == 2
    assert "white" not in (faces["Shandong2018–2020,"], faces["Fujian2023–2025"])


# --- other studies --------------------------------------------------------------------------------


def copies(frame, times, *columns, **changes):
    """A table several times over, with other keys in some columns."""
    more = [
        frame.assign(
            **{name: frame[name] + f"-{i}" for name in columns},
            **{name: change(frame[name], i) for name, change in changes.items()},
        )
        for i in range(times)
    ]
    return pd.concat([frame, *more], ignore_index=True)


def stretched(tables):
    """The packaged study several times over, under names that no line can hold."""
    out = {name: frame.astype("object") for name, frame in tables.items()}
    more = {"zh": "名称特别冗长的一项" * 5, "en": " of an exceedingly long name" * 3}
    for name in ("jurisdictions", "indicators", "domains", "documents"):
        for column in set(out[name]) & {"zh", "en", "short_zh", "short_en"}:
            out[name][column] = out[name][column] + more[column[-2:]]
    places = out["jurisdictions"]
    lower = places[places["level"] != "central"]
    out["jurisdictions"] = pd.concat([places, copies(lower, 6, "key")[len(lower) :]])
    seen = out["observations"]
    below = seen[seen["jurisdiction"].isin(lower["key"])]
    below = copies(below, 6, "observation_id", "jurisdiction")[len(below) :]
    out["observations"] = pd.concat([seen, below])
    out["documents"] = copies(out["documents"], 6, "doc_id")
    out["targets"] = copies(
        out["targets"],
        6,
        *("target_id", "doc_id", "part_of", "jurisdiction"),
        value_low=lambda column, i: column * 10 ** (i + 1),
        value_high=lambda column, i: column * 10 ** (i + 1),
    )
    return {name: frame.reset_index(drop=True) for name, frame in out.items()}


@pytest.fixture(scope="module")
def long(packaged):
    return Results(stretched(packaged.tables))


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_number_of_targets_with_any_names_fits_on_a_page(long, language):
    for name, figure in long.draw(language).items():
        assert words_of(figure), name
        assert figure.get_figheight() < 11, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_of_its_own_is_drawn(study, language):
    own = Results(sp.load_all(study.data))
    for figure in own.draw(language).values():
        assert words_of(figure)
        assert figure.get_suptitle()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_draw_is_said(packaged, language):
    for figure in packaged.draw(language, slice(0)).values():
        assert words_of(figure)
        assert figure.get_suptitle()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sums_that_exceed_or_cannot_be_told(packaged, language):
    targets = packaged.tables["targets"].astype("object").set_index("target_id")
    targets.loc["sd-2018-pilot.t04", ["value_low", "value_high"]] = 120.0
    targets.loc["sd-2018-pilot.t01", ["bound", "value_high"]] = ["at_least", np.nan]
    targets.loc["sd-2018-pilot.t02", ["bound", "value_low"]] = ["range", 20.0]
    targets.loc["sd-2018-pilot.t13", "unit"] = "%"
    tables = packaged.tables | {"targets": targets.reset_index()}
    said = words_of(figures.coherence(coherence.coherence(tables), tables, language))
    assert "+50" in said
    assert {"en": "≥440 of ≈600", "zh": "≥440 / ≈600 项"}[language] in said
    assert {"en": "130–200 of 200", "zh": "130–200 / 200 项"}[language] in said
    assert {"en": "not added", "zh": "不相加"}[language] in said
    assert said.count({"en": "undetermined", "zh": "无法判定"}[language]) == 3


def test_nothing_but_language_and_tables_decides(packaged):
    with pytest.raises(UsageError, match="en or zh"):
        packaged.draw("fr")
    before = dict(matplotlib.rcParams)
    frames = [packaged.sums, packaged.pairs, packaged.missing, packaged.yearly]
    same = [frame.copy() for frame in frames]
    packaged.draw("zh")
    assert before == dict(matplotlib.rcParams)
    for frame, copy in zip(frames, same, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
