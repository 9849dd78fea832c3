"""What of each document is modelled: every heading, what is coded there, and what is left out."""

import io
import itertools
import json
import pathlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stdpolicy as sp
from conftest import DOC, TEXT, place
from invented import table
from stdpolicy import UsageError, schema
from stdpolicy.cli import main
from stdpolicy.modelled import coded_tables, modelled, unexplained
from stdpolicy.modelled_page import page
from stdpolicy.text import fold

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGES = {"en": ROOT / "docs" / "modelled.md", "zh": ROOT / "docs" / "modelled.zh.md"}
#: Tables that code what the documents say.
CONTENT = [
    *("citations", "targets", "outcomes", "deliverables", "incentives", "programmes", "tasks"),
    *("mechanisms", "responsibilities"),
]


@pytest.fixture(scope="module")
def tables():
    return sp.load_all()


@pytest.fixture(scope="module")
def parts(tables):
    return modelled(tables)


@pytest.fixture
def own(study):
    """The invented study, whose tables a test may change."""
    return sp.load_all(study.data)


# --- the packaged documents ----------------------------------------------------------------------


def test_every_heading_of_every_document_is_there_once_and_in_order(tables, parts):
    documents = tables["documents"]
    coded = set(documents.loc[documents["coded"].fillna(False), "doc_id"])
    assert set(parts["doc_id"]) == coded
    tree = tables["sections"][["doc_id", "section"]]
    assert list(parts[["doc_id", "section"]].itertuples(index=False, name=None)) == list(
        tree.itertuples(index=False, name=None)
    )
    for _, own in tables["sections"].groupby("doc_id", sort=False):
        assert own["start"].is_monotonic_increasing


def test_the_tree_covers_each_document_without_gap_or_overlap(tables):
    for doc, own in tables["sections"].astype("object").groupby("doc_id", sort=False):
        by_parent = own.fillna({"parent": ""}).groupby("parent", sort=False)
        spans = {row.section: (row.start, row.end) for row in own.itertuples()}
        for parent, children in by_parent:
            for before, after in itertools.pairwise(children.itertuples()):
                assert before.end == after.start, (doc, before.section, after.section)
            if parent:
                assert children["end"].max() == spans[parent][1], (doc, parent)
            else:
                assert children["start"].min() == 0, doc


def test_nothing_is_left_out_without_a_reason(parts):
    assert unexplained(parts).to_dict("records") == []


def test_every_coded_row_is_told_at_its_heading_and_those_above(tables, parts):
    tops = parts[parts["level"] <= 1]
    for name in coded_tables():
        standing = int(tables[name]["section"].notna().sum())
        assert parts[name].sum() == standing, name
        assert tops[f"{name}_below"].sum() == standing, name
    assert parts["left_out"].sum() == len(tables["left_out"])
    assert parts["not_modelled"].sum() == len(tables["not_modelled"])
    assert (parts["coded"] == parts[coded_tables()].sum(axis=1)).all()


def test_what_is_listed_as_not_modelled_is_not_coded(tables):
    listed = tables["not_modelled"]
    for name in CONTENT:
        pairs = listed.merge(tables[name].dropna(subset=["start"]), on="doc_id")
        clash = pairs[(pairs["start_x"] < pairs["end_y"]) & (pairs["start_y"] < pairs["end_x"])]
        assert clash["not_modelled_id"].tolist() == [], f"{name}: take them out of not_modelled"
    for _, own in listed.groupby("doc_id"):
        assert (own["start"].iloc[1:].to_numpy() >= own["end"].iloc[:-1].to_numpy()).all()


def test_reasons_are_in_both_languages(tables):
    listed = tables["not_modelled"]
    assert listed["reason_zh"].str.contains("[\u4e00-\u9fff]").all()
    assert not listed["reason_en"].str.contains("[\u4e00-\u9fff]").any()
    assert not listed["reason_zh"].str.contains("|", regex=False).any()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_committed_page_is_what_the_tables_give(tables, language):
    written = PAGES[language].read_text(encoding="utf-8")
    assert written == page(tables, language), "run: make codebook"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_committed_page_has_a_row_for_every_heading(tables, language):
    text = PAGES[language].read_text(encoding="utf-8")
    assert {"en": "no reason given", "zh": "未附理由"}[language] not in text
    chapters = {part.split("\n")[0]: part for part in text.split("\n## ")}
    for row in tables["sections"].to_dict("records"):
        heading = f"\n| {row['section']} {row[f'title_{language}']} |"
        assert chapters[row["doc_id"]].count(heading) == 1, heading


