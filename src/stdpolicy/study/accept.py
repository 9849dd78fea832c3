"""Putting what was decided on a document into the tables of the study."""

import json
import pathlib
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from stdpolicy import schema
from stdpolicy.audit import audit
from stdpolicy.files import write_text
from stdpolicy.study.decisions import LETTERS, VOCABULARIES, Decision, Decisions, read_decisions
from stdpolicy.study.folder import Study, StudyError, find_study
from stdpolicy.study.merging import Conflict, Row, merge
from stdpolicy.study.staging import Tables, put_in_place, read_tables, staged
from stdpolicy.tables import Folder
from stdpolicy.text import fold, folded_sha256
from stdpolicy.validation import check

RECORD_FORM = "stdpolicy accepted 1"
#: Lines of faults and of undecided quantities that a message shows.
_SHOWN = 20
#: Why a quantity goes to ``left_out`` when nobody decided on it and all are to be put in.
_UNDECIDED = {
    "reason": "other",
    "same_as": "",
    "reason_zh": "尚未决定",
    "reason_en": "not decided yet",
}

#: Rows by table and key: of a quantity its place in the draft, of a section or an entry its own.
Book = dict[str, dict[Hashable, Row]]


def accept(
    decisions: Folder, study: Folder | None = None, leave_out_undecided: bool = False
) -> pd.DataFrame:
    """Put decided rows into the tables: all of them, or none.

    Accepted quantities go to ``targets``, ``outcomes`` and ``incentives``, rejected ones to
    ``left_out``, with keys in text order; references to a key that changes follow it. Sections,
    new entries of vocabularies and the hash of the text go in with them. What an earlier
    acceptance put in is replaced; rows coded otherwise stay, and so do cells changed by hand
    unless they were also decided otherwise.

    Parameters
    ----------
    decisions : path
        The file that the review page saved.
    study : path, optional
        Folder of the study; the working directory without it.
    leave_out_undecided : bool
        Whether quantities that nobody decided on go to ``left_out``; they stop everything else.

    Returns
    -------
    pandas.DataFrame
        One row per table: ``table``, ``rows`` (of the document), and how many of them are
        ``new``, ``changed``, ``gone`` and ``coded_otherwise``. All zero but ``rows`` when the
        tables held this already.

    Raises
    ------
    StudyError
        When quantities are undecided, the text or the draft is another one, something was changed
        by hand and decided otherwise, or the result would not pass ``check`` and ``audit``. The
        message lists what; nothing is written.
    DataError
        When the study has faults already.
    UsageError
        When there is no study.
    """
    home = find_study(study)
    told = read_decisions(pathlib.Path(decisions))
    text, draft = _held(home, told)
    decided = [*told.decisions, *_undecided(told, draft, leave_out_undecided)]
    before = read_tables(home.data)
    if all(row["doc_id"] != told.doc_id for row in before["documents"]):
        raise StudyError(f"documents.csv has no row {told.doc_id}; draft the document again")
    base = _recorded(home, told.doc_id)
    _check_quotes(decided, text)
    tables = {name: [dict(row) for row in rows] for name, rows in before.items()}
    conflicts: list[str] = []
    entries = _add_vocabulary(tables, told, base, conflicts)
    sections = _put_sections(tables, told, draft, base, conflicts)
    rows = _decided_rows(decided, told.doc_id, tables["sections"])
    _put_rows(tables, told.doc_id, rows, base, conflicts)
    if conflicts:
        raise StudyError(
            _listed("changed by hand in the tables and decided otherwise here", conflicts)
            + "\nChange the cell back, or decide the same on the page."
        )
    for row in tables["documents"]:
        if row["doc_id"] == told.doc_id:
            row |= {"coded": "true", "text_sha256": told.text_sha256}
    _drop_measured(tables, before, told.doc_id)
    changed = {name: rows for name, rows in tables.items() if rows != before[name]}
    if changed:
        with staged(home, changed) as folder:
            _refuse_faults(folder, tables)
            _refuse_findings(home, folder)
            put_in_place(home, folder)
    record: Book = {**rows, "sections": sections, **entries}
    _write_record(home, told.doc_id, record)
    return _counts(before, tables, rows, told.doc_id)


# --- what was decided -----------------------------------------------------------------------------


