"""How fast targets are assessed, beside a loop over rows, and how time and memory grow.

A national study is made up: 31 provinces with 300 cities each, 108 indicators, a target and ten
dated figures for each city and indicator; 10^7 figures are the whole of it. It is held against the
same rules written as one first writes them, a loop over the rows of a pandas table, and the growth
ratio of progress against a loop over series, all on one core in the same run. Every size has a
process of its own. Time is that of the processor, which other work on the machine disturbs least;
memory is the peak of the process with the input counted in, beside the size of the input as pandas
tells it and as the process holds it. Since machines differ, the ratios count, not the seconds.

Run it on a quiet machine: python benchmarks/gap.py [--quick] [--largest 10000000]. The whole takes
some ten minutes and 5 GB of memory; --quick takes some seconds and only shows that all of it works.
"""

import argparse
import contextlib
import ctypes
import gc
import math
import multiprocessing
import os
import pathlib
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd

import stdpolicy
from stdpolicy import dates, progress, schema
from stdpolicy.gap import Readings, evaluate
from stdpolicy.tables import typed

Tables = dict[str, pd.DataFrame]

# --- a national study ----------------------------------------------------------------------------

PROVINCES, INDICATORS, FIGURES = 31, 108, 10

#: One scope with five fields of four parts each; all parts have the same share.
SCOPES = ["whole", *(f"field_{i}" for i in range(5)), *(f"part_{i:02d}" for i in range(20))]
PARENTS = [-1, *[0] * 5, *(1 + i // 4 for i in range(20))]
SHARES = np.array([20, *[4] * 5, *[1] * 20])
DOMAINS = ["all", *(f"domain_{i}" for i in range(5))]
#: How shares of roles, stages, actions and time bases of figures lie in the packaged tables, about.
ROLES = {"unstated": 0.74, "lead_or_take_part": 0.17, "lead": 0.05, "take_part": 0.04}
STAGES = {"issued": 0.84, "drafted": 0.06, "initiated": 0.05, "in_use": 0.04, "proposed": 0.01}
ACTIONS = {"make": 0.8, "make_or_revise": 0.15, "revise": 0.02, "other": 0.03}
BASES = {"cumulative": 0.33, "during": 0.3, "year": 0.2, "stock": 0.14, "unknown": 0.03}
BOUNDS = {"exact": 0.79, "at_least": 0.17, "at_most": 0.01, "approx": 0.02, "range": 0.01}
QUALITIES = {"repost": 0.6, "press": 0.25, "secondary": 0.05, "official": 0.1}
CONFIDENCES = {"high": 0.55, "medium": 0.43, "low": 0.02}
TOTAL, DURING, YEARLY, IN_FORCE, UNKNOWN = range(5)
EXACT, AT_LEAST, AT_MOST, APPROX, RANGE = range(5)
#: What an indicator measures.
FLOW, STOCK, SHARE = range(3)
#: How much there is of each of them, in whole numbers, so that the figures of all parts add up.
AMOUNTS = {"role": [2, 2, 1, 2], "stage": [4, 5, 6, 3, 7], "action": [2, 3, 1, 1]}

UNITS = ["项", "个", "万元", "亿元", "%"]
YEARS = range(2006, 2031)
DAYS = {"": 0.5, "-12": 0.96, "-01-01": 0.0, "-06-30": 0.5, "-12-31": 1.0}
DATES = [f"{year}{day}" for year in YEARS for day in DAYS]
TIMES = np.array([year + part for year in YEARS for part in DAYS.values()])
YEAR, MONTH, FIRST, MIDDLE, LAST = range(5)


def date(year: np.ndarray | int, day: np.ndarray | int) -> np.ndarray | int:
    """Place of a date among all dates."""
    return (year - YEARS[0]) * len(DAYS) + day


def coded(codes: np.ndarray, values: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, values)


def text(cells: object) -> pd.api.extensions.ExtensionArray:
    return pd.array(cells, dtype="string")


def empty(size: int) -> pd.api.extensions.ExtensionArray:
    return text(np.full(size, pd.NA, dtype="object"))


class Draw:
    """Chance, the same for the same seed."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)

    def one_of(self, size: int, weights: dict[str, float]) -> np.ndarray:
        """Places among the keys, by their weights."""
        steps = np.cumsum(list(weights.values()))
        return np.searchsorted(steps, self.random.random(size) * steps[-1], "right").astype("int8")

    def chance(self, size: int, share: float) -> np.ndarray:
        return self.random.random(size) < share


class Study:
    """A made-up study: what is promised and reported follows from an amount that grows by year.

    Keys, dates and other repeated texts are categories, ids and notes ``string``; that takes the
    least memory. :func:`as_loaded` gives the tables the types of :func:`stdpolicy.load_all`.
    """

    def __init__(self, targets: int, each: int = 1, figures: int = FIGURES, plans: bool = False):
        """Make ``targets`` targets, ``each`` of them of one jurisdiction and indicator.

        With ``plans`` every six of them are a whole and its five parts.
        """
        self.draw = Draw(targets + each)
        self.size, self.each, self.plans = targets, each, plans
        group = np.arange(targets) // each
        self.place, self.indicator = group // INDICATORS, group % INDICATORS
        self.places = [
            f"p{i % PROVINCES:02d}_c{i // PROVINCES:03d}" for i in range(self.place[-1] + 1)
        ]
        self.documents = [f"xx-{place.replace('_', '-')}" for place in self.places]
        self.growth = self.draw.random.uniform(1, 20, group[-1] + 1)
        self.share = self.draw.random.uniform(40, 90, group[-1] + 1)
        self.group = group
        targets_table = self.targets()
        # Reports come as they come, not sorted by what they are about.
        about = self.draw.random.permutation(np.repeat(np.arange(targets, dtype="int32"), figures))
        outcomes = about[: len(about) // 5], about[len(about) // 5 :]
        self.tables: Tables = {
            "targets": targets_table,
            "outcomes": self.outcomes(outcomes[0]),
            "observations": self.observations(outcomes[1]),
            **self.vocabularies(),
        }

    def measure(self, target: np.ndarray) -> np.ndarray:
        """What happens, what there is, or a share, by the indicator."""
        which = self.indicator[target]
        return np.select([which < 85, which < 97], [FLOW, STOCK], SHARE)

    def units(self, target: np.ndarray) -> np.ndarray:
        """Standards, bodies, money in ten thousands, shares."""
        measure = self.measure(target)
        money = (self.indicator[target] % 20 == 7) & (measure == FLOW)
        places = [UNITS.index(unit) for unit in ("万元", "项", "个")]
        return np.select([money, measure == FLOW, measure == STOCK], places, UNITS.index("%"))

    def amount(self, target: np.ndarray, when: np.ndarray, kinds: dict[str, object]) -> np.ndarray:
        """What there is, ever or at a time, in the whole numbers that each kind has."""
        out = np.floor(self.growth[self.group[target]] * (when - YEARS[0]))
        out *= SHARES[kinds["scope"]] * np.where(kinds["domain"] == 0, 5, 1)
        for name, amounts in AMOUNTS.items():
            out *= np.array(amounts)[kinds[name]]
        return out

    def targets(self) -> pd.DataFrame:
        draw, size = self.draw, self.size
        every, row = np.arange(size), np.arange(size) % 6
        kinds = {
            "scope": np.where(draw.chance(size, 0.4), 0, draw.random.integers(0, 26, size)),
            "domain": np.where(draw.chance(size, 0.5), 0, draw.random.integers(0, 6, size)),
            "role": draw.one_of(size, {"unstated": 0.94, "lead_or_take_part": 0.06}),
            "stage": draw.one_of(size, {"issued": 0.85, "drafted": 0.15}),
            "action": draw.one_of(size, {"make": 0.85, "make_or_revise": 0.15}),
        }
        # Two plans follow each other; the second is one for other fields than the first.
        first_year = 2016 + 5 * (every % self.each % 2)
        if self.plans:
            kinds = {name: np.zeros(size, dtype="int8") for name in kinds} | {"scope": row}
            first_year = np.full(size, 2016)
        self.kinds = {name: codes.astype("int8") for name, codes in kinds.items()}
        self.base, self.due = date(first_year, FIRST), date(first_year + 4, LAST)
        measure = self.measure(every)
        begin, end = (self.amount(every, TIMES[when], self.kinds) for when in (self.base, self.due))
        promised = np.where(measure == FLOW, end - begin, np.floor(0.8 * end))
        promised = np.where(measure == SHARE, self.share[self.group] + 5, promised)
        promised = np.maximum(1, np.floor(promised * draw.random.uniform(0.6, 1.3, size)))
        promised = np.where(measure == SHARE, np.minimum(promised, 100), promised)
        bound = draw.one_of(size, {"exact": 0.81, "at_least": 0.1, "approx": 0.02, "range": 0.07})
        bound = np.array([EXACT, AT_LEAST, APPROX, RANGE])[bound]
        bound = np.where(measure == SHARE, EXACT, bound)
        high = np.where(bound == RANGE, np.floor(1.2 * promised) + 1, promised)
        whole = every - row
        ids = [f"{self.documents[p]}.t{i:07d}" for i, p in enumerate(self.place)]
        part = self.plans & (row > 0)
        return pd.DataFrame(
            {
                "target_id": text(ids),
                "doc_id": coded(self.place, self.documents),
                "section": coded(np.zeros(size, dtype="int8"), ["1"]),
                **self.keys(every, self.kinds),
                "value_low": promised,
                "value_high": np.where(bound == AT_LEAST, np.nan, high),
                "unit": coded(self.units(every), UNITS),
                "bound": coded(bound, list(BOUNDS)),
                "commitment": coded(draw.one_of(size, {"f": 0.5, "s": 0.5}), ["firm", "strive"]),
                "basis": coded(np.where(measure == FLOW, 0, 1), ["unstated", "stock"]),
                "base_date": coded(self.base, DATES),
                "base_date_source": coded(np.zeros(size, dtype="int8"), ["phase"]),
                "due_date": coded(self.due, DATES),
                "year_source": coded(np.zeros(size, dtype="int8"), ["explicit"]),
                "part_of": text([ids[w] if p else pd.NA for w, p in zip(whole, part, strict=True)])
                if self.plans
                else empty(size),
                "part_relation": coded(
                    np.where(part, whole // 6 % 2, -1), ["disjoint", "disjoint_exhaustive"]
                ),
                "supersedes": empty(size),
                "start": pd.array(np.zeros(size, dtype="int64"), dtype="Int64"),
                "end": pd.array(np.ones(size, dtype="int64"), dtype="Int64"),
                "quote": coded(np.zeros(size, dtype="int8"), ["80项"]),
                "note": empty(size),
            }
        )

    def keys(self, about: np.ndarray, kinds: dict[str, np.ndarray]) -> dict[str, pd.Categorical]:
        return {
            "jurisdiction": coded(self.place[about], self.places),
            "indicator": coded(
                self.indicator[about], [f"indicator_{i:03d}" for i in range(INDICATORS)]
            ),
            "domain": coded(kinds["domain"], DOMAINS),
            "scope": coded(kinds["scope"], SCOPES),
            "role": coded(kinds["role"], list(ROLES)),
            "stage": coded(kinds["stage"], list(STAGES)),
            "action": coded(kinds["action"], list(ACTIONS)),
        }

    def figures(self, about: np.ndarray) -> tuple[dict[str, object], np.ndarray]:
        """Columns that outcomes and observations share, and the time of each figure."""
        draw, size = self.draw, len(about)
        mine = {name: codes[about] for name, codes in self.kinds.items()}
        luck = draw.random.random(size)
        other = draw.random.integers(0, 26, size)
        kinds = {
            "scope": np.select([luck < 0.5, luck < 0.8], [mine["scope"], 0], other).astype("int8"),
            "domain": np.where(draw.chance(size, 0.7), mine["domain"], 0).astype("int8"),
            "role": draw.one_of(size, ROLES),
            "stage": draw.one_of(size, STAGES),
            "action": draw.one_of(size, ACTIONS),
        }
        measure = self.measure(about)
        basis = draw.one_of(size, BASES)
        there = (measure == SHARE) | ((measure == STOCK) & (basis != TOTAL))
        basis = np.where(there, IN_FORCE, basis)
        # From the year before the base date to three years after the deadline.
        begin = TIMES[self.base[about]].astype("int64")
        year = begin - 1 + draw.random.integers(0, 9, size)
        day = draw.one_of(size, {"y": 0.02, "m": 0.02, "first": 0.1, "middle": 0.2, "last": 0.66})
        until = date(year, day)
        during, yearly = basis == DURING, basis == YEARLY
        until = np.where(during & (until <= self.base[about] + LAST), self.due[about], until)
        until = np.where(yearly, date(year, LAST), until).astype("int16")
        since = np.where(yearly, date(year, FIRST), np.where(during, self.base[about], -1))
        # Of what is known to a year or month only, the report came by the end of the year.
        reported = np.where(until % 5 <= MONTH, until - until % 5 + LAST, until)
        reported = np.where(until % 5 == FIRST, until + 1, reported)
        value = self.amount(about, TIMES[until], kinds)
        value -= np.where(since >= 0, self.amount(about, TIMES[since], kinds), 0)
        value = np.where(basis == IN_FORCE, np.floor(0.8 * value), value)
        of_all = self.share[self.group[about]] + 0.5 * (TIMES[until] - 2018)
        value = np.where(measure == SHARE, np.round(of_all, 1), np.maximum(value, 0))
        # One figure in a hundred is wrong.
        wrong = draw.chance(size, 0.01)
        value[wrong] = np.round(value[wrong] * draw.random.uniform(0.5, 1.1, wrong.sum()))
        value = np.where(measure == SHARE, np.minimum(value, 100), value)
        bound = draw.one_of(size, BOUNDS)
        bound = np.where((bound > AT_LEAST) & (value < 10), EXACT, bound)
        low, high = np.floor(0.9 * value), np.ceil(1.1 * value)
        low = np.select([bound == AT_MOST, bound == RANGE], [np.nan, low], value)
        high = np.select([bound == AT_LEAST, bound == RANGE], [np.nan, high], value)
        high = np.where(measure == SHARE, np.minimum(high, 100), high)
        # Money is often reported in a larger unit.
        unit = self.units(about)
        large = (unit == UNITS.index("万元")) & draw.chance(size, 0.5)
        columns = {
            **self.keys(about, kinds),
            "value_low": np.where(large, low / 1e4, low),
            "value_high": np.where(large, high / 1e4, high),
            "unit": coded(np.where(large, UNITS.index("亿元"), unit), UNITS),
            "bound": coded(bound, list(BOUNDS)),
            "basis": coded(basis, list(BASES)),
            "since_date": coded(since, DATES),
            "as_of_date": coded(until, DATES),
            "reported_on": coded(reported, DATES),
            "same_cohort": pd.array(
                pd.arrays.BooleanArray(draw.chance(size, 0.5), draw.chance(size, 0.9))
            ),
            "note": empty(size),
        }
        return columns, until

    def outcomes(self, about: np.ndarray) -> pd.DataFrame:
        size = len(about)
        columns = {
            "outcome_id": text([f"xx-report.o{i:08d}" for i in range(size)]),
            "doc_id": coded(self.place[about], [f"{d}-report" for d in self.documents]),
            "section": coded(np.zeros(size, dtype="int8"), ["1"]),
            **self.figures(about)[0],
            "start": pd.array(np.zeros(size, dtype="int64"), dtype="Int64"),
            "end": pd.array(np.ones(size, dtype="int64"), dtype="Int64"),
            "quote": coded(np.zeros(size, dtype="int8"), ["70余项"]),
        }
        return ordered("outcomes", columns)

    def observations(self, about: np.ndarray) -> pd.DataFrame:
        draw, size = self.draw, len(about)
        columns, until = self.figures(about)
        early = TIMES[until] <= TIMES[self.base[about]] + 1
        kind = np.where(early, 2, 1)
        kind[draw.chance(size, 0.02)] = 0
        columns |= {
            "observation_id": text([f"E{i:08d}" for i in range(size)]),
            "kind": coded(kind, ["target", "outcome", "baseline"]),
            "due_date": coded(np.where(kind == 0, self.due[about], -1), DATES),
            "source_title": coded(np.zeros(size, dtype="int8"), ["a report"]),
            "source_outlet": coded(np.zeros(size, dtype="int8"), ["a paper"]),
            "source_date": columns["reported_on"],
            "source_url": coded(np.zeros(size, dtype="int8"), ["http://example.org"]),
            "quality": coded(draw.one_of(size, QUALITIES), list(QUALITIES)),
            "confidence": coded(draw.one_of(size, CONFIDENCES), list(CONFIDENCES)),
            "source_key": coded(draw.random.integers(0, 500, size), [f"s{i}" for i in range(500)]),
            "conflict": empty(size),
        }
        # Of some the report has no date but the paper has.
        silent = np.where(draw.chance(size, 0.06), -1, columns["reported_on"].codes)
        columns["reported_on"] = coded(silent, DATES)
        return ordered("observations", columns)

    def vocabularies(self) -> Tables:
        indicators = [f"indicator_{i:03d}" for i in range(INDICATORS)]
        above = [p.partition("_")[0] for p in self.places]
        provinces = sorted(set(above))
        return {
            "crosswalk": small("crosswalk"),
            "documents": small(
                "documents",
                doc_id=[*self.documents, *(f"{d}-report" for d in self.documents)],
                title_zh="文件",
                title_en="document",
                jurisdiction=self.places * 2,
                kind="plan",
                coded="true",
                issued_on="2016-03-01",
            ),
            "indicators": small(
                "indicators",
                key=indicators,
                zh="指标",
                en="indicator",
                unit="项",
                measure="flow",
                direction="up",
                tier="local",
            ),
            "scopes": small(
                "scopes",
                key=SCOPES,
                zh="范围",
                en="scope",
                part_of=[SCOPES[p] if p >= 0 else "" for p in PARENTS],
            ),
            "domains": small(
                "domains", key=DOMAINS, zh="领域", en="field", part_of=["", *["all"] * 5]
            ),
            "jurisdictions": small(
                "jurisdictions",
                key=[*provinces, *self.places],
                zh="地",
                en="place",
                part_of=[*[""] * len(provinces), *above],
                level=[*["province"] * len(provinces), *["city"] * len(self.places)],
            ),
        }


def ordered(name: str, columns: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame({field: columns[field] for field in schema.tables()[name].fields})


def small(name: str, **columns: object) -> pd.DataFrame:
    """A table of a few rows, typed as the loader types it."""
    table = schema.tables()[name]
    size = next((len(cells) for cells in columns.values()), 0)
    raw = pd.DataFrame(dict.fromkeys(table.fields, "") | columns, index=range(size), dtype="str")
    return typed(table, raw[list(table.fields)])


def as_loaded(tables: Tables) -> Tables:
    """The same tables with the types of the schema: texts that are no enumeration as ``string``."""
    out = {}
    for name, frame in tables.items():
        fields = schema.tables()[name].fields
        kinds = {c: "string" for c in frame if fields[c].dtype == "string"}
        out[name] = frame.astype(kinds)
    return out


# --- the same rules, row by row ------------------------------------------------------------------

FACTORS = {"项": 1, "个": 1, "万元": 1e4, "亿元": 1e8, "%": 1}
DIMENSIONS = {"项": "count", "个": "count", "万元": "money", "亿元": "money", "%": "share"}
#: In default readings taking part and an unstated role cover leading.
ABOVE = {
    "role": {"lead": {"any"}},
    "action": {"make": {"make_or_revise"}, "revise": {"make_or_revise"}},
}
ORDER = ["proposed", "initiated", "drafted", "issued", "in_use"]


def relation(mine: str, other: str, above: dict[str, set[str]]) -> str:
    if mine == other:
        return "same"
    if mine in above.get(other, ()):
        return "wider"
    return "narrower" if other in above.get(mine, ()) else "other"


def joint(first: str, second: str) -> str:
    if "same" in (first, second):
        return second if first == "same" else first
    return first if first == second else "other"


def relations(mine: object, other: object, above: dict[str, dict[str, set[str]]]) -> list[str]:
    """Scope with domain, role, action and stage of one row to those of another."""
    scope = joint(
        relation(mine.scope, other.scope, above["scope"]),
        relation(mine.domain, other.domain, above["domain"]),
    )
    role = relation(mine.role, other.role, above["role"])
    action = relation(mine.action, other.action, above["action"])
    at, of = ORDER.index(mine.stage), ORDER.index(other.stage)
    # An earlier stage counts more, as a wider scope does.
    return [scope, role, action, "same" if at == of else "wider" if at < of else "narrower"]


def statement(
    target: object, row: object, baseline: object | None, above: dict[str, dict[str, set[str]]]
) -> dict[str, object] | None:
    """What one figure, less a baseline, says of a target; nothing where it cannot say anything."""
    totals = ("cumulative", "stock")
    flow = target.kind == "flow"
    if row.dimension != target.dimension or row.basis == "unknown":
        return None
    scope, role, action, stage = relations(row, target, above)
    alike = (scope, role, action)
    # A cohort is that of the figure, not of what remains of it.
    cohort = row.cohort and baseline is None
    keep_low = all(r in ("same", "narrower") for r in alike)
    keep_high = all(r in ("same", "wider") for r in alike)
    if stage == "wider":
        keep_low = False
        keep_high &= cohort or (row.basis == "cumulative" and baseline is None)
    if stage == "narrower":
        keep_low, keep_high = keep_low and cohort, False
    low, high = row.low * row.factor / target.factor, row.high * row.factor / target.factor
    start = ("", "") if row.basis in totals else (row.since_first, row.since_last)
    if flow and row.basis == "stock":
        keep_high = False
    if target.kind == "stock":
        if row.basis not in totals:
            return None
        keep_low &= row.basis == "stock"
    if target.kind == "share":
        if {*alike, stage} != {"same"} or row.basis not in (target.basis, "stock"):
            return None
        high = min(high, 100)
    if baseline is not None:
        if baseline.dimension != row.dimension:
            return None
        scope, role, action, stage = relations(baseline, row, above)
        ever = baseline.basis == row.basis == "cumulative"
        if not ever and stage != "same":
            return None
        wider = "wider" if baseline.basis == "cumulative" else "narrower"
        basis = "same" if baseline.basis == row.basis else wider
        less = joint(joint(joint(scope, role), action), joint(stage, basis))
        keep_low &= less in ("same", "wider")
        keep_high &= less in ("same", "narrower") and target.action == "make"
        low -= baseline.high * baseline.factor / target.factor
        high -= baseline.low * baseline.factor / target.factor
        start = baseline.read_first, baseline.read_last
    late, early = row.read_last > target.due_first, row.read_first < target.due_last
    said = {"low": max(low, 0.0), "high": high, "start": start}
    said |= {"end": (row.read_first, row.read_last), "reaches": not early, "action": row.action}
    if flow:
        keep_low &= start[0] >= target.base_last
        # Windows that begin in time may still cover that of the target together.
        said["covers"] = keep_high
        said["begins"] = start[1] <= target.base_first
        keep_high &= said["begins"]
    if target.kind == "stock" and row.basis == "cumulative":
        keep_high &= not early
    elif flow:
        keep_low, keep_high = keep_low and not late, keep_high and not early
    elif late or early:
        keep_low = keep_high = False
    return said | {"keep_low": keep_low, "keep_high": keep_high}


def adds_up(said: list[dict[str, object]]) -> float:
    """Most that windows which do not overlap add up to."""
    once = [s for s in said if s["keep_low"] and s["low"] > 0 and s["action"] in ("make", "other")]
    once.sort(key=lambda s: s["end"][1])
    best = [0.0]
    for i, s in enumerate(once):
        before = sum(earlier["end"][1] <= s["start"][0] for earlier in once[:i])
        best.append(max(best[-1], s["low"] + best[before]))
    return best[-1]


def covered(said: list[dict[str, object]]) -> float:
    """Least that windows which cover that of the target together allow."""
    chain = sorted(
        (s for s in said if s["covers"] and s["high"] < math.inf), key=lambda s: s["end"][0]
    )
    cost: list[float] = []
    for i, s in enumerate(chain):
        least = max(s["high"], 0.0) if s["begins"] else math.inf
        for earlier, so_far in zip(chain[:i], cost, strict=True):
            if earlier["end"][0] >= s["start"][1]:
                least = min(least, so_far + max(s["high"], 0.0))
        cost.append(least)
    return min((c for c, s in zip(cost, chain, strict=True) if s["reaches"]), default=math.inf)


def one_target(target: object, rows: list, above: dict) -> tuple[float, float, str]:
    """Interval and verdict of one target, from the rows of its jurisdiction and indicator."""
    low, high = 0.0, 100.0 if target.kind == "share" else math.inf
    said, speaks = [], False
    totals = [row for row in rows if row.basis in ("cumulative", "stock")]
    for row in rows:
        less: list[object | None] = [None]
        if target.kind == "flow" and row.basis in ("cumulative", "stock"):
            less += [b for b in totals if b.place != row.place and b.read_first < row.read_last]
        for baseline in less:
            since = "" if row.basis in ("cumulative", "stock") else row.since_first
            since = since if baseline is None else baseline.read_first
            overlaps = row.read_last > target.base_first and since < target.due_last
            # What was there at the outset is no report, though it bounds the amount.
            speaks |= overlaps and row.what == "outcome"
            found = statement(target, row, baseline, above)
            if found is not None:
                said.append(found)
                low = max(low, found["low"] if found["keep_low"] else 0.0)
                high = min(high, found["high"] if found["keep_high"] else math.inf)
    if target.kind == "flow":
        low, high = max(low, adds_up(said)), min(high, covered(said))
    small = 1e-9 * max(1.0, abs(low))
    if low > high + small:
        return low, high, "contradictory"
    if not speaks and low == 0 and high in (100, math.inf):
        return low, high, "no_evidence"
    if high < target.floor - small:
        return low, high, "not_met"
    return low, high, "met" if low >= target.floor - small else "undetermined"


def plain(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, dict[str, set[str]]]]:
    """Targets and figures as one has them before the loop: dates as days, units as factors."""
    above = dict(ABOVE)
    for name in ("scope", "domain"):
        parent = dict(tables[f"{name}s"][["key", "part_of"]].dropna().itertuples(index=False))
        above[name] = {}
        for key in parent:
            step, above[name][key] = key, set()
            while step in parent:
                step = parent[step]
                above[name][key].add(step)
    observed = tables["observations"][tables["observations"]["kind"] != "target"]
    reported = observed["reported_on"].astype("object")
    observed = observed.assign(
        what=observed["kind"].astype("object"),
        reported_on=reported.where(reported.notna(), observed["source_date"].astype("object")),
    )
    figures = pd.concat([tables["outcomes"].assign(what="outcome"), observed], ignore_index=True)
    out = []
    for frame in (tables["targets"], figures):
        frame = frame.astype(dict.fromkeys(("unit", "role", "scope", "domain"), "object"))
        about = frame["bound"] == "approx"
        frame["low"] = frame["value_low"].where(~about, frame["value_low"] * 0.95).fillna(0)
        frame["high"] = frame["value_high"].where(~about, frame["value_high"] * 1.05)
        frame["high"] = frame["high"].fillna(math.inf)
        frame["factor"] = frame["unit"].map(FACTORS)
        frame["dimension"] = frame["unit"].map(DIMENSIONS)
        frame["role"] = frame["role"].where(frame["role"] == "lead", "any")
        out.append(frame)
    targets, figures = out
    targets["floor"] = targets["low"]
    targets["kind"] = np.select(
        [targets["unit"] == "%", targets["basis"] == "stock"], ["share", "stock"], "flow"
    )
    figures["place"] = range(len(figures))
    figures["cohort"] = figures["same_cohort"].fillna(False).astype(bool)
    days = {text: dates.bounds(text) for text in DATES}
    for frame, columns in (
        (targets, {"base_date": "base", "due_date": "due"}),
        (figures, {"since_date": "since", "as_of_date": "read", "reported_on": "told"}),
    ):
        for column, name in columns.items():
            cells = frame[column].astype("object")
            for end, missing, which in (("first", "0000", 0), ("last", "9999", 1)):
                known = {text: day[which] for text, day in days.items()}
                frame[f"{name}_{end}"] = cells.map(known).fillna(missing)
    # What was reported by a day was read by that day.
    told = (figures["told_last"] < figures["read_last"]) & (
        figures["told_last"] >= figures["read_first"]
    )
    figures["read_last"] = figures["read_last"].mask(told, figures["told_last"])
    wanted = ["jurisdiction", "indicator", "scope", "domain", "role", "action", "stage", "basis"]
    wanted += ["low", "high", "factor", "dimension"]
    targets = targets[
        [*wanted, "floor", "kind", "base_first", "base_last", "due_first", "due_last"]
    ]
    figures = figures[
        [*wanted, "what", "place", "cohort", "since_first", "since_last", "read_first", "read_last"]
    ]
    return targets, figures, above


def by_loop(tables: Tables, way: str) -> pd.DataFrame:
    """The assessment as one first writes it: for each target, a loop over the rows that match.

    Rows come by ``iterrows`` or ``itertuples`` from the table of the jurisdiction and indicator,
    or, ``without pandas``, from lists that are made once before the loop.
    """
    targets, figures, above = plain(tables)
    grouped: dict[tuple[str, str], list] = defaultdict(list)
    if way == "without pandas":
        for row in figures.itertuples():
            grouped[row.jurisdiction, row.indicator].append(row)
    places = figures.groupby(["jurisdiction", "indicator"], observed=True).indices
    found = []
    for target in targets.itertuples():
        key = target.jurisdiction, target.indicator
        if way == "without pandas":
            rows = grouped[key]
        else:
            mine = figures.iloc[places.get(key, [])]
            rows = list(
                mine.itertuples() if way == "itertuples" else (r for _, r in mine.iterrows())
            )
        found.append(one_target(target, rows, above))
    return pd.DataFrame(found, columns=["low", "high", "verdict"])


def agreement(tables: Tables, loop: pd.DataFrame) -> tuple[float, float]:
    """Shares of targets whose interval, and whose verdict, is that of :func:`stdpolicy.assess`."""
    found = stdpolicy.assess(tables, reasons=False)
    same = np.ones(len(found), dtype=bool)
    for end in ("low", "high"):
        ours, theirs = found[end].to_numpy(), loop[end].to_numpy()
        with np.errstate(invalid="ignore"):
            near = np.abs(ours - theirs) <= 1e-9 * np.maximum(1, np.abs(ours))
        same &= near | (ours == theirs)
    return same.mean(), (found["verdict"].astype("object") == loop["verdict"]).mean()


# --- growth of series ----------------------------------------------------------------------------


def many_series(size: int) -> pd.DataFrame:
    """Series with a base, a current value and, most of them, a target."""
    draw = Draw(size)
    base = draw.random.lognormal(3, 1, size).round(2)
    base[draw.chance(size, 0.01)] = 0
    base_year = draw.random.integers(2010, 2016, size).astype("float64")
    direction = np.where(draw.chance(size, 0.8), 1.0, -1.0)
    value = base * draw.random.lognormal(0.1, 0.3, size) + draw.chance(size, 0.01)
    target = base * draw.random.lognormal(0.2, 0.3, size)
    return pd.DataFrame(
        {
            "base_value": np.where(draw.chance(size, 0.02), np.nan, base),
            "base_year": base_year,
            "value": np.where(draw.chance(size, 0.02), np.nan, value),
            "year": base_year + draw.random.integers(0, 10, size),
            "target": np.where(draw.chance(size, 0.3), np.nan, target),
            "target_year": 2030.0,
            "direction": direction,
            "limit": np.where(draw.chance(size, 0.2), 100.0, np.nan),
        }
    )


def one_series(row: object, bands: dict[str, list[tuple[str, float, bool]]]) -> tuple:
    """Progress, score and status of one series, by Open SDG and Statistics Canada."""
    nothing = math.nan, math.nan, None
    base, years = row.base_value or 0.001, row.year - row.base_year
    if math.isnan(base) or math.isnan(row.value) or years <= 0 or row.value / base < 0:
        return nothing
    sign = row.direction * (-1 if base < 0 else 1)
    rate = told = sign * ((row.value / base) ** (1 / years) - 1)
    factor, aimed = 1.0, not math.isnan(row.target)
    if aimed:
        target, horizon = row.target or 0.001, row.target_year - row.base_year
        growth = target / base if horizon > 0 else math.nan
        needed = growth ** (1 / horizon) - 1 if growth >= 0 else math.nan
        told = rate / abs(needed) if needed else math.nan
        if row.direction * row.value >= row.direction * row.target:
            return told, 5.0, "target_achieved"
        if math.isnan(told):
            return nothing
        score = min(7.1429 * told - 4.2857, 5) if told >= 0.6 else max(4.1667 * told - 2.5, -5)
    else:
        if not math.isnan(row.limit) and base < 2 * row.limit:
            near = base / row.limit if base <= row.limit else (2 * row.limit - base) / row.limit
            factor = 1 - near**4.44
        if rate < 0:
            score = max(125 * rate - 2.5, -5)
        elif factor == 0:
            score = 5.0
        else:
            eased = rate / factor
            slow = 250 * eased - 1.25 if eased >= 0.005 else 500 * eased - 2.5
            score = min(500 * eased - 5, 5) if eased >= 0.015 else slow
    compared = told if aimed or rate < 0 else rate / factor if factor else math.inf
    for name, start, closed in bands["ratio" if aimed else "rate"]:
        if math.isnan(start) or compared > start or (closed and compared == start):
            return told, score, name
    return nothing


def series_by_loop(
    series: pd.DataFrame, schemes: pd.DataFrame, tables: list[pd.DataFrame] | None
) -> pd.DataFrame:
    """The same, a series at a time: by ``apply``, or from a small table of years for each."""
    rows = schemes[(schemes["scheme"] == "open_sdg") & schemes["confirmed"]]
    bands = {
        method: list(
            mine.sort_values("from_value", ascending=False)[
                ["band", "from_value", "from_closed"]
            ].itertuples(index=False, name=None)
        )
        for method, mine in rows.groupby("method", observed=True)
    }
    if tables is None:
        found = series.apply(one_series, axis=1, bands=bands).tolist()
    else:
        found = []
        for row, table in zip(series.itertuples(), tables, strict=True):
            known = table[table["Value"].notna()]
            base = known.loc[known["Year"] == row.base_year, "Value"]
            current = known.loc[known["Year"] == known["Year"].max()]
            if base.empty or current["Year"].iloc[0] <= row.base_year:
                found.append((math.nan, math.nan, None))
                continue
            of = row._replace(
                base_value=base.iloc[0],
                value=current["Value"].iloc[0],
                year=current["Year"].iloc[0],
            )
            found.append(one_series(of, bands))
    return pd.DataFrame(found, columns=["progress", "score", "status"], index=series.index)


# --- measuring -----------------------------------------------------------------------------------


def in_a_process(work: Callable, *args: object) -> dict:
    """Do some work in a process of its own, so that no memory of other work is counted."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def seconds(work: Callable[[], object], most: int = 3) -> list[float]:
    """Processor time of the work, of several runs where it is short."""
    taken: list[float] = []
    while not taken or (len(taken) < most and taken[-1] < 15):
        gc.collect()
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return taken


def memory(which: str = "VmRSS") -> float:
    """Resident memory in MB, now or at its peak (``VmHWM``); nan where the system does not say."""
    status = pathlib.Path("/proc/self/status")
    if not status.exists():
        return math.nan
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines[which].split()[0]) / 1024


def forget_peak() -> None:
    """Let the peak be that from now on, and give back what was freed."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
        # Where this is forbidden, the peak may be that of making the tables.
        with contextlib.suppress(OSError):
            pathlib.Path("/proc/self/clear_refs").write_text("5")


def assessing(figures: int, options: dict) -> dict:
    """Time and memory of an assessment; the input counts for the memory."""
    stdpolicy.assess(Study(100).tables)  # imports what is needed
    forget_peak()
    start = memory()
    study = Study(figures // FIGURES, options.get("each", 1))
    tables = as_loaded(study.tables) if options.get("loaded") else study.tables
    del study
    forget_peak()
    held = memory() - start
    size = sum(frame.memory_usage(deep=True).sum() for frame in tables.values()) / 2**20
    peaks: list[float] = []

    def work() -> None:
        stdpolicy.assess(tables, reasons=options.get("reasons", False))
        peaks.append(memory("VmHWM") - start)

    return {
        "rows": len(tables["targets"]) + len(tables["outcomes"]) + len(tables["observations"]),
        "seconds": statistics.median(seconds(work)),
        "size": size,
        "held": held,
        "peak": peaks[0],
    }


def beside_loops(targets: int, runs: int, figures: int) -> dict:
    """Rows per second of the loops on a sample, with assessments taking turns."""
    large = Study(figures // FIGURES).tables
    rows = len(large["targets"]) * (1 + FIGURES)
    samples = {"iterrows": targets // 10, "itertuples": targets, "without pandas": targets}
    studies = {size: Study(size).tables for size in set(samples.values())}
    speeds: dict[str, list[float]] = {name: [] for name in ("assess", *samples)}
    stdpolicy.assess(studies[targets])
    for _ in range(runs):
        taken = seconds(lambda: stdpolicy.assess(large, reasons=False), 1)
        speeds["assess"].append(rows / taken[0])
        for way, size in samples.items():
            taken = seconds(lambda way=way, size=size: by_loop(studies[size], way), 1)
            speeds[way].append(size * (1 + FIGURES) / taken[0])
    same = agreement(studies[targets], by_loop(studies[targets], "without pandas"))
    return {"speeds": speeds, "same": same, "rows": rows}


def parts(plans: int) -> dict:
    """Seconds that parts and wholes take: what an assessment takes with them less without."""
    tables = Study(6 * plans, 6, 3, plans=True).tables
    targets = tables["targets"]
    relation = coded(np.full(len(targets), -1), ["disjoint"])
    apart = targets.assign(part_of=empty(len(targets)), part_relation=relation)
    evaluate(Study(6, 6, 3, plans=True).tables, None, Readings())
    found = []
    with_parts = seconds(lambda: found.append(evaluate(tables, None, Readings())))
    without = seconds(lambda: evaluate(tables | {"targets": apart}, None, Readings()))
    moved = [np.sum(side == "parts") for side in (found[0].low_from, found[0].high_from)]
    return {
        "seconds": statistics.median(with_parts) - statistics.median(without),
        "moved": int(sum(moved)),
        "conflicts": len(found[0].conflicts),
    }


def growing(size: int, sample: int, runs: int) -> dict:
    """Series per second of the growth ratio and of the loops over series."""
    schemes = stdpolicy.load("schemes")
    series, few = many_series(size), many_series(sample)
    small = [
        pd.DataFrame(
            {
                "Year": np.linspace(row.base_year, max(row.year, row.base_year), 5),
                "Value": [row.base_value, math.nan, math.nan, math.nan, row.value],
            }
        )
        for row in few.itertuples()
    ]
    progress.open_sdg(few, schemes)
    speeds: dict[str, list[float]] = {"open_sdg": [], "apply": [], "tables": []}
    for _ in range(runs):
        for way, number, work in (
            ("open_sdg", size, lambda: progress.open_sdg(series, schemes)),
            ("apply", sample, lambda: series_by_loop(few, schemes, None)),
            ("tables", sample, lambda: series_by_loop(few, schemes, small)),
        ):
            speeds[way].append(number / seconds(work, 1)[0])
    ours = progress.open_sdg(few, schemes)
    same = []
    for table in (None, small):
        theirs = series_by_loop(few, schemes, table)
        near = np.isclose(ours["score"], theirs["score"], rtol=1e-9, equal_nan=True)
        same.append(
            float((near & (ours["status"].fillna("") == theirs["status"].fillna(""))).mean())
        )
    return {"speeds": speeds, "same": same}


# --- the report ----------------------------------------------------------------------------------


def ratio(speeds: dict[str, list[float]], first: str, second: str) -> float:
    return statistics.median(a / b for a, b in zip(speeds[first], speeds[second], strict=True))


def report(sizes: list[int], quick: bool) -> Iterator[str]:
    """Lines of the report, each as soon as it is known."""
    runs = 1 if quick else 3
    middle = sizes[-1] if quick else 10**6

    yield f"Targets and figures, {FIGURES} figures a target, beside loops over the rows"
    beside = in_a_process(beside_loops, 100 if quick else 2000, runs, sizes[1])
    speeds = beside["speeds"]
    yield f"{'':22}{'rows a second':>16}{'assess to it':>14}"
    speed = statistics.median(speeds["assess"])
    yield f"{'assess':22}{speed:16,.0f}  on {beside['rows']:,} rows"
    for way in list(speeds)[1:]:
        yield f"{way:22}{statistics.median(speeds[way]):16,.0f}{ratio(speeds, 'assess', way):14.1f}"
    yield (
        f"of the sample the loops give the same interval for {beside['same'][0]:.2%} of the "
        f"targets and the same verdict for {beside['same'][1]:.2%}"
    )

    yield "\nSizes: a straight line has the same microseconds a row everywhere"
    head = f"{'figures':>12}{'seconds':>10}{'rows a s':>11}{'µs a row':>10}{'to first':>10}"
    head += f"{'input MB':>10}{'held MB':>9}{'peak MB':>9}{'to input':>10}{'to held':>9}"
    loop = statistics.median(speeds["itertuples"])
    yield head + f"{'to loop':>9}"
    first = None
    cases: list[tuple[int, str, dict]] = [(size, "", {}) for size in sizes]
    cases += [(middle, "with reasons in words", {"reasons": True})]
    cases += [(middle, "texts as loaded", {"loaded": True})]
    density = sizes[1]
    cases += [
        (density, f"{each} targets for each jurisdiction and indicator", {"each": each})
        for each in ((2,) if quick else (2, 4, 8))
    ]
    for size, what, options in cases:
        found = in_a_process(assessing, size, options)
        each = found["seconds"] / found["rows"]
        first = first or each
        yield (
            f"{size:12,}{found['seconds']:10.2f}{found['rows'] / found['seconds']:11,.0f}"
            f"{each * 1e6:10.2f}{each / first:10.2f}{found['size']:10,.0f}{found['held']:9,.0f}"
            f"{found['peak']:9,.0f}{found['peak'] / found['size']:10.2f}"
            f"{found['peak'] / found['held']:9.2f}{1 / each / loop:9.1f}  {what}"
        )

    yield "\nLinear programmes: plans of one whole and five parts"
    head = f"{'plans':>12}{'seconds':>10}{'ms a plan':>11}{'to first':>10}"
    yield head + f"{'ends moved':>12}{'conflicts':>11}"
    first = None
    for plans in (5, 20) if quick else (1000, 10000):
        found = in_a_process(parts, plans)
        each = found["seconds"] / plans
        first = first or each
        yield (
            f"{plans:12,}{found['seconds']:10.2f}{each * 1e3:11.2f}{each / first:10.2f}"
            f"{found['moved']:12,}{found['conflicts']:11,}"
        )

    size = 10**4 if quick else 10**6
    yield f"\nGrowth ratio of Open SDG, {size:,} series, beside loops over series"
    found = in_a_process(growing, size, 100 if quick else 2000, runs)
    speeds = found["speeds"]
    yield f"{'':22}{'series a second':>16}{'open_sdg to it':>16}{'same':>8}"
    yield f"{'open_sdg':22}{statistics.median(speeds['open_sdg']):16,.0f}"
    for way, what, same in (
        ("apply", "apply, row by row", found["same"][0]),
        ("tables", "a small table each", found["same"][1]),
    ):
        middle_speed = statistics.median(speeds[way])
        yield f"{what:22}{middle_speed:16,.0f}{ratio(speeds, 'open_sdg', way):16.1f}{same:8.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, only to see it work")
    parser.add_argument("--largest", type=int, default=10**7, help="most figures (10000000)")
    chosen = parser.parse_args()
    powers = (3, 4) if chosen.quick else range(4, 8)
    sizes = [10**power for power in powers if 10**power <= chosen.largest]
    for line in report(sizes, chosen.quick):
        print(line, flush=True)


if __name__ == "__main__":
    main()