# --- an invented study ---------------------------------------------------------------------------


def test_an_invented_study_by_hand(own):
    uses = {"targets": ["02_b", "01_a"], "tasks": ["02_b"]}
    found = modelled(own, uses).set_index("section")
    assert list(found.index) == ["0", "1", "2", "2.1", "2.2"]
    # The second scope, covering 62 clusters, stands in the first chapter too.
    assert found.loc["1", ["targets", "scopes", "deliverables", "scores"]].tolist() == [3, 1, 1, 1]
    assert found.loc["1", "coded"] == 6
    assert found.loc["1", "coded_en"] == "scopes 1, targets 3, deliverables 1, scores 1"
    assert found.loc["1", "coded_zh"] == "范围 1、目标 3、事项 1、评分 1"
    assert found.loc["1", "analysed"] == "01_a|02_b"
    assert found.loc["1", "why_en"] == "“三套”: a name"
    text = fold(TEXT)
    size = text.index("二、保障措施") - text.index("一、总体目标")
    assert found.loc["1", "characters"] == size
    coded = sum(map(len, ("80项", "30项", "3-5个", "62个", "三套体系")))
    assert found.loc["1", "share"] == pytest.approx(coded / size)
    # A heading alone has what is below.
    assert found.loc["2", ["heading_only", "explained"]].tolist() == [True, True]
    assert found.loc["2", ["coded", "coded_below", "tasks_below"]].tolist() == [0, 7, 1]
    assert found.loc["2", "coded_en"] == found.loc["2", "analysed"] == ""
    over = text.index("附注") - text.index("二、保障措施")
    assert found.loc["2", "share"] == 0
    assert 0 < found.loc["2", "share_below"] < 1
    assert found["characters"].sum() == text.index("附注")
    assert found.loc["2.1", "characters"] + found.loc["2.2", "characters"] + 6 == over


def listed(section: str, words: str, part: str = "call") -> dict[str, str]:
    """A row of ``not_modelled`` for words of the invented text."""
    reasons = {"reason_zh": "一般要求", "reason_en": "a general call"}
    return {
        "not_modelled_id": f"{DOC}.n01",
        "doc_id": DOC,
        "section": section,
        "part": part,
        **place(words),
        **reasons,
    }


def test_a_heading_of_which_nothing_is_coded_needs_a_reason(own):
    assert unexplained(modelled(own)).empty
    silent = own | {"outcomes": own["outcomes"].head(0)}
    found = unexplained(modelled(silent))
    assert found[["doc_id", "section", "title_en"]].to_numpy().tolist() == [[DOC, "2.2", "Results"]]
    assert "| 2.2 Results | nothing |  | 0 % | 0 % | **nothing coded, no reason given** |" in page(
        silent, "en"
    )
    assert "**未编码，未附理由**" in page(silent, "zh")
    reason = table("not_modelled", listed("2.2", "截至2019年10月20日"))
    explained = modelled(silent | {"not_modelled": reason})
    assert unexplained(explained).empty
    row = explained.set_index("section").loc["2.2"]
    assert row["why_en"] == "general call without product or date: a general call"
    assert row["share_not_modelled"] == pytest.approx(len("截至2019年10月20日") / row["characters"])


def test_a_quantity_left_out_explains_no_heading(own):
    bare = own | {name: own[name].head(0) for name in (*coded_tables(), "not_modelled")}
    found = modelled(bare).set_index("section")
    assert found.loc["1", "left_out"] == 1
    assert unexplained(modelled(bare))["section"].tolist() == ["0", "1", "2", "2.1", "2.2"]


def test_a_heading_alone_is_explained_by_a_reason_below(own):
    bare = own | {name: own[name].head(0) for name in coded_tables()}
    bare["not_modelled"] = table("not_modelled", listed("2.2", "截至2019年10月20日"))
    assert unexplained(modelled(bare))["section"].tolist() == ["0", "1", "2.1"]


def test_a_study_without_documents_has_an_empty_page(own):
    nothing = {name: frame.head(0) for name, frame in own.items()}
    found = modelled(nothing)
    assert found.empty
    assert found["characters"].dtype == "int64"
    assert unexplained(found).empty
    assert "No document is coded." in page(nothing, "en")
    assert "尚无已编码文件。" in page(nothing, "zh")


