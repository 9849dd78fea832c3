"""One form of a text, whatever site it was copied from."""

import hashlib
import unicodedata


def fold(text: str) -> str:
    """Fold a text so that copies of it from different sites agree.

    Unicode NFKC, then every white-space, control, format, unassigned and private-use character
    (categories ``Z*`` and ``C*``) is removed. All offsets in the tables count characters of the
    result.
    """
    normal = unicodedata.normalize("NFKC", text)
    return "".join(char for char in normal if unicodedata.category(char)[0] not in "ZC")


def folded_sha256(text: str) -> str:
    """SHA-256 of the folded text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(fold(text).encode("utf-8")).hexdigest()
