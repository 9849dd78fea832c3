"""A study of one's own, from an empty folder to coded tables."""

import csv
import json
import os
import pathlib
import shutil
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drafted
import stdpolicy as sp
from stdpolicy import cli, schema
from stdpolicy.audit import audit
from stdpolicy.errors import DataError, UsageError
from stdpolicy.extraction.documents import DocumentError
from stdpolicy.reproduction.notebooks import list_notebooks, parameters_of, read_notebook
from stdpolicy.reproduction.reproduce import reproduce
from stdpolicy.study import accept, draft, new
from stdpolicy.study.folder import StudyError
from stdpolicy.study.merging import merge
from stdpolicy.study.proposals import propose, title_period
from stdpolicy.study.review import _steps
from stdpolicy.study.sections import draft_sections, section_at
from stdpolicy.text.folding import fold, fold_with_places
from stdpolicy.validation import check

DOC = drafted.DOC
FULL = bool(os.environ.get("STDPOLICY_FULL"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return drafted.make_study(tmp_path_factory.mktemp("made"))


@pytest.fixture
def study(made, tmp_path):
    """A study with a drafted plan that a test may change."""
    return pathlib.Path(shutil.copytree(made, tmp_path / "study"))


@pytest.fixture(scope="module")
def taken(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("taken")
    home = pathlib.Path(shutil.copytree(made, folder / "study"))
    accept(drafted.write_decisions(folder, drafted.all_accepted(home)), home)
    return home


@pytest.fixture
def accepted(taken, tmp_path):
    """A study with the plan accepted as drafted that a test may change."""
    return pathlib.Path(shutil.copytree(taken, tmp_path / "accepted"))


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(study, table, doc=DOC):
    with (study / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if not doc or row["doc_id"] == doc]


def write_rows(study, table, told):
    with (study / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        fields = list(schema.tables()[table].fields)
        writer = csv.DictWriter(stream, fields, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)


def put(study, told):
    return accept(drafted.write_decisions(study.parent, told), study)


def holds(study):
    assert check(study / "data").to_dict("records") == []
    assert audit(study / "documents", study / "data").to_dict("records") == []


# --- new ------------------------------------------------------------------------------------------


def test_a_new_study_is_valid_empty_and_has_what_is_needed(tmp_path, capsys):
    folder = tmp_path / "浙江 study"
    assert cli.main(["new", str(folder)]) == 0
    assert capsys.readouterr().out.strip() == str(folder)
    assert cli.main(["check", "--data", str(folder / "data")]) == 0
    assert len(sp.assess(folder / "data")) == 0
    tables = sp.load_all(folder / "data")
    held = {name for name, table in tables.items() if len(table)}
    assert held == {
        "jurisdictions",
        "indicators",
        "domains",
        "scopes",
        "agencies",
        "instruments",
        "criteria",
        "schemes",
        "tier_parts",
        "terms",
    }
    assert tables["indicators"].equals(sp.load("indicators"))
    assert list(tables["scopes"]["key"]) == ["whole_jurisdiction"]
    about = json.loads((folder / "data/datapackage.json").read_text(encoding="utf-8"))
    assert about["title"] == "浙江 study"
    assert about["resources"] == schema.descriptor()["resources"]
    ignored = (folder / ".gitignore").read_text(encoding="utf-8")
    assert "/documents/" in ignored
    assert "/review/" in ignored
    for name in ("README.md", "README.zh.md"):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith("# 浙江 study\n")
        for command in ("draft", "accept", "check", "audit", "reproduce"):
            assert f"stdpolicy {command}" in text


def test_notebooks_of_a_study_are_the_packaged_ones_on_its_own_tables(made):
    books = sorted((made / "notebooks").glob("*.ipynb"))
    assert [book.name for book in books] == [book.name for book in list_notebooks()]
    for book, packaged in zip(books, list_notebooks(), strict=True):
        assert parameters_of(book) == parameters_of(packaged) | {"data": "../data"}
        cells = read_notebook(book).cells
        assert not any(cell.get("outputs") for cell in cells)
        assert len(cells) == len(read_notebook(packaged).cells) + 2


def test_frictionless_finds_a_new_study_valid(made):
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(made / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_a_study_is_never_made_over_something(tmp_path):
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="there already"):
        new(folder)
    with pytest.raises(UsageError, match="there already"):
        new(folder / "mine.txt")
    assert [p.name for p in tmp_path.rglob("*")] == ["there", "mine.txt"]
    (folder / "mine.txt").unlink()
    assert new(folder) == folder


def test_a_study_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    def fails(folder):
        raise OSError("full")

    monkeypatch.setattr(sys.modules[new.__module__], "_write_notebooks", fails)
    with pytest.raises(OSError, match="full"):
        new(tmp_path / "study")
    assert list(tmp_path.iterdir()) == []


# --- sections -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("没有标题的短文。", ["0 0 （首段）"]),
        (
            "引言。\n一、目标\n二、措施\n（一）资金。给予。\n（二）人才。",
            ["0 0 （首段）", "1 1 目标", "2 1 措施", "2.1 2 资金", "2.2 2 人才"],
        ),
        (
            "第一章 总则\n第一节 目的\n一、范围\n第二章 附则",
            ["1 1 总则", "1.1 2 目的", "1.1.1 3 范围", "2 1 附则"],
        ),
        (
            "一、甲\n1.乙\n(1)丙\n（2）丁\n2．戊",
            ["1 1 甲", "1.1 2 乙", "1.1.1 3 丙", "1.1.2 3 丁", "1.2 2 戊"],
        ),
        # A reference to a heading is none, and neither is a number with a decimal point.
        ("一、甲。\n二、乙。见\n一、所述。\n3.5万项", ["1 1 甲", "2 1 乙"]),
        (
            "一、甲\n专栏1 工程\n专栏2 行动\n二、乙",
            ["1 1 甲", "1.box1 2 工程", "1.box2 2 行动", "2 1 乙"],
        ),
        # A number that is left out by mistake does not end the list.
        ("一、甲\n三、丙\n九、壬", ["1 1 甲", "3 1 丙"]),
        ("一是建立。二是完善。", ["0 0 （首段）"]),
    ],
)
def test_sections_follow_the_headings(text, expected):
    found = [f"{s.section} {s.level} {s.title}" for s in draft_sections(text)]
    assert found == expected


def test_press_texts_count_in_words():
    found = [s.section for s in draft_sections("一、甲。一是建立。二是完善。", press=True)]
    assert found == ["1", "1.1", "1.2"]


_LINES = st.sampled_from(
    [
        "一、甲",
        "二、乙。正文",
        "三、丙",
        "（一）丁",
        "（二）戊",
        "1.己",
        "2.庚",
        "专栏1 辛",
        "正文　80项。",
        "",
        "第一章 壬",
        "(1)癸",
    ]
)


@given(st.lists(_LINES, max_size=12))
def test_sections_lie_inside_each_other_and_cover_the_text(lines):
    text = "\n".join(lines)
    folded = fold(text)
    found = draft_sections(text)
    assert len({s.section for s in found}) == len(found)
    assert found == sorted(found, key=lambda s: s.start)
    top = [s for s in found if not s.parent]
    assert [s.start for s in top] == [0, *(s.end for s in top[:-1])][: len(top)]
    assert not folded or top[-1].end == len(folded)
    spans = {s.section: s for s in found}
    for s in found:
        assert s.start < s.end
        assert s.parent == s.section.rpartition(".")[0]
        if s.parent:
            above = spans[s.parent]
            assert above.start <= s.start
            assert s.end <= above.end
        if s.level:
            assert fold(s.title) in folded[s.start : s.start + len(fold(s.title)) + 12]
    for at in range(len(folded)):
        assert section_at(found, at, at + 1) is not None


# --- places ---------------------------------------------------------------------------------------

_NOISE = st.sampled_from(
    ["", " ", "　", "\n", "\ue004", "\u200b", "e\u0301", "𠮷", "㎡", "ﬁ", "ｶﾞ", "“甲”，"]
)
_NUMBERS = st.sampled_from(
    ["80项", "１２０个", "3－5个", "85％", "１，２００项", "百分之八十", "20\ue004项"]
)


@given(
    st.lists(
        st.tuples(_NOISE, st.sampled_from(["制定标准", "建成平台"]), _NUMBERS, _NOISE), max_size=6
    )
)
def test_proposals_stand_where_they_say_in_the_folded_text(parts):
    text = "。".join("".join(part) for part in parts)
    folded = fold(text)
    told = propose(text, {}, {})
    found = sp.extract(text.replace("\ue004", "").replace("\u200b", ""))
    assert [fold(quote) for quote in found["quote"]] == [p.quote for p in told]
    for p in told:
        assert folded[p.start : p.end] == p.quote


@given(st.text(max_size=60))
def test_a_script_finds_the_places_of_any_text(text):
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    steps = _steps(text, places)
    units = [0]
    for count, step in zip(steps[::2], steps[1::2], strict=True):
        for _ in range(count):
            units.append(units[-1] + step)
    at = 0
    for index, char in enumerate(text):
        assert units[at] == places[index]
        at += 1 if ord(char) < 0x10000 else 2
    assert at == len(units) - 1
    assert units[-1] == places[-1] == len(folded)


# --- proposals ------------------------------------------------------------------------------------


PLAIN = {"role": "unstated", "commitment": "firm", "stage": "issued", "bound": "exact"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("力争主导制定国际标准60项", {"role": "lead", "action": "make", "commitment": "strive"}),
        ("制定国际标准60项", {"indicator": "international_standards", "due_date": "2025-12-31"}),
        ("参与制定国际标准60项", {"role": "take_part", "year_source": "explicit"}),
        ("主导和参与制修订国家标准6项", {"role": "lead_or_take_part", "action": "make_or_revise"}),
        ("制定国家标准60项以上", {"bound": "at_least", "value_low": "60", "value_high": ""}),
        ("培育团体标准150项左右", {"stage": "drafted", "bound": "approx"}),
        ("培育团体标准150项", {"stage": "drafted", "indicator": "group_standards"}),
        ("修订地方标准20项", {"action": "revise"}),
        ("启动示范区20个", {"action": "other", "stage": "initiated"}),
        ("新制定地方标准20项", {"basis": "during"}),
        ("覆盖率达到85%", {"basis": "stock", "unit": "%"}),
        ("总产值达到1.5亿元", {"value_low": "1.5", "value_high": "1.5", "unit": "亿元"}),
        ("建成基地3—5个", {"bound": "range", "value_low": "3", "value_high": "5"}),
        ("办理时间不超过5个工作日", {"bound": "at_most", "value_low": "", "value_high": "5"}),
        ("产量增长8%", {"note": "Amount of rise."}),
        ("带动农户20余万户", {"bound": "at_least", "value_low": "20", "unit": "万户"}),
    ],
)
def test_fields_follow_the_words(words, expected):
    text = f"到2025年，{words}。"
    labels = dict(sp.load("indicators")[["key", "zh"]].itertuples(index=False, name=None))
    document = {"jurisdiction": "qingxi", "issued_on": "2021-03-01"}
    [told] = propose(text, document, labels, "plan", 2021)
    assert told.table == "targets"
    fields = told.fields
    expected = PLAIN | expected
    assert {name: fields[name] for name in expected} == expected
    assert fields["base_date"] == "2021-01-01"
    assert fields["base_date_source"] == "issued"


@pytest.mark.parametrize(
    ("text", "basis", "as_of"),
    [
        ("截至2020年10月20日，累计发布地方标准70项。", "cumulative", "2020-10-20"),
        ("截至2020年底，发布地方标准70项。", "unstated", "2020-12-31"),
        ("试点以来，已发布地方标准70项。", "during", "2021-03-01"),
    ],
)
def test_an_outcome_has_its_basis_and_day(text, basis, as_of):
    [told] = propose(text, {"issued_on": "2021-03-01"}, {}, "press")
    assert told.table == "outcomes"
    assert (told.fields["basis"], told.fields["as_of_date"]) == (basis, as_of)
    assert told.fields["reported_on"] == "2021-03-01"


def test_the_period_of_a_title():
    assert title_period("标准化规划（2021—2025年）") == ("2021", "2025")
    assert title_period("２０２１－２０２３年行动计划") == ("2021", "2023")
    assert title_period("2021年工作要点") == ("", "")


# --- draft ----------------------------------------------------------------------------------------


def test_a_draft_registers_the_document_and_codes_nothing(study):
    assert (study / "documents" / f"{DOC}.txt").read_text(encoding="utf-8") == drafted.TEXT
    [document] = rows(study, "documents")
    assert document["title_zh"] == drafted.TITLE
    assert document["coded"] == "false"
    assert (document["period_start"], document["period_end"]) == ("2021", "2025")
    assert all(not rows(study, name) for name in ("targets", "outcomes", "left_out", "sections"))
    holds(study)
    told = drafted.read_draft(study)
    folded = fold(drafted.TEXT)
    assert 35 <= len(told["proposals"]) <= 45
    for proposal in told["proposals"]:
        assert folded[proposal["start"] : proposal["end"]] == proposal["quote"]
        assert proposal["key"] == f"{proposal['start']}-{proposal['end']}"
        assert 0 <= proposal["confidence"] <= 1
    by = {proposal["quote"]: proposal for proposal in told["proposals"]}
    assert by["35项"]["fields"]["indicator"] == "international_standards"
    assert by["35项"]["table"] == "outcomes"
    assert by["50万元"]["table"] == "incentives"
    assert by["50万元"]["fields"]["payment"] == "once"
    assert by["62个"]["table"] == "left_out"
    assert by["120家"]["fields"]["due_date"] == "2025-12-31"


def test_what_a_draft_says_is_not_the_text(study):
    told = (study / "drafts" / f"{DOC}.json").read_text(encoding="utf-8")
    assert "坚持标准引领" not in told


def test_a_draft_asks_for_what_it_needs(made, tmp_path):
    source = tmp_path / "计划.txt"
    source.write_text("到2025年，制定标准80项。", encoding="utf-8")
    home = new(tmp_path / "other")
    before = contents(home)
    with pytest.raises(UsageError, match="--id"):
        draft(source, home)
    with pytest.raises(UsageError, match="--title, --jurisdiction, --kind are needed"):
        draft(source, home, doc_id="ab-plan")
    about = {"title_zh": "计划", "jurisdiction": "nowhere", "kind": "plan"}
    with pytest.raises(UsageError, match="jurisdiction-row"):
        draft(source, home, doc_id="ab-plan", about=about)
    with pytest.raises(UsageError, match="press_release"):
        draft(source, home, doc_id="ab-plan", about=about | {"kind": "poem"})
    with pytest.raises(UsageError, match="no column colour"):
        draft(source, home, doc_id="ab-plan", about=about | {"colour": "red"})
    with pytest.raises(UsageError, match="no column colour"):
        draft(source, home, doc_id="ab-plan", about=about, place={"colour": "red"})
    with pytest.raises(DataError, match="level"):
        draft(source, home, doc_id="ab-plan", about=about, place={"zh": "某地", "en": "Some"})
    with pytest.raises(DataError, match="issued_on"):
        draft(
            source,
            home,
            doc_id="ab-plan",
            about=about | {"jurisdiction": "china", "issued_on": "March"},
        )
    with pytest.raises(UsageError, match="no study"):
        draft(source, tmp_path)
    with pytest.raises(UsageError, match="packaged tables"):
        draft(source, schema.packaged_folder().parent)
    with pytest.raises(UsageError, match="no file"):
        draft(tmp_path / "none.txt", home, doc_id="ab-plan")
    (tmp_path / "blank.txt").write_text(" \n　", encoding="utf-8")
    with pytest.raises(StudyError, match="no text"):
        draft(tmp_path / "blank.txt", home, doc_id="ab-plan")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(DocumentError, match="binary"):
        draft(tmp_path / "binary.txt", home, doc_id="ab-plan")
    assert contents(home) == before


def test_other_forms_of_documents_and_line_ends(tmp_path):
    home = new(tmp_path / "study")
    about = {"title_zh": "某省计划", "jurisdiction": "china", "kind": "plan", "issued_on": "2021"}
    words = "一、目标\r\n到2025年，制定国家标准80项。\r\n"
    (tmp_path / "ab-gbk.txt").write_bytes(words.encode("gb18030"))
    (tmp_path / "ab-page.html").write_text(
        "<title>计划</title><h1>一、目标</h1><p>到2025年，制定国家标准80项。</p>", encoding="utf-8"
    )
    from docx import Document

    paper = Document()
    paper.add_paragraph("一、目标")
    paper.add_paragraph("到2025年，制定国家标准80项。")
    paper.save(tmp_path / "ab-paper.docx")
    for name in ("ab-gbk.txt", "ab-page.html", "ab-paper.docx"):
        page = draft(tmp_path / name, home, about=about)
        doc = page.stem
        assert doc == name.partition(".")[0]
        assert [p["quote"] for p in drafted.read_draft(home, doc)["proposals"]] == ["80项"]
        assert b"\r" not in (home / "documents" / f"{doc}.txt").read_bytes()
        put(home, drafted.all_accepted(home, doc))
    holds(home)
    assert {row["section"] for row in rows(home, "targets", "")} == {"1"}


def test_a_document_without_quantities_and_headings(tmp_path):
    home = new(tmp_path / "study")
    source = tmp_path / "ab-note.txt"
    source.write_text("坚持标准引领。", encoding="utf-8")
    draft(source, home, about={"title_zh": "说明", "jurisdiction": "china", "kind": "notice"})
    put(home, drafted.all_accepted(home, "ab-note"))
    holds(home)
    assert [row["section"] for row in rows(home, "sections", "ab-note")] == ["0"]
    assert rows(home, "documents", "ab-note")[0]["title_en"] == "说明"


def test_drafting_again_completes_the_row_and_gives_the_same_draft(study):
    before = contents(study)
    source = study.parent / "again.txt"
    source.write_text(drafted.TEXT, encoding="utf-8")
    draft(source, study, doc_id=DOC, about={"number": "清政发〔2021〕5号"})
    [document] = rows(study, "documents")
    assert document["number"] == "清政发〔2021〕5号"
    assert document["title_zh"] == drafted.TITLE
    after = contents(study)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"data/documents.csv", f"review/{DOC}.html"}


