"""The gate that every query passes: kg reads only, within limits that are checked before it runs.

The engine works recursively and has no limit of its own: fifty thousand braces would end the
process, and so would some thousand OPTIONAL or ``!`` side by side, each of which goes into the one
before it. So size, nesting and such parts are counted on the text first. Forbidden operations are
recognised by words outside of texts and IRIs; the engine decides whether it is SPARQL at all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread, stack_size
from time import monotonic
from typing import TypeVar

from kg.errors import InputError, UsageError, did_you_mean
from kg.ontology import CEKG, PREFIXES, Ontology
from kg.shacl.sparql_text import tokens

T = TypeVar("T")
LONGEST = 100_000
"""Characters of a query."""
DEEPEST = 100
"""How many groups and brackets of a query may lie within each other."""
MOST_PARTS = 1_000
"""How many operators, and clauses such as OPTIONAL, a query may have."""
_PARTS = {
    *("OPTIONAL", "UNION", "MINUS", "GRAPH", "FILTER", "EXISTS", "BIND", "AS", "SELECT"),
    *("||", "&&", "!", "+", "-", "*", "/", "|", "^"),
}
STACK = 64 << 20
"""Bytes of the stack on which the engine works: eight times the usual."""
_FORBIDDEN = {
    "SERVICE": "a query is answered by this graph alone, without the network",
    **dict.fromkeys(
        ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"),
        "a query only reads; records are changed in their files",
    ),
}
_PREFIX = re.compile(r"prefix\s+([\w-]*:)", re.IGNORECASE)


def check(text: str) -> None:
    """Refuse a query that is too long or too deep, has an unknown prefix, or does more than read.

    :raises UsageError: with the reason; the text need not be SPARQL for that.
    """
    if len(text) > LONGEST:
        raise UsageError(
            f"the query has {len(text):,} characters, and {LONGEST:,} are the limit",
            hint="put long lists of values into a graph file, and join with it",
        )
    depth = deepest = parts = 0
    declared = {*PREFIXES, *(name.rstrip(":") for name in _PREFIX.findall(text))}
    for token in tokens(text):
        prefix, sign, _ = token.partition(":")
        if sign and re.fullmatch(r"[\w-]*", prefix) and prefix not in declared:
            hint = did_you_mean(prefix, declared) or f"known: {', '.join(sorted(PREFIXES))}"
            raise UsageError(f"the prefix '{prefix}:' is not declared", hint=hint)
        depth += (token in "{([") - (token in "})]")
        deepest = max(deepest, depth)
        parts += token.upper() in _PARTS
        if token.upper() in _FORBIDDEN:
            raise UsageError(f"{token.upper()} is not allowed", hint=_FORBIDDEN[token.upper()])
    if deepest > DEEPEST:
        raise UsageError(
            f"the query nests {deepest:,} groups or brackets, and {DEEPEST} are the limit",
            hint="write alternatives with VALUES or UNION side by side",
        )
    if parts > MOST_PARTS:
        raise UsageError(
            f"the query has {parts:,} operators and clauses, and {MOST_PARTS:,} are the limit",
            hint="write alternatives as one list: VALUES or IN",
        )


def words(text: str) -> set[str]:
    """Return the keywords of a query and its other parts, all in upper case."""
    return {token.upper() for token in tokens(text)}


def unknown_terms(text: str, ontology: Ontology) -> Iterator[str]:
    """Yield a warning for each term of our namespace that the ontology lacks."""
    known = {term.iri.removeprefix(CEKG) for term in ontology.by_iri.values()}
    for token in dict.fromkeys(tokens(text)):
        name = token.removeprefix("cekg:")
        if token.startswith("cekg:") and name and name not in known and name != "written":
            hint = did_you_mean(name, known)
            yield f"{token} is not a term of the ontology" + (f" ({hint})" if hint else "")


def unreadable(error: Exception) -> UsageError:
    """Return why the engine cannot read a query, without what it expected."""
    reason = str(error).partition(": expected")[0].partition("\n")[0]
    return UsageError(
        f"not a SPARQL query: {reason}", hint="kg query --list shows ready-made queries"
    )


def within(work: Callable[[], T], seconds: float | None, memory: int | None) -> T:
    """Return the result of work in a thread, for which this one waits; Ctrl-C ends the wait.

    :param memory: bytes by which the process may grow meanwhile; looked at on Linux alone.
    :raises InputError: if it takes longer, or more memory, than it may.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    before, started = _resident(), monotonic()
    thread = Thread(target=run, daemon=True)
    usual = stack_size(STACK)
    try:
        thread.start()
    finally:
        stack_size(usual)
    hint = "ask for less: join its parts by a variable, or add a LIMIT"
    while thread.is_alive():
        left = _STEP if seconds is None else min(_STEP, seconds - (monotonic() - started))
        thread.join(max(left, 0))
        if thread.is_alive() and left <= 0:
            raise InputError(f"the query was not answered within {seconds:g} seconds", hint=hint)
        if memory is not None and thread.is_alive() and _resident() - before > memory:
            raise InputError(f"the query needs more than {memory >> 20} MiB of memory", hint=hint)
    if failed:
        raise failed[0]
    return done[0]


_STEP = 0.05
"""Seconds between two looks at the memory."""


def _resident() -> int:
    """Return the bytes of memory that this process uses, 0 where that cannot be known."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
