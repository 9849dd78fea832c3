"""Writing files whole or not at all."""

import contextlib
import hashlib
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pandas as pd


@contextlib.contextmanager
def replacing(path: pathlib.Path, scratch: pathlib.Path | None = None) -> Iterator[BinaryIO]:
    """Take what is written and put it in place of a file in the end; nothing where that fails.

    A reader sees the old content or the new one, never a part. ``scratch`` is a folder on the same
    disk where the new one is written meanwhile; that of the file without it.
    """
    folder = scratch or path.parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder)
    part = pathlib.Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o644)  # temporary files are private, results are not
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def write_bytes(path: pathlib.Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    with replacing(path) as stream:
        stream.write(content)


def write_text(path: pathlib.Path, content: str) -> None:
    """Write text as UTF-8 with LF line ends; see :func:`write_bytes`."""
    write_bytes(path, content.encode("utf-8"))


def csv_text(frame: "pd.DataFrame") -> str:
    """A table as CSV: LF, whole numbers without a decimal point, true and false, no index."""
    truth = frame.select_dtypes(["bool", "boolean"]).columns
    frame = frame.assign(**{c: frame[c].map({True: "true", False: "false"}) for c in truth})
    return str(frame.to_csv(index=False, lineterminator="\n", float_format="%.12g"))


def json_text(frame: "pd.DataFrame", lines: bool = False) -> str:
    """A table as JSON in UTF-8: an array of objects, or an object a line and no array."""
    form: dict[str, Any] = {"lines": True} if lines else {"indent": 1}
    text = str(frame.to_json(orient="records", force_ascii=False, **form)).rstrip("\n")
    text = text.replace("\\/", "/")  # which pandas escapes, as JSON allows and nobody needs
    return text + "\n" if text else ""


def write_csv(path: pathlib.Path, frame: "pd.DataFrame") -> None:
    """Write a table as CSV; see :func:`csv_text`."""
    write_text(path, csv_text(frame))


def sha256(path: pathlib.Path) -> str:
    """Hash of a file's content; empty where there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return ""
