"""Tables for papers: what a reader of each format gets back is what was shown, byte for byte."""

import io
import os
import re
import subprocess
import sys
import unicodedata
import zipfile

import docx
import numpy as np
import pandas as pd
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

import stdpolicy as sp
from stdpolicy import UsageError, crosswalk, promises, reports, typesetting
from stdpolicy.reproduction import manifest

SUFFIXES = ("md", "tex", "docx")
NASTY = [
    r"a\b & 50% $x$ #1 _u_ {b} ~ ^ <t> | `q` [x] *y* -- --- \\",
    "[start",
    "* star",
    r"\| \\| \\\|",
    "one\ntwo\r\n\nfour",
    "“引号”——测试……、，。",
    "≤ ≥ ∞ − × 😀 é 👩‍🔬",
    "https://example.org/a_b_c?d=1&e=2 www.example.org/x_y_z",
    "&lt; &amp; <br> <!-- x --> **bold** ~~out~~ ![i](u)",
    r"\textbf{x} \newline{} $\infty$ \\[1em] \end{tabular}",
    "x" * 500,
    "bell\x07 null\x00 escape\x1b[0m",
]


# --- reading the formats back ---------------------------------------------------------------------


def read_markdown(text):
    """Caption, rows with the headings first, and alignments, by a parser of CommonMark."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    caption, rows, sides, place = "", [], [], "caption"
    for token in parser.parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            place = "cell"
            if token.type == "th_open":
                sides.append("right" in str(token.attrs.get("style", "")))
        elif token.type == "inline":
            said = ""
            for child in token.children:
                if child.type == "html_inline":
                    assert child.content == "<br>"
                    said += "\n"
                elif place == "caption" and child.type in ("strong_open", "strong_close"):
                    pass
                else:
                    assert child.type == "text", f"{child.type} in {token.content!r}"
                    said += child.content
            if place == "cell":
                rows[-1].append(said)
            else:
                caption += said
    return caption, rows, sides


#: What stands for a character in LaTeX. Nothing else may hold one of the special characters.
LATEX = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textasciigrave{}": "`",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\newline{}": "\n",
    r"$\infty$": "∞",
    r"$\le$": "≤",
    r"$\ge$": "≥",
    "$-$": "−",
    "-{}": "-",
    **{f"\\{c}": c for c in "&%$#_{}"},
    **{f"{{{c}}}": c for c in "[]*"},
}
TOKEN = re.compile("|".join(map(re.escape, LATEX)) + r"|[^\\&%$#_{}~^\[\]*<>|`∞≤≥−\n]")


def plain(source):
    """The text that LaTeX source prints, which must hold nothing but text."""
    tokens = [match.group() for match in TOKEN.finditer(source)]
    assert "".join(tokens) == source
    assert "--" not in source
    return "".join(LATEX.get(token, token) for token in tokens)


def read_latex(text):
    """Caption, rows with the headings first, and the columns' forms."""
    if "longtable" in text.splitlines()[0]:
        pattern = (
            r"\\begin{longtable}{(.*)}\n(?:\\caption{(.*)} \\label{.*} \\\\\n)?"
            r"\\toprule\n(.*?)\\midrule\n.*\\endlastfoot\n(.*)\\end{longtable}"
        )
        form, caption, head, body = re.search(pattern, text, re.S).groups()
    else:
        caption = re.search(r"^\\caption{(.*)}$", text, re.M)
        caption = caption and caption[1]
        pattern = r"\\begin{tabular}{(.*?)}\n\\toprule\n(.*?)\\midrule\n(.*?)\\bottomrule\n"
        form, head, body = re.search(pattern, text, re.S).groups()
    rows = []
    for line in (head + body).splitlines():
        assert line.endswith(r" \\")
        cells = re.split(r"(?<!\\)&", line.removesuffix(r" \\"))
        rows.append([plain(cell.strip(" ")) for cell in cells])
    columns = re.findall(r"(?:>{[^}]*?(?:{0pt}}))?(?:l|r|p{[\d.]+\\linewidth})", form)
    assert "".join(columns) == form
    return plain(caption) if caption else "", rows, columns


def read_word(content):
    """The document, its caption, and rows with the headings first."""
    document = docx.Document(io.BytesIO(content))
    (table,) = document.tables
    caption = "".join(p.text for p in document.paragraphs)
    width = len(table.columns)
    cells = [cell.text for cell in table._cells]
    return document, caption, [cells[i : i + width] for i in range(0, len(cells), width)]


def read(folder, name, language):
    """Caption and rows of each of the files."""
    place = folder / "reports" / "tables" / language
    return {
        "md": read_markdown((place / f"{name}.md").read_text(encoding="utf-8"))[:2],
        "tex": read_latex((place / f"{name}.tex").read_text(encoding="utf-8"))[:2],
        "docx": read_word((place / f"{name}.docx").read_bytes())[1:],
    }


