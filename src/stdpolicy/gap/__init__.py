"""The gap between promise and result: intervals, verdicts, and what they rest on."""

from stdpolicy.gap.assessment import Assessment, assess, evaluate
from stdpolicy.gap.headline import kept_share, reporting_rate, silence, unanswering, with_groups
from stdpolicy.gap.readings import Readings
from stdpolicy.gap.robustness import leave_one_out, sensitivity
from stdpolicy.gap.trail import contradictions, settling_facts, trail

__all__ = [
    "Assessment",
    "Readings",
    "assess",
    "contradictions",
    "evaluate",
    "kept_share",
    "leave_one_out",
    "reporting_rate",
    "sensitivity",
    "settling_facts",
    "silence",
    "trail",
    "unanswering",
    "with_groups",
]
