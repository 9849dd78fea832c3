"""What an amount of money rests on beyond the text: every assumption, as a named parameter."""

import dataclasses
import math
import typing
from typing import Any, Literal

from stdpolicy.choices import Choices
from stdpolicy.errors import UsageError

#: A share as an interval from 0 to 1; two equal ends where it is known.
Share = tuple[float, float]
_ANY: Share = (0.0, 1.0)
_NONE: Share = (0.0, 0.0)


@dataclasses.dataclass(frozen=True)
class Assumptions(Choices):
    """Choices under which promises are turned into money.

    The shares from ``made`` on are the conditions of the table ``eligibility``. Each is a share of
    what the conditions named before it leave, may lie anywhere in its interval, and may differ
    between targets.

    Parameters
    ----------
    number : str
        How many things there are when a target is met. ``promised``: as many as promised (at_least:
        the number itself; approx: within the tolerance; a range: any number in it); ``worded``: the
        same, but at_least is open above; ``floor``: every promised number is a minimum.
    tolerance : float
        Share by which an ``approx`` number may be off.
    promises : str
        ``targets``: promises with a number; ``named_too``: also bases, platforms and committees
        that a plan names one by one, as one thing each.
    plans : str
        ``same``: promises of the document with the subsidies; ``all``: those of other documents
        too, as if the subsidies went on and reached them.
    parts : str
        ``inside``: the things of a part that is coded as disjoint from its like are among those of
        its whole; ``apart``: they come on top of it. Parts that are promised again are never added.
    paid_at : str
        ``issued``: a standard is paid for once, when it is issued; ``proposed``: proposals are paid
        for, of which there may be any number more.
    paid_before : tuple of float
        Share of the things that was paid for before, and is not again.
    payments : tuple of float
        Payments for each thing, from and to: 1 and 1 as written; more where, for example, several
        bodies that led one standard are paid one by one.
    made : tuple of float
        Share that is made, of a number that counts revisions too.
    national : tuple of float
        Share of national standards, of a number that counts others too.
    led_international, led_national : tuple of float
        Share of international and of national standards that bodies of the place led.
    three_fields : tuple of float
        Share that belongs to the fields with the higher amount, of a number that names no field.
    pioneering : tuple of float
        Share of the led national standards of these fields that is key or pioneering, so that the
        higher amount holds.
    key : tuple of float
        Share of the led national standards of other fields that is key.
    key_in_three_fields : tuple of float
        Share that gets the lower amount of the led national standards of the three fields that do
        not get the higher one; none as written, since the lower one is for other fields.
    regional : tuple of float
        Share of regional bases, of bases whose type is not said.
    international_body, full_committee : tuple of float
        Share of international bodies, and of committees rather than subcommittees.

    Raises
    ------
    UsageError
        When a value is none of those allowed; when a share is not two numbers from 0 to 1, the
        lower first.
    """

    noun = "assumption"

    number: Literal["promised", "worded", "floor"] = "promised"
    tolerance: float = 0.05
    promises: Literal["targets", "named_too"] = "targets"
    plans: Literal["same", "all"] = "same"
    parts: Literal["inside", "apart"] = "inside"
    paid_at: Literal["issued", "proposed"] = "issued"
    paid_before: Share = _NONE
    payments: tuple[float, float] = (1.0, 1.0)
    made: Share = _ANY
    national: Share = _ANY
    led_international: Share = _ANY
    led_national: Share = _ANY
    three_fields: Share = _ANY
    pioneering: Share = _ANY
    key: Share = _ANY
    key_in_three_fields: Share = _NONE
    regional: Share = _ANY
    international_body: Share = _ANY
    full_committee: Share = _ANY

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(type(self))
        for name, value in self.items():
            allowed = typing.get_args(hints[name])
            if typing.get_origin(hints[name]) is Literal and value not in allowed:
                raise UsageError(f"{name} {value!r} is none of {', '.join(allowed)}")
            if typing.get_origin(hints[name]) is tuple:
                _check_pair(name, value, math.inf if name == "payments" else 1.0)
        if not 0 <= self.tolerance < 1:
            raise UsageError(f"tolerance {self.tolerance} is a share: at least 0, less than 1")


def _check_pair(name: str, value: Any, most: float) -> None:
    numbers = isinstance(value, tuple) and all(
        isinstance(end, (int, float)) and not isinstance(end, bool) for end in value
    )
    # Payments are finite: infinity times nothing is no amount.
    if not numbers or len(value) != 2 or not 0 <= value[0] <= value[1] <= most:
        limits = "from 0 to 1" if most == 1 else "from 0"
        raise UsageError(f"{name} {value!r} is two numbers {limits}, the lower first, as (0, 0.5)")
    if not math.isfinite(value[1]):
        raise UsageError(f"{name} {value!r} has no end; name a greatest number")


#: The conditions that ``eligibility`` can name.
CONDITIONS = [f.name for f in dataclasses.fields(Assumptions)]
CONDITIONS = CONDITIONS[CONDITIONS.index("made") :]

#: What stands in the place of a share seen in reported figures, see
#: :func:`stdpolicy.money.shares_seen`.
SEEN = "seen"

