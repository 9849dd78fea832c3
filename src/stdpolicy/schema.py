"""The schema of the tables, read from ``datapackage.json`` and stated nowhere else."""

import functools
import json
import pathlib
from dataclasses import dataclass
from typing import Any

DESCRIPTOR = "datapackage.json"

#: pandas types of the field types used in the descriptor.
_DTYPES = {"string": "string", "integer": "Int64", "number": "float64", "boolean": "boolean"}


@dataclass(frozen=True)
class Field:
    """One column of a table, as the descriptor states it."""

    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def type(self) -> str:
        return self.spec["type"]

    @property
    def constraints(self) -> dict[str, Any]:
        return self.spec.get("constraints", {})

    @property
    def enum(self) -> list[str] | None:
        return self.constraints.get("enum")

    @property
    def required(self) -> bool:
        return self.constraints.get("required", False)

    @property
    def partial_date(self) -> bool:
        """Whether the column holds dates that may be known to a month or a year only."""
        return self.spec.get("partialDate", False)

    @property
    def dtype(self) -> str:
        """Name of the pandas type; ``category`` for an enumeration."""
        return "category" if self.enum else _DTYPES[self.type]

    def labels(self, language: str) -> dict[str, str]:
        """Label of each value of an enumeration, in ``en`` or ``zh``."""
        key = "label" if language == "en" else f"label_{language}"
        return {c["value"]: c[key] for c in self.spec.get("categories", [])}

    def text(self, what: str, language: str) -> str:
        """``title`` or ``description`` in ``en`` or ``zh``, empty where there is none."""
        return self.spec.get(what if language == "en" else f"{what}_{language}", "")


@dataclass(frozen=True)
class Table:
    """One table, as the descriptor states it."""

    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return self.spec["name"]

    @property
    def file(self) -> str:
        return self.spec["path"]

    @functools.cached_property
    def fields(self) -> dict[str, Field]:
        return {f["name"]: Field(f) for f in self.spec["schema"]["fields"]}

    @property
    def primary_key(self) -> list[str]:
        return self.spec["schema"]["primaryKey"]

    @property
    def foreign_keys(self) -> list[tuple[list[str], str, list[str]]]:
        """Own columns, the table referred to, and its columns."""
        return [
            (fk["fields"], fk["reference"]["resource"] or self.name, fk["reference"]["fields"])
            for fk in self.spec["schema"].get("foreignKeys", [])
        ]

    def text(self, what: str, language: str) -> str:
        """``title`` or ``description`` in ``en`` or ``zh``."""
        return self.spec.get(what if language == "en" else f"{what}_{language}", "")


def packaged_folder() -> pathlib.Path:
    """Folder of the packaged tables: inside the installed package, or ``data/`` of a checkout."""
    here = pathlib.Path(__file__).resolve().parent
    inside = here / "data"
    return inside if inside.is_dir() else here.parents[1] / "data"


@functools.cache
def descriptor() -> dict[str, Any]:
    """The packaged ``datapackage.json`` as a dictionary."""
    return json.loads((packaged_folder() / DESCRIPTOR).read_text(encoding="utf-8"))


@functools.cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order of the descriptor."""
    return {spec["name"]: Table(spec) for spec in descriptor()["resources"]}
