from datetime import UTC, datetime

import pytest

from bot.content.catalogue import build_catalogue, load_catalogue
from bot.content.interface import Interface
from bot.content.pot import export_pot, update_locale
from bot.content.pseudo import LANG, pseudo
from bot.content.translations import check, load_translations
from bot.engine.script import Text
from bot.errors import BrokenAssumption

NOW = datetime(2026, 3, 1, tzinfo=UTC)
INTERFACE = """\
messages:
  hi: Hi *{name}*.
  days:
    count: n
    one: "{n} day"
    other: "{n} days"
  notes:
    - One.
    - Two.
  letter:
    text: A letter.
    buttons:
      open: Open
"""
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: pl\\n"\n'
PLURALS = (
    '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
)
POLISH = """\
msgctxt "interface.hi"
msgid "Hi *{name}*."
msgstr "Witaj *{name}*."

msgctxt "interface.days"
msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{n} dzie\u0144"
msgstr[1] "{n} dni"
msgstr[2] "{n} dni."

#, fuzzy
msgctxt "interface.letter"
msgid "A letter."
msgstr "Kartka."

msgctxt "interface.letter.open"
msgid "Open it"
msgstr "Otw\u00f3rz"
"""


@pytest.fixture
def write_po(tmp_path):
    def writing(body=POLISH, name="pl", head=HEAD + PLURALS):
        (tmp_path / "locale").mkdir(exist_ok=True)
        (tmp_path / "locale" / f"{name}.po").write_text(head + body, encoding="utf-8")

    return writing


@pytest.fixture
def catalogue(load, hello, tmp_path):
    def making():
        loaded = load(hello=hello, interface=INTERFACE)
        assert loaded.diagnostics == ()
        return load_catalogue(tmp_path, loaded.texts, loaded.interface)

    return making


def test_english_comes_from_the_dialogs_and_the_interface(catalogue):
    words = catalogue()
    assert words.text("hello.ask.say") == "How are you?"
    assert words.text("hello.ask.ask.calm") == "Calm"
    assert words.text("interrupts.stopped") == "Stopped."
    assert words.text("interface.hi", args={"name": "Bo"}) == "Hi Bo."
    assert words.buttons("interface.letter") == {"open": "interface.letter.open"}
    assert words.languages == ("en",)
    assert not words.fallbacks


