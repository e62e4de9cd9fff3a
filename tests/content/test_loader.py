import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.loader import load_book
from bot.engine.conditions import Compare, Literal, Variable
from bot.engine.script import Name
from tests.support.pace import Spent


def codes(loaded):
    return [(one.code, one.file, one.line) for one in loaded.diagnostics]


def test_a_dialog_without_a_fault_is_read_with_its_texts_and_lines(load, hello):
    loaded = load(hello=hello)
    assert loaded.diagnostics == ()
    dialog = loaded.book.dialogs["hello"]
    assert list(dialog.nodes) == ["ask", "done", "later"]
    assert loaded.texts["hello.ask.say"].variants == ("How are you?",)
    assert loaded.texts["hello.ask.ask.calm"].place.line == 15
    assert loaded.texts["hello.done.say"].placeholders == {"name"}
    assert dialog.lines["nodes", "ask", "ask", "buttons", "upset", "go"] == 19
    assert dialog.expire.after.days == 7


def test_branches_conditions_and_references_become_values(load, hello):
    more = """\
    go:
      - {if: mood == "calm", to: seal}
      - {to: later}
  seal:
    do:
      - seal: {letter: draft}
    call: {dialog: hello, with: {mood: {var: mood}, other: draft, third: calm}}
    go: later
  later:
"""
    text = hello.replace("    end: done\n  later:\n", more).replace("vars:\n", "vars:\n  draft: {type: letter}\n")
    loaded = load(hello=text)
    assert loaded.diagnostics == ()
    nodes = loaded.book.dialogs["hello"].nodes
    assert nodes["done"].go[0].condition == Compare(Variable("mood"), "==", Literal("calm"))
    assert nodes["seal"].do[0].args == {"letter": Name("draft")}
    assert nodes["seal"].call.args == {"mood": Name("mood"), "other": Name("draft"), "third": "calm"}


def test_variants_and_plurals_keep_their_forms(load, hello):
    said = """\
    say:
      - |
        Thank you.
      - |
        Many thanks.
"""
    plural = """\
    say:
      count: parts
      one: |
        One part.
      other: |
        {parts} parts.
"""
    thanks = "    say: |\n      Thank you, *{name}*.\n"
    variants = load(hello=hello.replace(thanks, said)).texts["hello.done.say"]
    assert variants.variants == ("Thank you.", "Many thanks.")
    assert variants.variant_id(1) == "hello.done.say.1"
    forms = load(hello=hello.replace(thanks, plural)).texts["hello.done.say"]
    assert (forms.count, forms.variants) == ("parts", ("One part.", "{parts} parts."))


PLANTED = {
    "a key twice": ("about: Say hello.", "about: Say hello.\nabout: Again.", "D106", 3),
    "an anchor": ("start: ask", "start: &here ask", "D107", 3),
    "a tag": ("start: ask", "start: !!str ask", "D107", 3),
    "a tab": ("    say: |\n      How", "\t  say: |\n      How", "D101", 9),
    "an unknown key": ("text: Calm", "txet: Calm\n          text: Calm", "D201", 15),
    "a missing key": ("start: ask\n", "", "D202", 2),
    "no expiry": ("expire: {after: 7d, go: later}\n", "", "D304", 3),
    "a wrong id": ("  later:\n", "  Later-On:\n", "D203", 24),
    "a wrong duration": ("after: 7d", "after: a week", "D203", 4),
    "a number for a text": ("text: Calm", "text: 5", "D204", 15),
    "an unknown type": ("type: choice", "type: chioce", "D205", 6),
    "a list for a map": ("    end: later", "    end: [later]", "D204", 25),
    "a condition that is none": (
        "          go: done\n        upset",
        "          go: done\n          when: f(mood)\n        upset",
        "D207",
        17,
    ),
    "a text in braces": (
        "        calm:\n          text: Calm\n          go: done\n",
        "        calm: {text: Calm, go: done}\n",
        "D601",
        14,
    ),
    "a message that is no block": ("    say: |\n      How are you?", "    say: How are you?", "D602", 9),
    "an empty text": ("text: Calm", 'text: " "', "D603", 15),
    "a direction mark": ("text: Calm", 'text: "Calm\\u202e"', "D604", 15),
    "a lonely brace": ("Thank you, *{name}*.", "Thank you {name.", "D605", 21),
    "a name that is none": ("{name}", "{Your name}", "D605", 21),
    "emphasis in emphasis": ("*{name}*", "*my _dear_ {name}*", "D605", 21),
    "doubled stars": ("*{name}*", "**{name}**", "D605", 21),
    "open emphasis": ("*{name}*", "*{name}", "D605", 21),
    "markup": ("*{name}*", "<b>{name}</b>", "D605", 21),
}


