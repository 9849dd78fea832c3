"""Many files at once: the same bytes whatever happens on the way. All texts are invented."""

import csv
import functools
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from errands import complain, die, die_once, double, want_memory
from stdpolicy import StdpolicyError
from stdpolicy.cli import main
from stdpolicy.extraction import corpus, extract
from stdpolicy.extraction.documents import read_document
from stdpolicy.files import csv_text
from stdpolicy.parallel import LostError, Processes

SENTENCES = (
    "到2030年，力争建成示范区{}个，覆盖率达到{}%以上。\n",
    "截至目前，全市已累计建成道路{}公里，同比增长{}%。\n",
    "对主导制定标准的单位，给予一次性奖励{}万元。\n",
    "统筹城乡布局，认真落实各项要求。\n",
)


def write_corpus(folder: pathlib.Path, files: int = 40, sentences: int = 6) -> None:
    """Texts in two folders, some of them with names and encodings that ask for care."""
    chance = random.Random(files)
    for number in range(files):
        name = f"{'b/c' if number % 3 else 'a'}/{'规划' if number % 5 else 'plan-'}{number:04d}.txt"
        lines = ["示例市林业规划\n", "一、发展目标\n"]
        for _ in range(sentences):
            line = chance.choice(SENTENCES)
            lines.append(line.format(chance.randint(1, 999), chance.randint(1, 99)))
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="gb18030" if number % 7 == 0 else "utf-8")


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """A folder of texts below the working directory, in small shards."""
    write_corpus(tmp_path / "texts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(corpus, "_SHARD_FILES", 6)
    return tmp_path / "texts"


def expected(folder: str = "texts") -> pd.DataFrame:
    """What a plain loop finds."""
    names = sorted(path.as_posix() for path in pathlib.Path(folder).rglob("*.txt"))
    tables = []
    for name in names:
        tables.append(extract(read_document(name)))
        tables[-1].insert(0, "file", name)
    return pd.concat(tables, ignore_index=True)


def run(*arguments: object) -> int:
    return main(["extract", *map(str, arguments)])


def beside(output: str) -> list[str]:
    """What there is of an output and beside it."""
    return sorted(path.name for path in pathlib.Path().glob(f"{output}*"))


# --- the table ----------------------------------------------------------------------------------


def test_a_table_is_that_of_a_plain_loop_with_any_number_of_processes(texts, capsys):
    want = expected()
    for form in ("csv", "jsonl", "parquet"):
        for number in (1, 4):
            assert run("texts", "-o", f"{number}.{form}", "--processes", number) == 0
            assert beside(f"{number}.{form}") == [
                f"{number}.{form}",
                f"{number}.{form}.record.json",
            ]
            assert "40/40 files" in capsys.readouterr().err
        one, four = (pathlib.Path(f"{number}.{form}").read_bytes() for number in (1, 4))
        assert one == four
    assert pathlib.Path("1.csv").read_bytes() == csv_text(want).encode()
    lines = pathlib.Path("1.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines[:-1]]
    assert [row["quote"] for row in rows] == want["quote"].tolist()
    assert [row["file"] for row in rows] == want["file"].tolist()
    table = pq.read_table("1.parquet")
    assert table.column_names == list(want)
    assert table["value_low"].to_pylist() == [
        None if pd.isna(value) else value for value in want["value_low"]
    ]
    assert table["target_year"].to_pylist() == [
        None if pd.isna(value) else value for value in want["target_year"]
    ]


def test_bytes_do_not_depend_on_the_hash_seed(texts):
    made = []
    for seed in ("1", "2"):
        name = f"{seed}.parquet"
        command = [sys.executable, "-m", "stdpolicy", "extract", "texts", "-o", name]
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Shanghai"}
        subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)
        made.append(pathlib.Path(name).read_bytes())
    assert made[0] == made[1]


def test_columns_without_a_value_have_their_type(texts):
    (texts / "a" / "only.txt").write_text("建成站点20个。", encoding="utf-8")
    assert run(texts / "a" / "only.txt", "-o", "one.parquet") == 0
    schema = pq.read_schema("one.parquet")
    assert schema.field("direction").type == schema.field("quote").type == pa.string()
    assert schema.field("target_year").type == pa.int64()
    assert schema.field("value_high").type == pa.float64()
    assert schema == pq.read_schema("one.parquet").remove_metadata()


def test_names_are_as_given_and_files_are_read_once(texts):
    assert run("./texts/a", texts / "b", "texts/a", "texts/a/plan-0000.txt", "-o", "t.csv") == 0
    names = list(dict.fromkeys(pd.read_csv("t.csv")["file"]))
    assert names == sorted(names)
    assert names.count("texts/a/plan-0000.txt") == 1
    assert {name.rpartition("/")[0] for name in names} == {"texts/a", (texts / "b/c").as_posix()}


def test_hidden_files_and_other_kinds_are_left_out(texts):
    for name in (".hidden.txt", ".git/x.txt", "table.csv", "a/image.png"):
        (texts / name).parent.mkdir(exist_ok=True)
        (texts / name).write_text("建成站点20个。", encoding="utf-8")
    assert len(corpus.find_files([texts]).names) == 40


def test_standard_output_gets_one_table_of_all_files(texts, capfdbinary):
    want = expected()
    for form in ("csv", "jsonl", "json"):
        assert run("texts", "--format", form) == 0
        out = capfdbinary.readouterr().out.decode()
        if form == "csv":
            assert out == csv_text(want)
        elif form == "json":
            told = want.to_json(orient="records", force_ascii=False, indent=1) + "\n"
            assert out == told.replace("\\/", "/")
        else:
            told = want.to_json(orient="records", force_ascii=False, lines=True)
            assert out == told.replace("\\/", "/")


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_json_has_plain_slashes(texts, form, capfdbinary):
    (texts / "a" / "plan-0000.txt").write_text("到2030年，浓度降至25μg/m³。", encoding="utf-8")
    assert run("texts/a/plan-0000.txt", "--format", form) == 0
    out = capfdbinary.readouterr().out.decode()
    assert '"unit_text":"μg/m³"' in out
    assert "\\" not in out


# --- bad input ----------------------------------------------------------------------------------


def test_bad_files_are_told_and_left_out_until_they_are_good(texts, capsys):
    from pypdf import PdfWriter

    good = expected()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(texts / "scan.pdf")
    bad = {
        "texts/binary.txt": b"\x00\x01\x02\xff" * 9,
        "texts/coded.txt": b"\xff" * 99,
        "texts/empty.txt": b"",
        "texts/blank.md": b" \n",
        "texts/broken.docx": b"PK\x03\x04 and so on",
        "texts/broken.pdf": b"%PDF-1.7 and so on",
        "texts/old.txt": b"\xd0\xcf\x11\xe0 and so on",
        "texts/shell.html": b"<html><script>var a = '9';</script></html>",
    }
    for name, raw in bad.items():
        pathlib.Path(name).write_bytes(raw)
    (texts / "gone.txt").symlink_to("nowhere")
    os.mkfifo(texts / "pipe.txt")
    named = pathlib.Path(os.fsdecode(b"texts/\xff.txt"))
    named.write_text("建成站点20个。", encoding="utf-8")
    assert run("texts", "-o", "t.csv") == 1
    assert pathlib.Path("t.csv").read_text(encoding="utf-8") == csv_text(good)
    with pathlib.Path("t.csv.errors.csv").open(encoding="utf-8", newline="") as stream:
        told = {row["file"]: row["reason"] for row in csv.DictReader(stream)}
    others = {"texts/scan.pdf", "texts/gone.txt", "texts/pipe.txt", "texts/\\xff.txt"}
    assert set(told) == set(bad) | others
    assert list(told) == sorted(told)
    assert "OCR" in told["texts/scan.pdf"]
    assert "zero bytes" in told["texts/binary.txt"]
    assert "GB18030" in told["texts/coded.txt"]
    assert told["texts/empty.txt"] == told["texts/shell.html"] == "there is no text in this file"
    assert "No such file" in told["texts/gone.txt"]
    assert "no ordinary file" in told["texts/pipe.txt"]
    assert "not in UTF-8" in told["texts/\\xff.txt"]
    said = capsys.readouterr().err
    assert "12 could not be read" in said
    assert said.count("stdpolicy: texts/") == 12
    # Nothing has changed: it is still a fault.
    assert run("texts", "-o", "t.csv") == 1
    assert "nothing has changed" in capsys.readouterr().err
    for path in (*map(pathlib.Path, [*bad, *others - {"texts/\\xff.txt"}]), named):
        path.unlink()
    assert run("texts", "-o", "t.csv") == 0
    assert beside("t.csv") == ["t.csv", "t.csv.record.json"]


def test_many_bad_files_do_not_flood_the_screen(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number in range(30):
        pathlib.Path(f"{number:02d}.txt").write_bytes(b"\x00")
    assert run(".", "-o", "t.jsonl") == 1
    said = capsys.readouterr().err
    assert said.count("zero bytes") == 20
    assert "and 10 more files" in said
    assert pathlib.Path("t.jsonl").read_bytes() == b""
    assert len(pathlib.Path("t.jsonl.errors.csv").read_text(encoding="utf-8").splitlines()) == 31


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser reads all")
def test_what_may_not_be_read_is_told(texts):
    (texts / "a" / "plan-0000.txt").chmod(0)
    (texts / "b").chmod(0)
    try:
        assert run("texts", "-o", "t.csv") == 1
    finally:
        (texts / "b").chmod(0o755)
    told = pathlib.Path("t.csv.errors.csv").read_text(encoding="utf-8")
    assert "plan-0000.txt,this file cannot be read" in told
    assert "texts/b,this folder cannot be read" in told


def test_a_folder_that_cannot_be_looked_into_is_told(texts, monkeypatch):
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = corpus.find_files(["texts"])
    assert listing.closed == [("texts/b", "this folder cannot be read (Permission denied)")]
    assert all(name.startswith("texts/a/") for name in listing.names)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["texts", "-o", "t.xlsx"], r"\.parquet, \.csv, \.jsonl"),
        (["nowhere", "-o", "t.csv"], "no file or folder nowhere"),
        (["empty", "-o", "t.csv"], "no texts in empty"),
        (["empty"], "no texts in empty"),
        (["-", "-o", "t.csv"], "standard input"),
        (["texts", "-o", "t.csv", "--format", "csv"], "leave --format out"),
        (["texts", "-o", "empty.csv"], "is a folder"),
        (["texts", "--part", "1/2"], "--part needs --output"),
        (["texts", "--keep-parts"], "--keep-parts needs --output"),
        (["texts", "-o", "texts/a/plan-0000.txt/t.csv"], "cannot write to"),
    ],
)
def test_wrong_use_is_told(texts, capsys, arguments, message):
    pathlib.Path("empty").mkdir()
    pathlib.Path("empty.csv").mkdir()
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert pd.Series([said.err]).str.contains(message).all(), said.err
    assert not pathlib.Path("t.csv.parts").exists()


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_part_that_there_is_not_is_refused(part, capsys):
    with pytest.raises(SystemExit, match="2"):
        run("texts", "-o", "t.csv", f"--part={part}")
    assert "as in 2/8" in capsys.readouterr().err


