"""An invented plan of some forty quantities, drafted into a study, and decisions on it."""

import json
import pathlib
from typing import Any

from stdpolicy import schema
from stdpolicy.study import draft, new
from stdpolicy.study.decisions import FORM
from stdpolicy.study.proposals import PLACED

DOC = "qx-2021-plan"
TITLE = "清溪省标准化发展规划（2021—2025年）"
ABOUT = {
    "title_zh": TITLE,
    "title_en": "Qingxi standardization plan (2021–2025)",
    "jurisdiction": "qingxi",
    "kind": "plan",
    "issued_on": "2021-03-01",
}
#: An indicator that the study does not have before.
COOPERATIVES = {
    "key": "cooperatives",
    "zh": "示范合作社",
    "en": "model cooperatives",
    "unit": "家",
    "measure": "flow",
    "direction": "up",
    "tier": "none",
}
PLACE = {"zh": "清溪省", "en": "Qingxi", "level": "province", "part_of": "china"}

# Invented. A character beyond the basic plane, full-width digits, a private-use character, an
# accent of its own, and an ordinal that no rule takes for a quantity.
TEXT = f"""\
{TITLE}

　　为落实《示例总体方案》，制定本规划。𠮷山县、Cafe\u0301等单位参加。

一、总体要求
　　（一）指导思想。坚持标准引领，服务经济发展。
　　（二）工作基础。截至2020年底，全省累计主导制定国际标准35项，地方标准达到１２００项，\
培育服务机构18家；标准化技术委员会达到26个，企业自我声明公开标准突破3.5万项。
　　（三）总体目标。到2025年，力争主导和参与制定国际标准60\ue004项，制修订国家标准300项以上，\
新制定地方标准不少于400项，培育团体标准150项左右，公共服务标准覆盖率达到85%，\
发布第100项国际标准。

二、重点任务
（一）农业标准化工程
1.完善标准体系。到2025年，制定农业地方标准80项，建成标准化示范区20个，带动农户5万户。
2.推广先进标准。在62个县开展试点，培育示范合作社120家，绿色优质农产品比例达到百分之七十。
（二）工业标准化工程
1.提升产业标准。到2023年，参与制定国家标准45项、行业标准60项；到2025年，\
培育标准“领跑者”企业30家，建设标准创新基地3至5个。
2.推动技术转化。科技成果转化为标准的比例提高10个百分点，转化成果100项以上。
（三）服务业标准化工程
1.公共服务。建设社区服务标准化试点40个，服务满意度保持在90%以上，培训人员2万人次。
2.生活服务。制定家政、养老等地方标准25项，制定餐饮业团体标准和地方标准各15项，培育品牌企业50家。

三、保障措施
（一）资金支持。对主导制定国际标准的单位，每项给予一次性奖励50万元；对主导制定国家标准的单位，\
每项给予一次性奖励20万元；对承担技术委员会秘书处的单位，给予一次性补助30万元。
（二）人才支撑。到2025年，引进专家100名，培养标准化骨干2000人，建设实训基地10个。
（三）监督评估。每年抽查标准500项，建立三级评估体系，2022年完成中期评估报告12份，\
处理投诉不超过5个工作日。
"""


def make_study(folder: pathlib.Path) -> pathlib.Path:
    """A study with the plan drafted into it."""
    source = folder / "plan.txt"
    source.write_text(TEXT, encoding="utf-8")
    study = new(folder / "study")
    draft(source, study, doc_id=DOC, about=ABOUT, place=PLACE)
    return study


def read_draft(study: pathlib.Path, doc: str = DOC) -> dict[str, Any]:
    return json.loads((study / "drafts" / f"{doc}.json").read_text(encoding="utf-8"))


def decision(proposal: dict[str, Any], table: str = "", **fields: str) -> dict[str, Any]:
    """A decision on a proposal: as drafted, with what the draft leaves open."""
    table = table or proposal["table"]
    told = dict(proposal["fields"])
    told["indicator"] = told["indicator"] or "local_standards"
    told |= dict.fromkeys(("recipient_zh", "purpose_zh"), "单位")
    told |= dict.fromkeys(("recipient_en", "purpose_en"), "organisation")
    if table == "outcomes" and told["basis"] == "unstated":
        told["basis"] = "unknown"
    told |= fields
    spec = schema.tables()[table]
    columns = [c for c in spec.fields if c not in (*PLACED, spec.primary_key[0])]
    return {
        "key": proposal["key"],
        "decision": "accept",
        "table": table,
        **{name: proposal[name] for name in ("start", "end", "quote")},
        "fields": {column: told.get(column, "") for column in columns},
    }


def decisions(drafted: dict[str, Any], told: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "form": FORM,
        "doc_id": drafted["doc_id"],
        "text_sha256": drafted["text_sha256"],
        "decisions": told,
        "vocabulary": {},
        "sections": {},
        **more,
    }


def all_accepted(study: pathlib.Path, doc: str = DOC) -> dict[str, Any]:
    drafted = read_draft(study, doc)
    return decisions(drafted, [decision(proposal) for proposal in drafted["proposals"]])


def write_decisions(folder: pathlib.Path, told: dict[str, Any]) -> pathlib.Path:
    path = folder / "decisions.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return path
