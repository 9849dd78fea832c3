"""The invented worlds are what they say, or nothing that is held against them means anything."""

import collections
import dataclasses
import datetime
import itertools
import math
import random
from collections.abc import Iterator

import pandas as pd
import pytest

import worlds
from stdpolicy import dates, files, schema, validation
from worlds import BEGINNING, NEVER, STAGES, TOLERANCE, Figure, Item, World, sharp_interval

SEEDS = range(400)


@dataclasses.dataclass(frozen=True)
class Told:
    """A world and its tables as rows; ``numbers`` are those of ``figures``, by key."""

    world: World
    numbers: dict[str, dict]
    crosswalk: list[dict]

    def pairs(self) -> Iterator[tuple[dict, Figure, Figure]]:
        """Rows of the crosswalk with what evidence and target truly count."""
        figures = self.world.figures
        for row in self.crosswalk:
            yield row, figures[row["evidence_id"]], figures[row["target_id"]]


def rows(world: World, table: str) -> list[dict]:
    return [
        {name: None if pd.isna(cell) else cell for name, cell in row.items()}
        for row in world.tables[table].to_dict("records")
    ]


def tell(world: World) -> Told:
    numbers = {}
    for table in ("targets", "outcomes", "observations"):
        key = schema.tables()[table].primary_key[0]
        numbers |= {row[key]: row for row in rows(world, table) if row.get("kind") != "target"}
    return Told(world, numbers, rows(world, "crosswalk"))


@pytest.fixture(scope="module")
def many() -> list[Told]:
    """Worlds in which taking part includes leading, and as many in which it does not."""
    both = (worlds.make_worlds(SEEDS, take_part_alone=alone) for alone in (False, True))
    return [tell(world) for world in itertools.chain.from_iterable(both)]


# --- making --------------------------------------------------------------------------------------


def test_a_seed_makes_one_world():
    batch = worlds.make_worlds(range(12))
    for seed, world in enumerate(batch):
        again = worlds.make_world(seed)
        assert (again.items, again.units) == (world.items, world.units)
        assert (again.figures, again.inside) == (world.figures, world.inside)
        for name, frame in world.tables.items():
            pd.testing.assert_frame_equal(again.tables[name], frame)
    assert len({world.items for world in batch if world.items}) > 6
    assert worlds.make_worlds([]) == []


@pytest.mark.parametrize("small", [False, True])
def test_tables_keep_the_schema(tmp_path, small):
    for seed, world in enumerate(worlds.make_worlds(range(10), small=small)):
        folder = tmp_path / str(seed)
        for name, table in schema.tables().items():
            frame = world.tables.get(name, pd.DataFrame(columns=list(table.fields)))
            files.write_csv(folder / table.file, frame)
        faults = validation.check(folder)
        assert faults.empty, faults.to_string()


def test_small_worlds_are_small():
    for world in worlds.make_worlds(range(50), small=True):
        assert len(world.items) <= 4
        assert (len(world.tables["targets"]), len(world.tables["outcomes"])) == (1, 1)


def test_things_are_lawful(many):
    items = [item for told in many for item in told.world.items]
    assert all(worlds.lawful(item) for item in items)
    assert {len(item.revisions) for item in items} == {0, 1, 2}
    assert {len(item.drafters) for item in items} == {1, 2, 3}
    assert any(item.withdrawn != NEVER for item in items)
    assert {sum(day != NEVER for day in item.made) for item in items} == {1, 2, 3, 4, 5}


# --- counting ------------------------------------------------------------------------------------


