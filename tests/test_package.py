"""The wheel, installed outside the checkout."""

import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

from conftest import off_pins
from stdpolicy.reproduction.page import PAGE
from test_reproduction import files

ROOT = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> pathlib.Path:
    """Folder into which the wheel has been unpacked, as an installer would."""
    wheels = tmp_path_factory.mktemp("wheels")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(wheels), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = wheels.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run(installed: pathlib.Path, cwd: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_holds_exactly_the_tables_and_notebooks(installed):
    for folder in ("data", "notebooks"):
        inside = {p.name: p.read_bytes() for p in (installed / "stdpolicy" / folder).iterdir()}
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--", folder], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
        outside = [ROOT / name for name in listing.split("\0") if name]
        expected = {p.name: p.read_bytes() for p in outside if p.name != "README.md"}
        assert inside == expected


def test_tables_load_from_an_empty_folder(installed, tmp_path):
    script = (
        "import stdpolicy as sp; print(sp.__file__); t = sp.load_all(); "
        "print(len(t), len(t['targets']))"
    )
    done = run(installed, tmp_path, "-c", script)
    assert done.returncode == 0, done.stderr
    place, counts = done.stdout.splitlines()
    assert place.startswith(str(installed))
    import stdpolicy as sp

    assert counts == f"{len(sp.load_all())} {len(sp.load('targets'))}"


def test_command_line_works_from_an_empty_folder(installed, tmp_path):
    done = run(installed, tmp_path, "-m", "stdpolicy.cli", "check")
    assert done.returncode == 0, done.stderr
    done = run(
        installed, tmp_path, "-m", "stdpolicy.cli", "run", "03", "-p", "output", "out",
        "-p", "language", "zh", "-p", "jurisdiction", "shanxi",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "figures" / "zh" / "agency_load.pdf").is_file()
    assert (tmp_path / "03_responsibility.executed.ipynb").is_file()


def test_a_study_is_made_and_drafted_from_an_empty_folder(installed, tmp_path):
    words = "一、目标。到2025年，制定地方标准80项。"
    (tmp_path / "ab-plan.txt").write_text(words, encoding="utf-8")
    command = ("-m", "stdpolicy.cli")
    done = run(installed, tmp_path, *command, "new", "study")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "study" / "notebooks" / "01_promises.ipynb").is_file()
    about = ("--title", "某计划", "--jurisdiction", "china", "--kind", "plan")
    done = run(installed, tmp_path, *command, "draft", "ab-plan.txt", "--study", "study", *about)
    assert done.returncode == 0, done.stderr
    page = tmp_path / done.stdout.strip()
    assert "80项" in page.read_text(encoding="utf-8")


@pytest.mark.full
def test_the_installed_package_gives_the_committed_bytes(installed, tmp_path):
    if reason := off_pins("matplotlib", "numpy", "pandas", "pillow", "seaborn", "zhplot"):
        pytest.skip(reason)
    done = run(installed, tmp_path, "-m", "stdpolicy", "reproduce", "--output", "out")
    assert done.returncode == 0, done.stderr
    made = files(tmp_path / "out")
    assert made.pop(PAGE)
    assert made["ro-crate-metadata.json"] == (ROOT / "ro-crate-metadata.json").read_bytes()
    committed = {name: (ROOT / name).read_bytes() for name in made}
    assert [name for name in made if made[name] != committed[name]] == []
