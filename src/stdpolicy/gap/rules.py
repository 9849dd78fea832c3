"""What one figure says about one target: which ends of the interval survive, and why others do not.

Each end survives only if every relation leaves it. A pair carries two sets of reasons as bits, one
for the lower and one for the upper end; an end stands where its set is empty. The same sets later
say in words what is missing, and which smallest fact would settle a question.
"""

import dataclasses

import numpy as np

from stdpolicy.gap import encoding as enc
from stdpolicy.gap.encoding import Evidence, Flags, Floats, Ints, Rows, Small, Tree
from stdpolicy.gap.readings import Readings

#: Reasons for which an end of an interval is lost, in the order in which they are told.
REASONS = [
    "unit",  # the figure is in another unit
    "coded",  # the coder judged the two not comparable
    "basis",  # the time basis of the figure is unknown or cannot answer
    "scope",  # of the figure and the target
    "role",
    "action",
    "stage",
    "baseline",  # the figure that is subtracted differs from the one it is subtracted from
    "revisions",  # a difference of totals misses what is revised a second time
    "total",  # an all-time total without a baseline
    "start",  # the windows begin on other days
    "end",  # they end on other days: read before the deadline, or after it
]
UNIT, CODED, BASIS, SCOPE, ROLE, ACTION, STAGE, BASELINE, REVISIONS, TOTAL, START, END = (
    1 << i for i in range(len(REASONS))
)

SAME, WIDER, NARROWER, OTHER = range(4)
#: Relations as the crosswalk has them; overlaps, none and unknown leave neither end.
RELATION_CODES = {"same": SAME, "wider": WIDER, "narrower": NARROWER}
EARLIER, LATER = WIDER, NARROWER
STAGE_CODES = {"same": SAME, "earlier": EARLIER, "later": LATER}


@dataclasses.dataclass
class Pairs:
    """Pairs of target and figure, with a baseline where one is subtracted (-1 where none is)."""

    target: Ints
    figure: Ints
    baseline: Ints
    scope: Small
    role: Small
    action: Small
    stage: Small
    cover_low: Floats  # share of the denominator of a rate that both have in common
    comparable: Flags

    def __len__(self) -> int:
        return len(self.target)

    def take(self, which: Ints | Flags) -> "Pairs":
        """Some of the pairs."""
        return Pairs(*(getattr(self, f.name)[which] for f in dataclasses.fields(self)))


@dataclasses.dataclass
class Bounds:
    """What each pair says: ends, windows, and why an end is lost."""

    low: Floats
    high: Floats
    lost_low: Small
    lost_high: Small
    start_first: Small
    start_last: Small
    end_first: Small
    end_last: Small


def role_relation(figure: Small, target: Small, readings: Readings) -> Small:
    """Relation of the role of a figure to that of a target, under the reading."""
    lead, take_part, either, unstated = range(4)
    unknown = 4
    meaning = np.array([lead, take_part, either, unstated, OTHER])
    meaning[take_part] = either if readings.take_part == "includes_lead" else take_part
    meaning[unstated] = {"any": either, "lead": lead, "unknown": unknown}[readings.unstated_role]
    mine, theirs = meaning[figure], meaning[target]
    out = np.full(len(mine), OTHER, dtype="int8")
    out[(mine == either) & (theirs < either)] = WIDER
    out[(theirs == either) & (mine < either)] = NARROWER
    out[mine == theirs] = SAME
    return out


def action_relation(figure: Small, target: Small) -> Small:
    """Relation of the action of a figure to that of a target."""
    make, both, revise, _ = range(4)
    out = np.full(len(figure), OTHER, dtype="int8")
    out[(figure == both) & ((target == make) | (target == revise))] = WIDER
    out[(target == both) & ((figure == make) | (figure == revise))] = NARROWER
    out[figure == target] = SAME
    return out


