"""What a message names of the catalog: brand, product, part, fault, the facts of a case; and what it denies of them.

Of several appliances it tells which trouble and which brand goes with which (冰箱不制冷,洗衣机也漏水).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.text.asks import asked_in
from bot.text.people import find_name
from policies_kb.loader import load
from policies_kb.model import ValueKind
from policies_kb.normalise import DIGIT_OF
from policies_kb.vocabulary import hazards_in

LISTS = ("fee_event",)

_NEGATED = re.compile(r"(?:(?<!是)不是|并非|不要|別說|别说)[这那我的是个台]{0,3}$")
_WHETHER = re.compile(r"(?:是不是|是否|算不算|是算|说是|说成|[判认]定是?|怀疑是?)(?:因为|由于)?$")
_IS_IT = re.compile(r"(?:算|属于|是|说是|算是)(?:因为|由于)?$")
_ASKED = re.compile(r"(?:损坏|原因|造成|导致|故障|问题)?的?[吗么嘛不]")
_NEVER_WAS = re.compile(r"(?:没有?|沒有?|未|不曾|没有?被|没有?让|没有?给)[人谁它]?$")  # 没摔过, 也没进水
_USED = re.compile(r"(?:用|玩|拿|看|换[个台部]|打开?|连|刷|路由器)$")
_TOUCHED = re.compile(r"(?:动|碰|按|拧|拨|摸|开关)过|有?点?松|上?(?:的)?(?:写|贴|印|标|铭牌)")
_REPLACED = re.compile(r"(?:换过|换了|刚换|新换的?)新?的?[一个块节]*$")
_TRIED = re.compile(r"也?都?(?:重启|重连|断电|换|开关)过?了?")
_HOLDS_PAPERS = re.compile(r"手机|电脑|平板")
_IN_IT = re.compile(r"里|上(?:有|能|可以|存|查|看|拍|找|$)|拍|存|截|号")  # 发票在手机里
_LEFT_AS_IT_IS = re.compile(
    r"(?:那[台个])?(?:就|先|暂时|还是|咱)*(?:不(?:用|要|想)?(?:修|弄|报|管|看|搞|整)|再说|以后再|下次再)"
)
_TAKEN_BACK = re.compile(r"(?<![是要])不是|不对|说错|搞错|记错|写错|打错|错了|哦不|噢不|应该是")
_A_STREET = re.compile(r"[东西南北中]?(?:路(?!由)|街|大街|大道|巷|小区|花园|广场|大厦|苑|村)")
_A_PAPER = re.compile(
    r"(?:卡|票|标签|铭牌|贴纸|字迹|说明书|凭证|单据|单子|收据|包装|盒子)(?:都|也|被|上|全|已经|不小心)*[^,。;!?\s]{0,2}$"
)
#: 滴得地板都泡了: what stands around the appliance got wet, and not the appliance.
_AROUND_IT = re.compile(
    r"(?:地板|地上|地面|地毯|地|墙|墙面|柜子?|橱柜|家具|衣服|被子|床|楼下|邻居家?|房子|屋子?|家里|天花板|吊顶)[都也全给被整]*$"
)
_HOME, _WHOSE = "家", re.compile(r"[我俺咱你您他她]们?$")
_A_NUMBER = re.compile(rf"[\s:\uff1a是为]*(?:1[3-9]\d|(?:[\d{''.join(DIGIT_OF)}][\s-]?){{5}})")


OF_THE_BRAND = 1  # characters between a brand and its appliance: 海尔的洗衣机


class CatalogWords:
    """`facts`: the first of each kind, except those the message denies (不是冰箱是洗衣机); `spans` of all words, of
    `brands`, and of what is `named` (brand and product)."""

    def __init__(self, text: str, entities: Iterable[Mapping[str, Any]], known: Mapping[str, Any]) -> None:
        self._text, self._known = text, known
        self.facts: dict[str, Any] = {}
        self.spans: list[tuple[int, int]] = []
        self.brands: list[tuple[int, int]] = []
        self.named: list[tuple[int, int]] = []
        self.where: dict[str, tuple[int, int]] = {}  # of part, fault and product: where it is said
        self.taken_back: list[tuple[str, str]] = []  # what was said for what is meant
        self._people = [((found.start, found.end), found.value) for found in find_name(text)]
        mine = [entity for entity in entities if entity.get("extractor") == "CatalogExtractor"]
        self._others = [e.get("end", 0) for e in mine if e.get("entity") == "other_brand"]
        self._ours = any(entity.get("entity") == "brand" for entity in mine)
        self._starts = [(str(entity.get("entity")), entity.get("start", 0)) for entity in mine]
        self._products = [(e.get("start", 0), e.get("end", 0)) for e in mine if e.get("entity") == "product"]
        self._parts = {(e.get("start", 0), e.get("end", 0)) for e in mine if e.get("entity") == "part"}
        for entity in sorted(mine, key=lambda e: (e.get("start", 0), -e.get("end", 0))):
            self._take(str(entity.get("entity")), entity.get("value"), (entity.get("start", 0), entity.get("end", 0)))
        self._keep_what_is_known_closer()
        self._take_a_danger()
        self._take_what_is_unwanted(mine)
        appliances = _appliances(mine, self._is_not_meant)
        if len(appliances) > 1:
            self.facts["appliances"] = [self._with_what_is_to_be_done(one) for one in appliances]

    def _take(self, name: str, value: Any, span: tuple[int, int]) -> None:
        self.spans.append(span)
        if name == "brand":
            self.brands.append(span)
        if name in ("brand", "product"):
            self.named.append(span)
        before = self._text[: span[0]]
        if self._is_no_more_than_a_word(name, span) or (_is_a_circumstance(name) and self._is_asked(span)):
            return
        if _NEGATED.search(before):
            self._deny(name, value)
        elif (presumed := _presumed(name)) and _NEVER_WAS.search(before):
            self.facts.setdefault(name, presumed)
        else:
            self._keep(name, value, span)

    def _take_what_is_unwanted(self, mine: Iterable[Mapping[str, Any]]) -> None:
        """烟机不修了,就修灶; 先修洗衣机,电视再说: an appliance that is to be left as it is."""
        places = [(e.get("value"), e.get("end", 0)) for e in mine if e.get("entity") == "product"]
        unwanted = [value for value, end in places if _LEFT_AS_IT_IS.match(self._text[end:])]
        if unwanted and len({value for value, _ in places}) + len(unwanted) > 1:
            self.facts["unwanted"] = unwanted

    def _with_what_is_to_be_done(self, appliance: dict[str, Any]) -> dict[str, Any]:
        """新买的电视要装, beside a fridge that is broken: one is installed, the other mended."""
        start = appliance.pop("start")
        end = min((at for name, at in self._starts if name == "product" and at > start), default=len(self._text))
        installs = "installation" in asked_in(self._text[start:end]) and "fault" not in appliance
        return {**appliance, **({"kind": "installation"} if installs else {})}

    def _is_not_meant(self, name: str, start: int) -> bool:
        """Whether what begins there is denied, no more than a word, or of a brand that is none of ours."""
        span = next((place for place in self._products if place[0] == start), (start, start))
        no_appliance = name == "product" and self._is_no_more_than_a_word(name, span)
        return no_appliance or _NEGATED.search(self._text[:start]) is not None

    def _is_asked(self, span: tuple[int, int]) -> bool:
        """怎么证明是不是人为, 算人为吗: whether it was so is asked, and not told."""
        before, after = self._text[: span[0]], self._text[span[1] :]
        return bool(_WHETHER.search(before) or (_IS_IT.search(before) and _ASKED.match(after)))

    def _keep_what_is_known_closer(self) -> None:
        """热水器, of the 燃气热水器 that was told before, is that one; so is 灶 of the 集成灶."""
        named, known, catalog = self.facts.get("product"), str(self._known.get("product")), load().catalog
        if not named or known not in catalog.products:
            return
        said = self._text[slice(*self.where["product"])] if "product" in self.where else ""
        if catalog.is_kind_of(known, named) or (said and catalog.products[known].zh.endswith(said)):
            self.facts["product"] = known

    def _take_a_danger(self) -> None:
        """有股味儿, of the stove that was named before."""
        product = load().catalog.products.get(self._known.get("product", ""))
        if "hazard" not in self.facts and product is not None:
            for danger in hazards_in(f"{product.zh},{self._text}", load())[:1]:
                self.facts["hazard"] = danger.value

    def _keep(self, name: str, value: Any, span: tuple[int, int]) -> None:
        if name in ("product", "brand") and self._takes_back(name, value, span):
            self.taken_back.append((self._text[slice(*self.where[name])], self._text[slice(*span)]))
            self.facts[name], self.where[name] = value, span
            self.facts.pop(f"more_{name}s", None)
        elif name in ("product", "brand") and self.facts.get(name, value) != value:
            self.facts.setdefault(f"more_{name}s", []).append(value)
        elif name in LISTS:
            self.facts.setdefault(name, []).append(value)
        elif name not in self.facts or _outweighs(name, value, self.facts[name]):
            self.facts[name], self.where[name] = value, span

    def _takes_back(self, name: str, value: Any, span: tuple[int, int]) -> bool:
        """创维的,不是,是米家的: the one said last, whatever was said before."""
        before = self.where.get(name)
        between = self._text[before[1] : span[0]] if before else ""
        return self.facts.get(name, value) != value and _TAKEN_BACK.search(between) is not None

    def as_meant(self, words: str) -> str:
        """The customer's words with what was taken back put right: 云米洗衣机漏水 说错了 是米家的 is of 米家."""
        for said, meant in self.taken_back:
            words = re.sub(rf"\W*(?:{_TAKEN_BACK.pattern})[了\W]*是?{re.escape(meant)}的?", "", words)
            words = words.replace(said, meant)
        return words

    def _is_no_more_than_a_word(self, name: str, span: tuple[int, int]) -> bool:
        """同样的电话和地址 changes neither; 手机 138… is no appliance; 我家用的是杰森 says nothing of 家用; 动过开关
        and 换过电池 do not say that it is broken; 保修卡泡水了 tells of the card."""
        start, end = span
        if name == "field":
            return "as_before" in asked_in(self._text)
        if name == "product" and (_A_NUMBER.match(self._text[end:]) or self._is_only_used(span)):
            return True
        if name == "product" and (self._is_a_part_of_what_is_known(span) or self._is_of_another_brand(span)):
            return True
        if (
            name == "part"
            and self._text[:start].endswith(("在", "放"))
            and self._text[end:].startswith(("里", "上", "下"))
        ):
            return True  # 卡在抽屉里
        if name == "part" and (_TOUCHED.match(self._text[end:]) or _REPLACED.search(self._text[:start])):
            return True
        if name == "cause" and (_A_PAPER.search(self._text[:start]) or _AROUND_IT.search(self._text[:start])):
            return True
        if name in ("brand", "other_brand") and (_A_STREET.match(self._text[end:]) or self._is_a_title(span)):
            return True
        return self._text[start : start + 1] == _HOME and _WHOSE.search(self._text[:start]) is not None

    def _is_a_part_of_what_is_known(self, span: tuple[int, int]) -> bool:
        """灯亮,风扇转, of an oven: the fan in it."""
        return bool(self._known.get("product")) and span in self._parts

    def _is_of_another_brand(self, span: tuple[int, int]) -> bool:
        """海尔的洗衣机修不修, 不修的话约云米冰箱: the washer is none of ours, and one of ours is named beside it."""
        return self._ours and any(0 <= span[0] - end <= OF_THE_BRAND for end in self._others)

    def _is_only_used(self, span: tuple[int, int]) -> bool:
        """我爸不会用手机, 路由器重启过了, where another appliance is talked of: a means, and not what is broken. So is
        what holds papers (发票在手机里); 冰箱里漏水 is of the fridge."""
        other = "product" in self.facts or self._known.get("product") or self._later_products(span[0])
        before, said, after = self._text[: span[0]], self._text[slice(*span)], self._text[span[1] :]
        holds_papers = _HOLDS_PAPERS.fullmatch(said) and _IN_IT.match(after)
        return bool(other) and bool(_USED.search(before) or _TRIED.match(after) or holds_papers)

    def _later_products(self, start: int) -> bool:
        return any(name == "product" and at > start for name, at in self._starts)

    def _is_a_title(self, span: tuple[int, int]) -> bool:
        """庄老板 is who he says he is."""
        return any(
            f"{person.name}{person.title}".endswith(self._text[slice(*span)]) and person_span[1] == span[1]
            for person_span, person in self._people
        )

    def _deny(self, name: str, value: Any) -> None:
        """不是出租: what was told before and is taken back is as it is presumed to be; 不是滤芯 leaves
        the part open."""
        if self._known.get(name) == value and (presumed := _presumed(name)):
            self.facts.setdefault(name, presumed)
        elif self._known.get(name) == value and name == "part":
            self.facts["denied"] = [name]


