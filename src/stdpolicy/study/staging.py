"""Tables of a study as rows of text, changed aside and put in place all at once."""

import contextlib
import pathlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping

import pandas as pd

from stdpolicy import schema
from stdpolicy.errors import DataError
from stdpolicy.files import csv_text, write_text
from stdpolicy.study.folder import Study
from stdpolicy.study.merging import Row
from stdpolicy.validation import read

Tables = dict[str, list[Row]]


def read_tables(data: pathlib.Path) -> Tables:
    """All tables as rows of text.

    Raises
    ------
    DataError
        When they have faults; nothing is put on top of a fault.
    """
    raw, faults = read(data)
    if len(faults):
        raise DataError(faults)
    return {name: frame.to_dict("records") for name, frame in raw.items()}


def table_text(name: str, rows: list[Row]) -> str:
    """Rows as the text of the table's file."""
    return csv_text(pd.DataFrame(rows, columns=list(schema.tables()[name].fields), dtype="str"))


@contextlib.contextmanager
def staged(study: Study, changed: Mapping[str, list[Row]]) -> Iterator[pathlib.Path]:
    """A copy of the study's tables with some of them changed, gone when the work is done."""
    with tempfile.TemporaryDirectory(prefix=".staged-", dir=study.root) as scratch:
        folder = pathlib.Path(scratch) / "data"
        shutil.copytree(study.data, folder)
        for name, rows in changed.items():
            write_text(folder / schema.tables()[name].file, table_text(name, rows))
        yield folder


def put_in_place(study: Study, folder: pathlib.Path) -> None:
    """Let a staged folder become the study's tables; whoever looks sees all of it or none.

    Between the two renamings the tables stand aside; :func:`stdpolicy.study.folder.find_study`
    brings them back when the machine stops there.
    """
    shutil.rmtree(study.aside, ignore_errors=True)
    study.data.rename(study.aside)
    try:
        folder.rename(study.data)
    except OSError:
        study.aside.rename(study.data)
        raise
    shutil.rmtree(study.aside, ignore_errors=True)