def plain_count(world: World, figure: Figure) -> float:
    """The same counts in another way: sets of things, days as dates, trees walked upwards."""
    above = {
        table: {row["key"]: row["part_of"] for row in rows(world, table)}
        for table in ("indicators", "domains", "jurisdictions")
    }

    def under(table: str, key: str, top: str) -> bool:
        while key and key != top:
            key = above[table].get(key)
        return key == top

    def within(day: str) -> bool:
        if day == NEVER:
            return False
        date = datetime.date.fromisoformat(day)
        if date > datetime.date.fromisoformat(figure.until):
            return False
        return figure.since == BEGINNING or date > datetime.date.fromisoformat(figure.since)

    def fits(thing) -> bool:
        return (
            under("indicators", thing.indicator, figure.indicator)
            and under("domains", thing.domain, figure.domain)
            and any(leaf in world.inside["scopes"][figure.scope] for leaf in thing.leaves)
        )

    if figure.basis == "rate":
        units = [unit for unit in world.units if fits(unit)]
        units = [u for u in units if under("jurisdictions", u.jurisdiction, figure.jurisdiction)]
        content = [u for u in units if within(u.since) and not within(u.until)]
        return 100 * len(content) / len(units)

    stage = {"proposed": 0, "initiated": 1, "drafted": 2, "issued": 3, "in_use": 4}[figure.stage]
    counted = set()
    for number, item in enumerate(world.items):
        leads = takes_part = False
        for jurisdiction, role in item.drafters:
            if under("jurisdictions", jurisdiction, figure.jurisdiction):
                leads |= role == "lead"
                takes_part |= role == "take_part"
        if figure.role == "lead" and not leads:
            continue
        if figure.role == "take_part" and world.take_part_alone and leads:
            continue
        if not (leads or takes_part) or not fits(item):
            continue
        if figure.basis == "stock" and within(item.withdrawn):
            continue
        if figure.action == "other":
            if item.other and within(item.made[stage]):
                counted.add(number)
            continue
        if item.other:
            continue
        if figure.action in ("make", "make_or_revise") and within(item.made[stage]):
            counted.add(number)
        if figure.action in ("revise", "make_or_revise"):
            for revision in item.revisions:
                if within(revision[stage]):
                    counted.add(number)
    return float(len(counted))


def test_counts_agree_with_plain_loops(many):
    positive = 0
    for world in (told.world for told in many[::3]):
        for key, figure in world.figures.items():
            assert world.count(figure) == plain_count(world, figure), key
            positive += world.count(figure) > 0
    assert positive > 400


def test_amount_is_counted_up_to_a_day():
    world = worlds.make_world(3)
    for key in world.tables["targets"]["target_id"]:
        figure = world.figures[key]
        assert world.amount(key) == world.amount(key, figure.until)
        if figure.basis == "flow" and figure.since:
            assert world.amount(key, figure.since) == 0


def test_numbers_and_dates_are_true(many):
    bounds = collections.Counter()
    for told in many:
        assert set(told.numbers) == set(told.world.figures)
        for key, row in told.numbers.items():
            figure = told.world.figures[key]
            target = "target_id" in row
            since = row["base_date"] if target else row["since_date"]
            until = row["due_date"] if target else row["as_of_date"]
            if since and figure.since:
                assert dates.bounds(since)[0] <= figure.since <= dates.bounds(since)[1]
            if until:
                assert dates.bounds(until)[0] <= figure.until <= dates.bounds(until)[1]
            for name in ("jurisdiction", "indicator", "domain", "scope", "role", "stage", "action"):
                assert row[name] == getattr(figure, name)
            if target:
                continue
            if row["reported_on"]:
                assert figure.until <= dates.bounds(row["reported_on"])[1]
            if row["basis"] in ("cumulative", "stock"):
                assert figure.since == BEGINNING
            if row["basis"] == "year":
                assert figure.since == f"{figure.until[:4]}-01-01"
            value = told.world.count(figure)
            low = 0 if row["value_low"] is None else row["value_low"]
            high = math.inf if row["value_high"] is None else row["value_high"]
            slack = TOLERANCE if row["bound"] == "approx" else 0
            assert low * (1 - slack) <= value <= high * (1 + slack), key
            bounds[row["bound"]] += 1
    assert set(bounds) == {"exact", "at_least", "at_most", "approx", "range"}


