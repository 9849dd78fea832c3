"""How a number may be read: every choice that a verdict rests on, as a named parameter."""

import dataclasses
import typing
from collections.abc import Iterable
from typing import Any, Literal

from stdpolicy.choices import Choices
from stdpolicy.errors import UsageError

Basis = Literal["during", "year", "cumulative", "stock"]


@dataclasses.dataclass(frozen=True)
class Readings(Choices):
    """Choices under which figures are held against promises.

    Parameters
    ----------
    number : str
        ``floor``: a promised number is a minimum, as is a number with 左右 less the tolerance;
        ``exact``: it has to be hit (左右: within the tolerance).
    range_end : str
        End of a promised range (3-5个) that has to be reached: ``low`` or ``high``.
    tolerance : float
        Share by which 左右, 约 and 近 may be off, in promises and in figures.
    take_part : str
        ``includes_lead``: 参与 covers leading; ``alone``: it means taking part without leading.
    unstated_role : str
        Role where the text names none: ``any``, ``lead`` or ``unknown``.
    counts_from : str
        Where a promise without a stated window begins: ``base_date`` (as coded), ``issue_date``
        (the document's) or ``ever`` (the promise is an all-time total).
    all_time_totals : str
        ``bounds``: an all-time total counts as far as it bounds the period; ``ignore``: it does not
        count; ``as_period``: it is taken as if it had been counted since the base date.
    deadline_days : int
        A figure read so many days before or after the deadline counts as read on it.
    adjoining_days : int
        Windows that follow each other within so many days leave no gap between them.
    revisions : str
        ``once``: a standard that is made or revised more than once in a window counts once;
        ``each``: every time counts.
    quality : str
        Lowest quality of a source that counts: ``official``, ``press``, ``repost``, ``secondary``.
    confidence : str
        Lowest confidence in a figure that counts: ``high``, ``medium``, ``low``.
    coder : str
        Coding used: ``settled``, ``A`` or ``B``.
    unknown_basis : tuple of str
        Time bases that a figure without one may have (``during`` is then since the base date); the
        interval is the union over them. Empty: anything is possible.
    leave_out : frozenset of str
        Figures that do not count, by ``evidence_id``.
    """

    noun = "reading"

    number: Literal["floor", "exact"] = "floor"
    range_end: Literal["low", "high"] = "low"
    tolerance: float = 0.05
    take_part: Literal["includes_lead", "alone"] = "includes_lead"
    unstated_role: Literal["any", "lead", "unknown"] = "any"
    counts_from: Literal["base_date", "issue_date", "ever"] = "base_date"
    all_time_totals: Literal["bounds", "ignore", "as_period"] = "bounds"
    deadline_days: int = 0
    adjoining_days: int = 0
    revisions: Literal["once", "each"] = "once"
    quality: Literal["official", "press", "repost", "secondary"] = "secondary"
    confidence: Literal["high", "medium", "low"] = "low"
    coder: Literal["settled", "A", "B"] = "settled"
    unknown_basis: tuple[Basis, ...] = ()
    leave_out: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(type(self))
        for name, value in self.items():
            allowed = typing.get_args(hints[name])
            if name == "unknown_basis":
                wrong = [v for v in value if v not in typing.get_args(Basis)]
                if wrong:
                    raise UsageError(
                        f"{name} {wrong[0]!r} is none of {', '.join(typing.get_args(Basis))}"
                    )
            elif allowed and name != "leave_out" and value not in allowed:
                raise UsageError(f"{name} {value!r} is none of {', '.join(allowed)}")
        if not 0 <= self.tolerance < 1:
            raise UsageError(f"tolerance {self.tolerance} is a share: at least 0, less than 1")
        for name in ("deadline_days", "adjoining_days"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} {getattr(self, name)} is a number of days, 0 or more")


def from_text(text: str) -> Readings:
    """Readings from a text such as ``"tolerance=0.1, take_part=alone"``; empty for the default.

    Raises
    ------
    UsageError
        When a reading does not exist, has no value or cannot have it.
    """
    pairs = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, sign, value = part.partition("=")
        if not sign:
            raise UsageError(f"the reading {part!r} has no value; write for example tolerance=0.1")
        pairs.append((name.strip(), value.strip().replace("+", ",")))
    return Readings().but(**parse(pairs))


def parse(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Readings given as text on the command line, with the types of :class:`Readings`.

    Raises
    ------
    UsageError
        When a number is none.
    """
    out: dict[str, Any] = {}
    for name, text in pairs:
        default = getattr(Readings(), name, "")
        try:
            if isinstance(default, (float, int)):
                out[name] = type(default)(text)
            elif isinstance(default, (tuple, frozenset)):
                out[name] = type(default)(part for part in text.split(",") if part)
            else:
                out[name] = text
        except ValueError:
            raise UsageError(f"{name} is a number, not {text!r}") from None
    return out


#: Other readings than the default, one at a time: rows of a sensitivity table. Words in English
#: and Chinese say what each of them assumes.
ALTERNATIVES: list[tuple[dict[str, Any], str, str]] = [
    ({"number": "exact"}, "a number has to be hit exactly", "数字须恰好达到"),
    ({"range_end": "high"}, "a range has to reach its upper end", "区间目标须达到上端"),
    ({"tolerance": 0.0}, "about means exactly", "“左右”不留余地"),
    ({"tolerance": 0.1}, "about allows 10 %", "“左右”容许 10%"),
    ({"take_part": "alone"}, "taking part excludes leading", "“参与”不含主导"),
    ({"unstated_role": "lead"}, "no role stated means leading", "未说明角色即主导"),
    ({"unstated_role": "unknown"}, "no role stated: unknown", "未说明角色即不明"),
    ({"counts_from": "issue_date"}, "counted from the date of issue", "自发布之日起算"),
    ({"counts_from": "ever"}, "the promise is an all-time total", "目标为历年累计数"),
    ({"all_time_totals": "ignore"}, "all-time totals do not count", "不采用历年累计数"),
    (
        {"all_time_totals": "as_period"},
        "all-time totals taken as made in the period",
        "历年累计数视同期内数",
    ),
    (
        {"deadline_days": 92},
        "read within a quarter of the deadline counts as read on it",
        "截止日前后一季度内视同截止日",
    ),
    (
        {"adjoining_days": 1},
        "years that follow each other leave no gap",
        "前后相接的年度视为连续",
    ),
    ({"revisions": "each"}, "every revision counts", "每次修订均计数"),
    ({"quality": "press"}, "reposts and secondary sources do not count", "不采用转载及二手来源"),
    ({"quality": "official"}, "official sources only", "仅采用官方来源"),
    ({"confidence": "medium"}, "low confidence does not count", "不采用低可信度数据"),
    ({"confidence": "high"}, "high confidence only", "仅采用高可信度数据"),
    ({"coder": "A"}, "coder A alone", "仅用编码者甲"),
    ({"coder": "B"}, "coder B alone", "仅用编码者乙"),
    (
        {"unknown_basis": ("during",)},
        "figures without a time basis count since the base date",
        "口径不明者视为自起算日起",
    ),
    (
        {"unknown_basis": ("during", "cumulative")},
        "figures without a time basis: since the base date or all time",
        "口径不明者为自起算日起或历年累计",
    ),
]
