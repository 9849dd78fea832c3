"""What each figure shows and how to read it, in words for a page or a paper.

A new figure needs its entry here; a test says so. The title is not repeated: it is drawn in the
figure and says what was found.
"""

import fnmatch
from typing import NamedTuple


class Caption(NamedTuple):
    """Caption of a figure in both languages, and the tables of results that it is drawn from."""

    en: str
    zh: str
    tables: tuple[str, ...] = ()


#: By name of the figure; a ``*`` stands for a key, such as that of a document.
CAPTIONS = {
    "promised_standards": Caption(
        "Numbers of standards promised, by plan and tier. An outline is a target for the plan as a "
        "whole, a filled bar the targets for single fields. Where the bars stop short of the "
        "outline, the plan does not say who makes the rest.",
        "各规划按层级承诺的标准数量。线框为规划总目标，色块为分领域目标；色块未填满线框处，"
        "规划没有说明其余部分由谁完成。",
        ("promised_standards",),
    ),
    "promise_calendar": Caption(
        "Number of promises that fall due in each year, by plan, split into targets with a number "
        "and deliverables without one. The shaded span is the period of the plan.",
        "各规划每年到期的承诺数，分为带数字的目标与不带数字的事项。底色为规划期。",
        ("promise_calendar",),
    ),
    "quantity_sources": Caption(
        "All quantities found in the documents, by what they were coded as. Those left out are "
        "listed in the data with the reason.",
        "各文件中的全部数量，按编码类别列示。未编码者在数据中逐条列出并注明理由。",
        ("targets",),
    ),
    "naive_ratios": Caption(
        "Each mark divides a reported figure by a promised number, whatever the two count; right "
        "of the line at 1 the promise looks kept. The last column names what the two do not have "
        "in common. The scale is logarithmic.",
        "每个标记为公布数与承诺数之比，不问两者各计什么；位于 1 的竖线右侧者看似已经完成。"
        "末列注明两者的不同之处。横轴为对数刻度。",
        ("naive_ratios",),
    ),
    "agency_load": Caption(
        "Tasks in which each agency has a part, for the agencies with the most tasks, split by "
        "whether it leads, shares or supports. Where a document lists agencies without roles, they "
        "count as sharing.",
        "承担任务最多的机构及其任务数，按牵头、分工负责、配合划分。文件仅列机构而未写明角色的，"
        "计为分工负责。",
        ("agency_load",),
    ),
    "agency_task_*": Caption(
        "Agencies (rows) and tasks (columns, in the order of the document and grouped by its "
        "sections). A mark says that the agency has a part in the task, its shape and size which "
        "part. Only the agencies with the most tasks are drawn.",
        "行为机构，列为任务，按文件次序排列并依章节分组。有标记处表示该机构参与该项任务，"
        "标记的形状与大小区分职责。仅绘出任务最多的机构。",
        ("duties",),
    ),
    "instrument_mix": Caption(
        "Policy instruments of the tasks and mechanisms of each document, after Rothwell and "
        "Zegveld. A bar is the share of the document's tasks and mechanisms, the number behind it "
        "how many they are; shaded rows give the share of each side. Each has one instrument; "
        "types without a bar are used nowhere.",
        "各文件任务与机制所用的政策工具，依 Rothwell 与 Zegveld 的分类。"
        "条长为占该文件任务与机制的比例，其后为项数；底色行为各类型的占比。每项任务或机制只计一种工具；没有条形的工具未被使用。",
        ("instruments", "instrument_share_doc_id"),
    ),
    "co_responsibility_*": Caption(
        "Agencies by agencies, those with like tasks side by side; numbers above the columns are "
        "those of the rows. The shade says how many tasks two have in common. A number counts the "
        "tasks that the row leads and the column supports, a frame marks pairs that lead one "
        "together. Only the busiest stand by themselves, the others by kind.",
        "行与列为同一组机构，任务相近者相邻，列上数字即行号。底色深浅表示共同任务的多少；"
        "数字为行机构牵头、列机构配合的任务数；线框表示双方共同牵头。"
        "仅任务最多的机构单列，其余按类别合并。",
        ("partners", "lead_support"),
    ),
    "reorganisation_*": Caption(
        "Share of a plan's tasks in which each body has a part. Bodies carry the names of 2018 and "
        "after: rings are the agencies that one of them unites, dots the earlier plan under the "
        "successor, squares the later plan. On the right, the tasks that it leads in the two.",
        "各机构参与的任务占规划任务的比例，机构按 2018 年改革后的名称列示：空心圆为被合并的各机构，"
        "圆点为前一规划按承继机构归并后的比例，方块为后一规划。右侧为其在两份规划中牵头的任务数。",
        ("merges", "continuity"),
    ),
    "roadmap": Caption(
        "Above, the periods of the plans with their phases, and how many promises fall due at the "
        "end of each year. Below, the same by kind: of deliverables, the bar is filled as far as "
        "outcomes, other pages or later documents tell something of them. Nothing known does not "
        "mean not done. What a plan says twice for one deadline counts once.",
        "上图为各规划的期限与阶段，以及每年年末到期的承诺数；下图按类别列示，事项的条形按有结果、旁证或"
        "后来文件述及的比例填充。无所知不等于未完成。同一规划对同一期限重复的承诺只计一次。",
        ("timetable", "phases", "deliverable_states"),
    ),
    "reporting_calendar": Caption(
        "Duties that recur, and deadlines of mechanisms, in the months of one year. A filled mark "
        "is a day that the text gives; an open bar is the span in which a duty falls where it "
        "gives none. Duties begin when the plan was certainly issued and end with its period.",
        "一年之中循环的职责与机制时限。实心标记为原文所定日期，空心条为原文未定日期时的履行时段。"
        "职责自规划确已印发之日起，至规划期末止。",
        ("duty_dates", "recurring_duties"),
    ),
    "exposure_assumptions": Caption(
        "The total cost of met targets when one assumption is changed, or several. A bar spans "
        "what is still possible, the dashed lines are the ends by default; an arrow has no upper "
        "end.",
        "改变一项或多项假设后，目标完成时的资助合计。横条为仍属可能的范围，虚线为默认假设下的两端，"
        "箭头表示上不封顶。",
        ("exposure_sensitivity", "exposure_assumed"),
    ),
    "fiscal_exposure": Caption(
        "What the subsidies come to if the targets are met, as far as the text tells. Light bars "
        "leave open who leads and what is chosen; dark ones take the shares of led standards that "
        "other provinces reported, of national ones where none of international ones is known.",
        "目标完成时的资助金额，以原文所能确定者为限。浅色条不限定由谁主导、如何择优；"
        "深色条采用其他省份公布的主导比例，国际标准无此数字时以国家标准代替。",
        ("exposure", "exposure_links", "shares_led"),
    ),
    "subsidy_schedule": Caption(
        "Amount that the plan promises for each thing done, with its recipient, greatest first.",
        "规划对每项（个）成果承诺的资助金额及受助者，按金额由高到低排列。",
        ("subsidies",),
    ),
    "pmc_surface": Caption(
        "The PMC surface of each plan, flat: nine variables of the index with the share of their "
        "criteria that the text meets. A variable that is the same everywhere is left out. The "
        "index adds up a checklist of yes and no: it tells what a text covers, not whether it "
        "works.",
        "各规划的 PMC 曲面（平面图）：九个变量及文本符合其标准的比例，"
        "各规划得分相同的一个变量不画出。指数是是非清单的加总，"
        "说明文本涵盖了什么，不说明政策是否有效。",
        ("pmc_variables", "pmc_index"),
    ),
    "pmc_surface_3d": Caption(
        "The same surface in relief, as papers on the index draw it. Its shape depends on which "
        "variables stand side by side; only heights at the nine points mean anything.",
        "同一曲面的立体图，即该指数文献中的常见画法。曲面形状取决于变量的排列，只有九个点的高度有意义。",
        ("pmc_squares",),
    ),
    "policy_strength": Caption(
        "Scores of each plan for its goals and measures, from 0 (not named) to 5 (with numbers, a "
        "year and bodies responsible). Their sum times the strength of the document is the total.",
        "各规划在目标与措施上的得分，0 为未提及，5 为有数字、期限与责任机构；"
        "得分之和乘以文件力度为总分。",
        ("strength", "strength_products"),
    ),
    "descent": Caption(
        "Documents and what they cite, level by level and in time. From the mark of a document a "
        "line leads to its upright line, and from there to each document that it cites. Only the "
        "citations of the coded documents are known, so that the descent of the others does not "
        "end where the lines do. A bar spans the days that a date allows.",
        "各级文件及其引用，按时间排列。由文件标记引出竖线，再由竖线引至其所引用的各文件。"
        "仅已编码文件的引用可知，其他文件的来源并不止于图中。粗线为日期可能的范围。",
        ("citation_lags", "citation_levels"),
    ),
    "descent_*": Caption(
        "The documents from which one document comes, directly or through others, and their "
        "citations among each other. Only the citations of the coded documents are known. A bar "
        "spans the days that a date allows.",
        "一份文件直接或间接源自的各文件及其相互引用。仅已编码文件的引用可知。粗线为日期可能的范围。",
        ("lineages",),
    ),
    "shared_terms": Caption(
        "Terms of the field, those with the largest share on average, by document in the order of "
        "time; terms whose weight lies in earlier documents come first. In a short document one "
        "place of a term weighs much.",
        "平均占比最高的领域术语在各文件中的使用频率，文件按时间排列，偏重于较早文件的术语在前。"
        "文件较短时，出现一次即占较大比例。",
        ("vocabulary_in_common",),
    ),
    "reuse_*": Caption(
        "Chapters of the later document (rows) by those of the earlier (columns). Numbers are "
        "characters in passages that stand in both, each counted once, shaded by their share of "
        "the chapter. Two plans may have a passage from a third text, and names of bodies and "
        "documents are among them.",
        "行为在后文件各章，列为在先文件各章。数字为两者共有片段的字符数，每字只计一次，"
        "深浅表示占本章的比例。共有片段可能同出于第三份文件，其中亦有机构与文件的名称。",
        ("reuse_shares", "reuse_sections", "reuse_passages"),
    ),
    "gap": Caption(
        "For every target with a figure, the interval in which the amount at the deadline must "
        "lie, as a multiple of the promise; the line at 1 is the promise itself. An arrow marks an "
        "end that nothing bounds. Dark bars hold for an earlier date, diamonds are the naive "
        "ratios. A verdict is given only where the whole interval lies on one side of the line.",
        "对每项有数字的目标，列出到期时数量必然所在的区间，以承诺数的倍数表示；1 处的竖线即承诺。"
        "箭头表示该端没有界限；深色条为截至较早日期的区间，菱形为粗略比值。"
        "只有整个区间位于竖线一侧时才作判定。",
        ("assessment",),
    ),
    "sensitivity": Caption(
        "Verdicts (marks) for the targets whose verdict depends on how the texts are read, one "
        "reading per column, one choice changed at a time. Shaded cells differ from the default in "
        "the first column.",
        "判定随读法而变的目标：每列为一种读法，每次只改一项选择，标记为判定结果。"
        "有底色的格子与首列的默认读法不同。",
        ("sensitivity",),
    ),
    "verdicts": Caption(
        "For all promises and for each plan: above, how many a naive reading calls kept; below, "
        "how many can be shown to be kept or broken. The bracket spans the share kept that is "
        "still possible.",
        "分全部承诺与各规划两相对照：上条为粗略读法认定完成的项数，下条为可以证实完成或未完成的项数。"
        "括线为完成比例仍可能的范围。",
        ("assessment", "kept_share_doc_id"),
    ),
    "flagship": Caption(
        "One target followed through time. Circles are all-time totals by the date for which they "
        "were given; the dashed line is the path that the promise asks for. Only what was added "
        "within the shaded period counts toward it, as the bars on the right compare.",
        "一项目标的来龙去脉：圆点为各日期的历年累计数，虚线为承诺所需的进度。"
        "只有底色所示期间内新增的部分计入承诺，右侧柱形将其与粗略读法对照。",
        ("trail", "assessment"),
    ),
    "coherence": Caption(
        "Totals of each plan (outline, 100%) and the targets for single fields that belong to "
        "them. The columns give the sum of the parts, whether it makes up the total, and in which "
        "respects the parts count something else.",
        "各规划的总目标（线框，100%）与所属的分领域目标。右侧各列依次为分目标合计、"
        "是否与总目标相符、以及两者口径的不同之处。",
        ("coherence",),
    ),
    "cascade": Caption(
        "What a lower level takes on of a number promised above it, as an interval of shares; "
        "diamonds divide the written numbers, whatever they count. Rates, below, are compared by "
        "their difference. The last column names what differs.",
        "下级承担上级承诺数的份额，以区间表示；菱形为所写数字直接相除的粗略份额。"
        "下部为比率，按差值比较。末列注明不同之处。",
        ("cascade", "cascade_sum"),
    ),
    "levels": Caption(
        "Which levels of government have a target for the same thing and deadline. An empty ring "
        "is a level that set other targets for that deadline but not this one; a dot is a level of "
        "which nothing is coded.",
        "各级政府在同一期限是否有同一目标。空心圆表示该级在该期限另有目标而无此项，"
        "小点表示该级没有编码资料。",
        ("missing_levels",),
    ),
    "provinces": Caption(
        "Promises of provinces as a number a year, one panel per tier of standard. An arrow marks "
        "a minimum, a bar a range; hollow marks rest on weaker sources. Periods, roles and stages "
        "differ and stand beside the name.",
        "各省承诺折算为每年的数量，每幅小图为一个标准层级。箭头表示起码数，横条表示区间，"
        "空心标记所据来源较弱。期限、角色与阶段各不相同，注于省名之后。",
        ("provinces",),
    ),
    "methods": Caption(
        "The same trend rated by published methods, each in its own words, from worse on the left "
        "to better on the right; the value that a method computes stands at the end. Below, why no "
        "trend can be told for the other targets.",
        "以各种已发表的方法评价同一趋势，用语从其原文，自左至右由差到好，行末为该方法算得的数值。"
        "下部说明其余目标为何看不出趋势。",
        ("methods", "series"),
    ),
    "ledger": Caption(
        "The state of promises as it was known on successive days. A bar spans the amount that was "
        "possible on that day, the slanted line is even progress to the promise (dashed). The row "
        "of small marks tells which reports came on time, late, corrected or not at all.",
        "在各个日期所知的完成状况。竖条为当日可能的数量范围，斜线为匀速进度，虚线为承诺数。"
        "底部一行小标记表示报告按时、迟报、更正或缺报。",
        ("ledger", "reports_due"),
    ),
    "tiers": Caption(
        "Numbers of targets and of reported figures by tier of standard, for each document and for "
        "other pages, and the verdicts on the targets of the documents. What counts several tiers "
        "stands in each of them, so that tiers do not add up.",
        "各文件与其他网页中各标准层级的目标数与公布数字个数，以及对各文件目标的判定。"
        "兼计多个层级的在各层级均列出，故各层级不能相加。",
        ("tier_counts", "tier_verdicts"),
    ),
    "tier_mix": Caption(
        "The mix of tiers in the standards promised and reported, one row for a source and a "
        "window or date, grouped by basis; no two rows are added. On the left standards that "
        "others issue and the jurisdiction leads or takes part in, on the right those that it "
        "issues itself. Shares are of the tiers told; the dashed box says that one is lacking "
        "which others tell. Where one number tells several tiers together, what is not told apart "
        "is hatched.",
        "承诺与公布的标准中各层级的构成，每行为一个来源的一个时段或时点，按口径分组，行与行不相加。"
        "左为由他方发布、本地主导或参与者，右为本地发布者。份额以所列层级为全体；虚线框表示缺少他处列出的层级。"
        "几个层级合计为一个数字而未分列的部分以斜线表示。",
        ("tier_mix", "tier_moves"),
    ),
    "province_coverage": Caption(
        "For which province and year some figure was found, one panel per indicator. The mark is "
        "the most that is known: a total at a date, an amount of a window that ends in the year, "
        "both, a longer window that holds the year, or only a target that falls due. Where there "
        "is no mark, nothing was found; that is a gap, not a zero.",
        "查得某省某年数字的情况，每幅小图为一个指标。标记为所知最多者：时点总量、在该年结束的期内数、"
        "两者兼有、包含该年的较长期间，或仅有到期目标。没有标记表示没有查得，是空缺而不是零。",
        ("province_coverage",),
    ),
    "province_stock": Caption(
        "All-time totals and stocks of provinces, each with its year and role; those of a province "
        "stand together on one shade. Circles count all time, squares what is in force; the two do "
        "not compare. The scale is logarithmic.",
        "各省的历年累计数与时点存量，注明年份与角色；同一省份的各行底色相同。圆点为历年累计，方块为时点存量，"
        "两者不可比。横轴为对数刻度。",
        ("province_panel", "province_conflicts"),
    ),
    "province_panel": Caption(
        "What provinces reported for a window of time, differences of two all-time totals of one "
        "definition, and targets beside them. Windows differ in length and are not made yearly; "
        "roles differ and stand in the labels. The scale is logarithmic.",
        "各省公布的期内数、同一定义的两个累计数之差，以及旁列的目标。各期间长短不一，不折算为每年；"
        "角色不同，注于行首。横轴为对数刻度。",
        ("province_panel", "province_comparability"),
    ),
}


def caption(name: str) -> Caption | None:
    """Caption of a figure by its name, or None where nobody has written one."""
    if name in CAPTIONS:
        return CAPTIONS[name]
    return next((CAPTIONS[key] for key in CAPTIONS if fnmatch.fnmatchcase(name, key)), None)
