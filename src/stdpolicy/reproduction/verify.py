"""Running everything again and comparing it, to the byte, with what is there."""

import csv
import io
import pathlib
import platform
import re
import sys
import tempfile
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stdpolicy.errors import StdpolicyError, UsageError
from stdpolicy.files import sha256, write_bytes
from stdpolicy.reproduction import manifest
from stdpolicy.reproduction.reproduce import find_books, plans
from stdpolicy.reproduction.reuse import Record
from stdpolicy.reproduction.runs import make
from stdpolicy.reproduction.workers import Kind

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["file", "finding", "detail"]
#: Differences that are told of one file.
_MOST = 5


def verify(
    root: pathlib.Path,
    data: pathlib.Path | None = None,
    processes: int | None = None,
    *,
    notebooks: pathlib.Path | None = None,
    pictures: pathlib.Path | None = None,
    workers: Kind = "auto",
) -> "pd.DataFrame":
    """Run every notebook into another folder and compare what comes out with what is there.

    Parameters
    ----------
    root : path
        Folder with ``figures/``, ``reports/`` and the manifest.
    data, processes, notebooks, workers
        As for :func:`stdpolicy.reproduction.reproduce.reproduce`.
    pictures : path, optional
        Takes a picture for each figure that differs, which shows where; nothing is written there
        when none does, and nothing at all without it.

    Returns
    -------
    pandas.DataFrame
        A row for everything that is not the same to the byte: ``file``, ``finding`` (``missing``:
        it is gone; ``edited``: it is not what the manifest says; ``differs``: what comes out now is
        something else; ``equivalent``: other bytes with the same content; ``new``: it comes out
        now and was not there; ``outdated``: of an input, which is not what the manifest says) and
        ``detail`` (in words: which cells, where in the picture).

    Raises
    ------
    UsageError
        When there is no manifest, or it was edited.
    DataError
        When the tables have faults.
    StdpolicyError
        When a notebook fails.
    """
    import pandas as pd

    records = manifest.read(root / manifest.MANIFEST)
    if not records:
        raise UsageError(
            f"there is no manifest that tells what was made in {root}; run stdpolicy reproduce"
        )
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="stdpolicy-verify-") as folder:
        again = pathlib.Path(folder)
        wanted = plans(find_books(notebooks), data=data is not None)
        outcomes = make(wanted, again, data, processes=processes, workers=workers, force=True)
        errors = [outcome.error for outcome in outcomes if outcome.error]
        if errors:
            raise StdpolicyError("\n".join(errors))
        made = manifest.read(again / manifest.MANIFEST)
        rows += _outdated(records, made)
        before = {name: digest for r in records for name, digest in r.results.items()}
        now = {name: digest for r in made for name, digest in r.results.items()}
        for name in sorted(before.keys() | now.keys()):
            found = sha256(root / name)
            if name in before and not found:
                rows.append((name, "missing", "it is listed in the manifest and not there"))
            elif name in before and found != before[name]:
                rows.append((name, "edited", "it is not what the manifest says it was"))
            if name not in now:
                rows.append((name, "differs", "nothing makes it any more"))
            elif not found:
                if name not in before:
                    rows.append((name, "new", "it comes out now and was not there"))
            elif found != now[name]:
                rows.append((name, *compare(root / name, again / name, name, pictures)))
        name = manifest.MANIFEST
        if not rows and sha256(root / name) != sha256(again / name):
            rows.append((name, "differs", "the same results, told in other words"))
    return pd.DataFrame(rows, columns=COLUMNS)


