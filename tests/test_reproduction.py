"""Running notebooks: parameters, failures, the same bytes, nothing by halves."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

import nbformat
import pytest

from conftest import off_pins
from stdpolicy import DataError, UsageError, cli
from stdpolicy.reproduction import manifest, notebooks
from stdpolicy.reproduction import reproduce as reproduction
from stdpolicy.reproduction.page import PAGE
from stdpolicy.reproduction.run import Job, NotebookError, run_notebook

MAKERS = ("matplotlib", "nbformat", "numpy", "pandas", "papermill", "pillow", "seaborn", "zhplot")
ROOT = pathlib.Path(__file__).resolve().parents[1]
PARAMETERS = 'language = "en"\noutput = ""\nfactor = 2\nshare = 0.5\nexact = True'


def write_book(path: pathlib.Path, *sources: str) -> pathlib.Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def writing(*names: str, content: str = "'a\\n1\\n'") -> str:
    """Source of a cell that writes tables; ``content`` is an expression."""
    return (
        "import pathlib\n"
        'folder = pathlib.Path(output) / "reports" / "tables"\n'
        "folder.mkdir(parents=True, exist_ok=True)\n"
        f"_ = [(folder / name).write_text({content}) for name in {names!r}]"
    )


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "books" / "01_small.ipynb", PARAMETERS, writing("t.csv"))


@pytest.fixture
def broken(tmp_path):
    return write_book(tmp_path / "books" / "02_broken.ipynb", PARAMETERS, "1 / (factor - factor)")


# --- the committed notebooks ----------------------------------------------------------------------


@pytest.mark.parametrize("path", notebooks.list_notebooks(), ids=lambda p: p.stem)
def test_notebook_is_thin_bilingual_and_clean(path):
    notebook = notebooks.read_notebook(path)
    known = notebooks.parameters_of(path)
    assert {"language", "jurisdiction", "first_year", "last_year", "output", "data"} <= set(known)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert code[0].metadata.tags == ["parameters"]
    # A line for each parameter, and ten for anything else.
    assert all(len(c.source.splitlines()) <= 10 for c in code[1:])
    assert not any("def " in c.source or "class " in c.source for c in code)
    tags = [c.metadata.tags for c in notebook.cells if c.cell_type == "markdown"]
    assert tags == [["en"], ["zh"]] * (len(tags) // 2)
    assert notebooks.to_text(notebooks.normalise(notebook)) == path.read_text(encoding="utf-8")
    assert str(ROOT) not in path.read_text(encoding="utf-8")


def test_chinese_copies_hold_no_english_text_cells():
    for path in sorted((ROOT / "reports" / "notebooks" / "zh").glob("*.ipynb")):
        tags = [c.metadata.get("tags", []) for c in notebooks.read_notebook(path).cells]
        assert ["zh"] in tags
        assert ["en"] not in tags


# --- parameters -----------------------------------------------------------------------------------


def test_unknown_notebook_names_the_ones_there_are():
    with pytest.raises(UsageError, match="01_promises"):
        notebooks.find_notebook("99")


def test_notebook_is_found_by_number_name_and_path():
    wanted = notebooks.list_notebooks()[1]
    for name in ("02", wanted.stem, wanted.name, str(wanted)):
        assert notebooks.find_notebook(name) == wanted


def test_unknown_parameter_names_the_ones_there_are(book):
    with pytest.raises(UsageError, match=r"no parameter 'lnaguage'.*language"):
        notebooks.check_parameters(book, {"lnaguage": "zh"})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("factor", "3", 3), ("share", "3", 3.0), ("exact", "false", False), ("language", "zh", "zh")],
)
def test_text_becomes_the_type_of_the_default(book, name, text, value):
    converted = notebooks.convert(book, name, text)
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(("name", "text"), [("factor", "3.5"), ("share", "x"), ("exact", "maybe")])
def test_text_of_another_type_is_refused(book, name, text):
    with pytest.raises(UsageError, match=f"parameter {name} .*{text}"):
        notebooks.convert(book, name, text)


def test_value_of_another_type_is_refused(book):
    with pytest.raises(UsageError, match="factor"):
        notebooks.check_parameters(book, {"factor": "3"})


def test_notebook_without_parameters_cell_is_refused(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), path)
    with pytest.raises(UsageError, match="parameters"):
        notebooks.parameters_of(path)


def test_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.ipynb"):
        notebooks.read_notebook(path)


# --- one run --------------------------------------------------------------------------------------


def test_failure_shows_cell_error_and_parameters_and_writes_nothing(broken, tmp_path):
    target = tmp_path / "executed.ipynb"
    with pytest.raises(NotebookError) as error:
        run_notebook(Job(broken, {"factor": 7}, target, tmp_path))
    message = str(error.value)
    assert "failed in code cell 2:" in message  # as counted in the notebook
    assert "1 / (factor - factor)" in message
    assert "ZeroDivisionError" in message
    assert "factor=7" in message
    assert not target.exists()


def test_command_line_says_so_when_a_notebook_fails(broken, tmp_path, capsys):
    assert cli.main(["run", str(broken), "--to", str(tmp_path / "x.ipynb")]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert cli.main(["run", str(broken), "-p", "nothing", "1"]) == 2
    assert "no parameter 'nothing'" in capsys.readouterr().err


# --- all of them ----------------------------------------------------------------------------------


def files(root: pathlib.Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".stdpolicy" not in path.parts
    }


def test_a_failing_notebook_stops_neither_the_others_nor_loses_earlier_results(
    book, broken, tmp_path, monkeypatch, capsys
):
    root = tmp_path / "root"
    earlier = root / "reports" / "notebooks" / "en" / "02_broken.ipynb"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("from an earlier run", encoding="utf-8")
    monkeypatch.setattr(reproduction, "list_notebooks", lambda: [book, broken])
    assert cli.main(["reproduce", "--output", str(root), "--processes", "2"]) == 1
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "2 of 4 runs done" in said
    made = files(root)
    assert "reports/tables/t.csv" in made
    assert "reports/notebooks/zh/01_small.ipynb" in made
    assert made["reports/notebooks/en/02_broken.ipynb"] == b"from an earlier run"
    assert not [name for name in made if name.endswith(".part")]
    told = {record.name for record in manifest.read(root / manifest.MANIFEST)}
    assert told == {"01_small en", "01_small zh"}


def test_results_of_notebooks_that_are_no_more_go(book, tmp_path, monkeypatch):
    root = tmp_path / "root"
    other = write_book(tmp_path / "books" / "03_other.ipynb", PARAMETERS, writing("x", "y"))
    monkeypatch.setattr(reproduction, "list_notebooks", lambda: [book, other])
    reproduction.reproduce(root, processes=1)
    assert {"reports/tables/x", "reports/tables/y"} <= files(root).keys()
    (root / "reports" / "tables" / "y").write_text("mine now")
    (root / "figures").mkdir()
    (root / "figures" / "mine.pdf").write_text("mine")
    monkeypatch.setattr(reproduction, "list_notebooks", lambda: [book])
    reproduction.reproduce(root, processes=1)
    left = files(root)
    assert "reports/tables/x" not in left
    assert left["reports/tables/y"] == b"mine now"  # what somebody changed is theirs
    assert "figures/mine.pdf" in left


def test_table_that_depends_on_the_language_is_refused(tmp_path, monkeypatch, capsys):
    path = write_book(
        tmp_path / "01_uneven.ipynb", PARAMETERS, writing("t.csv", content="language")
    )
    monkeypatch.setattr(reproduction, "list_notebooks", lambda: [path])
    assert cli.main(["reproduce", "--output", str(tmp_path / "root")]) == 1
    assert "must not depend on the language" in capsys.readouterr().err
    assert files(tmp_path / "root") == {}  # not even the manifest


def test_faulty_tables_stop_everything_before_a_notebook_runs(study, tmp_path):
    study.replace("targets", "exact", "exakt")
    with pytest.raises(DataError, match="exakt"):
        reproduction.reproduce(tmp_path / "root", study.data)
    assert files(tmp_path / "root") == {}


def reproduce_in(
    root: pathlib.Path, processes: str, ways: list[str] | None = None, **environment: str
) -> dict[str, bytes]:
    subprocess.run(
        [
            *(sys.executable, "-m", "stdpolicy", "reproduce", "--force", *(ways or [])),
            *("--output", str(root), "--processes", processes),
        ],
        env=os.environ | environment,
        check=True,
        capture_output=True,
    )
    # The page is made from the rest, and not committed.
    return {name: content for name, content in files(root).items() if name != PAGE}


def committed() -> dict[str, bytes]:
    found = {}
    for folder in ("figures", "reports"):
        for name, content in files(ROOT / folder).items():
            if f"{folder}/{name}" != PAGE:
                found[f"{folder}/{name}"] = content
    return found | {"ro-crate-metadata.json": (ROOT / "ro-crate-metadata.json").read_bytes()}


def different(one: dict[str, bytes], two: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


pinned = pytest.mark.skipif(bool(off_pins(*MAKERS)), reason=off_pins(*MAKERS))


@pinned
def test_what_is_committed_is_what_comes_out(capsys):
    """Everything is run again, and is the same to the byte."""
    assert cli.main(["verify", "--output", str(ROOT)]) == 0, capsys.readouterr().out


SURROUNDINGS = [
    ("1", {"LC_ALL": "C", "LANG": "C", "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"}),
    ("8", {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/New_York", "PYTHONHASHSEED": "99"}),
    ("2", {"LC_ALL": "zh_CN.UTF-8", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "random"}),
    ("2", {"LC_ALL": "zh_CN.GB18030", "OMP_NUM_THREADS": "2", "MPLBACKEND": "svg"}),
]


@pytest.mark.full
@pinned
@pytest.mark.parametrize(("processes", "environment"), SURROUNDINGS)
def test_bytes_do_not_depend_on_the_surroundings(tmp_path, processes, environment):
    made = reproduce_in(tmp_path / "elsewhere" / "root", processes, **environment)
    assert different(made, committed()) == []


@pytest.mark.full
@pinned
def test_bytes_do_not_depend_on_how_kernels_are_made(tmp_path):
    made = reproduce_in(tmp_path / "root", "2", ways=["--workers", "plain"])
    assert different(made, committed()) == []


@pytest.mark.full
@pinned
def test_a_checkout_in_another_folder_gives_the_same_bytes(tmp_path):
    names = subprocess.run(
        ["git", "ls-files", "-z", "data", "notebooks", "src", "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    copy = tmp_path / "another" / "清溪 checkout"
    for name in filter(None, names.stdout.decode().split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    made = reproduce_in(copy, "2", PYTHONPATH=str(copy / "src"))
    made = {n: c for n, c in made.items() if n.startswith(("figures", "reports", "ro-"))}
    assert different(made, committed()) == []


@pytest.mark.parametrize(("processes", "environment"), SURROUNDINGS)
def test_a_small_study_is_the_same_in_all_surroundings(tmp_path, processes, environment):
    """What goes into every figure and table: order of sets, sorting of texts, time, chance."""
    draw = (
        "import datetime, locale, pathlib, pandas as pd\n"
        "from stdpolicy import figures\n"
        "import matplotlib.figure\n"
        "words = list({'İ', 'ı', 'i', 'I', '清', '溪', 'ä', 'z'})\n"
        "figure = matplotlib.figure.Figure(); figure.suptitle(str(words))\n"
        "figures.save(figure, 'f', output)\n"
        "now = datetime.datetime.fromtimestamp(0), locale.setlocale(locale.LC_ALL), 'I'.lower()\n"
        "pd.DataFrame({'w': sorted(words), 'x': [str(now)] * 8, 'h': [hash(w) for w in words]})"
    )
    write_book(tmp_path / "books" / "01_words.ipynb", PARAMETERS, draw)
    given = ["--notebooks", str(tmp_path / "books")]
    usual = reproduce_in(tmp_path / "usual", "2", ways=given)
    made = reproduce_in(tmp_path / "root", processes, ways=given, **environment)
    assert different(made, usual) == []


def test_a_study_of_ones_own_can_be_reproduced(study, tmp_path):
    """The notebooks run on other tables of the same schema."""
    root = tmp_path / "root"
    assert cli.main(["reproduce", "--output", str(root), "--data", str(study.data)]) == 0
    assert (root / "figures" / "zh" / "promised_standards.pdf").is_file()
    graph = json.loads((root / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    (targets,) = [e for e in graph if e["@id"] == "data/targets.csv"]
    content = study.file("targets").read_bytes()
    assert targets["sha256"] == hashlib.sha256(content).hexdigest()


def test_no_kernel_of_the_users_takes_the_place_of_ours(book, tmp_path, monkeypatch):
    """A kernel named python3 in the user's folder must not be started."""
    folder = tmp_path / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = {"argv": ["/nonexistent/python"], "display_name": "odd", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    target = tmp_path / "done.ipynb"
    run_notebook(Job(book, {"output": "out"}, target, tmp_path))
    assert target.is_file()
    shutil.rmtree(tmp_path / "out")
