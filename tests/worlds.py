"""Invented worlds in which every counted thing is known, to hold rules about gaps against truth.

A world is a list of things (items, and units for rates). Every number in its tables is counted from
them, one by one; no rule about gaps is used. These are the conventions of counting:

Window
    ``(since, until]``: an event on the day ``since`` is not counted, one on ``until`` is. An
    all-time total has no ``since``. A ``year`` runs from 1 January to 31 December of that year, or
    to a day in it.
Item
    A thing is made along a path of five stages; the day of a later stage is never before that of an
    earlier one (both may be one day) and every later stage may be missing. Once issued it may be
    revised, along a path of its own that begins no earlier than the issue and comes into use no
    earlier than the thing itself. It may be withdrawn on or after the day of issue; nothing happens
    to it after that.
Action
    ``make`` counts things whose own path reaches the stage in the window, ``revise`` things with a
    revision that does, ``make_or_revise`` things with either, each once in a figure. ``other``
    counts things of another kind, which no other action counts.
Stock
    Things that reached the stage by the day ``until`` and were not withdrawn by then.
Role
    ``lead``: a drafter of the jurisdiction leads. ``lead_or_take_part`` and ``unstated``: it has
    any drafter. ``take_part``: the same, but in a world of ``take_part_alone`` a drafter of it
    takes part and none leads. The drafters of a city are drafters of its province.
Scope
    A thing lies in one or several leaves; a scope holds the things that lie in any of its leaves.
    The table shows the tree, though not always all of it: a scope may lie in another unseen.
Same cohort
    True of a figure when no path that its action counts, of a thing of its class (indicator,
    domain, scope, jurisdiction, role), has one stage by the day ``since`` and another in the
    window: what reaches any stage in the window began in it, so that later stages count the same
    things. Only flows carry the mark, which keep what is withdrawn. It is trivially true of an
    all-time total, and there says nothing of the time since a baseline.
Rate
    100 × units that satisfy on the day ÷ all units of the class. The units are the same on all
    days; a unit may begin to satisfy and cease to.
Target
    Basis ``unstated`` counts in the window from base to due date, except that a rate is that of
    the due date. ``cumulative`` counts from the beginning.
Evidence
    The bound, the tolerance of ``approx`` and a date known to a month or year are true of the count
    and the day. Of basis ``unknown`` anything can be the truth. An empty date says nothing. Only
    observations of kind ``target`` are not true: they are promises.
Crosswalk
    Relations hold between the classes, whatever the items; a coder may also say ``unknown``. Any
    difference of indicator, domain, scope or jurisdiction is in ``scope_relation``.
Parts
    ``part_relation`` is true of all things in the scopes of whole and parts (with indicator and
    domain), whatever else differs; all parts of one whole carry one label.
"""

import bisect
import dataclasses
import datetime
import functools
import itertools
import math
import random
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd
from scipy import optimize

from stdpolicy import dates, schema, tables

DOC = "qx-2018-plan"
STAGES = ("proposed", "initiated", "drafted", "issued", "in_use")
ROLES = ("lead", "take_part", "lead_or_take_part", "unstated")
ISSUED, IN_USE = 3, 4
TOLERANCE = 0.05
BEGINNING, NEVER = "", "9999-12-31"
_CLASS = ("jurisdiction", "indicator", "domain", "scope", "role", "stage", "action")

#: Coinciding days are where rules break, so most days are drawn from these.
GRID = [
    f"{year}-{day}"
    for year in range(2016, 2022)
    for day in ("01-01", "01-02", "06-30", "07-01", "12-31")
]

Row = dict[str, str]
Path = tuple[str, ...]
#: For each table the keys that a key contains, itself included; for scopes the leaves.
Inside = dict[str, dict[str, frozenset[str]]]


@dataclasses.dataclass(frozen=True)
class Item:
    """A thing and all that happened to it; ``drafters`` are pairs of jurisdiction and role."""

    indicator: str
    domain: str
    leaves: frozenset[str]
    drafters: tuple[tuple[str, str], ...]
    made: Path
    revisions: tuple[Path, ...] = ()
    withdrawn: str = NEVER
    other: bool = False


@dataclasses.dataclass(frozen=True)
class Unit:
    """One of those of which a rate is a share; it satisfies from ``since`` to before ``until``."""

    indicator: str
    domain: str
    leaves: frozenset[str]
    jurisdiction: str
    since: str
    until: str


@dataclasses.dataclass(frozen=True)
class Figure:
    """What a number counts: a class of things at a stage, and the time.

    ``basis`` is ``flow``, ``stock`` or ``rate``; ``since`` is ``BEGINNING`` unless a flow has one.
    """

    jurisdiction: str
    indicator: str
    domain: str
    scope: str
    role: str
    stage: str
    action: str
    basis: str
    since: str
    until: str


@dataclasses.dataclass(frozen=True)
class World:
    """Tables and the truth behind them; ``figures`` has what each row truly counts, by its key."""

    tables: dict[str, pd.DataFrame]
    items: tuple[Item, ...]
    units: tuple[Unit, ...]
    figures: dict[str, Figure]
    inside: Inside
    take_part_alone: bool

    def amount(self, target_id: str, date: str | None = None) -> float:
        """True amount of what a target asks for, by its due date or by another day."""
        figure = self.figures[target_id]
        return self.count(replace(figure, until=date or figure.until))

    def count(self, figure: Figure) -> float:
        """True amount of a figure."""
        if figure.basis == "rate":
            units = [u for u in self.units if belongs(figure, u, self.inside)]
            return 100 * sum(u.since <= figure.until < u.until for u in units) / len(units)
        return float(sum(happens(figure, i) and self.holds(figure, i) for i in self.items))

    def holds(self, figure: Figure, item: Item) -> bool:
        """Whether an item is of the class of a figure, whatever happened to it."""
        within = self.inside["jurisdictions"]
        return belongs(figure, item, self.inside) and plays(
            figure, item, within, self.take_part_alone
        )


