"""Findings that more than one dialog has a part in."""

import pytest

from bot.engine.lint import lint
from bot.engine.run import MAX_FRAMES

CALLER = """\
dialog: caller
about: Call another.
start: begin
expire: {after: 7d, go: stay}
vars:
  words: {type: text, private: true}
  draft: {type: letter, private: true}
nodes:
  begin:
    say: |
      Say something.
    ask:
      text:
        save: words
        check: words
        go: inside
        retry: |
          Again.
  inside:
    call: {dialog: callee, with: {words: {var: words}}}
    go:
      - {if: result == "yes", to: give}
      - {to: stay}
  give:
    do:
      - keep: {letter: draft}
    end: given
  stay:
    end: stayed
"""
CALLEE = """\
dialog: callee
about: Ask whether to.
start: sure
expire: {after: 7d, go: no}
vars:
  words: {type: text, private: true, given: true}
nodes:
  sure:
    say: |
      Sure about {words}
    ask:
      buttons:
        yes:
          text: Yes
          consent: words
          go: yes
        no:
          text: No
          go: no
  yes:
    do:
      - tell: {words: words}
    end: yes
  no:
    end: no
"""


def codes(found):
    return {(one.code, one.file) for one in found if one.severity == "error"}


def test_consent_inside_a_sub_dialog_opens_its_own_value(lint_letter):
    assert codes(lint_letter(caller=CALLER, callee=CALLEE)) == set()


def test_a_private_value_stays_private_in_a_sub_dialog(lint_letter):
    open_callee = CALLEE.replace("private: true, given", "given").replace("          consent: words\n", "")
    assert ("D712", "caller.yaml") in codes(lint_letter(caller=CALLER, callee=open_callee))


def test_consent_of_a_sub_dialog_does_not_open_the_value_of_its_caller(lint_letter):
    caller = CALLER.replace("    end: given", "      - tell: {words: words}\n    end: given")
    assert ("D701", "caller.yaml") in codes(lint_letter(caller=caller, callee=CALLEE))


ON_A_TAP = """\
    say: |
      Give {words}
    show: draft
    ask:
      buttons:
        give:
          text: Give
          consent: NAME
          go: inside
"""


@pytest.mark.parametrize(("name", "faults"), [("words", set()), ("draft", {("D701", "caller.yaml")})])
def test_a_sub_dialog_that_waits_ends_the_consent_to_a_letter_only(lint_letter, name, faults):
    caller = CALLER.replace("go: inside\n        retry", "go: ask\n        retry")
    caller = caller.replace("  inside:\n", "  ask:\n" + ON_A_TAP.replace("NAME", name) + "  inside:\n")
    act = "tell: {words: words}" if name == "words" else "seal: {letter: draft}"
    assert codes(lint_letter(caller=caller.replace("keep: {letter: draft}", act), callee=CALLEE)) == faults


def test_a_sub_dialog_that_nobody_answers_does_not_send_by_itself(lint_letter):
    caller = CALLER.replace("- keep: {letter: draft}", "- seal: {letter: draft}")
    assert ("D706", "caller.yaml") not in codes(lint_letter(caller=caller, callee=CALLEE))
    heedless = caller.replace('      - {if: result == "yes", to: give}\n      - {to: stay}', "      - {to: give}")
    found = lint_letter(caller=heedless, callee=CALLEE)
    assert [one.line for one in found if one.code == "D706"] == [heedless[: heedless.index("call:")].count("\n") + 1]


def test_dialogs_that_call_each_other_are_refused(lint_letter):
    callee = CALLEE.replace("    end: no\n", "    call: {dialog: caller}\n    go: yes\n")
    found = codes(lint_letter(caller=CALLER, callee=callee))
    assert {("D310", "caller.yaml"), ("D310", "callee.yaml")} <= found


def test_dialogs_stand_only_so_deep_inside_one_another(lint_letter, standard):
    link = standard["help"].replace(
        "    say: |\n      Help.\n    end: done", "    call: {dialog: NEXT}\n    go: out\n  out:\n    end: done"
    )
    link = link.replace("go: only", "go: out")
    chain = {
        f"d{i}": link.replace("dialog: help", f"dialog: d{i}").replace(
            "NEXT", f"d{i + 1}" if i < MAX_FRAMES else "help"
        )
        for i in range(MAX_FRAMES + 1)
    }
    found = codes(lint_letter(**chain))
    assert ("D311", "d0.yaml") in found
    assert ("D514", "_interrupts.yaml") in found
    assert ("D311", f"d{MAX_FRAMES}.yaml") not in found


