import pandas as pd
import pytest

from conftest import DOC, TEXT, place
from stdpolicy import DataError, UsageError
from stdpolicy.audit import FINDING_COLUMNS, audit
from stdpolicy.text import fold, folded_sha256


def findings(study) -> pd.DataFrame:
    """What the audit finds; it refuses tables that have faults of their own."""
    found = audit(study.sources, study.data)
    assert list(found) == FINDING_COLUMNS
    if len(found):
        assert found["cure"].str.len().min() > 0
    return found


def the_finding(study, doc: str = DOC) -> dict:
    found = findings(study)
    assert len(found) == 1, found.to_string()
    assert found["doc_id"][0] == doc
    return found.iloc[0].to_dict()


def use_text(study, text: str) -> None:
    """Put another text in place of the coded one, and say that it is the coded one."""
    study.source.write_text(text, encoding="utf-8")
    study.put("documents", 0, text_sha256=folded_sha256(text))


# --- all is well --------------------------------------------------------------------------------


def test_a_study_that_follows_its_text_has_no_findings(study):
    assert findings(study).empty


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        TEXT.replace("　　", "\t"),
        TEXT.replace("地方", "地\ue004\n方"),
        fold(TEXT),
    ],
)
def test_copies_that_differ_in_white_space_only_are_the_same_text(study, copy):
    study.source.write_bytes(copy.encode("utf-8"))
    assert findings(study).empty


def test_documents_that_are_not_coded_need_no_text(study):
    assert not (study.sources / "cn-2015-1.txt").exists()
    assert findings(study).empty
    study.put("documents", 1, coded="true")
    assert the_finding(study, "cn-2015-1")["rule"] == "there is no cn-2015-1.txt"


# --- the source ---------------------------------------------------------------------------------


def test_a_missing_text(study):
    study.source.unlink()
    finding = the_finding(study)
    assert finding["rule"] == f"there is no {DOC}.txt"
    assert str(study.sources) in finding["cure"]


def test_a_text_that_is_not_utf8(study):
    study.source.write_bytes(TEXT.encode("gb18030"))
    assert the_finding(study)["rule"] == f"{DOC}.txt is not UTF-8"


def test_a_missing_folder(study):
    with pytest.raises(UsageError, match=r"no folder .*nowhere"):
        audit(study.data / "nowhere", study.data)


def test_faulty_tables_are_not_audited(study):
    study.put("targets", 0, stage="done")
    with pytest.raises(DataError, match="done"):
        audit(study.sources, study.data)


# --- places and quotes --------------------------------------------------------------------------


def test_a_quote_that_does_not_stand_there(study):
    study.put("targets", 0, quote="81项", value_low="81", value_high="81")
    finding = the_finding(study)
    assert finding["rule"] == "the quote '81项' does not stand there"
    assert finding["found"] == "80项"
    assert (finding["table"], finding["row_id"]) == ("targets", f"{DOC}.t01")
    assert finding["section"] == "1"
    assert finding["start"] == int(place("80项")["start"])


@pytest.mark.parametrize(
    ("table", "row"),
    [("targets", 2), ("outcomes", 0), ("incentives", 0), ("scopes", 1), ("left_out", 0)],
)
@pytest.mark.parametrize("shift", [-1, 1])
def test_a_shifted_place(study, table, row, shift):
    cells = study.read(table)[row]
    start, end = int(cells["start"]) + shift, int(cells["end"]) + shift
    study.put(table, row, start=start, end=end)
    finding = the_finding(study)
    assert finding["rule"] == f"the quote {cells['quote']!r} does not stand there"
    assert (finding["table"], finding["start"]) == (table, start)
    assert finding["found"] == fold(TEXT)[start:end]


def test_a_place_after_the_end_of_the_text(study):
    size = len(fold(TEXT))
    study.put("sections", 2, end=size + 5)
    study.put("sections", 4, end=size + 5)
    study.put("mechanisms", 0, section="2.2", start=size - 2, end=size + 1)
    found = findings(study)
    late = found[found["rule"] == f"the place ends after the text, which has {size} characters"]
    assert set(late["table"]) == {"sections", "mechanisms"}
    assert str(size + 1) in set(late["found"])


def test_a_heading_that_has_moved(study):
    start = int(study.read("sections")[4]["start"]) - 20
    study.put("sections", 4, start=start)
    finding = the_finding(study)
    assert finding["rule"] == "the heading '工作成效' does not stand there"
    assert (finding["table"], finding["row_id"], finding["start"]) == ("sections", "2.2", start)


def test_an_agency_that_is_not_named_there(study):
    study.put("responsibilities", 1, **place("国际标准"))
    finding = the_finding(study)
    assert finding["rule"] == "qx_cities is not named there"
    assert (finding["found"], finding["row_id"]) == ("国际标准", f"{DOC}.r002")


