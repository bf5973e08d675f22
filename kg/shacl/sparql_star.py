"""Queries that look at nothing but the statements about ``$this``: what a solution needs.

Such a query has triple patterns with the subject ``$this`` and named properties, FILTER, OPTIONAL
and (NOT) EXISTS, and nothing else. A node of which one of the patterns finds nothing, or whose
values certainly fail a comparison, has no solution; so a database can leave most nodes out before
a store is asked, and the store needs the statements about the others alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.shacl.names import XSD
from kg.shacl.sparql_text import Reader, Unsupported, is_variable

_PATH_SIGNS = {"/", "|", "*", "+", "?", "^", "!", "("}
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
COMPARISONS = ("<", ">", "<=", ">=")


@dataclass(slots=True)
class Star:
    """What every solution of a query has.

    ``patterns`` are properties of ``$this`` with the name of the variable for the value, or ``""``;
    ``comparisons`` hold between two operands: names of variables, or numbers.
    """

    patterns: list[tuple[NamedNode, str]] = field(default_factory=list)
    comparisons: list[tuple[str | Literal, str, str | Literal]] = field(default_factory=list)


def star(text: str, prefixes: Mapping[str, str]) -> Star | None:
    """Return what every solution of a SELECT query has, or ``None`` if it is of another kind."""
    try:
        return _Query(text, prefixes).read()
    except Unsupported:
        return None


class _Query(Reader):
    def read(self) -> Star:
        """Read the whole query: a plain SELECT and one group."""
        while (token := self.take()) != "{":
            if not (token[0] in "?$" or token.upper() in ("SELECT", "DISTINCT", "WHERE")):
                raise Unsupported
        found = self.group()
        if self.place < len(self.tokens) or not found.patterns:
            raise Unsupported
        return found

    def group(self) -> Star:
        """Read a group up to its end; optional and negated parts do not belong to the star."""
        found = Star()
        while (token := self.take()) != "}":
            word = token.upper()
            if is_variable(token, ("this",)):
                self.statements(found)
            elif word == "OPTIONAL" and self.take() == "{":
                self.group()
            elif word == "FILTER":
                self.filter(found)
            elif token != ".":
                raise Unsupported
        return found

    def statements(self, found: Star) -> None:
        """Read properties and values of ``$this``."""
        while True:
            iri = self.property(self.take())
            found.patterns.append((iri, self.value()))
            while self.peek() == ",":
                self.take()
                found.patterns.append((iri, self.value()))
            if self.peek() != ";":
                return
            while self.peek() == ";":
                self.take()
            if self.peek() in (".", "}") or self.peek().upper() in ("FILTER", "OPTIONAL"):
                return

    def value(self) -> str:
        """Read a value, and return the name of the variable that it is, or ``""``."""
        token = self.take()
        if token in _PATH_SIGNS or token in "[(":
            raise Unsupported
        if self.peek() == "^^":
            self.take()
            self.take()
        elif self.peek().startswith("@"):
            self.take()
        return token[1:] if token[0] in "?$" else ""

    def filter(self, found: Star) -> None:
        """Read a condition; of those that are joined by ``&&`` the comparisons are kept."""
        exists = self.peek().upper() in ("NOT", "EXISTS")
        while self.peek() not in ("(", "{"):
            if self.take() in ("}", ".", ";"):
                raise Unsupported
        if self.take() == "{":
            if not exists:
                raise Unsupported
            self.group()
            return
        named, start, depth = self.tokens[self.place - 2].upper() != "FILTER", self.place, 1
        while depth:
            token = self.take()
            if token in "{}":
                raise Unsupported
            depth += (token == "(") - (token == ")")
        condition = self.tokens[start : self.place - 1]
        if not named and not set(condition) & {"||", "(", ")"}:
            text = "\x00".join(condition)
            for part in text.split("\x00&&\x00"):
                self.comparison(part.split("\x00"), found)

    def comparison(self, words: list[str], found: Star) -> None:
        for sign in COMPARISONS:
            if words.count(sign) == 1:
                place = words.index(sign)
                left, right = _operand(words[:place]), _operand(words[place + 1 :])
                if left is not None and right is not None:
                    found.comparisons.append((left, sign, right))


def _operand(words: list[str]) -> str | Literal | None:
    """Return the name of a variable, or a number, or ``None`` for anything else."""
    if len(words) == 1 and words[0][0] in "?$":
        return words[0][1:]
    sign = "-" if words[:1] == ["-"] else ""
    if len(words) != len(sign) + 1 or not _NUMBER.fullmatch(words[-1]):
        return None
    kind = "decimal" if "." in words[-1] else "integer"
    return Literal(sign + words[-1], datatype=NamedNode(XSD + kind))
