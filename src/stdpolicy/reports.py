"""Tables of results: shown with words in place of keys, and files that are whole or not there."""

import dataclasses
import math
import pathlib
import re

import pandas as pd

from stdpolicy import schema
from stdpolicy.errors import UsageError
from stdpolicy.files import write_bytes, write_csv

Tables = dict[str, pd.DataFrame]

#: Columns that hold keys, with the table that has their labels and the columns of key and label.
_KEYS = {
    "jurisdiction": ("jurisdictions", "key", "{}"),
    "indicator": ("indicators", "key", "{}"),
    "domain": ("domains", "key", "{}"),
    "scope": ("scopes", "key", "{}"),
    "agency": ("agencies", "key", "{}"),
    "instrument": ("instruments", "key", "{}"),
    "criterion": ("criteria", "key", "{}"),
    "term": ("terms", "key", "{}"),
    "doc_id": ("documents", "doc_id", "short_{}"),
}
#: Columns of results that hold what another column holds; see :func:`_namesake`.
_NAMESAKES = {
    "after_kind": "kind",
    "agency_kind": "kind",
    "becomes": "agency",
    "before_kind": "kind",
    "block": "tier",
    "busiest": "agency",
    "chain": "jurisdiction",
    "cited_level": "level",
    "cites": "doc_id",
    "first": "instrument",
    "first_reason": "reason",
    "leader": "agency",
    "part_tiers": "tier",
    "partner": "agency",
    "payer": "agency",
    "plans": "doc_id",
    "predecessors": "agency",
    "ranking": "criterion",
    "relations": "relation",
    "run_by": "agency",
    "second": "instrument",
    "second_reason": "reason",
    "side": "instrument",
    "supporter": "agency",
    "through": "jurisdiction",
    "variable": "criterion",
    "via": "doc_id",
}
#: Columns of results, and columns of the schema that a table of results names otherwise.
_COLUMNS = {
    "adds_up": ("adds up?", "是否相加"),
    "after": ("after", "之后"),
    "after_date": ("later date", "后一时点"),
    "after_high": ("later share, to", "后一份额上限"),
    "after_kind": ("later kind", "后者类别"),
    "after_low": ("later share, from", "后一份额下限"),
    "after_mix": ("later mix", "后一构成"),
    "again": ("said again", "重申"),
    "agencies": ("agencies", "机构数"),
    "agency_kind": ("kind of agency", "机构类别"),
    "ahead": ("still ahead", "尚未到期"),
    "all": ("all", "全部数"),
    "all_high": ("share of all, to", "全体份额上限"),
    "all_id": ("all: figure", "全部数出处"),
    "all_low": ("share of all, from", "全体份额下限"),
    "allowed": ("counts allow a test", "频数可供检验"),
    "alone": ("this tier only", "仅计该层级"),
    "alpha": ("Krippendorff's alpha", "克里彭多夫 α"),
    "alpha_high": ("alpha, to", "α 上限"),
    "alpha_low": ("alpha, from", "α 下限"),
    "amounts": ("amounts in a window", "期内数个数"),
    "answers": ("what it answers", "对应情况"),
    "as_of": ("as of", "截至"),
    "assumption": ("assumption", "假设"),
    "at": ("at", "时点"),
    "awards_without_amount": ("awards without an amount", "无金额的奖励机制数"),
    "band": ("grade", "等级"),
    "band_en": ("grade", "等级"),
    "band_other": ("grade otherwise", "改变后的等级"),
    "band_zh": ("grade", "等级"),
    "base_id": ("baseline", "基线"),
    "base_value": ("baseline", "基线值"),
    "baseline_confidence": ("its confidence", "基线可信度"),
    "baseline_date": ("baseline as of", "基线日期"),
    "baseline_high": ("its number, to", "基线数字上限"),
    "baseline_low": ("its number", "基线数字"),
    "baseline_quality": ("its source", "基线来源类别"),
    "becomes": ("becomes", "承继机构"),
    "before": ("before", "之前"),
    "before_date": ("earlier date", "前一时点"),
    "before_high": ("earlier share, to", "前一份额上限"),
    "before_kind": ("earlier kind", "前者类别"),
    "before_low": ("earlier share, from", "前一份额下限"),
    "before_mix": ("earlier mix", "前一构成"),
    "begins": ("begins", "起"),
    "begins_from": ("begin known from", "起日依据"),
    "begun": ("begun", "已开始"),
    "behind": ("behind the path", "落后于直线"),
    "behind_as_of": ("behind the path then", "当日落后于直线"),
    "between_partners": ("betweenness among agencies", "机构间中介度"),
    "betweenness": ("betweenness", "中介度"),
    "block": ("tiers told together", "合计的层级"),
    "block_high": ("told together, to", "合计上限"),
    "block_low": ("told together, from", "合计下限"),
    "block_share_high": ("share together, to", "合计份额上限"),
    "block_share_low": ("share together, from", "合计份额下限"),
    "both_lead": ("both lead", "双方牵头"),
    "both_share": ("both share", "双方分工"),
    "both_support": ("both support", "双方配合"),
    "bounded": ("bounded", "有界"),
    "bounds": ("targets bounded", "所界定目标数"),
    "busiest": ("busiest", "任务最多者"),
    "busiest_before": ("most of one before", "合并前最多"),
    "busiest_share": ("its share", "其份额"),
    "by": ("by", "分组"),
    "chain": ("levels", "层级链"),
    "change": ("change", "变化"),
    "change_high": ("change of the upper end, yuan", "上限变化（元）"),
    "change_low": ("change of the lower end, yuan", "下限变化（元）"),
    "changed": ("changed", "有变"),
    "changes": ("change", "改动"),
    "characters": ("characters", "字符数"),
    "chi_square": ("chi-square", "卡方"),
    "cited_level": ("its level", "被引文件层级"),
    "cited_on": ("it was issued on", "被引文件日期"),
    "closeness": ("closeness", "接近度"),
    "column": ("column", "列"),
    "comparable": ("comparable", "可比"),
    "containment": ("share found in the earlier", "见于在先文件的比例"),
    "containment_upper": ("share found in the later", "见于在后文件的比例"),
    "contradictory": ("contradictory", "相互矛盾"),
    "corrections": ("corrections", "更正次数"),
    "cosine": ("cosine", "余弦"),
    "cosine_tfidf": ("cosine, tf-idf", "加权余弦"),
    "count": ("count", "数量"),
    "countable": ("numbers of things", "计数者"),
    "counted": ("what is counted", "所计对象"),
    "covered": ("letters taken over, share", "沿用字数占比"),
    "covered_upper": ("letters repeated later, share", "被沿用字数占比"),
    "cramers_v": ("Cramér's V", "克拉默系数"),
    "criteria": ("criteria", "评分标准数"),
    "current": ("current figure", "现值"),
    "cut_off": ("agencies cut off", "失联机构数"),
    "date": ("date", "日期"),
    "days_high": ("days, to", "天数上限"),
    "days_late": ("days late", "迟报天数"),
    "days_low": ("days, from", "天数下限"),
    "degree": ("degree", "度中心度"),
    "degrees": ("degrees of freedom", "自由度"),
    "deliverables": ("deliverables", "事项数"),
    "delta_high": ("difference, to", "差值上限"),
    "delta_low": ("difference, from", "差值下限"),
    "depression": ("depression index", "凹陷指数"),
    "depth": ("depth", "合作深度"),
    "descendants": ("documents that come from it", "所衍生文件数"),
    "differs": ("what differs", "不同之处"),
    "direct": ("that cite it", "直接引用者"),
    "disputed": ("sources disagree", "来源有冲突"),
    "disputed_scores": ("scores in dispute", "有分歧的评分数"),
    "doc_id": ("document", "文件"),
    "documents": ("documents", "文件数"),
    "due": ("due", "到期日"),
    "due_on": ("report due", "应报日"),
    "duties": ("duties", "职责数"),
    "earned": ("criteria met", "符合数"),
    "effective": ("effective number", "有效数"),
    "eigenvector": ("eigenvector", "特征向量中心度"),
    "ends": ("ends", "止"),
    "ends_from": ("end known from", "止日依据"),
    "evidence": ("evidence", "证据"),
    "evidence_id": ("evidence", "证据"),
    "evidence_ids": ("evidence", "证据"),
    "fact_en": ("what is lacking", "所缺事实"),
    "fact_zh": ("what is lacking", "所缺事实"),
    "factor_high": ("factor, to", "倍数上限"),
    "factor_low": ("factor, from", "倍数下限"),
    "facts": ("facts", "事实数"),
    "fate": ("fate", "去向"),
    "first": ("first coding", "第一遍"),
    "first_high": ("first told, to", "首报上限"),
    "first_low": ("first told", "首报"),
    "first_reason": ("first cue", "第一遍依据"),
    "first_reported_on": ("told on", "首报日"),
    "first_score": ("first coding", "第一遍"),
    "found_high": ("share found, to", "已知份额上限"),
    "found_low": ("share found, from", "已知份额下限"),
    "gives": ("ends given", "给出的端点"),
    "goals": ("goals", "目标得分"),
    "goals_weighed": ("goals × strength", "目标×力度"),
    "graded": ("number graded", "所评数值"),
    "group": ("group", "组别"),
    "herfindahl": ("Herfindahl index", "赫芬达尔指数"),
    "high": ("at most", "至多"),
    "high_as_of": ("at most, as of then", "截至当日至多"),
    "high_as_read": ("at most, when read", "读数时至多"),
    "high_evidence": ("upper end from", "上限依据"),
    "high_without": ("at most, without it", "去掉后至多"),
    "how": ("how found", "如何得知"),
    "in_time": ("in time", "按期"),
    "in_total": ("in the total", "计入合计"),
    "incentive_id": ("subsidy", "资助"),
    "incentives": ("subsidies", "资助事项"),
    "indicator_relation": ("indicator below is", "下级指标相对"),
    "jaccard": ("Jaccard index", "杰卡德系数"),
    "kappa": ("Cohen's kappa", "科恩 κ"),
    "kept": ("kept", "已兑现"),
    "keys": ("rows", "数据行"),
    "kind": ("kind", "类别"),
    "known": ("jurisdictions", "辖区数"),
    "known_from": ("known from", "依据"),
    "label_en": ("what", "事项"),
    "label_zh": ("what", "事项"),
    "last_high": ("told now, to", "现报上限"),
    "last_low": ("told now", "现报"),
    "last_report_id": ("latest report", "最近报告"),
    "last_reported_on": ("corrected on", "更正日"),
    "late": ("late", "迟报"),
    "lead": ("leads", "牵头"),
    "lead_share": ("share of leads", "牵头份额"),
    "lead_shared": ("one leads, one shares", "一方牵头一方分工"),
    "lead_support": ("one leads, one supports", "一方牵头一方配合"),
    "leader": ("leads", "牵头机构"),
    "leads_alone": ("leads alone", "独家牵头"),
    "least_expected": ("least expected count", "最小期望频数"),
    "led": ("led", "主导数"),
    "led_id": ("led: figure", "主导数出处"),
    "left_high": ("left, at most", "尚余至多"),
    "left_low": ("left, at least", "尚余至少"),
    "left_out": ("left out", "去掉"),
    "links": ("links", "关联行数"),
    "load": ("load", "负担类别"),
    "log_odds": ("log-odds", "对数几率差"),
    "lost_high": ("no upper end: why", "无上限的缘由"),
    "lost_low": ("no lower end: why", "无下限的缘由"),
    "low": ("at least", "至少"),
    "low_as_of": ("at least, as of then", "截至当日至少"),
    "low_as_read": ("at least, when read", "读数时至少"),
    "low_evidence": ("lower end from", "下限依据"),
    "low_without": ("at least, without it", "去掉后至少"),
    "lower_bound": ("bound below", "下级界限"),
    "lower_count": ("count, later", "在后次数"),
    "lower_due": ("deadline below", "下级截止日"),
    "lower_high": ("number below, to", "下级数字上限"),
    "lower_jurisdiction": ("jurisdiction below", "下级辖区"),
    "lower_key": ("target below", "下级目标"),
    "lower_level": ("level below", "下级层级"),
    "lower_low": ("number below", "下级数字"),
    "lower_per_thousand": ("per 1,000, later", "在后每千次"),
    "lower_terms": ("terms, later", "在后术语数"),
    "lower_unit": ("unit below", "下级单位"),
    "lower_wording": ("wording below", "下级措辞"),
    "making": ("whose standards", "谁的标准"),
    "mean": ("mean", "平均"),
    "mean_all": ("mean with all", "全部变量平均"),
    "mean_value": ("mean over variables", "变量平均"),
    "measure_en": ("measure", "指标"),
    "measure_zh": ("measure", "指标"),
    "measured": ("value", "数值"),
    "measures": ("measures", "措施得分"),
    "measures_weighed": ("measures × strength", "措施×力度"),
    "met": ("met", "完成"),
    "method": ("method", "方法"),
    "missing": ("missing", "缺失"),
    "mix_id": ("mix", "构成"),
    "money": ("money attached", "所附资助"),
    "months_high": ("months, to", "月数上限"),
    "months_low": ("months, from", "月数下限"),
    "move": ("move", "变动"),
    "moves": ("place changes", "名次改变"),
    "naive_evidence_id": ("naive ratio from", "粗略比值依据"),
    "naive_move": ("move by the shares", "仅看份额"),
    "naive_ratchet": ("by the numbers", "仅看数字"),
    "naive_ratio": ("naive ratio", "粗略比值"),
    "naive_share": ("naive share", "粗略比例"),
    "named_alone": ("alone in a task", "独家承担"),
    "names": ("of it names, share", "名称占比"),
    "no_evidence": ("no evidence", "无证据"),
    "not_kept": ("not kept", "未兑现"),
    "not_met": ("not met", "未完成"),
    "novelty": ("novelty", "新颖度"),
    "number": ("number", "序号"),
    "number_high": ("number, to", "数量上限"),
    "number_low": ("number, from", "数量下限"),
    "numbers": ("numbers", "数字个数"),
    "on_time": ("on time", "按时"),
    "one_date": ("date of one", "其一时点"),
    "one_high": ("one, to", "其一上限"),
    "one_key": ("one figure", "其一"),
    "one_keys": ("one figure", "其一"),
    "one_low": ("one", "其一数字"),
    "one_source": ("its source", "其一来源"),
    "opens": ("from", "起始日"),
    "order": ("order", "先后"),
    "other_date": ("date of the other", "另一时点"),
    "other_high": ("the other, to", "另一上限"),
    "other_key": ("other figure", "另一"),
    "other_keys": ("other figure", "另一"),
    "other_low": ("the other", "另一数字"),
    "other_source": ("source of the other", "另一来源"),
    "overdue": ("overdue", "逾期"),
    "overlapping": ("parts that repeat", "重复的分目标数"),
    "p": ("p", "显著性概率"),
    "pace_high": ("a year, at most", "每年至多需"),
    "pace_low": ("a year, at least", "每年至少需"),
    "pairs": ("pairs", "对数"),
    "part": ("part of the network", "所属部分"),
    "part_of": ("part of", "所属目标"),
    "part_tiers": ("tiers of the parts", "分目标层级"),
    "partly": ("kept in part", "部分兑现"),
    "partner": ("partner", "合作机构"),
    "partners": ("partners", "合作机构数"),
    "parts": ("parts", "分目标数"),
    "parts_agencies": ("articulation point among agencies", "机构网关节点"),
    "parts_high": ("sum, to", "合计上限"),
    "parts_low": ("sum, from", "合计下限"),
    "parts_tasks": ("articulation point with tasks", "任务网关节点"),
    "past": ("past, nothing known", "已到期而无所知"),
    "path": ("straight path", "直线进度"),
    "path_as_of": ("straight path then", "当日直线进度"),
    "per_thousand": ("per 1,000 terms", "每千次术语"),
    "per_year_high": ("a year, to", "每年上限"),
    "per_year_low": ("a year, from", "每年下限"),
    "place": ("place", "名次"),
    "place_all": ("place with all", "全部变量名次"),
    "places": ("places", "处数"),
    "plans": ("which", "各文件"),
    "pmc": ("PMC index", "PMC 指数"),
    "pmc_high": ("PMC index, to", "PMC 指数上限"),
    "pmc_low": ("PMC index, from", "PMC 指数下限"),
    "pmc_other": ("PMC index otherwise", "改变后的指数"),
    "predecessors": ("unites", "合并自"),
    "present": ("has a target", "有目标"),
    "product": ("score × strength", "得分×力度"),
    "promise": ("promise", "承诺"),
    "promised": ("promised", "承诺"),
    "promises": ("promises", "承诺数"),
    "purpose_en": ("for what", "事由"),
    "purpose_zh": ("for what", "事由"),
    "ranking": ("strength by", "力度依据"),
    "ratchet": ("the level below asks", "下级要求"),
    "rate_any": ("share with any figure", "有数字的比例"),
    "rate_bounded": ("share settled or bounded", "判定或有界的比例"),
    "rate_settled": ("share settled", "可判定的比例"),
    "ratio_high": ("ratio, at most", "比值至多"),
    "ratio_low": ("ratio, at least", "比值至少"),
    "reading": ("reading", "读法"),
    "reason_en": ("reason", "理由"),
    "reason_zh": ("reason", "理由"),
    "reasons_en": ("reasons", "理由"),
    "reasons_zh": ("reasons", "理由"),
    "recipient_en": ("paid to", "受助者"),
    "recipient_zh": ("paid to", "受助者"),
    "related": ("a wider or narrower one", "仅有更宽或更窄者"),
    "relations": ("relations", "各种关系"),
    "remainder_high": ("remainder, to", "余额上限"),
    "remainder_low": ("remainder, from", "余额下限"),
    "remarked": ("remark of the coder", "编码者有备注"),
    "repeated": ("only repeats", "仅为重复"),
    "reported": ("reported", "公布"),
    "reported_high": ("reported, to", "公布上限"),
    "reported_low": ("reported", "公布"),
    "revised": ("corrected", "已更正"),
    "revised_by": ("corrected by", "更正报告"),
    "revised_on": ("corrected on", "更正日"),
    "row": ("row", "行"),
    "row_id": ("key", "标识"),
    "rows": ("rows", "行数"),
    "same": ("the same", "一致"),
    "same_deadline": ("same deadline", "同一截止日"),
    "second": ("second coding", "第二遍"),
    "second_reason": ("second cue", "第二遍依据"),
    "second_score": ("second coding", "第二遍"),
    "series_unit": ("unit of the series", "序列单位"),
    "set": ("set", "组"),
    "setting_en": ("taken as", "取值"),
    "setting_zh": ("taken as", "取值"),
    "settled": ("settled", "可判定"),
    "several": ("several tiers", "兼计多个层级"),
    "share": ("share", "占比"),
    "share_below_5": ("share of expected counts below 5", "期望频数小于 5 的占比"),
    "share_high": ("share, to", "份额上限"),
    "share_low": ("share, from", "份额下限"),
    "shared": ("shares", "分工负责"),
    "shared_support": ("one shares, one supports", "一方分工一方配合"),
    "shared_terms": ("terms in common", "共有术语数"),
    "side": ("side", "类型"),
    "silent": ("silent", "无数字"),
    "source": ("source", "来源"),
    "source_keys": ("sources", "来源"),
    "sources": ("sources", "来源数"),
    "state": ("what is known", "所知"),
    "stated": ("day given", "定日"),
    "statement": ("statement", "陈述"),
    "status": ("status", "状态"),
    "status_en": ("status", "状态"),
    "status_zh": ("status", "状态"),
    "steps": ("steps", "步数"),
    "strength": ("strength", "政策力度"),
    "superseded": ("superseded", "已被取代"),
    "superseded_by": ("superseded by", "取代者"),
    "support": ("supports", "配合"),
    "supporter": ("supports", "配合机构"),
    "target_id": ("target", "目标"),
    "target_value": ("aim", "目标值"),
    "targets": ("targets", "目标数"),
    "task_en": ("task", "任务"),
    "task_zh": ("task", "任务"),
    "tasks": ("tasks", "任务数"),
    "things_high": ("things paid for, to", "受助项数上限"),
    "things_low": ("things paid for, from", "受助项数下限"),
    "three_share": ("share of three", "前三家份额"),
    "through": ("levels between", "中间层级"),
    "together": ("tasks of several of them", "原由多家共担"),
    "told": ("told", "有数字"),
    "total": ("total", "总分"),
    "totals": ("totals at a date", "时点总量个数"),
    "touched": ("touched", "仅涉及"),
    "unclear": ("touched only", "仅有涉及"),
    "undetermined": ("undetermined", "无法判定"),
    "unit": ("unit", "单位"),
    "unit_kind": ("which of them", "类别"),
    "units": ("tasks and mechanisms", "任务与机制数"),
    "unknown": ("not known", "不明"),
    "upper_bound": ("bound above", "上级界限"),
    "upper_count": ("count, earlier", "在先次数"),
    "upper_domain": ("field above", "上级领域"),
    "upper_due": ("deadline above", "上级截止日"),
    "upper_high": ("number above, to", "上级数字上限"),
    "upper_indicator": ("indicator above", "上级指标"),
    "upper_jurisdiction": ("jurisdiction above", "上级辖区"),
    "upper_key": ("target above", "上级目标"),
    "upper_level": ("level above", "上级层级"),
    "upper_low": ("number above", "上级数字"),
    "upper_per_thousand": ("per 1,000, earlier", "在先每千次"),
    "upper_terms": ("terms, earlier", "在先术语数"),
    "upper_unit": ("unit above", "上级单位"),
    "upper_wording": ("wording above", "上级措辞"),
    "value": ("standards", "标准数"),
    "value_id": ("current figure from", "现值依据"),
    "variable": ("variable", "变量"),
    "variables": ("variables", "变量数"),
    "verdict": ("verdict at the deadline", "到期时的判定"),
    "verdict_as_of": ("verdict as of then", "截至当日的判定"),
    "verdict_as_of_without": ("as of then, without it", "去掉后截至当日的判定"),
    "verdict_upper": ("verdict at the upper end", "按上限的判定"),
    "verdict_without": ("without it", "去掉后的判定"),
    "via": ("by way of", "经由"),
    "wan_change_high": ("change of the upper end, 10,000 yuan", "上限变化（万元）"),
    "wan_change_low": ("change of the lower end, 10,000 yuan", "下限变化（万元）"),
    "wan_high": ("10,000 yuan, to", "上限（万元）"),
    "wan_low": ("10,000 yuan, from", "下限（万元）"),
    "wanted": ("facts lacking", "所缺事实类别"),
    "weight": ("weight", "权重"),
    "what": ("comparison", "比较"),
    "whole_high": ("total, to", "总目标上限"),
    "whole_low": ("total, from", "总目标下限"),
    "why": ("why not", "缘由"),
    "why_en": ("why", "缘由"),
    "why_missing_en": ("why nothing", "为何没有"),
    "why_missing_zh": ("why nothing", "为何没有"),
    "why_no_trend_en": ("why no trend", "为何看不出趋势"),
    "why_no_trend_zh": ("why no trend", "为何看不出趋势"),
    "why_zh": ("why", "缘由"),
    "window": ("time window", "时间窗"),
    "with_target": ("with a target", "有目标者"),
    "within": ("within windows", "在期间内"),
    "words_en": ("reading", "读法"),
    "words_zh": ("reading", "读法"),
    "would_show": ("would show", "可证实"),
    "year": ("year", "年份"),
    "year_from": ("year is that of", "年份取自"),
    "years_high": ("years, at most", "年数至多"),
    "years_left": ("years left", "剩余年数"),
    "years_low": ("years, at least", "年数至少"),
    "yuan_high": ("yuan, to", "上限（元）"),
    "yuan_low": ("yuan, from", "下限（元）"),
    "z": ("z", "标准化得分"),
}
#: Values of results that no vocabulary has.
_VALUES = {
    "acceptable": ("acceptable", "可接受"),
    "action": ("action", "行为"),
    "after": ("later, as it must", "在后，相符"),
    "ahead": ("still ahead", "尚未到期"),
    "all": ("all", "全部"),
    "all_time": ("all time", "历年累计"),
    "alone": ("no other tier on that basis", "同口径下没有其他层级"),
    "any_part": ("any part", "任一职责"),
    "apart": ("no successor coded", "未编码承继机构"),
    "as_of": ("as of then", "截至当日"),
    "at_date": ("a total at a date", "有时点总量"),
    "base": ("base of counting", "计数范围"),
    "base_date": ("start", "起算日"),
    "baseline": ("baseline", "基线"),
    "basis": ("basis", "口径"),
    "before": ("earlier than what it cites", "早于所引文件"),
    "begun": ("begun", "已开始"),
    "between": ("difference of two totals", "两个累计数之差"),
    "both": ("both", "合计"),
    "bounded": ("bounded", "有界"),
    "bounds": ("bounds a target", "可界定目标"),
    "carried_on": ("carried on", "承继"),
    "central": ("central", "中央"),
    "city": ("city", "市级"),
    "coded": ("coding", "编码"),
    "compared": ("compared only", "仅作对照"),
    "conflict": ("sources disagree", "来源有冲突"),
    "contradictory": ("contradictory", "相互矛盾"),
    "county": ("county", "县级"),
    "cumulative": ("all time up to a date", "历年累计"),
    "date": ("date not known", "时点不明"),
    "date_and_window": ("total and amount", "有时点总量与期内数"),
    "deadline": ("deadline", "到期"),
    "deadlines": ("deadlines", "截止日"),
    "declared": ("declared", "自我声明"),
    "deliverable": ("deliverable", "事项"),
    "derived": ("difference of totals", "累计数之差"),
    "domain": ("field", "领域"),
    "down": ("for less", "更低"),
    "due_date": ("deadline", "截止日"),
    "during": ("since a date", "自某日起"),
    "earlier": ("earlier", "更早"),
    "either": ("either", "或完成或未完成"),
    "end": ("day read", "读数日"),
    "enterprise": ("enterprise", "企业标准"),
    "escap_anticipated": ("ESCAP, foreseen", "亚太经社会预期"),
    "escap_gap": ("ESCAP, gap foreseen", "亚太经社会预期差距"),
    "escap_status": ("ESCAP, so far", "亚太经社会现状"),
    "eurostat": ("Eurostat", "欧盟统计局"),
    "eurostat_no_change": ("Eurostat, with no change", "欧盟统计局（含无变化）"),
    "eurostat_standard": ("Eurostat", "欧盟统计局"),
    "exact": ("adds up", "相等"),
    "excellent": ("excellent", "优秀"),
    "excess": ("exceeds the total", "超出"),
    "facilities": ("bases and platforms", "平台基地"),
    "falling": ("a total that falls", "累计数减少"),
    "falls": ("falls", "下降"),
    "field": ("one field", "仅一个领域"),
    "given": ("given", "给定"),
    "goals": ("goals", "目标"),
    "good": ("good", "良好"),
    "group": ("group", "团体标准"),
    "hard": ("a firm bound", "确定的界限"),
    "high": ("upper end", "上限"),
    "in_window": ("an amount in a window", "有期内数"),
    "incentive": ("subsidy", "资助事项"),
    "index": ("index", "指数"),
    "industry": ("industry", "行业标准"),
    "instrument": ("instrument", "工具"),
    "international": ("international", "国际标准"),
    "issue": ("issue of the plan", "规划印发"),
    "issued": ("issue", "发布"),
    "kept": ("kept", "已兑现"),
    "kind": ("promised or reported", "承诺或公布"),
    "kind_only": ("a kind of standards", "仅某一类标准"),
    "late": ("late", "迟报"),
    "later": ("later", "更晚"),
    "leads": ("leads", "牵头"),
    "level": ("level", "水平值"),
    "local": ("local", "地方标准"),
    "low": ("lower end", "下限"),
    "made": ("made", "制定"),
    "marked": ("marked", "编码者标明"),
    "measures": ("measures", "措施"),
    "mechanism": ("mechanism", "机制"),
    "mechanisms": ("mechanisms", "机制"),
    "merged": ("merged", "合并"),
    "met": ("met", "完成"),
    "missing": ("missing", "缺报"),
    "narrower": ("narrower", "更窄"),
    "national": ("national", "国家标准"),
    "no_evidence": ("no evidence", "无证据"),
    "no_number": ("no number promised", "未承诺数量"),
    "no_parts": ("no field targets", "无分目标"),
    "no_standards": ("no standards", "不计标准"),
    "no_whole": ("no total", "无总目标"),
    "none": ("none", "无"),
    "not_counted": ("no number", "非数量"),
    "not_kept": ("not kept", "未兑现"),
    "not_met": ("not met", "未完成"),
    "now": ("now", "现在"),
    "observations": ("other pages", "其他网页"),
    "oecd_distance": ("OECD, distance", "经合组织距离"),
    "on_time": ("on time", "按时"),
    "open": ("open above", "上不封顶"),
    "open_sdg": ("Open SDG", "Open SDG"),
    "other": ("other", "不同"),
    "other_plan": ("of another plan", "他规划的资助"),
    "other_start": ("starts otherwise", "起算不同"),
    "others": ("others", "其他"),
    "outcome": ("outcome", "结果"),
    "outside": ("outside the six tiers", "六个层级之外"),
    "overlapping_only": ("repeats only", "仅为重复"),
    "own": ("its own", "本地发布"),
    "own_plan": ("of the same plan", "本规划的资助"),
    "part": ("part of a total", "已计入总目标"),
    "partly": ("kept in part", "部分兑现"),
    "past": ("past, nothing known", "已到期而无所知"),
    "payer": ("payer", "出资机关"),
    "per_year": ("a year", "每年"),
    "percent": ("%", "%"),
    "perfect": ("perfect", "完美"),
    "period": ("period of the plan", "规划期"),
    "pie_levels": ("levels of the PIE-Index", "PIE 指数五级"),
    "pilots": ("pilots", "试点任务"),
    "plain": ("a plain number", "单一数字或区间"),
    "pmc_xu": ("Xu and others 2022", "徐萍萍等 2022"),
    "pmc_zhang_qie": ("Zhang and Qie 2017", "张永安、郄海拓 2017"),
    "poor": ("poor", "不良"),
    "promised": ("promised", "承诺"),
    "province": ("province", "省级"),
    "ratio": ("ratio", "比值"),
    "read_early": ("read before the deadline", "早于截止日"),
    "read_late": ("read after the deadline", "晚于截止日"),
    "reason": ("cue", "依据"),
    "remainder": ("leaves a remainder", "有余额"),
    "repeated": ("repeated", "重复"),
    "reported": ("reported", "公布"),
    "reported_baseline": ("baseline, other pages", "其他网页：基线"),
    "reported_outcome": ("outcome, other pages", "其他网页：结果"),
    "reported_target": ("target, other pages", "其他网页：目标"),
    "required_pace": ("Pace still needed", "尚需进度"),
    "revised": ("corrected", "已更正"),
    "revisions": ("revisions", "重复修订"),
    "rises": ("rises", "上升"),
    "role": ("role", "角色"),
    "rules": ("rules and plans", "制度规划"),
    "same": ("the same", "相同"),
    "same_date": ("other numbers of one date", "同一时点数字不同"),
    "scope": ("scope", "范围"),
    "sdg_index": ("SDG Index, state", "SDG 指数现状"),
    "sdg_index_arrow": ("SDG Index, trend", "SDG 指数趋势"),
    "series_unit": ("unit of the series", "序列单位"),
    "series_unit_per_year": ("the same, a year", "序列单位/年"),
    "several": ("own and others", "兼有"),
    "shares": ("shares", "分工负责"),
    "side": ("side", "类型"),
    "soft": ("about or striven for", "约数或力争"),
    "stage": ("stage", "阶段"),
    "standard_deviations": ("standard deviations", "标准差"),
    "standards": ("standards", "标准"),
    "start": ("start", "起算日"),
    "stock": ("a stock", "存量"),
    "supports": ("supports", "配合"),
    "target": ("target", "目标"),
    "targets": ("coded plans", "已编码规划"),
    "task": ("task", "任务"),
    "tasks": ("tasks", "任务"),
    "then": ("then", "当时"),
    "tier": ("tier", "层级"),
    "together": ("all together", "合并"),
    "too_many": ("more than the totals allow", "多于累计数所容许"),
    "total": ("all-time total", "历年累计"),
    "un_progress_chart": ("UN Progress Chart", "联合国进展图"),
    "unclear": ("touched, not clear", "有所涉及但不明"),
    "undetermined": ("undetermined", "无法判定"),
    "unit": ("unit", "单位"),
    "unknown": ("unknown", "不明"),
    "unsatisfactory": ("non-satisfactory", "不满意"),
    "unstated": ("not stated", "未说明"),
    "up": ("for more", "更高"),
    "who_linear_path": ("WHO, straight line", "世卫组织直线"),
    "wider": ("wider", "更宽"),
    "window": ("time window", "时间窗"),
    "within": ("within a window", "在期间之内"),
    "year": ("in one year", "单一年度"),
}