def stage_relation(figure: Small, target: Small) -> Small:
    """Whether a figure counts at the same, an earlier or a later stage."""
    order = np.select([figure == target, figure < target], [SAME, EARLIER], LATER)
    return np.where((figure < 0) | (target < 0), OTHER, order).astype("int8")


def tree_relation(figure: Small, target: Small, tree: Tree) -> Small:
    """Relation of two places in a tree; places beside each other may overlap."""
    known = (figure >= 0) & (target >= 0)
    out = np.full(len(figure), OTHER, dtype="int8")
    out[known & tree.inside[target, figure]] = WIDER
    out[known & tree.inside[figure, target]] = NARROWER
    out[known & (figure == target)] = SAME
    return out


def joint(first: Small, second: Small) -> Small:
    """Relation in two respects together: wider in one and narrower in the other is neither."""
    out = np.where(first == SAME, second, np.where(second == SAME, first, OTHER))
    return np.where(first == second, first, out).astype("int8")


def between(
    figure: Rows, which: Ints, target: Rows, to: Ints, trees: dict[str, Tree], readings: Readings
) -> tuple[Small, Small, Small, Small]:
    """Relations in scope, role, action and stage that follow from the rows themselves."""
    scope = joint(
        tree_relation(figure.scope[which], target.scope[to], trees["scope"]),
        tree_relation(figure.domain[which], target.domain[to], trees["domain"]),
    )
    role = role_relation(figure.role[which], target.role[to], readings)
    action = action_relation(figure.action[which], target.action[to])
    return scope, role, action, stage_relation(figure.stage[which], target.stage[to])


def _mark(lost: Small, where: Flags, reason: int) -> None:
    """Add a reason in place; twice as fast as by index."""
    lost |= where * lost.dtype.type(reason)


def _lose(relation: Small, reason: int, lost_low: Small, lost_high: Small) -> None:
    """Wider leaves only the upper end, narrower only the lower, anything else neither."""
    _mark(lost_low, (relation == WIDER) | (relation == OTHER), reason)
    _mark(lost_high, (relation == NARROWER) | (relation == OTHER), reason)


def judge(
    pairs: Pairs,
    targets: Rows,
    measure: Small,
    figures: Evidence,
    trees: dict[str, Tree],
    readings: Readings,
) -> Bounds:
    """Ends of every pair, and why an end is lost, apart from where the windows lie.

    The rules are those of the design: bound, scope, role, action, stage, time basis, baseline and,
    for rates, the share of the denominator. :func:`place` adds the windows.
    """
    t, e, b = pairs.target, pairs.figure, pairs.baseline
    lost_low = np.zeros(len(pairs), dtype="int16")
    lost_high = np.zeros(len(pairs), dtype="int16")
    both = (lost_low, lost_high)
    kind, basis = measure[t], figures.basis[e]
    subtracted = b >= 0
    flow, dated = kind == enc.FLOW, (kind == enc.RATE) | (kind == enc.LEVEL)
    total = (basis == enc.CUMULATIVE) | (basis == enc.IN_FORCE)

    for lost in both:
        _mark(lost, ~pairs.comparable, CODED)
        _mark(lost, figures.dimension[e] != targets.dimension[t], UNIT)
        _mark(lost, (basis == enc.NO_BASIS) | (basis < 0), BASIS)

    covered = (kind == enc.RATE) & ~np.isnan(pairs.cover_low)
    covered &= (pairs.scope == WIDER) | (pairs.scope == NARROWER)
    _lose(np.where(covered, SAME, pairs.scope), SCOPE, *both)
    _lose(pairs.role, ROLE, *both)
    _lose(pairs.action, ACTION, *both)
    _lose_stage(pairs, figures, lost_low, lost_high)
    for lost in both:
        # A share or a mean says nothing about that of another group.
        _mark(lost, dated & ~covered & (pairs.scope != SAME), SCOPE)
        _mark(lost, dated & (pairs.role != SAME), ROLE)
        _mark(lost, dated & (pairs.action != SAME), ACTION)
        _mark(lost, dated & (pairs.stage != SAME), STAGE)
        _mark(lost, dated & (basis != targets.basis[t]) & (basis != enc.IN_FORCE), BASIS)
        _mark(lost, (kind == enc.STOCK) & ~total, BASIS)
        _mark(lost, ~flow & subtracted, BASIS)
    _mark(lost_low, (kind == enc.STOCK) & (basis == enc.CUMULATIVE), BASIS)
    # What is in force is less than what was ever made, and a difference of stocks misses what was
    # withdrawn.
    _mark(lost_high, flow & (basis == enc.IN_FORCE), BASIS)
    _lose_baseline(pairs, figures, trees, readings, lost_low, lost_high)
    if readings.revisions == "once":
        repeats = np.isin(targets.action[t], (1, 2))
        _mark(lost_high, flow & subtracted & repeats, REVISIONS)

    low, high = _values(pairs, targets, figures, kind, covered)
    start_first, start_last = figures.start_first[e], figures.start_last[e]
    start_first = np.where(total, enc.NEVER, start_first)
    start_last = np.where(total, enc.NEVER, start_last)
    start_first = np.where(subtracted, figures.end_first[b], start_first)
    start_last = np.where(subtracted, figures.end_last[b], start_last)
    taken = figures.from_base[e] & ~subtracted
    if readings.all_time_totals == "as_period":
        taken |= flow & (basis == enc.CUMULATIVE) & ~subtracted & (figures.kind[e] == 0)
    taken &= figures.end_first[e] > targets.start_last[t]
    start_first = np.where(taken, targets.start_first[t], start_first)
    start_last = np.where(taken, targets.start_last[t], start_last)
    ends = figures.end_first[e], figures.end_last[e]
    return Bounds(low, high, lost_low, lost_high, start_first, start_last, *ends)


