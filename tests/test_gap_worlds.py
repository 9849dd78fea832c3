"""The gap held against worlds in which the truth is known."""

import itertools

import numpy as np
import pandas as pd
import pytest

import worlds
from conftest import FULL
from stdpolicy import dates, gap
from stdpolicy.gap.assessment import Checked

WORLDS = 10_000 if FULL else 1_000
SMALL = 1_500 if FULL else 150
STEP = 100
EPS = 1e-6


def readings(world):
    return gap.Readings(take_part="alone" if world.take_part_alone else "includes_lead")


def assessed(world, tables=None):
    return gap.evaluate(Checked(tables or world.tables), None, readings(world))


def batch(first, small=False):
    """Some worlds; every fourth batch reads 参与 as excluding those who lead."""
    alone = first // STEP % 4 == 3
    return worlds.make_worlds(range(first, first + STEP), small=small, take_part_alone=alone)


@pytest.mark.parametrize("first", range(0, WORLDS, STEP))
def test_no_truth_is_ever_excluded_and_no_verdict_is_ever_wrong(first):
    decided = 0
    for world in batch(first):
        found = assessed(world)
        table = found.table(reasons=False)
        for row, ask_low, ask_high in zip(
            table.itertuples(), found.ask_low, found.ask_high, strict=True
        ):
            truth = world.amount(row.target_id)
            where = (first, world.tables["documents"], row)
            assert row.low - EPS <= truth <= row.high + EPS, where
            assert row.verdict != "contradictory", where
            kept = ask_low - EPS <= truth <= ask_high + EPS
            assert {"met": kept, "not_met": not kept}.get(row.verdict, True), where
            decided += row.verdict in ("met", "not_met")
            if pd.notna(row.as_of):
                day, last = dates.bounds(row.as_of)
                if day == last:
                    then = world.amount(row.target_id, day)
                    assert row.low_as_of - EPS <= then <= row.high_as_of + EPS, where
    assert decided  # the worlds put the rules to work


