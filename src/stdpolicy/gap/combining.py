"""Which figures speak to which target, and what they say together."""

import dataclasses
import functools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from stdpolicy.gap import encoding as enc
from stdpolicy.gap import rules
from stdpolicy.gap.encoding import Evidence, Flags, Floats, Ints, Objects, Rows, Small, Tree
from stdpolicy.gap.readings import Readings
from stdpolicy.gap.rules import Bounds, Pairs

#: Pairs that are worked on at once: enough for speed, few enough for a laptop's memory.
_BLOCK = 500_000


@dataclasses.dataclass
class Coded:
    """Rows of the crosswalk, in the order of the targets."""

    pairs: Pairs
    role_by_rule: Flags  # the coder followed the default reading of roles


@dataclasses.dataclass
class Study:
    """Everything that the rules need, as arrays."""

    targets: Rows
    measure: Small
    figures: Evidence
    trees: dict[str, Tree]
    coded: Coded
    readings: Readings
    several: Flags  # figures that may have one of several time bases

    @functools.cached_property
    def names(self) -> Objects:
        """Ids of the figures."""
        return self.figures.ids.to_numpy(dtype="object", na_value="")

    @functools.cached_property
    def totals(self) -> "Totals":
        """Figures that can be subtracted from others."""
        return Totals.of(self)

    @functools.cached_property
    def top(self) -> Floats:
        """Highest amount that a target can reach."""
        return np.where(self.measure == enc.RATE, 100 / self.targets.factor, np.inf)


@dataclasses.dataclass(frozen=True)
class Totals:
    """Figures that can be subtracted from others, in the order of their groups."""

    rows: Ints
    groups: Ints  # each once
    first: Ints  # where each group begins among the rows, 0 at the end
    size: Ints  # and how many it has, 0 at the end

    @classmethod
    def of(cls, study: Study) -> "Totals":
        rows = np.flatnonzero(_is_total(study, study.figures.basis) & ~study.several)
        rows = rows[np.argsort(study.figures.group[rows], kind="stable")]
        groups, first, size = np.unique(
            study.figures.group[rows], return_index=True, return_counts=True
        )
        return cls(rows, groups, np.append(first, 0), np.append(size, 0))


def _is_total(study: Study, basis: Small) -> Flags:
    """All-time totals and stocks, as far as one may be subtracted from another."""
    if study.readings.all_time_totals == "as_period":
        return basis == enc.IN_FORCE
    return (basis == enc.CUMULATIVE) | (basis == enc.IN_FORCE)


@dataclasses.dataclass
class Ends:
    """What the pairs of some targets say of an amount up to some day."""

    low: Floats
    high: Floats
    lost_low: Small
    lost_high: Small


@dataclasses.dataclass
class Block:
    """Pairs of some targets, sorted by target, with what they say up to three days."""

    first: int  # targets first to last, last excluded
    last: int
    pairs: Pairs
    bounds: Bounds
    speaks: Flags  # whether the windows can overlap at all
    reports: Flags  # whether it speaks and is a reported outcome
    deadline: Ends
    own: Ends  # up to the date of the figure itself
    giver: Ints  # pair whose date is the as-of date of each target, -1 where there is none
    as_of: Ends


# --- pairs --------------------------------------------------------------------------------------


def blocks(study: Study) -> Iterator[Block]:
    """All pairs, some targets at a time."""
    by_group = np.argsort(study.figures.group, kind="stable")
    groups = study.figures.group[by_group]
    begin = np.searchsorted(groups, study.targets.group, "left")
    end = np.searchsorted(groups, study.targets.group, "right")
    weight = np.concatenate([[0], np.cumsum(1 + _candidates(study, by_group)[1])])
    size = np.cumsum(weight[end] - weight[begin] + 1)
    if not len(study.targets):
        yield _block(study, 0, 0, by_group, begin, end)
    first = 0
    while first < len(study.targets):
        reached = size[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(size, reached + _BLOCK, "right")))
        chosen = np.arange(first, last)
        yield _block(study, first, last, by_group, begin[chosen], end[chosen])
        first = last


