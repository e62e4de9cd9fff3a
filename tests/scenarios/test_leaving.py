"""Leaving, blocking, deleting and closing: at once, silent, and all alike to the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import begins_alone, connect, opens_a_blank_page, sends_letter

pytestmark = pytest.mark.xdist_group("chats")

Couple = tuple[Phone, Phone]
NEUTRAL = "Your partner is not reachable through me right now."


def leaves(ana: Phone) -> None:
    ana.says("/leave")
    ana.sees("This ends the connection here at once")
    ana.taps("Leave now")
    ana.sees("you are no longer connected")


def deletes(ana: Phone) -> None:
    ana.says("/delete")
    ana.sees("This deletes all that is yours here")
    ana.taps("Delete everything")
    ana.sees("All that was yours here is deleted")


def says_goodbye(ana: Phone) -> None:
    ana.says("/bye")
    ana.sees("Close this chat?")
    ana.taps("Close")
    ana.sees("Goodbye, and take care")


def blocks(ana: Phone) -> None:
    ana.control.post("/control/block", user=ana.user)


WAYS: tuple[Callable[[Phone], None], ...] = (leaves, deletes, says_goodbye, blocks)


@dataclass
class Cut:
    """A couple in the middle of things, the way in which Ana goes, and how much Ben had seen by then."""

    ana: Phone
    ben: Phone
    go: Callable[[Phone], None]
    notice: int = 0
    seen: int = 0


def in_the_middle_of_things(stage: Stage, go: Callable[[Phone], None]) -> Cut:
    """Each has a letter of the other unopened, Ben has one resting and one half written."""
    ana, ben = stage.phone("Ana"), stage.phone("Ben")
    connect(ana, ben)
    sends_letter(ben, "I thought of you today.")
    ana.sees("A letter from Ben.")
    sends_letter(ben, "More tomorrow.", when=("Yes, tomorrow morning",))
    sends_letter(ana, "I thought of you too.")
    notice = ben.sees("A letter from Ana.")["id"]
    opens_a_blank_page(ben)
    ben.says("Another one.")
    ben.sees("1 part")
    return Cut(ana, ben, go, notice)


def ben_goes_on(stage: Stage, cuts: list[Cut]) -> None:
    """What Ben does afterwards; the same in every couple and at the same time."""
    for cut in cuts:
        cut.ben.taps("Preview")
    stage.comes_to_rest()
    for command in ("/menu", "/write", "/letters", "/invite", "/settings"):
        for cut in cuts:
            cut.ben.says(command)
        stage.comes_to_rest()
    for cut in cuts:
        cut.ben.taps("My partner and me")
        cut.ben.presses(cut.notice, button_of(cut.ben, cut.notice, "Open"), force=True)
    stage.move(to="12:00", zone="Europe/London")
    for cut in cuts:
        cut.ben.says("/letters")
    stage.comes_to_rest()


def button_of(phone: Phone, message_id: int, label: str) -> str:
    """The data of a button."""
    message = next(m for m in phone.from_bot() if m["id"] == message_id)
    return str(next(button["data"] for button in buttons(message) if button["text"] == label))


def looks(phone: Phone) -> list[tuple[str, list[str]]]:
    """What stands on a phone: words and labels."""
    return [(m.get("text") or m["kind"], [b["text"] for b in buttons(m)]) for m in phone.messages()]


def test_leaving_deleting_closing_and_blocking_look_the_same_to_the_other(evening: Stage) -> None:
    cuts = [in_the_middle_of_things(evening, go) for go in WAYS]
    evening.comes_to_rest()
    for cut in cuts:
        before = looks(cut.ben)
        cut.go(cut.ana)
        evening.comes_to_rest()
        assert looks(cut.ben) == before
        cut.seen = len(before)
    ben_goes_on(evening, cuts)
    views = [looks(cut.ben)[cut.seen :] for cut in cuts]
    assert [text for text, _ in views[0]].count(NEUTRAL) == 1
    for cut, view in zip(cuts, views, strict=True):
        assert comparable(view) == comparable(views[0]), f"{cut.go.__name__}: {view}\n{views[0]}"


MINUTE = re.compile(r", \d\d:\d\d( \(\d\))?$")


def comparable(view: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The daily message is drawn for each person anew; that it came is compared, not what it proposes.

    Couple after couple wrote their letters, so the minute on their buttons is each one's own.
    """
    return [
        ("(the daily message)" if "Another" in labels else text, [MINUTE.sub("", label) for label in labels])
        for text, labels in view
    ]


