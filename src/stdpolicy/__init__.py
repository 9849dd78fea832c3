"""Reproducible research on standardization policy: what plans promise and what is reported."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stdpolicy.errors import DataError, StdpolicyError, UsageError

if TYPE_CHECKING:
    from stdpolicy.extraction import extract
    from stdpolicy.gap import assess
    from stdpolicy.tables import load, load_all
    from stdpolicy.validation import check

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "StdpolicyError",
    "UsageError",
    "__version__",
    "assess",
    "check",
    "extract",
    "load",
    "load_all",
]

#: Where the functions are. They are imported when asked for, so that the command line starts at
#: once; a module here must not have the name of a function.
_HOMES = {
    "assess": "gap",
    "check": "validation",
    "extract": "extraction",
    "load": "tables",
    "load_all": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'stdpolicy' has no attribute {name!r}")
    return getattr(import_module(f"stdpolicy.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
