"""What the project says of itself agrees: environments, pins, versions, README, licences."""

import json
import pathlib
import re
import subprocess
import tomllib

import pytest
import yaml

import stdpolicy
from stdpolicy import schema
from stdpolicy.codebook import codebook

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?(.*)")
#: Packages that conda-forge calls otherwise.
CONDA_NAMES = {"python-build": "build"}


def requirements(*extras: str) -> dict[str, str]:
    """Requirements of the package and some of its extras: name to lower bound."""
    lines = list(PROJECT["dependencies"]) if not extras else []
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    found = {}
    for line in lines:
        name, bound = NAME.fullmatch(line).groups()
        if name == "stdpolicy":
            inner = re.search(r"\[(.*)\]", line)[1].split(",")
            found |= requirements(*inner)
        else:
            found[name.lower()] = bound
    return found


def tracked(*patterns: str) -> list[pathlib.Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


def test_environment_yml_agrees_with_pyproject():
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    lines = [entry for entry in content["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in content["dependencies"] if isinstance(entry, dict)]
    listed = {}
    for line in lines + pip:
        if line not in ("pip", "-e ."):
            name, bound = NAME.fullmatch(line).groups()
            listed[CONDA_NAMES.get(name, name).lower()] = bound
    assert listed.pop("python") == PROJECT["requires-python"]
    assert "-e ." in pip
    assert listed == requirements() | requirements("lab", "test")


def test_pins_cover_every_requirement_and_name_no_registry():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9_.-]+)==([^ \\]+)", text, re.M))
    wanted = requirements() | requirements(*PROJECT["optional-dependencies"])
    assert set(wanted) <= set(pinned)
    assert not re.search(r"https?:|file:|--index|--find-links|@ ", text)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_versions_agree():
    version = stdpolicy.__version__
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["version"] == version
    assert str(citation["version"]) == version
    assert schema.descriptor()["version"] == version
    assert str(citation["date-released"]) == schema.descriptor()["created"][:10]
    assert f"## {version} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_data_dictionary_is_up_to_date():
    written = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert written == codebook(), "run: make codebook"


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_readme_lists_every_figure_with_its_notebook_function_and_data(readme, language):
    from stdpolicy import figures

    text = (ROOT / readme).read_text(encoding="utf-8")
    rows = re.findall(
        rf"^\| \[`(.+?)`\]\(figures/{language}/(.+?)\.png\) "
        r"\| \[`(.+?)`\]\(notebooks/(.+?)\.ipynb\) "
        r"\| `figures\.(.+?)` \| (.+?) \|$",
        text,
        re.M,
    )
    drawn = {path.stem for path in (ROOT / "figures" / language).glob("*.pdf")}
    assert {row[0] for row in rows} == drawn
    for name, file, shown, notebook, function, tables in rows:
        assert name == file
        assert shown == notebook
        assert callable(getattr(figures, function))
        source = (ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8")
        assert f"figures.{function}(" in source
        assert set(re.findall(r"`(\w+)`", tables)) <= set(schema.tables())
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [link for link in linked if not (ROOT / link).exists()] == []


def test_no_file_names_a_machine_or_a_registry():
    secret = re.compile(r"/(?:work|farm|root|home/\w+)/|pypi\.org|files\.pythonhosted|/opt/pypi")
    bad = []
    for path in tracked():
        if path.suffix in (".png", ".pdf", ".docx") or path.name == "test_project.py":
            continue
        if ".ci" in path.parts or not path.is_file():
            continue
        if secret.search(path.read_text(encoding="utf-8")):
            bad.append(path.name)
    assert bad == []


def test_make_help_lists_the_commands():
    text = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for command in ("reproduce", "test", "test-full", "lint", "lab"):
        assert re.search(rf"^{command} ", text, re.M)


def test_every_table_has_its_file_and_its_line_in_the_wheel():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = build["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    data = {name for name in included if name.startswith("data/")}
    expected = {f"data/{table.file}" for table in schema.tables().values()}
    assert data == expected | {"data/datapackage.json"}
    folder = {f"data/{path.name}" for path in (ROOT / "data").iterdir()}
    assert folder == data | {"data/README.md"}


def test_schema_speaks_both_languages():
    missing = []
    for table in schema.descriptor()["resources"]:
        named = [(table["name"], table)]
        named += [(f"{table['name']}.{f['name']}", f) for f in table["schema"]["fields"]]
        for where, spec in named:
            if not (spec.get("title") and spec.get("title_zh")):
                missing.append(where)
            if bool(spec.get("description")) != bool(spec.get("description_zh")):
                missing.append(where)
            for category in spec.get("categories", []):
                if not (category["label"] and category["label_zh"]):
                    missing.append(where)
    assert missing == []


def test_manifest_lists_every_output():
    graph = json.loads((ROOT / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    listed = {e["@id"] for e in graph if "File" in e["@type"] and "sha256" in e}
    made = {
        path.relative_to(ROOT).as_posix()
        for folder in ("figures", "reports")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.name != "index.html"
    }
    assert {name for name in listed if name.startswith(("figures", "reports"))} == made
