"""How well and how fast quantities are found, beside recognizers-text and jionlp where installed.

    python benchmarks/extraction.py TEXTS [MEGABYTES] [FOLDER ...]

TEXTS is a folder with ``texts/*.txt`` and ``gold.jsonl``, one annotated quantity a line: ``file``,
``start``, ``end`` (of the raw text), ``kind``, ``value_low``, ``value_high``, ``unit`` and
``target_year`` or ``year_inferred``. A span is right when it overlaps an annotated one and the low
value agrees; value and unit, kind and year are counted among those. Incentives count as other.
Peers find spans and values only; a plain sketch (a number with a unit, cue words, the year before)
tells kind and year as well. Speeds are given as ratios in the same run, for machines differ: of
TEXTS and of the texts of every other FOLDER, each repeated to MEGABYTES (20).
"""

import bisect
import collections
import json
import math
import pathlib
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from stdpolicy.extraction import extract
from stdpolicy.extraction.numerals import numeral_value

Found = dict[str, Any]
BARE = re.compile(r"[0-9]+(?:\.[0-9]+)?[个项家%万亿元]")


SKETCH = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百千万亿]+)(?P<power>[万亿]*)"
    r"(?P<unit>%|个百分点|平方公里|平方米|公里|万吨|吨|亩|元|个|项|家|人|件|条|种|次|倍|座|处|户)"
)
SKETCH_YEAR = re.compile(r"20[0-9]{2}(?=年)")
AHEAD = re.compile("到20|力争|确保|争取|达到|目标|计划|建成|推进|加快|不低于|不少于")
BACK = re.compile("已|累计|截至|同比|比上年|去年|完成了|实现了|以来")


def sketch(text: str) -> list[Found]:
    """What an afternoon gives: numbers with units, cue words around them, the year before them."""
    years = [(match.start(), int(match.group())) for match in SKETCH_YEAR.finditer(text)]
    places = [place for place, _ in years]
    found: list[Found] = []
    for match in SKETCH.finditer(text):
        start, end = match.span()
        value = _number(match["number"])
        if value is None:
            continue
        value *= 10.0 ** sum({"万": 4, "亿": 8}[char] for char in match["power"])
        around = text[max(0, start - 60) : end + 10]
        at = bisect.bisect_left(places, start) - 1
        target = len(AHEAD.findall(around)) >= len(BACK.findall(around))
        found.append(
            {
                "start": start,
                "end": end,
                "quote": match.group(),
                "value_low": value,
                "value_high": value,
                "unit": match["unit"],
                "kind": "target" if target else "outcome",
                "target_year": years[at][1] if at >= 0 else None,
            }
        )
    return found


def ours(text: str) -> list[Found]:
    table = extract(text)
    return table.astype(object).where(table.notna(), None).to_dict("records")


def recognizers() -> Callable[[str], list[Found]]:
    """Its recognizers of quantities with units, of percentages and of plain numbers, in turn."""
    from recognizers_number import recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency, recognize_dimension
    from recognizers_text import Culture

    def find(text: str) -> list[Found]:
        found: list[Found] = []
        for recognize in (
            recognize_dimension,
            recognize_currency,
            recognize_percentage,
            recognize_number,
        ):
            for result in recognize(text, Culture.Chinese):
                start, end = result.start, result.end + 1
                if any(item["start"] < end and start < item["end"] for item in found):
                    continue
                resolution = result.resolution or {}
                value = _number(str(resolution.get("value")).rstrip("%"))
                found.append(
                    {
                        "start": start,
                        "end": end,
                        "quote": result.text,
                        "value_low": value,
                        "value_high": value,
                        "unit": resolution.get("unit") or text[end : end + 1],
                    }
                )
        return found

    return find


def jionlp() -> Callable[[str], list[Found]]:
    """Its finder of sums of money; it has none for other quantities."""
    import jionlp as jio

    def find(text: str) -> list[Found]:
        return [
            {
                "start": money["offset"][0],
                "end": money["offset"][1],
                "quote": money["text"],
                "value_low": _number(money["detail"]["num"]),
                "value_high": _number(money["detail"]["num"]),
                "unit": money["detail"]["case"],
            }
            for money in jio.ner.extract_money(text, with_parsing=True)
        ]

    return find


def _number(value: object) -> float | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        try:
            return numeral_value(str(value))
        except (ValueError, KeyError):
            return None


def same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is None and b is None
    return math.isclose(a, b, rel_tol=2e-4)


