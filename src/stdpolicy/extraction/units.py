"""Measure words and units of Chinese policy text."""

import re
from functools import lru_cache

#: Words that count things. After Chinese numerals only these and the measures below are read.
COUNTERS = (
    "个 個 项 項 件 条 條 家 户 戶 人 名 位 场 期 批 辆 台 套 架 艘 座 栋 幢 间 所 处 處 口 眼 "
    "孔 盏 "
    "根 株 棵 头 只 匹 尾 羽 箱 盒 册 本 部 篇 卷 份 张 幅 枚 块 片 段 道 班 组 队 支 对 副 门 "
    "款 种 "
    "宗 起 例 笔 单 票 床 席 次 人次 户次 架次 车次 件次 辆次 班次 批次 场次 课时 学时 学分 标箱 "
    "标台 标车 人年"
).split()
#: Units of size, money, power and time.
MEASURES = (
    "万吨公里 吨标准煤 吨标煤 吨公里 人公里 公吨 吨 公斤 千克 毫克 微克 克 市斤 斤 公担 担 石 "
    "毫升 升 吨海里 人海里 噸 畝 "
    "千公顷 千吨 千立方米 "
    "立方米 立方公里 立方 平方米 平方公里 平方千米 平米 平方 公顷 市亩 亩 公里 千米 华里 里 米 "
    "尺 丈 毫米 厘米 "
    "微米 纳米 海里 元 美元 欧元 港元 日元 英镑 卢布 块钱 元人民币 人民币 兆瓦时 兆瓦 吉瓦时 吉瓦 "
    "千瓦时 千瓦小时 千瓦 千伏安 千伏 度 焦 大卡 马力 匹马力 锭 纱锭 分贝 赫兹 比特 字节 摄氏度 "
    "载重吨 "
    "总吨 标准箱 床位 席位 座位 车位 泊位 倍 成 天 个工作日 工作日 个小时 小时 分钟 秒 个月 岁 "
    "个百分点 百分点 个点 % ％ ‰ ℃ ° m³/小时"
).split()
_LATIN = (
    "km² km2 km ㎢ ㎡ ㎥ ㎞ m² m2 m³ m3 m mm cm hm² ha kg mg/L mg/m³ μg/m³ μg/m3 ug/m3 µg/m³ mg "
    "g t L L/d P "
    "kWh MWh GWh GW MW kW KW kV KV MVA kVA Mbps Gbps Tbps PFLOPS EFLOPS TB GB PB EB MB Hz MHz "
    "GHz dB "
    "TEU PUE ppm"
).split()

_PER = (
    "年 日 天 秒 分钟 小时 时 月 次 人 户 亩 公顷 平方公里 平方米 立方米 升 吨 万元 元 千瓦时 "
    "千米 公里 米"
).split()


#: Words that begin with a measure word and are none: 2支持… is item 2, 三位一体 counts nothing.
_WORDS = (
    "支持 支撑 支付 支出 对接 对外 对于 对口 对标 对照 对策 处理 处于 处置 所有 所属 所需 所在 "
    "组织 组成 组建 组长 根据 根本 期间 期末 口岸 口径 石化 石油 升级 升至 升到 担任 担当 担保 "
    "部分 道路 道德 条件 条例 条款 单位 单元 单独 部门 部委 部署 部曲 位数 位一体 位于 场所 "
    "场地 场馆 "
    "班子 班组 门类 门户 本级 本地 本市 本省 人均 人才 人民 人大 元结构 元化 成功 成立 成员 成果 "
    "成为 成分 成效 成就 成熟 成本 成长 成都 成绩 成品 天津 天然 天候 度假 席位制 件套 家级 "
    "台山 台河 门峡 家渠 次产业 次供水 次能源 次污染 次创业 次分配 次加工 次全会 次会议 次党代会 "
    "次性 起草 起步 种植 种业 份额 片区 段落 队伍 名录 名单 名牌 户籍 户外 项下 头部 只有 套餐 "
    "座谈 架构 间接 块状 副产 票据 例会 例行 笔试 期货 期工程 期项目 克服 里程 "
    "里河 里铺 里店 里外 里面 米粮"
).split()


def _any(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _trie(words: list[str]) -> str:
    """Words as alternatives by their first character, the longest first among those that share it.

    The pattern tries alternatives one after another, so that there should be few at each place.
    """
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word[1:])
    parts = []
    for first, rests in groups.items():
        longer = [rest for rest in rests if rest]
        tail = f"(?:{_any(longer)})" if longer else ""
        parts.append(re.escape(first) + tail + ("?" if longer and "" in rests else ""))
    return "(?:" + "|".join(parts) + ")"


#: 吨/日, 人/平方公里, 元/吨.
PER = (
    rf"(?:[/／](?:[百千万]?(?:{_any([*_PER, *_LATIN])}|[A-Za-z]{{1,4}}[²³23]?(?![A-Za-z0-9])))"
    r"|每(?:秒|小时|分钟))?"
)
#: What a unit begins with: most numbers are followed by something else, and that is quick to see.
_FIRST = "".join(sorted({unit[0] for unit in [*COUNTERS, *MEASURES, *_LATIN]}))
UNIT = (
    rf"(?=[{re.escape(_FIRST)}])(?!{_trie(_WORDS)})"
    rf"(?:{_trie([*COUNTERS, *MEASURES])}|(?:{_any(_LATIN)})(?![A-Za-z0-9²³])){PER}"
)

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME = {
    "個": "个",
    "項": "项",
    "條": "条",
    "戶": "户",
    "處": "处",
    "百分点": "个百分点",
    "个点": "个百分点",
    "元人民币": "元",
    "人民币": "元",
}


@lru_cache(maxsize=1 << 12)
def unit_name(written: str) -> str:
    """Name of a unit as it stands in tables: half-width, without spaces, 百分点 with its 个."""
    name = re.sub(r"\s", "", written.translate(_NARROW))
    return _SAME.get(name, name)


@lru_cache(maxsize=1 << 12)
def unit_and_factor(written: str) -> tuple[str, float]:
    """Split a unit such as 万吨 or 亿元 into the bare unit and the number it stands for."""
    name = unit_name(written)
    factor = 1.0
    while name[:1] in {"百", "千", "万", "亿"} and len(name) > 1:
        # 千瓦, 千克, 千米 and 千伏 are units themselves.
        if name[0] in "百千" and name[1] not in "万亿":
            break
        factor *= {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}[name[0]]
        name = name[1:]
    return name, factor


def power_of_ten(value_text: str) -> str:
    """万 and 亿 at the end of a number, which belong to the unit in tables: 200万 of 200万元."""
    match = re.search("([万亿]+)[余多来]?$", value_text)
    return match[1] if match else ""


@lru_cache(maxsize=1 << 12)
def looks_like_unit(text: str) -> bool:
    """Whether a table cell or bracket names a unit: 万吨, %, 元/人, 平方公里."""
    return bool(_UNIT_CELL.fullmatch(text))


_UNIT_CELL = re.compile(
    rf"\s*(?:[百千]?[万亿]{{0,2}}(?:(?:{_any([*COUNTERS, *MEASURES, '年', '分', '级', '户·年'])})"
    rf"|(?:{_any(_LATIN)}))(?:/[万]?[^\s/，。（）()]{{1,6}})?)\s*"
)
