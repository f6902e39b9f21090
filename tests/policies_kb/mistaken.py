"""A small folder of data files without a mistake, the same with one, and what the loader then says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from policies_kb.loader import load
from policies_kb.model import KnowledgeError

CATALOG = """\
brands:
  acme: {zh: 爱客, aliases: [ACME]}
products:
  stove: {zh: 灶, kinds: {gas_stove: {zh: 燃气灶}}}
  kettle: {zh: 水壶}
parts:
  motor: {zh: 电机, core: true}
faults:
  broken: {zh: 坏了}
"""
CASE = """\
facts:
  brand: {zh: 品牌, known_by: customer, ask: 10, values: catalog}
  product: {zh: 产品, known_by: customer, ask: 20, values: catalog}
  part: {zh: 部件, known_by: inspection, values: catalog}
  purchased: {zh: 购买日期, known_by: customer, ask: 30, values: day}
  cause:
    zh: 原因
    known_by: customer
    ask: 40
    presumed: quality
    values: {quality: {zh: 质量问题}, liquid: {zh: 进液}}
"""
SOURCES = """\
notes:
  file: notes.txt
  title: 虚构的售后说明
  publisher: 无
  reliability: low
  read_on: 2026-11-22
  lines:
    3: '0123456789 1'
    4: 'abcdefabcd'
"""
WARRANTY = """\
- id: whole-unit
  products: [stove]
  says: 灶整机保修1年。
  effect: {kind: term, scope: whole_unit, months: 12}
  sources: [{doc: notes, lines: [3]}]
"""
EXCLUSIONS = """\
- id: liquid
  products: [all]
  says: 进液不免费。
  effect: {kind: exclusion}
  when: {cause: [liquid]}
  sources: [{doc: notes, lines: [4]}]
"""
W, X = "brands/acme/warranty.yml", "brands/acme/exclusions.yml"
FILES = {"catalog.yml": CATALOG, "case.yml": CASE, "sources.yml": SOURCES, W: WARRANTY, X: EXCLUSIONS}


def folder(root: Path, files: Mapping[str, str]) -> Path:
    """The files, written below `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def with_change(file: str, old: str, new: str) -> dict[str, str]:
    """The valid files with the first `old` of one of them replaced."""
    assert old in FILES[file], f"{file} has no {old!r}"
    return {**FILES, file: FILES[file].replace(old, new, 1)}


def problems(root: Path, files: Mapping[str, str]) -> list[str]:
    """What the loader refuses these files with."""
    with pytest.raises(KnowledgeError) as refused:
        load(folder(root, files))
    return refused.value.problems
