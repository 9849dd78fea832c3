"""Parts and wholes: what is known of one tightens what is known of the other.

For a whole w with disjoint parts, the amounts q obey sum(q_part) <= q_w, and where the parts
exhaust the whole, also sum(q_part) >= q_w. With the ends that the figures leave, the lowest and the
highest value that each q can take are the answers of linear programmes (HiGHS: Huangfu and Hall
2018), one for each connected set of targets of which something is known.
"""

import dataclasses

import numpy as np
import pandas as pd

from stdpolicy.gap import encoding as enc
from stdpolicy.gap import rules
from stdpolicy.gap.encoding import Flags, Floats, Ints, Rows, Small
from stdpolicy.gap.readings import Readings

#: Amounts differ when they do so by more than rounding.
_EPS = 1e-9


@dataclasses.dataclass(frozen=True)
class Sum:
    """One statement on a whole and some of its parts."""

    whole: int
    parts: tuple[int, ...]
    weights: tuple[float, ...]  # units of the whole for one unit of the part
    at_most: bool  # the parts are at most the whole, else at least


@dataclasses.dataclass(frozen=True)
class Conflict:
    """Statements that cannot all be true, none of which can be spared."""

    ends: tuple[tuple[int, str], ...]  # target and "low" or "high"
    sums: tuple[Sum, ...]


def sums(
    targets: pd.DataFrame,
    rows: Rows,
    measure: Small,
    day_first: Small,
    day_last: Small,
    known: Flags,
    readings: Readings,
) -> list[Sum]:
    """Statements that hold between the amounts of targets up to the given days.

    Only parts count that are as narrow as the whole, or narrower, in role, stage, action, period
    and basis; the other way round needs all of them to be the same.
    """
    keys = pd.Index(targets["target_id"].astype("object"))
    place = np.where(
        targets["part_of"].isna(), -1, keys.get_indexer(targets["part_of"].astype("object"))
    )
    exhausts = (targets["part_relation"] == "disjoint_exhaustive").to_numpy(dtype=bool)
    of_whole = np.bincount(place[exhausts & (place >= 0)], minlength=len(targets))
    has = np.flatnonzero((place >= 0) & known & known[place])
    if not len(has):
        return []
    part, whole = has, place[has]
    role = rules.role_relation(rows.role[part], rows.role[whole], readings)
    action = rules.action_relation(rows.action[part], rows.action[whole])
    stage = rules.stage_relation(rows.stage[part], rows.stage[whole])
    like = (measure[part] == measure[whole]) & (rows.dimension[part] == rows.dimension[whole])
    like &= np.isin(measure[part], (enc.FLOW, enc.STOCK)) & (stage == rules.SAME)
    flow = measure[part] == enc.FLOW
    same_end = (day_first[part] == day_last[whole]) & (day_last[part] == day_first[whole])
    within = (rows.start_first[part] >= rows.start_last[whole]) & (
        day_last[part] <= day_first[whole]
    )
    around = (rows.start_last[part] <= rows.start_first[whole]) & (
        day_first[part] >= day_last[whole]
    )
    narrow = like & np.where(flow, within, same_end)
    narrow &= np.isin(role, (rules.SAME, rules.NARROWER))
    narrow &= np.isin(action, (rules.SAME, rules.NARROWER))
    wide = like & np.where(flow, around, same_end)
    wide &= np.isin(role, (rules.SAME, rules.WIDER)) & np.isin(action, (rules.SAME, rules.WIDER))
    relation = targets["part_relation"].astype("object").to_numpy()[part]
    weight = rows.factor[part] / rows.factor[whole]
    out = []
    order = np.argsort(whole, kind="stable")
    for rows_of in np.split(order, np.flatnonzero(np.diff(whole[order])) + 1):
        w = int(whole[rows_of[0]])
        exhaustive = relation[rows_of] == "disjoint_exhaustive"
        apart = rows_of[(exhaustive | (relation[rows_of] == "disjoint")) & narrow[rows_of]]
        covering = rows_of[exhaustive & wide[rows_of]]
        # A part that is not known of, or narrower, may hold what the others lack.
        all_of_them = len(covering) == of_whole[w]
        for members, at_most, holds in ((apart, True, True), (covering, False, all_of_them)):
            if len(members) and holds:
                weights = tuple(weight[members].tolist())
                out.append(Sum(w, tuple(part[members].tolist()), weights, at_most))
        for i in rows_of[(relation[rows_of] == "overlapping") & narrow[rows_of]]:
            out.append(Sum(w, (int(part[i]),), (float(weight[i]),), True))
    return out