def test_same_cohort_is_true_of_all_later_and_earlier_stages(many):
    """What reaches any stage in the window has its earlier stages in it too."""
    marked = 0
    for told in many:
        world = told.world
        for key, row in told.numbers.items():
            if not row.get("same_cohort"):
                continue
            figure = world.figures[key]
            assert figure.basis == "flow"
            own = [item for item in world.items if world.holds(figure, item)]
            for item in own:
                for path in worlds.paths(figure, item):
                    reached = [figure.since < day <= figure.until for day in path]
                    last = max((i for i, there in enumerate(reached) if there), default=-1)
                    assert all(reached[: last + 1])
            counts = [world.count(dataclasses.replace(figure, stage=stage)) for stage in STAGES]
            assert counts == sorted(counts, reverse=True)
            marked += max(counts) > min(counts) and row["basis"] != "cumulative"
    assert marked > 20


# --- relations -----------------------------------------------------------------------------------


def any_items(world: World, number: int) -> list[Item]:
    """Things that could be in the same world, and are not."""
    chance = random.Random(number)
    leaves = sorted(set().union(*world.inside["scopes"].values()))
    several = any(len(thing.leaves) > 1 for thing in (*world.items, *world.units))
    drafters = list(itertools.product(world.inside["jurisdictions"], ("lead", "take_part")))
    day, other = "2018-01-01", (NEVER,) * len(STAGES)
    return [
        Item(
            chance.choice(list(world.inside["indicators"])),
            chance.choice(list(world.inside["domains"])),
            frozenset(chance.sample(leaves, chance.randint(1, len(leaves) if several else 1))),
            tuple(chance.sample(drafters, chance.randint(1, min(3, len(drafters))))),
            chance.choice([(day,) * len(STAGES), other]),
            chance.choice([(), ((day,) * len(STAGES),)]),
            other=chance.random() < 0.3,
        )
        for _ in range(number)
    ]


def test_relations_hold_whatever_the_things_are(many):
    """Checked on things drawn anew, so that no relation is an accident of the world's own."""
    seen = collections.Counter()
    for told in many:
        items = any_items(told.world, 60)
        for row, evidence, target in told.pairs():
            later = STAGES.index(evidence.stage) - STAGES.index(target.stage)
            word = row["stage_relation"]
            assert word in ("unknown", "earlier" if later < 0 else "later" if later else "same")
            if evidence.jurisdiction != target.jurisdiction or evidence.basis == "rate":
                continue
            for name in ("scope", "role", "action"):
                word = row[f"{name}_relation"]
                there = [
                    (meets(told.world, name, evidence, i), meets(told.world, name, target, i))
                    for i in items
                ]
                if word in ("same", "narrower"):
                    assert all(t for e, t in there if e)
                if word in ("same", "wider"):
                    assert all(e for e, t in there if t)
                if word == "none":
                    assert not any(e and t for e, t in there)
                seen[name, word] += 1
    for both in itertools.product(("scope", "role", "action"), ("same", "wider", "narrower")):
        assert seen[both] > 20, both
    assert min(seen["scope", "none"], seen["role", "none"], seen["action", "none"]) > 5


def meets(world: World, name: str, figure: Figure, item: Item) -> bool:
    """Whether a thing is of the class of a figure in one respect."""
    if name == "scope":
        return worlds.belongs(figure, item, world.inside)
    if name == "role":
        return worlds.plays(figure, item, world.inside["jurisdictions"], world.take_part_alone)
    return any(path[0] != NEVER for path in worlds.paths(figure, item))


