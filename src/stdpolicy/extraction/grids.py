"""Numbers in tables: their unit stands in a header, a bracket or a cell of its own.

Text taken from web pages and PDF files has lost the lines of its tables. Two shapes are left: one
cell a line, and cells that have run into each other. In the first, rows are told by running
numbers and by what is text and what a number. In the second, a row is a bracketed unit and what
follows it, and a run of digits is cut so that the row adds up: 56.160〔3.9〕 is 56.1, 60 and the
difference 3.9.
"""

import re
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from stdpolicy.extraction.quantities import Quantity
from stdpolicy.extraction.units import looks_like_unit, unit_and_factor

_NUMBER = r"[0-9０-９]++(?:,[0-9]{3})*(?:[.．][0-9０-９]++)?"
_AT_LEAST, _AT_MOST = ">＞≥≧", "<＜≤≦"
_SIGNS = rf"[{_AT_LEAST}{_AT_MOST}]"
_MINUS = r"\-－−"
_ABSENT = "—–"


class Entry(NamedTuple):
    """A quantity in a table cell, its kind and year where the header tells them."""

    quantity: Quantity
    kind: str | None
    year: int | None
    name: str | None = None


class Column(NamedTuple):
    """What a header says of its column."""

    role: str  # base (where it began), done, aim, change, time, label or value
    year: int | None
    unit: str | None


#: Columns that hold no numbers to read. Without a word that speaks of numbers a column is one too.
_LABEL = re.compile(
    r"(?:序号?|编号|[^一二三四五六七八九十年“]{0,6}(?:指\s*标|名\s*称|类\s*[别型]|属\s*性|性\s*质|单\s*位|备\s*注|内\s*容|领\s*域|方\s*面"
    r"|主\s*体|部\s*门|地\s*[区市点]|城\s*市|行\s*业|说\s*明|方\s*式|项\s*目))$|.*(?:责任|牵头|配合|内容)"
)
_SPEAKS_OF_NUMBERS = re.compile(
    r"目标|任务|计划|规划|预期|现状|完成|实际|投资|规模|数|面积|值|率|量|额|资金|产能|合计|小计|总计|累计|增|[长能]力|里程|年"
)
_TIME = re.compile(r"时间|年限|年份|起止|工期|时限|进度|期限|日期|年度$")
_CHANGE = re.compile(r"年均|增[长速幅减]|变化|升降|提高|[±+]|增加|降低|下降")
_AIM = re.compile(r"“十.五”.{0,4}投资|目标|任务|计划|规划|预期|预计|期末|到20\d\d|指标值|约束值")
_WHOLE = re.compile(r"总投资|投资总额|估算投资|概算")
_DONE = re.compile(r"完成|已(?!知)|实际|实现|执行|达到值|进展")
_BASE = re.compile(r"现状|基期|基准|基数|现有|基础值")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_PERIOD = re.compile(r"“?(十[一二三四五六]|十)五”?")
_BRACKET_UNIT = re.compile(r"[（(]\s*(?:单位[:：])?\s*([^（()）]{1,9}?)\s*[）)]")
_CAPTION_UNIT = re.compile(r"单位[:：]\s*([^\s，。；（）()]{1,9})")
_FALLS = re.compile(r"下降|降低|减少|削减|降幅|减排")


def read_header(title: str) -> Column:
    """Say what a column header announces: 2020年, 2025年目标, 年均增速（%）, 总投资（万元）."""
    plain = re.sub(r"\s", "", title)
    unit = next((u for u in _BRACKET_UNIT.findall(plain) if looks_like_unit(u)), None)
    bare = _BRACKET_UNIT.sub("", plain) if unit else plain
    years = [int(year) for year in _YEAR.findall(bare)]
    year = years[0] if years else None
    if period := _PERIOD.search(bare):
        nth = period[1]
        year = year or 1955 + 5 * (10 if nth == "十" else 10 + "一二三四五六".index(nth[1]) + 1)
    if _LABEL.match(bare) or not (unit or years or period or _SPEAKS_OF_NUMBERS.search(bare)):
        return Column("label", None, unit)
    if _WHOLE.search(bare) and not period:
        return Column("whole", None, unit)
    if _TIME.search(bare) and not years:
        return Column("time", None, unit)
    if len(years) > 1 and _CHANGE.search(bare):
        return Column("change", years[0], unit)
    if _BASE.search(bare):
        return Column("base", year, unit)
    if _DONE.search(bare) and not re.search("目标(?!完成)|任务(?!完成)|计划(?!完成)", bare):
        return Column("done", year, unit)
    if _CHANGE.search(bare) and not (years and _AIM.search(bare)):
        return Column("change", year, unit)
    if _AIM.search(bare):
        return Column("aim", year, unit)
    return Column("value", year, unit)


