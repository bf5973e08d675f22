"""Which properties a SPARQL query can look at, so that a store needs to hold nothing else.

The query is read token by token. Understood are triple patterns whose properties are named, or
limited by ``FILTER (?property IN (…))`` in the same group; groups, OPTIONAL, UNION, (NOT) EXISTS.
For anything else the answer is that everything is needed. A path that may have length zero reaches
every node of a graph; it is taken only where its ends are found by other patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from kg.shacl.sparql_text import Reader, Unsupported

_IGNORED = {"OPTIONAL", "UNION", "NOT", "EXISTS"}
_REFUSED = {"SELECT", "GRAPH", "SERVICE", "VALUES", "MINUS", "BASE", "FROM", "[", "]", "(", "BIND"}


def needed(text: str, prefixes: Mapping[str, str]) -> frozenset[NamedNode] | None:
    """Return the properties that a query looks at, or ``None`` if it may look at all."""
    try:
        return _Query(text, prefixes).read()
    except Unsupported:
        return None


class _Query(Reader):
    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        super().__init__(text, prefixes)
        self.found: set[NamedNode] = set()
        self.groups = [0]
        self.last = 0
        self.varied: set[tuple[int, str]] = set()
        self.limited: dict[tuple[int, str], list[str]] = {}
        self.zero: set[str] = set()
        self.held: set[str] = set()

    def read(self) -> frozenset[NamedNode]:
        self.head()
        while self.place < len(self.tokens):
            token = self.take()
            word = token.upper()
            if token == "{":
                self.last += 1
                self.groups.append(self.last)
            elif token == "}":
                self.groups.pop()
                if len(self.groups) == 1:
                    break
            elif word == "FILTER":
                self.filter()
            elif word in _REFUSED:
                raise Unsupported
            elif token != "." and word not in _IGNORED:
                self.statements(token)
        if not self.zero <= self.held or not self.varied <= set(self.limited):
            raise Unsupported
        for key in self.varied:
            self.found |= {self.property(name) for name in self.limited[key]}
        return frozenset(self.found)

    def head(self) -> None:
        """Read up to the first group; prefixes may be declared in the text too."""
        while self.peek() != "{":
            word = self.take().upper()
            if word == "PREFIX":
                name, iri = self.take(), self.take()
                self.prefixes[name.rstrip(":")] = iri.strip("<>")
            elif word in ("CONSTRUCT", "DESCRIBE", "FROM", "BASE"):
                raise Unsupported

    def filter(self) -> None:
        """Skip a condition; the pattern of EXISTS is read like any other."""
        if self.peek().upper() in ("NOT", "EXISTS"):
            return
        while self.peek() != "(":
            if self.peek() in ("{", "}", "."):
                raise Unsupported
            self.take()
        depth, start = 0, self.place
        while True:
            token = self.take()
            if token == "{":
                raise Unsupported
            depth += (token == "(") - (token == ")")
            if not depth:
                self.limit(self.tokens[start + 1 : self.place - 1])
                return

    def limit(self, condition: list[str]) -> None:
        """Take note of ``?name IN (…)`` if all parts of a condition must hold."""
        if "||" in condition or "!" in condition or "IF" in map(str.upper, condition):
            return
        for place, word in enumerate(condition):
            alone = place == 1 or (place > 1 and condition[place - 2] == "&&")
            if word.upper() == "IN" and alone and condition[place - 1][0] in "?$":
                members = condition[place + 2 : condition.index(")", place)]
                key = (self.groups[-1], condition[place - 1][1:])
                self.limited[key] = [m for m in members if m != ","]

    def statements(self, subject: str) -> None:
        """Read the triple patterns of one subject."""
        while True:
            zero = self.verb()
            ends = [subject, self.object()]
            while self.peek() == ",":
                self.take()
                ends.append(self.object())
            if any(end.upper() in _REFUSED or end == ")" for end in ends):
                raise Unsupported
            for end in ends:
                if end[0] in "?$":
                    (self.zero if zero else self.held).add(end[1:])
            if self.peek() != ";":
                return
            while self.peek() == ";":
                self.take()
            if self.peek() in (".", "}", "{") or self.peek().upper() == "FILTER":
                return

    def object(self) -> str:
        """Read an object, with the datatype or language of a literal."""
        token = self.take()
        if self.peek() == "^^":
            self.take()
            self.take()
        elif self.peek().startswith("@"):
            self.take()
        return token

    def verb(self) -> bool:
        """Read a property or a path; tell whether it may have length zero."""
        depth, zero = 0, False
        while True:
            token = self.take()
            if token == "^":
                continue
            if token == "(":
                depth += 1
                continue
            if token[0] in "?$" and not depth:
                self.varied.add((self.groups[-1], token[1:]))
                return False
            self.found.add(self.property(token))
            while self.peek() in ("*", "+", "?", ")"):
                if self.peek() == ")":
                    if not depth:
                        raise Unsupported
                    depth -= 1
                zero |= self.peek() in "*?"
                self.take()
            if self.peek() not in ("/", "|"):
                if depth:
                    raise Unsupported
                return zero
            self.take()


def all_needed(queries: Iterable[tuple[str, Mapping[str, str]]]) -> frozenset[NamedNode] | None:
    """Return the properties that some queries look at together, or ``None`` for all."""
    found: frozenset[NamedNode] = frozenset()
    for text, prefixes in queries:
        own = needed(text, prefixes)
        if own is None:
            return None
        found |= own
    return found
