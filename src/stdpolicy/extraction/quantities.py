"""The grammar of quantities: where a number measures or counts something, and what it says.

Patterns run over the raw text, so that places are those of the text as given. They are built from
named pieces; whatever needs more than its own characters (what stands before and after) is asked
only where a number with a unit stands.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stdpolicy.extraction.lines import broken_digits
from stdpolicy.extraction.numerals import (
    ARABIC_FIRST,
    ARABIC_REST,
    CHINESE_FIRST,
    CHINESE_REST,
    NUMERAL,
    TENTHS,
    numeral_value,
)
from stdpolicy.extraction.units import UNIT, unit_name


class Quantity(NamedTuple):
    """A number with its unit, and what the words around it make of it.

    ``low`` and ``high`` are the ends, 万 and 亿 multiplied in; an open end is ``None``. ``bound``
    is exact, at_least, at_most, approx, range or change (an amount of rise or fall), ``modifier``
    what the bound is apart from the change, ``direction`` up or down for a change.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    unit: str | None
    value_text: str
    unit_text: str
    bound: str
    modifier: str
    direction: str | None
    note: str | None = None


#: Spaces, and one line break as PDF text has them, between a number and its unit.
_GAP = r"[ \t\u3000\xa0]{0,2}+(?:\r?\n[ \t\u3000]{0,4}+)?"
_DASH = r"[ ]?(?:[-－‐‑‒–—―−─~～〜∼]{1,2}|至|到)[ ]?"
_MORE = "[余多餘来]?+"

#: What follows the first digit of a part of a ratio such as 5.6:56.6:37.8.
_PART_REST = r"[0-9]*+(?:\.[0-9]++)?"

#: A numeral is read from its first character on; what that is decides how the rest is read.
_QUANTITY = re.compile(
    rf"[{ARABIC_FIRST}{CHINESE_FIRST}百千万零翻]"
    # Not within a numeral: what has failed as a whole is not tried again from its middle.
    rf"(?<![{ARABIC_FIRST}].)(?<![0-9][,.．].)(?<![〇零十百千万萬亿億几幾数數第每][{CHINESE_FIRST}])"
    rf"(?<![{CHINESE_FIRST}][{CHINESE_FIRST}])"
    r"(?:"
    rf"(?<=[百千万])分之(?P<share>{NUMERAL}|百)(?:{_DASH}(?:百分之)?(?P<share_high>{NUMERAL}))?"
    rf"|(?<=翻)了?(?P<doublings>[一二两三四五1-5])番"
    rf"|(?<=[{CHINESE_FIRST}])分之(?P<parts>[{CHINESE_FIRST}]++)"
    r"|(?<=[1-9])/(?P<slashed>[1-9][0-9]?)(?![0-9/年月.．A-Za-z])"
    rf"|(?<=[0-9])(?<![:：∶].)(?P<ratio>{_PART_REST}(?:[:：∶][0-9]{_PART_REST})+)(?![0-9.:：∶])"
    r"|(?<=一)(?P<half>半)(?![年天月日个点生身信导])"
    rf"|(?:(?<=[{ARABIC_FIRST}]){ARABIC_REST}|(?<=[{CHINESE_FIRST}]){CHINESE_REST}"
    rf"|(?<=零)(?<![{CHINESE_FIRST}百千万亿〇零].){TENTHS}"
    # 百亿元, 万亿元
    rf"|(?<=[百千万])(?<![{ARABIC_FIRST}{CHINESE_FIRST}〇零几数上成].)[万亿]{{1,2}})(?P<first>)"
    rf"(?:{_MORE}(?P<first_unit>[%％]|{UNIT})?{_DASH}(?P<second>{NUMERAL})(?={_MORE}{_GAP}(?:{UNIT}|年)))?"
    rf"(?:{_MORE}(?P<gap>{_GAP})(?P<unit>{UNIT}|分(?!之)|年)"
    r"|(?P<bare>(?:(?<=[万萬亿億])|(?<=[.．][0-9])|(?<=[.．][0-9][0-9])|(?<=[.．][0-9]{3})))"
    rf"{_MORE}(?![0-9A-Za-z.．{CHINESE_FIRST}]))"
    r")"
)
#: Longer ones are no quantities but account numbers and rubbish.
_LONGEST = 48

