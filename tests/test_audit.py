import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import DOC, TEXT, place
from stdpolicy import DataError, UsageError
from stdpolicy.audit import FINDING_COLUMNS, audit
from stdpolicy.copies import Place, Wanted, follow
from stdpolicy.text import fold, folded_sha256


def findings(study) -> pd.DataFrame:
    """What the audit finds; it refuses tables that have faults of their own."""
    found = audit(study.sources, study.data)
    assert list(found) == FINDING_COLUMNS
    if len(found):
        assert found["cure"].str.len().min() > 0
    return found


def the_finding(study, doc: str = DOC) -> dict:
    found = findings(study)
    assert len(found) == 1, found.to_string()
    assert found["doc_id"][0] == doc
    return found.iloc[0].to_dict()


def use_text(study, text: str) -> None:
    """Put another text in place of the coded one, and say that it is the coded one."""
    study.source.write_text(text, encoding="utf-8")
    study.put("documents", 0, text_sha256=folded_sha256(text))


# --- all is well --------------------------------------------------------------------------------


def test_a_study_that_follows_its_text_has_no_findings(study):
    assert findings(study).empty


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        TEXT.replace("　　", "\t"),
        TEXT.replace("地方", "地\ue004\n方"),
        fold(TEXT),
    ],
)
def test_copies_that_differ_in_white_space_only_are_the_same_text(study, copy):
    study.source.write_bytes(copy.encode("utf-8"))
    assert findings(study).empty


def test_documents_that_are_not_coded_need_no_text(study):
    assert not (study.sources / "cn-2015-1.txt").exists()
    assert findings(study).empty
    study.put("documents", 1, coded="true")
    assert the_finding(study, "cn-2015-1")["rule"] == "there is no cn-2015-1.txt"


# --- the source ---------------------------------------------------------------------------------


def test_a_missing_text(study):
    study.source.unlink()
    finding = the_finding(study)
    assert finding["rule"] == f"there is no {DOC}.txt"
    assert str(study.sources) in finding["cure"]


def test_a_text_that_is_not_utf8(study):
    study.source.write_bytes(TEXT.encode("gb18030"))
    assert the_finding(study)["rule"] == f"{DOC}.txt is not UTF-8"


def test_a_missing_folder(study):
    with pytest.raises(UsageError, match=r"no folder .*nowhere"):
        audit(study.data / "nowhere", study.data)


def test_faulty_tables_are_not_audited(study):
    study.put("targets", 0, stage="done")
    with pytest.raises(DataError, match="done"):
        audit(study.sources, study.data)


# --- places and quotes --------------------------------------------------------------------------


def test_a_quote_that_does_not_stand_there(study):
    study.put("targets", 0, quote="81项", value_low="81", value_high="81")
    finding = the_finding(study)
    assert finding["rule"] == "the quote '81项' does not stand there"
    assert finding["found"] == "80项"
    assert (finding["table"], finding["row_id"]) == ("targets", f"{DOC}.t01")
    assert finding["section"] == "1"
    assert finding["start"] == int(place("80项")["start"])


@pytest.mark.parametrize(
    ("table", "row"),
    [("targets", 2), ("outcomes", 0), ("incentives", 0), ("scopes", 1), ("left_out", 0)],
)
@pytest.mark.parametrize("shift", [-1, 1])
def test_a_shifted_place(study, table, row, shift):
    cells = study.read(table)[row]
    start, end = int(cells["start"]) + shift, int(cells["end"]) + shift
    study.put(table, row, start=start, end=end)
    finding = the_finding(study)
    assert finding["rule"] == f"the quote {cells['quote']!r} does not stand there"
    assert (finding["table"], finding["start"]) == (table, start)
    assert finding["found"] == fold(TEXT)[start:end]


def test_a_place_after_the_end_of_the_text(study):
    size = len(fold(TEXT))
    study.put("sections", 2, end=size + 5)
    study.put("sections", 4, end=size + 5)
    study.put("mechanisms", 0, section="2.2", start=size - 2, end=size + 1)
    found = findings(study)
    late = found[found["rule"] == f"the place ends after the text, which has {size} characters"]
    assert set(late["table"]) == {"sections", "mechanisms"}
    assert str(size + 1) in set(late["found"])


