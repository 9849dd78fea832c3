"""Figures for papers: each function takes tables and returns a matplotlib Figure."""

from stdpolicy.figures.cascade import cascade, levels, provinces
from stdpolicy.figures.coherence import coherence
from stdpolicy.figures.gap import flagship, gap, sensitivity, told_by_totals, verdicts
from stdpolicy.figures.outcomes import naive_ratios
from stdpolicy.figures.pace import ledger, methods
from stdpolicy.figures.responsibility import agency_load, agency_task_matrix
from stdpolicy.figures.saving import SavedFigure, save
from stdpolicy.figures.targets import promise_calendar, promised_standards, quantity_sources

__all__ = [
    "SavedFigure",
    "agency_load",
    "agency_task_matrix",
    "cascade",
    "coherence",
    "flagship",
    "gap",
    "ledger",
    "levels",
    "methods",
    "naive_ratios",
    "promise_calendar",
    "promised_standards",
    "provinces",
    "quantity_sources",
    "save",
    "sensitivity",
    "told_by_totals",
    "verdicts",
]