#: What a measure of money, people or size must not run on with: 10万吨级 is a class of ships.
_CLASS = re.compile(r"级(?!别)|以上学历")

#: Things of a list that follows and slogans. The first are no quantities at any number.
_LISTED = re.compile(
    r"[^，。；、,;\d]{0,4}?(?:方面|特点|层面|层次|维度|阶段|部分|步骤|原则|台阶|坚持|意识|自信|毫不|务必|确立|维护)"
)
_LISTED_IF_FEW = re.compile(
    r"[“\"‘「]|[^，。；、,;\d]{0,4}?(?:问题|任务|环节|关系|转变|统一|确保|着力|突破|重点|关键|举措|措施"
    r"|要求|目标|领域|方向|等次|必须|有利|注重|走在前|全面|主义|关口|抓手|轮子|结合|增减|合计|相[加抵])"
)
_TASKS = re.compile(r"(?:重[点大]|主要)任务")
_QUOTES = frozenset("“”‘’「」")
_FEW = 12

_TIME_UNITS = {"年", "个月", "天", "个小时", "小时", "分钟", "秒", "工作日", "个工作日"}
_LASTING = re.compile(r"年限|寿命|重现期|保质期|保修期|工龄|教龄|受教育|使用期")
_SHORTENED = re.compile(r"(?:缩短|压缩|延长)[到至为]?[约近]?$")
_LASTING_AFTER = re.compile(r"一遇|[^，。；,;]{0,4}(?:重现期|寿命)")
_TAKING = re.compile(r"缩短|压缩|压减|延长|提前|周期|时限|时间|不超过|降|减|由")
_PERIOD_BEFORE = re.compile(r"(?P<always>连续|最近|未来|今后|过去)$|[近前后头每隔]$")
_PERIOD_AFTER = re.compile(
    r"[来前后间]|时间内?里|期间|以来|之[前后间]|行动|计划|过渡期|圈|攻坚|任期|规划"
)
_CIRCLE = re.compile(r"[^，。；,;]{0,10}圈")
_ROUND_THE_CLOCK = re.compile(
    r"[^，。；,;]{0,6}(?:服务|值班|值守|间断|在线|热线|监[控测]|开放|营业|自助|运行)"
)
_RATIO_BEFORE = re.compile(
    r"(?:结构|比例(?!尺)|比值|比重|配比|之比|比)(?:[升降提调优整化高改善控制稳定在为达到至是由从约上年末底的])*$"
    r"|[0-9][:：∶][0-9.]+(?:调整|优化|变|提[高升]|上升|下降|降低?|升|改善)?[为到至]$"
)
_PARTS = re.compile(r"[0-9.]+")
_AS_IT_IS = ("exact", None)
_RATIO_AFTER = re.compile("的?(?:比例|配比|结构|之比)")
_SCORING = re.compile(r"得分|评分|满分|总分|计分|分值|均分|分数|成绩")
_WITHOUT_UNIT = re.compile(r"指数|系数|强度|PUE|比例|比值|比率|密度|弹性|容积率")
#: 收入比由2020年的2.64下降到2024年的2.34.
_COMPARISON = re.compile(r"[入出]比(?:由|从|为|降|缩|扩|进一步)[^，。；,;]{0,30}$")
_PEOPLE_AFTER = re.compile(
    r"(?:[余多]?[名位]?(?:[^，。；、,;\d]{0,8}?(?:群众|人口|群体|农民|职工|党员|学生|居民|人民|同胞|百姓|老人|儿童"
    r"|妇女|干部|教师|工人|战士|移民|用工|劳动力|青年|毕业生|人员|人才|市民|村民|社员|知识分子)))"
)
_PEOPLE_BEFORE = re.compile(
    r"(?:人数|人口|人员|人次|人才|劳动力|学生|游客|农民工)[^，。；,;]{0,8}$"
)

