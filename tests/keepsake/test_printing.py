"""What is printed reads back as it was written: every script, every length, photos, and what has no shape."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.keepsake.manuscript import Asides, Leaf, Manuscript, Piece
from bot.keepsake.printing import printed
from bot.keepsake.typeface import OTHERS, SERIF, SHAPELESS, WIDE, covered, pieces_of, shown
from emulator.files import sample_photo

ASIDES = Asides("A photo is missing.", "A voice note.", "A box has no shape.")
HEAD = "From Sam, 14 February 2027"
SCRIPTS = {
    "latin": "My dearest, “difficult” office waffles — façade, Łódź, Ő, ğ, ș, ß, Æ, ñ. AVATAR! fjord…",
    "vietnamese": "Anh yêu em rất nhiều, mãi mãi.",
    "cyrillic": "Привет, моя хорошая. Я скучаю. Ґанок, їжак, ђак.",
    "kazakh": "Мен сені сүйемін, қымбаттым.",
    "greek": "Αγαπημένη μου, μου λείπεις πολύ· ὦ φίλη.",
    "devanagari": "फिर से साथ में चाय",
    "chinese": "我今天在厨房里看见你留下的灯，很暖。谢谢你等我回家。我等你，我愛你，書傳容龍。",  # noqa: RUF001
    "japanese": "今日、台所の明かりがついていて、「とても」うれしかったです。コーヒーは？",  # noqa: RUF001
    "korean": "오늘 부엌에 불이 켜져 있어서 정말 따뜻했어요. 괜찮아요?",
    "armenian": "Սիրելիս, այսօր լույսը վառված էր։",  # noqa: RUF001
    "georgian": "ჩემო კარგო, დღეს სამზარეულოში შუქი ენთო.",
    "emoji": "Love ❤️ 😀 👍🏽 👨‍👩‍👧 🇩🇪 ☺️ ☕ 🥰 🫶 end",
    "marks": "→ ★ ✓ ♥ ♪ € £ ½ ≤ ≈ ∞ \U0001d4c1\U0001d45c\U0001d4cb\U0001d452",
    "combining": "cafe\u0301 nai\u0308ve",
    "looks like a number of pages": "{nb} pages",
}
LEFTWARD = {
    "hebrew": "שלום אנה אני אוהב אותך מאוד ואני מקווה שנוכל לצאת לטיול ארוך יחד בקרוב כי אני מתגעגע אליך",
    "arabic": "حبيبتي أشتاق إليك كثيرا وكان يوم الأحد جميلا معك وأتمنى أن نعود إلى البحر مرة أخرى في الصيف القادم",
    "persian": "عزیزم دلم برایت تنگ شده است و پنجشنبه گذشته را هرگز فراموش نمی‌کنم",
}


def manuscript(*pieces: str | Piece, head: str = HEAD, hand: str = "Sam") -> Manuscript:
    made = tuple(Piece("text", piece) if isinstance(piece, str) else piece for piece in pieces)
    return Manuscript((Leaf(head, hand, made),), ASIDES, "x.pdf", head, "en", datetime(2027, 2, 14, tzinfo=UTC))


def pages(made: Manuscript) -> list[str]:
    """The text of each page, as a program that opens the file finds it."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(printed(made))).pages]


def body(made: Manuscript) -> str:
    """Everything below the head, without page numbers."""
    found = pages(made)
    if len(found) > 1:
        found = [re.sub(rf"\n?{number}\s*$", "", page) for number, page in enumerate(found, 1)]
    return "\n".join(found).removeprefix(HEAD)


def close(text: str) -> str:
    """Without white space: where a line ends is the paper's."""
    return "".join(text.split())


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_reads_back_as_it_was_written(script: str) -> None:
    """A sign that is drawn before the letter it follows has no text of its own; pypdf then shows its number."""
    found = body(manuscript(SCRIPTS[script]))
    found = "".join(letter for letter in found if letter >= " " or letter == "\n")
    assert close(found) == close(SCRIPTS[script])
    assert SHAPELESS not in found