def tighten(
    low: Floats, high: Floats, statements: list[Sum]
) -> tuple[Floats, Floats, list[Conflict]]:
    """Ends of all amounts, tightened through the statements.

    Returns
    -------
    tuple
        New lower and upper ends, and for every set of targets whose ends contradict each other an
        irreducible set of statements; its targets keep their own ends.
    """
    low, high = low.copy(), high.copy()
    conflicts: list[Conflict] = []
    # What contradicts itself already is no ground for conclusions about others.
    own = low > high + _EPS * np.maximum(1.0, np.abs(low))
    lower, upper = np.where(own, 0.0, low), np.where(own, np.inf, high)
    for members, within in _components(statements):
        if not ((lower[members] > 0) | (upper[members] < np.inf)).any():
            continue
        programme = _Programme(members, within, lower[members], upper[members])
        if not programme.possible():
            conflicts.append(programme.conflict())
            continue
        for place, target in enumerate(members):
            if not own[target]:
                low[target] = max(low[target], programme.extreme(place, 1))
                high[target] = min(high[target], -programme.extreme(place, -1))
    return low, high, conflicts


def _components(statements: list[Sum]) -> list[tuple[Ints, list[Sum]]]:
    """Targets that hang together through statements, with those statements."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not statements:
        return []
    ends = [(s.whole, p) for s in statements for p in s.parts]
    nodes, at = np.unique(np.array(ends), return_inverse=True)
    at = at.reshape(-1, 2)
    graph = coo_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(nodes), len(nodes)))
    label = connected_components(graph, directed=False)[1]
    of = dict(zip(nodes.tolist(), label.tolist(), strict=True))
    within: dict[int, list[Sum]] = {}
    for statement in statements:
        within.setdefault(of[statement.whole], []).append(statement)
    order = np.argsort(label, kind="stable")
    members = np.split(nodes[order], np.flatnonzero(np.diff(label[order])) + 1)
    return [(m, within[of[int(m[0])]]) for m in members]


class _Programme:
    """The linear programme of one connected set of targets."""

    def __init__(self, members: Ints, statements: list[Sum], low: Floats, high: Floats):
        self.members, self.statements, self.low, self.high = members, statements, low, high
        place = {int(target): i for i, target in enumerate(members)}
        self.matrix = np.zeros((len(statements), len(members)))
        for row, statement in enumerate(statements):
            sign = 1.0 if statement.at_most else -1.0
            self.matrix[row, place[statement.whole]] -= sign
            for part, weight in zip(statement.parts, statement.weights, strict=True):
                self.matrix[row, place[part]] += sign * weight

    def _solve(self, cost: Floats, low: Floats, high: Floats, rows: Flags) -> tuple[int, float]:
        from scipy.optimize import linprog

        answer = linprog(
            cost,
            A_ub=self.matrix[rows] if rows.any() else None,
            b_ub=np.zeros(int(rows.sum())) if rows.any() else None,
            bounds=np.column_stack([low, high]),
            method="highs",
        )
        return int(answer.status), float(answer.fun) if answer.status == 0 else np.nan

    def possible(self) -> bool:
        return self._possible(self.low, self.high, np.ones(len(self.statements), dtype=bool))

    def _possible(self, low: Floats, high: Floats, rows: Flags) -> bool:
        return self._solve(np.zeros(len(self.members)), low, high, rows)[0] != 2

    def extreme(self, place: int, sign: int) -> float:
        """Least value of one amount (sign 1), or of its negative (sign -1)."""
        cost = np.zeros(len(self.members))
        cost[place] = sign
        rows = np.ones(len(self.statements), dtype=bool)
        status, value = self._solve(cost, self.low, self.high, rows)
        if status == 0:
            # Rounding of the solver must neither cut off a truth nor show.
            whole = round(value)
            small = _EPS * max(1.0, abs(value))
            return float(whole) if abs(value - whole) < 1e3 * small else value - small
        return 0.0 if sign > 0 else -np.inf

    def conflict(self) -> Conflict:
        """An irreducible set, by taking away whatever is not needed (Chinneck 2008, ch. 6)."""
        low, high = self.low.copy(), self.high.copy()
        rows = np.ones(len(self.statements), dtype=bool)
        for i in range(len(rows)):
            rows[i] = False
            if self._possible(low, high, rows):
                rows[i] = True
        for bound, free in ((low, 0.0), (high, np.inf)):
            for i in range(len(bound)):
                kept, bound[i] = bound[i], free
                if self._possible(low, high, rows):
                    bound[i] = kept
        ends = [(int(self.members[i]), "low") for i in np.flatnonzero(low > 0)]
        ends += [(int(self.members[i]), "high") for i in np.flatnonzero(high < np.inf)]
        return Conflict(
            tuple(ends), tuple(s for s, r in zip(self.statements, rows, strict=True) if r)
        )
