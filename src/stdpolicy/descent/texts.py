"""What is measured in the texts themselves: counts of terms and repeated passages.

The tables of both hold numbers and places only, so that they can be shared where the texts cannot.
"""

import itertools
import pathlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from stdpolicy import schema
from stdpolicy.coherence import require
from stdpolicy.descent.citations import precedence
from stdpolicy.errors import UsageError
from stdpolicy.tables import Folder
from stdpolicy.text import fold, folded_sha256
from stdpolicy.text.reuse import SHORTEST, reuse
from stdpolicy.text.terms import count, without

Tables = dict[str, pd.DataFrame]

#: Lengths of passages at which texts are compared; passages are told from the first on.
LENGTHS = (SHORTEST, 12, 16, 20)


class Policy(NamedTuple):
    """The text of a policy: the folded text of its source without what stands around it.

    ``start`` is its place in the folded text of the source. ``sections`` are number, start and end
    there. ``coded`` says whether it is the text that the tables were coded from.
    """

    text: str
    start: int
    sections: tuple[tuple[str, int, int], ...]
    coded: bool

    def quote(self, start: int, end: int) -> str:
        """What stands at a place, counted as in the folded text of the source."""
        return self.text[start - self.start : end - self.start]


def policy(raw: str, doc_id: str, tables: Tables) -> Policy:
    """The policy in a text.

    Of a text that the tables were coded from, it reaches from the first section to the last. Of any
    other text it is all of it, with sections drafted from its headings.

    Parameters
    ----------
    raw : str
        The text as it is.
    doc_id : str
        Key under which the tables may know it.
    tables : dict of pandas.DataFrame
        With ``documents`` and ``sections``.
    """
    folded = fold(raw)
    documents = tables["documents"]
    hashes = documents.loc[documents["doc_id"] == doc_id, "text_sha256"].dropna()
    own = tables["sections"][tables["sections"]["doc_id"] == doc_id]
    if len(own) and folded_sha256(folded) in set(hashes):
        rows = own[["section", "start", "end"]].itertuples(index=False)
        sections = tuple((str(row.section), int(row.start), int(row.end)) for row in rows)
        start, end = min(row[1] for row in sections), max(row[2] for row in sections)
        return Policy(folded[start:end], start, sections, True)
    from stdpolicy.study.sections import draft_sections

    drafted = tuple((one.section, one.start, one.end) for one in draft_sections(raw))
    return Policy(folded, 0, drafted, False)


def read_policies(
    sources: Folder, tables: Tables, only: Iterable[str] | None = None
) -> dict[str, Policy]:
    """Read the texts of a folder.

    Parameters
    ----------
    sources : path
        Folder with texts named ``<doc_id>.txt``, in UTF-8.
    tables : dict of pandas.DataFrame
        With ``documents`` and ``sections``.
    only : iterable of str, optional
        Keys of the texts wanted; all of them without it.

    Returns
    -------
    dict of str to Policy
        By key, in alphabetical order.

    Raises
    ------
    UsageError
        When there is no such folder, no text in it, or no text of a key, or one is not UTF-8.
    """
    require(tables, {"documents": ["doc_id", "text_sha256"], "sections": ["doc_id", "start"]})
    folder = pathlib.Path(sources)
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; --sources names the folder of the texts")
    names = sorted(path.stem for path in folder.glob("*.txt")) if only is None else [*only]
    if not names:
        raise UsageError(f"{folder} has no text; texts are files in UTF-8 whose names end in .txt")
    found = {}
    for name in sorted(set(names)):
        path = folder / f"{name}.txt"
        try:
            found[name] = policy(path.read_text(encoding="utf-8-sig"), name, tables)
        except FileNotFoundError as error:
            raise UsageError(f"there is no {path.name} in {folder}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is not UTF-8; save it as UTF-8") from error
    return found


def names_of_bodies(agencies: pd.DataFrame) -> list[str]:
    """Names and aliases of agencies, folded; units such as "cities concerned" are none.

    Parameters
    ----------
    agencies : pandas.DataFrame
        The table of that name.
    """
    own = agencies[agencies["kind"].astype("object") != "generic"]
    every = [*own["zh"], *(name for cell in own["aliases"].dropna() for name in cell.split("|"))]
    return sorted({fold(name) for name in every} - {""})


