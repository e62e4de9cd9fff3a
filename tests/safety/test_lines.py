"""Numbers to call: as printed, with whom they serve and when they were last checked."""

import re

import pytest

from bot.content.library import Library
from bot.safety.lines import emergency_text, lines_text

KINDS = ("crisis", "domestic_abuse", "own_violence", "general")
ROOM = 3000  # of 4,096 characters; the rest is what the dialogs say around them


def countries(library: Library) -> list[str | None]:
    return [None, *(code for code, _ in library.helplines.countries)]


def test_every_line_says_when_it_was_checked(shelf: Library) -> None:
    for country in countries(shelf):
        for kind in KINDS:
            shown = lines_text(shelf, country, kind, "en")
            lines = shelf.helplines.lines_for(country, kind)
            assert len(re.findall(r"^Last checked on \d+ [A-Z][a-z]+ 20\d\d$", shown, re.MULTILINE)) == len(lines)


def test_lines_for_women_and_for_men_say_so_and_others_do_not(shelf: Library) -> None:
    for country in countries(shelf):
        for line in shelf.helplines.lines_for(country, "domestic_abuse"):
            parts = lines_text(shelf, country, "domestic_abuse", "en").split("\n\n")
            own = next(part for part in parts if part.startswith(f"{line.name}\n"))
            assert ("For women" in own) is (line.serves == "women")
            assert ("For men" in own) is (line.serves == "men")


def test_no_number_is_built(shelf: Library) -> None:
    for line in shelf.helplines.lines:
        shown = lines_text(shelf, line.country, min(line.kinds), "en")
        assert (line.phone or "") in shown
        assert (line.text or "") in shown


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_of_every_country_leave_room_in_a_message(shelf: Library, kind: str) -> None:
    assert max(len(lines_text(shelf, country, kind, "en")) for country in countries(shelf)) <= ROOM


def test_an_unknown_country_gets_the_directory_and_no_number(shelf: Library) -> None:
    shown = lines_text(shelf, "ZZ", "crisis", "en")
    assert "https://" in shown
    assert "Phone" not in shown
    assert "local emergency number" in emergency_text(shelf, "ZZ", "en")
    assert "local emergency number" in emergency_text(shelf, None, "en")


def test_the_emergency_number_is_that_of_the_country(shelf: Library) -> None:
    for country, entry in shelf.helplines.emergencies.items():
        assert emergency_text(shelf, country, "en") == entry.number
