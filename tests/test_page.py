"""The page of all results: whole, linked, escaped, the same bytes, readable by machines."""

import collections
import functools
import html.parser
import itertools
import json
import pathlib
import re
import shutil
import urllib.parse

import pandas as pd
import pytest

import stdpolicy as sp
from stdpolicy import UsageError, reports
from stdpolicy.figures.captions import CAPTIONS, caption
from stdpolicy.reproduction.page import outline, sources, tables, titles, write_page

ROOT = pathlib.Path(__file__).resolve().parents[1]
VOID = {"br", "hr", "img", "input", "link", "meta"}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000200000001")
FIGURES = sorted({path.stem for path in (ROOT / "figures").glob("*/*.png")})
TABLES = sorted(path.stem for path in (ROOT / "reports" / "tables").glob("*.csv"))


class Page(html.parser.HTMLParser):
    """Elements of a page; one that is not closed where it should be is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.data: dict[str, list[str]] = collections.defaultdict(list)
        # The parser needs a minute for the pictures and would say nothing about them.
        self.feed(re.sub(r"(?<=base64,)[\w+/=]+", "", text))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(attrs) == len(dict(attrs)), (tag, attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        for tag in {"body", "script", "style"} & set(self.open):
            self.data[tag].append(data)

    def text(self, tag: str) -> str:
        return "".join(self.data[tag])

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @functools.cached_property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}


def copy_outputs(target: pathlib.Path, *, manifest: bool = True, books: bool = True) -> None:
    shutil.copytree(ROOT / "figures", target / "figures")
    shutil.copytree(ROOT / "reports" / "tables", target / "reports" / "tables")
    if books:
        shutil.copytree(ROOT / "reports" / "notebooks", target / "reports" / "notebooks")
    if manifest:
        shutil.copy(ROOT / "ro-crate-metadata.json", target)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("page")
    copy_outputs(target)
    return target


@pytest.fixture(scope="module")
def written(folder):
    path = write_page(folder)
    assert path == folder / "reports" / "index.html"
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(written):
    return Page(written)


@pytest.fixture(scope="module")
def study_tables():
    return sp.load_all()


# --- what is on it --------------------------------------------------------------------------------


def test_every_figure_is_there_in_both_languages_with_words(page):
    pictures = page.of("img")
    assert len(pictures) == 2 * len(FIGURES)
    assert all(picture["src"].startswith("data:image/png;base64,") for picture in pictures)
    assert all(len(picture["alt"]) > 10 for picture in pictures)
    assert all(int(picture["width"]) > int(picture["height"]) / 3 for picture in pictures)
    assert {f"fig-{name}" for name in FIGURES} <= page.ids
    languages = collections.Counter(picture["lang"] for picture in pictures)
    assert languages == {"en": len(FIGURES), "zh-CN": len(FIGURES)}


def test_every_table_is_there_with_every_row(page, folder):
    assert {f"tab-{name}" for name in TABLES} <= page.ids
    rows = sum(len(pd.read_csv(folder / f"reports/tables/{name}.csv")) for name in TABLES)
    assert len(page.of("tr")) == rows + len(TABLES)


def test_contents_lead_to_every_notebook_figure_and_table(page):
    links = {a["href"] for a in page.of("a")}
    books = {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {f"#nb-{name}" for name in books} <= links
    assert {f"#fig-{name}" for name in FIGURES} <= links
    assert {f"#tab-{name}" for name in TABLES} <= links


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_caption_in_both_languages(name):
    said = caption(name)
    assert said is not None, f"write a caption for {name} in stdpolicy/figures/captions.py"
    assert 60 < len(said.en) < 500
    assert 25 < len(said.zh) < 250
    assert said.tables
    assert set(said.tables) <= set(TABLES)
    assert not re.search(r"[\u3400-\u9fff]", said.en)
    assert not re.search(r"[,;:?!()](?!\d)", said.zh), "full-width punctuation"


def test_no_caption_is_left_over():
    drawn = {id(caption(name)) for name in FIGURES}
    assert [key for key, said in CAPTIONS.items() if id(said) not in drawn] == []


@pytest.mark.parametrize("name", TABLES)
def test_every_table_speaks_both_languages(name, study_tables):
    assert name in titles.TITLES, f"name {name} in stdpolicy/reproduction/page/titles.py"
    told = sources.sources(study_tables)
    link = tables.linker(told.links, told.pages)
    shown = tables.show(ROOT / "reports" / "tables" / f"{name}.csv", study_tables, link)
    for column in shown.columns:
        assert "_" not in column.title.en, f"name {column.title.en} in stdpolicy/reports.py"
        # Chinese writing names the index by its letters.
        assert not re.search(r"[A-Za-z_]", column.title.zh.replace("PMC", ""))
    cells = [cell for row in shown.rows for cell in row]
    assert not {"nan", "<NA>", "None"} & {cell.zh for cell in cells}
    assert {cell.zh for cell in cells if re.fullmatch(r"[a-z_ ]+", cell.zh)} == set()


def test_titles_are_of_tables_that_exist():
    assert set(titles.TITLES) == set(TABLES)
    assert set(titles.RENAMED) | set(titles.LEFT_TO_FILES) <= set(TABLES)
    for name, columns in titles.LEFT_TO_FILES.items():
        assert columns <= set(tables.read(ROOT / "reports" / "tables" / f"{name}.csv").columns)


# --- links ----------------------------------------------------------------------------------------


def test_every_link_leads_somewhere(page, folder):
    for attributes in page.of("a"):
        parts = urllib.parse.urlsplit(attributes["href"])
        if parts.scheme:
            assert parts.scheme in ("http", "https")
        elif parts.path:
            assert (folder / "reports" / urllib.parse.unquote(parts.path)).is_file(), parts.path
        else:
            assert parts.fragment in page.ids, parts.fragment


def test_every_file_of_a_figure_or_table_is_linked(page, folder):
    linked = {
        (folder / "reports" / urllib.parse.unquote(a["href"])).resolve() for a in page.of("a")
    }
    made = [p for p in (folder / "figures").rglob("*") if p.is_file()]
    made += [p for p in (folder / "reports").rglob("*") if p.is_file() and p.suffix != ".html"]
    assert [path for path in made if path.resolve() not in linked] == []


def test_every_coded_number_has_its_entry(page, study_tables):
    for table, key in (
        ("targets", "target_id"),
        ("outcomes", "outcome_id"),
        ("observations", "observation_id"),
        ("progress_reports", "report_id"),
    ):
        assert {f"n-{name}" for name in study_tables[table][key]} <= page.ids
    coded = study_tables["documents"]["coded"].fillna(False).astype(bool)
    assert {f"d-{d}" for d in study_tables["documents"].loc[coded, "doc_id"]} <= page.ids


def test_every_key_of_a_table_leads_to_its_entry(study_tables):
    told = sources.sources(study_tables)
    link = tables.linker(told.links, told.pages)
    columns = ["target_id", "evidence_id", "baseline_id", "naive_evidence_id", "report_id"]
    columns += ["upper_key", "lower_key", "key", "part_of", "left_out"]
    seen = 0
    for name in TABLES:
        frame = tables.read(ROOT / "reports" / "tables" / f"{name}.csv")
        for column in set(columns) & set(frame):
            for key in frame[column].dropna().unique():
                assert link(key).count("<a ") == 1, (name, column, key)
                seen += 1
    assert seen > 500


def test_an_entry_shows_document_section_and_quote(study_tables):
    told = sources.sources(study_tables)
    document = next(d for d in told.documents if d.key == "sd-2018-pilot")
    number = next(n for n in document.numbers if n.key == "sd-2018-pilot.t14")
    assert (number.quote, number.section) == ("100项", "2.3.1")
    assert number.heading.en
    assert number.heading.zh
    assert document.title.zh.endswith("通知")
    seen = next(n for n in told.elsewhere if n.key == "E0032")
    assert seen.written == outline.Text("106", "106 项")
    assert seen.source is not None
    assert seen.source.link.startswith("http")
    assert seen.source.date == "2017-10-10"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E0094-E0033", ["E0094", "E0033"]),
        ("（依据E0094-E0033）", ["E0094", "E0033"]),
        ("a-b.t1 and a-b.t14.", ["a-b.t1", "a-b.t14"]),
        ("a-b.t145, XE0094, E00941", []),
        ("a-b", ["a-b"]),
        ("a-b-c a-b.x1", []),
    ],
)
def test_keys_in_a_text_become_links(text, found):
    keys = ["E0094", "E0033", "a-b.t1", "a-b.t14", "a-b"]
    link = tables.linker({key: f"n-{key}" for key in keys}, {})
    assert re.findall(r'<a href="#n-(.+?)">\1</a>', link(text)) == found
    assert re.sub("<[^>]*>", "", link(text)) == text


# --- safety ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=1", True),
        ("http://example.org", True),
        ("HTTPS://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("JaVaScRiPt://example.org/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https://", False),
        ("http://[", False),
        ("www.example.org", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(address, kept):
    assert sources.followed(address) == (address if kept else "")


def test_what_comes_from_data_stays_text(study, tmp_path):
    evil = "\"'><script>alert(1)</script>&amp;"
    study.put("observations", 0, source_title=evil, source_outlet=evil)
    study.put("documents", 0, title_en=evil, title_zh=evil, issuer_en=evil, issuer_zh=evil)
    study.put("sections", 1, title_en=evil, title_zh=evil)
    root = tmp_path / "out"
    (root / "figures" / "en").mkdir(parents=True)
    (root / "figures" / "en" / "odd 'name'.png").write_bytes(PNG)
    (root / "reports" / "tables").mkdir(parents=True)
    frame = pd.DataFrame({"target_id": [evil, f"{evil} qx-2018-plan.t01"], evil: [evil, ""]})
    frame.to_csv(root / "reports" / "tables" / "evil.csv", index=False)
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"# {evil}\n\n**{evil}** `{evil}`"},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "outputs": [],
            "source": 'reports.save_table(frame, "evil", output)\n%magic',
        },
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 2,
            "outputs": [],
            "source": 'reports.save_table(frame, "evil", output)',
        },
    ]
    for language in ("en", "zh"):
        book = root / "reports" / "notebooks" / language / "01_evil.ipynb"
        book.parent.mkdir(parents=True)
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        book.write_text(json.dumps(content), encoding="utf-8")
    text = write_page(root, study.data).read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.of("script")) == 1
    assert "alert(1)" not in page.text("script")
    assert page.text("body").count(evil) > 10
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]
    assert "#n-qx-2018-plan.t01" in {a["href"] for a in page.of("a")}


def test_addresses_that_are_no_web_addresses_are_shown_only(study, tmp_path):
    (tmp_path / "out" / "figures" / "zh").mkdir(parents=True)
    (tmp_path / "out" / "figures" / "zh" / "flagship.png").write_bytes(PNG)
    told = sp.load_all(study.data)
    told["observations"]["source_url"] = "javascript:alert(1)"
    seen = sources.sources(told).elsewhere[0].source
    assert seen is not None
    assert (seen.address, seen.link) == ("javascript:alert(1)", "")
    page = Page(write_page(tmp_path / "out", study.data).read_text(encoding="utf-8"))
    assert len(page.of("img")) == 1  # a figure that one language lacks is shown in the other


def test_the_page_asks_nothing_of_the_network(page, written):
    for _, attributes in page.elements:
        for name in ("src", "srcset", "poster", "data", "action", "background", "style"):
            assert attributes.get(name, "data:").startswith("data:")
    assert not page.of("link")
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|WebSocket", page.text("style"))
    assert not re.search(r"fetch\(|XMLHttp|WebSocket|import\(|eval\(", page.text("script"))
    (policy,) = [m["content"] for m in page.of("meta") if "http-equiv" in m]
    assert "default-src 'none'" in policy
    assert str(ROOT) not in written


# --- form -----------------------------------------------------------------------------------------


def test_the_same_bytes_each_time(folder, written):
    assert write_page(folder).read_text(encoding="utf-8") == written


def test_the_page_is_not_too_large(written):
    pictures = sum(path.stat().st_size for path in (ROOT / "figures").glob("*/*.png"))
    assert len(written.encode()) < 4 / 3 * pictures + 9e6


def test_headings_are_in_order_and_names_are_single(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    named = [a["id"] for _, a in page.elements if "id" in a]
    assert len(named) == len(set(named))


def test_landmarks_labels_and_references(page):
    for tag in ("header", "nav", "main", "footer", "title"):
        assert len(page.of(tag)) == 1
    assert page.of("a")[0]["href"] == "#main"
    labelled = {label["for"] for label in page.of("label")}
    assert {field["id"] for field in page.of("input")} == labelled
    for _, attributes in page.elements:
        assert attributes.get("aria-labelledby", "main") in page.ids
        if attributes.get("role") == "region":
            assert attributes["tabindex"] == "0"
    assert all(head["scope"] in ("col", "row") for head in page.of("th"))
    assert all(button["type"] == "button" for button in page.of("button"))


# --- where it comes from --------------------------------------------------------------------------


def chapters_of(root):
    return {
        chapter.key: [b for b in chapter.blocks if isinstance(b, outline.Item)]
        for chapter in outline.outline(root)[0]
    }


def test_manifest_and_notebooks_tell_the_same_origin(folder, tmp_path):
    copy_outputs(tmp_path / "bare", manifest=False)
    assert chapters_of(folder) == chapters_of(tmp_path / "bare")
    told = chapters_of(folder)
    assert outline.Item("figure", "agency_task_sd-2018-pilot") in told["03_responsibility"]
    assert told["01_promises"][0] == outline.Item("figure", "promised_standards")
    assert "" not in told


def test_without_notebooks_the_manifest_suffices_and_without_either_all_is_shown(tmp_path, folder):
    copy_outputs(tmp_path / "a", books=False)
    held = {key: set(blocks) for key, blocks in chapters_of(folder).items()}
    assert {key: set(blocks) for key, blocks in chapters_of(tmp_path / "a").items()} == held
    copy_outputs(tmp_path / "b", books=False, manifest=False)
    assert set(chapters_of(tmp_path / "b")) == {""}
    assert {f"tab-{name}" for name in TABLES} <= Page(
        write_page(tmp_path / "b").read_text(encoding="utf-8")
    ).ids


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"@graph": 3}', '{"@graph": [3, null]}'])
def test_a_manifest_that_cannot_be_read_is_no_obstacle(tmp_path, folder, content):
    copy_outputs(tmp_path / "out", manifest=False)
    (tmp_path / "out" / "ro-crate-metadata.json").write_text(content, encoding="utf-8")
    assert chapters_of(tmp_path / "out") == chapters_of(folder)


def test_forms_that_a_manifest_may_take(tmp_path):
    graph = [
        {
            "@id": "#run",
            "@type": ["CreateAction", "Action"],
            "instrument": {"@id": "./notebooks/09_new.ipynb"},
            "result": {"@id": "./reports/tables/a%20b.csv"},
        },
        {"@id": "#all", "@type": "CreateAction", "instrument": {"@id": "workflow.py"}},
    ]
    (tmp_path / "reports" / "tables").mkdir(parents=True)
    (tmp_path / "reports" / "tables" / "a b.csv").write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "ro-crate-metadata.json").write_text(json.dumps({"@graph": graph}))
    assert chapters_of(tmp_path) == {"09_new": [outline.Item("table", "a b")]}


def test_text_without_a_figure_or_table_is_left_out():
    level = [outline.Prose(n, outline.NOTHING) for n in range(4)]
    item = outline.Item("table", "t")
    spared = outline._spared
    assert list(spared([level[0], level[2], level[0], level[2], item])) == [
        *(level[0], level[2]),
        item,
    ]
    assert list(spared([level[2], level[3], item, level[0], level[2]])) == [*level[2:], item]


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="stdpolicy reproduce"):
        write_page(tmp_path)
    (tmp_path / "figures" / "en").mkdir(parents=True)
    (tmp_path / "figures" / "en" / "gap.png").write_bytes(b"no picture")
    with pytest.raises(UsageError, match=r"gap\.png is no PNG"):
        write_page(tmp_path)
    assert not (tmp_path / "reports" / "index.html").exists()


# --- tables ---------------------------------------------------------------------------------------


def test_cells_get_the_types_that_they_allow(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "target_id,section,low,late,note\n7,1.10,0.4375,true,NA\n8,2,,false,\n", encoding="utf-8"
    )
    frame = tables.read(path)
    assert list(frame["section"]) == ["1.10", "2"]
    assert list(frame["target_id"]) == ["7", "8"]
    assert frame["low"].iloc[0] == 0.4375
    assert pd.isna(frame["low"].iloc[1])
    assert frame["late"].dtype == "boolean"
    assert frame["note"].iloc[0] == "NA"


def test_a_rounded_number_sorts_by_what_it_is(tmp_path, study_tables):
    path = tmp_path / "t.csv"
    path.write_text("low,year\n0.4375,2018\n,2019\n", encoding="utf-8")
    shown = tables.show(path, study_tables, tables.linker({}, {}))
    assert [row[0] for row in shown.rows] == [("0.438", "0.438", "0.4375"), ("", "", "")]


def test_keys_of_pairs_and_chains_are_told_in_words(study_tables):
    frame = pd.DataFrame(
        {"upper_jurisdiction": ["china"], "chain": ["china>shandong"], "scope": ["wider"]}
    )
    assert list(reports.show(frame, study_tables, "en").frame.iloc[0]) == [
        *("China", "China > Shandong", "wider")
    ]
    assert list(reports.show(frame, study_tables, "zh").frame.iloc[0])[1:] == [
        *("全国 > 山东", "更宽")
    ]
