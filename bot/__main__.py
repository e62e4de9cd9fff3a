"""The command line: parses, calls app. `python -m bot run` starts the service.

Each verb loads what it needs when it is called: the service takes seconds to import, and health is asked often.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import OperatorError
from bot.operations import verbs as operations

DIALOGS = Path(__file__).resolve().parents[1] / "dialogs"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a verb. Returns the exit code; an operator's error is one plain sentence on stderr."""
    args = _parser().parse_args(argv)
    verb: Callable[[argparse.Namespace], int] = args.verb
    try:
        return verb(args)
    except OperatorError as error:
        sys.stderr.write(f"rekindle: {error.message}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Rekindle, a coach on Telegram for couples.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "run", _run, "migrate and run the bot")
    _verb(verbs, "migrate", _migrate, "bring the database to the newest revision")
    checking = _verb(verbs, "check-dialogs", _check, "compile the dialogs and say what is wrong with them")
    checking.add_argument("folder", nargs="?", type=Path, default=DIALOGS)
    checking.add_argument("--format", choices=("text", "json"), default="text")
    checking.add_argument("--update-lock", action="store_true", help="write dialogs.lock anew")
    playing = _verb(verbs, "play", _play, "play a dialog in this terminal")
    playing.add_argument("dialog")
    playing.add_argument("--folder", type=Path, default=DIALOGS)
    playing.add_argument("--lang", default="en")
    playing.add_argument("--trace", action="store_true", help="show the way taken and what is saved")
    playing.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE", help="such as paired=true")
    playing.add_argument("--at", default="", metavar="NODE", help="begin at this question")
    playing.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable of the dialog")
    assessing = _verb(verbs, "assess", _assess, "predict labels for lines of JSON, one a line")
    assessing.add_argument("--set", choices=("i_statements", "safety", "causes", "letters"), required=True)
    for name, (verb, about, options) in operations.VERBS.items():
        options(_verb(verbs, name, verb, about))
    return parser


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    verb: Callable[[argparse.Namespace], int],
    about: str,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=about, description=about)
    parser.set_defaults(verb=verb)
    return parser


def _run(_: argparse.Namespace) -> int:
    gc.disable()  # nearly all that is loaded stays, and looking for garbage in it takes a fifth of the start
    from bot import app, faultpoints
    from bot.log import configure_logging
    from bot.settings import load_settings

    settings = load_settings()
    configure_logging(settings.log_level)
    faultpoints.arm(settings.fault_point)
    app.run(settings)
    return 0


def _migrate(_: argparse.Namespace) -> int:
    from bot import app
    from bot.settings import load_settings

    app.migrate_now(load_settings(required=()))
    return 0


def _check(args: argparse.Namespace) -> int:
    from bot.content import check
    from bot.conversation.shelf import open_registry

    return check.run(
        args.folder, open_registry(args.folder), out=sys.stdout, form=args.format, update_lock=args.update_lock
    )


def _play(args: argparse.Namespace) -> int:
    from bot.clock import Clock
    from bot.content.play import play
    from bot.conversation.shelf import open_library

    library = open_library(args.folder)
    facts = dict(fact.partition("=")[::2] for fact in args.fact)
    return play(
        library.book,
        library.catalogue,
        args.dialog,
        lines=sys.stdin,
        out=sys.stdout,
        facts=facts,
        lang=args.lang,
        now=Clock().now(),
        trace=args.trace,
        at=args.at,
        variables=dict(value.partition("=")[::2] for value in args.set),
    )


def _assess(args: argparse.Namespace) -> int:
    from bot.conversation.shelf import read_lexicon
    from bot.phrasing import predict

    lexicon = read_lexicon(DIALOGS)
    for line in filter(str.strip, sys.stdin):
        sys.stdout.write(json.dumps(predict(args.set, json.loads(line), lexicon), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
