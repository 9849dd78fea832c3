"""Shades from light to dark for the steps of a scale; in grey print they differ too."""

from stdpolicy.figures.style import BLACK

#: Six steps, of which the first is the paper.
BLUES = ("#FFFFFF", "#D3E5F2", "#A6CDE5", "#74AFD6", "#3F86B5", "#12507D")


def ink(step: int) -> str:
    """Colour of text that can be read on a step of :data:`BLUES`."""
    return BLACK if step < 4 else "white"
