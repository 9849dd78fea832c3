"""The quantities of many files as one table.

The files, in the order of their names, are cut into shards. A shard is read, extracted and kept as
a part under the hash of all that it depends on: the content of its files, the options, the code and
the versions. In the end the parts are put together. Whatever is stopped at any moment, the next run
finds the parts that are done; and since neither shards nor parts know of processes, the bytes of
the table are the same however many there were.
"""

import contextlib
import csv
import dataclasses
import functools
import hashlib
import importlib
import importlib.metadata
import io
import json
import os
import pathlib
import platform
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

import stdpolicy.extraction
from stdpolicy.errors import StdpolicyError, UsageError
from stdpolicy.extraction.documents import text_of
from stdpolicy.extraction.extractor import extract
from stdpolicy.extraction.kinds import GENRES
from stdpolicy.files import csv_text, json_text, replacing, sha256, write_bytes, write_text
from stdpolicy.parallel import Cluster, Executor, LostError, Processes, Terms
from stdpolicy.schema import packaged_folder

#: Files that are taken from folders.
SUFFIXES = (".txt", ".html", ".htm", ".xhtml", ".shtml", ".pdf", ".docx", ".md")
#: Kinds of table that are written, by the end of the file's name.
FORMS = ("parquet", "csv", "jsonl")

#: A shard ends before it holds more than this, and with every 128th file by the hash of its name:
#: so a file that comes or goes changes the shards next to it, not all that follow.
_SHARD_BYTES = 4 * 2**20
_SHARD_FILES = 256
_CUT = 128
#: Rows that are put together in one group of a Parquet file.
_GROUP = 100_000
#: Bad files that are told one by one.
_TOLD = 20
#: Seconds between the lines that tell of progress where there is no terminal.
_EVERY = 10.0
#: Packages that decide what the text of a file is, or how a table is written.
_READERS = ("lxml", "pandas", "pypdf", "python-docx")


# --- what is read -------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Listing:
    """The files of a run: names in order, their sizes, and folders that cannot be looked into."""

    names: list[str]
    sizes: list[int]
    closed: list[tuple[str, str]]


def find_files(paths: Sequence[str | pathlib.Path]) -> Listing:
    """Files, and all below folders whose names end as texts do; hidden ones are left out.

    Names are the paths as given with what lies below them, with forward slashes. Links to files are
    followed, links to folders are not.

    Raises
    ------
    UsageError
        When there is no such path, or no file in a folder.
    """
    sizes: dict[str, int] = {}
    closed: list[tuple[str, str]] = []

    def note(error: OSError) -> None:
        name = pathlib.Path(str(error.filename)).as_posix()
        closed.append((_told(name), f"this folder cannot be read ({error.strerror})"))

    for given in map(pathlib.Path, paths):
        if not given.is_dir():
            if not given.exists() and not given.is_symlink():
                raise UsageError(f"there is no file or folder {given}")
            sizes[given.as_posix()] = _size(given)
            continue
        empty, before = True, len(closed)
        for folder, below, files in os.walk(given, onerror=note):
            below[:] = [name for name in below if not name.startswith(".")]
            for name in files:
                if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                    path = pathlib.Path(folder, name)
                    sizes[path.as_posix()] = _size(path)
                    empty = False
        if empty and len(closed) == before:
            raise UsageError(f"there are no texts in {given}; texts are {' '.join(SUFFIXES)}")
    names = sorted(sizes)
    return Listing(names, [sizes[name] for name in names], sorted(closed))


