import csv
import io
import json
import os
import pathlib
import subprocess
import sys

import pytest

import stdpolicy
from conftest import DOC, TEXT
from stdpolicy import schema
from stdpolicy.cli import main
from stdpolicy.codebook import codebook

COMMAND = str(pathlib.Path(sys.executable).with_name("stdpolicy"))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def usage_error(capsys, *arguments: object) -> str:
    """What is said of wrong usage, whoever notices it: argparse exits, we return."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        status = stop.code
    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    return said.err


# --- check --------------------------------------------------------------------------------------


def test_check_of_valid_tables(study, capsys):
    assert main(["check", "--data", str(study.data)]) == 0
    said = capsys.readouterr()
    assert rows_of(said.out) == []
    assert f"{len(schema.tables())} tables checked, no fault" in said.err


def test_check_prints_faults_as_csv_and_in_words(study, capsys):
    study.put("targets", 0, stage="完成", unit="")
    assert main(["check", "--data", str(study.data)]) == 1
    said = capsys.readouterr()
    unit, stage = rows_of(said.out)
    assert (unit["file"], unit["row"], unit["column"]) == ("targets.csv", "2", "unit")
    assert (stage["column"], stage["value"]) == ("stage", "完成")
    assert said.err.startswith("2 faults found\n")
    assert "targets.csv, row 2, column stage: found '完成'" in said.err
    assert "Use one of proposed" in said.err


def test_check_prints_faults_as_json(study, capsys):
    study.file("codings").unlink()
    study.put("targets", 0, stage="完成")
    assert main(["check", "--data", str(study.data), "--format", "json"]) == 1
    text = capsys.readouterr().out
    assert "完成" in text  # as a person would read it
    missing, stage = json.loads(text)
    assert missing["file"] == "codings.csv"
    assert missing["row"] is None
    assert (stage["row"], stage["value"]) == (2, "完成")


def test_json_of_no_faults_is_an_empty_list(study, capsys):
    assert main(["check", "--data", str(study.data), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_check_of_a_folder_that_is_not_there(tmp_path, capsys):
    assert main(["check", "--data", str(tmp_path / "nowhere")]) == 1
    assert "the file is missing" in capsys.readouterr().err


# --- audit --------------------------------------------------------------------------------------


def test_audit_of_a_study_that_follows_its_text(study, capsys):
    assert main(["audit", "--sources", str(study.sources), "--data", str(study.data)]) == 0
    assert rows_of(capsys.readouterr().out) == []


@pytest.mark.parametrize("form", ["csv", "json"])
def test_audit_prints_its_findings(study, capsys, form):
    study.drop("left_out", 0)
    arguments = ["audit", "--sources", study.sources, "--data", study.data, "--format", form]
    assert main([str(argument) for argument in arguments]) == 1
    said = capsys.readouterr()
    (finding,) = rows_of(said.out) if form == "csv" else json.loads(said.out)
    assert (finding["doc_id"], finding["found"]) == (DOC, "三套")
    assert "1 finding" in said.err


def test_audit_without_its_folder(study, capsys):
    assert "--sources" in usage_error(capsys, "audit", "--data", study.data)
    missing = study.data / "nowhere"
    said = usage_error(capsys, "audit", "--sources", missing, "--data", study.data)
    assert str(missing) in said


def test_audit_of_faulty_tables_says_what_is_wrong(study, capsys):
    study.put("targets", 0, stage="done")
    assert main(["audit", "--sources", str(study.sources), "--data", str(study.data)]) == 1
    said = capsys.readouterr()
    assert "targets.csv, row 2, column stage" in said.err
    assert said.out == ""


# --- codebook -----------------------------------------------------------------------------------


def test_codebook_is_printed_or_written(study, capsys, tmp_path):
    assert main(["codebook", "--data", str(study.data)]) == 0
    assert capsys.readouterr().out == codebook(study.data)
    path = tmp_path / "new" / "README.md"
    assert main(["codebook", "--data", str(study.data), "--to", str(path)]) == 0
    assert path.read_bytes() == codebook(study.data).encode()


def test_a_file_that_cannot_be_written(study, capsys):
    below_a_file = study.source / "README.md"
    assert main(["codebook", "--data", str(study.data), "--to", str(below_a_file)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("stdpolicy: cannot read or write")
    assert study.source.read_text("utf-8") == TEXT


# --- wrong usage --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["chek"], "chek"),
        ([], "COMMAND"),
        (["check", "--colour"], "--colour"),
        (["check", "--format", "xml"], "xml"),
        (["reproduce", "--processes", "0"], "0"),
        (["reproduce", "--processes", "many"], "many"),
        (["run"], "notebook"),
        (["run", "99"], "there is no notebook '99'"),
        (["run", "nothing.ipynb"], "there is no notebook 'nothing.ipynb'"),
    ],
)
def test_wrong_usage_is_named(capsys, arguments, named):
    assert named in usage_error(capsys, *arguments)


# --- as a program -------------------------------------------------------------------------------


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program with no settings of text but those given."""
    texts = ("LC_", "LANG", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONCOERCECLOCALE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(texts)}
    return subprocess.run(command, env=kept | environment, capture_output=True, check=False)


def test_the_installed_command():
    version = run(COMMAND, "--version")
    assert version.returncode == 0
    assert version.stdout.decode().split() == ["stdpolicy", stdpolicy.__version__]
    wrong = run(COMMAND, "chek")
    assert wrong.returncode == 2
    assert wrong.stdout == b""


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "gb18030"},
    ],
)
def test_results_are_utf8_whatever_the_locale(study, environment):
    study.put("targets", 0, stage="完成")
    done = run(COMMAND, "check", "--data", str(study.data), **environment)
    assert done.returncode == 1
    (fault,) = rows_of(done.stdout.decode("utf-8"))
    assert fault["value"] == "完成"
    assert b"\r" not in done.stdout
    assert b"targets.csv, row 2" in done.stderr
    assert b"Traceback" not in done.stderr


def modules_after(code: str) -> set[str]:
    """Modules that a fresh Python holds after some code."""
    probe = f"import sys\n{code}\nprint('modules:', *sys.modules)"
    done = run(sys.executable, "-c", probe)
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stdout.decode().rpartition("modules:")[2].split())


def test_help_is_quick():
    code = "from stdpolicy.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    heavy = {"pandas", "matplotlib", "papermill", "nbformat", "sklearn"}
    assert modules_after(code) & heavy == set()


def test_the_package_itself_does_not_draw_or_run_notebooks():
    heavy = {"matplotlib", "seaborn", "papermill", "nbformat", "sklearn"}
    assert modules_after("import stdpolicy") & heavy == set()


def test_tables_load_without_the_extractor():
    code = "import stdpolicy as sp, stdpolicy.audit; sp.load('targets')"
    loaded = modules_after(code)
    assert "stdpolicy.audit" in loaded
    assert not {name for name in loaded if name.startswith("stdpolicy.extraction")}
