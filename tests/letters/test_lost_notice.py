"""A letter's words go only into a message that is known: never into a new one, which an outage could repeat."""

from bot.delivery import outbox
from bot.delivery.letter_pages import slot
from tests.support.units import Phone, World


def words_sent(phone: Phone, words: str) -> list[str]:
    """The methods of the calls that carried them."""
    return [call.method for call in phone.calls if words in str(call.params.get("text", ""))]


def lose(world: World, phone: Phone, letter_id: int) -> int:
    """The notice is there, and Telegram's answer never came: nothing is known of its message."""
    notice = phone.button("Open").id
    outbox.vacate(world.connection, phone.row.id, slot(letter_id))
    return notice


def test_a_notice_whose_answer_was_lost_is_opened_where_it_stands(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = world.delivers(ana, "I miss our Sundays.")
    notice = lose(world, ben, letter_id)
    ben.taps("Open")
    assert "I miss our Sundays." in ben.screen[notice].text
    assert words_sent(ben, "Sundays") == ["edit_message_text"]
    ben.taps("Fold it away")
    assert "Sundays" not in ben.shown


def test_a_notice_that_comes_again_after_that_shows_nothing(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, "I miss our Sundays.")
    lose(world, ben, letter_id)
    ben.taps("Open")
    ben.looks_away()
    ben.turn.send("notice", {"letter": letter_id}, slot=slot(letter_id))
    world.deliver()
    assert ben.new == []


def test_a_tap_elsewhere_takes_no_known_bubble_away(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, "I miss our Sundays.")
    bubble = ben.button("Open")
    notice = bubble.id
    ben.forges(bubble.labels["Open"], ref=77)
    assert outbox.in_slot(world.connection, ben.row.id, slot(letter_id)) == notice
    assert "Sundays" in ben.screen[notice].text


def test_from_the_list_a_bubble_comes_first_and_then_its_words(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = world.delivers(ana, "I miss our Sundays.")
    ben.taps("Open", "Fold it away")
    ben.looks_away()
    world.taps_letter(ben, letter_id, "read")
    assert words_sent(ben, "Sundays")[1:] == ["edit_message_text"]
    assert [call.method for call in ben.new][-2:] == ["send_message", "edit_message_text"]
    assert "I miss our Sundays." in list(ben.screen.values())[-1].text


def test_where_the_bubble_is_gone_a_folded_one_takes_its_place(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    letter_id = world.delivers(ana, "I miss our Sundays.")
    ben.taps("Open")
    outbox.vacate(world.connection, ben.row.id, slot(letter_id))
    ben.turn.send("page", {"letter": letter_id, "page": 1}, slot=slot(letter_id))
    world.deliver()
    assert words_sent(ben, "Sundays") == ["edit_message_text"]
    ben.taps("Open again")
    assert "Sundays" in list(ben.screen.values())[-1].text
