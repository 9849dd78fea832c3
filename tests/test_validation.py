import math

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import DOC, FULL
from stdpolicy import DataError, check, load, load_all, schema

COLUMNS = ["file", "row", "column", "value", "rule", "cure"]
T01, T02 = f"{DOC}.t01", f"{DOC}.t02"


def the_fault(faults: pd.DataFrame) -> dict:
    """The only fault, complete in what every fault has to say."""
    assert len(faults) == 1, faults.to_string()
    fault = faults.iloc[0].to_dict()
    assert fault["file"] in {table.file for table in schema.tables().values()}
    assert fault["rule"]
    assert fault["cure"]
    return fault


def holds(faults: pd.DataFrame, **expected: object) -> bool:
    """Whether one of the faults has these cells; of the rule a part is enough."""
    rule = expected.pop("rule")
    found = faults[faults["rule"].str.contains(rule, regex=False)]
    for name, value in expected.items():
        found = found[found[name] == value]
    return len(found) > 0


def test_a_valid_study_has_no_faults(study):
    faults = check(study.data)
    assert list(faults) == COLUMNS
    assert faults.empty, faults.to_string()


# --- the file -----------------------------------------------------------------------------------


def test_a_missing_file(study):
    study.file("targets").unlink()
    faults = check(study.data)
    assert holds(faults, file="targets.csv", rule="the file is missing")
    assert str(study.data) in faults["cure"][0]
    # Other tables refer to it; that is no second fault.
    the_fault(faults)


def test_a_folder_that_is_not_there(tmp_path):
    faults = check(tmp_path / "nowhere")
    assert list(faults["file"]) == [table.file for table in schema.tables().values()]
    assert set(faults["rule"]) == {"the file is missing"}


def test_a_folder_in_place_of_a_file(study):
    study.file("left_out").unlink()
    study.file("left_out").mkdir()
    fault = the_fault(check(study.data))
    assert fault["file"] == "left_out.csv"
    assert "cannot be read" in fault["rule"]


def test_a_file_in_place_of_the_folder(study):
    faults = check(study.file("targets"))
    assert faults["rule"].str.contains("cannot be read").all()
    assert len(faults) == len(schema.tables())


def test_a_byte_order_mark(study):
    study.replace("domains", "key,zh", "\ufeffkey,zh")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("domains.csv", 1)
    assert "byte order mark" in fault["rule"]


def test_line_ends_of_windows(study):
    study.replace("domains", "农业,farming,all\n", "农业,farming,all\r\n")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("domains.csv", 3)
    assert "CRLF" in fault["rule"]


def test_gb18030(study):
    text = study.file("domains").read_text(encoding="utf-8")
    study.file("domains").write_bytes(text.encode("gb18030"))
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("domains.csv", 2)
    assert "GB18030" in fault["rule"]


def test_bytes_that_no_encoding_has(study):
    study.file("domains").write_bytes(b"key,zh\n\xff\xff,\xff\n")
    fault = the_fault(check(study.data))
    assert fault["rule"] == "is not UTF-8"


@pytest.mark.parametrize(
    ("line", "cells"), [("farming,农业,farming", 3), ("farming,农业,a,b,all", 5), ("", 0)]
)
def test_a_ragged_row(study, line, cells):
    study.replace("domains", "farming,农业,farming,all", line)
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("domains.csv", 3)
    assert fault["rule"] == f"has {cells} cells where the header has 4"


@pytest.mark.parametrize("cell", ['"农业', '"农"业'])
def test_a_stray_quotation_mark(study, cell):
    study.replace("domains", "农业", cell)
    fault = the_fault(check(study.data))
    assert fault["file"] == "domains.csv"
    assert "is not CSV" in fault["rule"]


def test_an_empty_file(study):
    study.file("codings").write_bytes(b"")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["rule"]) == ("codings.csv", "is empty")


