"""YAML files: a list of records, each value with its line and column.

PyYAML's event tree is used, not its objects: the text of a scalar is kept as written, so YAML's
own guesses (``no`` as false, ``1.10`` as 1.1) never apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import yaml

from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import Place
from kg.records import Entry, Mapping, Record, Sequence, Text, Value

DEEPEST = 50
"""How deep values of a record may be nested."""
LARGEST = 1_000_000
"""How many values a file may hold, with each alias counted with everything it refers to."""
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # libyaml where PyYAML has it
    """Knows one tag of plain texts, null: the ontology decides what the others are."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in known if tag == "tag:yaml.org,2002:null"]
        for first, known in _Base.yaml_implicit_resolvers.items()
    }


def read(text: str, name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the records of a YAML text.

    :param text: the whole file.
    :param name: the file's name in places.
    :return: the records that could be read, and a diagnostic for everything that could not.
    """
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        return [], [_syntax(error, name)]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        place = Place(name, line, 1)
        return [], [record_diagnostic("YML-001", f"not YAML: {error.reason}", place)]
    except RecursionError:
        message = f"values are nested more than {DEEPEST} levels deep"
        return [], [record_diagnostic("YML-005", message, Place(name, 1, 1))]
    if root is None:
        return [], []
    walk = _Walk(name)
    try:
        walk.measure(root)
    except _TooMuchError as error:
        walk.report("YML-005", str(error), error.node)
        return [], walk.found
    return walk.records(root)


def _syntax(error: yaml.MarkedYAMLError, name: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
    return record_diagnostic("YML-001", f"not YAML: {error.problem or error.context}", place)


class _TooMuchError(Exception):
    """A node that no reader should write out."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.node = node


class _Walk:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Diagnostic] = []
        self._sizes: dict[int, int] = {}

    def measure(self, node: yaml.Node, depth: int = 1) -> int:
        """Return how many values a node holds; each alias counts with everything it refers to.

        :raises _TooMuchError: above :data:`LARGEST` or :data:`DEEPEST`, or if a node holds itself.
        """
        known = self._sizes.get(id(node))
        if known is not None:
            if known == 0:
                raise _TooMuchError(node, "the value contains itself, by an alias")
            return known
        if depth > DEEPEST:
            raise _TooMuchError(node, f"values are nested more than {DEEPEST} levels deep")
        self._sizes[id(node)] = 0
        inner: list[yaml.Node] = []
        if isinstance(node, yaml.SequenceNode):
            inner = node.value
        elif isinstance(node, yaml.MappingNode):
            inner = [part for pair in node.value for part in pair]
        size = 1
        for part in inner:
            flat = isinstance(part, yaml.ScalarNode) and depth < DEEPEST
            size += 1 if flat else self.measure(part, depth + 1)
        if size > LARGEST:
            raise _TooMuchError(
                node, f"with its aliases expanded, this holds more than {LARGEST:,} values"
            )
        self._sizes[id(node)] = size
        return size

    def records(self, root: yaml.Node) -> tuple[list[Record], list[Diagnostic]]:
        records: list[Record] = []
        if not isinstance(root, yaml.SequenceNode):
            self.report("YML-002", "the file is not a list of records", root)
            return [], self.found
        for item in root.value:
            if isinstance(item, yaml.MappingNode):
                records.append(self.mapping(item))
            else:
                self.report("YML-002", "a record is a mapping of keys to values", item)
        return records, self.found

    def value(self, node: yaml.Node) -> Value:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(tuple(self.value(n) for n in node.value), self.place(node))
        assert isinstance(node, yaml.ScalarNode)
        empty = not node.style and node.tag == "tag:yaml.org,2002:null"
        return Text(node.value, self.place(node), empty)

    def mapping(self, node: yaml.MappingNode) -> Mapping:
        return Mapping(tuple(self.entries(node)), self.place(node))

    def entries(self, node: yaml.MappingNode) -> Iterator[Entry]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.report("YML-002", "a key is a text, not a list or a mapping", key_node)
                continue
            key = Text(key_node.value, self.place(key_node))
            if key.text in seen:
                self.report("YML-003", f"duplicate key '{key.text}'", key_node)
                continue
            seen.add(key.text)
            yield Entry(key, self.value(value_node))

    def place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1)

    def report(self, code: str, message: str, node: yaml.Node) -> None:
        self.found.append(record_diagnostic(code, message, self.place(node)))
