"""Reads the text of a SPARQL query into :class:`~kg.shacl.sparql_query.Query`.

The reader knows what shapes are written in: triple patterns with variables, terms and paths,
groups, OPTIONAL, UNION, MINUS, FILTER, BIND, VALUES, (NOT) EXISTS, nested SELECT, and the words
after the pattern. It does not judge what is SPARQL: a store runs every query. What it does not know
is :class:`~kg.shacl.sparql_query.Unsupported`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.shacl.names import RDF
from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sparql_query import (
    Assigned,
    Call,
    Exists,
    Expression,
    Group,
    Minus,
    Optional,
    Pattern,
    Query,
    Term,
    Union,
    Unsupported,
    Variable,
)
from kg.shacl.sparql_text import tokens

_RELATIONS = ("=", "!=", "<", ">", "<=", ">=")
_NUMBER = "0123456789."
_COUNTED = re.compile(
    r"GROUP BY [?$]this HAVING \( COUNT \( (?:DISTINCT )?(?:\*|[?$]\w+) \) (>=?|=) ([0-9]{1,6}) \)",
    re.IGNORECASE,
)
_AFTER = {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"}


def read(text: str, prefixes: Mapping[str, str]) -> Query:
    """Read a query.

    :param prefixes: prefix → IRI, besides those that the text declares.
    :raises Unsupported: if it has something that is not known here.
    """
    reader = _Reader(text, prefixes)
    found = reader.query()
    if reader.peek():
        raise Unsupported
    return found


class _Reader:
    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.tokens = tokens(text)
        self.prefixes = dict(prefixes)
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def word(self) -> str:
        return self.peek().upper()

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise Unsupported
        self.place += 1
        return token

    def skip(self, *wanted: str) -> bool:
        """Go on if the next token is one of some words."""
        if self.word() in wanted and self.peek():
            self.place += 1
            return True
        return False

    def expect(self, wanted: str) -> None:
        if self.take().upper() != wanted:
            raise Unsupported

    # -- queries and groups ------------------------------------------------------------------

    def query(self) -> Query:
        while self.skip("PREFIX"):
            name, iri = self.take(), self.take()
            self.prefixes[name.rstrip(":")] = iri.strip("<>")
        if self.skip("ASK"):
            self.skip("WHERE")
            return Query(frozenset(), self.group(), self.after(), ask=True)
        self.expect("SELECT")
        self.skip("DISTINCT", "REDUCED")
        names = set()
        while self.word() not in ("WHERE", "{"):
            token = self.take()
            if token == "*":
                raise Unsupported
            if is_variable(token):
                names.add(token[1:])
        self.skip("WHERE")
        group, start = self.group(), self.place
        after = self.after()
        counted = _COUNTED.fullmatch(" ".join(self.tokens[start : self.place]))
        least = int(counted[2]) + (counted[1] == ">") if counted else 1
        return Query(frozenset(names), group, after, least=least)

    def after(self) -> frozenset[str]:
        """Read what follows the pattern, to the end of the query."""
        found: set[str] = set()
        depth = 0
        while self.peek() and not (self.peek() == "}" and not depth):
            token = self.take()
            depth += (token == "(") - (token == ")")
            if token in "{}" or token.upper() in ("VALUES", "EXISTS"):
                raise Unsupported
            if not depth and token.upper() in _AFTER:
                found.add(token.upper())
        return frozenset(found)

    def group(self) -> Group:
        self.expect("{")
        found = Group()
        if self.word() == "SELECT":
            found.elements.append(self.query())
            self.expect("}")
            return found
        while not self.skip("}"):
            if self.skip("."):
                continue
            if self.skip("FILTER"):
                found.filters.append(self.condition())
            elif self.skip("OPTIONAL"):
                found.elements.append(Optional(self.group()))
            elif self.skip("MINUS"):
                found.elements.append(Minus(self.group()))
            elif self.skip("BIND"):
                self.expect("(")
                self.expression()
                self.expect("AS")
                found.elements.append(Assigned(frozenset({self.take()[1:]})))
                self.expect(")")
            elif self.skip("VALUES"):
                found.elements.append(self.values())
            elif self.peek() == "{":
                groups = [self.group()]
                while self.skip("UNION"):
                    groups.append(self.group())
                found.elements.append(Union(tuple(groups)))
            else:
                found.elements += self.statements()
        return found

    def values(self) -> Assigned:
        names = set()
        while self.peek() != "{":
            token = self.take()
            if is_variable(token):
                names.add(token[1:])
        while self.take() != "}":
            pass
        return Assigned(frozenset(names))

    def statements(self) -> Iterator[Pattern]:
        """Read the triple patterns of one subject."""
        subject = self.term()
        while True:
            path = self.verb()
            yield Pattern(subject, path, self.term())
            while self.skip(","):
                yield Pattern(subject, path, self.term())
            if self.peek() != ";":
                return
            while self.skip(";"):
                pass
            if self.word() in (".", "}", "FILTER", "OPTIONAL", "{", "BIND", "VALUES", "MINUS"):
                return

    # -- terms and paths ---------------------------------------------------------------------

    def term(self) -> Term:
        token = self.take()
        if is_variable(token):
            return Variable(token[1:])
        if token.startswith("_:"):
            return Variable(token)
        if token in ("+", "-") or token[0] in _NUMBER or token in ("true", "false"):
            return _literal(token + self.take() if token in "+-" else token)
        if token[0] in "\"'":
            if self.skip("^^"):
                return _literal(f"{token}^^{self.iri(self.take())}")
            return _literal(token + (self.take() if self.peek()[:1] == "@" else ""))
        return self.iri(token)

    def iri(self, token: str) -> NamedNode:
        if token.startswith("<") and token.endswith(">") and ":" in token and "\\" not in token:
            return NamedNode(token[1:-1])
        prefix, colon, local = token.partition(":")
        if not colon or token[0] in "?$\"'" or "\\" in local or prefix not in self.prefixes:
            raise Unsupported
        return NamedNode(self.prefixes[prefix] + local)

    def verb(self) -> Path | Variable:
        if is_variable(self.peek()):
            return Variable(self.take()[1:])
        return self.path()

    def path(self) -> Path:
        parts = [self.sequence()]
        while self.skip("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else paths.Alternative(tuple(parts))

    def sequence(self) -> Path:
        parts = [self.step()]
        while self.skip("/"):
            parts.append(self.step())
        return parts[0] if len(parts) == 1 else paths.Sequence(tuple(parts))

    def step(self) -> Path:
        if self.skip("^"):
            return paths.Inverse(self.step())
        found: Path
        if self.skip("("):
            found = self.path()
            self.expect(")")
        else:
            token = self.take()
            found = paths.Predicate(NamedNode(RDF + "type") if token == "a" else self.iri(token))
        signs: dict[str, Callable[[Path], Path]] = {
            "*": paths.ZeroOrMore,
            "+": paths.OneOrMore,
            "?": paths.ZeroOrOne,
        }
        return signs[self.take()](found) if self.peek() in signs else found

    # -- expressions -------------------------------------------------------------------------

    def condition(self) -> Expression:
        """Read what follows FILTER."""
        if self.peek() == "(":
            self.take()
            found = self.expression()
            self.expect(")")
            return found
        return self.primary()

    def expression(self) -> Expression:
        return self.joined("||", lambda: self.joined("&&", self.relation))

    def joined(self, sign: str, operand: Callable[[], Expression]) -> Expression:
        parts = [operand()]
        while self.skip(sign):
            parts.append(operand())
        return parts[0] if len(parts) == 1 else Call(sign, tuple(parts))

    def relation(self) -> Expression:
        left = self.sum()
        if self.peek() in _RELATIONS:
            return Call(self.take(), (left, self.sum()))
        if self.skip("IN"):
            return Call("IN", (left, *self.arguments()))
        if self.word() == "NOT" and self.tokens[self.place + 1 : self.place + 2] != []:
            self.take()
            self.expect("IN")
            return Call("!", (Call("IN", (left, *self.arguments())),))
        return left

    def sum(self) -> Expression:
        left = self.unary()
        while self.peek() in ("+", "-", "*", "/"):
            left = Call(self.take(), (left, self.unary()))
        return left

    def unary(self) -> Expression:
        if self.skip("!"):
            return Call("!", (self.unary(),))
        return self.primary()

    def primary(self) -> Expression:
        if self.skip("("):
            found = self.expression()
            self.expect(")")
            return found
        if self.skip("NOT"):
            self.expect("EXISTS")
            return Call("!", (Exists(self.group()),))
        if self.skip("EXISTS"):
            return Exists(self.group())
        following = self.tokens[self.place + 1 : self.place + 2]
        if following == ["("] and not is_variable(self.peek()):
            name = self.take()
            return Call(name.upper() if ":" not in name else name, tuple(self.arguments()))
        return self.term()

    def arguments(self) -> Iterator[Expression]:
        self.expect("(")
        if self.skip(")"):
            return
        yield self.expression()
        while self.skip(","):
            yield self.expression()
        self.expect(")")


def is_variable(token: str) -> bool:
    """Tell whether a token is a variable, not the sign of a path."""
    return len(token) > 1 and token[0] in "?$"


def _literal(text: str) -> Literal:
    try:
        (quad,) = parse(f"<urn:x> <urn:x> {text} .", RdfFormat.TURTLE)
    except (SyntaxError, ValueError) as error:
        raise Unsupported from error
    if not isinstance(quad.object, Literal):
        raise Unsupported
    return quad.object