class Outlook(NamedTuple):
    """What a text as a whole looks at: whether it plans, its own year and the one it plans for."""

    plans: bool
    own_year: int | None
    horizon: int | None


def _meaning(
    column: Column | None, columns: list[Column], outlook: Outlook
) -> tuple[str | None, int | None, str | None]:
    """Kind, year and note of a number in a column."""
    if column is None or (column.role in {"value", "label"} and column.year is None):
        return None, None, None
    if column.role in {"base", "done"}:
        return "outcome", None, None
    if column.role == "whole":
        # The cost of a whole project, beside what falls into the period of the plan.
        return ("other" if any(c.role == "aim" for c in columns) else None), None, None
    if column.role == "change":
        ends = [c.year for c in columns if c.year and c.role != "change"]
        year = column.year or max(ends, default=None)
        kind = "target" if _lies_ahead(year, columns, outlook) else "outcome"
        return kind, year if kind == "target" else None, None
    if column.role == "aim":
        done = [other.year for other in columns if other.role == "done"]
        if done and (column.year is None or column.year <= max(y or 9999 for y in done)):
            return "other", None, "past_target"
        return "target", column.year, None
    if _lies_ahead(column.year, columns, outlook):
        return "target", column.year, None
    return "outcome", None, None


def _lies_ahead(year: int | None, columns: list[Column], outlook: Outlook) -> bool:
    """Whether a year is one to come for the text; of several columns the last one is, in a plan."""
    if year is None:
        return outlook.plans
    years = sorted(
        {c.year for c in columns if c.year and c.role in {"value", "aim", "base", "done"}}
    )
    if outlook.plans and len(years) > 1:
        return year > years[0]
    if outlook.own_year is not None and year != outlook.own_year:
        return year > outlook.own_year
    return outlook.plans and year == outlook.horizon


class _Cell(NamedTuple):
    """A number as a cell has it."""

    start: int
    end: int
    value: float
    decimals: int
    sign: str  # at_least, at_most, approx or nothing
    negative: bool
    bracketed: bool
    unit: str  # own unit of the cell
    part: bool = False  # 县级市≥20: one of several values in a cell


_CELL = re.compile(
    rf"[ \u3000]*(?P<part>[\u4e00-\u9fff]{{2,8}}(?={_SIGNS}))?"
    rf"(?:(?P<open>[〔\[［(（【])[ ]?)?(?P<sign>{_SIGNS}|约)?(?P<minus>[{_MINUS}])?[ ]?"
    rf"(?P<number>{_NUMBER})(?P<unit>[%％]|个百分点|百分点|[^\d\s。，；〕\]］)）】左以]{{0,5}})?"
    r"(?P<tail>以上|以下|以内|左右)?[ ]?(?P<close>[〕\]］)）】])?[ \u3000]*"
)


def _cell(text: str, start: int, end: int) -> _Cell | None:
    """Read a cell that is a number and nothing else."""
    match = _CELL.fullmatch(text, start, end)
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    unit = (match["unit"] or "").replace("％", "%")
    if unit and (not looks_like_unit(unit) or (unit == "年" and len(match["number"]) == 4)):
        return None
    digits = match["number"].replace(",", "").replace("．", ".")
    if len(digits) > 18:
        return None
    low, high = match.span("number")
    if unit:
        high = match.end("unit")
    return _Cell(
        low,
        high,
        float(digits),
        len(digits.partition(".")[2]),
        _sign(match["sign"] or "", match["tail"] or ""),
        bool(match["minus"]),
        bool(match["open"]),
        unit,
        bool(match["part"]),
    )


def _sign(sign: str, tail: str) -> str:
    if tail == "以上" or (sign and sign in _AT_LEAST):
        return "at_least"
    if tail in {"以下", "以内"} or (sign and sign in _AT_MOST):
        return "at_most"
    return "approx" if tail == "左右" or sign == "约" else "exact"


