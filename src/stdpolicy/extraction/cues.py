"""Words that look ahead or back, with their weights, and how a text is balanced between them."""

import re
from bisect import bisect_left
from itertools import accumulate

#: Positive looks ahead (a promise), negative back (a result). A word that plans and reports share
#: weighs little. A word may carry a condition on what stands around it; of equal words the one that
#: is listed first and whose condition holds counts.
WEIGHTS = {
    # ahead
    "力争": 2.5,
    "争取": 1.2,
    "确保": 1.5,
    "底前": 1.8,
    "预期目标": 3.0,
    "目标": 0.8,
    "计划(?=为|是|产量|规定|要求|安排|增|减|新|投|生产|达到|进口|出口|发展|实施|建设)": 2.0,
    "计划(?=总投资|完成投资)": 2.0,
    "计划(?!单列)": 0.4,
    "下一步": 2.0,
    "下一阶段": 2.0,
    "今后": 1.5,
    "未来": 1.0,
    "拟(?<![虚模]拟)": 1.2,
    "将(?=达|比|增|减|有|完成|建|新|超|实现|会|达到|提高|继续|全面)": 1.5,
    "将(?!军|领|士)": 0.2,
    "新建": 0.3,
    "扩建": 0.3,
    "拟(?=建|新|投|在|将)": 0.8,
    "要(?<![主重需次必只首]要)(?!求|素|点|闻|件|地|害|么|是|素|文)": 0.6,
    "应(?!急|用|对|有|收|届|链|邀|变)(?<![供反响适相对]应)": 0.4,
    "必须": 0.5,
    "鼓励": 0.5,
    "引导": 0.3,
    "探索": 0.3,
    "加快": 0.4,
    "加强": 0.4,
    "加大": 0.3,
    "推进": 0.25,
    "推动": 0.2,
    "完善": 0.25,
    "健全": 0.25,
    "强化": 0.2,
    "开展": 0.2,
    "培育": 0.2,
    "逐步": 0.5,
    "努力": 0.6,
    "着力": 0.3,
    "大力": 0.2,
    "进一步": 0.3,
    "不低于": 0.8,
    "不少于": 0.8,
    "不超过": 0.5,
    "控制在": 0.6,
    "以内": 0.3,
    "左右": 0.4,
    "基本(?=形成|建成|实现|建立|消除)": 0.5,
    "重点(?=推进|抓好|做好|建设|实施)": 0.6,
    # back
    "了(?<![为除]了)(?!解|却|不起)": -1.3,
    "已(?!知)": -1.8,
    "累计": -0.8,
    "截至": -2.5,
    "截止": -2.0,
    "同比": -3.0,
    "环比": -3.0,
    "比上年": -1.0,
    "较上年": -1.0,
    "去年(?<![比较]去年)": -2.5,
    "去年": -0.5,
    "上年": -1.5,
    "过去": -2.0,
    "今年以来": -3.0,
    "年来": -2.5,
    "以来": -2.0,
    "目前": -1.8,
    "现有": -1.2,
    "现存": -1.5,
    "当前": -1.5,
    "仍(?!要|需|将)": -1.2,
    "仅(?!限)": -1.2,
    "尚": -1.0,
    "不足": -0.8,
    "共有": -1.2,
    "取得": -1.2,
    "成效": -0.8,
    "成就": -1.2,
    "显著": -0.5,
    "位居": -2.0,
    "位列": -2.0,
    "跃居": -2.0,
    "居全国": -2.0,
    "居世界": -2.0,
    "排名": -1.0,
    "历史新高": -2.5,
    "首次": -1.5,
    "超额": -2.0,
    "圆满": -1.5,
    "全面完成": -0.6,
    "如期完成": -1.2,
    "得到": -0.8,
    "荣获": -2.0,
    "获得": -1.0,
    "获批": -1.5,
    "获评": -2.0,
    "入选": -1.5,
    "调查显示": -2.5,
    "数据显示": -2.5,
    "统计显示": -2.5,
    "据统计": -2.5,
    "完全统计": -2.5,
    "据介绍": -2.5,
    "据了解": -2.5,
    "表示": -0.8,
    "先后": -1.5,
    "相继": -1.5,
    "陆续": -1.0,
    "成功": -1.0,
    "投产": -0.6,
    "通车": -0.6,
    "投入使用": -0.8,
    "突破": -0.4,
    "增至": -0.6,
    "升至": -0.6,
    "落地": -0.5,
    "问题": -0.3,
    "存在": -0.5,
    "曾": -1.0,
    "高于全国": -1.5,
    "扎实有力": -1.0,
    "稳步": -0.6,
    "持续": -0.2,
    "原来": -1.0,
    "原有": -0.6,
    "以往": -1.0,
    "改革后": -0.6,
    "实施后": -0.6,
    "推行后": -0.6,
}