def test_a_heading_that_has_moved(study):
    start = int(study.read("sections")[4]["start"]) - 20
    study.put("sections", 4, start=start)
    finding = the_finding(study)
    assert finding["rule"] == "the heading '工作成效' does not stand there"
    assert (finding["table"], finding["row_id"], finding["start"]) == ("sections", "2.2", start)


def test_an_agency_that_is_not_named_there(study):
    study.put("responsibilities", 1, **place("国际标准"))
    finding = the_finding(study)
    assert finding["rule"] == "qx_cities is not named there"
    assert (finding["found"], finding["row_id"]) == ("国际标准", f"{DOC}.r002")


def test_an_agency_may_be_named_by_any_of_its_aliases(study):
    assert "清溪省财政厅" not in study.read("agencies")[0]["zh"]
    study.put("responsibilities", 0, **place("财政厅"))
    assert findings(study).empty
    study.put("agencies", 0, aliases="清溪省财政厅")
    assert the_finding(study)["rule"] == "qx_finance is not named there"


# --- every number coded is read at its place ----------------------------------------------------

MISREAD = "the number, the unit or the bound is not what the text says"


@pytest.mark.parametrize(
    ("table", "row", "cells"),
    [
        ("targets", 0, {"value_low": "81", "value_high": "81"}),
        ("targets", 0, {"unit": "个"}),
        ("targets", 0, {"value_low": "60", "bound": "range"}),
        ("targets", 0, {"value_high": "", "bound": "at_least"}),
        ("targets", 0, {"value_low": "", "bound": "at_most"}),
        ("targets", 0, {"bound": "approx"}),
        ("targets", 1, {"value_low": "31"}),
        ("targets", 1, {"value_low": "", "value_high": "30", "bound": "at_most"}),
        ("targets", 1, {"value_high": "30", "bound": "exact"}),
        ("targets", 2, {"value_high": "6"}),
        ("targets", 2, {"value_low": "2"}),
        ("targets", 2, {"value_low": "5", "bound": "exact"}),
        ("outcomes", 0, {"value_high": "70", "bound": "exact"}),  # 70余 is not 70
        ("incentives", 0, {"unit": "元"}),
        ("incentives", 0, {"unit": "亿元"}),
        ("incentives", 0, {"value_low": "2000000", "value_high": "2000000", "unit": "元"}),
        ("scopes", 1, {"value_low": "61", "value_high": "61"}),
        ("scopes", 1, {"bound": "", "value_low": "", "value_high": ""}),
        ("scopes", 1, {"unit": ""}),
    ],
)
def test_a_number_that_is_read_otherwise(study, table, row, cells):
    study.put(table, row, **cells)
    finding = the_finding(study)
    assert finding["rule"] == MISREAD
    assert finding["table"] == table
    assert study.read(table)[row]["quote"] in finding["found"]


def test_a_misread_number_is_told_with_what_is_read(study):
    study.put("targets", 1, value_low="31")
    finding = the_finding(study)
    assert finding["found"] == "30项: coded as 31 项 at_least; read is 30项 as 30 项 at_least"


def report(study, words: str, quote: str, coded: str) -> None:
    """Let the text report one thing more, coded as an outcome with value, unit and bound."""
    text = TEXT.replace("70余项。", f"70余项。{words}。")
    use_text(study, text)
    folded, quote = fold(text), fold(quote)
    over = folded.index("附注")
    study.put("sections", 2, end=over)
    study.put("sections", 4, end=over)
    ends, unit, bound = coded.split()
    low, _, high = ends.partition("..")
    rows = study.read("outcomes")
    start = folded.index(fold(words)) + fold(words).index(quote)
    cells = {
        "outcome_id": f"{DOC}.o02",
        "value_low": low,
        "value_high": high,
        "unit": unit,
        "bound": bound,
        "start": str(start),
        "end": str(start + len(quote)),
        "quote": quote,
    }
    study.write("outcomes", [*rows, rows[0] | cells])


