"""Letters that are not to be forwarded: their writer's wish, and never in the way of whoever received them."""

from typing import Any

from bot.delivery.render import Call
from bot.letters import drafts
from bot.letters import service as letters
from tests.support.units import Phone, World

WORDS = "Only for you."
SAVE = "Save a copy"


def guards(ana: Phone) -> None:
    ana.commands("settings").taps("My partner and me", "Block forwarding")
    assert "They can still save a copy" in ana.said


def gives_one_with_a_photo(world: World, ana: Phone) -> int:
    letter_id = world.drafts(ana, WORDS)
    ref = world.letter(letter_id)["ref"]
    drafts.add_part(ana.turn, letter=ref, kind="photo", ref=9100, text="", file="photo-1")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    return letter_id


def sent(calls: list[Call]) -> list[tuple[str, Any]]:
    return [(call.method, call.params.get("protect_content")) for call in calls if call.method.startswith("send")]


def test_all_that_shows_it_is_guarded(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """From the notice on, which becomes the letter."""
    guards(ana)
    ben.looks_away()
    letter_id = gives_one_with_a_photo(world, ana)
    assert sent(ben.new) == [("send_message", True)]
    ben.taps("Open")
    assert WORDS in ben.said
    ben.taps("Photo 1")
    assert sent(ben.new) == [("send_photo", True)]
    world.taps_letter(ben, letter_id, "read")
    assert sent(ben.new) == [("send_message", True)]


def test_its_reader_can_always_save_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """Words and what lies in it, with nothing that guards them; folding takes neither away."""
    guards(ana)
    gives_one_with_a_photo(world, ana)
    ben.taps("Open", SAVE)
    assert sent(ben.new) == [("send_document", None), ("send_photo", None)]
    saved = ben.new[0].params["document"].input_file_content.decode()
    assert WORDS in saved
    assert "From Ana, 4 March" in saved
    ben.taps("Fold it away")
    assert [bubble.kind for bubble in ben.screen.values() if bubble.kind in ("document", "photo")] == [
        "document",
        "photo",
    ]


def test_nothing_is_guarded_that_nobody_wished_so(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    gives_one_with_a_photo(world, ana)
    ben.taps("Open", "Photo 1")
    assert sent(ben.calls) == [("send_message", None), ("send_photo", None)]
    assert SAVE not in ben.buttons


def test_the_wish_holds_for_what_is_sealed_after_it(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    before = world.seals(ana, "Before.", rest="two_hours")
    guards(ana)
    during = world.seals(ana, "During.")
    ana.commands("settings").taps("My partner and me", "Allow forwarding")
    after = world.seals(ana, "After.")
    assert [bool(world.letter(one)["guarded"]) for one in (before, during, after)] == [False, True, False]


def test_only_its_reader_saves_it_and_only_once_it_is_opened(
    world: World, ana: Phone, ben: Phone, cem: Phone, couple: int
) -> None:
    guards(ana)
    letter_id = gives_one_with_a_photo(world, ana)
    for phone in (ana, ben, cem):
        world.taps_letter(phone, letter_id, "save")
        assert sent(phone.new) == []


def test_it_can_be_saved_when_its_writer_has_gone(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    guards(ana)
    gives_one_with_a_photo(world, ana)
    ben.taps("Open")
    ana.commands("bye").taps("Close")
    ben.taps(SAVE)
    assert WORDS in ben.new[-2].params["document"].input_file_content.decode()


# -- this one letter, by a switch below its preview


ON, OFF = "Forwarding: on", "Forwarding: off"


def previews(ana: Phone, words: str = WORDS) -> None:
    ana.commands("write").taps("A blank page").writes(words).taps("Preview")


def test_the_path_is_no_longer_for_who_does_not_care(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    previews(ana)
    assert ON in ana.bubble(WORDS).labels
    ana.taps("Yes, now")
    world.ticks()
    ben.taps("Open")
    assert sent(ben.calls) == [("send_message", None)]


def test_one_tap_guards_this_letter_alone(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    previews(ana)
    ana.taps(ON)
    assert ana.toast == world.words("letter_guarded").strip()
    assert OFF in ana.buttons
    assert ON not in ana.buttons
    ana.taps("Yes, now")
    world.ticks()
    assert sent(ben.calls) == [("send_message", True)]
    previews(ana, "Another one.")
    assert ON in ana.bubble("Another one.").labels


def test_it_begins_as_the_settings_say_and_can_differ(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    guards(ana)
    previews(ana)
    ana.taps(OFF)
    assert ana.toast == world.words("letter_unguarded").strip()
    ana.taps("Yes, now")
    world.ticks()
    assert sent(ben.calls) == [("send_message", None)]


def test_a_later_look_has_the_only_switch_and_it_ends_with_sealing(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    previews(ana)
    ana.taps(ON, "Change it").writes("More.").taps("Preview")
    assert ana.buttons.count(OFF) == 1
    assert OFF in ana.bubble("More.").labels
    switch = ana.button(OFF)
    ana.taps("Yes, now")
    assert OFF not in ana.buttons
    world.ticks()
    ana.forges(switch.call.params["reply_markup"]["inline_keyboard"][0][0]["callback_data"])  # type: ignore[union-attr]
    assert sent(ben.calls) == [("send_message", True)]
    assert ana.toast == world.desk.library.catalogue.text("interrupts.moved_on", "en").strip()


def test_nobody_else_turns_it(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    draft = world.drafts(ana, WORDS)
    for phone in (ben, cem):
        world.taps_letter(phone, draft, "guard")
    assert world.letter(draft)["guarded"] is None


def test_one_that_stays_with_its_writer_has_no_switch(world: World, ana: Phone, couple: int) -> None:
    ana.commands("write").taps("Other kinds", "Never to be sent").writes(WORDS).taps("That is all", "Keep it for me")
    ana.commands("letters").taps("For me alone, 4 March")
    assert WORDS in ana.said
    assert ON not in ana.buttons
