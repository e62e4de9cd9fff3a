"""`python -m emulator`: a local Telegram for one bot and a few people, until interrupted."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from emulator.clock import Clock
from emulator.recorder import Recorder
from emulator.server import serving
from emulator.world import World


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--token", default="123456:local-token-for-the-emulator")
    parser.add_argument("--username", default="rekindle_bot")
    parser.add_argument("--name", default="Rekindle")
    parser.add_argument("--user", action="append", metavar="NAME[:LANGUAGE]", help="a person with a phone; repeatable")
    parser.add_argument("--clock-file", type=Path, help="where the clock's offset in seconds is kept for the bot")
    parser.add_argument(
        "--author-url", metavar="URL", help="where the bot shows its dialogs to authors (AUTHOR_LISTEN)"
    )
    parser.add_argument("--strict", action="store_true", help="refuse calls that break the specification")
    parser.add_argument("--log", type=Path, metavar="FILE.jsonl", help="append every call and update")
    parser.add_argument("--seed", type=int, help="repeatable ids")
    parser.add_argument("--answer-window", type=float, default=15.0, help="seconds in which a tap can be answered")
    parser.add_argument("--pacing", action="store_true", help="slow down hasty polls as Telegram does")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args(arguments)


def build_world(options: argparse.Namespace) -> World:
    """The world that the command line describes; ValueError for a bad token or two equal users."""
    world = World(
        clock=Clock(file=options.clock_file),
        seed=options.seed,
        strict=options.strict,
        recorder=Recorder(options.log),
        answer_window=options.answer_window,
        pacing=options.pacing,
    )
    world.add_bot(options.token, options.username, options.name)
    for person in options.user or ["Ana:en", "Ben:en"]:
        name, _, language = person.partition(":")
        world.add_user(name, language_code=language or None)
    return world


async def run(world: World, host: str, port: int, author_url: str | None = None) -> None:
    """Serve until SIGINT or SIGTERM; OSError when the port is taken."""
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with serving(world, host=host, port=port, author_url=author_url) as url:
        sys.stdout.write(f"emulator ready on {url}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    """Exit codes: 0 stopped, 2 could not start."""
    options = read_arguments()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="emulator: %(message)s")
    try:
        asyncio.run(run(build_world(options), options.host, options.port, options.author_url))
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"The emulator cannot start: {problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
