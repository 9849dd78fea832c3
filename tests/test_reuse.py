"""Reuse by content, clean states, stopped runs, runs at once, and what a notebook may not do."""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from conftest import FULL
from stdpolicy import UsageError, cli
from stdpolicy.reproduction import manifest, notebooks, reproduce, reuse, runs, store
from test_reproduction import PARAMETERS, files, write_book, writing

PLAIN = 'language = "en"\noutput = ""'
KINDS = ["fork", "plain"] if sys.platform == "linux" else ["plain"]


@pytest.fixture
def books(tmp_path):
    """A folder of two notebooks, of which the second reads a file beside it."""
    folder = tmp_path / "books"
    read = f"text = pathlib.Path({str(folder / 'mine.csv')!r}).read_text()"
    write_book(folder / "01_one.ipynb", 'output = ""', writing("one.csv"))
    write_book(
        folder / "02_two.ipynb",
        'output = ""\nfactor = 1',
        f"import pathlib\n{read}",
        writing("two.csv", content="text"),
    )
    (folder / "mine.csv").write_text("a\n1\n")
    return folder


def run(books, root, **options):
    """States of the runs by the first word of their names, and the reasons for them."""
    options = {"processes": 2, "notebooks": books} | options
    outcomes = reproduce.reproduce(root, **options)
    return {o.plan.name[:2]: (o.state, list(o.reasons)) for o in outcomes}


# --- what is kept, and why not --------------------------------------------------------------------


def test_nothing_is_run_twice_and_every_change_is_seen(books, tmp_path, monkeypatch):
    root = tmp_path / "root"
    assert run(books, root) == {
        "01": ("done", ["it was not run before"]),
        "02": ("done", ["it was not run before"]),
    }
    made, kept = files(root), ("kept", [])
    assert run(books, root) == {"01": kept, "02": kept}
    assert files(root) == made
    # A newer time is no change.
    os.utime(books / "mine.csv", (0, 2**31))
    assert run(books, root) == {"01": kept, "02": kept}
    # A row of a file that one of them reads.
    (books / "mine.csv").write_text("a\n2\n")
    changed = f"file://{(books / 'mine.csv').as_posix()} changed"
    assert run(books, root) == {"01": kept, "02": ("done", [changed])}
    assert files(root)["reports/tables/two.csv"] == b"a\n2\n"
    # A notebook.
    write_book(books / "01_one.ipynb", 'output = ""', writing("one.csv", content="'other'"))
    assert run(books, root) == {"01": ("done", ["notebooks/01_one.ipynb changed"]), "02": kept}
    # A result that is gone, and one that was edited.
    (root / "reports" / "tables" / "two.csv").unlink()
    assert run(books, root)["02"] == ("done", ["reports/tables/two.csv is gone"])
    (root / "reports" / "tables" / "one.csv").write_text("edited")
    assert run(books, root)["01"] == ("done", ["reports/tables/one.csv was changed"])
    assert files(root)["reports/tables/one.csv"] == b"other"
    # A version of what draws.
    versions = reuse.versions() | {"matplotlib": "1.0"}
    monkeypatch.setattr(reuse, "versions", lambda: versions)
    monkeypatch.setattr(runs, "versions", lambda: versions)
    found = run(books, root)
    assert {state for state, _ in found.values()} == {"done"}
    assert "matplotlib was" in found["01"][1][0]
    assert run(books, root, force=True)["01"] == ("done", ["it is forced"])


def test_code_and_data_of_the_package_count_where_they_are_used(tmp_path, study):
    """A run depends on the modules that it loads and the tables that it reads, and on no others."""
    folder, root = tmp_path / "books", tmp_path / "root"
    head = 'output = ""\ndata = ""'
    write_book(folder / "01_a.ipynb", head, "import stdpolicy as sp\nsp.load('domains', data)")
    write_book(folder / "02_b.ipynb", head, "from stdpolicy import dates\ndates.bounds('2020')")
    run(folder, root, data=study.data)
    one, two = manifest.read(root / manifest.MANIFEST)
    assert "data/domains.csv" in one.inputs
    assert "src/stdpolicy/tables.py" in one.inputs
    assert "src/stdpolicy/dates.py" in two.inputs
    assert not {"data/domains.csv", "src/stdpolicy/tables.py"} & two.inputs.keys()
    study.put("domains", 1, en="fields")
    assert run(folder, root, data=study.data) == {
        "01": ("done", ["data/domains.csv changed"]),
        "02": ("kept", []),
    }


