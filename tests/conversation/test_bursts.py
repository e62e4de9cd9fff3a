"""Several lines typed at once: each keyboard goes once, and only the last question keeps its own."""

from bot.conversation.incoming import Wrote
from bot.delivery import outbox
from bot.delivery.failures import Reason, Refused
from bot.delivery.outcomes import fail, settle
from bot.delivery.render import render
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


def test_a_question_that_was_deleted_keeps_no_other_from_its_turn(world: World, ana: Phone) -> None:
    """Of four answers at once the first is deleted before its buttons can go: the next ones lose theirs."""
    ana.commands("menu")
    for number in range(4):
        world.handle(Wrote(ana.sender, ana._theirs(f"line {number}"), f"line {number}"))
    refused: list[int] = []
    while (row := outbox.claim(world.connection, world.desk.vault, chat_id=ana.id, now=world.now)) is not None:
        call = render(world.connection, world.desk, row)
        if row.payload.get("left") and not refused and call is not None:
            refused.append(call.params["message_id"])
            del ana.screen[refused[0]]
            gone = Refused(Reason.NOTHING_TO_EDIT, benign=False)
            fail(world.connection, row, gone, idempotent=True, until=world.now, now=world.now, on_unreachable=print)
            continue
        message_id = ana.receive(call) if call is not None else None
        settle(world.connection, row, call=call, message_id=message_id, now=world.now)
    assert refused
    assert len(keyboards(ana)) == 1
