import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stdpolicy.text import fold, folded_sha256, quantities, read_quantity

# What policy texts are made of; combining marks and Hangul letters do not occur in them.
HANZI = "企标准制订开展推动完善建设服务能力提升质量"
SIGNS = HANZI + "，。；：、（）〔〕《》“”％－～０１２３８９ＡＢＣ0189abc①Ⅱ㎡℃…"
INVISIBLE = (
    " \t\n\r\f\x0b\x00\x85\xa0\u2003\u2028\u3000\u200b\u200c\u200d\u2060\ufeff\xad\ue004\uf8ff"
)

policy_text = st.text(alphabet=SIGNS + INVISIBLE, max_size=40)
neutral = st.text(alphabet=HANZI + "，。；（）", max_size=12)


def quotes(text: str) -> list[str]:
    return list(quantities(fold(text))["quote"])


# --- folding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("到２０２０年", "到2020年"),
        ("３－５个", "3-5个"),
        ("８５％", "85%"),
        ("（一）资金，支持：", "(一)资金,支持:"),
        ("㎡ Ⅱ ①", "m2II1"),
        ("标准\u3000化 \t方\n案\r\n", "标准化方案"),
        ("标\u200b准\u200d化\ufeff", "标准化"),
        ("标\ue004准\x00化\xad", "标准化"),
        ("", ""),
    ],
)
def test_folding(raw, folded):
    assert fold(raw) == folded


@pytest.mark.parametrize("char", INVISIBLE)
def test_each_invisible_character_is_removed(char):
    assert fold(f"标{char}准") == "标准"


@given(policy_text)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.tuples(st.text(SIGNS, max_size=8), st.text(INVISIBLE, max_size=3))))
def test_copies_with_other_white_space_fold_to_the_same_text(parts):
    copy = "".join(words + space for words, space in parts)
    plain = "".join(words for words, _ in parts)
    assert fold(copy) == fold(plain)
    assert folded_sha256(copy) == folded_sha256(plain)


@given(st.text(SIGNS + INVISIBLE, max_size=20), st.sampled_from(INVISIBLE))
def test_offsets_agree_between_copies(before, space):
    # The one text has the space in front of the quote, the other inside it.
    ends = ("。目标80项，", f"。{space}目标8{space}0项{space}，")
    found = [quantities(fold(before + end)).iloc[-1].tolist() for end in ends]
    assert found[0] == found[1]
    assert found[0][2] == "80项"


def test_hash_is_that_of_the_folded_text_in_utf8():
    assert folded_sha256("标 准\n") == hashlib.sha256("标准".encode()).hexdigest()
    assert folded_sha256("标准") != folded_sha256("标谁")


# --- finding quantities -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新制定地方标准80项，", ["80项"]),
        ("占比达到８５％以上", ["85%"]),
        ("提高2.5个百分点", ["2.5个百分点"]),
        ("发布1,000余项", ["1,000余项"]),
        ("打造两项品牌", ["两项"]),
        ("培育二十家", ["二十家"]),
        ("改造20-30万亩", ["20-30万亩"]),
        ("投入10亿元", ["10亿元"]),
        ("用3年时间", ["3年"]),
        ("完善三大体系", ["三大"]),
        ("80项国家标准、90项团体标准", ["80项", "90项"]),
        ("第一阶段完成5项", ["5项"]),
        ("一、总体目标5项", ["5项"]),
    ],
)
def test_quantities_are_found(text, expected):
    assert quotes(text) == expected


@pytest.mark.parametrize("dash", list("-－‐‑‒–—―─~～〜至到"))
def test_a_range_is_found_with_any_dash(dash):
    (quote,) = quotes(f"培育3{dash}5个机构")
    assert read_quantity(quote)[:3] == (3, 5, "个")


def test_a_range_with_a_minus_sign_does_not_lose_its_lower_end():
    assert quotes("培育3\u22125个机构") == [fold("3\u22125个")]


