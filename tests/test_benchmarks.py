"""Benchmarks are run by hand; here they only have to work."""

import pathlib
import subprocess
import sys

import pytest

BENCHMARKS = pathlib.Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.mark.full
def test_the_benchmark_of_the_gap_runs_and_its_loops_agree_with_it():
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "gap.py", "--quick"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "the same interval for 100.00%" in done.stdout
