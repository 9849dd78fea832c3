"""Writing files whole or not at all."""

import contextlib
import os
import pathlib
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def write_bytes(path: pathlib.Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = pathlib.Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o644)  # temporary files are private, results are not
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def write_text(path: pathlib.Path, content: str) -> None:
    """Write text as UTF-8 with LF line ends; see :func:`write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


def csv_text(frame: "pd.DataFrame") -> str:
    """A table as CSV: LF, whole numbers without a decimal point, true and false, no index."""
    truth = frame.select_dtypes(["bool", "boolean"]).columns
    frame = frame.assign(**{c: frame[c].map({True: "true", False: "false"}) for c in truth})
    return str(frame.to_csv(index=False, lineterminator="\n", float_format="%.12g"))


def write_csv(path: pathlib.Path, frame: "pd.DataFrame") -> None:
    """Write a table as CSV; see :func:`csv_text`."""
    write_text(path, csv_text(frame))