def test_only_those_asked_for_are_run(books, tmp_path):
    root = tmp_path / "root"
    assert run(books, root, only=["02"])["01"] == ("left", ["it was not run before"])
    assert "reports/tables/one.csv" not in files(root)
    run(books, root)
    (books / "mine.csv").write_text("a\n3\n")
    assert run(books, root, only=["01_one"])["02"][0] == "left"
    assert files(root)["reports/tables/two.csv"] == b"a\n1\n"
    write_book(books / "01_one.ipynb", 'output = ""', writing("one.csv", content="'new'"))
    assert run(books, root, only=["01"])["01"][0] == "done"
    # The other one is still what the manifest says of it.
    assert [r.name for r in manifest.read(root / manifest.MANIFEST)] == ["01_one", "02_two"]
    assert run(books, root)["02"][0] == "done"
    with pytest.raises(UsageError, match=r"no notebook '03'.*01_one"):
        run(books, root, only=["03"])


def test_force_runs_what_was_asked_for_and_forgets_nothing(books, tmp_path):
    root = tmp_path / "root"
    run(books, root)
    made = files(root)
    assert run(books, root, only=["02"], force=True) == {
        "01": ("kept", []),
        "02": ("done", ["it is forced"]),
    }
    assert files(root) == made
    assert run(books, root)["01"] == ("kept", [])


def test_the_command_line_explains(books, tmp_path, capsys):
    given = ["reproduce", "--notebooks", str(books), "--output", str(tmp_path / "root")]
    assert cli.main([*given, "--explain"]) == 0
    assert capsys.readouterr().out == (
        "01_one: done\n  it was not run before\n02_two: done\n  it was not run before\n"
    )
    assert cli.main([*given, "--explain"]) == 0
    said = capsys.readouterr()
    assert said.out == "01_one: kept\n02_two: kept\n"
    assert "2 of 2 runs done (2 kept from before)" in said.err


def test_modules_of_the_runner_are_named_as_they_are():
    """Whatever the processes that run notebooks have loaded stands in every record."""
    code = (
        "import sys, stdpolicy.reproduction.kernel, stdpolicy.reproduction.run\n"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] == 'stdpolicy'))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == sorted(reuse.RUNNER)


# --- each in a clean state ------------------------------------------------------------------------

DIRTY = """\
import os, sys, warnings, random, matplotlib, pandas as pd, numpy as np, seaborn, stdpolicy
matplotlib.rcParams["font.size"] = 33; seaborn.set_theme(); matplotlib.use("svg")
pd.options.display.max_rows = 3; np.set_printoptions(precision=1); warnings.simplefilter("ignore")
os.chdir("/"); os.environ["LEFT"] = "behind"; sys.path.insert(0, "/left"); stdpolicy.left = 1
random.seed(1); np.random.seed(1); pd.DataFrame.left = 1; sys.modules["left"] = sys"""
STATE = """\
import os, sys, warnings, random, matplotlib, pandas as pd, numpy as np, seaborn, stdpolicy
state = [matplotlib.rcParams["font.size"], matplotlib.rcParams["axes.grid"],
  matplotlib.get_backend(), pd.options.display.max_rows, np.get_printoptions()["precision"],
  len(warnings.filters), "LEFT" in os.environ, "/left" in sys.path, hasattr(stdpolicy, "left"),
  hasattr(pd.DataFrame, "left"), "left" in sys.modules, ".stdpolicy" in os.getcwd()]
state"""
CHANCE = "(random.random(), float(np.random.random()))"


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_notebook_changes_leaves_no_trace_in_the_next(tmp_path, kind):
    def states(name, *sources):
        folder = tmp_path / name
        for number, source in enumerate(sources, start=1):
            write_book(folder / f"{number:02d}_n.ipynb", 'output = ""', *source)
        root = tmp_path / f"{name}-root"
        run(folder, root, processes=1, workers=kind)
        cells = [
            json.loads(path.read_text(encoding="utf-8"))["cells"][-2:]
            for path in sorted((root / "reports" / "notebooks").glob("*.ipynb"))
        ]
        return [["".join(c["outputs"][0]["data"]["text/plain"]) for c in pair] for pair in cells]

    alone = states("alone", [STATE, CHANCE])
    after = states("after", [DIRTY, STATE, CHANCE], [STATE, CHANCE], [STATE, CHANCE])
    assert after[1][0] == after[2][0] == alone[0][0]
    assert after[0][0] != alone[0][0]
    assert len({pair[1] for pair in after}) == 3  # nor do they share their chance