def _candidates(study: Study, figure: Ints) -> tuple[Ints, Ints]:
    """Where among the totals the possible baselines of a figure begin, and how many there are."""
    totals, group = study.totals, study.figures.group[figure]
    at = np.searchsorted(totals.groups, group)
    known = np.append(totals.groups, -1)[at] == group
    at = np.where(known, at, len(totals.groups))
    total = _is_total(study, study.figures.basis[figure])
    return totals.first[at], np.where(total, totals.size[at], 0)


def _spread(begin: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Row and place for ranges of places: ``begin[i]`` to ``begin[i] + count[i]``."""
    row = np.repeat(np.arange(len(count)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, begin[row] + offset


def _block(study: Study, first: int, last: int, by_group: Ints, begin: Ints, end: Ints) -> Block:
    row, place = _spread(begin, end - begin)
    target, figure = row + first, by_group[place]
    coded = study.coded.pairs
    lies = slice(*np.searchsorted(coded.target, [first, last]))
    stated = coded.take(np.arange(lies.start, lies.stop))
    if len(stated):
        # A row of the crosswalk overrides what would follow by itself.
        size = len(study.figures)
        whole = study.figures.whole
        taken = np.isin(target * size + whole[figure], stated.target * size + whole[stated.figure])
        target, figure = target[~taken], figure[~taken]
    pairs = _plain(study, target, figure)
    if len(stated):
        pairs = joined(pairs, _with_reading(study, stated, study.coded.role_by_rule[lies]))
    pairs = _with_baselines(study, pairs)
    pairs = pairs.take(np.argsort(pairs.target, kind="stable"))
    return _evaluated(study, first, last, pairs)


def _plain(study: Study, target: Ints, figure: Ints) -> Pairs:
    """Pairs of the same jurisdiction and indicator, their relations from the rows and the trees."""
    relations = rules.between(
        study.figures, figure, study.targets, target, study.trees, study.readings
    )
    none, unknown = np.full(len(target), -1), np.full(len(target), np.nan)
    return Pairs(target, figure, none, *relations, unknown, np.ones(len(target), dtype=bool))


def _with_reading(study: Study, stated: Pairs, by_rule: Flags) -> Pairs:
    """Coded pairs; a role that the coder read by the default follows the reading."""
    derived = rules.role_relation(
        study.figures.role[stated.figure], study.targets.role[stated.target], study.readings
    )
    stated.role = np.where(by_rule, derived, stated.role)
    return stated


def joined(one: Pairs, other: Pairs) -> Pairs:
    """Both, one after the other."""
    return Pairs(
        *(
            np.concatenate([getattr(one, f.name), getattr(other, f.name)])
            for f in dataclasses.fields(Pairs)
        )
    )


def _with_baselines(study: Study, pairs: Pairs) -> Pairs:
    """Add a row for every total that can be subtracted from another, of an earlier date."""
    figures = study.figures
    # A coded baseline leaves what the total says by itself, and what others make of it.
    by_itself = pairs.take(pairs.baseline >= 0)
    by_itself.baseline = np.full(len(by_itself), -1)
    pairs = joined(pairs, by_itself)
    if study.readings.all_time_totals == "as_period":
        pairs = pairs.take((pairs.baseline < 0) | (figures.basis[pairs.figure] != enc.CUMULATIVE))
    open_ = np.flatnonzero(
        (pairs.baseline < 0)
        & _is_total(study, figures.basis[pairs.figure])
        & (study.measure[pairs.target] == enc.FLOW)
    )
    # What a figure less a baseline can say is the same for all targets.
    mine, of = np.unique(pairs.figure[open_], return_inverse=True)
    row, place = _spread(*_candidates(study, mine))
    less, figure = study.totals.rows[place], mine[row]
    use = figures.end_first[less] < figures.end_last[figure]
    use &= figures.whole[less] != figures.whole[figure]
    row, less, figure = row[use], less[use], figure[use]
    relation = rules.to_baseline(figure, less, figures, study.trees, study.readings)
    row, less = row[relation != rules.OTHER], less[relation != rules.OTHER]
    count = np.bincount(row, minlength=len(mine))
    row, place = _spread((np.cumsum(count) - count)[of], count[of])
    less, total, target = less[place], mine[of[row]], pairs.target[open_[row]]
    # A time that ends before the target's begins, or begins after it, says nothing about it.
    days = study.readings.adjoining_days
    near = figures.end_last[total] + days > study.targets.start_first[target]
    near &= figures.end_first[less] - days < study.targets.end_last[target]
    more = pairs.take(open_[row[near]])
    more.baseline = less[near]
    return joined(pairs, more)


# --- what they say ------------------------------------------------------------------------------


def _evaluated(study: Study, first: int, last: int, pairs: Pairs) -> Block:
    targets, figures, t = study.targets, study.figures, pairs.target
    bounds = rules.judge(pairs, targets, study.measure, figures, study.trees, study.readings)
    basis = figures.basis[pairs.figure]
    due_first, due_last = targets.end_first[t], targets.end_last[t]
    near = np.zeros(len(pairs), dtype=bool)
    if study.readings.deadline_days:
        within = study.readings.deadline_days
        near = (bounds.end_first >= due_first - within) & (bounds.end_last <= due_last + within)

    def up_to(first_day: Small, last_day: Small, on_time: Flags) -> Ends:
        lost = rules.place(
            pairs, bounds, targets, study.measure, first_day, last_day, on_time, basis
        )
        low = np.where(lost[0] == 0, bounds.low, 0.0)
        high = np.where(lost[1] == 0, bounds.high, study.top[t])
        return Ends(low, high, *lost)

    top = study.top[t]
    speaks = bounds.end_last > targets.start_first[t]
    speaks &= bounds.start_first < due_last
    # What was there at the outset bounds the amount, and is no report on it.
    reports = speaks & (figures.kind[pairs.figure] == 0)
    deadline = up_to(due_first, due_last, near)
    own = up_to(bounds.end_first, bounds.end_last, np.ones(len(pairs), dtype=bool))
    past = bounds.end_last > due_last
    told = np.where(past, deadline.low, own.low) > 0
    told |= np.where(past, deadline.high, own.high) < top
    told &= reports & (bounds.end_first > -enc.UNKNOWN)
    day = np.where(told, np.minimum(bounds.end_last, due_last), -enc.UNKNOWN)
    giver = latest(study, pairs, first, last, day)
    has = giver >= 0
    at = np.where(has, giver, 0)
    if len(pairs):
        late = bounds.end_last[at] > targets.end_last[first:last]
        from_due = late | ~has
        day_first = np.where(from_due, targets.end_first[first:last], bounds.end_first[at])
        day_last = np.where(from_due, targets.end_last[first:last], bounds.end_last[at])
        mine = t - first
        same = has[mine] & (figures.whole[pairs.figure] == figures.whole[pairs.figure[at]][mine])
        on_time = (same & ~from_due[mine]) | (near & from_due[mine])
        as_of = up_to(day_first[mine], day_last[mine], on_time)
    else:
        as_of = deadline
    return Block(first, last, pairs, bounds, speaks, reports, deadline, own, giver, as_of)


def latest(study: Study, pairs: Pairs, first: int, last: int, day: Small) -> Ints:
    """Pair of the latest day for every target; -1 where no day is known."""
    best = np.full(last - first, -enc.UNKNOWN)
    np.maximum.at(best, pairs.target - first, day)
    return chosen(
        study, pairs, first, last, (day == best[pairs.target - first]) & (day > -enc.UNKNOWN)
    )


def chosen(study: Study, pairs: Pairs, first: int, last: int, among: Flags) -> Ints:
    """One pair for every target among some; ties go by the ids, never by the order of rows."""
    out = np.full(last - first, -1)
    places = np.flatnonzero(among)
    mine = pairs.target[places] - first
    out[mine[::-1]] = places[::-1]
    tied = places[np.bincount(mine, minlength=last - first)[mine] > 1]
    if len(tied):
        target = pairs.target[tied]
        figure, baseline = by_id(study, pairs.figure[tied]), by_id(study, pairs.baseline[tied])
        order = np.lexsort((baseline, figure, target))
        best = order[np.unique(target[order], return_index=True)[1]]
        out[target[best] - first] = tied[best]
    return out


def by_id(study: Study, figures: Ints) -> Ints:
    """Place of figures in the order of their ids, before all others where there is none."""
    known, at = np.unique(figures, return_inverse=True)
    ids = study.names[known]
    rank = np.empty(len(known), dtype="int64")
    rank[np.argsort(ids, kind="stable")] = np.arange(len(known))
    return np.where(figures < 0, -1, rank[at])


# --- together -----------------------------------------------------------------------------------


@dataclasses.dataclass
class Side:
    """One end of the intervals of some targets, and where it comes from."""

    value: Floats
    pair: Ints  # pair that gives it, -1 where none does
    chain: dict[int, list[int]]  # or several pairs whose windows follow each other, by target


def together(study: Study, block: Block, ends: Ends) -> tuple[Side, Side]:
    """Lower and upper ends that all figures of each target leave."""
    first, last, pairs = block.first, block.last, block.pairs
    size = last - first
    mine = pairs.target - first
    low, high = ends.low, ends.high
    if study.several.any():
        low, high = _union(study, pairs, low, high)
    value_low = np.zeros(size)
    np.maximum.at(value_low, mine, low)
    value_high = study.top[first:last].copy()
    np.minimum.at(value_high, mine, high)
    by_low = chosen(study, pairs, first, last, (low == value_low[mine]) & (low > 0))
    by_high = chosen(
        study, pairs, first, last, (high == value_high[mine]) & (high < study.top[pairs.target])
    )
    lower, upper = Side(value_low, by_low, {}), Side(value_high, by_high, {})
    _add_up(study, block, ends, lower)
    _cover(study, block, ends, upper)
    return lower, upper


def _union(study: Study, pairs: Pairs, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Where a figure may have one of several time bases, what holds under each of them."""
    which = np.flatnonzero(study.several[pairs.figure])
    if not len(which):
        return low, high
    figure = pairs.figure[which]
    frame = pd.DataFrame(
        {
            "target": pairs.target[which],
            "whole": study.figures.whole[figure],
            "variant": figure,
            "low": low[which],
            "high": high[which],
        }
    )
    each = frame.groupby(["target", "whole", "variant"]).agg(
        low=("low", "max"), high=("high", "min")
    )
    both = each.groupby(["target", "whole"]).agg(low=("low", "min"), high=("high", "max"))
    keys = pd.MultiIndex.from_frame(frame[["target", "whole"]])
    low, high = low.copy(), high.copy()
    low[which] = both["low"].reindex(keys).to_numpy()
    high[which] = both["high"].reindex(keys).to_numpy()
    return low, high


def _add_up(study: Study, block: Block, ends: Ends, lower: Side) -> None:
    """Raise lower ends by figures whose windows do not overlap: what differs in date adds up."""
    pairs, bounds, figures = block.pairs, block.bounds, study.figures
    use = (ends.lost_low == 0) & (ends.low > 0) & (study.measure[pairs.target] == enc.FLOW)
    use &= ~study.several[pairs.figure]
    if study.readings.revisions == "once":
        # A standard revised twice stands in two years and still counts once.
        use &= ~np.isin(figures.action[pairs.figure], (1, 2))
    use &= (
        np.bincount(pairs.target[use] - block.first, minlength=block.last - block.first)[
            pairs.target - block.first
        ]
        > 1
    )
    where = np.flatnonzero(use)
    if not len(where):
        return
    order = np.lexsort((bounds.end_last[where], pairs.target[where]))
    where = where[order]
    t = pairs.target[where] - block.first
    weight = ends.low[where]
    key = t.astype("int64") * 2**31 + bounds.end_last[where].astype("int64") + 2**30
    wanted = t.astype("int64") * 2**31 + bounds.start_first[where].astype("int64") + 2**30
    starts = np.searchsorted(t, t, "left")
    # How many of the target's own rows end before this one begins.
    before = np.clip(np.searchsorted(key, wanted, "right"), starts, np.arange(len(where)))
    best = np.zeros(len(where) + block.last - block.first + 1)
    # best[place(i)] is the most that the first i rows of a target add up to.
    rank = np.arange(len(where)) - starts
    took = np.zeros(len(where), dtype=bool)
    at = np.flatnonzero(rank == 0)
    for r in range(int(rank.max()) + 1):
        cell = at + t[at]
        with_it = weight[at] + best[before[at] + t[at]]
        took[at] = with_it > best[cell]
        best[cell + 1] = np.maximum(best[cell], with_it)
        following = at[at + 1 < len(where)] + 1
        at = following[rank[following] == r + 1]
    ends_at = np.append(np.flatnonzero(np.diff(t)), len(where) - 1)
    total = best[ends_at + t[ends_at] + 1]
    who = t[ends_at]
    better = total > lower.value[who] * (1 + 1e-12)
    for stop, target in zip(ends_at[better], who[better], strict=True):
        chain = []
        i, begin = int(stop), int(starts[stop])
        while i >= begin:
            if took[i]:
                chain.append(int(where[i]))
                i = int(before[i]) - 1
            else:
                i -= 1
        lower.chain[int(target)] = chain[::-1]
    lower.value[who[better]] = total[better]


def _cover(study: Study, block: Block, ends: Ends, upper: Side) -> None:
    """Lower upper ends by figures whose windows together cover that of the target."""
    pairs, bounds, targets = block.pairs, block.bounds, study.targets
    t_all = pairs.target
    open_high = bounds.lost_high == 0
    size = block.last - block.first
    mine = t_all - block.first
    use = open_high & (study.measure[t_all] == enc.FLOW)
    # Amounts only add to each other, so a link that is too much by itself is of no help.
    use &= bounds.high < upper.value[mine]
    use &= ~study.several[pairs.figure]
    begins = bounds.start_last <= targets.start_first[t_all]
    reaches = (ends.lost_high & rules.END) == 0
    able = np.zeros(size, dtype=bool)
    # Both a figure that begins in time and another that lasts long enough are needed.
    able[mine[use & begins & ~reaches]] = True
    able &= np.bincount(mine[use & reaches & ~begins], minlength=size) > 0
    where = np.flatnonzero(use & able[mine])
    if not len(where):
        return
    where = where[np.lexsort((bounds.end_first[where], t_all[where]))]
    t = mine[where]
    cost = np.where(begins[where], np.maximum(bounds.high[where], 0.0), np.inf)
    weight = np.maximum(bounds.high[where], 0.0)
    came = np.full(len(where), -1)
    starts = np.searchsorted(t, t, "left")
    rank = np.arange(len(where)) - starts
    end, start = bounds.end_first[where].astype("int64"), bounds.start_last[where].astype("int64")
    # Of its own rows those from this place on end late enough for a row to join them.
    key = t * 2**31 + end + 2**30
    wanted = t * 2**31 + start - study.readings.adjoining_days + 2**30
    since = np.maximum(np.searchsorted(key, wanted, "left"), starts)
    # cheapest[k][i] is the cheapest of the 2^k rows up to i.
    cheapest = np.zeros((int(rank.max() + 1).bit_length(), len(where)), dtype="int32")
    by_rank = np.argsort(rank, kind="stable")
    stops = np.cumsum(np.bincount(rank))
    for r, at in enumerate(np.split(by_rank, stops[:-1])):
        joins = at[since[at] < at]
        if len(joins):
            level = np.frexp(joins - since[joins])[1] - 1
            near, far = cheapest[level, joins - 1], cheapest[level, since[joins] + 2**level - 1]
            earlier = np.where(cost[near] <= cost[far], near, far)
            through = weight[joins] + cost[earlier]
            better = through < cost[joins]
            cost[joins[better]], came[joins[better]] = through[better], earlier[better]
        cheapest[0, at] = at
        for k in range(1, (r + 1).bit_length()):
            near, far = cheapest[k - 1, at], cheapest[k - 1, at - 2 ** (k - 1)]
            cheapest[k, at] = np.where(cost[near] <= cost[far], near, far)
    cost[~reaches[where]] = np.inf
    best = np.full(size, np.inf)
    np.minimum.at(best, t, cost)
    for i in np.flatnonzero((cost == best[t]) & (cost < upper.value[t] * (1 - 1e-12))):
        if came[i] < 0 or int(t[i]) in upper.chain:
            continue
        chain, step = [], int(i)
        while step >= 0:
            chain.append(int(where[step]))
            step = int(came[step])
        upper.chain[int(t[i])] = chain[::-1]
        upper.value[t[i]] = cost[i]
