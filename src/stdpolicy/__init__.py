"""Reproducible research on standardization policy: what plans promise and what is reported."""

from stdpolicy.errors import DataError, StdpolicyError, UsageError
from stdpolicy.tables import load, load_all
from stdpolicy.validation import check

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "StdpolicyError",
    "UsageError",
    "__version__",
    "check",
    "load",
    "load_all",
]
