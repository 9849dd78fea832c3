"""Whether a quantity is promised, reported, paid for, or neither, and by which words."""

import re
from typing import NamedTuple

from stdpolicy.extraction.cues import Cues
from stdpolicy.extraction.headings import Heading
from stdpolicy.extraction.quantities import Quantity
from stdpolicy.extraction.years import Calendar

TARGET, OUTCOME, INCENTIVE, OTHER = "target", "outcome", "incentive", "other"

#: What a text is inclined to before anything in it is read: plans promise, press texts report.
GENRES = {"plan": 1.0, "report": -0.4, "press": -1.2}

_PRESS = re.compile(
    r"记者|日电|日讯|新闻发布会|吹风会|本报讯|新华社|据介绍|报道|近日[,，]|日前[,，]"
)
_OF_A_PLAN = re.compile(r"《[^》]{0,30}(?:规划|纲要|行动计划|实施方案)》[^。]{0,60}目标")
_REPORT = re.compile(
    r"政府工作报告|各位代表|工作回顾|过去一年|工作总结|评估报告|五年来|通报|典型(?:做法|经验|案例)|经验做法|工作成效"
)
_PLAN = re.compile(
    r"规划|实施方案|行动计划|实施意见|纲要|印发|指导意见|本计划|本方案|本意见|建设规模|起止年|实施年限|建设年限|项目清单|重点项目表|计划表|任务表|分解表|专栏"
)

#: From this lean on the cues tell the genre; weight that a few words do not reach.
_CLEAR = 0.3
_LITTLE = 3.0
#: What the nearest telling heading counts beside words, and what words around the sentence do.
_HEADING = 1.8
_AROUND = 0.4
#: What a year that a sentence names only behind the number counts.
_AFTERWARDS = 0.3
#: What another year than the text's counts that the clause itself names before the number.
_IN_CLAUSE = 1.6

#: Characters before a number within which words are next to it, and within which they are near.
_NEAR, _WIDER = 12, 30
_COUNTED = set("个项件条家户名位场批辆台套座栋幢间所处口眼根株棵头只册本部篇份张块片道支款种起例笔")
_THRESHOLD = re.compile(
    r"口(?:的|大?中?小?城市|县|镇|村)|口?(?:及|或|（含）|\(含\))?以[上下内](?:的|[^，。；、：）)”,;\s\d左])"
)
#: 产值超过500亿元的企业, 占65%以上的: what something has to be is a condition.
_MORE_THAN = re.compile(r"(?:超过?|大于|小于|高于|低于|少于|多于|不足|过)$")
_OF_SUCH = re.compile(r"的(?!增|速|水平|目标|同比|高速|降)")
_SHARE_OF = re.compile(r"占[^，。；,;]{0,20}$")
#: 较大村庄（20户以上）: what a bracket holds by itself is a condition.
_OPENS = ("（", "(")
#: First characters of what makes a threshold behind a number: 以上的, 及以上, 口以上, （含）以上.
_CONDITION_OPENS = frozenset("以及或口（(")
_IN_BRACKETS = re.compile(r"以[上下内][）)]")
_SIZE_OF = re.compile(
    r"(?:达到?|为|至|到|在|超过?|突破|增|降|长|高|低|升|加|少|建成|培育|完成|实现|新增)[约近]?$"
)
_DEFINITION = re.compile(
    r"满分|是指|系指|定义为|折合|相当于|每$|(?<!拟)按$|计算公式|不得|原则上|起步价"
)
_BASELINE_BEFORE = re.compile(r"(?:由|从)[^，。；,;]{0,14}$")
_BASELINE_AFTER = re.compile(
    r"(?:以上|左右|多|余)?[^，。；、,;]{0,16}?(?:提高|提升|增加|增长|上升|扩大|下降|降低|减少|缩短|压缩|降|减|升|增|压减)[到至为成]"
)
#: 比上年的50亿元增长8%: what something is compared with.
_COMPARED_WITH = re.compile(r"比[^，。；,;比]{2,12}年?的$")
_GROWN = re.compile(r"(?:增长|增加|提高|下降|减少|降低|多|少)")
_FORECAST = re.compile(r"预测|据测算|估算为|预计[^，。；,;]{0,10}(?:20\d\d|将|到)|有望")
_COMING = re.compile(r"将(?:继续|进一步)?(?:增|达|超|突破|提高|上升|下降|减)")
_OF_A_TARGET = re.compile(r"的[^，。；,;]{0,4}(?:目标|任务|指标)")
_AIMED = re.compile(r"目标|力争|确保|争取|努力")
_PAID = re.compile(r"奖励|奖补|补助|补贴|资助|扶持|贴息|的支持|次支持|奖金|给予[^，。；]{1,24}支持")
_PAID_RULE = re.compile(r"给予|一次性|最高|按|每|不超过|标准|分别为|依次为|上限")
_PAID_OUT = re.compile(
    r"已|了|累计(?!扶持|奖|补|资)|共|发放|兑现|拨付|落实|争取|获得[^，；]{0,8}$|投入|安排"
)
#: What nature gives and what a survey covers is neither promised nor reached.
_GIVEN = re.compile(
    r"规划范围|下辖|管辖|共辖|县辖|市辖(?!区)|年平均(?:[雨降气]|日照)|平均(?:梅雨|气温|降水|降雨|海拔)|海拔|无霜期|流域面积|地处|国土面积(?![比的])(?<!占国土面积)(?<!陆地国土面积)|辖区面积|年降[水雨]量"
)
_SURVEY = re.compile(r"问卷|样本|受访|访谈|抽[取样查选]|选取|调研|走访")


