"""The manifest as a Provenance Run Crate, and as what is true of the files."""

import hashlib
import json
import pathlib

import pytest
from rocrate.rocrate import ROCrate

from stdpolicy.reproduction import manifest, reproduce
from test_reproduction import write_book, writing

ROOT = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manifest")
    head = 'language = "en"\noutput = ""\nshare = 0.5\nexact = True'
    write_book(folder / "books" / "01_one.ipynb", head, writing("one.csv"))
    write_book(folder / "books" / "02_two.ipynb", 'output = ""', writing("two.csv"))
    reproduce.reproduce(folder / "root", notebooks=folder / "books")
    return folder / "root"


def entities(path):
    graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
    assert len({e["@id"] for e in graph}) == len(graph)
    return {e["@id"]: e for e in graph}


def of_type(found, kind):
    return [e for e in found.values() if kind in (e["@type"], *e["@type"])]


def references(value):
    if isinstance(value, list):
        return [ref for item in value for ref in references(item)]
    return [value["@id"]] if isinstance(value, dict) else []


def test_it_is_what_the_profile_asks_for(made):
    found = entities(made / manifest.MANIFEST)
    root = found["./"]
    assert "https://w3id.org/ro/wfrun/provenance/0.5" in references(root["conformsTo"])
    workflow = found[root["mainEntity"]["@id"]]
    assert {"File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"} <= {*workflow["@type"]}
    runs = of_type(found, "CreateAction")
    (whole,) = (run for run in runs if run["instrument"] == root["mainEntity"])
    steps = references(workflow["step"])
    tools = references(workflow["hasPart"])
    assert [references(found[step]["workExample"])[0] for step in steps] == tools
    parts = [run for run in runs if run is not whole]
    assert sorted(run["name"] for run in parts) == ["01_one en", "01_one zh", "02_two"]
    assert all(references(run["instrument"])[0] in tools for run in parts)
    controls = of_type(found, "ControlAction")
    assert {references(c["object"])[0] for c in controls} == {run["@id"] for run in parts}
    assert {references(c["instrument"])[0] for c in controls} <= {*steps}
    (organised,) = of_type(found, "OrganizeAction")
    assert references(organised["result"]) == [whole["@id"]]
    assert {*references(organised["object"])} == {c["@id"] for c in controls}
    assert whole["@id"] in references(root["mentions"])


def test_all_that_is_referred_to_is_there_and_loads(made):
    found = entities(made / manifest.MANIFEST)
    outside = {"https://w3id.org/ro/crate/1.1"}
    for entity in found.values():
        for name, value in entity.items():
            for ref in references(value):
                known = ref in found or ref in outside or name in ("license", "actionStatus")
                assert known, (entity["@id"], name, ref)
    crate = ROCrate(str(made))
    assert crate.mainEntity["name"] == "reproduction of all notebooks"


def test_results_have_the_hashes_that_it_says(made):
    found = entities(made / manifest.MANIFEST)
    for record in manifest.read(made / manifest.MANIFEST):
        assert record.results
        for name, digest in record.results.items():
            assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest
            assert found[name]["sha256"] == digest


def test_parameters_keep_their_types(made):
    record = manifest.read(made / manifest.MANIFEST)[0]
    assert record.parameters == {"language": "en", "output": "."}


def test_the_committed_manifest_tells_of_the_committed_files():
    """Every result and every input of the project as it lies here, and nothing of this machine."""
    path = ROOT / manifest.MANIFEST
    records = manifest.read(path)
    assert records
    for record in records:
        for name, digest in {**record.inputs, **record.results}.items():
            if not name.startswith("site-packages/"):
                content = (ROOT / name).read_bytes()
                assert hashlib.sha256(content).hexdigest() == digest, name
    text = path.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert "file:" not in text
    assert str(pathlib.Path.home()) not in text or str(pathlib.Path.home()) == "/"
