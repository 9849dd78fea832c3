"""Every figure of the notebooks, from the packaged tables, with what it is drawn from kept."""

import dataclasses
import functools
from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

import stdpolicy as sp
from stdpolicy import (
    cascade,
    coherence,
    figures,
    gap,
    instruments,
    money,
    pmc,
    progress,
    promises,
    provinces,
    roadmap,
    strength,
    system,
)
from stdpolicy.gap.ledger import ledger, reports_due

DAYS = [
    *("2018-09-30", "2018-12-31", "2019-01-31", "2019-06-30"),
    *("2019-12-31", "2020-06-30", "2020-12-31", "2021-03-31"),
]


@dataclasses.dataclass
class Packaged:
    """The tables, and what the figures show of them, as the notebooks compute it."""

    every: dict[str, pd.DataFrame] = dataclasses.field(default_factory=sp.load_all)

    @functools.cached_property
    def tables(self):
        return promises.select(self.every) | {"schemes": sp.load("schemes")}

    @functools.cached_property
    def taian(self):
        return promises.select(self.every, "taian")

    @functools.cached_property
    def units(self):
        return instruments.coded(self.tables)

    @functools.cached_property
    def timetable(self):
        return roadmap.timetable(self.tables)

    @functools.cached_property
    def duties(self):
        return roadmap.duties(self.tables)

    @functools.cached_property
    def exposed(self):
        return tuple(money.exposure(self.tables, one) for one in (None, money.as_seen(self.tables)))

    @functools.cached_property
    def changed(self):
        return money.sensitivity(self.tables)

    @functools.cached_property
    def values(self):
        return pmc.variables(self.tables["scores"], self.tables["criteria"])

    @functools.cached_property
    def products(self):
        return strength.products(self.tables["scores"], self.tables["criteria"])

    @functools.cached_property
    def found(self):
        return gap.evaluate(self.tables, None, gap.Readings())

    @functools.cached_property
    def assessed(self):
        return self.found.table()

    @functools.cached_property
    def grouped(self):
        return gap.with_groups(self.found)

    @functools.cached_property
    def changes(self):
        return gap.sensitivity(self.tables)

    @functools.cached_property
    def sums(self):
        return coherence.coherence(self.every)

    @functools.cached_property
    def pairs(self):
        return cascade.cascade(self.every)

    @functools.cached_property
    def missing(self):
        return cascade.missing_levels(self.every)

    @functools.cached_property
    def yearly(self):
        every = cascade.across_provinces(self.every)
        return every[every["due_date"].between("2016", "2035-12-31")]

    @functools.cached_property
    def tiers(self):
        return system.by_tier(self.every)

    @functools.cached_property
    def mixed(self):
        mixed = system.mix(self.every)
        return mixed[mixed["year"].between(2016, 2025)]

    @functools.cached_property
    def facts(self):
        facts = provinces.panel(self.every)
        return facts[facts["year"].between(2016, 2025)]

    @functools.cached_property
    def known(self):
        common = provinces.commonest(self.facts)
        own = self.facts[self.facts["indicator"].isin(common)]
        return provinces.coverage(own, self.every, 2016, 2025)

    @functools.cached_property
    def told(self):
        return progress.methods(progress.paired(self.tables), self.tables["schemes"])

    @functools.cached_property
    def states(self):
        return ledger(self.taian, DAYS, made_up=True)

    @functools.cached_property
    def due(self):
        return reports_due(self.taian, DAYS[-1], made_up=True)


def _matrix(plan: str) -> Callable[..., Figure]:
    return lambda s, **kw: figures.agency_task_matrix(s.tables, plan, top=20, **kw)


def _partners(plan: str) -> Callable[..., Figure]:
    return lambda s, **kw: figures.co_responsibility(s.tables, plan, **kw)


