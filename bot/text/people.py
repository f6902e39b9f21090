"""A customer's name: 我姓王, 我叫张伟, 王女士, 张伟 when the name was asked for."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from bot.text.found import Found, Rule, Text, as_normalised, scan
from bot.text.tables import table


@dataclass(frozen=True)
class Person:
    """`name` as given: the full name, or only the family name (then `surname` says the same)."""

    name: str
    surname: str
    title: str = ""


_TITLES = (
    "先生", "女士", "小姐", "太太", "阿姨", "大姐", "大哥", "老师", "老板娘", "老板", "师母", "大爷", "大妈", "大叔",
    "大伯", "伯伯", "叔叔", "奶奶", "爷爷", "婶", "孃", "嬢", "娘娘",
)  # fmt: skip
_TITLE = rf"(?P<title> {'|'.join(_TITLES)} )"
_NAME_ENDS = r"""
    (?= \s* (?: \Z | [,。;!?~:\d(+] | 的?电话|的?手机|先生|女士|我|你|住|号码|联系
             | 吧|啊|呀|哈|就行|就好|收 ) )
"""
_NOT_OURS = r"(?! 师傅|工|经理|客服|师 )"


@functools.cache
def _surname() -> str:
    names = table("surnames")
    return rf"(?P<surname> {'|'.join(names['double'])} | [{''.join(names['single'].split())}] )"


@functools.cache
def _not_names() -> frozenset[str]:
    return frozenset(table("surnames")["not_names"].split())


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    family, given = _surname(), r"[\u4e00-\u9fff]{1,2}"
    full = rf"(?P<value> {family} (?P<given> {given} ) )"
    named = r"""
        (?: [我俺咱] 叫 | 名字 (?: 叫|是|: )? | 姓名 [是为:]? | 联系人 (?: 叫|是|: )?
          | (?: 称呼|姓名|名字 ) (?: 我|写成?|改[成为]|换成|就写 )? (?: 叫|是|: )? | 叫我 | 我的名字是
          | (?: 老[伴公婆] | 爸爸? | 妈妈? | 父亲 | 母亲 | 公公 | 婆婆 | 岳父 | 岳母 | 爷爷 | 奶奶 | 外[公婆]
              | 姥[姥爷] | 儿子 | 女儿 | 媳妇 | 对象 | 同事 | 朋友 | 保姆 | 租客 | 房东 | [他她] ) 叫 )
    """
    sources = {
        "family": rf"""(?: 我姓 | 免贵姓 | (?<!个)(?<!贵)(?<!您)(?<!师傅)(?<!不)(?<!唔)(?<!冇)姓 )
                       (?P<value> {family} ) (?! [名氏的] ) (?: \s* {_TITLE} )?""",
        "titled": rf"(?P<value> {family} (?P<given> {given} )?? {_TITLE} )",
        "named": rf"{named} \s* {full} {_NOT_OURS} {_NAME_ENDS}",
        "called": rf"""(?: 叫我 | [到来]了 (?: 就|直接 )* (?: 找|联系 ) | 称呼 (?: 我|: )? | [我俺咱] 叫 ) \s*
                       (?P<value> [小老大] {family} ) {_NAME_ENDS}""",
        "am": rf"""(?: (?: \A | [,。!?] ) \s* 我是 | 这边是 | 本人 ) {full}
                   (?= \s* (?: \Z | [,。!?\d] ) )""",
        "answer": rf"""(?: \A | [,。;!?:] | \s | (?: 是|叫|姓 ) ) {full}
                       (?= \s* (?: \Z | [,。;!?~:\d(+] | 吧|啊|哈|呀|就行|的?电话|手机 ) )""",
        "answer_family": rf"\A \s* 姓? (?P<value> {family} ) \W* \Z",
        "answer_minority": r"""\A \s* (?P<value> [\u4e00-\u9fff]{2,6}
                               (?: · [\u4e00-\u9fff]{1,8} )+ ) \W* \Z""",
        "answer_familiar": rf"\A \s* (?P<value> [小老] {family} ) \W* \Z",
    }
    return {name: re.compile(source, re.VERBOSE) for name, source in sources.items()}


_PARTICLES = frozenset("的是了吗呢吧啊呀")  # nobody is called 应该是

_NO_GIVEN_NAME = frozenset("没不都还要给退付倒")  # 钱要退, 钱没付
_WHAT_IS_DONE = re.compile(r"来[修看装弄人家检安取拿查换搞整瞧拆]|[修装换拆]")  # 来修, 来看下: nobody's name


def find_name(text: Text, *, expected: bool = False) -> list[Found[Person]]:
    """The customer's name. A bare name (张伟) counts only when `expected`."""
    rules = [Rule(pattern, _read) for name, pattern in _patterns().items() if expected or not name.startswith("answer")]
    return scan(as_normalised(text), rules)


_SPELLED = re.compile(r"(?P<char>[\u4e00-\u9fff])(?:是|,|\s)?[\u4e00-\u9fff]{1,4}的(?P=char)(?![\u4e00-\u9fff])")


def spells_out(text: str) -> bool:
    """Whether it says how a name is written: 桂是桂花的桂, 侠客的侠."""
    return _SPELLED.search(text) is not None


def _read(match: re.Match[str]) -> Person | None:
    groups = match.groupdict()
    surname = groups.get("surname") or ""
    title = groups.get("title") or next((word for word in _TITLES if match["value"] == surname + word), "")
    name = match["value"].removesuffix(title)
    is_done = bool(_WHAT_IS_DONE.match(name)) and not title
    is_none = (
        is_done or name in _not_names() or bool(set(name) & _PARTICLES) or name[len(surname) :][:1] in _NO_GIVEN_NAME
    )
    return None if is_none else Person(name, surname, title)