def test_a_table_without_rows_is_well(study):
    study.write("codings", [])
    assert check(study.data).empty


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("key,zh,en", [("part_of", "the column is missing")]),
        ("key,zh,en,part_of,colour", [("colour", "the schema has no such column")]),
        ("key,zh,en,part_of,en", [("en", "the column stands twice")]),
        (
            "key,zh,En,part_of",
            [("en", "the column is missing"), ("En", "the schema has no such column")],
        ),
        ("zh,key,en,part_of", [(None, "the columns are out of order")]),
    ],
)
def test_a_header_other_than_the_schema(study, header, expected):
    study.file("domains").write_text(header + "\n", encoding="utf-8")
    faults = check(study.data)
    found = faults[["column", "rule"]].astype("object").where(faults[["column"]].notna(), None)
    assert list(zip(found["column"], faults["rule"], strict=True)) == expected
    assert set(faults["file"]) == {"domains.csv"}
    assert set(faults["row"]) == {1}
    assert faults["cure"].str.len().min() > 0


# --- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "rule"),
    [
        ("targets", 0, "value_low", "eighty", "is not a number"),
        ("targets", 0, "value_low", "1,000", "is not a number"),
        ("targets", 0, "value_low", "80项", "is not a number"),
        ("targets", 0, "value_low", "８０", "is not a number"),
        ("targets", 0, "value_low", "nan", "is not a number"),
        ("targets", 0, "value_low", "1e999", "is not a number"),
        ("targets", 0, "start", "12.5", "is not a whole number"),
        ("targets", 0, "start", "²", "is not a whole number"),
        ("targets", 0, "start", "٤٢", "is not a whole number"),
        ("targets", 0, "start", "-1", "is below 0"),
        ("sections", 0, "level", "9", "is above 5"),
        ("mechanisms", 0, "reporting_day", "32", "is above 31"),
        ("crosswalk", 1, "coverage_high", "1.5", "is above 1"),
        ("observations", 1, "same_cohort", "yes", "is not a truth value"),
        ("observations", 1, "same_cohort", "True", "is not a truth value"),
        ("targets", 0, "stage", "finished", "is not one of the values allowed"),
        ("targets", 0, "stage", "Issued", "is not one of the values allowed"),
        ("targets", 0, "unit", "", "a value is required"),
        ("targets", 0, "note", " seen", "has white space at an end"),
        ("targets", 0, "note", "seen\u3000", "has white space at an end"),
        ("targets", 0, "note", "seen\nagain", "has a line break or an invisible character"),
        ("sections", 1, "title_zh", "总体\ue004目标", "has a line break or an invisible character"),
        ("targets", 2, "target_id", "t03", "is not of the form"),
        ("documents", 0, "text_sha256", "abc", "is not of the form"),
        ("targets", 0, "due_date", "2019-02-29", "is not a date of the calendar"),
        ("targets", 0, "due_date", "2020年", "is not a date of the calendar"),
        ("targets", 0, "due_date", "２０２０", "is not a date of the calendar"),
        ("outcomes", 0, "as_of_date", "2019/10/20", "is not a date of the calendar"),
    ],
)
def test_a_cell_that_breaks_a_rule(study, table, row, column, value, rule):
    study.put(table, row, **{column: value})
    faults = check(study.data)
    expected = {"file": f"{table}.csv", "row": row + 2, "column": column, "rule": rule}
    if value:
        expected["value"] = value
    assert holds(faults, **expected), faults.to_string()
    assert faults["cure"].str.len().min() > 0
    with pytest.raises(DataError, match=f"{table}.csv, row {row + 2}"):
        load_all(study.data)


def test_a_fault_of_the_schema_names_the_values_allowed(study):
    study.put("targets", 0, commitment="maybe")
    assert "firm, strive" in the_fault(check(study.data))["cure"]


@pytest.mark.parametrize("value", ["9" * 20, "9" * 5000])
def test_a_whole_number_too_large_to_hold(study, value):
    study.put("sections", 2, end=value)
    with pytest.raises(DataError) as error:
        load_all(study.data)
    assert holds(error.value.faults, file="sections.csv", row=4, column="end", rule="")


