"""Who is responsible: the agencies that a plan names in brackets or after a label."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

#: Where a bracket that names agencies ends (…牵头，…配合）, or a label that does (责任单位：…).
_DUTY = re.compile(
    r"[）)：:](?:(?<=(?:负责|牵头|配合|落实)[）)])"
    r"|(?<=(?:责任|牵头|配合|主办|实施)(?:单位|部门)[：:]))"
)
_LABEL_LENGTH = len("责任单位：")
_LABEL = re.compile(
    r"[；;，。\s]*(?P<role>责任|牵头|配合|主办|实施)(?:单位|部门)[：:][ \u3000]*"
    r"(?P<names>[^；;。（）()\n：:]+)"
)
_CLAUSE = re.compile(
    r"(?P<names>[^；;。]+?)(?:按照?职责)?(?:分工)?(?P<role>牵头|负责|配合|落实)(?:负责|落实)?[，,；;。]?"
)
_SUPPORT = "配合"
#: 和 parts names only before what opens a name; 工业和信息化厅 is one.
_PARTING = re.compile(r"[、，,；;]|[和及与](?=[省市县区各]|有关|国家|相关|$)")
_AND_OTHERS = re.compile(r"等(?:有关|相关)?(?:部门|单位)|等(?:市|地区?)?$")
_LONGEST = 600
_LONGEST_NAME = 30
#: Farthest behind a quantity that its paragraph names who is responsible.
_REACH = 1500


class Duty(NamedTuple):
    """A passage that names agencies; with a label it is not in brackets."""

    start: int
    end: int
    label: bool


def find_duties(text: str) -> list[Duty]:
    """Passages that name responsible agencies, in text order."""
    found: list[Duty] = []
    done = 0
    for match in _DUTY.finditer(text):
        end = match.end()
        if end <= done:
            continue
        if label := match.group() in "：:":
            start = done = end - _LABEL_LENGTH
            while part := _LABEL.match(text, done):
                done = part.end()
        else:
            start = max(text.rfind(mark, max(done, end - _LONGEST), end) for mark in "（(")
            done = end
        if start >= 0 and start < done:
            found.append(Duty(start, done, label))
    return found


def read_duty(text: str, duty: Duty) -> tuple[str | None, str | None]:
    """Agencies that lead and that support, parted by |; those that share a duty all lead."""
    if duty.label:
        parts = list(_LABEL.finditer(text, duty.start, duty.end))
    else:
        words = re.sub(r"\s", "", text[duty.start + 1 : duty.end - 1])
        parts = list(_CLAUSE.finditer(words))
    return (
        _names(part["names"] for part in parts if part["role"] != _SUPPORT),
        _names(part["names"] for part in parts if part["role"] == _SUPPORT),
    )


def _names(lists: Iterable[str]) -> str | None:
    """Names of agencies from lists of them; none where they are none."""
    names: list[str] = []
    for words in lists:
        plain = _AND_OTHERS.sub("、", words.strip()).replace("部门、单位", "部门和单位")
        for piece in _PARTING.split(plain):
            name = piece.strip().lstrip("由及和与")
            if 2 <= len(name) <= _LONGEST_NAME and name not in names:
                names.append(name)
    return "|".join(names) or None


class Duties:
    """The duties of a text and the one that a place falls under."""

    def __init__(self, text: str):
        self.text = text
        self.duties = find_duties(text)
        self.places = [duty.start for duty in self.duties]
        self._read = lru_cache(maxsize=64)(lambda duty: read_duty(text, duty))

    def of(self, place: int, until: int) -> tuple[str | None, str | None]:
        """Who leads and who supports what stands at a place: named next behind it.

        A bracket speaks for its own paragraph, a label also for the one before it; ``until`` is
        where the next heading begins.
        """
        at = bisect_left(self.places, place)
        if at == len(self.duties):
            return None, None
        duty = self.duties[at]
        if duty.start >= min(until, place + _REACH):
            return None, None
        if self.text.count("\n", place, duty.start) > (2 if duty.label else 0):
            return None, None
        return self._read(duty)