#: What each assumption is about, in English and Chinese.
WORDS = {
    "number": ("number promised", "承诺数"),
    "tolerance": ("tolerance of about", "“左右”的容差"),
    "promises": ("promises", "承诺范围"),
    "plans": ("plans", "规划范围"),
    "parts": ("field targets", "分领域目标"),
    "paid_at": ("when paid", "支付时点"),
    "paid_before": ("paid before", "此前已资助"),
    "payments": ("payments for one thing", "每项支付次数"),
    "made": ("made, not revised", "属制定而非修订"),
    "national": ("national standards", "国家标准占比"),
    "led_international": ("led, international", "国际标准中主导者"),
    "led_national": ("led, national", "国家标准中主导者"),
    "three_fields": ("in the three fields", "属三大领域"),
    "pioneering": ("key or pioneering, three fields", "三大领域中重点或引领者"),
    "key": ("key, other fields", "其他领域中重点者"),
    "key_in_three_fields": ("lower amount, three fields", "三大领域按低额资助者"),
    "regional": ("regional bases", "区域型基地"),
    "international_body": ("international bodies", "国际组织"),
    "full_committee": ("committees, not subcommittees", "技术委员会而非分委会"),
    "several": ("several at once", "多项并改"),
}

#: What each setting that is a word means, in English and Chinese.
SETTINGS = {
    "promised": ("as promised", "即承诺数"),
    "worded": ("as worded", "按措辞"),
    "floor": ("a minimum", "下限"),
    "targets": ("those with a number", "带数字者"),
    "named_too": ("named things too", "含具名事项"),
    "same": ("that with the subsidies", "资助所在规划"),
    "all": ("all", "全部"),
    "inside": ("inside the overall one", "含于总目标"),
    "apart": ("on top of it", "另计"),
    "issued": ("on issue", "发布后"),
    "proposed": ("on proposal", "提案时"),
}

_HALF: Share = (0.5, 0.5)
_ALL: Share = (1.0, 1.0)


def _ends(name: str, none: tuple[str, str], every: tuple[str, str]) -> list[Any]:
    return [({name: _NONE}, *none), ({name: _ALL}, *every)]


#: Other assumptions than the default, one at a time and then several: rows of a sensitivity table.
#: Words in English and Chinese say what each of them assumes.
ALTERNATIVES: list[tuple[dict[str, Any], str, str]] = [
    ({"number": "worded"}, "targets of at least a number are open above", "“以上”之数不封顶"),
    ({"number": "floor"}, "every number promised is a minimum", "各承诺数均为下限"),
    ({"tolerance": 0.0}, "about means exactly", "“左右”不留余地"),
    ({"tolerance": 0.1}, "about allows 10 %", "“左右”容许 10%"),
    ({"promises": "named_too"}, "named bases and committees count too",
     "计入逐一具名的基地、平台与委员会"),
    ({"plans": "all"}, "targets of later and lower plans count too", "计入其后及下级规划的目标"),
    ({"parts": "apart"}, "field targets come on top of the overall one",
     "分领域目标另计于总目标之外"),
    ({"paid_at": "proposed"}, "proposals are paid for", "按提案资助"),
    ({"paid_before": _HALF}, "half was paid for before", "半数此前已获资助"),
    ({"payments": (1.0, 2.0)}, "each thing may be paid for twice", "每项可获两次资助"),
    *_ends("made", ("all counted with revisions are revisions", "“制修订”者均为修订"),
           ("none counted with revisions is a revision", "“制修订”者均为制定")),
    *_ends("national", ("no standard of mixed tier is national", "层级不明者均非国家标准"),
           ("every standard of mixed tier is national", "层级不明者均为国家标准")),
    *_ends("led_international", ("no international standard is led", "国际标准均非主导"),
           ("every international standard is led", "国际标准均为主导")),
    ({"led_international": SEEN}, "international ones are led as often as seen",
     "国际标准的主导比例如他省所见"),
    *_ends("led_national", ("no national standard is led", "国家标准均非主导"),
           ("every national standard is led", "国家标准均为主导")),
    ({"led_national": SEEN}, "national ones are led as often as seen",
     "国家标准的主导比例如他省所见"),
    *_ends("three_fields", ("none without a field is in the three fields",
                             "未指明领域者均不属三大领域"),
           ("all without a field are in the three fields", "未指明领域者均属三大领域")),
    *_ends("pioneering", ("none in the three fields is key or pioneering",
                           "三大领域均无重点或引领者"),
           ("all in the three fields are key or pioneering", "三大领域均为重点或引领者")),
    *_ends("key", ("none in other fields is key", "其他领域均非重点"),
           ("all in other fields are key", "其他领域均为重点")),
    ({"key_in_three_fields": _ANY}, "the lower amount holds in the three fields too",
     "三大领域亦可按低额资助"),
    ({"led_international": SEEN, "led_national": SEEN}, "all are led as often as seen",
     "主导比例均如他省所见"),
    ({"led_international": SEEN, "led_national": SEEN, "pioneering": _ALL, "key": _ALL},
     "led as often as seen, and all of these key", "主导比例如他省所见，且均为重点"),
    ({"led_international": _ALL, "led_national": _ALL, "pioneering": _ALL, "key": _ALL},
     "all are led and key", "均为主导且为重点"),
    ({"made": _ALL, "national": _ALL, "led_international": _ALL, "led_national": _ALL,
      "pioneering": _ALL, "key": _ALL},
     "all are new, national, led and key", "均为新制定的国家标准，主导且为重点"),
]  # fmt: skip
