import contextlib
import operator
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conditions import All, Any, Compare, ConditionInvalid, Literal, Not, Variable, holds, names, parse

OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
VALUES = {"mood": "upset", "left": 3, "sure": True, "draft.parts": 0, "empty": "", "unset": None}
ids = st.sampled_from(["mood", "left", "sure", "draft.parts", "unset"])
operands = st.one_of(
    st.builds(Variable, ids),
    st.builds(Literal, st.one_of(st.booleans(), st.integers(0, 9), st.sampled_from(["a b", "'"]))),
)
conditions = st.recursive(
    st.one_of(operands, st.builds(Compare, operands, st.sampled_from(sorted(OPERATORS)), operands)),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
plain = st.one_of(st.booleans(), st.integers(-5, 5), st.sampled_from(["", "a", "upset"]), st.none())


def written(condition):
    """The condition as an author would write it, with brackets everywhere."""
    match condition:
        case Variable(name):
            return name
        case Literal(bool() as value):
            return str(value).lower()
        case Literal(value):
            return repr(value)
        case Compare(left, op, right):
            return f"{written(left)} {op} {written(right)}"
        case Not(part):
            return f"not ({written(part)})"
        case All(parts):
            return " and ".join(f"({written(part)})" for part in parts)
        case Any(parts):
            return " or ".join(f"({written(part)})" for part in parts)


def true(source):
    return holds(parse(source), VALUES.get)


@given(conditions)
def test_what_is_written_is_what_is_read(condition):
    assert parse(written(condition)) == condition


@given(conditions)
def test_every_condition_has_an_answer_and_names_what_it_reads(condition):
    asked = []

    def read(name):
        asked.append(name)
        return VALUES.get(name)

    assert holds(condition, read) in (True, False)
    assert set(asked) <= set(names(condition))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('mood == "upset"', True),
        ('mood != "upset"', False),
        ("left > 2 and draft.parts < 1", True),
        ("left >= 4 or left <= 3", True),
        ("left < 3", False),
        ("not sure", False),
        ("sure == true", True),
        ("true and false", False),
        ("empty", False),
        ('unset != "upset"', True),
        ("unset > 1", False),
    ],
)
def test_conditions_mean_what_they_say(source, expected):
    assert true(source) is expected


@given(left=plain, right=plain, op=st.sampled_from(sorted(OPERATORS)))
def test_values_of_different_kinds_are_unequal_and_without_order(left, right, op):
    found = holds(Compare(Variable("left"), op, Variable("right")), {"left": left, "right": right}.get)
    if type(left) is not type(right):
        assert found is (op == "!=")
    elif op in ("==", "!=") or (type(left) is int and type(right) is int):
        assert found is OPERATORS[op](left, right)
    else:
        assert found is False


@pytest.mark.parametrize(
    "source",
    [
        "",
        "mood = 1",
        "1 < left < 3",
        "left + 1 > 2",
        "-1 < left",
        "f(left)",
        "mood in x",
        "mood is None",
        "None",
        "1.5 > left",
        "a.b.c",
        "x[0]",
        "(lambda: 1)",
        "f'{mood}'",
        "mood if left else sure",
        "not (a + b)",
        "a == (b == c)",
        "mood\0",
        "\ud800",
        "(" * 250 + "a" + ")" * 250,
        "-" * 450 + "1",
        "a and " * 100 + "a",
    ],
)
def test_anything_else_is_refused_in_a_sentence(source):
    with pytest.raises(ConditionInvalid):
        parse(source)


@given(st.one_of(st.text(max_size=60), st.text("ab.()[]<>=!-~'\" 019notrue", max_size=60)))
def test_no_text_does_more_than_be_refused(source):
    with warnings.catch_warnings(), contextlib.suppress(ConditionInvalid):
        warnings.simplefilter("ignore")
        assert parse(source) == parse(f" {source} ")
