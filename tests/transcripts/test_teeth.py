"""The transcripts notice what is taken out of a dialog or said differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.engine.script import Book, Dialog, Node
from tests.support.transcript_edges import texts_of
from tests.support.transcripts import Chat, Move, Stage

Played = tuple[tuple[Chat, tuple[Move, ...]], ...]


def test_an_effect_taken_out_of_any_node_fails_a_transcript(stage: Stage, played: Played) -> None:
    passing = {}
    for dialog in stage.book.dialogs.values():
        visitors = _visitors(dialog, played)
        for node in dialog.nodes.values():
            for place, do in enumerate(node.do):
                book = _with_node(stage.book, dialog, replace(node, do=(*node.do[:place], *node.do[place + 1 :])))
                if not _fails(replace(stage, book=book), visitors.get(node.id, [])):
                    passing[f"{dialog.id}.{node.id}"] = do.effect
    assert not passing


def test_another_constant_in_any_effect_fails_a_transcript(stage: Stage, played: Played) -> None:
    passing = {}
    for dialog in stage.book.dialogs.values():
        visitors = _visitors(dialog, played)
        for node in dialog.nodes.values():
            for changed in _other_constants(node):
                book = _with_node(stage.book, dialog, changed)
                if not _fails(replace(stage, book=book), visitors.get(node.id, [])):
                    passing[f"{dialog.id}.{node.id}"] = changed.do
    assert not passing


def test_a_text_said_differently_fails_a_transcript(stage: Stage, played: Played) -> None:
    readers: dict[str, list[Chat]] = {}
    for chat, moves in played:
        for name in dict.fromkeys(name for move in moves for name in move.texts):
            readers.setdefault(name, []).append(chat)
    passing = []
    for dialog in stage.book.dialogs.values():
        for text in texts_of(dialog):
            english = {**stage.catalogue.english, text.id: ("Something else.",)}
            other = replace(stage, catalogue=replace(stage.catalogue, english=english))
            if not _fails(other, readers.get(text.id, [])):
                passing.append(text.id)
    assert not passing


def _visitors(dialog: Dialog, played: Played) -> dict[str, list[Chat]]:
    """The chats that come by each node, shortest first."""
    found: dict[str, list[Chat]] = {}
    for chat, moves in sorted(played, key=lambda one: len(one[1])):
        for node in dict.fromkeys(node for move in moves for of, node in move.visited if of == dialog.id):
            found.setdefault(node, []).append(chat)
    return found


def _with_node(book: Book, dialog: Dialog, node: Node) -> Book:
    changed = replace(dialog, nodes={**dialog.nodes, node.id: node})
    return replace(book, dialogs={**book.dialogs, dialog.id: changed})


def _other_constants(node: Node) -> Iterator[Node]:
    for place, do in enumerate(node.do):
        for name, value in do.args.items():
            if isinstance(value, bool | int | str):
                changed = replace(do, args={**do.args, name: _other(value)})
                yield replace(node, do=(*node.do[:place], changed, *node.do[place + 1 :]))


def _other(value: bool | int | str) -> bool | int | str:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}_not"


def _fails(stage: Stage, chats: list[Chat]) -> bool:
    for chat in chats:
        try:
            if any(move.differs for move in chat.play(stage)):
                return True
        except AssertionError:  # a button that the chat taps is not there any more
            return True
    return False
