import json
import shutil

import frictionless
import pandas as pd
import pytest

from conftest import DOC, TEXT
from stdpolicy import DataError, UsageError, check, load, load_all, schema
from stdpolicy.text import fold

# --- types --------------------------------------------------------------------------------------


def test_every_table_is_loaded_with_its_columns_in_order(study):
    loaded = load_all(study.data)
    assert list(loaded) == list(schema.tables())
    for name, frame in loaded.items():
        assert list(frame) == list(schema.tables()[name].fields)
        assert len(frame) == len(study.read(name))


@pytest.mark.parametrize(
    ("table", "column", "kind", "values"),
    [
        ("targets", "target_id", "string", [f"{DOC}.t01", f"{DOC}.t02", f"{DOC}.t03"]),
        ("targets", "part_of", "string", [None, f"{DOC}.t01", None]),
        ("targets", "due_date", "string", ["2020-12-31"] * 3),
        ("targets", "value_high", "float64", [80.0, None, 5.0]),
        ("targets", "bound", "category", ["exact", "at_least", "range"]),
        ("targets", "part_relation", "category", [None, "disjoint", None]),
        ("observations", "value_low", "float64", [50.0, 12.5]),
        ("observations", "same_cohort", "boolean", [None, True]),
        ("documents", "coded", "boolean", [True, False]),
        ("mechanisms", "reporting_day", "Int64", [15]),
    ],
)
def test_types_and_values(study, table, column, kind, values):
    cells = load(table, study.data)[column]
    assert str(cells.dtype) == kind
    plain = [None if pd.isna(cell) else cell for cell in cells]
    assert plain == values
    # The loaded table is the same whether it is asked for alone or with the others.
    pd.testing.assert_series_equal(load_all(study.data)[table][column], cells)


def test_places_are_whole_numbers_also_where_some_are_empty(study):
    start = load("scopes", study.data)["start"]
    assert str(start.dtype) == "Int64"
    assert start[1] == fold(TEXT).index("62个")
    assert pd.isna(start[0])


def test_stages_are_in_order_and_other_categories_are_not(study):
    targets = load("targets", study.data)
    assert targets["stage"].cat.ordered
    assert (targets["stage"] < "issued").tolist() == [False, False, True]
    assert list(targets["stage"].cat.categories) == [
        *("proposed", "initiated", "drafted", "issued", "in_use")
    ]
    assert not targets["role"].cat.ordered


def test_an_empty_table_has_its_types(study):
    study.write("crosswalk", [])
    full = schema.tables()["crosswalk"].fields
    empty = load("crosswalk", study.data)
    assert len(empty) == 0
    assert [str(kind) for kind in empty.dtypes] == [field.dtype for field in full.values()]


def test_words_for_missing_values_stay_text(study):
    study.put("targets", 0, note="NA")
    study.put("targets", 1, note="null")
    assert load("targets", study.data)["note"].tolist()[:2] == ["NA", "null"]


def test_a_cell_with_commas_and_quotes_survives(study):
    note = '甲,"乙",“丙”'
    study.put("targets", 0, note=note)
    assert load("targets", study.data)["note"][0] == note


# --- where tables come from ---------------------------------------------------------------------


def test_an_unknown_table_is_refused_and_the_known_ones_are_listed(study):
    with pytest.raises(UsageError, match="no table 'target'") as error:
        load("target", study.data)
    for name in schema.tables():
        assert name in str(error.value)


def test_folders_may_be_given_as_text(study):
    pd.testing.assert_frame_equal(load("targets", str(study.data)), load("targets", study.data))


@pytest.mark.parametrize("where", ["data", "."])
def test_without_a_folder_the_working_directory_is_never_read(study, monkeypatch, where):
    study.put("domains", 1, key="of_the_working_directory")
    monkeypatch.chdir(study.data.parent if where == "data" else study.data)
    packaged = load("domains")
    assert "of_the_working_directory" not in set(packaged["key"])
    assert list(packaged) == list(load("domains", study.data))


def test_a_relative_folder_is_read_from_the_working_directory(study, monkeypatch):
    monkeypatch.chdir(study.data.parent)
    assert len(load("targets", "data")) == 3


def test_the_schema_is_the_packaged_one_whatever_lies_in_the_folder(study):
    (study.data / "datapackage.json").write_text("{}", encoding="utf-8")
    assert len(load("targets", study.data)) == 3


def test_a_table_is_held_against_the_tables_that_it_refers_to(study):
    study.drop("indicators", 1)
    with pytest.raises(DataError, match="service_bodies"):
        load("targets", study.data)


def test_a_bad_cell_in_a_table_referred_to_stops_the_load(study):
    study.put("jurisdictions", 0, level="continent")
    with pytest.raises(DataError, match="continent"):
        load("targets", study.data)


# --- frictionless -------------------------------------------------------------------------------
# An independent reader of the same descriptor. What it objects to beyond our own rules is a fault
# of the descriptor: others will read the package with it.


def test_the_packaged_descriptor_is_a_data_package():
    faults = list(frictionless.Package.metadata_validate(schema.descriptor()))
    assert [fault.note for fault in faults] == []


def frictionless_errors(study) -> list[frictionless.Error]:
    shutil.copy(schema.packaged_folder() / schema.DESCRIPTOR, study.data)
    report = frictionless.validate(str(study.data / schema.DESCRIPTOR), type="package")
    assert report.errors == []
    return [error for task in report.tasks for error in task.errors]


def test_frictionless_finds_no_fault_in_a_valid_study(study):
    assert check(study.data).empty
    assert [error.message for error in frictionless_errors(study)] == []


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "kind"),
    [
        ("targets", 0, "value_low", "many", "type-error"),
        ("targets", 0, "start", "1.5", "type-error"),
        ("observations", 1, "same_cohort", "maybe", "type-error"),
        ("targets", 0, "stage", "finished", "constraint-error"),
        ("targets", 0, "unit", "", "constraint-error"),
        ("targets", 0, "due_date", "soon", "constraint-error"),
        ("sections", 0, "level", "9", "constraint-error"),
        ("targets", 0, "indicator", "patents", "foreign-key"),
        ("targets", 0, "section", "7", "foreign-key"),
        ("codings", 1, "coder", "A", "primary-key"),
    ],
)
def test_frictionless_reports_the_faults_that_we_report(study, table, row, column, value, kind):
    study.put(table, row, **{column: value})
    ours = check(study.data)
    assert (f"{table}.csv", row + 2) in set(zip(ours["file"], ours["row"], strict=True))
    theirs = [error for error in frictionless_errors(study) if error.type == kind]
    assert row + 2 in [error.row_number for error in theirs]


def test_the_descriptor_names_each_file_once():
    descriptor = json.loads((schema.packaged_folder() / schema.DESCRIPTOR).read_text("utf-8"))
    paths = [resource["path"] for resource in descriptor["resources"]]
    assert sorted(paths) == sorted({f"{name}.csv" for name in schema.tables()})
    assert all((schema.packaged_folder() / path).is_file() for path in paths)
