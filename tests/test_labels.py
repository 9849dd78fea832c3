"""Texts in figures: measured, cut and folded as Chinese and English are set."""

import pytest

from stdpolicy.figures.labels import folded, shortened, text_width, unfolded

TEXTS = [
    "6 项判定中在各种读法下均成立的有 0 项；未定者中有 3 项在某种读法下可定",
    "粗略读法：23 项中 21 项完成；可以确认的：58 项中完成 10% 至 100%",
    "公开标准中自主制定标准占比（含“领跑者”）、2018–2020 年",
    "Of 58 promises 6 can be shown to be kept; naive ratios claim 21 of 23",
    "山东 2018–2020，国际标准：129 项为历年累计",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [60, 90, 140, 220, 400])
def test_folding_loses_nothing_and_keeps_to_the_width(text, width):
    out = folded(text, width)
    assert unfolded(out) == text
    assert all(text_width(line) <= width for line in out.split("\n"))
    for line in out.split("\n"):
        assert line[0] not in "，。；：、）”"
        assert line[-1] not in "（“"
        assert not line[-1].isdigit() or "项" not in out[out.index(line) + len(line) :][:2]


def test_a_cut_text_says_so_and_fits():
    text = "national standards, rural revitalization"
    assert shortened(text, 500) == text
    for width in (30, 60, 100):
        cut = shortened(text, width)
        assert cut.endswith("…")
        assert text_width(cut) <= width


def test_widths_grow_with_size_and_chinese_characters_are_square():
    assert text_width("标准", 7) == pytest.approx(14, abs=0.5)
    assert text_width("标准", 8) > text_width("标准", 7)
    assert text_width("a\nlonger\nb") == text_width("longer")
    assert text_width("") == 0