def test_relations_between_jurisdictions_hold_of_scope_and_role_together(many):
    seen = 0
    for told in many:
        items = any_items(told.world, 60)
        for row, evidence, target in told.pairs():
            if evidence.jurisdiction == target.jurisdiction or evidence.basis == "rate":
                continue
            words = {row["scope_relation"], row["role_relation"]}
            for inner, outer, kept in (
                (evidence, target, {"same", "narrower"}),
                (target, evidence, {"same", "wider"}),
            ):
                if words <= kept:
                    held = [item for item in items if told.world.holds(inner, item)]
                    assert all(told.world.holds(outer, item) for item in held)
                    seen += 1
    assert seen > 20


def test_coverage_holds_the_share_of_the_denominator(many):
    seen = 0
    for told in many:
        for row, *figures in told.pairs():
            if row["coverage_low"] is None and row["coverage_high"] is None:
                continue
            units = [
                {
                    number
                    for number, unit in enumerate(told.world.units)
                    if worlds.belongs(figure, unit, told.world.inside)
                }
                for figure in figures
            ]
            share = len(units[0] & units[1]) / max(map(len, units))
            assert (row["coverage_low"] or 0) <= share
            assert row["coverage_high"] is None or share <= row["coverage_high"]
            seen += 1
    assert seen > 10


def test_labels_of_parts_are_true(many):
    seen = collections.Counter()
    for told in many:
        world = told.world
        groups = collections.defaultdict(list)
        for row in told.numbers.values():
            if row.get("part_of"):
                groups[row["part_of"]].append(row)
        for whole, parts in groups.items():
            (label,) = {row["part_relation"] for row in parts}
            figures = [world.figures[key] for key in (whole, *(r["target_id"] for r in parts))]
            things = world.units if figures[0].basis == "rate" else world.items
            held, *sets = (
                {n for n, thing in enumerate(things) if worlds.belongs(f, thing, world.inside)}
                for f in figures
            )
            if label != "on_paper":
                assert all(own <= held for own in sets)
            if label.startswith("disjoint"):
                assert not any(a & b for a, b in itertools.combinations(sets, 2))
            if label == "disjoint_exhaustive":
                assert set().union(*sets) == held
            seen[label] += 1
    assert set(seen) == {"disjoint", "disjoint_exhaustive", "overlapping", "on_paper"}


# --- coverage ------------------------------------------------------------------------------------


def relation(world: World, name: str, evidence: Figure, target: Figure) -> str:
    if name == "scope":
        pairs = [
            (world.inside[f"{n}s"][getattr(evidence, n)], world.inside[f"{n}s"][getattr(target, n)])
            for n in ("domain", "scope")
        ]
        inside, over = all(e <= t for e, t in pairs), all(e >= t for e, t in pairs)
    elif name == "role":
        narrow = {"lead", "take_part"} if world.take_part_alone else {"lead"}
        e, t = ({f.role} if f.role in narrow else {"lead", "take_part"} for f in (evidence, target))
        inside, over = e <= t, e >= t
    else:
        e, t = (set(figure.action.split("_or_")) for figure in (evidence, target))
        inside, over = e <= t, e >= t
    return {(True, True): "same", (True, False): "narrower", (False, True): "wider"}.get(
        (inside, over), "neither"
    )


