"""What is proposed for each quantity of a text: its table, and the cells of its row.

A proposal is a draft for a person to decide on. What the text does not say stays empty, except for
the choices that ``docs/coding.md`` fixes (a role that is not named is ``unstated``).
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from stdpolicy import schema
from stdpolicy.extraction import extract
from stdpolicy.extraction.units import power_of_ten, unit_and_factor, unit_name
from stdpolicy.study.new import WHOLE
from stdpolicy.text import fold, fold_with_places, seen_with_places

#: Tables that take quantities, by the kinds that extraction tells apart.
TABLES = {
    "target": "targets",
    "outcome": "outcomes",
    "incentive": "incentives",
    "other": "left_out",
}
#: Columns that follow from the place of a row, which nobody decides.
PLACED = ("doc_id", "section", "start", "end", "quote")

_CLAUSE = re.compile(r"[。;；!！?？,，:：]")
_SENTENCE = re.compile(r"[。;；!！?？]")
_NUMBER = ("value_low", "value_high", "unit", "bound")
_FULL_STOP = re.compile(r"[。!！?？]")
_REACH = 200

#: Verbs with their stages and actions, in the folded text; the last one before the number counts.
_STAGES = [
    ("proposed", r"提出|申报|申请"),
    ("initiated", r"启动|立项|实施|开展"),
    ("drafted", r"起草|培育|研制"),
    ("issued", r"制定|制修订|修订|发布|出台|建成|建立|建设|新增|新建|创建|打造|达到?|完成|认证"),
]
_MADE = r"制定|研制|起草|培育|发布|出台|立项|提出|申报"
_ACTIONS = [
    ("make_or_revise", r"制修订|制\(修\)订|制定(?:和|、|或|及|与)?(?:修订|完善)|修制订"),
    ("revise", r"(?<!制)修订"),
    ("make", _MADE),
]
#: Standards themselves, not bodies, bases or pilots that are named after them.
_OF_STANDARDS = re.compile(r"标准(?!化|创新|体系|服务|示范|试点|技术)|标准样品|[国行地团企]标")
_DURING = re.compile(r"新(?:制定|认证|增|建|发布|培育|创建|设)")
_UNTIL = re.compile(
    r"(?:截至|截止到?|到|至)(?P<year>20[0-9]{2})年(?:(?P<month>1[0-2]|0?[1-9])月)?"
    r"(?:(?P<day>3[01]|[12][0-9]|0?[1-9])日)?(?P<end>底|末)?"
)
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})年?(?:[-\u2010-\u2015\u2212~至到—])((?:19|20)[0-9]{2})年")
#: Why a quantity is left out, by the cue that made it one.
_REASONS = {
    "以上的": "condition",
    "在": "scope",
    "满分": "technical",
    "是指": "technical",
    "不得": "condition",
    "每": "condition",
    "按": "condition",
}


class Proposal(NamedTuple):
    """A quantity by its place in the folded text, and what is proposed for it.

    ``fields`` has the cells of all tables that the quantity may go to; columns of the same name
    mean the same.
    """

    start: int
    end: int
    quote: str
    table: str
    confidence: float
    cue: str
    fields: dict[str, str]


def propose(
    text: str,
    document: Mapping[str, str],
    indicators: Mapping[str, str],
    genre: str | None = None,
    year: int | None = None,
) -> list[Proposal]:
    """Draft a proposal for each quantity that :func:`stdpolicy.extract` finds in a text.

    Parameters
    ----------
    text : str
        The text as it is.
    document : mapping
        The row of the document in ``documents``.
    indicators : mapping
        Chinese labels of the study's indicators by key; other indicators are not proposed.
    genre, year : optional
        As for :func:`stdpolicy.extract`.
    """
    folded, places = fold_with_places(text)
    labels = {fold(label): key for key, label in indicators.items()}
    seen, starts, ends = seen_with_places(text, places)
    found = extract(seen, genre, year)
    proposals: dict[tuple[int, int], Proposal] = {}
    for row in found.to_dict("records"):
        start, end = starts[row["start"]], ends[row["end"] - 1]
        if start >= end:
            continue
        fields = _fields(folded, start, end, row, document) | _number(row)
        if fields["indicator"] not in indicators:
            fields["indicator"] = _indicator(folded, start, end, labels)
        quote, table = folded[start:end], TABLES[row["kind"]]
        told = Proposal(
            start, end, quote, table, float(row["confidence"]), row["cue"] or "", fields
        )
        proposals.setdefault((start, end), told)
    return [proposals[place] for place in sorted(proposals)]


def left_out(folded: str, start: int, quote: str, document: Mapping[str, str]) -> Proposal:
    """A quantity that no rule of extraction reads and that the audit asks for all the same."""
    nothing: dict[str, Any] = dict.fromkeys(("cue", "indicator", "target_year", "year_source"))
    end = start + len(quote)
    fields = _fields(folded, start, end, nothing, document) | dict.fromkeys(_NUMBER, "")
    return Proposal(start, end, quote, "left_out", 0.5, "", fields)


def title_period(title: str) -> tuple[str, str]:
    """Years of the period that a title names, as in （2021—2025年）; empty where there is none."""
    match = _PERIOD.search(fold(title))
    return (match[1], match[2]) if match else ("", "")


def _fields(
    folded: str, start: int, end: int, row: Mapping[str, Any], document: Mapping[str, str]
) -> dict[str, str]:
    low = max(0, start - _REACH)
    clause = folded[_after(_CLAUSE, folded, low, start) : start]
    sentence = folded[_after(_SENTENCE, folded, low, start) : start]
    behind = folded[end : end + 12]
    indicator = _text(row["indicator"])
    rate = folded[start:end].endswith(("%", "‰")) or "百分之" in folded[start:end]
    action = _last(_ACTIONS, clause) if _OF_STANDARDS.search(clause + behind) else None
    year = row["target_year"]
    issued = document.get("issued_on", "")
    first, last = document.get("period_start", ""), document.get("period_end", "")
    base = first or issued[:4]
    reason = _REASONS.get(_text(row["cue"]), "other")
    labels = {
        language: schema.tables()["left_out"].fields["reason"].labels(language)[reason]
        for language in ("zh", "en")
    }
    return {
        "jurisdiction": document.get("jurisdiction", ""),
        "indicator": indicator,
        "domain": "all",
        "scope": WHOLE,
        "commitment": _text(row.get("commitment")) or "firm",
        "role": _role(clause),
        "stage": (None if rate else _last(_STAGES, clause)) or "issued",
        "action": action or "other",
        "basis": "stock" if rate else _basis(clause, sentence),
        "base_date": f"{base[:4]}-01-01" if base else "",
        "base_date_source": "period" if first else "issued",
        "due_date": f"{year}-12-31" if pd.notna(year) else f"{last[:4]}-12-31" if last else "",
        "year_source": "explicit" if row["year_source"] in ("clause", "row") else "inherited",
        "part_of": "",
        "part_relation": "",
        "supersedes": "",
        "since_date": "",
        "as_of_date": _until(folded[_after(_FULL_STOP, folded, low, start) : start], issued),
        "reported_on": issued,
        "same_cohort": "",
        "recipient_zh": "",
        "recipient_en": "",
        "purpose_zh": "",
        "purpose_en": "",
        "per": "item" if re.search(r"每[项个]", clause + sentence[-40:]) else "organisation",
        "payment": "once" if "一次性" in sentence else "unstated",
        "payer": "",
        "reason": reason,
        "reason_zh": labels["zh"],
        "reason_en": labels["en"],
        "same_as": "",
        "note": {"up": "Amount of rise.", "down": "Amount of fall."}.get(
            _text(row.get("direction")), ""
        ),
    }


def _indicator(folded: str, start: int, end: int, labels: Mapping[str, str]) -> str:
    """Key of the indicator that is named nearest before a quantity in its clause, or behind it."""
    low = _after(_CLAUSE, folded, max(0, start - _REACH), start)
    stop = _CLAUSE.search(folded, end)
    before, behind = folded[low:start], folded[end : stop.start() if stop else end + _REACH]
    if named := [label for label in labels if label in before]:
        return labels[max(named, key=lambda label: (before.rfind(label) + len(label), len(label)))]
    if named := [label for label in labels if label in behind]:
        return labels[min(named, key=lambda label: (behind.find(label), -len(label)))]
    return ""


def _number(row: Mapping[str, Any]) -> dict[str, str]:
    """Cells of the number: value and unit as the text has them, 10 亿元 and not 1000000000 元."""
    unit = fold(unit_name(_text(row["unit_text"])))
    unit = power_of_ten(fold(_text(row["value_text"]))) + unit
    if unit == "成":
        divisor = 10.0
    elif row["unit"] == "%":
        unit, divisor = "%", 1.0
    else:
        divisor = unit_and_factor(unit if unit.strip("万亿") else f"{unit}个")[1]
    ends = [
        "" if pd.isna(end) else f"{end / divisor:.12g}"
        for end in (row["value_low"], row["value_high"])
    ]
    return dict(zip(_NUMBER, [*ends, unit, _text(row["modifier"])], strict=True))


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _after(mark: re.Pattern[str], folded: str, low: int, high: int) -> int:
    """Place after the last mark before a quantity."""
    return max((m.end() for m in mark.finditer(folded, low, high)), default=low)


def _last(choices: list[tuple[str, str]], words: str) -> str | None:
    """The choice whose word stands last; of two that end together, the one named first."""
    best: tuple[int, str] | None = None
    for value, pattern in choices:
        for match in re.finditer(pattern, words):
            if best is None or match.end() > best[0]:
                best = match.end(), value
    return best[1] if best else None


def _role(clause: str) -> str:
    lead, part = bool(re.search("主导|牵头", clause)), "参与" in clause
    if lead and part:
        return "lead_or_take_part"
    return "lead" if lead else "take_part" if part else "unstated"


def _basis(clause: str, sentence: str) -> str:
    """Time basis; ``unstated`` for a target is ``unknown`` for an outcome."""
    if "累计" in sentence:
        return "cumulative"
    if _DURING.search(clause) or re.search("以来", sentence):
        return "during"
    return "unstated"


def _until(words: str, issued: str) -> str:
    """Day, month or year up to which words count (年底: the last day), else the day of issue.

    A day to come is a deadline.
    """
    for match in reversed(list(_UNTIL.finditer(words))):
        if not issued or match["year"] <= issued[:4]:
            if match["end"] and not match["month"]:
                return f"{match['year']}-12-31"
            parts = (f"{int(match[k]):02d}" for k in ("month", "day") if match[k])
            return "-".join([match["year"], *parts])
    return issued
