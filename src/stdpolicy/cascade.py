"""Targets from the centre down: shares, ratcheting, missing levels, and provinces side by side.

A coded target and a target that was merely reported on a public page stand in one table here. What
differs between two promises is said, never smoothed over: a share keeps its lower end only where
all that the lower level promises lies within what the upper level counts.
"""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.coherence import (
    ancestors,
    check_tolerance,
    number_intervals,
    require,
    spoken,
    unit_kinds,
    words,
)

Tables = dict[str, pd.DataFrame]

#: Respects in which two promises can differ besides the indicator, in the order of the results.
RESPECTS = ["domain", "scope", "role", "stage", "action", "basis", "base_date"]

_COMMON = [
    *("jurisdiction", "indicator", "domain", "scope", "value_low", "value_high", "unit", "bound"),
    *("role", "stage", "action", "basis", "due_date"),
]
_TARGETS = [
    *("target_id", "doc_id", *_COMMON, "commitment", "base_date"),
    *("part_of", "part_relation", "supersedes"),
]
_OBSERVATIONS = [
    *("observation_id", "kind", *_COMMON, "since_date", "quality", "confidence"),
    *("source_key", "conflict"),
]
_NEEDED = {
    "targets": _TARGETS,
    "observations": _OBSERVATIONS,
    "jurisdictions": ["key", "part_of", "level"],
    "indicators": ["key", "part_of", "measure", "direction", "tier"],
    "domains": ["key", "part_of"],
    "scopes": ["key", "part_of"],
}
_NO_TIER = ["mixed", "none"]
#: Columns of promises that the results do not show.
_INNER = ["due", "direction", "tier", "part_of", "written"]
_NUMBERS = ("_low", "_high")


# --- promises -------------------------------------------------------------------------------------


def promises_by_level(tables: Tables, tolerance: float = 0.05) -> pd.DataFrame:
    """Targets and reported targets of all jurisdictions as one table.

    An observation that has the jurisdiction, indicator, domain, scope, deadline, number and unit of
    a target, or of an observation with a smaller id, is the same promise and kept once, in the
    target or the first observation.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``observations``, ``jurisdictions``, ``indicators``, ``domains`` and
        ``scopes``.
    tolerance : float
        Share by which an ``approx`` number may be off.

    Returns
    -------
    pandas.DataFrame
        By key, targets first: ``key`` (of the target or observation), ``source`` (``targets`` or
        ``observations``), ``doc_id``, ``jurisdiction``, ``level``, ``indicator``, ``measure``,
        ``domain``, ``scope``, ``low``, ``high`` (in ``unit``; 0 below ``at_most``, empty above
        ``at_least``, 100 at most for a rate in %), ``unit``, ``bound``, ``commitment``, ``role``,
        ``stage``, ``action``, ``basis``, ``base_date``, ``due_date`` (as coded), ``years_low``,
        ``years_high`` (from the base date to the end of the deadline; two ends where the base date
        is known to a month or year only), ``quality``, ``confidence``, ``source_key``,
        ``conflict``, ``also`` (keys of the observations that say the same, joined by ``+``),
        ``superseded`` (a later target takes its place) and ``repeated`` (an ``overlapping`` part:
        its whole promises the same).

    Raises
    ------
    UsageError
        When a table or column is missing or the tolerance is no share.
    """
    return _open_ends(_promises(tables, tolerance).drop(columns=_INNER))


