"""`python -m actions --port N`: the action server, with the policies read before the first customer waits."""

from __future__ import annotations

import argparse

from rasa_sdk.__main__ import main_from_args
from rasa_sdk.endpoint import create_argument_parser

from policies_kb.loader import load
from policies_kb.search import warm


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m actions", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    warm(load())
    main_from_args(create_argument_parser().parse_args(["--actions", "actions", "--port", str(port)]))


if __name__ == "__main__":
    main()
