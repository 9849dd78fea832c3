"""Saving figures as PDF, SVG and PNG: the same bytes each time, whole or not at all."""

import contextlib
import dataclasses
import io
import os
import pathlib
from collections.abc import Iterator

from matplotlib.figure import Figure
from PIL import Image

from stdpolicy.figures.style import pick, styled
from stdpolicy.files import write_bytes

#: Metadata that would otherwise hold the date or the version.
_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
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


@styled
def save(figure: Figure, name: str, output: str = "", language: str = "en") -> SavedFigure:
    """Save a figure as ``figures/<language>/<name>.{pdf,svg,png}`` below a folder.

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
    with _fixed_clock():
        if output:
            for form, metadata in _METADATA.items():
                contents[f"{name}.{form}"] = _render(figure, form, 300, metadata)
        preview = _render(figure, "png", 110, _METADATA["png"])
    files = []
    for file, content in contents.items():
        target = pathlib.Path(output) / "figures" / language / file
        write_bytes(target, content)
        files.append(file)
    title = figure.get_suptitle().replace("\n", " ")
    return SavedFigure(name, title, tuple(files), preview)


def _render(figure: Figure, form: str, dpi: int, metadata: dict[str, str | None]) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format=form, dpi=dpi, metadata=metadata)
    return _palette(stream, dpi) if form == "png" else stream.getvalue()


def _palette(stream: io.BytesIO, dpi: int) -> bytes:
    """A PNG file with a palette: a third of the size, and no difference that one could see."""
    picture = Image.open(stream).convert("RGB")
    picture = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, "png", optimize=True, dpi=(dpi, dpi))
    return small.getvalue()
