import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.session import FORMAT, Frame, Held, Session, Visited, dump, load

ids = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
values = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=20), st.none())
variables = st.dictionaries(st.one_of(ids, st.text(max_size=8)), values, max_size=3)
helds = st.builds(
    Held,
    st.text(max_size=9),
    st.integers(0, 2**53),
    st.booleans(),
    st.sampled_from(["text", "photo"]),
    st.text(max_size=5),
)
frames = st.builds(
    Frame,
    dialog=ids,
    node=ids,
    vars=variables,
    tries=st.integers(0, 9),
    visits=st.dictionaries(ids, st.integers(1, 9), max_size=3),
    history=st.lists(st.builds(Visited, ids, variables), max_size=3).map(tuple),
    held=st.none() | helds,
)
sessions = st.builds(
    Session,
    id=st.integers(0, 2**63 - 1),
    person_id=st.integers(0, 2**63 - 1),
    frames=st.lists(frames, max_size=3).map(tuple),
    turn=st.integers(0, 10**6),
    status=st.sampled_from(["new", "waiting", "ended"]),
    release=st.integers(1, 99),
)


@given(sessions)
def test_a_session_comes_back_from_its_text_as_it_went(session):
    assert load(dump(session)) == session


@given(sessions)
def test_values_keep_their_kind(session):
    kinds = [[type(value) for value in frame.vars.values()] for frame in session.frames]
    assert [[type(value) for value in frame.vars.values()] for frame in load(dump(session)).frames] == kinds


def test_held_words_of_an_earlier_release_are_read():
    text = dump(Session(1, 2, (Frame("d", "n", held=Held("words", 4, edited=True)),)))
    body = json.loads(text)
    body["frames"][0]["held"] = ["words", 4, True]
    assert load(json.dumps(body)) == load(text)


@pytest.mark.parametrize("text", ['{"format": 0}', "{}", "[]", "null", "", "{", f'{{"format": {FORMAT + 1}}}'])
def test_another_format_is_refused(text):
    with pytest.raises(ValueError, match=r"format|line 1"):
        load(text)


def test_the_top_is_the_dialog_that_asks():
    session = Session(1, 2, (Frame("below", "n"), Frame("above", "n")))
    assert session.top.dialog == "above"
    assert session.with_top(Frame("other", "n")).frames == (Frame("below", "n"), Frame("other", "n"))
    with pytest.raises(IndexError):
        _ = Session(1, 2).top
