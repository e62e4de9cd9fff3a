"""Several lines typed at once: each keyboard goes once, and only the last question keeps its own."""

from bot.conversation.incoming import Wrote
from tests.support.units import Phone, World


def keyboards(phone: Phone) -> list[int]:
    """Our messages that still have buttons."""
    return [bubble.id for bubble in phone.screen.values() if bubble.ours and bubble.labels]


def taken_away(phone: Phone) -> list[int]:
    return [call.params["message_id"] for call in phone.calls if call.method == "edit_message_reply_markup"]


def test_lines_typed_at_once_leave_buttons_under_the_last_answer_alone(world: World, ana: Phone) -> None:
    ana.commands("menu")
    before = len(taken_away(ana))
    for number in range(5):  # all are handled before the first answer is on its way
        world.handle(Wrote(ana.sender, ana._theirs(f"line {number}"), f"line {number}"))
    world.deliver()
    gone = taken_away(ana)[before:]
    assert len(gone) == len(set(gone)) == 5
    assert keyboards(ana)[-1:] == [max(keyboards(ana))]
    assert len(keyboards(ana)) == 1


def test_a_letter_is_written_and_sealed_without_a_keyboard_taken_away_twice(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    ana.commands("write").taps("A blank page").writes("I miss our Sundays.").taps("Preview").taps("Yes, now")
    assert "sealed" in ana.said
    gone = taken_away(ana)
    assert len(gone) == len(set(gone))