#: From this weight on a cue is plain.
_PLAIN = 0.4
#: Weight that cues need together before a text counts as balanced to one side.
_FEW = 3.0


def _alternation() -> tuple[re.Pattern[str], dict[str, list[tuple[re.Pattern[str], float]]]]:
    """One pattern of all cues, and for each word its conditions with their weights.

    The pattern has no groups: alternatives that open with a plain character are skipped fast.
    """
    ordered = sorted(WEIGHTS, key=lambda cue: -len(_word(cue)))
    readings: dict[str, list[tuple[re.Pattern[str], float]]] = {}
    rests: dict[str, list[str]] = {}
    for cue in ordered:
        readings.setdefault(_word(cue), []).append((re.compile(cue), WEIGHTS[cue]))
        rests.setdefault(cue[0], []).append(cue[1:])
    # By their first character: few alternatives are tried at a place.
    return re.compile("|".join(f"{c}(?:{'|'.join(r)})" for c, r in rests.items())), readings


def _word(cue: str) -> str:
    return cue.partition("(?")[0]


_CUES, _READINGS = _alternation()
_PLAIN_WEIGHTS = {
    word: readings[0][1] for word, readings in _READINGS.items() if len(readings) == 1
}


class Cues:
    """The cues of a text, summed so that any stretch between two places is quick."""

    def __init__(self, text: str):
        self.places: list[int] = []
        self.words: list[str] = []
        self.weights: list[float] = []
        for match in _CUES.finditer(text):
            word, place = match.group(), match.start()
            weight = _PLAIN_WEIGHTS.get(word)
            if weight is None:
                weight = next(w for cue, w in _READINGS[word] if cue.match(text, place))
            self.places.append(place)
            self.words.append(word)
            self.weights.append(weight)
        self.sums = [0.0, *accumulate(self.weights)]

    def total(self, start: int, end: int) -> float:
        """Sum of the weights between two places."""
        return self.sums[bisect_left(self.places, end)] - self.sums[bisect_left(self.places, start)]

    def strongest(self, start: int, end: int) -> tuple[str, float]:
        """The cue with the greatest weight between two places; empty where there is none."""
        word, best = "", 0.0
        for at in range(bisect_left(self.places, start), bisect_left(self.places, end)):
            weight = self.weights[at]
            if abs(weight) > abs(best):
                word, best = self.words[at], weight
        return word, best

    @property
    def ahead(self) -> float:
        """Sum of what plainly looks ahead; verbs that plans and reports share are left out."""
        return sum(weight for weight in self.weights if weight >= _PLAIN)

    @property
    def back(self) -> float:
        """Sum of what plainly looks back."""
        return -sum(weight for weight in self.weights if weight <= -_PLAIN)

    @property
    def balance(self) -> float:
        """From -1 (all cues look back) to 1 (all look ahead); near 0 where there are few."""
        return self.sums[-1] / (sum(map(abs, self.weights)) + _FEW)