@pytest.mark.parametrize(
    "text",
    [
        "到2020年，",
        "2018年1月5日",
        "2018-2020年",
        "2018年至2020年",
        "2018—2020年",
        "鲁政发〔2018〕9号",
        "GB/T 19001-2016",
        "GB/T19001个",
        "http://a.cn/12个",
        "（三）加强服务",
        "1.加强服务",
        "一、总体要求",
        "第三方机构",
        "第13届会议",
        "第二批名单",
        "专栏3项目",
        "建设一个平台",
        "一批企业",
        "十九大精神",
        "通用零部件",
        "三大山区",
        "标准化工作",
    ],
)
def test_dates_numbers_of_documents_headings_and_articles_are_no_quantities(text):
    assert quotes(text) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("覆盖率达到百分之八十五以上", "百分之八十五"),
        ("改造20余万亩", "20余万亩"),
        ("服务30多万家", "30多万家"),
        ("制定一百〇五项", "一百〇五项"),
        ("登记1万2千个", "1万2千个"),
    ],
)
def test_a_number_is_found_whole_however_it_is_written(text, quote):
    assert quotes(text) == [quote]


def test_a_year_in_chinese_digits_is_no_quantity():
    assert quotes("二〇一八年") == []


def test_only_the_part_asked_for_is_looked_at():
    text = "目标80项，另有90项，又有70项"
    middle = text.index("另"), text.index("又")
    found = quantities(text, *middle)
    assert found["quote"].tolist() == ["90项"]
    assert text[found["start"][0] : found["end"][0]] == "90项"


def test_a_text_without_quantities_gives_an_empty_table_with_the_same_columns():
    empty, full = quantities("标准化"), quantities("80项")
    assert len(empty) == 0
    assert empty.dtypes["start"] == full.dtypes["start"]
    assert list(empty) == list(full) == ["start", "end", "quote"]


@given(
    before=neutral,
    value=st.integers(0, 10**7),
    more=st.sampled_from(["", "余", "多"]),
    unit=st.sampled_from(["项", "个", "家", "%", "元", "万元", "亿元", "公里", "个百分点", "套"]),
    after=neutral,
)
@example(before="", value=2018, more="", unit="个", after="")
def test_any_whole_number_with_a_unit_is_found_and_read_back(before, value, more, unit, after):
    text = fold(f"{before}{value}{more}{unit}{after}")
    found = quantities(text)
    assert len(found) == 1
    start, end, quote = found.iloc[0]
    assert (start, text[start:end], quote) == (len(before), quote, f"{value}{more}{unit}")
    assert read_quantity(quote) == (value, value, unit, bool(more))


@given(low=st.integers(1, 9999), gap=st.integers(1, 9999), unit=st.sampled_from(["项", "万亩"]))
def test_any_range_is_found_and_read_back(low, gap, unit):
    high = low + gap
    text = f"建设{low}-{high}{unit}。"
    (quote,) = quotes(text)
    assert quote == text[2:-1]
    assert read_quantity(quote) == (low, high, unit, False)


# --- reading quantities -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "low", "high", "unit", "more"),
    [
        ("80项", 80, 80, "项", False),
        ("3-5个", 3, 5, "个", False),
        ("200余个", 200, 200, "个", True),
        ("1000多家", 1000, 1000, "家", True),
        ("两项", 2, 2, "项", False),
        ("三十二个", 32, 32, "个", False),
        ("一百零五项", 105, 105, "项", False),
        ("十项", 10, 10, "项", False),
        ("20-30万亩", 20, 30, "万亩", False),
        ("20万-30万亩", 20, 30, "万亩", False),
        ("10亿元", 10, 10, "亿元", False),
        ("1.5万亿元", 1.5, 1.5, "万亿元", False),
        ("200万元", 200, 200, "万元", False),
        ("10余万元", 10, 10, "万元", True),
        ("3千项", 3000, 3000, "项", False),
        ("1,000项", 1000, 1000, "项", False),
        ("12.5%", 12.5, 12.5, "%", False),
        ("0个", 0, 0, "个", False),
    ],
)
def test_reading(quote, low, high, unit, more):
    assert read_quantity(quote) == (low, high, unit, more)


def test_reading_a_percentage_in_words():
    assert read_quantity("百分之八十五")[:2] == (85, 85)


def test_a_range_over_two_powers_of_ten_is_not_read_upside_down():
    said = read_quantity("8千-1万个")
    assert said is None or said.low < said.high


@pytest.mark.parametrize("quote", ["", "项", "约80项", "80项和90项", "标准"])
def test_what_is_no_quantity_is_not_read(quote):
    assert read_quantity(quote) is None


@given(st.text(alphabet="0123456789.,-~余多零一二两十百千万亿项个年%百分之元", max_size=10))
def test_reading_never_breaks(quote):
    said = read_quantity(quote)
    assert said is None or said.low >= 0
