"""Passages that one text repeats from another.

Compared are letters: the characters of the folded texts that are neither punctuation nor symbols,
so that copies with other punctuation agree. A passage is a longest string of letters that stands
in both texts.

Longest matches are read from a suffix array of both texts (Manber and Myers 1993), which is sorted
by doubling in compiled code; with the neighbours of a suffix known, a match shrinks by one letter
at most from one place to the next (Kasai and others 2001), so the rest takes linear time, however
repetitive the texts are.
"""

import dataclasses
import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np

from stdpolicy.errors import UsageError

#: Letters that a passage has at least. Below, plans share names and set phrases by necessity.
SHORTEST = 8

_Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclasses.dataclass(frozen=True, order=True)
class Passage:
    """A passage of the lower text that stands in the upper one too; offsets are those of texts.

    ``length`` counts letters; ``places`` in how many places of the upper text it stands, of which
    the first is given.
    """

    lower_start: int
    lower_end: int
    upper_start: int
    upper_end: int
    length: int
    places: int


@dataclasses.dataclass(frozen=True)
class Reuse:
    """How much two texts have in common; all counts are of letters or of different n-grams."""

    min_length: int
    upper_letters: int
    lower_letters: int
    upper_grams: int
    lower_grams: int
    shared_grams: int
    upper_covered: int
    lower_covered: int
    passages: tuple[Passage, ...]


def letters(text: str) -> tuple[str, list[int]]:
    """The letters of a text, and the place of each in it."""
    kept = [at for at, char in enumerate(text) if _is_letter(char)]
    return "".join(text[at] for at in kept), kept


@lru_cache(maxsize=1 << 14)
def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PSZC"


def reuse(upper: str, lower: str, min_length: int = SHORTEST) -> Reuse:
    """Compare two texts.

    Parameters
    ----------
    upper, lower : str
        Folded texts: the one that may have been drawn on, and the one that may repeat it.
    min_length : int
        Letters that a passage has at least, and the n of the n-grams.

    Returns
    -------
    Reuse
        Sizes, n-grams and passages. A passage cannot be made longer on either side, and lies in no
        longer one of the lower text; passages may overlap, so ``lower_covered`` counts each letter
        once. ``upper_covered`` is the same with the texts exchanged.

    Raises
    ------
    UsageError
        When ``min_length`` is below 1.
    """
    if min_length < 1:
        raise UsageError(f"a passage has at least one letter, not {min_length}")
    (above, above_at), (below, below_at) = letters(upper), letters(lower)
    grams = [_grams(text, min_length) for text in (above, below)]
    lengths, first, places = _matches(above, below, min_length)
    starts = _maximal(lengths, min_length)
    passages = tuple(
        Passage(
            below_at[start], below_at[start + size - 1] + 1,
            above_at[at], above_at[at + size - 1] + 1, size, count,
        )
        for start, size, at, count in zip(
            starts, lengths[starts].tolist(), first[starts].tolist(), places[starts].tolist(),
            strict=True,
        )
    )  # fmt: skip
    shared = grams[0] & grams[1]
    return Reuse(
        min_length=min_length,
        upper_letters=len(above),
        lower_letters=len(below),
        upper_grams=len(grams[0]),
        lower_grams=len(grams[1]),
        shared_grams=len(shared),
        upper_covered=_covered(above, min_length, shared),
        lower_covered=_covered(below, min_length, shared),
        passages=passages,
    )


def _grams(text: str, size: int) -> set[str]:
    return {text[at : at + size] for at in range(len(text) - size + 1)}


def _covered(text: str, size: int, shared: set[str]) -> int:
    """Letters within n-grams of a set: those of all passages, since each is made of n-grams."""
    total = end = 0
    for at in range(len(text) - size + 1):
        if text[at : at + size] in shared:
            total += at + size - max(at, end)
            end = at + size
    return total


def _maximal(lengths: _Numbers, least: int) -> list[int]:
    """Starts of matches that lie in no match beginning before."""
    if not len(lengths):
        return []
    ends = np.arange(len(lengths)) + lengths
    longer = np.ones(len(lengths), dtype=bool)
    longer[1:] = ends[1:] > ends[:-1]  # ends of matches never fall from one start to the next
    return np.flatnonzero(longer & (lengths >= least)).tolist()