def test_plurals_and_variants_have_their_forms(catalogue):
    words = catalogue()
    assert [words.text("interface.days", "en", {"n": n}, n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [words.text(f"interface.notes.{n}") for n in (0, 1)] == ["One.", "Two."]
    assert words.text("interface.notes") == "One."


def test_a_translation_is_used_with_the_plurals_of_its_language(catalogue, write_po):
    write_po()
    words = catalogue()
    assert words.languages == ("en", "pl")
    assert words.spans("interface.hi", "pl-PL", {"name": "Bo"})[0] == "Witaj Bo."
    days = [words.text("interface.days", "pl", {"n": n}, n) for n in (1, 3, 5, 22)]
    assert days == ["1 dzie\u0144", "3 dni", "5 dni.", "22 dni"]
    assert not words.fallbacks


@pytest.mark.parametrize("message", ["interface.letter", "interface.letter.open", "hello.ask.say"])
def test_what_is_fuzzy_outdated_or_missing_is_said_in_english_and_counted(catalogue, write_po, message):
    write_po()
    words = catalogue()
    assert words.text(message, "pl") == words.text(message, "en")
    assert words.fallbacks == {"pl": 1}


def test_a_language_without_a_file_is_english_and_counted(catalogue):
    words = catalogue()
    assert words.text("interrupts.stopped", "fr") == "Stopped."
    assert words.text("interrupts.stopped", "en-GB") == "Stopped."
    assert words.fallbacks["fr"] == 1
    assert words.fallbacks["en-GB"] == 0


def test_a_translation_that_is_no_template_is_passed_over(catalogue, write_po):
    write_po('msgctxt "interface.hi"\nmsgid "Hi *{name}*."\nmsgstr "Witaj {name"\n')
    words = catalogue()
    assert words.text("interface.hi", "pl", {"name": "Bo"}) == "Hi Bo."
    assert words.fallbacks == {"pl": 1}


def test_a_message_that_no_file_has_is_a_defect(catalogue):
    with pytest.raises(BrokenAssumption):
        catalogue().text("interface.nothing")


def test_gaps_are_counted(catalogue):
    words = catalogue()
    assert words.text("interface.hi") == "Hi \u2026."
    assert words.gaps == {"interface.hi name": 1}


def test_a_plural_without_a_number_is_the_general_form(catalogue, write_po):
    write_po()
    words = catalogue()
    assert words.text("interface.days", "en", {"n": 4}) == "4 days"
    assert words.text("interface.days", "pl", {"n": 4}) == "4 dni."


def test_english_that_is_no_template_is_a_defect():
    broken = Text("x.y.say", ("{",))
    with pytest.raises(BrokenAssumption):
        build_catalogue({"x.y.say": broken}, Interface(), {}).text("x.y.say")


FAULTS = {
    "other names": ('msgctxt "interface.hi"\nmsgid "Hi *{name}*."\nmsgstr "Witaj {imie}."\n', "D625"),
    "no template": ('msgctxt "interface.hi"\nmsgid "Hi *{name}*."\nmsgstr "Witaj {name"\n', "D624"),
    "too long": (f'msgctxt "interrupts.stopped"\nmsgid "Stopped."\nmsgstr "{"x" * 5000}"\n', "D626"),
    "a direction mark": ('msgctxt "interrupts.stopped"\nmsgid "Stopped."\nmsgstr "x\u202e"\n', "D627"),
    "an unknown id": ('msgctxt "interface.nobody"\nmsgid "Nobody"\nmsgstr "Nikt"\n', "D622"),
    "an old English": ('msgctxt "interrupts.stopped"\nmsgid "Halted."\nmsgstr "Stop."\n', "D623"),
}


@pytest.mark.parametrize(("body", "code"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_translation_is_found_at_its_line(load, hello, tmp_path, write_po, body, code):
    write_po(body)
    texts = load(hello=hello, interface=INTERFACE).texts
    translations, found = load_translations(tmp_path / "locale")
    assert found == []
    (one,) = check(translations["pl"], texts)
    assert (one.code, one.file) == (code, "locale/pl.po")
    assert one.line in (8, 9)


def test_a_text_without_a_translation_yet_is_no_fault(load, hello, tmp_path, write_po):
    write_po('msgctxt "interrupts.stopped"\nmsgid "Stopped."\nmsgstr ""\n')
    translations, _ = load_translations(tmp_path / "locale")
    assert list(check(translations["pl"], load(hello=hello).texts)) == []


def test_a_sound_translation_gives_no_finding_but_outdated_english(load, hello, tmp_path, write_po):
    write_po()
    texts = load(hello=hello, interface=INTERFACE).texts
    translations, _ = load_translations(tmp_path / "locale")
    assert [one.code for one in check(translations["pl"], texts)] == ["D628", "D623"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("pl", "nonsense\n"),
        ("pl", 'msgid "a"\nmsgctxt "b"\nmsgstr "c"\n'),
        ("not a language", POLISH),
    ],
)
def test_an_unreadable_translation_is_named_and_left_out(tmp_path, write_po, name, body):
    write_po(body, name=name)
    translations, found = load_translations(tmp_path / "locale")
    assert translations == {}
    assert [(one.code, one.file) for one in found] == [("D621", f"locale/{name}.po")]


def test_the_template_of_translations_has_every_text_under_its_id(load, hello):
    texts = load(hello=hello, interface=INTERFACE).texts
    pot = export_pot(texts, now=NOW)
    assert 'msgctxt "hello.ask.say"\nmsgid "How are you?"\nmsgstr ""' in pot
    assert 'msgctxt "interface.notes.1"\nmsgid "Two."' in pot
    assert 'msgid "{n} day"\nmsgid_plural "{n} days"' in pot
    assert pot == export_pot(texts, now=NOW)


def test_an_update_keeps_translations_and_marks_changed_english_fuzzy(load, hello, tmp_path, write_po):
    write_po()
    loaded = load(hello=hello, interface=INTERFACE.replace("Hi *{name}*.", "Hello *{name}*."))
    written = update_locale(tmp_path / "locale", loaded.texts, now=NOW)
    assert [path.name for path in written] == ["messages.pot", "pl.po"]
    translations, found = load_translations(tmp_path / "locale")
    assert found == []
    entries = translations["pl"].entries
    assert entries["interface.hi"].fuzzy
    assert entries["interface.hi"].forms == ("Witaj *{name}*.",)
    assert entries["interface.days"].forms == ("{n} dzie\u0144", "{n} dni", "{n} dni.")
    assert not entries["interface.days"].fuzzy
    words = build_catalogue(loaded.texts, loaded.interface, translations)
    assert words.text("interface.hi", "pl", {"name": "Bo"}) == "Hello Bo."


def test_every_text_comes_out_in_the_made_up_language(catalogue):
    words = pseudo(catalogue())
    args = {"name": "Bo", "n": 3}
    for message in words.ids():
        assert words.text(message, LANG, args, 3).startswith("\u27e6")
    assert not words.fallbacks