def _told(name: str) -> str:
    """A name as text, even where its bytes are none."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _size(path: pathlib.Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def shards(listing: Listing) -> list[tuple[str, ...]]:
    """Files that are read together; a larger one is alone."""
    out: list[tuple[str, ...]] = []
    names: list[str] = []
    held = 0
    for name, size in zip(listing.names, listing.sizes, strict=True):
        if names and (held + size > _SHARD_BYTES or len(names) == _SHARD_FILES):
            out.append(tuple(names))
            names, held = [], 0
        names.append(name)
        held += size
        if hashlib.sha256(os.fsencode(name)).digest()[0] % _CUT == 0:
            out.append(tuple(names))
            names, held = [], 0
    return [*out, tuple(names)] if names else out


# --- a part -------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Work:
    """How a shard becomes a part: where files and parts are, the form, what is known of the texts.

    ``seal`` stands for the versions and the options. ``look``: tell the key only.
    """

    base: pathlib.Path
    parts: pathlib.Path
    form: str
    genre: str | None
    year: int | None
    seal: str
    look: bool = False

    def place(self, key: str) -> pathlib.Path:
        """Where the rows of a part are."""
        return self.parts / f"{key}.{self.form}"

    def note(self, key: str) -> pathlib.Path:
        """What is written last, and says of a part that it is done."""
        return self.parts / f"{key}.json"


@dataclasses.dataclass(frozen=True)
class Part:
    """A shard that is done: its key, what could not be read and why, and whether it was there."""

    key: str
    rows: int
    faults: tuple[tuple[str, str], ...]
    kept: bool


def make_part(work: Work, names: tuple[str, ...]) -> Part:
    """Extract the files of a shard, unless that was done before; runs wherever it is sent."""
    digest = hashlib.sha256(work.seal.encode())
    read: list[tuple[str, bytes | None, str]] = []
    for name in names:
        raw, fault = _read(work.base, name)
        content = hashlib.sha256(raw or b"").hexdigest()
        digest.update(json.dumps([name, content, fault]).encode())
        read.append((name, None if work.look else raw, fault))
    key = digest.hexdigest()
    if work.look:
        return Part(key, 0, (), kept=False)
    with contextlib.suppress(OSError, ValueError):
        told = json.loads(work.note(key).read_text(encoding="utf-8"))
        work.place(key).stat()
        return Part(key, told["rows"], tuple(map(tuple, told["faults"])), kept=True)
    tables = []
    faults = []
    read.reverse()
    while read:  # what is done is let go
        name, raw, fault = read.pop()
        if not fault:
            table, fault = _table(work, name, raw or b"")
        if fault:
            faults.append((_told(name), fault))
        elif len(table):
            tables.append(table)
    rows = pd.concat(tables, ignore_index=True) if tables else _no_rows()
    if not work.parts.is_dir():  # a worker that was given up comes late
        raise StdpolicyError(f"the run that made {work.parts} is over")
    write_bytes(work.place(key), _rendered(rows, work.form))
    told = {"rows": len(rows), "faults": faults}
    write_text(work.note(key), json.dumps(told, ensure_ascii=False))
    return Part(key, len(rows), tuple(faults), kept=False)


def _read(base: pathlib.Path, name: str) -> tuple[bytes | None, str]:
    """The bytes of a file, or why there are none."""
    path = base / name
    try:
        name.encode("utf-8")
        if not stat.S_ISREG(path.stat().st_mode):
            return None, "this is no ordinary file"
        return path.read_bytes(), ""
    except UnicodeEncodeError:
        return None, "the name of this file is not in UTF-8; rename it"
    except OSError as error:
        return None, f"this file cannot be read ({error.strerror})"


def _table(work: Work, name: str, raw: bytes) -> tuple[pd.DataFrame, str]:
    """The rows of a file, or why there are none."""
    try:
        text = text_of(raw, pathlib.Path(name))
        if not text.strip():
            return _no_rows(), "there is no text in this file"
        table = extract(text, work.genre, work.year)
    except MemoryError:
        raise
    except StdpolicyError as error:
        return _no_rows(), str(error).removeprefix(f"{pathlib.Path(name)}: ")
    except Exception as error:  # one file in a million must not end the run
        return _no_rows(), f"this file cannot be read ({type(error).__name__}: {error})"
    table.insert(0, "file", name)
    return table, ""


def _no_rows() -> pd.DataFrame:
    table = extract("")
    table.insert(0, "file", pd.Series(dtype="object"))
    return table


def _rendered(rows: pd.DataFrame, form: str) -> bytes:
    if form == "csv":
        return csv_text(rows).partition("\n")[2].encode("utf-8")
    if form == "jsonl":
        return json_text(rows, lines=True).encode("utf-8")
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(rows, _schema(), preserve_index=False), stream)
    return stream.getvalue()


class Printed:
    """Tables that are told one after the other, as one table.

    Parameters
    ----------
    form : str
        ``csv``, ``jsonl`` or ``json`` (one array).
    tell : callable
        Takes the text piece by piece.
    """

    def __init__(self, form: str, tell: Callable[[str], None]):
        self._form, self._tell = form, tell
        self._tables = self._rows = 0

    def add(self, table: pd.DataFrame) -> None:
        """Tell a table."""
        if self._form == "csv":
            text = csv_text(table)
            self._tell(text.partition("\n")[2] if self._tables else text)
        elif self._form == "jsonl":
            self._tell(json_text(table, lines=True))
        elif len(table):
            text = json_text(table).strip()
            self._tell(("," if self._rows else "[") + text.removeprefix("[")[:-2])
        self._tables += 1
        self._rows += len(table)

    def end(self) -> None:
        """Tell that this was all."""
        if self._form == "json" and self._tables:
            self._tell("\n]\n" if self._rows else "[]\n")


def _schema() -> Any:
    """Columns and types of a Parquet file; a column without a value is text all the same."""
    import pyarrow as pa

    numbers = {"i": pa.int64(), "u": pa.int64(), "f": pa.float64(), "b": pa.bool_()}
    kinds = _no_rows().dtypes
    return pa.schema([(c, numbers.get(kinds[c].kind, pa.string())) for c in kinds.index])


# --- the whole ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Summary:
    """What became of a run.

    ``state`` is ``done``, ``same`` (nothing had changed) or ``part`` (some shards only, no table).
    """

    state: str
    files: int
    rows: int
    faults: list[tuple[str, str]]
    shards: int
    kept: int


def extract_files(
    paths: Sequence[str | pathlib.Path],
    output: pathlib.Path,
    *,
    genre: str | None = None,
    year: int | None = None,
    processes: int | None = None,
    scheduler: str | None = None,
    part: tuple[int, int] | None = None,
    keep_parts: bool = False,
) -> Summary:
    """Write the quantities of many files into one table.

    Call it below ``if __name__ == "__main__":``, since it starts processes.

    Parameters
    ----------
    paths : sequence of path
        Files and folders; see :func:`find_files`.
    output : path
        Ends in ``.parquet``, ``.csv`` or ``.jsonl``. Takes the columns of
        :func:`stdpolicy.extraction.extract` after ``file``, ordered by file and place. Beside it
        ``OUTPUT.errors.csv`` (``file``, ``reason``) tells of files that could not be read,
        ``OUTPUT.record.json`` what it was made from, and ``OUTPUT.parts`` holds what is done while
        it is made.
    genre, year
        As for :func:`stdpolicy.extraction.extract`, of all texts.
    processes : int, optional
        Files read at once; one per processor without it.
    scheduler : str, optional
        Address or scheduler file of a Dask cluster that does it instead.
    part : tuple of int, optional
        ``(k, n)``: only every n-th shard from the k-th, and no table. A run without it puts them
        together.
    keep_parts : bool
        Whether the parts stay, so that a later run reads anew only what has changed.

    Returns
    -------
    Summary

    Raises
    ------
    UsageError
        When a path, the genre or the kind of output does not exist, there is nothing to read,
        another run writes there, a package is missing, or the cluster does not fit.
    LostError
        When the process of a shard was ended twice; its message names the files. The others are
        kept.
    """
    form = output.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise UsageError(f"the name of {output} ends in none of .{', .'.join(FORMS)}")
    if genre is not None and genre not in GENRES:
        raise UsageError(f"there is no genre {genre!r}; there are {', '.join(GENRES)}")
    _needs("filelock", "tqdm", *(["pyarrow"] if form == "parquet" else []))
    output = output.resolve()
    listing = find_files(paths)
    cut = shards(listing)
    versions = environment(form)
    seal = json.dumps([versions, form, genre, year], sort_keys=True)
    parts = output.with_name(f"{output.name}.parts")
    work = Work(pathlib.Path.cwd(), parts, form, genre, year, seal)
    name = f"{part[0]}-of-{part[1]}" if part else None
    with _alone(output, parts, name):
        pool = _executor(processes, scheduler, work, listing, len(cut))
        if part:
            mine = cut[part[0] - 1 :: part[1]]
            done = _make(pool, work, mine, listing)
            return _summary("part", len([n for s in mine for n in s]), done, [])
        if record := _same(pool, work, cut, listing, output):
            faults = list(map(tuple, record["faults"]))
            return Summary("same", len(listing.names), record["rows"], faults, len(cut), len(cut))
        done = _make(pool, work, cut, listing)
        summary = _summary("done", len(listing.names), done, listing.closed)
        with replacing(output, parts) as stream:
            _put_together(work, [p.key for p in done], stream)
        _write_faults(output, summary.faults)
        record = {
            "made_from": _made_from(listing, [p.key for p in done]),
            "sha256": sha256(output),
            "versions": versions,
            "genre": genre,
            "year": year,
            "files": summary.files,
            "rows": summary.rows,
            "faults": summary.faults,
        }
        write_text(_record(output), json.dumps(record, ensure_ascii=False, indent=1) + "\n")
        wanted = {p.key for p in done} if keep_parts else set()
        for path in parts.iterdir():
            if path.suffix != ".lock" and path.stem not in wanted:
                path.unlink()
    return summary


def _needs(*packages: str) -> None:
    for name in packages:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise UsageError(
                f"a table of many files needs the package {name}: pip install stdpolicy[corpus]"
            ) from error


@functools.cache
def environment(form: str = "csv") -> dict[str, str]:
    """Versions on which rows depend: Python, packages, and the code and labels by their hash."""
    out = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in (*_READERS, *(["pyarrow"] if form == "parquet" else [])):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            out[name] = importlib.metadata.version(name)
    code = sorted(pathlib.Path(stdpolicy.extraction.__file__).parent.glob("*.py"))
    files = [*code, packaged_folder() / "indicators.csv"]
    told = "".join(f"{path.name} {sha256(path)}\n" for path in files)
    out["extraction"] = hashlib.sha256(told.encode()).hexdigest()[:16]
    return out


def _executor(
    processes: int | None, scheduler: str | None, work: Work, listing: Listing, number: int
) -> Executor:
    if scheduler is None:
        return Processes(min(processes or _processors(), number or 1))
    describe = functools.partial(environment, work.form)
    some = tuple(work.base / name for name in (*listing.names[:1], *listing.names[-1:]))
    return Cluster(scheduler, Terms(describe, some, work.parts))


def _processors() -> int:
    """Processors that this process may use; a queue can give it fewer than there are."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def _alone(output: pathlib.Path, parts: pathlib.Path, part: str | None) -> Iterator[None]:
    """Be the only run for an output, or the only one for a part of it.

    Raises
    ------
    UsageError
        When another one is under way, or nothing can be written there.
    """
    from filelock import FileLock, Timeout

    if output.is_dir():
        raise UsageError(f"{output} is a folder; name a file")
    with contextlib.ExitStack() as held:
        try:
            parts.mkdir(parents=True, exist_ok=True)
            whole = FileLock(parts / "whole.lock")
            # A part holds this one only until it has its own.
            whole.acquire(timeout=10 if part else 0)
            held.callback(_let_go, parts, whole)
            own = [parts / f"{part}.lock"] if part else sorted(parts.glob("*-of-*.lock"))
            for path in own:
                lock = FileLock(path)
                lock.acquire(timeout=0)
                held.callback(_let_go, parts, lock)
            if part:
                whole.release()
        except Timeout:
            raise UsageError(
                f"another run writes {output}; wait until it has ended, or name another output"
            ) from None
        except OSError as error:
            raise UsageError(f"cannot write to {parts.parent} ({error.strerror})") from error
        yield