WORDINGS = [
    ("全省投入10亿元", "10亿元", "10..10 亿元 exact"),
    ("全省投入２０亿元", "20亿元", "20..20 亿元 exact"),
    ("全省投入1,250.5万元", "1,250.5万元", "1250.5..1250.5 万元 exact"),
    ("全省投入两千万元", "两千万元", "2000..2000 万元 exact"),
    ("全省产粮8亿2千万斤", "8亿2千万斤", "82000..82000 万斤 exact"),
    ("全省改造20－30万亩", "20-30万亩", "20..30 万亩 range"),
    ("全省建成1.5万㎡厂房", "1.5万m2", "1.5..1.5 万m2 exact"),
    ("全省装机5万千瓦", "5万千瓦", "5..5 万千瓦 exact"),
    ("全省覆盖率达到百分之八十五以上", "百分之八十五", "85.. % at_least"),
    ("全省时间压缩四成", "四成", "4..4 成 exact"),
    ("全省时间压缩四成", "四成", "40..40 % exact"),
    ("全省产值增长８．５％", "8.5%", "8.5..8.5 % exact"),
    ("全省产值提高近3个百分点", "3个百分点", "3..3 个百分点 approx"),
    ("全省办理时间不超过15天", "15天", "..15 天 at_most"),
    ("全省培育约5万家企业", "5万家", "5..5 万家 approx"),
    ("全省服务10万余人次", "10万余人次", "10.. 万人次 at_least"),
    ("全省人口达到30万", "30万", "30..30 万 exact"),
    ("全省强度指数达到1.25", "1.25", "1.25..1.25 分 exact"),
    ("全省培育三五个品牌", "三五个", "3..5 个 range"),
    ("全省制定标准12\n项", "12项", "12..12 项 exact"),
    ("全省制定标准1\n200项", "1200项", "1200..1200 项 exact"),
    ("全省制定标准1\u200b2\ue004项", "12项", "12..12 项 exact"),
]


TABLE = (
    "序号\n指标名称\n单位\n2020年目标\n1\n公路里程\n万公里\n12.5\n2\n站点\n个\n30\n3\n馆舍\n座\n40"
)


@pytest.mark.parametrize(("words", "quote", "coded"), WORDINGS)
def test_value_and_unit_are_coded_as_the_text_has_them(study, words, quote, coded):
    report(study, words, quote, coded)
    assert findings(study).empty


@pytest.mark.parametrize(("words", "quote", "coded"), WORDINGS)
@pytest.mark.parametrize("wrong", ["value", "bound"])
def test_another_value_or_bound_is_told(study, words, quote, coded, wrong):
    ends, unit, bound = coded.split()
    low, dots, high = ends.partition("..")
    if wrong == "value":
        low, high = (end and str(float(end) * 1.001) for end in (low, high))
        bent = f"{low}{dots}{high} {unit} {bound}"
    elif low == high:
        bent = f"{low}{dots} {unit} at_least"
    else:
        bent = f"{low or high}..{low or high} {unit} exact"
    report(study, words, quote, bent)
    finding = the_finding(study)
    assert (finding["rule"], finding["row_id"]) == (MISREAD, f"{DOC}.o02")


@given(
    value=st.integers(1, 99_999),
    decimals=st.integers(0, 2),
    power=st.sampled_from(["", "万", "亿"]),
    unit=st.sampled_from(["项", "元", "公里", "人次"]),
    times=st.sampled_from([1, 10]),
)
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_number_agrees_with_its_text_and_ten_times_it_does_not(
    study, value, decimals, power, unit, times
):
    study.write("outcomes", study.read("outcomes")[:1])
    number = f"{value / 10**decimals:.{decimals}f}"
    coded = f"{float(number) * times:.{decimals}f}"
    quote = f"{number}{power}{unit}"
    report(study, f"全省共建成{quote}", quote, f"{coded}..{coded} {power}{unit} exact")
    assert findings(study)["rule"].tolist() == ([] if times == 1 else [MISREAD])


def test_unit_and_year_of_a_table_are_read_from_its_header(study):
    report(study, f"\n{TABLE}\n", "12.5", "12.5..12.5 万公里 exact")
    assert findings(study)["found"].tolist() == ["30", "40"]
    study.put("outcomes", 1, unit="公里")
    assert MISREAD in findings(study)["rule"].tolist()


