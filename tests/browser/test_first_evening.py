"""The first evening and the next morning with the real bot: two people who know nothing but what their phones show."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.support.process import Stage

LETTER = "Dear Ben, I miss cooking with you, with the radio on. Shall we take Sunday evening? Ana"
ANSWER = ("I heard that you miss our kitchen.", "It makes sense, we both worked late.", "I am moved.", "Bring bread?")

expect.set_options(timeout=15_000)  # a real bot answers, on a machine that may be busy


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A local Telegram and the bot, as processes of their own, on a Tuesday evening."""
    with Stage(tmp_path) as running:
        running.start_bot()
        yield running


def lives_in_london(phone: Any) -> None:
    """The notice, the three questions, a name, a place, an hour."""
    phone.sees("This is not therapy")
    phone.taps("Yes, and I am 18 or over")
    phone.taps("All is fine")
    phone.sees("What shall I call you?")
    phone.says(phone.name)
    for label in ("Europe", "London, Dublin, Lisbon", "9:00"):
        phone.taps(label)


def opened(phone: Any, words: str) -> Locator:
    """The newest letter of the other that shows these words."""
    return phone.root.locator(".message.theirs").filter(has_text=re.compile(r"From \w+, \d")).filter(has_text=words)


def test_a_first_evening_goes_by_what_the_phones_show_alone(stage: Stage, page_of: Callable[..., Any]) -> None:
    phones = page_of(stage.url)
    ana, ben = phones.left, phones.right

    ana.starts()
    ana.taps("Got one")
    ana.taps("I will")
    lives_in_london(ana)
    ana.taps("Invite my partner")
    ana.taps("Send the link")
    ana.presses("Send")

    ben.presses("Open Rekindle")
    ben.starts()
    ben.sees("Your partner would like to connect with you here")
    ben.taps("Yes, connect us")
    lives_in_london(ben)
    ana.sees("Ben says yes to your link")
    ana.taps("Yes, that is them")
    ben.sees("You and Ana are connected")

    ana.taps("See what we can do")
    ana.taps("Write a letter")
    ana.taps("I miss you")
    ana.sees("Write as many messages as you like")
    ana.says(LETTER)
    ana.taps("Preview")
    ana.sees("This is exactly what Ben will read")
    ana.taps("Yes, now")
    ana.sees("It is sealed and on its way")
    expect(ana.key("Preview")).to_have_count(0)

    ben.sees("A letter from Ana.")
    expect(ben.root.get_by_text("with the radio on")).to_have_count(0)
    ben.taps("Open")
    expect(opened(ben, LETTER)).to_be_visible()
    ben.taps("Fold it away")
    expect(opened(ben, LETTER)).to_have_count(0)
    ben.taps("Open again")
    ben.taps("Answer")
    ben.taps("Step by step")
    for count, piece in enumerate(ANSWER, 1):
        ben.sees(("First: ", "Second: ", "Third: ", "Last: ")[count - 1])
        ben.says(piece)
        ben.sees(f"{count} part")
        ben.taps("Next" if count < len(ANSWER) else "Preview")
    ben.taps("Yes, now")

    ana.sees("An answer from Ben.")
    ana.taps("Open")
    expect(opened(ana, ANSWER[0])).to_contain_text(ANSWER[-1])

    stage.comes_to_rest()
    phones.presses("Next 9:00")
    for phone in (ana, ben):
        expect(phone.key("Done")).to_be_visible()
        phone.taps("Done")
        phone.sees("Noted, for nobody but you")