def _is_a_circumstance(name: str) -> bool:
    fact = load().facts.get(name)
    return fact is not None and fact.kind is ValueKind.WORD


def _presumed(name: str) -> str | None:
    fact = load().facts.get(name)
    return fact.presumed if fact else None


def _outweighs(name: str, value: Any, other: Any) -> bool:
    """家用机,开饭店用的: what is told beats what would be presumed anyway; 没发票,有订单: what there is counts; 乱收费,
    让我加微信转: what says more."""
    if name == "category":
        complaints = load().catalog.complaints
        return complaints[other].general and not complaints[value].general
    fact = load().facts.get(name)
    return other == _presumed(name) or (fact is not None and other in fact.outweighs.get(value, ()))


def _appliances(entities: Iterable[Mapping[str, Any]], left_out: Callable[[str, int], bool]) -> list[dict[str, Any]]:
    """Each product with its own brand, part and fault, in order. A trouble told of several (都坏了) is of each before
    it, a brand of each after it. `left_out`: whether what begins at a place is not meant."""
    groups: list[dict[str, Any]] = []
    brand: Any = None
    for entity in sorted(entities, key=lambda one: one.get("start", 0)):
        name, value = entity.get("entity"), entity.get("value")
        if entity.get("extractor") != "CatalogExtractor" or left_out(str(name), entity.get("start", 0)):
            continue
        if name == "brand":
            brand = value
        elif name == "product" and all(group["product"] != value for group in groups):
            groups.append({"product": value, "start": entity.get("start", 0), **({"brand": brand} if brand else {})})
        elif name in ("part", "fault") and groups:
            groups[-1].setdefault(name, value)
    for group, after in zip(reversed(groups[:-1]), reversed(groups[1:]), strict=True):
        if "fault" not in group and "fault" in after:
            group["fault"] = after["fault"]
    return groups
