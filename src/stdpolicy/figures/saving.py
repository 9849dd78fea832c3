"""Saving figures as PDF, SVG and PNG: the same bytes each time, whole or not at all."""

import base64
import contextlib
import dataclasses
import io
import os
import pathlib
from collections.abc import Iterator
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from stdpolicy.figures.fonts import read_once, web_font
from stdpolicy.figures.labels import unfolded
from stdpolicy.figures.style import FONT, pick, styled
from stdpolicy.files import write_bytes

_DPI = 300
#: The preview has a third of the dots, so that each of its dots is the mean of nine.
_PREVIEW = 3

#: Metadata that would otherwise hold the date or the version.
_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    "svg": {"Date": None, "Creator": None},
}


@dataclasses.dataclass(frozen=True)
class SavedFigure:
    """A figure as it was saved; shown in a notebook as a picture.

    ``name`` of the figure, ``title`` as drawn, ``files`` written (none without an output folder).
    """

    name: str
    title: str
    files: tuple[str, ...]
    preview: bytes = dataclasses.field(repr=False)

    def __repr__(self) -> str:
        return f"{self.name}: {self.title}"

    def _repr_png_(self) -> bytes:
        return self.preview


@styled
def save(figure: Figure, name: str, output: str = "", language: str = "en") -> SavedFigure:
    """Save a figure as ``figures/<language>/<name>.{pdf,svg,png}`` below a folder.

    PDF and SVG hold the text as text, and the glyphs that it takes as TrueType; programs that pass
    over a font embedded in SVG need Noto Sans SC installed.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    name : str
        Name of the files, without suffix.
    output : str
        Folder; nothing is written when empty.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    SavedFigure
        Shows itself as a picture at the end of a notebook cell.
    """
    pick(language, "", "")
    contents = {}
    with _laid_out(figure) as picture:
        if output:
            contents = {
                f"{name}.pdf": _vector(figure, "pdf"),
                f"{name}.svg": _with_font(_vector(figure, "svg")),
                f"{name}.png": _png(picture, _DPI),
            }
    for file, content in contents.items():
        write_bytes(pathlib.Path(output) / "figures" / language / file, content)
    preview = _png(picture.reduce(_PREVIEW), _DPI / _PREVIEW)
    return SavedFigure(name, unfolded(figure.get_suptitle()), tuple(contents), preview)


@contextlib.contextmanager
def _laid_out(figure: Figure) -> Iterator[Image.Image]:
    """Lay a figure out and draw it once; the layout then holds for the other forms as well."""
    engine, dpi, canvas = figure.get_layout_engine(), figure.get_dpi(), figure.canvas
    figure.set_dpi(_DPI)
    try:
        drawn: Any = FigureCanvasAgg(figure)
        drawn.draw()
        figure.set_layout_engine(None)  # "none" would have each form lay out again
        size = drawn.get_width_height()
        yield Image.frombuffer("RGBA", size, drawn.buffer_rgba(), "raw", "RGBA", 0, 1).convert(
            "RGB"
        )
    finally:
        figure.set_layout_engine(engine)
        figure.set_dpi(dpi)
        figure.set_canvas(canvas)


def _png(picture: Image.Image, dpi: float) -> bytes:
    """A PNG file with a palette: a third of the size, and no difference that one could see."""
    small = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    small.save(stream, "png", compress_level=6, dpi=(dpi, dpi))
    return stream.getvalue()


def _vector(figure: Figure, form: str) -> bytes:
    stream = io.BytesIO()
    with _fixed_clock(), read_once():
        figure.savefig(stream, format=form, metadata=_METADATA[form])
    return stream.getvalue()


@contextlib.contextmanager
def _fixed_clock() -> Iterator[None]:
    """The date that the font subsetter stamps into PDF files."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _with_font(svg: bytes) -> bytes:
    """Embed the glyphs of a picture in it, so that it looks alike wherever it is opened."""
    text = svg.decode()
    face = base64.b64encode(web_font(frozenset(text))).decode()
    rule = (
        f'@font-face{{font-family:"{FONT}";src:url(data:font/woff;base64,{face}) format("woff")}}'
        "text{white-space:pre}"
    )
    return text.replace("</style>", f"{rule}</style>", 1).encode()
