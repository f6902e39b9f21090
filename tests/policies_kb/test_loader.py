"""The folder of the data is read whole: each file in its place, each name with one meaning, all mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies_kb.loader import digest_of, load
from tests.policies_kb.mistaken import CATALOG, EXCLUSIONS, FILES, WARRANTY, W, X, folder, problems, with_change


def test_the_valid_folder_is_read(tmp_path: Path) -> None:
    """Without a mistake the folder becomes a Knowledge: the path is a clause's identity."""
    kb = load(folder(tmp_path, FILES))
    assert list(kb.clauses) == ["acme.exclusions.liquid", "acme.warranty.whole-unit"]
    assert kb.catalog.lineage("gas_stove") == ("gas_stove", "stove")
    assert kb.facts["cause"].presumed == "quality"


def test_an_id_stands_once(tmp_path: Path) -> None:
    """Two clauses of one file with one id are refused."""
    assert problems(tmp_path, {**FILES, W: WARRANTY + WARRANTY}) == [f"{W}: id 'whole-unit' stands twice"]


def test_a_folder_is_named_after_a_brand(tmp_path: Path) -> None:
    """A folder that no brand of the catalog is named after is refused."""
    assert problems(tmp_path, {**FILES, "brands/acne/warranty.yml": WARRANTY}) == [
        "brands/acne/warranty.yml: the folder's name 'acne' is no brand of catalog.yml"
    ]


def test_a_file_is_named_after_a_topic(tmp_path: Path) -> None:
    """A file whose name is no topic is refused with the nearest, or with all topics."""
    assert problems(tmp_path, {**FILES, "brands/acme/waranty.yml": WARRANTY}) == [
        "brands/acme/waranty.yml: the file's name 'waranty' is no topic; did you mean 'warranty'?"
    ]


def test_the_law_is_read_as_strictly(tmp_path: Path) -> None:
    """A mistake in law.yml is named like one in a brand's file."""
    law = WARRANTY.replace("[stove]", "[stov]")
    assert problems(tmp_path, {**FILES, "law.yml": law}) == [
        "law.yml[0].products[0]: 'stov' is not known; did you mean 'stove'?"
    ]


