"""What the tokens of a SPARQL query show: is it allowed in SHACL, can it run as a set.

A query of SHACL-SPARQL is written for one ``$this``, bound before it runs. Run once with ``$this``
free it answers for all nodes together, provided that each group which speaks of ``$this`` first
does so in a triple pattern of its own: then nothing is evaluated with ``$this`` unbound that would
have been bound. :func:`runs_as_set` demands this, and is careful: in doubt it says no.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from kg.shacl.errors import ShaclError

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)|<[^<>"{}|^`\\\s]*>|\"{3}.*?(?<!\\)\"{3}|'{3}.*?(?<!\\)'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$]\w+|[\w-]*:(?:[\w%-]|[.](?=[\w%-])|\\.)*"""
    r"|@[A-Za-z-]+|[A-Za-z_]\w*|[0-9.]*[0-9]|\^\^|&&|\|\||[!<>]=|.",
    re.DOTALL,
)
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "HAVING"}
_FORBIDDEN = {"MINUS", "VALUES", "SERVICE"}
_PATH_SIGNS = {"/", "|", "*", "+", "?", "^", "!", "(", ")"}


def tokens(text: str) -> list[str]:
    """Return the tokens of a query without white space and comments."""
    return [m[0] for m in _TOKEN.finditer(text) if m.lastgroup != "skip"]


def with_path(text: str, path: str) -> str:
    """Return a query with a path in the place of the variable ``$PATH`` (section 5.3.1)."""
    return _TOKEN.sub(lambda m: path if m[0] in ("$PATH", "?PATH") else m[0], text)


def form(text: str) -> tuple[int, int]:
    """Return where the word SELECT (with DISTINCT or REDUCED) or ASK of a query starts and ends."""
    start = end = 0
    for match in _TOKEN.finditer(text):
        word = match[0].upper()
        if word in ("SELECT", "ASK"):
            start, end = match.span()
        elif end and word in ("DISTINCT", "REDUCED"):
            end = match.end()
        elif end and match.lastgroup != "skip":
            break
    return start, end


def is_variable(token: str, names: Collection[str]) -> bool:
    """Tell whether a token is one of some variables, written with ``?`` or ``$``."""
    return token[0] in "?$" and token[1:] in names


def check(text: str, bound: Collection[str]) -> None:
    """Refuse what SHACL forbids in a query with variables bound before it runs (appendix A).

    :raises ShaclError: if the query uses MINUS, VALUES or SERVICE, assigns a bound variable, or has
        a nested SELECT that does not pass the bound variables on.
    """
    found = tokens(text)
    names = ", ".join(f"${name}" for name in bound)
    for place, token in enumerate(found):
        word = token.upper()
        if word in _FORBIDDEN:
            raise ShaclError(
                f"the query uses {word}, which SHACL forbids",
                hint="write it with FILTER, FILTER NOT EXISTS or UNION",
            )
        assigned = found[place + 1] if word == "AS" and place + 1 < len(found) else ""
        if assigned and is_variable(assigned, bound):
            raise ShaclError(
                f"the query assigns {assigned}, which SHACL binds before it runs",
                hint="assign another variable",
            )
        if word == "SELECT" and found[place - 1 : place] == ["{"]:
            projected = set()
            for other in found[place + 1 :]:
                if other == "{" or other.upper() == "WHERE":
                    break
                projected.add(other[1:] if other[0] in "?$" else "")
            if not projected.issuperset(bound):
                raise ShaclError(
                    f"a nested SELECT of the query does not select {names}",
                    hint=f"add {names} to it",
                )


def projected(found: list[str]) -> set[str]:
    """Return the variables that a query selects, from its tokens; for ``*`` all that it names."""
    head = found[: found.index("{")] if "{" in found else found
    names = set()
    depth = 0
    for place, token in enumerate(head):
        depth += (token == "(") - (token == ")")
        if token == "*" and not depth:
            return {other[1:] for other in found if other[0] in "?$" and len(other) > 1}
        if token[0] in "?$" and (not depth or head[place - 1].upper() == "AS"):
            names.add(token[1:])
    return names


def runs_as_set(text: str) -> bool:
    """Tell whether a query, run with ``$this`` free, gives each ``$this`` its own answer."""
    found = tokens(text)
    words = {token.upper() for token in found}
    if words & {"LIMIT", "OFFSET"} or sum(t.upper() == "SELECT" for t in found) != 1:
        return False
    if "{" not in found or "this" not in projected(found):
        return False
    start = found.index("{")
    if words & _AGGREGATES and not _groups_by_this(found):
        return False
    safe, mentions, _ = _group(found, start + 1, False)
    return safe and mentions


def _groups_by_this(found: list[str]) -> bool:
    for place, token in enumerate(found):
        if token.upper() == "GROUP":
            for other in found[place + 2 :]:
                if is_variable(other, ("this",)):
                    return True
                if other[0] not in "?$":
                    return False
    return False


def _group(found: list[str], place: int, bound: bool) -> tuple[bool, bool, int]:
    """Return whether a group is safe, whether it mentions ``$this``, and where it ends.

    :param bound: ``$this`` has a value already, as in the pattern of EXISTS.
    """
    mentions, parentheses = False, 0
    while place < len(found) and found[place] != "}":
        token = found[place]
        if token == "{":
            exists = found[place - 1].upper() == "EXISTS"
            safe, inner, place = _group(found, place + 1, exists)
            if not safe or (inner and not (mentions or bound)):
                return False, True, place
        elif token in "()":
            parentheses += 1 if token == "(" else -1
        elif is_variable(token, ("this",)) and not mentions:
            if not bound and (parentheses or not _binds(found, place)):
                return False, True, place
            mentions = True
        place += 1
    return True, mentions, place


def _binds(found: list[str], place: int) -> bool:
    """Tell whether a variable occurs in a triple pattern with a plain property."""

    def plain(token: str) -> bool:
        if len(token) == 1:
            return token in ("a", ":")
        return token[0] in "<?$" or (":" in token and token[0] not in "\"'")

    before, after = found[place - 1], found[place + 1 : place + 3]
    if before in ("{", ".", "}"):  # a subject
        return len(after) == 2 and plain(after[0]) and after[1] not in _PATH_SIGNS
    subject = found[place - 2]
    return plain(before) and (plain(subject) or subject == ";")