_MONEY_BEFORE = re.compile(
    r"(?:投资|资金|收入|支出|产值|总值|增加值|销额|销易额|交额|交易额|贷款|存款|利润|税收?|GDP|财政|经费)[^，。；,;]{0,8}$"
)

_BEFORE = re.compile(
    r"(?:"
    r"(?P<at_least>超过|突破|不少于|不低于|不小于|不下于?|至少[^，。；,;\d]{0,4}|最少|[高大多优好]于|[跃跨迈]上|跨越|站上|逾|超"
    r"|(?<![经通不])过|[≥>＞≧⩾])"
    r"|(?P<at_most>不超过?|不[高大多]于|[低小少]于|至多|最多|不足|不到|[≤<＜≦⩽])"
    r"|(?P<ceiling>(?:最高|最多|上限)(?:补[贴助]|奖[励补]|资助|支持|给予)?)"
    r"|(?P<approx>(?<![最附临靠])将?近|接近|约|大约|大概|大致|左右)"
    r")[为到出了的]?[ \u3000]?$"
)
_AFTER = re.compile(
    r"[ \u3000]?(?:[)）]?(?P<at_least>口?(?:及|或|\(含\)|（含）)?以上(?!述)|多(?![个种样元边])"
    r"|余|有余|强(?=[，。；、,;）)\s]|$))"
    r"|(?P<at_most>(?:及)?以下(?!简称|称|几|[一二三四五六七八九十两\d]|问题|方面|措施)|[以之]内|内(?![外部容地陆涝]))"
    r"|(?P<approx>左右|上下))"
)

_RISE = (
    "增长 增加 提高 提升 上升 上涨 加快 增多 扩大 攀升 增产 增收 反弹 回升 上浮 拉升 递增 "
    "增幅 增速 涨幅 升幅 增长率 增长速度 提高幅度 正增长 增 涨 升"
).split()
_FALL = (
    "下降 降低 减少 压缩 缩短 削减 压减 回落 下跌 减产 缩减 缩小 下调 下滑 收窄 递减 "
    "降幅 减幅 跌幅 下降率 负增长 降 减"
).split()
_LINK = r"[为达在到约近超过于不低少高多至持保控制突破力争以预计平均每年分别了]{0,6}[ \u3000]?"
_CHANGE = re.compile(
    rf"(?P<word>{'|'.join(_RISE + _FALL)})(?<![新净]增)"
    rf"(?:[^，。；：、,;\d增降]{{0,4}}?(?:幅度|比例|速度|水平))?了?{_LINK}[≥>＞≧≤<＜≦]?$"
)
#: 提高到 and 降至 name where it ends; 增速达到 names the rise all the same.
_END_STATE = re.compile(
    r"(?:增长|增加|提高|提升|上升|上涨|扩大|攀升|回升|增|涨|升|下降|降低|减少|压缩|缩短|削减|压减|回落|下跌|缩减"
    r"|缩小|下调|收窄|降|减)(?:到|至|为|成)[^，。；,;]{0,6}$"
)
#: 削减比例较2010年不低于: a noun names the change, and more may stand before the number.
_CHANGE_NOUN = re.compile(
    "(?P<word>"
    + "|".join(
        "增幅 增速 涨幅 升幅 降幅 减幅 跌幅".split()
        + [
            verb + noun
            for verb in "增长 提高 上升 下降 削减 降低 减少 压减 减排".split()
            for noun in "率 比例 幅度 速度".split()
        ]
    )
    + r")[^，。；、,;]{0,14}$"
)
_FALLING = frozenset("下降低减压缩短削跌回落负")
#: 分别压缩60%、80%以上: what the last says of itself holds for the whole list.
_REST_OF_LIST = re.compile(
    rf"(?:(?:[、，,和与及]|以及)[ ]?{NUMERAL}(?:[%％]|{UNIT}))+"
    r"(?:(?P<at_least>以上)|(?P<approx>左右)|(?P<at_most>以[内下]))"
)
_LIST_GAP = re.compile(r"(?:以上|左右|以内|以下)?[ ]?(?:[、和与及或]|以及)[ ]?")
#: Bare numbers before a quantity that share its unit: 分别达到10、20和30项.
_SHARED = re.compile(rf"(?:{NUMERAL}(?:[、，,和与及]|以及)[ ]?)+$")
_SEPARATOR = re.compile("[、，,和与及]")
#: 100、80、60和20分 shares its unit without a word that says so; 第1、2、3和4项 is a list of items.
_MANY = 2
_ITEMS = frozenset("第件表图栏款条")
_SHARING = frozenset("、，,和与及")
_RESPECTIVELY = re.compile(r"分别|各为|依次")


