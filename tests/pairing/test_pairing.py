"""Two yeses over a link that works once: what each of the two sees, and what nobody ever sees."""

from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from sqlalchemy import func, select

from bot.db.models import Couple, Invitation
from bot.delivery.buttons import act
from bot.pairing import service as pairing
from tests.support.units import Phone, World

DEAD = "This link does not work."
RUN_OUT = "This link has run out."
_invitations = Invitation


def a_link(phone: Phone) -> str:
    """The code of a new link, as it stands behind the share button."""
    pairing.invite(phone.turn)
    phone.world.deliver()
    share = parse_qs(urlparse(phone.button("Send the link").labels["Send the link"]).query)
    return parse_qs(urlparse(share["url"][0]).query)["start"][0]


def couples(world: World) -> int:
    return world.connection.execute(select(func.count()).select_from(Couple)).scalar_one()


def test_two_become_a_couple_by_two_yeses(world: World, ana: Phone, ben: Phone) -> None:
    ben.commands("start", a_link(ana))
    assert "The person who sent this link would like to connect with you here." in ben.said
    assert ana.looks_away().said == ""
    ben.taps("Yes, connect us")
    assert "Ben says yes to your link." in ana.said
    assert couples(world) == 0
    ana.taps("Yes, that is them")
    assert "You and Ben are connected." in ana.said
    assert "You and Ana are connected." in ben.said
    assert ana.row.couple_id == ben.row.couple_id is not None


def test_a_newcomer_comes_from_the_link_through_the_whole_first_minute(world: World, ana: Phone) -> None:
    dora = world.phone("Dora", 104)
    dora.commands("start", a_link(ana)).taps("Yes, connect us")
    assert [dora.row.known_at, dora.row.couple_id] == [None, None]
    for _ in range(20):
        if "Yes, that is them" in ana.buttons:
            break
        labels = [label for label in list(dora.screen.values())[-1].labels if label not in ("Not now", "Stop", "Back")]
        dora.taps(labels[0]) if labels else dora.writes("Dora")
    assert dora.row.known_at is not None
    assert dora.row.couple_id is None
    ana.taps("Yes, that is them")
    assert "You and Dora are connected." in ana.said
    assert "You and Ana are connected." in dora.said