@pytest.mark.skipif(len(KINDS) < 2, reason="processes are forked on Linux only")
def test_forked_and_new_processes_make_the_same_bytes(books, tmp_path):
    made = []
    for kind in KINDS:
        run(books, tmp_path / kind, workers=kind)
        made.append(files(tmp_path / kind))
    assert made[0] == made[1]
    assert manifest.MANIFEST in made[0]


# --- stopped, full, twice at once -----------------------------------------------------------------


def command(books, root, *more):
    own = [sys.executable, "-m", "stdpolicy", "reproduce", "--notebooks", str(books)]
    return [*own, "--output", str(root), "--processes", "2", *more]


def whole(root, states):
    """Make sure that every result is that of one of some states."""
    now = files(root)
    for name, content in now.items():
        assert any(content == state.get(name) for state in states), name


@pytest.mark.parametrize("seed", range(12 if FULL else 2))
def test_a_killed_run_leaves_nothing_by_halves_and_the_next_goes_on(books, tmp_path, seed):
    """Killed at any moment, also while results are put in place."""
    root = tmp_path / "root"
    run(books, root)
    before = files(root)
    (books / "mine.csv").write_text("a\n2\n")
    write_book(books / "01_one.ipynb", 'output = ""', writing("one.csv", content="'new'"))
    shutil.copytree(root, tmp_path / "copy")
    run(books, tmp_path / "copy")
    after = files(tmp_path / "copy")
    chance = random.Random(seed)
    for _ in range(3):
        process = subprocess.Popen(command(books, root), stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, 3))
        process.send_signal(signal.SIGKILL)
        process.wait()
        whole(root, [before, after])
    assert (
        subprocess.run(command(books, root), stderr=subprocess.DEVNULL, check=False).returncode == 0
    )
    assert files(root) == after
    assert sorted(p.name for p in (root / ".stdpolicy").iterdir()) in (
        ["lock"],
        ["checked", "lock"],
    )


def test_a_run_that_was_done_when_another_was_stopped_is_not_run_again(books, tmp_path):
    root = tmp_path / "root"
    slow = "import time\ntime.sleep(60)"
    write_book(books / "02_two.ipynb", 'output = ""', slow)
    process = subprocess.Popen(command(books, root), stderr=subprocess.PIPE, text=True)
    assert "01_one done" in process.stderr.readline()
    time.sleep(0.3)  # the line is shown before the result is kept
    process.kill()
    process.communicate()
    assert files(root) == {}
    write_book(books / "02_two.ipynb", 'output = ""', writing("two.csv"))
    assert run(books, root)["01"] == ("kept", [])
    assert files(root).keys() >= {"reports/tables/one.csv", "reports/tables/two.csv"}