#: Last characters of what makes a bound or a change. Most numbers follow another one, and asking
#: for it first spares them the patterns.
_BOUND_ENDS = frozenset(
    "高限贴助励补持予过破于少上越超逾≥>＞≧⩾到足低多≤<＜≦⩽近约概致右接为出了的 \u3000"
)
_CHANGE_ENDS = frozenset(word[-1] for word in _RISE + _FALL) | frozenset(
    "幅例速率度平了为达在到约近超过于不低少高多至持保控制突破力争以预计平均每年分别 \u3000"
    "≥>＞≧≤<＜≦"
)


def find_quantities(text: str) -> Iterator[Quantity]:
    """Yield the quantities of running text, in text order.

    Years, dates, ordinals, numbers of documents, standards and telephones, lists that announce
    what follows (四个方面), periods (五年来) and names (“三个走在前”) are none. Numbers in table
    cells that take their unit from a header are found by :mod:`stdpolicy.extraction.grids`.
    """
    previous: Quantity | None = None
    for match in _QUANTITY.finditer(text):
        if _is_quantity(text, match):
            found = _read(text, match, previous)
            yield from found
            previous = found[-1]


def _is_quantity(text: str, match: re.Match[str]) -> bool:
    """Whether a number with a unit measures or counts something, by what stands around it."""
    start, end = match.span()
    before = text[start - 1] if start else ""
    if end - start > _LONGEST or (before and before in "第前每*+＋/／"):
        return False
    if before == "×" and text[end - 1] in "%％":  # a formula
        return False
    if before == "." and text[start - 2 : start - 1].isalpha():  # C.2
        return False
    if before == " " and text[start - 2 : start - 1] == "第":
        return False
    if before == ":" and text[max(0, start - 2)].isdigit():
        return False
    if before == "栏" and text[max(0, start - 2)] == "专":
        return False  # 专栏3项目建设 is box 3
    if before.isascii() and before.isalpha() and not _heads_number(text, start):
        return False
    if match["slashed"]:
        return int(text[start]) < int(match["slashed"])
    if match["share"] or match["doublings"] or match["parts"] or match["half"]:
        return True
    if match["ratio"]:
        return bool(
            _RATIO_BEFORE.search(text, max(0, start - 16), start) or _RATIO_AFTER.match(text, end)
        )
    unit, after = match["unit"], text[end : end + 1]
    first = text[start : match.start("first")]
    if match["gap"] and "\n" in match["gap"] and not _in_prose(text, start):
        return False
    chinese = first[0] not in "0123456789０１２３４５６７８９"
    if after in "+＋" and after:
        return False
    if first == "一" and not match["second"] and unit not in {"倍", "成"}:
        return False  # the indefinite article: 一个, 一批
    if first[0] in "百千万" and before == "个":  # 两个万亿元台阶
        return False
    if unit is None:
        if first[0] in "百千万":  # 千万 is a word
            return False
        if first[-1] in "万萬亿億":
            return after != "级" and not (chinese and after in "年里岁水")
        return bool(
            _WITHOUT_UNIT.search(text, max(0, start - 16), start)
            or _COMPARISON.search(text, max(0, start - 36), start)
        )
    if after == "级" or _CLASS.match(text, end):
        return False
    if before and before in '“‘「『《"' and _names(text, end):
        return False
    if unit in _TIME_UNITS:
        return _is_duration(text, match, unit)
    if unit == "分":
        return not chinese and bool(_SCORING.search(text, max(0, start - 16), end + 8))
    if unit in {"个", "项", "种", "条", "件", "個", "項", "處", "处", "道", "位", "次"}:
        if _LISTED.match(text, end):
            return False
        few = numeral_value(first) <= _FEW if len(first) < 8 else False
        if few and (_LISTED_IF_FEW if chinese else _TASKS).match(text, end):
            return False
        if unit == "条" and before in _QUOTES and after in _QUOTES:  # “21条”
            return False
        return not (unit == "次" and after in "方元" and after)
    if unit == "成":
        return chinese and len(first) == 1
    return not (unit in {"期", "段"} and chinese)  # 二期 is an ordinal, 十三五期间 a period