def _let_go(parts: pathlib.Path, lock: Any) -> None:
    """Release a lock and take it away, and the folder where nothing else is in it."""
    path = pathlib.Path(lock.lock_file)
    if lock.is_locked:
        with contextlib.suppress(OSError):  # not every system lets one while it is open
            path.unlink()
        lock.release()
        if os.name == "nt":
            with contextlib.suppress(OSError):
                path.unlink()
    with contextlib.suppress(OSError):
        parts.rmdir()


def _make(
    pool: Executor, work: Work, cut: Sequence[tuple[str, ...]], listing: Listing
) -> list[Part]:
    """Make the parts of shards."""
    done: list[Part | None] = [None] * len(cut)
    sizes = dict(zip(listing.names, listing.sizes, strict=True))
    told = 0
    with _Progress(cut, sizes) as progress:
        try:
            for at, part in pool.map(functools.partial(make_part, work), cut):
                done[at] = part
                for name, reason in part.faults:
                    told += 1
                    if told <= _TOLD:
                        progress.say(f"stdpolicy: {name}: {reason}")
                progress.add(at)
        except LostError as error:
            raise _lost(error, cut) from None
    if told > _TOLD:
        print(f"stdpolicy: ... and {told - _TOLD} more files", file=sys.stderr)
    return [part for part in done if part]


