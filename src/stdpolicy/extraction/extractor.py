"""The quantities of a text as a table: place, value, kind, year."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from stdpolicy.errors import UsageError
from stdpolicy.extraction.agencies import Duties
from stdpolicy.extraction.counted import counted, indicator
from stdpolicy.extraction.cues import Cues
from stdpolicy.extraction.grids import Entry, Outlook, Row, find_rows
from stdpolicy.extraction.headings import Heading, Outline
from stdpolicy.extraction.kinds import GENRES, TARGET, Kind, Place, infer_genre, kind_of
from stdpolicy.extraction.lines import wraps
from stdpolicy.extraction.quantities import Quantity, find_quantities
from stdpolicy.extraction.years import Calendar

#: Columns of what is returned, with their pandas types.
TYPES = {
    "start": "int64",
    "end": "int64",
    "quote": "string",
    "kind": "string",
    "value_low": "float64",
    "value_high": "float64",
    "unit": "string",
    "value_text": "string",
    "unit_text": "string",
    "bound": "string",
    "modifier": "string",
    "direction": "string",
    "commitment": "string",
    "target_year": "Int64",
    "year_source": "string",
    "counted": "string",
    "indicator": "string",
    "section": "string",
    "lead": "string",
    "support": "string",
    "cue": "string",
    "confidence": "float64",
    "note": "string",
}
COLUMNS = list(TYPES)
_BREAK = re.compile(r"[。！？；;\n]")
_STRIVE = re.compile("力争|争取")
#: Farthest that a sentence is followed and that words around it count.
_SENTENCE = 400
_AROUND = 300
#: Farthest that an earlier sentence of the paragraph hands down its year.
_PARAGRAPH = 2000


def extract(text: str, genre: str | None = None, year: int | None = None) -> pd.DataFrame:
    """Find the quantities of a policy text.

    Parameters
    ----------
    text : str
        The text as it is; places count its characters.
    genre : {'plan', 'report', 'press'}, optional
        What the text is. A plan promises, a press text reports, a report does both. Inferred from
        the text without it.
    year : int, optional
        Year in which the text was written. Taken from the years it names without it.

    Returns
    -------
    pandas.DataFrame
        One row per quantity in text order. ``start``, ``end``: its characters in the text;
        ``quote``: what stands there. ``kind``: target, outcome, incentive or other; ``cue``: the
        word that decided, empty where the text as a whole did; ``confidence`` from 0 to 1.
        ``value_low``, ``value_high``: ends of the number, 万 and 亿 multiplied in, empty where
        open; ``unit``: %, 个百分点 or the bare unit; ``value_text``, ``unit_text``: both as
        written. ``bound``: exact, at_least, at_most, approx, range or change (an amount of rise
        or fall, with ``direction`` up or down); ``modifier``: the bound apart from the change.
        ``commitment``: firm or strive, for targets. ``target_year`` and ``year_source`` (clause,
        sentence, heading, text; header or row in tables), for targets. ``counted``: the words that
        say what is counted; ``indicator``: key of the indicator that they name; ``section``: the
        nearest heading above; ``lead``, ``support``: agencies that the text makes responsible for
        it, parted by |. ``note``: unit_from_header, past_target.

    Raises
    ------
    UsageError
        When the text is no string or the genre is unknown.
    """
    if not isinstance(text, str):
        raise UsageError(f"a text is a string, not {type(text).__name__}; read the file first")
    if genre is not None and genre not in GENRES:
        raise UsageError(f"there is no genre {genre!r}; there are {', '.join(GENRES)}")
    return frame(_rows(text, genre, year))


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows as a table whose types do not depend on what is empty; much faster than casting one."""
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    # Python's own strings hold whatever the text holds; those of pyarrow refuse half characters.
    text = pd.StringDtype("python")
    arrays = {
        name: np.array(values, kind)
        if kind in {"int64", "float64"}
        else pd.array(values, text if kind == "string" else kind)
        for (name, kind), values in zip(TYPES.items(), columns, strict=True)
    }
    return pd.DataFrame(arrays, copy=False)