def test_a_draft_is_the_same_after_its_acceptance(accepted):
    source = accepted.parent / "again.txt"
    source.write_text(drafted.TEXT, encoding="utf-8")
    told = drafted.all_accepted(accepted)
    told["sections"] = {"2.1": "Farm standards"}
    put(accepted, told)
    before = contents(accepted)
    draft(source, accepted, doc_id=DOC)
    after = contents(accepted)
    assert {n for n in after if after[n] != before[n]} == {
        f"drafts/{DOC}.json",  # the English heading is known now
        f"review/{DOC}.html",
    }
    keys = [p["key"] for p in drafted.read_draft(accepted)["proposals"]]
    assert keys == [one["key"] for one in told["decisions"]]
    assert put(accepted, told)[["new", "changed", "gone"]].to_numpy().sum() == 0
    assert contents(accepted) == after


def test_another_text_of_a_coded_document_is_refused(accepted):
    source = accepted.parent / "other.txt"
    source.write_text(drafted.TEXT + "另制定地方标准7项。", encoding="utf-8")
    before = contents(accepted)
    with pytest.raises(StudyError, match="not the text"):
        draft(source, accepted, doc_id=DOC)
    assert contents(accepted) == before


# --- accept ---------------------------------------------------------------------------------------


def test_what_was_accepted_passes_check_and_audit_in_text_order(accepted):
    holds(accepted)
    told = drafted.read_draft(accepted)
    letters = {"targets": "t", "outcomes": "o", "incentives": "i", "left_out": "x"}
    total = 0
    for name, letter in letters.items():
        found = rows(accepted, name)
        total += len(found)
        starts = [int(row["start"]) for row in found]
        assert starts == sorted(starts)
        key = schema.tables()[name].primary_key[0]
        assert [row[key] for row in found] == [
            f"{DOC}.{letter}{n:02d}" for n in range(1, len(found) + 1)
        ]
    assert total == len(told["proposals"])
    [document] = rows(accepted, "documents")
    assert document["coded"] == "true"
    assert document["text_sha256"] == told["text_sha256"]
    by = {row["quote"]: row for row in rows(accepted, "targets")}
    assert by["80项"]["section"] == "2.1.1"
    assert by["3至5个"]["value_high"] == "5"
    assert len(sp.assess(accepted / "data")) == len(rows(accepted, "targets"))


