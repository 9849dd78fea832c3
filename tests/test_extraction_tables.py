"""What the extractor reads in tables, whatever is left of their lines. All tables are invented."""

import pytest

import stdpolicy as sp
from stdpolicy.extraction.grids import read_header


def cells(text: str, **options) -> list[tuple]:
    found = sp.extract(text, **options)
    assert all(text[row.start : row.end] == row.quote for row in found.itertuples())
    table = found.astype(object).where(found.notna(), None)
    return [
        (r.quote, r.value_low, r.value_high, r.unit, r.kind, r.target_year)
        for r in table.itertuples()
    ]


PLAN = "示例市“十四五”水务发展规划\n\n"


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n"])
def test_one_cell_a_line_with_a_column_of_units(gap):
    rows = ["序号", "指标", "单位", "计划任务", "其中：2022年任务", "指标属性"]
    rows += ["1", "新建供水管", "公里", "210", "45", "约束性"]
    rows += ["2", "新增供水能力", "万m³/小时", "12", "2.5", "约束性"]
    text = PLAN + f"表1  “十四五”供水设施主要指标{gap}" + gap.join(rows) + gap
    assert cells(text) == [
        ("210", 210, 210, "公里", "target", 2025),
        ("45", 45, 45, "公里", "target", 2022),
        ("12", 120000, 120000, "m³/小时", "target", 2025),
        ("2.5", 25000, 25000, "m³/小时", "target", 2025 - 3),
    ]


def test_units_in_brackets_and_cells_without_a_value():
    text = PLAN + (
        "表2 主要指标\n序号\n类别\n主要指标\n2020年现状\n2025年目标\n指标\n属性\n"
        "1\n供水\n普及率（%）\n——\n95\n约束性\n2\n\n漏损率（%）\n12\n＜9\n预期性\n"
        "3\n排水\n达标率（%）\n县城≥30\n镇区≥15\n县城≥50\n镇区≥40\n预期性\n"
    )
    assert cells(text) == [
        ("95", 95, 95, "%", "target", 2025),
        ("12", 12, 12, "%", "outcome", None),
        ("9", None, 9, "%", "target", 2025),
        ("30", 30, None, "%", "outcome", None),
        ("15", 15, None, "%", "outcome", None),
        ("50", 50, None, "%", "target", 2025),
        ("40", 40, None, "%", "target", 2025),
    ]


def test_a_table_of_completion_holds_targets_of_a_period_that_is_over():
    text = (
        "表1 “十三五”指标完成情况\n序号\n项目类别\n单位\n“十三五”规划\n目标\n"
        "“十三五”完成\n情况\n完成率\n1\n新建水闸\n座\n20\n25\n125%\n2\n改造泵站\n座\n8\n8\n100%\n"
    )
    found = cells(text)
    assert [row[4] for row in found] == ["other", "outcome", "outcome"] * 2
    assert [row[3] for row in found] == ["座", "座", "%"] * 2


def test_a_list_of_projects():
    text = (
        "重点项目表\n序号\n项目名称\n建设内容\n建设年限\n总投资\n（万元）\n“十四五”\n投资（万元）\n"
        "1\n东河工程\n治理河道8.5公里，新建水闸2座\n2020-2024\n25000\n18000\n"
        "2\n西湖工程\n疏浚湖区3.2公里\n2023-2027\n9000\n4000\n"
    )
    assert cells(text) == [
        ("8.5公里", 8.5, 8.5, "公里", "target", 2024),
        ("2座", 2, 2, "座", "target", 2024),
        ("25000", 2.5e8, 2.5e8, "元", "other", None),
        ("18000", 1.8e8, 1.8e8, "元", "target", 2025),
        ("3.2公里", 3.2, 3.2, "公里", "target", 2027),
        ("9000", 9e7, 9e7, "元", "other", None),
        ("4000", 4e7, 4e7, "元", "target", 2025),
    ]