@pytest.fixture(scope="module")
def tables():
    return sp.load_all()


def grid(rows, numeric=None, head=None):
    rows = [[typesetting.clean(cell) for cell in row] for row in rows]
    head = head or [f"h{i}" for i in range(len(rows[0]))]
    return typesetting.Grid(head, rows, numeric or [False] * len(head))


# --- the same text in every format ----------------------------------------------------------------


def test_special_characters_come_back_from_every_format():
    table = grid([[text, str(i)] for i, text in enumerate(NASTY)], [False, True])
    caption = NASTY[0]
    expected = (caption, [table.head, *table.rows])
    assert read_markdown(typesetting.markdown(table, caption))[:2] == expected
    assert read_latex(typesetting.latex(table, caption, "t", "en"))[:2] == expected
    assert read_word(typesetting.word(table, caption, "en"))[1:] == expected


LONG = st.builds(lambda text, times: text * times, st.text(max_size=20), st.integers(1, 300))
CELLS = st.one_of(st.text(), LONG, st.sampled_from(NASTY), st.text(r"\|[]*-_&%{}~^ <>`:/$" + "\n"))
ROWS = st.integers(1, 10).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)


@given(ROWS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_text_comes_back_from_markdown_and_latex(rows):
    table = grid(rows)
    expected = [table.head, *table.rows]
    assert read_markdown(typesetting.markdown(table, "c"))[1] == expected
    caption, cells, columns = read_latex(typesetting.latex(table, "c", "t", "zh"))
    assert (caption, cells) == ("c", expected)
    assert len(columns) == len(table.head)


@given(ROWS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_comes_back_from_word(rows):
    table = grid(rows)
    assert read_word(typesetting.word(table, "c", "zh"))[2] == [table.head, *table.rows]


@given(st.text())
def test_nothing_that_can_be_seen_is_dropped(text):
    kept = typesetting.clean(text)
    assert typesetting.clean(kept) == kept
    kept.encode("utf-8")
    etree.Element("t").text = kept  # refuses what XML cannot hold
    seen = [c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and not c.isspace()]
    assert [c for c in kept if not c.isspace()] == [c for c in seen if c not in "\ufffe\uffff"]


@given(ROWS, st.sampled_from([(64, 112), (90, 140)]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_columns_fit_on_the_page(rows, lines):
    across, widths = typesetting._lay_out(grid(rows), lines)
    assert sum(widths) + typesetting._GAP * len(widths) <= lines[across] + 1e-6
    assert min(widths) > 0.5


def test_more_columns_than_a_page_can_hold_are_still_written():
    table = grid([["text", "words and words"] * 40] * 2)
    expected = [table.head, *table.rows]
    assert read_latex(typesetting.latex(table, "c", "t", "en"))[1] == expected
    assert read_word(typesetting.word(table, "c", "en"))[2] == expected


# --- tables of results ----------------------------------------------------------------------------


def results(tables, language):
    pairs = crosswalk.pairs(tables)
    columns = ["target_id", "doc_id", "indicator", "domain", "quote", "value_low", "due_date"]
    return {
        "targets": tables["targets"][columns],
        "calendar": promises.deadlines(tables),
        "reasons": pairs[["target_id", "evidence_id", "comparable", f"reason_{language}"]],
        "pairs": pairs[["target_id", "promised", "reported", "naive_ratio", "differs", "window"]],
        "wide": tables["outcomes"].head(5),
        "empty": pairs.head(0),
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_holds_what_is_shown(tables, tmp_path, language):
    for name, frame in results(tables, language).items():
        shown = reports.show(frame, tables, language).frame
        rows = shown.astype("object").fillna("").to_numpy().tolist()
        expected = [
            [" ".join(str(cell).split()) for cell in row] for row in [list(shown.columns), *rows]
        ]
        caption = {"en": f"Table of {name}", "zh": f"表：{name}"}[language]
        reports.export_table(frame, tables, name, str(tmp_path), language, caption)
        for suffix, found in read(tmp_path, name, language).items():
            assert found == (caption, expected), (name, suffix)
    made = {path.suffix for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {f".{suffix}" for suffix in SUFFIXES}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_numbers_stand_at_the_right_and_open_ends_are_infinite(tables, tmp_path, language):
    frame = pd.DataFrame(
        {
            "value": [1.0, np.inf, -np.inf, np.nan, -3.5],
            "count": pd.array([1, None, 3, 4, 5], dtype="Int64"),
            "note": ["a", None, "1", "2", "3"],
            "comparable": [True, False, True, True, True],
        }
    )
    reports.export_table(frame, tables, "numbers", str(tmp_path), language, "c")
    yes, no = {"en": ("yes", "no"), "zh": ("是", "否")}[language]
    expected = [
        ["1", "1", "a", yes],
        ["∞", "", "", no],
        ["−∞", "3", "1", yes],
        ["", "4", "2", yes],
        ["-3.5", "5", "3", yes],
    ]
    found = read(tmp_path, "numbers", language)
    assert found["md"][1][1:] == found["docx"][1][1:] == expected
    expected[-1][0] = "−3.5"  # typeset with a minus, not a hyphen
    assert found["tex"][1][1:] == expected
    place = tmp_path / "reports" / "tables" / language
    assert read_markdown((place / "numbers.md").read_text("utf-8"))[2] == [True, True, False, False]
    assert read_latex((place / "numbers.tex").read_text("utf-8"))[2] == ["r", "r", "l", "l"]
    table = docx.Document(str(place / "numbers.docx")).tables[0]
    for row in table.rows:
        sides = [c.paragraphs[0].style.paragraph_format.alignment for c in row.cells]
        assert sides == [WD_ALIGN_PARAGRAPH.RIGHT] * 2 + [None] * 2


def test_empty_table_has_its_headings(tables, tmp_path):
    frame = pd.DataFrame({"target_id": pd.Series(dtype="str"), "value": pd.Series(dtype="float")})
    reports.export_table(frame, tables, "empty", str(tmp_path), "zh", "空表")
    for found in read(tmp_path, "empty", "zh").values():
        assert found == ("空表", [["目标", "标准数"]])


def test_table_without_caption_has_none(tables, tmp_path):
    reports.export_table(pd.DataFrame({"note": ["a"]}), tables, "bare", str(tmp_path), "en")
    for found in read(tmp_path, "bare", "en").values():
        assert found == ("", [["note"], ["a"]])
    assert "label" not in (tmp_path / "reports" / "tables" / "en" / "bare.tex").read_text("utf-8")


# --- LaTeX ----------------------------------------------------------------------------------------


def test_latex_is_a_booktabs_table_with_caption_and_label():
    text = typesetting.latex(grid([["a", "1"]], [False, True]), "c", "one_two", "en")
    assert text == (
        "% Needs the packages booktabs, array; Chinese text needs xelatex with ctex.\n"
        "\\begin{table}[htbp]\n\\centering\n\\caption{c}\n\\small\n\\label{tab:one_two}\n"
        "\\begin{tabular}{lr}\n\\toprule\nh0 & h1 \\\\\n\\midrule\na & 1 \\\\\n\\bottomrule\n"
        "\\end{tabular}\n\\end{table}\n"
    )


def test_long_text_wraps_and_short_columns_do_not():
    table = grid([["sd-2018-pilot.t01", "long text " * 40, "1234"]], [False, False, True])
    columns = read_latex(typesetting.latex(table, "c", "t", "en"))[2]
    assert [columns[0], columns[2]] == ["l", "r"]
    assert columns[1].startswith(r">{\raggedright\arraybackslash")
    share = float(re.search(r"p{([\d.]+)", columns[1])[1])
    assert 0.4 < share < 0.7


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Continued on next page"), ("zh", "接下页")]
)
def test_table_longer_than_a_page_goes_on_over_pages(language, words):
    table = grid([["Continued on next page", "{r}{Continued on next page}"]] * 60)
    text = typesetting.latex(table, "c", "t", language)
    assert "longtable" in text.splitlines()[0]
    assert f"\\multicolumn{{2}}{{r}}{{{words}}} \\\\\n" in text
    assert r"\endhead" in text
    assert read_latex(text)[1] == [table.head, *table.rows]


def test_wide_table_lies_across_the_page():
    wide, narrow = (typesetting.latex(grid([["a"] * n]), "c", "t", "en") for n in (9, 8))
    assert "pdflscape" in wide.splitlines()[0]
    assert wide.splitlines()[1] == r"\begin{landscape}"
    assert wide.endswith("\\end{landscape}\n")
    assert "landscape" not in narrow


# --- Word -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "across"), [(8, False), (9, True)])
def test_word_page_is_a4_and_lies_across_for_many_columns(columns, across):
    document, _, _ = read_word(typesetting.word(grid([["a"] * columns]), "c", "en"))
    section = document.sections[0]
    size = (round(section.page_width.mm), round(section.page_height.mm))
    assert size == ((297, 210) if across else (210, 297))
    assert section.orientation == (WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT)
    room = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in document.tables[0].columns) <= room


@pytest.mark.parametrize(("language", "tag"), [("en", "en-US"), ("zh", "zh-CN")])
def test_word_names_fonts_and_languages_and_repeats_the_heading(language, tag):
    content = typesetting.word(grid([["文", "1"]] * 3, [False, True]), "标题", language)
    document, caption, _ = read_word(content)
    assert caption == "标题"
    assert document.paragraphs[0].style.name == "Caption"
    assert document.paragraphs[0].style.paragraph_format.keep_with_next
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:ascii")) == fonts.get(qn("w:hAnsi")) == "Times New Roman"
    assert fonts.get(qn("w:eastAsia")) == "宋体"
    (tags,) = document.styles.element.xpath("w:docDefaults//w:lang")
    assert (tags.get(qn("w:val")), tags.get(qn("w:eastAsia"))) == ("en-US", "zh-CN")
    about = document.core_properties
    assert (about.language, about.title, about.author, about.comments) == (tag, "标题", "", "")
    repeated = [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in document.tables[0].rows]
    assert repeated == [True, False, False, False]


def test_word_file_is_whole_and_without_dates():
    content = typesetting.word(grid([["a"]]), "c", "en")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        names = file.namelist()
        assert names[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in file.infolist()} == {zipfile.ZIP_STORED}
        parts = {name: etree.fromstring(file.read(name)) for name in names}
    assert not any("python-docx" in etree.tostring(part).decode() for part in parts.values())
    kinds = parts["[Content_Types].xml"]
    stated = {e.get("PartName").lstrip("/") for e in kinds if e.get("PartName")}
    assert stated == {n for n in names if not n.endswith(".rels") and n != names[0]}
    styles = parts["word/styles.xml"]
    known = set(styles.xpath("//w:style/@w:styleId", namespaces=styles.nsmap))
    used = {
        value
        for part in (styles, parts["word/document.xml"])
        for value in part.xpath(
            "//w:pStyle/@w:val | //w:tblStyle/@w:val | //w:basedOn/@w:val | //w:next/@w:val"
            " | //w:link/@w:val",
            namespaces=styles.nsmap,
        )
    }
    assert used <= known
    assert len(content) < 60_000


# --- files ----------------------------------------------------------------------------------------

SCRIPT = """
import sys, time
import numpy as np, pandas as pd
time.localtime = lambda *_: time.gmtime(float(sys.argv[2]))
time.time = lambda: float(sys.argv[2])
from stdpolicy import load_all, reports
frame = pd.DataFrame({"doc_id": ["sd-2018-pilot"] * 50, "value": [np.inf] * 50, "note": "文 & x"})
reports.export_table(frame, load_all(), "t", sys.argv[1], "zh", "标题")
"""


def test_same_bytes_whatever_the_time_the_zone_the_locale_and_the_seed(tmp_path):
    settings = [
        {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "0"},
        {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    ]
    made = []
    for number, (own, now) in enumerate(zip(settings, ("400000000", "1900000000"), strict=True)):
        folder = tmp_path / str(number)
        environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"} | own
        command = [sys.executable, "-c", SCRIPT, str(folder), now]
        subprocess.run(command, env=environment, check=True)
        made.append({p.relative_to(folder): p.read_bytes() for p in folder.rglob("t.*")})
    assert len(made[0]) == len(SUFFIXES)
    assert made[0] == made[1]


def test_nothing_is_exported_without_a_folder(tables, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reports.export_table(tables["targets"], tables, "targets", "", "en", "c")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_when_one_format_fails(tables, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(typesetting, "word", fail)
    with pytest.raises(RuntimeError):
        reports.export_table(pd.DataFrame({"note": ["a"]}), tables, "t", str(tmp_path), "en", "c")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", ["docx", "jinja2"])
def test_missing_package_says_what_to_install(tables, tmp_path, monkeypatch, package):
    for name in [n for n in sys.modules if n.startswith(("pandas.io.formats.style", "docx"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "stdpolicy.typesetting")
    monkeypatch.delattr(sp, "typesetting")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=r"pip install 'stdpolicy\[export\]'"):
        reports.export_table(pd.DataFrame({"note": ["a"]}), tables, "t", str(tmp_path), "en", "c")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("frame", "name", "language", "message"),
    [
        (pd.DataFrame({"note": ["a"]}), "t", "fr", "en or zh"),
        (pd.DataFrame({"note": ["a"]}), "a/b", "en", "'a/b'"),
        (pd.DataFrame({"note": ["a"]}), "", "en", "name"),
        (pd.DataFrame(index=[1, 2]), "t", "en", "no columns"),
    ],
)
def test_what_cannot_be_exported_is_refused(tables, tmp_path, frame, name, language, message):
    with pytest.raises(UsageError, match=message):
        reports.export_table(frame, tables, name, str(tmp_path), language, "c")
    assert list(tmp_path.iterdir()) == []


def test_manifest_knows_the_types_of_the_files():
    assert all(f".{suffix}" in manifest._TYPES for suffix in SUFFIXES)