def test_a_danger_has_steps(tmp_path: Path) -> None:
    """A misspelt key of safety.yml is refused."""
    safety = "hazards:\n  gas: {zh: 燃气, step: [走开]}\n"
    assert problems(tmp_path, {**FILES, "safety.yml": safety}) == [
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
    first, *_ = problems(tmp_path, {**FILES, W: text})
    assert first.startswith(f"{W}: line {line} {what}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the catalog the first problem is that it cannot be read."""
    first, *_ = problems(tmp_path, {name: text for name, text in FILES.items() if name != "catalog.yml"})
    assert first.startswith("catalog.yml: cannot be read:")


def test_all_mistakes_are_found_at_once(tmp_path: Path) -> None:
    """Four mistakes in three files are one refusal that lists all four."""
    files = {
        **FILES,
        "catalog.yml": CATALOG.replace("core: true", "core: maybe"),
        W: WARRANTY.replace("1年", "3年"),
        X: EXCLUSIONS.replace("liquid]", "liqud]") + EXCLUSIONS.replace("[all]", "[al]"),
    }
    assert problems(tmp_path, files) == [
        "catalog.yml.parts.motor.core: must be true or false",
        f"{X}[0].when.cause[0]: 'liqud' is not known; did you mean 'liquid'?",
        f"{X}[1].products[0]: 'al' is not known; did you mean 'all'?",
        f"{X}: id 'liquid' stands twice",
        f"{W}.whole-unit: says 3, which its source lines do not; they hold 1",
    ]


def test_the_digest_changes_with_any_file(tmp_path: Path) -> None:
    """One changed character in any data file gives another digest; the same files give the same."""
    before = digest_of(folder(tmp_path / "a", FILES))
    assert digest_of(folder(tmp_path / "b", FILES)) == before
    assert digest_of(folder(tmp_path / "c", with_change(X, "进液", "进水"))) != before


def test_the_products_own_data_is_valid() -> None:
    """The data that is delivered loads, with clauses of all five brands and every clause under its path."""
    kb = load()
    assert {clause.brand for clause in kb.clauses.values()} == {"viomi", "mijia", "xiaomi", "skyworth", "jason"}
    assert all(name.startswith(f"{clause.brand}.{clause.topic}.") for name, clause in kb.clauses.items())


@pytest.mark.parametrize("colon", ["\uff1a", ":"], ids=["of the Chinese keyboard", "without a space"])
def test_a_colon_of_another_kind_is_pointed_at(tmp_path: Path, colon: str) -> None:
    """What breaks most files with Chinese text is said: the line whose key is not followed by ': '."""
    text = WARRANTY.replace("  says: ", f"  says{colon}")
    (problem,) = problems(tmp_path, {**FILES, W: text})
    assert problem.endswith("; line 3: after the key write an English colon and a space")


def test_a_day_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """An impossible date is a problem of its file and no crash."""
    (problem,) = problems(tmp_path, with_change(W, "  sources", "  valid: {from: 2024-13-01}\n  sources"))
    assert problem.startswith(f"{W}: holds a day that does not exist")


def test_a_file_of_comments_has_no_clauses(tmp_path: Path) -> None:
    """A template that nobody has filled in yet is no mistake."""
    assert list(load(folder(tmp_path, {**FILES, W: "# nothing yet\n"})).clauses) == ["acme.exclusions.liquid"]


def test_a_conflict_needs_two_clauses(tmp_path: Path) -> None:
    """A conflict that stands at one clause only is refused with the brand's others: it is misspelt."""
    same = WARRANTY.replace("sources", "conflict: years\n  sources")
    other = same.replace("whole-unit", "whole-again")
    lone = same.replace("whole-unit", "third").replace("conflict: years", "conflict: year")
    assert problems(tmp_path, {**FILES, W: same + other + lone}) == [
        f"{W}.third: conflict 'year' stands at no second clause; did you mean 'years'?"
    ]


def test_a_rule_stands_in_two_to_five_clauses_of_a_file(tmp_path: Path) -> None:
    """A rule that stands at one clause is misspelt; one of more than five clauses is too long to be told at once."""
    part = WARRANTY.replace("sources", "rule: steps\n  sources")
    parts = "".join(part.replace("whole-unit\n", f"step-{n}\n") for n in range(5))
    lone = part.replace("rule: steps", "rule: step")
    assert problems(tmp_path / "lone", {**FILES, W: parts + lone}) == [
        f"{W}.whole-unit: rule 'step' stands at no second clause of the file; did you mean 'steps'?"
    ]
    assert problems(tmp_path / "other file", {**FILES, W: parts, W.replace("warranty", "rights"): part}) == [
        f"{W.replace('warranty', 'rights')}.whole-unit: rule 'steps' stands at no second clause of the file"
    ]
    assert set(problems(tmp_path / "six", {**FILES, W: parts + part})) == {
        f"{W}.{name}: rule 'steps' is one of more than 5 clauses"
        for name in ("step-0", "step-1", "step-2", "step-3", "step-4", "whole-unit")
    }


def test_only_a_known_brand_is_silent(tmp_path: Path) -> None:
    """What is on record as silence of some brands names brands of the catalog."""
    silent = "- {id: colours, zh: 颜色, brands: [acmé], asks: [有白的吗]}\n"
    (problem,) = problems(tmp_path, {**FILES, "silent.yml": silent})
    assert problem.startswith("silent.yml[0].brands[0]: 'acmé' is not known; did you mean 'acme'?")


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
    assert problems(tmp_path, with_change(file, old, new)) == [problem]


def test_a_name_belongs_to_one_brand(tmp_path: Path) -> None:
    """A name that two brands carry is refused, however it is written."""
    assert problems(tmp_path, with_change("catalog.yml", "brands:\n", "brands:\n  zeta: {zh: acme}\n")) == [
        "catalog.yml.brands.acme: 'ACME' is a name of zeta already"
    ]


@pytest.mark.parametrize("name", ["brands/acme/fees.yaml", "brands/loose.yml", "brands/acme/old/fees.yml"])
def test_no_file_is_passed_over(tmp_path: Path, name: str) -> None:
    """A file below the data folder that nothing reads is named, not ignored."""
    assert problems(tmp_path, {**FILES, name: WARRANTY}) == [
        f"{name}: is not read; the files are brands/BRAND/TOPIC.yml"
    ]


@pytest.mark.parametrize("name", ["fees.yml", "catalog.yaml", "acme/fees.yml", "old/brands/acme/fees.yml"])
def test_no_file_beside_the_brands_is_passed_over(tmp_path: Path, name: str) -> None:
    """So is one that stands beside the folder of the brands, with all that is read there."""
    assert problems(tmp_path, {**FILES, name: WARRANTY}) == [
        f"{name}: is not read; the files are "
        "case.yml, catalog.yml, law.yml, ledger.yml, safety.yml, service.yml, silent.yml, sources.yml, words.yml, "
        "brands/BRAND/TOPIC.yml"
    ]


def test_what_a_program_leaves_hidden_is_no_mistake(tmp_path: Path) -> None:
    """The files that file managers and editors hide stop nobody's work."""
    left = {".DS_Store": "", "brands/.DS_Store": "", "brands/acme/.warranty.yml.swp": ""}
    assert len(load(folder(tmp_path, {**FILES, **left})).clauses) == 2


def test_broken_yaml_is_one_problem(tmp_path: Path) -> None:
    """A file that cannot be parsed is named once, and a broken catalog buries nothing under what follows from it."""
    assert len(problems(tmp_path / "clauses", {**FILES, W: "- id: [open\n"})) == 1
    assert len(problems(tmp_path / "catalog", {**FILES, "catalog.yml": "brands: [open\n"})) == 1
