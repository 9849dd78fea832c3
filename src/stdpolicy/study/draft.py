"""Drafting a document: its text, its row, its sections, and a proposal for every quantity."""

import json
import pathlib
import re
import tempfile
from collections.abc import Mapping
from typing import Any

from stdpolicy import schema
from stdpolicy.audit import audit
from stdpolicy.errors import DataError, UsageError
from stdpolicy.extraction.documents import read_document
from stdpolicy.files import write_text
from stdpolicy.study.folder import Study, StudyError, find_study
from stdpolicy.study.merging import Row
from stdpolicy.study.new import SHARED
from stdpolicy.study.proposals import Proposal, left_out, propose, title_period
from stdpolicy.study.review import review_page
from stdpolicy.study.sections import draft_sections
from stdpolicy.study.staging import Tables, read_tables, staged, table_text
from stdpolicy.tables import Folder
from stdpolicy.text import fold, folded_sha256
from stdpolicy.validation import check

FORM = "stdpolicy draft 1"

#: Columns of a document that nobody gives: they follow from its text.
_FOLLOWING = ("doc_id", "coded", "text_sha256")


def draft(
    document: Folder,
    study: Folder | None = None,
    *,
    doc_id: str | None = None,
    about: Mapping[str, str] | None = None,
    place: Mapping[str, str] | None = None,
    genre: str | None = None,
    year: int | None = None,
) -> pathlib.Path:
    """Read a document into a study and propose rows for its quantities.

    Parameters
    ----------
    document : path
        A text, HTML, PDF or Word file.
    study : path, optional
        Folder of the study; the working directory without it.
    doc_id : str, optional
        Key of the document; the name of the file where that is one.
    about : mapping, optional
        Cells of the document's row in ``documents`` by column, such as ``title_zh``,
        ``jurisdiction``, ``kind`` and ``issued_on``. A row that is there already is completed.
    place : mapping, optional
        Row for the jurisdiction where ``jurisdictions`` has none: ``zh``, ``en``, ``level`` and
        ``part_of``.
    genre, year : optional
        As for :func:`stdpolicy.extract`.

    Returns
    -------
    path
        The page on which a person decides. Beside it are written the text, the draft and the row
        of the document; the coded tables wait for :func:`stdpolicy.study.accept`.

    Raises
    ------
    UsageError
        When there is no study or no such file, or something that is needed was not given.
    DocumentError
        When the file holds no text.
    StudyError
        When another text of the document was coded already.
    DataError
        When the study has faults, or would have with the row of the document.
    """
    home = find_study(study)
    text = _plain(read_document(pathlib.Path(document)))
    if not fold(text):
        raise StudyError(f"{document} holds no text")
    tables = read_tables(home.data)
    key = doc_id or _key(pathlib.Path(document).stem)
    row = _row(tables, key, dict(about or {}))
    digest = folded_sha256(text)
    if row["text_sha256"] not in ("", digest) and row["coded"] == "true":
        raise StudyError(
            f"{document} is not the text of {key} that was coded; draft it under another --id, or "
            f"remove the rows of {key} from the tables and set coded to false in documents.csv"
        )
    row["text_sha256"] = digest
    if place is not None:
        _add_place(tables, row["jurisdiction"], place)
    elif all(other["key"] != row["jurisdiction"] for other in tables["jurisdictions"]):
        raise UsageError(
            f"jurisdictions.csv has no {row['jurisdiction']!r}; name one of its keys, or give its "
            "row too: --jurisdiction-row zh=... en=... level=province part_of=china"
        )
    _put(tables["documents"], row)
    sections = _sections(tables, row, text)
    labels = {entry["key"]: entry["zh"] for entry in tables["indicators"]}
    found = propose(text, row, labels, genre, year)
    proposals = _complete(home, tables, row, text, sections, found)
    made = {
        "form": FORM,
        "doc_id": key,
        "text_sha256": digest,
        "sections": sections,
        "proposals": [_told(p) for p in proposals],
    }
    page = review_page(made, text, row, tables)
    write_text(home.text(key), text)
    write_text(home.draft(key), json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    write_text(home.page(key), page)
    for name in ("jurisdictions", "documents"):
        path = home.data / schema.tables()[name].file
        content = table_text(name, tables[name])
        if path.read_text(encoding="utf-8") != content:
            write_text(path, content)
    return home.page(key)


def _plain(text: str) -> str:
    """A text with LF line ends and without a byte order mark, as its copy is written and read."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _key(stem: str) -> str:
    field = schema.tables()["documents"].fields["doc_id"]
    if re.fullmatch(field.constraints["pattern"], stem):
        return stem
    raise UsageError(
        f"{stem!r} cannot be the key of a document; give one with --id: small letters, then parts "
        "after hyphens, such as sc-2021-plan"
    )


def _row(tables: Tables, key: str, about: dict[str, str]) -> Row:
    """The document's row with what was given; what is needed and missing is asked for."""
    columns = schema.tables()["documents"].fields
    unknown = [c for c in about if c not in columns or c in _FOLLOWING]
    if unknown:
        raise UsageError(f"documents have no column {', '.join(unknown)} that can be given")
    before = next((r for r in tables["documents"] if r["doc_id"] == key), None)
    row = before or dict.fromkeys(columns, "") | {"doc_id": key, "coded": "false"}
    row = row | {c: v for c, v in about.items() if v}
    first, last = title_period(row["title_zh"])
    if not (row["period_start"] or row["period_end"]):
        row["period_start"], row["period_end"] = first, last
    row["title_en"] = row["title_en"] or row["title_zh"]
    options = {"title_zh": "--title", "jurisdiction": "--jurisdiction", "kind": "--kind"}
    missing = [option for column, option in options.items() if not row[column]]
    if missing:
        raise UsageError(
            f"{key} is not in documents.csv yet, so {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} needed"
        )
    kinds = columns["kind"].enum or []
    if row["kind"] not in kinds:
        raise UsageError(f"--kind is one of {', '.join(kinds)}, not {row['kind']!r}")
    return row


def _add_place(tables: Tables, key: str, place: Mapping[str, str]) -> None:
    """Put the row of a new jurisdiction behind the others."""
    columns = schema.tables()["jurisdictions"].fields
    unknown = [c for c in place if c not in columns or c == "key"]
    if unknown:
        raise UsageError(
            f"jurisdictions have no column {', '.join(unknown)} that can be given; there are "
            f"{', '.join(c for c in columns if c != 'key')}"
        )
    if all(row["key"] != key for row in tables["jurisdictions"]):
        tables["jurisdictions"].append({c: place.get(c, "") for c in columns} | {"key": key})


def _put(rows: list[Row], row: Row) -> None:
    """Put the row of a document in the place of an earlier one, or behind the others."""
    for at, other in enumerate(rows):
        if other["doc_id"] == row["doc_id"]:
            rows[at] = row
            return
    rows.append(row)


def _sections(tables: Tables, document: Row, text: str) -> list[dict[str, Any]]:
    """Sections that were coded already, else those of the headings."""
    key = document["doc_id"]
    coded = [r for r in tables["sections"] if r["doc_id"] == key]
    if coded:
        return [
            {c: r[c] for c in ("section", "parent", "title_zh", "title_en")}
            | {c: int(r[c]) for c in ("level", "start", "end")}
            for r in coded
        ]
    found = draft_sections(text, document["kind"] == "press_release")
    return [
        {
            "section": s.section,
            "parent": s.parent,
            "level": s.level,
            "title_zh": s.title,
            # Nobody has translated it yet; the page asks.
            "title_en": "Opening" if s.section == "0" else s.title,
            "start": s.start,
            "end": s.end,
        }
        for s in found
    ]


def _complete(
    home: Study,
    tables: Tables,
    document: Row,
    text: str,
    sections: list[dict[str, Any]],
    found: list[Proposal],
) -> list[Proposal]:
    """Proposals for all that the audit will ask for; the tables are checked on the way."""
    key = document["doc_id"]
    others = [row for row in tables["sections"] if row["doc_id"] != key]
    own = [{"doc_id": key} | {c: str(v) for c, v in s.items()} for s in sections]
    alone = [row | {"coded": str(row["doc_id"] == key).lower()} for row in tables["documents"]]
    # As if nothing were coded, so that a draft is the same before and after its acceptance.
    changed: Tables = {name: [] for name in tables if name not in (*SHARED, "scopes")}
    changed |= {
        "jurisdictions": tables["jurisdictions"],
        "documents": alone,
        "sections": others + own,
    }
    folded = fold(text)
    with staged(home, changed) as data, tempfile.TemporaryDirectory() as sources:
        faults = check(data)
        if len(faults):
            raise DataError(faults)
        write_text(pathlib.Path(sources) / f"{key}.txt", text)
        asked = audit(sources, data)
    asked = asked[asked["table"].isna() & asked["start"].notna()]
    more = []
    for start, quote in zip(asked["start"], asked["found"], strict=True):
        end = start + len(quote)
        if not any(p.start < end and start < p.end for p in found):
            more.append(left_out(folded, int(start), quote, document))
    return sorted([*found, *more])


def _told(proposal: Proposal) -> dict[str, Any]:
    told = proposal._asdict()
    return {"key": f"{proposal.start}-{proposal.end}", **told}