def across_provinces(
    tables: Tables, tolerance: float = 0.05, level: str = "province"
) -> pd.DataFrame:
    """Promises of all provinces side by side, with what they come to in a year.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As for :func:`promises_by_level`.
    tolerance : float
        Share by which an ``approx`` number may be off.
    level : str
        Level of the jurisdictions table, ``province`` unless told.

    Returns
    -------
    pandas.DataFrame
        By indicator, deadline, jurisdiction and key: ``indicator``, ``jurisdiction``, ``domain``,
        ``scope``, ``low``, ``high``, ``unit``, ``bound``, ``role``, ``stage``, ``action``,
        ``basis``, ``base_date``, ``due_date``, ``years_low``, ``years_high``, ``per_year_low``,
        ``per_year_high`` (in ``unit`` a year; only for flows that count from a base date),
        ``quality``, ``confidence``, ``conflict``, ``source_key``, ``key``, ``source``,
        ``superseded``, ``repeated``, ``reason_zh`` and ``reason_en`` (why there is no number a
        year; empty where there is).

    Raises
    ------
    UsageError
        When a table or column is missing or the tolerance is no share.
    """
    out = _promises(tables, tolerance)
    out = out[out["level"] == level].copy()
    flow = out["measure"].isin(["flow", "money"])
    counted = out["basis"].isin(["during", "unstated", "year"])
    known = flow & counted & out["years_low"].notna()
    out["per_year_low"] = (out["low"] / out["years_high"]).where(known)
    out["per_year_high"] = (out["high"] / out["years_low"]).where(known)
    reasons = {
        "flow": ("存量、比率或时长，不按年折算", "a stock, rate or duration has no yearly amount"),
        "basis": (
            "为累计数、存量或口径不明，不按年折算",
            "an all-time total, a stock or of unknown basis, so without a yearly amount",
        ),
        "years": ("起算日不明，不按年折算", "the base date is not known, so no yearly amount"),
    }
    which = np.select([known, ~flow, ~counted], ["", "flow", "basis"], "years")
    for place, language in enumerate(("zh", "en")):
        out[f"reason_{language}"] = [reasons[w][place] if w else "" for w in which]
    columns = ["indicator", "jurisdiction", "domain", "scope", "low", "high", "unit", "bound"]
    columns += ["role", "stage", "action", "basis", "base_date", "due_date"]
    columns += ["years_low", "years_high", "per_year_low", "per_year_high"]
    columns += ["quality", "confidence", "conflict", "source_key", "key", "source"]
    columns += ["superseded", "repeated", "reason_zh", "reason_en"]
    order = ["indicator", "due", "jurisdiction", "key"]
    return _open_ends(out.sort_values(order, ignore_index=True)[columns])


# --- two levels -----------------------------------------------------------------------------------


def cascade(tables: Tables, tolerance: float = 0.05, floors: bool = True) -> pd.DataFrame:
    """What lower levels take of the targets above them, and whether they ask for more.

    A promise is set beside those of the jurisdictions above its own for the same indicator, a wider
    or a narrower one, in the same field, a wider or a narrower one. A level is passed over where it
    has no such promise for the same deadline, and what is of a wider field than a part of a plan is
    set beside the whole only. Superseded and repeated promises are left out.

    Counts are compared as shares: the interval of the lower number divided by that of the upper
    [l_L/u_H, l_H/u_L] (Manski 2003); it loses its lower end where the lower promise may count
    things that the upper does not. Rates and durations are compared directly, for the same
    indicator only. Both need the same deadline and unit.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As for :func:`promises_by_level`.
    tolerance : float
        Share by which an ``approx`` number may be off.
    floors : bool
        Compare a bound as a bound: an upper ``at_least`` is the floor that it sets, and so are both
        sides of a rate. Without it they are intervals open to one side.

    Returns
    -------
    pandas.DataFrame
        One row per pair, by key of the upper and lower promise: ``upper_key``, ``lower_key``,
        ``upper_jurisdiction``, ``lower_jurisdiction``, ``upper_level``, ``lower_level``,
        ``through`` (jurisdictions passed over, from below, joined by ``+``), ``indicator`` (of the
        lower promise), ``upper_indicator``, ``indicator_relation`` (of the lower to the upper:
        ``same``, ``narrower`` or ``wider``), ``domain``, ``upper_domain``, ``upper_low``,
        ``upper_high``, ``upper_unit``, ``upper_bound``, ``lower_low``, ``lower_high``,
        ``lower_unit``, ``lower_bound``, ``upper_wording``, ``lower_wording`` (``soft`` where the
        number is approximate or striven for, ``hard`` where a bound is firm, ``plain`` where a
        single number or range is, empty where the commitment is not known), ``upper_due``,
        ``lower_due``, ``same_deadline``, ``differs`` (respects in which the two are not coded
        alike, joined by ``+``), ``share_low``, ``share_high`` (of the upper number; counts only),
        ``naive_share`` (of the written numbers, whatever differs), ``delta_low``, ``delta_high``
        (lower less upper, in percentage points or the unit of the upper; rates and
        durations only), ``ratchet`` (``up`` where the lower level asks for more in the wanted
        direction, ``down``, ``same``, ``undetermined``; missing for counts and other deadlines;
        ``undetermined`` also where anything ``differs``), ``naive_ratchet`` (by the numbers alone,
        whatever differs), ``reason_zh`` and ``reason_en``.

    Raises
    ------
    UsageError
        When a table or column is missing or the tolerance is no share.
    DataError
        When a jurisdiction, indicator, domain or scope is part of itself.
    """
    out = _pairs(_promises(tables, tolerance), tables, floors)
    out = _nearest(out)
    reasons = [_pair_reason(row) for row in out.itertuples()]
    out["reason_zh"] = [zh for zh, _ in reasons]
    out["reason_en"] = [en for _, en in reasons]
    columns = ["upper_key", "lower_key", "upper_jurisdiction", "lower_jurisdiction"]
    columns += ["upper_level", "lower_level", "through", "indicator", "upper_indicator"]
    columns += ["indicator_relation", "domain", "upper_domain"]
    for side in ("upper", "lower"):
        columns += [f"{side}_{name}" for name in ("low", "high", "unit", "bound")]
    columns += ["upper_wording", "lower_wording", "upper_due", "lower_due", "same_deadline"]
    columns += ["differs", "share_low", "share_high", "naive_share", "delta_low", "delta_high"]
    columns += ["ratchet", "naive_ratchet", "reason_zh", "reason_en"]
    return _open_ends(out[columns])