@pytest.mark.parametrize(
    ("quote", "coded"),
    [
        ("200项", "200..200 项 exact"),
        ("1200", "1200..1200 项 exact"),
        ("标准1200项", "1200..1200 项 exact"),
    ],
)
def test_a_place_that_is_not_that_of_the_number_with_its_unit(study, quote, coded):
    report(study, "全省制定标准1200项", quote, coded)
    finding = the_finding(study)
    assert finding["rule"] == MISREAD
    assert "read is 1200项 as 1200 项 exact" in finding["found"]


@pytest.mark.parametrize("quote", ["2020年", "三大", "第2位"])
def test_a_coded_number_where_nothing_is_counted(study, quote):
    report(study, f"全省{quote}产业", quote, "2..2 个 exact")
    finding = the_finding(study)
    assert (finding["rule"], finding["row_id"]) == ("no quantity is read there", f"{DOC}.o02")


def test_a_number_that_the_extractor_does_not_read_is_held_against_its_quote(study):
    report(study, "全省三大产业", "三大", "3..3 大 exact")
    assert findings(study).empty
    last = len(study.read("outcomes")) - 1
    study.put("outcomes", last, value_low="4", value_high="4")
    assert the_finding(study)["rule"] == "no quantity is read there"


def test_a_bound_that_a_coder_reads_otherwise_needs_a_reason(study):
    report(study, "全省制定标准1200项", "1200项", "1200.. 项 at_least")
    assert the_finding(study)["rule"] == MISREAD
    last = len(study.read("outcomes")) - 1
    study.put("outcomes", last, note="the table above says 以上")
    assert findings(study).empty
    study.put("outcomes", last, value_low="1300")
    assert the_finding(study)["rule"] == MISREAD


def test_a_scope_may_be_counted_by_a_word_that_is_no_measure(study):
    text = TEXT.replace("覆盖62个产业集群", "覆盖6大产业集群")
    use_text(study, text)
    moved = {"start": fold(text).index("6大"), "end": fold(text).index("6大") + 2}
    study.put("scopes", 1, quote="6大", unit="大", value_low="6", value_high="6", **moved)
    for table in (
        "deliverables",
        "incentives",
        "tasks",
        "mechanisms",
        "responsibilities",
        "outcomes",
        "left_out",
        "sections",
    ):
        for number, row in enumerate(study.read(table)):
            shifted = {k: int(row[k]) - 1 for k in ("start", "end") if int(row[k]) > moved["end"]}
            study.put(table, number, **shifted)
    assert findings(study).empty
    study.put("scopes", 1, value_low="5", value_high="5")
    assert the_finding(study)["rule"] == "no quantity is read there"


# --- what is not coded --------------------------------------------------------------------------


def test_a_quantity_that_is_neither_coded_nor_left_out(study):
    study.drop("left_out", 0)
    finding = the_finding(study)
    assert finding["rule"] == "a quantity that is neither coded nor listed as left out"
    assert (finding["found"], finding["section"]) == ("三套", "1")
    assert finding["start"] == int(place("三套")["start"])


def test_what_nobody_sees_in_a_number_does_not_cut_it(study):
    study.source.write_text(TEXT.replace("62个", "6\u200b\ue0042个"), encoding="utf-8")
    study.put("scopes", 1, **dict.fromkeys(("doc_id", "section", "start", "end", "quote"), ""))
    study.put("scopes", 1, **dict.fromkeys(("value_low", "value_high", "unit", "bound"), ""))
    assert the_finding(study)["found"] == "62个"


def test_a_sentence_that_is_neither_coded_nor_listed_as_not_modelled(study):
    words = "各县要高度重视。"
    use_text(study, TEXT.replace("70余项。\n", f"70余项。\n{words}\n"))
    for number, row in enumerate(study.read("sections")):
        if row["section"] in ("2", "2.2"):
            study.put("sections", number, end=int(row["end"]) + len(words))
    start = int(place("70余项")["end"]) + 1
    finding = the_finding(study)
    assert finding["rule"].startswith("a sentence of which nothing is coded")
    assert (finding["section"], finding["start"], finding["found"]) == ("2.2", start, words)
    more = {"not_modelled_id": f"{DOC}.n02", "section": "2.2", "start": start, "end": start + 2}
    [row] = study.read("not_modelled")
    study.write("not_modelled", [row, row | {k: str(v) for k, v in more.items()}])
    assert findings(study).empty
    # A study that lists nothing is not asked for it.
    study.write("not_modelled", [])
    assert findings(study).empty