def test_every_pair_of_relations_occurs(many):
    """Scope, role, action, stage, basis and window, each value of one with each of another."""
    seen: collections.Counter = collections.Counter()
    for told in many:
        world = told.world
        for target, evidence in itertools.product(world.figures, world.figures):
            t, e = world.figures[target], world.figures[evidence]
            if "target_id" not in told.numbers[target] or "target_id" in told.numbers[evidence]:
                continue
            if (t.indicator, t.jurisdiction) != (e.indicator, e.jurisdiction) or t.basis == "rate":
                continue
            before = (STAGES.index(e.stage) > STAGES.index(t.stage)) - (
                STAGES.index(e.stage) < STAGES.index(t.stage)
            )
            start = (e.since > t.since) - (e.since < t.since)
            end = (e.until > t.until) - (e.until < t.until)
            kinds = [("target", "stock" if t.basis == "stock" else "flow")]
            kinds += [(n, relation(world, n, e, t)) for n in ("scope", "role", "action")]
            kinds += [("stage", before), ("basis", told.numbers[evidence]["basis"])]
            kinds += [("start", start), ("end", end)]
            seen.update(itertools.combinations(kinds, 2))
    values = {
        "target": ("flow", "stock"),
        "scope": ("same", "wider", "narrower", "neither"),
        "role": ("same", "wider", "narrower", "neither"),
        "action": ("same", "wider", "narrower", "neither"),
        "stage": (-1, 0, 1),
        "basis": ("during", "year", "cumulative", "stock", "unknown"),
        "start": (-1, 0, 1),
        "end": (-1, 0, 1),
    }
    missing = [
        ((a, x), (b, y))
        for a, b in itertools.combinations(values, 2)
        for x, y in itertools.product(values[a], values[b])
        if not seen[(a, x), (b, y)]
    ]
    # What has no beginning never begins after anything, and a stock target has no beginning.
    impossible = [
        (("target", "stock"), ("start", -1)),
        (("basis", "cumulative"), ("start", 1)),
        (("basis", "stock"), ("start", 1)),
    ]
    assert missing == impossible


def test_every_kind_of_baseline_occurs(many):
    seen = collections.Counter()
    for told in many:
        for row, evidence, target in told.pairs():
            if row["baseline_id"] is None:
                continue
            baseline = told.world.figures[row["baseline_id"]]
            written = [told.numbers[row[f"{w}_id"]]["basis"] for w in ("evidence", "baseline")]
            seen["basis", *written] += 1
            if target.since:
                order = (baseline.until > target.since) - (baseline.until < target.since)
                seen["base", order] += 1
            for name in ("scope", "role", "action"):
                seen[name, relation(told.world, name, baseline, evidence)] += 1
    expected = [("basis", *both) for both in itertools.product(("cumulative", "stock"), repeat=2)]
    expected += [("base", order) for order in (-1, 0, 1)]
    expected += itertools.product(("scope", "role", "action"), ("same", "wider", "narrower"))
    assert all(seen[what] >= 10 for what in expected), seen


# --- the sharpest interval -----------------------------------------------------------------------

CLASS = {
    "jurisdiction": "qingxi",
    "indicator": "standards",
    "domain": "all",
    "scope": "whole",
    "unit": "项",
    "role": "unstated",
    "stage": "issued",
    "action": "make",
}
TARGET = {"basis": "unstated", "base_date": "2018-01-01", "due_date": "2020-12-31"}
DURING = {"basis": "during", "since_date": "2018-01-01", "as_of_date": "2020-12-31"}
TOTAL = {"basis": "cumulative", "as_of_date": "2020-12-31"}
STOCK = {"basis": "stock", "as_of_date": "2020-12-31"}


def invent(target, evidence, baseline=None, pair=None, measure="flow", alone=False) -> World:
    """A world of which nothing is known but its tables."""
    number = {"bound": "exact"}
    figures = [("E0001", evidence), ("E0002", baseline or {})]
    observed = [
        {"observation_id": key, "kind": "outcome"} | CLASS | number | figure
        for key, figure in figures
        if figure
    ]
    row = {"target_id": "qx-1.t01", "evidence_id": "E0001"}
    tables = worlds.frames(
        {
            "targets": [{"target_id": "qx-1.t01"} | CLASS | TARGET | target],
            "outcomes": [],
            "observations": observed,
            "crosswalk": [row | pair] if pair else [],
            "indicators": [{"key": "standards", "measure": measure}],
            "domains": [{"key": "all"}, {"key": "farming", "part_of": "all"}],
            "scopes": [
                {"key": "whole"},
                {"key": "east", "part_of": "whole"},
                {"key": "west", "part_of": "whole"},
            ],
            "jurisdictions": [{"key": "qingxi"}, {"key": "linhe", "part_of": "qingxi"}],
        }
    )
    return World(tables, (), (), {}, {}, alone)


