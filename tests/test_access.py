"""Who may do what with a letter. Turning any rule of `can` around must be noticed here, by what people see."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from sqlalchemy import update

from bot import access
from bot.access import Action, Denied, LetterRow
from bot.db.models import Invitation, table
from bot.errors import Erased, SealBroken
from tests.support.units import Phone, World

WORDS = "CANARY"


def of(world: World, letter_id: int) -> LetterRow:
    found = access.letter(world.connection, letter_id, lock=True)
    assert found is not None
    return found


def read(world: World, phone: Phone, letter_id: int) -> str:
    row = of(world, letter_id)
    return access.read_letter(world.connection, world.desk.vault, actor_id=phone.row.id, object_=row).text


def test_a_stranger_may_do_nothing_with_any_letter(
    world: World, ana: Phone, ben: Phone, cem: Phone, couple: int
) -> None:
    opened = world.delivers(ana, WORDS)
    world.taps_letter(ben, opened, "open")
    letters = [world.drafts(ana, WORDS), world.seals(ana, WORDS), opened]
    allowed = [access.can(cem.row.id, action, of(world, one)) for one in letters for action in get_args(Action)]
    assert not any(allowed)
    for letter_id in letters:
        with pytest.raises(Denied):
            read(world, cem, letter_id)


def test_a_reader_reads_after_opening_and_never_changes(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, WORDS)
    with pytest.raises(Denied):
        read(world, ben, letter_id)
    world.taps_letter(ben, letter_id, "open")
    assert read(world, ben, letter_id) == WORDS
    mine = {action for action in get_args(Action) if access.can(ben.row.id, action, of(world, letter_id))}
    assert mine == {"read", "open", "fold"}


def test_a_key_that_is_missing_denies_rather_than_breaks(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, WORDS)
    row = of(world, letter_id)
    with pytest.raises(Denied):
        access.letter_key(world.desk.vault, ana.row.id, replace(row, writer_key=None))


def test_a_key_of_another_opens_nothing(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    letter_id = world.delivers(ana, WORDS)
    world.taps_letter(ben, letter_id, "open")
    row = of(world, letter_id)
    with pytest.raises((Erased, SealBroken)):
        access.letter_key(world.desk.vault, ben.row.id, replace(row, reader_key=row.writer_key))


def test_names_of_an_invitation_are_for_the_two_it_is_about(world: World, ana: Phone, ben: Phone, cem: Phone) -> None:
    from bot.pairing import service as pairing  # noqa: PLC0415

    pairing.invite(ana.turn)
    rows = table(Invitation)
    invitation = world.connection.execute(update(rows).values(invitee_id=ben.row.id).returning(rows.c.id)).scalar_one()

    def name(phone: Phone) -> str:
        return access.name_of_other(world.connection, world.desk.vault, actor_id=phone.row.id, invitation_id=invitation)

    assert (name(ana), name(ben)) == ("Ben", "Ana")
    with pytest.raises(Denied):
        name(cem)


def test_an_invitation_that_nobody_took_names_nobody(world: World, ana: Phone) -> None:
    from bot.pairing import service as pairing  # noqa: PLC0415

    pairing.invite(ana.turn)
    rows = table(Invitation)
    invitation = world.connection.execute(rows.select()).mappings().one()["id"]
    with pytest.raises(Denied):
        access.name_of_other(world.connection, world.desk.vault, actor_id=ana.row.id, invitation_id=invitation)


# -- mutation: each rule, turned into always and into never


def holds(world: World, ana: Phone, ben: Phone, cem: Phone) -> bool:
    """A short life of a letter. True when everybody saw what they should, and nothing else."""
    draft = world.drafts(ana, "draft " + WORDS)
    for phone in (ben, cem):
        for name in ("discard", "withdraw", "mine", "open"):
            world.taps_letter(phone, draft, name)
    sealed = world.seals(ana, WORDS)
    for name in ("discard", "edit"):
        world.taps_letter(ana, sealed, name)
    steps = [world.letter(draft)["state"] == "draft", world.letter(sealed)["state"] == "sealed"]
    steps.append(_denies(world, cem, sealed) and _denies(world, ben, sealed))
    world.taps_letter(ben, sealed, "open")
    steps.append(world.letter(sealed)["state"] == "sealed")
    world.ticks()
    world.taps_letter(cem, sealed, "open")
    steps.append(WORDS not in cem.shown and _folds_not(world, ben, sealed))
    world.taps_letter(ben, sealed, "open")
    steps.append(WORDS in ben.shown)
    world.taps_letter(ben, sealed, "fold")
    steps.append(WORDS not in ben.shown)
    world.taps_letter(ana, draft, "withdraw")
    steps.append(world.words("withdrawn").strip() not in ana.said)
    world.taps_letter(ana, sealed, "withdraw")
    steps.append(world.words("withdrawn").strip() in ana.said)
    world.taps_letter(ana, draft, "discard")
    steps.append(world.letter(draft)["state"] == "discarded")
    return all(steps)


def _denies(world: World, phone: Phone, letter_id: int) -> bool:
    try:
        return WORDS not in read(world, phone, letter_id)
    except Denied:
        row = of(world, letter_id)
        return not any(access.can(phone.row.id, action, row) for action in get_args(Action))


def _folds_not(world: World, phone: Phone, letter_id: int) -> bool:
    return not access.can(phone.row.id, "fold", of(world, letter_id))


def test_the_life_of_a_letter_holds(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    assert holds(world, ana, ben, cem)


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("rule", get_args(Action))
def test_turning_a_rule_around_is_noticed(
    world: World,
    ana: Phone,
    ben: Phone,
    cem: Phone,
    couple: int,
    monkeypatch: pytest.MonkeyPatch,
    rule: Action,
    always: bool,
) -> None:
    real: Callable[[int, Action, LetterRow], bool] = access.can

    def turned(actor_id: int, action: Action, object_: LetterRow) -> bool:
        return always if action == rule else real(actor_id, action, object_)

    monkeypatch.setattr(access, "can", turned)
    try:
        noticed = not holds(world, ana, ben, cem)
    except (Denied, AssertionError, Erased, SealBroken):
        noticed = True
    assert noticed
