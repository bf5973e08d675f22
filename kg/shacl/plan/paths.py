"""Property paths of SHACL (section 2.3.1), as data; ``str(path)`` is the path in SPARQL 1.1."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode


@dataclass(frozen=True, slots=True)
class Predicate:
    """One property, forwards."""

    iri: NamedNode

    def __str__(self) -> str:
        return str(self.iri)


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards."""

    path: Path

    def __str__(self) -> str:
        return f"^({self.path})"


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paths one after another."""

    parts: tuple[Path, ...]

    def __str__(self) -> str:
        return "(" + "/".join(map(str, self.parts)) + ")"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any one of some paths."""

    parts: tuple[Path, ...]

    def __str__(self) -> str:
        return "(" + "|".join(map(str, self.parts)) + ")"


@dataclass(frozen=True, slots=True)
class ZeroOrMore:
    """A path any number of times; the start counts as reached."""

    path: Path

    def __str__(self) -> str:
        return f"({self.path})*"


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A path once or more often."""

    path: Path

    def __str__(self) -> str:
        return f"({self.path})+"


@dataclass(frozen=True, slots=True)
class ZeroOrOne:
    """A path at most once; the start counts as reached."""

    path: Path

    def __str__(self) -> str:
        return f"({self.path})?"


def turtle(path: Path) -> str:
    """Return a path as it is written in a shapes graph, with the prefix ``sh:``."""
    match path:
        case Predicate(iri):
            return str(iri)
        case Sequence(parts):
            return f"( {' '.join(map(turtle, parts))} )"
        case Alternative(parts):
            return f"[ sh:alternativePath ( {' '.join(map(turtle, parts))} ) ]"
        case Inverse(inner):
            return f"[ sh:inversePath {turtle(inner)} ]"
        case ZeroOrMore(inner):
            return f"[ sh:zeroOrMorePath {turtle(inner)} ]"
        case OneOrMore(inner):
            return f"[ sh:oneOrMorePath {turtle(inner)} ]"
        case ZeroOrOne(inner):
            return f"[ sh:zeroOrOnePath {turtle(inner)} ]"


Path = Predicate | Inverse | Sequence | Alternative | ZeroOrMore | OneOrMore | ZeroOrOne