def test_an_agency_may_be_named_by_any_of_its_aliases(study):
    assert "清溪省财政厅" not in study.read("agencies")[0]["zh"]
    study.put("responsibilities", 0, **place("财政厅"))
    assert findings(study).empty
    study.put("agencies", 0, aliases="清溪省财政厅")
    assert the_finding(study)["rule"] == "qx_finance is not named there"


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "cells"),
    [
        ("targets", 0, {"value_low": "81", "value_high": "81"}),
        ("targets", 0, {"unit": "个"}),
        ("targets", 0, {"value_low": "60", "bound": "range"}),
        ("targets", 1, {"value_low": "31"}),
        ("targets", 1, {"value_low": "", "value_high": "31", "bound": "at_most"}),
        ("targets", 2, {"value_high": "6"}),
        ("targets", 2, {"value_low": "2"}),
        ("outcomes", 0, {"value_high": "70", "bound": "exact"}),  # 70余 is not 70
        ("incentives", 0, {"unit": "元"}),
        ("incentives", 0, {"value_low": "2000000", "value_high": "2000000", "unit": "元"}),
        ("scopes", 1, {"value_low": "61", "value_high": "61"}),
    ],
)
def test_a_number_that_its_quote_does_not_say(study, table, row, cells):
    study.put(table, row, **cells)
    finding = the_finding(study)
    assert finding["rule"] == "the number or the unit is not what the quote says"
    assert finding["table"] == table
    assert study.read(table)[row]["quote"] in finding["found"]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (0, {"value_low": "80", "value_high": "", "bound": "at_least"}),
        (0, {"value_low": "", "value_high": "80", "bound": "at_most"}),
        (0, {"bound": "approx"}),
    ],
)
def test_words_around_a_number_may_make_it_a_bound(study, row, cells):
    study.put("targets", row, **cells)
    assert findings(study).empty


# --- what is not coded --------------------------------------------------------------------------


def test_a_quantity_that_is_neither_coded_nor_left_out(study):
    study.drop("left_out", 0)
    finding = the_finding(study)
    assert finding["rule"] == "a quantity that is neither coded nor listed as left out"
    assert (finding["found"], finding["section"]) == ("三大", "1")
    assert finding["start"] == int(place("三大")["start"])


@pytest.mark.parametrize(
    ("table", "row", "quote"), [("outcomes", 0, "70余项"), ("incentives", 0, "200万元")]
)
def test_every_table_with_quotes_covers_its_quantities(study, table, row, quote):
    if table == "outcomes":
        study.drop("crosswalk", 0)
    study.drop(table, row)
    assert the_finding(study)["found"] == quote


def test_a_quantity_in_the_finest_section_is_reported_there(study):
    text = TEXT.replace("70余项。", "70余项，团体9项。")
    use_text(study, text)
    end = fold(text).index("附注")
    study.put("sections", 2, end=end)
    study.put("sections", 4, end=end)
    finding = the_finding(study)
    assert (finding["found"], finding["section"]) == ("9项", "2.2")


def test_what_follows_the_last_section_is_not_policy(study):
    assert "9个" in TEXT.partition("附注")[2]
    assert findings(study).empty
    study.put("sections", 2, end=len(fold(TEXT)))
    assert the_finding(study)["found"] == "9个"


# --- another copy -------------------------------------------------------------------------------

CHANGED = "the text is another one than that coded"


def test_a_quantity_added_to_the_text_changes_its_hash(study):
    text = TEXT.replace("70余项。", "70余项，团体9项。")
    study.source.write_text(text, encoding="utf-8")
    finding = the_finding(study)
    assert finding["rule"].startswith(CHANGED)
    assert finding["found"] == folded_sha256(text)


def test_a_copy_with_words_before_it_is_read_with_its_drift(study):
    prefix = "网站首页>政策文件"
    study.source.write_text(f"{prefix}\n{TEXT}", encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    quotes = found[1:]
    drift = f"the quote stands {len(prefix):+d} characters away"
    assert set(quotes["rule"]) == {drift}
    assert len(quotes) == 7
    assert (quotes["found"].astype(int) - quotes["start"] == len(prefix)).all()


def test_words_inserted_later_move_only_what_follows(study):
    inserted = "(补充)"
    text = TEXT.replace("（二）工作", f"{inserted}（二）工作")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    assert found["row_id"].tolist()[1:] == [f"{DOC}.o01"]
    assert found["rule"][1] == f"the quote stands {len(inserted):+d} characters away"


def test_words_of_a_heading_in_the_running_text_are_not_the_heading(study):
    inserted = "按保障措施,"
    text = TEXT.replace("到２０２０年", f"{inserted}到２０２０年")
    study.source.write_text(text, encoding="utf-8")
    rules = set(findings(study)["rule"][1:])
    assert rules == {f"the quote stands {len(inserted):+d} characters away"}


def test_a_number_that_differs_in_the_copy_is_not_found(study):
    study.source.write_text(TEXT.replace("80项", "85项"), encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    assert found["rule"].tolist()[1:] == ["the quote '80项' is not in its section"]
    assert found["row_id"][1] == f"{DOC}.t01"


def test_a_quote_that_moved_to_another_section_is_not_taken_for_the_same(study):
    text = TEXT.replace("80项", "多项").replace("70余项。", "70余项，其中80项。")
    study.source.write_text(text, encoding="utf-8")
    assert "the quote '80项' is not in its section" in set(findings(study)["rule"])


def test_of_several_places_the_nearest_is_reported(study):
    text = TEXT.replace("完善三大体系", "再完善三大体系、另三大体系")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study).set_index("row_id")
    rule = "the quote stands +1 characters away, one of 2 places in the section"
    assert found["rule"][f"{DOC}.x01"] == rule


def test_a_counted_scope_without_value_or_unit_is_a_finding_and_no_crash(study):
    rows = study.read("scopes")
    row = next(i for i, r in enumerate(rows) if r["quote"])
    study.put("scopes", row, value_low="", value_high="", unit="", bound="")
    found = findings(study)
    assert found["rule"].tolist() == ["the number or the unit is not what the quote says"]
    assert found["table"].tolist() == ["scopes"]
