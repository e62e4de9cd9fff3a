"""Long texts in pages: cut where a reader would, never inside a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pages import PAGE_UNITS, paginate, utf16

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_that_fits_is_one_page_as_it_is(text: str) -> None:
    assert utf16(text) == len(text.encode("utf-16-le")) // 2
    if utf16(text) <= PAGE_UNITS and text.strip("\n "):
        assert paginate(text) == [text]


def test_nothing_is_one_empty_page() -> None:
    assert paginate("") == [""]


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("aaaa bbbb\n\ncccc dddd", ["aaaa bbbb", "cccc dddd"]),
        ("aaaa bbbb\ncccc dddd", ["aaaa bbbb", "cccc dddd"]),
        ("aaaa bb. cccc dddd", ["aaaa bb.", "cccc dddd"]),
        ("aaaa bbbb cccc dddd", ["aaaa bbbb", "cccc dddd"]),
        ("aaaabbbbccccdddd", ["aaaabbbbcccc", "dddd"]),
    ],
)
def test_the_cut_is_at_the_best_border_that_fits(text: str, pages: list[str]) -> None:
    assert paginate(text, 12) == pages


def test_an_emoji_of_several_parts_stays_whole() -> None:
    pages = paginate(FAMILY * 100, 50)
    assert "".join(pages) == FAMILY * 100
    assert all(page.count(FAMILY) * len(FAMILY) == len(page) for page in pages)


def test_marks_stay_with_their_letter() -> None:
    text = "e\u0301" * 100
    assert all(not page.startswith("\u0301") for page in paginate(text, 33))


def test_marks_without_end_are_cut_all_the_same() -> None:
    text = "e" + "\u0301" * 500
    assert "".join(paginate(text, 50)) == text
