"""Provinces side by side: totals, amounts in a window and targets, each on its own basis.

Nothing is converted from one basis to another, and nothing is filled in: where no figure was found,
there is none. The one thing derived is the difference of two all-time totals of one definition,
which bounds what was added between their dates.
"""

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates
from stdpolicy.coherence import check_tolerance, number_intervals, require, spoken, unit_kinds
from stdpolicy.errors import UsageError

Tables = dict[str, pd.DataFrame]

#: What one figure counts; two figures are of one definition when all of this is coded alike.
DEFINITION = ["jurisdiction", "indicator", "domain", "scope", "role", "stage", "action", "unit"]
#: Bases of what is there at a date, and of what was done in a window.
TOTALS, AMOUNTS = ["cumulative", "stock"], ["during", "year", "between"]

_NUMBER = ["value_low", "value_high", "unit", "bound"]
_COMMON = [*DEFINITION[:-1], *_NUMBER, "basis"]
_NEEDED = {
    "targets": [
        *("target_id", "doc_id", *_COMMON, "base_date", "due_date"),
        *("part_relation", "supersedes"),
    ],
    "outcomes": ["outcome_id", "doc_id", *_COMMON, "since_date", "as_of_date"],
    "observations": [
        *("observation_id", "kind", *_COMMON, "since_date", "as_of_date", "due_date"),
        *("quality", "confidence", "source_key", "conflict"),
    ],
    "indicators": ["key"],
    "jurisdictions": ["key", "level"],
}
_COLUMNS = [
    *("jurisdiction", "indicator", "domain", "scope", "role", "stage", "action", "kind", "basis"),
    *("since_date", "date", "year", "low", "high", "unit", "sources", "quality", "confidence"),
    *("source_keys", "keys", "conflict", "disputed", "reason_zh", "reason_en"),
]
_QUALITIES = ["official", "press", "repost", "secondary"]
_CONFIDENCES = ["high", "medium", "low"]
#: Roles that hold the led ones among others.
_WIDER = ["lead_or_take_part", "take_part", "unstated"]
_YEAR = 365.25


# --- the panel ------------------------------------------------------------------------------------


def panel(
    tables: Tables,
    indicators: str | list[str] | None = None,
    level: str = "province",
    tolerance: float = 0.05,
) -> pd.DataFrame:
    """Every figure and target of the jurisdictions of a level, each on its own basis.

    Sources that say the same are one row. A difference of two all-time totals of one definition is
    a row of its own with the basis ``between``: with the totals a at the earlier and b at the later
    date, what was added lies in [max(0, b_low - a_high), b_high - a_low]; only totals that follow
    each other are subtracted.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``outcomes``, ``observations``, ``indicators`` and ``jurisdictions``.
    indicators : str or list of str, optional
        Keys of indicators; all of them without it.
    level : str
        Level of the jurisdictions table, ``province`` unless told.
    tolerance : float
        Share by which an ``approx`` number may be off.

    Returns
    -------
    pandas.DataFrame
        By indicator (in the order of its table), jurisdiction, domain, basis, date and number:
        ``jurisdiction``, ``indicator``, ``domain``, ``scope``, ``role``, ``stage``, ``action``,
        ``kind`` (``target``, ``reported`` or ``derived``), ``basis`` (as coded, or ``between``),
        ``since_date`` and ``date`` (as known: of the window, or the date only; of a target its
        deadline), ``year`` (of the date, Int64), ``low``, ``high`` (in ``unit``; empty where open),
        ``unit``, ``sources`` (number), ``quality``, ``confidence`` (of the best source; of a
        difference, of the worse total), ``source_keys``, ``keys`` (of the rows, joined by ``+``),
        ``conflict`` (marks of the tables, joined by ``+``), ``disputed`` (bool: marked so, or found
        by :func:`conflicts`), ``reason_zh``, ``reason_en`` (how a difference was made).

    Raises
    ------
    UsageError
        When a table or column is missing, the tolerance is no share, or there is no such indicator
        or level.
    """
    rows = _facts(tables, tolerance, level)
    known = list(tables["indicators"]["key"])
    wanted = [indicators] if isinstance(indicators, str) else indicators
    for key in wanted or []:
        if key not in known:
            raise UsageError(f"there is no indicator {key!r}; the table indicators lists them")
    if wanted is not None:
        rows = rows[rows["indicator"].isin(wanted)]
    every = pd.concat([rows, _differences(rows)], ignore_index=True)
    found = {key for row in _found(every) for key in (row["one_key"], row["other_key"])}
    every["disputed"] = [
        bool(mark) or bool(found & set(str(keys).split("+")))
        for mark, keys in zip(every["conflict"], every["keys"], strict=True)
    ]
    order = {key: place for place, key in enumerate(known)}
    every = every.assign(place=every["indicator"].map(order)).sort_values(
        ["place", "jurisdiction", "domain", "basis", "last", "low", "keys"],
        kind="stable",
        ignore_index=True,
    )
    return _typed(every.reindex(columns=_COLUMNS))


