"""Checking tables against the schema: all faults at once, each with its place and its cure."""

import csv
import io
import math
import pathlib
import re
import unicodedata
from collections.abc import Iterator

import numpy as np
import pandas as pd

from stdpolicy import dates, schema

FAULT_COLUMNS = ["file", "row", "column", "value", "rule", "cure"]
Fault = tuple[str, int | None, str | None, str | None, str, str]
Raw = dict[str, pd.DataFrame]

_TRUTH = ("true", "false")
_LONGEST_INTEGER = 18
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def check(data: str | pathlib.Path | None = None) -> pd.DataFrame:
    """Check all tables of a folder.

    Parameters
    ----------
    data : path, optional
        Folder with the tables; the packaged ones without it.

    Returns
    -------
    pandas.DataFrame
        One row per fault, none when all is well: ``file``, ``row`` (line of the file, the header
        is 1), ``column``, ``value`` (as found), ``rule`` (what was expected) and ``cure`` (what to
        do).
    """
    return read(schema.packaged_folder() if data is None else pathlib.Path(data))[1]


def read(
    folder: pathlib.Path, names: list[str] | None = None, alone: bool = False
) -> tuple[Raw, pd.DataFrame]:
    """Read tables as cells of text, with their faults.

    With ``names``, those tables are checked in full, and of the tables that they refer to the cells
    and the keys; ``alone`` leaves aside references to tables that are not among them.
    """
    every = schema.tables()
    names = list(every) if names is None else names
    referred = [] if alone else [ref for name in names for ref in _referred(every[name])]
    wanted = list(dict.fromkeys(names + referred))
    raw: Raw = {}
    faults: list[Fault] = []
    for name in wanted:
        frame, found = _read_table(folder, every[name])
        faults += found
        if frame is not None:
            raw[name] = frame
    for name in raw:
        table = every[name]
        faults += _cell_faults(table, raw[name])
        faults += _key_faults(table, raw[name])
        if name in names:
            faults += _reference_faults(table, raw)
            faults += _row_faults(table, raw)
    return raw, _table(faults)