def _heads_number(text: str, start: int) -> bool:
    """Whether Latin letters before a number are a word of their own (GDP), not a name with it."""
    letters = start
    while (
        letters
        and start - letters < 12
        and text[letters - 1].isascii()
        and text[letters - 1].isalpha()
    ):
        letters -= 1
    return start - letters >= 3 and text[letters:start] not in {"ISO", "IEC", "COVID"}


def _in_prose(text: str, start: int) -> bool:
    """Whether the line before a break is running text, so that the break lies within a sentence."""
    return start - text.rfind("\n", max(0, start - 12), start) >= 12 and start >= 12


def _names(text: str, end: int) -> bool:
    """Whether a quotation that a number opens runs on behind it: “三个走在前”."""
    closing = min(
        (at for mark in '”’」』》"' if (at := text.find(mark, end, end + 16)) >= 0), default=-1
    )
    return closing > end


def _is_duration(text: str, match: re.Match[str], unit: str) -> bool:
    """Whether a time is a measure of something and not a period in which something happens."""
    start, end = match.span()
    if unit == "年":
        if match.start("first") - start == 4 and "." not in match.group():
            return False
        return bool(
            _LASTING_AFTER.match(text, end)
            or _LASTING.search(text, max(0, start - 14), start)
            or _SHORTENED.search(text, max(0, start - 6), start)
        )
    period = _PERIOD_BEFORE.search(text, max(0, start - 2), start)
    if period and (period["always"] or not _TAKING.search(text, max(0, start - 12), start)):
        return False
    if _PERIOD_AFTER.match(text, end) or _CIRCLE.match(text, end):
        return False
    if unit == "个月":
        return bool(_TAKING.search(text, max(0, start - 16), start))
    return not (unit in {"小时", "个小时"} and _ROUND_THE_CLOCK.match(text, end))


