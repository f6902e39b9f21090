"""Each mistake in a data file is refused with the file, the key path and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies_kb.mistaken import W, X, problems, with_change

CLAUSE_KEYS = "article, asks, conflict, effect, facts, flags, id, products, reading, rule, says, sources, valid, when"

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
        [
            f"{W}.whole-unit: says 1, which its source lines do not; they hold no figure",
            f"{W}.whole-unit: effect has 1, which neither its source lines nor its reading hold",
        ],
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
        [
            f"{W}[0].effect.scope: a term without one exact length needs `decided_by`",
            f"{W}.whole-unit: effect has 3, which neither its source lines nor its reading hold",
        ],
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
            "repair_sheet, serial_query, warranty_card",
            f"{W}.whole-unit: effect has 3, which neither its source lines nor its reading hold",
        ],
    ),
    "range that runs backwards": (
        W,
        "months: 12",
        "months: {from: 36, to: 12}, decided_by: manual",
        [
            f"{W}[0].effect.months: `from` is greater than `to`",
            f"{W}.whole-unit: effect has 3, which neither its source lines nor its reading hold",
        ],
    ),
    "a figure that decides and stands nowhere": (
        W,
        "months: 12",
        "months: 120",
        [f"{W}.whole-unit: effect has 10, which neither its source lines nor its reading hold"],
    ),
    "a term that would last for ever": (
        W,
        "months: 12",
        "months: 99999, decided_by: manual",
        [f"{W}[0].effect.months: is longer than 600 months"],
    ),
    "months beside days": (
        W,
        "months: 12",
        "months: 12, days: 365",
        [f"{W}[0].effect.days: stands beside `months`; a term has one length"],
    ),
    "parts of a term of the whole unit": (
        W,
        "months: 12",
        "months: 12, open: true",
        [f"{W}[0].effect.scope: scope parts, and no other, needs `parts` or `open: true`"],
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
    file, old, new, said = MISTAKES[mistake]
    assert problems(tmp_path, with_change(file, old, new)) == said
