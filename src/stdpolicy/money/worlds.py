"""What can be true when targets are met: how many things there are, and how many are paid for.

A promise counts things; those that no linked part of it counts form its cell. In a cell, conditions
split the things one after the other, each in a share from its interval; rows of ``eligibility`` end
the paths. So the greatest (or least) amount for one thing of a cell follows from the ends of the
shares, condition by condition, since it is linear in each share. The amount of all cells is linear
in the numbers promised, which hang together (parts are inside their whole): its ends are those of a
linear programme. Nothing is added that is only bounded apart, so that the ends are reached.

A share may differ from cell to cell. Were it one and the same in all of them, the amount would lie
between the same ends, for it never falls as a share of what is led, made, national, pioneering or
key rises, so that each end takes all cells at the same end of the share.
"""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.coherence import ancestors, number_intervals, require, unit_kinds
from stdpolicy.money.assumptions import CONDITIONS, Assumptions
from stdpolicy.money.schedule import LINKS, Fault, Tables, refuse, schedule

_TARGETS = [
    *("target_id", "doc_id", "indicator", "domain", "value_low", "value_high", "unit", "bound"),
    *("part_of", "part_relation", "supersedes"),
]
_DELIVERABLES = ["deliverable_id", "doc_id", "domain", "restates"]
#: Relations of parts that are taken to be apart from each other, and so leave a rest of the whole.
_APART = ("disjoint", "disjoint_exhaustive")

