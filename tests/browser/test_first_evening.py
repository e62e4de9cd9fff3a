"""The first evening and the next morning with the real bot: two people who know nothing but what their phones show."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

from tests.support.contrast import WIDER, too_faint
from tests.support.process import Stage

LETTER = "Dear Ben, I miss cooking with you, with the radio on. Shall we take Sunday evening? Ana"
ANSWER = ("I heard that you miss our kitchen.", "It makes sense, we both worked late.", "I am moved.", "Bring bread?")


def lives_in_london(phone: Any) -> None:
    """The notice, the three questions, a name, a place, an hour."""
    phone.sees("This is not therapy")
    phone.taps("Yes, and I am 18 or over")
    phone.taps("All is fine")
    phone.sees("Shall I call you")
    for label in ("Yes", "Europe", "London, Dublin, Lisbon", "9:00"):
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
    ben.sees("The person who sent this link would like to connect with you here")
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


def test_one_of_them_blocks_the_bot_and_comes_back(stage: Stage, page_of: Callable[..., Any]) -> None:
    phones = page_of(stage.url)
    ana, ben = phones.left, phones.right
    for phone in (ana, ben):
        phone.starts()
        phone.taps("Got one")
        phone.taps("I will")
        lives_in_london(phone)
        expect(phone.key("Invite my partner")).to_be_visible()
    ben.presses("Chat menu")
    ben.presses("Block bot")
    expect(ben.root.get_by_role("button", name="UNBLOCK")).to_be_visible()
    stage.comes_to_rest()
    phones.presses("Next nudge")
    expect(ana.key("Done")).to_be_visible()
    stage.comes_to_rest()
    expect(ben.key("Done")).to_have_count(0)
    ben.presses("UNBLOCK")
    ben.says("/menu")
    expect(ben.key("Say something hard")).to_be_visible()


def test_an_evening_alone_on_a_narrow_dark_screen(stage: Stage, page_of: Callable[..., Any]) -> None:
    """The first minute, the check-up and an I-statement, at 390 pixels, while the other phone stays out of sight."""
    phones = page_of(stage.url, viewport={"width": 390, "height": 780}, color_scheme="dark", reduced_motion="reduce")
    ana = phones.left
    ana.starts()
    ana.taps("Got one")
    ana.taps("I will")
    lives_in_london(ana)
    expect(ana.key("Invite my partner")).to_be_visible()

    ana.says("/checkup")
    ana.taps("We laugh")
    for number in range(1, 10):
        ana.sees(f"{number} of 10")
        ana.taps("Rarely")
    ana.taps("I leave it open")
    ana.sees("What still works: you laugh together")
    expect(ana.key("Show me all")).to_be_visible()

    ana.says("/practise")
    ana.taps("Guide me")
    ana.sees("What happened?")
    ana.says("you looked at your phone at dinner")
    ana.taps("Lonely")
    for words in ("our evenings matter to me", "to talk for ten minutes", "you are tired after work"):
        expect(ana.key("Skip")).to_be_visible()
        ana.says(words)
        ana.sees(words)
    assert phones.page.evaluate(WIDER) == []
    assert too_faint(phones.page) == []


def lives_in_london_by_keyboard(hands: Any) -> None:
    hands.phone.sees("This is not therapy")
    hands.answers("Yes, and I am 18 or over", "All is fine")
    hands.phone.sees("Shall I call you")
    hands.answers("Another name")
    hands.phone.sees("What shall I call you?")
    hands.types(hands.phone.name)
    hands.answers("Europe", "London, Dublin, Lisbon", "9:00")


def test_two_people_connect_without_a_mouse(stage: Stage, page_of: Callable[..., Any], hands: Any) -> None:
    phones = page_of(stage.url)
    ana, ben = hands(phones.left), hands(phones.right)
    ana.presses("START")
    expect(phones.left.field).to_be_focused()
    ana.answers("Got one")
    expect(phones.left.key("I will")).to_be_focused()
    ana.answers("I will")
    lives_in_london_by_keyboard(ana)
    ana.answers("Invite my partner", "Send the link")
    expect(phones.left.root.get_by_role("dialog", name="Share").get_by_role("button", name="Send")).to_be_focused()
    ana.keys.press("Enter")
    ben.presses("Open Rekindle")
    expect(phones.right.root.get_by_role("button", name="START")).to_be_focused()
    ben.keys.press("Enter")
    ben.answers("Yes, connect us")
    lives_in_london_by_keyboard(ben)
    ana.presses("Chat menu", "Shift+Tab")
    ana.keys.press("Escape")
    ana.goes_to(phones.left.field, "Tab")
    ana.answers("Yes, that is them")
    phones.left.sees("You and Ben are connected")
    phones.right.sees("You and Ana are connected")
