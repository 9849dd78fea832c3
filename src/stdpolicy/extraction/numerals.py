"""Numerals of policy text, Arabic, full-width, Chinese and mixed, and their values."""

import re
from functools import lru_cache

_CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
}
_TENS = {"十": 1, "百": 2, "千": 3}
_MYRIADS = {"万": 4, "萬": 4, "亿": 8, "億": 8}
#: Full-width forms to the ASCII ones that Python reads.
_NARROW = str.maketrans("０１２３４５６７８９．，", "0123456789.,")

#: The three ways in which a numeral begins, and what follows the first character. They are apart
#: because a pattern that opens with one set of characters is looked for several times as fast.
ARABIC_FIRST = "0-9０-９"
CHINESE_FIRST = "一二三四五六七八九两兩十"
_D = f"[{ARABIC_FIRST}]"
_DIGIT = "[〇○零一二三四五六七八九两兩]"
#: 1,000 and 3.5, without powers. A run of digits is read once and as a whole; groups are
#: not possessive, which Python before 3.11.5 gets wrong.
_PLAIN_REST = rf"(?:{_D}{{0,2}}(?:[,，]{_D}{{3}})+(?![,，]{_D}{{3}}|{_D})|{_D}*+)(?:[.．]{_D}++)?"
#: 千瓦 and 千米 are units, not thousands of something; in 22.4千公顷 千 goes with the unit, too.
_NO_UNIT = "(?![瓦克米伏卡赫焦字])"
_NO_MEASURE = "(?![瓦克米伏卡赫焦字]|公顷|吨|立方)"
#: 3.5万, 20余万, 3千, 8亿2千万, 1万亿.
ARABIC_REST = (
    rf"{_PLAIN_REST}(?:[ \u3000]?[余多餘]?(?:[十百千]?[万萬亿億]{{1,2}}|[百千]{_NO_MEASURE})"
    rf"(?:{_D}++[百千]?[万萬]|{_D}++[百千]{_NO_MEASURE})*)?"
)
#: 八亿二千万, 三千七百多万, 二十, 一点五亿. 千 and 万 without a digit are words.
TENTHS = rf"[点點]{_DIGIT}++[万萬亿億]{{0,2}}"
CHINESE_REST = (
    rf"(?:{_DIGIT}|[十百万萬亿億]|千{_NO_UNIT}|[余多餘](?=[百千万萬亿億]))*"
    rf"(?:{TENTHS})?"
)
ARABIC_NUMERAL = rf"{_D}{ARABIC_REST}"
CHINESE_NUMERAL = rf"[{CHINESE_FIRST}]{CHINESE_REST}"
NUMERAL = rf"(?:{ARABIC_NUMERAL}|{CHINESE_NUMERAL})"

_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|.")
_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]+))?([十百千]?[万亿]{0,2})")


@lru_cache(maxsize=1 << 14)
def numeral_value(text: str) -> float:
    """Value of a numeral: ``1,000``, ``３.５万``, ``1万2千``, ``八亿二千万``, ``一点五亿``.

    Marks that leave it open (余, 多) are passed over. Whole numbers and decimals are scaled as
    integers, so that 2551.7万 is 25517000 and not a neighbour of it.

    Raises
    ------
    ValueError
        When the text is no numeral.
    """
    plain = re.sub("[,余多餘 \u3000\r\n]", "", text.translate(_NARROW))
    plain = plain.replace("萬", "万").replace("億", "亿").replace("點", "点")
    if match := _PLAIN.fullmatch(plain):
        decimals = match[2] or ""
        exponent = sum({**_TENS, **_MYRIADS}[char] for char in match[3])
        return _scaled(int(match[1] + decimals), exponent - len(decimals))
    if "点" in plain:
        whole, _, rest = plain.partition("点")
        power = rest.lstrip("".join(_CHINESE_DIGITS))
        digits = "".join(str(_CHINESE_DIGITS[char]) for char in rest[: len(rest) - len(power)])
        exponent = sum(_MYRIADS[char] for char in power)
        return _scaled(int(_whole(whole)) * 10 ** len(digits) + int(digits), exponent - len(digits))
    return _whole(plain)


def _scaled(number: int, exponent: int) -> float:
    return float(number * 10**exponent) if exponent >= 0 else number / 10**-exponent


def _whole(plain: str) -> float:
    """Value of a numeral by place: 八亿二千万, 1万2千, 一九七八, 十."""
    if plain and all(char in _CHINESE_DIGITS for char in plain):
        return float(int("".join(str(_CHINESE_DIGITS[char]) for char in plain)))
    total = section = digit = 0.0
    pending = False  # whether a digit waits for its place
    if plain[:1] in _MYRIADS:  # 万亿
        section = 1.0
    for token in _TOKEN.findall(plain):
        if token[0].isascii() and token[0].isdigit():
            digit, pending = float(token), True
        elif token in _CHINESE_DIGITS:
            digit, pending = float(_CHINESE_DIGITS[token]), True
        elif token in _TENS:
            section += (digit if pending else 1) * 10 ** _TENS[token]
            digit, pending = 0.0, False
        elif token in _MYRIADS:
            section += digit
            power = 10.0 ** _MYRIADS[token]
            # 三万亿 multiplies what stands before, 八亿二千万 adds to it.
            total = (
                (total + section) * power
                if not section or total < power
                else (total + section * power)
            )
            section = digit = 0.0
            pending = False
        else:
            raise ValueError(f"{plain!r} is no numeral")
    return total + section + digit