def commonest(facts: pd.DataFrame, most: int = 6) -> list[str]:
    """The indicators for which a figure of the most jurisdictions was found.

    Parameters
    ----------
    facts : pandas.DataFrame
        As :func:`panel` returns it. Targets, fields and differences do not count.
    most : int
        How many indicators at most.

    Returns
    -------
    list of str
        Keys, those with the most jurisdictions first; only such with more than one.
    """
    own = facts[(facts["kind"] == "reported") & (facts["domain"] == "all")]
    places = own.groupby("indicator")["jurisdiction"].nunique().sort_index()
    places = places[places > 1].sort_values(ascending=False, kind="stable")
    return list(places.index[:most])


def coverage(
    facts: pd.DataFrame, tables: Tables, first_year: int, last_year: int, level: str = "province"
) -> pd.DataFrame:
    """What is known of each jurisdiction in each year; gaps are rows too.

    Parameters
    ----------
    facts : pandas.DataFrame
        As :func:`panel` returns it. Fields other than ``all`` do not count.
    tables : dict of pandas.DataFrame
        With ``jurisdictions``.
    first_year, last_year : int
        Years of the matrix.
    level : str
        Level of the jurisdictions table.

    Returns
    -------
    pandas.DataFrame
        By indicator, jurisdiction and year, every combination: ``indicator``, ``jurisdiction``,
        ``year``, ``totals`` (at a date of the year), ``amounts`` (of a window that ends in the
        year, differences too), ``within`` (windows that hold the year and end later), ``targets``
        (due in the year): numbers of rows; ``disputed`` (bool), ``state`` (``at_date``,
        ``in_window``, ``date_and_window``, ``within``, ``target``, ``none``: the most that is
        known).

    Raises
    ------
    UsageError
        When the years are the wrong way round, or a table or column is missing.
    """
    if first_year > last_year:
        raise UsageError(f"the first year {first_year} is after the last year {last_year}")
    require(tables, {"jurisdictions": ["key", "level"]})
    own = facts[(facts["domain"] == "all") & facts["year"].notna()]
    places = _places(tables, level)
    years = range(first_year, last_year + 1)
    keys = list(dict.fromkeys(own["indicator"]))
    counts = {cell: [0, 0, 0, 0, 0] for cell in itertools.product(keys, places, years)}
    columns = ["indicator", "jurisdiction", "kind", "basis", "since_date", "year", "disputed"]
    for key, place, kind, basis, since, year, disputed in own[columns].itertuples(
        index=False, name=None
    ):
        which = 3 if kind == "target" else 0 if basis in TOTALS else 1
        cell = counts.get((key, place, int(year)))
        if cell is not None:
            cell[which] += 1
            cell[4] += bool(disputed)
        if which == 1 and pd.notna(since):
            for inner in range(int(str(since)[:4]), int(year)):
                if (key, place, inner) in counts:
                    counts[key, place, inner][2] += 1
    out = pd.DataFrame(
        [(*cell, *numbers) for cell, numbers in counts.items()],
        columns=[
            *("indicator", "jurisdiction", "year", "totals", "amounts", "within", "targets"),
            "disputed",
        ],
    )
    total, amount = out["totals"] > 0, out["amounts"] > 0
    out["state"] = np.select(
        [total & amount, total, amount, out["within"] > 0, out["targets"] > 0],
        ["date_and_window", "at_date", "in_window", "within", "target"],
        "none",
    )
    return out.astype({"disputed": "bool"})