def _entry(
    text: str,
    cell: _Cell,
    name: str,
    row_unit: str | None,
    column: Column | None,
    columns: list[Column],
    outlook: Outlook,
) -> Entry:
    """The quantity of a cell, from itself, its row and its column."""
    kind, year, note = _meaning(column, columns, outlook)
    unit_text = cell.unit or (column.unit if column and column.unit else row_unit) or ""
    unit, factor = unit_and_factor(unit_text) if unit_text else (None, 1.0)
    falls = bool(_FALLS.search(name))
    change = (
        cell.negative
        or cell.unit in {"个百分点", "百分点"}
        or bool(column and column.role == "change")
    )
    if change and not cell.unit and column and not column.unit:
        # A total over the years of a count is no change; a difference of shares is in points.
        if unit == "%" and not falls and (cell.bracketed or "均" not in name):
            unit, factor = "个百分点", 1.0
        elif not cell.bracketed:
            unit, factor = "%", 1.0
        else:
            change = False
    elif unit == "%" and not falls and text[cell.start - 1 : cell.start] == "〔":
        change, unit = True, "个百分点"  # a total over the years, beside the level
    if falls and unit == "%":
        change = True
    value = cell.value * factor
    if factor > 1:
        value = float(round(value, max(0, cell.decimals)))
    low: float | None = value
    high: float | None = value
    if cell.sign == "at_least":
        high = None
    elif cell.sign == "at_most":
        low = None
    direction = ("down" if cell.negative or falls else "up") if change else None
    own = len(cell.unit)
    quantity = Quantity(
        cell.start,
        cell.end,
        low,
        high,
        unit,
        text[cell.start : cell.end - own] if own else text[cell.start : cell.end],
        unit_text,
        "change" if change else cell.sign,
        cell.sign,
        direction,
        note or (None if cell.unit else "unit_from_header"),
    )
    return Entry(quantity, kind, year, re.sub(r"\s", "", name) or None)


# Cells that have run into each other ---------------------------------------------------------

#: A bracketed unit and the values that follow it, up to the next words.
_GLUED_ROW = re.compile(
    r"[（(]\s*(?P<unit>[^\s（()）\d，。；]{1,9}(?:/[^\s（()），。；]{1,4})?)\s*[）)]"
    rf"(?P<values>[\s{_AT_LEAST}{_AT_MOST}{_MINUS}{_ABSENT}〔\[［【]*[0-9]"
    rf"(?:[0-9.\s{_AT_LEAST}{_AT_MOST}{_MINUS}{_ABSENT}〔〕\[\]［］【】%％]|,(?=\d{{3}})|个百分点|左右|以[上内下])*)"
)
_HEADER_PART = re.compile(
    r"(?:19|20)\d\d\s*年?[较比](?:19|20)\d\d\s*年?\D{0,6}?(?:增长|增减|变化|提高|下降|增加|变动)"
    r"|年均\D{1,6}?(?:增长|增速|累计)[率]?(?:[〔\[（(]?累计[〕\])）]?)?|(?:五年)?累计[^\d（(\s]{0,4}|增速|增幅"
    r"|“?十[一二三四五六]五”?\s*[^\d\s“（(]{0,6}?(?:目标|完成|实际|规划|增减|变化|累计)"
    r"|(?:19|20)\d\d\s*年?(?:\s*(?:现状|实际|完成|目标|规划|预期|任务|基期)\s*[值数]?)?"
)
#: Score from which a row is taken to add up.
_CONVINCING = 5.0
#: The same where the row has too few numbers otherwise.
_LIKELY = 2.0
_DASHES = re.compile(r"—+|–+|-(?!\d)")
#: Digits beyond which a run is not cut.
_LONGEST_RUN = 16
_FARTHEST_ROW = 260
_HEADER_REACH = 160


def _glued(text: str, outlook: Outlook) -> Iterator[tuple[tuple[int, int], list[Entry]]]:
    """Rows of tables whose units stand in brackets, with the stretch that each covers."""
    group: list[re.Match[str]] = []
    for match in _GLUED_ROW.finditer(text):
        if not looks_like_unit(match["unit"]) or "\n" in match.group():
            continue  # values on lines of their own are read as cells
        if group and match.start() - group[-1].end() > _FARTHEST_ROW:
            yield from _glued_table(text, group, outlook)
            group = []
        group.append(match)
    yield from _glued_table(text, group, outlook)


