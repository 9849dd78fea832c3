"""A Dask cluster gives the bytes that one process gives, and says what is wrong with it."""

import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from distributed import LocalCluster

from errands import die, double, wait
from stdpolicy import StdpolicyError, UsageError, cli, parallel
from stdpolicy.extraction import corpus
from stdpolicy.files import sha256
from stdpolicy.parallel import Cluster, LostError, Terms
from stdpolicy.reproduction.run import Job
from stdpolicy.reproduction.server import to_line
from test_corpus import write_corpus
from test_reproduction import files, write_book
from test_sweep import HEAD, WRITE

SOURCE = pathlib.Path(parallel.__file__).resolve().parents[1]


def start(workers: int) -> LocalCluster:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=60,
    )


@pytest.fixture(scope="module")
def cluster():
    """Two workers in processes of their own, each with a nurse that starts it again."""
    with start(2) as started:
        yield started


@pytest.fixture
def texts(tmp_path, monkeypatch):
    write_corpus(tmp_path / "texts")
    (tmp_path / "texts" / "bad.txt").write_bytes(b"\x00")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(corpus, "_SHARD_FILES", 6)
    return tmp_path / "texts"


def extract(output: str, scheduler: str | None = None) -> corpus.Summary:
    return corpus.extract_files(["texts"], pathlib.Path(output), processes=1, scheduler=scheduler)


def kill_worker(cluster: LocalCluster, number: int = 0) -> None:
    """Kill a worker as the system does that runs out of memory; its nurse is left alone."""
    os.kill(cluster.workers[number].pid, signal.SIGKILL)


def nothing() -> dict[str, str]:
    return {}


def die_once(work: corpus.Work, names: tuple[str, ...]) -> corpus.Part:
    """Make a part; the first process that comes to the third shard dies of it."""
    mark = work.base / "died"
    if any("0003" in name for name in names) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return MAKE_PART(work, names)


MAKE_PART = corpus.make_part


# --- the same bytes -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_extraction_with_a_worker_killed_on_the_way(texts, cluster, monkeypatch, form):
    alone = extract(f"alone.{form}")
    monkeypatch.setattr(corpus, "make_part", die_once)
    found = extract(f"t.{form}", cluster.scheduler_address)
    assert (texts.parent / "died").exists()
    assert found == dataclasses.replace(alone, kept=found.kept)
    for name in (f"{form}", f"{form}.errors.csv", f"{form}.record.json"):
        assert sha256(texts.parent / f"t.{name}") == sha256(texts.parent / f"alone.{name}") != ""
    assert not list(texts.parent.glob("*.parts"))
    # What was made on a cluster needs no cluster to be kept.
    assert extract(f"t.{form}").state == "same"


def test_a_sweep_with_a_worker_killed_on_the_way(tmp_path, cluster, capsys):
    slow = "import time; time.sleep(1)\n"
    book = write_book(tmp_path / "01_sweep.ipynb", HEAD, slow + WRITE)
    given = ["sweep", str(book), "--grid", "factor=3,1", "--grid", "language=zh,en", "--output"]
    stages = tmp_path / "away" / ".stdpolicy" / "stages"

    def kill_when_begun() -> None:
        until = time.monotonic() + 60
        while not list(stages.glob("*-*")) and time.monotonic() < until:
            time.sleep(0.02)
        kill_worker(cluster)

    killer = threading.Thread(target=kill_when_begun)
    killer.start()
    away = [*given, str(tmp_path / "away")]
    assert cli.main([*away, "--scheduler", cluster.scheduler_address]) == 0
    killer.join()
    assert "4 of 4 runs done (0 kept from before)" in capsys.readouterr().err
    assert cli.main([*given, str(tmp_path / "here"), "--processes", "1"]) == 0
    assert files(tmp_path / "away") == files(tmp_path / "here")
    assert not stages.exists()
    # Either is kept by the other.
    assert cli.main(away) == 0
    assert "(4 kept from before)" in capsys.readouterr().err


def test_a_failing_run_is_told_as_it_is_here(tmp_path, cluster, capsys):
    book = write_book(tmp_path / "01_sweep.ipynb", HEAD, WRITE)
    given = ["sweep", str(book), "--grid", "factor=0,1", "--output", str(tmp_path / "out")]
    assert cli.main([*given, "--scheduler", cluster.scheduler_address]) == 1
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "1 of 2 runs done" in said


# --- what can be wrong with a cluster -----------------------------------------------------------


def ask(cluster: LocalCluster, folder: pathlib.Path, function=double, items=range(6), **terms):
    settings = {"describe": nothing, "paths": (), "folder": folder} | terms
    return list(Cluster(cluster.scheduler_address, Terms(**settings)).map(function, items))


