"""Chinese punctuation: sentences are written with plain marks and set with full-width ones within Chinese."""

from __future__ import annotations

_WIDE = {
    ",": "\uff0c",
    ":": "\uff1a",
    ";": "\uff1b",
    "?": "\uff1f",
    "!": "\uff01",
    "(": "\uff08",
    ")": "\uff09",
}


def typeset(text: str) -> str:
    """`text`, where it is Chinese, with its marks made wide; in times, numbers and codes they stay as they are."""
    return "".join(_wide(text, i) if c in _WIDE else c for i, c in enumerate(text))


def _wide(text: str, at: int) -> str:
    mark = text[at]
    if "!" < text[at - 1 : at] <= "~" and "!" < text[at + 1 : at + 2] <= "~":
        return mark  # inside a number, a time, an address on the net
    before, after = text[:at].rstrip()[-1:], text[at + 1 :].lstrip()[:1]
    if mark == ":" and before.isdigit() and after.isdigit():
        return mark
    if mark in ",;?!:" and _latin(before) and _latin(after):
        return mark
    return _WIDE[mark] if _chinese(text) else mark


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)
