"""The page around the phones: the clock, the tools, the keyboard, the connection."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.contrast import too_faint

STATIC = Path(__file__).parents[2] / "emulator" / "static"


@pytest.fixture(params=[("--seed", "7"), ()], ids=["the same people", "other people"])
def own_emulator(emulator: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """An emulator that the test may stop and start; a new start brings the same user ids, or new ones."""
    running = type(emulator)(*request.param)
    yield running
    running.stop()


def test_the_clock_moves_on_for_everybody_and_shows_it(phones: Any, emulator: Any) -> None:
    shown = phones.page.locator(".clock-words")
    before = emulator.read("clock")["offset"]
    for label in ("+1 hour", "+1 day"):
        words = shown.inner_text()
        phones.presses(label)
        expect(shown).not_to_have_text(words)
    assert emulator.read("clock")["offset"] == pytest.approx(before + 90_000, abs=1)


def test_the_next_morning_comes_at_nine_by_the_readers_own_clock(page_of: Callable[..., Any], emulator: Any) -> None:
    phones = page_of(emulator.url, timezone_id="Asia/Kolkata")
    phones.presses("Next 9:00")
    expect(phones.page.locator(".clock-words")).to_contain_text("09:00")


def test_a_reset_needs_a_second_tap_and_empties_both_chats(ana: Any, ben: Any, bot: Any, phones: Any) -> None:
    bot.meets(ana)
    bot.meets(ben)
    phones.presses("Reset")
    ana.sees("/start")
    phones.presses("Really? Both chats go")
    for phone in (ana, ben):
        phone.does_not_see("/start")
        expect(phone.root.get_by_role("button", name="START")).to_be_visible()


def test_the_call_log_shows_what_the_bot_called(ana: Any, bot: Any, phones: Any) -> None:
    bot.says(bot.meets(ana), "seen in the log")
    phones.presses("Call log")
    drawer = phones.page.get_by_role("complementary", name="Call log")
    expect(drawer.locator(".call-list li").filter(has_text="sendMessage").first).to_contain_text("seen in the log")
    phones.presses("Call log")
    expect(drawer).to_be_hidden()


def test_faults_are_ordered_and_cleared_beside_the_phones(phones: Any, emulator: Any) -> None:
    phones.presses("Faults")
    drawer = phones.page.get_by_role("complementary", name="Faults")
    drawer.get_by_label("To which method").fill("sendMessage")
    phones.presses("Order it")
    expect(drawer.locator(".fault-list")).to_contain_text("Too many requests (429) on sendMessage: 1 left")
    assert [fault["kind"] for fault in emulator.read("faults")["faults"]] == ["429"]
    phones.presses("Clear all")
    expect(drawer.locator(".fault-list li")).to_have_count(0)
    phones.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(phones.page.get_by_role("button", name="Faults", exact=True)).to_be_focused()


def test_a_refusal_of_the_emulator_is_told_in_its_words(ana: Any, bot: Any, emulator: Any) -> None:
    bot.says(bot.meets(ana), "Ready?", [("Yes", "y")])
    ana.sees("Ready?")
    emulator.control("deactivate", user="Ana")
    ana.taps("Yes")
    ana.shows("the account of Ana is deleted")
    expect(ana.key("Yes")).not_to_have_attribute("aria-busy", "true")


def test_the_page_finds_back_to_an_emulator_that_was_away(page_of: Callable[..., Any], own_emulator: Any) -> None:
    phones = page_of(own_emulator.url)
    own_emulator.stop()
    expect(phones.left.root.locator(".state")).to_have_text("connecting…")
    own_emulator.start()
    for phone in (phones.left, phones.right):
        expect(phone.root.locator(".state")).to_have_text("bot")
        phone.starts()
        phone.sees("/start")


def test_a_whole_evening_needs_no_mouse(ana: Any, bot: Any, phones: Any) -> None:
    keyboard = phones.page.keyboard
    ana.root.get_by_role("button", name="START").focus()
    keyboard.press("Enter")
    chat = int(bot.takes()[0]["message"]["chat"]["id"])
    bot.says(chat, "Ready?", [("Yes", "y")])
    ana.sees("Ready?")
    expect(ana.field).to_be_focused()
    keyboard.type("one")
    keyboard.press("Shift+Enter")
    keyboard.type("two")
    keyboard.press("Enter")
    assert bot.takes()[0]["message"]["text"] == "one\ntwo"
    ana.key("Yes").focus()
    keyboard.press("Enter")
    assert bot.takes()[0]["callback_query"]["data"] == "y"
    ana.root.get_by_role("button", name="Chat menu").focus()
    keyboard.press("Enter")
    expect(ana.root.get_by_role("menuitem", name="About this bot")).to_be_focused()
    keyboard.press("ArrowDown")
    expect(ana.root.get_by_role("menuitem", name="Clear chat")).to_be_focused()
    keyboard.press("Escape")
    expect(ana.root.get_by_role("button", name="Chat menu")).to_be_focused()


def test_a_sheet_holds_the_focus_until_it_closes(ana: Any, bot: Any, phones: Any) -> None:
    bot.says(bot.meets(ana), "More", [("More", "https://example.org")])
    ana.taps("More")
    for _ in range(5):
        phones.page.keyboard.press("Tab")
        assert phones.page.evaluate("() => Boolean(document.activeElement.closest('[role=dialog]'))")
    phones.page.keyboard.press("Escape")
    expect(ana.key("More")).to_be_focused()


def test_the_chat_is_a_log_that_screen_readers_follow(ana: Any) -> None:
    log = ana.root.get_by_role("log", name="Chat of Ana")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(ana.page.get_by_role("region", name="Ana\N{RIGHT SINGLE QUOTATION MARK}s phone")).to_be_visible()


def test_a_text_over_the_limit_goes_as_several_messages_without_losing_a_character(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    paragraph = "abcdefghi " * 300
    text = "\n".join([paragraph.strip()] * 3)
    ana.says(text)
    got = [update["message"]["text"] for update in bot.takes(3)]
    assert "\n".join(got) == text


def test_words_stand_out_from_their_ground_in_both_schemes(ana: Any, ben: Any, bot: Any, phones: Any) -> None:
    page = phones.page
    assert too_faint(page) == []  # the empty page with its tip
    bot.call("setMyCommands", commands=[{"command": "letters", "description": "Letters"}])
    chat = bot.meets(ana)
    asked = bot.says(chat, "Ready? https://example.org", [("Yes", "y")])
    bot.says(chat, "A private answer", protect_content=True, reply_parameters={"message_id": asked})
    bot.call("pinChatMessage", chat_id=chat, message_id=asked)
    ana.says("an own message")
    ana.opens_menu_of("an own message")
    ana.presses("Reply")
    ana.says("an own answer")
    ana.presses("Attach")
    ana.presses("Voice note, 7 seconds")
    ana.presses("Menu")
    ben.presses("START")
    ben.sees("/start")
    ben.presses("Attach")
    phones.presses("Call log")
    expect(page.locator(".call-list li").first).to_be_visible()
    ana.taps("Yes")
    bot.call("answerCallbackQuery", callback_query_id=tap_of(bot), text="Noted")
    ana.shows("Noted")
    assert too_faint(page) == []
    page.keyboard.press("Escape")
    ana.message("an own answer").locator(".bubble").click(button="right")
    assert too_faint(page) == []


def tap_of(bot: Any) -> str:
    """The id of the next tap among the updates that wait."""
    while True:
        for update in bot.takes():
            if "callback_query" in update:
                return str(update["callback_query"]["id"])


def test_the_ring_around_what_has_the_focus_can_be_seen(ana: Any, bot: Any, phones: Any) -> None:
    bot.says(bot.meets(ana), "Ready?", [("Yes", "y")])
    ana.key("Yes").focus()
    phones.page.keyboard.press("Tab")
    phones.page.keyboard.press("Shift+Tab")
    style = "(node) => { const s = getComputedStyle(node); return [s.outlineStyle, parseFloat(s.outlineWidth)]; }"
    assert ana.key("Yes").evaluate(style) == ["solid", 3]


def test_nothing_moves_for_those_who_asked_for_it(page_of: Callable[..., Any], emulator: Any, bot: Any) -> None:
    phones = page_of(emulator.url, reduced_motion="reduce")
    bot.says(bot.meets(phones.left), "Ready?", [("Yes", "y")])
    phones.left.taps("Yes")
    expect(phones.left.key("Yes")).to_have_attribute("aria-busy", "true")
    phones.left.opens_menu_of("Ready?")
    assert phones.page.evaluate("() => document.getAnimations().length") == 0


def test_a_newcomer_is_told_where_to_begin_until_they_have(ana: Any, bot: Any, phones: Any) -> None:
    tip = phones.page.locator(".tip")
    expect(tip).to_contain_text("Press START on a phone")
    bot.meets(ana)
    expect(tip).to_be_hidden()
    phones.page.reload()
    ana.sees("/start")
    expect(tip).to_be_hidden()


def test_every_control_has_a_name(ana: Any, bot: Any, phones: Any) -> None:
    bot.says(bot.meets(ana), "Ready?", [("Yes", "y")], protect_content=True)
    ana.sees("Ready?")
    phones.presses("Faults")
    nameless = """() => [...document.querySelectorAll("button, input, select, textarea, [role=button]")]
        .filter((each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.length))
        .map((each) => each.outerHTML)"""
    assert phones.page.evaluate(nameless) == []


def test_text_from_outside_never_enters_the_page_as_html() -> None:
    words = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    found = [f"{path.name}: {word}" for path in STATIC.glob("*.js") for word in words if word in path.read_text()]
    assert found == []
