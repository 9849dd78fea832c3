"""One form of a text, whatever site it was copied from."""

import hashlib
import unicodedata
from functools import lru_cache
from itertools import pairwise


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


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Fold a text, and say for every place in it where that is in the folded text.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    folded : str
        As :func:`fold` returns it.
    places : list of int
        One number per character of ``text`` and one for its end: ``text[i:j]`` stands at
        ``folded[places[i]:places[j]]``. They never fall. A character that is removed stands where
        the next one does. One that may merge with the character before it, such as a combining
        accent, belongs to that one: a stretch that begins between the two is told without both.
    """
    # Normalization looks no farther than from one character that joins nothing to the next.
    starts = [at for at, char in enumerate(text) if not (at and _joins(char))]
    pieces: list[str] = []
    places: list[int] = []
    size = 0
    for start, end in pairwise([*starts, len(text)]):
        piece = _fold_piece(text[start:end])
        pieces.append(piece)
        places.append(size)
        size += len(piece)
        places += [size] * (end - start - 1)
    return "".join(pieces), [*places, size]


def seen_with_places(text: str, places: list[int]) -> tuple[str, list[int], list[int]]:
    """What of a text is seen, for reading: no control and format characters, which part nothing.

    Parameters
    ----------
    text : str
        Any text. Its tabs and line ends stay, since they make tables and headings.
    places : list of int
        Its places in the folded text, from :func:`fold_with_places`.

    Returns
    -------
    seen : str
        The text without characters of the categories ``C*``.
    starts, ends : list of int
        For every character of ``seen``, where it begins and ends in the folded text.
    """
    kept = [
        at
        for at, char in enumerate(text)
        if char in "\t\n\r" or unicodedata.category(char)[0] != "C"
    ]
    starts = [places[at] for at in kept]
    ends = [places[at + 1] for at in kept]
    return "".join(text[at] for at in kept), starts, ends


@lru_cache(maxsize=1 << 14)
def _joins(char: str) -> bool:
    """Whether a character may change together with those before it: marks, vowels of Hangul."""
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=1 << 14)
def _fold_piece(piece: str) -> str:
    return fold(piece)
