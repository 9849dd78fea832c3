"""Titles of the tables of results on the page, and what of them it leaves to the files."""

#: English and Chinese. A table without a title here goes by its name; a test asks for one.
TITLES = {
    "agency_load": ("Tasks of each agency", "各机构承担的任务数"),
    "assessment": ("Interval, verdict and reasons of every target", "各项目标的区间、判定与理由"),
    "cascade": ("Pairs of promises of two levels", "上下级承诺对照"),
    "cascade_sum": ("Promises of a level together", "同级承诺合计"),
    "coherence": ("Totals and the sums of their fields", "总目标与分领域目标合计"),
    "coherence_readings": ("The same sums under other readings", "不同读法下的合计"),
    "contradictions": ("Statements that cannot all be true", "不能同时成立的陈述"),
    "duties": ("Who has which part in which task", "各机构在各项任务中的职责"),
    "instrument_agreement": ("Agreement of the codings of instruments", "政策工具两次编码的一致性"),
    "instrument_cross": (
        "Instruments by plan, tasks and mechanisms apart",
        "各规划的政策工具交叉表",
    ),
    "instrument_differences": (
        "Where the codings of instruments differ, and what was taken",
        "政策工具两次编码的分歧与采用",
    ),
    "instrument_share_agency": ("Instruments by agency", "各机构的政策工具"),
    "instrument_share_doc_id": ("Instruments by plan", "各规划的政策工具"),
    "instrument_share_domain": ("Instruments by field", "各领域的政策工具"),
    "instrument_sides": ("Sides of the instruments by plan", "各规划的工具类型"),
    "instrument_tests": ("Do the sides differ between plans?", "各规划的工具类型是否不同"),
    "instruments": ("Instrument of every task and mechanism", "各项任务与机制的政策工具"),
    "kept_share_doc_id": ("Share kept, by plan", "各规划的完成比例"),
    "kept_share_domain": ("Share kept, by field", "各领域的完成比例"),
    "kept_share_role": ("Share kept, by role", "各角色的完成比例"),
    "kept_share_tier": ("Share kept, by tier of standard", "各标准层级的完成比例"),
    "kept_share_weighed": (
        "Share kept, weighed by the number of standards promised",
        "按承诺标准数量加权的完成比例",
    ),
    "leave_one_out_evidence": ("Verdicts without one figure", "去掉一个数字后的判定"),
    "leave_one_out_source": ("Verdicts without one source", "去掉一个来源后的判定"),
    "ledger": ("What was known on each day", "各日所知的完成状况"),
    "methods": ("Ratings by published methods", "各种已发表方法的评价"),
    "missing_levels": ("Targets that a level lacks", "某一级没有的目标"),
    "naive_ratios": ("Reported figures beside promises", "公布数与承诺数对照"),
    "promise_calendar": ("Promises by year of deadline", "各年到期的承诺数"),
    "promised_standards": ("Numbers of standards promised", "承诺的标准数量"),
    "provinces": ("Promises of provinces, a year", "各省承诺的年均数量"),
    "reporting_doc_id": ("How much was reported, by plan", "各规划的公布情况"),
    "reporting_tier": ("How much was reported, by tier of standard", "各标准层级的公布情况"),
    "reports_due": ("Reports that were due", "应报与实报"),
    "revisions": ("Reports that were corrected", "更正的报告"),
    "sensitivity": ("Verdicts under every reading", "各种读法下的判定"),
    "series": ("Figures behind the trends", "趋势所据的数字"),
    "settling_facts": ("Facts that would settle a target", "有待补足的事实"),
    "targets": ("All targets with their place in the documents", "全部目标及其出处"),
    "trail": ("Every figure held against every target", "数字与目标逐对对照"),
    "unanswering": ("Reported figures and the promises they answer", "公布数字及其对应的承诺"),
}

#: Columns that say more under another name in one table, as the notebooks rename them for showing.
RENAMED = {
    "coherence": {"relation": "part_relation"},
    "coherence_readings": {"en": "words_en", "zh": "words_zh"},
    "contradictions": {"value": "measured"},
    "methods": {"value": "measured"},
    "series": {"base_date": "baseline_date", "target": "target_value", "value": "current"},
}

#: Columns of which the page shows nothing: labels that stand beside their keys, which are shown
#: with words anyway, keys that stand beside their words, places in the text for machines, years as
#: decimal numbers, and remarks of the coder, which are in one language.
LEFT_TO_FILES = {
    "agency_load": {"en", "zh"},
    "coherence_readings": {"reading"},
    "duties": {"agency_en", "agency_zh", "end", "note", "start"},
    "instrument_differences": {"unit_id"},
    "instruments": {"task_id"},
    "methods": {"status"},
    "promised_standards": {"group"},
    "provinces": {"source_key"},
    "sensitivity": {"reading"},
    "series": {"base_year", "target_year", "year"},
    "targets": {
        *("domain_en", "domain_zh", "indicator_en", "indicator_zh"),
        *("jurisdiction_en", "jurisdiction_zh", "scope_en", "scope_zh", "start", "end", "note"),
    },
}
