"""Every number with a unit in a folded text, and what it says."""

import re
from typing import NamedTuple

import pandas as pd

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_POWERS = {"万": 10**4, "亿": 10**8}

_ARABIC = r"[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
#: Arabic digits, with 余 or 多 inside (20余万), powers of ten, and more of the same (1万2千).
_MIXED = rf"(?:{_ARABIC})[余多]?[十百千]?[万亿]*(?:[0-9]+[百千万])*"
_CHINESE = (
    r"[〇零一二两三四五六七八九十百千]+[余多]?[万亿]*(?:[〇零一二两三四五六七八九十百千]+万?)?"
)
_NUMBER = rf"(?:{_MIXED}|{_CHINESE})"
_PERCENT = r"百分之[〇零一二两三四五六七八九十百]+"
_DASH = r"[-\u2010-\u2015\u2212~\u301c\u2500至到]"

#: Measure words.
_UNITS = (
    "个百分点 个月 平方公里 平方米 立方米 元 公里 公顷 小时 分钟 部分 方面 阶段 领域 环节 "
    "亩 吨 米 岁 % ‰ 倍 番 成 项 个 家 名 条 件 种 类 次 批 套 所 处 座 户 人 位 级 大 "
    "天 周 年 篇 章 场 届 支 台 只 款 期 起 辆 份 部 根 艘 口 间 幅 宗 笔 门 组 对 张 本 页"
).split()
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))

_QUANTITY = re.compile(
    rf"(?<![0-9.A-Za-z:/+])"
    rf"(?:{_PERCENT}(?:{_DASH}{_PERCENT})?"
    rf"|{_NUMBER}(?:{_DASH}{_NUMBER})?[余多]?(?:{_UNIT})(?!山))"
)

#: Spans that look like a quantity and are a year, an article, a congress or a word.
_NOT = re.compile(
    r"(?:19|20)[0-9]{2}年?(?:[-\u2010-\u2015~至到](?:19|20)[0-9]{2})?年"
    r"|[〇零一二三四五六七八九]{2,4}年(?<!零年)"  # years in Chinese digits: 二〇一八年
    r"|一(?:个|批|项|种|次|级|类|套|条|名|家|部分|场|张|大|年|支|位|方面)"
    r"|十[一二三四五六七八九]大|[一二三四五六七八九十]+届"
    r"|零部|十[一二三四五]五期"  # 零部件, 十三五期间
)
_ORDINAL_BEFORE = re.compile(r"(?:第|专栏|第[一二三四五六七八九十]+个)$")
_READ = re.compile(
    rf"(?P<low>{_NUMBER})(?:{_DASH}(?P<high>{_NUMBER}))?(?P<more>[余多])?(?P<unit>\D+)"
)
_READ_PERCENT = re.compile(rf"(?P<low>{_PERCENT})(?:{_DASH}(?P<high>{_PERCENT}))?")
_POWERED = re.compile(r"(.*[0-9.])([余多]?)([万亿]+)")


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
        article (一个, 一批) are not quantities; names that hold a number (三大) are, so that
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

    A power of ten before a unit stays with the unit, as the tables have it: 10亿元 is 10 亿元.
    Returns nothing when the quote is not of that form or a range runs downwards.
    """
    if percent := _READ_PERCENT.fullmatch(quote):
        low, high = (number(percent[k] or percent["low"]) for k in ("low", "high"))
        return Quantity(low, high, "%", False) if low <= high else None
    match = _READ.fullmatch(quote)
    if not match:
        return None
    low_text, high_text = match["low"], match["high"] or match["low"]
    power = ""
    powered = _POWERED.fullmatch(high_text)
    if powered and (low_text.endswith(powered[3]) or low_text[-1] not in "十百千万亿"):
        bare = low_text.removesuffix(powered[3])
        if number(bare) <= number(powered[1]):
            power, low_text, high_text = powered[3], bare, powered[1] + powered[2]
    low, high = number(low_text), number(high_text)
    more = bool(match["more"]) or any(mark in low_text + high_text for mark in "余多")
    return Quantity(low, high, power + match["unit"], more) if low <= high else None


def number(text: str) -> float:
    """Value of a numeral in Arabic or Chinese digits: ``1,000``, ``1万2千``, ``百分之八十五``."""
    total = section = digit = 0.0
    text = re.sub(r"百分之|[,余多]", "", text)
    for token in re.findall(r"[0-9]+(?:\.[0-9]+)?|.", text):
        if token[0].isascii():
            digit = float(token)
        elif token in _DIGITS:
            digit = float(_DIGITS[token])
        elif token in _TENS:
            section += (digit or 1) * _TENS[token]
            digit = 0.0
        else:
            total = (total + section + digit) * _POWERS[token]
            section = digit = 0.0
    return total + section + digit
