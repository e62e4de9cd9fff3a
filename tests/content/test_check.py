import io
import json

import pytest

from bot.content.check import Registry, run
from bot.engine.script import Accepted, Checker, Fact

HELP = """\
dialog: help
about: Help.
start: only
expire: {after: 7d, go: only}
nodes:
  only:
    say: |
      Help.
    end: not_this
"""
FIXED = (
    "stopped no_way_back moved_on please_tap media_not_here not_understood did_you_mean too_long needs_paired gone "
    "soft_danger threat_held back stop nothing_open"
)
INTERRUPTS = """\
words: {stop: [stop], back: [back], help: [help]}
help_dialog: help
danger: {self_harm: help}
messages:
""" + "".join(f"  {name}: Words.\n" for name in FIXED.split())


@pytest.fixture
def checked(tmp_path, hello):
    registry = Registry(
        effects={},
        checkers={"words": Checker("words", Accepted)},
        facts={"name": Fact("name", "text")},
        lists={},
        letter_fields={},
        danger=lambda _text: None,
        danger_kinds=("self_harm",),
    )
    files = {"hello": hello, "help": HELP, "_interrupts": INTERRUPTS, "interface": "messages:\n  hi: Hi.\n"}

    def checking(*, form="text", update_lock=False, **changed):
        for name, body in {**files, **changed}.items():
            (tmp_path / f"{name}.yaml").write_text(body, encoding="utf-8")
        out = io.StringIO()
        status = run(tmp_path, registry, out=out, form=form, update_lock=update_lock)
        return status, out.getvalue()

    checking.folder = tmp_path
    return checking


def test_a_sound_folder_passes_once_its_lock_is_written(checked):
    assert checked(update_lock=True)[0] == 0
    status, out = checked()
    assert status == 0
    assert "hello.yaml:6: D412 (warning)" in out
    assert out.endswith("\n2 dialogs, 1 question, 23 texts, 0 errors, 1 warning.\n")


def test_a_fault_is_a_line_with_file_line_code_and_sentence(checked, hello):
    status, out = checked(hello=hello.replace("          go: done\n        upset", "          go: dnoe\n        upset"))
    assert status == 1
    (found,) = [line for line in out.splitlines() if ": D301" in line]
    assert found == (f"{checked.folder.name}/hello.yaml:16: D301 There is no node `dnoe`; perhaps `done` is meant.")
    assert "1 error," in out.splitlines()[-1]


def test_findings_can_be_read_by_programs(checked, hello):
    status, out = checked(form="json", hello=hello.replace("go: later", "go: latr"))
    body = json.loads(out)
    assert status == 1
    assert body["counts"]["errors"] == sum(one["severity"] == "error" for one in body["diagnostics"])
    assert {"code", "column", "file", "line", "message", "page", "severity"} == set(body["diagnostics"][0])


def test_broken_promises_keep_the_lock_from_being_written(checked, hello):
    checked(update_lock=True)
    lock = (checked.folder / "dialogs.lock").read_text(encoding="utf-8")
    renamed = hello.replace("  ask:\n    say", "  question:\n    say").replace("start: ask", "start: question")
    assert checked(update_lock=True, hello=renamed)[0] == 1
    assert (checked.folder / "dialogs.lock").read_text(encoding="utf-8") == lock
    moved = renamed.replace("start:", "moved: {ask: question}\nstart:")
    assert checked(update_lock=True, hello=moved)[0] == 0
    assert "hello.question" in (checked.folder / "dialogs.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", [b"<<<<<<< ours\n", b"\xff\x00"])
def test_a_damaged_lock_can_be_written_anew(checked, damage):
    (checked.folder / "dialogs.lock").write_bytes(damage)
    assert checked()[0] == 1
    assert checked(update_lock=True)[0] == 0
    assert checked()[0] == 0


def test_translations_are_checked_too(checked):
    (checked.folder / "locale").mkdir()
    body = 'msgid ""\nmsgstr ""\n\nmsgctxt "hello.done.say"\nmsgid "Thank you, *{name}*."\nmsgstr "Danke."\n'
    (checked.folder / "locale" / "de.po").write_text(body, encoding="utf-8")
    status, out = checked()
    assert status == 1
    assert "locale/de.po:5: D625" in out


def test_without_interrupts_the_rest_is_checked_all_the_same(checked):
    status, out = checked(_interrupts="words: [")
    assert status == 1
    assert "_interrupts.yaml:1: D101" in out
