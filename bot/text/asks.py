"""What a message plainly asks for where no intent says it: a price, when an answer comes, who is speaking here."""

from __future__ import annotations

import functools
import re

from policies_kb.normalise import normalise

#: What is asked → how customers say it (in normalised text).
_PATTERNS = {
    "price": r"""
        多少钱 | 免费 (?: 的? [吗嘛么不吧] ) | (?: 要不要|用不用|收不收|花不花 ) (?: 钱|费 )?
      | (?: 要|收|付|花|给|扣|算 ) [^,。;!?]{0,4} (?: 钱|费 ) [^,。;!?]{0,2} [吗嘛么不] | (?: 收|要钱|收费 ) [吗嘛么不]
    """,
    "deadline": r"""
        (?: 多久|几天|多长时间|什么时候|啥时候|何时 ) [^,。;!?]{0,6} (?: 答复|回复|处理|解决|结果|回音|回话|说法 )
    """,
    "official": r"你们? [^,。;!?]{0,10} 官方 (?: 的|客服|售后|人员|平台 )? \s* (?: [吗么嘛?] | 不是 )",
    "privacy": r"""
        (?: 个人信息|隐私|(?: 我的? ) (?: 信息|资料|数据|号码 ) )
        [^,。;!?]{0,10} (?: 卖|泄露|外泄|给别人|安全|保密|用来|干嘛|干什么|存多久|保存 )
      | (?: 卖|泄露 ) [^,。;!?]{0,6} (?: 信息|资料|隐私|号码 )
    """,
    "abuse": r"""
        \A \W* 滚 (?! 筒|动|烫|水 ) | 滚[你蛋开] | 傻[逼比叉] | [操草日]你 | 妈的 | 他妈 | 你妈 | 去死
      | 王八 | 智障 | 白痴 | 脑残
    """,
    "let_go": r"\A \W* (?: 先|暂时|那就?|还是 )* 不 (?: 登记|提交|报修|办|弄 ) 了? 吧? \W* \Z",
    "service": r"""
        报修 (?! 电话|热线 ) | (?: 登记|预约 ) (?! 好|了|过|的 )
      | (?: 派|叫|找|约|安排|喊 ) [^,。;!?]{0,4} (?: 人|师傅|工程师 ) (?! 工 ) | 上门修
    """,
    "quote": r"报价|报的价|同意|这个价",
    "as_before": r"同样|一样|不变|没变|不用?改|照旧|和(?:刚才|上次|之前)",
    "question": r"""
        [吗么嘛?] \W* \Z | 呢 \W* \Z | 万一 | 如果 | 要是 | (\w)不\1 | 可不可以 | 有没有 | 怎么 | 咋 | 什么 | 啥
      | 多(?:久|少|长|大) | 几(?:天|年|个|点|小时) | 谁 | 哪
    """,
    "works": r"""
        (?<!没)(?<!不) 修好了 (?! [^,。;!?]{0,6} (?: 又|还是|再坏|多久|要|保 ) ) | (?: 已经|现在|都 ) (?: 正常|好使|能用|好 ) 了
      | 能用了 | 好使了 | 恢复正常 | 验收 (?: 通过|合格|没问题 ) | 试过了? [^,。;!?]{0,4} (?: 没问题|正常|可以|好 )
    """,
    "not_fixed": r"""
        还是 (?: 不行|坏的|老样子|那样|不能用|有问题 ) | 还是 (?: 不|没|漏 ) \S{1,3} | 没修好 | 没有?弄好 | 问题还在
      | 还没好 | 根本没好 | 跟?没修一样
    """,
    "keep": r"(?: 不 | 别 | 先不 | 不要 | 不用 | 不想 ) 取消 | 留着 | 还是修 | 不撤",
    "law": r"""
        三包 (?! 凭证|卡|证 ) | 法律|法规|国家.{0,3}规定|国家标准|消费者权益|消保?法|民法典|产品质量法 | [合违犯]法
    """,
    "repair_or_cover": r"保修 .{0,4} 还是 .{0,4} 报修 | 报修 .{0,4} 还是 .{0,4} 保修",
}


@functools.cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.VERBOSE)) for name, pattern in _PATTERNS.items())


def asked_in(text: str) -> frozenset[str]:
    """What `text` asks for: names of `_PATTERNS`, often none."""
    plain = normalise(text).text
    return frozenset(name for name, pattern in _compiled() if pattern.search(plain))
