"""What makes a complaint, in the customer's own words; what it asks for and what can be shown for it: 退钱; 收据."""

from __future__ import annotations

import re

from bot.text.story import told_in
from policies_kb.normalise import normalise

_WISH = re.compile(
    r"""
    (?<! 不要 ) (?<! 不用 ) (?<! 不是要 ) (?<! 不求 ) (?<! 不图 )
    (?: 把? (?: 多收 )? 的? 钱 (?: 都|全 )? 退 (?: 给我|回来|还 )?
      | 把? 多 [收要付给] 了? 的 (?: 钱|费|部分|那些 )? [^,。;!?]{0,3} 退 (?: 给我|回来|还 )?
      | 退 (?: 我|还 )? 钱 | 退款 | 退费 | 全额退
      | 退 (?: 我|给我 )? (?: 一?半|[\d一二两三四五六七八九十百千]+ )
      | 赔 (?: 钱|偿|我 ) | (?: 赔礼 )? 道歉 | 重新? 修 | 返工
      | 换 (?: 个|一个|位 )? (?: 师傅|工程师|人 (?= 来|修|上门|处理|吧|\W|\Z ) )
      | 给 我? 个? 说法 | 把? 旧件 (?: 还|退 ) (?: 给我|回来 )? )
    """,
    re.VERBOSE,
)
#: What nobody says of a service that pleased them.
_GRIEVANCE = re.compile(
    r"""
    投诉|举报|态度|乱[收来搞]|骗|坑|凭什么|凭啥|不满|太差|差劲|气死|生气|过分|欺负|赔|道歉|说法|12315|消协|工商|曝光
  | 差评|没人[管理联接]|不[管理]我|推[脱诿来]|敷衍|迟到|[没不]来|爽约|放鸽子|多收|(?<!没)收了?我|不合理|退钱|骂|吼|凶
  | 觉得贵|嫌贵|太贵|收贵|贵了
  | 才[来到]|[不没]打(?:电话|一个)|不接|打不通|[不没]回我|硬说|硬要|讹|蒙我|怼|顶嘴|骚扰|发消息|害怕|吓人
  | 盯着|甩脸|不耐烦|烂摊子|扔下|走人|磨蹭|玩手机|聊天|推销|不[肯给让][他我]?[装修换]|没[擦收]|耽误|白等|直接走
  | 定金|押金|先[交付给收]
  | 糊弄|忽悠|耍|弄坏|刮[坏花]|划[伤花坏]|踩脏|弄脏|砸|丢|偷|[不没][给还]我|拿走|抽烟|鞋套|工牌|拖|等了|白等|白跑
  | 没修好|修不好|越修|修坏|不负责|不专业|垃圾|什么服务|宰|黑心|私下|红包|小费|转账|微信
    """,
    re.VERBOSE,
)
_ASKED = re.compile(r"要求|必须|希望|得给我|要你们?")
_SAFE = re.compile(
    r"关了|关上了?|关掉|拔了|拔掉|拔[^,。;!?]{0,3}插头|断电|断了电|拉了?闸|闸.{0,3}拉|没着火|没有着火|没事|出来了|出去了|开了?窗|窗.{0,3}开|通风|灭了|不冒了|不漏了|没有?人?受伤|没伤[到着]|(?:碎片|玻璃|碎渣)[^,。;!?]{0,4}(?:扫|收拾|清理)"
)
_WHAT_TO_DO = re.compile(r"怎么[办弄]|咋[办弄整]|要紧|危险|安全|中毒|[还能]能?.{0,2}[用开碰]|会不会|[关开]")
_EVIDENCE = re.compile(r"收据|录音|录像|视频|照片|聊天记录|转账记录|付款记录|截图|维修单|通话记录|监控")
_DENIED = re.compile(r"(?:没有?|没给|不给|不开)[^,。;!?]{0,3}\Z")
_DENIED_AFTER = re.compile(r"[也都]?(?:没|不[给开让肯]|丢|找不|删)")  # 收据没给


