"""Words of a language stand in its data: the code asks for classes of them by name, and a language may lack some."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.phrasing import (
    Lexicon,
    assess,
    assess_part,
    causes,
    danger,
    fitted,
    heat,
    is_over,
    join,
    marks,
    sounds_like,
)
from bot.phrasing.grammar import NAMES
from bot.phrasing.parts import Part
from tests.phrasing.conftest import DATA

CODE = Path(__file__).parents[2] / "bot" / "phrasing"
ENGLISH_ONLY = {"forms.py"}  # the endings of English verbs; its first lines say so
# What is called like an English word, but for groups of rules, their marks and names with a "_", which are known.
NAMES_IN = {
    "causes.py": {"time", "none", "other"},
    "findings.py": {"blame"},
    "letters.py": {"blame"},
    "lexicon.py": {
        "spelling",
        "before",
        "symbols",
        "verbs",
        "common",
        "classes",
        "rules",
        "rules.",
        "rewrites",
        "letters",
    },
    "opinion.py": {"b"},
    "parts.py": {"blame", "why", "wish", "seeing"},
    "pieces.py": {"wish", "seeing", "question", "whole", "that"},
    "predict.py": {"i", "id", "text", "label", "none", "start", "end", "letters"},
    "rewrites.py": {"blame", "{what}"},
    "safety.py": {"soft", "Kind"},
    "statements.py": {"blame"},
}
NAMING = {"_filled", "Literal"}  # what stands in these is a name: of a rewrite, of a type
STEPS: tuple[Part, ...] = ("situation", "feeling", "why", "wish", "seeing")


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    return data


def classes_of_grammar() -> set[str]:
    return set(read(DATA / "grammar.yaml")["classes"])


def is_naming(node: ast.AST) -> bool:
    """A docstring, a message for writers of word lists, what a module shows, or the name of a rewrite or a type."""
    match node:
        case ast.Raise() | ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Call(func=ast.Name(id=name)) | ast.Subscript(value=ast.Name(id=name)):
            return name in NAMING
    return False


def literals(node: ast.AST, groups: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.Constant, tuple[ast.AST, ...]]]:
    """Every text in the code, with the collections and comparisons around it."""
    if is_naming(node):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node, groups
    if isinstance(node, ast.Set | ast.Tuple | ast.List | ast.Compare):
        groups = (*groups, node)
    for child in ast.iter_child_nodes(node):
        yield from literals(child, groups)


def words_in(text: str) -> set[str]:
    """A text that is one word, or the words of two letters and more inside it."""
    return {text} if text.isalpha() else set(re.findall(r"(?<![\\\w])[^\W\d_]{2,}(?!\w)", text.lower()))


def is_of_names(group: ast.AST, names: set[str]) -> bool:
    """Whether it holds nothing but names, and is not about the form of a word."""
    inside = list(ast.walk(group))
    texts = {one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    forms = any(isinstance(one, ast.Attribute) and one.attr == "form" for one in inside)
    return not forms and all(text in names or "_" in text for text in texts)


def words_of_code(source: str, words: frozenset[str], names: set[str]) -> list[tuple[int, str]]:
    """Lines and texts that hold a word of the language and are no name."""
    return [
        (text.lineno, text.value)
        for text, groups in literals(ast.parse(source))
        if isinstance(text.value, str) and words_in(text.value) & words
        if not (text.value in names or "_" in text.value) or not all(is_of_names(one, names) for one in groups)
    ]


@pytest.fixture(scope="module")
def english(lexicon: Lexicon) -> frozenset[str]:
    in_classes = {word for phrases in lexicon.classes.values() for phrase in phrases for word in phrase.split()}
    return lexicon.spelling.known | in_classes


@pytest.fixture(scope="module")
def names(lexicon: Lexicon) -> set[str]:
    marks = {mark for rules in lexicon.rules.values() for rule in rules for mark in rule.marks}
    return marks | set(lexicon.rules)


@pytest.mark.parametrize("name", sorted(path.name for path in CODE.glob("*.py") if path.name not in ENGLISH_ONLY))
def test_no_word_of_a_language_stands_in_the_code(name: str, english: frozenset[str], names: set[str]) -> None:
    source = (CODE / name).read_text(encoding="utf-8")
    assert words_of_code(source, english, names | NAMES_IN.get(name, set())) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('WHEN = frozenset(("when", "although"))', ["when", "although"]),
        ('OUGHT = (("have", "to"), ("must",))', ["have", "to", "must"]),
        ('if word in {"made"}: pass', ["made"]),
        ('if word.form == "it": pass', ["it"]),
        ('if words[0].form == "need": pass', ["need"]),
        ('if words[0].form in {"need"}: pass', ["need"]),
        ('NOT = {"need", "had"}', ["need", "had"]),
        ('evidence.has("you")', ["you"]),
        ('CLAUSE = r"(?<= and )|(?<=[.!?] )"', ["(?<= and )|(?<=[.!?] )"]),
        ('f"{form} please"', [" please"]),
        ('JUDGED = frozenset(("need", "faux_act"))', []),
        ('if "sure" in hit.marks: pass', []),
        ('_filled(evidence, "when", what)', []),
        ('def f():\n    """When you are sad."""\n    raise ValueError("a word is missing")', []),
        ('MARKS = frozenset(".!?")', []),
    ],
)
def test_words_are_recognised(source: str, found: list[str], english: frozenset[str], names: set[str]) -> None:
    assert [text for _, text in words_of_code(source, english, names)] == found


def test_every_class_that_is_asked_for_has_english_words(lexicon: Lexicon) -> None:
    assert lexicon.lacking() == []
    assert [name for name in sorted(NAMES) if not lexicon.classes[name]] == []


def test_every_class_that_is_declared_is_asked_for() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in CODE.glob("*.py")]
    asked = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert sorted(NAMES - asked) == []


def test_every_class_of_grammar_is_of_use() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DATA.glob("*.yaml")]
    referred = {name for text in texts for name in re.findall(r"@(\w+)", text)}
    assert sorted(classes_of_grammar() - NAMES - referred) == []


def without_grammar(*, named: bool) -> Lexicon:
    """The English rules without the small words; `named`: the classes are there, and empty."""
    data = join(read(path) for path in sorted(DATA.glob("*.yaml")))
    own = classes_of_grammar()
    classes = {name: words for name, words in data["classes"].items() if name not in own}
    empty = dict.fromkeys(own, "") if named else {}
    return Lexicon.from_data({**data, "classes": classes | empty, "before": data["before"] if named else {}})


LANGUAGES = {
    "no words at all": Lexicon.empty,
    "empty classes of grammar": lambda: without_grammar(named=True),
    "no classes of grammar": lambda: without_grammar(named=False),
}
SAID = st.sampled_from([
    "I", "you", "always", "never", "feel like", "ignored", "sad", "when", "because", "are so lazy", "he", "hits me",
    "have to call me", "leave", "shouted", "make me sad", "every day", "the kids", "and", "but", "our", ",", ".", "?",
    "obviously", "want to die", "came late", "mum's phone", "don't", "love", "please", "were", "just", "not", "lol",
    "promised", "work", "we", "it comes to", "even", "hello", "the app", "if", "trust", "kill", "\n", '"', "it",
])  # fmt: skip


@pytest.fixture(scope="module", params=LANGUAGES)
def poor(request: pytest.FixtureRequest) -> Lexicon:
    return LANGUAGES[request.param]()


def answers(text: str, lexicon: Lexicon) -> list[object]:
    """All that can be asked of a text, as far as something was found."""
    judged, marked = assess(text, lexicon), marks(text, lexicon)
    steps = [assess_part(step, text, lexicon) for step in STEPS]
    assert all(fitted(step, text, lexicon)[1] for step in STEPS if text.strip(" .?!\n"))
    flags = [mark for mark in marked if mark.flags]
    found = [judged.flags, judged.findings, danger(text, lexicon), sounds_like(text, lexicon) != "none", flags, *steps]
    return [*found, is_over(text, lexicon), heat(marked), causes(text, lexicon) != ("other",)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, max_size=14))
def test_a_language_that_lacks_classes_answers_every_sentence(said: list[str], poor: Lexicon) -> None:
    answers(" ".join(said), poor)


@settings(max_examples=50, deadline=None)
@given(said=st.lists(SAID, max_size=14))
def test_a_language_without_words_finds_nothing(said: list[str]) -> None:
    assert not any(answers(" ".join(said), Lexicon.empty()))