def _matches(upper: str, lower: str, least: int) -> tuple[_Numbers, _Numbers, _Numbers]:
    """For each start in the lower text, the length of its longest match in the upper one.

    Beside it the first place of that match there, and the number of its places; both only where it
    has the least length.
    """
    size, count = len(upper), len(lower)
    none = np.zeros(count, dtype=np.int64)
    if not (size and count):
        return none, none, none
    codes = np.frombuffer((upper + lower).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    # Two signs of their own end the texts, so that no match runs over an end.
    codes = np.concatenate([codes[:size] + 2, [1], codes[size:] + 2, [0]])
    order = _suffix_array(codes)
    is_upper = order < size
    above = order[is_upper]  # suffixes of the upper text in their order
    is_lower = (order > size) & (order <= size + count)
    rank = np.empty(count, dtype=np.int64)
    # For each suffix of the lower text, how many of the upper one come before it.
    rank[order[is_lower] - size - 1] = np.cumsum(is_upper)[is_lower]
    before = np.where(rank > 0, above[np.maximum(rank - 1, 0)], -1)
    after = np.where(rank < size, above[np.minimum(rank, size - 1)], -1)
    commons = _common(upper, lower, before), _common(upper, lower, after)
    lengths = np.maximum(*commons)
    first, places = none.copy(), none.copy()
    starts = np.array(_maximal(lengths, least), dtype=np.int64)
    at = np.where(commons[0][starts] == lengths[starts], rank[starts] - 1, rank[starts])
    first[starts], places[starts] = _places(upper, above, at, lengths[starts], least)
    return lengths, first, places


def _common(upper: str, lower: str, neighbours: _Numbers) -> _Numbers:
    """Length of the common beginning of each suffix of the lower text and its neighbour."""
    out = []
    size, count, known = len(upper), len(lower), 0
    for start, at in enumerate(neighbours.tolist()):
        if at < 0:
            known = 0
        else:
            most = min(size - at, count - start)
            while known < most and upper[at + known] == lower[start + known]:
                known += 1
        out.append(known)
        known = max(known - 1, 0)
    return np.array(out, dtype=np.int64)


def _places(
    upper: str, above: _Numbers, at: _Numbers, lengths: _Numbers, least: int
) -> tuple[_Numbers, _Numbers]:
    """The first place and the number of places of beginnings of suffixes of the upper text.

    Suffixes with a beginning in common stand together in their order. They are put together from
    the longest beginning down, so that each is met once.
    """
    previous = np.empty(len(above), dtype=np.int64)
    previous[above] = np.concatenate([[-1], above[:-1]])
    common = _common(upper, upper, previous)[above]
    joints = np.flatnonzero(common >= least)
    joints = joints[np.argsort(-common[joints], kind="stable")]
    leader, smallest, members = list(range(len(above))), above.tolist(), [1] * len(above)

    def lead(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    first, places = np.empty_like(at), np.empty_like(at)
    left = iter(zip(joints.tolist(), common[joints].tolist(), strict=True))
    joint = next(left, None)
    for which in np.argsort(-lengths, kind="stable").tolist():
        while joint and joint[1] >= lengths[which]:
            one, other = lead(joint[0] - 1), lead(joint[0])
            if members[one] < members[other]:
                one, other = other, one
            leader[other] = one
            members[one] += members[other]
            smallest[one] = min(smallest[one], smallest[other])
            joint = next(left, None)
        group = lead(int(at[which]))
        first[which], places[which] = smallest[group], members[group]
    return first, places


def _suffix_array(codes: _Numbers) -> _Numbers:
    """Starts of the suffixes in their order, by doubling the length that is compared."""
    rank = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    width, count = 1, len(codes)
    while True:
        follow = np.zeros(count, dtype=np.int64)
        follow[: count - width] = rank[width:] + 1
        key = rank * (count + 1) + follow
        order = np.argsort(key)
        steps = np.diff(key[order]) != 0
        ranks = np.concatenate([[0], np.cumsum(steps)])
        rank = np.empty(count, dtype=np.int64)
        rank[order] = ranks
        if ranks[-1] == count - 1:
            return order
        width *= 2
