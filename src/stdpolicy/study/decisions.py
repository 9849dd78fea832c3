"""The file of decisions that the review page saves, read with suspicion."""

import dataclasses
import json
import pathlib
from typing import Any, NamedTuple

from stdpolicy import schema
from stdpolicy.study.folder import StudyError
from stdpolicy.study.merging import Row
from stdpolicy.study.proposals import PLACED

FORM = "stdpolicy decisions 1"

#: Tables that a quantity may go to, with the letter of their keys.
LETTERS = {"targets": "t", "outcomes": "o", "incentives": "i", "left_out": "x"}
#: Tables in which a person may give new entries.
VOCABULARIES = ("jurisdictions", "indicators", "domains", "scopes", "agencies")


class Decision(NamedTuple):
    """What was decided on a quantity: the table that it goes to, and the cells of its row."""

    key: str
    table: str
    start: int
    end: int
    quote: str
    fields: Row


@dataclasses.dataclass(frozen=True)
class Decisions:
    """All that was decided on a document."""

    doc_id: str
    text_sha256: str
    decisions: list[Decision]
    vocabulary: dict[str, list[Row]]
    sections: dict[str, str]


def read_decisions(path: pathlib.Path) -> Decisions:
    """Read a file of decisions.

    Raises
    ------
    StudyError
        When it is no such file, saying what was found where.
    FileNotFoundError
        When it is not there.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError) as error:
        raise StudyError(f"{path} is no file of decisions ({error}); save it anew") from error
    if not isinstance(told, dict) or told.get("form") != FORM:
        found = told.get("form") if isinstance(told, dict) else type(told).__name__
        raise StudyError(
            f"{path} is no file of decisions: its form is {found!r}, expected {FORM!r}; save it "
            "from the review page"
        )
    reader = _Reader(path)
    decisions = [
        reader.decision(item, f"decision {n}")
        for n, item in enumerate(reader.get(told, "decisions", list, "the file"), start=1)
    ]
    keys = [decision.key for decision in decisions]
    for key in keys:
        if keys.count(key) > 1:
            raise reader.error(f"the quantity {key}", "is decided on more than once")
    vocabulary = reader.get(told, "vocabulary", dict, "the file", {})
    for name, rows in vocabulary.items():
        if name not in VOCABULARIES or not isinstance(rows, list):
            raise reader.error(
                "vocabulary", f"has {name!r}, expected lists in {', '.join(VOCABULARIES)}"
            )
    return Decisions(
        reader.get(told, "doc_id", str, "the file"),
        reader.get(told, "text_sha256", str, "the file"),
        sorted(decisions, key=lambda d: (d.start, d.end, d.key)),
        {
            name: [reader.row(row, name, f"{name} entry") for row in rows]
            for name, rows in vocabulary.items()
        },
        reader.cells(reader.get(told, "sections", dict, "the file", {}), "sections"),
    )


class _Reader:
    """Takes values out of the file, or says what is wrong with them."""

    def __init__(self, path: pathlib.Path):
        self.path = path

    def error(self, where: str, what: str) -> StudyError:
        return StudyError(f"{self.path}, {where}: {what}; nothing was written")

    def get(
        self, told: dict[str, Any], name: str, kind: type, where: str, default: Any = None
    ) -> Any:
        value = told.get(name, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found = "is missing" if name not in told else f"is {value!r}"
            raise self.error(where, f"{name} {found}, expected {_NAMES[kind]}")
        return value

    def cells(self, told: dict[str, Any], where: str) -> Row:
        for name, value in told.items():
            if not isinstance(value, str):
                raise self.error(where, f"{name} is {value!r}, expected text")
        return told

    def row(self, told: Any, table: str, where: str, but: tuple[str, ...] = ()) -> Row:
        if not isinstance(told, dict):
            raise self.error(where, f"is {told!r}, expected cells by column")
        known = [c for c in schema.tables()[table].fields if c not in but]
        if unknown := [c for c in told if c not in known]:
            raise self.error(where, f"{table} has no column {', '.join(map(str, unknown))} to give")
        cells = self.cells(told, where)
        return {c: cells.get(c, "").strip() for c in known}

    def decision(self, told: Any, where: str) -> Decision:
        if not isinstance(told, dict):
            raise self.error(where, f"is {told!r}, expected an object")
        key = self.get(told, "key", str, where)
        where = f"{where} ({told.get('quote', key)!r})"
        verdict, table = told.get("decision"), told.get("table")
        if verdict not in ("accept", "reject"):
            raise self.error(where, f"decision is {verdict!r}, expected accept or reject")
        if table not in LETTERS or (verdict == "reject" and table != "left_out"):
            expected = "left_out" if verdict == "reject" else ", ".join(LETTERS)
            raise self.error(where, f"table is {table!r}, expected {expected}")
        but = (*PLACED, schema.tables()[table].primary_key[0])
        return Decision(
            key,
            table,
            self.get(told, "start", int, where),
            self.get(told, "end", int, where),
            self.get(told, "quote", str, where),
            self.row(self.get(told, "fields", dict, where), table, where, but),
        )


_NAMES = {str: "text", int: "a whole number", list: "a list", dict: "an object"}
