"""How long notebooks take to be run again, beside other ways to run them.

Six small notebooks are made up, each with a parameters cell, two figures in three formats and a
table; all read the same small CSV file. Every runner runs them as whole commands in a folder of its
own: first of all, then with nothing changed, then with one notebook changed, then with one row of
the data changed. Runners take turns, in another order every time. Two processes at once, except
where the name says otherwise; jcache takes as many as there are cores. After each step the tables
are looked at: a time with a star left results behind that do not fit what was changed. Since
machines differ, the ratios count, not the seconds.

Peers have an environment of their own:

    python -m venv .peers && .peers/bin/pip install -r benchmarks/requirements.txt
    python benchmarks/reproduce.py --peers .peers/bin [--runs 5] [--quick]

Without --peers, those that are installed beside Python run; others are left out, which is said.
--ours names another command for this package; empty leaves it out. One run takes some four minutes
on two cores; --quick has two notebooks and one run and only shows that all of it works. It needs a
POSIX system.
"""

import argparse
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import nbformat

PROCESSES = 2
FORMATS = ("png", "pdf", "svg")
STEPS = ("cold", "nothing", "one notebook", "one data row")
OURS = "{python} -m stdpolicy reproduce --notebooks notebooks --output output --processes 2"

# --- the notebooks -------------------------------------------------------------------------------

#: Where the notebooks write without being told is where they are told to write; the data lie where
#: they are found from any folder.
PARAMETERS = """\
output = "../output"
data = "{data}"
"""
IMPORTS = """\
from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt

values = pd.read_csv(Path(data) / "values.csv")
figures, tables = Path(output) / "figures", Path(output) / "reports" / "tables"
for folder in (figures, tables):
    folder.mkdir(parents=True, exist_ok=True)
"""
FIGURE = """\
figure, axes = plt.subplots()
sns.{kind}(values, x="{x}", y="amount", hue="region", ax=axes)
for form in {formats}:
    figure.savefig(figures / f"{name}.{{form}}")
"""
TABLE = """\
factor = {factor}
total = pd.DataFrame({{"total": [values["amount"].sum() * factor]}})
total.to_csv(tables / "{name}.csv", index=False)
total
"""
FIRST_ROW = "2000,north,{}\n"


def names(books: int) -> list[str]:
    return [f"{number:02d}_book" for number in range(1, books + 1)]


def write_book(path: pathlib.Path, factor: int) -> None:
    """Two figures and a table; the factor tells one state of the notebook from another."""
    name = path.stem
    plots = [
        FIGURE.format(kind=kind, x=x, name=f"{name}_{kind}", formats=FORMATS)
        for kind, x in (("lineplot", "year"), ("boxplot", "region"))
    ]
    data = path.parent.parent / "data"
    sources = [
        PARAMETERS.format(data=data.as_posix()),
        IMPORTS,
        *plots,
        TABLE.format(factor=factor, name=name),
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip()) for source in sources],
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
    )
    notebook.cells[0].metadata["tags"] = ["parameters"]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def write_data(path: pathlib.Path, first: int) -> None:
    """Some hundred rows, the first with the given amount."""
    rows = [
        f"{year},{region},{(7 * year + 13 * place) % 50}\n"
        for year in range(2001, 2026)
        for place, region in enumerate(("north", "south", "east", "west"))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("year,region,amount\n" + FIRST_ROW.format(first) + "".join(rows))


def change(folder: pathlib.Path, step: str, run: int, books: int) -> None:
    """Bring a folder into the state of a step; no two runs have the same content."""
    if step == "cold":
        write_data(folder / "data" / "values.csv", 1000 * run)
        for name in names(books):
            write_book(folder / "notebooks" / f"{name}.ipynb", 1)
    elif step == "one notebook":
        write_book(folder / "notebooks" / f"{names(books)[0]}.ipynb", 2)
    elif step == "one data row":
        write_data(folder / "data" / "values.csv", 1000 * run + 1)


def up_to_date(folder: pathlib.Path, step: str, run: int, books: int) -> bool:
    """Whether all results are there and the tables fit the notebooks and data of the step."""
    rest = sum((7 * year + 13 * place) % 50 for year in range(2001, 2026) for place in range(4))
    total = rest + 1000 * run + (step == "one data row")
    output = folder / "output"
    for number, name in enumerate(names(books)):
        factor = 2 if number == 0 and step in ("one notebook", "one data row") else 1
        table = output / "reports" / "tables" / f"{name}.csv"
        if not table.is_file() or table.read_text() != f"total\n{total * factor}\n":
            return False
        for kind in ("lineplot", "boxplot"):
            if any(not (output / "figures" / f"{name}_{kind}.{f}").is_file() for f in FORMATS):
                return False
    return True


# --- the runners ---------------------------------------------------------------------------------

#: Each gives the command that is run in a folder at a step, as text for the shell.
Runner = Callable[[pathlib.Path, str, list[str]], str]


def papermill(processes: int) -> Runner:
    def command(folder: pathlib.Path, step: str, books: list[str]) -> str:
        one = "papermill --no-progress-bar notebooks/@.ipynb executed/@.ipynb"
        one += " -p output output -p data data"
        return (
            f"mkdir -p executed; printf '%s\\n' {' '.join(books)} | xargs -P {processes} -I @ {one}"
        )

    return command


def nbconvert(folder: pathlib.Path, step: str, books: list[str]) -> str:
    return (
        "jupyter nbconvert --to notebook --execute --output-dir executed --log-level WARN "
        "notebooks/*.ipynb"
    )


def jcache(folder: pathlib.Path, step: str, books: list[str]) -> str:
    add = "echo y | jcache notebook add notebooks/*.ipynb && " if step == "cold" else ""
    return f"{add}jcache project execute --executor local-parallel"


def snakemake(folder: pathlib.Path, step: str, books: list[str]) -> str:
    made = ["executed/{name}.ipynb", "output/reports/tables/{name}.csv"]
    made += [
        f"output/figures/{{name}}_{kind}.{form}"
        for kind in ("lineplot", "boxplot")
        for form in FORMATS
    ]
    run = "papermill --no-progress-bar {input[0]} {output[0]} -p output output -p data data"
    (folder / "Snakefile").write_text(
        f'rule all:\n    input: expand("executed/{{name}}.ipynb", name={books})\n\n'
        f'rule book:\n    input: "notebooks/{{name}}.ipynb", "data/values.csv"\n'
        f'    output: {made}\n    shell: "{run}"\n'
    )
    return f"snakemake --cores {PROCESSES} --quiet all"


def ours(template: str) -> Runner:
    """The command of this package, with the program of Python put in."""

    def command(folder: pathlib.Path, step: str, books: list[str]) -> str:
        return template.format(python=shlex.quote(sys.executable))

    return command


#: Program that has to be there, and the runner.
PEERS: dict[str, tuple[str, Runner]] = {
    "papermill, one process": ("papermill", papermill(1)),
    "papermill": ("papermill", papermill(PROCESSES)),
    "nbconvert, one process": ("jupyter-nbconvert", nbconvert),
    "jcache": ("jcache", jcache),
    "Snakemake and papermill": ("snakemake", snakemake),
}

# --- measuring -----------------------------------------------------------------------------------


def environment(programs: pathlib.Path, scratch: pathlib.Path) -> dict[str, str]:
    """Caches of the runners start empty; that of matplotlib's fonts, which all share, does not."""
    return os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "IPYTHONDIR": str(scratch / "ipython"),
    }


