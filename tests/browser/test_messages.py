"""Single messages: how they hang together, what may be done with one, and how each is reached without a mouse."""

import re
from typing import Any

from playwright.sync_api import Locator, expect


def row(phone: Any, text: str) -> Locator:
    return phone.root.locator(".row").filter(has_text=text).last


def test_the_last_of_one_sides_messages_has_the_tail(ana: Any, bot: Any, phones: Any) -> None:
    chat = bot.meets(ana)
    bot.says(chat, "first")
    bot.says(chat, "second")
    expect(row(ana, "first")).not_to_have_class(re.compile("tailed"))
    expect(row(ana, "second")).to_have_class(re.compile("joined.*tailed"))
    ana.says("an answer")
    expect(row(ana, "an answer")).not_to_have_class(re.compile("joined"))
    phones.presses("+1 day")
    ana.says("the next day")
    expect(row(ana, "the next day")).not_to_have_class(re.compile("joined"))
    expect(row(ana, "an answer")).to_have_class(re.compile("tailed"))


def test_a_pinned_message_stands_in_a_bar_that_leads_to_it(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    pinned = bot.says(chat, "Sunday at seven")
    for number in range(30):
        bot.says(chat, f"line {number}")
    expect(ana.message("Sunday at seven")).not_to_be_in_viewport()
    bot.call("pinChatMessage", chat_id=chat, message_id=pinned)
    bar = ana.root.get_by_role("button", name=re.compile("Pinned message"))
    expect(bar).to_contain_text("Sunday at seven")
    bot.call("editMessageText", chat_id=chat, message_id=pinned, text="Sunday at eight")
    expect(bar).to_contain_text("Sunday at eight")
    bar.click()
    expect(ana.message("Sunday at eight")).to_be_in_viewport()
    bot.call("deleteMessage", chat_id=chat, message_id=pinned)
    expect(bar).to_be_hidden()


def test_words_can_be_forwarded_to_the_other_person_unless_they_are_protected(ana: Any, ben: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    bot.says(chat, "Something to pass on")
    bot.says(chat, "A private letter", protect_content=True)
    ana.opens_menu_of("A private letter")
    expect(ana.root.get_by_role("menu")).to_contain_text("Protected: no copying, no forwarding")
    expect(ana.root.get_by_role("menuitem", name="Forward")).to_have_count(0)
    ana.page.keyboard.press("Escape")
    ana.opens_menu_of("Something to pass on")
    ana.presses("Forward")
    ana.root.get_by_role("dialog").get_by_role("button", name="Send").click()
    ben.shows("Something to pass on")


def test_a_voice_note_is_recorded_with_the_microphone_and_can_be_left(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.presses("Record a voice note")
    expect(ana.root.locator(".strip")).to_contain_text("Recording")
    expect(ana.root.get_by_role("button", name="Send", exact=True)).to_be_focused()
    ana.page.keyboard.press("Escape")
    expect(ana.root.locator(".strip")).to_be_hidden()
    ana.presses("Record a voice note")
    ana.presses("Send")
    expect(ana.root.get_by_role("button", name="Play voice note, 0:01")).to_be_visible()
    assert bot.takes()[0]["message"]["voice"]["duration"] == 1


def test_a_voice_note_pauses_and_goes_on(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.presses("Attach")
    ana.presses("Voice note, 7 seconds")
    play = ana.root.get_by_role("button", name="Play voice note, 0:07")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(ana.root.locator(".bars .heard").first).to_be_attached()
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    assert ana.root.locator(".bars .heard").count() >= 1


def test_an_own_reaction_is_taken_back_with_a_tap(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Did you like it?")
    ana.opens_menu_of("Did you like it?")
    ana.presses("Heart")
    ana.root.get_by_role("button", name=re.compile("Your reaction")).click()
    expect(ana.root.locator(".reaction")).to_have_count(0)


def test_a_reply_shows_what_has_become_of_the_message_it_answers(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    asked = bot.says(chat, "What did you like?")
    ana.opens_menu_of("What did you like?")
    ana.presses("Reply")
    ana.says("The tea")
    quote = ana.message("The tea").locator(".quote")
    bot.call("editMessageText", chat_id=chat, message_id=asked, text="What did you love?")
    expect(quote).to_contain_text("What did you love?")
    bot.call("deleteMessage", chat_id=chat, message_id=asked)
    expect(quote).to_contain_text("Deleted message")


def test_a_quote_leads_to_the_message_it_quotes(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    first = bot.says(chat, "the very first")
    for number in range(30):
        bot.says(chat, f"line {number}")
    bot.says(chat, "an answer", reply_parameters={"message_id": first})
    expect(ana.sees("an answer")).to_be_in_viewport()
    ana.message("an answer").locator(".quote").click()
    expect(ana.root.locator(".row").filter(has_text="the very first").first).to_be_in_viewport()


def test_the_second_tick_leaves_the_message_alone(ana: Any, bot: Any) -> None:
    """A message put in anew would be read out a second time by a screen reader."""
    bot.meets(ana)
    ana.says("hello there")
    message = ana.message("hello there")
    message.evaluate("(node) => { node.dataset.mark = 'same'; }")
    bot.takes()
    expect(message.get_by_role("img", name="Received by the bot")).to_be_visible()
    expect(message).to_have_attribute("data-mark", "same")


def test_every_message_is_reached_with_the_arrow_keys(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    bot.says(chat, "upper", [("One", "1"), ("Two", "2")])
    bot.says(chat, "lower")
    ana.sees("lower")
    keyboard = ana.page.keyboard
    ana.log.focus()
    keyboard.press("ArrowUp")
    expect(ana.message("lower")).to_be_focused()
    keyboard.press("ArrowUp")
    expect(ana.message("upper")).to_be_focused()
    keyboard.press("Enter")
    expect(ana.root.get_by_role("menu", name="Message menu")).to_be_visible()
    keyboard.press("Escape")
    expect(ana.message("upper")).to_be_focused()
    ana.key("One").focus()
    keyboard.press("ArrowRight")
    expect(ana.key("Two")).to_be_focused()


def test_the_next_questions_buttons_come_under_the_fingers(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    asked = bot.says(chat, "First?", [("Yes", "y"), ("No", "n")])
    ana.key("No").focus()
    ana.page.keyboard.press("Enter")
    bot.call("editMessageReplyMarkup", chat_id=chat, message_id=asked)
    expect(ana.log).to_be_focused()
    bot.says(chat, "So it is.")
    bot.says(chat, "Second?", [("Good", "g"), ("Bad", "b")])
    expect(ana.key("Good")).to_be_focused()


def test_arrow_up_in_an_empty_field_edits_the_last_own_message(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.says("helo")
    ana.sees("helo")
    ana.field.press("ArrowUp")
    expect(ana.field).to_have_value("helo")
    ana.says("hello")
    expect(ana.message("hello")).to_contain_text("edited")


def test_the_header_tells_about_the_bot(ana: Any, bot: Any) -> None:
    bot.call("setMyDescription", description="A coach for two.")
    ana.root.locator(".who").click()
    expect(ana.root.get_by_role("dialog", name="Rekindle")).to_contain_text("@rekindle_bot")