# --- keys and references ------------------------------------------------------------------------


def test_a_key_that_stands_twice(study):
    study.put("domains", 1, key="all")
    faults = check(study.data)
    expected = {"file": "domains.csv", "row": 3, "column": "key", "value": "all"}
    assert holds(faults, rule="the key stands already in row 2", **expected)


def test_a_key_of_several_columns_that_stands_twice(study):
    study.put("codings", 1, coder="A")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("codings.csv", 3)
    assert fault["column"] == "table, row_id, field, coder"
    assert fault["value"] == f"targets, {T01}, commitment, A"
    assert fault["rule"] == "the key stands already in row 2"


def test_a_key_with_an_empty_part_may_stand_once_only(study):
    rows = study.read("crosswalk")
    study.write("crosswalk", [*rows, rows[1] | {"coder": "B"}])
    fault = the_fault(check(study.data))
    assert fault["value"] == f"{T02}, E0002, "


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "rule"),
    [
        ("targets", 0, "indicator", "patents", "refers to nothing in indicators.csv (key)"),
        ("targets", 1, "part_of", f"{DOC}.t09", "refers to nothing in targets.csv (target_id)"),
        ("citations", 0, "cites", "cn-1999-1", "refers to nothing in documents.csv (doc_id)"),
        ("agencies", 0, "successor", "qx_none", "refers to nothing in agencies.csv (key)"),
        ("crosswalk", 0, "target_id", f"{DOC}.t09", "refers to nothing in targets.csv"),
        ("crosswalk", 0, "evidence_id", f"{DOC}.o09", "is in none of outcomes.csv, observations"),
        ("crosswalk", 0, "baseline_id", "E0099", "is in none of outcomes.csv, observations.csv"),
        ("left_out", 0, "same_as", f"{DOC}.t09", "is in none of targets.csv, outcomes.csv"),
    ],
)
def test_a_reference_to_nothing(study, table, row, column, value, rule):
    study.put(table, row, **{column: value})
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == (f"{table}.csv", row + 2)
    assert (fault["column"], fault["value"]) == (column, value)
    assert fault["rule"].startswith(rule)


def test_a_reference_of_two_columns_to_nothing(study):
    study.put("targets", 0, section="7")
    fault = the_fault(check(study.data))
    assert (fault["column"], fault["value"]) == ("doc_id, section", f"{DOC}, 7")
    assert fault["rule"] == "refers to nothing in sections.csv (doc_id, section)"


def test_a_section_below_nothing(study):
    study.put("sections", 4, parent="9")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("sections.csv", 6)
    assert "9" in fault["value"]


@pytest.mark.parametrize("evidence", [f"{DOC}.o01", "E0002"])
def test_evidence_may_be_an_outcome_or_an_observation(study, evidence):
    study.put("crosswalk", 1, evidence_id=evidence)
    assert check(study.data).empty


@pytest.mark.parametrize(
    ("above", "rows"),
    [({0: T01}, [2]), ({0: T02}, [2, 3]), ({0: f"{DOC}.t03", 2: T02}, [2, 3, 4])],
)
def test_a_circle_of_parts(study, above, rows):
    for row, part_of in above.items():
        study.put("targets", row, part_of=part_of, part_relation="disjoint")
    faults = check(study.data)
    assert set(faults["rule"]) == {"the row is part of itself, directly or through others"}
    assert faults["row"].tolist() == rows
    assert set(faults["column"]) == {"part_of"}


@pytest.mark.parametrize(
    ("table", "row", "column", "value"),
    [("targets", 0, "supersedes", T01), ("domains", 0, "part_of", "all")],
)
def test_a_row_that_refers_to_itself(study, table, row, column, value):
    study.put(table, row, **{column: value})
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["column"]) == (f"{table}.csv", column)
    assert "itself" in fault["rule"]


