"""What holds a letter back: a threat that a rule can name, not one that is only felt."""

from dataclasses import replace

from bot.letters.service import has_threat
from bot.phrasing import Mark
from tests.support.units import World

FELT = Mark(0, 0, 18, frozenset({"threat"}), "The soup was cold.", None, felt=True)


def test_what_no_rule_calls_a_threat_is_marked_and_not_held(world: World) -> None:
    assert not has_threat(world.desk, "The soup was cold.", [FELT])
    assert has_threat(world.desk, "The soup was cold.", [replace(FELT, felt=False)])