#: How each figure is drawn from a study; takes ``language`` and ``preset``.
DRAWERS: dict[str, Callable[..., Figure]] = {
    "promised_standards": lambda s, **kw: figures.promised_standards(s.tables, **kw),
    "promise_calendar": lambda s, **kw: figures.promise_calendar(s.tables, **kw),
    "quantity_sources": lambda s, **kw: figures.quantity_sources(s.tables, **kw),
    "naive_ratios": lambda s, **kw: figures.naive_ratios(s.tables, **kw),
    "agency_load": lambda s, **kw: figures.agency_load(s.tables, top=20, **kw),
    "agency_task_sd-2018-pilot": _matrix("sd-2018-pilot"),
    "agency_task_sd-2022-outline": _matrix("sd-2022-outline"),
    "agency_task_sx-2016-plan": _matrix("sx-2016-plan"),
    "instrument_mix": lambda s, **kw: figures.instrument_mix(s.units, s.tables, **kw),
    "subsidy_schedule": lambda s, **kw: figures.subsidy_schedule(
        money.schedule(s.tables), s.tables, **kw
    ),
    "fiscal_exposure": lambda s, **kw: figures.fiscal_exposure(
        s.exposed[0], seen=s.exposed[1], **kw
    ),
    "exposure_assumptions": lambda s, **kw: figures.exposure_assumptions(s.changed, **kw),
    "co_responsibility_sd-2018-pilot": _partners("sd-2018-pilot"),
    "co_responsibility_sd-2022-outline": _partners("sd-2022-outline"),
    "co_responsibility_sx-2016-plan": _partners("sx-2016-plan"),
    "reorganisation_shandong": lambda s, **kw: figures.reorganisation(
        s.tables, "shandong", top=24, **kw
    ),
    "roadmap": lambda s, **kw: figures.roadmap(s.timetable, s.tables, **kw),
    "reporting_calendar": lambda s, **kw: figures.reporting_calendar(
        s.duties, s.tables, 2019, **kw
    ),
    "pmc_surface": lambda s, **kw: figures.pmc_surface(s.values, s.tables, **kw),
    "pmc_surface_3d": lambda s, **kw: figures.pmc_surface(s.values, s.tables, kind="surface", **kw),
    "policy_strength": lambda s, **kw: figures.policy_strength(s.products, s.tables, **kw),
    "descent": lambda s, **kw: figures.descent(s.every, **kw),
    "descent_ta-2018-reform": lambda s, **kw: figures.descent(s.every, "ta-2018-reform", **kw),
    "shared_terms": lambda s, **kw: figures.shared_terms(s.every, **kw),
    "reuse_sd-2018-pilot_sd-2022-outline": lambda s, **kw: figures.reuse(
        s.every, "sd-2018-pilot", "sd-2022-outline", **kw
    ),
    "reuse_sd-2018-pilot_ta-2018-reform": lambda s, **kw: figures.reuse(
        s.every, "sd-2018-pilot", "ta-2018-reform", **kw
    ),
    "gap": lambda s, **kw: figures.gap(s.assessed, s.tables, **kw),
    "sensitivity": lambda s, **kw: figures.sensitivity(s.changes, s.tables, **kw),
    "verdicts": lambda s, **kw: figures.verdicts(s.grouped, s.tables, **kw),
    "flagship": lambda s, **kw: figures.flagship(s.found, "sd-2018-pilot.t14", **kw),
    "coherence": lambda s, **kw: figures.coherence(s.sums, s.every, **kw),
    "cascade": lambda s, **kw: figures.cascade(s.pairs, s.every, **kw),
    "levels": lambda s, **kw: figures.levels(s.missing, s.every, **kw),
    "provinces": lambda s, **kw: figures.provinces(s.yearly, s.every, **kw),
    "tiers": lambda s, **kw: figures.tiers(s.tiers, s.grouped, s.tables, **kw),
    "tier_mix": lambda s, **kw: figures.tier_mix(s.mixed, s.every, **kw),
    "province_coverage": lambda s, **kw: figures.province_coverage(s.known, s.every, **kw),
    "province_stock": lambda s, **kw: figures.province_stock(s.facts, s.every, **kw),
    "province_panel": lambda s, **kw: figures.province_panel(s.facts, s.every, **kw),
    "methods": lambda s, **kw: figures.methods(s.told, s.tables, **kw),
    "ledger": lambda s, **kw: figures.ledger(s.states, s.taian, due=s.due, **kw),
}