def conflicts(tables: Tables, level: str = "", tolerance: float = 0.05) -> pd.DataFrame:
    """Pairs of figures that cannot both be right, or were marked so by the coder; both are shown.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As for :func:`panel`.
    level : str
        Level of the jurisdictions table; all levels when empty.
    tolerance : float
        Share by which an ``approx`` number may be off.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``how`` (``marked`` by the coder; found: ``same_date``, other numbers of
        one definition and date; ``falling``, a later all-time total below an earlier one;
        ``too_many``, more done in a window than the totals around it grew by, or than the later
        one holds), ``conflict`` (mark), ``jurisdiction``, ``indicator``, ``one_key``,
        ``other_key``, ``one_date``, ``other_date``, ``one_low``, ``one_high``,
        ``other_low``, ``other_high``, ``one_source``, ``other_source``, ``reason_zh``,
        ``reason_en``. Marked pairs first; a pair that is both marked and found stands as marked.

    Raises
    ------
    UsageError
        When a table or column is missing, the tolerance is no share, or there is no such level.
    """
    rows = _facts(tables, tolerance, level)
    found = _marked(rows)
    seen = {frozenset((row["one_key"], row["other_key"])) for row in found}
    every = pd.concat([rows, _differences(rows)], ignore_index=True)
    found += [
        row for row in _found(every) if frozenset((row["one_key"], row["other_key"])) not in seen
    ]
    columns = ["how", "conflict", "jurisdiction", "indicator"]
    for name in ("key", "date", "low", "high", "source"):
        columns += [f"one_{name}", f"other_{name}"]
    out = pd.DataFrame(found, columns=[*columns, "reason_zh", "reason_en"])
    numbers = [c for c in out if c.endswith(("_low", "_high"))]
    out[numbers] = out[numbers].astype("float64").replace(np.inf, np.nan)
    text = [c for c in out if c not in numbers]
    out[text] = out[text].replace("", pd.NA).astype("string")
    return out


def comparability(facts: pd.DataFrame) -> pd.DataFrame:
    """By which factor counts differ with the role, and paces with the base of counting.

    ``role``: two figures that differ in the role only, one of what a jurisdiction led. ``base``:
    the pace of a difference of totals beside that of a figure for a window, where the windows
    have a day in common; both may be right and count other things.

    Parameters
    ----------
    facts : pandas.DataFrame
        As :func:`panel` returns it.

    Returns
    -------
    pandas.DataFrame
        ``what`` (``role`` or ``base``), ``jurisdiction``, ``indicator``, ``one_keys`` (led; the
        window), ``other_keys`` (the wider role; the totals), ``one_low``, ``one_high``,
        ``other_low``, ``other_high`` (numbers, or numbers a year), ``factor_low``,
        ``factor_high`` (second by first), ``differs`` (respects in which they are not coded alike,
        joined by ``+``), ``reason_zh``, ``reason_en``.
    """
    own = facts[(facts["kind"] != "target") & facts["low"].notna()].astype("object")
    rows: list[dict[str, Any]] = []
    same = [c for c in DEFINITION if c != "role"] + ["basis", "since_date", "date"]
    for _, group in own.groupby(same, dropna=False, sort=False):
        led = group[group["role"] == "lead"]
        for one, other in itertools.product(
            led.itertuples(), group[group["role"].isin(_WIDER)].itertuples()
        ):
            rows.append(_factor("role", one, other, (1.0, 1.0), (1.0, 1.0)))
    windows = own[own["basis"].isin(["during", "year"])]
    between = own[own["basis"] == "between"]
    for one in windows.itertuples():
        near = between[
            (between["jurisdiction"] == one.jurisdiction)
            & (between["indicator"] == one.indicator)
            & (between["domain"] == one.domain)
        ]
        for other in near.itertuples():
            spans = [_span(row.since_date, row.date) for row in (one, other)]
            if None not in spans and _meet(one, other):
                rows.append(_factor("base", one, other, *spans))  # type: ignore[arg-type]
    columns = ["what", "jurisdiction", "indicator", "one_keys", "other_keys"]
    columns += ["one_low", "one_high", "other_low", "other_high"]
    columns += ["factor_low", "factor_high", "differs", "reason_zh", "reason_en"]
    out = pd.DataFrame(rows, columns=columns)
    numbers = [c for c in out if c.endswith(("_low", "_high"))]
    out[numbers] = out[numbers].astype("float64").replace(np.inf, np.nan)
    return out