def wish_in(text: str) -> str | None:
    """What is asked for, as it was put."""
    found = dict.fromkeys(match[0].strip() for match in _WISH.finditer(normalise(text).text))
    return "、".join(found) or None


def is_made_safe(text: str) -> bool:
    """Whether what was dangerous is said to be off, out or over: 阀门关了, 插头拔了, 没着火, 人出来了."""
    return _SAFE.search(normalise(text).text) is not None


def asks_what_to_do(text: str) -> bool:
    """Whether what is asked, where something is dangerous, is of the danger: 会不会爆炸, 还能用吗."""
    return _WHAT_TO_DO.search(normalise(text).text) is not None


def is_a_grievance(text: str, *, plainly: bool = False) -> bool:
    """Whether the words accuse somebody, or ask for amends. `plainly`: not only by what can be asked about as well
    (穿不穿鞋套, 小费能收吗)."""
    plain = _WHETHER.sub("", normalise(text).text)
    if plainly:
        plain = _ASKED_ABOUT.sub("", plain)
    return bool(_GRIEVANCE.search(plain) or _WISH.search(plain))


_WHETHER = re.compile(r"(\w)不\1")
_ASKED_ABOUT = re.compile(
    r"抽烟|鞋套|工牌|红包|小费|转账|微信|态度|投诉|举报|赔|道歉|12315|消协|工商|曝光|迟到|退款|退费|退钱|返工|定金|押金|先[交付给收]"
)


_SOMEBODY = re.compile(
    r"师傅|维修工|工程师|工人|修理工|安装工|[那这]个?人|[他她](?!妈)|小伙|大哥|上门的|来修的|来装的|来的|修的时候|装的时候"
    r"|的人(?:来|说|要|走)|骗子|客服"
)


#: Nobody says so of an appliance.
_PLAINLY_WRONG = re.compile(r"硬说|骗子|骗[我了人钱]|被[骗坑宰讹]|忽悠|糊弄|乱收|我[都也]?转了")


def accuses_somebody(text: str) -> bool:
    """Whether it is told what somebody did who came, or should have come, and how it was wrong."""
    plain = normalise(text).text
    return _PLAINLY_WRONG.search(plain) is not None or (is_a_grievance(text) and _SOMEBODY.search(plain) is not None)


_OF_PAYING = re.compile(r"[没未]付|付[了的过]|[没了]给|给[了的]|转[了账的]|现金|微信|支付宝|扫码|刷[的了]?卡")


def tells_of_paying(text: str) -> bool:
    """还没付, 现金给的: short, and worth keeping."""
    return _OF_PAYING.search(text) is not None


_NOT_PAID = re.compile(r"没有?(?:多|乱)?收(?!到)|没花钱|没要钱|不是钱|没给钱")


def denies_paying(text: str) -> bool:
    """没多收钱,就是态度: it is not about money."""
    return _NOT_PAID.search(text) is not None


_ELSEWHERE = re.compile(r"网上|别家|别人|外面|市场价|淘宝|京东|拼多多|官网|原价|新的才")


def names_another_price(text: str) -> bool:
    """网上查才二十块: what it costs elsewhere."""
    return _ELSEWHERE.search(text) is not None


_CHARGED = re.compile(r"[收付花交转扣]了|收我|收费|收取|收的")


def was_charged(text: str) -> bool:
    """收了我八百八: money was taken for a service; 修补要八百 is what is wanted."""
    return _CHARGED.search(text) is not None and not denies_paying(text)


def is_only_a_wish(text: str) -> bool:
    """Whether no more is told than what is asked for: 赔礼道歉, 我要你们退钱."""
    plain = normalise(text).text
    rest = _WISH.sub("", plain)
    return rest != plain and len(told_in(_ASKED.sub("", rest))) < 2


def evidence_in(text: str) -> tuple[str, ...]:
    """What the customer says they have; what they were not given is none."""
    plain = normalise(text).text
    had = (
        match[0]
        for match in _EVIDENCE.finditer(plain)
        if not _DENIED.search(plain[: match.start()]) and not _DENIED_AFTER.match(plain, match.end())
    )
    return tuple(dict.fromkeys(had))