def test_a_link_works_once(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    code = a_link(ana)
    ben.commands("start", code)
    cem.commands("start", code)
    assert RUN_OUT in cem.said
    assert "Ana" not in cem.shown


def test_who_took_a_link_may_come_back_to_it(world: World, ana: Phone, ben: Phone) -> None:
    code = a_link(ana)
    ben.commands("start", code)
    ben.commands("start", code)
    assert "The person who sent this link would like to connect" in ben.said


def test_an_answered_link_asks_nobody_again(world: World, ana: Phone, ben: Phone) -> None:
    code = a_link(ana)
    ben.commands("start", code).taps("Yes, connect us")
    ben.commands("start", code)
    assert RUN_OUT in ben.said


@pytest.mark.parametrize(("hours", "works"), [(23.99, True), (24, False)])
def test_a_link_lives_for_a_day(world: World, ana: Phone, ben: Phone, hours: float, works: bool) -> None:
    code = a_link(ana)
    world.now += timedelta(hours=hours)
    ben.commands("start", code)
    assert ("The person who sent this link would like to connect" in ben.said) is works
    assert (RUN_OUT in ben.said) is not works


def test_a_link_that_ran_out_while_it_was_read_connects_nobody(world: World, ana: Phone, ben: Phone) -> None:
    ben.commands("start", a_link(ana))
    world.now += timedelta(hours=25)
    pairing.lapse(world.connection, now=world.now)
    ben.taps("Yes, connect us")
    assert "Yes, that is them" not in ana.buttons


def test_three_links_may_be_open_and_no_fourth(world: World, ana: Phone) -> None:
    codes = {a_link(ana) for _ in range(3)}
    pairing.invite(ana.turn)
    world.deliver()
    assert len(codes) == 3
    assert "Three links are open already." in ana.shown
    world.now += timedelta(hours=24)
    assert a_link(ana) not in codes


def test_the_code_has_enough_chance_and_is_not_kept(world: World, ana: Phone) -> None:
    code = a_link(ana)
    assert len(code) >= 128 / 6
    kept = world.connection.execute(select(_invitations)).mappings().one()
    assert kept["inviter_id"] == ana.row.id
    assert not any(code in repr(value) or code.encode() in bytes(str(value), "utf8") for value in kept.values())


def test_five_wrong_tries_an_hour_and_then_even_a_right_one_is_unknown(world: World, ana: Phone, ben: Phone) -> None:
    code = a_link(ana)
    for number in range(5):
        ben.commands("start", f"wrong-{number}")
        assert DEAD in ben.said
    ben.commands("start", code)
    assert DEAD in ben.said
    world.now += timedelta(hours=1)
    ben.commands("start", code)
    assert "The person who sent this link would like to connect" in ben.said


def test_wrong_tries_of_one_are_nothing_to_another(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    code = a_link(ana)
    for number in range(5):
        cem.commands("start", f"wrong-{number}")
    ben.commands("start", code)
    assert "The person who sent this link would like to connect" in ben.said


def test_ones_own_link_says_so_and_stays_good(world: World, ana: Phone, ben: Phone) -> None:
    code = a_link(ana)
    ana.commands("start", code)
    assert "This is your own link." in ana.said
    ben.commands("start", code)
    assert "The person who sent this link would like to connect" in ben.said


@pytest.mark.parametrize("answer", ["Not now", "No", "silence"])
def test_no_and_later_and_silence_look_the_same_to_the_inviter(
    world: World, ana: Phone, ben: Phone, answer: str
) -> None:
    ben.commands("start", a_link(ana))
    ana.looks_away()
    before, screen = len(ana.calls), ana.shown
    if answer != "silence":
        ben.taps(answer)
    world.passes(hours=1)
    assert (len(ana.calls), ana.shown) == (before, screen)
    assert pairing.inviting(world.connection, ana.row.id, now=world.now)


def test_whether_an_invitation_is_open_does_not_tell_of_a_no(world: World, ana: Phone, ben: Phone) -> None:
    """A no frees a place for another link, which the inviter could count; the number of open links must not."""
    codes = [a_link(ana) for _ in range(3)]
    ben.commands("start", codes[0]).taps("No")
    pairing.invite(ana.turn)
    world.deliver()
    assert "Three links are open already." in ana.shown


def test_the_inviter_says_no_and_the_other_hears_nothing(world: World, ana: Phone, ben: Phone) -> None:
    ben.commands("start", a_link(ana)).taps("Yes, connect us")
    ben.looks_away()
    ana.taps("No")
    assert "nobody is connected" in ana.said
    assert ben.new == []
    assert couples(world) == 0


def test_only_the_inviter_can_confirm(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    ben.commands("start", a_link(ana)).taps("Yes, connect us")
    data = ana.button("Yes, that is them").labels["Yes, that is them"]
    for phone in (ben, cem):
        phone.forges(data)
        assert phone.toast == "This question has moved on."
    assert couples(world) == 0


def test_a_confirmed_link_confirms_nothing_again(world: World, ana: Phone, ben: Phone) -> None:
    ben.commands("start", a_link(ana)).taps("Yes, connect us")
    data = ana.button("Yes, that is them").labels["Yes, that is them"]
    ana.forges(data).forges(data)
    assert ana.toast == "This question has moved on."
    assert couples(world) == 1


def test_a_hijacker_sees_nothing_but_a_name_before_the_second_yes(world: World, ana: Phone, cem: Phone) -> None:
    world.drafts(ana, "a private draft")
    cem.commands("start", a_link(ana)).taps("Yes, connect us")
    for command in ("letters", "menu", "write"):
        cem.commands(command)
        assert "private" not in cem.shown
    assert cem.row.couple_id is None


def test_the_invitee_left_before_the_second_yes(world: World, ana: Phone, ben: Phone) -> None:
    ben.commands("start", a_link(ana)).taps("Yes, connect us")
    ben.commands("delete").taps("Delete everything")
    ana.taps("Yes, that is them")
    assert "Ben" not in ana.said
    assert couples(world) == 0


def test_someone_connected_already_is_not_asked(world: World, ana: Phone, ben: Phone, couple: int, cem: Phone) -> None:
    ben.commands("start", a_link(cem))
    assert "You are connected with someone already." in ben.said
    assert cem.looks_away().new == []


# -- another couple


def rejoin(world: World, one: Phone, other: Phone) -> None:
    other.commands("start", a_link(one)).taps("Yes, connect us")
    one.taps("Yes, that is them")
    assert one.row.couple_id == other.row.couple_id is not None


def test_a_new_couple_sees_nothing_of_the_old_one(
    world: World, ana: Phone, ben: Phone, couple: int, cem: Phone
) -> None:
    waiting = world.delivers(ana, "waiting words")
    sealed = world.seals(ana, "sealed words", rest="overnight")
    draft = world.drafts(ana, "draft words")
    opened = world.delivers(ana, "opened words")
    world.taps_letter(ben, opened, "open")
    ana.commands("leave").taps("Leave now")
    rejoin(world, ana, cem)
    world.passes(hours=30)
    for letter_id in (waiting, sealed, draft, opened):
        for name in ("open", "read", "p1", "e1", "mine", "fold", "answer"):
            world.taps_letter(cem, letter_id, name)
            world.taps_letter(ben, letter_id, name)
    cem.commands("letters")
    assert " words" not in cem.shown
    assert [text for text in ("waiting words", "sealed words", "draft words") if text in ben.shown] == []


def test_a_partner_who_blocked_leaves_nothing_to_the_next(
    world: World, ana: Phone, ben: Phone, couple: int, cem: Phone
) -> None:
    """Without leaving first: the couple ends by the second yes, and its unopened letters with it."""
    to_ana = world.delivers(ben, "words of Ben")
    to_ben = world.seals(ana, "words for Ben", rest="overnight")
    ben.blocks()
    rejoin(world, ana, cem)
    world.passes(days=2)
    ana.commands("letters")
    assert "From Cem" not in "".join(ana.buttons)
    world.taps_letter(ana, to_ana, "open")
    assert "words of Ben" not in ana.shown
    assert "words for Ben" not in cem.shown + ben.shown
    assert {world.letter(to_ana)["state"], world.letter(to_ben)["state"]} == {"stopped"}


def test_an_old_yes_takes_nobody_out_of_a_new_couple(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    """Ben said yes to Cem, then connected with Ana; a late tap of Cem must not move him."""
    ben.commands("start", a_link(cem)).taps("Yes, connect us")
    late = cem.button("Yes, that is them").labels["Yes, that is them"]
    rejoin(world, ana, ben)
    cem.forges(late)
    assert ana.row.couple_id == ben.row.couple_id is not None
    assert cem.row.couple_id is None
    assert cem.toast == "This question has moved on."


def test_leaving_takes_effect_at_once_and_is_not_announced(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ana, "words")
    ben.looks_away()
    ana.commands("leave").taps("Leave now")
    world.passes(days=1)
    assert ana.row.couple_id is ben.row.couple_id is None
    assert not any(text in ben.said for text in ("Ana", "reachable", "left", "words"))
    ben.commands("write")
    assert ben.said.count("not reachable through me right now") >= 1
    assert "Ana" not in ben.said


def test_leaving_lapses_open_links_and_given_yeses(
    world: World, ana: Phone, ben: Phone, cem: Phone, couple: int
) -> None:
    ben.commands("leave").taps("Leave now")
    ben.commands("start", a_link(cem)).taps("Yes, connect us")
    late = cem.button("Yes, that is them").labels["Yes, that is them"]
    ben.commands("delete").taps("Delete everything")
    cem.forges(late)
    assert cem.row.couple_id is None
    assert "Ben" not in cem.said


def test_a_forged_invitation_number_does_nothing(world: World, ana: Phone, ben: Phone) -> None:
    a_link(ana)
    invitation = world.connection.execute(select(_invitations.c.id)).scalar_one()
    for name in ("yes", "no", "x", ""):
        ana.forges(act("p", invitation, name))
        ben.forges(act("p", invitation, name))
    assert world.connection.execute(select(_invitations.c.state)).scalar_one() == "open"