def _rows(text: str, genre: str | None, year: int | None) -> list[tuple[Any, ...]]:
    quantities = list(find_quantities(text))
    cues = Cues(text)
    calendar = Calendar(text, year, cues.balance)
    outline = Outline(text)
    duties = Duties(text)
    genre = genre or infer_genre(text, cues, calendar)
    prior = GENRES[genre] + 1.5 * cues.balance
    table = find_rows(text, Outlook(prior > 0, calendar.own_year, calendar.horizon))
    told: dict[int, Entry] = {}
    if table:
        kept = _outside(quantities, sorted(_covered(table)))
        told = {entry.quantity.start: entry for row in table for entry in row.entries}
        both = sorted([*kept, *(entry.quantity for entry in told.values())])
        quantities = [
            q for q, before in zip(both, [None, *both], strict=False) if _apart(q, before)
        ]
    dated = [row for row in table if row.year]
    dated_places = [row.extent[0] for row in dated]
    # A report promises for a year, a plan for a period.
    yearly = (
        genre == "report" or "预期目标" in text[: None if calendar.horizon is None else _AROUND]
    )
    deadlines = _Deadlines(text, calendar, cues, yearly)
    rows = []
    sentence = (0, -1)
    last = 0
    words: str | None = None
    for quantity in quantities:
        if quantity.end > sentence[1]:
            sentence = _sentence(text, quantity.start, quantity.end)
            own = cues.total(*sentence)
        above, section = outline.around(quantity.start)
        context = (max(sentence[0] - _AROUND, section[0]), min(sentence[1] + _AROUND, section[1]))
        noted = outline.noted(quantity.start, section[0])
        entry = told.get(quantity.start)
        if entry and entry.kind:
            kind = Kind(entry.kind, "header", 0.8)
        else:
            place = Place(text, quantity, sentence, context, above, own, noted)
            kind = kind_of(place, cues, calendar, prior)
        target_year, source, commitment = None, None, None
        if kind.kind == TARGET:
            if entry and entry.year:
                target_year, source = entry.year, "header"
            elif row_year := _row_year(quantity, dated, dated_places):
                target_year, source = row_year, "row"
            else:
                target_year, source = deadlines.of(quantity, sentence, above)
            strives = _STRIVE.search(text, sentence[0], quantity.start)
            commitment = "strive" if strives else "firm"
        if entry:
            words = entry.name
        else:
            found = counted(text, quantity, sentence[0], last)
            # 产值达到50亿元、增长8%: a change without words of its own is one of what came before.
            words = found if found or not quantity.direction else words
        last = quantity.end
        rows.append(
            (
                quantity.start,
                quantity.end,
                text[quantity.start : quantity.end],
                kind.kind,
                quantity.low,
                quantity.high,
                quantity.unit,
                quantity.value_text,
                quantity.unit_text,
                quantity.bound,
                quantity.modifier,
                quantity.direction,
                commitment,
                target_year,
                source,
                words,
                indicator(words),
                above[0].title.strip() if above else None,
                *duties.of(quantity.start, section[1]),
                kind.cue,
                kind.confidence,
                quantity.note,
            )
        )
    return rows


def _covered(table: list[Row]) -> Iterator[tuple[int, int]]:
    """Stretches in which numbers are those of table cells, row by row or cell by cell."""
    for row in table:
        if row.covered == row.extent:
            yield row.covered
        else:
            yield from ((e.quantity.start, e.quantity.end) for e in row.entries)


def _row_year(quantity: Quantity, dated: list[Row], places: list[int]) -> int | None:
    """Last year of the project in whose table row a quantity stands."""
    at = bisect_right(places, quantity.start) - 1
    if at >= 0 and quantity.end <= dated[at].extent[1]:
        return dated[at].year
    return None


def _apart(quantity: Quantity, before: Quantity | None) -> bool:
    """Whether a quantity begins where the one before has ended; two readings may share a cell."""
    return before is None or before.end <= quantity.start


