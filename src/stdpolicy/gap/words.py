"""Verdicts and their reasons in words, Chinese and English."""

import functools

import numpy as np

from stdpolicy.gap import encoding as enc
from stdpolicy.gap import rules

#: Why an end of an interval is lost, in the order of :data:`stdpolicy.gap.rules.REASONS`.
LOST = {
    "unit": ("it is in another unit", "单位不同"),
    "coded": ("it was coded as not comparable", "编码为不可比"),
    "basis": (
        "its time basis is unknown or cannot answer the target",
        "时间口径不明或不能对应目标",
    ),
    "scope": ("its scope is another", "范围不同"),
    "role": ("it counts another role", "角色不同"),
    "action": ("it counts other actions (made, revised)", "行为不同（制定、修订）"),
    "stage": ("it counts another stage", "阶段不同"),
    "baseline": ("its baseline counts something else", "基线口径不同"),
    "revisions": ("totals do not show what is revised again", "累计数看不出重复修订"),
    "total": ("it is an all-time total without a baseline at the start", "历年累计而无起算日基线"),
    "start": ("it counts from another day", "起算日不同"),
    "end": ("it was not read on the deadline", "读数日并非截止日"),
}

#: The smallest fact that would restore a lost end.
WANTED = {
    "unit": ("the figure in the unit of the target", "以目标单位计的数字"),
    "coded": ("a figure that is comparable at all", "可比的数字"),
    "basis": ("the time basis of the figure", "该数字的时间口径"),
    "scope": ("the count for the scope of the target", "目标范围内的数字"),
    "role": ("the count by role", "按角色分列的数字"),
    "action": ("those made and those revised told apart", "制定与修订分列的数字"),
    "stage": ("the count at the stage of the target", "目标阶段的数字"),
    "baseline": ("a baseline of the same kind as the total", "与累计数同口径的基线"),
    "revisions": ("the number of repeated revisions", "重复修订的数量"),
    "total": ("a baseline at the start of the period", "起算日的基线"),
    "start": ("the count from the start of the period", "自起算日起的数字"),
    "end": ("a reading on the deadline", "截止日的读数"),
}
assert list(LOST) == list(WANTED) == rules.REASONS

VERDICTS = ["met", "not_met", "undetermined", "contradictory", "no_evidence"]
VERDICT_WORDS = {
    "met": ("met", "完成"),
    "not_met": ("not met", "未完成"),
    "undetermined": ("undetermined", "无法判定"),
    "contradictory": ("contradictory", "相互矛盾"),
    "no_evidence": ("no evidence", "无证据"),
}


@functools.lru_cache(maxsize=2**16)
def number(value: float) -> str:
    """A number as people write it: no trailing zeros, at most ten digits."""
    return f"{value:.10g}"


def names(bits: int) -> list[str]:
    """Names of the reasons in a set of bits."""
    return [name for i, name in enumerate(rules.REASONS) if bits >> i & 1]


def phrases(bits: int, words: dict[str, tuple[str, str]], language: str) -> str:
    """Reasons of a set of bits, joined as the language does."""
    which, joint = (0, "; ") if language == "en" else (1, "；")
    return joint.join(words[name][which] for name in names(bits))


def _unit(unit: str, language: str) -> str:
    """The unit behind a number; English counts without a classifier."""
    if language == "zh":
        return unit
    return "" if enc.unit(unit) == ("count", 1.0) else f" {unit}"


@functools.lru_cache(maxsize=2**16)
def span(low: float, high: float, unit: str, language: str) -> str:
    """An interval in words."""
    lo, hi, unit = number(low), number(high), _unit(unit, language)
    if language == "en":
        if low == high:
            return f"{lo}{unit}"
        if np.isinf(high):
            return f"at least {lo}{unit}" if low > 0 else "any amount"
        return f"between {lo} and {hi}{unit}" if low > 0 else f"at most {hi}{unit}"
    if low == high:
        return f"为{lo}{unit}"
    if np.isinf(high):
        return f"不少于{lo}{unit}" if low > 0 else "数量不限"
    return f"在{lo}至{hi}{unit}之间" if low > 0 else f"不多于{hi}{unit}"


@functools.lru_cache(maxsize=2**16)
def promise(low: float, high: float, unit: str, language: str) -> str:
    """What a target asks for, in words: a floor, a ceiling or both."""
    lo, hi, unit, en = number(low), number(high), _unit(unit, language), language == "en"
    if np.isinf(high):
        return f"at least {lo}{unit}" if en else f"不少于{lo}{unit}"
    if low <= 0:
        return f"at most {hi}{unit}" if en else f"不多于{hi}{unit}"
    if low == high:
        return f"{lo}{unit}"
    return f"{lo} to {hi}{unit}" if en else f"{lo}至{hi}{unit}"
