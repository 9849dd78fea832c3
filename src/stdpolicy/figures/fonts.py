"""The glyphs that a figure takes, cut from a font that is read once."""

import contextlib
import copy
import functools
import io
from collections.abc import Iterator
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.backends import _backend_pdf_ps

from stdpolicy.figures.style import font_path

#: Where matplotlib cuts fonts for PDF files.
_CUTTER: Any = _backend_pdf_ps
#: Tables that text across the page in one face does without.
_DROPPED = ["BASE", "GDEF", "GSUB", "STAT", "vhea", "vmtx"]


@functools.lru_cache(maxsize=8)
def web_font(characters: frozenset[str]) -> bytes:
    """The part of the font that holds some characters, as WOFF."""
    font = _fresh()
    subsetter = subset.Subsetter(subset.Options(layout_features=["kern"], hinting=False))
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    font.flavor = "woff"
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """Let matplotlib embed parts of the font in PDF files without reading all of it each time."""
    own = _CUTTER.get_glyphs_subset

    def cut(file: Any, glyphs: Any) -> Any:
        return _part(glyphs) if str(file) == str(font_path()) else own(file, glyphs)

    # Other versions of matplotlib ask otherwise; they read the font each time.
    if hasattr(_CUTTER, "SubsetResults"):
        _CUTTER.get_glyphs_subset = cut
    try:
        yield
    finally:
        _CUTTER.get_glyphs_subset = own


def _part(glyphs: Any) -> Any:
    """Part of the font by the numbers of its glyphs, as matplotlib asks for it."""
    font = _fresh()
    del font["GPOS"]  # text in PDF files is placed already
    subsetter = subset.Subsetter(subset.Options(glyph_names=True, recommended_glyphs=True))
    subsetter.populate(gids=glyphs)
    subsetter.subset(font)
    return _CUTTER.SubsetResults(font, subsetter.glyph_index_map)._as_cm()


@functools.cache
def _whole() -> TTFont:
    """The font, read as far as cutting it needs."""
    font = TTFont(font_path(), lazy=True, recalcTimestamp=False)
    for tag in _DROPPED:
        del font[tag]
    for tag in font.keys():  # noqa: SIM118 - a font is no dictionary
        font[tag]
    font.getReverseGlyphMap()
    return font


def _fresh() -> TTFont:
    """A copy of the font that may be cut; what cutting leaves as it is, is shared."""
    whole = _whole()
    font = copy.copy(whole)
    font.glyphOrder = list(whole.getGlyphOrder())
    font.tables = {tag: copy.copy(table) for tag, table in whole.tables.items()}
    font["glyf"].glyphs = dict(font["glyf"].glyphs)
    font["hmtx"].metrics = dict(font["hmtx"].metrics)
    font["cmap"].tables = [copy.copy(table) for table in font["cmap"].tables]
    for tag in ("GPOS", "name"):
        font[tag] = copy.deepcopy(whole[tag])
    return font