@pytest.mark.parametrize("cells", [{"part_of": T01}, {"part_relation": "disjoint"}])
def test_a_part_and_its_relation_belong_together(study, cells):
    study.put("targets", 2, **{"part_of": "", "part_relation": ""} | cells)
    assert the_fault(check(study.data))["rule"] == "part_of and part_relation belong together"


def test_a_section_below_another_than_its_number_says(study):
    rows = study.read("sections")
    row = next(i for i, r in enumerate(rows) if r["section"] == "2.1")
    study.put("sections", row, parent="1")
    assert the_fault(check(study.data))["rule"] == "the section above 2.1 is 2"


def test_what_hangs_below_a_circle_is_not_blamed(study):
    study.put("targets", 0, part_of=T01, part_relation="disjoint")  # t02 is part of t01
    assert the_fault(check(study.data))["value"] == T01


# --- rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "bound", "rule"),
    [
        ("80", "60", "range", "the low value is above the high one"),
        ("80", "60", "exact", "the low value is above the high one"),
        ("80", "", "exact", "exact needs two equal values"),
        ("", "80", "exact", "exact needs two equal values"),
        ("60", "80", "exact", "exact needs two equal values"),
        ("60", "80", "approx", "approx needs two equal values"),
        ("", "", "approx", "approx needs two equal values"),
        ("80", "80", "at_least", "at_least is open above"),
        ("", "", "at_least", "at_least is open above"),
        ("80", "80", "at_most", "at_most is open below"),
        ("80", "", "at_most", "at_most is open below"),
        ("80", "", "range", "a range needs two different values"),
        ("", "80", "range", "a range needs two different values"),
        ("80", "80", "range", "a range needs two different values"),
    ],
)
def test_values_that_do_not_fit_their_bound(study, low, high, bound, rule):
    study.put("targets", 0, value_low=low, value_high=high, bound=bound)
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("targets.csv", 2)
    assert fault["rule"] == rule
    assert bound in fault["value"]


@pytest.mark.parametrize(
    ("low", "high", "bound"),
    [
        ("80", "80", "exact"),
        ("80", "80.0", "exact"),
        ("80", "80", "approx"),
        ("80", "", "at_least"),
        ("", "80", "at_most"),
        ("60", "80", "range"),
        ("0", "0", "exact"),
    ],
)
def test_values_that_fit_their_bound(study, low, high, bound):
    study.put("targets", 0, value_low=low, value_high=high, bound=bound)
    assert check(study.data).empty


def test_a_share_covered_whose_ends_are_exchanged(study):
    study.put("crosswalk", 1, coverage_low="0.9", coverage_high="0.5")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("crosswalk.csv", 3)


def test_a_share_paid_for_whose_ends_are_exchanged(study):
    study.put("eligibility", 0, share_low="0.9", share_high="0.5")
    assert the_fault(check(study.data))["column"] == "share_low, share_high"


@pytest.mark.parametrize(("promise", "rule"), [("t01", "in itself"), ("t02", "of no other row")])
def test_things_counted_in_what_is_not_linked(study, promise, rule):
    doc = study.read("eligibility")[0]["promise_id"].rpartition(".")[0]
    study.put("eligibility", 0, counted_in=f"{doc}.{promise}")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["column"]) == ("eligibility.csv", "counted_in")
    assert rule in fault["rule"]


def test_a_number_without_a_bound(study):
    study.put("scopes", 1, bound="")
    assert the_fault(check(study.data))["rule"] == "a number needs a bound"


def test_a_quote_without_its_place(study):
    # The audit would have nowhere to look.
    study.put("scopes", 1, start="", end="")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == ("scopes.csv", 3)


def test_a_place_outside_its_section(study):
    study.put("targets", 0, section="2.1")
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"], fault["column"]) == ("targets.csv", 2, "start, end")
    section = study.read("sections")[3]
    span = f"({section['start']} to {section['end']})"
    assert fault["rule"] == f"the place is outside section 2.1 {span}"


