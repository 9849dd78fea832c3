"""Years and five-year periods of policy text, and the year for which a promise is made."""

import re
from bisect import bisect_left
from typing import NamedTuple

_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
}
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_NTH = "十[一二三四五六]|十|[一二三四五六七八九]"

#: A year, the end of a span of years, a five-year period, or a year named from the text's own.
_MENTION = re.compile(
    r"[12１２一二“十今明本当年]"
    r"(?:"
    r"(?P<year>(?<=[12１２一二])(?:(?:[90９０][0-9０-９]{2})|[九〇零○][〇○零一二三四五六七八九]{2}))(?![0-9０-９])"
    r"(?=[ ]?(?:年|[-－‐‑–—―~～至到]|[)）]))"
    rf"|(?<=“)(?P<nth>{_NTH})五”"
    r"|(?<=十)(?P<bare>[一二三四五六])五(?=规划|计划|时期|期间|末)"
    r"|(?<=今)年(?!以来|初以来|\d)|(?<=明)年|(?<=本)年度?|(?<=当)年"
    r"|(?<=年)(?<![0-9０-９〇零○一二三四五六七八九十两几多每去前明今本当].)(?:内|底|末)(?=[，、,建实完达前])"
    r")"
)
#: 增加到2020年的82亿元 tells what was, 到2020年 what is to be.
_REACHED = re.compile("年的[约近]?[0-9]")
_BY_THEN = re.compile("年?[底末]?[以之]?前")
_UNTIL = re.compile(r"(?:到|至|力争|确保|争取|截至|截止|[-－‐‑–—―~～])[ ]?$")
#: The year in the number of a document: 国发〔2016〕12号.
_NUMBER_YEAR = re.compile(r"〔((?:19|20)\d\d)〕")
_OPENING = re.compile(r"(?:规划)?(?:的)?(?:开局|首年|起步|第一年|头一年|良好开局|开门红|开好局)")
_BASE = re.compile(r"(?:比|较|以|按|自|从|对|相比|占|的)[“]?$")


class Mention(NamedTuple):
    """A year that a text names: where, which, and how it stands there.

    ``role`` is until (到2025年), base (比2020年), period (“十四五”), own (今年) or plain.
    """

    start: int
    end: int
    year: int
    role: str
    period: bool = False


def period_end(nth: str) -> int | None:
    """Last year of a five-year plan by its number: 十三 is 2020, 一 is 1957."""
    order = "一二三四五六七八九"
    if nth == "十":
        number = 10
    elif nth[0] == "十":
        number = 10 + order.index(nth[1]) + 1
    else:
        number = order.index(nth) + 1
    early = {1: 1957, 2: 1962, 3: 1970, 4: 1975}
    return early.get(number, 1955 + 5 * number)


def find_years(text: str) -> list[Mention]:
    """Years and periods in a text, in text order. The text's own year is 0, the next one 1."""
    found = []
    for match in _MENTION.finditer(text):
        start, end = match.span()
        if match["year"]:
            digits = match.group().translate(_NARROW)
            year = int("".join(_DIGITS.get(char, char) for char in digits))
            if not 1900 <= year <= 2099 or (start and text[start - 1].isdigit()):
                continue
            before = text[max(0, start - 3) : start]
            if (_UNTIL.search(before) and not _REACHED.match(text, end)) or _BY_THEN.match(
                text, end
            ):
                role = "until"
            elif _BASE.search(before):
                role = "base"
            else:
                role = "plain"
            # 2016-2020年: the span counts by its end.
            found.append(Mention(start, end, year, role))
        elif match["nth"] or match["bare"]:
            year = period_end(match["nth"] or "十" + match["bare"]) or 0
            # The first year of a period is not what a promise is due in.
            base = (start and text[start - 1] in "比较") or _OPENING.match(text, end)
            until = _UNTIL.search(text[max(0, start - 4) : start].rstrip("“")) or (
                text[end : end + 1] == "末"
            )
            role = "base" if base else "until" if until else "period"
            found.append(Mention(start, end, year, role, True))
        else:
            found.append(Mention(start, end, 1 if match.group() == "明年" else 0, "own"))
    return found


#: Balances of a text's words from which on it plainly looks back, at least not back, or ahead.
_LOOKS_BACK, _LOOKS_AHEAD, _PLANS = -0.35, -0.1, 0.4


class Calendar:
    """The years of one text and what follows from them."""

    def __init__(self, text: str, own_year: int | None = None, balance: float = 0.0):
        self.mentions = find_years(text)
        self.places = [mention.start for mention in self.mentions]
        self.last_period = max((m.year for m in self.mentions if m.role == "period"), default=None)
        cited = [int(year) for year in _NUMBER_YEAR.findall(text)]
        self.own_year = own_year if own_year is not None else self._own_year(cited, balance)
        self.horizon = self._horizon()
        #: Whether it says of a year that something is to be done until then.
        self.looks_ahead = any(
            m.role == "until" and m.year > (self.own_year or 0) for m in self.mentions
        )

    def _own_year(self, cited: list[int], balance: float) -> int | None:
        """Year of the text: that of the latest document it cites, else what it speaks of last.

        ``balance`` tells whether its words look back (below 0) or ahead.
        """
        ahead = [m.year for m in self.mentions if m.role == "until"]
        plain = [m.year for m in self.mentions if m.role == "plain"]
        if balance < _LOOKS_BACK:
            periods = [m.year - 4 for m in self.mentions if m.period]
            return max([*cited, *plain], default=max(periods, default=None))
        if balance > _PLANS and len(set(plain)) > 1 and not (ahead or cited or self.last_period):
            return None  # 2025年达到5万人，2030年达到6万人: all of them are to come
        if balance > _LOOKS_AHEAD and self.last_period and not cited:
            # 一九九〇年 in a plan that ends then is no year that is over.
            plain = [year for year in plain if year != self.last_period]
        if ahead:
            latest = max(min(ahead), min(plain, default=0))
            plain = [year for year in plain if year <= latest]
        candidates = cited or plain
        periods = [m.year for m in self.mentions if m.period]
        if periods:
            candidates = [*candidates, max(periods) - 4]
        return max(candidates, default=None)

    def _horizon(self) -> int | None:
        """Year that the whole text looks ahead to: most named, then earliest, else a period."""
        counts: dict[int, int] = {}
        for mention in self.mentions:
            if mention.role == "until" and (self.own_year is None or mention.year >= self.own_year):
                counts[mention.year] = counts.get(mention.year, 0) + 1
        if counts:
            return min(counts, key=lambda year: (-counts[year], year))
        return self.last_period

    def between(self, start: int, end: int) -> list[Mention]:
        """Mentions that begin between two places."""
        return self.mentions[bisect_left(self.places, start) : bisect_left(self.places, end)]

    def resolve(self, mention: Mention) -> int | None:
        """The year meant; none for 今年 in a text whose year is not known."""
        if mention.role != "own":
            return mention.year
        return None if self.own_year is None else self.own_year + mention.year