def term_counts(
    policies: Mapping[str, Policy], terms: pd.DataFrame, agencies: pd.DataFrame
) -> pd.DataFrame:
    """Count the terms of a vocabulary in texts; see :func:`stdpolicy.text.terms.places`.

    What belongs to the name of a body is not counted: a market authority in a list of duties is no
    mention of the market.

    Parameters
    ----------
    policies : mapping of str to Policy
        Texts by key.
    terms : pandas.DataFrame
        ``key`` and ``zh``.
    agencies : pandas.DataFrame
        The table of that name, whose names are left out.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``term`` (key) and ``count``, documents by key, terms in the order of the
        vocabulary; no rows for terms that a text does not have.
    """
    keys = {fold(str(zh)): str(key) for key, zh in zip(terms["key"], terms["zh"], strict=True)}
    names = names_of_bodies(agencies)
    rows = []
    for doc in sorted(policies):
        counts = count(without(policies[doc].text, names), keys)
        rows += [(doc, key, counts[zh]) for zh, key in keys.items() if counts[zh]]
    types = {"doc_id": "object", "term": "object", "count": "int64"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def reuse_tables(
    policies: Mapping[str, Policy],
    tables: Tables,
    lengths: Iterable[int] = LENGTHS,
    pair: tuple[str, str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare texts pairwise, the earlier one as that which the later one may repeat.

    Parameters
    ----------
    policies : mapping of str to Policy
        Texts by key.
    tables : dict of pandas.DataFrame
        With ``documents`` and ``citations``, which tell the order; see :func:`precedence`.
    lengths : iterable of int
        Letters that a passage has at least; n-grams are compared for each of them.
    pair : tuple of str, optional
        Keys of an earlier and a later text, in place of all pairs.

    Returns
    -------
    tuple of pandas.DataFrame
        Rows of the tables ``reuse`` and ``reuse_passages``, the latter for the smallest length.

    Raises
    ------
    UsageError
        When there are no lengths, one is below 1, or the pair is not among the texts.
    """
    sizes = sorted(set(lengths))
    if not sizes:
        raise UsageError("a comparison needs a shortest length of passages")
    if pair is None:
        ordered = [precedence(tables, *two) for two in itertools.combinations(sorted(policies), 2)]
    else:
        for key in pair:
            if key not in policies:
                raise UsageError(f"there is no text {key!r}; there are {', '.join(policies)}")
        ordered = [(*pair, "named")]
    totals: list[tuple[object, ...]] = []
    passages: list[tuple[object, ...]] = []
    for upper, lower, known in sorted(ordered):
        above, below = policies[upper], policies[lower]
        for size in sizes:
            found = reuse(above.text, below.text, size)
            totals.append(
                (upper, lower, size, known, found.upper_letters, found.lower_letters,
                 found.upper_grams, found.lower_grams, found.shared_grams, len(found.passages),
                 found.upper_covered, found.lower_covered)
            )  # fmt: skip
            if size > sizes[0]:
                continue
            for at in found.passages:
                passages.append(
                    (upper, lower,
                     *_placed(above, at.upper_start, at.upper_end),
                     *_placed(below, at.lower_start, at.lower_end), at.length, at.places)
                )  # fmt: skip
    return _rows("reuse", totals), _rows("reuse_passages", passages)


def renewed(
    name: str, before: pd.DataFrame | None, found: pd.DataFrame, done: set[str]
) -> pd.DataFrame:
    """A table of what is measured, with the rows of some documents in place of those before.

    Parameters
    ----------
    name : str
        Name of the table.
    before : pandas.DataFrame, optional
        The table so far.
    found : pandas.DataFrame
        What was measured now.
    done : set of str
        Documents that were measured; rows about any other stay.

    Returns
    -------
    pandas.DataFrame
        In the order of the keys of the documents, rows of a document in their order.
    """
    if before is None:
        return found
    documents = [column for column in found if column.endswith("doc_id")]
    old = before.astype(dict.fromkeys(documents, "object"))
    kept = old[~old[documents].isin(done).all(axis="columns")]
    both = pd.concat([kept.astype("object"), found.astype("object")], ignore_index=True)
    return both.sort_values(documents, kind="stable", ignore_index=True)


def _placed(own: Policy, start: int, end: int) -> tuple[str, int, int]:
    """Innermost section at the beginning of a stretch of a policy, and its place in the source."""
    first, last = start + own.start, end + own.start
    around = [(high - low, name) for name, low, high in own.sections if low <= first < high]
    return min(around)[1] if around else "0", first, last


def _rows(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    fields = schema.tables()[name].fields
    types = {
        column: "int64" if field.type == "integer" else "object" for column, field in fields.items()
    }
    return pd.DataFrame(rows, columns=list(types)).astype(types)
