"""Figures of the gap: what they say, for the packaged data and for studies of another shape."""

import io

import matplotlib
import numpy as np
import pandas as pd
import pytest

import stdpolicy as sp
from drawn import words_of
from stdpolicy import UsageError, figures, gap, promises

LANGUAGES = ["en", "zh"]
VERDICTS = ["met", "not_met", "undetermined", "contradictory", "no_evidence"]
FLAGSHIP = "sd-2018-pilot.t14"


@pytest.fixture(scope="module")
def tables():
    return promises.select(sp.load_all())


@pytest.fixture(scope="module")
def found(tables):
    return gap.evaluate(tables, None, gap.Readings())


@pytest.fixture(scope="module")
def changes(tables):
    alternatives = gap.readings.ALTERNATIVES[:5]
    return gap.sensitivity(tables, alternatives=alternatives)


# --- the packaged data ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_gap_has_a_row_for_every_target_with_a_figure(found, tables, language):
    assessed = found.table(reasons=False)
    figure = figures.gap(assessed, tables, language)
    said, title = words_of(figure), figure.get_suptitle()
    seen = assessed[assessed["verdict"] != "no_evidence"]
    known = {"en": "undetermined", "zh": "无法判定"}[language]
    assert said.count(known) == (seen["verdict"] == "undetermined").sum()
    met, claimed = (assessed["verdict"] == "met").sum(), (assessed["naive_ratio"] >= 1).sum()
    for number in (len(assessed), met, claimed, assessed["naive_ratio"].notna().sum()):
        assert str(number) in title
    missed = {"en": "not met, 2020-10-13", "zh": "未完成，2020-10-13"}[language]
    then = (assessed["verdict_as_of"] == "not_met") & (assessed["as_of"] == "2020-10-13")
    assert said.count(missed) == then.sum() > 0
    assert any(str(len(assessed) - len(seen)) in text and "泰安" in text for text in said) == (
        language == "zh"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_show_numbers_and_bounds(found, tables, language):
    grouped = gap.with_groups(found)
    said = words_of(figures.verdicts(grouped, tables, language))
    every = gap.kept_share(grouped).iloc[0]
    bounds = f"{every['low']:.0%}"[:-1] + f"–{every['high']:.0%}"
    assert bounds in said
    assert f"{every['naive_share']:.0%}" in said
    assert str(int(every["undetermined"])) in said


@pytest.mark.parametrize("by", ["tier", "domain", "role", "jurisdiction", "indicator"])
def test_verdicts_group_by_any_attribute(found, tables, by):
    figures.verdicts(gap.with_groups(found), tables, "zh", by).savefig(io.BytesIO(), dpi=30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_flagship_tells_why_the_total_is_no_share_of_the_promise(found, language):
    said = words_of(figures.flagship(found, FLAGSHIP, language))
    want = {
        "en": ["206–208", "21 to 23 added\nby 2020-10-13", "106\n2017-10-10", "129 of 100"],
        "zh": ["206–208", "截至 2020-10-13\n新增 21 至 23", "106\n2017-10-10", "129 / 100"],
    }[language]
    for words in want:
        assert any(words in text for text in said), words


def test_flagship_without_a_name_tells_the_first_that_can_be_told(found):
    first = figures.told_by_totals(found)[0]
    one, two = (figures.flagship(found, name).get_suptitle() for name in ("", first))
    assert one == two
    assert FLAGSHIP in figures.told_by_totals(found)


@pytest.mark.parametrize("reading", [{"counts_from": "ever"}, {"quality": "official"}, {}])
def test_every_target_with_a_total_can_be_told(tables, reading):
    found = gap.evaluate(tables, None, gap.Readings(**reading))
    told = figures.told_by_totals(found)
    for name in told[::4]:
        figures.flagship(found, name, "zh").savefig(io.BytesIO(), dpi=30)


def test_flagship_says_when_there_is_no_total(tables):
    own = promises.select(tables, "taian")
    found = gap.evaluate(own, None, gap.Readings())
    assert figures.told_by_totals(found) == []
    assert "any target" in figures.flagship(found, "").get_suptitle()
    assert "ta-2018-reform.t01" in figures.flagship(found, "ta-2018-reform.t01").get_suptitle()
    with pytest.raises(UsageError, match="no target 'x'"):
        figures.flagship(found, "x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sensitivity_shows_readings_that_change_something(changes, tables, language):
    said = words_of(figures.sensitivity(changes, tables, language))
    heads = changes.drop_duplicates("reading").set_index("reading")[f"words_{language}"]
    changing = set(changes.loc[changes["changed"], "reading"])
    assert 0 < len(changing) < len(heads) - 1
    for reading, head in heads.items():
        shown = head in [text.replace("\n", " ") for text in said]
        assert shown == (reading in changing or reading == "default"), reading


# --- studies of another shape ---------------------------------------------------------------------


def invented(targets: int, plans: int) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """An assessment with every verdict and bound, long names, and what belongs to it."""
    chance = np.random.default_rng(7)
    kind = chance.integers(0, 3, targets)
    value = chance.integers(1, 200, targets).astype("float64")
    low = np.where(chance.random(targets) < 0.4, 0, chance.integers(1, 900, targets)).astype(float)
    high = np.where(chance.random(targets) < 0.4, np.inf, low + chance.integers(0, 900, targets))
    assessed = pd.DataFrame(
        {
            "target_id": [f"t{i}" for i in range(targets)],
            "doc_id": [f"p{i * plans // targets}" for i in range(targets)],
            "indicator": np.array(["a", "b", "r"])[kind],
            "domain": chance.choice(["all", "x"], targets),
            "value_low": value,
            "value_high": value + 5,
            "unit": np.array(["项", "万亩", "%"])[kind],
            "bound": chance.choice(["exact", "at_least", "approx", "range"], targets),
            "low": low,
            "high": high,
            "verdict": pd.Categorical(chance.choice(VERDICTS, targets), VERDICTS),
            "as_of": "2020-06",
            "low_as_of": low + 5,
            "high_as_of": np.minimum(high, low + 30),
            "verdict_as_of": pd.Categorical(chance.choice(VERDICTS, targets), VERDICTS),
            "naive_ratio": np.where(chance.random(targets) < 0.3, np.nan, chance.random(targets)),
            "superseded_by": None,
            "supersedes": None,
        }
    )
    assessed.loc[assessed.index[:1], ["value_low", "bound"]] = [np.nan, "at_most"]
    assessed.loc[assessed.index[1:2], ["value_low", "value_high"]] = 0.0
    assessed.loc[assessed.index[2:4], "naive_ratio"] = [160.0, 2.9]
    long = "standards of an exceedingly long name that no line of a figure can hold"
    tables = {
        "targets": assessed,
        "documents": pd.DataFrame(
            {
                "doc_id": [f"p{i}" for i in range(plans)],
                "coded": True,
                "period_start": "2018",
                "period_end": "2020",
                "short_en": [f"The development plan of region number {i}" for i in range(plans)],
                "short_zh": [f"某地区第{i}号标准化发展规划" for i in range(plans)],
            }
        ),
        "indicators": pd.DataFrame(
            {"key": ["a", "b", "r"], "en": ["a", long, "coverage"], "zh": ["甲", "乙" * 40, "率"]}
        ),
        "domains": pd.DataFrame(
            {"key": ["all", "x"], "en": ["all", long], "zh": ["全部", "某某业"]}
        ),
    }
    return assessed, tables


def changed(assessed: pd.DataFrame, readings: int) -> pd.DataFrame:
    parts = [
        assessed[["target_id", "verdict", "verdict_as_of"]].assign(
            reading=f"r{i}",
            words_en=f"reading number {i} with an explanation of some length",
            words_zh=f"第{i}种读法，说明较长",
            changed=[i > 0 and (k + i) % 3 == 0 for k in range(len(assessed))],
        )
        for i in range(readings)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("targets", "plans", "note"),
    [
        (9, 1, {}),
        (300, 4, {"en": "(first ", "zh": " 项中的前 "}),
        (300, 40, {"en": "not shown: ", "zh": "未列出"}),
    ],
)
def test_any_number_of_targets_fits_on_a_page(targets, plans, note, language):
    assessed, tables = invented(targets, plans)
    for figure in (
        figures.gap(assessed, tables, language),
        figures.sensitivity(changed(assessed, 23), tables, language),
    ):
        said = words_of(figure)
        assert figure.get_figheight() < 11
        assert not note or any(note[language] in text for text in said)
    figure = figures.verdicts(assessed, tables, language)
    assert words_of(figure)
    assert figure.get_figheight() < 11


def test_gap_draws_ends_beyond_the_axis_at_its_edge():
    assessed, tables = invented(9, 1)
    said = words_of(figures.gap(assessed, tables, "en", limit=2.0))
    assert "→ 160" in said
    assert "→ 2.9" in said
    axes = figures.gap(assessed, tables, "en", limit=2.0).axes[0]
    assert max(line.get_xdata()[-1] for line in axes.lines) <= 2.4


def test_superseded_targets_are_not_counted():
    assessed, tables = invented(9, 1)
    assessed.loc[0, "superseded_by"] = "t8"
    assert "Of 8 promises" in figures.gap(assessed, tables).get_suptitle()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_draw_is_said(language, tables):
    assessed, own = invented(9, 1)
    none = assessed.iloc[:0]
    silent = assessed.assign(verdict="no_evidence", naive_ratio=np.nan)
    for figure in (
        figures.gap(none, own, language),
        figures.gap(silent, own, language),
        figures.verdicts(none, own, language),
        figures.sensitivity(changed(silent, 1), own, language),
        figures.sensitivity(changed(assessed, 1).iloc[:0], own | {"targets": none}, language),
    ):
        assert words_of(figure)
        assert figure.get_suptitle()


def test_nothing_but_language_and_frame_decides(found, tables):
    with pytest.raises(UsageError, match="en or zh"):
        figures.gap(found.table(reasons=False), tables, "fr")
    before = dict(matplotlib.rcParams)
    figures.flagship(found, FLAGSHIP, "zh")
    assert before == dict(matplotlib.rcParams)
    for draw in (figures.verdicts, figures.gap):
        assessed = gap.with_groups(found)
        same = assessed.copy()
        draw(assessed, tables)
        pd.testing.assert_frame_equal(assessed, same)