def test_accepting_twice_changes_nothing(accepted, capsys):
    before = contents(accepted)
    file = drafted.write_decisions(accepted.parent, drafted.all_accepted(accepted))
    assert cli.main(["accept", str(file), "--study", str(accepted)]) == 0
    told = capsys.readouterr()
    assert "0 rows written" in told.err
    assert [line.split(",")[2:] for line in told.out.splitlines()[1:]] == [["0"] * 4] * 4
    assert contents(accepted) == before


@settings(max_examples=60 if FULL else 6)
@given(st.data())
def test_any_decisions_in_any_order_give_the_same_valid_tables(made, tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    told = drafted.read_draft(made)
    choices = data.draw(
        st.lists(
            st.sampled_from(["as drafted", "left_out", "targets", "outcomes", "incentives"]),
            min_size=len(told["proposals"]),
            max_size=len(told["proposals"]),
        )
    )
    decided = []
    for proposal, choice in zip(told["proposals"], choices, strict=True):
        if not proposal["fields"]["unit"]:  # what only the audit asks for has no number to code
            choice = "left_out"
        one = drafted.decision(proposal, "" if choice == "as drafted" else choice)
        one["decision"] = "reject" if choice == "left_out" else "accept"
        decided.append(one)
    orders = [decided, data.draw(st.permutations(decided))]
    made_of = []
    for number, order in enumerate(orders):
        home = pathlib.Path(shutil.copytree(made, folder / str(number)))
        put(home, drafted.decisions(told, list(order)))
        made_of.append(contents(home))
    assert made_of[0] == made_of[1]
    holds(home)
    shutil.rmtree(folder)


def test_undecided_quantities_stop_everything_and_are_listed(study, capsys):
    told = drafted.all_accepted(study)
    gone = [told["decisions"].pop(3), told["decisions"].pop(7)]
    file = drafted.write_decisions(study.parent, told)
    before = contents(study)
    assert cli.main(["accept", str(file), "--study", str(study)]) == 1
    words = capsys.readouterr().err
    assert "2 not decided yet" in words
    for one in gone:
        assert f"{one['quote']} (character {one['start']})" in words
    assert contents(study) == before
    assert cli.main(["accept", str(file), "--study", str(study), "--leave-out-undecided"]) == 0
    left = {row["quote"]: row for row in rows(study, "left_out")}
    for one in gone:
        assert left[one["quote"]]["reason_en"] == "not decided yet"
    holds(study)


def test_corrections_replace_what_was_accepted(accepted):
    told = drafted.all_accepted(accepted)
    by = {one["quote"]: one for one in told["decisions"]}
    by["120家"]["fields"]["commitment"] = "strive"
    proposal = next(p for p in drafted.read_draft(accepted)["proposals"] if p["quote"] == "80项")
    moved = drafted.decision(proposal, "left_out", reason="restated")
    told["decisions"][told["decisions"].index(by["80项"])] = moved | {"decision": "reject"}
    before = len(rows(accepted, "targets"))
    counts = put(accepted, told).set_index("table")
    assert counts.loc["targets", ["new", "changed", "gone"]].tolist() == [0, 1, 1]
    assert counts.loc["left_out", "new"] == 1
    found = {row["quote"]: row for row in rows(accepted, "targets")}
    assert found["120家"]["commitment"] == "strive"
    assert len(rows(accepted, "targets")) == before - 1
    assert "80项" in {row["quote"] for row in rows(accepted, "left_out")}
    holds(accepted)


def test_rows_coded_otherwise_stay_and_references_follow_the_keys(accepted):
    targets = rows(accepted, "targets")
    late = targets[-1]
    own = {**targets[0], "target_id": f"{DOC}.t99", "note": "by hand"}
    write_rows(accepted, "targets", [*targets, own])
    relations = dict.fromkeys(
        ("scope_relation", "role_relation", "stage_relation", "action_relation"), "same"
    )
    write_rows(
        accepted,
        "crosswalk",
        [
            {
                "target_id": late["target_id"],
                "evidence_id": f"{DOC}.o01",
                **relations,
                "comparable": "true",
                "reason_zh": "同",
                "reason_en": "same",
                "coder": "A",
                "confidence": "high",
            }
        ],
    )
    # The first target is left out after all, so every key behind it changes.
    told = drafted.all_accepted(accepted)
    first = next(one for one in told["decisions"] if one["table"] == "targets")
    proposal = next(
        p for p in drafted.read_draft(accepted)["proposals"] if p["key"] == first["key"]
    )
    told["decisions"][told["decisions"].index(first)] = drafted.decision(proposal, "left_out")
    told["decisions"][0]["fields"]["note"] = "seen again"
    counts = put(accepted, told).set_index("table")
    assert counts.loc["targets", "coded_otherwise"] == 1
    now = rows(accepted, "targets")
    assert [row["note"] for row in now if row["note"] == "by hand"] == ["by hand"]
    assert now[0]["note"] == "by hand"
    [pair] = rows(accepted, "crosswalk", None)
    [same] = [row for row in now if row["start"] == late["start"]]
    assert pair["target_id"] == same["target_id"]
    assert check(accepted / "data").empty
    before = contents(accepted)
    put(accepted, told)
    assert contents(accepted) == before


def test_changes_by_hand_stay_and_clashes_are_refused(accepted):
    targets = rows(accepted, "targets")
    targets[2]["note"] = "looked up"
    targets[2]["part_of"], targets[2]["part_relation"] = targets[0]["target_id"], "disjoint"
    write_rows(accepted, "targets", targets)
    told = drafted.all_accepted(accepted)
    one = next(d for d in told["decisions"] if d["start"] == int(targets[2]["start"]))
    one["fields"]["commitment"] = "strive" if targets[2]["commitment"] == "firm" else "firm"
    put(accepted, told)
    row = rows(accepted, "targets")[2]
    assert (row["note"], row["part_relation"]) == ("looked up", "disjoint")
    assert row["commitment"] == one["fields"]["commitment"]
    one["fields"]["note"] = "not looked up"
    before = contents(accepted)
    with pytest.raises(StudyError, match="'looked up' by hand, 'not looked up' decided"):
        put(accepted, told)
    one["fields"]["note"] = ""
    proposal = next(p for p in drafted.read_draft(accepted)["proposals"] if p["key"] == one["key"])
    told["decisions"][told["decisions"].index(one)] = drafted.decision(proposal, "left_out")
    with pytest.raises(StudyError, match="changed by hand"):
        put(accepted, told)
    assert contents(accepted) == before


def test_parts_and_repetitions_point_to_quantities(study):
    told = drafted.all_accepted(study)
    by = {one["quote"]: one for one in told["decisions"]}
    whole, part, again = by["400项"], by["25项"], by["62个"]
    part["fields"] |= {"part_of": f"@{whole['key']}", "part_relation": "disjoint"}
    again["fields"] |= {"reason": "restated", "same_as": f"@{whole['key']}"}
    put(study, told)
    found = {row["quote"]: row for row in rows(study, "targets")}
    assert found["25项"]["part_of"] == found["400项"]["target_id"]
    [left] = [row for row in rows(study, "left_out") if row["quote"] == "62个"]
    assert left["same_as"] == found["400项"]["target_id"]
    holds(study)
    before = contents(study)
    put(study, told)
    assert contents(study) == before
    again["fields"]["same_as"] = "@1-2"
    with pytest.raises(StudyError, match="in no table"):
        put(study, told)


def test_new_entries_and_headings_go_in(study):
    told = drafted.all_accepted(study)
    by = {one["quote"]: one for one in told["decisions"]}
    entry = drafted.COOPERATIVES
    by["120家"]["fields"]["indicator"] = "cooperatives"
    told["vocabulary"] = {"indicators": [entry], "scopes": []}
    told["sections"] = {"2.1": "Farm standards"}
    put(study, told)
    assert rows(study, "indicators", None)[-1]["zh"] == "示范合作社"
    titles = {row["section"]: row["title_en"] for row in rows(study, "sections")}
    assert (titles["2.1"], titles["2.2"]) == ("Farm standards", "工业标准化工程")
    holds(study)
    told["vocabulary"]["indicators"][0] = entry | {"en": "cooperatives that others follow"}
    put(study, told)
    assert rows(study, "indicators", None)[-1]["en"] == "cooperatives that others follow"
    assert [r["key"] for r in rows(study, "indicators", None)].count("cooperatives") == 1
    # An entry of the shared vocabulary is not rewritten from a page.
    told["vocabulary"]["indicators"].append(entry | {"key": "local_standards"})
    with pytest.raises(StudyError, match="local_standards"):
        put(study, told)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("indicator", "", "a value is required"),
        ("indicator", "unknown_thing", "refers to nothing"),
        ("value_low", "many", "is not a number"),
        ("value_low", "79", "needs two equal values"),
        ("bound", "roughly", "not one of the values"),
        ("due_date", "2019-12-31", "base_date is after due_date"),
        ("due_date", "soon", "not a date"),
        ("unit", "家", "not as the text has it"),
        ("part_of", "qx-2021-plan.t01", "belong together"),
    ],
)
def test_what_would_not_pass_is_told_with_its_quote_and_nothing_is_written(
    study, field, value, said
):
    told = drafted.all_accepted(study)
    one = next(d for d in told["decisions"] if d["quote"] == "80项")
    one["fields"][field] = value
    before = contents(study)
    with pytest.raises(StudyError, match=said) as caught:
        put(study, told)
    assert "80项" in str(caught.value)
    assert contents(study) == before


