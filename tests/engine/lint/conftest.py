"""A book of small dialogs, a registry for them, and what the lint says about it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.loader import load_book
from bot.engine.diagnostics import Diagnostic
from bot.engine.lint import lint
from bot.engine.script import Accepted, Book, Checker, EffectArg, EffectSpec, Fact, Field, Option

FIXED = (
    "stopped no_way_back moved_on please_tap media_not_here not_understood did_you_mean too_long needs_paired gone "
    "soft_danger threat_held back stop nothing_open"
)
INTERRUPTS = """\
words: {stop: [stop], back: [back], help: [help]}
help_dialog: help
danger: {self_harm: danger}
messages:
""" + "".join(f"  {name}: Words.\n" for name in FIXED.split())

HELP = """\
dialog: help
about: Help.
start: only
expire: {after: 7d, go: only}
nodes:
  only:
    say: |
      Help.
    end: done
"""
DANGER = HELP.replace("dialog: help", "dialog: danger").replace("end: done", "end: not_this")

LETTER = """\
dialog: letter
about: Write a letter.
needs: [paired]
start: mood
expire: {after: 7d, go: later}
vars:
  mood: {type: choice, of: [calm, upset]}
  zone: {type: text}
  age: {type: number}
  name: {type: text}
  draft: {type: letter, private: true}
nodes:
  mood:
    say: |
      How are you?
    ask:
      save: mood
      buttons:
        calm:
          text: Calm
          go: zone
        upset:
          text: Upset
          go: wait
      timeout: {after: 20m, go: later}
  wait:
    say: |
      Wait.
    ask:
      buttons:
        ready:
          text: Ready
          go: zone
  zone:
    say: |
      Where do you live?
    ask:
      list: {of: zones, save: zone, go: age}
  age:
    say: |
      How old are you?
    ask:
      text: {save: age, check: whole, go: name, give_up: later}
  name:
    say: |
      Your name?
    ask:
      text:
        save: name
        check: words
        go: write
        retry: |
          Again, please.
  write:
    say: |
      Write, {name} in {zone}. {partner} waits.
    ask:
      collect: {into: draft, kinds: [text, photo]}
      buttons:
        done:
          text: Done
          when: draft.parts > 0
          go: weigh
        later:
          text: Later
          go: later
  weigh:
    go:
      - {if: draft.heat >= 3 and mood == "upset" and age > 17, to: soften}
      - {if: name.kind == "long", to: soften}
      - {to: review}
  soften:
    call: {dialog: check, with: {draft: draft, strict: true}}
    go:
      - {if: result == "again", to: write}
      - {to: review}
  review:
    show: draft
    say: |
      Shall I give it?
    ask:
      buttons:
        send:
          text: Give it
          go: sent
          consent: draft
        change:
          text: Change it
          go: write
  sent:
    do:
      - seal: {letter: draft, rest: none}
      - note: {words: {var: mood}}
    say: |
      On its way.
    end: done
  later:
    do:
      - keep: {letter: draft}
    say: |
      Kept.
    end: later
"""

CHECK = """\
dialog: check
about: Look at a letter.
start: look
expire: {after: 1d, go: fine}
vars:
  draft: {type: letter, private: true, given: true}
  strict: {type: flag}
nodes:
  look:
    show: draft
    say: |
      Is this kind?
    ask:
      buttons:
        yes:
          text: Yes
          when: strict
          go: fine
        no:
          text: No
          go: again
  fine:
    end: fine
  again:
    end: again
"""


def letter_arg() -> EffectArg:
    return EffectArg("letter", variable=True)


EFFECTS = {
    "seal": EffectSpec(
        "seal",
        {"letter": letter_arg(), "rest": EffectArg("choice", ("none", "night"), required=False)},
        discloses=frozenset({"letter"}),
        irreversible=True,
    ),
    "tell": EffectSpec("tell", {"words": EffectArg("text", variable=True)}, discloses=frozenset({"words"})),
    "keep": EffectSpec("keep", {"letter": letter_arg()}),
    "note": EffectSpec("note", {"words": EffectArg("text"), "more": EffectArg("text", required=False)}),
    "pause": EffectSpec("pause", {"days": EffectArg("number")}),
    "mute": EffectSpec("mute", {"on": EffectArg("flag")}),
}
CHECKERS = {
    "words": Checker("words", Accepted, "text", {"kind": Field("choice", ("short", "long"))}, frozenset({"empty"})),
    "whole": Checker("whole", Accepted, "number"),
}
FACTS = {
    "paired": Fact("paired", "flag"),
    "partner": Fact("partner", "text", needs="paired"),
    "left": Fact("left", "number"),
}


@pytest.fixture
def letter() -> str:
    """A dialog that uses most of the format and has no fault."""
    return LETTER


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[..., Book]:
    """Writes dialogs (name -> text) beside the standard ones and reads them all."""

    def making(**files: str) -> Book:
        files = {
            "_interrupts": INTERRUPTS,
            "interface": "messages:\n  hi: Hi.\n",
            "help": HELP,
            "danger": DANGER,
        } | files
        for name, body in files.items():
            (tmp_path / f"{name}.yaml").write_text(body, encoding="utf-8")
        loaded = load_book(
            tmp_path,
            effects=EFFECTS,
            checkers=CHECKERS,
            facts=FACTS,
            lists={"zones": (Option("utc", "UTC"),), "long": (Option("x" * 60, "Long"),)},
            letter_fields={"parts": Field("number"), "heat": Field("number"), "angry": Field("flag")},
            danger=lambda _text: None,
        )
        assert loaded.book is not None
        assert loaded.diagnostics == ()
        return loaded.book

    return making


@pytest.fixture
def lint_letter(make_book: Callable[..., Book]) -> Callable[..., list[Diagnostic]]:
    """Lints the letter dialog in place of the standard one, and others beside it."""

    def linting(letter: str = LETTER, **files: str) -> list[Diagnostic]:
        return list(lint(make_book(**{"check": CHECK, "letter": letter, **files}), danger_kinds={"self_harm"}))

    return linting


@pytest.fixture
def standard() -> dict[str, str]:
    """The other files by name."""
    return {"_interrupts": INTERRUPTS, "help": HELP, "danger": DANGER, "check": CHECK}