def promised() -> bool:
    """Whether the same bytes are promised here: with the pinned versions, on Linux, on x86-64."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def _outdated(before: list[Record], now: list[Record]) -> list[tuple[str, str, str]]:
    """Inputs and versions that are not those of the manifest."""
    rows = []
    then = {name: digest for record in before for name, digest in record.inputs.items()}
    current = {name: digest for record in now for name, digest in record.inputs.items()}
    for name in sorted(then.keys() | current.keys()):
        if name not in current:
            rows.append((name, "outdated", "no run reads it any more"))
        elif then.get(name) != current[name]:
            how = "it was another" if name in then else "no run read it"
            rows.append((name, "outdated", f"{how} when that was made"))
    versions = [{n: v for r in records for n, v in r.versions.items()} for records in (before, now)]
    for name in sorted(versions[0].keys() | versions[1].keys()):
        old, new = (version.get(name, "none") for version in versions)
        if old != new:
            rows.append((name, "outdated", f"version {old} then, {new} now"))
    return rows


# --- one file against another ---------------------------------------------------------------------


def compare(
    before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None
) -> tuple[str, str]:
    """How two files that differ in bytes differ: ``differs`` or ``equivalent``, and in what."""
    kinds = {".png": _png, ".csv": _csv, ".ipynb": _ipynb, ".pdf": _pdf, ".docx": _zip}
    how = kinds.get(before.suffix, _text)
    try:
        detail = how(before, now, name, pictures)
    except (ValueError, OSError, KeyError, zlib.error) as error:
        return "differs", f"one of the two cannot be read ({error})"
    return ("differs", detail) if detail else ("equivalent", "other bytes with the same content")


def _png(before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None) -> str:
    from PIL import Image, ImageChops

    one, two = (Image.open(path).convert("RGB") for path in (before, now))
    if one.size != two.size:
        return f"it was {one.size[0]} × {one.size[1]} pixels and is {two.size[0]} × {two.size[1]}"
    difference = ImageChops.difference(one, two).convert("L").point(lambda v: 255 if v else 0)
    box = difference.getbbox()
    if box is None:
        return ""
    share = difference.histogram()[255] / (one.size[0] * one.size[1])
    detail = f"{share:.2%} of the pixels, within ({box[0]}, {box[1]})–({box[2]}, {box[3]})"
    if pictures is not None:
        # Pale as it was, red where it is another.
        white = Image.new("RGB", one.size, "white")
        pale = Image.blend(one.convert("L").convert("RGB"), white, 0.7)
        pale.paste((213, 94, 0), mask=difference)
        stream = io.BytesIO()
        pale.save(stream, "png")
        path = pictures / name
        write_bytes(path, stream.getvalue())
        detail += f"; see {path}"
    return detail


def _csv(before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None) -> str:
    one, two = (
        list(csv.reader(path.read_text(encoding="utf-8").splitlines())) for path in (before, now)
    )
    if one[:1] != two[:1]:
        return f"columns were {', '.join(one[0])} and are {', '.join(two[0])}"
    cells = [
        f"row {number}, {column}: {a!r} was, {b!r} is"
        for number, (row, other) in enumerate(zip(one[1:], two[1:], strict=False), start=2)
        for column, a, b in zip(one[0], row, other, strict=False)
        if a != b
    ]
    if len(one) != len(two):
        cells.insert(0, f"{len(one) - 1} rows were, {len(two) - 1} are")
    return _some(cells)


def _ipynb(
    before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None
) -> str:
    import json

    one, two = (json.loads(path.read_text(encoding="utf-8"))["cells"] for path in (before, now))
    found = [f"{len(one)} cells were, {len(two)} are"] if len(one) != len(two) else []
    for number, (a, b) in enumerate(zip(one, two, strict=False), start=1):
        parts = [part for part in ("source", "outputs") if a.get(part) != b.get(part)]
        if parts:
            found.append(f"cell {number}: {' and '.join(parts)}")
    return _some(found)


def _pdf(before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None) -> str:
    """PDF files by their streams, unpacked, since another zlib packs them otherwise."""
    one, two = (_unpacked(path.read_bytes()) for path in (before, now))
    if one == two:
        return ""
    return f"its drawing differs; compare {pathlib.PurePosixPath(name).with_suffix('.png').name}"


def _unpacked(content: bytes) -> list[bytes]:
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, flags=re.DOTALL)
    out = []
    for stream in streams:
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            out.append(stream)
    return out


def _zip(before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None) -> str:
    import zipfile

    one, two = (
        {n: archive.read(n) for n in archive.namelist()}
        for archive in (zipfile.ZipFile(path) for path in (before, now))
    )
    return _some([n for n in sorted(one.keys() | two.keys()) if one.get(n) != two.get(n)])


def _text(before: pathlib.Path, now: pathlib.Path, name: str, pictures: pathlib.Path | None) -> str:
    one, two = (path.read_text(encoding="utf-8").splitlines() for path in (before, now))
    found = [f"{len(one)} lines were, {len(two)} are"] if len(one) != len(two) else []
    for number, (a, b) in enumerate(zip(one, two, strict=False), start=1):
        if a != b:
            found.append(f"line {number}: {a[:60]!r} was, {b[:60]!r} is")
    return _some(found)


def _some(found: Sequence[Any]) -> str:
    more = len(found) - _MOST
    return "; ".join(map(str, found[:_MOST])) + (f"; and {more} more" if more > 0 else "")
