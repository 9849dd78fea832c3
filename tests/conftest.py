"""A tiny study of its own, valid in every table, so that no test depends on the packaged data."""

import csv
import dataclasses
import importlib.metadata
import os
import pathlib
import sys

import pytest
from hypothesis import settings

import browser
from stdpolicy import schema
from stdpolicy.text import fold, folded_sha256

LOCK = pathlib.Path(__file__).resolve().parents[1] / "requirements.lock"


def off_pins(*packages: str) -> str:
    """Say why bytes and pictures cannot be as committed here; nothing where they can."""
    text = LOCK.read_text(encoding="utf-8")
    other = [
        name
        for name in packages
        if f"\n{name}=={importlib.metadata.version(name)} " not in f"\n{text}"
    ]
    if sys.platform != "linux":
        return "PICTURES AND BYTES NOT COMPARED: that is promised on Linux only"
    return f"PICTURES AND BYTES NOT COMPARED: {', '.join(other)} not as pinned" if other else ""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser without a window and with an empty profile.

    For one module only: while it is open, an event loop runs, which would disturb other tests.
    """
    with browser.chromium(tmp_path_factory.mktemp("browser")) as started:
        yield started


settings.register_profile("tests", deadline=None, derandomize=True)
settings.register_profile("full", deadline=None, derandomize=True, max_examples=1000)
FULL = bool(os.environ.get("STDPOLICY_FULL"))
settings.load_profile("full" if FULL else "tests")

DOC = "qx-2018-plan"

# Invented. Full-width digits, a full-width dash, ideographic spaces and a closing note of the site.
TEXT = """\
清溪省标准化试点方案（样例）
　　依据《示例总体方案》，制定本方案，做好试点工作。
一、总体目标
　　到２０２０年，新制定地方标准80项，其中农业标准不少于30项；培育服务机构3－5个，\
覆盖62个产业集群，完善三套体系。
二、保障措施
（一）资金支持
　　对主导制定国际标准的单位，一次性奖励200万元。（清溪省财政厅牵头，各市配合）
（二）工作成效
　　截至2019年10月20日，全省累计发布地方标准70余项。
附注：以下为网站说明，共有9个链接。
"""


@dataclasses.dataclass
class Study:
    """A folder of tables and a folder with the text that they were coded from."""

    data: pathlib.Path
    sources: pathlib.Path

    @property
    def source(self) -> pathlib.Path:
        return self.sources / f"{DOC}.txt"

    def file(self, table: str) -> pathlib.Path:
        return self.data / f"{table}.csv"

    def read(self, table: str) -> list[dict[str, str]]:
        with self.file(table).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        with self.file(table).open("w", encoding="utf-8", newline="") as stream:
            fields = list(schema.tables()[table].fields)
            writer = csv.DictWriter(stream, fields, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def put(self, table: str, row: int, /, **cells: object) -> None:
        """Change cells of one row, counted from 0."""
        rows = self.read(table)
        unknown = set(cells) - set(rows[row])
        assert not unknown, f"{table} has no {unknown}"
        rows[row] |= {name: str(value) for name, value in cells.items()}
        self.write(table, rows)

    def drop(self, table: str, row: int) -> None:
        rows = self.read(table)
        del rows[row]
        self.write(table, rows)

    def replace(self, table: str, old: str, new: str) -> None:
        """Change the text of a file."""
        content = self.file(table).read_bytes()
        assert old.encode() in content
        self.file(table).write_bytes(content.replace(old.encode(), new.encode()))


def place(words: str, quoted: bool = False) -> dict[str, str]:
    """Columns ``start``, ``end`` (and ``quote``) of words that stand once in the text."""
    folded, words = fold(TEXT), fold(words)
    assert folded.count(words) == 1, words
    start = folded.index(words)
    cells = {"start": str(start), "end": str(start + len(words))}
    return cells | {"quote": words} if quoted else cells


def _sections() -> list[dict[str, str]]:
    folded = fold(TEXT)
    starts = {
        number: folded.index(fold(heading))
        for number, heading in {
            "0": "清溪省标准化试点方案(样例)",
            "1": "一、总体目标",
            "2": "二、保障措施",
            "2.1": "(一)资金支持",
            "2.2": "(二)工作成效",
        }.items()
    }
    over = folded.index("附注")
    ends = {"0": starts["1"], "1": starts["2"], "2": over, "2.1": starts["2.2"], "2.2": over}
    titles = {
        "0": ("(首段)", "Opening"),
        "1": ("总体目标", "Overall targets"),
        "2": ("保障措施", "Safeguards"),
        "2.1": ("资金支持", "Funding"),
        "2.2": ("工作成效", "Results"),
    }
    return [
        {
            "doc_id": DOC,
            "section": number,
            "parent": number.rpartition(".")[0],
            "level": str(0 if number == "0" else number.count(".") + 1),
            "title_zh": titles[number][0],
            "title_en": titles[number][1],
            "start": str(starts[number]),
            "end": str(ends[number]),
        }
        for number in starts
    ]


#: The text of the first is not there, so nothing is held against it.
_PAIR = {"upper_doc_id": "cn-2015-1", "lower_doc_id": DOC}
_BOTH = {"taken_from": "both", "why_zh": "", "why_en": ""}


def _rows() -> dict[str, list[dict[str, str]]]:
    coded = {"doc_id": DOC, "jurisdiction": "qingxi"}
    counted = {
        "jurisdiction": "qingxi",
        "indicator": "local_standards",
        "domain": "all",
        "scope": "whole",
        "unit": "项",
        "role": "unstated",
        "stage": "issued",
        "action": "make",
    }
    target = {
        "doc_id": DOC,
        "section": "1",
        **counted,
        "bound": "exact",
        "commitment": "firm",
        "basis": "unstated",
        "base_date": "2018-01-01",
        "base_date_source": "issued",
        "due_date": "2020-12-31",
        "year_source": "explicit",
    }
    observation = {
        "kind": "baseline",
        **counted,
        "bound": "exact",
        "basis": "cumulative",
        "as_of_date": "2018-01",
        "reported_on": "2018-02-28",
        "source_title": "清溪省统计公报",
        "source_outlet": "清溪日报",
        "source_date": "2018-02-28",
        "quality": "press",
        "confidence": "medium",
    }
    relation = {
        "scope_relation": "same",
        "role_relation": "same",
        "stage_relation": "same",
        "action_relation": "same",
        "comparable": "true",
        "reason_zh": "同一指标",
        "reason_en": "the same indicator",
        "coder": "A",
        "confidence": "high",
    }
    return {
        "documents": [
            {
                "doc_id": DOC,
                "title_zh": "清溪省标准化试点方案",
                "title_en": "Qingxi pilot plan",
                "short_zh": "清溪",
                "short_en": "Qingxi",
                "issued_on": "2018-01-15",
                "jurisdiction": "qingxi",
                "kind": "plan",
                "period_start": "2018",
                "period_end": "2020",
                "coded": "true",
                "text_sha256": folded_sha256(TEXT),
                "confidence": "high",
            },
            {
                "doc_id": "cn-2015-1",
                "title_zh": "示例总体方案",
                "title_en": "General plan",
                "issued_on": "2015-03",
                "jurisdiction": "china",
                "kind": "plan",
                "coded": "false",
            },
        ],
        "citations": [
            {
                "doc_id": DOC,
                "cites": "cn-2015-1",
                "relation": "rests_on",
                "section": "0",
                **place("《示例总体方案》"),
            }
        ],
        "terms": [
            {"key": key, "zh": zh, "en": en, "group": group, "chosen": "rule"}
            for key, zh, en, group in (
                ("service_bodies", "服务机构", "service bodies", "actors"),
                ("zones", "试验区", "zones", "fields"),
                ("clusters", "产业集群", "clusters", "fields"),
            )
        ],
        "term_counts": [
            {"doc_id": DOC, "term": term, "count": "1"} for term in ("service_bodies", "clusters")
        ],
        "reuse": [
            {
                **_PAIR,
                "min_length": "8",
                "order_from": "dates",
                "upper_letters": "20",
                "lower_letters": "150",
                "upper_grams": "13",
                "lower_grams": "143",
                "shared_grams": "1",
                "passages": "1",
                "upper_covered": "8",
                "lower_covered": "8",
            }
        ],
        "reuse_passages": [
            {
                **_PAIR,
                "upper_section": "0",
                "upper_start": "3",
                "upper_end": "11",
                "lower_section": "0",
                "lower_start": "3",
                "lower_end": "11",
                "length": "8",
                "places": "1",
            }
        ],
        "sections": [
            *_sections(),
            {
                "doc_id": "cn-2015-1",
                "section": "0",
                "level": "0",
                "title_zh": "(首段)",
                "title_en": "Opening",
                "start": "0",
                "end": "20",
            },
        ],
        "jurisdictions": [
            {"key": "china", "zh": "中国", "en": "China", "level": "central"},
            {
                "key": "qingxi",
                "zh": "清溪省",
                "en": "Qingxi",
                "part_of": "china",
                "level": "province",
            },
        ],
        "indicators": [
            {
                "key": key,
                "zh": zh,
                "en": en,
                "unit": unit,
                "measure": measure,
                "direction": "up",
                "tier": tier,
            }
            for key, zh, en, unit, measure, tier in (
                ("local_standards", "地方标准", "local standards", "项", "flow", "local"),
                ("service_bodies", "服务机构", "service bodies", "个", "stock", "none"),
                ("international_standards", "国际标准", "standards", "项", "flow", "international"),
            )
        ],
        "tier_parts": [
            {
                "indicator": "local_standards",
                "tier": "local",
                "counts": "every",
                "reason_zh": "如其名",
                "reason_en": "as its name says",
                "confidence": "high",
            }
        ],
        "domains": [
            {"key": "all", "zh": "全部", "en": "all"},
            {"key": "farming", "zh": "农业", "en": "farming", "part_of": "all"},
        ],
        "scopes": [
            {"key": "whole", "zh": "全省", "en": "whole province"},
            {
                "key": "clusters",
                "zh": "产业集群",
                "en": "industrial clusters",
                "part_of": "whole",
                "doc_id": DOC,
                "section": "1",
                "value_low": "62",
                "value_high": "62",
                "unit": "个",
                "bound": "exact",
                **place("62个", quoted=True),
            },
        ],
        "targets": [
            {
                "target_id": f"{DOC}.t01",
                **target,
                "value_low": "80",
                "value_high": "80",
                **place("80项", quoted=True),
            },
            {
                "target_id": f"{DOC}.t02",
                **target,
                "domain": "farming",
                "value_low": "30",
                "bound": "at_least",
                "part_of": f"{DOC}.t01",
                "part_relation": "disjoint",
                **place("30项", quoted=True),
            },
            {
                "target_id": f"{DOC}.t03",
                **target,
                "indicator": "service_bodies",
                "scope": "clusters",
                "value_low": "3",
                "value_high": "5",
                "unit": "个",
                "bound": "range",
                "stage": "drafted",
                **place("3－5个", quoted=True),
            },
        ],
        "outcomes": [
            {
                "outcome_id": f"{DOC}.o01",
                "doc_id": DOC,
                "section": "2.2",
                **counted,
                "value_low": "70",
                "bound": "at_least",
                "basis": "cumulative",
                "as_of_date": "2019-10-20",
                "reported_on": "2019-10-20",
                **place("70余项", quoted=True),
            }
        ],
        "observations": [
            {"observation_id": "E0001", **observation, "value_low": "50", "value_high": "50"},
            {
                "observation_id": "E0002",
                **observation,
                "kind": "outcome",
                "basis": "during",
                "since_date": "2018",
                "as_of_date": "2019-06",
                "reported_on": "2019-07",
                "same_cohort": "true",
                "value_low": "12.5",
                "value_high": "12.5",
            },
        ],
        # Made up: they count only where a test asks for them.
        "progress_reports": [
            {
                "report_id": f"{DOC}.r01",
                **counted,
                "value_low": "20",
                "value_high": "20",
                "bound": "exact",
                "basis": "during",
                "since_date": "2018-01-01",
                "as_of_date": "2018-12-31",
                "due_on": "2019-01-15",
                "reported_on": "2019-01-14",
                "same_cohort": "true",
                "made_up": "true",
            },
            {
                "report_id": f"{DOC}.r02",
                **counted,
                "value_low": "18",
                "value_high": "18",
                "bound": "exact",
                "basis": "during",
                "since_date": "2018-01-01",
                "as_of_date": "2018-12",
                "reported_on": "2019-03-01",
                "revises": f"{DOC}.r01",
                "made_up": "true",
            },
        ],
        "crosswalk": [
            {
                "target_id": f"{DOC}.t01",
                "evidence_id": f"{DOC}.o01",
                "baseline_id": "E0001",
                **relation,
            },
            {
                "target_id": f"{DOC}.t02",
                "evidence_id": "E0002",
                **relation,
                "scope_relation": "wider",
                "coverage_low": "0.25",
                "coverage_high": "0.5",
            },
        ],
        "possible_bases": [
            {
                "evidence_id": "E0002",
                "basis": basis,
                "since_date": since,
                "reason_zh": "未说明起算日",
                "reason_en": "no starting day is given",
                "coder": "A",
            }
            for basis, since in (("during", "2018"), ("cumulative", ""))
        ],
        "deliverables": [
            {
                "deliverable_id": f"{DOC}.d01",
                **coded,
                "section": "1",
                "kind": "standards_system",
                "name_zh": "三套体系",
                "name_en": "the three systems",
                "verb": "improve",
                "commitment": "firm",
                "due_date": "2020",
                "year_source": "explicit",
                "domain": "all",
                **place("三套体系"),
            }
        ],
        "incentives": [
            {
                "incentive_id": f"{DOC}.i01",
                **coded,
                "section": "2.1",
                "indicator": "international_standards",
                "domain": "all",
                "scope": "whole",
                "recipient_zh": "单位",
                "recipient_en": "organisation",
                "purpose_zh": "主导制定国际标准",
                "purpose_en": "leading an international standard",
                "role": "lead",
                "per": "item",
                "payment": "once",
                "payer": "qx_finance",
                "value_low": "200",
                "value_high": "200",
                "unit": "万元",
                "bound": "exact",
                **place("200万元", quoted=True),
            }
        ],
        "eligibility": [
            {
                "incentive_id": f"{DOC}.i01",
                "promise_id": f"{DOC}.t01",
                "relation": "same",
                "conditions": "led_international",
                "share_low": "0.5",
                "share_high": "1",
                "reason_zh": "仅主导者受资助",
                "reason_en": "only those led are paid for",
                "coder": "A",
                "confidence": "high",
            }
        ],
        "programmes": [
            {
                "programme_id": f"{DOC}.p01",
                **coded,
                "section": "0",
                "name_zh": "试点工作",
                "name_en": "the pilot",
                "domain": "all",
                "main": "true",
                **place("试点工作"),
            }
        ],
        "tasks": [
            {
                "task_id": f"{DOC}.k01",
                **coded,
                "section": "2.1",
                "name_zh": "资金支持",
                "name_en": "Funding",
                "programme_id": f"{DOC}.p01",
                "domain": "all",
                "assigned": "lead_support",
                **place("资金支持"),
            }
        ],
        "mechanisms": [
            {
                "mechanism_id": f"{DOC}.m01",
                **coded,
                "section": "2.1",
                "kind": "subsidy",
                "name_zh": "一次性奖励",
                "name_en": "single payment",
                "run_by": "qx_finance",
                "frequency": "once",
                "reporting_day": "15",
                "deadline": "2018-06",
                **place("一次性奖励"),
            }
        ],
        "instruments": [
            {"key": key, "zh": zh, "en": en, "part_of": above, "source": "Invented"}
            for key, zh, en, above in (
                ("supply", "供给型", "supply", ""),
                ("money", "资金", "money", "supply"),
                ("rules", "规则", "rules", ""),
            )
        ],
        "means": [
            {"unit_id": f"{DOC}.k01", "instrument": "money", "reason": "budget", **_BOTH},
            {"unit_id": f"{DOC}.m01", "instrument": "rules", "reason": "law", **_BOTH},
        ],
        "criteria": [
            {
                "key": key,
                "index": index,
                "part_of": above,
                "scale": scale,
                "zh": zh,
                "en": en,
                "source": "Invented",
            }
            for key, index, above, scale, zh, en in (
                ("clear", "pmc", "", "", "明确", "clear"),
                ("clear_numbers", "pmc", "clear", "binary", "有数字", "numbers"),
                ("clear_duties", "pmc", "clear", "binary", "有责任", "duties"),
                ("rank", "strength", "", "one_to_five", "力度", "rank"),
                ("goals", "strength", "", "", "目标", "goals"),
                ("more", "strength", "goals", "none_to_five", "更多", "more"),
                ("measures", "strength", "", "", "措施", "measures"),
                ("pay", "strength", "measures", "none_to_five", "资金", "pay"),
            )
        ],
        "scores": [
            {
                "score_id": f"{DOC}.q{number:02d}",
                "doc_id": DOC,
                "criterion": criterion,
                "score": score,
                "reason_zh": "如文",
                "reason_en": "as said",
                "coder": "AB",
                "confidence": "high",
                **at,
            }
            for number, criterion, score, at in (
                (1, "clear_numbers", "1", {"section": "1", **place("三套体系")}),
                (2, "clear_duties", "0", {}),
                (3, "rank", "3", {}),
                (4, "more", "4", {}),
                (5, "pay", "5", {"section": "2.1", **place("200万元")}),
            )
        ],
        "agencies": [
            {
                "key": "qx_finance",
                "zh": "省财政厅",
                "en": "Department of Finance",
                "jurisdiction": "qingxi",
                "kind": "government",
                "aliases": "财政厅|清溪省财政厅",
            },
            {
                "key": "qx_cities",
                "zh": "各市",
                "en": "the cities",
                "jurisdiction": "qingxi",
                "kind": "generic",
            },
        ],
        "responsibilities": [
            {
                "responsibility_id": f"{DOC}.r{number:03d}",
                "doc_id": DOC,
                "section": "2.1",
                "task_id": f"{DOC}.k01",
                "agency": agency,
                "role": role,
                "wording": "stated",
                **place(words),
            }
            for number, agency, role, words in (
                (1, "qx_finance", "lead", "清溪省财政厅"),
                (2, "qx_cities", "support", "各市"),
            )
        ],
        "left_out": [
            {
                "left_out_id": f"{DOC}.x01",
                "doc_id": DOC,
                "section": "1",
                "reason": "name",
                "reason_zh": "名称",
                "reason_en": "a name",
                **place("三套", quoted=True),
            }
        ],
        "not_modelled": [
            {
                "not_modelled_id": f"{DOC}.n01",
                "doc_id": DOC,
                "section": "0",
                "part": "formality",
                "reason_zh": "标题",
                "reason_en": "title",
                **place("清溪省标准化试点方案(样例)"),
            }
        ],
        # commitment: the coders differ once in four; stage: one value only.
        "schemes": [
            {
                "scheme": scheme,
                "edition": "first",
                "method": method,
                "band": band,
                "zh": zh,
                "en": band,
                "from_value": start,
                "from_closed": "true" if start else "",
                "source": "Invented",
                "confirmed": "true",
            }
            # Grades of an index have the name that the notebook asks for.
            for scheme, method in (("halves", "ratio"), ("pmc_xu", "pmc_share"))
            for band, zh, start in (("upper", "上", "0.5"), ("lower", "下", ""))
        ],
        "codings": [
            {
                "table": "targets",
                "row_id": f"{DOC}.t{number:02d}",
                "field": field,
                "coder": coder,
                "value": value,
            }
            for field, pairs in (
                ("commitment", ("firm firm", "firm strive", "strive strive", "strive strive")),
                ("stage", ("issued issued", "issued issued")),
            )
            for number, pair in enumerate(pairs, start=1)
            for coder, value in zip("AB", pair.split(), strict=True)
        ],
    }


def write_study(folder: pathlib.Path) -> Study:
    study = Study(folder / "data", folder / "sources")
    study.data.mkdir(parents=True)
    study.sources.mkdir()
    study.source.write_text(TEXT, encoding="utf-8")
    rows = _rows()
    for table in schema.tables():
        study.write(table, rows.get(table, []))
    return study


@pytest.fixture
def study(tmp_path: pathlib.Path) -> Study:
    """A valid study that a test may spoil."""
    return write_study(tmp_path)


@pytest.fixture(scope="module")
def module_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A valid study that the tests of a module share and leave as it was."""
    return write_study(tmp_path_factory.mktemp("study"))
