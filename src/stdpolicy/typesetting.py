"""A table typeset as Markdown, LaTeX and Word: whole, and the same bytes each time.

Needs the extra ``export``; :func:`stdpolicy.reports.export_table` says so where it is missing.
"""

import dataclasses
import datetime
import io
import math
import re
import unicodedata
import zipfile

import docx
import pandas as pd
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from pandas.io.formats.style import Styler

#: Tables with more columns lie across the page.
_UPRIGHT = 8
#: Room between two columns. All widths are in half ems: a Latin letter is 1 wide, a Chinese 2.
_GAP = 2.4
#: Words up to this width stay whole where possible.
_WORD = 20
#: Cells up to the first of these widths stay on a line where possible, else up to the second ...
_SHORT = (12, 8, 4)

# Control characters, halves of characters and what XML excludes; none of it can be seen.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclasses.dataclass(frozen=True)
class Grid:
    """Cells as they are to be read: headings, rows, and for each column whether it has numbers."""

    head: list[str]
    rows: list[list[str]]
    numeric: list[bool]

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """Cells of each column, the heading first."""
        return list(zip(self.head, *self.rows, strict=True))


def clean(text: str) -> str:
    """Text that every format can hold: LF between lines, nothing unseen, no space around."""
    return _UNSEEN.sub("", "\n".join(text.replace("\t", " ").splitlines())).strip()


# --- widths ---------------------------------------------------------------------------------------


def _width(text: str) -> int:
    """Width of the longest line."""
    lines = text.split("\n")
    return max(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in lines)


#: Where lines may break: at spaces and in Chinese, and after a hyphen where that is not enough.
_BREAKS = (re.compile("[\\s\u2e80-\U0003ffff]"), re.compile("[\\s\u2e80-\U0003ffff]|(?<=-)"))


def _longest(column: tuple[str, ...], breaks: re.Pattern[str]) -> float:
    """Width of the longest word of a column, up to a limit."""
    words = (word for cell in column for word in breaks.split(cell))
    return float(min(_WORD, max(2, *map(_width, words))))


def _fit(grid: Grid, line: float) -> tuple[list[float], bool]:
    """Widths of the columns that fill a line at most, and whether all words are whole then.

    As browsers do it: a column gets what it needs at least, and of the rest a share by what it
    would like to have.
    """
    count = len(grid.head)
    room = max(line - _GAP * count, count)  # beyond 30 columns nothing fits, yet nothing breaks
    natural = [float(max(2, *map(_width, column))) for column in grid.columns]
    if sum(natural) <= room:
        return natural, True
    words, parts = ([_longest(column, breaks) for column in grid.columns] for breaks in _BREAKS)
    for needed, short in (*((words, short) for short in _SHORT), (parts, _SHORT[-1])):
        least = [max(a, min(b, short)) for a, b in zip(needed, natural, strict=True)]
        if sum(least) <= room:
            spare = (room - sum(least)) / (sum(natural) - sum(least))
            pairs = zip(least, natural, strict=True)
            return [low + spare * (width - low) for low, width in pairs], needed is words
    return [width * room / sum(least) for width in least], False


def _lay_out(grid: Grid, lines: tuple[float, float]) -> tuple[bool, list[float]]:
    """Whether the table lies across the page, and the widths of its columns.

    It does when it has many columns, or words that do not fit upright; ``lines`` are the widths of
    a page upright and across.
    """
    widths, whole = _fit(grid, lines[False])
    if whole and len(grid.head) <= _UPRIGHT:
        return False, widths
    return True, _fit(grid, lines[True])[0]


# --- Markdown -------------------------------------------------------------------------------------

# Also the marks of an address: one that became a link would show the escapes within it.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~$|]|(?<=:)/(?=/)|(?<=\bwww)\.")


def _markdown_text(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text).replace("\n", "<br>")


def markdown(grid: Grid, caption: str) -> str:
    """A table in GitHub's Markdown below its caption, numbers at the right."""
    rows = [[_markdown_text(cell) for cell in row] for row in (grid.head, *grid.rows)]
    rows.insert(1, ["---:" if numeric else "---" for numeric in grid.numeric])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    above = [f"**{_markdown_text(caption)}**", ""] if caption else []
    return "\n".join([*above, *lines]) + "\n"