_HANDED_OUT = re.compile(r"(?:发放|发出|收回|回收)[^。]{0,24}问卷")


#: 在20个县开展试点: where something is done is neither promised nor reached.
_WITHIN = re.compile(r"(?:在|对|针对|依托|围绕)(?:全[省市国县]|其中)?(?:的)?(?:约|近)?$")
_DONE_THERE = re.compile(
    r"[^，。；,;]{2,24}?(?:开展|实施|推广|试点|推行|培育|建设|制定|组织|进行)|[^，。；,;]{1,16}?中(?=[，,])"
)


#: 安排重点项目500个: how many projects a programme has is neither promised nor reached.
_PROGRAMME = re.compile(
    r"(?:安排|排定|确定|列入|谋划|储备)[^，。；,;]{0,16}项目(?:数量|个数)?(?:共|达)?$"
)


#: 810个省重点项目完成投资, 明确了20个一级指标: how many a list holds.
_PROJECTS = re.compile(r"(?:省|市|国家|区|县)?级?重[点大](?:建设|工程|产业)?项目(?!\d)")
_UNDER_WAY = re.compile(
    r"(?:实施|开工|建成|完成|推进|竣工|建设|谋划|引进|新增|新建|签约|落地|抓好)[^，。；,;]{0,4}$"
)
_NAMED = re.compile(r"(?:明确|确定|提出|梳理|包括|涵盖|分为)了?$")
_LISTED_THINGS = re.compile(r"[^，。；、,;\d]{0,6}?(?:指标|任务|举措|措施|工作|事项)")


class Kind(NamedTuple):
    """Kind of a quantity, the cue that decided, and from 0 to 1 how clear it was."""

    kind: str
    cue: str
    confidence: float


def infer_genre(text: str, cues: Cues, calendar: Calendar) -> str:
    """Tell a plan, a report and a press text apart by what they say of themselves."""
    head = text[:400]
    tail = text[-200:]
    if _PRESS.search(head) or _PRESS.search(tail):
        # News of a plan tell what it promises.
        return "plan" if _OF_A_PLAN.search(head) else "press"
    aims = sum(m.role in {"until", "period"} for m in calendar.mentions)
    ahead = cues.ahead + 1.5 * aims
    lean = (ahead - cues.back) / (ahead + cues.back + _LITTLE)
    if "约束性" in text or "预期性" in text:
        return "plan"
    if abs(lean) < _CLEAR:  # too few words to tell; what it calls itself counts
        if _REPORT.search(head):
            return "report"
        if _PLAN.search(head):
            return "plan"
    return "plan" if lean >= 0 else "report"