def _lost(error: LostError, cut: Sequence[tuple[str, ...]]) -> LostError:
    """Say which files were being read."""
    names = [name for at in error.numbers for name in cut[at]]
    shown = "".join(f"\n  {name}" for name in names[:_TOLD])
    more = f"\n  ... and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    told = LostError(error.numbers)
    told.args = (
        "the process that read these files was ended twice, probably for want of memory:"
        f"{shown}{more}\nrun it again with more memory (what is done stays), or leave out the "
        "one that it cannot read: stdpolicy extract FILE tries a single one",
    )
    return told


def _summary(
    state: str, files: int, done: list[Part], closed: Iterable[tuple[str, str]]
) -> Summary:
    faults = sorted([*closed, *(fault for part in done for fault in part.faults)])
    rows = sum(part.rows for part in done)
    return Summary(state, files, rows, faults, len(done), sum(part.kept for part in done))


def _record(output: pathlib.Path) -> pathlib.Path:
    return output.with_name(f"{output.name}.record.json")


def _made_from(listing: Listing, keys: list[str]) -> str:
    told = json.dumps([keys, listing.closed])
    return hashlib.sha256(told.encode()).hexdigest()


def _same(
    pool: Executor,
    work: Work,
    cut: Sequence[tuple[str, ...]],
    listing: Listing,
    output: pathlib.Path,
) -> dict[str, Any] | None:
    """The record of an earlier run that made the output from just this."""
    try:
        record: dict[str, Any] = json.loads(_record(output).read_text(encoding="utf-8"))
        if record["files"] != len(listing.names) or record["sha256"] != sha256(output):
            return None
        if bool(record["faults"]) != _faults(output).exists():
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    print("looking whether anything has changed", file=sys.stderr)
    found = _make(pool, dataclasses.replace(work, look=True), cut, listing)
    made_from = _made_from(listing, [part.key for part in found])
    return record if made_from == record["made_from"] else None


