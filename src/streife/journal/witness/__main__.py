"""`python -m streife.journal.witness`: set up, trust a log, serve, show."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from streife.journal.witness.server import Server
from streife.journal.witness.state import Setup, Witness, set_up, state_lines, trust


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="streife-witness", description="Zeuge für das Protokoll einer anderen Stelle."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, text in (
        ("init", "Schlüssel und Namen anlegen"),
        ("trust", "ein Protokoll aufnehmen"),
        ("serve", "auf Prüfpunkte warten"),
        ("show", "zeigen, was zuletzt bestätigt wurde"),
    ):
        verbs.add_parser(verb, help=text).add_argument("folder", type=Path, metavar="ORDNER")
    verbs.choices["init"].add_argument("name", help="etwa revision.example.org/zeuge")
    verbs.choices["trust"].add_argument("key", metavar="NAME+KENNUNG+SCHLÜSSEL")
    verbs.choices["serve"].add_argument("--host", default="127.0.0.1")
    verbs.choices["serve"].add_argument("--port", type=int, default=8099)
    return parser


def _run(given: argparse.Namespace) -> None:
    say = sys.stdout.write
    if given.verb == "init":
        say(f"{set_up(given.folder, given.name).cosigner.to_text()}\n")
        return
    witness = Witness(given.folder)
    if given.verb == "trust":
        say(f"Aufgenommen: {trust(given.folder, given.key).name}\n")
    elif given.verb == "show":
        say("".join(state_lines(witness)))
    else:
        with Server((given.host, given.port), witness) as server:
            say(f"Zeuge {witness.name} wartet auf http://{given.host}:{server.server_port}/\n")
            sys.stdout.flush()
            server.serve_forever()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 is well, 1 means that something must be done first (said in German)."""
    try:
        _run(_parser().parse_args(arguments))
    except Setup as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
