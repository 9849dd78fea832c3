"""Figures of pace: both languages, no missing glyph, many trends, nothing to show."""

import io

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager

import stdpolicy as sp
from stdpolicy import UsageError, figures, progress, promises
from stdpolicy.figures import style
from stdpolicy.gap.ledger import ledger, reports_due

DAYS = ["2018-12-31", "2019-12-31", "2021-03-31"]
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def tables():
    return promises.select(sp.load_all())


@pytest.fixture(scope="module")
def told(tables):
    return progress.methods(progress.paired(tables), tables["schemes"])


@pytest.fixture(scope="module")
def taian(tables):
    return promises.select(tables, "taian")


@pytest.fixture(scope="module")
def states(taian):
    return ledger(taian, DAYS, made_up=True)


@pytest.fixture(scope="module")
def due(taian):
    return reports_due(taian, DAYS[-1], made_up=True)


def words(figure):
    """Every text of a figure, drawn first, so that a missing glyph stops the test."""
    figure.savefig(io.BytesIO(), format="png", dpi=40)
    found = [figure.get_suptitle()]
    for axes in figure.axes:
        found += [axes.get_title(loc="left"), *(text.get_text() for text in axes.texts)]
        found += [text.get_text() for text in axes.get_yticklabels()]
    for legend in figure.legends:
        found += [legend.get_title().get_text(), *(t.get_text() for t in legend.get_texts())]
    return found


@LANGUAGES
def test_methods_names_the_trend_and_why_there_are_no_others(tables, told, language):
    found = words(figures.methods(told, tables, language))
    series = told.drop_duplicates("target_id")
    silent = series[f"why_no_trend_{language}"].dropna()
    assert str(len(silent)) in found[0]
    assert str(len(series)) in found[0]
    assert set(silent) <= set(found)
    own = told[told["why_no_trend_en"].isna()]
    assert set(own[f"status_{language}"].dropna()) <= {text.replace("\n", " ") for text in found}


@LANGUAGES
def test_ratings_that_disagree_are_said_to(tables, told, language):
    own = told[told["why_no_trend_en"].isna()].reset_index(drop=True)
    other = own["method"] == "open_sdg"
    changed = own.assign(status=own["status"].astype("object").mask(other, "deterioration"))
    same = words(figures.methods(own, tables, language))[0]
    differs = words(figures.methods(changed, tables, language))[0]
    assert {"en": "agree: ", "zh": "一致"}[language] in same
    assert {"en": "disagree", "zh": "不一"}[language] in differs


@LANGUAGES
@pytest.mark.parametrize("number", [3, 30])
def test_series_of_ones_own_need_no_target(tables, language, number):
    series = pd.DataFrame(
        {
            "base_value": 10.0,
            "base_year": 2015.0,
            "value": [9.0 + i for i in range(number)],
            "year": 2018.0,
            "target": [100.0 if i % 2 else None for i in range(number)],
            "target_year": 2020.0,
            "direction": 1.0,
        }
    )
    told = progress.methods(series, tables["schemes"])
    found = words(figures.methods(told, tables, language))
    assert str(number) in found[0]
    assert any("A" in text for text in found) or number > 8


@LANGUAGES
def test_ledger_says_in_every_place_that_it_is_made_up(taian, states, due, language):
    figure = figures.ledger(states, taian, language, due)
    found = words(figure)
    assert {"en": "Made-up example", "zh": "虚构示例"}[language] in found[0]
    mark = {"en": "made-up example", "zh": "虚构示例"}[language]
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == 3
    for axes in panels:
        assert mark in [text.get_text() for text in axes.texts]
    assert {"en": "late", "zh": "迟报"}[language] in found


@LANGUAGES
def test_ledger_of_real_figures_says_nothing_of_made_up_ones(tables, language):
    states = ledger(tables, DAYS)
    found = " ".join(words(figures.ledger(states, tables, language)))
    assert "ade-up" not in found
    assert "虚构" not in found


@LANGUAGES
def test_nothing_to_show_is_said(tables, told, taian, states, language):
    for figure in (
        figures.methods(told.iloc[:0], tables, language),
        figures.methods(told[told["why_no_trend_en"].notna()], tables, language),
        figures.ledger(states.iloc[:0], taian, language),
        figures.ledger(ledger(taian, DAYS), taian, language),
    ):
        assert words(figure)[0]


@LANGUAGES
def test_figures_draw_for_a_study_of_ones_own(study, language):
    own = sp.load_all(study.data)
    own["schemes"] = sp.load("schemes")
    told = progress.methods(progress.paired(own), own["schemes"])
    words(figures.methods(told, own, language))
    words(figures.ledger(ledger(own, DAYS), own, language))


def test_font_has_a_glyph_for_every_reason_and_status(told, tables):
    style._register_font()
    path = font_manager.findfont(style.FONT, fallback_to_default=False)
    known = set(TTFont(path).getBestCmap())
    texts = [t for c in told if c.endswith(("_zh", "_en")) for t in told[c].dropna().unique()]
    texts += [text for pair in progress.comparison.WHY.values() for text in pair]
    assert {c for text in texts for c in text if ord(c) not in known} == set()


def test_unknown_language_is_refused(tables, told, taian, states):
    with pytest.raises(UsageError, match="en or zh"):
        figures.methods(told, tables, "fr")
    with pytest.raises(UsageError, match="en or zh"):
        figures.ledger(states, taian, "fr")