def test_both_ends_wrong_is_found_by_the_audit(study):
    told = drafted.all_accepted(study)
    one = next(d for d in told["decisions"] if d["quote"] == "80项")
    one["fields"] |= {"value_low": "81", "value_high": "81"}
    before = contents(study)
    with pytest.raises(StudyError, match="not as the text has it"):
        put(study, told)
    assert contents(study) == before


def test_quotes_that_do_not_stand_there_are_refused(study):
    told = drafted.all_accepted(study)
    told["decisions"][0]["start"] += 1
    with pytest.raises(StudyError, match="not where the decisions say"):
        put(study, told)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda told: told.update(form="other"), "its form is 'other'"),
        (lambda told: told.pop("decisions"), "decisions is missing, expected a list"),
        (lambda told: told["decisions"][0].pop("start"), "start is missing"),
        (lambda told: told["decisions"][0].update(end="9"), "end is '9', expected a whole number"),
        (lambda told: told["decisions"][0].update(decision="perhaps"), "decision is 'perhaps'"),
        (lambda told: told["decisions"][0].update(table="tasks"), "table is 'tasks'"),
        (lambda told: told["decisions"][0].update(decision="reject"), "expected left_out"),
        (lambda told: told["decisions"][0]["fields"].update(colour="red"), "no column colour"),
        (lambda told: told["decisions"][0]["fields"].update(target_id="x"), "no column target_id"),
        (lambda told: told["decisions"][0]["fields"].update(note=5), "note is 5, expected text"),
        (lambda told: told["decisions"].append(told["decisions"][0]), "more than once"),
        (lambda told: told["decisions"].append("80项"), "expected an object"),
        (lambda told: told.update(vocabulary={"targets": []}), "vocabulary"),
        (lambda told: told.update(vocabulary={"scopes": [5]}), "expected cells"),
        (lambda told: told.update(sections={"1": 5}), "expected text"),
        (lambda told: told.update(text_sha256="0"), "another text"),
        (lambda told: told.update(doc_id="ab-plan"), "not drafted here"),
    ],
)
def test_a_damaged_file_of_decisions_is_told_and_nothing_is_written(study, spoil, said):
    told = drafted.all_accepted(study)
    spoil(told)
    before = contents(study)
    with pytest.raises(StudyError) as caught:
        put(study, told)
    assert said in str(caught.value)
    assert contents(study) == before


