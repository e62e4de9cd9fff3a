"""What a person tells about themselves, and who can be reached."""

import pytest

from bot import access
from bot.db import people as rows
from bot.people import service as people
from tests.support.units import Phone, World


def test_a_newcomer_is_nobody_yet(world: World) -> None:
    dora = world.phone("Dora", 104, lang="xx").commands("start")
    row = dora.row
    assert (row.known_at, row.name, row.couple_id, row.path, row.lang) == (None, None, None, "solo", "en")
    assert access.own_name(world.desk.vault, row) == ""


def test_two_people_have_two_keys_and_their_names_do_not_mix(world: World, ana: Phone, ben: Phone) -> None:
    assert access.own_name(world.desk.vault, ana.row) == "Ana"
    assert access.own_name(world.desk.vault, ben.row) == "Ben"


def test_a_name_may_be_given_again(world: World, ana: Phone) -> None:
    people.save_name(ana.turn, name="Anna \u202e<b>")
    assert access.own_name(world.desk.vault, ana.row) == "Anna \u202e<b>"


def test_a_zone_of_the_list_is_kept_and_another_is_not(world: World, ana: Phone) -> None:
    known = next(iter(world.desk.library.zones))
    people.save_zone(ana.turn, zone=known)
    assert ana.row.zone == world.desk.library.zones[known]
    people.save_zone(ana.turn, zone="moon")
    assert ana.row.zone == world.desk.library.zones[known]


def test_a_country_is_kept_as_its_code(world: World, ana: Phone) -> None:
    people.save_country(ana.turn, country="de")
    assert ana.row.country == "DE"


def test_a_block_and_a_return_leave_the_couple_as_it_was(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ana.blocks()
    away = ana.row
    assert away.unreachable_at == world.now
    assert [ben.row.parted, ben.row.couple_id] == [True, couple]
    assert rows.reachable_partner(world.connection, ben.row) is None
    ana.returns()
    assert [ana.row.unreachable_at, ben.row.parted] == [None, False]
    partner = rows.reachable_partner(world.connection, ben.row)
    assert partner is not None
    assert partner.id == ana.row.id


def test_a_second_block_is_nothing_new(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    ana.blocks()
    rows.change(world.connection, ben.row.id, parted=False)
    ana.blocks()
    assert not ben.row.parted


@pytest.mark.parametrize("act", ["commands", "writes"])
def test_writing_again_is_a_return_as_well(world: World, ana: Phone, ben: Phone, couple: int, act: str) -> None:
    ana.blocks()
    getattr(ana, act)("menu")
    assert ana.row.unreachable_at is None
    assert not ben.row.parted


def test_a_block_of_somebody_alone_marks_nobody(world: World, cem: Phone) -> None:
    cem.blocks()
    assert cem.row.unreachable_at == world.now
