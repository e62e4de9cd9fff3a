import pytest

from bot.content.interface import load_interface
from bot.conversation.shelf import DIALOGS
from bot.engine.lock import check_lock, interface_hashes, release_of, write_lock
from bot.engine.script import Text


@pytest.fixture
def book(make_book, standard, letter):
    def making(text=letter, **files):
        return make_book(**{"check": standard["check"], "letter": text, **files})

    return making


def codes(found):
    return [(one.code, one.file) for one in found]


def test_a_lock_holds_every_question_and_every_variable(book):
    lock = write_lock(book())
    keys = {line.split()[0] for line in lock.splitlines() if not line.startswith("#")}
    assert {"letter.mood", "letter.review", "letter:draft", "check.look", "check:strict"} <= keys
    assert "letter.weigh" not in keys


def test_today_keeps_its_own_lock(book):
    assert check_lock(book(), write_lock(book())) == ()


def test_the_same_dialogs_make_the_same_lock(book, letter):
    head, tail = letter.split("nodes:\n")
    turned = head.replace("  mood: {", "  mood:   {") + "nodes:\n" + tail
    assert write_lock(book(turned)) == write_lock(book())


CALM = "        calm:\n          text: Calm\n          go: zone\n"
UPSET = "        upset:\n          text: Upset\n          go: wait\n"
FREE = {
    "another text": ("How are you?", "How do you feel?"),
    "another label": ("text: Calm", "text: Quite calm"),
    "another target": ("20m, go: later", "20m, go: zone"),
    "another order of buttons": (CALM + UPSET, UPSET + CALM),
    "a new variable": ("vars:\n", "vars:\n  fresh: {type: flag}\n"),
    "a new value": ("of: [calm, upset]", "of: [calm, upset, tired]"),
    "another step between": ("  sent:\n", "  sent:\n    do:\n      - mute: {on: true}\n    go: off\n  off:\n"),
}


@pytest.mark.parametrize(("old", "new"), FREE.values(), ids=FREE)
def test_texts_ways_and_new_things_are_free(book, letter, old, new):
    assert old in letter
    assert check_lock(book(letter.replace(old, new, 1)), write_lock(book())) == ()


CHANGED = {
    "a button more": (
        "        ready:\n",
        "        later:\n          text: Later\n          go: later\n        ready:\n",
    ),
    "a button renamed": ("        ready:\n", "        go_on:\n"),
    "another checker": ("check: words", "check: phrase"),
    "another kind": ("kinds: [text, photo]", "kinds: [text]"),
    "another save": ("save: zone", "save: name"),
    "no consent": ("          consent: draft\n", ""),
}


@pytest.mark.parametrize(("old", "new"), CHANGED.values(), ids=CHANGED)
def test_a_changed_question_must_be_moved(book, letter, old, new):
    found = check_lock(book(letter.replace(old, new, 1)), write_lock(book()))
    assert codes(found) == [("D802", "letter.yaml")]


def test_a_question_that_is_gone_must_be_moved(book, letter):
    lock = write_lock(book())
    renamed = letter.replace("  wait:\n", "  rest:\n").replace("go: wait", "go: rest")
    found = check_lock(book(renamed), lock)
    assert ("D801", "letter.yaml") in codes(found)
    moved = renamed.replace("start: mood", "moved: {wait: rest}\nstart: mood")
    assert codes(check_lock(book(moved), lock)) == [("D807", "dialogs.lock")]


def test_a_move_leads_to_a_question(book, letter):
    moved = letter.replace("start: mood", "moved: {wait: weigh}\nstart: mood")
    assert ("D803", "letter.yaml") in codes(check_lock(book(moved), write_lock(book())))


def test_a_released_variable_keeps_its_type(book, letter):
    changed = letter.replace("  zone: {type: text}", "  zone: {type: choice, of: [utc]}")
    assert ("D804", "letter.yaml") in codes(check_lock(book(changed), write_lock(book())))


def test_a_dialog_that_is_gone_is_only_told(book, make_book):
    found = check_lock(make_book(), write_lock(book()))
    assert {one.code for one in found} == {"D806"}
    assert {one.severity for one in found} == {"warning"}


def test_questions_that_were_never_released_are_only_told(book):
    (one,) = check_lock(book(), "")
    assert (one.code, one.severity) == ("D807", "warning")
    assert str(len(interface_hashes(book()))) in one.message


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\n", "letter.mood\n", "a b c\n", "x 1\nx 1\n"])
def test_a_damaged_lock_is_named(book, text):
    assert ("D805", "dialogs.lock") in codes(check_lock(book(), text))


ASKED = "    ask:\n      buttons:\n        fine:\n          text: Fine\n          go: off\n"
RAISES = {
    "a new question": ("  sent:\n", f"  sent:\n{ASKED}  off:\n"),
    "a new variable": FREE["a new variable"],
    "a new value": FREE["a new value"],
}
STAYS = ("another text", "another label", "another target")


def release(before, after):
    return release_of(write_lock(after, before=write_lock(before)))


@pytest.mark.parametrize(("old", "new"), RAISES.values(), ids=RAISES)
def test_what_workers_of_this_release_could_not_go_on_with_is_another_release(book, letter, old, new):
    assert old in letter
    assert release(book(), book(letter.replace(old, new, 1))) == 2


@pytest.mark.parametrize("name", STAYS)
def test_what_they_can_go_on_with_is_the_same_release(book, letter, name):
    assert release(book(), book(letter.replace(*FREE[name], 1))) == 1


def test_messages_and_their_names_are_of_a_release(book):
    said = {"interface.a": Text("interface.a", ("Hello {name}",))}
    before = write_lock(book(), said)
    assert release_of(write_lock(book(), said, before)) == 1
    assert release_of(write_lock(book(), {**said, "interface.b": Text("interface.b", ("Yes",))}, before)) == 2


def test_two_changes_that_took_the_same_number_are_found(book, letter):
    one = write_lock(book(letter.replace(*FREE["a new value"], 1)), before=write_lock(book()))
    merged = one.replace("letter:mood", "letter:moods flag\nletter:mood")
    assert release_of(merged) == 2
    assert codes(check_lock(book(letter.replace(*FREE["a new value"], 1)), merged)) == [("D805", "dialogs.lock")]


def test_a_lock_of_before_is_release_one(book):
    without = "".join(line for line in write_lock(book()).splitlines(keepends=True) if not line.startswith("release"))
    assert release_of(without) == release_of("") == 1
    assert release_of(write_lock(book(), before=without)) == 1
    assert check_lock(book(), without) == ()


def test_the_release_of_the_dialogs_was_raised_when_they_changed(shelf):
    """Run `python -m bot check-dialogs --update-lock` where this fails."""
    text = (DIALOGS / "dialogs.lock").read_text(encoding="utf-8")
    messages = load_interface(DIALOGS)[0].texts
    assert write_lock(shelf.book, messages, text) == text
    assert shelf.book.release == release_of(text)
