"""YAML files: a list of records, each value with its line and column.

PyYAML's event tree is used, not its objects: the text of a scalar is kept as written, so YAML's
own guesses (``no`` as false, ``1.10`` as 1.1) never apply.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import Place
from kg.records import Entry, Mapping, Record, Sequence, Text, Value

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    if root is None:
        return [], []
    return _Walk(name).records(root)


def _syntax(error: yaml.MarkedYAMLError, name: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
    return record_diagnostic("YML-001", f"not YAML: {error.problem or error.context}", place)


class _Walk:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Diagnostic] = []

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
                self.report("YML-002", "a key is a word, not a list or a mapping", key_node)
                continue
            key = Text(key_node.value, self.place(key_node))
            if key.text in seen:
                self.report("YML-003", f"the key '{key.text}' stands twice", key_node)
                continue
            seen.add(key.text)
            yield Entry(key, self.value(value_node))

    def place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1)

    def report(self, code: str, message: str, node: yaml.Node) -> None:
        self.found.append(record_diagnostic(code, message, self.place(node)))
