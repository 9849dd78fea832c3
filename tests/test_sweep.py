"""Sweeps: a grid of parameters, reuse, and the tables of all runs in one."""

import csv

import pytest

from stdpolicy import UsageError, cli
from stdpolicy.reproduction import manifest
from stdpolicy.reproduction.sweep import parse_grid, plans, sweep
from test_reproduction import files, write_book

HEAD = 'language = "en"\noutput = ""\nfactor = 2\nexact = True'
WRITE = """\
import pathlib
folder = pathlib.Path(output) / "reports" / "tables"; folder.mkdir(parents=True)
rows = "".join(f"{i},{i * factor}\\n" for i in range(2))
_ = (folder / "t.csv").write_text(f"i,value\\n{rows}")
_ = (folder / f"{language}.csv").write_text("a\\n1\\n")
10 / factor"""


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "01_sweep.ipynb", HEAD, WRITE)


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_a_grid_is_run_and_its_tables_are_put_together(book, tmp_path, capsys):
    given = ["sweep", str(book), "--grid", "factor=3,1", "--grid", "language=zh,en"]
    given += ["--output", str(tmp_path / "out"), "--processes", "2"]
    assert cli.main(given) == 0
    assert "4 of 4 runs done (0 kept from before)" in capsys.readouterr().err
    out = tmp_path / "out"
    assert table(out / "tables" / "t.csv") == [
        ["parameter_factor", "parameter_language", "i", "value"],
        *[
            [str(factor), language, str(i), str(i * factor)]
            for factor in (3, 1)
            for language in ("zh", "en")
            for i in range(2)
        ],
    ]
    assert len(table(out / "tables" / "zh.csv")) == 3
    assert table(out / "runs.csv")[1] == ["3", "zh", "done", ""]
    one = "factor=3,language=zh/reports/notebooks/zh/01_sweep.ipynb"
    made = files(out)
    assert one in made
    names = {record.name for record in manifest.read(out / manifest.MANIFEST)}
    assert "factor=1, language=en" in names
    # Again, and larger: only what is new is run.
    assert cli.main([*given, "--explain"]) == 0
    assert files(out) == made
    assert "factor=3, language=zh: kept" in capsys.readouterr().out
    given[3] = "factor=3,1,5"
    assert cli.main(given) == 0
    assert "6 of 6 runs done (4 kept from before)" in capsys.readouterr().err
    # And smaller: what is not asked for any more goes.
    given[3] = "factor=5"
    assert cli.main(given) == 0
    assert not any(name.startswith("factor=3") for name in files(out))
    assert len(table(out / "tables" / "t.csv")) == 5


def test_a_failing_combination_does_not_stop_the_others(book, tmp_path, capsys):
    given = ["sweep", str(book), "--grid", "factor=0,1", "--output", str(tmp_path / "out")]
    assert cli.main(given) == 1
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "factor=0" in said
    assert "1 of 2 runs done" in said
    runs = table(tmp_path / "out" / "runs.csv")
    assert [row[:2] for row in runs[1:]] == [["0", "failed"], ["1", "done"]]
    assert "ZeroDivisionError" in runs[1][2]
    assert {row[0] for row in table(tmp_path / "out" / "tables" / "t.csv")[1:]} == {"1"}


def test_values_have_the_type_of_the_default(book):
    assert parse_grid(book, ["factor=1, 2", "exact=true,false", "factor=2,3"]) == {
        "factor": [1, 2, 3],
        "exact": [True, False],
    }


def test_folders_are_safe_and_never_the_same(book):
    values = ["../../x", "a b", "a/b", "a?b", "a" * 200, "a" * 201, "中文", "zh"]
    found = [plan.prefix for plan in plans(book, {"language": values})]
    assert len(set(found)) == len(values)
    assert not any(".." in name or "/" in name[:-1] or len(name) > 100 for name in found)
    assert found[-1] == "language=zh/"


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        (["factor"], "has no values"),
        (["other=1"], "no parameter 'other'"),
        (["factor=x"], "whole number"),
        (["output=x"], "set by the sweep"),
    ],
)
def test_a_grid_that_does_not_fit_is_refused(book, tmp_path, grid, message):
    with pytest.raises(UsageError, match=message):
        sweep(book, parse_grid(book, grid), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_empty_grid_is_refused(book, tmp_path):
    with pytest.raises(UsageError, match="empty"):
        sweep(book, {}, tmp_path / "out")