# --- again, in parts, and after a stop ----------------------------------------------------------


def test_nothing_is_extracted_twice(texts, capsys):
    def state(**settings):
        return corpus.extract_files(["texts"], pathlib.Path("t.csv"), processes=1, **settings)

    first = state()
    assert (first.state, first.kept) == ("done", 0)
    before = pathlib.Path("t.csv").read_bytes()
    assert state().state == "same"
    assert pathlib.Path("t.csv").read_bytes() == before
    assert state(year=2020).state == "done"
    assert state().state == "done"
    pathlib.Path("t.csv").write_bytes(before + b"x")
    assert state().state == "done"
    assert pathlib.Path("t.csv").read_bytes() == before
    # Content counts, not time.
    path = texts / "a" / "plan-0000.txt"
    os.utime(path, (1, 1))
    assert state().state == "same"
    path.write_text("建成站点20个。", encoding="utf-8")
    assert state().state == "done"
    assert pathlib.Path("t.csv").read_text(encoding="utf-8") == csv_text(expected())


def test_kept_parts_serve_a_run_with_one_file_more(texts, monkeypatch):
    monkeypatch.setattr(corpus, "_CUT", 4)
    first = corpus.extract_files(["texts"], pathlib.Path("t.csv"), keep_parts=True)
    assert beside("t.csv") == ["t.csv", "t.csv.parts", "t.csv.record.json"]
    (texts / "a" / "added.txt").write_text("建成站点20个。", encoding="utf-8")
    then = corpus.extract_files(["texts"], pathlib.Path("t.csv"), keep_parts=True)
    assert then.kept >= first.shards - 2
    assert pathlib.Path("t.csv").read_text(encoding="utf-8") == csv_text(expected())
    # Parts that are of no use go.
    assert len(list(pathlib.Path("t.csv.parts").iterdir())) == 2 * then.shards
    last = corpus.extract_files(["texts"], pathlib.Path("t.csv"), year=2020)
    assert last.kept == 0
    assert not pathlib.Path("t.csv.parts").exists()


