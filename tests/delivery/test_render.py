"""From a row to a call: words in a person's language, emphasis as entities, and lengths that Telegram takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InputFile

from bot.content.pseudo import CLOSE, LANG, OPEN, pseudo, pseudo_text
from bot.db import people
from bot.delivery import render
from bot.delivery.buttons import Label, Shown
from bot.delivery.kinds import SENDS
from bot.delivery.outbox import Row, Urgency
from bot.delivery.pages import utf16
from bot.delivery.render import MAX_TEXT, RENDERERS, Call, clipped, keyboard
from tests.support.units import Phone, World

TEXTS = st.text(st.characters(codec="utf-8"), max_size=9000)


@given(TEXTS, st.integers(0, 3000), st.integers(1, 200))
def test_a_text_is_never_longer_than_telegram_takes(text: str, offset: int, length: int) -> None:
    said, entities = clipped(Shown(text, (("bold", offset, length),)))
    assert utf16(said) <= 2 * MAX_TEXT
    assert len(said) <= MAX_TEXT
    assert all(one["length"] > 0 and one["offset"] + one["length"] <= utf16(said) for one in entities)
    assert said == text or said.endswith("\u2026")


def test_no_buttons_are_no_keyboard() -> None:
    assert keyboard([]) is None
    assert keyboard([[], []]) is None


def test_an_address_is_a_link_and_all_else_is_data() -> None:
    built = keyboard([[Label("a", "https://t.me/x"), Label("b", "m.0.menu")]])
    assert built is not None
    link, tap = built["inline_keyboard"][0]
    assert link == {"text": "a", "url": "https://t.me/x"}
    assert tap == {"text": "b", "callback_data": "m.0.menu"}


def test_every_kind_that_makes_a_message_is_known_to_the_sender(world: World, ana: Phone) -> None:
    assert set(RENDERERS) >= SENDS
    assert set(RENDERERS) - SENDS == {
        "retire",
        "unbutton",
        "delete",
        "cover",
        "fold",
        "gone",
        "guard",
        "exchange_away",
        "exchange_gone",
        "nudge_end",
        "unenclose",
    }


def test_nobody_is_told_nothing(world: World, ana: Phone) -> None:
    row = Row(1, 999, 101, Urgency.ANSWER, "say", None, {"message": "interface.apology"}, 1)
    assert render.render(world.connection, world.desk, row) is None


@pytest.mark.parametrize(
    "kind", ["retire", "fold", "gone", "page", "preview", "own", "status", "enclosure", "unenclose"]
)
def test_what_is_no_longer_there_is_not_spoken_of(world: World, ana: Phone, kind: str) -> None:
    payload = {"letter": 5, "page": 1, "place": 1, "parts": 1, "choices": [], "slot": "none"}
    row = Row(1, ana.row.id, 101, Urgency.ANSWER, kind, "s", payload, 1)
    assert render.render(world.connection, world.desk, row) is None


def test_a_nudge_that_was_forgotten_is_not_spoken_of(world: World, ana: Phone) -> None:
    for kind in ("nudge", "nudge_end"):
        row = Row(1, ana.row.id, 101, Urgency.NUDGE, kind, "s", {"nudge": 5}, 1)
        assert render.render(world.connection, world.desk, row) is None


# -- a whole evening in a made-up language


def hours_of_chat(world: World, ana: Phone, ben: Phone) -> None:
    """Most of what is said outside of dialogs, and some of them."""
    for phone in (ana, ben):
        for command in (
            "menu",
            "letters",
            "why",
            "practise",
            "settings",
            "pause",
            "privacy",
            "help",
            "checkup",
            "nope",
        ):
            phone.commands(command)
    letter_id = world.delivers(ana, "z" * 5000)
    for name in ("open", "open", "p2", "fold", "worry"):
        world.taps_letter(ben, letter_id, name)
    world.taps_letter(ana, letter_id, "mine")
    world.taps_letter(ana, letter_id, "withdraw")
    world.taps_letter(ana, world.delivers(ana, "z"), "withdraw")
    assert ana.row.next_nudge_at is not None
    world.now = ana.row.next_nudge_at
    world.ticks()
    for phone in (ana, ben):
        labels = [label for bubble in list(phone.screen.values())[-3:] for label in bubble.labels]
        for label in labels:
            if label in phone.buttons:
                phone.taps(label)
    ana.commands("start", "wrong").commands("invite").commands("export").commands("hide").commands("bye")
    ben.commands("menu")


def rows_below(call: Call) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = (call.params.get("reply_markup") or {}).get("inline_keyboard", [])
    return found


def texts(calls: list[Call]) -> list[str]:
    found = []
    for call in calls:
        found += [str(call.params[name]) for name in ("text", "caption") if call.params.get(name)]
        found += [button["text"] for row in rows_below(call) for button in row]
    return found


def test_every_word_comes_from_the_catalogue_and_every_gap_is_filled(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    library = world.desk.library
    catalogue = pseudo(replace(library.catalogue, gaps=type(library.catalogue.gaps)()))
    world.desk = replace(world.desk, library=replace(library, catalogue=catalogue))
    for phone in (ana, ben):
        people.change(world.connection, phone.row.id, lang=LANG)
    hours_of_chat(world, ana, ben)
    assert dict(catalogue.gaps) == {}
    plain = [text for phone in (ana, ben) for text in texts(phone.calls) if not (OPEN in text and CLOSE in text)]
    assert {text.strip("z\n ") for text in plain} <= {""} | names_of_lists(world)


def test_a_word_that_was_tapped_is_kept_in_the_language_of_the_person(world: World, ana: Phone) -> None:
    world.desk = replace(
        world.desk, library=replace(world.desk.library, catalogue=pseudo(world.desk.library.catalogue))
    )
    people.change(world.connection, ana.row.id, lang=LANG)
    ana.commands("practise").taps(pseudo_text("Guide me")).writes("you looked at your phone").taps(pseudo_text("Sad"))
    assert pseudo_text("sad") in ana.said


def names_of_lists(world: World) -> set[str]:
    """Places, which are not translated yet."""
    return {option.label for options in world.desk.library.book.lists.values() for option in options}


def test_long_translations_fit(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    """Texts that are 40 % longer stay within a message, labels within a button, data within 64 bytes."""
    world.desk = replace(
        world.desk, library=replace(world.desk.library, catalogue=pseudo(world.desk.library.catalogue))
    )
    for phone in (ana, ben):
        people.change(world.connection, phone.row.id, lang=LANG)
    hours_of_chat(world, ana, ben)
    for call in [*ana.calls, *ben.calls]:
        assert utf16(str(call.params.get("text", ""))) <= MAX_TEXT
        assert not str(call.params.get("text", "")).endswith("\u2026")
        for button in [button for row in rows_below(call) for button in row]:
            assert utf16(button["text"]) <= 64
            assert len(button.get("callback_data", "").encode()) <= 64


def test_nothing_is_parsed_and_no_link_is_previewed(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    hours_of_chat(world, ana, ben)
    for call in [*ana.calls, *ben.calls]:
        assert "parse_mode" not in call.params
        if "text" in call.params and call.method == "send_message":
            assert call.params["link_preview_options"]["is_disabled"]


def test_an_export_is_a_file(world: World, ana: Phone) -> None:
    ana.commands("export")
    assert isinstance(ana.new[-1].params["document"], InputFile)
