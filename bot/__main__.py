"""`python -m bot COMMAND`: what the support team looks up beside the tickets."""

from __future__ import annotations

import argparse
import json
import sys

from bot import settings
from bot.conversations.questions import Questions
from bot.database import StoreUnavailable


def main() -> int:
    """The exit code: 0, or 1 where the database cannot be reached."""
    arguments = _parser().parse_args()
    try:
        code: int = arguments.run(arguments)
    except StoreUnavailable as error:
        print(f"error: the database cannot be reached ({error})", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asked = commands.add_parser("questions", help="what customers asked and the sources do not answer, newest first")
    asked.add_argument("--brand", help="a brand's slug")
    asked.add_argument("--limit", type=int, default=100)
    asked.add_argument("--json", action="store_true")
    asked.set_defaults(run=_questions)
    return parser


def _questions(arguments: argparse.Namespace) -> int:
    found = Questions(settings.database_url()).newest(brand=arguments.brand, limit=arguments.limit)
    if arguments.json:
        rows = [{"at": q.at.isoformat(), "brand": q.brand, "product": q.product, "text": q.text} for q in found]
        print(json.dumps({"questions": rows}, ensure_ascii=False, indent=2))
    else:
        for q in found:
            print(f"{q.at:%Y-%m-%d %H:%M}  {q.brand or '-':<10} {q.product or '-':<16} {q.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