# --- steps ----------------------------------------------------------------------------------------


def _places(tables: Tables, level: str) -> list[str]:
    jurisdictions = tables["jurisdictions"].astype("object")
    levels = list(dict.fromkeys(jurisdictions["level"]))
    if level and len(levels) and level not in levels:
        raise UsageError(
            f"no jurisdiction is of the level {level!r}; there are {', '.join(levels)}"
        )
    own = jurisdictions if not level else jurisdictions[jurisdictions["level"] == level]
    return list(own["key"])


def _facts(tables: Tables, tolerance: float, level: str) -> pd.DataFrame:
    """Every figure and target once, with its interval, window and the sources that say it."""
    require(tables, _NEEDED)
    check_tolerance(tolerance)
    targets = tables["targets"].astype("object")
    later = set(targets["supersedes"].dropna())
    again = targets["target_id"].isin(later) | (targets["part_relation"] == "overlapping")
    targets = targets[~again]
    outcomes = tables["outcomes"].astype("object")
    seen = tables["observations"].astype("object")
    target = seen["kind"] == "target"
    good = {"quality": "official", "confidence": "high", "conflict": ""}
    every = pd.concat(
        [
            targets.assign(
                key=targets["target_id"], kind="target", since=targets["base_date"],
                date=targets["due_date"], source=targets["doc_id"], **good,
            ),
            outcomes.assign(
                key=outcomes["outcome_id"], kind="reported", since=outcomes["since_date"],
                date=outcomes["as_of_date"], source=outcomes["doc_id"], **good,
            ),
            seen.assign(
                key=seen["observation_id"], kind=np.where(target, "target", "reported"),
                since=seen["since_date"], source=seen["source_key"],
                date=seen["as_of_date"].where(~target, seen["due_date"]),
                conflict=seen["conflict"].fillna(""),
            ),
        ],
        ignore_index=True,
    )  # fmt: skip
    columns = [*_COMMON, "key", "kind", "since", "date", "source", "quality", "confidence"]
    every = every[[*columns, "conflict"]]
    every = every[every["jurisdiction"].isin(_places(tables, level))]
    every = every.join(number_intervals(every, tolerance))
    # One unit for things that are counted; others stay as they are written.
    kinds = unit_kinds(every["unit"])
    counted = kinds["kind"] == "count"
    for end in ("low", "high"):
        every[end] = every[end] * kinds["factor"].where(counted, 1.0).astype("float64")
    every["unit"] = every["unit"].where(~counted, COUNTED)
    window = ~every["basis"].isin(TOTALS)
    every["since_date"] = every["since"].where(window & every["since"].notna(), "")
    since, date = dates.intervals(every["since"]), dates.intervals(every["date"])
    for name, ends in (("since", since.where(window)), ("date", date)):
        every[f"{name}_first"], every[f"{name}_last"] = ends["first"], ends["last"]
    every["last"] = every["date_last"]
    every["date"] = every["date"].fillna("")
    return _once(every)


