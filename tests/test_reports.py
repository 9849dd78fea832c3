"""Tables for reading: words in place of keys, in both languages, whole."""

import numpy as np
import pandas as pd
import pytest

import stdpolicy as sp
from stdpolicy import UsageError, crosswalk, reports, responsibility


@pytest.fixture(scope="module")
def tables():
    return sp.load_all()


def test_keys_and_enumerations_become_words(tables):
    frame = tables["targets"][["target_id", "doc_id", "indicator", "bound", "value_low"]].head(1)
    assert reports.show(frame, tables, "en").frame.to_dict("records") == [
        {
            "target": "sd-2018-pilot.t01",
            "document": "Shandong 2018–2020",
            "indicator": "national standards",
            "bound": "exactly",
            "low value": "80",
        }
    ]
    shown = reports.show(frame, tables, "zh").frame
    assert list(shown) == ["目标", "文件", "指标", "界限", "下限值"]
    assert shown.iloc[0, 2] == "国家标准"


def test_a_role_is_named_as_its_table_names_it(tables):
    """The same key has one label for making standards and another for duties."""
    making = pd.DataFrame({"role": ["lead", "take_part"]})
    duty = pd.DataFrame({"role": ["lead", "support"]})
    assert reports.show(making, tables, "zh").frame.iloc[0, 0] == "主导"
    assert reports.show(duty, tables, "zh").frame.iloc[0, 0] == "牵头"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_key_is_left_in_what_the_notebooks_show(tables, language):
    pairs = crosswalk.pairs(tables)[["indicator", "domain", "differs", "window", "comparable"]]
    duties = responsibility.duties(tables)[["doc_id", "role", "wording", "agency"]]
    for frame in (pairs, duties):
        shown = reports.show(frame, tables, language).frame
        assert not shown.apply(lambda c: c.astype("string").str.contains("_")).any().any()
        assert shown.notna().all().all()
        if language == "zh":
            letters = shown.apply(lambda c: c.astype("string").str.fullmatch("[a-z ]+"))
            assert not letters.any().any()


def test_shown_table_is_whole_and_escaped(tables):
    frame = pd.DataFrame({"note": ["<b>" + "x" * 300]})
    shown = reports.show(frame, tables)
    assert "x" * 300 in repr(shown)
    assert "x" * 300 in shown._repr_html_()
    assert "<b>" not in shown._repr_html_()


def test_numbers_are_short_and_an_open_end_is_infinite(tables):
    numbers = [80.0, 0.12345, 12.55, 999.7, 1234.5, -3.0, np.inf, -np.inf, np.nan]
    shown = reports.show(pd.DataFrame({"value": numbers, "note": "1"}), tables)
    expected = ["80", "0.123", "12.6", "1000", "1234", "-3", "∞", "−∞", ""]
    assert list(shown.frame["standards"]) == expected
    assert shown.numeric == (True, False)


def test_unknown_language_is_refused(tables):
    with pytest.raises(UsageError, match="en or zh"):
        reports.show(tables["targets"], tables, "fr")


def test_saved_table_has_labels_in_both_languages(tables, tmp_path):
    frame = reports.labelled(tables["targets"], tables)
    reports.save_table(frame, "targets", str(tmp_path))
    back = pd.read_csv(tmp_path / "reports" / "tables" / "targets.csv")
    assert len(back) == len(frame)
    for column in ("jurisdiction", "indicator", "domain", "scope"):
        assert back[f"{column}_zh"].notna().all()
        assert back[f"{column}_en"].notna().all()


def test_nothing_is_saved_without_a_folder(tables, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reports.save_table(tables["targets"], "targets", "")
    assert list(tmp_path.iterdir()) == []