def belongs(figure: Figure, thing: Item | Unit, inside: Inside) -> bool:
    """Whether a thing is of a figure's indicator, domain and scope, a unit also of its place."""
    within = inside["jurisdictions"][figure.jurisdiction]
    return (
        thing.indicator in inside["indicators"][figure.indicator]
        and thing.domain in inside["domains"][figure.domain]
        and not thing.leaves.isdisjoint(inside["scopes"][figure.scope])
        and (isinstance(thing, Item) or thing.jurisdiction in within)
    )


def plays(
    figure: Figure, item: Item, inside: dict[str, frozenset[str]], take_part_alone: bool
) -> bool:
    """Whether the jurisdiction of a figure has the figure's role in a thing."""
    own = inside[figure.jurisdiction]
    roles = {role for jurisdiction, role in item.drafters if jurisdiction in own}
    if figure.role == "lead":
        return "lead" in roles
    if figure.role == "take_part" and take_part_alone:
        return roles == {"take_part"}
    return bool(roles)


def happens(figure: Figure, item: Item) -> bool:
    """Whether what happened to a thing lets a figure count it."""
    if figure.basis == "stock" and item.withdrawn <= figure.until:
        return False
    stage = STAGES.index(figure.stage)
    return any(figure.since < path[stage] <= figure.until for path in paths(figure, item))


def paths(figure: Figure, item: Item) -> tuple[Path, ...]:
    """The paths of a thing that the action of a figure counts."""
    if item.other != (figure.action == "other"):
        return ()
    made = () if figure.action == "revise" else (item.made,)
    return made + (item.revisions if "revise" in figure.action else ())


def one_cohort(figure: Figure, item: Item) -> bool:
    """Whether a thing of the figure's class lets the figure carry ``same_cohort``."""
    return not any(
        any(day <= figure.since for day in path)
        and any(figure.since < day <= figure.until for day in path)
        for path in paths(figure, item)
    )


def lawful(item: Item) -> bool:
    """Whether a thing can be: its days are in order, as the conventions say."""
    every = (item.made, *item.revisions)
    issued = item.made[ISSUED]
    return (
        all(list(path) == sorted(path) for path in every)
        and all(r[0] >= issued and r[IN_USE] >= item.made[IN_USE] for r in item.revisions)
        and (item.withdrawn == NEVER or issued <= item.withdrawn)
        and all(day <= item.withdrawn or day == NEVER for path in every for day in path)
    )


def relation(evidence: frozenset[str], target: frozenset[str], apart: str) -> str:
    """How a set stands to another; ``apart`` says what it means to share no member."""
    if evidence == target:
        return "same"
    if evidence > target:
        return "wider"
    if evidence < target:
        return "narrower"
    return "overlaps" if evidence & target else apart


def frames(rows: dict[str, list[Row]]) -> dict[str, pd.DataFrame]:
    """Rows of text as typed tables."""
    out = {}
    for name, cells in rows.items():
        table = schema.tables()[name]
        fields = list(table.fields)
        unknown = {column for row in cells for column in row}.difference(fields)
        assert not unknown, f"{name} has no {unknown}"
        body = [[row.get(column, "") for column in fields] for row in cells]
        out[name] = tables.typed(table, pd.DataFrame(body, columns=fields, dtype="str"))
    return out


def make_world(seed: int, *, small: bool = False, take_part_alone: bool = False) -> World:
    """A world of its own for each seed; a small one has few items and one target."""
    return make_worlds([seed], small=small, take_part_alone=take_part_alone)[0]


def make_worlds(
    seeds: Iterable[int], *, small: bool = False, take_part_alone: bool = False
) -> list[World]:
    """The worlds of several seeds; much faster than one by one, since typing a table is slow."""
    authors = [_Author(seed, small, take_part_alone) for seed in seeds]
    names = list(authors[0].rows) if authors else []
    whole = frames({name: [row for a in authors for row in a.rows[name]] for name in names})
    at = dict.fromkeys(names, 0)
    worlds = []
    for author in authors:
        own = {}
        for name in names:
            end = at[name] + len(author.rows[name])
            own[name] = whole[name].iloc[at[name] : end].reset_index(drop=True)
            at[name] = end
        worlds.append(replace(author.world, tables=own))
    return worlds


# --- writing a world -----------------------------------------------------------------------------

#: Measure, unit and wider indicator.
_INDICATORS = {
    "local_standards": ("flow", "项", ""),
    "farming_standards": ("flow", "项", "local_standards"),
    "service_bodies": ("stock", "个", ""),
    "declaration_rate": ("rate", "%", ""),
}
_TOGETHER = [
    *[["local_standards"]] * 4,
    *[["local_standards", "farming_standards"]] * 2,
    ["local_standards", "service_bodies"],
    ["local_standards", "declaration_rate"],
    ["service_bodies"],
    ["declaration_rate"],
]
_ACTIONS = {
    "make": frozenset({"make"}),
    "revise": frozenset({"revise"}),
    "make_or_revise": frozenset({"make", "revise"}),
    "other": frozenset({"other"}),
}


