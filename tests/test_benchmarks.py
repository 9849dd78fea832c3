"""Benchmarks are run by hand; here they only have to work."""

import pathlib
import re
import subprocess
import sys

import pytest

BENCHMARKS = pathlib.Path(__file__).resolve().parents[1] / "benchmarks"


def run(name: str) -> str:
    """What a benchmark prints when it is run quickly."""
    done = subprocess.run(
        [sys.executable, BENCHMARKS / name, "--quick"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.full
def test_the_benchmark_of_the_gap_runs_and_its_loops_agree_with_it():
    shown = run("gap.py")
    assert "the same interval for 100.00%" in shown


@pytest.mark.full
def test_the_benchmark_of_reproduction_runs_and_finds_every_result_in_place():
    shown = run("reproduce.py")
    lines = re.findall(r"^(ours to theirs|ours|papermill|nbconvert)\b.*\d", shown, re.M)
    assert lines == ["papermill", "papermill", "nbconvert", "ours"] + 2 * ["papermill"] + [
        "nbconvert"
    ]
    assert "*" not in shown


def test_peers_of_the_benchmark_run_the_same_packages_as_pinned():
    pin = re.compile(r"^([a-z0-9-]+)==([^ \n]+)", re.M)
    lock = BENCHMARKS.parent / "requirements.lock"
    pinned = set(pin.findall(lock.read_text(encoding="utf-8")))
    names = {name for name, _ in pinned}
    peers = dict(pin.findall((BENCHMARKS / "requirements.txt").read_text(encoding="utf-8")))
    assert {"papermill", "nbconvert", "jupyter-cache", "snakemake"} <= set(peers)
    assert [pair for pair in peers.items() if pair[0] in names and pair not in pinned] == []


@pytest.mark.full
def test_the_benchmark_of_many_files_runs_and_all_ways_give_the_same_bytes():
    shown = run("corpus.py")
    assert shown.endswith("\nthe same bytes\n")