class Place(NamedTuple):
    """Where a quantity stands: its sentence, the words around that, and the headings above.

    ``own`` is the sum of the cues of the sentence; ``noted`` says whether it stands in a note.
    """

    text: str
    quantity: Quantity
    sentence: tuple[int, int]
    context: tuple[int, int]
    above: list[Heading]
    own: float
    noted: bool


def kind_of(place: Place, cues: Cues, calendar: Calendar, prior: float) -> Kind:
    """Decide what a quantity is.

    First by what it is made of and by the words next to it (a threshold, a definition, a payment, a
    starting value), then by the balance of what looks ahead and back: in its sentence, around it,
    in the headings above, and in the text as a whole (``prior``).
    """
    clause = 1 + max(place.sentence[0] - 1, place.text.rfind("，", *_before(place)))
    kind = _by_neighbours(place, calendar, clause)
    return kind or _by_balance(place, cues, calendar, clause, prior)


def _before(place: Place) -> tuple[int, int]:
    """The sentence up to the quantity."""
    return place.sentence[0], place.quantity.start


def _by_neighbours(place: Place, calendar: Calendar, clause: int) -> Kind | None:
    """What the words next to a quantity say by themselves; nothing where they do not decide."""
    text, quantity, sentence = place.text, place.quantity, place.sentence
    start, end = quantity.start, quantity.end
    near = max(sentence[0], start - _NEAR)
    counts = quantity.unit in _COUNTED
    if quantity.unit in {"元", "%"} and _is_paid(text, quantity, sentence):
        return Kind(INCENTIVE, "奖励", 0.8)
    if _is_condition(text, quantity, sentence[0], near):
        return Kind(OTHER, "以上的", 0.8)
    if counts and _WITHIN.search(text, near, start) and _DONE_THERE.match(text, end, sentence[1]):
        return Kind(OTHER, "在", 0.6)
    if quantity.unit in {"个", "项"} and _is_programme(place, near):
        return Kind(OTHER, "项目", 0.6)
    if found := _DEFINITION.search(text, near, start):
        return Kind(OTHER, found.group(), 0.7)
    if _GIVEN.search(text, *_before(place)):
        return Kind(OTHER, "地处", 0.7)
    if _SURVEY.search(text, clause, end + 8) or (counts and _HANDED_OUT.search(text, *sentence)):
        return Kind(OTHER, "问卷", 0.6)
    if place.noted:
        past = any(m.role in {"plain", "until"} for m in calendar.between(*_before(place)))
        return Kind(OUTCOME if past else OTHER, "注", 0.7)
    if _BASELINE_AFTER.match(text, end, sentence[1]) and _BASELINE_BEFORE.search(
        text, max(sentence[0], start - _WIDER), start
    ):
        return Kind(OUTCOME, "由", 0.9)
    if _GROWN.match(text, end, sentence[1]) and _COMPARED_WITH.search(text, near, start):
        return Kind(OUTCOME, "比", 0.8)
    return None


def _is_programme(place: Place, near: int) -> bool:
    """Whether a number says how many projects or tasks a programme has."""
    text, start, end = place.text, place.quantity.start, place.quantity.end
    return bool(
        _PROGRAMME.search(text, *_before(place))
        or (_PROJECTS.match(text, end) and not _UNDER_WAY.search(text, near, start))
        or (_NAMED.search(text, near, start) and _LISTED_THINGS.match(text, end))
    )


def _is_condition(text: str, quantity: Quantity, low: int, near: int) -> bool:
    """Whether a number is a threshold: what something has to reach to be meant."""
    start, end = quantity.start, quantity.end
    following = text[end : end + 1]
    if following in _CONDITION_OPENS:
        if text[start - 1 : start] in _OPENS and _IN_BRACKETS.match(text, end):
            return True
        if quantity.unit == "%":
            return text.startswith("以上的", end) and bool(
                _SHARE_OF.search(text, max(low, start - _WIDER), start)
            )
        return (
            quantity.unit not in _COUNTED
            and bool(_THRESHOLD.match(text, end))
            and not _SIZE_OF.search(text, near, start)
        )
    return (
        following == "的"
        and quantity.unit != "%"
        and bool(_OF_SUCH.match(text, end))
        and bool(_MORE_THAN.search(text, near, start))
    )


