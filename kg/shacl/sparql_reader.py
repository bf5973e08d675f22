"""Reads the text of a SPARQL query into :class:`~kg.shacl.sparql_query.Query`.

The reader knows what shapes are written in: triple patterns with variables, terms and paths,
groups, OPTIONAL, UNION, MINUS, FILTER, BIND, VALUES, (NOT) EXISTS, nested SELECT, and the words
after the pattern. It does not judge what is SPARQL: a store runs every query. What it does not know
is :class:`~kg.shacl.sparql_query.Unsupported`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

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
    names,
    parts,
)
from kg.shacl.sparql_text import tokens

_RELATIONS = ("=", "!=", "<", ">", "<=", ">=")
_NUMBER = "0123456789."
T = TypeVar("T")
_CUTS = ("LIMIT", "OFFSET")
_ENDS = ("HAVING", "ORDER", *_CUTS)


def read(text: str, prefixes: Mapping[str, str]) -> Query:
    """Read a query.

    :param prefixes: prefix → IRI, besides those that the text declares.
    :raises Unsupported: if it has something that is not known here.
    """
    reader = _Reader(text, prefixes)
    found = reader.query()
    if reader.peek():
        raise Unsupported(reader.peek())
    return found


class _Reader:
    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.tokens = tokens(text)
        self.prefixes = dict(prefixes)
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def following(self) -> str:
        return "".join(self.tokens[self.place + 1 : self.place + 2])

    def word(self) -> str:
        return self.peek().upper()

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise Unsupported("a query without an end")
        self.place += 1
        return token

    def skip(self, *wanted: str) -> bool:
        """Go on if the next token is one of some words."""
        if self.word() in wanted and self.peek():
            self.place += 1
            return True
        return False

    def expect(self, wanted: str) -> None:
        if (token := self.take()).upper() != wanted:
            raise Unsupported(token)

    # -- queries and groups ------------------------------------------------------------------

    def query(self) -> Query:
        while self.skip("PREFIX"):
            name, iri = self.take(), self.take()
            self.prefixes[name.rstrip(":")] = iri.strip("<>")
        if self.skip("ASK"):
            self.skip("WHERE")
            return self.after(Query({}, self.group(), ask=True))
        self.expect("SELECT")
        self.skip("DISTINCT", "REDUCED")
        selected: dict[str, Expression | None] = {}
        every = self.skip("*")
        while self.word() not in ("WHERE", "{"):
            if self.skip("("):
                value = self.plain(self.expression())
                self.expect("AS")
                selected[self.variable()] = value
                self.expect(")")
            else:
                selected[self.variable()] = None
        self.skip("WHERE")
        group = self.group()
        selected |= dict.fromkeys(names(group) if every else ())
        return self.after(Query(selected, group))

    def variable(self) -> str:
        token = self.take()
        if not is_variable(token):
            raise Unsupported(token)
        return token[1:]

    def after(self, query: Query) -> Query:
        """Read what follows the pattern, to the end of the query."""
        if self.skip("GROUP"):
            self.expect("BY")
            query.grouped = frozenset(self.until(_ENDS, self.key))
        if self.skip("HAVING"):
            query.having = tuple(self.until(_ENDS, self.condition))
        if self.skip("ORDER"):
            self.expect("BY")
            for _ in self.until(_CUTS, self.condition):
                self.skip("ASC", "DESC")
        while self.skip(*_CUTS):
            self.take()
            query.cut = True
        for condition in query.having:
            self.plain(condition)
        return query

    def until(self, ends: Collection[str], part: Callable[[], T]) -> Iterator[T]:
        """Read some parts, up to one of some words or to the end of the query."""
        self.skip("ASC", "DESC")
        while self.peek() not in ("", "}") and self.word() not in ends:
            yield part()

    def key(self) -> str:
        """Read what is grouped by: the name of a variable, ``""`` for anything else."""
        if is_variable(self.peek()):
            return self.variable()
        if self.skip("("):
            self.plain(self.expression())
            if self.skip("AS"):
                self.variable()
            self.expect(")")
        else:
            self.plain(self.primary())
        return ""

    def plain(self, expression: Expression) -> Expression:
        """Return an expression in which no group stands.

        :raises Unsupported: if there is one: here it would not be looked for.
        """
        if any(isinstance(part, Exists) for part in parts(expression)):
            raise Unsupported("EXISTS in what is selected or grouped")
        return expression

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
                value = self.expression()
                self.expect("AS")
                found.elements.append(Assigned(frozenset({self.variable()}), value))
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
        given = set()
        while self.peek() != "{":
            token = self.take()
            if is_variable(token):
                given.add(token[1:])
        while self.take() != "}":
            pass
        return Assigned(frozenset(given))

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
            return _named(token[1:-1])
        prefix, colon, local = token.partition(":")
        if not colon or token[0] in "?$\"'" or "\\" in local or prefix not in self.prefixes:
            raise Unsupported(token)
        return _named(self.prefixes[prefix] + local)

    def verb(self) -> Path | Variable:
        if is_variable(self.peek()):
            return Variable(self.take()[1:])
        return self.path()

    def path(self) -> Path:
        found = [self.sequence()]
        while self.skip("|"):
            found.append(self.sequence())
        return found[0] if len(found) == 1 else paths.Alternative(tuple(found))

    def sequence(self) -> Path:
        found = [self.step()]
        while self.skip("/"):
            found.append(self.step())
        return found[0] if len(found) == 1 else paths.Sequence(tuple(found))

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
        found = [operand()]
        while self.skip(sign):
            found.append(operand())
        return found[0] if len(found) == 1 else Call(sign, tuple(found))

    def relation(self) -> Expression:
        left = self.sum()
        if self.peek() in _RELATIONS:
            return Call(self.take(), (left, self.sum()))
        if self.skip("IN"):
            return Call("IN", (left, *self.arguments()))
        if self.skip("NOT"):
            self.expect("IN")
            return Call("!", (Call("IN", (left, *self.arguments())),))
        return left

    def sum(self) -> Expression:
        left = self.product()
        while self.peek() in ("+", "-"):
            left = Call(self.take(), (left, self.product()))
        return left

    def product(self) -> Expression:
        left = self.unary()
        while self.peek() in ("*", "/"):
            left = Call(self.take(), (left, self.unary()))
        return left

    def unary(self) -> Expression:
        if self.skip("!"):
            return Call("!", (self.unary(),))
        if self.peek() == "-" and self.following()[:1] not in _NUMBER:
            self.take()
            return Call("-", (_literal("0"), self.primary()))
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
        if self.following() == "(" and not is_variable(self.peek()):
            name = self.take()
            given = tuple(self.arguments())
            is_name = ":" in name or name[:1].isalpha()
            if not is_name or (name.upper() == "BOUND" and [*map(type, given)] != [Variable]):
                raise Unsupported(name)
            return Call(name.upper() if ":" not in name else name, given)
        return self.term()

    def arguments(self) -> Iterator[Expression]:
        self.expect("(")
        if self.skip(")"):
            return
        if self.skip("DISTINCT"):
            inner = Call("*", ()) if self.skip("*") else self.expression()
            yield Call("DISTINCT", (inner,))
        else:
            yield Call("*", ()) if self.skip("*") else self.expression()
        while self.skip(","):
            yield self.expression()
        if self.skip(";"):  # SEPARATOR = "…"
            while self.peek() != ")":
                self.take()
        self.expect(")")


def is_variable(token: str) -> bool:
    """Tell whether a token is a variable, not the sign of a path."""
    return len(token) > 1 and token[0] in "?$"


def _named(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise Unsupported(iri) from error


def _literal(text: str) -> Literal:
    try:
        (quad,) = parse(f"<urn:x> <urn:x> {text} .", RdfFormat.TURTLE)
    except (SyntaxError, ValueError) as error:
        raise Unsupported(text) from error
    if not isinstance(quad.object, Literal):
        raise Unsupported(text)
    return quad.object
