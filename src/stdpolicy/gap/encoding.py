"""Tables as arrays of numbers, so that millions of pairs are compared at once."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from stdpolicy import dates
from stdpolicy.errors import UsageError
from stdpolicy.gap.readings import Readings

Tables = dict[str, pd.DataFrame]
Ints = npt.NDArray[np.integer[Any]]
Small = Ints  # in 32 bits, where there are many
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

#: Days that stand for an unknown date and for the beginning of time; numpy's int32 holds both.
UNKNOWN, NEVER = 2**28, -(2**29)

#: Units that count single things alike, and how the others are measured: dimension and factor.
_COUNTED = "项 个 家 名 条 件 种 类 份 套 人 位 次 批 处 所 座 大 部 篇 场 支 户".split()
_UNITS = dict.fromkeys(_COUNTED, ("count", 1.0))
_UNITS |= {
    "%": ("share", 1.0),
    "‰": ("share", 0.1),
    "元": ("money", 1.0),
    "亩": ("area", 1.0),
    "公顷": ("area", 15.0),
    "月": ("time", 1.0),
    "个月": ("time", 1.0),
    "年": ("time", 12.0),
}
_MULTIPLES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}

#: What a number measures: things that happen in a window, things in force at a date, a share at a
#: date, or another quantity at a date (a duration, an average), which nothing bounds but itself.
FLOW, STOCK, RATE, LEVEL = range(4)

ROLES = ["lead", "take_part", "lead_or_take_part", "unstated"]
ACTIONS = ["make", "make_or_revise", "revise", "other"]
STAGES = ["proposed", "initiated", "drafted", "issued", "in_use"]
BASES = ["during", "year", "cumulative", "stock", "unknown", "unstated"]
DURING, YEAR, CUMULATIVE, IN_FORCE, NO_BASIS, UNSTATED = range(6)
QUALITIES = ["secondary", "repost", "press", "official"]
CONFIDENCES = ["low", "medium", "high"]
BOUNDS = ["exact", "at_least", "at_most", "approx", "range"]


@dataclasses.dataclass(frozen=True)
class Rows:
    """Targets or figures, one element a row in every array."""

    ids: pd.Series
    group: Ints  # jurisdiction and indicator
    scope: Small
    domain: Small
    role: Small
    action: Small
    stage: Small
    basis: Small
    dimension: Small
    factor: Floats
    low: Floats
    high: Floats
    start_first: Small  # base date of a target, since date of a figure
    start_last: Small
    end_first: Small  # due date of a target, as-of date of a figure
    end_last: Small

    def __len__(self) -> int:
        return len(self.group)


@dataclasses.dataclass(frozen=True)
class Evidence(Rows):
    """Figures: outcomes, observations, progress reports."""

    kind: Small  # 0 outcome, 1 baseline
    cohort: Flags
    reported: Small  # last day of the report, for naming the latest
    whole: Small  # the row that a possible time basis belongs to, else the row itself
    from_base: Flags  # read as counted since the base date of the target


@dataclasses.dataclass(frozen=True)
class Tree:
    """A vocabulary with its ``part_of``: who lies inside whom."""

    keys: pd.Index
    inside: Flags  # inside[a, b]: a is b or lies in it

    @classmethod
    def of(cls, vocabulary: pd.DataFrame) -> "Tree":
        keys = pd.Index(vocabulary["key"].astype("object"))
        parent = keys.get_indexer(vocabulary["part_of"].astype("object"))
        inside = np.eye(len(keys), dtype=bool)
        step = parent.copy()
        rows = np.arange(len(keys))
        for _ in range(len(keys)):
            has = step >= 0
            if not has.any():
                break
            inside[rows[has], step[has]] = True
            step = np.where(has, parent[step], -1)
        return cls(keys, inside)


def codes(column: pd.Series, keys: pd.Index | list[str]) -> Small:
    """Place of every cell among the keys, -1 where it is empty or none of them."""
    cells = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    places = pd.Index(keys).get_indexer(cells.cat.categories.astype("object"))
    at = cells.cat.codes.to_numpy()
    kind = "int8" if len(keys) < 128 else "int32"
    return np.append(places, -1).astype(kind)[at]


def days(column: pd.Series) -> tuple[Small, Small]:
    """First and last day that partial dates allow, as days since 1970; the widest where empty."""
    cells = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    spans = [dates.bounds(str(text)) for text in cells.cat.categories]
    ends = []
    for which, empty in ((0, -UNKNOWN), (1, UNKNOWN)):
        known = np.array([span[which] for span in spans], dtype="datetime64[D]").astype("int64")
        at = cells.cat.codes.to_numpy()
        ends.append(np.append(known, empty).astype("int32")[at])
    return ends[0], ends[1]


def dimensions(column: pd.Series) -> tuple[Small, Floats, list[str]]:
    """Dimension of every unit as a code, its factor, and the names of the dimensions."""
    cells = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    known = [unit(str(text)) for text in cells.cat.categories]
    names = sorted({name for name, _ in known})
    at = cells.cat.codes.to_numpy()
    code = np.array([names.index(name) for name, _ in known] + [-1], dtype="int32")[at]
    return code, np.array([factor for _, factor in known] + [1.0])[at], names


def unit(text: str) -> tuple[str, float]:
    """Dimension and factor of a unit as written: 万元 is money in ten thousands.

    A unit that is not known is a dimension of its own.
    """
    if text in _UNITS:
        return _UNITS[text]
    for multiple in sorted(_MULTIPLES, key=len, reverse=True):
        rest = text.removeprefix(multiple)
        if multiple and text.startswith(multiple) and rest in _UNITS:
            name, factor = _UNITS[rest]
            return name, factor * _MULTIPLES[multiple]
        if multiple and text == multiple:
            return "count", _MULTIPLES[multiple]
    return text, 1.0


def ends(frame: pd.DataFrame, tolerance: float) -> tuple[Floats, Floats]:
    """Lowest and highest value that a number with its bound allows, in its own unit."""
    low = frame["value_low"].to_numpy(dtype="float64", na_value=np.nan)
    high = frame["value_high"].to_numpy(dtype="float64", na_value=np.nan)
    about = codes(frame["bound"], BOUNDS) == BOUNDS.index("approx")
    low = np.where(about, low * (1 - tolerance), low)
    high = np.where(about, high * (1 + tolerance), high)
    return np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), np.inf, high)


def groups(*frames: pd.DataFrame) -> list[Ints]:
    """One number for each jurisdiction with indicator, the same in every frame."""
    parts: list[tuple[list[Small], int]] = []
    for name in ("jurisdiction", "indicator"):
        columns = [frame[name].astype("category") for frame in frames]
        keys = sorted(set().union(*(c.cat.categories.astype("object") for c in columns)))
        parts.append(([codes(c, keys) for c in columns], len(keys)))
    (first, _), (second, size) = parts
    return [a.astype("int64") * size + b for a, b in zip(first, second, strict=True)]


def measures(targets: pd.DataFrame) -> Small:
    """What each target measures, by its time basis and its unit."""
    name, _, names = dimensions(targets["unit"])
    out = np.full(len(targets), FLOW, dtype="int32")
    out[codes(targets["basis"], BASES) == IN_FORCE] = STOCK
    for dimension, measure in (("share", RATE), ("time", LEVEL)):
        if dimension in names:
            out[name == names.index(dimension)] = measure
    return out


def encode(
    targets: pd.DataFrame, figures: pd.DataFrame, tables: Tables, readings: Readings
) -> tuple[Rows, Evidence, dict[str, Tree]]:
    """Targets and figures as arrays.

    ``figures`` is a table as :func:`stdpolicy.gap.evidence.with_possible_bases` returns it.
    """
    trees = {name: Tree.of(tables[f"{name}s"]) for name in ("scope", "domain")}
    groupings = groups(targets, figures)
    named = dimensions(
        pd.concat([targets["unit"].astype("object"), figures["unit"].astype("object")])
    )
    split = len(targets)
    base_first, base_last = _base(targets, tables, readings)
    shared = [
        _shared(
            targets, readings.tolerance, trees, groupings[0], named[0][:split], named[1][:split]
        ),
        _shared(
            figures, readings.tolerance, trees, groupings[1], named[0][split:], named[1][split:]
        ),
    ]
    due_first, due_last = days(targets["due_date"])
    rows = Rows(
        ids=targets["target_id"],
        start_first=base_first,
        start_last=base_last,
        end_first=due_first,
        end_last=due_last,
        **shared[0],
    )
    since_first, since_last = days(figures["since_date"])
    read_first, read_last = days(figures["as_of_date"])
    reported = days(figures["reported_on"])[1]
    # What was reported by a day was read by that day.
    read_last = np.minimum(read_last, reported)
    return (
        rows,
        Evidence(
            ids=figures["evidence_id"],
            start_first=since_first,
            start_last=since_last,
            end_first=read_first,
            end_last=read_last,
            kind=codes(figures["kind"], ["outcome", "baseline"]),
            cohort=figures["same_cohort"].fillna(False).to_numpy(dtype=bool),
            reported=reported,
            whole=figures["whole"].to_numpy(dtype="int32"),
            from_base=figures["from_base"].to_numpy(dtype=bool),
            **shared[1],
        ),
        trees,
    )


def _shared(
    frame: pd.DataFrame,
    tolerance: float,
    trees: dict[str, Tree],
    group: Ints,
    dimension: Small,
    factor: Floats,
) -> dict[str, Any]:
    low, high = ends(frame, tolerance)
    return {
        "group": group,
        "scope": codes(frame["scope"], trees["scope"].keys),
        "domain": codes(frame["domain"], trees["domain"].keys),
        "role": codes(frame["role"], ROLES),
        "action": codes(frame["action"], ACTIONS),
        "stage": codes(frame["stage"], STAGES),
        "basis": codes(frame["basis"], BASES),
        "dimension": dimension,
        "factor": factor,
        "low": low,
        "high": high,
    }


def _base(targets: pd.DataFrame, tables: Tables, readings: Readings) -> tuple[Small, Small]:
    """Day from which each target counts, under the reading."""
    first, last = days(targets["base_date"])
    basis = codes(targets["basis"], BASES)
    if readings.counts_from == "issue_date":
        if "documents" not in tables:
            raise UsageError("counts_from 'issue_date': there is no table of documents")
        issued = tables["documents"].set_index("doc_id")["issued_on"]
        of_document = days(targets["doc_id"].map(issued).astype("object"))
        # A window that the text itself states is not a matter of reading.
        open_to_reading = (targets["base_date_source"] != "stated").to_numpy(dtype=bool)
        known = open_to_reading & (of_document[0] > -UNKNOWN)
        first, last = np.where(known, of_document[0], first), np.where(known, of_document[1], last)
    ever = basis == CUMULATIVE
    if readings.counts_from == "ever":
        ever |= (basis == UNSTATED) | (basis == NO_BASIS)
    return np.where(ever, NEVER, first).astype("int32"), np.where(ever, NEVER, last).astype("int32")


def lowest(name: str, readings: Readings) -> list[str]:
    """Values of quality or confidence that are high enough."""
    order = {"quality": QUALITIES, "confidence": CONFIDENCES}[name]
    return order[order.index(getattr(readings, name)) :]