def _by_balance(place: Place, cues: Cues, calendar: Calendar, clause: int, prior: float) -> Kind:
    """Target or outcome by what looks ahead and back; other where something is only foreseen."""
    text, sentence, start, end = (
        place.text,
        place.sentence,
        place.quantity.start,
        place.quantity.end,
    )
    # The clause counts twice.
    own = place.own + cues.total(max(clause, text.rfind(",", clause, start)), end)
    if _BASELINE_BEFORE.search(text, *_before(place)):
        own -= 0.8
    score = own + _years_weight(calendar, sentence, clause, start)
    outlook = next((heading.outlook for heading in place.above if heading.outlook), 0.0)
    around = max(-3.0, min(3.0, cues.total(*place.context) - place.own))
    total = score + _AROUND * around + _HEADING * outlook + prior
    if (
        outlook <= 0
        and _FORECAST.search(text, *_before(place))
        and not _AIMED.search(text, *sentence)
    ):
        return Kind(OTHER, "预测", 0.6)
    # 人口还将增加: what is said to come in a chapter on the situation is a forecast.
    if outlook < 0 and _COMING.search(text, *_before(place)):
        return Kind(OTHER, "将", 0.6)
    if total <= 0 and _OF_A_TARGET.match(text, end):
        return Kind(OTHER, "目标", 0.6)
    cue, weight = cues.strongest(*sentence)
    if weight * total <= 0:
        cue, weight = cues.strongest(*place.context)
    if weight * total <= 0:
        cue = ""
    confidence = round(min(1.0, 0.5 + abs(total) / 8), 2)
    return Kind(TARGET if total > 0 else OUTCOME, cue, confidence)


def _is_paid(text: str, quantity: Quantity, sentence: tuple[int, int]) -> bool:
    """Whether a rule says that a sum is paid for something; sums that were paid are results."""
    start, end = quantity.start, quantity.end
    if not _PAID.search(text, max(sentence[0], start - 90), min(sentence[1], end + 40)):
        return False
    clause = 1 + max(text.rfind(mark, sentence[0], start) for mark in "；;。")
    low = max(clause, sentence[0], start - 90)
    high = min(sentence[1], end + 40)
    return bool(
        _PAID.search(text, low, high)
        and _PAID_RULE.search(text, low, high)
        and not _PAID_OUT.search(text, max(low, start - 30), start)
    )


def _years_weight(calendar: Calendar, sentence: tuple[int, int], clause: int, place: int) -> float:
    """What the years of a sentence say: those to come look ahead, past ones back."""
    mentions = calendar.between(*sentence)
    if not mentions:
        return 0.0
    # A year in the clause itself, before the number, goes before those of the sentence.
    own = [m for m in mentions if clause <= m.start < place and m.role in {"plain", "until"}]
    best = 0.0
    for mention in own[-1:] or mentions:
        weight = 0.0
        if mention.role == "base":
            continue
        if mention.role == "period":
            last = calendar.last_period or mention.year
            weight = -2.0 if mention.year < last else 1.0
        elif mention.role == "own":
            weight = 2.5 if mention.year else 0.6
        elif calendar.own_year is None:
            weight = 1.5 if mention.role == "until" else -0.5
        elif mention.year > calendar.own_year:
            weight = 3.0
        elif mention.role == "until":
            weight = 1.5 if mention.year == calendar.own_year else -0.5
        else:
            weight = -1.0 if mention.year == calendar.own_year else -2.0
        if mention.start > place:
            weight *= _AFTERWARDS
        if abs(weight) >= abs(best):
            best = weight
    other = bool(own) and own[-1].year != calendar.own_year
    return _IN_CLAUSE * best if other else best
