"""Finding coded places again in another copy of a text, which may have words more or fewer."""

import re
from typing import NamedTuple

import pandas as pd

from stdpolicy.text import fold

#: Ways to place the quotes that are kept in mind at a time.
_WAYS = 32

Ranges = dict[str, tuple[int, int]]


class Wanted(NamedTuple):
    """A quote, with the section and the place that it has in the coded text."""

    section: str
    start: int
    quote: str


class Place(NamedTuple):
    """Where a quote stands in the copy, if it does, and how often it stands in its section."""

    start: int | None
    hits: int


def sections_by_heading(text: str, sections: pd.DataFrame) -> Ranges:
    """Places of sections in another copy, found by their headings.

    A heading's words may also stand in running text; the place nearest to where the copies have
    drifted apart so far is taken.
    """
    found: dict[str, int] = {}
    drift = 0
    for row in sections.sort_values(["start", "level"]).itertuples():
        if row.level == 0:
            found[row.section] = 0
            continue
        title = re.escape(fold(row.title_zh))
        hits = [match.start() for match in re.finditer(title, text)]
        if hits:
            place = _nearest(hits, int(row.start) + drift)
            drift, found[row.section] = place - int(row.start), place
    starts = sorted(set(found.values()))
    places = {}
    for section, start in found.items():
        inner = [found[s] for s in found if s == section or s.startswith(section + ".")]
        later = [s for s in starts if s > max(inner)]
        places[section] = (start, later[0] if later else len(text))
    return places


class _Path(NamedTuple):
    """A way to place the quotes so far: what it costs, how far it has drifted, and its last step.

    ``last`` is the quote placed last and its place in the copy.
    """

    cost: int
    drift: int
    last: tuple[Wanted, int] | None
    before: "_Path | None"


def follow(
    text: str, quotes: list[Wanted], ranges: Ranges, coded: dict[str, int]
) -> dict[Wanted, Place]:
    """Find quotes in another copy, each in its section and all in the order that they have.

    Short quotes (2项) stand in many places; of all ways to place them in order, the one in which
    the distance to the coded text changes least is taken. A quote that stands out of order is
    looked for by itself, nearest to where the heading of its section has moved.

    Parameters
    ----------
    text : str
        The folded text of the copy.
    quotes : list of Wanted
    ranges : dict
        Places of the sections in the copy, from :func:`sections_by_heading`.
    coded : dict
        Places of the sections in the coded text.
    """
    ordered = sorted(set(quotes), key=lambda quote: quote.start)
    # To leave out a quote that is there costs more than any way to go.
    missing = 2 * (len(text) + max((quote.start for quote in ordered), default=0) + 1)
    hits = {quote: _hits(text, quote.quote, *ranges.get(quote.section, (0, 0))) for quote in quotes}
    paths = [_Path(0, 0, None, None)]
    for quote in ordered:
        ahead = [path._replace(cost=path.cost + missing) for path in paths]
        for hit in hits[quote]:
            drift = hit - quote.start
            moved = ranges[quote.section][0] - coded[quote.section]
            ways = [
                (path.cost + min(abs(drift - path.drift), abs(drift - moved)), at)
                for at, path in enumerate(paths)
                if _in_order(path.last, quote, hit)
            ]
            if ways:
                cost, at = min(ways)
                ahead.append(_Path(cost, drift, (quote, hit), paths[at]))
        paths = sorted(ahead, key=lambda path: path.cost)[:_WAYS]
    best: _Path | None = paths[0]
    placed: dict[Wanted, int] = {}
    while best is not None:
        if best.last:
            placed[best.last[0]] = best.last[1]
        best = best.before
    for quote in ordered:
        if hits[quote] and quote not in placed:
            expected = ranges[quote.section][0] + quote.start - coded[quote.section]
            placed[quote] = _nearest(hits[quote], expected)
    return {quote: Place(placed.get(quote), len(hits[quote])) for quote in ordered}


def _nearest(hits: list[int], place: int) -> int:
    return min(hits, key=lambda hit: abs(hit - place))


def _hits(text: str, quote: str, low: int, high: int) -> list[int]:
    found = []
    at = text.find(quote, low)
    while 0 <= at < high:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def _in_order(last: tuple[Wanted, int] | None, quote: Wanted, hit: int) -> bool:
    """Whether a quote may stand there after the last one; two may be coded from one place."""
    return last is None or last[1] < hit or (last[1] == hit and last[0].start == quote.start)