def exactly(value) -> dict[str, str]:
    return {"value_low": str(value), "value_high": str(value), "bound": "exact"}


TEN, FOUR = exactly(10), exactly(4)
INF = math.inf


@pytest.mark.parametrize(
    ("target", "evidence", "baseline", "interval"),
    [
        # bounds
        ({}, DURING | TEN, None, (10, 10)),
        ({}, DURING | {"value_low": "10", "bound": "at_least"}, None, (10, INF)),
        ({}, DURING | {"value_high": "10", "bound": "at_most"}, None, (0, 10)),
        ({}, DURING | TEN | {"bound": "approx"}, None, (9.5, 10.5)),
        ({}, DURING | {"value_low": "8", "value_high": "9", "bound": "range"}, None, (8, 9)),
        # scope, role, action
        ({"scope": "east"}, DURING | TEN, None, (0, 10)),
        ({}, DURING | TEN | {"domain": "farming"}, None, (10, INF)),
        ({"scope": "east"}, DURING | TEN | {"scope": "west"}, None, (0, INF)),
        ({"scope": "east"}, DURING | TEN | {"domain": "farming"}, None, (0, INF)),
        ({"role": "lead"}, DURING | TEN, None, (0, 10)),
        ({"role": "take_part"}, DURING | TEN | {"role": "lead"}, None, (10, INF)),
        ({"action": "make_or_revise"}, DURING | TEN, None, (10, INF)),
        ({"action": "revise"}, DURING | TEN, None, (0, INF)),
        ({"action": "other"}, DURING | TEN, None, (0, INF)),
        # window
        ({}, DURING | TEN | {"since_date": "2017-12-31"}, None, (0, 10)),
        ({}, DURING | TEN | {"since_date": "2018-01-02"}, None, (10, INF)),
        ({}, DURING | TEN | {"as_of_date": "2020-12-30"}, None, (10, INF)),
        ({}, DURING | TEN | {"as_of_date": "2021-01-01"}, None, (0, 10)),
        (
            {},
            DURING | TEN | {"since_date": "2017-12-31", "as_of_date": "2020-12-30"},
            None,
            (0, INF),
        ),
        # dates known to a month or year
        ({}, DURING | TEN | {"since_date": "2018"}, None, (10, INF)),
        ({}, DURING | TEN | {"since_date": "2017-12"}, None, (0, 10)),
        ({}, DURING | TEN | {"as_of_date": "2020"}, None, (10, INF)),
        ({"due_date": "2020"}, DURING | TEN, None, (0, 10)),
        ({}, DURING | TEN | {"since_date": ""}, None, (0, INF)),
        ({}, DURING | TEN | {"as_of_date": ""}, None, (0, INF)),
        # all-time totals
        ({}, TOTAL | TEN, None, (0, 10)),
        ({"basis": "cumulative"}, TOTAL | TEN, None, (10, 10)),
        ({}, TOTAL | TEN | {"as_of_date": "2020-12-30"}, None, (0, INF)),
        ({}, TOTAL | TEN, TOTAL | FOUR | {"as_of_date": "2018-01-01"}, (6, 6)),
        ({}, TOTAL | TEN, TOTAL | FOUR | {"as_of_date": "2017-12-31"}, (0, 6)),
        ({}, TOTAL | TEN, TOTAL | FOUR | {"as_of_date": "2018-01-02"}, (6, 10)),
        ({}, TOTAL | TEN, TOTAL | FOUR | {"as_of_date": "2018-01"}, (6, 10)),
        ({}, TOTAL | FOUR, TOTAL | TEN | {"as_of_date": "2018-01-01"}, (INF, -INF)),
        (
            {"scope": "east"},
            TOTAL | TEN | {"scope": "east"},
            TOTAL | FOUR | {"as_of_date": "2018-01-01"},
            (6, 10),
        ),
        (
            {},
            TOTAL | TEN,
            TOTAL | FOUR | {"as_of_date": "2018-01-01", "scope": "east"},
            (0, 6),
        ),
        # A thing made before the baseline and revised after it is in both totals, and counts.
        (
            {"action": "make_or_revise"},
            TOTAL | TEN | {"action": "make_or_revise"},
            TOTAL | FOUR | {"as_of_date": "2018-01-01", "action": "make_or_revise"},
            (6, 10),
        ),
        # stages
        ({}, TOTAL | TEN | {"stage": "drafted"}, None, (0, 10)),
        ({}, TOTAL | TEN | {"stage": "in_use"}, None, (0, INF)),
        ({}, DURING | TEN | {"stage": "drafted"}, None, (0, INF)),
        ({}, DURING | TEN | {"stage": "in_use"}, None, (0, INF)),
        ({}, DURING | TEN | {"stage": "drafted", "same_cohort": "true"}, None, (0, 10)),
        ({}, DURING | TEN | {"stage": "in_use", "same_cohort": "true"}, None, (10, INF)),
        ({}, DURING | TEN | {"stage": "in_use", "same_cohort": "false"}, None, (0, INF)),
        # With a baseline an earlier stage still says only what its all-time total says.
        (
            {},
            TOTAL | TEN | {"stage": "drafted"},
            TOTAL | FOUR | {"stage": "drafted", "as_of_date": "2018-01-01"},
            (0, 10),
        ),
        # stocks
        ({}, STOCK | TEN, None, (0, INF)),
        ({}, STOCK | TEN, STOCK | FOUR | {"as_of_date": "2018-01-01"}, (6, INF)),
        ({}, STOCK | TEN, TOTAL | FOUR | {"as_of_date": "2018-01-01"}, (6, INF)),
        ({}, TOTAL | TEN, STOCK | FOUR | {"as_of_date": "2018-01-01"}, (0, 6)),
        ({"basis": "stock"}, STOCK | TEN, None, (10, 10)),
        ({"basis": "stock"}, STOCK | TEN | {"as_of_date": "2020-12-30"}, None, (0, INF)),
        ({"basis": "stock"}, TOTAL | TEN, None, (0, 10)),
        ({"basis": "stock"}, TOTAL | TEN | {"as_of_date": "2021-06-30"}, None, (0, 10)),
        ({"basis": "stock"}, TOTAL | TEN | {"as_of_date": "2020-06-30"}, None, (0, INF)),
        ({"basis": "stock"}, DURING | TEN, None, (0, INF)),
        # nothing known
        ({}, DURING | TEN | {"basis": "unknown"}, None, (0, INF)),
        ({}, DURING | TEN | {"jurisdiction": "linhe"}, None, (0, INF)),
    ],
)
def test_sharp_intervals_worked_out_by_hand(target, evidence, baseline, interval):
    world = invent(target, evidence, baseline)
    found = sharp_interval(world, "qx-1.t01", "E0001", "E0002" if baseline else "")
    assert found == pytest.approx(interval)