@pytest.mark.parametrize("first", range(0, WORLDS // 5, STEP))
def test_intervals_only_shrink_when_evidence_is_added(first):
    rng = np.random.default_rng(first)
    smaller = 0
    for world in batch(first):
        whole = assessed(world)
        fewer = dict(world.tables)
        for name in ("outcomes", "observations"):
            keep = rng.random(len(fewer[name])) < 0.6
            fewer[name] = fewer[name][keep].reset_index(drop=True)
        part = assessed(world, fewer)
        assert (whole.low >= part.low - EPS).all()
        assert (whole.high <= part.high + EPS).all()
        smaller += int(((whole.low > part.low + EPS) | (whole.high < part.high - EPS)).sum())
    assert smaller


@pytest.mark.parametrize("first", range(0, WORLDS // 5, STEP))
def test_neither_the_order_of_rows_nor_units_matter(first):
    rng = np.random.default_rng(first)
    for world in batch(first):
        table = assessed(world).table()
        mixed = {
            name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
            for name, frame in world.tables.items()
        }
        again = assessed(world, mixed).table().set_index("target_id")
        again = again.loc[table["target_id"]].reset_index()
        pd.testing.assert_frame_equal(table, again)
        scaled = dict(world.tables)
        for name in ("outcomes", "observations"):
            frame = scaled[name].copy()
            counted = frame["unit"].isin(["项", "个"])
            frame.loc[counted, ["value_low", "value_high"]] /= 100
            frame.loc[counted, "unit"] = "百" + frame.loc[counted, "unit"]
            scaled[name] = frame
        other = assessed(world, scaled)
        np.testing.assert_allclose(other.low, table["low"], atol=1e-9)
        np.testing.assert_allclose(other.high, table["high"], atol=1e-9)


@pytest.mark.parametrize("first", range(0, WORLDS // 5, STEP))
def test_widening_a_scope_never_raises_a_lower_end(first):
    rng = np.random.default_rng(first)
    for world in batch(first):
        parent = world.tables["scopes"].set_index("key")["part_of"]
        observations = world.tables["observations"]
        # A total is subtracted from others, where being wider is being better known.
        plain = observations["kind"].eq("outcome") & observations["basis"].isin(["during", "year"])
        places = np.flatnonzero(plain & observations["scope"].map(parent).notna())
        if not len(places):
            continue
        wider = observations.copy()
        place = rng.choice(places)
        wider.loc[place, "scope"] = parent[observations["scope"].iloc[place]]
        counts = ~(world.tables["targets"]["unit"] == "%").to_numpy(dtype=bool)
        before, after = assessed(world), assessed(world, world.tables | {"observations": wider})
        consistent = after.low <= after.high + EPS
        assert (after.low <= before.low + EPS)[counts & consistent].all()


# --- no tighter interval would do ----------------------------------------------------------------


def alone(world, target, figure, baseline):
    """A study of one target, one figure and at most one baseline."""
    out = dict(world.tables)
    targets = out["targets"]
    targets = targets[targets["target_id"] == target].reset_index(drop=True)
    out["targets"] = targets.assign(
        part_of=pd.array([pd.NA], dtype="string"),
        part_relation=pd.Categorical([None], dtype=targets["part_relation"].dtype),
    )
    for name, key in (("outcomes", "outcome_id"), ("observations", "observation_id")):
        keep = out[name][key].isin([figure, baseline])
        out[name] = out[name][keep].reset_index(drop=True)
    pairs = out["crosswalk"]
    mine = pairs[(pairs["target_id"] == target) & (pairs["evidence_id"] == figure)]
    own = mine[mine["baseline_id"].fillna("") == baseline]
    row = (own if len(own) else mine).head(1).copy()
    row["baseline_id"] = pd.array([baseline or pd.NA] * len(row), dtype="string")
    out["crosswalk"] = row.reset_index(drop=True)
    return out


def coarse(tables):
    """Where the rules leave more room than need be, each time for the sake of a rule that is plain.

    In totals and stocks what was revised was made before, so that a count of one bounds the other;
    and that a figure counts one cohort says more of totals, stocks and baselines than is taken.
    """
    target = tables["targets"].iloc[0]
    figures = [tables["outcomes"], tables["observations"]]
    total = any(row["basis"].isin(["stock", "cumulative"]).any() for row in figures)
    actions = {action for row in figures for action in row["action"]} | {target["action"]}
    cohort = any(row["same_cohort"].fillna(False).any() for row in figures)
    lasting = total or target["basis"] in ("stock", "cumulative")
    return lasting and (cohort or len(actions) > 1)


@pytest.mark.parametrize("first", range(0, SMALL, STEP))
def test_no_tighter_interval_would_do_for_one_figure_and_a_baseline(first):
    compared = 0
    for world in batch(first, small=True):
        observations, outcomes = world.tables["observations"], world.tables["outcomes"]
        figures = pd.concat(
            [
                outcomes.set_index("outcome_id"),
                observations[observations["kind"] == "outcome"].set_index("observation_id"),
            ]
        )
        before = observations.loc[observations["kind"] == "baseline", "observation_id"]
        targets = world.tables["targets"]
        # The amount of an empty period is nothing, whatever is reported.
        targets = targets[targets["base_date"] < targets["due_date"]]
        for target, (figure, row) in itertools.product(targets["target_id"], figures.iterrows()):
            # What is subtracted from nothing is a figure of its own.
            total = row["basis"] in ("stock", "cumulative") and row["unit"] != "%"
            for baseline in ["", *(before if total else [])]:
                tables = alone(world, target, figure, baseline)
                if not tables["crosswalk"]["comparable"].all():
                    continue  # the coder knows what the tables do not tell
                low, high = worlds.sharp_interval(world, target, figure, baseline)
                found = assessed(world, tables)
                where = (first, target, figure, baseline, low, high, found.low[0], found.high[0])
                compared += 1
                if low > high:
                    assert found.low[0] > found.high[0], where
                elif coarse(tables):
                    assert found.low[0] <= low + EPS, where
                    assert found.high[0] >= high - EPS, where
                else:
                    assert found.low[0] == pytest.approx(low, abs=EPS), where
                    assert found.high[0] == pytest.approx(high, abs=EPS), where
    assert compared