def _held(home: Study, told: Decisions) -> tuple[str, dict[str, Any]]:
    """The folded text and the draft that the decisions are about."""
    again = f"draft it again: stdpolicy draft FILE --id {told.doc_id}"
    path = home.draft(told.doc_id)
    if not path.is_file():
        raise StudyError(f"{path} is not there, so {told.doc_id} was not drafted here; {again}")
    try:
        draft = json.loads(path.read_text(encoding="utf-8"))
        {item["key"] for item in draft["proposals"]}
        known = draft["text_sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise StudyError(f"{path} is damaged ({error}); {again}") from error
    path = home.text(told.doc_id)
    if not path.is_file():
        raise StudyError(f"{path} is not there; put the text back, or {again}")
    text = path.read_text(encoding="utf-8")
    if not known == told.text_sha256 == folded_sha256(text):
        raise StudyError(
            f"the decisions are about another text than {path}; open "
            f"{home.page(told.doc_id)} and save again, or {again}"
        )
    return fold(text), draft


def _undecided(told: Decisions, draft: dict[str, Any], leave_out: bool) -> list[Decision]:
    """Quantities of the draft that nobody decided on, as left out; they stop the rest otherwise."""
    decided = {decision.key for decision in told.decisions}
    left = [item for item in draft["proposals"] if item["key"] not in decided]
    if left and not leave_out:
        lines = [f"{item['quote']} (character {item['start']})" for item in left]
        raise StudyError(
            _listed("not decided yet", lines)
            + "\nDecide on the page, or put them in as left out with --leave-out-undecided."
        )
    return [
        Decision(
            item["key"], "left_out", item["start"], item["end"], item["quote"], dict(_UNDECIDED)
        )
        for item in left
    ]


def _check_quotes(decided: list[Decision], text: str) -> None:
    wrong = [
        f"{d.quote} (characters {d.start} to {d.end}): there stands "
        f"{text[max(d.start, 0) : max(d.end, 0)]!r}"
        for d in decided
        if not d.quote or d.start < 0 or text[d.start : d.end] != d.quote
    ]
    if wrong:
        raise StudyError(_listed("not where the decisions say", wrong))


def _decided_rows(decided: list[Decision], doc: str, sections: list[Row]) -> Book:
    """Rows as decided, without keys; sections by their places."""
    spans = sorted(
        (int(s["end"]) - int(s["start"]), -int(s["level"]), s["section"], int(s["start"]))
        for s in sections
        if s["doc_id"] == doc
    )
    rows: Book = {name: {} for name in LETTERS}
    for d in decided:
        around = (s for size, _, s, at in spans if at <= d.start and d.end <= at + size)
        placed = {
            "doc_id": doc,
            "section": next(around, ""),
            "start": str(d.start),
            "end": str(d.end),
            "quote": d.quote,
        }
        cells = d.fields | placed
        columns = schema.tables()[d.table].fields
        rows[d.table][d.key] = {column: cells.get(column, "") for column in columns}
    return rows


# --- into the tables ------------------------------------------------------------------------------


def _add_vocabulary(
    tables: Tables, told: Decisions, base: Book, conflicts: list[str]
) -> dict[str, dict[Hashable, Row]]:
    """New entries behind the others; those of the last acceptance follow what is said now."""
    given: Book = {}
    for name in VOCABULARIES:
        new: dict[Hashable, Row] = {row["key"]: row for row in told.vocabulary.get(name, [])}
        earlier = base.get(name, {})
        current: dict[Hashable, Row] = {r["key"]: r for r in tables[name] if r["key"] in new}
        for key, row in current.items():
            if key not in earlier and row != new[key]:
                differing = next(c for c in row if row[c] != new[key][c])
                conflicts.append(
                    f"{name} has an entry {key!r} with {differing} {row[differing]!r}, here "
                    f"{new[key][differing]!r}"
                )
        merged, clashes = merge({k: earlier[k] for k in earlier if k in new}, current, new)
        conflicts += _told_conflicts(name, clashes)
        tables[name] = [merged.pop(row["key"], row) for row in tables[name]] + list(merged.values())
        given[name] = {**earlier, **new}
    return given


def _put_sections(
    tables: Tables, told: Decisions, draft: dict[str, Any], base: Book, conflicts: list[str]
) -> dict[Hashable, Row]:
    doc = told.doc_id
    new: dict[Hashable, Row] = {}
    for item in draft["sections"]:
        cells = {c: str(item.get(c, "")) for c in schema.tables()["sections"].fields}
        cells["title_en"] = told.sections.get(item["section"], "").strip() or cells["title_en"]
        new[item["section"]] = cells | {"doc_id": doc}
    current: dict[Hashable, Row] = {
        r["section"]: r for r in tables["sections"] if r["doc_id"] == doc
    }
    merged, clashes = merge(base.get("sections", {}), current, new)
    conflicts += _told_conflicts("sections", clashes)
    ordered = sorted(merged.values(), key=lambda r: (int(r["start"]), int(r["level"])))
    tables["sections"] = _replaced(tables["sections"], doc, ordered)
    return new


def _put_rows(tables: Tables, doc: str, rows: Book, base: Book, conflicts: list[str]) -> None:
    """Merge the coded rows, number them in text order, and let references follow."""
    numbers: dict[str, str] = {}
    kept: dict[str, list[tuple[Hashable, Row]]] = {}
    for name, letter in LETTERS.items():
        column = schema.tables()[name].primary_key[0]
        earlier = base.get(name, {})
        known = {row[column]: key for key, row in earlier.items()}
        # Of what was decided, references name the keys that the rows have so far.
        decided = {
            key: {c: _earlier_key(cell, base) for c, cell in row.items()}
            for key, row in rows[name].items()
        }
        current: dict[Hashable, Row] = {}
        for row in tables[name]:
            if row["doc_id"] == doc:
                key = known.get(row[column]) or f"{row['start']}-{row['end']}"
                if key in current or (key in earlier and row[column] not in known):
                    key = f"coded otherwise {row[column]}"
                current[key] = row
        merged, clashes = merge(earlier, current, decided, (column,))
        conflicts += _told_conflicts(name, clashes)
        ordered = sorted(
            merged.items(),
            key=lambda item: (int(item[1]["start"]), int(item[1]["end"]), item[1][column]),
        )
        width = max(2, len(str(len(ordered))))
        for number, (key, row) in enumerate(ordered, start=1):
            own = f"{doc}.{letter}{number:0{width}d}"
            if row[column]:
                numbers[row[column]] = own
            numbers[f"@{key}"] = own
            row[column] = own
            if key in rows[name]:
                rows[name][key][column] = own
        kept[name] = ordered
    for name, ordered in kept.items():
        tables[name] = _replaced(tables[name], doc, [row for _, row in ordered])
    for name, columns in _references().items():
        for row in tables[name]:
            row |= {c: numbers.get(row[c], row[c]) for c in columns}
    for row in tables["codings"]:
        row["row_id"] = "~".join(numbers.get(part, part) for part in row["row_id"].split("~"))
    _resolve(rows, numbers)


def _earlier_key(cell: str, base: Book) -> str:
    """The key that a quantity had after the last acceptance, for a cell that names the quantity."""
    if not cell.startswith("@"):
        return cell
    for name in LETTERS:
        if row := base.get(name, {}).get(cell[1:]):
            return row[schema.tables()[name].primary_key[0]]
    return cell


def _resolve(rows: Book, numbers: dict[str, str]) -> None:
    """Give references between quantities their keys; those that lead nowhere are told."""
    lost = []
    for name, columns in _references().items():
        for row in rows.get(name, {}).values():
            for column in columns:
                row[column] = numbers.get(row[column], row[column])
                if row[column].startswith("@"):
                    lost.append(f"{row['quote']}: {column} names the quantity {row[column][1:]}")
    if lost:
        raise StudyError(_listed("pointing to a quantity that is in no table", lost))


def _references() -> dict[str, list[str]]:
    """Columns that hold keys of coded quantities, by table."""
    found: dict[str, list[str]] = {}
    for name, table in schema.tables().items():
        columns = [own[0] for own, there, _ in table.foreign_keys if there in LETTERS]
        for column, field in table.fields.items():
            if any(choice["resource"] in LETTERS for choice in field.spec.get("oneOf", [])):
                columns.append(column)
        if columns:
            found[name] = columns
    return found


def _replaced(rows: list[Row], doc: str, own: list[Row]) -> list[Row]:
    """Rows of a table with those of one document exchanged, in the place where they stood."""
    first = next((at for at, row in enumerate(rows) if row["doc_id"] == doc), len(rows))
    before = [row for row in rows[:first] if row["doc_id"] != doc]
    return [*before, *own, *(row for row in rows[first:] if row["doc_id"] != doc)]


def _drop_measured(tables: Tables, before: Tables, doc: str) -> None:
    """Take out what was measured in another text of a document, or within other sections."""
    held = [
        (
            [row["text_sha256"] for row in each["documents"] if row["doc_id"] == doc],
            [(r["section"], r["start"], r["end"]) for r in each["sections"] if r["doc_id"] == doc],
        )
        for each in (tables, before)
    ]
    if held[0] == held[1]:
        return
    for name in ("term_counts", "reuse", "reuse_passages"):
        tables[name] = [
            row
            for row in tables[name]
            if doc not in (row.get("doc_id"), row.get("upper_doc_id"), row.get("lower_doc_id"))
        ]


# --- what keeps it from going in ------------------------------------------------------------------


def _told_conflicts(name: str, conflicts: Iterable[Conflict]) -> list[str]:
    return [
        f"{name}, {c.key}, column {c.column}: {c.by_hand!r} by hand, {c.decided!r} decided"
        for c in conflicts
    ]


def _refuse_faults(folder: pathlib.Path, tables: Tables) -> None:
    faults = check(folder)
    if not len(faults):
        return
    files = {table.file: name for name, table in schema.tables().items()}
    lines = []
    for fault in faults.itertuples():
        where = str(fault.file)
        name = files.get(where)
        if name and pd.notna(fault.row) and fault.row >= 2:
            row = tables[name][int(fault.row) - 2]
            if row.get("quote"):
                where += f", {row['quote']} (characters {row['start']} to {row['end']})"
            else:
                where += f", {row[schema.tables()[name].primary_key[-1]]}"
        where += f", {fault.column}" if isinstance(fault.column, str) else ""
        found = f": found {fault.value!r}" if isinstance(fault.value, str) else ""
        lines.append(f"{where}{found}: {fault.rule}. {fault.cure}")
    raise StudyError(_listed("not as the schema has it", lines))


def _refuse_findings(home: Study, folder: pathlib.Path) -> None:
    findings = audit(home.documents, folder)
    if not len(findings):
        return
    known = findings.notna()
    lines = []
    for row, has in zip(findings.itertuples(), known.itertuples(), strict=True):
        place = f", character {row.start}" if has.start else ""
        found = f": found {row.found!r}" if has.found else ""
        lines.append(f"{row.doc_id}{place}{found}: {row.rule}. {row.cure}")
    raise StudyError(_listed("not as the text has it", lines))


def _listed(what: str, lines: list[str]) -> str:
    shown = [f"  {line}" for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        shown.append(f"  ... and {len(lines) - _SHOWN} more")
    return "\n".join([f"nothing was written; {len(lines)} {what}:", *shown])


# --- the record of what was put in ----------------------------------------------------------------


def _recorded(home: Study, doc: str) -> Book:
    """What the last acceptance put in; nothing when there was none."""
    path = home.accepted(doc)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {name: dict(rows) for name, rows in told["rows"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(f"{path} is damaged ({error}); restore it from version control") from error


def _write_record(home: Study, doc: str, book: Book) -> None:
    told = {"form": RECORD_FORM, "doc_id": doc, "rows": {k: v for k, v in book.items() if v}}
    content = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    path = home.accepted(doc)
    if not path.is_file() or path.read_text(encoding="utf-8") != content:
        write_text(path, content)


def _counts(before: Tables, after: Tables, rows: Book, doc: str) -> pd.DataFrame:
    """How the document's rows in each table changed; keys aside, which only number them."""
    told = []
    for name in LETTERS:
        key = schema.tables()[name].primary_key[0]
        old, now = (
            Counter(
                tuple(v for c, v in row.items() if c != key)
                for row in tables[name]
                if row["doc_id"] == doc
            )
            for tables in (before, after)
        )
        places = [
            Counter((row["start"], row["end"]) for row in tables[name] if row["doc_id"] == doc)
            for tables in (before, after)
        ]
        new, gone = places[1] - places[0], places[0] - places[1]
        decided = {row[key] for row in rows[name].values()}
        told.append(
            {
                "table": name,
                "rows": now.total(),
                "new": new.total(),
                "changed": (now - old).total() - new.total(),
                "gone": gone.total(),
                "coded_otherwise": sum(
                    row["doc_id"] == doc and row[key] not in decided for row in after[name]
                ),
            }
        )
    return pd.DataFrame(told)
