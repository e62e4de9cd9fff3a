"""The shape of the code: sizes, imports, homes of time, settings, commit and sending, and where prose may stand."""

import ast
import graphlib
import re
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = (".git", ".tools", ".venv", ".ruff_cache", ".mypy_cache", ".pytest_cache", ".hypothesis", "var", "dist")
BORROWED = ("emulator/spec/check_requests.py",)  # the checker comes with the specification of the Bot API
TEXT_FILES = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".po", ".sh", ".js", ".css", ".html", ".txt", ""}

# Messages for those who run the bot or write its dialogs, and words of others; no person in a chat reads them.
NOT_FOR_CHATS = {
    "bot/__main__.py": "help of the command line",
    "bot/settings.py": "help for the operator, one line a setting",
    "bot/app.py": "errors of the operator",
    "bot/vault.py": "errors of the operator",
    "bot/operations/": "findings and answers for whoever runs the bot",
    "bot/db/": "errors of the operator; SQL",
    "bot/content/": "findings for the writers of dialogs",
    "bot/engine/": "findings for the writers of dialogs",
    "bot/phrasing/pattern.py": "findings for the writers of word lists; regular expressions",
    "bot/phrasing/lexicon.py": "findings for the writers of word lists",
    "bot/delivery/failures.py": "the words by which the Bot API names its errors",
}

