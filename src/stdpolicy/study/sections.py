"""Sections of a text, drafted from its headings."""

import re
import unicodedata
from typing import NamedTuple

from stdpolicy.text.folding import fold_with_places

_ONES = ["", *"一二三四五六七八九"]
#: 一 to 九十九.
_CHINESE = {
    (f"{_ONES[ten]}十" if ten > 1 else "十" if ten else "") + _ONES[one]: 10 * ten + one
    for ten in range(10)
    for one in range(10)
    if ten or one
}
_N = "[一二三四五六七八九十]{1,3}"
#: Ways to number a heading, the higher levels first. 一是 opens the paragraphs of press texts only.
_STYLES = [
    rf"第(?P<n>{_N})[编篇章]",
    rf"第(?P<n>{_N})节",
    rf"(?P<n>{_N})、",
    rf"[（(](?P<n>{_N})[）)]",
    r"(?P<n>[0-9０-９]{1,2})(?:[.．](?![0-9０-９])|、)",
    r"[（(](?P<n>[0-9０-９]{1,2})[）)]",
]
_PRESS_STYLE = rf"(?P<n>{_N})是"
_BOX = r"专栏[ \u3000]?(?P<n>[0-9０-９]{1,2}|" + _N + ")"
#: What a heading stands behind: the beginning of a line, or the end of a sentence.
_OPENS = r"(?:(?<=[。；\n\r])|^)[^\S\n]*"
_TITLE = re.compile(r"[^。；;\n\r]{1,60}")
_LONGEST = 40
_DEEPEST = 5
#: Numbers that a document may leave out between two headings.
_SKIPPED = 1


class Section(NamedTuple):
    """A section with its place in the folded text."""

    section: str
    parent: str
    level: int
    title: str
    start: int
    end: int


class _Mark(NamedTuple):
    start: int
    style: int
    number: int
    title: str


_IS_BOX = -1


def draft_sections(text: str, press: bool = False) -> list[Section]:
    """Sections of a text in text order; without headings, one from beginning to end.

    A heading carries the number that is due: after （二） comes （三）, or a new list that begins
    with the first. So references to a heading and numbers that merely look like one are passed
    over. ``press`` says that 一是 and 二是 count as headings.
    """
    folded, places = fold_with_places(text)
    total = len(folded)
    if not total:
        return []
    heads: list[tuple[int, str, str]] = []  # start, section, title
    open_: list[tuple[int, int]] = []  # style and number of the headings above
    used = set()
    for mark in _marks(text, press):
        if mark.style == _IS_BOX:
            above = open_
            section = f"{_path(open_)}.box{mark.number}" if open_ else ""
        else:
            above = _descend(open_, mark)
            section = _path(above)
        start = places[mark.start]
        if not section or section in used or section.count(".") >= _DEEPEST:
            continue
        if heads and start <= heads[-1][0]:
            continue
        open_ = above
        used.add(section)
        heads.append((start, section, mark.title))
    first = heads[0][0] if heads else total
    found = [Section("0", "", 0, "（首段）", 0, first)] if first else []
    for at, (start, section, title) in enumerate(heads):
        inside = section + "."
        end = next((s for s, other, _ in heads[at + 1 :] if not other.startswith(inside)), total)
        parent = section.rpartition(".")[0]
        found.append(Section(section, parent, section.count(".") + 1, title, start, end))
    return found


def section_at(sections: list[Section], start: int, end: int) -> Section | None:
    """The innermost section around a place."""
    around = [s for s in sections if s.start <= start and end <= s.end]
    return min(around, key=lambda s: (s.end - s.start, -s.level), default=None)


def _marks(text: str, press: bool) -> list[_Mark]:
    """Everything that is numbered as a heading may be, in text order."""
    styles = [*enumerate(_STYLES), (_IS_BOX, _BOX)]
    if press:
        styles.append((len(_STYLES), _PRESS_STYLE))
    found = []
    for style, pattern in styles:
        for match in re.finditer(_OPENS + f"(?P<sign>{pattern})", text):
            number = match["n"]
            value = _CHINESE.get(number) or (int(number) if number.isdecimal() else 0)
            title = _title(text, match.end())
            if value and title:
                found.append(_Mark(match.start("sign"), style, value, title))
    return sorted(found)


def _title(text: str, at: int) -> str:
    match = _TITLE.match(text, at)
    words = match.group() if match else ""
    if len(words) > _LONGEST:
        words = re.split("[，,：:]", words)[0][:_LONGEST]
    words = "".join(c for c in words if unicodedata.category(c)[0] != "C")
    return words.strip().strip("：:，,").strip()


def _descend(open_: list[tuple[int, int]], mark: _Mark) -> list[tuple[int, int]]:
    """The headings above and the mark itself as the last; nothing when it is not due."""
    above = [item for item in open_ if item[0] < mark.style]
    before = next((number for style, number in open_ if style == mark.style), 0)
    if mark.number == 1 and not before:
        return [*above, (mark.style, 1)]
    if before and before < mark.number <= before + 1 + _SKIPPED:
        return [*above, (mark.style, mark.number)]
    return []


def _path(stack: list[tuple[int, int]]) -> str:
    return ".".join(str(number) for _, number in stack)