@dataclasses.dataclass(frozen=True)
class ShownTable:
    """A table for reading, whole, without index; shows itself at the end of a notebook cell.

    ``numeric`` says for each column whether it holds numbers.
    """

    frame: pd.DataFrame
    numeric: tuple[bool, ...]

    def __repr__(self) -> str:
        with pd.option_context("display.unicode.east_asian_width", True):
            return str(self.frame.to_string(index=False, na_rep=""))

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(index=False, na_rep="", border=0))


def show(frame: pd.DataFrame, tables: Tables, language: str = "en") -> ShownTable:
    """Prepare a table for reading: words in place of keys, headings in the language.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table or result. Columns named ``jurisdiction``, ``indicator``, ``domain``, ``scope``,
        ``agency``, ``instrument`` and ``doc_id`` hold keys; columns of the schema with an
        enumeration hold its values.
    tables : dict of pandas.DataFrame
        With the vocabularies.
    language : str
        ``en`` or ``zh``.

    Raises
    ------
    UsageError
        When the language is another.
    """
    if language not in ("en", "zh"):
        raise UsageError(f"the language is en or zh, not {language!r}")
    which = ("en", "zh").index(language)
    out = frame.copy()
    numeric = []
    for column in out.columns:
        numeric.append(_is_numeric(column, out[column]))
        if pd.api.types.is_bool_dtype(out[column]):
            out[column] = out[column].map({True: ("yes", "是")[which], False: ("no", "否")[which]})
        elif numeric[-1]:
            out[column] = [_number(cell) for cell in out[column]]
        else:
            words = {key: labels[which] for key, labels in _VALUES.items()}
            values = {part for cell in out[column].dropna() for part in str(cell).split("+")}
            words |= _enumeration(column, values, language)
            if _namesake(column) in _KEYS:
                words |= _labels(tables, _namesake(column), language).to_dict()
            joint = ", " if language == "en" else "、"
            out[column] = [_in_words(cell, words, joint) for cell in out[column]]
    titles = [_COLUMNS[c][which] if c in _COLUMNS else _title(str(c), language) for c in out]
    return ShownTable(out.set_axis(titles, axis="columns"), tuple(numeric))