def test_a_sealed_letter_of_somebody_who_left_never_arrives(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    sends_letter(ana, "Too late.", when=("At another time", "In two hours", "Yes, seal it"))
    leaves(ana)
    evening.move("3h")
    assert not [m for m in ben.from_bot() if "A letter from" in m["text"]]


def test_an_opened_letter_survives_its_writers_deleting(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    sends_letter(ana, "Keep this.")
    notice = ben.sees("A letter from Ana.")
    ben.taps("Open")
    ben.finds(notice["id"], "Keep this.")
    deletes(ana)
    evening.comes_to_rest()
    ben.taps("Fold it away", on=notice["id"])
    ben.finds(notice["id"], "Folded away")
    ben.taps("Open again", on=notice["id"])
    ben.finds(notice["id"], "Keep this.")


def test_goodbye_clears_both_sides_of_the_chat_of_the_last_two_days(evening: Stage, couple: Couple) -> None:
    ana, _ = couple
    says_goodbye(ana)
    evening.comes_to_rest()
    assert [text for text, _ in looks(ana)] == [m["text"] for m in ana.from_bot()]
    assert len(looks(ana)) == 1


def test_who_deleted_everything_begins_as_a_stranger(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    deletes(ana)
    ana.starts()
    ana.sees("Think of one thing your partner did lately")
    ben.says("/menu")
    ben.sees(NEUTRAL)
    ben.says("/menu")
    evening.comes_to_rest()
    assert [text for text, _ in looks(ben)].count(NEUTRAL) == 1


def test_who_blocked_gets_nothing_and_comes_back_as_if_nothing_had_been(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    blocks(ana)
    evening.comes_to_rest()
    since = len(evening.control.lines("/control/calls"))
    evening.move(to="10:00", zone="Europe/Berlin")
    calls = evening.control.lines(f"/control/calls?since={since}")
    assert not [line for line in calls if str(line.get("params", {}).get("chat_id")) == str(ana.user)]
    ana.starts()
    ana.sees("What would you like to do?")
    ben.says("/menu")
    evening.comes_to_rest()
    assert NEUTRAL not in [text for text, _ in looks(ben)]


def test_a_partner_who_holds_back_letters_is_not_noticed(evening: Stage, couple: Couple) -> None:
    ana, ben = couple
    ben.says("/settings")
    ben.sees("What would you like to change?")
    ben.taps("My partner and me")
    ben.sees("Your partner is not told")
    ben.taps("Hold their letters back")
    ben.sees("I hold your partner's letters back")
    sends_letter(ana, "Are you there?")
    evening.comes_to_rest()
    ana.says("/letters")
    labels = [button["text"].split(",")[0] for button in buttons(ana.sees("Your letters:"))]
    assert labels == ["Sent"]
    assert not [m for m in ben.from_bot() if "A letter from" in m["text"]]
    ben.says("/settings")
    ben.sees("What would you like to change?")
    ben.taps("My partner and me")
    ben.taps("Let their letters in")
    evening.move("16m")
    ben.sees("A letter from Ana.")


def test_somebody_alone_can_delete_everything_too(evening: Stage, ana: Phone) -> None:
    begins_alone(ana)
    deletes(ana)
    ana.says("/menu")
    ana.sees("Think of one thing your partner did lately")