def _read(text: str, match: re.Match[str], previous: Quantity | None) -> list[Quantity]:
    """Values, units and bounds of a match, and of bare numbers before it that share its unit."""
    start, end = match.span()
    quote = match.group()
    share, share_high, doublings, parts, slashed, unit_text, second, first_unit = match.group(
        "share", "share_high", "doublings", "parts", "slashed", "unit", "second", "first_unit"
    )
    high: float | None = None
    low_text, more = quote, False
    unit: str | None
    if share:
        low = 100.0 if share == "百" else numeral_value(share)
        high = numeral_value(share_high) if share_high else None
        unit_text, low_text = quote[:3], share
        unit = {"百": "%", "千": "‰", "万": "‱"}[quote[0]]
    elif doublings:
        low, unit_text, unit, low_text = numeral_value(doublings), "番", "番", doublings
    elif match["ratio"]:
        return _ratio(start, quote)
    elif match["half"]:
        low, unit = 50.0, "%"
    elif slashed:
        low, unit = round(100 * int(quote[0]) / int(slashed), 2), "%"
    elif parts:
        whole = numeral_value(quote[: quote.index("分")])
        low, unit = round(100 * numeral_value(parts) / whole, 2), "%"
    else:
        low_text = text[start : match.start("first")]
        if text[start - 1 : start] == "\n" and (cut := broken_digits(text, start)):
            start -= cut
            low_text = text[start : match.start("first")]
            quote = text[start:end]
        low, high, more = _ends(quote, low_text, second)
        unit = unit_name(unit_text) if unit_text else None
        if unit == "成":
            low, high, unit = low * 10, high and high * 10, "%"
        elif unit is None and low_text[-1] in "万萬亿億":
            unit = _implied_unit(text, start, end)
    unit_text = unit_text or ""
    value_text = low_text
    if unit_text and quote.endswith(unit_text):
        value_text = quote[: len(quote) - len(unit_text)].rstrip()
    if high is not None and high <= low:
        if second is None:
            high = None
        else:  # 2017-3个 is no range
            start = match.start("second")
            low, high = numeral_value(second), None
    found = []
    if text[start - 2 : start].rstrip(" ")[-1:] in _SHARING:
        for begin, stop in _sharing(text, previous.end if previous else 0, start, unit):
            words = text[begin:stop]
            bound = _bound(text, begin, stop, unit, previous, False, False)
            found.append(_quantity(begin, stop, numeral_value(words), None, unit, words, "", bound))
            previous = found[-1]
    if high is not None and first_unit and text[max(0, start - 1) : start] in {"由", "从"}:
        cut = match.end("first_unit")
        found.append(_quantity(start, cut, low, None, unit, low_text, first_unit, _AS_IT_IS))
        start, low, high, previous = match.start("second"), high, None, None
    bound = _bound(text, start, end, unit, previous, more, high is not None)
    found.append(_quantity(start, end, low, high, unit, value_text, unit_text, bound))
    return found


def _ratio(start: int, quote: str) -> list[Quantity]:
    """1.68:1 is one number, 6:24:70 are three."""
    parts = [part.span() for part in _PARTS.finditer(quote)]
    values = [numeral_value(quote[a:b]) for a, b in parts]
    if len(values) == 2 and values[1]:
        value = round(values[0] / values[1], 4)
        return [_quantity(start, start + len(quote), value, None, None, quote, "", _AS_IT_IS)]
    return [
        _quantity(start + a, start + b, value, None, None, quote[a:b], "", _AS_IT_IS)
        for (a, b), value in zip(parts, values, strict=True)
    ]


def _implied_unit(text: str, start: int, end: int) -> str | None:
    """What a bare 3万 counts by the words around it: people, or money."""
    before = max(0, start - 16)
    if text.startswith(("户", "农户"), end):
        return "户"
    if _PEOPLE_AFTER.match(text, end) or _PEOPLE_BEFORE.search(text, before, start):
        return "人"
    return "元" if _MONEY_BEFORE.search(text, before, start) else None


def _ends(quote: str, low_text: str, second: str | None) -> tuple[float, float | None, bool]:
    """Both ends of a number, a power of ten at the second given to the first, and whether 余."""
    more = any(map(quote.__contains__, "余多餘来"))
    low = numeral_value(low_text)
    if not second:
        if low_text[0] in CHINESE_FIRST and (pair := _neighbours(low_text)):
            return (*pair, more)
        return low, None, more
    high = numeral_value(second)
    if low_text[-1] not in "万亿百千十" and second[-1] in "万亿":
        bare = second.rstrip("万亿")
        if low <= numeral_value(bare):
            low *= high / numeral_value(bare)
    return low, high, more


