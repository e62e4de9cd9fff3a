"""Who may do what with a letter. Turning any rule of `can` around must be noticed here, by what people see."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import access
from bot.access import Action, Denied, LetterRow
from bot.db.models import Invitation
from bot.errors import BrokenAssumption, Erased, SealBroken
from bot.letter_life import EVENTS, WHO
from bot.letters import drafts, exchange, reading
from bot.letters import service as letters
from tests.support.units import Phone, World

WORDS = "CANARY"
ACTIONS: tuple[Action, ...] = (*EVENTS, "read")
ASKED = tuple(action for action in ACTIONS if action == "read" or WHO[action] in ("writer", "reader"))


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
    allowed = [access.can(cem.row.id, action, of(world, one)) for one in letters for action in ACTIONS]
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
    mine = {action for action in ACTIONS if access.can(ben.row.id, action, of(world, letter_id))}
    assert mine == {"read", *(event for event, role in WHO.items() if role == "reader")}


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
    rows = Invitation
    invitation = world.connection.execute(update(rows).values(invitee_id=ben.row.id).returning(rows.c.id)).scalar_one()

    def name(phone: Phone) -> str:
        return access.name_of_other(world.connection, world.desk.vault, actor_id=phone.row.id, invitation_id=invitation)

    assert (name(ana), name(ben)) == ("Ben", "Ana")
    with pytest.raises(Denied):
        name(cem)


def test_an_invitation_that_nobody_took_names_nobody(world: World, ana: Phone) -> None:
    from bot.pairing import service as pairing  # noqa: PLC0415

    pairing.invite(ana.turn)
    rows = Invitation
    invitation = world.connection.execute(rows.select()).mappings().one()["id"]
    with pytest.raises(Denied):
        access.name_of_other(world.connection, world.desk.vault, actor_id=ana.row.id, invitation_id=invitation)


# -- mutation: each rule, turned into always and into never


def holds(world: World, ana: Phone, ben: Phone, cem: Phone) -> bool:
    """A short life of a letter. True when everybody saw what they should, and nothing else."""
    steps = [*_in_the_making(world, ana, (ben, cem)), *_on_its_way(world, ana, ben, cem), *_exchanged(world, ana)]
    return all(steps)


def _in_the_making(world: World, ana: Phone, others: tuple[Phone, ...]) -> Iterator[bool]:
    draft = world.drafts(ana, "draft " + WORDS)
    ref = world.letter(draft)["ref"]
    for phone in others:
        for name in ("discard", "withdraw", "mine", "open", "alone"):
            world.taps_letter(phone, draft, name)
    yield world.letter(draft)["state"] == "draft"
    drafts.edit_part(ana.turn, letter=ref, ref=9001, text="changed " + WORDS)
    drafts.begin(ana.turn, letter=ref, guide="thanks")
    world.taps_letter(ana, draft, "mine")
    yield "changed" in ana.said
    yield world.letter(draft)["guide"] == "thanks"
    world.taps_letter(ana, draft, "withdraw")
    yield world.words("withdrawn").strip() not in ana.said
    world.passes(days=1)
    drafts.keep_draft(ana.turn, letter=ref)
    yield world.letter(draft)["expires_at"] > world.now + timedelta(days=29)
    world.taps_letter(ana, draft, "discard_yes")
    yield world.letter(draft)["state"] == "discarded"
    kept = world.drafts(ana, "kept " + WORDS)
    kept_ref = world.letter(kept)["ref"]
    drafts.keep_sentence(ana.turn, letter=kept_ref)
    drafts.keep_draft(ana.turn, letter=kept_ref)  # has no end to be moved
    yield (world.letter(kept)["state"], world.letter(kept)["expires_at"]) == ("kept", None)
    unsent = world.drafts(ana, "unsent " + WORDS)
    drafts.begin_unsent(ana.turn, letter=world.letter(unsent)["ref"])
    letters.seal(ana.turn, letter=world.letter(unsent)["ref"])
    yield world.letter(unsent)["state"] == "unsent"


def _on_its_way(world: World, ana: Phone, ben: Phone, cem: Phone) -> Iterator[bool]:
    sealed = world.drafts(ana, WORDS)
    ref = world.letter(sealed)["ref"]
    drafts.add_part(ana.turn, letter=ref, kind="photo", ref=9002, text="", file="photo-1")
    letters.seal(ana.turn, letter=ref)
    before = world.letter(sealed)
    for act in (drafts.keep_sentence, drafts.keep_draft, drafts.discard, letters.seal):
        act(ana.turn, letter=ref)
    drafts.begin(ana.turn, letter=ref, guide="drift")
    drafts.add_part(ana.turn, letter=ref, kind="text", ref=9005, text="more", file="")
    drafts.edit_part(ana.turn, letter=ref, ref=9001, text="other")
    for name in ("discard", "alone", "fold", "p1", "e1", "answer", "worry", "tonight"):
        world.taps_letter(ana, sealed, name)
        world.taps_letter(ben, sealed, name)
    yield world.letter(sealed) == before
    yield read(world, ana, sealed) == WORDS
    yield _denies(world, cem, sealed) and _denies(world, ben, sealed)
    world.taps_letter(ben, sealed, "open")
    yield world.letter(sealed)["state"] == "sealed"
    world.ticks()
    for name in ("open", "tonight", "worry", "answer"):
        world.taps_letter(cem, sealed, name)
    yield WORDS not in cem.shown and "frighten" not in cem.shown and "hurry" not in cem.shown
    yield world.letter(sealed)["remind_at"] is None
    for name in ("fold", "p1", "e1", "answer"):
        world.taps_letter(ben, sealed, name)
    yield world.letter(sealed)["page"] == 0 and "you owe no answer. How" not in ben.shown
    world.taps_letter(ben, sealed, "tonight")
    yield world.letter(sealed)["remind_at"] is not None
    world.taps_letter(ben, sealed, "worry")
    yield "should not frighten you" in ben.said
    world.taps_letter(ben, sealed, "open")
    yield WORDS in ben.shown
    world.taps_letter(ben, sealed, "fold")
    yield WORDS not in ben.shown
    world.taps_letter(ben, sealed, "p1")
    yield WORDS in ben.shown
    world.taps_letter(ben, sealed, "e1")
    yield "photo" in {bubble.kind for bubble in ben.screen.values()}
    world.taps_letter(cem, sealed, "save")
    yield "document" not in {bubble.kind for bubble in cem.screen.values()}
    world.taps_letter(ben, sealed, "save")
    yield "document" in {bubble.kind for bubble in ben.screen.values()}
    world.taps_letter(ben, sealed, "fold")
    world.taps_letter(ben, sealed, "answer")
    yield "you owe no answer" in ben.said
    for phone, name, has in ((ben, "print", True), (ana, "print_own", True), (cem, "print", False)):
        world.taps_letter(phone, sealed, name)
        yield (WORDS in phone.said) is has
    reading.put_off_answer(cem.turn, to=str(sealed), until="week")
    yield world.letter(sealed)["remind_at"] is None
    reading.put_off_answer(ben.turn, to=str(sealed), until="week")
    yield world.letter(sealed)["remind_at"] is not None
    yield from _copies(world, ana, ben, cem, sealed)


def _copies(world: World, ana: Phone, ben: Phone, cem: Phone, sealed: int) -> Iterator[bool]:
    """Kept, taken back and deleted, of a letter that was opened."""
    for name, column in (("preserve", "reader_lasting"), ("preserve_own", "writer_lasting")):
        for phone in (cem, ben if name == "preserve_own" else ana):
            world.taps_letter(phone, sealed, name)
        yield world.letter(sealed)[column] is None
        world.taps_letter(ben if name == "preserve" else ana, sealed, name)
        yield world.letter(sealed)[column] is True
    world.taps_letter(ana, sealed, "withdraw")
    yield world.words("withdrawn").strip() in ana.said
    for phone, name in ((cem, "drop"), (cem, "drop_own"), (ana, "drop"), (ben, "drop_own")):
        world.taps_letter(phone, sealed, f"{name}_yes")
    yield None not in (world.letter(sealed)["writer_key"], world.letter(sealed)["reader_key"])
    world.taps_letter(ana, sealed, "drop_own_yes")
    yield world.letter(sealed)["writer_key"] is None
    world.taps_letter(ben, sealed, "drop_yes")
    yield world.letter(sealed)["state"] == "discarded"


def _exchanged(world: World, ana: Phone) -> Iterator[bool]:
    draft = world.drafts(ana, "exchanged " + WORDS)
    ref = world.letter(draft)["ref"]
    exchange.begin(ana.turn, letter=ref, question="miss")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    world.taps_letter(ana, draft, "alone")
    yield world.letter(draft)["exchange_id"] is None


def _denies(world: World, phone: Phone, letter_id: int) -> bool:
    try:
        return WORDS not in read(world, phone, letter_id)
    except Denied:
        row = of(world, letter_id)
        return not any(access.can(phone.row.id, action, row) for action in ASKED)


def test_the_life_of_a_letter_holds(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    assert holds(world, ana, ben, cem)


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("rule", ASKED)
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
    except (BrokenAssumption, AssertionError, Erased):
        noticed = True
    assert noticed