def _glued_table(
    text: str, group: list[re.Match[str]], outlook: Outlook
) -> Iterator[tuple[tuple[int, int], list[Entry]]]:
    if len(group) < 2:
        return
    first = group[0].start()
    header = max(0, first - _HEADER_REACH)
    header = max(header, text.rfind("。", header, first) + 1)
    parts = [part.group() for part in _HEADER_PART.finditer(text, header, first)]
    columns = [read_header(part) for part in parts]
    before = first
    for match in group:
        name = text[max(before, match.start() - 30) : match.start()]
        before = match.end()
        cells = _cut(text, *match.span("values"), len(columns))
        if not cells:
            continue
        entries = []
        row_columns = _align(cells, columns)
        for cell, column in zip(cells, row_columns, strict=True):
            entries.append(_entry(text, cell, name, match["unit"], column, columns, outlook))
        yield match.span("values"), entries


def _align(cells: list[_Cell], columns: list[Column]) -> list[Column | None]:
    """Columns of the cells of a row; with cells missing, changes go to the last column."""
    if len(cells) == len(columns):
        return list(columns)
    if len(cells) < len(columns):
        changes = [column for column in columns if column.role == "change"]
        others = [column for column in columns if column.role != "change"]
        found: list[Column | None] = []
        for cell in cells:
            if changes and (cell.bracketed or cell.negative or cell.unit == "个百分点"):
                found.append(changes[0])
            elif others and len(cells) == 1:
                found.append(others[-1])
            else:
                found.append(others.pop(0) if others else None)
        return found
    return [None] * len(cells)


_PIECE = re.compile(
    rf"(?P<open>[〔\[［【])?\s*(?P<sign>{_SIGNS})?(?P<minus>[{_MINUS}](?=\d))?"
    r"(?P<digits>\d[\d.]*(?:,\d{3})*(?:\.\d+)?)\s?(?P<unit>%|％|个百分点)?(?P<tail>左右|以[上内下])?\s*(?P<close>[〕\]］】])?"
)


def _cut(text: str, start: int, end: int, expected: int) -> list[_Cell]:
    """Cut the values of a row into cells; where digits run together, so that the row adds up."""
    pieces = list(_PIECE.finditer(text, start, end))
    if not pieces or end - start > 80:
        return []
    last = pieces[-1]
    # 8%2氨氮: what follows the last value is the number of the next row.
    if (
        len(pieces) > 1
        and (pieces[-2]["unit"] or pieces[-2]["close"])
        and not (last["unit"] or last["open"] or last["sign"] or last["minus"])
        and last["digits"].isdigit()
        and len(last["digits"]) <= 2
        and "\u4e00" <= text[end : end + 1] <= "\u9fff"
    ):
        pieces.pop()
    plain = [bool(_is_number(piece["digits"])) for piece in pieces]
    if len(pieces) == expected and all(plain):
        size = [len(piece["digits"]) for piece in pieces]
        return [_make(p, 0, n, True, True) for p, n in zip(pieces, size, strict=True)]
    whole = sum(
        1 if one else max(2, piece["digits"].count("."))
        for piece, one in zip(pieces, plain, strict=True)
    )
    # So many numbers the row has to have, by its columns and the dashes for those that are empty.
    missing = expected - sum(1 for _ in _DASHES.finditer(text, start, end)) if expected else 0
    best: list[_Cell] = []
    best_score = float("-inf")
    for row in _ways(pieces):
        fit = _adds_up(row)
        cuts = len(row) - whole
        # Digits are cut where they cannot be one number, or where it is plain.
        if cuts > 0 and fit < (_LIKELY if cuts == 1 and len(row) <= missing else _CONVINCING):
            continue
        score = fit - 3.0 * abs(len(row) - missing if missing else 0)
        if score > best_score:
            best, best_score = row, score
    return best


def _ways(pieces: list[re.Match[str]]) -> Iterator[list[_Cell]]:
    """All ways to read the pieces of a row as cells; at most two runs of digits are cut once."""
    rows: list[list[_Cell]] = [[]]
    for piece in pieces:
        options = _readings(piece)
        rows = [row + option for row in rows for option in options][:600]
    yield from rows


def _readings(piece: re.Match[str]) -> list[list[_Cell]]:
    """A run of digits as one number, and cut once or twice into numbers."""
    digits = piece["digits"]
    size = len(digits)
    return [
        [_make(piece, low, high, low == 0, high == size) for low, high in ends]
        for ends in (_cuts(digits) if not piece["close"] else (((0, size),),))
    ] or [[]]