def frame_faults(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Faults of tables that are held as DataFrames, as :func:`check` tells them.

    What can be wrong in a table that was made or changed in Python: columns that are missing,
    values outside the schema, keys that stand twice or refer to nothing, numbers, dates, circles.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        Some of the tables, typed as :func:`stdpolicy.load_all` returns them.

    Returns
    -------
    pandas.DataFrame
        As :func:`check`; ``row`` is the line that the row would have in a file.
    """
    every = schema.tables()
    faults: list[Fault] = []
    for name, frame in tables.items():
        table = every[name]
        missing = [c for c in table.fields if c not in frame]
        for column in missing:
            cure = "Add the column; an empty one will do where nothing is known."
            faults.append((table.file, 1, column, None, "the column is missing", cure))
        if missing:
            continue
        plain = frame.reset_index(drop=True)
        faults += _type_faults(table, plain)
        faults += _key_faults(table, plain)
        for own, there, columns in table.foreign_keys:
            # A selection of rows may leave out documents that others still name.
            if there in tables and there not in (name, "documents") and len(own) == 1:
                faults += _lost_faults(table, plain, own[0], there, tables[there][columns[0]])
        faults += _value_faults(table, plain)
        for own, there, _ in table.foreign_keys:
            if there == name and len(own) == 1:
                faults += _circle_faults(table, plain, own[0])
    return _table(faults)


def _table(faults: list[Fault]) -> pd.DataFrame:
    frame = pd.DataFrame(faults, columns=FAULT_COLUMNS)
    frame["row"] = frame["row"].astype("Int64")
    return frame


def _referred(table: schema.Table) -> list[str]:
    there = [ref for _, ref, _ in table.foreign_keys]
    there += [o["resource"] for f in table.fields.values() for o in f.spec.get("oneOf", [])]
    return there


def _line(index: int) -> int:
    """Line of the file for a row: counted from 1, after the header."""
    return index + 2


# --- the file -----------------------------------------------------------------------------------


def _read_table(
    folder: pathlib.Path, table: schema.Table
) -> tuple[pd.DataFrame | None, list[Fault]]:
    """The cells of one file as text, or its faults when it cannot be read as a table."""
    name = table.file
    path = folder / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        cure = f"Put {name} into {folder}, or name the folder that holds it."
        return None, [(name, None, None, None, "the file is missing", cure)]
    except OSError as error:
        cure = "Check the path and the permissions."
        return None, [(name, None, None, None, f"cannot be read ({error.strerror})", cure)]
    faults: list[Fault] = []
    save = "Save it as plain CSV, UTF-8 without BOM, with LF line ends."
    if content.startswith(b"\xef\xbb\xbf"):
        faults.append((name, 1, None, None, "begins with a byte order mark (BOM)", save))
        content = content[3:]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = "is not UTF-8"
        try:
            content.decode("gb18030")
            found += "; it reads as GB18030"
        except UnicodeDecodeError:
            pass
        return None, [*faults, (name, line, None, None, found, save)]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        faults.append((name, line, None, None, "has CR or CRLF line ends", save))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        cure = "Look for a stray quotation mark near that place."
        return None, [*faults, (name, None, None, None, f"is not CSV ({error})", cure)]
    if not rows:
        return None, [*faults, (name, None, None, None, "is empty", "Give it a header row.")]
    header, body = rows[0], rows[1:]
    expected = list(table.fields)
    if header != expected:
        for column in dict.fromkeys(c for c in expected if c not in header):
            cure = f"Add the column; the order is {', '.join(expected)}."
            faults.append((name, 1, column, None, "the column is missing", cure))
        for column in dict.fromkeys(c for c in header if c not in expected):
            cure = "Remove it or correct its name."
            faults.append((name, 1, column, None, "the schema has no such column", cure))
        for column in dict.fromkeys(c for c in header if header.count(c) > 1):
            faults.append((name, 1, column, None, "the column stands twice", "Remove one."))
        if set(header) == set(expected) and len(header) == len(expected):
            cure = f"Reorder: {', '.join(expected)}."
            faults.append((name, 1, None, None, "the columns are out of order", cure))
        return None, faults
    for index, row in enumerate(body):
        if len(row) != len(header):
            found = f"has {len(row)} cells where the header has {len(header)}"
            cure = "Quote cells that hold a comma; fill up missing ones."
            faults.append((name, _line(index), None, None, found, cure))
    if any(len(row) != len(header) for row in body):
        return None, faults
    return pd.DataFrame(body, columns=header, dtype="str"), faults


# --- cells --------------------------------------------------------------------------------------


def _cell_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    for name, field in table.fields.items():
        cells = frame[name]
        # Cells repeat; each distinct text is judged once.
        verdicts = {text: _judge(field, text) for text in cells.unique()}
        bad = {text: verdict for text, verdict in verdicts.items() if verdict}
        if not bad:
            continue
        for index in cells.index[cells.isin(list(bad))]:
            rule, cure = bad[cells[index]]
            yield table.file, _line(index), name, cells[index] or None, rule, cure


def _judge(field: schema.Field, text: str) -> tuple[str, str] | None:
    """Rule that a cell breaks and the cure, or nothing when the cell is well."""
    limits = field.constraints
    if text == "":
        return ("a value is required", "Fill the cell.") if field.required else None
    if text != text.strip():
        return "has white space at an end", "Remove it."
    if any(unicodedata.category(char)[0] == "C" for char in text):
        return "has a line break or an invisible character", "Retype the text of the cell."
    if field.enum is not None and text not in field.enum:
        return "is not one of the values allowed", f"Use one of {', '.join(field.enum)}."
    if field.partial_date:
        try:
            dates.bounds(text)
        except ValueError:
            return (
                "is not a date of the calendar",
                "Write 2018, 2018-02 or 2018-02-28, as far as it is known.",
            )
        return None
    if field.type == "boolean" and text not in _TRUTH:
        return "is not a truth value", "Write true or false."
    if field.type in ("integer", "number"):
        form = _INTEGER if field.type == "integer" else _NUMBER
        if field.type == "integer" and form.fullmatch(text) and not _fits(text):
            return "is too large a number", "Correct the number."
        if not form.fullmatch(text) or not math.isfinite(float(text)):
            kind = "a whole number" if field.type == "integer" else "a number"
            return f"is not {kind}", "Write digits only, without unit or separators."
        if "minimum" in limits and float(text) < limits["minimum"]:
            return f"is below {limits['minimum']}", "Correct the number."
        if "maximum" in limits and float(text) > limits["maximum"]:
            return f"is above {limits['maximum']}", "Correct the number."
    if "pattern" in limits and not re.fullmatch(limits["pattern"], text):
        return f"is not of the form {limits['pattern']}", "Correct the spelling."
    return None


# --- keys and references ------------------------------------------------------------------------


def _key_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    keys = [table.primary_key]
    keys += [[n] for n, f in table.fields.items() if f.constraints.get("unique")]
    for key in {tuple(k): k for k in keys}.values():
        twice = frame.duplicated(key, keep="first")
        if not twice.any():
            continue
        first = frame[~twice].reset_index().set_index(key)["index"]
        for index in frame.index[twice]:
            values = tuple(frame.loc[index, key])
            where = first.loc[values if len(values) > 1 else values[0]]
            rule = f"the key stands already in row {_line(int(where))}"
            cure = "Give each row a key of its own, or remove the copy."
            yield table.file, _line(index), ", ".join(key), ", ".join(values), rule, cure


def _reference_faults(table: schema.Table, raw: Raw) -> Iterator[Fault]:
    frame = raw[table.name]
    for own, there, columns in table.foreign_keys:
        if there not in raw:
            continue
        target = f"{there}.csv ({', '.join(columns)})"
        known = set(raw[there][columns].itertuples(index=False, name=None))
        values = list(frame[own].itertuples(index=False, name=None))
        for index, value in zip(frame.index, values, strict=True):
            if all(value) and value not in known:
                cure = "Correct the key or add the row it refers to."
                rule = f"refers to nothing in {target}"
                yield table.file, _line(index), ", ".join(own), ", ".join(value), rule, cure
    for name, field in table.fields.items():
        choices = field.spec.get("oneOf", [])
        if not choices or any(c["resource"] not in raw for c in choices):
            continue
        known = {v for c in choices for v in raw[c["resource"]][c["field"]]}
        files = ", ".join(f"{c['resource']}.csv" for c in choices)
        for index in frame.index[(frame[name] != "") & ~frame[name].isin(known)]:
            cure = "Correct the key or add the row it refers to."
            yield table.file, _line(index), name, frame[name][index], f"is in none of {files}", cure


# --- rows ---------------------------------------------------------------------------------------


def _row_faults(table: schema.Table, raw: Raw) -> Iterator[Fault]:
    """Rules that join columns of a row; each holds wherever its columns occur."""
    frame = raw[table.name]
    columns = set(table.fields)
    yield from _value_faults(table, frame)
    if {"start", "end"} <= columns:
        yield from _place_faults(table, frame, raw.get("sections"))
    for name in ("coverage", "share"):
        if {f"{name}_low", f"{name}_high"} <= columns:
            yield from _share_faults(table, frame, name)
    if {"promise_id", "counted_in"} <= columns:
        yield from _counted_faults(table, frame)
    if {"section", "start"} <= columns and not table.fields["section"].required:
        yield from _section_faults(table, frame, raw.get("sections"))
    if {"criterion", "score"} <= columns and "criteria" in raw:
        yield from score_faults(frame, raw["criteria"])
    if {"part_of", "part_relation"} <= columns:
        yield from _part_faults(table, frame)
    if {"section", "parent"} <= columns:
        yield from _parent_faults(table, frame)
    for own, there, _ in table.foreign_keys:
        if there == table.name and len(own) == 1:
            yield from _circle_faults(table, frame, own[0])


def _fits(text: str) -> bool:
    """Whether a text is a whole number that a computer's integers hold."""
    return bool(_INTEGER.fullmatch(text)) and len(text) <= _LONGEST_INTEGER


def _float(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


# --- values, in tables of text and in typed ones -------------------------------------------------


def _value_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    """Rules on numbers with their bounds and on dates."""
    columns = set(table.fields)
    if {"value_low", "value_high", "bound"} <= columns:
        yield from _number_faults(table, frame)
    for early, late in (
        ("since_date", "as_of_date"),
        ("as_of_date", "reported_on"),
        ("base_date", "due_date"),
        ("period_start", "period_end"),
    ):
        if {early, late} <= columns:
            yield from _order_faults(table, frame, early, late)


def _number_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    low, high = (_numbers(frame[name]) for name in ("value_low", "value_high"))
    bound = frame["bound"].astype("object").fillna("").to_numpy()
    unit = frame["unit"].astype("object").fillna("").to_numpy()
    has_low, has_high = ~np.isnan(low), ~np.isnan(high)
    with np.errstate(invalid="ignore"):
        rules = [
            (
                np.isinf(low) | np.isinf(high),
                "a number is infinite",
                "Leave the cell empty where the number is open.",
            ),
            (
                has_low & has_high & (low > high),
                "the low value is above the high one",
                "Exchange or correct them.",
            ),
            (
                np.isin(bound, ("exact", "approx")) & ~(has_low & (low == high)),
                "{bound} needs two equal values",
                "Repeat the number in value_high.",
            ),
            (
                (bound == "at_least") & (~has_low | has_high),
                "at_least is open above",
                "Fill value_low and leave value_high empty.",
            ),
            (
                (bound == "at_most") & (~has_high | has_low),
                "at_most is open below",
                "Fill value_high and leave value_low empty.",
            ),
            (
                (bound == "range") & (~has_low | ~has_high | (low == high)),
                "a range needs two different values",
                "Fill both, or use exact.",
            ),
            (
                (bound == "") & (has_low | has_high),
                "a number needs a bound",
                "Fill the column bound.",
            ),
            (
                (low < 0) | (high < 0),
                "a number is below 0",
                "Correct it; counts, shares and sums have no sign.",
            ),
            (
                (unit == "%") & ((low > 100) | (high > 100)),
                "a share is above 100 %",
                "Correct the number or its unit.",
            ),
        ]
    told = np.zeros(len(frame), dtype=bool)
    for broken, rule, cure in rules:
        for index in np.flatnonzero(broken & ~told):
            ends = [_cell(frame[name].iloc[index]) for name in ("value_low", "value_high")]
            found = f"{ends[0] or '(empty)'} to {ends[1] or '(empty)'}, bound {bound[index]}"
            columns = "value_low, value_high"
            text = rule.format(bound=bound[index])
            yield table.file, _line(int(index)), columns, found, text, cure
        told |= broken


def _numbers(cells: pd.Series) -> np.ndarray:
    """Cells as numbers; those that are none have been reported as such."""
    if pd.api.types.is_numeric_dtype(cells):
        return cells.to_numpy(dtype="float64", na_value=np.nan)
    return pd.to_numeric(cells, errors="coerce").to_numpy(dtype="float64")


def _cell(cell: object) -> str:
    if pd.isna(cell):
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _type_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    """Cells of typed columns that the schema does not allow."""
    for name, field in table.fields.items():
        cells = frame[name]
        if field.required and cells.isna().any():
            for index in np.flatnonzero(cells.isna()):
                rule, cure = "a value is required", "Fill the cell."
                yield table.file, _line(int(index)), name, None, rule, cure
        if field.enum or field.partial_date:
            texts = _distinct(cells)
            bad = [text for text in texts if (verdict := _judge(field, str(text))) and verdict]
            for index in np.flatnonzero(cells.isin(bad)) if bad else ():
                found = str(cells.iloc[index])
                rule, cure = _judge(field, found) or ("", "")
                yield table.file, _line(int(index)), name, found, rule, cure
        if field.type in ("integer", "number") and not pd.api.types.is_numeric_dtype(cells):
            for index in np.flatnonzero(cells.notna() & pd.to_numeric(cells, "coerce").isna()):
                rule, cure = "is not a number", "Write digits only, without unit or separators."
                yield table.file, _line(int(index)), name, str(cells.iloc[index]), rule, cure
        limits = field.constraints
        if "minimum" in limits and pd.api.types.is_numeric_dtype(cells):
            outside = _numbers(cells) < limits["minimum"]
            if "maximum" in limits:
                outside |= _numbers(cells) > limits["maximum"]
            for index in np.flatnonzero(outside):
                rule = f"is outside {limits['minimum']} to {limits.get('maximum', 'any')}"
                cure = "Correct the number."
                yield table.file, _line(int(index)), name, str(cells.iloc[index]), rule, cure


def _distinct(cells: pd.Series) -> pd.Index:
    """Values of a column; of a categorical one all that it may have, which takes no time."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.cat.categories.astype("object")
    return pd.Index(cells.dropna().astype("object").unique())


def _lost_faults(
    table: schema.Table, frame: pd.DataFrame, column: str, there: str, known: pd.Series
) -> Iterator[Fault]:
    """References of typed columns that lead nowhere."""
    texts = _distinct(frame[column])
    lost = texts.difference(pd.Index(known.dropna().astype("object").unique()))
    for index in np.flatnonzero(frame[column].isin(lost)) if len(lost) else ():
        rule = f"refers to nothing in {schema.tables()[there].file} ({known.name})"
        cure = "Correct the key or add the row it refers to."
        yield table.file, _line(int(index)), column, str(frame[column].iloc[index]), rule, cure


def _place_faults(
    table: schema.Table, frame: pd.DataFrame, sections: pd.DataFrame | None
) -> Iterator[Fault]:
    spans = {}
    if sections is not None and table.name != "sections":
        for doc, section, start, end in sections[["doc_id", "section", "start", "end"]].itertuples(
            index=False, name=None
        ):
            if _fits(start) and _fits(end):
                spans[doc, section] = int(start), int(end)
    for index, start_text, end_text in zip(frame.index, frame.start, frame.end, strict=True):
        if "quote" in frame and frame.quote[index] and not (start_text and end_text):
            rule = "a quote needs its place"
            cure = "Fill start and end with its place in the folded text."
            yield table.file, _line(index), "start, end", frame.quote[index], rule, cure
        if not (_fits(start_text) and _fits(end_text)):
            continue
        start, end = int(start_text), int(end_text)
        cure = "Count again in the folded text; `stdpolicy audit` shows where the quote stands."
        found = f"{start} to {end}"
        if start >= end:
            yield table.file, _line(index), "start, end", found, "the place is empty", cure
        elif "quote" in frame and len(frame.quote[index]) not in (0, end - start):
            rule = f"the quote has {len(frame.quote[index])} characters, the place {end - start}"
            yield table.file, _line(index), "start, end", found, rule, cure
        elif spans and frame.doc_id[index]:
            span = spans.get((frame.doc_id[index], frame.section[index]))
            if span and not (span[0] <= start and end <= span[1]):
                rule = (
                    f"the place is outside section {frame.section[index]} ({span[0]} to {span[1]})"
                )
                yield table.file, _line(index), "start, end", found, rule, cure


def _section_faults(
    table: schema.Table, frame: pd.DataFrame, sections: pd.DataFrame | None
) -> Iterator[Fault]:
    """Sections that the document does not have, where a row may name none.

    A foreign key of two columns would ask for both.
    """
    if sections is None:
        return
    known = set(zip(sections["doc_id"], sections["section"], strict=True))
    for index, doc, section in zip(frame.index, frame["doc_id"], frame["section"], strict=True):
        if doc and section and (doc, section) not in known:
            rule, cure = (
                "the document has no such section",
                "Correct the number or add the section.",
            )
            yield table.file, _line(index), "section", section, rule, cure


def _order_faults(
    table: schema.Table, frame: pd.DataFrame, early: str, late: str
) -> Iterator[Fault]:
    columns = []
    for name, which in ((early, 0), (late, 1)):
        cells = frame[name].astype("category")
        ends = []
        for text in cells.cat.categories:
            try:
                ends.append(dates.bounds(str(text))[which])
            except ValueError:
                ends.append("")  # an empty cell, or one that has been reported
        columns.append(np.array([*ends, ""], dtype="U10")[cells.cat.codes.to_numpy()])
    first, last = columns
    for index in np.flatnonzero((first > last) & (first != "") & (last != "")):
        found = f"{frame[early].iloc[index]}, {frame[late].iloc[index]}"
        rule = f"{early} is after {late}"
        cure = "Exchange or correct the dates."
        yield table.file, _line(int(index)), f"{early}, {late}", found, rule, cure


#: Least and greatest score of each scale of the criteria.
_SCALES = {"binary": (0, 1), "one_to_five": (1, 5), "none_to_five": (0, 5)}


def score_faults(scores: pd.DataFrame, criteria: pd.DataFrame) -> Iterator[Fault]:
    """Scores on a group of criteria, or off the scale of theirs; of text or typed cells.

    Criteria that are not there and scores that are no number are told elsewhere.
    """
    file = schema.tables()["scores"].file
    scales = dict(zip(criteria["key"], criteria["scale"].astype("object"), strict=True))
    values = pd.to_numeric(scores["score"], errors="coerce").astype("float64")
    for index, key, value in zip(scores.index, scores["criterion"], values, strict=True):
        if key not in scales:
            continue
        scale = _SCALES.get(scales[key])
        if scale is None:
            rule = "is a group of criteria, which has no score of its own"
            yield file, _line(index), "criterion", key, rule, "Score what is part of it."
        elif not math.isnan(value) and not (value.is_integer() and scale[0] <= value <= scale[1]):
            found = _cell(scores["score"][index])
            rule = f"the score on {key} is a whole number from {scale[0]} to {scale[1]}"
            yield file, _line(index), "score", found, rule, "Correct the score."


def _share_faults(table: schema.Table, frame: pd.DataFrame, name: str) -> Iterator[Fault]:
    ends = [f"{name}_low", f"{name}_high"]
    for index, low, high in zip(frame.index, *(frame[end] for end in ends), strict=True):
        first, last = _float(low), _float(high)
        if first is not None and last is not None and first > last:
            rule = f"{ends[0]} is above {ends[1]}"
            cure = "Exchange or correct them."
            yield table.file, _line(index), ", ".join(ends), f"{low}, {high}", rule, cure


def _counted_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    known = set(frame["promise_id"])
    for index, own, cell in zip(frame.index, frame.promise_id, frame.counted_in, strict=True):
        for one in filter(None, cell.split("+")):
            if one not in known or one == own:
                rule = "is counted in itself" if one == own else "is the promise of no other row"
                cure = "Name promises of other rows, joined by +."
                yield table.file, _line(index), "counted_in", one, rule, cure


def _part_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    for index, whole, relation in zip(frame.index, frame.part_of, frame.part_relation, strict=True):
        if bool(whole) != bool(relation):
            rule = "part_of and part_relation belong together"
            cure = "Fill both or neither."
            found = f"{whole or '(empty)'}, {relation or '(empty)'}"
            yield table.file, _line(index), "part_of, part_relation", found, rule, cure


def _parent_faults(table: schema.Table, frame: pd.DataFrame) -> Iterator[Fault]:
    """A section lies in the section above it, which is that of its number."""
    known = set(zip(frame.doc_id, frame.section, strict=True))
    for index, doc, section, parent in zip(
        frame.index, frame.doc_id, frame.section, frame.parent, strict=True
    ):
        if parent and (doc, parent) not in known:
            rule = "there is no such section in the document"
            cure = "Correct the number or add the section above."
            yield table.file, _line(index), "parent", parent, rule, cure
        elif parent != section.rpartition(".")[0]:
            rule = f"the section above {section} is {section.rpartition('.')[0] or '(none)'}"
            cure = "Correct the number."
            yield table.file, _line(index), "parent", parent or None, rule, cure


def _circle_faults(table: schema.Table, frame: pd.DataFrame, column: str) -> Iterator[Fault]:
    """A row that reaches itself by a column that refers to the same table."""
    key = table.primary_key[0]
    has = np.flatnonzero(frame[column].notna() & (frame[column] != ""))
    starts, aboves = frame[key].iloc[has], frame[column].iloc[has]
    above = dict(zip(starts, aboves, strict=True))
    words = column.replace("_", " ")
    for index, start in zip(has, starts, strict=True):
        seen, step = {start}, above.get(start, "")
        while step and step not in seen:
            seen.add(step)
            step = above.get(step, "")
        if step == start:
            rule = f"the row is {words} itself, directly or through others"
            yield table.file, _line(int(index)), column, above[start], rule, "Break the circle."