def test_a_file_that_is_no_json_or_not_there(study, capsys):
    file = study.parent / "broken.json"
    file.write_bytes(b"\xff{")
    assert cli.main(["accept", str(file), "--study", str(study)]) == 1
    assert "no file of decisions" in capsys.readouterr().err
    assert cli.main(["accept", str(study.parent / "none.json"), "--study", str(study)]) == 1
    assert "none.json" in capsys.readouterr().err


def test_an_edited_text_is_told(study):
    told = drafted.all_accepted(study)
    path = study / "documents" / f"{DOC}.txt"
    path.write_text(drafted.TEXT.replace("80项", "81项"), encoding="utf-8")
    with pytest.raises(StudyError, match="another text"):
        put(study, told)


def test_faults_of_the_study_are_told_first(study):
    path = study / "data" / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8") + "Bad Key,,,,,,,\n", encoding="utf-8")
    with pytest.raises(DataError, match="Bad Key"):
        put(study, drafted.all_accepted(study))


def test_two_documents_stand_side_by_side(accepted):
    source = accepted.parent / "ab-press.txt"
    source.write_text("一、成效。截至2022年底，清溪省累计发布地方标准75项。", encoding="utf-8")
    about = drafted.ABOUT | {"title_zh": "发布会", "title_en": "Press", "kind": "press_release"}
    draft(source, accepted, about=about | {"issued_on": "2023-01-10"})
    before = {name: rows(accepted, name) for name in ("targets", "outcomes")}
    put(accepted, drafted.all_accepted(accepted, "ab-press"))
    assert {name: rows(accepted, name) for name in before} == before
    [outcome] = rows(accepted, "outcomes", "ab-press")
    assert (outcome["basis"], outcome["as_of_date"]) == ("cumulative", "2022-12-31")
    holds(accepted)


