"""The customer's own words of what happened, without what only asks for service or leads up to a value.

A message is given as its pieces between the values that were read from it (a name, a phone, a visit).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_EDGES = re.compile(r"\A[\W_]+|[\W_]+\Z")

#: What leads up to a value that stood after it, or follows one that stood before.
_LEAD_UP = re.compile(
    r"""
    (?: \W+ | 想?约 | 预约 | 改到 | 改成 | 我?叫 | 我?姓 | 我是 | 我?在 | 我?家?住?在 | 住 | 帮我登记
      | 到了 | 来了 | 找 | 联系
      | 电话 | 手机号? | 号码 | 地址 | 联系人?方?式? | 称呼 | 姓名 | 名字 | 是 | 为 | 就 | 那 )+ \Z
    """,
    re.VERBOSE,
)
_FOLLOWS = re.compile(r"\A (?: \W+ | 派?人?来 | 上门 | 过来 | 的 | 吧 | 可以 | 有空 | 方便 | 左右 )+", re.VERBOSE)
_ONLY_A_VISIT = re.compile(r"\A \W* \S{0,3} (?: 来|上门|过来 ) \S{0,3} \W* \Z", re.VERBOSE)

#: What is said to anybody before a service: it tells nothing of the trouble.
_STOCK = re.compile(
    r"""
    你好 | 您好 | 喂 | 请问 | 麻烦 | 谢谢 | 帮忙 | [帮给跟][我俺] | [我俺]们? | 你们? | 您
  | 这个 | 那个 | 这边 | 家里 | 家 | 这台 | 一台 | 台 | 想要? | 需要 | 要 | 请 | 叫 | 找 | 派 | 安排 | 预约 | 约
  | 登记 | 报修 | 维修 | 修理 | 修一?下? | 投诉 | 举报 | 上门 | 师傅 | 工程师 | 弄?个?人
  | 顺便 | 把? 机器 | 看看 | 看一?下? | 瞅瞅 | 过来 | 来 | 一下 | 尽快 | 马上 | 赶紧 | 快点 | 越快越好
  | 电话 | 手机号? | 地址 | 姓名 | 称呼 | 联系 | 记下 | 姓 | 住?在 | 可以 | 能不能 | 能 | 行
  | 好的? | 对的? | 嗯+ | 是的? | 就是 | 的话? | 了 | 吧 | 啊 | 呀 | 呢 | 哈 | 呗 | 吗 | 嘛
  | 记不清 | 不记得 | 不知道 | 忘了? | 一个 | 个 | 有 | 再 | 还 | 先 | 也 | 就 | 那 | \W
    """,
    re.VERBOSE,
)


#: What a conversation opens with: no part of the trouble that is told in the same breath.
_OPENING = re.compile(
    r"""
    \A (?: \W+
      | (?: 师傅|客服|老板|小保|亲|小姐姐|小哥哥|闺女|姑娘|小伙子?|美女|帅哥|同志|阿姨
          | 大[姐哥妹] )+ (?= 你好|您好|在|啊|\W )
      | 你好啊? | 您好 | 在吗 | 在么 | 在不在 | 在不
      | 有[木没]?有?人[吗么]? [啊呀呢]* (?= \W | 在 ) | 有人在吗 | 我?想问问 | 喂 | 亲+ | 哈喽 | hello | hi | 客服
      | 小保 | 我?[要想]? 报修 (?= \W ) | 请问一?下? | 打扰一?下?了?
      | 麻烦问一?下? | 问一?下 | 早上好 | 上午好 | 下午好 | 晚上好 | 急+ (?= \W ) )+
    """,
    re.VERBOSE | re.IGNORECASE,
)


def words_of(pieces: Iterable[str]) -> str:
    """The pieces of a message as one text, without their loose ends; short scraps beside a value are dropped."""
    parts = list(pieces)
    parts[:1] = [_OPENING.sub("", part) for part in parts[:1]]
    if len(parts) == 1:
        return parts[0].strip()
    kept = [_trimmed(part, first=i == 0, last=i == len(parts) - 1) for i, part in enumerate(parts)]
    return " ".join(part for part in kept if len(part) > 2 or len(told_in(part)) > 1)


def told_in(text: str) -> str:
    """What `text` tells beyond asking for service: 我想报修 tells nothing, 门封不严 all of it."""
    return _STOCK.sub("", text)


def _trimmed(piece: str, *, first: bool, last: bool) -> str:
    if not first:
        piece = "" if _ONLY_A_VISIT.match(piece) else _FOLLOWS.sub("", piece)
    if not last:
        piece = _LEAD_UP.sub("", piece)
    return _EDGES.sub("", piece)


_OF_COVER = re.compile(
    r"""
    [\W]* (?: 请问|那|要是|如果|假如 )? (?: 还|现在 )? (?: 在不在|在|能不能|能|给 )?
    (?: 保不保修? | (?: 保修期 (?: 之?内 )? | 保内 | 保修? | 包修 | 免费修? ) (?: 的?话 | [吗么嘛不没呢] (?! 了 ) ) )
    [\W]*
    """,
    re.VERBOSE,
)


def without_cover(words: str) -> str:
    """The trouble without what was asked of its cover: 漏水了还在保吗,在保的话; all of it, where it asks no more."""
    rest = _EDGES.sub("", _OF_COVER.sub(" ", words))
    return rest if told_in(rest) else words


_PIECES = re.compile(r"([\s,\uff0c。;\uff1b!\uff01?\uff1f/]+)")


def decently(words: str, beside: Callable[[str], bool]) -> str:
    """The words without the pieces that are `beside` the matter (abuse, haggling); all of them, where nothing else is
    told."""
    parts = _PIECES.split(words)
    kept = [part + gap for part, gap in zip(parts[::2], [*parts[1::2], ""], strict=True) if not beside(part)]
    rest = _EDGES.sub("", "".join(kept))
    return rest if told_in(rest) else words


_HOW_MUCH = re.compile(r"不[是算]?(?:很|太|大|多|严重|厉害|明显)|就?一点|有时|偶尔|不常|不经常")


def tells_how_much(text: str) -> bool:
    """不是很多, 就一点: how bad it is, and no refusal."""
    return _HOW_MUCH.search(text) is not None


_WHOSE = re.compile(
    r"""
    \A (?: (?: 那个|就是|嗯+|呃+|额+ ) [\s,\uff0c]* )*
    (?: [我俺咱你您] 们? (?: 家 | (?= 的 | 那 | 这 ) ) (?: 里 | 的 | 那个 | 这个 | 那台? | 这台? )* )?
    """,
    re.VERBOSE,
)
_WHAT_NOW = re.compile(r"\W* (?: 这?是? (?: 怎么|咋|为啥|为什么 ) [^\W\d]{0,4} | 呢 | 啊 | 呀 )? \W* \Z", re.VERBOSE)


def retold(words: str) -> str:
    """The customer's words as somebody else says them back: without whose it is and what to do now (我家那个…咋整)."""
    return _WHAT_NOW.sub("", _WHOSE.sub("", words)) or words