@pytest.mark.parametrize(("old", "new", "code", "line"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found_where_it_stands_and_its_dialog_left_out(load, hello, old, new, code, line):
    assert old in hello
    loaded = load(hello=hello.replace(old, new, 1), other=hello.replace("dialog: hello", "dialog: other"))
    assert codes(loaded) == [(code, "hello.yaml", line)]
    assert list(loaded.book.dialogs) == ["other"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00\x01",
        b"\x00" * 100,
        b"",
        b"# nothing",
        b"just words",
        b"- a\n- b",
        b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
        b"[" * 20_000,
        b"- " * 20_000,
        b"a: " + b"x" * 1_000_000,
        b"%YAML 3.0\n---\na: 1",
        b"--- a\n--- b",
        b"? {a: b}\n: c",
        b"a: [1",
        b"a: 'x",
        b"a: \x85\xc2\x85",
        b"dialog: 2026-01-01\nnodes: 3",
        b'a: "\\UFFFFFFFF"',
        b'a: "\\U0011FFFF"',
        b"%YAML 1.99\n---\na: 1",
        b"dialog: interface",
    ],
)
def test_files_that_are_no_dialogs_are_named_and_never_raise(load, hello, body):
    loaded = load(broken=body, hello=hello)
    assert {one.file for one in loaded.diagnostics} == {"broken.yaml"}
    assert all(one.message.endswith((".", "?")) and one.line >= 0 for one in loaded.diagnostics)
    assert list(loaded.book.dialogs) == ["hello"]


def test_a_dialog_stands_once_in_the_file_of_its_name(load, hello):
    assert codes(load(hello=hello, hullo=hello)) == [("D208", "hullo.yaml", 1)]


def test_the_names_of_the_fixed_messages_are_taken(load, hello):
    assert codes(load(interrupts=hello.replace("dialog: hello", "dialog: interrupts"))) == [
        ("D209", "interrupts.yaml", 1)
    ]


def test_a_value_of_another_kind_is_refused(load, hello):
    act = hello.replace("    end: done\n", "    do:\n      - seal: {letter: 1.5}\n    end: done\n")
    assert codes(load(hello=act)) == [("D206", "hello.yaml", 24)]


def test_without_interrupts_the_texts_of_the_interface_are_there(load, hello):
    assert set(load(hello=hello, _interrupts="[").texts) == {"interface.hi"}


def test_the_words_of_a_retry_are_among_the_texts(load, hello):
    keys = ("save: mood", "check: any_words", "go: done", "retry: |\n          More.")
    ask = "      text:\n" + "".join(f"        {key}\n" for key in keys)
    text = hello.replace("      save: mood\n", ask)
    assert load(hello=text).texts["hello.ask.retry"].variants == ("More.",)


def test_a_file_is_called_as_its_dialog(load, hello):
    assert codes(load(greeting=hello)) == [("D210", "greeting.yaml", 1)]


def test_without_interrupts_there_is_no_book(load, hello):
    loaded = load(hello=hello, _interrupts="words: 3\n")
    assert loaded.book is None
    assert {one.file for one in loaded.diagnostics} == {"_interrupts.yaml"}


def test_an_unreadable_folder_is_a_diagnostic(tmp_path):
    loaded = load_book(
        tmp_path / "none", effects={}, checkers={}, facts={}, lists={}, letter_fields={}, danger=lambda _text: None
    )
    assert loaded.book is None
    assert {one.code for one in loaded.diagnostics} == {"D103"}


def test_a_misspelt_key_gets_a_suggestion(load, hello):
    loaded = load(hello=hello.replace("    say: |\n      How", "    sya: |\n      How"))
    assert "did you mean `say`?" in loaded.diagnostics[0].message


def test_interface_messages_may_have_buttons(load, hello):
    loaded = load(hello=hello, interface="messages:\n  note:\n    text: A letter.\n    buttons:\n      open: Open\n")
    assert loaded.interface.buttons == {"interface.note": {"open": "interface.note.open"}}
    assert loaded.texts["interface.note.open"].variants == ("Open",)


def test_lengths_of_the_interface_are_kept(load, hello):
    label = "  note:\n    text: A letter.\n    buttons:\n      open: Open this letter now, please, at once\n"
    loaded = load(hello=hello, interface=f"messages:\n  long: |\n    {'x' * 4097}\n{label}")
    assert codes(loaded) == [("D607", "interface.yaml", 2), ("D315", "interface.yaml", 7)]


def test_a_half_character_or_a_control_is_refused(load, hello):
    assert codes(load(hello=hello.replace("text: Calm", 'text: "Calm\\x07"'))) == [("D604", "hello.yaml", 15)]
    assert codes(load(hello=hello.replace("text: Calm", 'text: "Calm\\ud83d"')))[0][1:] == ("hello.yaml", 15)


def test_twenty_five_dialogs_are_read_well_under_a_second(load, hello):
    nodes = "".join(f"  n{i}:\n    say: |\n      Words {i}.\n    go: done\n" for i in range(25))
    long = hello.replace("nodes:\n", "nodes:\n" + nodes)
    files = {f"d{i}": long.replace("dialog: hello", f"dialog: d{i}") for i in range(25)}
    spent = Spent()
    loaded = load(**files)
    assert len(loaded.book.dialogs) == 25
    assert spent.seconds() < 1


PIECES = st.sampled_from(
    ["\t", "  ", ":", "- ", "{", "}", "[", "&a ", "*a", "!!x ", "|", "'", "\n", "\x00", "nodes:", "é", "0", "\ud83d"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_mutation_of_a_dialog_makes_the_loader_fail(load, hello, data):
    text = hello
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(PIECES) + text[at + cut :]
    loaded = load(hello=text.encode("utf-8", "surrogatepass"))
    assert loaded.diagnostics or loaded.book.dialogs["hello"].id == "hello"
