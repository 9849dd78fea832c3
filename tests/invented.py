"""Rows of an invented province, Qingxi, for studies of a few rows."""

import pandas as pd

from stdpolicy import schema, tables

COUNTED = {
    "jurisdiction": "qingxi",
    "indicator": "local_standards",
    "domain": "all",
    "scope": "whole",
    "unit": "项",
    "bound": "exact",
    "role": "unstated",
    "stage": "issued",
    "action": "make",
}
TARGET = COUNTED | {
    "doc_id": "qx-plan",
    "section": "1",
    "commitment": "firm",
    "basis": "unstated",
    "base_date": "2018-01-01",
    "base_date_source": "period",
    "due_date": "2020-12-31",
    "year_source": "explicit",
    "start": 0,
    "end": 1,
    "quote": "1",
}


def table(name: str, *rows: dict) -> pd.DataFrame:
    """Rows as a typed table; what a row does not name is empty."""
    fields = list(schema.tables()[name].fields)
    unknown = {column for row in rows for column in row}.difference(fields)
    assert not unknown, unknown
    cells = [{f: "" if row.get(f) is None else str(row[f]) for f in fields} for row in rows]
    return tables.typed(schema.tables()[name], pd.DataFrame(cells, columns=fields, dtype="str"))


def number(bound: str, value) -> dict:
    """Columns of a number in the wording ``bound``; of a range ``value`` is a pair."""
    low, high = value if bound == "range" else (value, value)
    return {
        "bound": bound,
        "value_low": None if bound == "at_most" else low,
        "value_high": None if bound == "at_least" else high,
    }


def target(n: int, value, bound: str = "exact", **cells) -> dict:
    """The n-th target of the plan."""
    return TARGET | {"target_id": f"qx-plan.t{n:02d}"} | number(bound, value) | cells