def test_parts_are_put_together_without_extracting_again(texts, capsys):
    assert run("texts", "-o", "whole.parquet") == 0
    for number in (2, 1, 3):
        assert run("texts", "-o", "t.parquet", "--part", f"{number}/3") == 0
        assert not pathlib.Path("t.parquet").exists()
    assert "run without --part at last" in capsys.readouterr().err
    found = corpus.extract_files(["texts"], pathlib.Path("t.parquet"))
    assert found.kept == found.shards > 3
    assert pathlib.Path("t.parquet").read_bytes() == pathlib.Path("whole.parquet").read_bytes()
    assert beside("t.parquet") == ["t.parquet", "t.parquet.record.json"]


def test_one_run_at_a_time(texts, capsys):
    pathlib.Path("t.csv.parts").mkdir()
    with FileLock("t.csv.parts/whole.lock"):
        assert run("texts", "-o", "t.csv") == 2
    assert "another run writes" in capsys.readouterr().err
    with FileLock("t.csv.parts/1-of-2.lock"):
        assert run("texts", "-o", "t.csv") == 2
        assert run("texts", "-o", "t.csv", "--part", "1/2") == 2
        assert run("texts", "-o", "t.csv", "--part", "2/2") == 0
    # What a run that was killed has left does no harm.
    assert run("texts", "-o", "t.csv") == 0
    assert beside("t.csv") == ["t.csv", "t.csv.record.json"]