Interval = tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of ``eligibility`` with what it takes from the incentive and the promise."""

    place: int  # counted from 0
    incentive: str
    promise: str
    path: tuple[tuple[str, bool], ...]
    share: Interval
    yuan: Interval
    tier: str
    domain: str
    payer: str


@dataclasses.dataclass(frozen=True)
class Worlds:
    """All that can be true of the promises that money is linked to, under some assumptions."""

    assumptions: Assumptions
    rows: dict[str, list[Row]]
    numbers: dict[str, Interval]
    whole: dict[str, str]
    counted: set[str]  # promises whose things are those of others

    def ends(self, weigh: Callable[[Row, int], float]) -> Interval:
        """Least and greatest sum of weights over all things that are promised.

        ``weigh`` gives the weight of a thing that a row pays for, at the low end (0) and the high
        one (1).
        """
        every = [p for p in self.numbers if p not in self.counted]
        low = self._end(every, lambda row: weigh(row, 0), 0)
        return low, self._end(every, lambda row: weigh(row, 1), 1)

    @property
    def paying(self) -> list[Row]:
        """Rows of the promises of the total."""
        return [row for p, own in self.rows.items() for row in own if p not in self.counted]

    def share(self, row: Row, end: int) -> float:
        """Least (0) or greatest (1) share of a cell's things that a row pays for."""
        return self.per_thing(row.promise, lambda other: float(other.place == row.place), end)

    def inside(self, promise: str) -> list[str]:
        """A promise and the parts below it."""
        out = [promise]
        for one in out:
            out += [p for p, whole in self.whole.items() if whole == one]
        return out

    def rest(self, promise: str) -> Interval:
        """How many things of a promise no linked part of it counts."""
        chosen = self.inside(promise)
        every = dict.fromkeys(chosen, 0.0) | {promise: 1.0}
        return self._solve(chosen, every, 0), self._solve(chosen, every, 1)

    def per_thing(self, promise: str, weigh: Callable[[Row], float], end: int) -> float:
        """Least (0) or greatest (1) mean weight of a thing of the promise's cell."""
        value = self._split(self.rows.get(promise, []), 0, weigh, end)
        before, payments = self.assumptions.paid_before, self.assumptions.payments
        return times((1 - before[1 - end]) * payments[end], value)

    def _split(self, rows: list[Row], depth: int, weigh: Callable[[Row], float], end: int) -> float:
        if not rows:
            return 0.0
        if len(rows[0].path) == depth:
            return times(rows[0].share[end], weigh(rows[0]))
        sides = [[row for row in rows if row.path[depth][1] is holds] for holds in (True, False)]
        yes, no = (self._split(own, depth + 1, weigh, end) for own in sides)
        shares = getattr(self.assumptions, rows[0].path[depth][0])
        values = [times(share, yes) + times(1 - share, no) for share in shares]
        return max(values) if end else min(values)

    def _end(self, chosen: list[str], weigh: Callable[[Row], float], end: int) -> float:
        values = {promise: self.per_thing(promise, weigh, end) for promise in chosen}
        endless = {p: 1.0 if math.isinf(value) else 0.0 for p, value in values.items()}
        if any(endless.values()):
            # An amount without end, for a thing that there can be.
            if self._solve(chosen, endless, 1) > 0:
                return math.inf
            values = {p: 0.0 if endless[p] else value for p, value in values.items()}
        return self._solve(chosen, values, end)

    def _solve(self, chosen: list[str], values: dict[str, float], end: int) -> float:
        """Least or greatest sum of values over the cells of some promises."""
        if not any(values.values()):
            return 0.0
        within = {p: self.whole[p] for p in chosen if self.whole.get(p) in values}
        limits = self._limits(chosen, within)
        if end and any(self._endless(p, values, within, limits) for p in chosen):
            return math.inf
        trees = within.keys() | within.values()
        alone = sum(times(values[p], limits[p][end]) for p in chosen if p not in trees)
        together = [p for p in chosen if p in trees]
        return alone + (self._programme(together, within, limits, values, end) if together else 0.0)

    @staticmethod
    def _programme(
        chosen: list[str],
        within: dict[str, str],
        limits: dict[str, Interval],
        values: dict[str, float],
        end: int,
    ) -> float:
        """The same where parts are inside wholes: a linear programme in the numbers promised."""
        # scipy.optimize is slow to load, and only this function needs it.
        from scipy.optimize import linprog

        place = {promise: n for n, promise in enumerate(chosen)}
        # A number adds its value to its own cell and takes that of the whole from the whole's.
        gains = np.array([values[p] - values.get(within.get(p, ""), 0.0) for p in chosen])
        parts = np.zeros((len(chosen), len(chosen)))
        for part, whole in within.items():
            parts[place[whole], place[part]] = 1.0
        wholes = np.flatnonzero(parts.any(axis=1))
        found = linprog(
            -gains if end else gains,
            A_ub=parts[wholes] - np.eye(len(chosen))[wholes],
            b_ub=np.zeros(len(wholes)),
            bounds=[(limits[p][0], None if math.isinf(limits[p][1]) else limits[p][1])
                    for p in chosen],
            method="highs",
        )  # fmt: skip
        assert found.status == 0, found.message  # limits fit, and no end is open
        return abs(float(found.fun))

    def _limits(self, chosen: list[str], within: dict[str, str]) -> dict[str, Interval]:
        """Numbers of the promises; a whole that is less than its parts is as large as they are."""
        out = {p: self.numbers[p] for p in chosen}
        least: dict[str, float] = {}

        def needed(promise: str) -> float:
            if promise not in least:
                parts = sum(needed(p) for p, whole in within.items() if whole == promise)
                least[promise] = max(out[promise][0], parts)
            return least[promise]

        return {p: (low, max(high, needed(p))) for p, (low, high) in out.items()}

    @staticmethod
    def _endless(
        promise: str,
        values: dict[str, float],
        within: dict[str, str],
        limits: dict[str, Interval],
    ) -> bool:
        """Whether there can be any number of things of a cell that has a value."""
        if values[promise] <= 0:
            return False
        step: str | None = promise
        while step is not None:
            if not math.isinf(limits[step][1]):
                return False
            step = within.get(step)
        return True


def times(one: float, other: float) -> float:
    """Product in which nothing of something endless is nothing."""
    return one * other if one and other else 0.0


# --- from the tables ------------------------------------------------------------------------------


