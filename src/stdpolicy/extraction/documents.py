"""Reading the text of a document from a file, whatever its form and encoding."""

import html.parser
import io
import logging
import pathlib
import re
import zipfile

from stdpolicy.errors import StdpolicyError, UsageError

#: Encodings of Chinese policy texts, the likeliest first. GB18030 covers GBK and GB2312.
_ENCODINGS = ("utf-8", "gb18030", "utf-16")
#: Shares of a text that are not Chinese, Latin or usual signs from which on it was read wrongly.
_STRANGE = 0.05
_BLOCKS = frozenset("p div li tr h1 h2 h3 h4 h5 h6 title section article table ul ol".split())
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({"script", "style", "noscript", "template"})
_CHARSET = re.compile(rb"""charset=["']?([A-Za-z0-9_-]+)""")
#: <![if !IE]>, which office programs write and the parser refuses.
_CONDITIONAL = re.compile(r"<!\[(?!CDATA\[)[^>-]{0,200}>")


class DocumentError(StdpolicyError, ValueError):
    """A file that holds no text that can be read."""


def read_document(path: str | pathlib.Path) -> str:
    """Read the text of a text file, or of an HTML, PDF or Word file.

    Text files are in UTF-8, GB18030 or UTF-16; their line ends are kept, so that places count the
    characters of the file. Of other files places count the characters of what this returns: table
    cells are parted by tabs. PDF and Word files need ``pip install stdpolicy[documents]``.

    Raises
    ------
    UsageError
        When there is no such file, or a package that it needs is not installed.
    DocumentError
        When the file is damaged, binary, in another encoding, or a PDF of pictures without text.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    return text_of(path.read_bytes(), path)


def text_of(raw: bytes, path: pathlib.Path) -> str:
    """Text of a file from its bytes; see :func:`read_document`. The path is not opened."""
    try:
        if raw.startswith(b"%PDF"):
            text = _pdf(raw)
        elif raw.startswith(b"PK\x03\x04"):
            text = _docx(raw)
        elif raw.startswith(b"\xd0\xcf\x11\xe0"):
            raise ValueError("this is an old Word file; save it as .docx or as text")
        elif path.suffix.lower() in {".html", ".htm", ".xhtml", ".shtml"}:
            text = _html(raw)
        else:
            text = decode(raw)
    except ImportError as error:
        raise UsageError(
            f"{path} needs the package {error.name}: pip install stdpolicy[documents]"
        ) from error
    except ValueError as error:
        raise DocumentError(f"{path}: {error}") from error
    # Fonts of a PDF file can lead to halves of characters, which no table holds.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _pdf(raw: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # small flaws of files are nobody's concern
    try:
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    except (PyPdfError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"this PDF cannot be read ({error})") from error
    if not text.strip():
        raise ValueError("this PDF has no text, only pictures; run text recognition (OCR) first")
    return text


def _docx(raw: bytes) -> str:
    from docx import Document
    from docx.table import Table

    try:
        document = Document(io.BytesIO(raw))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"this is no Word file that can be read ({error})") from error
    lines = []
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                lines.append("\t".join(" ".join(cell.text.split()) for cell in row.cells))
        else:
            lines.append(part.text)
    return "\n".join(lines)


def _html(raw: bytes) -> str:
    declared = _CHARSET.search(raw, 0, 2048)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        page = raw.decode("gb18030" if encoding.startswith("gb") else encoding)
    except (LookupError, UnicodeDecodeError):
        page = decode(raw)
    parser = _PageText()
    try:
        parser.feed(_CONDITIONAL.sub("", page))
        parser.close()
    except AssertionError as error:
        raise ValueError(f"this page is damaged ({error}); save it as text") from error
    return "".join(parser.parts)


class _PageText(html.parser.HTMLParser):
    """The text of a page; unlike a tree of it, this does not mind how deep it is nested."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def _part(self, mark: str) -> None:
        if self.parts and self.parts[-1][-1:] not in {mark, "\n"}:
            self.parts.append(mark)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self._part("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _CELLS:
            self.parts.append("\t")
        elif tag in _BLOCKS:
            self._part("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data:
            self.parts.append(data)


def decode(raw: bytes) -> str:
    """Decode the bytes of a Chinese text: UTF-8, else GB18030, else UTF-16 with its mark.

    Raises
    ------
    ValueError
        When the bytes are no text in any of these.
    """
    encodings: tuple[str, ...] = _ENCODINGS
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    elif raw.count(0):
        raise ValueError("this is no text: it has zero bytes; save it as a UTF-8 text file")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf-8") or not _is_strange(text):
            return text
    raise ValueError("this is neither UTF-8 nor GB18030; save it as UTF-8")


def _is_strange(text: str) -> bool:
    """Whether a text looks like one that was read in the wrong encoding."""
    sample = text[:20000]
    usual = sum(
        char < "\u0250"
        or "\u2000" <= char < "\u2700"
        or "\u3000" <= char < "\u3030"
        or "\u4e00" <= char <= "\u9fff"
        or char >= "\uff00"
        for char in sample
    )
    return usual < (1 - _STRANGE) * len(sample)