@lru_cache(maxsize=1 << 12)
def _cuts(digits: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Ways to cut a run of digits into at most three numbers: where each begins and ends."""
    size = len(digits)
    cuts: list[tuple[int, ...]] = [()]
    if size <= _LONGEST_RUN:
        cuts += [(a,) for a in range(1, size)]
        cuts += [(a, b) for a in range(1, size - 1) for b in range(a + 1, size)]
    ways = []
    for cut in cuts:
        ends = (*zip((0, *cut), (*cut, size), strict=True),)
        if all(_is_number(digits[low:high]) for low, high in ends):
            ways.append(ends)
    return tuple(ways)


_is_number = re.compile(r"(?:0|[1-9]\d*)(?:,\d{3})*(?:\.\d{1,3})?").fullmatch


def _make(piece: re.Match[str], low: int, high: int, first: bool, last: bool) -> _Cell:
    begin = piece.start("digits")
    digits = piece["digits"][low:high].replace(",", "")
    unit = (piece["unit"] or "").replace("％", "%") if last else ""
    end = piece.end("unit") if unit else begin + high
    return _Cell(
        begin + low,
        end,
        float(digits),
        len(digits.partition(".")[2]),
        _sign((piece["sign"] or "") if first else "", (piece["tail"] or "") if last else ""),
        bool(piece["minus"]) and first,
        bool(piece["open"] or piece["close"]) and last,
        unit,
    )


def _adds_up(row: list[_Cell]) -> float:
    """How well a row holds together: a difference or growth that fits, like decimals, like size."""
    score = 0.0
    if len(row) >= 3:
        a, b, c = row[0], row[1], row[2]
        half = 0.51 * 10.0 ** -min(a.decimals, b.decimals, c.decimals)
        if abs(abs(b.value - a.value) - c.value) <= 10.0 ** -max(
            a.decimals, b.decimals, c.decimals
        ):
            score += 10
        elif a.value and abs(abs(b.value / a.value - 1) * 100 - c.value) <= max(half, 0.1):
            score += 8
        elif a.value and b.value and abs(((b.value / a.value) ** 0.2 - 1) * 100 - c.value) <= 0.3:
            score += 6
    if len(row) >= 2:
        a, b = row[0], row[1]
        score += a.decimals == b.decimals
        if a.value and b.value and 0.2 <= b.value / a.value <= 5:
            score += 2
    return score


# One cell a line, or cells between tabs and bars -----------------------------------------------

_NUMBER_LINE = re.compile(
    rf"[\n\t|｜][ \t\u3000\xa0]*(?:[\u4e00-\u9fff]{{2,8}}(?={_SIGNS}))?"
    rf"(?:{_SIGNS}|[〔\[（(约{_MINUS}])*"
    r"[0-9][0-9.,]*[^\n\t|｜。]{0,6}(?=[\n\r\t|｜]|\Z)"
)
_FIELD = re.compile(r"[^\t|｜]+")
_DIGIT = re.compile(r"\d")
_LONGEST_CELL = 40
_WORDS_NEXT = re.compile(r"\s*[\u4e00-\u9fff]{2}")
#: Rows without another number that may lie between two stretches of a table.
_PASSED_OVER = 20
#: Numbers that a row has at most.
_WIDEST = 100
#: Cells within which the first row of a table begins.
_LONGEST_HEADER = 400
_FARTHEST_LINE = 120
_MOST_HEADER_LINES = 40
_NUMBERING = re.compile(r"(?:序\s*号?|编\s*号)$")
_CAPTION = re.compile(r"(?:附?表|专栏|附件|图)\s?\d|.*单位[:：]")
_ATTRIBUTE = re.compile(
    r"[（(]?(?:约束|预期|指导|参考)[性型][）)]?|[√✓是否]|(?:不)?达标|持续.{0,4}"
)
_NOTHING = re.compile(r"[—–\-－/~～…·]{1,4}|[〔\[][—–\-]+[〕\]]|无")
_SPAN_OF_YEARS = re.compile(r"(?:19|20)\d\d年?\s*[-－–—~～至]+\s*((?:19|20)\d\d)年?")
#: The end of a header cell that was broken: “十三五”规划 / 目标, 总投资 / （万元）.
_BROKEN_OFF = re.compile(
    r"(?:目标|情况|任务|投资|数量|规模|面积|年限|时间|数|值|率|实绩|计划)?(?:[（(〔\[][^（()）]+[）)〕\]])?"
)


class Row(NamedTuple):
    """A row: the stretch that its numbers cover, its whole extent, its entries and its year."""

    covered: tuple[int, int]
    extent: tuple[int, int]
    entries: list[Entry]
    year: int | None


class _Field(NamedTuple):
    start: int
    end: int
    text: str
    opens: bool  # whether it begins a line of several fields


def _tables(text: str, outlook: Outlook) -> Iterator[Row]:
    """Rows of the tables whose cells are apart."""
    start = end = -1
    count = 0
    done = 0
    numbers = 0  # the running number that comes next
    for match in _NUMBER_LINE.finditer(text):
        if count and match.start() - end > _FARTHEST_LINE:
            if count >= 3:
                numbers = yield from _table(text, max(start, done), end, done, outlook, numbers)
                done = end
            count = 0
        if not count:
            start = match.start()
        end = match.end()
        count += 1
    if count >= 3:
        yield from _table(text, max(start, done), end, done, outlook, numbers)


def _table(
    text: str, start: int, end: int, after: int, outlook: Outlook, numbers: int
) -> Generator[Row, None, int]:
    """Rows of a stretch, which may go on with the running numbers of the one before.

    Returns the number that would come next, 0 where rows are not numbered.
    """
    fields = _fields(text, _opening(text, start, after), end)
    opening = list(islice(fields, _LONGEST_HEADER))
    first = _first_row(opening, [_cell_of(text, field) for field in opening])
    if first is None:
        return numbers
    header = [field.text for field in opening[:first]]
    caption_unit = None
    titles: list[str] = []
    for title in header:
        if found := _CAPTION_UNIT.search(title):
            caption_unit = found[1] if looks_like_unit(found[1]) else caption_unit
        if _CAPTION.match(title):
            titles = []
        elif titles and _BROKEN_OFF.fullmatch(title) and not _LABEL.match(titles[-1]):
            titles[-1] += title
        else:
            titles.append(title)
    numbering = [at for at, title in enumerate(titles) if _NUMBERING.match(title)]
    numbered = bool(numbering)
    read = list(map(read_header, titles))
    labels = numbering or [at for at, column in enumerate(read) if column.role == "label"]
    # What stands before the first label is the title of the table.
    if labels and labels[0] <= 2:
        read = read[labels[0] :]
    elif read and read[0].year is None:
        # Whatever it is called, the first column names the rows.
        read[0] = Column("label", None, None)
    columns = _spread([column for column in read if column.role not in {"label", "time"}])
    sheet = _Sheet(text, columns, caption_unit, numbered, outlook)
    if numbers and not numbered:
        sheet.expected, sheet.carried = numbers, True
    for field, cell, words_follow in _followed(text, chain(opening[first:], fields)):
        yield from sheet.read(field, cell, words_follow)
    yield from sheet.flush()
    return sheet.expected if sheet.numbered or sheet.carried else 0


def _followed(text: str, fields: Iterable[_Field]) -> Iterator[tuple[_Field, _Cell | None, bool]]:
    """Fields, the numbers that they are, and whether words come next."""
    last: tuple[_Field, _Cell | None] | None = None
    for field in fields:
        cell = _cell_of(text, field)
        if last:
            yield *last, cell is None
        last = field, cell
    if last:
        yield *last, bool(_WORDS_NEXT.match(text, last[0].end))


def _spread(columns: list[Column]) -> list[Column]:
    """Columns without a title that spans those of the years below it; they take its unit."""
    for at, column in enumerate(columns):
        below = columns[at + 1 :]
        years = len(below) > 1 and all(c.year and not c.unit for c in below)
        if column.role == "aim" and column.unit and not column.year and years:
            return [c._replace(unit=c.unit or column.unit) for c in (*columns[:at], *below)]
    return columns


def _cell_of(text: str, field: _Field) -> _Cell | None:
    return _cell(text, field.start, field.end) if _DIGIT.search(field.text) else None


def _opening(text: str, start: int, after: int) -> int:
    """Where a table begins whose first number is known: before its headers, which are short."""
    low = start
    for _ in range(_MOST_HEADER_LINES):
        if low <= after:
            return after
        begin = max(text.rfind("\n", after, low) + 1, after)
        piece = text[begin:low].strip()
        prose = piece[-1:] in {"。", "；", "！"} or (
            len(piece) > _LONGEST_CELL and "\t" not in piece
        )
        if prose:
            return low
        low = begin - 1
    return max(low, after)


def _fields(text: str, start: int, end: int) -> Iterator[_Field]:
    """Cells: lines, and what tabs and bars part."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop]
        bare = line.strip()
        if bare:
            if "\t" in bare or "|" in bare or "｜" in bare:
                yield from _parted(line, start)
            else:
                begin = start + line.index(bare[0])
                yield _Field(begin, begin + len(bare), bare, False)
        start = stop + 1


def _parted(line: str, start: int) -> Iterator[_Field]:
    """Cells of a line with tabs or bars."""
    pieces = (piece for piece in _FIELD.finditer(line) if piece.group().strip())
    first = list(islice(pieces, 2))
    opens = len(first) > 1
    for piece in chain(first, pieces):
        bare = piece.group().strip()
        begin = start + piece.start() + piece.group().index(bare[0])
        yield _Field(begin, begin + len(bare), bare, opens)
        opens = False


def _first_row(fields: list[_Field], cells: list[_Cell | None]) -> int | None:
    """Index of the field with which the first row begins."""
    for at, cell in enumerate(cells):
        if cell is None or (
            cell.value >= 1900 and not cell.decimals and cell.value < 2100 and not at
        ):
            continue
        if cell.value == 1 and not cell.unit and at + 1 < len(cells) and cells[at + 1] is None:
            return at
        back = at
        if back and _NOTHING.fullmatch(fields[back - 1].text):
            back -= 1
        if back and looks_like_unit(fields[back - 1].text):
            back -= 1
        return max(0, back - 1)
    return None


class _Sheet:
    """Reads the fields of a table in order and gives out its rows."""

    def __init__(
        self,
        text: str,
        columns: list[Column],
        caption_unit: str | None,
        numbered: bool,
        outlook: Outlook,
    ):
        self.text, self.columns, self.outlook = text, columns, outlook
        self.caption_unit, self.numbered = caption_unit, numbered
        self.expected = 1
        self.carried = False  # whether the rows go on with earlier running numbers
        self.below = 1  # the next number of a row within a row: （1）
        self._clear()

    def _clear(self) -> None:
        self.name = ""
        self.unit: str | None = None
        self.cells: list[_Cell | None] = []
        self.year: int | None = None
        self.start = self.end = -1

    def read(self, field: _Field, cell: _Cell | None, words_follow: bool) -> Iterator[Row]:
        """Take the next field; give out the row before it where it begins a new one.

        A running number is followed by words.
        """
        running = words_follow and cell is not None and self._runs(field, cell)
        if cell is not None:
            role = "cell"
        elif _NOTHING.fullmatch(field.text):
            role = "nothing"
        elif _ATTRIBUTE.fullmatch(field.text):
            role = "attribute"
        else:
            role = "words"
        words = role == "words" and self.cells
        if field.opens or running or words or len(self.cells) == _WIDEST:
            yield from self.flush()
        if self.start < 0:
            self.start = field.start
        self.end = field.end
        if running and cell is not None:
            if cell.bracketed:
                self.below = int(cell.value) + 1
            else:
                self.expected, self.below = int(cell.value) + 1, 1
        elif cell is not None:
            self.cells.append(cell)
        elif found := _SPAN_OF_YEARS.fullmatch(field.text):
            self.year = int(found[1])
        elif role == "nothing":
            self.cells.append(None)
        elif role == "words":
            brackets = [unit for unit in _BRACKET_UNIT.findall(field.text) if looks_like_unit(unit)]
            if brackets:
                self.unit = brackets[-1]
            elif looks_like_unit(field.text) and self.name:
                self.unit = field.text
            self.name += field.text

    def _runs(self, field: _Field, cell: _Cell) -> bool:
        """Whether a number that words follow is that of a row and none of its cells."""
        if cell.unit or cell.decimals or cell.negative or cell.sign != "exact":
            return False
        if cell.bracketed:
            return self.numbered and cell.value in {1, self.below}
        due = cell.value == self.expected or (self.numbered and cell.value == 1)
        if self.carried:  # rows between may have had no other number
            due = self.expected <= cell.value <= self.expected + _PASSED_OVER
        return due and (self.numbered or self.carried or not self.cells or field.opens)

    def flush(self) -> Iterator[Row]:
        """Give out the row that has been read."""
        cells = [cell for cell in self.cells if cell is not None]
        if not cells:
            # Words without numbers may be a heading between rows, or the first half of a name.
            if self.expected > 1 or len(self.name) > _LONGEST_CELL:
                self._clear()
            return
        places = _places(self.cells, self.columns)
        entries = []
        part_unit = ""
        for cell, column in zip(self.cells, places, strict=True):
            if cell is None:
                continue
            if cell.part:
                part_unit = cell.unit or part_unit
                cell = cell._replace(unit=cell.unit or "")
            unit = part_unit if cell.part and part_unit else self.unit or self.caption_unit
            known = cell.unit or unit or (column and column.unit)
            if not known and (not self.columns or column is None):
                continue
            if not known and 1900 <= cell.value <= 2100 and not cell.decimals:
                continue
            entries.append(
                _entry(self.text, cell, self.name, unit, column, self.columns, self.outlook)
            )
        if self.year:
            entries = [e._replace(year=e.year or self.year) for e in entries]
        covered = (cells[0].start, cells[-1].end)
        extent = (self.start, self.end)
        year = self.year
        self._clear()
        yield Row(covered, extent, entries, year)


def _places(cells: list[_Cell | None], columns: list[Column]) -> list[Column | None]:
    """Columns of the cells of a row, in order; several values in one cell share its column."""
    if len(cells) <= len(columns):
        if None in cells or len(cells) == len(columns):
            return list(columns[: len(cells)])
        return _align([cell for cell in cells if cell], columns)
    if not columns:
        return [None] * len(cells)
    if len(cells) % len(columns) == 0 and all(cell and cell.part for cell in cells):
        each = len(cells) // len(columns)
        return [columns[at // each] for at in range(len(cells))]
    if any(cell and cell.part for cell in cells):
        found: list[Column | None] = []
        at = 0
        surplus = len(cells) - len(columns)
        for number, cell in enumerate(cells):
            found.append(columns[min(at, len(columns) - 1)])
            following = cells[number + 1] if number + 1 < len(cells) else None
            if at and surplus and cell and cell.part and following and following.part:
                surplus -= 1
            else:
                at += 1
        return found
    return [None] * len(cells)


# Rows whose cells are parted by spaces ----------------------------------------------------------

_VALUE = rf"(?:(?:{_SIGNS}|[〔\[（(约])*[0-9][0-9.,]*[%％]?[〕\]）)]?|[—–\-/]{{1,2}})"
_SPACED_ROW = re.compile(
    rf"\n(?P<row>[ \t\u3000]*[^\n。；，]{{2,40}}?(?:[ \u3000]+{_VALUE}){{1,6}}"
    r"(?:[ \u3000]+[^\s\d]{1,6})?)[ \u3000]*(?=\r?\n|\Z)"
)
_WORD = re.compile(r"[^\s\u3000]+")
_FARTHEST_SPACED = 60


def _spaced(text: str, outlook: Outlook) -> Iterator[Row]:
    """Rows of tables that PDF text gives line by line, with spaces between the cells."""
    group: list[re.Match[str]] = []
    for match in _SPACED_ROW.finditer(text):
        if group and match.start() - group[-1].end() > _FARTHEST_SPACED:
            yield from _spaced_table(text, group, outlook)
            group = []
        group.append(match)
    yield from _spaced_table(text, group, outlook)


def _spaced_table(text: str, group: list[re.Match[str]], outlook: Outlook) -> Iterator[Row]:
    if len(group) < 2:
        return
    first = group[0].start()
    titles = text[text.rfind("\n", 0, first) + 1 : first].split()
    if len(titles) < 3:  # without a header nothing says that these are columns
        return
    read = [read_header(title) for title in titles]
    columns = [column for column in read if column.role not in {"label", "time"}]
    sheet = _Sheet(text, columns, None, bool(_NUMBERING.match(titles[0])), outlook)
    for match in group:
        words = enumerate(_WORD.finditer(text, *match.span("row")))
        row = (_Field(w.start(), w.end(), w.group(), number == 0) for number, w in words)
        for field, cell, words_follow in _followed(text, row):
            yield from sheet.read(field, cell, words_follow)
    yield from sheet.flush()


def find_rows(text: str, outlook: Outlook) -> list[Row]:
    """Rows of the tables of a text, in text order."""
    rows: list[Row] = []
    glued = (Row(span, span, entries, None) for span, entries in _glued(text, outlook))
    for found in (glued, _tables(text, outlook), _spaced(text, outlook)):
        taken = sorted(row.covered for row in rows)
        for row in found:
            entries = [
                entry
                for entry in row.entries
                if not _touches(taken, entry.quantity.start, entry.quantity.end)
            ]
            if entries or row.year:
                rows.append(row._replace(entries=entries))
    return sorted(rows, key=lambda row: row.covered)


def _touches(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_left(spans, (end,))
    return bool(at) and spans[at - 1][1] > start
