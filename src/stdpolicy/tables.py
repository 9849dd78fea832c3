"""Loading the tables."""

import os
import pathlib

import pandas as pd

from stdpolicy import schema, validation
from stdpolicy.errors import DataError, UsageError

Folder = str | os.PathLike[str]


def load(table: str, data: Folder | None = None) -> pd.DataFrame:
    """Load one table, checked and typed.

    Parameters
    ----------
    table : str
        Name of a table, for example ``"targets"``. ``data/README.md`` lists the tables and their
        columns.
    data : path, optional
        Folder with tables of the same schema. Without it the packaged tables are loaded, never
        those of the working directory.

    Returns
    -------
    pandas.DataFrame
        Columns in the order of the schema: text as ``string``, enumerations as ``category``,
        whole numbers as ``Int64``, numbers as ``float64``, truth values as ``boolean``. Dates stay
        text, since many are known to a month or a year only; :func:`stdpolicy.dates.intervals`
        reads them as intervals.

    Raises
    ------
    UsageError
        When there is no such table.
    DataError
        When the table, or a table that it refers to, has faults; all of them are listed.
    """
    if table not in schema.tables():
        known = ", ".join(schema.tables())
        raise UsageError(f"there is no table {table!r}; the tables are {known}")
    raw, faults = validation.read(_folder(data), [table])
    if len(faults):
        raise DataError(faults)
    return typed(schema.tables()[table], raw[table])


def load_all(data: Folder | None = None) -> dict[str, pd.DataFrame]:
    """Load all tables by name, checked and typed; see :func:`load`.

    Raises
    ------
    DataError
        When any table has faults; all of them are listed and nothing is loaded.
    """
    raw, faults = validation.read(_folder(data))
    if len(faults):
        raise DataError(faults)
    return {name: typed(schema.tables()[name], frame) for name, frame in raw.items()}


def load_some(
    needed: list[str], used: list[str], data: Folder | None = None
) -> dict[str, pd.DataFrame]:
    """Load some tables, checked by themselves; those ``used`` only where they are.

    Raises
    ------
    DataError
        When any of them has faults or a needed one is missing.
    """
    folder = _folder(data)
    names = [*needed, *(n for n in used if (folder / schema.tables()[n].file).exists())]
    raw, faults = validation.read(folder, names, alone=True)
    if len(faults):
        raise DataError(faults)
    return {name: typed(schema.tables()[name], frame) for name, frame in raw.items()}


def typed(table: schema.Table, raw: pd.DataFrame) -> pd.DataFrame:
    """Give checked cells of text the types of the schema."""
    columns = {}
    for name, field in table.fields.items():
        cells = raw[name].replace("", pd.NA).astype("string")
        if field.enum:
            ordered = field.spec.get("categoriesOrdered", False)
            columns[name] = pd.Series(
                pd.Categorical(cells, categories=field.enum, ordered=ordered), index=cells.index
            )
        elif field.type == "boolean":
            columns[name] = cells.map({"true": True, "false": False}).astype("boolean")
        elif field.type in ("integer", "number"):
            columns[name] = pd.to_numeric(cells).astype(field.dtype)
        else:
            columns[name] = cells
    return pd.DataFrame(columns)


def _folder(data: Folder | None) -> pathlib.Path:
    return schema.packaged_folder() if data is None else pathlib.Path(data)