def test_cells_that_have_run_into_each_other_are_cut_so_that_the_row_adds_up():
    text = (
        "专栏1：“十二五”主要指标序号指标2010年2015年2015年比2010年增长"
        "1用水总量（万吨）255.7234.6-8.3%2供水能力（万吨）31.537.017.5%"
        "3达标比例（%）5864.56.5个百分点4劣质比例（%）17.7<15-2.7个百分点。"
    )
    found = sp.extract(text)
    assert found["quote"].tolist()[:3] == ["255.7", "234.6", "8.3%"]
    assert found["value_low"].tolist()[0] == 2557000
    assert found["quote"].tolist()[3:6] == ["31.5", "37.0", "17.5%"]
    assert found["quote"].tolist()[6:9] == ["58", "64.5", "6.5个百分点"]
    assert found["kind"].tolist() == ["outcome", "target", "target"] * 4
    assert found["direction"].tolist()[2::3] == ["down", "up", "up", "down"]
    assert found["modifier"].tolist()[10] == "at_most"
    assert found["target_year"].dropna().unique().tolist() == [2015]


def test_rows_with_totals_in_brackets():
    text = (
        "专栏2 “十三五”时期主要指标\n指标 2015年 2020年 年均增速[累计] 属性\n"
        "（1）地区产值（亿元） 1203.5 1850 9% 预期性\n"
        "（2）城镇化率（%） 51.357.5〔6.2〕 预期性\n"
        "（3）新增就业（万人） — — 〔＞12〕 预期性\n"
        "（4）万元产值用水量下降（%） — — 〔20〕 约束性\n"
    )
    found = sp.extract(text)
    assert found["quote"].tolist() == "1203.5 1850 9% 51.3 57.5 6.2 12 20".split()
    assert found["unit"].tolist() == ["元", "元", "%", "%", "%", "个百分点", "人", "%"]
    assert found["bound"].tolist()[2] == "change"
    assert found["bound"].tolist()[5:] == ["change", "at_least", "change"]
    assert found["direction"].tolist()[-1] == "down"
    assert found["kind"].tolist() == ["outcome", "target", "target"] * 2 + ["target"] * 2


@pytest.mark.parametrize("bar", ["\t", " | ", " ", "　"])
def test_cells_between_tabs_and_bars(bar):
    rows = [
        ["指标", "单位", "2020年", "2025年", "属性"],
        ["供水普及率", "%", "91.2", "≥95", "约束性"],
        ["新增蓄水能力", "万立方米", "—", "320", "预期性"],
    ]
    text = PLAN + "\n".join(bar.join(row) for row in rows) + "\n"
    assert cells(text) == [
        ("91.2", 91.2, 91.2, "%", "outcome", None),
        ("95", 95, None, "%", "target", 2025),
        ("320", 3200000, 3200000, "立方米", "target", 2025),
    ]


def test_a_unit_for_the_whole_table():
    text = "项目表\n单位：万元\n序号\n项目名称\n总投资\n1\n东厂\n350\n2\n西厂\n125\n3\n南厂\n80\n"
    assert [(row[0], row[1], row[3]) for row in cells(text)] == [
        ("350", 3500000, "元"),
        ("125", 1250000, "元"),
        ("80", 800000, "元"),
    ]


def test_dates_and_running_numbers_in_a_table_are_no_quantities():
    rows = ["1", "甲市", "2011年6月", "2", "乙市", "2013年10月", "3", "丙市", "2014年"]
    text = "\n".join(["表2 发生时间", "序号", "城市名称", "发生时间", *rows])
    assert cells(text) == []


@pytest.mark.parametrize(
    ("title", "role", "year", "unit"),
    [
        ("序号", "label", None, None),
        ("指标属性", "label", None, None),
        ("2020年", "value", 2020, None),
        ("2025年目标", "aim", 2025, None),
        ("“十三五”规划目标", "aim", 2020, None),
        ("2020年实际完成", "done", 2020, None),
        ("现状值", "base", None, None),
        ("年均增速（%）", "change", None, "%"),
        ("总投资（万元）", "whole", None, "万元"),
        ("起止年限", "time", None, None),
    ],
)
def test_headers(title, role, year, unit):
    assert read_header(title) == (role, year, unit)


def test_cells_between_bars_one_a_line():
    text = (
        "表一：生产总值\n指 标 |\n单位 |\n2021年 |\n比上年增长(%) |\n"
        "甲产业 |\n亿元 |\n91.3 |\n7.5 |\n乙产业 |\n亿元 |\n6.2 |\n6.9 |\n"
    )
    found = sp.extract(text, genre="report", year=2021)
    assert found["value_low"].tolist() == [9.13e9, 7.5, 6.2e8, 6.9]
    assert found["unit"].tolist() == ["元", "%", "元", "%"]
    assert found["bound"].tolist() == ["exact", "change"] * 2