def worlds(tables: Tables, assumptions: Assumptions) -> Worlds:
    """Promises with their numbers, wholes and rows of ``eligibility``, as far as they count.

    Raises
    ------
    UsageError
        When a table or column is missing.
    DataError
        When links contradict each other, or a promise is no count; see
        :func:`stdpolicy.money.exposure`.
    """
    require(
        tables,
        {
            "targets": _TARGETS,
            "deliverables": _DELIVERABLES,
            "indicators": ["key", "tier"],
            "domains": ["key", "part_of"],
            "eligibility": LINKS,
        },
    )
    targets = tables["targets"][_TARGETS].astype("object")
    ancestors(targets, "targets", "target_id")  # refuses circles
    links = tables["eligibility"][LINKS].astype("object").reset_index(drop=True)
    rows = _rows(links, tables, assumptions)
    _check_paths(rows)
    numbers = _numbers(targets, tables, rows, assumptions)
    part_of = targets.dropna(subset=["part_of"]).set_index("target_id")
    whole, counted = {}, set()
    for name, up, relation in part_of[["part_of", "part_relation"]].itertuples():
        if name not in numbers or up not in numbers:
            continue
        if relation in _APART:
            if assumptions.parts == "inside":
                whole[name] = up
        elif name in rows and up in rows:
            counted.add(name)
    _check_repeats(part_of, rows, counted)
    counted |= _counted_in(links, tables["deliverables"], rows)
    # What is part of things that are those of others, is so too.
    for name in numbers:
        step = name
        while step in whole and step not in counted:
            step = whole[step]
        if step in counted:
            counted.add(name)
    return Worlds(assumptions, rows, numbers, whole, counted)


def _rows(links: pd.DataFrame, tables: Tables, assumptions: Assumptions) -> dict[str, list[Row]]:
    """Rows of ``eligibility`` by promise, as far as incentive and promise are there and meant."""
    paid = schedule(tables).set_index("incentive_id").to_dict("index")
    targets = tables["targets"][_TARGETS].astype("object")
    old = set(targets["supersedes"].dropna())
    promises = targets[~targets["target_id"].isin(old)].set_index("target_id")
    promises = promises[["doc_id", "indicator", "domain"]]
    if assumptions.promises == "named_too":
        named = tables["deliverables"][_DELIVERABLES].astype("object").set_index("deliverable_id")
        promises = pd.concat([promises, named[["doc_id", "domain"]]])
    known = promises.to_dict("index")
    tiers = tables["indicators"].astype("object").set_index("key")["tier"].to_dict()
    fields = _fields(tables["domains"])
    out: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    for link in links.itertuples():
        incentive, promise = paid.get(link.incentive_id), known.get(link.promise_id)
        if incentive is None or promise is None:
            continue
        if assumptions.plans == "same" and incentive["doc_id"] != promise["doc_id"]:
            continue
        place = int(link.Index)
        if not 0 <= link.share_low <= link.share_high <= 1:
            cure = "Give two shares from 0 to 1, the lower first."
            found = f"{link.share_low} to {link.share_high}"
            faults.append((place, "share_low, share_high", found, "is no share", cure))
        path = []
        for name in "" if pd.isna(link.conditions) else link.conditions.split("+"):
            holds = not name.startswith("not_")
            path.append((name.removeprefix("not_"), holds))
            if path[-1][0] not in CONDITIONS:
                cure = f"Use one of {', '.join(CONDITIONS)}, with or without not_."
                faults.append((place, "conditions", name, "is no condition", cure))
        high = incentive["yuan_high"]
        out.setdefault(link.promise_id, []).append(
            Row(
                place, link.incentive_id, link.promise_id, tuple(path),
                (float(link.share_low), float(link.share_high)),
                (incentive["yuan_low"], math.inf if pd.isna(high) else high),
                _tier(path, tiers.get(promise.get("indicator"), "none")),
                fields.get(promise["domain"], promise["domain"]),
                "" if pd.isna(incentive["payer"]) else incentive["payer"],
            )
        )  # fmt: skip
    refuse("eligibility", faults)
    return out


def _tier(path: list[tuple[str, bool]], tier: str) -> str:
    """Tier of the standards that are paid for: what the conditions leave of the promise's."""
    names = {name for name, holds in path if holds}
    if "led_international" in names:
        return "international"
    return "national" if names & {"national", "led_national"} else tier


def _fields(domains: pd.DataFrame) -> dict[str, str]:
    """The greatest field that each belongs to, below the one that is all of them."""
    up = ancestors(domains.astype("object"), "domains")
    roots = set(domains.loc[domains["part_of"].isna(), "key"])
    top = up[~up["above"].isin(roots)].drop_duplicates("key", keep="last")
    return dict(zip(top["key"], top["above"], strict=True))


