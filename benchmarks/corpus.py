"""How fast many files are extracted, and in how much memory, beside simpler ways to do it.

    python benchmarks/corpus.py [--files 4000] [--folder TEXTS] [--quick]

Invented texts, or those of a folder, become one CSV file: by a plain loop that holds all tables, by
``multiprocessing.Pool.map`` over the files, which holds them too, and by ``extract_files`` with one
process and with as many as there are processors. Each is a command of its own and writes the same
bytes, which is checked. Memory is the peak of the one that asks and of its largest process. Since
machines differ, the ratios to the loop in the same run count. It needs a POSIX system.
"""

import argparse
import multiprocessing
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

import pandas as pd

from stdpolicy.extraction import extract
from stdpolicy.extraction.corpus import extract_files, find_files
from stdpolicy.extraction.documents import read_document
from stdpolicy.files import sha256, write_csv

ALL = os.cpu_count() or 1
WAYS = ("loop", "Pool.map", "ours, 1 process", f"ours, {ALL} processes")
SENTENCES = (
    "到2030年，力争建成示范区{}个，覆盖率达到{}%以上。",
    "截至目前，全市已累计建成道路{}公里，同比增长{}%。",
    "对主导制定标准的单位，给予一次性奖励{}万元。",
    "统筹城乡布局，完善体制机制，认真落实各项要求，营造良好氛围，形成工作合力。\n",
)


def write_texts(folder: pathlib.Path, files: int) -> None:
    chance = random.Random(1)
    for number in range(files):
        lines = ["示例市林业规划\n一、发展目标\n"]
        for _ in range(chance.randint(20, 120)):
            line = chance.choice(SENTENCES)
            lines.append(line.format(chance.randint(1, 999), chance.randint(1, 99)))
        path = folder / f"{number % 31:02d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")


def one(name: str) -> pd.DataFrame:
    table = extract(read_document(name))
    table.insert(0, "file", name)
    return table


def go(way: str, folder: str, output: pathlib.Path) -> None:
    if way.startswith("ours"):
        extract_files([folder], output, processes=1 if way.endswith("process") else ALL)
        return
    names = find_files([folder]).names
    if way == "loop":
        tables = [one(name) for name in names]
    else:
        with multiprocessing.get_context("spawn").Pool(ALL) as pool:
            tables = pool.map(one, names)
    write_csv(output, pd.concat(tables, ignore_index=True))


def main(folder: pathlib.Path, runs: int) -> None:
    listing = find_files([folder])
    files, size = len(listing.names), sum(listing.sizes) / 1e6
    print(f"{files} files, {size:.1f} MB; best of {runs}\n")
    print(f"{'':20}{'files/s':>9}{'MB/s':>7}{'to loop':>9}{'asks MB':>9}{'largest MB':>12}")
    best = {}
    with tempfile.TemporaryDirectory() as scratch:
        hashes = set()
        for turn in range(runs):
            for way in WAYS[turn % 2 :] + WAYS[: turn % 2]:
                output = pathlib.Path(scratch, f"{turn}-{WAYS.index(way)}.csv")
                command = [sys.executable, __file__, "--go", way, str(folder), str(output)]
                start = time.monotonic()
                done = subprocess.run(
                    command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
                peaks = [int(word) / 1024 for word in done.stdout.split()]
                found = time.monotonic() - start, peaks
                best[way] = min(best.get(way, found), found)
                hashes.add(sha256(output))
    for way in WAYS:
        taken, (own, children) = best[way]
        print(
            f"{way:20}{files / taken:9.0f}{size / taken:7.2f}{best['loop'][0] / taken:9.2f}"
            f"{own:9.0f}{max(own, children):12.0f}"
        )
    print("\nthe same bytes" if len(hashes) == 1 else "\nNOT THE SAME BYTES")
    sys.exit(len(hashes) != 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="only show that it works")
    parser.add_argument("--go", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.go:
        go(given.go[0], given.go[1], pathlib.Path(given.go[2]))
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            print(resource.getrusage(who).ru_maxrss)
    elif given.folder:
        main(given.folder, given.runs)
    else:
        with tempfile.TemporaryDirectory() as texts:
            write_texts(pathlib.Path(texts), 60 if given.quick else given.files)
            main(pathlib.Path(texts), 1 if given.quick else given.runs)