def test_an_acceptance_that_was_stopped_is_ended(study):
    told = drafted.all_accepted(study)
    (study / "data").rename(study / ".data-before")
    put(study, told)
    holds(study)
    assert not (study / ".data-before").exists()


def test_tables_that_cannot_be_moved_stay(study, monkeypatch):
    told = drafted.all_accepted(study)
    before = contents(study)
    rename = pathlib.Path.rename

    def refuse(self, target):
        if self.parent.name.startswith(".staged"):
            raise PermissionError(13, "in use", str(self))
        return rename(self, target)

    monkeypatch.setattr(pathlib.Path, "rename", refuse)
    with pytest.raises(PermissionError):
        put(study, told)
    assert contents(study) == before


# --- merging --------------------------------------------------------------------------------------

_CELLS = st.dictionaries(st.sampled_from("ab"), st.sampled_from(["1", "2", "3"]), min_size=2)
_ROWS = st.dictionaries(st.sampled_from("xyz"), _CELLS, max_size=3)


@given(_ROWS, _ROWS)
def test_without_changes_by_hand_what_is_decided_counts(base, decided):
    assert merge(base, base, decided) == (decided, [])


@given(_ROWS, _ROWS)
def test_what_is_decided_as_before_leaves_changes_by_hand(base, current):
    merged, conflicts = merge(base, current, base)
    assert conflicts == []
    assert merged == {**base, **current}


