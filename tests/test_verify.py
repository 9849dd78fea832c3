"""Verifying: what is there against what comes out now, with every difference told as one."""

import io
import json
import pathlib
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from stdpolicy import StdpolicyError, UsageError, cli
from stdpolicy.reproduction import manifest, reproduce
from stdpolicy.reproduction.verify import compare, verify
from test_reproduction import files, write_book, writing

DRAW = """\
import pathlib, matplotlib.figure
figure = matplotlib.figure.Figure(figsize=(2, 1)); figure.subplots().plot([1, 3, level])
place = pathlib.Path("figures/en"); place.mkdir(parents=True)
figure.savefig(place / "f.png", metadata={"Software": None})
figure.savefig(place / "f.pdf", metadata={"CreationDate": None})"""


@pytest.fixture
def books(tmp_path):
    folder = tmp_path / "books"
    write_book(folder / "01_table.ipynb", 'output = ""', writing("t.csv", content="'a,b\\n1,2\\n'"))
    write_book(folder / "02_figure.ipynb", 'output = ""\nlevel = 2', DRAW)
    return folder


@pytest.fixture
def root(books, tmp_path):
    reproduce.reproduce(tmp_path / "root", notebooks=books)
    return tmp_path / "root"


def findings(found):
    return {row.file: (row.finding, row.detail) for row in found.itertuples()}


def test_what_is_the_same_is_said_to_be(root, books, tmp_path, capsys):
    before = files(root)
    given = ["verify", "--notebooks", str(books), "--output", str(root)]
    assert cli.main(given) == 0
    said = capsys.readouterr()
    assert said.out == "file,finding,detail\n"
    assert "the same to the byte" in said.err
    assert files(root) == before
    assert not (root / ".stdpolicy" / "differences").exists()


def test_differences_are_shown_as_differences(root, books, tmp_path, capsys):
    """Other notebooks than those that the manifest tells of: a cell, and a line in a picture."""
    write_book(books / "01_table.ipynb", 'output = ""', writing("t.csv", content="'a,b\\n1,3\\n'"))
    write_book(books / "02_figure.ipynb", 'output = ""\nlevel = 5', DRAW)
    found = findings(verify(root, notebooks=books, pictures=tmp_path / "pictures"))
    assert found["reports/tables/t.csv"] == ("differs", "row 2, b: '2' was, '3' is")
    finding, detail = found["figures/en/f.png"]
    assert finding == "differs"
    assert "% of the pixels, within (" in detail
    shown = np.asarray(Image.open(tmp_path / "pictures" / "figures" / "en" / "f.png"))
    assert ((shown[..., 0] > 200) & (shown[..., 2] < 20)).any()  # red where it is another
    assert found["figures/en/f.pdf"][0] == "differs"
    assert found["notebooks/02_figure.ipynb"] == ("outdated", "it was another when that was made")
    assert cli.main(["verify", "--notebooks", str(books), "--output", str(root)]) == 1
    said = capsys.readouterr()
    assert "differences in" in said.err
    assert "t.csv,differs" in said.out


def test_what_is_gone_edited_new_or_no_more_made_is_told(root, books):
    (root / "reports" / "tables" / "t.csv").unlink()
    (root / "figures" / "en" / "f.png").write_bytes(b"edited")
    write_book(books / "03_more.ipynb", 'output = ""', writing("more.csv"))
    found = verify(root, notebooks=books)
    told = set(zip(found["file"], found["finding"], strict=True))
    assert ("reports/tables/t.csv", "missing") in told
    assert ("figures/en/f.png", "edited") in told
    assert ("figures/en/f.png", "differs") in told
    assert ("reports/tables/more.csv", "new") in told
    (books / "01_table.ipynb").unlink()
    found = verify(root, notebooks=books)
    assert ("reports/notebooks/01_table.ipynb", "differs") in set(
        zip(found["file"], found["finding"], strict=True)
    )


def test_without_a_manifest_or_with_a_failing_notebook_nothing_is_claimed(root, books, tmp_path):
    with pytest.raises(UsageError, match="run stdpolicy reproduce"):
        verify(tmp_path / "elsewhere", notebooks=books)
    write_book(books / "02_figure.ipynb", 'output = ""', "1 / 0")
    with pytest.raises(StdpolicyError, match="ZeroDivisionError"):
        verify(root, notebooks=books)


# --- file against file ----------------------------------------------------------------------------


def pair(tmp_path, name, one, two):
    paths = [tmp_path / folder / name for folder in ("one", "two")]
    for path, content in zip(paths, (one, two), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return compare(*paths, name, None)


def png(pixels, level):
    stream = io.BytesIO()
    Image.fromarray(np.asarray(pixels, dtype="uint8")).save(stream, "png", compress_level=level)
    return stream.getvalue()


def test_another_compression_is_equivalent(tmp_path):
    pixels = np.arange(300).reshape(10, 10, 3) % 256
    assert pair(tmp_path, "a.png", png(pixels, 1), png(pixels, 9))[0] == "equivalent"
    pdf = [b"%PDF stream\n" + zlib.compress(b"draw " * 99, n) + b"\nendstream" for n in (1, 9)]
    assert pdf[0] != pdf[1]
    assert pair(tmp_path, "a.pdf", *pdf)[0] == "equivalent"
    other = b"%PDF stream\n" + zlib.compress(b"drew " * 99) + b"\nendstream"
    assert pair(tmp_path, "a.pdf", pdf[0], other)[0] == "differs"
    archives = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.writestr("word/document.xml", "text " * 99)
        archives.append(stream.getvalue())
    assert pair(tmp_path, "a.docx", *archives)[0] == "equivalent"


def test_each_kind_of_file_says_what_differs(tmp_path):
    pixels = np.zeros((4, 5, 3))
    changed = pixels.copy()
    changed[1, 2] = 255
    assert pair(tmp_path, "a.png", png(pixels, 1), png(changed, 1)) == (
        "differs",
        "5.00% of the pixels, within (2, 1)–(3, 2)",
    )
    assert (
        "5 × 4 pixels and is 5 × 3"
        in pair(tmp_path, "a.png", png(pixels, 1), png(pixels[1:], 1))[1]
    )
    assert pair(tmp_path, "t.csv", b"a\n1\n", b"a\n1\n2\n")[1] == "1 rows were, 2 are"
    assert pair(tmp_path, "t.csv", b"a\n1\n", b"b\n1\n")[1] == "columns were a and are b"
    many = pair(tmp_path, "t.csv", b"a\n" + b"1\n" * 9, b"a\n" + b"2\n" * 9)[1]
    assert many.endswith("; and 4 more")
    assert pair(tmp_path, "a.tex", b"x\ny\n", b"x\nz\n")[1] == "line 2: 'y' was, 'z' is"
    cells = [{"cells": [{"source": s, "outputs": []}]} for s in ("a", "b")]
    books = [json.dumps(cell).encode() for cell in cells]
    assert pair(tmp_path, "n.ipynb", *books)[1] == "cell 1: source"
    assert pair(tmp_path, "a.png", b"no picture", png(pixels, 1))[0] == "differs"


def test_the_manifest_is_compared_too(root, books, tmp_path):
    records = manifest.read(root / manifest.MANIFEST)
    changed = [type(r)(**{**vars(r), "name": r.name + "x"}) for r in records]
    (root / manifest.MANIFEST).write_text(manifest.to_text(changed), encoding="utf-8")
    assert findings(verify(root, notebooks=books)) == {
        manifest.MANIFEST: ("differs", "the same results, told in other words")
    }
    assert pathlib.Path(root).is_dir()
