"""No way through the dialogs and no text of theirs is left without a transcript."""

from __future__ import annotations

from bot.engine.effects import Say
from tests.support.transcript_edges import edges_of, texts_of
from tests.support.transcripts import Chat, Move, Stage

Played = tuple[tuple[Chat, tuple[Move, ...]], ...]


def test_every_edge_of_every_dialog_is_walked(stage: Stage, played: Played) -> None:
    walked = {edge for _, moves in played for move in moves for edge in move.trace}
    missing = [
        f"{edge.dialog}.{edge.node} --{edge.by}--> {edge.to}"
        for dialog in stage.book.dialogs.values()
        for edge in edges_of(dialog)
        if edge not in walked
    ]
    assert not missing, "\n".join([f"{len(missing)} edges are in no transcript:", *missing])


def test_every_node_of_every_dialog_is_visited(stage: Stage, played: Played) -> None:
    visited = {place for _, moves in played for move in moves for place in move.visited}
    nodes = {(dialog.id, node) for dialog in stage.book.dialogs.values() for node in dialog.nodes}
    assert not nodes - visited
    assert nodes


def test_no_edge_is_walked_that_the_dialogs_do_not_have(stage: Stage, played: Played) -> None:
    there = {edge for dialog in stage.book.dialogs.values() for edge in edges_of(dialog)}
    assert {edge for _, moves in played for move in moves for edge in move.trace} <= there


def test_every_text_of_every_dialog_is_read(stage: Stage, played: Played) -> None:
    read = {text for _, moves in played for move in moves for text in move.texts}
    missing = {text.id for dialog in stage.book.dialogs.values() for text in texts_of(dialog)} - read
    assert not missing


def test_every_fixed_message_of_the_engine_is_read(stage: Stage, played: Played) -> None:
    read = {text for _, moves in played for move in moves for text in move.texts}
    outside = {"not_understood", "nothing_open"}
    missing = {name for name, text in stage.book.interrupts.messages.items() if text.id not in read}
    assert missing == outside, "these are said where no dialog is open"


def test_every_kind_of_outcome_is_seen(played: Played) -> None:
    seen = {move.step.outcome for _, moves in played for move in moves}
    assert seen == {"waiting", "ended", "retry", "unknown_input", "stale", "ignored", "interrupted"}


def test_no_value_is_missing_in_any_text(stage: Stage, played: Played) -> None:
    holes = {
        f"{effect.message} {name}"
        for _, moves in played
        for move in moves
        for effect in move.step.effects
        if isinstance(effect, Say)
        for name, value in effect.args.items()
        if value is None or value == ""
    }
    assert not holes