def test_sharp_intervals_of_the_case_to_get_right():
    """129 in October 2020 and 106 in October 2017, or 108 early in 2018."""
    evidence = TOTAL | exactly(129) | {"as_of_date": "2020-10-13"}
    before = invent({}, evidence, TOTAL | exactly(106) | {"as_of_date": "2017-10-10"})
    after = invent({}, evidence, TOTAL | exactly(108) | {"as_of_date": "2018-02"})
    keys = ("qx-1.t01", "E0001", "E0002")
    assert sharp_interval(before, *keys, date="2020-10-13") == pytest.approx((0, 23))
    assert sharp_interval(after, *keys, date="2020-10-13") == pytest.approx((21, 129))
    assert sharp_interval(before, *keys) == (0, INF)
    assert sharp_interval(after, *keys) == pytest.approx((21, INF))


SAME = {f"{name}_relation": "same" for name in ("scope", "role", "stage", "action")}


@pytest.mark.parametrize(
    ("pair", "interval"),
    [
        ({"scope_relation": "narrower"}, (10, INF)),
        ({"scope_relation": "wider"}, (0, 10)),
        ({"scope_relation": "same"}, (10, 10)),
        ({"scope_relation": "overlaps"}, (0, INF)),
        ({"scope_relation": "none"}, (0, INF)),
        ({"role_relation": "unknown"}, (0, INF)),
    ],
)
def test_sharp_intervals_use_the_crosswalk(pair, interval):
    # Neither scope is in the other as far as the tree tells.
    world = invent({"scope": "east"}, DURING | TEN | {"scope": "west"}, pair=SAME | pair)
    assert sharp_interval(world, "qx-1.t01", "E0001") == pytest.approx(interval)