# --- LaTeX ----------------------------------------------------------------------------------------

#: Half ems on a line of A4 in small print, upright and across, and lines on a page.
_LATEX_LINE = (64, 112)
_LATEX_PAGE = (44, 26)

# pandas escapes less: it leaves brackets and asterisks, which a row end before them would take for
# its argument, and pairs that TeX joins (-- to a dash).
_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {c: f"{{{c}}}" for c in "[]*"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        "∞": r"$\infty$",
        "−": "$-$",
        "≤": r"$\le$",
        "≥": r"$\ge$",
        "\n": r"\newline{}",
    }
)
_LATEX_NOTE = {
    "en": "% Needs the packages {}; Chinese text needs xelatex with ctex.",
    "zh": "% 需要宏包 {}；中文请用 xelatex 和 ctex 编译。",
}
_LATEX_CONTINUED = {"en": "Continued on next page", "zh": "接下页"}


def _latex_text(text: str, numeric: bool = False) -> str:
    if numeric and text.startswith("-"):
        text = "−" + text[1:]
    return text.translate(_LATEX).replace("--", "-{}-").replace("--", "-{}-")


def latex(grid: Grid, caption: str, label: str, language: str) -> str:
    """A booktabs table with caption and label, for a paper to read in.

    Text stays UTF-8: compile with xelatex, and with ctex where it is Chinese. Columns that would
    not fit wrap at a share of the line's width; a table longer than a page becomes a longtable,
    a wide one lies across the page. The first line names the packages.
    """
    across, widths = _lay_out(grid, _LATEX_LINE)
    line, page = _LATEX_LINE[across], _LATEX_PAGE[across]
    form = ""
    for column, width, numeric in zip(grid.columns, widths, grid.numeric, strict=True):
        fits = max(map(_width, column)) <= width and not any("\n" in cell for cell in column)
        side = "left" if numeric else "right"
        # Without the empty space TeX would not hyphenate the first word of a cell.
        ragged = rf">{{\ragged{side}\arraybackslash\hspace{{0pt}}}}"
        form += "lr"[numeric] if fits else rf"{ragged}p{{{width / line:.3f}\linewidth}}"
    height = sum(
        max(math.ceil(_width(c) / w) + c.count("\n") for c, w in zip(row, widths, strict=True))
        for row in grid.rows
    )
    long = height > page
    rows = [
        [_latex_text(cell, number) for cell, number in zip(row, grid.numeric, strict=True)]
        for row in grid.rows
    ]
    frame = pd.DataFrame(rows, columns=[_latex_text(cell) for cell in grid.head], dtype="object")
    styler = Styler(frame).hide(axis="index")
    if not long:
        styler = styler.set_table_styles([{"selector": "small", "props": ":;"}])
    text = styler.to_latex(
        hrules=True,
        column_format=form,
        position=None if long else "htbp",
        position_float=None if long else "centering",
        caption=_latex_text(caption) or None,
        label=f"tab:{label}" if caption else None,
        environment="longtable" if long else "table",
    )
    # Only pandas writes such braces: those of the cells are escaped.
    text = text.replace("{r}{Continued on next page}", f"{{r}}{{{_LATEX_CONTINUED[language]}}}")
    if long:
        text = f"{{\\small\n{text}}}\n"
    if across:
        text = f"\\begin{{landscape}}\n{text}\\end{{landscape}}\n"
    packages = ["booktabs", "array"] + ["longtable"] * long + ["pdflscape"] * across
    return _LATEX_NOTE[language].format(", ".join(packages)) + "\n" + text


# --- Word -----------------------------------------------------------------------------------------

