"""Shades from light to dark for the steps of a scale; in grey print they differ too."""

from stdpolicy.figures.style import BLACK

#: Six steps, of which the first is the paper.
BLUES = ("#FFFFFF", "#C8E0EF", "#97C3DE", "#69A3C9", "#3C82B1", "#15517D")


def ink(step: int) -> str:
    """Colour of text that can be read on a step of :data:`BLUES`."""
    return BLACK if step < 4 else "white"