def test_signs_of_tables_in_headings_do_not_break_the_page(own):
    own["sections"] = own["sections"].replace({"Results": "Results | more"})
    assert "| 2.2 Results \\| more |" in page(own, "en")


def test_missing_tables_and_languages_are_named(own):
    with pytest.raises(UsageError, match="lack left_out"):
        modelled({name: frame for name, frame in own.items() if name != "left_out"})
    with pytest.raises(UsageError, match="'fr'; there are en, zh"):
        page(own, "fr")


# --- any tree ------------------------------------------------------------------------------------


EMPTY = {name: table(name) for name in schema.tables()}


@st.composite
def trees(draw):
    """A document of chapters with parts, and rows at any places of it."""
    at, rows = 0, []
    for chapter in range(1, draw(st.integers(1, 4)) + 1):
        begin = at
        at += draw(st.integers(1, 30))
        below = []
        for part in range(1, draw(st.integers(0, 3)) + 1):
            start, at = at, at + draw(st.integers(1, 30))
            below.append((f"{chapter}.{part}", str(chapter), 2, start, at))
        rows += [(str(chapter), "", 1, begin, at), *below]
    columns = ("section", "parent", "level", "start", "end")
    sections = [
        dict(zip(columns, row, strict=True)) | {"doc_id": DOC, "title_zh": "题", "title_en": "T"}
        for row in rows
    ]
    frames = {}
    for name in ("targets", "tasks", "not_modelled"):
        placed = []
        for _ in range(draw(st.integers(0, 4))):
            home = draw(st.sampled_from(sections))
            start = draw(st.integers(home["start"], home["end"] - 1))
            end = draw(st.integers(start + 1, home["end"]))
            row = {"doc_id": DOC, "section": home["section"], "start": start, "end": end}
            reason = {"part": "call", "reason_zh": "因", "reason_en": "why"}
            placed.append(row | (reason if name == "not_modelled" else {}))
        frames[name] = table(name, *placed)
    return EMPTY | frames | {"sections": table("sections", *sections)}, at


@given(trees())
def test_counts_and_characters_add_up_in_any_tree(drawn):
    tables, size = drawn
    found = modelled(tables, {})
    names = coded_tables()
    covered = {
        at
        for name in names
        for row in tables[name].itertuples()
        for at in range(row.start, row.end)
    }
    whole = found[found["level"] == 1]
    assert found["characters"].sum() == size
    assert (found["share"] * found["characters"]).sum() == pytest.approx(len(covered))
    sizes = tables["sections"].set_index("section")
    sizes = (sizes["end"] - sizes["start"])[whole["section"]].to_numpy()
    assert (whole["share_below"] * sizes).sum() == pytest.approx(len(covered))
    assert (found["share"] + found["share_not_modelled"]).between(0, 1 + 1e-9).all()
    for name in names:
        assert found[name].sum() == whole[f"{name}_below"].sum() == len(tables[name])
    bare = found[(found["coded_below"] == 0) & (found["not_modelled"] == 0)]
    assert set(unexplained(found)["section"]) >= set(bare[~bare["heading_only"]]["section"])


# --- the command ---------------------------------------------------------------------------------


def test_the_command_prints_or_writes_the_page(study, own, capsys, tmp_path):
    data = ["--data", str(study.data)]
    assert main(["modelled", *data]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (page(own, "en"), "")
    path = tmp_path / "docs" / "modelled.zh.md"
    assert main(["modelled", *data, "--language", "zh", "--to", str(path)]) == 0
    assert path.read_bytes() == page(own, "zh").encode()
    assert capsys.readouterr().out == ""


def test_the_command_gives_all_columns(study, own, capsys):
    data = ["--data", str(study.data)]
    assert main(["modelled", *data, "--format", "csv"]) == 0
    read = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype={"section": "str"})
    want = modelled(own)
    assert list(read) == list(want)
    assert read["characters"].tolist() == want["characters"].tolist()
    assert main(["modelled", *data, "--format", "json"]) == 0
    assert [row["section"] for row in json.loads(capsys.readouterr().out)] == list(want["section"])


def test_the_command_counts_what_has_no_reason(study, capsys):
    study.write("not_modelled", [])
    study.write("citations", [])
    study.write("programmes", [])
    study.put("tasks", 0, programme_id="")
    assert main(["modelled", "--data", str(study.data)]) == 0
    told = capsys.readouterr()
    assert told.err == (
        "1 of 5 headings nothing is coded and no reason is given; reasons go to not_modelled.csv\n"
    )
    assert "**nothing coded, no reason given**" in told.out
