"""A small registry and a folder to write dialogs into."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.loader import Loaded, load_book
from bot.engine.script import Accepted, Checker, EffectArg, EffectSpec, Fact, Field, Option

INTERRUPTS = """\
words: {stop: [stop, "stop!"], back: [back], help: [help]}
help_dialog: help
danger: {self_harm: help}
messages:
  stopped: Stopped.
  please_tap: Please tap one of the buttons.
"""

HELLO = """\
dialog: hello
about: Say hello.
start: ask
expire: {after: 7d, go: later}
vars:
  mood: {type: choice, of: [calm, upset]}
nodes:
  ask:
    say: |
      How are you?
    ask:
      save: mood
      buttons:
        calm:
          text: Calm
          go: done
        upset:
          text: Upset
          go: done
  done:
    say: |
      Thank you, *{name}*.
    end: done
  later:
    end: later
"""


@pytest.fixture
def hello() -> str:
    """A dialog without a fault."""
    return HELLO


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Loaded]:
    """Writes files (name -> text or bytes) and loads the folder."""

    def loading(**files: str | bytes) -> Loaded:
        files = {"_interrupts": INTERRUPTS, "interface": "messages:\n  hi: Hi.\n", **files}
        for name, body in files.items():
            raw = body.encode() if isinstance(body, str) else body
            (tmp_path / f"{name}.yaml").write_bytes(raw)
        return load_book(
            tmp_path,
            effects={
                "seal": EffectSpec("seal", {"letter": EffectArg("letter", variable=True)}, frozenset({"letter"})),
            },
            checkers={"any_words": Checker("any_words", Accepted)},
            facts={
                "name": Fact("name", "text"),
                "age": Fact("age", "number"),
                "path": Fact("path", "choice", ("solo", "together")),
                "known": Fact("known", "flag"),
            },
            lists={"zones": (Option("utc", "UTC"),)},
            letter_fields={"parts": Field("number")},
            danger=lambda _text: None,
        )

    return loading
