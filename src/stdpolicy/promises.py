"""What was promised: targets by plan, tier and field, deadlines, and where the numbers stand."""

import pandas as pd

from stdpolicy import dates
from stdpolicy.errors import UsageError

Tables = dict[str, pd.DataFrame]

#: Tables that hold quantities of a document, in the order in which figures show them.
QUANTITY_TABLES = ["targets", "outcomes", "incentives", "scopes", "left_out"]


def select(
    tables: Tables, jurisdiction: str = "", first_year: int = 0, last_year: int = 9999
) -> Tables:
    """Rows for one jurisdiction and a span of years.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        All tables, as :func:`stdpolicy.load_all` returns them.
    jurisdiction : str
        Key of a jurisdiction; all of them when empty.
    first_year, last_year : int
        Years of the deadline between which targets and dated deliverables are kept.

    Returns
    -------
    dict of pandas.DataFrame
        The same tables; those with a column ``jurisdiction`` that code a document hold only its
        rows, and so do the documents. Vocabularies and observations are left whole.

    Raises
    ------
    UsageError
        When the jurisdiction is unknown or no coded document speaks for it, or the years are the
        wrong way round.
    """
    if first_year > last_year:
        raise UsageError(f"the first year {first_year} is after the last year {last_year}")
    out = dict(tables)
    if jurisdiction:
        documents = tables["documents"]
        coded = documents[documents["coded"].fillna(False)]
        known = sorted(coded["jurisdiction"].dropna().unique())
        if jurisdiction not in known:
            raise UsageError(
                f"no coded document speaks for {jurisdiction!r}; there are {', '.join(known)}"
            )
        keep = set(coded.loc[coded["jurisdiction"] == jurisdiction, "doc_id"])
        for name, frame in tables.items():
            if "doc_id" in frame and name != "scopes":
                out[name] = frame[frame["doc_id"].isin(keep)].reset_index(drop=True)
    for name in ("targets", "deliverables"):
        year = dates.intervals(out[name]["due_date"])["last"].dt.year
        inside = year.isna() | year.between(first_year, last_year)
        out[name] = out[name][inside].reset_index(drop=True)
    # Parts exhaust their whole only together.
    targets = out["targets"]
    gone = tables["targets"][~tables["targets"]["target_id"].isin(targets["target_id"])]
    fewer = targets["part_of"].isin(gone["part_of"].dropna())
    fewer &= (targets["part_relation"] == "disjoint_exhaustive").astype(bool)
    if fewer.any():
        out["targets"] = targets.assign(
            part_relation=targets["part_relation"].mask(fewer, "disjoint")
        )
    # Pairs go with their targets.
    pairs = tables["crosswalk"]
    kept = pairs["target_id"].isin(out["targets"]["target_id"])
    out["crosswalk"] = pairs[kept].reset_index(drop=True)
    # What is told of a deliverable goes with it, whatever document tells it.
    if "fulfilments" in tables:
        told = tables["fulfilments"]
        kept = told["deliverable_id"].isin(out["deliverables"]["deliverable_id"])
        out["fulfilments"] = told[kept].reset_index(drop=True)
    return out


def rows_due(
    results: pd.DataFrame,
    due: str,
    years: tuple[int, int],
    jurisdiction: str = "",
    places: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Rows of a table of results for a span of years and a jurisdiction.

    Parameters
    ----------
    results : pandas.DataFrame
        Any table with a column of deadlines.
    due : str
        That column.
    years : tuple of int
        First and last year of the deadline.
    jurisdiction : str
        Key of a jurisdiction that one of the columns ``places`` has to name; any when empty.
    places : tuple of str
        Columns that hold jurisdictions.
    """
    first, last = years
    mine = results[due].between(str(first), f"{last}-12-31")
    if jurisdiction and places:
        mine &= results[list(places)].eq(jurisdiction).any(axis="columns")
    return results[mine]


def promised_standards(tables: Tables) -> pd.DataFrame:
    """Targets that count standards, by plan, total and field.

    Parameters
    ----------
    tables : dict of pandas.DataFrame
        With ``targets``, ``indicators`` and ``documents``.

    Returns
    -------
    pandas.DataFrame
        One row per target whose indicator counts standards of some tier, in text order within a
        plan: ``doc_id``, ``target_id``, ``tier``, ``indicator``, ``domain``, ``value`` (standards,
        the lower end of the number), ``bound``, ``commitment``, ``part_of``, and ``group``: the
        target that the row belongs to as whole or part, or plan and tier for a field target that
        is no part. Places that promise the same thing again are left out.
    """
    targets = tables["targets"]
    repeated = targets["part_relation"].astype("object") == "overlapping"
    kinds = tables["indicators"].set_index("key")
    frame = targets[~repeated].copy()
    frame["tier"] = frame["indicator"].map(kinds["tier"].astype("object"))
    flow = frame["indicator"].map(kinds["measure"].astype("object")) == "flow"
    frame = frame[flow & ~frame["tier"].isin(["none", "enterprise"])]
    frame["value"] = frame["value_low"]
    loose = frame["part_of"].isna() & (frame["domain"] != "all")
    own = frame["part_of"].fillna(frame["target_id"])
    frame["group"] = own.where(~loose, frame["doc_id"] + "." + frame["tier"].astype("string"))
    columns = ["doc_id", "target_id", "tier", "indicator", "domain", "value", "bound"]
    ordered = frame.sort_values(["doc_id", "start"], kind="stable")
    return ordered[[*columns, "commitment", "part_of", "group"]].reset_index(drop=True)


def deadlines(tables: Tables) -> pd.DataFrame:
    """How many promises of each plan fall due in each year.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``kind`` (``target`` or ``deliverable``), ``year`` (of the deadline, Int64) and
        ``promises`` (count). Deliverables that say again an earlier one are counted once.
    """
    parts = []
    for kind, name in (("target", "targets"), ("deliverable", "deliverables")):
        frame = tables[name]
        if name == "deliverables":
            frame = frame[frame["restates"].isna()]
        year = dates.intervals(frame["due_date"])["last"].dt.year.astype("Int64")
        part = pd.DataFrame({"doc_id": frame["doc_id"], "kind": kind, "year": year})
        parts.append(part.dropna(subset=["year"]))
    every = pd.concat(parts, ignore_index=True)
    out = every.groupby(["doc_id", "kind", "year"], as_index=False, observed=True).size()
    return out.rename(columns={"size": "promises"})


def quantities_by_document(tables: Tables) -> pd.DataFrame:
    """Every quantity of the coded documents, by what became of it.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``coded_as`` (name of the table) and ``quantities`` (count), in the order of
        the documents table and of :data:`QUANTITY_TABLES`; zero where there is none.
    """
    documents = tables["documents"]
    ids = list(documents.loc[documents["coded"].fillna(False), "doc_id"])
    rows = []
    for doc in ids:
        for name in QUANTITY_TABLES:
            frame = tables[name]
            count = int(((frame["doc_id"] == doc) & frame["quote"].notna()).sum())
            rows.append((doc, name, count))
    return pd.DataFrame(rows, columns=["doc_id", "coded_as", "quantities"])
