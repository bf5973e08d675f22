"""Labels for blank nodes that have none in their file, so that each run names them alike."""

from __future__ import annotations

import re

from kg.graph.blank_nodes import RANDOM

_OWN = re.compile(rf"(?<![^ ])_:(?:{RANDOM}|anonymous[0-9]+)(?= )".encode())
"""The random labels that pyoxigraph gives to such nodes, and labels like those given here."""


class Anonymous:
    """The nodes of one file, numbered in the order in which it mentions them."""

    def __init__(self) -> None:
        self._labels: dict[bytes, bytes] = {}

    def labelled(self, lines: bytes) -> bytes:
        """Return canonical lines of N-Quads with the new labels."""
        if b"_" not in lines or b"_:" not in lines:  # one byte is found sooner than two
            return lines
        return b"\n".join(
            self._line(line) if b"_:" in line else line for line in lines.split(b"\n")
        )

    def _line(self, line: bytes) -> bytes:
        """Relabel the subject, the value and the graph; a text that looks like a label stays."""
        before, quote, text = line.partition(b'"')
        before = _OWN.sub(self._label, before)
        if not quote:
            return before
        text, quote, after = text.rpartition(b'"')
        return before + quote + text + quote + _OWN.sub(self._label, after)

    def _label(self, node: re.Match[bytes]) -> bytes:
        return self._labels.setdefault(node[0], b"_:anonymous%d" % (len(self._labels) + 1))