def test_sharp_intervals_read_taking_part_as_the_world_does():
    lead, part = DURING | TEN | {"role": "lead"}, {"role": "take_part"}
    key = ("qx-1.t01", "E0001")
    assert sharp_interval(invent(part, lead), *key) == pytest.approx((10, INF))
    assert sharp_interval(invent(part, lead, alone=True), *key) == (0, INF)
    # Those of a city that take part are a province's, though it may lead them elsewhere.
    city = DURING | TEN | part | {"jurisdiction": "linhe"}
    row = SAME | {"scope_relation": "narrower"}
    assert sharp_interval(invent(part, city, pair=row), *key) == pytest.approx((10, INF))
    assert sharp_interval(invent(part, city, pair=row, alone=True), *key) == (0, INF)


@pytest.mark.parametrize(
    ("cells", "pair", "interval"),
    [
        ({}, {}, (60, 60)),
        ({"as_of_date": "2020-12-30"}, {}, (0, 100)),
        ({"as_of_date": "2020-12"}, {}, (0, 100)),
        ({"scope": "east"}, {}, (0, 100)),
        (
            {"scope": "east"},
            {"scope_relation": "narrower", "coverage_low": "0.5", "coverage_high": "0.8"},
            (30, 80),
        ),
        (
            {"scope": "east"},
            {"scope_relation": "narrower", "coverage_high": "0.8"},
            (0, 100),
        ),
        ({"scope": "east"}, {"scope_relation": "overlaps"}, (0, 100)),
    ],
)
def test_sharp_intervals_of_rates(cells, pair, interval):
    evidence = STOCK | exactly(60) | cells
    world = invent({}, evidence, pair=SAME | pair if pair else None, measure="rate")
    assert sharp_interval(world, "qx-1.t01", "E0001") == pytest.approx(interval)


def test_sharp_intervals_of_a_rate_of_a_wider_scope():
    row = SAME | {"scope_relation": "wider", "coverage_low": "0.5", "coverage_high": "0.5"}
    key = ("qx-1.t01", "E0001")
    for value, interval in ((60, (20, 100)), (90, (80, 100)), (30, (0, 60))):
        world = invent({"scope": "east"}, STOCK | exactly(value), pair=row, measure="rate")
        assert sharp_interval(world, *key) == pytest.approx(interval)


@pytest.mark.parametrize("alone", [False, True])
def test_the_truth_is_in_every_sharp_interval(alone):
    said = 0
    for world in worlds.make_worlds(range(60), small=True, take_part_alone=alone):
        keys = list(world.figures)
        (target,) = world.tables["targets"]["target_id"]
        for evidence, baseline in itertools.product(keys, ["", *keys]):
            if target in (evidence, baseline) or evidence == baseline:
                continue
            for date in (None, world.figures[evidence].until):
                low, high = sharp_interval(world, target, evidence, baseline, date=date)
                truth = world.amount(target, date)
                assert low - 1e-6 <= truth <= high + 1e-6, (target, evidence, baseline, date)
                said += low > 0 or high < INF
    assert said > 40
