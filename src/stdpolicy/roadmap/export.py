"""Recurring duties as a calendar that mail and calendar programs read (iCalendar, RFC 5545)."""

import datetime
import pathlib
from typing import TYPE_CHECKING, Any

import pandas as pd

from stdpolicy import dates, schema
from stdpolicy.errors import UsageError
from stdpolicy.files import write_bytes
from stdpolicy.roadmap.checking import Tables, checked
from stdpolicy.roadmap.duties import MONTHS, Times, each

if TYPE_CHECKING:
    import icalendar

_DAY = datetime.timedelta(days=1)
_TITLE = {"en": "Reporting duties of standardization plans", "zh": "标准化规划的报送与考核事项"}


def calendar(
    found: pd.DataFrame, tables: Tables, language: str = "en", first: str = "", last: str = ""
) -> bytes:
    """Recurring duties and deadlines as an iCalendar file.

    A duty is one all-day event that recurs by a rule. Where the text gives only a span, the event
    lasts for the span, and spans of another length (February, a leap year) are exceptions of the
    rule. Events do not make anyone busy. Keys of events and their time stamps (the issue of the
    plan) come from the tables, so that a calendar that is read in again replaces its events, and
    the same tables give the same bytes.

    Parameters
    ----------
    found : pandas.DataFrame
        As :func:`stdpolicy.roadmap.duties` gives them.
    tables : dict of pandas.DataFrame
        With ``documents`` and ``agencies``.
    language : str
        ``en`` or ``zh``.
    first, last : str
        As :func:`stdpolicy.roadmap.occurrences` takes them.

    Returns
    -------
    bytes
        UTF-8, lines folded and ended as the format asks for.

    Raises
    ------
    UsageError
        When the language is another, no duty falls on any day, one recurs without end, or the
        package icalendar is not installed.
    DataError
        When the tables have faults.
    """
    if language not in _TITLE:
        raise UsageError(f"the language is en or zh, not {language!r}")
    try:
        import icalendar
    except ImportError as error:
        raise UsageError(
            f"calendars need one more package ({error}); "
            "install it with: pip install 'stdpolicy[calendar]'"
        ) from error
    checked(tables, "documents", "agencies")
    out = icalendar.Calendar()
    out.add("version", "2.0")
    out.add("prodid", f"-//stdpolicy//reporting calendar//{language.upper()}")
    out.add("calscale", "GREGORIAN")
    out.add("x-wr-calname", _TITLE[language])
    words = _Words(tables, language)
    for duty, when in each(found, first, last):
        for event in _events(duty, when, words):
            out.add_component(event)
    if not out.subcomponents:
        raise UsageError(
            "no duty falls on any day, so there is no calendar; "
            "the columns frequency and deadline of mechanisms.csv tell those that do"
        )
    return bytes(out.to_ical())


def save_calendar(content: bytes, output: str = "", language: str = "en") -> None:
    """Save a calendar as ``reports/calendar/<language>.ics`` below a folder.

    Nothing is written when ``output`` is empty.
    """
    if output:
        write_bytes(pathlib.Path(output) / "reports" / "calendar" / f"{language}.ics", content)


def _events(duty: Any, when: Times, words: "_Words") -> list["icalendar.Event"]:
    """The event of a duty with its rule, and the exceptions of that."""
    if not when:
        return []
    master = _event(duty, when[0], words)
    if len(when) == 1:
        return [master]
    master.add("rrule", _rule(duty, when))
    length = when[0][1] - when[0][0]
    out = [master]
    for opens, due, stated in when[1:]:
        if due - opens != length:
            other = _event(duty, (opens, due, stated), words)
            other.add("recurrence-id", opens)
            out.append(other)
    return out


def _event(
    duty: Any, when: tuple[datetime.date, datetime.date, bool], words: "_Words"
) -> "icalendar.Event":
    import icalendar

    opens, due, stated = when
    event = icalendar.Event()
    event.add("uid", f"{duty.mechanism_id}@stdpolicy")
    event.add("dtstamp", words.stamp(duty, opens))
    told = {"language": words.language}
    event.add("summary", words.summary(duty), parameters=told)
    event.add("description", words.description(duty, stated), parameters=told)
    event.add("categories", [words.kinds[duty.kind]])
    event.add("dtstart", opens)
    event.add("dtend", due + _DAY)
    event.add("transp", "TRANSPARENT")
    return event


def _rule(duty: Any, when: Times) -> dict[str, Any]:
    """The rule by which the first days of a duty recur."""
    step = MONTHS[duty.frequency]
    rule: dict[str, Any] = {"freq": "YEARLY"} if step == 12 else {"freq": "MONTHLY"}
    if step == 3:
        rule["interval"] = 3
    at = int(duty.reporting_day) if when[0][2] else 0
    if at and step == 12:
        rule["bymonth"] = when[0][0].month
    if at > 28:  # a month without that day has its last one
        rule |= {"bymonthday": list(range(28, at + 1)), "bysetpos": -1}
    elif at:
        rule["bymonthday"] = at
    rule["until"] = when[-1][0]
    return rule


class _Words:
    """What a calendar says in one language."""

    def __init__(self, tables: Tables, language: str):
        fields = schema.tables()["mechanisms"].fields
        self.kinds = fields["kind"].labels(language)
        self._often = fields["frequency"].labels(language)
        self.language = language
        agencies = tables["agencies"]
        self._agencies = dict(zip(agencies["key"], agencies[language], strict=True))
        self._documents = tables["documents"].astype("object").set_index("doc_id")

    def _pick(self, en: str, zh: str) -> str:
        return en if self.language == "en" else zh

    def summary(self, duty: Any) -> str:
        plan = self._documents.loc[duty.doc_id, f"short_{self.language}"]
        name = duty.name_en if self.language == "en" else duty.name_zh
        who = plan if isinstance(plan, str) else duty.doc_id
        return self._pick(f"{name} ({who})", f"{name}（{who}）")

    def description(self, duty: Any, stated: bool) -> str:
        document = self._documents.loc[duty.doc_id]
        title = document[f"title_{self.language}"]
        often = self._often[duty.frequency]
        lines = [self._pick(f"How often: {often}.", f"频次：{often}。")]
        if isinstance(duty.run_by, str):
            who = self._agencies.get(duty.run_by, duty.run_by)
            lines.append(self._pick(f"Run by: {who}.", f"实施机关：{who}。"))
        lines.append(
            self._pick(
                f"Source: {title}, section {duty.section} ({duty.mechanism_id}).",
                f"出处：{title}，章节 {duty.section}（{duty.mechanism_id}）。",
            )
        )
        if not stated:
            lines.append(
                self._pick(
                    "The text names no day; any day of this span would do.",
                    "原文未定日期，此时段内任何一日均可。",
                )
            )
        if duty.frequency != "once":
            begins, finish = duty.begins or "…", duty.ends or "…"
            lines.append(
                self._pick(
                    f"Taken to recur from {begins} to {finish}.",
                    f"按 {begins} 至 {finish} 期间重复计。",
                )
            )
        return "\n".join(lines)

    def stamp(self, duty: Any, opens: datetime.date) -> datetime.datetime:
        """The issue of the plan; without it the start of its period, or of the event."""
        document = self._documents.loc[duty.doc_id]
        for column, last in (("issued_on", True), ("period_start", False)):
            text = document[column]
            if isinstance(text, str):
                opens = datetime.date.fromisoformat(dates.bounds(text)[last])
                break
        return datetime.datetime.combine(opens, datetime.time(), datetime.UTC)