class _Author:
    """Draws a world from a seed: first the things, then the numbers that were counted from them."""

    def __init__(self, seed: int, small: bool, take_part_alone: bool) -> None:
        self.random = random.Random(seed)
        names = ["documents", "sections", "jurisdictions", "indicators", "domains", "scopes"]
        names += ["targets", "outcomes", "observations", "crosswalk"]
        self.rows: dict[str, list[Row]] = {name: [] for name in names}
        self.inside: Inside = {}
        self.asked: dict[str, Figure] = {}  # for each target what it asks for, since its base date
        self.told: dict[str, Figure] = {}  # for each other figure the same, before it had its time
        self.basis: dict[str, str] = {}  # of every target and figure, as written
        # Where the path of each thing stays in one year, cohorts are common.
        self.yearly = self.chance(0.3)
        self.overlapping = self.chance(0.4)
        # Where all things are of one kind, figures are seldom 0.
        self.plain = self.chance(0.5)
        self.vague = self.chance(0.4)
        self.place()
        counted = [key for key in self.inside["indicators"] if key != "declaration_rate"]
        most = 4 if small else 30
        number = max(self.random.randint(0, most) for _ in range(2)) if counted else 0
        items = tuple(self.item(self.random.choice(counted)) for _ in range(number))
        units = tuple(self.unit() for _ in range(self.random.choice((1, 2, 4, 5, 6, 8, 10))))
        self.world = World({}, items, units, {}, self.inside, take_part_alone)
        for _ in range(1 if small else self.random.randint(1, 3)):
            self.target(self.wanted(), self.draw(**_BASES))
        for _ in range(0 if small else self.random.choice((0, 1, 1, 2))):
            self.parts(self.random.choice(list(self.asked)))
        for _ in range(1 if small else self.random.randint(1, 3)):
            self.report("outcomes", "outcome")
        kinds = ("baseline",) if small else ("baseline", "baseline", "outcome", "target")
        for _ in range(self.random.choice((0, 1, 1)) if small else self.random.randint(1, 4)):
            self.report("observations", self.random.choice(kinds))
        self.crosswalk()

    # --- drawing ---

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def draw(self, **weights: float) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def key(self, table: str) -> str:
        return self.random.choice(list(self.inside[table]))

    def day(self, first: str = GRID[0], last: str = GRID[-1]) -> str:
        """A day from the first to the last, mostly one of the grid."""
        known = GRID[bisect.bisect_left(GRID, first) : bisect.bisect_right(GRID, last)]
        if known and self.chance(0.8):
            return self.random.choice(known)
        span = [datetime.date.fromisoformat(day).toordinal() for day in (first, max(first, last))]
        return datetime.date.fromordinal(self.random.randint(*span)).isoformat()

    def written(self, day: str) -> str:
        """A day as a text may give it: in some worlds sometimes only its month or year."""
        return day[: self.random.choices((10, 7, 4), (6, 2, 2))[0]] if self.vague else day

    # --- the things ---

    def place(self) -> None:
        """Jurisdictions, indicators, domains and scopes; the document and its section."""
        above = {"qingxi": ""}
        if not self.plain and self.chance(0.7):
            above |= {"linhe": "qingxi"} if self.chance(0.7) else {"yunzhou": ""}
        for key, part_of in above.items():
            self.add("jurisdictions", key, part_of, level="city" if part_of else "province")
        self.inside["jurisdictions"] = _inside(above)

        keys = self.random.choice(_TOGETHER)
        for key in keys:
            measure, unit, part_of = _INDICATORS[key]
            more = {"measure": measure, "unit": unit, "direction": "up", "tier": "none"}
            self.add("indicators", key, part_of, **more)
        self.inside["indicators"] = _inside({key: _INDICATORS[key][2] for key in keys})

        domains = {"all": ""}
        if not self.plain and self.chance(0.6):
            domains["farming"] = "all"
        for key, part_of in domains.items():
            self.add("domains", key, part_of)
        self.inside["domains"] = _inside(domains)

        tree, depth = {"whole": ""}, {"whole": 1}
        for number in range(1, self.random.randint(3, 5)):
            parent = self.random.choice([key for key in tree if depth[key] < 3])
            tree[f"s{number}"] = parent
            depth[f"s{number}"] = depth[parent] + 1
        for key, part_of in tree.items():
            self.add("scopes", key, "" if self.chance(0.15) else part_of)
        below = _inside(tree)
        # Things that lie in none of the parts of a scope lie in its own leaf, where it has one.
        self.leaves = [key for key in tree if len(below[key]) == 1 or self.chance(0.6)]
        self.inside["scopes"] = {key: below[key].intersection(self.leaves) for key in tree}

        cells = {"doc_id": DOC, "title_zh": "方案", "title_en": "Plan", "kind": "plan"}
        cells |= {"period_start": "2018", "period_end": "2020", "issued_on": "2018-01-15"}
        self.rows["documents"].append(cells | {"jurisdiction": "qingxi", "coded": "true"})
        cells = {"doc_id": DOC, "section": "1", "level": "1", "title_zh": "目标"}
        self.rows["sections"].append(cells | {"title_en": "Aims", "start": "0", "end": "9999"})

    def add(self, table: str, key: str, part_of: str, **cells: str) -> None:
        row = {"key": key, "zh": key, "en": key, "part_of": part_of}
        self.rows[table].append(row | cells)

    def lies_in(self) -> frozenset[str]:
        most = min(3, len(self.leaves)) if self.overlapping else 1
        return frozenset(self.random.sample(self.leaves, self.random.randint(1, most)))

    def path(self, earliest: str = GRID[0]) -> Path:
        """Days of the stages, from the first up to one of them."""
        first = self.day(earliest)
        last = min(f"{int(first[:4]) + self.random.randint(0, 2)}-12-31", GRID[-1])
        if self.yearly:
            first, last = max(first, f"{first[:4]}-01-02"), f"{first[:4]}-12-31"
        days = sorted([first, *(self.day(first, last) for _ in STAGES[1:])])
        reached = self.random.choices(range(1, 6), (1, 1, 1, 3, 8))[0]
        return (*days[:reached], *[NEVER] * (len(STAGES) - reached))

    def item(self, indicator: str) -> Item:
        made = self.path()
        revisions: list[Path] = []
        withdrawn = NEVER
        if (issued := made[ISSUED]) != NEVER:
            for _ in range(self.random.choices((0, 1, 2), (4, 4, 2))[0]):
                path = self.path(issued)
                early = path[IN_USE] < made[IN_USE]
                revisions.append((*path[:IN_USE], NEVER) if early else path)
            if self.chance(0.25):
                withdrawn = self.day(issued)
        # What would come after the withdrawal does not happen.
        made, *revisions = (
            tuple(day if day <= withdrawn else NEVER for day in path) for path in (made, *revisions)
        )
        known = ["qingxi", *self.inside["jurisdictions"], "qingxi" if self.plain else "elsewhere"]
        drafters = {
            (self.random.choice(known), self.draw(lead=0.5, take_part=0.5))
            for _ in range(self.random.choice((1, 2, 2, 3)))
        }
        return Item(
            indicator=indicator,
            domain=self.key("domains"),
            leaves=self.lies_in(),
            drafters=tuple(sorted(drafters)),
            made=made,
            revisions=tuple(path for path in revisions if path[0] != NEVER),
            withdrawn=withdrawn,
            other=not self.plain and self.chance(0.2),
        )

    def unit(self) -> Unit:
        since = self.day() if self.chance(0.8) else NEVER
        return Unit(
            indicator="declaration_rate",
            domain=self.key("domains"),
            leaves=self.lies_in(),
            jurisdiction=self.key("jurisdictions"),
            since=since,
            until=self.day(since) if since != NEVER and self.chance(0.2) else NEVER,
        )

    # --- what is counted ---

    def wanted(self) -> Figure:
        """What a target asks for, since its base date; mostly like what others ask for."""
        if self.asked and self.chance(0.7):
            return self.like(self.random.choice(list(self.asked.values())))
        indicator = self.key("indicators")
        base = f"{self.random.randint(2017, 2019)}-01-01" if self.chance(0.7) else self.day()
        due = f"{min(2021, int(base[:4]) + self.random.randint(0, 3))}-12-31"
        figure = Figure(
            jurisdiction="qingxi" if self.chance(0.8) else self.key("jurisdictions"),
            indicator=indicator,
            domain="all" if self.chance(0.6) else self.key("domains"),
            scope="whole" if self.chance(0.4) else self.key("scopes"),
            role=self.random.choice(ROLES),
            stage=self.draw(proposed=1, initiated=1, drafted=1, issued=4, in_use=2),
            action=self.draw(make=4, make_or_revise=3, revise=1, other=0 if self.plain else 2),
            basis=_INDICATORS[indicator][0],
            since=base,
            until=due if self.chance(0.7) else self.day(base),
        )
        return self.countable(figure)

    def countable(self, figure: Figure) -> Figure:
        """The same figure, but a rate with one role, stage and action, and of some units."""
        if figure.basis != "rate":
            return figure
        figure = replace(figure, role="unstated", stage="issued", action="other")
        if any(belongs(figure, unit, self.inside) for unit in self.world.units):
            return figure
        place = self.world.units[0].jurisdiction
        return replace(figure, jurisdiction=place, domain="all", scope="whole")

    def like(self, figure: Figure) -> Figure:
        """A figure like another, with some properties drawn anew."""
        measure = _INDICATORS[figure.indicator][0]
        choices = {
            "role": ROLES,
            "stage": STAGES,
            "action": list(_ACTIONS),
            "scope": list(self.inside["scopes"]),
            "domain": list(self.inside["domains"]),
            "jurisdiction": list(self.inside["jurisdictions"]),
            "indicator": [k for k in self.inside["indicators"] if _INDICATORS[k][0] == measure],
        }
        # Little is known from figures that differ in many respects, so most differ in few.
        number = self.random.choices((0, 1, 2, 4), (4, 4, 2, 1))[0]
        changed = self.random.choices(list(choices), (2, 4, 2, 2, 1, 1, 1), k=number)
        new = {name: self.random.choice(choices[name]) for name in changed}
        return self.countable(replace(figure, **new))

    def timed(self, like: Figure, kind: str) -> tuple[Figure, str]:
        """A figure with a time of its own to count in, and its basis as written."""
        base = like.since
        days = (like.until, self.day(base, like.until), self.day())
        until = self.random.choices(days, (5, 2, 3))[0]
        basis = self.draw(during=6, cumulative=8, year=3, stock=4, unknown=1)
        if kind == "baseline":
            days = (base, _shifted(base, -1), self.day())
            until = self.random.choices(days, (5, 2, 3))[0]
            basis = self.draw(cumulative=7, stock=3)
        if like.basis == "rate":
            basis = self.draw(stock=9, unknown=1)
            return replace(like, since=BEGINNING, until=until), basis
        truth = basis
        if basis == "unknown":
            truth = self.draw(during=1, cumulative=1, year=1, stock=1)
        since = BEGINNING
        if truth == "during":
            since = base if base <= until and self.chance(0.6) else self.day(last=until)
        elif truth == "year":
            since = f"{until[:4]}-01-01"
            until = f"{until[:4]}-12-31" if self.chance(0.8) else until
        counts = "stock" if truth == "stock" else "flow"
        return replace(like, basis=counts, since=since, until=until), basis

    # --- rows of numbers ---

    def row(self, figure: Figure, basis: str, bound: Row) -> Row:
        """Columns that every number has."""
        cells = {name: getattr(figure, name) for name in _CLASS}
        return cells | bound | {"unit": _INDICATORS[figure.indicator][1], "basis": basis}

    def quoted(self, row: Row) -> Row:
        """The same row with a place in the text, as the schema asks for."""
        quote = (row["value_low"] or row["value_high"]) + row["unit"]
        start = 100 * (len(self.rows["targets"]) + len(self.rows["outcomes"]))
        place = {"start": str(start), "end": str(start + len(quote)), "quote": quote}
        return row | {"doc_id": DOC, "section": "1"} | place

    def bound(self, low: float, value: float, high: float) -> Row:
        """A wording for a value, or for something known of it."""
        bound = self.draw(exact=6, at_least=2, at_most=1, approx=1, range=1 if low < high else 0)
        if bound == "approx":
            about = round(value * self.random.uniform(0.953, 1.052), 3)
            fits = about * (1 - TOLERANCE) < value < about * (1 + TOLERANCE)
            value = about if fits else value
        if bound in ("exact", "approx"):
            low = high = value
        return {
            "value_low": "" if bound == "at_most" else _text(low),
            "value_high": "" if bound == "at_least" else _text(high),
            "bound": bound,
        }

    def target(self, asked: Figure, basis: str, **cells: str) -> str:
        """Add a target; ``since`` of what it asks for is its base date."""
        measure = _INDICATORS[asked.indicator][0]
        asked = replace(asked, until=max(asked.until, _shifted(asked.since, 1)))
        if measure == "rate":
            basis = "stock" if basis == "stock" else "unstated"
        elif basis == "year":
            year = asked.until[:4]
            asked = replace(asked, since=f"{year}-01-01", until=f"{year}-12-31")
        counts = _counts(basis, measure)
        timeless = counts != "flow" or basis == "cumulative"
        truth = replace(asked, basis=counts, since=BEGINNING if timeless else asked.since)
        aim = max(1, round(self.world.count(truth) * self.random.uniform(0.6, 1.5)))
        aim = min(98, aim) if measure == "rate" else aim
        key = f"{DOC}.t{len(self.asked) + 1:02d}"
        more = {
            "target_id": key,
            "commitment": self.draw(firm=1, strive=1),
            "base_date": self.written(asked.since),
            "base_date_source": "phase",
            "due_date": self.written(asked.until),
            "year_source": "explicit",
        }
        row = self.row(truth, basis, self.bound(aim, aim, aim + 2))
        self.rows["targets"].append(self.quoted(row | more | cells))
        self.asked[key], self.basis[key], self.world.figures[key] = asked, basis, truth
        return key

    def parts(self, whole: str) -> None:
        """Add targets as parts of another, with a label that is true of the things."""
        if any(row.get("part_of") == whole for row in self.rows["targets"]):
            return
        asked = self.asked[whole]
        scopes, domains = self.inside["scopes"], self.inside["domains"]
        chosen = [
            replace(asked, scope=scope, domain=domain)
            for scope, domain in itertools.product(scopes, domains)
            if scopes[scope] <= scopes[asked.scope]
            and domains[domain] <= domains[asked.domain]
            and (scope, domain) != (asked.scope, asked.domain)
        ]
        chosen = self.random.sample(chosen, min(len(chosen), self.random.randint(1, 3)))
        children = [row["key"] for row in self.rows["scopes"] if row["part_of"] == asked.scope]
        if children and self.chance(0.5):
            chosen = [replace(asked, scope=key) for key in children]
        chosen = [part for part in chosen if part == self.countable(part)]
        label = self.random.choice(self.labels(asked, chosen))
        for part in chosen:
            new = {}
            if not self.chance(0.6):
                varied = self.like(part)
                new = {name: getattr(varied, name) for name in ("role", "stage", "action")}
            if not self.chance(0.75):
                new["since"] = self.day(last=part.until)
            if not self.chance(0.75):
                new["until"] = self.day(new.get("since", part.since))
            basis = self.basis[whole] if self.chance(0.7) else self.draw(**_BASES)
            self.target(replace(part, **new), basis, part_of=whole, part_relation=label)

    def labels(self, whole: Figure, parts: list[Figure]) -> list[str]:
        """Labels of parts that are true of all things, whatever happened to them."""
        things = self.world.units if whole.basis == "rate" else self.world.items
        held = [sum(belongs(part, thing, self.inside) for part in parts) for thing in things]
        true = ["overlapping", "on_paper"]
        if max(held, default=0) <= 1:
            true.append("disjoint")
            if sum(held) == sum(belongs(whole, thing, self.inside) for thing in things):
                true += ["disjoint_exhaustive"] * 2
        return true

    def report(self, table: str, kind: str) -> None:
        """Add an outcome like what a target asks for, or a baseline like what an outcome counts."""
        models = self.told if kind == "baseline" and self.chance(0.8) else self.asked
        near = self.random.choice(list(models.values()))
        if kind != "baseline" or self.chance(0.5):
            near = self.like(near)
        figure, basis = self.timed(near, kind)
        value = self.world.count(figure)
        low, high = (value - 2 * self.random.randint(0, 2), value + 2 * self.random.randint(0, 2))
        most = 100 if figure.basis == "rate" else math.inf
        row = self.row(figure, basis, self.bound(max(0, low), value, min(most, high)))
        row["as_of_date"] = self.written(figure.until) if self.chance(0.97) else ""
        if basis == "year" or (basis == "during" and self.chance(0.96)):
            row["since_date"] = self.written(figure.since)
        reported = figure.until if self.chance(0.5) else self.day(figure.until)
        row["reported_on"] = self.written(reported) if self.chance(0.85) else ""
        row["same_cohort"] = self.cohort(figure, basis)
        if table == "outcomes":
            key = f"{DOC}.o{len(self.rows[table]) + 1:02d}"
            row = self.quoted(row) | {"outcome_id": key}
        else:
            key = f"E{len(self.rows[table]) + 1:04d}"
            row |= {
                "observation_id": key,
                "kind": kind,
                "source_title": "公报",
                "source_outlet": "日报",
                "quality": self.draw(official=3, press=3, repost=1, secondary=1),
                "confidence": self.draw(high=3, medium=2, low=1),
            }
        if kind == "target":
            promise = _text(self.random.randint(0, 100))
            row |= {"bound": "exact", "value_low": promise, "value_high": promise}
            row |= {"due_date": row["as_of_date"], "same_cohort": ""}
        else:
            self.told[key], self.basis[key], self.world.figures[key] = near, basis, figure
        self.rows[table].append(row)

    def cohort(self, figure: Figure, basis: str) -> str:
        """Whether later stages count the same things, as far as a coder says so."""
        if not self.chance({"during": 0.5, "year": 0.5, "cumulative": 0.2}.get(basis, 0)):
            return "false" if self.chance(0.1) else ""
        world = self.world
        own = [item for item in world.items if world.holds(figure, item)]
        return "true" if all(one_cohort(figure, item) for item in own) else ""

    # --- the crosswalk ---

    def crosswalk(self) -> None:
        figures = self.world.figures
        reported = [key for key in figures if key not in self.asked]
        observed = self.rows["observations"]
        baselines = [row["observation_id"] for row in observed if row["kind"] == "baseline"]
        for target, evidence in itertools.product(self.asked, reported):
            used = [""] if self.chance(0.25) else []
            if self.basis[evidence] in ("cumulative", "stock"):
                used += [
                    key
                    for key in baselines
                    if key != evidence
                    and "rate" not in (figures[key].basis, figures[evidence].basis)
                    and figures[key].until <= figures[evidence].until
                    and self.chance(0.5)
                ]
            for baseline in used:
                keys = {"target_id": target, "evidence_id": evidence, "baseline_id": baseline}
                more = {
                    "comparable": "true" if self.chance(0.95) else "false",
                    "reason_zh": "样例",
                    "reason_en": "an example",
                    "coder": "AB",
                    "confidence": self.draw(high=2, medium=1, low=1),
                }
                row = self.relations(figures[evidence], figures[target])
                self.rows["crosswalk"].append(keys | row | more)

    def relations(self, evidence: Figure, target: Figure) -> Row:
        """Relations of the classes of two figures, sometimes coded as unknown."""
        later = STAGES.index(evidence.stage) - STAGES.index(target.stage)
        # Making and revising are apart, yet one thing may do both.
        apart = "none" if "other" in (evidence.action, target.action) else "overlaps"
        true = {
            "scope_relation": self.scope_relation(evidence, target),
            "role_relation": self.role_relation(evidence, target),
            "stage_relation": "later" if later > 0 else "earlier" if later < 0 else "same",
            "action_relation": relation(_ACTIONS[evidence.action], _ACTIONS[target.action], apart),
        }
        row = {name: "unknown" if self.chance(0.04) else word for name, word in true.items()}
        if evidence.basis == "rate" == target.basis:
            row |= self.coverage(evidence, target, true["scope_relation"])
        return row

    def scope_relation(self, evidence: Figure, target: Figure) -> str:
        found = set()
        for name, apart in (
            ("indicator", "none"),
            ("domain", "none"),
            # One thing can have drafters of two jurisdictions, and lie in several leaves.
            ("jurisdiction", "overlaps"),
            ("scope", "overlaps" if self.overlapping else "none"),
        ):
            keys = self.inside[f"{name}s"]
            found.add(relation(keys[getattr(evidence, name)], keys[getattr(target, name)], apart))
        if "none" in found:
            return "none"
        if "overlaps" in found or {"wider", "narrower"} <= found:
            return "overlaps"
        return next(iter(found - {"same"}), "same")

    def role_relation(self, evidence: Figure, target: Figure) -> str:
        alone = self.world.take_part_alone
        one_place = evidence.jurisdiction == target.jurisdiction
        # Where a city takes part alone, another drafter of its province may lead.
        if alone and not one_place and evidence.role == target.role == "take_part":
            return "overlaps"
        narrow = {"lead", "take_part"} if alone else {"lead"}
        every = frozenset({"lead", "take_part"})
        own, asked = (
            frozenset({f.role}) if f.role in narrow else every for f in (evidence, target)
        )
        return relation(own, asked, "none" if one_place else "overlaps")

    def coverage(self, evidence: Figure, target: Figure, scope_relation: str) -> Row:
        """The share of a denominator in the other: exact, an interval, an end of it or nothing."""
        if scope_relation not in ("wider", "narrower"):
            return {}
        units = self.world.units
        sizes = [sum(belongs(f, unit, self.inside) for unit in units) for f in (evidence, target)]
        low = high = min(sizes) / max(sizes)
        if self.chance(0.4):
            low, high = max(0, round(low - 0.1, 2)), min(1, round(high + 0.1, 2))
        ends = {"coverage_low": _text(low), "coverage_high": _text(high)}
        return {name: text for name, text in ends.items() if self.chance(0.9)}


