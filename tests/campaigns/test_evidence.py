"""What the campaign of kills takes for the words of a letter."""

import pytest

from bench.crash.evidence import words_of
from bot.content.library import Library

HEAD, WORDS = "From Ana, 9 March", "We walked.\n\nAlong the river."


@pytest.mark.parametrize("name", ["letter_stays", "letter_goes", "letter_goes_anyway"])
def test_what_stands_below_a_letter_is_none_of_its_words(shelf: Library, name: str) -> None:
    below = shelf.catalogue.text(f"interface.{name}", "en", {"date": "9 September"}).strip()
    assert words_of(f"{HEAD}\n\n{WORDS}") == WORDS
    assert words_of(f"{HEAD}\n\n{WORDS}\n\n{below}") == WORDS
