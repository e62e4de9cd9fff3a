import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.pseudo import pseudo_text
from bot.content.spans import FSI, PDI, Span, fill, isolated, units
from bot.content.templates import TemplateInvalid, parse, placeholders


def test_names_in_braces_are_found():
    assert placeholders("Dear {name}, {draft.parts} parts.") == {"name", "draft.parts"}


@pytest.mark.parametrize(
    "text",
    ["{", "}", "{}", "{Name}", "{a b}", "{a.b.c}", "{{name}}", "{a!r}", "{a:5}", "**x**", "__x__", "*x", "*x\ny*"],
)
def test_what_is_no_template_is_refused(text):
    with pytest.raises(TemplateInvalid):
        parse(text)


@pytest.mark.parametrize("text", ["*a _b_ c*", "_*a*_", "<b>x</b>", "<a href='x'>y</a>", "x &amp; y"])
def test_markup_and_nested_emphasis_are_refused(text):
    with pytest.raises(TemplateInvalid):
        parse(text)


@pytest.mark.parametrize("text", ["5 * 3 * 2", "snake_case_name", "a*b*c", "1 < 2 > 0", "* item", "fish & chips", "2*"])
def test_marks_that_are_not_at_the_borders_of_words_stay_as_they_are(text):
    assert fill(text, {}) == (text, ())


def test_emphasis_becomes_spans_and_its_marks_go():
    assert fill("a *bold* and _slanted_ word", {}) == (
        "a bold and slanted word",
        (Span("bold", 2, 4), Span("italic", 11, 7)),
    )


def test_one_run_of_emphasis_is_one_span():
    assert fill("_for {name} only_", {"name": "Bo"}) == ("for Bo only", (Span("italic", 0, 11),))


def test_offsets_count_as_telegram_does():
    text, spans = fill("\U0001f600 *{name}*!", {"name": "\U0001f601x"})
    assert text == "\U0001f600 \U0001f601x!"
    assert spans == (Span("bold", 3, 3),)


def test_a_value_never_formats_or_fills_anything():
    text, spans = fill("{a} {b}", {"a": "*x* _y_ {b} <b>", "b": "{a}"})
    assert text == "*x* _y_ {b} <b> {a}"
    assert spans == ()


def test_only_right_to_left_words_are_isolated():
    assert isolated("Bo") == "Bo"
    assert isolated("\u05d3\u05e0\u05d4") == f"{FSI}\u05d3\u05e0\u05d4{PDI}"
    assert isolated("Bo\u202e") == f"{FSI}Bo{PDI}"
    assert isolated(f"{PDI}\u05d3") == f"{FSI}\u05d3{PDI}"


def test_a_value_that_is_not_there_leaves_a_gap_that_is_told():
    told = []
    assert fill("Dear {name}.", {"name": None}, told.append) == ("Dear \u2026.", ())
    assert told == ["name"]


@given(st.text(max_size=60))
def test_any_text_is_a_template_or_refused(text):
    try:
        filled, spans = fill(text, {})
    except TemplateInvalid:
        return
    assert all(span.length > 0 and span.offset + span.length <= units(filled) for span in spans)


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_a_person_wrote_comes_out_as_written(first, second):
    text, _ = fill("{a}|{b}", {"a": first, "b": second})
    assert text == f"{isolated(first)}|{isolated(second)}"


def test_the_made_up_language_is_longer_and_keeps_names_and_emphasis():
    text = pseudo_text("Hello *{name}*, how are you?")
    assert text.startswith("\u27e6")
    assert text.endswith("\u27e7")
    assert len(text) >= 1.4 * len("Hello *{name}*, how are you?")
    assert placeholders(text) == {"name"}
    assert fill(text, {"name": "Bo"})[1][0].style == "bold"
