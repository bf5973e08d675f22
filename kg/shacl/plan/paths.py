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


Path = Predicate | Inverse | Sequence | Alternative | ZeroOrMore | OneOrMore | ZeroOrOne