@given(_ROWS, _ROWS, _ROWS)
def test_every_cell_comes_from_one_side(base, current, decided):
    merged, conflicts = merge(base, current, decided)
    assert merged.keys() >= decided.keys()
    for key, row in merged.items():
        for column, cell in row.items():
            sides = [rows[key].get(column) for rows in (current, decided) if key in rows]
            assert cell in sides
    for conflict in conflicts:
        assert conflict.by_hand != conflict.decided


# --- the notebooks --------------------------------------------------------------------------------


def test_a_notebook_of_a_study_runs_from_its_own_folder(accepted):
    pytest.importorskip("papermill")
    from stdpolicy.reproduction.run import Job, run_notebook

    book = accepted / "notebooks" / "02_outcomes.ipynb"
    target = accepted.parent / "done.ipynb"
    run_notebook(Job(book, {}, target, book.parent, "en"))
    assert "naive" in target.read_text(encoding="utf-8")


@pytest.mark.full
@pytest.mark.parametrize("state", ["empty", "drafted", "accepted"])
def test_every_notebook_runs_on_a_study(tmp_path, made, taken, state):
    home = (
        new(tmp_path / "study") if state == "empty" else {"drafted": made, "accepted": taken}[state]
    )
    output = tmp_path / "output"
    outcomes = reproduce(output, home / "data", 2, notebooks=home / "notebooks")
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert len(outcomes) == 2 * len(list_notebooks())
    packaged = reproduce(output, home / "data", 2)
    assert [outcome.error for outcome in packaged if outcome.error] == []
    assert (output / "reports" / "index.html").is_file()


def test_a_real_text_from_draft_to_audit(tmp_path):
    folder = os.environ.get("STDPOLICY_SOURCES")
    if not folder:
        pytest.skip("NOT CHECKED: set STDPOLICY_SOURCES to the folder of source texts")
    documents = sp.load("documents").set_index("doc_id")
    for source in sorted(pathlib.Path(folder).glob("*.txt")):
        known = documents.loc[source.stem]
        home = new(tmp_path / source.stem)
        columns = ("title_zh", "title_en", "jurisdiction", "kind", "issued_on")
        draft(source, home, about={c: known[c] for c in columns if isinstance(known[c], str)})
        told = drafted.all_accepted(home, source.stem)
        for one in told["decisions"]:
            if "base_date" in one["fields"]:
                one["fields"]["base_date"] = one["fields"]["base_date"] or "2015-01-01"
                one["fields"]["due_date"] = one["fields"]["due_date"] or "2030-12-31"
        put(home, told)
        holds(home)
        coded = sp.load("sections")
        coded = coded[coded["doc_id"] == source.stem].set_index("section")["start"]
        found = {row["section"]: int(row["start"]) for row in rows(home, "sections", source.stem)}
        assert found.items() <= coded.to_dict().items()