def test_a_call_into_what_needs_a_partner_may_end_unmet(lint_letter):
    caller = CALLER.replace('result == "yes"', 'result == "unmet"')
    assert "D404" in {code for code, _ in codes(lint_letter(caller=caller, callee=CALLEE))}
    needy = CALLEE.replace("start: sure", "needs: [paired]\nstart: sure")
    assert codes(lint_letter(caller=caller, callee=needy)) == set()


INTERRUPTS = {
    "a fixed message that is missing": ("  gone: Words.\n", "", "D510"),
    "a value that nobody gives": ("  gone: Words.", "  gone: Words {name}.", "D606"),
    "no word for Stop": ("stop: [stop]", "stop: []", "D708"),
    "a word with two meanings": ("back: [back]", "back: [back, Stop]", "D711"),
    "a help dialog that is not there": ("help_dialog: help", "help_dialog: hepl", "D511"),
    "a danger without a dialog": ("{self_harm: danger}", "{}", "D707"),
    "a danger that nothing finds": ("{self_harm: danger}", "{self_harm: danger, bad_weather: danger}", "D512"),
}


@pytest.mark.parametrize(("old", "new", "code"), INTERRUPTS.values(), ids=INTERRUPTS)
def test_a_fault_of_the_interrupts_is_found(lint_letter, standard, old, new, code):
    text = standard["_interrupts"]
    assert old in text
    assert (code, "_interrupts.yaml") in codes(lint_letter(_interrupts=text.replace(old, new, 1)))


def test_words_are_not_typed_where_no_danger_has_a_dialog(make_book, standard, letter):
    text = standard["_interrupts"].replace("{self_harm: danger}", "{}")
    book = make_book(_interrupts=text, letter=letter, check=standard["check"])
    assert ("D707", "letter.yaml") in codes(lint(book))


def test_a_danger_can_be_denied_in_one_tap(lint_letter, standard):
    dead_end = standard["danger"].replace("end: not_this", "end: done")
    assert codes(lint_letter(danger=dead_end)) == {("D713", "danger.yaml")}


def test_help_opens_at_any_moment_so_it_needs_nothing(lint_letter, standard):
    needy = standard["help"].replace("start: only", "needs: [paired]\nstart: only")
    assert codes(lint_letter(help=needy)) == {("D513", "help.yaml")}


def test_a_sub_dialog_with_faults_hides_nothing_of_its_caller(lint_letter):
    nowhere = CALLEE.replace("start: sure", "start: nowhere")
    found = codes(
        lint_letter(
            caller=CALLER.replace("    go:\n", '    go:\n      - {if: result == "x", to: inside}\n'), callee=nowhere
        )
    )
    assert {("D301", "callee.yaml"), ("D404", "caller.yaml")} <= found


def test_consent_does_not_outlive_a_sub_dialog_that_cannot_be_read(lint_letter):
    caller = CALLER.replace("go: inside\n        retry", "go: ask\n        retry")
    caller = caller.replace("  inside:\n", "  ask:\n" + ON_A_TAP.replace("NAME", "draft") + "  inside:\n")
    caller = caller.replace("keep: {letter: draft}", "seal: {letter: draft}")
    callee = CALLEE.partition("nodes:\n")[0].replace("start: sure", "start: yes") + (
        "nodes:\n  yes:\n    call: {dialog: gone}\n    go: no\n  no:\n    say: |\n      {words}\n    end: yes\n"
    )
    found = codes(lint_letter(caller=caller, callee=callee))
    assert {("D701", "caller.yaml"), ("D309", "callee.yaml")} <= found


def test_a_clock_is_followed_through_one_sub_dialog_after_another(lint_letter, standard):
    quiet = standard["help"].replace("dialog: help", "dialog: quiet").replace("    say: |\n      Help.\n", "")
    calls = "  one:\n    call: {dialog: quiet}\n    go: two\n  two:\n    call: {dialog: quiet}\n    go: give\n  stay:\n"
    caller = CALLER.replace("go: stay}\nvars", "go: one}\nvars").replace("  stay:\n", calls)
    caller = caller.replace("- keep: {letter: draft}", "- seal: {letter: draft}")
    found = [one for one in lint_letter(caller=caller, callee=CALLEE, quiet=quiet) if one.code == "D706"]
    assert [(one.file, one.line) for one in found] == [("caller.yaml", 4)]
