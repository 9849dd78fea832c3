"""Shares of parts whose amounts are known only in part, or only together.

A statement says that some parts together amount to at least one number and at most another.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

Floats = npt.NDArray[np.float64]
#: Parts taken together, and a statement on their amount: the least and the greatest.
Block = tuple[str, ...]
Statement = tuple[Block, float, float]


def joined_blocks(parts: Sequence[str], together: Iterable[Block]) -> list[Block]:
    """Parts in blocks, so that those that are somewhere told together are in one.

    Blocks, and the parts within each, keep the order of ``parts``; others count nowhere.
    """
    blocks = [{part} for part in parts]
    for group in together:
        touched = [block for block in blocks if block & set(group)]
        if touched:
            blocks = [block for block in blocks if not block & set(group)]
            blocks.append(set().union(*touched))
    found = [tuple(part for part in parts if part in block) for block in blocks]
    return sorted(found, key=lambda block: parts.index(block[0]))


def shares(statements: list[Statement], blocks: list[Block]) -> list[tuple[float, float]]:
    """Least and greatest share of each block of parts in all parts of the blocks.

    The least and greatest (sum of x over the block) / (sum of x over the whole) under statements
    l_s <= sum of x over s <= u_s is a linear-fractional programme; in y = x / sum of x and
    1 / sum of x it is linear (Charnes and Cooper 1962).

    Parameters
    ----------
    statements : list of tuple
        Parts, least and greatest amount of them together (infinite where open).
    blocks : list of tuple
        Parts whose share is asked for, together. The whole is all parts that are in some block;
        other parts of the statements count nowhere.

    Returns
    -------
    list of tuple
        Ends of each share, 0 to 1; missing where the statements contradict each other or nothing
        is counted.
    """
    parts = sorted({t for own, _, _ in statements for t in own} | {t for b in blocks for t in b})
    inequal, least = _inequalities(statements, parts)
    # Contradictions are not seen in shares where some part is open: it outgrows them.
    if np.isnan(_ends(np.zeros(len(parts)), inequal, least)[0]):
        return [(np.nan, np.nan)] * len(blocks)
    # Amounts y = x / sum of x and, in the last place, the scale s = 1 / sum of x.
    scaled = np.column_stack([inequal, -least])
    whole = np.append(_where(parts, [t for block in blocks for t in block]), 0)
    return [
        _ends(np.append(_where(parts, block), 0), scaled, np.zeros(len(least)), whole)
        for block in blocks
    ]


def amounts(statements: list[Statement], blocks: list[Block]) -> list[tuple[float, float]]:
    """Least and greatest amount of each block of parts; see :func:`shares`."""
    parts = sorted({t for own, _, _ in statements for t in own} | {t for b in blocks for t in b})
    inequal, least = _inequalities(statements, parts)
    return [_ends(_where(parts, block), inequal, least) for block in blocks]


def _where(parts: list[str], some: Iterable[str]) -> Floats:
    return np.isin(parts, list(some)).astype("float64")


def _inequalities(statements: list[Statement], parts: list[str]) -> tuple[Floats, Floats]:
    """Statements as rows of a matrix times the amounts, at most a vector."""
    rows = [(-_where(parts, own), -low) for own, low, _ in statements if low > 0]
    rows += [(_where(parts, own), high) for own, _, high in statements if np.isfinite(high)]
    most = np.array([end for _, end in rows])
    return np.array([row for row, _ in rows]).reshape(len(rows), len(parts)), most


def _ends(
    asked: Floats, inequal: Floats, least: Floats, whole: Floats | None = None
) -> tuple[float, float]:
    """Least and greatest value of a sum; infinite where open, missing where nothing is possible."""
    equal = {} if whole is None else {"A_eq": whole[None], "b_eq": [1.0]}
    found = [
        linprog(sign * asked, inequal, least, bounds=(0, None), method="highs", **equal)
        for sign in (1, -1)
    ]
    if found[0].status != 0:
        return np.nan, np.nan
    # Digits behind the ninth are those of the solver.
    low = round(float(found[0].fun), 9)
    return low + 0.0, np.inf if found[1].status == 3 else round(-float(found[1].fun), 9) + 0.0
