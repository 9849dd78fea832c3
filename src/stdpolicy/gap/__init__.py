"""The gap between promise and result: intervals, verdicts, and what they rest on."""

from stdpolicy.gap.assessment import Assessment, assess, evaluate
from stdpolicy.gap.readings import Readings

__all__ = ["Assessment", "Readings", "assess", "evaluate"]
