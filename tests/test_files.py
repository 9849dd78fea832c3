import json
import os
import pathlib
import stat
import sys

import pandas as pd
import pytest

from stdpolicy.files import csv_text, json_text, write_bytes, write_csv, write_text


def names(folder: pathlib.Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_the_folders_it_needs(tmp_path):
    path = tmp_path / "图" / "deep" / "结果.txt"
    write_bytes(path, b"\x00new")
    assert path.read_bytes() == b"\x00new"
    assert names(path.parent) == ["结果.txt"]


def test_old_content_is_replaced(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a longer old content")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [OSError("no space"), KeyboardInterrupt()])
@pytest.mark.parametrize(
    ("owner", "step"), [(os, "fsync"), (pathlib.Path, "chmod"), (pathlib.Path, "replace")]
)
def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path, monkeypatch, owner, step, error
):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(owner, step, fail)
    with pytest.raises(type(error)):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_the_new_content_is_whole_before_it_takes_its_place(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    seen = []

    def look(part: pathlib.Path, target: pathlib.Path) -> None:
        seen.append((part.parent, part.read_bytes(), pathlib.Path(target).read_bytes()))

    monkeypatch.setattr(pathlib.Path, "replace", look)
    write_bytes(path, b"new")
    # In the same folder, since files cannot be renamed from one file system to another.
    assert seen == [(tmp_path, b"new", b"old")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_results_can_be_read_by_others(tmp_path):
    write_bytes(tmp_path / "a.txt", b"new")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644


def test_text_is_utf8_with_the_line_ends_it_was_given(tmp_path):
    write_text(tmp_path / "a.txt", "标准\n二\n")
    assert (tmp_path / "a.txt").read_bytes() == "标准\n二\n".encode()


def test_tables_as_csv(tmp_path):
    frame = pd.DataFrame(
        {
            "zh": ["标准", "a,b"],
            "whole": pd.array([1, None], dtype="Int64"),
            "number": [80.0, 0.1 + 0.2],
            "truth": pd.array([True, None], dtype="boolean"),
        },
        index=[5, 7],
    )
    expected = 'zh,whole,number,truth\n标准,1,80,true\n"a,b",,0.3,\n'
    assert csv_text(frame) == expected
    write_csv(tmp_path / "a.csv", frame)
    assert (tmp_path / "a.csv").read_bytes() == expected.encode()


def test_truth_values_are_written_as_the_tables_have_them():
    frame = pd.DataFrame({"a": [True, False], "b": pd.array([True, pd.NA], dtype="boolean")})
    assert csv_text(frame) == "a,b\ntrue,true\nfalse,\n"


def test_json_is_an_array_or_lines_with_plain_slashes():
    frame = pd.DataFrame({"unit": ["元/年", "\\/"], "value": [1.5, None]})
    want = [{"unit": "元/年", "value": 1.5}, {"unit": "\\/", "value": None}]
    assert json.loads(json_text(frame)) == want
    assert [json.loads(line) for line in json_text(frame, lines=True).splitlines()] == want
    assert json_text(frame).count("\\") == json_text(frame, lines=True).count("\\") == 2
    nothing = frame.head(0)
    assert (json.loads(json_text(nothing)), json_text(nothing, lines=True)) == ([], "")