def cascade_sum(tables: Tables, tolerance: float = 0.05, floors: bool = True) -> pd.DataFrame:
    """What all promises of a lower level take together of each target above them.

    The sum is one of promises: a standard in which several jurisdictions take part is promised by
    each. Within a jurisdiction the lower ends are added where the promises are of separate fields
    or tiers, else the largest counts.

    Parameters
    ----------
    tables, tolerance, floors
        As for :func:`cascade`.

    Returns
    -------
    pandas.DataFrame
        One row per upper count and lower level that has a share of it: ``upper_key``,
        ``jurisdiction``, ``indicator``, ``due_date``, ``upper_low``, ``upper_high``, ``unit``,
        ``level``, ``promises`` (of the lower level), ``with_target`` and ``known`` (jurisdictions
        of that level: with such a promise, and in the jurisdictions table), ``found_low``,
        ``found_high`` (share taken by those found), ``all_low``, ``all_high`` (by all that are
        known: open above where some have no promise in the tables), ``naive_share`` (of the written
        numbers, whatever differs), ``reason_zh``, ``reason_en``.

    Raises
    ------
    UsageError
        When a table or column is missing or the tolerance is no share.
    DataError
        When a jurisdiction, indicator, domain or scope is part of itself.
    """
    pairs = _pairs(_promises(tables, tolerance), tables, floors)
    pairs = pairs[pairs["share_high"].notna() & pairs["lower_level"].notna()]
    inside = _inside(tables["domains"], "domains")
    ends = ["found_low", "found_high"]
    sums = ["promises", *ends, "naive_share"]
    taken: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    columns = ["upper_key", "lower_level", "lower_jurisdiction", "domain", "lower_tier"]
    columns += ["share_low", "share_high", "naive_share"]
    for row in pairs[columns].itertuples(index=False, name=None):
        taken.setdefault(row[:3], []).append(row[3:])
    rows = [(*place, len(own), *_together(own, inside)) for place, own in taken.items()]
    places = pd.DataFrame(rows, columns=["upper_key", "level", "lower_jurisdiction", *sums])
    grouped = places.groupby(["upper_key", "level"])
    out = grouped[sums].sum()
    out["with_target"] = grouped.size()
    out = out.reset_index()
    upper = pairs.drop_duplicates("upper_key").set_index("upper_key")
    for name, column in (
        *(("jurisdiction", "upper_jurisdiction"), ("indicator", "upper_indicator")),
        *(("due_date", "upper_due"), ("unit", "upper_unit")),
        *(("upper_low", "upper_low"), ("upper_high", "upper_high")),
    ):
        out[name] = out["upper_key"].map(upper[column])
    level = tables["jurisdictions"].astype("object").set_index("key")["level"]
    below = ancestors(tables["jurisdictions"], "jurisdictions")
    known = below.groupby(["above", below["key"].map(level)]).size()
    out["known"] = [known[place] for place in zip(out["jurisdiction"], out["level"], strict=True)]
    out["all_low"] = out["found_low"]
    out["all_high"] = out["found_high"].where(out["with_target"] == out["known"])
    reasons = [_sum_reason(row) for row in out.itertuples()]
    out["reason_zh"] = [zh for zh, _ in reasons]
    out["reason_en"] = [en for _, en in reasons]
    columns = ["upper_key", "jurisdiction", "indicator", "due_date", "upper_low", "upper_high"]
    columns += ["unit", "level", "promises", "with_target", "known", *ends, "all_low", "all_high"]
    columns += ["naive_share"]
    return _open_ends(out[[*columns, "reason_zh", "reason_en"]])