def _namesake(column: str) -> str:
    """The column of the schema whose labels hold for a column of results."""
    return _NAMESAKES.get(column, re.sub("^(upper|lower|baseline)_", "", column))


def _is_numeric(column: str, values: pd.Series) -> bool:
    types = pd.api.types
    return (
        _namesake(column) not in _KEYS
        and types.is_numeric_dtype(values)
        and not types.is_bool_dtype(values)
    )


def _labels(tables: Tables, column: str, language: str) -> pd.Series:
    name, key, label = _KEYS[column]
    vocabulary = tables[name].set_index(key)[label.format(language)].astype("object")
    if name == "documents":  # only coded ones have a short name
        vocabulary = vocabulary.fillna(tables[name].set_index(key)[f"title_{language}"])
    return vocabulary.fillna(dict(zip(vocabulary.index, vocabulary.index, strict=True)))


def _fields(column: str) -> list[schema.Field]:
    return [t.fields[column] for t in schema.tables().values() if column in t.fields]


def _enumeration(column: str, values: set[str], language: str) -> dict[str, str]:
    """Labels of the first enumeration of that name that has all the values."""
    for field in _fields(_namesake(column)):
        if values <= set(field.enum or ()):
            return field.labels(language)
    return {}


def _number(cell: float) -> str:
    if pd.isna(cell):
        return ""
    if math.isinf(cell):
        return "∞" if cell > 0 else "−∞"
    return f"{cell:.3g}" if cell % 1 and abs(cell) < 100 else f"{cell:.0f}"


