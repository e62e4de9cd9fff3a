"""The words that are said outside dialogs: the code and dialogs/interface.yaml name the same messages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot.checkup.rules import COMPARED as CAUSES
from bot.checkup.then import TAPPED
from bot.content.gestures import CATEGORIES, HOMES
from bot.content.library import Library
from bot.conversation.commands import MENU
from bot.delivery.panel_pages import PREFIX, PRESETS
from bot.letters.notes import FORMS, NOTE_PIECES
from bot.letters.rules import Until
from bot.nudges.answers import BUTTONS
from bot.nudges.rules import RULES

SENTENCES = ("time", "talk", "laugh", "settle", "tired", "close")  # of the dialog share_sentence
QUESTIONS = ("miss", "good", "easy", "hope", "unsaid", "little", "sentence")  # of lists.yaml, and that of a sentence
UNTIL = get_args(Until)
BOT = Path(__file__).resolve().parents[2] / "bot"
SAYING = ("tell", "own", "words", "text", "spans")
# Names that the code puts together, and what it puts in.
BUILT = {
    "interface.command_{}": MENU,
    "interface.i_{}": (*NOTE_PIECES, *FORMS),
    "why_{}": (*RULES, "nothing"),
    "{}_button": ("photo", "voice"),
    "interface.line_serves_{}": ("women", "men"),
    "interface.nudge_{}": BUTTONS,
    "recheck_{}": ("look", "later"),
    "interface.kind_{}": (*CATEGORIES, *HOMES),
    "days_{}": tuple(PRESETS),
    "interface.switch_{}": ("on", "off"),
    "interface.panel_{}": tuple(PREFIX),
    "interface.cause_{}": (*CAUSES, "infidelity"),
    "export_effort_{}": ("short", "any"),
    "interface.strength_{}": tuple(TAPPED),
    "interface.share_{}": SENTENCES,
    "interface.question_{}": QUESTIONS,
    "until_{}": UNTIL[1:],
    "{}_question": ("discard", "drop", "drop_unread", "drop_own"),
    "{}_this": ("guard", "unguard"),
    "interface.letter_{}ed": ("guard", "unguard"),
    "interface.{}": (),  # a name that stands elsewhere as a constant
}


def trees() -> Iterator[ast.Module]:
    for path in sorted(BOT.rglob("*.py")):
        if path.parent.name not in ("engine", "lint", "content", "phrasing", "db"):
            yield ast.parse(path.read_text(encoding="utf-8"))


def constants() -> set[str]:
    nodes = (node for tree in trees() for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def said() -> Iterator[ast.expr]:
    """The first argument of every call that words a message."""
    calls = (node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in SAYING:
            yield call.args[0]


def pattern_of(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def ids(library: Library) -> set[str]:
    return {one.removeprefix("interface.") for one in library.catalogue.ids() if one.startswith("interface.")}


def built() -> set[str]:
    return {pattern.removeprefix("interface.").format(value) for pattern, values in BUILT.items() for value in values}


def test_every_message_that_the_code_says_is_there(shelf: Library) -> None:
    named = {node.value for node in said() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    fixed = {name for name in named if name.startswith("interrupts.")}
    assert {name.removeprefix("interface.") for name in named - fixed} - ids(shelf) == set()
    assert fixed <= shelf.catalogue.ids()
    assert built() - ids(shelf) == set()


def test_names_are_put_together_only_in_ways_that_are_known_here() -> None:
    patterns = {pattern_of(node) for node in said() if isinstance(node, ast.JoinedStr)}
    assert patterns - BUILT.keys() - {"interrupts.{}", "gestures.{}"} == set()


def test_no_message_of_the_interface_is_without_use(shelf: Library) -> None:
    used = {name.removeprefix("interface.") for name in constants()} | built()
    assert sorted(ids(shelf) - used) == []


@pytest.mark.parametrize("name", MENU)
def test_descriptions_of_commands_fit_into_the_menu(shelf: Library, name: str) -> None:
    assert 3 <= len(shelf.catalogue.text(f"interface.command_{name}")) <= 256
