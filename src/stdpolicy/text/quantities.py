"""Every number with a unit in a folded text, and what it says."""

import re
from typing import NamedTuple

import pandas as pd

_ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = r"百分之[零一二三四五六七八九十百]+|[零一二两三四五六七八九十百千]+"
_MAGNITUDE = r"[十百千]?[万亿]?"
_DASH = r"[-\u2010-\u2015~\u301c\u2500至到]"

#: Measure words, longest first where one begins another.
_UNITS = (
    "个百分点 平方公里 平方米 立方米 万元 亿元 公里 公顷 小时 分钟 部分 方面 阶段 领域 环节 "
    "元 亩 吨 米 岁 % ‰ 倍 番 成 项 个 家 名 条 件 种 类 次 批 套 所 处 座 户 人 位 级 大 "
    "天 周 年 篇 章 场 届 支 台 只 款 期 起 辆 份 部 根 艘 口 间 幅 宗 笔 门 组 对 张 本 页"
).split()
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = rf"(?:{_ARABIC}){_MAGNITUDE}|{_CHINESE}[万亿]?"

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_POWERS = {"万": 10**4, "亿": 10**8}
_READ = re.compile(
    rf"(?P<low>{_NUMBER})(?P<more>[余多])?(?:{_DASH}(?P<high>{_NUMBER}))?(?P<more2>[余多])?(?P<unit>\D*)"
)

_QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z:/+])(?:{_NUMBER})(?:[余多])?"
    rf"(?:{_DASH}(?:{_NUMBER}))?(?:[余多])?(?:{_UNIT})(?!山)"
)

#: Spans that look like a quantity and are a date, an ordinal, a heading number or an article.
_NOT = re.compile(
    r"(?:19|20)\d{2}年?(?:[-\u2010-\u2015~至到](?:19|20)\d{2})?年"  # years
    r"|一(?:个|批|项|种|次|级|类|套|条|名|家|部分|场|张|大|年|支|位|方面)"  # the article
    r"|十[一二三四五六七八九]大|[一二三四五六七八九十]+届"  # congresses
    r"|零部"  # 零部件 is a word
)
_ORDINAL_BEFORE = re.compile(r"(?:第|专栏|第[一二三四五六七八九十]+个)$")


def quantities(folded: str, start: int = 0, end: int | None = None) -> pd.DataFrame:
    """Find every number that measures or counts something.

    Parameters
    ----------
    folded : str
        Text as :func:`stdpolicy.text.fold` returns it.
    start, end : int
        Part of the text to look at.

    Returns
    -------
    pandas.DataFrame
        One row per quantity in text order: ``start``, ``end`` (characters of the folded text, end
        exclusive) and ``quote``. Years, dates, ordinals, document numbers and the indefinite
        article (一个, 一批) are not quantities; names that hold a number (十大) are, so that
        somebody has to say so.
    """
    found = []
    for match in _QUANTITY.finditer(folded, start, len(folded) if end is None else end):
        span, begin = match.group(), match.start()
        if _NOT.fullmatch(span) or _ORDINAL_BEFORE.search(folded, max(0, begin - 6), begin):
            continue
        found.append((begin, match.end(), span))
    return pd.DataFrame(found, columns=["start", "end", "quote"]).astype(
        {"start": "int64", "end": "int64"}
    )


class Quantity(NamedTuple):
    """What a quote says: two ends, the unit as written, and whether it says "or more" (余, 多)."""

    low: float
    high: float
    unit: str
    more: bool


def read_quantity(quote: str) -> Quantity | None:
    """Read a quote such as ``3-5个``, ``200余个``, ``两项`` or ``20-30万亩``.

    A power of ten before a unit stays with the unit (10亿元 is 10 亿元), as the tables have it.
    Returns nothing when the quote is not of that form.
    """
    match = _READ.fullmatch(quote)
    if not match:
        return None
    low_text, high_text, unit = match["low"], match["high"] or match["low"], match["unit"]
    power = ""
    if high_text[-1] in _POWERS and len(high_text) > 1:
        power = high_text[-1]
        high_text = high_text[:-1]
        low_text = low_text.removesuffix(power)
    low, high = number(low_text), number(high_text)
    more = bool(match["more"] or match["more2"])
    return Quantity(low, high, power + unit, more)


def number(text: str) -> float:
    """Value of a numeral in Arabic or Chinese digits: ``1,000``, ``百分之八十五``, ``三十二``."""
    text = text.removeprefix("百分之")
    if text[0].isascii():
        scale = 1
        while text[-1] in _TENS or text[-1] in _POWERS:
            scale *= (_TENS | _POWERS)[text[-1]]
            text = text[:-1]
        return float(text.replace(",", "")) * scale
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:
            total = (total + section + digit) * _POWERS[char]
            section = digit = 0
    return float(total + section + digit)