def _put_together(work: Work, keys: list[str], stream: Any) -> None:
    """Write all parts, one after the other."""
    if work.form != "parquet":
        if work.form == "csv":
            stream.write(csv_text(_no_rows()).encode("utf-8"))
        for key in keys:
            with work.place(key).open("rb") as part:
                shutil.copyfileobj(part, stream)
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema()
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        waiting, rows = [], 0
        for key in keys:
            waiting.append(pq.read_table(work.place(key), schema=schema))
            rows += waiting[-1].num_rows
            if rows >= _GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting, rows = [], 0
        if rows:
            writer.write_table(pa.concat_tables(waiting))


def _faults(output: pathlib.Path) -> pathlib.Path:
    return output.with_name(f"{output.name}.errors.csv")


def _write_faults(output: pathlib.Path, faults: list[tuple[str, str]]) -> None:
    if not faults:
        _faults(output).unlink(missing_ok=True)
        return
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("file", "reason"), *faults])
    write_text(_faults(output), stream.getvalue())


class _Progress:
    """How far a run is: a bar in a terminal, a line now and then elsewhere."""

    def __init__(self, cut: Sequence[tuple[str, ...]], sizes: dict[str, int]):
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread of its own
        self._work = [(len(names), sum(sizes[name] for name in names)) for names in cut]
        self._files, self._total = 0, sum(number for number, _ in self._work)
        self._began = self._last = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._null = None if self._terminal else pathlib.Path(os.devnull).open("w")  # noqa: SIM115
        self._bar = tqdm(
            total=sum(size for _, size in self._work),
            unit="B",
            unit_scale=True,
            file=self._null or sys.stderr,
            leave=False,
            bar_format=None
            if self._terminal
            else "{n_fmt}/{total_fmt} {rate_fmt}, {remaining} left{postfix}",
        )

    def add(self, at: int) -> None:
        """Count a shard that is done."""
        files, size = self._work[at]
        self._files += files
        now = time.monotonic()
        speed = self._files / max(now - self._began, 1e-3)
        self._bar.set_postfix_str(f"{self._files}/{self._total} files {speed:.0f}/s", refresh=False)
        self._bar.update(size)
        if not self._terminal and (now - self._last > _EVERY or self._files == self._total):
            self._last = now
            self.say(str(self._bar))

    def say(self, line: str) -> None:
        """Print a line without breaking the bar."""
        if self._terminal:
            self._bar.write(line, file=sys.stderr)
        else:
            print(line, file=sys.stderr, flush=True)

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
        if self._null:
            self._null.close()
