"""What goes from one phone to the other: the share sheet, the card, the invitation link."""

from typing import Any

from playwright.sync_api import expect

LINK = "https://t.me/rekindle_bot?start=abc123"
SHARE = "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Frekindle_bot%3Fstart%3Dabc123&text=Would%20you%20try%20this%3F"


def test_an_invitation_travels_by_the_share_sheet_and_opens_the_bot_on_the_other_phone(
    ana: Any, ben: Any, bot: Any
) -> None:
    bot.says(bot.meets(ana), "Invite your partner", [("Send the invitation", SHARE)])
    ana.taps("Send the invitation")
    sheet = ana.root.get_by_role("dialog", name="Share")
    expect(sheet.get_by_role("radio", name="Ben")).to_be_checked()
    words = sheet.get_by_label("Message to share")
    expect(words).to_have_value(f"{LINK}\nWould you try this?")
    words.fill(f"{LINK}\nTry this with me, please")
    ana.presses("Send")
    ana.shows("Sent to Ben")
    card = ben.root.get_by_role("region", name="Messages from Ana")
    expect(card).to_contain_text("Try this with me, please")
    ben.presses("Open Rekindle")
    ben.presses("START")
    assert bot.takes()[0]["message"]["text"] == "/start abc123"
    expect(ben.message("/start").locator(".words")).to_have_text("/start")


def test_the_link_in_the_card_works_as_its_button_does(ana: Any, ben: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Invite", [("Send", SHARE)])
    ana.taps("Send")
    ana.root.get_by_role("dialog").get_by_role("button", name="Send").click()
    ben.root.get_by_role("link", name=LINK).click()
    ben.presses("START")
    assert bot.takes()[0]["message"]["text"] == "/start abc123"


def test_an_invitation_link_in_the_inviters_own_chat_can_open_on_either_phone(ana: Any, ben: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), f"Or copy this: {LINK}", entities=[{"type": "url", "offset": 14, "length": len(LINK)}])
    ana.root.get_by_role("link", name=LINK).click()
    ana.presses("On Ben\N{RIGHT SINGLE QUOTATION MARK}s phone")
    expect(ben.root.get_by_role("button", name="START")).to_be_focused()
    ben.presses("START")
    assert bot.takes()[0]["message"]["text"] == "/start abc123"
    ana.root.get_by_role("link", name=LINK).click()
    ana.presses("On this phone")
    ana.presses("START")
    assert bot.takes()[0]["message"]["text"] == "/start abc123"


def test_start_from_a_link_can_be_left_alone_in_a_chat_that_is_under_way(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Join", [("Join", LINK)])
    ana.taps("Join")
    ana.presses("On this phone")
    ana.presses("Not now")
    expect(ana.field).to_be_visible()


def test_messages_from_the_other_person_survive_a_reload_and_can_be_put_away(
    ana: Any, ben: Any, bot: Any, phones: Any
) -> None:
    bot.says(bot.meets(ana), "Invite", [("Send", SHARE)])
    ana.taps("Send")
    ana.root.get_by_role("dialog").get_by_role("button", name="Send").click()
    ben.shows("Would you try this?")
    phones.page.reload()
    ben.shows("Would you try this?")
    ben.presses("Put away the messages from Ana")
    ben.does_not_see("Messages from Ana")


def test_nothing_is_sent_when_the_share_sheet_is_left(ana: Any, ben: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Invite", [("Send", SHARE)])
    ana.taps("Send")
    expect(ana.root.get_by_role("dialog")).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(ana.root.get_by_role("dialog")).to_have_count(0)
    expect(ana.key("Send")).to_be_focused()
    ben.does_not_see("Messages from Ana")


def test_the_open_web_is_entered_only_after_a_question(ana: Any, bot: Any) -> None:
    bot.says(bot.meets(ana), "Read more", [("Help directory", "https://example.org/help")])
    ana.taps("Help directory")
    expect(ana.root.get_by_role("dialog", name="Open this link?")).to_contain_text("https://example.org/help")
    ana.presses("Cancel")


def test_an_address_that_is_no_web_address_is_never_followed(ana: Any, bot: Any) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": "tg://settings/theme"}
    bot.says(bot.meets(ana), "here it is", entities=[entity])
    link = ana.root.get_by_role("link", name="here")
    expect(link).to_have_attribute("href", "#")
    link.click()
    ana.shows("This link only works in Telegram itself.")