def test_the_unit_of_a_caption_holds_for_cells_between_bars():
    text = (
        "全区产量 | |\n单位:吨 | |\n产品名称 | 产量 |\n"
        "粮食 | 143972 |\n棉花 | 58 |\n油料 | 28762 |\n"
    )
    found = sp.extract(text)
    assert found["unit"].tolist() == ["吨"] * 3
    assert found["value_low"].tolist() == [143972, 58, 28762]


def test_years_before_a_table_are_not_its_columns():
    text = (
        "到2025年，全面改善环境。专栏2 主要指标 指标2020年2025年“十四五”\n\n增减情况"
        "1甲排放总量（万吨）14141270-10%2乙排放总量（万吨）25492295-10%"
    )
    found = sp.extract(text, genre="plan")
    table = found[found["note"].eq("unit_from_header") | found["quote"].str.endswith("%")]
    assert table["value_low"].tolist() == [1414e4, 1270e4, 10, 2549e4, 2295e4, 10]
    assert table["kind"].tolist() == ["outcome", "target", "target"] * 2


def test_the_first_column_names_the_rows_whatever_it_is_called():
    text = (
        "| 规划指标体系 | 2022年 | 2035年 | 属性 |\n| :--- | :--- | :--- | :--- |\n"
        "| 户籍人口（人） | 1403 | - | 预期性 |\n| 耕地（公顷） | 85.42 | 127.18 | 约束性 |\n"
        "| 林地（公顷） | 90 | 95 | 约束性 |\n"
    )
    found = sp.extract(text, genre="plan")
    assert found["value_low"].tolist() == [1403, 85.42, 127.18, 90, 95]
    assert found["kind"].tolist() == ["outcome", "outcome", "target", "outcome", "target"]
    assert found["target_year"].dropna().tolist() == [2035, 2035]


def test_cells_that_ran_into_each_other_are_as_many_as_the_columns():
    text = (
        "专栏1 主要指标指 标2015年2020年〔累计〕属性林地覆盖率（%）21.6623.04〔1.38〕约束性"
        "水质比例（%）70.570左右-预期性草地盖度（%）5456-预期性浓度下降（%）--〔18〕约束性"
    )
    found = sp.extract(text, genre="plan")
    assert found["value_low"].tolist() == [21.66, 23.04, 1.38, 70.5, 70, 54, 56, 18]
    assert found["unit"].tolist() == ["%", "%", "个百分点", "%", "%", "%", "%", "%"]
    assert found["kind"].tolist()[:2] == ["outcome", "target"]


def test_a_title_over_the_years_gives_them_its_unit_and_numbers_of_rows_may_recur():
    cells = (
        "序号 地市 区域数量 整治计划（处） 2020年（已整治） 2021年 2022年 "
        "1 甲市 8 3 4 1 2 乙市 38 25 6 7 3 丙市 26 15 6 5 4 丁市 9 7 1 1"
    ).split()
    found = sp.extract("附表1 整治计划表\n" + "\n\n".join(cells) + "\n")
    assert found["value_low"].tolist() == [8, 3, 4, 1, 38, 25, 6, 7, 26, 15, 6, 5, 9, 7, 1, 1]
    assert found["unit"].eq("处").all()
    years = found["target_year"].tolist()
    assert years[2:4] == [2021, 2022]
    assert years[-2:] == [2021, 2022]
    assert found["kind"].tolist()[1::4] == ["outcome"] * 4


def test_running_numbers_far_apart_are_none():
    rows = "\n\n".join(
        f"{number}\n\n第某指标率（%）\n\n{'这一指标的含义和算法，以及来源。' * 9}\n\n导向指标"
        for number in range(1, 8)
    )
    found = sp.extract(f"附件 指标体系\n\n序号\n\n指标\n\n解释\n\n类型\n\n{rows}\n")
    assert found.empty


def test_numbers_of_rows_within_a_row_are_none():
    cells = (
        "序号 项目名称 总投资（万元） 年度投资（万元） 1 甲工程 397000 152000 "
        "（1） 甲工程一段 78000 23000 （2） 甲工程二段 168000 44000 2 乙工程 1200 600"
    ).split()
    found = sp.extract("附表 项目表\n" + "\n\n".join(cells) + "\n")
    values = [3.97e9, 1.52e9, 7.8e8, 2.3e8, 1.68e9, 4.4e8, 1.2e7, 6e6]
    assert found["value_low"].tolist() == values