def test_what_is_left_out_need_not_be_a_quantity(study):
    rows = study.read("left_out")
    name = {"left_out_id": f"{DOC}.x02", "section": "2.1", **place("一次性", quoted=True)}
    study.write("left_out", [*rows, rows[0] | name])
    assert findings(study).empty


@pytest.mark.parametrize(
    ("table", "row", "quote"),
    [
        ("targets", 2, "3-5个"),
        ("outcomes", 0, "70余项"),
        ("incentives", 0, "200万元"),
        ("left_out", 0, "三套"),
    ],
)
def test_every_table_with_quotes_covers_its_quantities(study, table, row, quote):
    study.write("not_modelled", [])
    if table == "outcomes":
        study.drop("crosswalk", 0)
    if table == "incentives":
        study.drop("eligibility", 0)
    study.drop(table, row)
    assert the_finding(study)["found"] == quote


def test_numbers_of_a_table_without_its_rows_are_told(study):
    report(study, f"\n{TABLE}\n", "40", "40..40 座 exact")
    found = findings(study)
    assert found["found"].tolist() == ["12.5", "30"]
    assert set(found["section"]) == {"2.2"}


def test_a_quantity_in_the_finest_section_is_reported_there(study):
    text = TEXT.replace("70余项。", "70余项，团体9项。")
    use_text(study, text)
    end = fold(text).index("附注")
    study.put("sections", 2, end=end)
    study.put("sections", 4, end=end)
    finding = the_finding(study)
    assert (finding["found"], finding["section"]) == ("9项", "2.2")


def test_what_follows_the_last_section_is_not_policy(study):
    assert "9个" in TEXT.partition("附注")[2]
    assert findings(study).empty
    study.write("not_modelled", [])
    study.put("sections", 2, end=len(fold(TEXT)))
    assert the_finding(study)["found"] == "9个"


# --- another copy -------------------------------------------------------------------------------

CHANGED = "the text is another one than that coded"
UNCODED = "a quantity that is neither coded nor listed as left out"
AFTER = f"{UNCODED}, after the place where the policy seems to end"


def test_a_quantity_added_to_the_text_changes_its_hash(study):
    text = TEXT.replace("70余项。", "70余项，团体9项。")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    assert found["found"].tolist() == [folded_sha256(text), "9项", "9个"]
    assert found["rule"].tolist()[1:] == [AFTER, AFTER]  # no place after it can be followed


def test_a_copy_with_words_before_it_is_read_with_its_drift(study):
    prefix = "网站首页>政策文件"
    study.source.write_text(f"{prefix}\n{TEXT}", encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    assert found["rule"].iloc[-1] == AFTER
    quotes = found[1:-1]
    drift = f"the quote stands {len(prefix):+d} characters away"
    assert set(quotes["rule"]) == {drift}
    assert len(quotes) == 7
    assert (quotes["found"].astype(int) - quotes["start"] == len(prefix)).all()


def test_words_inserted_later_move_only_what_follows(study):
    inserted = "(补充)"
    text = TEXT.replace("（二）工作", f"{inserted}（二）工作")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    assert found["row_id"].dropna().tolist()[1:] == [f"{DOC}.o01"]
    assert found["rule"][1] == f"the quote stands {len(inserted):+d} characters away"


def test_words_of_a_heading_in_the_running_text_are_not_the_heading(study):
    inserted = "按保障措施,"
    text = TEXT.replace("到２０２０年", f"{inserted}到２０２０年")
    study.source.write_text(text, encoding="utf-8")
    rules = set(findings(study)["rule"][1:]) - {AFTER}
    assert rules == {f"the quote stands {len(inserted):+d} characters away"}


def test_a_number_that_differs_in_the_copy_is_not_found(study):
    study.source.write_text(TEXT.replace("80项", "85项"), encoding="utf-8")
    found = findings(study)
    assert found["rule"][0].startswith(CHANGED)
    assert found["rule"].tolist()[1:-1] == ["the quote '80项' is not in its section", UNCODED]
    assert found["row_id"][1] == f"{DOC}.t01"
    assert found["found"][2] == "85项"


def test_a_quote_that_moved_to_another_section_is_not_taken_for_the_same(study):
    text = TEXT.replace("80项", "多项").replace("70余项。", "70余项，其中80项。")
    study.source.write_text(text, encoding="utf-8")
    assert "the quote '80项' is not in its section" in set(findings(study)["rule"])


def test_of_several_places_the_nearest_is_reported(study):
    text = TEXT.replace("完善三套体系", "再完善三套体系、另三套体系")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study).set_index("row_id")
    rule = "the quote stands +1 characters away, one of 2 places in the section"
    assert found["rule"][f"{DOC}.x01"] == rule


