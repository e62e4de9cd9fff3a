"""A chat on the page looks and behaves as Telegram's does."""

import re
from typing import Any

from playwright.sync_api import expect

DESCRIPTION = "A coach for two people.\nOne minute a day."


def test_an_empty_chat_shows_what_the_bot_does_and_a_start_button(ana: Any, bot: Any, phones: Any) -> None:
    bot.call("setMyDescription", description=DESCRIPTION)
    phones.page.reload()
    ana.sees("A coach for two people.")
    expect(ana.root.locator(".topbar")).to_contain_text("Rekindle")
    expect(ana.root.locator(".topbar .state")).to_have_text("bot")
    ana.starts()
    ana.sees("/start")
    expect(ana.field).to_be_visible()
    ana.does_not_see("A coach for two people.")


def test_own_messages_get_a_second_tick_when_the_bot_has_fetched_them(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.says("hello there")
    ticks = ana.message("hello there").locator(".ticks")
    expect(ticks).to_have_attribute("title", "Sent")
    bot.takes()
    expect(ticks).to_have_attribute("title", "Received by the bot")


def test_both_phones_keep_their_own_chat(ana: Any, ben: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    bot.says(chat, "Only for Ana")
    ana.sees("Only for Ana")
    other = bot.meets(ben)
    assert other != chat
    ben.sees("/start")
    ben.does_not_see("Only for Ana")


def test_formatted_text_is_built_from_utf16_entities_and_never_from_html(ana: Any, bot: Any) -> None:
    text = "😀 bold <img src=x onerror=alert(1)> secret"
    offset = text.index("bold") + 1  # the emoji counts twice
    secret = text.index("secret") + 1
    bold = {"type": "bold", "offset": offset, "length": 4}
    bot.says(bot.meets(ana), text, entities=[bold, {"type": "spoiler", "offset": secret, "length": 6}])
    message = ana.message("<img")
    expect(message.locator("strong")).to_have_text("bold")
    expect(message.locator("img")).to_have_count(0)
    spoiler = message.locator(".spoiler")
    expect(spoiler).not_to_have_class(re.compile("shown"))
    spoiler.press("Enter")
    expect(spoiler).to_have_class(re.compile("shown"))


def test_crossing_and_nested_entities_lose_no_character(ana: Any, bot: Any) -> None:
    entities = [
        {"type": "blockquote", "offset": 0, "length": 9},
        {"type": "bold", "offset": 0, "length": 6},
        {"type": "italic", "offset": 4, "length": 7},
    ]
    bot.says(bot.meets(ana), "one two three", entities=entities)
    expect(ana.message("three").locator(".words")).to_have_text("one two three")
    expect(ana.message("three").locator("blockquote")).to_have_text("one two t")


def test_a_tapped_button_spins_until_the_bot_answers_and_the_answer_shows_as_a_toast(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Ready?", [("Yes", "y"), ("No", "n")])
    ana.taps("Yes")
    expect(ana.key("Yes")).to_have_attribute("aria-busy", "true")
    query = bot.takes()[0]["callback_query"]
    assert query["data"] == "y"
    bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    ana.shows("Noted")
    expect(ana.key("Yes")).not_to_have_attribute("aria-busy", "true")


def test_an_alert_waits_for_ok(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Ready?", [("Yes", "y")])
    ana.taps("Yes")
    query = bot.takes()[0]["callback_query"]
    bot.call("answerCallbackQuery", callback_query_id=query["id"], text="This question has moved on.", show_alert=True)
    expect(ana.root.get_by_role("alertdialog")).to_contain_text("This question has moved on.")
    ana.presses("OK")
    expect(ana.root.get_by_role("alertdialog")).to_have_count(0)


def test_edits_are_marked_and_deleted_messages_vanish(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    message = bot.says(chat, "first words", [("Old", "o")])
    ana.sees("first words")
    bot.call("editMessageText", chat_id=chat, message_id=message, text="other words")
    expect(ana.message("other words")).to_contain_text("edited")
    expect(ana.key("Old")).to_have_count(0)
    bot.call("deleteMessage", chat_id=chat, message_id=message)
    ana.does_not_see("other words")


def test_typing_shows_in_the_header_until_the_message_comes(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    bot.call("sendChatAction", chat_id=chat, action="typing")
    expect(ana.root.locator(".state")).to_have_text("typing…")
    bot.says(chat, "Here it is")
    expect(ana.root.locator(".state")).to_have_text("bot")


def test_a_protected_message_shows_a_lock_and_cannot_be_copied(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "A private letter", protect_content=True)
    message = ana.message("A private letter")
    expect(message.locator(".lock")).to_be_visible()
    expect(message.locator(".bubble")).to_have_css("user-select", "none")
    ana.opens_menu_of("A private letter")
    expect(ana.root.get_by_role("menuitem", name="Reply")).to_be_visible()
    expect(ana.root.get_by_role("menuitem", name="Copy text")).to_have_count(0)


def test_replies_quote_what_they_answer(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "What did you like?")
    ana.opens_menu_of("What did you like?")
    ana.presses("Reply")
    ana.says("The tea")
    expect(ana.message("The tea").locator(".quote")).to_contain_text("What did you like?")
    assert bot.takes()[0]["message"]["reply_to_message"]["text"] == "What did you like?"


def test_an_own_message_can_be_edited_and_reacted_to(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.says("helo")
    ana.opens_menu_of("helo")
    ana.presses("Edit")
    expect(ana.field).to_have_value("helo")
    ana.says("hello")
    expect(ana.message("hello")).to_contain_text("edited")
    ana.opens_menu_of("hello")
    ana.presses("Heart")
    expect(ana.message("hello").locator(".reaction")).to_have_text("❤")
    assert [next(k for k in u if k != "update_id") for u in bot.takes(2)] == ["message", "edited_message"]


def test_days_are_told_apart_by_chips_when_the_clock_moves_on(ana: Any, bot: Any, phones: Any, emulator: Any) -> None:
    emulator.control("clock", to="12:00", zone="UTC")  # midnight is far in most places
    chat = bot.meets(ana)
    expect(ana.root.locator(".chip")).to_have_text(["Today"])
    phones.presses("+1 day")
    bot.says(chat, "A new day")
    expect(ana.root.locator(".chip")).to_have_text(["Yesterday", "Today"])


def test_the_list_stays_where_a_person_reads_and_offers_the_way_down(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    for number in range(30):
        bot.says(chat, f"line {number}")
    expect(ana.sees("line 29")).to_be_in_viewport()
    ana.log.evaluate("log => { log.scrollTop = 0; }")
    down = ana.root.get_by_title("To the newest message")
    expect(down).to_be_visible()
    bot.says(chat, "while you were up")
    expect(down.locator(".badge")).to_have_text("1")
    expect(ana.message("while you were up")).not_to_be_in_viewport()
    down.click()
    expect(ana.message("while you were up")).to_be_in_viewport()
    expect(down).to_be_hidden()


def test_photos_voice_notes_and_stickers_go_by_the_attach_button(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.presses("Attach")
    ana.presses("Voice note, 7 seconds")
    expect(ana.root.get_by_role("button", name="Play voice note, 0:07")).to_be_visible()
    ana.presses("Attach")
    ana.presses("Photo")
    ana.root.get_by_label("Caption").fill("By the lake")
    ana.presses("Send")
    ana.sees("By the lake")
    ana.presses("Attach")
    ana.presses("Sticker")
    expect(ana.root.get_by_role("img", name="Sticker")).to_be_visible()
    kinds = [update["message"] for update in bot.takes(3)]
    assert ["voice" in kinds[0], kinds[1].get("caption"), "sticker" in kinds[2]] == [True, "By the lake", True]


def test_commands_come_from_the_menu_button_and_from_a_slash(ana: Any, bot: Any) -> None:
    commands = [{"command": "letters", "description": "Letters"}, {"command": "pause", "description": "Be quiet"}]
    bot.call("setMyCommands", commands=commands)
    bot.meets(ana)
    ana.presses("Menu")
    expect(ana.root.locator(".command-row")).to_have_count(2)
    ana.root.locator(".command-row", has_text="Be quiet").click()
    ana.sees("/pause")
    ana.field.press_sequentially("/le")
    expect(ana.root.locator(".command-row")).to_have_text(["/letters Letters"])
    ana.field.press("ArrowDown")
    ana.field.press("Enter")
    ana.sees("/letters")
    assert [update["message"]["text"] for update in bot.takes(2)] == ["/pause", "/letters"]


def test_blocking_replaces_the_text_field_until_the_bot_is_unblocked(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.presses("Chat menu")
    ana.presses("Block bot")
    ana.presses("UNBLOCK")
    expect(ana.field).to_be_visible()
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in bot.takes(2)]
    assert statuses == ["kicked", "member"]


def test_a_cleared_chat_offers_start_again(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.says("words")
    ana.sees("words")
    ana.presses("Chat menu")
    ana.presses("Clear chat")
    ana.presses("Clear")
    ana.does_not_see("words")
    expect(ana.root.get_by_role("button", name="START")).to_be_visible()


def test_a_long_quote_is_folded_until_asked_for(ana: Any, bot: Any) -> None:
    text = "one line of many\n" * 12 + "the last line"
    quote = {"type": "expandable_blockquote", "offset": 0, "length": len(text)}
    bot.says(bot.meets(ana), text, entities=[quote])
    folded = ana.message("one line of many").locator(".quoted").bounding_box()
    ana.presses("Show all")
    unfolded = ana.message("one line of many").locator(".quoted").bounding_box()
    assert unfolded["height"] > 3 * folded["height"]
    expect(ana.root.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")


def test_a_hidden_photo_shows_after_a_tap(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    ana.presses("Attach")
    ana.presses("Photo")
    ana.presses("Send")
    photo = bot.takes()[0]["message"]["photo"][-1]["file_id"]
    bot.call("sendPhoto", chat_id=chat, photo=photo, has_spoiler=True, caption="Guess")
    ana.sees("Guess")
    ana.presses("Hidden photo. Tap to show it.")
    expect(ana.message("Guess").locator(".photo-cover")).to_have_count(0)
    expect(ana.message("Guess").locator("img")).to_be_visible()


def test_a_voice_note_plays_along_its_bars(ana: Any, bot: Any) -> None:
    bot.meets(ana)
    ana.presses("Attach")
    ana.presses("Voice note, 7 seconds")
    ana.presses("Play voice note, 0:07")
    expect(ana.root.locator(".bars .heard").first).to_be_attached()


def test_a_question_that_wants_a_reply_opens_the_reply_bar(ana: Any, bot: Any) -> None:
    markup = {"force_reply": True, "input_field_placeholder": "One sentence"}
    bot.call("sendMessage", chat_id=bot.meets(ana), text="What do you wish for?", reply_markup=markup)
    expect(ana.root.locator(".strip")).to_contain_text("What do you wish for?")
    expect(ana.field).to_have_attribute("placeholder", "One sentence")
    ana.says("A walk")
    assert bot.takes()[0]["message"]["reply_to_message"]["text"] == "What do you wish for?"
    expect(ana.field).to_have_attribute("placeholder", "Message")


def test_a_reply_keyboard_writes_its_labels_until_it_is_taken_away(ana: Any, bot: Any) -> None:
    chat = bot.meets(ana)
    keyboard = {"keyboard": [[{"text": "Morning"}, {"text": "Evening"}]], "resize_keyboard": True}
    bot.call("sendMessage", chat_id=chat, text="When?", reply_markup=keyboard)
    ana.presses("Evening")
    assert bot.takes()[0]["message"]["text"] == "Evening"
    bot.call("sendMessage", chat_id=chat, text="Good.", reply_markup={"remove_keyboard": True})
    expect(ana.root.get_by_role("button", name="Evening")).to_have_count(0)