def _check_paths(rows: dict[str, list[Row]]) -> None:
    """Refuse rows of one promise that could pay for one thing twice."""
    faults: list[Fault] = []

    def compare(own: list[Row], depth: int) -> None:
        if len(own) < 2:
            return
        names = {row.path[depth][0] if len(row.path) > depth else "" for row in own}
        if len(names) > 1 or "" in names:
            first, last = own[0], own[-1]
            rule = f"could pay for what row {first.place + 2} pays for"
            cure = (
                "Tell the rows of one promise apart by a condition and its not_, in the same order."
            )
            found = "+".join(("" if holds else "not_") + name for name, holds in last.path)
            faults.append((last.place, "conditions", found or None, rule, cure))
            return
        for holds in (True, False):
            compare([row for row in own if row.path[depth][1] is holds], depth + 1)

    for own in rows.values():
        compare(own, 0)
    refuse("eligibility", faults)


def _numbers(
    targets: pd.DataFrame, tables: Tables, rows: dict[str, list[Row]], assumptions: Assumptions
) -> dict[str, Interval]:
    """How many things there are when each linked promise is met, and the wholes above them."""
    kinds = unit_kinds(targets["unit"])
    count = (kinds["kind"] == "count").to_numpy()
    linked = targets["target_id"].isin(list(rows)).to_numpy()
    faults: list[Fault] = []
    for place in np.flatnonzero(linked & ~count):
        target = targets["target_id"].iloc[place]
        rule = f"is counted in {targets['unit'].iloc[place]!r}, which are no things to be paid for"
        cure = "Remove the row, or link a target that counts things."
        faults.append((rows[target][0].place, "promise_id", target, rule, cure))
    refuse("eligibility", faults)
    up = ancestors(targets, "targets", "target_id")
    wanted = set(rows) | set(up.loc[up["key"].isin(list(rows)), "above"])
    ends = number_intervals(targets, assumptions.tolerance)
    low, high = ends["low"].to_numpy(), ends["high"].to_numpy()
    bound = targets["bound"].to_numpy(dtype="object")
    if assumptions.number == "promised":
        high = np.where(bound == "at_least", low, high)
    elif assumptions.number == "floor":
        high = np.where(bound == "at_most", high, np.inf)
    if assumptions.paid_at == "proposed":
        tiers = tables["indicators"].astype("object").set_index("key")["tier"]
        standards = targets["indicator"].map(tiers).fillna("none").to_numpy() != "none"
        high = np.where(standards, np.inf, high)
    factor = kinds["factor"].to_numpy(dtype="float64")
    out = dict.fromkeys(rows, (1.0, 1.0))
    for place in np.flatnonzero(targets["target_id"].isin(list(wanted)).to_numpy() & count):
        out[targets["target_id"].iloc[place]] = (
            float(low[place] * factor[place]),
            float(high[place] * factor[place]),
        )
    return out


def _check_repeats(part_of: pd.DataFrame, rows: dict[str, list[Row]], counted: set[str]) -> None:
    """Refuse parts that may count the same things while their whole is not linked."""
    seen: dict[Any, str] = {}
    faults: list[Fault] = []
    for name, up in part_of["part_of"].items():
        again = part_of["part_relation"][name] not in _APART
        if name not in rows or name in counted or not again:
            continue
        if up in seen:
            rule = f"may count the things of {seen[up]}, another part of {up}"
            cure = f"Link {up} as well, or name {seen[up]} in counted_in."
            faults.append((rows[name][0].place, "promise_id", name, rule, cure))
        seen[up] = name
    refuse("eligibility", faults)


def _counted_in(
    links: pd.DataFrame, deliverables: pd.DataFrame, rows: dict[str, list[Row]]
) -> set[str]:
    """Promises whose things are all among those of other linked promises."""
    holders: dict[str, list[str]] = {}
    for link in links.dropna(subset=["counted_in"]).itertuples():
        if link.promise_id in rows:
            holders.setdefault(link.promise_id, []).extend(link.counted_in.split("+"))
    again = deliverables[["deliverable_id", "restates"]].astype("object").dropna()
    for name, first in again.itertuples(index=False):
        if name in rows and first in rows:
            holders.setdefault(name, [first])
    faults: list[Fault] = []
    for name in holders:
        path = [name]
        for step in path:
            path += [up for up in holders.get(step, []) if up not in path]
        if any(name in holders.get(step, []) for step in path):
            rule = "is counted in itself"
            cure = "Break the circle: one of the promises is counted in no other."
            faults.append((rows[name][0].place, "counted_in", "+".join(holders[name]), rule, cure))
    refuse("eligibility", faults)
    return {name for name, ups in holders.items() if all(up in rows for up in ups)}
