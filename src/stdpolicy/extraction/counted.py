"""What a quantity counts: the words beside it, and the indicator of the tables that they name."""

import re
from functools import lru_cache

from stdpolicy.extraction.quantities import Quantity
from stdpolicy.extraction.units import COUNTERS

_COUNTERS = frozenset(COUNTERS)
#: Farthest that the words before a number are followed.
_REACH = 60
_CLAUSE = re.compile(r"[，。；：、！？,;:\n（）()“”]")
_OPENING = re.compile(
    r"^(?:[\s—\-①-⑳一二三四五六七八九十]*[.．、是]|(?:到|至|截至|截止)?(?:20|19)\d\d年?[底末初]?(?:前|以前)?"
    r"|力争|争取|确保|其中|累计|已经?|共|并|全[市省县国区年]|去年|今年|目前|新?制修?[定订]|修订|[研修]制|培育|建成|建设|新?建立?"
    r"|完成|实施|发布|实现|推动|推进|组织|开展|打造|引进|支持|达到?|形成|主导|参与|或|和|将|要|再)+"
)
#: What stands between the words for a thing and its number.
_LINKS = (
    "同比 年均 分别 平均 累计 增长 增加 提高 提升 上升 上涨 下降 降低 减少 压缩 缩短 "
    "降幅 增幅 增速 达到 达 为 至 到 在 超过 超 突破 约 近 共 不低于 不少于 不高于 不超过 "
    "控制 保持 稳定 维持 了 有 占 是 由 从 降 降至 降到 调整 按照 按 ≥ ≤ < > ＜ ＞"
).split()
_LINKS_BY_LAST = {
    last: [word for word in sorted(_LINKS, key=len, reverse=True) if word[-1] == last]
    for last in {word[-1] for word in _LINKS}
}
_COMPARED = re.compile(r"[比较].{0,8}年(?:同期)?$")
_BEHIND = re.compile(
    r"(?:以[上内下]|左右|多|余)?的?(?!左右|以[上内下])(?P<words>[^，。；：、！？,;:\s（）()\d][^，。；：、！？,;:\n（）()\d]{1,20})"
)


#: 国家标准、行业标准600项, and 5个核桃、红枣示范基地: words side by side belong together.
_SHORT_WORD = re.compile(r"[\u4e00-\u9fff]{2,8}$")
_PARALLEL = re.compile(r"(?:、[^，。；：、！？,;:\s（）()\d]{1,12})+")


def counted(text: str, quantity: Quantity, sentence: int, since: int) -> str | None:
    """Words that say what a quantity counts, line breaks removed; none where there are none.

    Taken from the clause before the number (本市绿地率达到40%), else from what follows it
    (20个示范区). ``sentence`` is where the sentence begins, ``since`` where the last quantity
    ended.
    """
    behind = _BEHIND.match(text, quantity.end)
    if behind and quantity.unit in _COUNTERS and quantity.unit_text:
        words = _bare(behind["words"])
        # 建立5个核桃、柿子示范基地: the last of several says what they are.
        rest = _PARALLEL.match(text, behind.end())
        return words and words + re.sub(r"\s", "", rest.group()) if rest else words
    low = max(sentence, since, quantity.start - _REACH)
    stop = quantity.start
    if text[stop - 1 : stop] in {"）", ")"}:  # 标准制定（修订）600项
        opening = max(text.rfind(mark, low, stop) for mark in "（(")
        stop = opening if opening > low else stop
    cut = low
    for match in _CLAUSE.finditer(text, low, stop):
        if match.group() != "、" or not _SHORT_WORD.match(text, match.end(), stop):
            cut = match.end()
    before = _bare(_without_links(_OPENING.sub("", text[cut:stop].strip())))
    if before or not behind or quantity.direction:
        return before
    return _bare(behind["words"])


def _without_links(words: str) -> str:
    """Words without what leads over to the number: 产值比上年增长 is 产值."""
    while words:
        link = next((w for w in _LINKS_BY_LAST.get(words[-1], ()) if words.endswith(w)), None)
        if link:
            words = words[: -len(link)]
        elif words[-1] in "年期" and (compared := _COMPARED.search(words)):
            words = words[: compared.start()]
        else:
            break
    return words


def _bare(words: str) -> str | None:
    """Words without white space; none where too little is left to be a name."""
    words = re.sub(r"\s", "", words)
    return words if len(words) >= 2 and words not in {"以上", "以下", "以内", "左右"} else None


@lru_cache(maxsize=1)
def _indicators() -> tuple[re.Pattern[str], dict[str, str]]:
    """The labels of the indicators as a pattern, the longest first, and their keys."""
    from stdpolicy.tables import load

    table = load("indicators")
    keys = dict(zip(table["zh"], table["key"], strict=True))
    # 国家标准和行业标准 is said as 国家和行业标准, too.
    for label, key in list(keys.items()):
        first, both, second = label.partition("和")
        if both and len(first) > 2 and first[-2:] == second[-2:]:
            keys.setdefault(f"{first[:-2]}和{second}", key)
    labels = sorted(keys, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, labels))), keys


def indicator(words: str | None) -> str | None:
    """Key of the indicator whose label stands in the words, the last one of several."""
    if not words:
        return None
    pattern, keys = _indicators()
    found = pattern.findall(words.replace("、", "和"))
    return keys[found[-1]] if found else None