def missing_levels(tables: Tables) -> pd.DataFrame:
    """Which levels have a target for the same thing and deadline, from the centre down.

    A chain runs from the top to a jurisdiction with coded targets that has none such below it. A
    level is called missing only where it has coded targets for that deadline and none is for the
    indicator; where nothing is coded, absence says nothing.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        As for :func:`promises_by_level`.

    Returns
    -------
    pandas.DataFrame
        One row per chain, indicator and deadline for which some level has a target: ``chain``
        (jurisdictions from above, joined by ``>``), ``jurisdiction`` (the lowest), ``indicator``,
        ``due_date`` (ISO day), and levels joined by ``+``: ``present``, ``related`` (with a target
        for a wider or narrower indicator only), ``missing`` and ``unknown`` (nothing coded for
        that deadline); ``reason_zh`` and ``reason_en``.

    Raises
    ------
    UsageError
        When a table or column is missing.
    DataError
        When a jurisdiction or indicator is part of itself.
    """
    promises = _current(_promises(tables, 0.0))
    level = tables["jurisdictions"].astype("object").set_index("key")["level"].to_dict()
    above = ancestors(tables["jurisdictions"], "jurisdictions")
    kin = _inside(tables["indicators"], "indicators")
    coded = promises[promises["source"] == "targets"]
    places = set(coded["jurisdiction"])
    bottoms = sorted(places - set(above.loc[above["key"].isin(places), "above"]))
    dated = set(zip(coded["jurisdiction"], coded["due"], strict=True))
    promised: dict[tuple[str, str], set[str]] = {}
    for place, due, indicator in zip(
        promises["jurisdiction"], promises["due"], promises["indicator"], strict=True
    ):
        promised.setdefault((place, due), set()).add(indicator)
    rows = []
    for bottom in bottoms:
        chain = [*reversed(above.loc[above["key"] == bottom, "above"].tolist()), bottom]
        within = promises.loc[promises["jurisdiction"].isin(chain), ["indicator", "due"]]
        for indicator, due in sorted(set(within.itertuples(index=False, name=None))):
            found: dict[str, list[str]] = {s: [] for s in _STANDINGS}
            for place in chain:
                has = promised.get((place, due), set())
                if indicator in has:
                    standing = "present"
                elif any((indicator, other) in kin or (other, indicator) in kin for other in has):
                    standing = "related"
                else:
                    standing = "missing" if (place, due) in dated else "unknown"
                found[standing].append(str(level.get(place, place)))
            joined = [("+".join(dict.fromkeys(found[s]))) for s in _STANDINGS]
            reasons = _standing_words(found)
            rows.append((">".join(chain), bottom, indicator, due, *joined, *reasons))
    columns = ["chain", "jurisdiction", "indicator", "due_date", *_STANDINGS]
    return _open_ends(pd.DataFrame(rows, columns=[*columns, "reason_zh", "reason_en"]))


# --- steps ----------------------------------------------------------------------------------------


def _promises(tables: Tables, tolerance: float) -> pd.DataFrame:
    """Promises with infinite open ends, the day of the deadline (``due``), direction and tier."""
    require(tables, _NEEDED)
    check_tolerance(tolerance)
    targets = tables["targets"][_TARGETS].astype("object")
    targets = targets.rename(columns={"target_id": "key"}).assign(source="targets")
    targets["superseded"] = targets["key"].isin(targets["supersedes"].dropna())
    targets["repeated"] = targets["part_relation"] == "overlapping"
    seen = tables["observations"][_OBSERVATIONS].astype("object")
    seen = seen[seen["kind"] == "target"].assign(source="observations")
    seen = seen.rename(columns={"observation_id": "key", "since_date": "base_date"})
    seen = seen.assign(superseded=False, repeated=False)
    out = pd.concat([targets, seen], ignore_index=True)
    out["rank"] = (out["source"] == "observations").astype("int64")
    out = out.sort_values(["rank", "key"], ignore_index=True)
    out["due"] = dates.intervals(out["due_date"])["last"].dt.strftime("%Y-%m-%d")
    out = _once(out)

    out["level"] = out["jurisdiction"].map(_column(tables["jurisdictions"], "level"))
    for name in ("measure", "direction", "tier"):
        out[name] = out["indicator"].map(_column(tables["indicators"], name))
    out["tier"] = out["tier"].fillna("none")
    numbers = number_intervals(out, tolerance)
    out["written"] = out["value_low"].fillna(out["value_high"]).astype("float64")
    kinds = unit_kinds(out["unit"])
    all_of_it = (100 / kinds["factor"]).where(
        (kinds["kind"] == "share") & (out["measure"] == "rate")
    )
    out["low"] = numbers["low"]
    out["high"] = numbers["high"].clip(upper=all_of_it.fillna(np.inf)).clip(lower=out["low"])
    base, end = dates.intervals(out["base_date"]), dates.intervals(out["due_date"])["last"]
    end = _years(end + pd.Timedelta(days=1))
    for name, start in (("years_low", base["last"]), ("years_high", base["first"])):
        years = end - _years(start)
        out[name] = years.where(years > 0)
    columns = ["key", "source", "doc_id", "jurisdiction", "level", "indicator", "measure"]
    columns += ["domain", "scope", "low", "high", "unit", "bound", "commitment"]
    columns += ["role", "stage", "action", "basis", "base_date", "due_date"]
    columns += ["years_low", "years_high", "quality", "confidence", "source_key", "conflict"]
    return out[[*columns, "also", "superseded", "repeated", *_INNER]]


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame.astype("object").set_index("key")[name]


