import io
from dataclasses import replace

import pytest

from bot.content.catalogue import load_catalogue
from bot.content.graph import MAX_NODES, mermaid, pages, pieces
from bot.content.play import FactInvalid, Player, default_facts, play
from bot.engine.effects import Choice
from bot.engine.script import Branch, Node

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


ZONE = """\
dialog: zone
about: Choose.
start: choose
expire: {after: 7d, go: done}
vars:
  zone: {type: text}
nodes:
  choose:
    say: |
      Where?
    ask:
      list: {of: zones, save: zone, go: done}
  done:
    end: done
"""
SILENT = """\
dialog: silent
about: Nothing is said.
start: weigh
expire: {after: 7d, go: done}
nodes:
  weigh:
    go:
      - {if: known, to: other}
      - {to: done}
  other:
    call: {dialog: hello}
    go: done
  done:
    end: done
"""

FIXED = "no_way_back moved_on not_understood media_not_here did_you_mean gone back stop needs_paired too_long"


@pytest.fixture
def played(load, hello, tmp_path):
    interrupts = "words: {stop: [stop], back: [back], help: [help]}\nhelp_dialog: help\ndanger: {}\nmessages:\n"
    for name in ("stopped", "please_tap", *FIXED.split()):
        interrupts += f"  {name}: Fixed {name}.\n"
    loaded = load(hello=hello, write=WRITE, zone=ZONE, silent=SILENT, _interrupts=interrupts)
    assert loaded.diagnostics == ()

    def playing(dialog, *lines, **options):
        out = io.StringIO()
        words = load_catalogue(tmp_path, loaded.texts, loaded.interface)
        text = io.StringIO("".join(f"{line}\n" for line in lines))
        status = play(loaded.book, words, dialog, lines=text, out=out, **options)
        return status, out.getvalue()

    def player(dialog):
        words = load_catalogue(tmp_path, loaded.texts, loaded.interface)
        made = Player(loaded.book, words, default_facts(loaded.book, {}), io.StringIO())
        made.start(dialog)
        return made

    playing.book, playing.player = loaded.book, player
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


def test_an_empty_line_says_nothing_and_quitting_ends(played):
    _, out = played("hello", "", "   ", "/quit", "1")
    assert out.count("How are you?") == 1
    assert "Fixed stopped." in out


def test_entries_of_a_list_are_numbered_with_their_own_labels(played):
    _, out = played("zone", "1")
    assert "  1. UTC\n" in out
    assert out.endswith("(end: done)\n")


def test_the_play_ends_with_its_lines(played):
    assert played("hello")[0] == 0
    assert played("silent", "1")[1] == "  (end: done)\n"


def test_a_late_tap_gets_the_short_answer_that_it_gets_in_the_chat(played):
    player = played.player("hello")
    player.choices = (Choice("gone", "hello.ask.ask.calm"),)
    assert player.line("1\n")
    assert "[Fixed moved_on.]" in player.out.getvalue()


def test_an_unknown_dialog_or_fact_is_refused_in_a_sentence(played):
    assert played("nothing") == (2, "There is no dialog nothing; the dialogs are hello, silent, write, zone.\n")
    status, out = played("hello", facts={"shoe": "3"})
    assert (status, out) == (2, "There is no fact shoe; the facts are age, known, name, path.\n")


def test_facts_are_read_by_their_type(played):
    assert default_facts(played.book, {}) == {"name": "<name>", "age": 0, "path": "solo", "known": False}
    given = {"name": "Bo", "age": "-3", "path": "together", "known": "true", "draft.parts": "3"}
    read = {"name": "Bo", "age": -3, "path": "together", "known": True, "draft.parts": 3}
    assert default_facts(played.book, given) == read


@pytest.mark.parametrize(("name", "text"), [("age", "old"), ("path", "apart"), ("known", "yes"), ("nobody", "1")])
def test_a_fact_of_another_type_is_refused(played, name, text):
    with pytest.raises(FactInvalid):
        default_facts(played.book, {name: text})


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("kind", "kind"), ("7", 7)])
def test_fields_of_letters_are_read_by_their_look(played, text, value):
    assert default_facts(played.book, {"draft.parts": text})["draft.parts"] == value


def test_a_dialog_has_a_picture(played):
    picture = mermaid(played.book.dialogs["write"])
    assert picture.startswith("flowchart TD\n")
    assert "  n_write([write])\n" in picture
    assert "  n_write -->|done| n_review\n" in picture
    assert "  n_write -.->|timeout| n_later\n" in picture
    assert "  n_sent[[sent: sent]]\n" in picture
    made = pages(played.book)
    assert set(made) == {"README.md", *(f"{name}.md" for name in played.book.dialogs)}
    assert all(text.count("```mermaid") == 1 for name, text in made.items() if name != "README.md")


def test_a_large_dialog_is_drawn_in_parts_that_hold_every_node_once(played):
    write = played.book.dialogs["write"]
    chain = {f"n{i}": Node(f"n{i}", go=(Branch(f"n{i + 1}"),)) for i in range(99)} | {"n99": Node("n99", end="done")}
    large = replace(write, start="n0", nodes=chain)
    drawn = pieces(large)
    assert [name for names in drawn for name in names] == list(chain)
    assert max(map(len, drawn)) <= MAX_NODES
    assert f"  n_{drawn[1][0]}>{drawn[1][0]} ...]\n" in mermaid(large, drawn[0])


def test_branches_calls_and_steps_have_their_shapes(played):
    assert mermaid(played.book.dialogs["silent"]) == (
        "flowchart TD\n"
        "  start(( )) --> n_weigh\n"
        "  n_weigh[weigh]\n"
        "  n_weigh -->|if| n_other\n"
        "  n_weigh --> n_done\n"
        "  n_other[/other: hello/]\n"
        "  n_other --> n_done\n"
        "  n_done[[done: done]]\n"
    )
