"""Holding the tables against the source texts: places, quotes, hashes, and what is not coded."""

import math
import pathlib
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from stdpolicy import schema
from stdpolicy.copies import Ranges, Wanted, follow, sections_by_heading
from stdpolicy.errors import UsageError
from stdpolicy.modelled import coded_tables, is_heading
from stdpolicy.tables import Folder, load_all
from stdpolicy.text import fold, fold_with_places, folded_sha256, seen_with_places

FINDING_COLUMNS = ["doc_id", "section", "table", "row_id", "start", "found", "rule", "cure"]
Finding = tuple[str, str | None, str | None, str | None, int | None, str | None, str, str]
Tables = dict[str, pd.DataFrame]

#: What ends a sentence in the folded text.
_SENTENCE_END = re.compile("[。;!?]")
#: Characters beyond a heading's own length within which it has to stand (numbering, brackets).
_HEADING_SLACK = 12


def audit(sources: Folder, data: Folder | None = None) -> pd.DataFrame:
    """Hold the coded tables against the texts they were coded from.

    Parameters
    ----------
    sources : path
        Folder with one text per coded document, named ``<doc_id>.txt``, in UTF-8.
    data : path, optional
        Folder with the tables; the packaged ones without it.

    Returns
    -------
    pandas.DataFrame
        One row per finding, none when all is well: ``doc_id``, ``section``, ``table``, ``row_id``,
        ``start`` (character of the folded text), ``found``, ``rule`` and ``cure``. Found are texts
        that are missing or differ from the coded ones, quotes that do not stand where the tables
        say (with the drift where they stand elsewhere in the section), numbers that
        :func:`stdpolicy.extract` does not find there or reads with another value, unit or bound,
        agencies that are not named where they should be, headings out of place, quantities that it
        finds and that are neither coded nor left out with a reason, counts of terms and repeated
        passages that are not as the coded texts have them (checked where there are any for a
        document, or a pair, whose texts are those that were coded), and, where a document lists
        what of it is not modelled, sentences that are neither coded nor listed.

    Raises
    ------
    DataError
        When the tables themselves have faults.
    UsageError
        When the folder of sources does not exist.
    """
    folder = pathlib.Path(sources)
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; --sources names the folder of the texts")
    tables = load_all(data)
    findings: list[Finding] = []
    same: dict[str, str] = {}
    documents = tables["documents"]
    for row in documents[documents["coded"].fillna(False)].itertuples():
        path = folder / f"{row.doc_id}.txt"
        try:
            source = _Source(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            cure = f"Put the text into {folder} under that name."
            rule = f"there is no {path.name}"
            findings.append((row.doc_id, None, None, None, None, None, rule, cure))
            continue
        except UnicodeDecodeError:
            cure = "Save it as UTF-8."
            rule = f"{path.name} is not UTF-8"
            findings.append((row.doc_id, None, None, None, None, None, rule, cure))
            continue
        own = {n: t[t["doc_id"] == row.doc_id] for n, t in tables.items() if "doc_id" in t}
        digest = folded_sha256(source.folded)
        if digest == row.text_sha256:
            same[row.doc_id] = source.folded
            findings += _same_text(row.doc_id, source, own, tables["agencies"])
        else:
            cure = "Compare the copies; places are looked for by their quotes below."
            rule = f"the text is another one than that coded (SHA-256 {row.text_sha256})"
            findings.append((row.doc_id, None, "documents", row.doc_id, None, digest, rule, cure))
            findings += _other_text(row.doc_id, source, own)
    findings += [*_miscounted(same, tables), *_misplaced_reuse(same, tables)]
    frame = pd.DataFrame(findings, columns=FINDING_COLUMNS)
    frame["start"] = frame["start"].astype("Int64")
    return frame


# --- a text and what the extractor reads in it ---------------------------------------------------


class _Reading(NamedTuple):
    """A quantity as the extractor reads it, its place counted in the folded text."""

    start: int
    end: int
    quote: str
    low: float
    high: float
    unit: str | None
    bound: str
    value_text: str


class _Source:
    """A source text, folded, with its quantities."""

    def __init__(self, raw: str):
        self._raw = raw
        self.folded, self._places = fold_with_places(raw)

    @cached_property
    def quantities(self) -> list[_Reading]:
        """Quantities of the text with its lines, which tables and headings need."""
        return self._read(*seen_with_places(self._raw, self._places))

    @cached_property
    def unbroken(self) -> list[_Reading]:
        """Quantities of the folded text, for numbers that a line break of the copy goes through."""
        size = len(self.folded)
        return self._read(self.folded, range(size), range(1, size + 1))

    def _read(
        self, text: str, starts: list[int] | range, ends: list[int] | range
    ) -> list[_Reading]:
        from stdpolicy.extraction import extract  # only an audit needs it, and not at its start

        found = []
        for row in extract(text).itertuples():
            start, end = starts[row.start], ends[row.end - 1]
            unit = None if pd.isna(row.unit) else fold(row.unit)
            said = (row.value_low, row.value_high, unit, row.modifier, row.value_text)
            found.append(_Reading(start, end, self.folded[start:end], *said))
        return found


# --- rows and their places -----------------------------------------------------------------------


class _Placed(NamedTuple):
    """A row with a quote, and where that stands in the text at hand."""

    table: str
    row: Any
    start: int
    end: int

    @property
    def key(self) -> str:
        return str(getattr(self.row, _key(self.table)))


def _key(name: str) -> str:
    return schema.tables()[name].primary_key[0]


def _quoted(own: Tables) -> list[_Placed]:
    """Rows with quotes, at the places where they are coded."""
    return [
        _Placed(name, row, int(row.start), int(row.end))
        for name, frame in own.items()
        if "quote" in frame
        for row in frame[frame["quote"].notna()].itertuples()
    ]


def _same_text(doc: str, source: _Source, own: Tables, agencies: pd.DataFrame) -> Iterator[Finding]:
    """Findings in a text whose hash agrees: every place must hold exactly what is coded."""
    text = source.folded
    again = "Find the quote in the text and correct start and end."
    coded = _quoted(own)
    standing = []
    for at in coded:
        here = text[at.start : at.end]
        if here == at.row.quote:
            standing.append(at)
        else:
            rule = f"the quote {at.row.quote!r} does not stand there"
            yield doc, at.row.section, at.table, at.key, at.start, here, rule, again
    names = {
        key: {fold(name) for name in [zh, *aliases.split("|")] if name}
        for key, zh, aliases in zip(
            agencies["key"], agencies["zh"], agencies["aliases"].fillna(""), strict=True
        )
    }
    for row in own["responsibilities"].itertuples():
        here = text[row.start : row.end]
        if here not in names[row.agency]:
            rule = f"{row.agency} is not named there"
            cure = "Correct the place, or add the wording to the aliases of the agency."
            yield (
                doc,
                row.section,
                "responsibilities",
                row.responsibility_id,
                row.start,
                here,
                rule,
                cure,
            )
    sections = own["sections"]
    for row in sections.itertuples():
        title = fold(row.title_zh)
        window = text[row.start : row.start + len(title) + _HEADING_SLACK]
        if row.level > 0 and title not in window:
            rule = f"the heading {row.title_zh!r} does not stand there"
            yield doc, row.section, "sections", row.section, row.start, window, rule, again
    for name, frame in own.items():
        if "end" in frame:
            for row in frame[frame["end"] > len(text)].itertuples():
                rule = f"the place ends after the text, which has {len(text)} characters"
                key = getattr(row, _key(name))
                yield doc, row.section, name, key, row.start, str(row.end), rule, again
    yield from _misread(doc, source, standing)
    ranges = {row.section: (int(row.start), int(row.end)) for row in sections.itertuples()}
    limit = max((end for _, end in ranges.values()), default=len(text))
    yield from _uncoded(doc, source, coded, ranges, limit)
    yield from _unlisted(doc, text[:limit], own)


def _other_text(doc: str, source: _Source, own: Tables) -> Iterator[Finding]:
    """Findings in another copy: each quote is looked for in its section, the drift reported."""
    text, sections = source.folded, own["sections"]
    ranges = sections_by_heading(text, sections)
    coded = {row.section: int(row.start) for row in sections.itertuples()}
    rows = [(at, Wanted(at.row.section, at.start, at.row.quote)) for at in _quoted(own)]
    places = follow(text, [wanted for _, wanted in rows], ranges, coded)
    standing = []
    for at, wanted in rows:
        start, hits = places[wanted]
        if start is None:
            rule = f"the quote {wanted.quote!r} is not in its section"
            cure = "The copy differs here; read it and code again if the number changed."
            yield doc, wanted.section, at.table, at.key, at.start, None, rule, cure
            continue
        standing.append(at._replace(start=start, end=start + len(wanted.quote)))
        others = f", one of {hits} places in the section" if hits > 1 else ""
        if start != at.start or others:
            rule = f"the quote stands {start - at.start:+d} characters away{others}"
            cure = "Nothing is wrong with the number; the copy differs before it."
            yield doc, wanted.section, at.table, at.key, at.start, str(start), rule, cure
    yield from _misread(doc, source, standing)
    # The end of the policy has moved about as far as the last thing in it that is found again.
    followed = [(coded[section], low) for section, (low, _) in ranges.items()]
    followed += [(wanted.start, at.start) for wanted, at in places.items() if at.start is not None]
    before, here = max(followed, default=(0, 0))
    limit = int(sections["end"].max()) + here - before if len(sections) else len(text)
    yield from _uncoded(doc, source, standing, ranges, limit, exact=False)


# --- both ways -----------------------------------------------------------------------------------


def _uncoded(
    doc: str, source: _Source, rows: list[_Placed], ranges: Ranges, limit: int, exact: bool = True
) -> Iterator[Finding]:
    """Quantities of the text that no row covers. What lies after the last section is not policy.

    Where that is not known exactly, what lies there is told all the same, as such.
    """
    for found in source.quantities:
        if any(at.start < found.end and found.start < at.end for at in rows):
            continue
        around = [
            (high - low, section)
            for section, (low, high) in ranges.items()
            if low <= found.start and found.end <= high
        ]
        section = min(around)[1] if around else None
        rule = "a quantity that is neither coded nor listed as left out"
        cure = "Code it, or add it to left_out.csv with the reason."
        if found.end > limit:
            if exact:
                continue
            section = None
            rule += ", after the place where the policy seems to end"
            cure = "Nothing is wrong if it belongs to the page around the policy; else code it."
        yield doc, section, None, None, found.start, found.quote, rule, cure


def _unlisted(doc: str, text: str, own: Tables) -> Iterator[Finding]:
    """Sentences of which nothing is coded, and that are not listed as not modelled.

    A document that lists nothing of the kind is not asked for it.
    """
    if own["not_modelled"].empty:
        return
    places = [
        (int(start), int(end))
        for name in (*coded_tables(), "not_modelled")
        for start, end in own[name][["start", "end"]].dropna().itertuples(index=False)
    ]
    heads = {int(row.start): row for row in own["sections"].sort_values("level").itertuples()}
    ends = {match.end() for match in _SENTENCE_END.finditer(text)}
    cuts = sorted({0, len(text), *heads, *ends})
    for start, end in pairwise(cuts):
        head = heads.get(start)
        if head and head.level > 0 and is_heading(head.title_zh, end - start):
            continue
        if any(low < end and start < high for low, high in places):
            continue
        around = [r for r in own["sections"].itertuples() if r.start <= start and end <= r.end]
        section = min(around, key=lambda r: r.end - r.start).section if around else None
        rule = "a sentence of which nothing is coded, and that is not listed as not modelled"
        cure = "Code what it says, or add it to not_modelled.csv with the reason."
        found = text[start:end]
        yield doc, section, "not_modelled", None, start, found, rule, cure


def _misread(doc: str, source: _Source, rows: list[_Placed]) -> Iterator[Finding]:
    """Rows whose number is not what the extractor reads at their place."""
    for at in rows:
        if at.table == "left_out":  # names and enumerations need not be quantities
            continue
        readings = _touching(source.quantities, at)
        if not any(_agree(reading, at) for reading in readings):
            readings += _touching(source.unbroken, at)
        if any(_agree(reading, at) for reading in readings):
            continue
        # What the extractor does not read, or reads otherwise than a coder with a reason, is held
        # against the quote alone.
        judged = not readings or not pd.isna(getattr(at.row, "note", None))
        if judged and _says(at.row):
            continue
        coded = _in_words(at.row.value_low, at.row.value_high, at.row.unit, at.row.bound)
        found = f"{at.row.quote}: coded as {coded}"
        if readings:
            rule = "the number, the unit or the bound is not what the text says"
            cure = "Correct value_low, value_high, unit, bound or the quote, as the text has them."
            read = dict.fromkeys(
                f"{it.quote} as {_in_words(it.low, it.high, it.unit, it.bound)}" for it in readings
            )
            found += f"; read is {', '.join(read)}"
        else:
            rule = "no quantity is read there"
            cure = "Correct the place, or take the row out if nothing is measured or counted there."
        yield doc, at.row.section, at.table, at.key, at.start, found, rule, cure


# --- what is measured ----------------------------------------------------------------------------


def _miscounted(texts: dict[str, str], tables: Tables) -> Iterator[Finding]:
    """Counts of terms that are not those of the texts; documents without any were not counted."""
    from stdpolicy.descent.texts import policy, term_counts

    known = tables["term_counts"].astype({"doc_id": "object", "term": "object"})
    cure = "Count again: stdpolicy terms --sources DIR --tables DATA."
    for doc in sorted(set(texts) & set(known["doc_id"])):
        own = known[known["doc_id"] == doc]
        found = term_counts(
            {doc: policy(texts[doc], doc, tables)}, tables["terms"], tables["agencies"]
        )
        told, counted = (
            dict(zip(frame["term"], frame["count"].astype(int), strict=True))
            for frame in (own, found)
        )
        for term in sorted(told.keys() | counted.keys()):
            if told.get(term, 0) != counted.get(term, 0):
                rule = f"the text has this term {counted.get(term, 0)} times"
                yield doc, None, "term_counts", term, None, str(told.get(term, 0)), rule, cure


def _misplaced_reuse(texts: dict[str, str], tables: Tables) -> Iterator[Finding]:
    """Rows of text reuse that are not as the texts have them; pairs without any are left alone."""
    from stdpolicy.descent.texts import policy, reuse_tables

    policies = {doc: policy(text, doc, tables) for doc, text in texts.items()}
    cure = "Compare again: stdpolicy reuse --sources DIR --tables DATA."
    pair = ["upper_doc_id", "lower_doc_id"]
    for (upper, lower), own in tables["reuse"].astype(dict.fromkeys(pair, "object")).groupby(pair):
        if not {upper, lower} <= policies.keys():
            continue
        two = {doc: policies[doc] for doc in (upper, lower)}
        named = (own["order_from"] == "named").any()
        lengths = [int(length) for length in own["min_length"]]
        totals, places = reuse_tables(two, tables, lengths, (upper, lower) if named else None)
        passages = tables["reuse_passages"].astype(dict.fromkeys(pair, "object"))
        passages = passages[(passages[pair] == [upper, lower]).all(axis="columns")]
        for name, told, found in (("reuse", own, totals), ("reuse_passages", passages, places)):
            coded, read = (
                {tuple(map(str, row)) for row in frame.itertuples(index=False, name=None)}
                for frame in (told, found)
            )
            for row, rule in (
                *((row, "the texts do not have this") for row in sorted(coded - read)),
                *((row, "the table lacks this") for row in sorted(read - coded)),
            ):
                cells = dict(zip(told.columns, row, strict=True))
                keys = schema.tables()[name].primary_key[2:]
                key = "~".join([upper, *(cells[column] for column in keys)])
                section, start = cells.get("lower_section"), cells.get("lower_start")
                at = int(start) if start else None
                yield lower, section, name, key, at, ", ".join(row[2:]), rule, cure


def _touching(found: list[_Reading], at: _Placed) -> list[_Reading]:
    return [reading for reading in found if reading.start < at.end and at.start < reading.end]


def _agree(read: _Reading, at: _Placed) -> bool:
    """Whether place, bound, unit and value are as read; 200 万元 in a table is 2000000 元 here."""
    from stdpolicy.extraction.units import power_of_ten

    row = at.row
    unit, factor = _bare_unit("" if pd.isna(row.unit) else fold(row.unit))
    if factor == 1 and power_of_ten(read.value_text):
        return False  # value and unit stay as the text has them
    # 30万 may be coded with the unit 万; an index has none.
    unwritten = read.unit is None or (not unit and read.value_text == read.quote)
    return (
        (read.start, read.end) == (at.start, at.end)
        and read.bound == row.bound
        and (read.unit == unit or unwritten)
        and _same(read.low, row.value_low * factor)
        and _same(read.high, row.value_high * factor)
    )


def _bare_unit(written: str) -> tuple[str, float]:
    """A unit as the extractor names it, and the number that it stands for: 万元 is 元, 10000."""
    from stdpolicy.extraction.units import unit_and_factor

    if re.fullmatch("[万亿]+", written):
        return "", unit_and_factor(f"{written}个")[1]
    return ("%", 10.0) if written == "成" else unit_and_factor(written)


def _same(a: float, b: float) -> bool:
    """Whether two ends are equal; both may be open."""
    return math.isclose(a, b, rel_tol=1e-9) or (math.isnan(a) and math.isnan(b))


def _says(row: Any) -> bool:
    """Whether a quote by itself is the number and the unit that are coded: 5大, 30多个, 3-5个."""
    from stdpolicy.extraction.numerals import NUMERAL, numeral_value

    unit = "" if pd.isna(row.unit) else row.unit
    number = row.quote.removesuffix(unit).rstrip("余多")
    if not row.quote.endswith(unit) or number == "":
        return False
    ends = re.fullmatch(rf"({NUMERAL})(?:[-~—–至到]({NUMERAL}))?", number)
    if not ends:
        return False
    low, high = numeral_value(ends[1]), numeral_value(ends[2] or ends[1])
    coded_low = low if math.isnan(row.value_low) else row.value_low
    coded_high = high if math.isnan(row.value_high) else row.value_high
    return bool(_same(low, coded_low) and _same(high, coded_high))


def _in_words(low: float, high: float, unit: Any, bound: Any) -> str:
    ends = [f"{end:.12g}" for end in dict.fromkeys((low, high)) if not math.isnan(end)]
    parts = [" to ".join(ends), *(str(part) for part in (unit, bound) if not pd.isna(part))]
    return " ".join(part for part in parts if part) or "nothing"