def _years(days: pd.Series) -> pd.Series:
    """Days as years, so that two New Year's days are whole years apart."""
    return days.dt.year + (days.dt.day_of_year - 1) / (365 + days.dt.is_leap_year.astype("int64"))


def _once(promises: pd.DataFrame) -> pd.DataFrame:
    """Drop observations that say what an earlier row says, and note their keys there."""
    names = ["jurisdiction", "indicator", "domain", "scope", "due", "value_low", "value_high"]
    groups = promises.groupby([*names, "unit"], dropna=False, sort=False)
    again = (groups.cumcount() > 0) & (promises["source"] == "observations")
    first = groups["key"].transform("first")
    also = promises.loc[again, "key"].groupby(first[again]).agg("+".join)
    out = promises.assign(also=promises["key"].map(also))
    return out[~again].reset_index(drop=True)


def _current(promises: pd.DataFrame) -> pd.DataFrame:
    return promises[~(promises["superseded"] | promises["repeated"]).astype(bool)]


def _inside(frame: pd.DataFrame, table: str) -> set[tuple[str, str]]:
    """Pairs of a key and one that contains it."""
    tree = ancestors(frame, table)
    return set(zip(tree["key"], tree["above"], strict=True))


def _relation(lower: pd.Series, upper: pd.Series, inside: set[tuple[str, str]]) -> list[str]:
    """Of each lower key to the upper one: same, narrower, wider or other."""
    out = []
    for a, b in zip(lower, upper, strict=True):
        if a == b:
            out.append("same")
        elif (a, b) in inside:
            out.append("narrower")
        else:
            out.append("wider" if (b, a) in inside else "other")
    return out


def _pairs(promises: pd.DataFrame, tables: Tables, floors: bool) -> pd.DataFrame:
    """Every promise beside every related one of a jurisdiction above, compared."""
    rows = _current(promises).join(unit_kinds(promises["unit"]))
    rows["wording"] = _wording(rows)
    above = ancestors(tables["jurisdictions"], "jurisdictions")
    kin = ancestors(tables["indicators"], "indicators")[["key", "above"]]
    own = pd.DataFrame({"key": rows["indicator"].unique()})
    relations = pd.concat(
        [
            own.assign(upper_indicator=own["key"]),
            kin.rename(columns={"above": "upper_indicator"}),
            kin.rename(columns={"key": "upper_indicator", "above": "key"}),
        ]
    ).rename(columns={"key": "indicator"})
    places = above.rename(columns={"key": "lower_jurisdiction", "above": "upper_jurisdiction"})
    lower = rows.add_prefix("lower_").rename(columns={"lower_indicator": "indicator"})
    out = lower.merge(places, on="lower_jurisdiction").merge(relations, on="indicator")
    out = out.merge(rows.add_prefix("upper_"), on=["upper_jurisdiction", "upper_indicator"])

    out["lower_indicator"], out["domain"] = out["indicator"], out["lower_domain"]
    relation = {}
    for name in ("indicator", "domain", "scope"):
        inside = _inside(tables[f"{name}s"], f"{name}s")
        found = _relation(out[f"lower_{name}"], out[f"upper_{name}"], inside)
        relation[name] = pd.Series(found, out.index, dtype="object")
    out["indicator_relation"] = relation["indicator"]
    # Separate fields share nothing, and what is wider than a part belongs beside its whole.
    beyond_part = (relation["domain"] == "wider") & out["upper_part_of"].notna()
    kept = (relation["domain"] != "other") & ~beyond_part
    out = out[kept].copy()
    contained = {n: r[kept].isin(["same", "narrower"]) for n, r in relation.items()}
    out["same_deadline"] = out["lower_due"] == out["upper_due"]
    out["through"] = _between(out, above)
    contained |= _contained(out)
    out["differs"] = _named(_different(out))
    out["outside"] = _named({n: ~held for n, held in contained.items()})
    out = _compare(out, floors)
    return out.sort_values(["upper_key", "lower_key"], ignore_index=True)


