"""Tables of results: labels in both languages, and files that are whole or not there."""

import pathlib

import pandas as pd

from stdpolicy.files import write_csv

Tables = dict[str, pd.DataFrame]

#: Columns that hold keys of a vocabulary.
_VOCABULARIES = {
    "jurisdiction": "jurisdictions",
    "indicator": "indicators",
    "domain": "domains",
    "scope": "scopes",
}


def labelled(frame: pd.DataFrame, tables: Tables, language: str | None = None) -> pd.DataFrame:
    """Add labels to the keys of a table.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table with columns ``jurisdiction``, ``indicator``, ``domain`` or ``scope``.
    tables : dict of pandas.DataFrame
        With the vocabularies of those names.
    language : str, optional
        ``en`` or ``zh`` for columns named ``indicator_label`` and so on; both, as
        ``indicator_zh`` and ``indicator_en``, without it.

    Returns
    -------
    pandas.DataFrame
        The same rows with the label columns behind the others.
    """
    out = frame.copy()
    for column, name in _VOCABULARIES.items():
        if column not in out:
            continue
        vocabulary = tables[name].set_index("key")
        for tongue in (language,) if language else ("zh", "en"):
            label = f"{column}_label" if language else f"{column}_{tongue}"
            out[label] = out[column].map(vocabulary[tongue])
    return out


def save_table(frame: pd.DataFrame, name: str, output: str = "") -> None:
    """Save a table of results as ``reports/tables/<name>.csv`` below a folder.

    The same file whatever the language; nothing is written when ``output`` is empty.
    """
    if output:
        write_csv(pathlib.Path(output) / "reports" / "tables" / f"{name}.csv", frame)
