"""The command line of the policy knowledge: check · decide · facts · search · overview · record · new-brand.

Exit codes: 0 done; 1 the data has mistakes or nothing was found; 2 the question or the call is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from policies_kb import brands, ledger, overview, sources
from policies_kb.case import CaseError, read_case
from policies_kb.coverage import decide
from policies_kb.loader import data_folder, load
from policies_kb.model import Knowledge, KnowledgeError
from policies_kb.search import Fit, describe, save_index, search


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KnowledgeError as error:
        for problem in error.problems:
            print(f"[ERROR] {problem}", file=sys.stderr)
        print(f"{len(error.problems)} problem(s) in {data_folder().name}/", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m policies_kb", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, help_: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_, description=help_)
        sub.set_defaults(run=run)
        return sub

    check = command("check", _check, "validate every data file")
    check.add_argument("--sources", type=Path, metavar="DIR", help="also compare with the documents' texts")
    decide_ = command("decide", _decide, "decide a coverage case")
    decide_.add_argument("case", metavar="CASE.json", help="a file, or - for standard input")
    facts = command("facts", _facts, "the facts of a case and their values")
    facts.add_argument("--json", action="store_true")
    command("index", _index, "arrange the clauses for search and save it beside the models")
    find = command("search", _search, "clauses that answer a question, best first")
    find.add_argument("question")
    find.add_argument("--brand")
    find.add_argument("--product")
    find.add_argument("--limit", type=int, default=5)
    find.add_argument("--json", action="store_true")
    command("overview", _overview, "the page of what is known of whom: clauses, contradictions, gaps")
    record = command("record", _record, "digests and figures of a document's lines, for sources.yml")
    record.add_argument("file", type=Path)
    new = command("new-brand", _new_brand, "a folder of commented templates for a new brand")
    new.add_argument("slug")
    return parser


def _check(arguments: argparse.Namespace) -> int:
    kb, data = load(), data_folder()
    problems = ledger.problems(kb, data)
    if arguments.sources:
        problems += sources.verify(kb, arguments.sources)
    if problems:
        raise KnowledgeError(problems)
    brands_ = len({clause.brand for clause in kb.clauses.values()})
    print(f"ok: {len(kb.clauses)} clauses of {brands_} brands, {len(kb.law)} rules of law, {ledger.summary(kb, data)}")
    return 0


def _decide(arguments: argparse.Namespace) -> int:
    try:
        text = sys.stdin.read() if arguments.case == "-" else Path(arguments.case).read_text(encoding="utf-8")
        data = json.loads(text)
        if not isinstance(data, dict):
            raise CaseError("case", "must be a JSON object")
        decision = decide(read_case(data, kb := load(), on=_today()), kb)
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        return _usage(f"{arguments.case}: {error}")
    except CaseError as error:
        return _usage(str(error))
    _print_json(decision.to_json())
    return 0


def _today() -> date:
    """Today in China, for a case that names no day; servers pass their own clock instead."""
    return datetime.now(timezone(timedelta(hours=8))).date()


def _facts(arguments: argparse.Namespace) -> int:
    kb = load()
    rows = [_fact_row(kb, name) for name in sorted(kb.facts, key=lambda name: kb.facts[name].ask)]
    if arguments.json:
        _print_json({"facts": rows})
        return 0
    for row in rows:
        values = "、".join(f"{v['value']}({v['zh']})" for v in row["values"]) or row["kind"]
        print(f"{row['name']:<13} {row['zh']:<8} {row['known_by']:<10} presumed {row['presumed'] or '-':<10} {values}")
    return 0


def _fact_row(kb: Knowledge, name: str) -> dict[str, Any]:
    fact = kb.facts[name]
    return {
        "name": name,
        "zh": fact.zh,
        "kind": fact.kind.value,
        "known_by": fact.known_by.value,
        "ask": fact.ask,
        "presumed": fact.presumed,
        "values": [{"value": slug, "zh": word.zh, "aliases": list(word.aliases)} for slug, word in fact.values.items()],
    }


def _search(arguments: argparse.Namespace) -> int:
    kb = load()
    try:
        told = {k: v for k in ("brand", "product") if (v := getattr(arguments, k))}
        case = read_case(told, kb, on=_today())
    except CaseError as error:
        return _usage(str(error))
    hits = search(arguments.question, kb, brand=case.brand, product=case.product, limit=arguments.limit)
    if arguments.json:
        _print_json({"question": arguments.question, "hits": [hit.to_json() for hit in hits]})
    else:
        for hit in hits:
            print(f"{hit.score:5.2f}{_MARKS[hit.fit]} {hit.clause.id:<40} {hit.clause.says}")
    return 0 if hits else 1


def _overview(arguments: argparse.Namespace) -> int:
    rows, _ = ledger.read(data_folder())
    print(overview.page(load(), rows), end="")
    return 0


_MARKS = {Fit.ANSWERS: " ", Fit.NEAR: "?", Fit.FAR: "-"}  # whether a clause answers, or is only the nearest


def _index(arguments: argparse.Namespace) -> int:
    kb = load()
    place = save_index(kb)
    about = describe(kb)
    how = "words and meaning" if about["meaning"] else "words only: the sentence encoder is not installed"
    print(f"{place.name}: {about['clauses']} clauses by {how}")
    return 0


def _record(arguments: argparse.Namespace) -> int:
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _usage(f"{arguments.file}: {error}")
    for number, line in sources.line_records(text).items():
        print(f"    {number}: '{line}'")
    return 0


def _new_brand(arguments: argparse.Namespace) -> int:
    data = data_folder()
    made = brands.scaffold(arguments.slug, data)
    if isinstance(made, str):
        return _usage(made)
    for path in made:
        print(f"made {path.relative_to(data)}")
    print(brands.NEXT_STEPS.format(slug=arguments.slug))
    return 0


def _usage(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    sys.exit(main())