def test_a_place_at_the_very_ends_of_its_section(study):
    section = study.read("sections")[1]
    study.put("deliverables", 0, start=section["start"], end=section["end"])
    assert check(study.data).empty
    study.put("deliverables", 0, end=int(section["end"]) + 1)
    assert "outside section 1" in the_fault(check(study.data))["rule"]


def test_a_place_without_length(study):
    target = study.read("targets")[0]
    study.put("targets", 0, end=target["start"])
    assert the_fault(check(study.data))["rule"] == "the place is empty"


def test_a_quote_of_another_length_than_its_place(study):
    study.put("targets", 0, quote="80项标准")
    fault = the_fault(check(study.data))
    assert fault["rule"] == "the quote has 5 characters, the place 3"


@pytest.mark.parametrize(
    ("table", "columns", "first", "last"),
    [
        ("observations", "since_date, as_of_date", "2019-07", "2019-06"),
        ("observations", "since_date, as_of_date", "2020", "2019-06"),
        ("targets", "base_date, due_date", "2021", "2020-12-31"),
        ("documents", "period_start, period_end", "2021", "2020"),
    ],
)
def test_dates_in_the_wrong_order(study, table, columns, first, last):
    row = 1 if table == "observations" else 0
    early, late = columns.split(", ")
    study.put(table, row, **{early: first, late: last})
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"]) == (f"{table}.csv", row + 2)
    assert (fault["column"], fault["value"]) == (columns, f"{first}, {last}")
    assert fault["rule"] == f"{early} is after {late}"


@pytest.mark.parametrize(
    ("first", "last"), [("2019", "2019-06"), ("2019-06", "2019"), ("", "2019")]
)
def test_dates_whose_intervals_allow_the_right_order(study, first, last):
    study.put("observations", 1, since_date=first, as_of_date=last)
    assert check(study.data).empty


# --- all at once --------------------------------------------------------------------------------


def test_faults_of_every_kind_are_reported_at_once(study):
    study.file("codings").unlink()
    study.replace("left_out", "reason_en", "reasons")
    study.put("targets", 0, stage="done", value_low="many")
    study.put("targets", 2, due_date="2020-02-30", indicator="patents")
    study.put("outcomes", 0, start="0", end="4")
    study.put("agencies", 1, key="qx_finance")
    faults = check(study.data)
    for expected in (
        {"file": "codings.csv", "rule": "the file is missing"},
        {"file": "left_out.csv", "column": "reason_en", "rule": "the column is missing"},
        {"file": "left_out.csv", "column": "reasons", "rule": "no such column"},
        {"file": "targets.csv", "row": 2, "column": "stage", "rule": "not one of"},
        {"file": "targets.csv", "row": 2, "column": "value_low", "rule": "not a number"},
        {"file": "targets.csv", "row": 4, "column": "due_date", "rule": "calendar"},
        {"file": "targets.csv", "row": 4, "value": "patents", "rule": "refers to nothing"},
        {"file": "outcomes.csv", "row": 2, "rule": "outside section"},
        {"file": "agencies.csv", "row": 3, "rule": "stands already"},
    ):
        assert holds(faults, **expected), expected


def test_nothing_is_loaded_when_one_cell_is_wrong(study):
    study.put("mechanisms", 0, reporting_day="0")
    with pytest.raises(DataError) as error:
        load_all(study.data)
    pd.testing.assert_frame_equal(error.value.faults, check(study.data))
    message = str(error.value)
    assert message.startswith("1 fault found\n")
    assert "mechanisms.csv, row 2, column reporting_day: found '0': is below 1" in message


def test_a_long_list_of_faults_is_cut_in_the_message_only(study):
    rows = study.read("domains")
    study.write("domains", rows + [rows[1] | {"key": f"d{n}", "en": ""} for n in range(30)])
    with pytest.raises(DataError, match="30 faults found") as error:
        load_all(study.data)
    assert len(error.value.faults) == 30
    assert str(error.value).endswith("... and 10 more")


