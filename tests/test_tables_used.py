"""Which tables a notebook uses, as its code tells and as a run shows."""

import json
import pathlib
import re
import sys

import matplotlib.pyplot as plt
import pytest

import stdpolicy as sp
from stdpolicy import UsageError, gap, modelled, network, promises
from stdpolicy.reproduction.notebooks import list_notebooks
from stdpolicy.reproduction.tables_used import _LABELLING, tables_used

ROOT = pathlib.Path(__file__).resolve().parents[1]
BOOKS = {path.stem: path for path in list_notebooks()}


def book(folder: pathlib.Path, *cells: str) -> pathlib.Path:
    path = folder / "10_own.ipynb"
    code = [{"cell_type": "code", "source": [cell], "metadata": {}} for cell in cells]
    path.write_text(json.dumps({"cells": code}), encoding="utf-8")
    return path


LOAD = "import stdpolicy as sp\nfrom stdpolicy import figures, promises, reports\n"
SELECT = "tables = promises.select(sp.load_all(None), 'shandong', 2016, 2020)\n"


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("tables['targets']", ["targets"]),
        ("tables.get('outcomes')", ["outcomes"]),
        ("sp.load('schemes')", ["schemes"]),
        ("from stdpolicy.tables import load as get\nget('tasks')", ["tasks"]),
        ("watched = {**tables, 'x': 1}\nwatched['mechanisms']", ["mechanisms"]),
        ("promises.select(tables)['documents']", ["documents"]),
        ("copied = dict(tables)\ncopied['tasks']", ["tasks"]),
        ("mine = tables if True else 0\nmine['citations']", ["citations"]),
        ("[tables[f'{name}s'] for name in ('scope', 'domain')]", ["domains", "scopes"]),
        ("for name in ['incentives', 'due_date']:\n    tables[name]", ["incentives"]),
        # A function, one that a package hands on, a module, a class that a function gives.
        ("promises.deadlines(tables)", ["targets", "deliverables"]),
        ("from stdpolicy.promises import deadlines as d\nd(tables)", ["targets", "deliverables"]),
        ("from stdpolicy import network\nnetwork.loads(tables)", ["tasks", "agencies"]),
        ("import stdpolicy.responsibility as r\nr.duties", ["tasks", "agencies"]),
        ("figures.agency_load(tables)", ["agencies", "responsibilities"]),
        # Columns that have the name of a table, choice of rows, and labels are no use of it.
        ("load = 1\nload['tasks']", []),
        ("reports.show(1, tables)", []),
        ("x = 'targets'", []),
        ("%matplotlib inline", []),
    ],
)
def test_a_notebook_uses_what_its_code_takes_by_name(tmp_path, code, used):
    found = tables_used(book(tmp_path, LOAD, SELECT, code))
    if len(used) == 2 and "agencies" in used:
        assert set(found) >= set(used)
    else:
        assert found == used


def test_what_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text("no", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read as a notebook"):
        tables_used(path)


def test_packaged_notebooks_use_the_tables_that_the_readme_names_for_their_figures():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`\w.*\[`(\w+)`\]\(notebooks/.*\| (`.*`) \|$", text, re.M)
    assert set() < {stem for stem, _ in rows} <= set(BOOKS)
    for stem, data in rows:
        named = set(re.findall(r"`(\w+)`", data)) & set(modelled.coded_tables())
        assert named <= set(tables_used(BOOKS[stem])), stem


def test_a_table_that_no_notebook_uses_has_none():
    found = modelled.uses()
    assert list(found) == modelled.coded_tables()
    assert set(found["responsibilities"]) >= {"03_responsibility", "09_network"}
    assert "04_gap" not in found["responsibilities"]


#: Functions that hand on tables with some rows chosen.
CHOOSING = {
    function.__code__
    for module in (promises, network.ties, network.reorganisation, gap.assessment)
    for function in vars(module).values()
    if getattr(function, "__annotations__", {}).get("return") == promises.Tables
}


class Watched(dict):
    """Tables that note which of them are taken, except to choose rows or to look up labels."""

    taken: set[str]

    def __init__(self, tables, taken):
        super().__init__(tables)
        self.taken = taken

    def _note(self, name):
        frame = sys._getframe(2)
        while frame.f_code.co_name.startswith("<"):
            frame = frame.f_back
        if frame.f_globals["__name__"] not in _LABELLING and frame.f_code not in CHOOSING:
            self.taken.add(name)

    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self._note(name)
        return super().get(name, default)


@pytest.mark.full
@pytest.mark.parametrize("stem", BOOKS)
def test_a_run_takes_no_table_that_the_code_does_not_tell(stem, monkeypatch):
    taken: set[str] = set()

    def watch(owner, name):
        plain = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *a: Watched(plain(*a), taken), raising=False)

    watch(sp, "load_all")
    watch(promises, "select")
    watch(network, "without")
    names = {"display": lambda *_: None, "__name__": "__notebook__"}
    for cell in json.loads(BOOKS[stem].read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), stem, "exec"), names)
    plt.close("all")
    placed = taken & set(modelled.coded_tables())
    assert placed
    assert placed - set(tables_used(BOOKS[stem])) == set()
