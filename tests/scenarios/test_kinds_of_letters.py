"""What a letter for another day, and one that is not to be forwarded, ask of Telegram itself."""

from __future__ import annotations

import pytest

from tests.support.phones import Phone
from tests.support.stories import sends_letter, writes

pytestmark = pytest.mark.xdist_group("chats")

Couple = tuple[Phone, Phone]
WORDS = "Even now, I am on your side."


def test_a_letter_for_a_day_when_they_fight_comes_without_a_sound(couple: Couple) -> None:
    ana, ben = couple
    ana.says("/write")
    for label in ("Other kinds", "For when we fight"):
        ana.taps(label)
    writes(ana, WORDS)
    ana.taps("Yes, now")
    notice = ben.sees("for a day when the two of you fight")
    assert notice["silent"]
    ben.taps("Open it now")
    ben.sees(WORDS)


def test_a_guarded_letter_is_guarded_by_telegram_and_its_copy_is_not(couple: Couple) -> None:
    ana, ben = couple
    ana.says("/settings")
    for label in ("My partner and me", "Block forwarding"):
        ana.taps(label)
    ana.sees("cannot be forwarded in Telegram")
    sends_letter(ana, WORDS)
    assert ben.sees("A letter from Ana.")["protected"]
    ben.taps("Open")
    assert ben.sees(WORDS)["protected"]
    ben.taps("Save a copy")
    assert not ben.waits_for_kind("document")["protected"]