SMALL = """\
import signal
import sys
from stdpolicy import cli
from stdpolicy.extraction import corpus
corpus._SHARD_FILES = 3
if __name__ == "__main__":
    # What starts the tests may have Ctrl-C ignored, which processes hand down.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.fixture
def under_way(tmp_path, monkeypatch):
    """A run in a session of its own, some shards of which are done; its processes."""
    # Long enough that it is still under way when a busy machine lets us look.
    write_corpus(tmp_path / "texts", files=300, sentences=40)
    (tmp_path / "small.py").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "small.py", "extract", "texts", "-o", "t.csv", "--processes", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 60
    while len(list(pathlib.Path().glob("t.csv.parts/*.json"))) < 3:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    yield process, children
    process.kill()
    process.communicate()


def ended(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=20)[1]


def test_a_run_that_was_killed_goes_on_where_it_was(under_way, monkeypatch):
    process, children = under_way
    process.kill()
    process.wait()
    assert ended(children)
    assert not pathlib.Path("t.csv").exists()
    monkeypatch.setattr(corpus, "_SHARD_FILES", 3)
    found = corpus.extract_files(["texts"], pathlib.Path("t.csv"), processes=2)
    assert 3 <= found.kept < found.shards
    assert pathlib.Path("t.csv").read_text(encoding="utf-8") == csv_text(expected())
    assert beside("t.csv") == ["t.csv", "t.csv.record.json"]


def test_a_run_that_is_interrupted_leaves_no_process(under_way):
    process, children = under_way
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "stdpolicy: stopped" in said
    assert "Traceback" not in said
    assert ended(children)
    assert beside("t.csv") == ["t.csv.parts"]


# --- processes that are lost --------------------------------------------------------------------


def deadly_part(work: corpus.Work, names: tuple[str, ...]) -> corpus.Part:
    if "texts/a/plan-0000.txt" in names:
        os.kill(os.getpid(), signal.SIGKILL)
    return corpus.make_part(work, names)


def test_answers_of_processes():
    assert sorted(Processes(3).map(double, range(20))) == [(n, 2 * n) for n in range(20)]
    assert list(Processes(2).map(double, [])) == []


def test_what_a_lost_process_was_at_is_done_again(tmp_path):
    function = functools.partial(die_once, str(tmp_path))
    assert sorted(Processes(2).map(function, range(10))) == [(n, n) for n in range(10)]


def test_an_item_that_ends_its_process_is_named_and_the_others_are_done():
    got = []
    with pytest.raises(LostError) as error:
        got.extend(Processes(2).map(die, range(6)))
    assert error.value.numbers == [2]
    assert sorted(at for at, _ in got) == [0, 1, 3, 4, 5]
    with pytest.raises(LostError):
        list(Processes(2).map(want_memory, range(2)))


def test_a_worker_that_comes_late_leaves_nothing(texts):
    work = corpus.Work(texts.parent, texts.parent / "t.csv.parts", "csv", None, None, "")
    with pytest.raises(StdpolicyError, match="is over"):
        corpus.make_part(work, ("texts/a/plan-0000.txt",))
    assert beside("t.csv") == []


def test_errors_come_to_the_one_who_asks():
    with pytest.raises(OSError, match="No space left"):
        list(Processes(2).map(complain, range(4)))


def test_files_that_end_their_process_are_named(texts, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setattr(corpus, "make_part", deadly_part)
        assert run("texts", "-o", "t.csv", "--processes", "2") == 1
    said = capsys.readouterr().err
    assert "ended twice" in said
    assert "  texts/a/plan-0000.txt" in said
    assert "Traceback" not in said
    assert not pathlib.Path("t.csv").exists()
    # The others are kept.
    found = corpus.extract_files(["texts"], pathlib.Path("t.csv"))
    assert found.kept == found.shards - 1
    assert pathlib.Path("t.csv").read_text(encoding="utf-8") == csv_text(expected())


# --- shards and memory --------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text("ab/.规", min_size=1), st.integers(0, 3 * 2**20)), max_size=600))
def test_shards_hold_every_file_once_in_order(found):
    sizes = dict(found)
    names = sorted(sizes)
    cut = corpus.shards(corpus.Listing(names, [sizes[name] for name in names], []))
    assert [name for shard in cut for name in shard] == names
    assert all(cut)
    for shard in cut:
        assert len(shard) == 1 or sum(sizes[name] for name in shard) <= corpus._SHARD_BYTES
        assert len(shard) <= corpus._SHARD_FILES


def test_a_file_more_leaves_most_shards_as_they_are():
    names = [f"texts/{number:05d}.txt" for number in range(5000)]
    before = corpus.shards(corpus.Listing(names, [100] * 5000, []))
    names = sorted([*names, "texts/00100a.txt"])
    after = corpus.shards(corpus.Listing(names, [100] * 5001, []))
    assert len(set(after) - set(before)) <= 2


PEAK = """\
import resource, sys
from stdpolicy import cli
if __name__ == "__main__":
    assert cli.main(sys.argv[1:]) == 0
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.full
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_memory_does_not_grow_with_the_files(tmp_path, form):
    (tmp_path / "peak.py").write_text(PEAK, encoding="utf-8")
    peaks = []
    for files in (600, 3000):
        write_corpus(tmp_path / f"texts{files}", files, sentences=60)
        command = [sys.executable, "peak.py", "extract", f"texts{files}", "-o", f"{files}.{form}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        peaks.append([int(line) for line in done.stdout.split()])
    for small, large in zip(*peaks, strict=True):
        assert large < 1.4 * small, peaks
