"""What whoever runs the bot can ask of it on the command line: names, options, and which module does it.

Exit codes: 0 done, 1 something needs a look, and those of `bot/errors.py`.
"""
# ruff: noqa: PLC0415 - each verb loads what it needs, see bot/__main__.py

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

Verb = Callable[[argparse.Namespace], int]
Options = Callable[[argparse.ArgumentParser], object]


def _health(args: argparse.Namespace) -> int:
    from bot.operations import ask

    return ask.health("/health/live" if args.live else "/health/ready")


def _doctor(args: argparse.Namespace) -> int:
    from bot.operations import doctor

    return doctor.run(out=sys.stdout, as_json=args.json)


def _backup(args: argparse.Namespace) -> int:
    from bot.operations import backup

    return backup.run(args.to, out=sys.stdout)


def _restored(args: argparse.Namespace) -> int:
    from bot.operations import restoring

    return restoring.restored(erase=args.erase_keyless, out=sys.stdout)


def _release(args: argparse.Namespace) -> int:
    from bot.operations import restoring

    return restoring.release(drop=args.drop, out=sys.stdout)


def _parked(args: argparse.Namespace) -> int:
    from bot.operations import parked

    return parked.run(args.what, args.row, as_json=args.json, out=sys.stdout)


def _export(args: argparse.Namespace) -> int:
    from bot.operations import persons

    return persons.export(args.telegram_id, args.to, out=sys.stdout)


def _erase(args: argparse.Namespace) -> int:
    from bot.operations import persons

    return persons.erase(args.telegram_id, sure=args.yes, out=sys.stdout)


def _rotate(_: argparse.Namespace) -> int:
    from bot.operations import rotation

    return rotation.run(out=sys.stdout)


def _health_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--live", action="store_true", help="only whether it runs, not whether it is ready")


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def _backup_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")


def _restored_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--erase-keyless", action="store_true", help="erase again who left after the backup was made")


def _release_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--drop", action="store_true", help="forget what was held instead of sending it")


def _parked_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=("list", "retry", "drop"), default="list")
    parser.add_argument("row", nargs="*", help="such as outbox:12 or inbox:700100:34, as the list shows them")
    _json_option(parser)


def _export_options(parser: argparse.ArgumentParser) -> None:
    _person_option(parser)
    parser.add_argument("--to", type=Path, required=True, metavar="FILE")


def _erase_options(parser: argparse.ArgumentParser) -> None:
    _person_option(parser)
    parser.add_argument("--yes", action="store_true", help="it cannot be undone")


def _person_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--telegram-id", type=int, required=True, metavar="N")


def _no_options(_: argparse.ArgumentParser) -> None:
    return


VERBS: Mapping[str, tuple[Verb, str, Options]] = {
    "health": (_health, "ask the running bot whether it is well", _health_options),
    "doctor": (_doctor, "look at everything that can be wrong and say the way out", _json_option),
    "backup": (_backup, "copy an SQLite database and its key store, apart, while the bot runs", _backup_options),
    "restored": (_restored, "after restoring a backup: hold what it would send a second time", _restored_options),
    "release-held": (_release, "let go what a restored backup holds", _release_options),
    "parked": (_parked, "list, retry or drop what was given up", _parked_options),
    "export": (_export, "write everything of one person into a file", _export_options),
    "erase": (_erase, "delete one person, as they could themselves", _erase_options),
    "rotate-keys": (_rotate, "wrap everything with the first of SECRET_KEYS", _no_options),
}