def test_a_number_added_to_another_copy_is_told_where_places_can_be_followed(study):
    text = TEXT.replace("200万元。", "200万元，另给予补助30万元。")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study)
    added = found[found["rule"] == UNCODED]
    assert added["found"].tolist() == ["30万元"]
    assert added["section"].tolist() == ["2.1"]
    assert added["start"].tolist() == [fold(text).index("30万元")]


@given(
    before=st.lists(st.sampled_from(["标准", "2项", "3个", "建设机构,", "5家"]), max_size=20),
    after=st.lists(st.sampled_from(["标准", "2项", "3个", "建设机构,", "5家"]), max_size=20),
    words=st.text("企业服务", max_size=60),
    added=st.booleans(),
)
def test_quotes_that_repeat_are_followed_each_to_its_own_place(before, after, words, added):
    def quotes(words: list[str], start: int) -> list[Wanted]:
        places = [start + len("".join(words[:at])) for at in range(len(words))]
        pairs = zip(places, words, strict=True)
        return [Wanted("1", at, word) for at, word in pairs if word[0].isdigit()]

    short = "".join([*before, *after])
    long = "".join([*before, words, *after])
    cut = len("".join(before))
    old = quotes(before, 0) + quotes(after, cut if added else cut + len(words))
    new = quotes(before, 0) + quotes(after, cut + len(words) if added else cut)
    copy = long if added else short
    found = follow(copy, old, {"1": (0, len(copy))}, {"1": 0})
    assert [found[quote].start for quote in old] == [quote.start for quote in new]


def test_a_quote_that_moved_within_its_section_is_still_found():
    found = follow(
        "3个2项", [Wanted("1", 0, "2项"), Wanted("1", 9, "3个")], {"1": (0, 4)}, {"1": 0}
    )
    assert {quote.quote: place for quote, place in found.items()} == {
        "2项": Place(2, 1),
        "3个": Place(0, 1),
    }


def test_two_rows_may_be_coded_from_one_place():
    quotes = [Wanted("1", 2, "80项"), Wanted("1", 2, "80")]
    found = follow("标准建设80项", quotes, {"1": (0, 7)}, {"1": 0})
    assert [found[quote].start for quote in quotes] == [4, 4]


def test_numbers_are_read_in_another_copy_too(study):
    text = f"网站首页\n{TEXT}".replace("不少于30项", "30项左右")
    study.source.write_text(text, encoding="utf-8")
    found = findings(study)
    misread = found[found["rule"] == MISREAD]
    assert misread["row_id"].tolist() == [f"{DOC}.t02"]
    assert misread["found"].item().endswith("read is 30项 as 30 项 approx")


def test_numbers_after_the_end_of_another_copy_are_told_as_such(study):
    study.source.write_text(f"阅读次数共3次\n{TEXT}\n评论25条", encoding="utf-8")
    found = findings(study)
    assert found.loc[found["rule"] == UNCODED, "found"].tolist() == ["3次"]
    after = found[found["rule"] == AFTER]
    assert after["found"].tolist() == ["9个", "25条"]
    assert after["section"].isna().all()
    assert after["cure"].str.startswith("Nothing is wrong if").all()


def test_a_section_that_another_copy_lacks_leaves_its_quotes_and_numbers(study):
    study.source.write_text(TEXT.replace("（二）工作成效", "（二）成效"), encoding="utf-8")
    found = findings(study)
    assert "the quote '70余项' is not in its section" in set(found["rule"])
    assert found.loc[found["rule"] == UNCODED, "found"].tolist() == ["70余项"]