def _outside(quantities: list[Quantity], spans: list[tuple[int, int]]) -> list[Quantity]:
    """Quantities that touch none of the spans; both in text order."""
    kept = []
    at = 0
    for quantity in quantities:
        while at < len(spans) and spans[at][1] <= quantity.start:
            at += 1
        if at == len(spans) or spans[at][0] >= quantity.end:
            kept.append(quantity)
    return kept


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a quantity; at most a few hundred characters to either side.

    A sentence that opens with 其中 goes with the one before it.
    """
    low = max(0, start - _SENTENCE)
    begin = _begin(text, low, start)
    if text.startswith("其中", begin) and begin > low + 1:
        begin = _begin(text, max(0, begin - _SENTENCE), begin - 1)
    high = min(len(text), end + _SENTENCE)
    closing = _BREAK.search(text, end, high)
    while closing and closing.group() == "\n" and wraps(text, closing.start()):
        closing = _BREAK.search(text, closing.end(), high)
    return begin, closing.start() if closing else high


def _begin(text: str, low: int, place: int) -> int:
    """Where the sentence before a place begins, at the earliest at ``low``."""
    mark = max(
        text.rfind("。", low, place), text.rfind("！", low, place), text.rfind("？", low, place)
    )
    line = text.rfind("\n", max(low, mark), place)
    while line > mark and wraps(text, line):
        line = text.rfind("\n", max(low, mark), line)
    return max(low, 1 + max(mark, line))


class _Deadlines:
    """Years for which the targets of a text are set; each sentence is asked once."""

    def __init__(self, text: str, calendar: Calendar, cues: Cues, yearly: bool):
        self.text, self.calendar, self.cues, self.yearly = text, calendar, cues, yearly
        self._inherited: tuple[int, tuple[int | None, str | None]] = (-1, (None, None))

    def of(
        self, quantity: Quantity, sentence: tuple[int, int], above: list[Heading]
    ) -> tuple[int | None, str | None]:
        """Year of a target, and where it stands: clause, sentence, heading or text."""
        if year := self._ahead(sentence[0], quantity.start, last=True):
            return year, "clause"
        if year := self._ahead(quantity.start, sentence[1], last=False):
            return year, "clause"
        if self._inherited[0] != sentence[0]:
            self._inherited = sentence[0], self._inherit(sentence[0], above)
        return self._inherited[1]

    def _ahead(self, low: int, high: int, last: bool, periods: bool = True) -> int | None:
        """First or last year between two places that is not over."""
        calendar = self.calendar
        mentions = calendar.between(low, high)
        for mention in reversed(mentions) if last else mentions:
            if mention.role == "base" or (mention.role == "period" and not periods):
                continue
            year = calendar.resolve(mention)
            if year is not None and (calendar.own_year is None or year >= calendar.own_year):
                return year
        return None

    def _inherit(self, start: int, above: list[Heading]) -> tuple[int | None, str | None]:
        """Year that a sentence takes from those before it, a heading, or the whole text."""
        calendar = self.calendar
        low = max(0, start - _PARAGRAPH)
        paragraph = max(self.text.rfind("\n", low, start), low)
        # What an earlier sentence says of years goes before the period that it names.
        for periods in (False, True):
            if year := self._ahead(paragraph, start, last=True, periods=periods):
                return year, "sentence"
        for heading in above:
            if year := self._ahead(heading.start, heading.end, last=True):
                return year, "heading"
        # A yearly report promises for its own year, unless it names another; a period is none.
        if self.yearly and calendar.own_year and not calendar.looks_ahead:
            return calendar.own_year, "text"
        year = calendar.horizon or self.promised
        return (year, "text") if year else (None, None)

    @cached_property
    def promised(self) -> int | None:
        """Latest year of the text where the sentence that names it looks ahead."""
        plain = [mention for mention in self.calendar.mentions if mention.role == "plain"]
        latest = max((mention.year for mention in plain), default=None)
        for mention in plain:
            if mention.year == latest:
                sentence = _sentence(self.text, mention.start, mention.end)
                if self.cues.total(*sentence) > 0:
                    return latest
        return None