def test_a_loaded_table_checks_what_it_refers_to(study):
    study.file("indicators").unlink()
    with pytest.raises(DataError, match=r"indicators\.csv: the file is missing"):
        load("targets", study.data)


def test_a_loaded_table_does_not_mind_tables_that_it_does_not_refer_to(study):
    study.file("codings").unlink()
    assert len(load("targets", study.data)) == 3


# --- any cell -----------------------------------------------------------------------------------

NASTY = (
    *("", " ", "0", "-0", "+5", "80", "8e1", "1e400", "nan", "inf", "NA", "null", "None", "0x10"),
    *("1_000", "1,000", "８０", "²", "٣", "9" * 20, "TRUE", "True", "true", "2020", "2020-02-30"),
    *('"', "a,b", "x\ny", "x\r\ny", "\x00", "\ufeff80", "80\u3000", "=1+1", "标准", "exact"),
)
PLACES = [(table.name, column) for table in schema.tables().values() for column in table.fields]


def as_text(field: schema.Field, value: object) -> str:
    """A typed cell written down again, to be held against the text it was read from."""
    if pd.isna(value):
        return ""
    return str(value).lower() if field.type == "boolean" else str(value)


@settings(max_examples=1000 if FULL else 40)  # each loads a whole study
@given(
    st.sampled_from(PLACES),
    st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.integers(0, 9),
)
@example(("targets", "value_low"), "８０", 0)
@example(("targets", "start"), "²", 0)
@example(("mechanisms", "reporting_day"), "9" * 20, 0)
def test_any_cell_gives_a_data_error_or_a_table_of_the_right_types(
    module_study, place, cell, number
):
    name, column = place
    before = module_study.file(name).read_bytes()
    rows = module_study.read(name)
    row = number % len(rows)
    try:
        module_study.put(name, row, **{column: cell})
        loaded = load_all(module_study.data)
    except DataError:
        return
    finally:
        module_study.file(name).write_bytes(before)
    for table, frame in loaded.items():
        fields = schema.tables()[table].fields
        assert [str(kind) for kind in frame.dtypes] == [f.dtype for f in fields.values()]
    field, value = schema.tables()[name].fields[column], loaded[name][column].iloc[row]
    if field.type in ("integer", "number") and cell:
        assert math.isclose(float(value), float(cell))
    else:
        assert as_text(field, value) == cell


# --- scores ---------------------------------------------------------------------------------------

SCORE = {
    "score_id": f"{DOC}.q01",
    "doc_id": DOC,
    "criterion": "clear",
    "score": "1",
    "reason_zh": "写明",
    "reason_en": "said",
    "coder": "A",
    "confidence": "high",
}


@pytest.mark.parametrize(
    ("scale", "cells", "column", "rule"),
    [
        ("binary", {"score": "2"}, "score", "from 0 to 1"),
        ("one_to_five", {"score": "0"}, "score", "from 1 to 5"),
        ("none_to_five", {"score": "-1"}, "score", "from 0 to 5"),
        ("", {}, "criterion", "a group of criteria"),
        ("binary", {"criterion": "other"}, "criterion", "refers to nothing"),
        ("binary", {"score": "often"}, "score", "is not a whole number"),
        ("binary", {"section": "9.9"}, "section", "no such section"),
    ],
)
def test_scores_are_on_the_scale_of_their_criterion(study, scale, cells, column, rule):
    criterion = {"key": "clear", "index": "pmc", "zh": "明确", "en": "clear"}
    study.write("criteria", [criterion | {"scale": "binary"}])
    study.write("scores", [SCORE])
    assert check(study.data).empty
    study.write("criteria", [criterion | {"scale": scale}])
    study.write("scores", [SCORE | cells])
    fault = the_fault(check(study.data))
    assert (fault["file"], fault["row"], fault["column"]) == ("scores.csv", 2, column)
    assert rule in fault["rule"]