def score(
    name: str, find: Callable[[str], list[Found]], folder: pathlib.Path, errors: bool
) -> None:
    gold = collections.defaultdict(list)
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold[row["file"]].append(row)
    count = collections.Counter[str]()
    wrong: list[str] = []
    for file, rows in sorted(gold.items()):
        with (folder / "texts" / file).open(encoding="utf-8", newline="") as stream:
            text = stream.read()
        left = list(rows)
        for item in find(text):
            hit = next(
                (
                    row
                    for row in left
                    if row["start"] < item["end"]
                    and item["start"] < row["end"]
                    and same(item["value_low"], row["value_low"])
                ),
                None,
            )
            count["found"] += 1
            if hit is None:
                wrong.append(f"{file} {item['start']}: {item['quote']!r} is not annotated so")
                continue
            left.remove(hit)
            count["right"] += 1
            high_agrees = same(item["value_high"], hit["value_high"])
            if high_agrees and (item["unit"] or None) == (hit["unit"] or None):
                count["value"] += 1
            else:
                wrong.append(
                    f"{file} {item['start']}: {item['quote']!r} read as {item['value_low']} to "
                    f"{item['value_high']} {item['unit']}, annotated {hit['value_low']} to "
                    f"{hit['value_high']} {hit['unit']}"
                )
            kind = "other" if item.get("kind") == "incentive" else item.get("kind")
            expected = "other" if hit["kind"] == "incentive" else hit["kind"]
            if kind == expected:
                count["kind"] += 1
            elif "kind" in item:
                wrong.append(f"{file} {item['start']}: {item['quote']!r} is {expected}, not {kind}")
            year = hit["target_year"] or hit.get("year_inferred")
            if hit["kind"] == "target" and year:
                count["dated"] += 1
                count["year"] += item.get("target_year") == year
                if "kind" in item and item.get("target_year") != year:
                    wrong.append(
                        f"{file} {item['start']}: {item['quote']!r} is due in {year}, "
                        f"not {item.get('target_year')}"
                    )
        wrong += [f"{file} {row['start']}: {row['quote']!r} is missed" for row in left]
        count["gold"] += len(rows)
    right, total = count["right"], count["found"] + count["gold"]
    print(
        f"{name:20}{2 * right / total:9.3f}{right / max(1, count['found']):11.3f}"
        f"{right / count['gold']:8.3f}{count['value'] / max(1, right):12.3f}"
        f"{count['kind'] / max(1, right):7.3f}{count['year'] / max(1, count['dated']):7.3f}"
    )
    if errors:
        print("\n".join(f"    {line}" for line in wrong))


def seconds(run: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def speed(folder: pathlib.Path, megabytes: float, peers: dict[str, Any]) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]
    once = "\n".join(texts)
    text = once * max(1, round(megabytes * 1e6 / len(once.encode())))
    size = len(text.encode()) / 1e6
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch, "text")
        path.write_text(text, encoding="utf-8")
        read = seconds(lambda: path.read_text(encoding="utf-8"))
    bare = seconds(lambda: sum(1 for _ in BARE.finditer(text)))
    rough = seconds(lambda: sketch(text), 3)
    full = seconds(lambda: extract(text), 3)
    found = len(extract(text))
    print(
        f"\n{folder.name}, {size:.1f} MB, a quantity for every {size * 1e6 / max(1, found):.0f} "
        f"bytes: {size / full:.1f} MB/s here, {full / found * 1e6:.0f} µs a quantity; as long as "
        f"{full / read:.0f} plain reads, {full / bare:.1f} scans of a bare pattern and "
        f"{full / rough:.1f} sketches"
    )
    for name, find in peers.items():
        small = seconds(lambda find=find: [find(text) for text in texts], 1)
        own = seconds(lambda: [extract(text) for text in texts], 1)
        print(f"{name} takes {small / own:.1f} times as long as ours on the texts once")


def main(folder: pathlib.Path, megabytes: float, others: list[pathlib.Path]) -> None:
    peers: dict[str, Any] = {}
    for name, make in (("recognizers-text", recognizers), ("jionlp", jionlp)):
        try:
            peers[name] = make()
        except ImportError:
            print(f"{name} is not installed (benchmarks/requirements.txt)", file=sys.stderr)
    print(f"{'':20}{'span F1':>9}{'precision':>11}{'recall':>8}{'value+unit':>12}", end="")
    print(f"{'kind':>7}{'year':>7}")
    score("stdpolicy", ours, folder, errors=True)
    score("a sketch", sketch, folder, errors=False)
    for name, find in peers.items():
        score(name, find, folder, errors=False)
    for texts in (folder, *others):
        speed(texts, megabytes, peers if texts == folder else {})


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(
        pathlib.Path(sys.argv[1]),
        float(sys.argv[2]) if len(sys.argv) > 2 else 20,
        [pathlib.Path(name) for name in sys.argv[3:]],
    )