@pytest.mark.parametrize("script", LEFTWARD)
def test_what_is_read_from_right_to_left_stands_so(script: str) -> None:
    """The file holds a line's words from left to right, so each line must hold them turned around."""
    lines = [line.split() for line in body(manuscript(LEFTWARD[script])).strip().splitlines()]
    assert len(lines) > 1
    assert [word for line in lines for word in reversed(line)] == LEFTWARD[script].split()


def test_a_line_of_both_directions() -> None:
    found = body(manuscript("אני אוהב את London מאוד")).split()
    assert found == ["אני", "אוהב", "את", "London", "מאוד"][::-1]
    found = body(manuscript("I say שלום חבר to you")).split()
    assert found == ["I", "say", "חבר", "שלום", "to", "you"]


def test_a_name_of_another_direction_turns_nothing_around_it() -> None:
    """It stands between the signs for that; without them the comma would go to its other side."""
    found = pages(manuscript("x", head="From שרה, 2 March 2027", hand="שרה"))[0]
    places = [found.index(part) for part in ("From", "\u2068", "שרה", "\u2069", "2 March 2027")]
    assert places == sorted(places)


@pytest.mark.parametrize("size", [1, 2, 80, 4096, 30_000])
def test_every_length(size: int) -> None:
    text = ("I remember the evening by the lake, and what you said.\n\n" * (size // 50 + 1))[:size].strip() or "x"
    made = manuscript(text)
    found = pages(made)
    assert close(body(made)) == close(text)
    if len(found) == 1:
        assert not found[0].strip().endswith("\n1")
    else:
        assert [page.split()[-1] for page in found] == [str(number) for number in range(1, len(found) + 1)]


@pytest.mark.parametrize(
    "text", ["x" * 30_000, "word " * 6_000, "😀" * 3_000, "-" * 5_000 + "a", "שלום" + "!" * 2_000, "\n" * 4_000 + "end"]
)
def test_texts_that_no_page_was_made_for(text: str) -> None:
    assert sorted(close(body(manuscript(text)))) == sorted(close(text))


def test_paragraphs_and_lines_stay_apart() -> None:
    found = body(manuscript("One.\n\nTwo,\nand its second line.", "Three.")).strip().splitlines()
    assert found == ["One.", "Two,", "and its second line.", "Three."]


def test_each_letter_begins_a_page() -> None:
    one = manuscript("One")
    both = replace(one, leaves=(*one.leaves, Leaf("From Ana, 3 March 2027", "Ana", (Piece("text", "Two"),))))
    assert [page.splitlines()[0] for page in pages(both)] == [HEAD, "From Ana, 3 March 2027"]


THAI = "วันนี้ฉันเห็นไฟในครัวที่คุณเปิดทิ้งไว้ให้"


def test_thai_has_all_its_letters_and_no_box() -> None:
    """Where a mark is drawn before its letter, a reader of files finds the two turned around."""
    found = close(body(manuscript(THAI)))
    drawn = {letter for letter in found if "\u0e00" < letter < "\u0e7f"}
    assert drawn == set(THAI)
    assert SHAPELESS not in found


def test_a_line_of_a_script_without_spaces_ends_where_it_may() -> None:
    """No line begins with a closing sign, a small kana, or a Thai vowel that stands on the letter before it."""
    for text in (SCRIPTS["chinese"] * 9, SCRIPTS["japanese"] * 9, THAI * 9):
        pieces = pieces_of(text)
        assert "".join(pieces) == text
        assert max(map(len, pieces)) <= 6
        assert not any(
            piece[0] in "\u3002\uff0c\u3001\u300d\uff1f\u30fc\u3063\u0e31\u0e35\u0e49\u0e47\u0e34\u0e38\u0e48"
            for piece in pieces
        )
        assert not any(piece[-1] in "「เไใ" for piece in pieces)
    lines = body(manuscript(SCRIPTS["chinese"] * 9)).strip().splitlines()
    assert len(lines) > 9
    assert not any(line[0] in "\u3002\uff0c" for line in lines)
    assert close("".join(lines)) == SCRIPTS["chinese"] * 9


def test_a_text_with_spaces_is_broken_at_its_spaces() -> None:
    assert pieces_of(SCRIPTS["latin"] + SCRIPTS["korean"]) == [SCRIPTS["latin"] + SCRIPTS["korean"]]


def test_what_has_no_shape_stands_as_a_box_and_the_page_says_so() -> None:
    found = body(manuscript("before \u1b05\u1b06 after"))
    assert close(found) == "before□□afterAboxhasnoshape."
    assert "no shape" not in body(manuscript("a box of one's own: □"))


@pytest.mark.parametrize(
    "text", ["a\x00b\x1bc", "a\ud800b", "a\u200db", "\u202eabc", "a\u2066b", "\ufe0f", "1\ufe0f\u20e3"]
)
def test_what_is_never_seen_does_no_harm(text: str) -> None:
    assert SHAPELESS not in body(manuscript(text, "end"))


PHOTO = sample_photo(3)


def test_photos_stand_where_they_were_put_and_missing_ones_are_told() -> None:
    made = manuscript("Before", Piece("photo", "The bench", data=PHOTO), Piece("photo"), Piece("voice"), "After")
    reader = PdfReader(io.BytesIO(printed(made)))
    assert [len(page.images) for page in reader.pages] == [1]
    said = body(made).strip().splitlines()
    assert said == ["Before", "The bench", "A photo is missing.", "A voice note.", "After"]


@pytest.mark.parametrize("data", [b"", b"no picture", PHOTO[: len(PHOTO) // 2], b"\x89PNG\r\n\x1a\n"])
def test_a_photo_that_cannot_be_read_is_a_missing_one(data: bytes) -> None:
    assert "A photo is missing." in body(manuscript(Piece("photo", data=data)))


def test_a_photo_that_does_not_fit_goes_to_the_next_page() -> None:
    made = manuscript("line\n" * 24, Piece("photo", data=PHOTO))
    reader = PdfReader(io.BytesIO(printed(made)))
    assert [len(page.images) for page in reader.pages] == [0, 1]


def test_the_same_letter_makes_the_same_file_with_its_own_fonts() -> None:
    made = manuscript("Once. שלום")
    assert printed(made) == printed(made)
    page = PdfReader(io.BytesIO(printed(made))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    names = {font["/BaseFont"].partition("+")[2] for font in fonts}
    assert names == {"EBGaramond12Regular", "EBGaramond12Italic", "NotoSerifHebrew"}
    assert all("/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts)


def test_no_word_stands_in_two_fonts() -> None:
    page = PdfReader(io.BytesIO(printed(manuscript("Күтем сені, қымбаттым.")))).pages[0]
    fonts = {font.get_object()["/BaseFont"].partition("+")[2] for font in page["/Resources"]["/Font"].values()}
    assert fonts == {"EBGaramond12Italic", "NotoSerif"}


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level("INFO")
    printed(manuscript("CANARY 日本 \ue000", Piece("photo", data=b"x")))
    assert "CANARY" not in caplog.text
    assert [record for record in caplog.records if record.levelname != "INFO"] == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", [SERIF, "italic", *OTHERS])
def test_every_font_has_a_space_to_shape_joiners_by(name: str) -> None:
    assert 0x20 in covered(name)


LETTERS = st.text(
    st.sampled_from([chr(letter) for name in (SERIF, WIDE, "emoji") for letter in sorted(covered(name))] + [*" \n"]),
    max_size=60,
)


@settings(max_examples=60)
@given(LETTERS)
def test_nothing_that_has_a_shape_gets_lost(text: str) -> None:
    assert shown(text)[1] is False
    printed(manuscript(text))


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    printed(manuscript(text, head=text[:20], hand=text[:5]))
