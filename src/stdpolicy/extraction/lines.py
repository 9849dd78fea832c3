"""Where a line ends in mid-sentence, as text from PDF files has it."""

import re

#: The last character of a line, the break, and what the next line opens with in mid-sentence.
_RUNS_ON = re.compile(
    r"[\u4e00-\u9fff0-9，、,（(“]\r?\n(?=[\u4e00-\u9fff0-9（(“”）)，])"
    r"(?![（(]?[一二三四五六七八九十0-9]{1,3}[、.．)）]|第[一二三四五六七八九十]+[章节条]|专栏|附|表)"
)
_LONG_LINE = 25
_DIGITS_BEFORE = re.compile(r"[0-9][0-9,.]*\r?\n$")


def wraps(text: str, line: int) -> bool:
    """Whether the line break at a place lies within a sentence.

    Then the line is long, ends in a word or comma, and no heading or item follows.
    """
    return (
        line > _LONG_LINE
        and bool(_RUNS_ON.match(text, line - 1 - (text[line - 1] == "\r")))
        and text.rfind("\n", line - _LONG_LINE, line) < 0
    )


def broken_digits(text: str, start: int) -> int:
    """How many characters of a number that a line opens with stand on the line before: 1⏎20个."""
    if text[start - 1 : start] != "\n" or not wraps(text, start - 1):
        return 0
    before = _DIGITS_BEFORE.search(text, max(0, start - 12), start)
    return start - before.start() if before else 0
