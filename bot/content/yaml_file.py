"""Reads one YAML 1.2 file into plain values and remembers the line of each. Knows nothing of what the file means."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import ContentError

_TAG = "tag:yaml.org,2002:"

Where = tuple[str | int, ...]
"""The way to a value: keys and positions from the top of the file."""


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's values (dicts, lists, str, int, float, bool, None; dates stay text) and where each one stands."""

    path: Path
    data: object
    lines: Mapping[Where, int]

    def line_of(self, where: Where) -> int:
        """The line, from 1, of the value at `where` or of the nearest thing around it."""
        known = where
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def error(self, message: str, where: Where = ()) -> ContentError:
        """One refusal, opened by file and line."""
        return ContentError(_placed(self.path, self.line_of(where), message))

    def refusal(self, error: ValidationError, where: Where = ()) -> ContentError:
        """All findings of a pydantic model that was built from the value at `where`, a line each."""
        findings = [
            _placed(self.path, self.line_of((*where, *found["loc"])), _spoken((*where, *found["loc"]), found["msg"]))
            for found in error.errors()
        ]
        return ContentError("\n".join(findings))


def read_yaml(path: Path) -> YamlFile:
    """The values of the file at `path`.

    Raises ContentError with file and line: unreadable, not UTF-8, not YAML, a key twice, a key that is not text, an
    alias, or a number in a notation other than decimal.
    """
    text = _read_text(path)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ContentError(_placed(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem}")) from None
    except YAMLError as error:
        raise ContentError(_placed(path, 1, f"not YAML: {error}")) from None
    reader = _Reader(path)
    data = None if root is None else reader.value(root, ())
    return YamlFile(path=path, data=data, lines=reader.lines)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ContentError(f"{path}: not UTF-8") from None


def _placed(path: Path, line: int, message: str) -> str:
    return f"{path}:{line}: {message}"


def _spoken(where: Where, message: str) -> str:
    return f"{'.'.join(str(part) for part in where)}: {message}" if where else message


class _Reader:
    """Walks the composed nodes: faster than building ruamel's round-trip types, and every node knows its line."""

    def __init__(self, path: Path) -> None:
        self.lines: dict[Where, int] = {}
        self._path = path
        self._seen: set[int] = set()

    def value(self, node: Node, where: Where) -> object:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if id(node) in self._seen:
            raise self._error(node, "aliases are not used here, write it out")
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, where)
        assert isinstance(node, SequenceNode)  # noqa: S101 - YAML has no fourth kind of node
        return [self.value(item, (*where, position)) for position, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, where: Where) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in values:
                raise self._error(key_node, f"{key} stands here for the second time")
            self.lines[*where, key] = key_node.start_mark.line + 1
            values[key] = self.value(value_node, (*where, key))
        return values

    def _key(self, node: Node) -> str:
        key = self._scalar(node) if isinstance(node, ScalarNode) else None
        if not isinstance(key, str):
            raise self._error(node, "a key must be text; put it in quotes")
        return key

    def _scalar(self, node: ScalarNode) -> str | int | float | bool | None:
        text: str = node.value
        kind = str(node.tag).removeprefix(_TAG)
        try:
            match kind:
                case "int":
                    return int(text)
                case "float":
                    return float(text)
                case "bool":
                    return text.lower() == "true"
                case "null":
                    return None
                case _:
                    return text
        except ValueError:
            raise self._error(node, f"write the number {text} in plain decimals") from None

    def _error(self, node: Node, message: str) -> ContentError:
        return ContentError(_placed(self._path, node.start_mark.line + 1, message))
