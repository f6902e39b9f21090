"""Serial and model numbers from the rating plate, in capitals."""

from __future__ import annotations

import re

from bot.text.found import Found, Rule, Text, as_normalised, scan

_IS = r"\s* (?: 号码?|码 )? \s* (?: 是|为|: | \# )? \s*"
_CODE = r"(?P<value> [a-z\d] [a-z\d/-]{%d,29} ) (?! [a-z\d] )"
_SERIAL_CUE = r"(?: s/?n | 序列 | 机身 (?: 编 )? | 机号 | 条形?码 | 产品编 | 机器编 | 出厂编 )"

_TICKET = re.compile(r"(?<![a-z])bx[ -]?\d{6,12}")
_NAMED_SERIAL = re.compile(rf"{_SERIAL_CUE} {_IS} {_CODE % 5}", re.VERBOSE)
_MIXED_SERIAL = re.compile(
    r"""
    (?<! [a-z\d/-] )
    (?P<value>
        (?! 1[3-9]\d{9} (?!\d) | bx\d )     # a mobile or ticket number and a letter
        (?= \d* [a-z] ) (?= (?: [a-z]* \d ){5} )       # a letter, and five digits
        [a-z\d]{10,30}                                        # dashes are for models
    ) (?! [a-z\d] )
    """,
    re.VERBOSE,
)
_ANSWERED_SERIAL = re.compile(rf"(?<! [a-z\d] ) (?= [a-z/-]* \d ) {_CODE % 5}", re.VERBOSE)
_NAMED_MODEL = re.compile(rf"型号 {_IS} {_CODE % 2}", re.VERBOSE)
_MODEL = re.compile(
    r"""
    (?<! [a-z\d/-] ) (?P<value>
        [a-z]{2,6} -? \d{2,5} [a-z\d]{0,12} (?: [-/(] [a-z\d()]{1,12} )* \)?
      | [a-z]{1,4} \d{2,4} [a-z]{1,6} \d{0,4} (?: - [a-z\d]{1,10} )*
    ) (?! [a-z\d] )
    """,
    re.VERBOSE,
)
_NO_MODEL = re.compile(r"(?: wifi | app | win | ios | iphone | sn | qq | vip | bx )", re.VERBOSE)
_SHORTEST_MODEL = 5


def find_serials(text: Text, *, expected: bool = False) -> list[Found[str]]:
    """Serial numbers: named as such, or long mixtures of letters and digits; when `expected`,
    any code of six characters or more. Our own ticket numbers are none."""
    patterns = [_NAMED_SERIAL, _MIXED_SERIAL, *([_ANSWERED_SERIAL] if expected else [])]
    rules: list[Rule[str]] = [Rule(_TICKET, lambda match: None, swallow=True)]
    return scan(as_normalised(text), [*rules, *(Rule(pattern, _code) for pattern in patterns)])


def find_models(text: Text) -> list[Found[str]]:
    """Model numbers (BCD-216WMSD); the catalog decides whether such a model is known."""
    rules = [
        Rule(_TICKET, lambda match: None, swallow=True),
        Rule(_NAMED_MODEL, _code),
        Rule(_MODEL, _model),
    ]
    return scan(as_normalised(text), rules)


def _code(match: re.Match[str]) -> str:
    return match["value"].upper()


def _model(match: re.Match[str]) -> str | None:
    code = match["value"]
    return None if len(code) < _SHORTEST_MODEL or _NO_MODEL.match(code) else code.upper()
