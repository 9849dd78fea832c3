import math

import pandas as pd
import pytest

from stdpolicy import DataError, schema
from stdpolicy.agreement import agreement
from stdpolicy.codebook import codebook


def coded(field: str, a: str, b: str, table: str = "targets") -> pd.DataFrame:
    """Codings of rows by both coders, a letter each; a dot where a coder has no row."""
    rows = [
        (table, f"r{number}", field, coder, value)
        for number, pair in enumerate(zip(a, b, strict=True))
        for coder, value in zip("AB", pair, strict=True)
        if value != "."
    ]
    return pd.DataFrame(rows, columns=["table", "row_id", "field", "coder", "value"])


# --- agreement ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "rows", "same", "kappa"),
    [
        # Both say x to half and a quarter: expected 1/8 + 3/8, observed 3/4.
        ("xxyy", "xyyy", 4, 3, 0.5),
        # Expected 1/2, observed 1.
        ("xyxy", "xyxy", 4, 4, 1.0),
        # Expected 1/2, observed 0.
        ("xyxy", "yxyx", 4, 0, -1.0),
        # Expected 0, observed 0.
        ("xxx", "yyy", 3, 0, 0.0),
        # Three values; expected (2*1 + 2*2 + 1*2) / 25, observed 3/5.
        ("xxyyz", "xyyzz", 5, 3, (3 / 5 - 8 / 25) / (1 - 8 / 25)),
        # One value only: chance alone would agree.
        ("xxxx", "xxxx", 4, 4, math.nan),
        # Rows that one coder only has coded do not count.
        ("xxyy.", "xyyyx", 4, 3, 0.5),
        ("x.", ".x", 0, 0, math.nan),
    ],
)
def test_agreement_computed_by_hand(a, b, rows, same, kappa):
    found = agreement(coded("stage", a, b)).iloc[0]
    assert (found["table"], found["field"]) == ("targets", "stage")
    assert (found["rows"], found["same"]) == (rows, same)
    assert found["kappa"] == pytest.approx(kappa, nan_ok=True)


def test_agreement_is_by_table_and_field_in_the_order_given():
    codings = pd.concat(
        [
            coded("stage", "xy", "xy"),
            coded("role", "xx", "xy"),
            coded("stage", "xy", "yy", table="outcomes"),
        ]
    )
    found = agreement(codings)
    assert found[["table", "field", "rows", "same"]].to_numpy().tolist() == [
        ["targets", "stage", 2, 2],
        ["targets", "role", 2, 1],
        ["outcomes", "stage", 2, 1],
    ]


def test_an_empty_value_is_a_value():
    codings = coded("part_relation", "xy", "xy").replace("y", pd.NA)
    assert agreement(codings).iloc[0][["rows", "same"]].tolist() == [2, 2]


def test_no_codings_give_an_empty_table_of_the_same_columns():
    full = agreement(coded("stage", "x", "x"))
    assert list(agreement(coded("stage", "", ""))) == list(full)
    assert len(agreement(coded("stage", "", ""))) == 0


# --- codebook -----------------------------------------------------------------------------------


def sections(text: str) -> dict[str, str]:
    """Parts of the codebook by their heading."""
    return dict(part.split("\n", 1) for part in text.split("\n## ")[1:])


def test_every_table_and_column_is_described(study):
    parts = sections(codebook(study.data))
    for name, table in schema.tables().items():
        rows = [line for line in parts[name].splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == list(table.fields)
        assert table.text("title", "zh") in parts[name]
        for row, field in zip(rows, table.fields.values(), strict=True):
            assert field.text("title", "en") in row
            assert field.text("title", "zh") in row
            assert field.text("description", "en").replace("|", "\\|") in row
            for value in field.enum or []:
                assert f"`{value}`" in row


def test_rows_are_counted(study):
    text = codebook(study.data)
    assert "| [`targets`](#targets) | 3 |" in text
    assert "| [`outcomes`](#outcomes) | 1 |" in text


def test_agreement_of_the_study_is_shown(study):
    text = codebook(study.data)
    assert "| targets | commitment | 4 | 3 | 0.50 |" in text
    assert "| targets | stage | 2 | 2 |  |" in text


def test_what_a_column_refers_to_is_shown(study):
    parts = sections(codebook(study.data))
    assert "→ `indicators.key`" in parts["targets"]
    assert "→ `outcomes.outcome_id`<br>→ `observations.observation_id`" in parts["crosswalk"]


def test_every_row_of_a_table_has_the_cells_of_its_header(study):
    for part in sections(codebook(study.data)).values():
        lines = [line for line in part.splitlines() if line.startswith("|")]
        bars = {line.replace("\\|", "").count("|") for line in lines}
        assert len(bars) <= 1


def test_the_codebook_is_the_same_each_time(study, monkeypatch, tmp_path):
    first = codebook(study.data)
    monkeypatch.chdir(tmp_path)
    assert codebook(str(study.data)) == first
    assert str(tmp_path) not in first


def test_faulty_tables_have_no_codebook(study):
    study.put("targets", 0, stage="done")
    with pytest.raises(DataError, match="done"):
        codebook(study.data)