#: The unit of things that are counted.
COUNTED = "项"


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that say the same as one, with the number of their sources."""
    same = [*DEFINITION, "kind", "basis", "since_date", "date", "low", "high"]
    for name, order in (("quality", _QUALITIES), ("confidence", _CONFIDENCES)):
        rows[name] = rows[name].map({key: place for place, key in enumerate(order)})
    grouped = rows.groupby(same, dropna=False, sort=False)
    ends = ["since_first", "since_last", "date_first", "date_last", "last"]
    out = grouped[ends].first()
    out["sources"] = grouped["source"].nunique()
    out["quality"] = grouped["quality"].min().map(dict(enumerate(_QUALITIES)))
    out["confidence"] = grouped["confidence"].min().map(dict(enumerate(_CONFIDENCES)))
    for column, name in (("source", "source_keys"), ("key", "keys"), ("conflict", "conflict")):
        out[name] = grouped[column].agg(_joined)
    return out.reset_index().assign(reason_zh="", reason_en="")


def _joined(values: pd.Series) -> str:
    return "+".join(dict.fromkeys(str(value) for value in values if pd.notna(value) and value))


def _differences(rows: pd.DataFrame) -> pd.DataFrame:
    """What was added between all-time totals of one definition that follow each other."""
    totals = rows[(rows["kind"] == "reported") & (rows["basis"] == "cumulative")]
    totals = totals[totals["date_first"].notna()].sort_values(["date_first", "date_last", "keys"])
    out = []
    for definition, own in totals.groupby(DEFINITION, dropna=False, sort=False):
        days = [day for _, day in own.groupby(["date_first", "date_last"], sort=True)]
        for before, after in itertools.pairwise(days):
            if before["date_last"].iloc[0] >= after["date_first"].iloc[0]:
                continue  # which of the two is the later one is not known
            out.append(dict(zip(DEFINITION, definition, strict=True)) | _difference(before, after))
    return pd.DataFrame(out, columns=rows.columns) if out else rows.iloc[:0]


def _difference(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Any]:
    first, last = before.iloc[0], after.iloc[0]
    low = max(0.0, float(after["low"].min() - before["high"].max()))
    high = float(after["high"].max() - before["low"].min())
    falls = high < 0
    both = pd.concat([before, after])
    worse = {
        name: max(both[name], key=order.index)
        for name, order in (("quality", _QUALITIES), ("confidence", _CONFIDENCES))
    }
    a, b = (spoken(float(d["low"].min()), float(d["high"].max())) for d in (before, after))
    zh = f"{last['date']} 的累计数 {b[0]} 减 {first['date']} 的 {a[0]}"
    en = f"the all-time total {b[1]} of {last['date']} less {a[1]} of {first['date']}"
    if falls:
        zh, en = f"{zh}，为负，两者不能都对", f"{en} is below 0, so that not both can be right"
    return worse | {
        "kind": "derived",
        "basis": "between",
        "since_date": first["date"],
        "date": last["date"],
        "low": np.nan if falls else low,
        "high": np.nan if falls else high,
        "since_first": first["date_first"],
        "since_last": first["date_last"],
        "date_first": last["date_first"],
        "date_last": last["date_last"],
        "last": last["date_last"],
        "sources": len(set("+".join(both["source_keys"]).split("+"))),
        "source_keys": _joined(both["source_keys"]),
        "keys": _joined(both["keys"]),
        "conflict": _joined(both["conflict"]),
        "reason_zh": zh,
        "reason_en": en,
    }


# --- what does not agree --------------------------------------------------------------------------


def _marked(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Pairs of rows that the coder marked, in the order of their dates."""
    marks = rows.assign(mark=rows["conflict"].str.split("+")).explode("mark")
    out = []
    for mark, own in marks[marks["mark"] != ""].groupby("mark", sort=True):
        ordered = own.sort_values(["last", "keys"]).to_dict("records")
        for one, other in itertools.pairwise(ordered):
            out.append(_conflict("marked", one, other, str(mark)))
    return out