def once(command: str, folder: pathlib.Path, variables: dict[str, str]) -> float:
    variables = variables | {
        "XDG_CACHE_HOME": str(folder / "cache"),
        "JUPYTERCACHE": str(folder / "jupyter_cache"),
    }
    start = time.perf_counter()
    done = subprocess.run(
        command, shell=True, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command}\nfailed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return seconds


def measure(
    runners: dict[str, Runner], programs: pathlib.Path, runs: int, books: int
) -> tuple[dict[tuple[str, str], list[float]], set[tuple[str, str]]]:
    """Seconds by runner and step, and those after which results did not fit."""
    seconds: dict[tuple[str, str], list[float]] = {}
    stale = set()
    with tempfile.TemporaryDirectory() as scratch:
        variables = environment(programs, pathlib.Path(scratch))
        for python in {str(programs / "python"), sys.executable}:
            warm = f"{shlex.quote(python)} -c 'import pandas, seaborn'"
            once(warm, pathlib.Path(scratch), variables)
        for run in range(1, runs + 1):
            folders = {
                name: pathlib.Path(scratch) / f"{run}-{place}" for place, name in enumerate(runners)
            }
            for number, step in enumerate(STEPS):
                order = list(runners)
                turn = (run + number) % len(order)
                for name in order[turn:] + order[:turn]:
                    folder = folders[name]
                    change(folder, step, run, books)
                    command = runners[name](folder, step, names(books))
                    taken = once(command, folder, variables)
                    seconds.setdefault((name, step), []).append(taken)
                    print(f"run {run}: {name}, {step}: {taken:.1f} s", file=sys.stderr, flush=True)
                    if not up_to_date(folder, step, run, books):
                        stale.add((name, step))
            for folder in folders.values():
                shutil.rmtree(folder)
    return seconds, stale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=pathlib.Path, default=pathlib.Path(sys.executable).parent)
    parser.add_argument("--ours", default=OURS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    programs = options.peers.absolute()
    runners = {
        name: runner for name, (program, runner) in PEERS.items() if (programs / program).exists()
    }
    missing = [name for name in PEERS if name not in runners]
    print(f"left out, since not installed: {', '.join(missing) or 'none'}")
    if options.ours:
        runners["ours"] = ours(options.ours)
    runs, books = (1, 2) if options.quick else (options.runs, 6)
    seconds, stale = measure(runners, programs, runs, books)

    def show(title: str, rows: dict[str, list[str]]) -> None:
        print(f"\n{title:28}" + "".join(f"{step:>16}" for step in STEPS))
        for name, cells in rows.items():
            marks = ["*" if (name, step) in stale else " " for step in STEPS]
            marked = [f"{cell}{mark}" for cell, mark in zip(cells, marks, strict=True)]
            print(f"{name:28}" + "".join(f"{cell:>16}" for cell in marked))

    def ratio(name: str, step: str) -> float:
        pairs = zip(seconds["ours", step], seconds[name, step], strict=True)
        return statistics.median(mine / theirs for mine, theirs in pairs)

    show(
        f"seconds, median of {runs}",
        {name: [f"{statistics.median(seconds[name, s]):.1f}" for s in STEPS] for name in runners},
    )
    if "ours" in runners:
        peers = [name for name in runners if name != "ours"]
        show("ours to theirs", {n: [f"{ratio(n, step):.2f}" for step in STEPS] for n in peers})
    if stale:
        print("\n* left results behind that do not fit what was changed")


if __name__ == "__main__":
    main()
