"""Each mistake in the data files is refused with the file, the key path and what is allowed; all of them in one go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from policies_kb.loader import digest_of, load
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
FACTS = "brand, product, part, cause"
CLAUSE_KEYS = "article, asks, conflict, effect, facts, flags, id, products, reading, says, sources, valid, when"


def _folder(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def _with(file: str, old: str, new: str) -> dict[str, str]:
    """The valid files with the first `old` of one of them replaced."""
    assert old in FILES[file], f"{file} has no {old!r}"
    return {**FILES, file: FILES[file].replace(old, new, 1)}


def _problems(root: Path, files: Mapping[str, str]) -> list[str]:
    with pytest.raises(KnowledgeError) as refused:
        load(_folder(root, files))
    return refused.value.problems


def test_the_valid_folder_is_read(tmp_path: Path) -> None:
    """Without a mistake the folder becomes a Knowledge: the path is a clause's identity."""
    kb = load(_folder(tmp_path, FILES))
    assert list(kb.clauses) == ["acme.exclusions.liquid", "acme.warranty.whole-unit"]
    assert kb.catalog.lineage("gas_stove") == ("gas_stove", "stove")
    assert kb.facts["cause"].presumed == "quality"


#: the mistake → the file, what stands there, what is written instead, the problems
MISTAKES: dict[str, tuple[str, str, str, list[str]]] = {
    "unknown key near a known one": (
        W,
        "  says",
        "  sayz: 一年\n  says",
        [f"{W}[0].sayz: unknown key; did you mean 'says'?"],
    ),
    "unknown key near none": (
        W,
        "  says",
        "  colour: 红\n  says",
        [f"{W}[0].colour: unknown key; allowed: {CLAUSE_KEYS}"],
    ),
    "misspelt length": (
        W,
        "months: 12",
        "month: 12",
        [
            f"{W}[0].effect.month: unknown key; did you mean 'months'?",
            f"{W}[0].effect.scope: a term without one exact length needs `decided_by`",
        ],
    ),
    "day in words": (
        W,
        "  sources",
        "  valid: {from: yesterday}\n  sources",
        [f"{W}[0].valid.from: must be a day like 2024-03-01"],
    ),
    "misspelt end of a window": (
        X,
        "[liquid]",
        "[liquid], purchased: {form: 2024-01-01}",
        [f"{X}[0].when.purchased.form: unknown key; did you mean 'from'?"],
    ),
    "unknown product": (
        W,
        "[stove]",
        "[stoves]",
        [f"{W}[0].products[0]: 'stoves' is not known; did you mean 'stove'?"],
    ),
    "product like no other": (
        W,
        "[stove]",
        "[xyz]",
        [f"{W}[0].products[0]: 'xyz' is not known; allowed: all, gas_stove, kettle, stove"],
    ),
    "unknown part": (
        W,
        "scope: whole_unit",
        "scope: parts, parts: [moter]",
        [f"{W}[0].effect.parts[0]: 'moter' is not known; did you mean 'motor'?"],
    ),
    "unknown scope": (
        W,
        "whole_unit",
        "whole",
        [f"{W}[0].effect.scope: 'whole' is not known; did you mean 'whole_unit'?"],
    ),
    "Chinese name for a slug": (
        X,
        "[liquid]",
        "[进液]",
        [f"{X}[0].when.cause[0]: '进液' is not known; did you mean 'liquid'?"],
    ),
    "unknown teller of a fact": (
        "case.yml",
        "known_by: inspection",
        "known_by: inspector",
        ["case.yml.facts.part.known_by: 'inspector' is not known; did you mean 'inspection'?"],
    ),
    "unknown kind of values": (
        "case.yml",
        "values: day",
        "values: days",
        ["case.yml.facts.purchased.values: 'days' is not known; did you mean 'day'?"],
    ),
    "line number in words": (
        "sources.yml",
        "    4: 'abcdefabcd'",
        "    4: 'abcdefabcd'\n    five: 'abc'",
        [
            "sources.yml.notes.lines.five: must stand under the line's number, "
            "as `python -m policies_kb record` writes it"
        ],
    ),
    "line without a digest": ("sources.yml", "'abcdefabcd'", "''", ["sources.yml.notes.lines.4: must be text"]),
    "no source, no figure": (X, "[{doc: notes, lines: [4]}]", "[]", [f"{X}[0].sources: must name at least 1"]),
    "presumption that is no value": (
        "case.yml",
        "presumed: quality",
        "presumed: qualty",
        ["case.yml.facts.cause.presumed: 'qualty' is not known; did you mean 'quality'?"],
    ),
    "presumption of a day": (
        "case.yml",
        "ask: 30, values: day",
        "ask: 30, values: day, presumed: ever",
        ["case.yml.facts.purchased.presumed: 'ever' is not known; did you mean 'never'?"],
    ),
    "clause on no product": (X, "[all]", "[]", [f"{X}[0].products: must name at least 1"]),
    "condition that never holds": (X, "[liquid]", "[]", [f"{X}[0].when.cause: must name at least 1"]),
    "window that runs backwards": (
        W,
        "  sources",
        "  valid: {from: 2025-01-01, to: 2024-01-01}\n  sources",
        [f"{W}[0].valid: ends (2024-01-01) before it begins (2025-01-01)"],
    ),
    "one product under two others": (
        "catalog.yml",
        "{zh: 水壶}",
        "{zh: 水壶, kinds: {gas_stove: {zh: 气炉}}}",
        ["catalog.yml.products.kettle.kinds.gas_stove: 'gas_stove' stands twice"],
    ),
    "unknown fact": (
        X,
        "{cause: [liquid]}",
        "{cause: [liquid], reason: [x]}",
        [f"{X}[0].when.reason: no such fact; allowed: cause"],
    ),
    "unknown value of a fact": (
        X,
        "[liquid]",
        "[liqud]",
        [f"{X}[0].when.cause[0]: 'liqud' is not known; did you mean 'liquid'?"],
    ),
    "one value not in a list": (X, "[liquid]", "liquid", [f"{X}[0].when.cause: must be a list"]),
    "unknown value demanded": (
        W,
        "{kind: term, scope: whole_unit, months: 12}",
        "{kind: requires, fact: cause, values: [qualty]}",
        [f"{W}[0].effect.values[0]: 'qualty' is not known; did you mean 'quality'?"],
    ),
    "unknown kind of effect": (
        W,
        "kind: term",
        "kind: terms",
        [f"{W}[0].effect.kind: 'terms' is not known; did you mean 'term'?"],
    ),
    "no kind of effect": (
        W,
        "kind: term, ",
        "",
        [
            f"{W}[0].effect: kind is missing; allowed: term, exclusion, requires, starts_from, fee, benefit, "
            "promise, info"
        ],
    ),
    "no source": (
        W,
        "  sources: [{doc: notes, lines: [3]}]\n",
        "",
        [f"{W}[0]: sources is missing"],
    ),
    "source without a line": (
        X,
        "lines: [4]",
        "lines: []",
        [f"{X}[0].sources[0]: a source needs at least one line"],
    ),
    "unknown document": (
        X,
        "doc: notes",
        "doc: note",
        [f"{X}.liquid: no document 'note' in sources.yml; did you mean 'notes'?"],
    ),
    "line that does not exist": (
        X,
        "[4]",
        "[7]",
        [f"{X}.liquid: notes has no line 7 on record (its last is 4)"],
    ),
    "figure of another line": (
        W,
        "[3]",
        "[4]",
        [f"{W}.whole-unit: says 1, which its source lines do not; they hold no figure"],
    ),
    "figure in Chinese that no line has": (
        W,
        "保修1年",
        "保修两年",
        [f"{W}.whole-unit: says 2, which its source lines do not; they hold 1"],
    ),
    "exclusion without a condition": (
        X,
        "  when: {cause: [liquid]}\n",
        "",
        [f"{X}[0]: an exclusion needs `when`"],
    ),
    "possible without who decides": (
        X,
        "{kind: exclusion}",
        "{kind: exclusion, certainty: possible}",
        [f"{X}[0].effect.certainty: a possible exclusion needs `decided_by`"],
    ),
    "range without who decides": (
        W,
        "months: 12",
        "months: {from: 12, to: 36}",
        [f"{W}[0].effect.scope: a term without one exact length needs `decided_by`"],
    ),
    "no length and nobody to decide": (
        W,
        ", months: 12",
        "",
        [f"{W}[0].effect.scope: a term without one exact length needs `decided_by`"],
    ),
    "unknown decider": (
        W,
        "months: 12",
        "months: {from: 12, to: 36}, decided_by: card",
        [
            f"{W}[0].effect.decided_by: 'card' is not known; allowed: brand, contract, inspection, manual, "
            "repair_sheet, serial_query, warranty_card"
        ],
    ),
    "range that runs backwards": (
        W,
        "months: 12",
        "months: {from: 36, to: 12}, decided_by: manual",
        [f"{W}[0].effect.months: `from` is greater than `to`"],
    ),
    "length in words": (
        W,
        "months: 12",
        "months: twelve",
        [f"{W}[0].effect.months: must be a whole number, 1 or more"],
    ),
    "unknown flag": (
        W,
        "  sources",
        "  flags: [damagd]\n  sources",
        [f"{W}[0].flags[0]: 'damagd' is not known; did you mean 'damaged'?"],
    ),
    "damaged without a reading": (
        W,
        "  sources",
        "  flags: [damaged]\n  sources",
        [f"{W}.whole-unit: flag damaged needs `reading: {{raw: …, as: …}}`"],
    ),
    "half a reading": (
        W,
        "  sources",
        "  flags: [damaged]\n  reading: {raw: 13年}\n  sources",
        [f"{W}[0].reading: as is missing"],
    ),
    "unknown event of a fee": (
        W,
        "{kind: term, scope: whole_unit, months: 12}",
        "{kind: fee, event: visitt, amount: 1}",
        [f"{W}[0].effect.event: 'visitt' is not known; did you mean 'visit'?"],
    ),
    "two units of time": (
        W,
        "{kind: term, scope: whole_unit, months: 12}",
        "{kind: promise, duty: respond, within: {hours: 1, days: 1}}",
        [f"{W}[0].effect.within: needs exactly one of minutes, hours, days, working_days, months, years"],
    ),
    "name of a thing missing": (
        "catalog.yml",
        "zh: 坏了",
        "zn: 坏了",
        [
            "catalog.yml.faults.broken.zn: unknown key; allowed: aliases, zh",
            "catalog.yml.faults.broken: zh is missing",
        ],
    ),
    "shared name of an unknown brand": (
        "catalog.yml",
        "faults:",
        "brand_by_product:\n  - {brand: acm, products: [stove], becomes: acme}\nfaults:",
        ["catalog.yml.brand_by_product[0].brand: 'acm' is not known; did you mean 'acme'?"],
    ),
    "suspicion of unknown facts": (
        "case.yml",
        "    presumed",
        "    suspects: [{when: {opened: [x]}, values: [liqid]}]\n    presumed",
        [
            "case.yml.facts.cause.suspects[0].when.opened: no such fact; "
            "allowed: brand, product, part, purchased, cause",
            "case.yml.facts.cause.suspects[0].values[0]: 'liqid' is not known; did you mean 'liquid'?",
        ],
    ),
    "implication of an unknown fact": (
        "case.yml",
        "    presumed",
        "    implies: [{values: [liquid], fact: caus, must_be: [x]}]\n    presumed",
        ["case.yml.facts.cause.implies[0].fact: 'caus' is not known; did you mean 'cause'?"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(tmp_path: Path, mistake: str) -> None:
    """One mistake in one file gives just the problems that say where it is and how to mend it."""
    file, old, new, problems = MISTAKES[mistake]
    assert _problems(tmp_path, _with(file, old, new)) == problems


def test_an_id_stands_once(tmp_path: Path) -> None:
    """Two clauses of one file with one id are refused."""
    assert _problems(tmp_path, {**FILES, W: WARRANTY + WARRANTY}) == [f"{W}: id 'whole-unit' stands twice"]


def test_a_folder_is_named_after_a_brand(tmp_path: Path) -> None:
    """A folder that no brand of the catalog is named after is refused."""
    assert _problems(tmp_path, {**FILES, "brands/acne/warranty.yml": WARRANTY}) == [
        "brands/acne/warranty.yml: the folder's name 'acne' is no brand of catalog.yml"
    ]


def test_a_file_is_named_after_a_topic(tmp_path: Path) -> None:
    """A file whose name is no topic is refused with the nearest, or with all topics."""
    assert _problems(tmp_path, {**FILES, "brands/acme/waranty.yml": WARRANTY}) == [
        "brands/acme/waranty.yml: the file's name 'waranty' is no topic; did you mean 'warranty'?"
    ]


def test_the_law_is_read_as_strictly(tmp_path: Path) -> None:
    """A mistake in law.yml is named like one in a brand's file."""
    law = WARRANTY.replace("[stove]", "[stov]")
    assert _problems(tmp_path, {**FILES, "law.yml": law}) == [
        "law.yml[0].products[0]: 'stov' is not known; did you mean 'stove'?"
    ]


def test_a_danger_has_steps(tmp_path: Path) -> None:
    """A misspelt key of safety.yml is refused."""
    safety = "hazards:\n  gas: {zh: 燃气, step: [走开]}\n"
    assert _problems(tmp_path, {**FILES, "safety.yml": safety}) == [
        "safety.yml.hazards.gas.step: unknown key; did you mean 'steps'?"
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("- id: [open\n  says: x\n", 2, "did not find expected ',' or ']'"),
        ("- id: a\n\tsays: x\n", 2, "found a tab character"),
        (WARRANTY.replace("  says", "  products: [kettle]\n  says"), 3, 'found duplicate key "products"'),
    ],
    ids=["list never closed", "tab", "key twice"],
)
def test_broken_yaml_is_named_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    """YAML that cannot be read gives the file, the line and the parser's reason."""
    first, *_ = _problems(tmp_path, {**FILES, W: text})
    assert first.startswith(f"{W}: line {line} {what}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the catalog the first problem is that it cannot be read."""
    first, *_ = _problems(tmp_path, {name: text for name, text in FILES.items() if name != "catalog.yml"})
    assert first.startswith("catalog.yml: cannot be read:")


def test_all_mistakes_are_found_at_once(tmp_path: Path) -> None:
    """Four mistakes in three files are one refusal that lists all four."""
    files = {
        **FILES,
        "catalog.yml": CATALOG.replace("core: true", "core: maybe"),
        W: WARRANTY.replace("1年", "3年"),
        X: EXCLUSIONS.replace("liquid]", "liqud]") + EXCLUSIONS.replace("[all]", "[al]"),
    }
    assert _problems(tmp_path, files) == [
        "catalog.yml.parts.motor.core: must be true or false",
        f"{X}[0].when.cause[0]: 'liqud' is not known; did you mean 'liquid'?",
        f"{X}[1].products[0]: 'al' is not known; did you mean 'all'?",
        f"{X}: id 'liquid' stands twice",
        f"{W}.whole-unit: says 3, which its source lines do not; they hold 1",
    ]


def test_the_digest_changes_with_any_file(tmp_path: Path) -> None:
    """One changed character in any data file gives another digest; the same files give the same."""
    before = digest_of(_folder(tmp_path / "a", FILES))
    assert digest_of(_folder(tmp_path / "b", FILES)) == before
    assert digest_of(_folder(tmp_path / "c", _with(X, "进液", "进水"))) != before


def test_the_products_own_data_is_valid() -> None:
    """The data that is delivered loads, with clauses of all five brands and every clause under its path."""
    kb = load()
    assert {clause.brand for clause in kb.clauses.values()} == {"viomi", "mijia", "xiaomi", "skyworth", "jason"}
    assert all(name.startswith(f"{clause.brand}.{clause.topic}.") for name, clause in kb.clauses.items())


@pytest.mark.parametrize("colon", ["\uff1a", ":"], ids=["of the Chinese keyboard", "without a space"])
def test_a_colon_of_another_kind_is_pointed_at(tmp_path: Path, colon: str) -> None:
    """What breaks most files with Chinese text is said: the line whose key is not followed by ': '."""
    text = WARRANTY.replace("  says: ", f"  says{colon}")
    (problem,) = _problems(tmp_path, {**FILES, W: text})
    assert problem.endswith("; line 3: after the key write an English colon and a space")


def test_a_day_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """An impossible date is a problem of its file and no crash."""
    (problem,) = _problems(tmp_path, _with(W, "  sources", "  valid: {from: 2024-13-01}\n  sources"))
    assert problem.startswith(f"{W}: holds a day that does not exist")


def test_a_file_of_comments_has_no_clauses(tmp_path: Path) -> None:
    """A template that nobody has filled in yet is no mistake."""
    assert list(load(_folder(tmp_path, {**FILES, W: "# nothing yet\n"})).clauses) == ["acme.exclusions.liquid"]


def test_a_conflict_needs_two_clauses(tmp_path: Path) -> None:
    """A conflict that stands at one clause only is refused with the brand's others: it is misspelt."""
    same = WARRANTY.replace("sources", "conflict: years\n  sources")
    other = same.replace("whole-unit", "whole-again")
    lone = same.replace("whole-unit", "third").replace("conflict: years", "conflict: year")
    assert _problems(tmp_path, {**FILES, W: same + other + lone}) == [
        f"{W}.third: conflict 'year' stands at no second clause; did you mean 'years'?"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "catalog.yml",
            "  kettle: {zh: 水壶}",
            "  kettle: {zh: 水壶, aliases: [燃氣竈]}",  # in plain form it is 燃气灶
            "catalog.yml.products.kettle: '燃氣竈' is a name of gas_stove already",
        ),
        (
            "catalog.yml",
            "  broken: {zh: 坏了}",
            "  broken: {zh: 坏了}\n  noisy: {zh: 响, aliases: [吵, 壞了。]}",
            "catalog.yml.faults.noisy: '壞了。' is a name of broken already",
        ),
        (
            "case.yml",
            "liquid: {zh: 进液}",
            "liquid: {zh: 进液, aliases: [质量问题, quality]}",
            "case.yml.facts.cause.values.liquid: '质量问题' is a name of quality already",
        ),
        (
            "catalog.yml",
            "  motor: {zh: 电机, core: true}",
            "  motor: {zh: 电机, core: true}\n  engine: {zh: Motor}",
            "catalog.yml.parts.engine: 'Motor' is a name of motor already",
        ),
    ],
    ids=["product", "fault", "fact of a case", "slug"],
)
def test_a_name_means_one_value(tmp_path: Path, file: str, old: str, new: str, problem: str) -> None:
    """A name, in whatever script and case, that two words of one list have is refused; a word may repeat its own."""
    assert _problems(tmp_path, _with(file, old, new)) == [problem]


def test_a_name_belongs_to_one_brand(tmp_path: Path) -> None:
    """A name that two brands carry is refused, however it is written."""
    assert _problems(tmp_path, _with("catalog.yml", "brands:\n", "brands:\n  zeta: {zh: acme}\n")) == [
        "catalog.yml.brands.acme: 'ACME' is a name of zeta already"
    ]


@pytest.mark.parametrize("name", ["brands/acme/fees.yaml", "brands/loose.yml", "brands/acme/old/fees.yml"])
def test_no_file_is_passed_over(tmp_path: Path, name: str) -> None:
    """A file below the data folder that nothing reads is named, not ignored."""
    assert _problems(tmp_path, {**FILES, name: WARRANTY}) == [
        f"{name}: is not read; the files are brands/BRAND/TOPIC.yml"
    ]


@pytest.mark.parametrize("name", ["fees.yml", "catalog.yaml", "acme/fees.yml", "old/brands/acme/fees.yml"])
def test_no_file_beside_the_brands_is_passed_over(tmp_path: Path, name: str) -> None:
    """So is one that stands beside the folder of the brands, with all that is read there."""
    assert _problems(tmp_path, {**FILES, name: WARRANTY}) == [
        f"{name}: is not read; the files are "
        "case.yml, catalog.yml, law.yml, ledger.yml, safety.yml, service.yml, silent.yml, sources.yml, words.yml, "
        "brands/BRAND/TOPIC.yml"
    ]


def test_what_a_program_leaves_hidden_is_no_mistake(tmp_path: Path) -> None:
    """The files that file managers and editors hide stop nobody's work."""
    left = {".DS_Store": "", "brands/.DS_Store": "", "brands/acme/.warranty.yml.swp": ""}
    assert len(load(_folder(tmp_path, {**FILES, **left})).clauses) == 2


def test_broken_yaml_is_one_problem(tmp_path: Path) -> None:
    """A file that cannot be parsed is named once, and a broken catalog buries nothing under what follows from it."""
    assert len(_problems(tmp_path / "clauses", {**FILES, W: "- id: [open\n"})) == 1
    assert len(_problems(tmp_path / "catalog", {**FILES, "catalog.yml": "brands: [open\n"})) == 1
