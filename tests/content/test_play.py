import io

import pytest

from bot.content.catalogue import load_catalogue
from bot.content.graph import mermaid, page
from bot.content.play import FactInvalid, default_facts, play

WRITE = """\
dialog: write
about: Write.
start: write
expire: {after: 7d, go: later}
vars:
  draft: {type: letter, private: true}
nodes:
  write:
    say: |
      Write, {name}.
    ask:
      collect: {into: draft, kinds: [text, photo]}
      buttons:
        done:
          text: Done
          when: draft.parts > 1
          go: review
      timeout: {after: 1h, go: later}
  review:
    show: draft
    say: |
      Give it?
    ask:
      buttons:
        send:
          text: Yes
          go: sent
          consent: draft
  sent:
    do:
      - seal: {letter: draft}
    end: sent
  later:
    end: later
"""


FIXED = "no_way_back moved_on not_understood media_not_here did_you_mean gone back stop needs_paired too_long"


@pytest.fixture
def played(load, hello, tmp_path):
    interrupts = "words: {stop: [stop], back: [back], help: [help]}\nhelp_dialog: help\ndanger: {}\nmessages:\n"
    for name in ("stopped", "please_tap", *FIXED.split()):
        interrupts += f"  {name}: Fixed {name}.\n"
    loaded = load(hello=hello, write=WRITE, _interrupts=interrupts)
    assert loaded.diagnostics == ()

    def playing(dialog, *lines, **options):
        out = io.StringIO()
        words = load_catalogue(tmp_path, loaded.texts, loaded.interface)
        text = io.StringIO("".join(f"{line}\n" for line in lines))
        status = play(loaded.book, words, dialog, lines=text, out=out, **options)
        return status, out.getvalue()

    playing.book = loaded.book
    return playing


def test_a_dialog_is_played_by_numbers_to_its_end(played):
    status, out = played("hello", "1", facts={"name": "Ada"})
    assert status == 0
    assert "How are you?\n  1. Calm\n  2. Upset\n" in out
    assert "Thank you, Ada." in out
    assert out.endswith("(end: done)\n")


def test_labels_may_be_typed_and_what_is_not_understood_is_said(played):
    _, out = played("hello", "purple", "upset")
    assert "Fixed please_tap." in out
    assert out.endswith("(end: done)\n")


def test_values_and_trace_are_told_on_request(played):
    _, out = played("write", "/vars", "first", "/photo", "1", "/trace")
    assert "write.draft = " in out
    assert "  | first\n  | <photo>\n" in out
    assert "write.write --done--> review" in out


def test_every_turn_tells_its_trace_when_asked_to(played):
    _, out = played("hello", "1", trace=True)
    assert "hello.ask --calm--> done\n  hello.done --end--> done" in out


def test_acts_of_a_dialog_are_told_and_not_done(played):
    _, out = played("write", "a", "b", "1", "1")
    assert "(does seal: letter=" in out
    assert "(end: sent)" in out


def test_the_clock_can_run_out(played):
    assert played("write", "/timeout")[1].endswith("(end: later)\n")
    assert played("write", "/expire")[1].endswith("(end: later)\n")


def test_stop_ends_and_lines_after_the_end_are_not_read(played):
    _, out = played("hello", "/stop", "1")
    assert "Fixed stopped." in out
    assert "Thank you" not in out


def test_unknown_steering_lists_what_there_is(played):
    assert "/stop /back /help" in played("hello", "/fly")[1]


def test_an_unknown_dialog_or_fact_is_refused_in_a_sentence(played):
    assert played("nothing") == (2, "There is no dialog nothing; the dialogs are hello, write.\n")
    status, out = played("hello", facts={"age": "3"})
    assert (status, out) == (2, "There is no fact age; the facts are name.\n")


def test_facts_are_read_by_their_type(played):
    assert default_facts(played.book, {}) == {"name": "<name>"}
    assert default_facts(played.book, {"draft.parts": "3"})["draft.parts"] == 3
    with pytest.raises(FactInvalid):
        default_facts(played.book, {"nobody": "1"})


def test_a_dialog_has_a_picture(played):
    picture = mermaid(played.book.dialogs["write"])
    assert picture.startswith("flowchart TD\n")
    assert "  n_write([write])\n" in picture
    assert "  n_write -->|done| n_review\n" in picture
    assert "  n_write -.->|timeout| n_later\n" in picture
    assert "  n_sent[[sent: sent]]\n" in picture
    assert page(played.book).count("```mermaid") == 2