# Where each of these may be called at all.
HOMES = {
    "datetime.now": {"bot/clock.py"},
    "datetime.utcnow": set(),
    "datetime.today": set(),
    "date.today": set(),
    "time.time": set(),
    "os.environ": {"bot/settings.py", "bot/__init__.py"},  # bot/__init__ sets one switch of python-telegram-bot
    "os.getenv": set(),
}
SENDING = re.compile(r"(send|edit_message|answer_callback_query|delete_message|forward|copy_message)(_\w+|s)?")
SENDERS = {"bot/delivery/sender.py", "bot/delivery/emergency.py"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(*folders: str) -> list[Path]:
    """Python files with something in them."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if path.stat().st_size and name_of(path) not in BORROWED]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(*folders: str) -> list[tuple[int, str]]:
    """The length in lines and the name of every function."""
    return sorted(
        (node.end_lineno - node.lineno + 1, f"{name_of(path)}:{node.name}")
        for path in modules(*folders)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    )


def file_lengths(*folders: str) -> list[tuple[int, str]]:
    return sorted((len(path.read_text(encoding="utf-8").splitlines()), name_of(path)) for path in modules(*folders))


def at(sizes: list[tuple[int, str]], share: float) -> int:
    """The size below which that share of them lies."""
    return sizes[int((len(sizes) - 1) * share)][0]


@pytest.mark.parametrize("folder", ["bot", "emulator", "tests", "scripts", "bench"])
def test_functions_are_short(folder: str) -> None:
    sizes = functions(folder)
    assert [entry for entry in sizes if entry[0] > 60] == []
    assert at(sizes, 0.5) <= 10
    assert at(sizes, 0.9) <= 30


@pytest.mark.parametrize("folder", ["bot", "emulator", "tests", "scripts", "bench"])
def test_no_file_is_long(folder: str) -> None:
    assert [entry for entry in file_lengths(folder) if entry[0] > 450] == []


def test_modules_of_the_bot_are_small() -> None:
    assert at(file_lengths("bot"), 0.9) <= 300
    filled = [sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line) for path in modules("bot")]
    assert statistics.median(filled) <= 90


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(path) for path in modules("bot", "emulator", "scripts") if not ast.get_docstring(tree(path))]
    assert [name for name in silent if not name.endswith("__init__.py")] == []


@pytest.mark.parametrize("package", ["bot", "emulator"])
def test_no_module_imports_itself_through_others(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_a_folder_has_at_least_two_files() -> None:
    folders = [path.parent for path in (ROOT / "bot").rglob("__init__.py")]
    assert [name_of(folder) for folder in folders if len(list(folder.glob("*.py"))) < 2] == []


def calls_of(path: Path, dotted: str) -> Iterator[int]:
    """Lines that name `module.attribute`, however deep the module stands in a dotted name."""
    owner, _, attribute = dotted.partition(".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            last = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if last == owner:
                yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == owner:
            yield from (node.lineno for alias in node.names if alias.name == attribute and owner in {"os", "time"})


@pytest.mark.parametrize("dotted", HOMES)
def test_time_and_settings_have_one_home(dotted: str) -> None:
    users = {name_of(path) for path in modules("bot") if any(calls_of(path, dotted))}
    assert users <= HOMES[dotted]


def test_only_the_database_commits() -> None:
    callers = {name_of(path) for path in modules("bot") if "commit" in attributes_called(path)}
    assert {name for name in callers if not name.startswith("bot/db/")} == set()


def test_only_the_sender_sends() -> None:
    """Our own functions may be called send_..., so only calls on something named bot count."""
    callers = {
        name_of(path)
        for path in modules("bot")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and SENDING.fullmatch(node.attr) and is_bot(node.value)
    }
    assert callers <= SENDERS
    assert "bot/delivery/sender.py" in callers


def is_bot(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.strip("_") == "bot"


def attributes_called(path: Path) -> set[str]:
    calls = (node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return {call.attr for call in calls if isinstance(call, ast.Attribute)}


def test_nothing_is_formatted_by_telegram() -> None:
    """Entities are computed by us, so that nothing a person types can become markup."""
    assert [name_of(path) for path in modules("bot") if "parse_mode" in path.read_text(encoding="utf-8")] == []


def test_only_dialogs_hold_prose() -> None:
    found = [f"{name_of(path)}:{line} {words!r}" for path in chat_modules() for line, words in prose(tree(path))]
    assert found == [], "words that people read belong into dialogs/, where they are reviewed and translated"


def test_prose_is_recognised() -> None:
    code = ast.parse('"""Three words here."""\nsay("We are here now.")\nraise ValueError("not for a chat")\n')
    assert list(prose(code)) == [(2, "We are here now.")]


def chat_modules() -> list[Path]:
    return [path for path in modules("bot") if not name_of(path).startswith(tuple(NOT_FOR_CHATS))]


def prose(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts of three or more words that are neither documentation nor the message of an exception."""
    spared = {
        id(inner)
        for node in ast.walk(module)
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for inner in ast.walk(node)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared:
            words = [word for word in node.value.split() if re.fullmatch(r"[\"'(]?[A-Za-z][a-z']*[.,:;!?)\"']*", word)]
            if len(words) >= 3:
                yield node.lineno, node.value


def test_names_say_something() -> None:
    vague = re.compile(r"(util|helper|manager|misc|common)s?")
    assert [name_of(path) for path in modules("bot", "emulator") if vague.search(path.stem)] == []
    classes = [node.name for path in modules("bot") for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if vague.search(name.lower())] == []


def text_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        ours = not parts[0].startswith(NOT_OURS) and "__pycache__" not in parts
        if ours and path.suffix in TEXT_FILES and path.is_file():
            yield path


def test_no_file_knows_a_machine() -> None:
    place = re.compile(r"(?<![\w.:/])/(home|Users|root|work|mnt)/\w")
    named = [name_of(path) for path in text_files() if place.search(path.read_text(encoding="utf-8"))]
    assert named == []


def test_mocks_are_rare() -> None:
    """At most five for a hundred tests: real parts are at hand and quick."""
    mocks = tests = 0
    for path in modules("tests"):
        text = path.read_text(encoding="utf-8")
        mocks += len(re.findall(r"\b(?:Mock|MagicMock|AsyncMock|patch|create_autospec)\(|monkeypatch\.setattr\(", text))
        tests += len(re.findall(r"^\s*(?:async )?def test_", text, re.MULTILINE))
    assert tests > 300
    assert mocks <= 0.05 * tests


def test_no_test_waits_by_the_clock() -> None:
    """A test waits for a condition or moves the clock; a pause while looking again is under a fifth of a second."""
    pause = re.compile(r"\b(?:time|asyncio)\.sleep\((\d+(?:\.\d+)?)\)")
    naps = [
        f"{name_of(path)}: {found[0]}"
        for path in modules("tests")
        for found in pause.finditer(path.read_text(encoding="utf-8"))
        if float(found[1]) > 0.2
    ]
    assert naps == []
