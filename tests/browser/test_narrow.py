"""The page on a phone's own screen: one chat at a time, nothing wider than the screen, nothing too small to touch."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.contrast import WIDER

NARROW = {"width": 390, "height": 780}
SIZES = [NARROW, {"width": 320, "height": 640}, {"width": 800, "height": 700}, {"width": 1280, "height": 900}]


@pytest.fixture
def phones(page_of: Callable[..., Any], emulator: Any) -> Any:
    """The page on a narrow screen."""
    return page_of(emulator.url, viewport=NARROW)


def test_one_phone_shows_at_a_time_and_the_tabs_switch(ana: Any, ben: Any) -> None:
    expect(ana.root).to_be_visible()
    expect(ben.root).to_be_hidden()
    ben.comes_forward()
    expect(ben.root).to_be_visible()
    expect(ana.root).to_be_hidden()
    ben.page.keyboard.press("ArrowLeft")
    expect(ana.root).to_be_visible()


def test_a_message_on_the_other_phone_shows_a_badge_and_a_banner_that_leads_there(
    ana: Any, ben: Any, bot: Any, phones: Any
) -> None:
    chat = bot.meets(ana)
    ben.comes_forward()
    bot.says(chat, "Something for Ana")
    tab = phones.page.get_by_role("tab", name="Ana")
    expect(tab.locator(".badge")).to_contain_text("1")
    phones.page.locator(".banner-button", has_text="Something for Ana").click()
    expect(ana.sees("Something for Ana")).to_be_in_viewport()
    expect(tab.locator(".badge")).to_have_count(0)


def test_nothing_announces_what_happens_on_the_phone_in_front(ana: Any, bot: Any, phones: Any) -> None:
    bot.says(bot.meets(ana), "In plain sight")
    ana.sees("In plain sight")
    expect(phones.page.locator(".tab .badge, .banner-button")).to_have_count(0)


def test_an_invitation_opened_for_the_other_phone_brings_it_to_the_front(ana: Any, ben: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Join", [("Join", "https://t.me/rekindle_bot?start=abc123")])
    ana.taps("Join")
    ana.presses("On Ben\N{RIGHT SINGLE QUOTATION MARK}s phone")
    ben.presses("START")
    assert bot.takes()[0]["message"]["text"] == "/start abc123"


def test_long_texts_and_words_never_make_the_page_wider_than_the_screen(ana: Any, bot: Any, phones: Any) -> None:
    chat = bot.meets(ana)
    bot.says(chat, "x" * 4096, [("y" * 60, "a"), ("A longer label with words", "b"), ("Ok", "c")])
    bot.says(chat, "words " * 600 + "end of the words")
    ana.sees("end of the words")
    for size in SIZES:
        phones.page.set_viewport_size(size)
        assert phones.page.evaluate(WIDER) == [], size


def test_everything_that_is_tapped_is_at_least_44_pixels_high_and_wide(ana: Any, bot: Any, phones: Any) -> None:
    bot.call("setMyCommands", commands=[{"command": "letters", "description": "Letters"}])
    bot.says(bot.meets(ana), "Ready?", [("Yes", "y"), ("No", "n")], [("Why", "w")])
    ana.sees("Ready?")
    phones.presses("Time and tools")
    small = """() => [...document.querySelectorAll("button, a, input, select, textarea")]
        .filter((each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        .map((each) => [each.getBoundingClientRect(), each.className])
        .filter(([box]) => box.width && (box.width < 44 || box.height < 44))
        .map(([box, name]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
    found = [each for each in phones.page.evaluate(small) if not each.startswith(("link", "icon-button more"))]
    assert found == []


def test_a_resting_finger_opens_the_message_menu_and_start_opens_no_keyboard(
    page_of: Callable[..., Any], emulator: Any, bot: Any
) -> None:
    phones = page_of(emulator.url, viewport=NARROW, has_touch=True, is_mobile=True)
    ana = phones.left
    bot.says(bot.meets(ana), "Hold me")
    ana.sees("Hold me")
    expect(ana.field).not_to_be_focused()
    box = ana.message("Hold me").locator(".bubble").bounding_box()
    finger = {"x": box["x"] + 20, "y": box["y"] + 20}
    touch = phones.page.context.new_cdp_session(phones.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    expect(ana.root.get_by_role("menu", name="Message menu")).to_have_count(1)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    ana.presses("Reply")
    expect(ana.field).to_be_focused()


def test_a_page_enlarged_to_twice_its_size_still_shows_the_chat(ana: Any, bot: Any, phones: Any) -> None:
    """1280 by 900 at 200 %: half of it in each direction."""
    chat = bot.meets(ana)
    phones.page.set_viewport_size({"width": 640, "height": 450})
    bot.says(chat, "Ready?", [("Yes", "y")])
    expect(ana.key("Yes")).to_be_in_viewport()
    assert ana.log.bounding_box()["height"] >= 200
