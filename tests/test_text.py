import hashlib
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stdpolicy.text import fold, fold_with_places, folded_sha256, seen_with_places

# What policy texts are made of; combining marks and Hangul letters do not occur in them.
HANZI = "企标准制订开展推动完善建设服务能力提升质量"
SIGNS = HANZI + "，。；：、（）〔〕《》“”％－～０１２３８９ＡＢＣ0189abc①Ⅱ㎡℃…"
INVISIBLE = (
    " \t\n\r\f\x0b\x00\x85\xa0\u2003\u2028\u3000\u200b\u200c\u200d\u2060\ufeff\xad\ue004\uf8ff"
)

policy_text = st.text(alphabet=SIGNS + INVISIBLE, max_size=40)


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


def test_hash_is_that_of_the_folded_text_in_utf8():
    assert folded_sha256("标 准\n") == hashlib.sha256("标准".encode()).hexdigest()
    assert folded_sha256("标准") != folded_sha256("标谁")


# --- places in the folded text ------------------------------------------------------------------

# Characters that grow (㎡, ½, ㈠, ﷺ), marks that merge with what stands before them, over several
# characters too, Hangul syllables in pieces, half-width kana with their marks, halves of pairs.
GROWING = "㎡½㈠℡ﷺ㍿①"
MERGING = "e\u0301\u0323s\u0307企\u0304\u1100\u1161\u11a8가ｶﾞ\u0b92\u0bd7\U000110b9\U000110ba"
PAIRS = "\ud800\udc00\udfff𠮷"
any_text = st.text(SIGNS + INVISIBLE + GROWING + MERGING + PAIRS, max_size=30) | st.text(
    max_size=20
)
plain_text = st.text(SIGNS + INVISIBLE + GROWING + PAIRS, max_size=30)


@pytest.mark.parametrize(
    ("raw", "folded", "places"),
    [
        ("", "", [0]),
        ("标准", "标准", [0, 1, 2]),
        ("\ufeff８０ 项\n", "80项", [0, 0, 1, 2, 2, 3, 3]),
        ("5㎡½个", "5m21⁄2个", [0, 1, 3, 6, 7]),
        ("\ue004(㈠)\u200b一", "((一))一", [0, 0, 1, 4, 5, 5, 6]),
        ("ae\u0301b", "a\xe9b", [0, 1, 2, 2, 3]),
        ("e\u0323\u0301.", "\u1eb9\u0301.", [0, 2, 2, 2, 3]),
        ("\u0301项", "\u0301项", [0, 1, 2]),
        ("\u1100\u1161\u11a8项", "\uac01项", [0, 1, 1, 1, 2]),
        ("\ud8009", "9", [0, 0, 1]),
    ],
)
def test_places_in_the_folded_text(raw, folded, places):
    assert fold_with_places(raw) == (folded, places)


@given(any_text)
@example("s\u0307\u0323" * 3)
def test_places_follow_the_folded_text_to_its_end(text):
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(text) + 1
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, len(folded))


@given(plain_text, st.data())
def test_a_stretch_of_the_text_is_found_at_its_place(text, data):
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, len(text)))
    folded, places = fold_with_places(text)
    assert folded[places[low] : places[high]] == fold(text[low:high])


@given(any_text, any_text)
def test_places_do_not_depend_on_what_follows_a_plain_character(before, after):
    folded, places = fold_with_places(f"{before}项{after}")
    assert places[: len(before) + 1] == fold_with_places(before)[1]
    start = places[len(before)]
    assert folded[:start] == fold(before)
    assert folded[start] == "项"


def test_every_pair_of_characters_that_merges_is_kept_together():
    merged = [
        pair
        for code in range(sys.maxunicode + 1)
        if len(pair := unicodedata.normalize("NFD", chr(code))) > 1 and not 0xD800 <= code <= 0xDFFF
    ]
    assert len(merged) > 10_000  # syllables of Hangul among them
    for pair in merged:
        folded, places = fold_with_places(f"项{pair}项")
        assert folded == fold(f"项{pair}项")
        assert places[-2] == len(folded) - 1


def test_what_is_seen_keeps_its_lines_and_its_places():
    text = "标\u200b准\t20\ue004项\r\n二 、㎡\x00"
    folded, places = fold_with_places(text)
    seen, starts, ends = seen_with_places(text, places)
    assert seen == "标准\t20项\r\n二 、㎡"
    at = seen.index("20项")
    assert folded[starts[at] : ends[at + 2]] == "20项"
    assert folded[starts[-1] : ends[-1]] == "m2"


@given(plain_text, st.data())
def test_a_stretch_of_what_is_seen_is_found_at_its_place(text, data):
    folded, places = fold_with_places(text)
    seen, starts, ends = seen_with_places(text, places)
    assert fold(seen) == folded
    if seen:
        low = data.draw(st.integers(0, len(seen) - 1))
        high = data.draw(st.integers(low, len(seen) - 1))
        assert folded[starts[low] : ends[high]] == fold(seen[low : high + 1])
