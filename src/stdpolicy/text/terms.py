"""Counting the terms of a vocabulary in a text, and proposing terms for one.

No segmenter is used. The well-known one for Chinese (jieba) has had no release since 2020, larger
ones bring models that nobody can check, and each would cut the terms of this field its own way;
what is needed here, the places of given terms, can be had exactly.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from stdpolicy.errors import UsageError

#: Characters of the terms that are proposed.
SHORTEST, LONGEST = 2, 8
_GONE = "□"
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


def places(text: str, terms: Iterable[str]) -> list[tuple[int, str]]:
    """Where the terms of a vocabulary stand in a text, the longest first.

    Of terms that overlap, the longer one holds the place, of two of the same length the first; so
    what lies within a longer term is not counted again.

    Parameters
    ----------
    text : str
        Folded text.
    terms : iterable of str
        Terms as they stand in a folded text.

    Returns
    -------
    list of tuple
        First character and term, in the order of the text; no two of them overlap.
    """
    by_length: defaultdict[int, set[str]] = defaultdict(set)
    for term in terms:
        by_length[len(term)].add(term)
    taken = bytearray(len(text))
    found = []
    for length in sorted(by_length, reverse=True):
        if length == 0:
            raise UsageError("a term has no characters; take it out of the vocabulary")
        known = by_length[length]
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            if piece in known and not any(taken[start : start + length]):
                taken[start : start + length] = b"\1" * length
                found.append((start, piece))
    return sorted(found)


def count(text: str, terms: Iterable[str]) -> Counter[str]:
    """How often each term of a vocabulary stands in a folded text; see :func:`places`."""
    return Counter(term for _, term in places(text, terms))


def without(text: str, names: Iterable[str]) -> str:
    """A folded text with a sign in place of every character of some names.

    So that a name, such as that of a market authority, is not taken for what it is made of.
    """
    out = list(text)
    for start, name in places(text, names):
        out[start : start + len(name)] = _GONE * len(name)
    return "".join(out)


def candidates(
    texts: Mapping[str, str],
    least: int = 5,
    documents: int = 2,
    entropy: float = 1.5,
    cohesion: float = 3.0,
) -> pd.DataFrame:
    """Strings that behave like words in some texts, as proposals for a vocabulary.

    A string of 2 to 8 Chinese characters is proposed where it is frequent, stands in several texts,
    has many neighbours, and holds together:

    - ``entropy`` is that of the characters next to it, in bits, on the side where it is smaller
      (branching entropy: Jin and Tanaka-Ishii 2006). An end of a run of Chinese characters counts
      as a neighbour of its own each time.
    - ``cohesion`` is the smallest pointwise mutual information of any two parts that it can be cut
      into, in bits: log2 of its count times the number of characters, by the product of the counts
      of the parts (Church and Hanks 1990).

    Which of the proposals are terms of the field is for a reader to say.

    Parameters
    ----------
    texts : mapping of str to str
        Folded texts by key.
    least : int
        Count that a string has at least, in all texts.
    documents : int
        Texts that it stands in, at least.
    entropy, cohesion : float
        What it has at least.

    Returns
    -------
    pandas.DataFrame
        One row per proposal, the most frequent first, then by code points: ``zh``, ``count``,
        ``documents``, ``entropy``, ``cohesion``.
    """
    counts: Counter[str] = Counter()
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for key in sorted(texts):
        own = Counter(piece for piece, _, _ in _strings(texts[key], 1))
        counts += own
        for piece in own:
            holders[piece].add(key)
    whole = sum(n for piece, n in counts.items() if len(piece) == 1)
    frequent = {
        piece
        for piece, n in counts.items()
        if len(piece) >= SHORTEST and n >= least and len(holders[piece]) >= documents
    }
    sides: dict[str, tuple[Counter[str], Counter[str]]] = {
        piece: (Counter(), Counter()) for piece in frequent
    }
    for key in sorted(texts):
        for piece, left, right in _strings(texts[key], SHORTEST):
            if piece in frequent:
                sides[piece][0][left] += 1
                sides[piece][1][right] += 1
    rows = []
    for piece in frequent:
        free = min(_entropy(side) for side in sides[piece])
        parts = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece))]
        holds = min(math.log2(counts[piece] * whole / (counts[a] * counts[b])) for a, b in parts)
        if free >= entropy and holds >= cohesion:
            rows.append((piece, counts[piece], len(holders[piece]), free, holds))
    types = {"zh": "object", "count": "int64", "documents": "int64"}
    types |= {"entropy": "float64", "cohesion": "float64"}
    frame = pd.DataFrame(rows, columns=list(types)).astype(types).round(6)
    return frame.sort_values(["count", "zh"], ascending=[False, True], ignore_index=True)


def _strings(text: str, shortest: int) -> Iterator[tuple[str, str, str]]:
    """Strings within runs of Chinese characters, with their neighbours; none at an end."""
    for run in _HAN.finditer(text):
        word = run.group()
        for length in range(shortest, min(LONGEST, len(word)) + 1):
            for start in range(len(word) - length + 1):
                end = start + length
                left = word[start - 1] if start else ""
                right = word[end] if end < len(word) else ""
                yield word[start:end], left, right


def _entropy(neighbours: Counter[str]) -> float:
    """Entropy in bits; each empty neighbour, an end of a run, is one of its own."""
    ends = neighbours.get("", 0)
    whole = neighbours.total()
    # Sums of floats depend on their order, and that of a counter on where a string came first.
    sizes = sorted([n for side, n in neighbours.items() if side] + [1] * ends)
    return -math.fsum(n / whole * math.log2(n / whole) for n in sizes) + 0.0