def _nearest(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs with the nearest level that has such a promise for the same deadline, or one below."""
    steps, same = pairs["steps"], pairs["indicator_relation"] == "same"
    first = {
        "any": steps.where(pairs["same_deadline"]),
        "same": steps.where(pairs["same_deadline"] & same),
    }
    far = {
        name: near.groupby(pairs["lower_key"]).transform("min").fillna(np.inf)
        for name, near in first.items()
    }
    # A related indicator in between does not hide the same one further up.
    return pairs[(steps <= far["any"]) | (same & (steps <= far["same"]))].copy()


def _named(truths: dict[str, pd.Series]) -> list[str]:
    """Names of the columns that are true in each row, joined by ``+``."""
    return [
        "+".join(name for name, true in zip(truths, row, strict=True) if true)
        for row in zip(*truths.values(), strict=True)
    ]


def _between(pairs: pd.DataFrame, above: pd.DataFrame) -> list[str]:
    paths = above.groupby("key", sort=False)["above"].agg(list).to_dict()
    return [
        "+".join(paths[place][: steps - 1])
        for place, steps in zip(pairs["lower_jurisdiction"], pairs["steps"], strict=True)
    ]


def _wording(promises: pd.DataFrame) -> Any:
    known = promises["commitment"].notna()
    soft = (promises["bound"] == "approx") | (promises["commitment"] == "strive")
    hard = known & promises["bound"].isin(["at_least", "at_most"])
    return np.select([soft, hard, known], ["soft", "hard", "plain"], "")


def _contained(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    """Whether all that the lower promise counts is counted by the upper one, by respect."""
    lower, upper = (
        pairs[[f"{side}_{n}" for n in ("role", "stage", "action", "base_date", "basis")]].set_axis(
            ["role", "stage", "action", "base_date", "basis"], axis="columns"
        )
        for side in ("lower", "upper")
    )
    alike = lower.fillna("") == upper.fillna("")
    both = (upper["action"] == "make_or_revise") & lower["action"].isin(["make", "revise"])
    start, base = dates.intervals(lower["base_date"]), dates.intervals(upper["base_date"])
    kinds = {side: _kind(pairs, side) for side in ("lower", "upper")}
    return {
        # 参与 is read as leading or taking part, and a role that is not stated as either.
        "role": alike["role"] | (upper["role"] != "lead"),
        # What is issued in a window need not have been drafted in it, nor the other way round.
        "stage": alike["stage"],
        "action": alike["action"] | both,
        # What is new belongs to the level at the deadline; a level holds older things too.
        "basis": ((kinds["lower"] == kinds["upper"]) & (kinds["lower"] != "unknown"))
        | ((kinds["lower"] == "period") & (kinds["upper"] == "level")),
        "base_date": (kinds["upper"] != "period")
        | alike["base_date"]
        | (start["first"] >= base["last"]),
    }


def _different(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    """Whether two promises are coded otherwise, by respect."""
    out = {n: pairs[f"lower_{n}"].fillna("") != pairs[f"upper_{n}"].fillna("") for n in RESPECTS}
    lower, upper = _kind(pairs, "lower"), _kind(pairs, "upper")
    out["basis"] = pd.Series(lower != upper, pairs.index)
    # A level at the deadline has no beginning.
    out["base_date"] &= (lower == "period") & (upper == "period")
    return out


def _kind(pairs: pd.DataFrame, side: str) -> Any:
    """Whether a number counts what is new in a period or states a level at the deadline."""
    basis, measure = pairs[f"{side}_basis"], pairs[f"{side}_measure"]
    unstated = basis == "unstated"
    flow = measure.isin(["flow", "money"])
    level = basis.isin(["stock", "cumulative"]) | measure.isin(["rate", "duration"])
    level |= unstated & measure.notna() & ~flow
    new = basis.isin(["during", "year"]) | (unstated & flow)
    return np.select([level, new], ["level", "period"], "unknown")


def _compare(pairs: pd.DataFrame, floors: bool) -> pd.DataFrame:
    """Shares of counts, differences of rates and durations, and what can be said of them."""
    out = pairs.copy()
    direct = out[["lower_measure", "upper_measure"]].isin(["rate", "duration"]).any(axis=1)
    sign = out["lower_direction"].map({"up": 1.0, "down": -1.0}).astype("float64")
    # A cap is no demand where more is better, nor a floor where less is.
    idle = out["lower_direction"].map({"up": "at_most", "down": "at_least"})
    upper, lower = _demand(out, "upper", floors), _demand(out, "lower", floors)
    hindrances = {
        "deadline": ~out["same_deadline"],
        "unit": out["lower_kind"] != out["upper_kind"],
        "indicator": direct & (out["indicator_relation"] != "same"),
        "direction": direct & sign.isna(),
        "bar": direct & ((out["lower_bound"] == idle) | (out["upper_bound"] == idle)),
        "zero": ~direct & (upper["high"] == 0),
    }
    out["hindrance"] = np.select(list(hindrances.values()), list(hindrances), "")
    free = out["hindrance"] == ""
    factor = (out["lower_factor"] / out["upper_factor"]).astype("float64")
    counts, rates = free & ~direct, free & direct
    with np.errstate(divide="ignore", invalid="ignore"):
        least = out["lower_low"] * factor / upper["high"]
        most = out["lower_high"] * factor / upper["low"]
        naive = out["lower_written"] * factor / out["upper_written"]
    out["share_low"] = least.where(out["outside"] == "", 0.0).where(counts)
    # Infinite, not missing, where open, so that a share can be told from none.
    out["share_high"] = most.fillna(np.inf).where(counts)
    out["naive_share"] = naive.where(counts & (out["upper_written"] > 0))
    out["delta_low"] = (lower["low"] * factor - upper["high"]).where(rates)
    out["delta_high"] = (lower["high"] * factor - upper["low"]).where(rates)
    ends = out[["delta_low", "delta_high"]].mul(sign, axis="index").round(9)
    asks = np.select(
        [(ends > 0).all(axis=1), (ends < 0).all(axis=1), (ends == 0).all(axis=1)],
        ["up", "down", "same"],
        "undetermined",
    )
    out["naive_ratchet"] = pd.Series(asks, out.index, dtype="object").where(rates)
    out["ratchet"] = out["naive_ratchet"].where(out["differs"] == "", "undetermined").where(rates)
    held = direct & out["same_deadline"] & ~free
    out["ratchet"] = out["ratchet"].mask(held, "undetermined")
    return out


def _demand(pairs: pd.DataFrame, side: str, floors: bool) -> pd.DataFrame:
    """What a promise asks for: its number, or the bound it sets."""
    low, high = pairs[f"{side}_low"], pairs[f"{side}_high"]
    bound = pairs[f"{side}_bound"]
    if floors:
        low, high = low.where(bound != "at_most", high), high.where(bound != "at_least", low)
    return pd.DataFrame({"low": low, "high": high})


def _together(
    promises: list[tuple[Any, ...]], inside: set[tuple[str, str]]
) -> tuple[float, float, float]:
    """Share that the promises of one jurisdiction take together: lower, upper end, naive.

    A promise is its domain, tier, lower end, upper end and naive share.
    """
    apart = all(
        (a != b and (a, b) not in inside and (b, a) not in inside)
        or (s != t and s not in _NO_TIER and t not in _NO_TIER)
        for (a, s, *_), (b, t, *_) in itertools.combinations(promises, 2)
    )
    lows, highs, naives = zip(*(numbers for _, _, *numbers in promises), strict=True)
    return (sum(lows), sum(highs), sum(naives)) if apart else (max(lows), sum(highs), max(naives))


# --- words ----------------------------------------------------------------------------------------

_STANDINGS = ["present", "related", "missing", "unknown"]
_STANDING_WORDS = {
    "present": ("{}有目标", "{}: a target"),
    "related": (
        "{}仅有更宽或更窄指标的目标",
        "{}: a target for a wider or narrower indicator only",
    ),
    "missing": ("{}已编码而无此目标", "{}: coded targets, none for this"),
    "unknown": ("{}该期未编码，有无不明", "{}: nothing coded for that deadline, so not known"),
}
_HINDRANCES = {
    "deadline": (
        "截止日不同（上级 {upper_due}，下级 {lower_due}），不作比较",
        "the deadlines differ ({upper_due} above, {lower_due} below), so they are not compared",
    ),
    "unit": (
        "单位不同（上级 {upper_unit}，下级 {lower_unit}），不作比较",
        "the units differ ({upper_unit} above, {lower_unit} below), so they are not compared",
    ),
    "indicator": (
        "不同指标的比率或时长不可比",
        "rates or durations of different indicators do not compare",
    ),
    "direction": ("指标没有期望方向", "the indicator has no wanted direction"),
    "bar": (
        "有一方未在期望方向上设限，高低不定",
        "one of the two sets no bar in the wanted direction",
    ),
    "zero": ("上级目标为 0，无份额可言", "the upper number is 0, so there is no share of it"),
}
_RATCHETS = {
    "up": ("下级要求更高", "the lower level asks for more"),
    "down": ("下级要求更低", "the lower level asks for less"),
    "same": ("两级要求相同", "both levels ask for the same"),
    "undetermined": ("高低不定", "the numbers do not tell which asks for more"),
}


def _standing_words(found: dict[str, list[str]]) -> tuple[str, str]:
    field = schema.tables()["jurisdictions"].fields["level"]
    told = []
    for place, (language, joint, stop) in enumerate((("zh", "、", "；"), ("en", ", ", "; "))):
        labels = field.labels(language)
        phrases = [
            _STANDING_WORDS[s][place].format(
                joint.join(labels.get(level, level) for level in levels)
            )
            for s, levels in found.items()
            if levels
        ]
        told.append(stop.join(phrases))
    return told[0], told[1]


def _percent(low: float, high: float) -> tuple[str, str]:
    """A share in words."""
    first, last = (f"{100 * x:.3g}%" for x in (low, high))
    if low == high:
        return first, first
    if np.isinf(high):
        return (f"至少 {first}", f"at least {first}") if low > 0 else ("份额不定", "any share")
    if low > 0:
        return f"{first} 至 {last}", f"{first} to {last}"
    return f"至多 {last}", f"at most {last}"


def _pair_reason(row: Any) -> tuple[str, str]:
    """What was compared in a pair, or why it was not."""
    if row.hindrance:
        zh, en = _HINDRANCES[row.hindrance]
        return zh.format(**row._asdict()), en.format(**row._asdict())
    lower, upper = _number(row, "lower"), _number(row, "upper")
    if isinstance(row.naive_ratchet, str):
        zh, en = _RATCHETS[row.naive_ratchet]
        zh = f"下级 {lower[0]}，上级 {upper[0]}：{zh}"
        en = f"{lower[1]} below, {upper[1]} above: {en}"
        if row.differs:
            zh += f"；但{words(row.differs, 'zh')}不同，不下判断"
            en += f"; but they differ in {words(row.differs, 'en')}, so it is left open"
        return zh, en
    zh, en = _percent(row.share_low, row.share_high)
    zh = f"下级 {lower[0]}，上级 {upper[0]}：{zh}"
    en = f"{lower[1]} below, {upper[1]} above: {en}"
    if row.outside:
        zh += f"；下级在{words(row.outside, 'zh')}上未必都属上级所计，故无下限"
        en += f"; in {words(row.outside, 'en')} the lower one may count what the upper does not"
    return zh, en


def _number(row: Any, side: str) -> tuple[str, str]:
    """The number of one side in words, open where its wording is."""
    low, high, bound = (getattr(row, f"{side}_{name}") for name in ("low", "high", "bound"))
    return spoken(
        math.nan if bound == "at_most" else low, math.nan if bound == "at_least" else high
    )


def _sum_reason(row: Any) -> tuple[str, str]:
    level = schema.tables()["jurisdictions"].fields["level"]
    zh, en = _percent(row.found_low, row.found_high)
    zh = f"合计 {zh}" if zh[0].isdigit() else f"合计{zh}"
    place_zh, place_en = (level.labels(lang).get(row.level, row.level) for lang in ("zh", "en"))
    zh = f"{place_zh}：已知 {row.known} 个中 {row.with_target} 个有目标，{zh}"
    en = f"{place_en}: targets in {row.with_target} of {row.known} known, together {en}"
    if row.with_target < row.known:
        return f"{zh}；其余不明", f"{en}; the others are not known"
    return zh, en


def _open_ends(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers with open ends empty, truth values and counts as such, the rest text."""
    out = frame.reset_index(drop=True)
    for name in out.columns:
        if name in ("low", "high") or name.endswith(_NUMBERS):
            out[name] = out[name].astype("float64").replace([np.inf, -np.inf], np.nan)
        elif name == "naive_share":
            out[name] = out[name].astype("float64")
        elif name in ("superseded", "repeated", "same_deadline"):
            out[name] = out[name].astype("bool")
        elif name in ("promises", "with_target", "known"):
            out[name] = out[name].astype("int64")
        else:
            out[name] = out[name].astype("string")
    return out
