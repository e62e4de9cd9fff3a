"""The short form of the random walks (`python -m bench.walks` is the long one), and proof that it notices faults."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bench.walks.__main__ import Sum, report
from bench.walks.service import Premises
from bench.walks.shrink import shrunk
from bench.walks.walk import Walk, Walked
from bot import access
from bot.conversation import dialogs
from bot.db import people
from bot.db.people import PersonRow
from bot.delivery.buttons import Shown
from bot.delivery.render import RENDERERS, Call, Page, message
from bot.nudges import service as nudges

WALKS = 20
ENOUGH = 40  # walks within which every planted fault is met


def test_random_walks_break_no_rule(premises: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    found = Sum(all_nodes=sum(len(dialog.nodes) for dialog in premises.library.book.dialogs.values()))
    for seed in range(1, WALKS + 1):
        found.add(Walk(premises, seed).go())
    with capsys.disabled():
        sys.stdout.write(f"\n{report(found, 0)}\n")
    assert [(one.seed, one.kind, one.sentence) for one in found.broken] == []
    assert found.figures["steps"] / WALKS >= 30
    assert found.figures["opened"] >= 3
    assert found.figures["nudges"] >= 20


def test_the_same_seed_is_the_same_walk(premises: Premises) -> None:
    first, again, other = (Walk(premises, seed).go() for seed in (7, 7, 8))
    assert (first.acts, first.digest) == (again.acts, again.digest)
    assert first.digest != other.digest


def _first_broken(premises: Premises) -> Walked:
    for seed in range(1, ENOUGH + 1):
        walked = Walk(premises, seed).go()
        if walked.kind:
            return walked
    raise AssertionError("no walk noticed the fault")


def _telling(page: Page) -> Call | None:
    """A notice that tells what the letter says."""
    letter = access.letter(page.connection, page.row.payload["letter"])
    assert letter is not None
    words = access.read_letter(page.connection, page.desk.vault, actor_id=letter.writer_id, object_=letter)
    return message(page, Shown(words.text[:200]), [])


def _cutting(page: Page) -> Call | None:
    """A page whose last word has gone."""
    call = PAGE(page)
    if call is None:
        return None
    return replace(call, params={**call.params, "text": call.params["text"].rpartition(" ")[0], "entities": []})


PAGE = RENDERERS["page"]
SAY = RENDERERS["say"]


def _mute(name: str) -> Callable[[Page], Call | None]:
    """A message that never comes."""
    return lambda page: None if page.row.payload["message"] == name else SAY(page)


@pytest.mark.parametrize(
    ("kind", "renderer", "noticed"),
    [
        ("notice", _telling, "told"),
        ("page", _cutting, "unshared"),
        ("say", _mute("interrupts.please_tap"), "out_of_sight"),
    ],
)
def test_a_planted_fault_is_noticed(
    premises: Premises,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    renderer: Callable[[Page], Call | None],
    noticed: str,
) -> None:
    monkeypatch.setitem(RENDERERS, kind, renderer)
    assert _first_broken(premises).kind == noticed


def test_a_deaf_bot_is_noticed(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "heard", lambda *_: None)
    assert _first_broken(premises).kind == "silence"


def test_a_nudge_at_night_is_noticed(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    def hourly(connection: Connection, person: PersonRow, *, now: datetime) -> None:
        people.change(connection, person.id, next_nudge_at=now + timedelta(hours=1))

    monkeypatch.setattr(nudges, "schedule", hourly)
    monkeypatch.setattr(nudges, "is_late", lambda *_: False)
    assert _first_broken(premises).kind == "nudged_at_night"


def test_what_breaks_is_found_again_with_fewer_acts(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(page: Page) -> Call:
        raise LookupError(page.row.kind)

    monkeypatch.setitem(RENDERERS, "nudge", broken)
    walked = _first_broken(premises)
    least = shrunk(premises, walked, limit=20)
    assert least.kind == walked.kind
    assert len(least.acts) < len(walked.acts)
