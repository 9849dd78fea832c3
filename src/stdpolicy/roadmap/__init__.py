"""What falls due when, what became of it, and which duties recur.

Plans have phases, promises have deadlines, and some arrangements recur: a report each month, an
appraisal each year. This puts all of them on one axis of time, tells of every deliverable what
outcomes, observations and later documents say of it, and makes the recurring duties a calendar.
"""

from stdpolicy.roadmap.axis import milestones, phases
from stdpolicy.roadmap.checking import of_plan
from stdpolicy.roadmap.duties import duties, occurrences
from stdpolicy.roadmap.export import calendar, save_calendar
from stdpolicy.roadmap.states import counts, states
from stdpolicy.roadmap.timetable import timetable

__all__ = [
    "calendar",
    "counts",
    "duties",
    "milestones",
    "occurrences",
    "of_plan",
    "phases",
    "save_calendar",
    "states",
    "timetable",
]