def _title(column: str, language: str) -> str:
    fields = _fields(column)
    return fields[0].text("title", language) if fields else column


def _in_words(cell: object, words: dict[str, str], joint: str) -> str:
    text = "" if pd.isna(cell) else str(cell)
    if text in words:
        return words[text]
    for sign, between in (("+", joint), (">", " > ")):
        parts = text.split(sign)
        if all(part in words for part in parts):
            return between.join(words[part] for part in parts)
    return text


def labelled(frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Add labels in both languages behind the keys of a table.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table with columns ``jurisdiction``, ``indicator``, ``domain`` or ``scope``.
    tables : dict of pandas.DataFrame
        With the vocabularies of those names.

    Returns
    -------
    pandas.DataFrame
        The same rows; ``indicator_zh``, ``indicator_en`` and so on follow the other columns.
    """
    out = frame.copy()
    for column in ("jurisdiction", "indicator", "domain", "scope"):
        if column in out:
            for language in ("zh", "en"):
                out[f"{column}_{language}"] = out[column].map(_labels(tables, column, language))
    return out


def save_table(frame: pd.DataFrame, name: str, output: str = "") -> None:
    """Save a table of results as ``reports/tables/<name>.csv`` below a folder.

    The same file whatever the language; nothing is written when ``output`` is empty.
    """
    if output:
        write_csv(pathlib.Path(output) / "reports" / "tables" / f"{name}.csv", frame)


def export_table(
    frame: pd.DataFrame,
    tables: Tables,
    name: str,
    output: str = "",
    language: str = "en",
    caption: str = "",
) -> None:
    """Save a table for a paper: ``reports/tables/<language>/<name>.{md,tex,docx}`` below a folder.

    Cells and headings are those of :func:`show`: words in place of keys, an open end as ∞, nothing
    where a value is missing. What no file can hold, such as control characters, is dropped. The
    same bytes each time; nothing is written when ``output`` is empty.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`show` takes it.
    tables : dict of pandas.DataFrame
        With the vocabularies.
    name : str
        Name of the files without suffix; in LaTeX the label is ``tab:<name>``.
    output : str
        Folder.
    language : str
        ``en`` or ``zh``.
    caption : str
        Stands above the table; without it there is none, and no label.

    Raises
    ------
    UsageError
        When the language is another, the name has other than letters, digits, ``.``, ``-`` and
        ``_``, the table has no columns, or the extra ``export`` is not installed.
    """
    if not output:
        return
    shown = show(frame, tables, language)
    if not re.fullmatch(r"[\w.-]+", name):
        raise UsageError(f"a table's name has letters, digits, '.', '-' and '_' only, not {name!r}")
    if shown.frame.shape[1] == 0:
        raise UsageError(f"table {name} has no columns; there is nothing to export")
    try:
        from stdpolicy import typesetting
    except ImportError as error:
        raise UsageError(
            f"tables for papers need more packages ({error}); "
            "install them with: pip install 'stdpolicy[export]'"
        ) from error
    clean = typesetting.clean
    grid = typesetting.Grid(
        head=[clean(title) for title in shown.frame.columns],
        rows=[
            ["" if pd.isna(cell) else clean(str(cell)) for cell in row]
            for row in shown.frame.itertuples(index=False)
        ],
        numeric=list(shown.numeric),
    )
    caption = " ".join(clean(caption).split())
    files = {
        "md": typesetting.markdown(grid, caption).encode(),
        "tex": typesetting.latex(grid, caption, name, language).encode(),
        "docx": typesetting.word(grid, caption, language),
    }
    for suffix, content in files.items():
        folder = pathlib.Path(output) / "reports" / "tables" / language
        write_bytes(folder / f"{name}.{suffix}", content)