def _neighbours(numeral: str) -> tuple[float, float] | None:
    """三五个, 七八十个: two digits side by side are a range."""
    digits = "零一二三四五六七八九"
    for at in range(len(numeral) - 1):
        a, b = digits.find(numeral[at]), digits.find(numeral[at + 1])
        if a > 0 and b > 0:
            if (len(numeral) - at > 2 and numeral[at + 2] in digits) or b - a not in {1, 2}:
                return None
            first = numeral[: at + 1] + numeral[at + 2 :]
            second = numeral[:at] + numeral[at + 1 :]
            return numeral_value(first), numeral_value(second)
    return None


def _sharing(text: str, since: int, start: int, unit: str | None) -> list[tuple[int, int]]:
    """Places of bare numbers before a quantity, after the last one, that share its unit."""
    if unit is None or start < since + 2:
        return []
    last = text[max(0, start - 3) : start].rstrip(" 、，,和与及")[-1:]
    if not ("0" <= last <= "9" or last in "一二三四五六七八九十百千万亿"):
        return []
    window = max(since, start - 60)
    found = _SHARED.search(text, window, start)
    if not found:
        return []
    if not _RESPECTIVELY.search(text, max(0, found.start() - 30), found.start()) and (
        len(_SEPARATOR.findall(found.group())) < _MANY
        or text[found.start() - 1 : found.start()] in _ITEMS
    ):
        return []
    pieces = (piece.span() for piece in re.finditer(NUMERAL, found.group()))
    return [(found.start() + low, found.start() + high) for low, high in pieces]


def _bound(
    text: str,
    start: int,
    end: int,
    unit: str | None,
    previous: Quantity | None,
    more: bool,
    ranged: bool,
) -> tuple[str, str | None]:
    """Modifier and direction (of a change) that the words around a number give it."""
    last = text[start - 1 : start]
    before = None
    if last in _BOUND_ENDS or "至少" in text[max(0, start - 6) : start]:
        before = _BEFORE.search(text, max(0, start - 7), start)
    after = _AFTER.match(text, end)
    modifier = "range" if ranged else "exact"
    if more:
        modifier = "at_least"
    if before and before.lastgroup == "ceiling":
        # 最高100万元 of what is paid; the highest of what was measured is that number.
        modifier = "at_most" if unit == "元" else modifier
    elif before and before.lastgroup:
        modifier = before.lastgroup
    elif after and after.lastgroup:
        modifier = after.lastgroup
    elif (rest := _REST_OF_LIST.match(text, end)) and _RESPECTIVELY.search(
        text, max(0, start - 20), start
    ):
        modifier = rest.lastgroup or modifier
    direction = "up" if text[end - 1] == "番" else None
    change = None
    if last in _CHANGE_ENDS:
        change = _CHANGE.search(text, max(0, start - 16), start)
    change = change or _CHANGE_NOUN.search(text, max(0, start - 22), start)
    if change and not _END_STATE.search(text, max(0, start - 12), start):
        direction = "down" if change["word"][0] in _FALLING else "up"
    elif (
        previous
        and previous.unit == unit
        and 0 < start - previous.end <= 6
        and _LIST_GAP.fullmatch(text, previous.end, start)
    ):
        direction = previous.direction
        # 分别超过2%、5%
        if (
            modifier == "exact"
            and before is None
            and _RESPECTIVELY.search(text, max(0, previous.start - 20), previous.start)
            and _BEFORE.search(text, max(0, previous.start - 7), previous.start)
        ):
            modifier = previous.modifier
    return modifier, direction


def _quantity(
    start: int,
    end: int,
    low: float,
    high: float | None,
    unit: str | None,
    value_text: str,
    unit_text: str,
    bound: tuple[str, str | None],
) -> Quantity:
    modifier, direction = bound
    lowest: float | None = low
    highest: float | None = low if high is None else high
    if modifier == "at_least":
        highest = None
    elif modifier == "at_most":
        lowest, highest = None, highest
    name = "change" if direction else modifier
    return Quantity(
        start, end, lowest, highest, unit, value_text, unit_text, name, modifier, direction
    )