#: How often the time basis of a target is worded so.
_BASES = {"unstated": 5, "during": 2, "stock": 1, "cumulative": 0.7, "year": 0.7}


def _counts(basis: str, measure: str) -> str:
    """What a figure of an indicator counts, from its basis as written."""
    if measure == "rate":
        return measure
    return "stock" if basis == "stock" else "flow"


def _shifted(day: str, days: int) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days)).isoformat()


def _text(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _inside(part_of: dict[str, str]) -> dict[str, frozenset[str]]:
    """For each key itself and all that lie below it."""
    below: dict[str, set[str]] = {key: set() for key in part_of}
    for key in part_of:
        above = key
        while above in below:
            below[above].add(key)
            above = part_of[above]
    return {key: frozenset(keys) for key, keys in below.items()}


# --- the sharpest interval -----------------------------------------------------------------------

#: Figures of which only stage, action, basis and days matter, each with its mark of a cohort.
Timing = tuple[tuple[Figure, bool], ...]


def sharp_interval(
    world: World,
    target_id: str,
    evidence_id: str,
    baseline_id: str = "",
    *,
    date: str | None = None,
) -> tuple[float, float]:
    """Least and greatest amount over all worlds in which one piece of evidence is true.

    Only what the tables say is used: the numbers with their bounds, the dates, the trees, and the
    row of the crosswalk where the pair has one. A figure that says nothing about the target (its
    basis or a relation is unknown, it is no rate where the target is one, or its jurisdiction or
    indicator is another and no row says how they stand) leaves what the baseline says by itself.
    The figures (of target, evidence and baseline) cut time into slots, and the things that there
    can be into cells:

    - place: which of the figures' indicators, domains and scopes a thing is in, as far as the trees
      and the row's relation allow; scopes of which neither is in the other may overlap;
    - drafters: every set of pairs of a jurisdiction of the figures and a role;
    - what happened: every lawful path over the slots with every set of revisions and every slot of
      withdrawal; in the class of a figure with ``same_cohort`` only what it allows.

    Cells that the same figures count are one variable, a number of things from 0. Evidence and
    baseline bound two sums of them; a linear programme finds the least and the greatest sum of
    those that the target counts. (Two rows of zeros and ones are totally unimodular, so that whole
    bounds give whole numbers.) Dates known to a month or year are tried in every order relative to
    the other dates; the result is the hull.

    Parameters
    ----------
    world : World
    target_id, evidence_id, baseline_id : str
        Keys of rows; no baseline where empty.
    date : str, optional
        Day up to which the target is counted instead of its due date.

    Returns
    -------
    tuple of float
        Infinite high where there is no upper end, 100 for a rate; ``(inf, -inf)`` where no world
        agrees with the evidence; ``(0, inf)`` where nothing is known.
    """
    measures = world.tables["indicators"].set_index("key")["measure"]
    target, evidence = _public(world, target_id), _public(world, evidence_id)
    pair = _pair(world, target_id, evidence_id, baseline_id)
    baseline = [_public(world, baseline_id)] if baseline_id else []
    baseline = [row for row in baseline if row["basis"] != "unknown"]
    rate = measures[target["indicator"]] == "rate"

    def silent(row: Row, pair: Row) -> bool:
        apart = any(row[name] != target[name] for name in ("indicator", "jurisdiction"))
        other = (measures[row["indicator"]] == "rate") != rate
        unknown = row["basis"] == "unknown" or "unknown" in pair.values()
        return other or unknown or (apart and not pair)

    if silent(evidence, pair):
        if not baseline or silent(baseline[0], {}):
            return 0.0, 100.0 if rate else math.inf
        evidence, baseline, pair = baseline[0], [], {}
    rows = [target, evidence, *baseline]
    if rate:
        return _sharp_rate(world, rows, pair, date)
    places = _places(world, rows, ("indicator", "domain", "scope"), pair.get("scope_relation", ""))
    classes = {place & played for place in places for played in _roles(world, rows)}
    limits = [_limits(row) for row in rows[1:]]
    cells = {
        frozenset(
            own & counted
            for own, (counted, broken) in itertools.product(classes, _happenings(timing))
            if not own & broken
        )
        for timing in _timings(rows, [measures[row["indicator"]] for row in rows], date)
    }
    ends = [_solve(sorted(kinds), limits) for kinds in cells]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _public(world: World, key: str) -> Row:
    """The row of a target or figure as text, empty where a cell is."""
    for table in ("targets", "outcomes", "observations"):
        frame = world.tables[table]
        found = frame[frame[schema.tables()[table].primary_key[0]] == key]
        if len(found):
            row = found.iloc[0]
            return {name: "" if pd.isna(row[name]) else str(row[name]) for name in frame}
    raise KeyError(key)


def _pair(world: World, target_id: str, evidence_id: str, baseline_id: str = "") -> Row:
    """What the crosswalk says of a pair, preferably with the baseline; nothing without a row."""
    frame = world.tables["crosswalk"]
    found = frame[(frame["target_id"] == target_id) & (frame["evidence_id"] == evidence_id)]
    if not len(found):
        return {}
    own = found[found["baseline_id"].fillna("") == baseline_id]
    row = (own if len(own) else found).iloc[0]
    names = [name for name in frame if name.endswith("_relation") or name.startswith("coverage")]
    return {name: "" if pd.isna(row[name]) else str(row[name]) for name in names}


def _limits(row: Row) -> tuple[float, float]:
    """Numbers that the wording of a figure allows."""
    low, high = float(row["value_low"] or 0), float(row["value_high"] or math.inf)
    slack = TOLERANCE if row["bound"] == "approx" else 0
    return low * (1 - slack), high * (1 + slack)


def _tree(world: World, table: str) -> dict[str, frozenset[str]]:
    frame = world.tables[table]
    return _inside(dict(zip(frame["key"], frame["part_of"].fillna(""), strict=True)))


def _places(world: World, rows: list[Row], names: tuple[str, ...], scope_relation: str) -> set[int]:
    """The rows that a thing can be in the place of, a bit for each; the target is the first."""
    places = {2 ** len(rows) - 1}
    for name in names:
        tree = _tree(world, f"{name}s")
        # What is in one key is in every key above it; of equal keys each is above the other.
        implied = [
            (i, j)
            for i, j in itertools.permutations(range(len(rows)), 2)
            if rows[i][name] in tree[rows[j][name]]
        ]
        ways = [
            bits
            for bits in range(2 ** len(rows))
            if all(bits >> j & 1 for i, j in implied if bits >> i & 1)
        ]
        places = {place & way for place in places for way in ways}
    # Of the first two bits, 1 is in the target only, 2 in the evidence only, 3 in both.
    empty = {"wider": {1}, "narrower": {2}, "same": {1, 2}, "none": {3}}.get(scope_relation, set())
    return {place for place in places if place & 3 not in empty}


def _roles(world: World, rows: list[Row]) -> set[int]:
    """The rows whose role a thing can have, a bit for each."""
    figures = [Figure(*(row[name] for name in _CLASS), "", "", "") for row in rows]
    places = sorted({row["jurisdiction"] for row in rows})
    choices = list(itertools.product(places, ("lead", "take_part")))
    inside = _tree(world, "jurisdictions")
    roles = set()
    for size in range(len(choices) + 1):
        for drafters in itertools.combinations(choices, size):
            item = Item("", "", frozenset(), drafters, ())
            played = [plays(figure, item, inside, world.take_part_alone) for figure in figures]
            roles.add(sum(bit << i for i, bit in enumerate(played)))
    return roles


def _timings(rows: list[Row], measures: list[str], date: str | None) -> set[Timing]:
    """All orders of the days that the dates allow; days are numbered, since only order matters."""
    kinds, spans = [], []
    for row, measure in zip(rows, measures, strict=True):
        target = "base_date" in row
        kinds.append(_counts(row["basis"], measure))
        texts = [row["base_date" if target else "since_date"]]
        texts += [date or row["due_date"]] if target else [row["as_of_date"]]
        for text in texts:
            spans.append(dates.bounds(text) if text else ("1000-01-01", "9000-12-31"))
        if row.get("reported_on"):
            # What was reported by a day was read by that day.
            first, last = spans[-1]
            spans[-1] = (first, min(last, dates.bounds(row["reported_on"])[1]))
        if kinds[-1] == "stock" or row["basis"] == "cumulative":
            spans[-2] = (BEGINNING, BEGINNING)
    ends = {end for span in spans for end in span} - {BEGINNING}
    near = {BEGINNING}.union(_shifted(end, days) for end in ends for days in (-1, 0, 1))
    choices = [[day for day in near if first <= day <= last] for first, last in spans]
    timings = set()
    for days in itertools.product(*choices):
        windows = list(zip(days[::2], days[1::2], strict=True))
        # Only a target that is read before its base date has a window that ends before it begins.
        if any(since > until for since, until in windows[1 if date else 0 :]):
            continue
        order = {day: f"{n:02d}" for n, day in enumerate(sorted({*days} - {BEGINNING}))}
        order[BEGINNING] = BEGINNING
        timings.add(
            tuple(
                (
                    Figure(
                        *[""] * 5, row["stage"], row["action"], kind, order[since], order[until]
                    ),
                    row.get("same_cohort") == "True",
                )
                for row, kind, (since, until) in zip(rows, kinds, windows, strict=True)
            )
        )
    return timings


@functools.cache
def _happenings(timing: Timing) -> frozenset[tuple[int, int]]:
    """What can happen to a thing: which figures count it, and whose cohort it breaks, as bits."""
    figures = [figure for figure, _ in timing]
    # A slot is represented by its last day, the time after all figures by a day of its own.
    slots = sorted({day for f in figures for day in (f.since, f.until)} - {BEGINNING})
    slots += ["9998-12-31", NEVER]
    stages = sorted({STAGES.index(figure.stage) for figure in figures})
    # Stages that no figure asks for coincide with the one before: that forbids least.
    at = [max(0, bisect.bisect_right(stages, stage) - 1) for stage in range(len(STAGES))]
    ways = itertools.combinations_with_replacement(slots, len(stages))
    drawn = [tuple(days[i] for i in at) for days in ways]

    def bits(item: Item) -> tuple[int, int]:
        counted = [happens(figure, item) for figure in figures]
        broken = [mark and not one_cohort(figure, item) for figure, mark in timing]
        return (
            sum(bit << i for i, bit in enumerate(counted)),
            sum(bit << i for i, bit in enumerate(broken)),
        )

    out = set()
    stocks = any(figure.basis == "stock" for figure in figures)
    revised = drawn if any("revise" in figure.action for figure in figures) else []
    for made, withdrawn, other in itertools.product(
        drawn, slots if stocks else [NEVER], (False, True)
    ):
        thing = Item("", "", frozenset(), (), made, (), withdrawn, other)
        if not lawful(thing):
            continue
        found = {bits(thing)}
        # What one revision counts in or breaks, any number of revisions do.
        for item in [replace(thing, revisions=(path,)) for path in revised]:
            if lawful(item):
                counted, broken = bits(item)
                found |= {(c | counted, b | broken) for c, b in found}
        out |= found
    return frozenset(out)


def _solve(cells: list[int], limits: list[tuple[float, float]]) -> tuple[float, float]:
    """Least and greatest number of things that the target counts, its bit being the first."""
    matrix, most = [], []
    for i, (low, high) in enumerate(limits, start=1):
        counted = [cell >> i & 1 for cell in cells]
        matrix.append([-bit for bit in counted])
        most.append(-low)
        if high < math.inf:
            matrix.append(counted)
            most.append(high)
    ends = []
    for sign in (1, -1):
        found = optimize.linprog([sign * (cell & 1) for cell in cells], A_ub=matrix, b_ub=most)
        if found.status == 2:
            return math.inf, -math.inf
        ends.append(math.inf if found.status == 3 else sign * found.fun)
    return ends[0], ends[1]


def _sharp_rate(world: World, rows: list[Row], pair: Row, date: str | None) -> tuple[float, float]:
    """The same for rates, where cells are units of the target, of the evidence or of both."""
    target, evidence = rows[:2]
    days = {
        day
        for text in (date or target["due_date"], evidence["as_of_date"])
        for day in (dates.bounds(text) if text else ("", NEVER))
    }
    names = ("indicator", "domain", "scope", "jurisdiction")
    places = _places(world, [target, evidence], names, pair.get("scope_relation", ""))
    if len(days) > 1 or {1, 2} <= places:
        return 0.0, 100.0
    low, high = (min(100.0, end) for end in _limits(evidence))
    # The less of the one is in the other, the less is known, so the least share decides.
    share = float(pair.get("coverage_low") or 0) if {1, 2} & places else 1.0
    if share == 0:
        return 0.0, 100.0
    if 1 in places:
        return low * share, high * share + 100 * (1 - share)
    return max(0.0, (low - 100 * (1 - share)) / share), min(100.0, high / share)
