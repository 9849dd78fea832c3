"""Finding the quantities of a policy text: what they say, what they are and by when."""

from stdpolicy.extraction.extractor import extract

__all__ = ["extract"]
