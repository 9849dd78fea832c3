"""Headings of a text, also where it has lost its line breaks, and what they announce."""

import re
import sys
from bisect import bisect_right
from typing import NamedTuple

_NUMBERED = re.compile(
    r"[一二三四五六七八九十表专第]"
    r"(?:(?<=[一二三四五六七八九十])[一二三四五六七八九十]{0,2}[、)）]"
    r"|(?<=第)[一二三四五六七八九十]{1,3}[章节]"
    r"|(?<=专)栏[ ]?[0-9一二三四五六七八九十]{0,3}"
    r"|(?<=表)[ ]?[0-9一二三四五六七八九十]{1,3}(?=[ \u3000：:]))"
    r"(?P<title>[^。；;\n，]{2,40})"
)
_OPENS = " \u3000\n\xa0。；：\t(（"
_BACK = re.compile(
    r"成效|成就|成绩|现状|基础|回顾|形势|背景|进展|情况|问题|短板|不足|概况|总结|评估|形成|过去|业绩|挑战|经验"
)
_AHEAD = re.compile(r"目标|任务|重点|措施|安排|部署|要求|思路|路径|计划|指标|规划|保障|展望")
#: Verbs open the headings of plans, and of reports on what was done as well.
_DOING = re.compile(
    r"工程|行动|举措|建议|方案|加快|推进|加强|推动|完善|健全|建设|实施|深化|优化|强化|提升|促进|构建|大力|着力"
)
_SLIGHT = 0.3
#: Headings that are looked through for those of higher levels.
_FARTHEST = 200
_NOTE = re.compile("注[：:]")
_LONGEST_NOTE = 600


class Heading(NamedTuple):
    """A heading: where it begins and ends, its level and what it announces."""

    start: int
    end: int
    level: int
    title: str
    outlook: float


def find_headings(text: str) -> list[Heading]:
    """Headings in text order. ``outlook`` is above 0 for plans, below for results."""
    found = []
    for match in _NUMBERED.finditer(text):
        start = match.start()
        before = text[start - 1] if start else "\n"
        if before not in _OPENS:
            continue
        title = match["title"]
        first = match.group()[0]
        if first == "表" or first == "专":
            level = 3
        elif first == "第":
            level = 0
        else:
            level = 2 if before in "(（" else 1
        back, ahead = _BACK.search(title), _AHEAD.search(title)
        if back and ("完成情况" in title or not ahead or back.start() > ahead.start()):
            outlook = -1.0
        else:
            outlook = 1.0 if ahead else _SLIGHT if _DOING.search(title) else 0.0
        found.append(Heading(start, match.end(), level, title, outlook))
    return found


class Outline:
    """Headings of a text and the ones that govern a place."""

    def __init__(self, text: str):
        self.headings = find_headings(text)
        self.places = [heading.start for heading in self.headings]
        self.notes = [match.start() for match in _NOTE.finditer(text)]
        self._known: dict[int, tuple[list[Heading], tuple[int, int]]] = {}

    def noted(self, place: int, after: int) -> bool:
        """Whether a place stands in the note under a table, which begins after a heading."""
        at = bisect_right(self.notes, place) - 1
        return at >= 0 and self.notes[at] >= max(after, place - _LONGEST_NOTE)

    def around(self, place: int) -> tuple[list[Heading], tuple[int, int]]:
        """Headings that govern a place, the nearest first, and the stretch up to the next one.

        At most one heading of a level is given.
        """
        at = bisect_right(self.places, place)
        if at not in self._known:
            found: list[Heading] = []
            level = 9
            for heading in self.headings[max(0, at - _FARTHEST) : at][::-1]:
                if heading.level < level:
                    found.append(heading)
                    level = heading.level
                if level <= 1:
                    break
            start = self.places[at - 1] if at else 0
            end = self.places[at] if at < len(self.places) else sys.maxsize
            self._known[at] = found, (start, end)
        return self._known[at]