def test_an_item_that_kills_its_workers_is_named(tmp_path, cluster, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with pytest.raises(LostError) as error:
        ask(cluster, tmp_path, die)
    assert error.value.numbers == [2]
    assert sorted(ask(cluster, tmp_path)) == [(n, 2 * n) for n in range(6)]
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_that_does_not_answer(texts, monkeypatch, capsys):
    monkeypatch.setattr(parallel, "_CONNECT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        assert cli.main(["extract", "texts", "-o", "t.csv", "--scheduler", address]) == 2
        assert f"no Dask scheduler answers at {address}" in capsys.readouterr().err
    assert not pathlib.Path("t.csv.parts").exists()


def test_a_cluster_without_workers_and_with_others_than_ours(texts, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(parallel, "_WORKERS", 0.5)
    with start(0) as empty:
        address = empty.scheduler_address
        given = ["extract", "texts", "-o", "t.csv", "--scheduler", address]
        assert cli.main(given) == 2
        assert f"start some: dask worker {address}" in capsys.readouterr().err
        # One whose code of extraction is another, and one that has none of ours.
        monkeypatch.setattr(parallel, "_WORKERS", 30)
        other, none = tmp_path / "other" / "stdpolicy", tmp_path / "none" / "stdpolicy"
        copy_package(other)
        none.mkdir(parents=True)
        (none / "__init__.py").write_text("raise ImportError('not here')", encoding="utf-8")
        for folder, message in (
            (other, "has another extraction ("),
            (none, "has no stdpolicy like ours (not here)"),
        ):
            with joined(empty, folder.parent):
                assert cli.main(given) == 2
            said = capsys.readouterr().err
            assert message in said
            assert "start them in the same environment" in said
            assert "Traceback" not in said
    assert not pathlib.Path("t.csv.parts").exists()


def copy_package(target: pathlib.Path) -> None:
    """A copy of the package with another comment in a module."""
    shutil.copytree(SOURCE / "stdpolicy", target, dirs_exist_ok=True)
    shutil.copytree(corpus.packaged_folder(), target / "data", dirs_exist_ok=True)
    with (target / "extraction" / "units.py").open("a", encoding="utf-8") as stream:
        stream.write("# another version\n")


class joined:  # noqa: N801
    """A worker in a process of its own, with another path of modules."""

    def __init__(self, cluster: LocalCluster, modules: pathlib.Path):
        self._cluster = cluster
        command = [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address]
        command += ["--nthreads", "1", "--no-dashboard", "--no-nanny"]
        path = os.pathsep.join([str(modules), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": path},
            stderr=subprocess.DEVNULL,
            cwd=modules,
        )

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        while self._cluster.scheduler.workers:
            time.sleep(0.02)


def test_workers_that_do_not_see_our_files(tmp_path, cluster):
    with pytest.raises(UsageError, match=r"worker tcp://.*: does not see .*nowhere"):
        ask(cluster, tmp_path, paths=(tmp_path / "nowhere",))
    terms = Terms(nothing, (), tmp_path)
    assert parallel.unlike(terms) == [f"does not see {tmp_path}"]
    terms.token.write_text("of another run", encoding="utf-8")
    assert parallel.unlike(terms) == [f"does not see {tmp_path}"]
    terms.token.write_text(terms.secret, encoding="utf-8")
    assert parallel.unlike(terms) == []


@pytest.mark.full
@pytest.mark.parametrize("what", ["workers", "scheduler"])
def test_a_cluster_that_goes_is_no_endless_wait(tmp_path, monkeypatch, what):
    monkeypatch.setattr(parallel, "_WORKERS", 3)
    gone = start(1)
    mark = tmp_path / "mark"

    def close_when_begun() -> None:
        while not mark.exists():
            time.sleep(0.02)
        if what == "workers":
            gone.scale(0)
        else:
            gone.close(timeout=5)

    closer = threading.Thread(target=close_when_begun)
    closer.start()
    with pytest.raises(StdpolicyError, match=r"gone"):
        ask(gone, tmp_path, wait, [str(mark)])
    closer.join()
    gone.close(timeout=5)


@pytest.mark.full
def test_a_large_corpus_with_workers_killed_again_and_again(tmp_path, monkeypatch, cluster):
    write_corpus(tmp_path / "texts", files=1500, sentences=40)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(corpus, "_SHARD_FILES", 20)
    extract("alone.parquet")
    over = threading.Event()

    def kill_now_and_then() -> None:
        while not over.wait(4):
            kill_worker(cluster, 1)

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        extract("t.parquet", cluster.scheduler_address)
    finally:
        over.set()
        killer.join()
    assert sha256(tmp_path / "t.parquet") == sha256(tmp_path / "alone.parquet")


def test_a_process_that_runs_a_notebook_ends_with_the_one_who_asked(tmp_path):
    begun = "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(300)"
    book = write_book(tmp_path / "01_long.ipynb", HEAD, begun)
    job = Job(book, {"output": "."}, tmp_path / "copy.ipynb", tmp_path)
    command = [sys.executable, "-m", "stdpolicy.reproduction.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
        process.stdin.write(to_line(job))
        process.stdin.flush()
        while not (tmp_path / "begun").exists():
            assert process.poll() is None
            time.sleep(0.02)
        running = [psutil.Process(process.pid), *psutil.Process(process.pid).children()]
        assert len(running) == 2
        process.stdin.close()
        assert not psutil.wait_procs(running, timeout=20)[1]
    assert not (tmp_path / "copy.ipynb").exists()