def test_what_waits_of_a_stopped_run_is_not_taken_for_another(books, tmp_path):
    """A run was done when another was stopped, and then its data became what they had been."""
    root = tmp_path / "root"
    run(books, root)
    before = files(root)
    good = (books / "01_one.ipynb").read_bytes()
    (books / "mine.csv").write_text("a\n2\n")
    write_book(books / "01_one.ipynb", 'output = ""', "import time\ntime.sleep(60)")
    process = subprocess.Popen(command(books, root), stderr=subprocess.PIPE, text=True)
    assert "02_two done" in process.stderr.readline()
    time.sleep(0.3)
    process.kill()
    process.communicate()
    assert (root / ".stdpolicy" / "runs").is_dir()
    (books / "mine.csv").write_text("a\n1\n")
    (books / "01_one.ipynb").write_bytes(good)
    (root / "reports" / "tables" / "one.csv").unlink()
    assert run(books, root)["02"] == ("kept", [])
    assert files(root) == before


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_no_process_outlives_a_killed_run(books, tmp_path):
    token = str(tmp_path)
    write_book(books / "02_two.ipynb", 'output = ""', "import time\ntime.sleep(60)")
    process = subprocess.Popen(command(books, tmp_path / "root"), stderr=subprocess.PIPE, text=True)
    assert "01_one done" in process.stderr.readline()

    def family():
        """Processes that work below the folder of this test."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    place = str((entry / "cwd").readlink())
                except OSError:
                    continue
                found += [entry.name] if place.startswith(token) else []
        return found

    assert family()
    process.kill()
    process.communicate()
    until = time.monotonic() + 20
    while family() and time.monotonic() < until:
        time.sleep(0.1)
    assert family() == []


def test_two_runs_at_once_wait_for_each_other(books, tmp_path):
    root = tmp_path / "root"
    both = [
        subprocess.Popen(command(books, root), stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = sorted(process.communicate()[1] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert "(0 kept from before)" in said[0]
    assert "waiting for another run" in said[1]
    assert "(2 kept from before)" in said[1]
    run(books, tmp_path / "alone")
    assert files(root) == files(tmp_path / "alone")


@pytest.mark.parametrize("fails", ["write_text", "replace", "mkdir"])
def test_a_full_disk_at_any_moment_loses_nothing(books, tmp_path, monkeypatch, fails):
    """Every single step of keeping and moving results fails once."""
    root = tmp_path / "root"
    run(books, root)
    before = files(root)
    (books / "mine.csv").write_text("a\n2\n")
    shutil.copytree(root, tmp_path / "copy")
    run(books, tmp_path / "copy")
    after = files(tmp_path / "copy")
    step = 0
    while True:
        shutil.rmtree(tmp_path / "try", ignore_errors=True)
        shutil.copytree(root, tmp_path / "try")
        left = [step]

        def count(real, left=left):
            def run_or_fail(*arguments, **options):
                left[0] -= 1
                if left[0] == -1:
                    raise OSError(28, "No space left on device", str(arguments[0]))
                return real(*arguments, **options)

            return run_or_fail

        with monkeypatch.context() as patch:
            if fails == "write_text":
                patch.setattr(store, "write_text", count(store.write_text))
            else:
                patch.setattr(pathlib.Path, fails, count(getattr(pathlib.Path, fails)))
            given = ["reproduce", "--notebooks", str(books), "--output", str(tmp_path / "try")]
            status = cli.main([*given, "--processes", "1"])
        if left[0] >= 0:
            assert status == 0
            break
        whole(tmp_path / "try", [before, after])
        run(books, tmp_path / "try")
        assert files(tmp_path / "try") == after
        step += 1 if FULL else 3
    assert step


# --- what a notebook may not do -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "source",
    [
        "open('../../../away.txt', 'w').write('x')",
        "import pathlib\npathlib.Path('../../../away').mkdir()",
        "import os\nos.rename('here.txt', '../../../away.txt')",
        "import os\nos.remove('../../../kept.txt')",
        "import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('../../../away.csv')",
        "import os\nos.symlink('/', '../../../away')",
    ],
)
def test_a_notebook_writes_below_its_folder_only(tmp_path, kind, source):
    write_book(
        tmp_path / "books" / "01_bad.ipynb", 'output = ""', "open('here.txt', 'w').close()", source
    )
    root = tmp_path / "root"
    root.mkdir()
    (root / "kept.txt").write_text("kept")
    (outcome,) = reproduce.reproduce(root, notebooks=tmp_path / "books", workers=kind)
    assert "writes below its output folder only" in outcome.error
    assert str(root) in outcome.error
    assert files(root) == {"kept.txt": b"kept"}


@pytest.mark.parametrize(
    "line",
    ["output = __import__('os').getcwd()", "import os", "output = f'{1}'", "a, b = 1, 2", "x = ["],
)
def test_a_parameter_that_is_code_is_refused_and_not_run(tmp_path, line):
    path = write_book(tmp_path / "01_code.ipynb", f'output = ""\n{line}', "1")
    with pytest.raises(UsageError, match="without code"):
        notebooks.parameters_of(path)
    with pytest.raises(UsageError, match="without code"):
        reproduce.reproduce(tmp_path / "root", notebooks=tmp_path)


def test_a_value_that_tries_to_be_code_stays_a_text(tmp_path):
    value = "'); open('ran', 'w'); ('"
    path = write_book(tmp_path / "01_text.ipynb", PARAMETERS, "language")
    target = tmp_path / "done.ipynb"
    assert cli.main(["run", str(path), "-p", "language", value, "--to", str(target)]) == 0
    assert not (tmp_path / "ran").exists()
    (shown,) = json.loads(target.read_text(encoding="utf-8"))["cells"][-1]["outputs"]
    assert "".join(shown["data"]["text/plain"]) == repr(value)


# --- folders and manifests ------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_to_is_named(books, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        given = ["reproduce", "--notebooks", str(books), "--output", str(place)]
        assert cli.main(given) == 2
        assert str(place) in capsys.readouterr().err


def test_a_manifest_that_was_edited_is_refused_and_kept(books, tmp_path, capsys):
    root = tmp_path / "root"
    run(books, root)
    path = root / manifest.MANIFEST
    good = path.read_text(encoding="utf-8")
    for text in (good.replace('"1"', '"2"', 1), good[:-20], "{}", "[]", '{"@graph": [1]}'):
        assert text != good
        path.write_text(text, encoding="utf-8")
        for way in ("reproduce", "verify"):
            given = [way, "--notebooks", str(books), "--output", str(root)]
            assert cli.main(given) == 2
            assert manifest.MANIFEST in capsys.readouterr().err
        assert path.read_text(encoding="utf-8") == text
    assert {state for state, _ in run(books, root, force=True).values()} == {"done"}
    assert path.read_text(encoding="utf-8") == good


def test_a_notebook_without_parameters_is_named(books, tmp_path):
    path = write_book(books / "03_none.ipynb", "1")
    text = path.read_text(encoding="utf-8").replace('"parameters"', '"other"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"03_none\.ipynb has no cell tagged 'parameters'"):
        run(books, tmp_path / "root")


def test_a_worker_that_dies_is_told_of(tmp_path):
    write_book(tmp_path / "books" / "01_dies.ipynb", 'output = ""', "import os\nos._exit(3)")
    (outcome,) = reproduce.reproduce(tmp_path / "root", notebooks=tmp_path / "books")
    assert "01_dies.ipynb could not be run" in outcome.error


def test_records_survive_the_manifest(books, tmp_path):
    """What is read from a manifest is what was written, so that reuse rests on all of it."""
    run(books, tmp_path / "root")
    path = tmp_path / "root" / manifest.MANIFEST
    records = manifest.read(path)
    assert manifest.to_text(records) == path.read_text(encoding="utf-8")


def test_inputs_that_are_gone_have_an_empty_hash(tmp_path):
    inputs = reuse.Inputs(tmp_path, None)
    assert inputs.hash("data/nothing.csv", tmp_path) == ""