#: Size of print, and half an em of it with some allowance, in points.
_POINTS, _HALF_EM = 9, 5
_FONT, _FONT_ZH = "Times New Roman", "宋体"
#: Any date will do that a ZIP file can hold.
_DATE = (1980, 1, 1, 0, 0, 0)
_A4, _MARGIN = (210.0, 297.0), 25.4
_WORD_LINE = (
    Mm(_A4[0] - 2 * _MARGIN).pt / _HALF_EM,
    Mm(_A4[1] - 2 * _MARGIN).pt / _HALF_EM,
)
#: What stays of the template, which brings 40 table styles, a preview and a list of fonts.
_PARTS = ("/officeDocument", "/core-properties", "/styles", "/settings", "/theme")
_THREE_LINES = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ThreeLines">
 <w:name w:val="Three Lines"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
 <w:tblPr><w:tblBorders>
  <w:top w:val="single" w:sz="12" w:space="0" w:color="auto"/>
  <w:bottom w:val="single" w:sz="12" w:space="0" w:color="auto"/>
 </w:tblBorders></w:tblPr>
 <w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>
  <w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto"/>
 </w:tcBorders></w:tcPr></w:tblStylePr>
</w:style>"""


def word(grid: Grid, caption: str, language: str) -> bytes:
    """A Word file with the caption and the table, its heading repeated on every page."""
    document = docx.Document()
    _strip(document)
    _style(document, language)
    section = document.sections[0]
    across, shares = _lay_out(grid, _WORD_LINE)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(side) for side in (_A4[::-1] if across else _A4))
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)
    if caption:
        document.add_paragraph(caption, style="Caption")
    table = document.add_table(len(grid.rows) + 1, len(grid.head), style="Three Lines")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [Pt((share + _GAP) * _HALF_EM) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, texts in zip(table.rows, (grid.head, *grid.rows), strict=True):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if texts is grid.head:
            properties.append(OxmlElement("w:tblHeader"))
        cells = zip(row.cells, texts, widths, grid.numeric, strict=True)
        for cell, text, width, numeric in cells:
            cell.width = width
            cell.paragraphs[0].style = "Table Number" if numeric else "Table Text"
            cell.paragraphs[0].add_run(text)
    about = document.core_properties
    about.title, about.author, about.comments = caption, "", ""
    about.language = {"en": "en-US", "zh": "zh-CN"}[language]
    about.created = about.modified = datetime.datetime(*_DATE)
    stream = io.BytesIO()
    document.save(stream)
    return _repack(stream)


def _strip(document: Document) -> None:
    """Drop what the template brings and a table does not need."""
    for relations in (document.part.package.rels, document.part.rels):
        for key in [k for k, r in relations.items() if not r.reltype.endswith(_PARTS)]:
            del relations[key]
    for style in list(document.styles):
        if style.element.get(qn("w:default")) != "1" and style.name != "Caption":
            style.delete()


def _style(document: Document, language: str) -> None:
    """Fonts, languages and the styles of the caption, the table and its cells."""
    styles = document.styles
    document.settings.element.xpath("w:themeFontLang")[0].set(qn("w:eastAsia"), "zh-CN")
    styles.element.xpath("w:docDefaults//w:lang")[0].set(qn("w:eastAsia"), "zh-CN")
    normal = styles["Normal"]
    normal.font.name = _FONT
    fonts = normal.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), _FONT_ZH)
    fonts.set(qn("w:cs"), _FONT)
    if language == "zh":  # quotation marks and dashes as wide as Chinese characters
        fonts.set(qn("w:hint"), "eastAsia")
    caption = styles["Caption"]
    caption.font.size, caption.font.color.rgb = Pt(_POINTS + 1.5), RGBColor(0, 0, 0)
    caption.hidden = False
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_after = Pt(_POINTS / 2)
    caption.paragraph_format.keep_with_next = True
    text = styles.add_style("Table Text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style, text.font.size = normal, Pt(_POINTS)
    text.paragraph_format.space_after, text.paragraph_format.line_spacing = Pt(0), 1.0
    number = styles.add_style("Table Number", WD_STYLE_TYPE.PARAGRAPH)
    number.base_style = text
    number.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    styles.element.append(parse_xml(_THREE_LINES))


def _repack(stream: io.BytesIO) -> bytes:
    """The same ZIP file without dates, in a fixed order.

    Not compressed, since compressed bytes depend on the machine's library.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist()):  # [Content_Types].xml has to be the first, and is
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return out.getvalue()