def _lose_stage(pairs: Pairs, figures: Evidence, lost_low: Small, lost_high: Small) -> None:
    """An earlier stage bounds above, a later one below, where both count the same things."""
    e = pairs.figure
    # A cohort is that of the figure; what remains of a difference of totals is another.
    cohort = figures.cohort[e] & (pairs.baseline < 0)
    ever = (figures.basis[e] == enc.CUMULATIVE) & (pairs.baseline < 0)
    earlier, later = pairs.stage == EARLIER, pairs.stage == LATER
    unknown = pairs.stage == OTHER
    _mark(lost_low, earlier | unknown | (later & ~cohort), STAGE)
    _mark(lost_high, later | unknown | (earlier & ~cohort & ~ever), STAGE)


def _lose_baseline(
    pairs: Pairs,
    figures: Evidence,
    trees: dict[str, Tree],
    readings: Readings,
    lost_low: Small,
    lost_high: Small,
) -> None:
    """A wider baseline leaves only the lower end, a narrower one only the upper."""
    with_one = np.flatnonzero(pairs.baseline >= 0)
    if not len(with_one):
        return
    e, b = pairs.figure[with_one], pairs.baseline[with_one]
    relation = to_baseline(e, b, figures, trees, readings)
    low, high = lost_low[with_one], lost_high[with_one]
    # Subtracting more leaves less: the ends are lost the other way round.
    _lose(relation, BASELINE, high, low)
    lost_low[with_one], lost_high[with_one] = low, high


