"""Holding the tables against the source texts: places, quotes, hashes, and what is not coded."""

import pathlib
import re
from collections.abc import Iterator

import pandas as pd

from stdpolicy import schema
from stdpolicy.errors import UsageError
from stdpolicy.tables import Folder, load_all
from stdpolicy.text import fold, folded_sha256, quantities, read_quantity

FINDING_COLUMNS = ["doc_id", "section", "table", "row_id", "start", "found", "rule", "cure"]
Finding = tuple[str, str | None, str | None, str | None, int | None, str | None, str, str]
Tables = dict[str, pd.DataFrame]

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
        say (with the drift where they stand elsewhere in the section), numbers and units that
        their quotes do not say, agencies that are not named where they should be, headings out of
        place, and quantities that are neither coded nor left out with a reason.

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
    documents = tables["documents"]
    for row in documents[documents["coded"].fillna(False)].itertuples():
        path = folder / f"{row.doc_id}.txt"
        try:
            text = fold(path.read_text(encoding="utf-8"))
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
        digest = folded_sha256(text)
        if digest == row.text_sha256:
            findings += _same_text(row.doc_id, text, own, tables["agencies"])
        else:
            cure = "Compare the copies; places are looked for by their quotes below."
            rule = f"the text is another one than that coded (SHA-256 {row.text_sha256})"
            findings.append((row.doc_id, None, "documents", row.doc_id, None, digest, rule, cure))
            findings += _other_text(row.doc_id, text, own)
        findings += _numbers(row.doc_id, own)
    frame = pd.DataFrame(findings, columns=FINDING_COLUMNS)
    frame["start"] = frame["start"].astype("Int64")
    return frame


def _quoted(own: Tables) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables with quotes, and the rows that have one."""
    for name, frame in own.items():
        if "quote" in frame:
            yield name, frame[frame["quote"].notna()]


def _key(name: str) -> str:
    return schema.tables()[name].primary_key[0]


def _same_text(doc: str, text: str, own: Tables, agencies: pd.DataFrame) -> Iterator[Finding]:
    """Findings in a text whose hash agrees: every place must hold exactly what is coded."""
    again = "Find the quote in the text and correct start and end."
    for name, frame in _quoted(own):
        for row in frame.itertuples():
            here = text[row.start : row.end]
            if here != row.quote:
                rule = f"the quote {row.quote!r} does not stand there"
                yield doc, row.section, name, getattr(row, _key(name)), row.start, here, rule, again
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
    for row in own["sections"].itertuples():
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
    yield from _uncoded(doc, text, own)


def _uncoded(doc: str, text: str, own: Tables) -> Iterator[Finding]:
    """Quantities of the text that no row covers. What lies after the last section is not policy."""
    spans = [
        (start, end)
        for _, frame in _quoted(own)
        for start, end in zip(frame["start"], frame["end"], strict=True)
    ]
    sections = own["sections"]
    limit = int(sections["end"].max()) if len(sections) else len(text)
    for found in quantities(text, 0, limit).itertuples():
        if any(start < found.end and found.start < end for start, end in spans):
            continue
        inside = sections[(sections["start"] <= found.start) & (sections["end"] >= found.end)]
        section = None
        if len(inside):
            section = inside.loc[(inside["end"] - inside["start"]).astype(int).idxmin(), "section"]
        rule = "a quantity that is neither coded nor listed as left out"
        cure = "Code it, or add it to left_out.csv with the reason."
        yield doc, section, None, None, found.start, found.quote, rule, cure


def _other_text(doc: str, text: str, own: Tables) -> Iterator[Finding]:
    """Findings in another copy: each quote is looked for in its section, the drift reported."""
    places = _sections_by_heading(text, own["sections"])
    coded = own["sections"].set_index("section")["start"]
    for name, frame in _quoted(own):
        for row in frame.itertuples():
            low, high = places.get(row.section, (0, 0))
            hits = [i for i in range(low, high) if text.startswith(row.quote, i)]
            key = getattr(row, _key(name))
            if not hits:
                rule = f"the quote {row.quote!r} is not in its section"
                cure = "The copy differs here; read it and code again if the number changed."
                yield doc, row.section, name, key, row.start, None, rule, cure
                continue
            expected = low + row.start - int(coded[row.section])
            nearest = min(hits, key=lambda hit: abs(hit - expected))
            others = f", one of {len(hits)} places in the section" if len(hits) > 1 else ""
            if nearest != row.start or others:
                rule = f"the quote stands {nearest - row.start:+d} characters away{others}"
                cure = "Nothing is wrong with the number; the copy differs before it."
                yield doc, row.section, name, key, row.start, str(nearest), rule, cure


def _sections_by_heading(text: str, sections: pd.DataFrame) -> dict[str, tuple[int, int]]:
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
            place = min(hits, key=lambda hit: abs(hit - int(row.start) - drift))
            drift, found[row.section] = place - int(row.start), place
    starts = sorted(set(found.values()))
    places = {}
    for section, start in found.items():
        inner = [found[s] for s in found if s == section or s.startswith(section + ".")]
        later = [s for s in starts if s > max(inner)]
        places[section] = (start, later[0] if later else len(text))
    return places


def _numbers(doc: str, own: Tables) -> Iterator[Finding]:
    """Rows whose values or unit are not what their quote says."""
    for name, frame in _quoted(own):
        if "value_low" not in frame:
            continue
        for row in frame.itertuples():
            said = read_quantity(row.quote)
            low, high = row.value_low, row.value_high
            unit = "" if pd.isna(row.unit) else row.unit
            coded = f"{row.quote}: {low:g} to {high:g} {unit}, {row.bound}"
            good = said is not None and said.unit == unit
            if good and said is not None:
                if row.bound == "at_least":
                    good = said.low == low
                elif row.bound == "at_most":
                    good = said.high == high
                else:
                    good = (said.low, said.high) == (low, high) and not said.more
            if not good:
                rule = "the number or the unit is not what the quote says"
                cure = "Correct value_low, value_high, unit or bound."
                key = getattr(row, _key(name))
                yield doc, row.section, name, key, row.start, coded, rule, cure
