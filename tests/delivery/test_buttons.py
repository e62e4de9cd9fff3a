"""Buttons as values: what they bring back, and how they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.buttons import Label, Shown, Tapped, act, base36, callback, parse, rows_of
from bot.delivery.pages import utf16

IDS = st.integers(0, 2**63 - 1)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)


@given(IDS, IDS, NAMES)
def test_a_choice_comes_back_as_it_was(session: int, turn: int, choice: str) -> None:
    assert parse(callback(session, turn, choice)) == Tapped("s", session, choice, turn)


@given(st.sampled_from("lmnpq"), IDS, NAMES)
def test_an_act_comes_back_as_it_was(prefix: str, object_id: int, name: str) -> None:
    assert parse(act(prefix, object_id, name)) == Tapped(prefix, object_id, name)


@given(IDS, st.integers(0, 36**4), NAMES)
def test_callback_data_fits_into_64_bytes(session: int, turn: int, choice: str) -> None:
    assert len(callback(session, turn, choice).encode()) <= 64
    assert len(act("l", session, choice).encode()) <= 64


@given(st.text(max_size=70))
def test_no_text_breaks_the_parser(data: str) -> None:
    parsed = parse(data)
    assert parsed is None or (0 <= parsed.id < 2**63 and 0 <= parsed.turn < 2**63)


@pytest.mark.parametrize(
    "data", ["s.1.1", "s.1.1.1.1", "l.1", "l..x", "lx.1.x", "l.A.x", "l.\u00b2.x", f"l.{'z' * 13}.x"]
)
def test_what_we_never_made_is_nothing(data: str) -> None:
    assert parse(data) is None or parse(data) == Tapped("s", 1, "1")


@given(IDS)
def test_base36_is_read_back_by_int(number: int) -> None:
    assert int(base36(number), 36) == number


@given(st.lists(st.text(min_size=1, max_size=32), max_size=10))
def test_rows_keep_every_label_in_order_and_fit_a_phone(texts: list[str]) -> None:
    labels = [Label(text, str(number)) for number, text in enumerate(texts)]
    rows = rows_of(labels)
    assert [label for row in rows for label in row] == labels
    assert all(1 <= len(row) <= 3 for row in rows)
    assert all(utf16(label.text) <= 15 for row in rows if len(row) > 1 for label in row)


def test_a_third_of_a_phone_holds_eight_letters() -> None:
    labels = [
        Label(text, text) for text in ("Rarely", "Sometimes", "Often", "Not sure", "Norway", "Poland", "Portugal")
    ]
    texts = [[label.text for label in row] for row in rows_of(labels)]
    assert texts == [["Rarely", "Sometimes"], ["Often", "Not sure", "Norway"], ["Poland", "Portugal"]]


@given(st.text(), st.text())
def test_what_is_put_before_a_text_moves_its_emphasis(before: str, after: str) -> None:
    shown = Shown("word", (("bold", 0, 4),)).after(before).then(after)
    (_, offset, length) = shown.spans[0]
    encoded = shown.text.encode("utf-16-le", "surrogatepass")
    assert encoded[offset * 2 : (offset + length) * 2].decode("utf-16-le") == "word"