def to_baseline(
    e: Ints, b: Ints, figures: Evidence, trees: dict[str, Tree], readings: Readings
) -> Small:
    """Relation of baselines to the totals from which they are subtracted."""
    scope, role, action, stage = between(figures, b, figures, e, trees, readings)
    relation = joint(joint(scope, role), action)
    ever = (figures.basis[b] == enc.CUMULATIVE) & (figures.basis[e] == enc.CUMULATIVE)
    # Ever proposed is more than ever issued; of what is in force no such order is known.
    by_stage = np.where(ever, stage, np.where(stage == SAME, SAME, OTHER))
    by_basis = np.select(
        [
            figures.basis[b] == figures.basis[e],
            figures.basis[b] == enc.CUMULATIVE,
            figures.basis[b] == enc.IN_FORCE,
        ],
        [SAME, WIDER, NARROWER],
        OTHER,
    )
    relation = joint(joint(relation, by_stage.astype("int8")), by_basis.astype("int8"))
    relation[figures.dimension[b] != figures.dimension[e]] = OTHER
    relation[figures.group[b] != figures.group[e]] = OTHER
    relation[~np.isin(figures.basis[e], (enc.CUMULATIVE, enc.IN_FORCE))] = OTHER
    return relation


def _values(
    pairs: Pairs, targets: Rows, figures: Evidence, kind: Small, covered: Flags
) -> tuple[Floats, Floats]:
    """Lower and upper end of every pair in the target's unit, were nothing lost."""
    t, e, b = pairs.target, pairs.figure, pairs.baseline
    scale = figures.factor[e] / targets.factor[t]
    low, high = figures.low[e] * scale, figures.high[e] * scale
    subtracted = b >= 0
    if subtracted.any():
        before = np.where(subtracted, figures.factor[b] / targets.factor[t], 0.0)
        less = np.where(subtracted, figures.high[b], 0.0) * before
        more = np.where(subtracted, figures.low[b], 0.0) * before
        low, high = low - less, high - more
    rate = kind == enc.RATE
    if rate.any():
        top = 100 / np.where(rate, targets.factor[t], 1.0)
        high = np.where(rate, np.minimum(high, top), high)
        share = np.where(covered, pairs.cover_low, 1.0)
        inside = covered & (pairs.scope == NARROWER)
        around = covered & (pairs.scope == WIDER)
        with np.errstate(divide="ignore", invalid="ignore"):
            # The least share in common leaves the widest interval on both sides.
            low = np.select([inside, around], [low * share, top - (top - low) / share], low)
            high = np.select([inside, around], [top - share * (top - high), high / share], high)
        low = np.where(rate, np.clip(np.nan_to_num(low, nan=0.0, neginf=0.0), 0.0, top), low)
        high = np.where(rate, np.clip(np.nan_to_num(high, nan=100.0, posinf=100.0), 0.0, top), high)
    return np.maximum(low, 0.0), high


def place(
    pairs: Pairs,
    bounds: Bounds,
    targets: Rows,
    measure: Small,
    due_first: Small,
    due_last: Small,
    on_time: Flags,
    basis: Small,
) -> tuple[Small, Small]:
    """Reasons for which ends are lost, with those of the windows added.

    ``due_first`` and ``due_last`` are the days up to which the amount is asked for, ``on_time``
    says which figures are read on that very day, whatever the dates, and ``basis`` is the time
    basis of the figures. An end stands only if it holds for every day that an imprecise date
    allows.
    """
    t = pairs.target
    lost_low, lost_high = bounds.lost_low.copy(), bounds.lost_high.copy()
    flow = measure[t] == enc.FLOW
    before = flow & (bounds.start_first < targets.start_last[t])
    always = bounds.start_first == enc.NEVER
    _mark(lost_low, before & always, TOTAL)
    _mark(lost_low, before & ~always, START)
    _mark(lost_high, flow & (bounds.start_last > targets.start_first[t]), START)
    late, early = bounds.end_last > due_first, bounds.end_first < due_last
    _mark(lost_low, flow & late & ~on_time, END)
    _mark(lost_high, flow & early & ~on_time, END)
    ever = (measure[t] == enc.STOCK) & (basis == enc.CUMULATIVE)
    _mark(lost_high, ever & early & ~on_time, END)
    other_day = ~flow & ~ever & (late | early) & ~on_time
    _mark(lost_low, other_day, END)
    _mark(lost_high, other_day, END)
    return lost_low, lost_high