def _found(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Pairs of figures of one definition that cannot both be right."""
    told = rows[(rows["kind"] != "target") & rows["date_first"].notna()]
    out = []
    for _, own in told.groupby(DEFINITION, dropna=False, sort=False):
        if len(own) < 2:
            continue
        every = own.sort_values(["last", "keys"]).to_dict("records")
        totals = [row for row in every if row["basis"] == "cumulative"]
        for one, other in itertools.combinations([r for r in every if r["kind"] == "reported"], 2):
            same = [one[c] == other[c] for c in ("basis", "since_date", "date")]
            apart = one["low"] > other["high"] or other["low"] > one["high"]
            if all(same) and apart and one["basis"] != "unknown":
                out.append(_conflict("same_date", one, other))
        for one, other in itertools.combinations(totals, 2):
            if one["date_last"] < other["date_first"] and one["low"] > other["high"]:
                out.append(_conflict("falling", one, other))
        out += _too_many(every, totals)
    return out


def _too_many(
    every: list[dict[str, Any]], totals: list[dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    """Windows in which more was done than the totals around them allow."""
    windows = [r for r in every if r["basis"] in ("during", "year") and pd.notna(r["since_first"])]
    for one, total in itertools.product(windows, totals):
        if one["date_last"] > total["date_first"]:
            continue
        # The earlier totals that surely were read before the window began.
        before = [t for t in totals if t["date_last"] <= one["since_first"]]
        start = max((t["low"] for t in before), default=0.0)
        if one["low"] > total["high"] - start:
            yield _conflict("too_many", one, total)
            return


_HOW = {
    "marked": ("编码者标为互相矛盾", "marked by the coder as disagreeing"),
    "same_date": ("同一定义、同一时点而数字不同", "of one definition and date, but not the same"),
    "falling": ("历年累计数反而减少", "an all-time total that falls"),
    "too_many": (
        "期内数多于累计数所容许的增量",
        "more in the window than the all-time totals allow",
    ),
}


def _conflict(
    how: str, one: dict[str, Any], other: dict[str, Any], mark: str = ""
) -> dict[str, Any]:
    out: dict[str, Any] = {"how": how, "conflict": mark}
    out |= {name: one[name] for name in ("jurisdiction", "indicator")}
    for side, row in (("one", one), ("other", other)):
        out[f"{side}_key"] = row["keys"]
        out[f"{side}_source"] = row["source_keys"]
        for name in ("date", "low", "high"):
            out[f"{side}_{name}"] = row[name]
    a, b = (spoken(row["low"], row["high"]) for row in (one, other))
    out["reason_zh"] = f"{_HOW[how][0]}：{a[0]} 与 {b[0]}"
    out["reason_en"] = f"{_HOW[how][1]}: {a[1]} and {b[1]}"
    return out


def _meet(one: Any, other: Any) -> bool:
    """Whether two windows have a day in common for sure."""
    (a, b), (c, d) = (
        (dates.bounds(str(row.since_date))[1], dates.bounds(str(row.date))[0])
        for row in (one, other)
    )
    return max(a, c) <= min(b, d)


def _span(since: Any, date: Any) -> tuple[float, float] | None:
    """Least and greatest years that a window takes."""
    if pd.isna(since) or pd.isna(date) or not since or not date:
        return None
    starts, ends = dates.bounds(str(since)), dates.bounds(str(date))
    least = (pd.Timestamp(ends[0]) - pd.Timestamp(starts[1])).days + 1
    most = (pd.Timestamp(ends[1]) - pd.Timestamp(starts[0])).days + 1
    return (least / _YEAR, most / _YEAR) if least > 0 else None


def _factor(
    what: str, one: Any, other: Any, years: tuple[float, float], others: tuple[float, float]
) -> dict[str, Any]:
    """Two figures by the years of their windows, and the second by the first."""
    ends = []
    for row, (least, most) in ((one, years), (other, others)):
        high = float(row.high) if pd.notna(row.high) else np.inf
        ends.append((float(row.low) / most, high / least))
    (a, b), (c, d) = ends
    names = ["scope", "role", "stage", "action"]
    differs = [n for n in names if getattr(one, n) != getattr(other, n)]
    low, high = c / b if b > 0 else np.nan, d / a if a > 0 else np.inf
    zh, en = spoken(round(low, 2), round(high, 2))
    if what == "role":
        said = f"参与数为主导数的 {zh} 倍", f"those taken part in are {en} times those led"
    else:
        said = (
            f"由累计数推得的每年数为期内所报的 {zh} 倍",
            f"the pace between the totals is {en} times that reported for the window",
        )
    return {
        "what": what, "jurisdiction": one.jurisdiction, "indicator": one.indicator,
        "one_keys": one.keys, "other_keys": other.keys,
        "one_low": a, "one_high": b, "other_low": c, "other_high": d,
        "factor_low": low, "factor_high": high,
        "differs": "+".join(differs), "reason_zh": said[0], "reason_en": said[1],
    }  # fmt: skip


def _typed(out: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers with open ends empty, the rest as text."""
    year = out["date"].astype("object").str[:4].replace("", None)
    for name in out.columns:
        if name in ("low", "high"):
            out[name] = out[name].astype("float64").replace(np.inf, np.nan)
        elif name == "year":
            out[name] = pd.to_numeric(year).astype("Int64")
        elif name == "sources":
            out[name] = out[name].astype("int64")
        elif name == "disputed":
            out[name] = out[name].astype("bool")
        else:
            out[name] = out[name].astype("object").replace("", None).astype("string")
    return out
