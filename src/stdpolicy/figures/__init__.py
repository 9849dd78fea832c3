"""Figures for papers: each function takes tables and returns a matplotlib Figure."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stdpolicy.figures.calendar import promise_calendar
    from stdpolicy.figures.deadlines import roadmap
    from stdpolicy.figures.duties import reporting_calendar
    from stdpolicy.figures.intervals import gap
    from stdpolicy.figures.lineages import descent
    from stdpolicy.figures.mix import instrument_mix
    from stdpolicy.figures.money import exposure_assumptions, fiscal_exposure, subsidy_schedule
    from stdpolicy.figures.outcomes import naive_ratios
    from stdpolicy.figures.pairs import cascade
    from stdpolicy.figures.panel import province_coverage, province_panel, province_stock
    from stdpolicy.figures.partners import co_responsibility
    from stdpolicy.figures.quantities import quantity_sources
    from stdpolicy.figures.readings import sensitivity
    from stdpolicy.figures.responsibility import agency_load, agency_task_matrix
    from stdpolicy.figures.saving import SavedFigure, save
    from stdpolicy.figures.shares import verdicts
    from stdpolicy.figures.standings import levels
    from stdpolicy.figures.states import ledger
    from stdpolicy.figures.story import flagship, told_by_totals
    from stdpolicy.figures.strengths import policy_strength
    from stdpolicy.figures.style import PRESETS
    from stdpolicy.figures.successors import reorganisation
    from stdpolicy.figures.sums import coherence
    from stdpolicy.figures.surface import pmc_surface
    from stdpolicy.figures.system import tier_mix, tiers
    from stdpolicy.figures.targets import promised_standards
    from stdpolicy.figures.trends import methods
    from stdpolicy.figures.vocabularies import reuse, shared_terms
    from stdpolicy.figures.yearly import provinces

__all__ = [
    "PRESETS",
    "SavedFigure",
    "agency_load",
    "agency_task_matrix",
    "cascade",
    "co_responsibility",
    "coherence",
    "descent",
    "exposure_assumptions",
    "fiscal_exposure",
    "flagship",
    "gap",
    "instrument_mix",
    "ledger",
    "levels",
    "methods",
    "naive_ratios",
    "pmc_surface",
    "policy_strength",
    "promise_calendar",
    "promised_standards",
    "province_coverage",
    "province_panel",
    "province_stock",
    "provinces",
    "quantity_sources",
    "reorganisation",
    "reporting_calendar",
    "reuse",
    "roadmap",
    "save",
    "sensitivity",
    "shared_terms",
    "subsidy_schedule",
    "tier_mix",
    "tiers",
    "told_by_totals",
    "verdicts",
]

#: Where the functions are. They are imported when asked for, so that a notebook loads the code of
#: the figures that it draws and no other; a module here must not have the name of a function.
_HOMES = {
    "PRESETS": "style",
    "SavedFigure": "saving",
    "agency_load": "responsibility",
    "agency_task_matrix": "responsibility",
    "cascade": "pairs",
    "co_responsibility": "partners",
    "coherence": "sums",
    "descent": "lineages",
    "exposure_assumptions": "money",
    "fiscal_exposure": "money",
    "flagship": "story",
    "gap": "intervals",
    "instrument_mix": "mix",
    "ledger": "states",
    "levels": "standings",
    "methods": "trends",
    "naive_ratios": "outcomes",
    "pmc_surface": "surface",
    "policy_strength": "strengths",
    "promise_calendar": "calendar",
    "promised_standards": "targets",
    "province_coverage": "panel",
    "province_panel": "panel",
    "province_stock": "panel",
    "provinces": "yearly",
    "quantity_sources": "quantities",
    "reorganisation": "successors",
    "reporting_calendar": "duties",
    "reuse": "vocabularies",
    "roadmap": "deadlines",
    "save": "saving",
    "sensitivity": "readings",
    "shared_terms": "vocabularies",
    "subsidy_schedule": "money",
    "tier_mix": "system",
    "tiers": "system",
    "told_by_totals": "story",
    "verdicts": "shares",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'stdpolicy.figures' has no attribute {name!r}")
    return getattr(import_module(f"stdpolicy.figures.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
