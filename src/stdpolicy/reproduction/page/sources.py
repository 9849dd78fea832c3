"""Where every coded number stands: its document, section and quote, or the page it was seen on."""

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd

from stdpolicy import schema
from stdpolicy.reproduction.page.outline import NOTHING, Text

Tables = dict[str, pd.DataFrame]

#: Tables with coded numbers, the column of their keys and what one is called.
_TABLES = {
    "targets": ("target_id", Text("target", "目标")),
    "outcomes": ("outcome_id", Text("outcome", "结果")),
    "observations": ("observation_id", Text("figure", "数字")),
    "progress_reports": ("report_id", Text("progress report", "进展报告")),
}
#: Columns with keys that say what a number counts, and the table that has their labels.
_COUNTED = {"jurisdiction": "jurisdictions", "indicator": "indicators", "domain": "domains"}


class Source(NamedTuple):
    """A page that a number was seen on. ``link`` is its address where that may be followed."""

    title: str
    outlet: str
    date: str
    address: str
    link: str


@dataclasses.dataclass(frozen=True)
class Number:
    """A coded number: what it counts, how it is written, and where it stands."""

    key: str
    kind: Text
    counted: Text
    written: Text
    when: Text
    quote: str = ""
    section: str = ""
    heading: Text = NOTHING
    source: Source | None = None
    made_up: bool = False


@dataclasses.dataclass(frozen=True)
class Document:
    """A document with its coded numbers in the order of the text."""

    key: str
    title: Text
    number: str
    issuer: Text
    issued_on: str
    link: str
    numbers: list[Number]


@dataclasses.dataclass(frozen=True)
class Sources:
    """Documents with numbers, numbers seen elsewhere, and the place of each key on the page.

    ``pages`` has the places of pages by their short names, which may be words of any text.
    """

    documents: list[Document]
    elsewhere: list[Number]
    reports: list[Number]
    links: dict[str, str]
    pages: dict[str, str]


def sources(tables: Tables) -> Sources:
    """Documents and numbers of a study, ready for the page."""
    labels = {
        column: tables[name].set_index("key")[["en", "zh"]].to_dict("index")
        for column, name in _COUNTED.items()
    }
    sections = tables["sections"].set_index(["doc_id", "section"])[["title_en", "title_zh"]]
    headings = {
        key: Text(*titles) for key, titles in zip(sections.index, sections.to_numpy(), strict=True)
    }
    numbers: dict[str, list[Number]] = {name: [] for name in _TABLES}
    held: dict[str, list[Number]] = {}
    for name in _TABLES:
        for row in _rows(tables[name]):
            number = _number(name, row, labels, headings)
            numbers[name].append(number)
            held.setdefault(row.get("doc_id", ""), []).append(number)
    documents = [
        Document(
            row["doc_id"],
            Text(row["title_en"], row["title_zh"]),
            row["number"],
            Text(row["issuer_en"], row["issuer_zh"]),
            row["issued_on"],
            followed(row["url"]),
            held[row["doc_id"]],
        )
        for row in _rows(tables["documents"])
        if row["doc_id"] in held
    ]
    links = {number.key: f"n-{number.key}" for told in numbers.values() for number in told}
    links |= {document.key: f"d-{document.key}" for document in documents}
    pages: dict[str, str] = {}
    for row in _rows(tables["observations"]):
        pages.setdefault(row["source_key"], links[row["observation_id"]])
    pages.pop("", None)
    return Sources(documents, numbers["observations"], numbers["progress_reports"], links, pages)


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows with nothing as an empty text."""
    for row in frame.astype("object").to_dict("records"):
        yield {str(name): "" if pd.isna(cell) else cell for name, cell in row.items()}


def _number(
    table: str,
    row: dict[str, Any],
    labels: dict[str, dict[str, dict[str, str]]],
    headings: dict[tuple[str, str], Text],
) -> Number:
    from stdpolicy.figures.labels import promised

    column, kind = _TABLES[table]
    # "All fields" says nothing beside an indicator.
    told = [c for c in _COUNTED if not (c == "domain" and row[c] == "all")]
    en, zh = ([labels[c].get(row[c], {}).get(side, row[c]) for c in told] for side in ("en", "zh"))
    ends = {
        end: row[end] if row[end] != "" else float("nan") for end in ("value_low", "value_high")
    }
    cells = pd.Series({**row, **ends})
    if table == "observations":
        field = schema.tables()[table].fields["kind"]
        kind = Text(*(field.labels(language)[row["kind"]] for language in ("en", "zh")))
    when = NOTHING
    if row.get("due_date"):
        when = Text(f"by {row['due_date']}", f"期限 {row['due_date']}")
    elif row.get("as_of_date"):
        when = Text(f"as of {row['as_of_date']}", f"截至 {row['as_of_date']}")
    source = None
    if row.get("source_title"):
        address = row["source_url"]
        parts = (row["source_title"], row["source_outlet"], row["source_date"])
        source = Source(*parts, address, followed(address))
    return Number(
        key=row[column],
        kind=kind,
        counted=Text(", ".join(en), "，".join(zh)),
        when=when,
        written=Text(promised(cells, "en"), promised(cells, "zh")),
        quote=row.get("quote", ""),
        section=row.get("section", ""),
        heading=headings.get((row.get("doc_id", ""), row.get("section", "")), NOTHING),
        source=source,
        made_up=row.get("made_up") is True,
    )


def followed(address: str) -> str:
    """An address where a reader may be sent to: http or https with a host; empty else."""
    try:
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""
