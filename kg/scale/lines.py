"""The line format between files and tables: N-Triples and N-Quads with canonical terms.

A term in a table is the text that pyoxigraph writes for it. A line that already looks so is taken
as it is; the tests for it, :data:`NODE`, :data:`PROPERTY` and :data:`REST`, are strict: they accept
less than the grammar does, so that whatever they accept needs no parser, and every other line goes
through pyoxigraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, parse, serialize

if TYPE_CHECKING:
    import polars as pl

_CHARACTERS = r"(?:[A-Za-z0-9._~:@!$&'()*+,;=/-]|%[0-9A-Fa-f]{2})"
_IRI = (
    r"<(?:https?://[A-Za-z0-9.-]+(?:/" + _CHARACTERS + r"*)?"
    r"|urn:[a-z0-9][a-z0-9-]*:" + _CHARACTERS + r"+)"
    r"(?:\?" + _CHARACTERS + r"*)?(?:#" + _CHARACTERS + r"*)?>"
)
_BLANK = r"_:[A-Za-z0-9]+"
_ESCAPED = (
    r"\\u(?:00[A-Fa-f]|0[1-9A-Fa-f][0-9A-Fa-f]|[1-9A-CEa-ce][0-9A-Fa-f]{2}|[Dd][0-7][0-9A-Fa-f])"
    "[0-9A-Fa-f]"
)  # U+00A0 to U+EFFF, which canonical terms hold as they are
_TEXT = rf'"(?:[^"\\\x00-\x1f\x7f]|\\[nrt"\\]|{_ESCAPED})*"'
_LANGUAGE = "@[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # and no other of BCP 47
_OBJECT = rf"(?:{_IRI}|{_BLANK}|{_TEXT}(?:{_LANGUAGE}|\^\^{_IRI})?)"

PROPERTY = rf"^{_IRI}$"
"""Regular expression of a canonical IRI."""
NODE = rf"^(?:{_IRI}|{_BLANK})$"
"""Regular expression of a canonical subject."""
REST = {3: rf"^{_OBJECT} \.$", 4: rf"^{_OBJECT}(?: (?:{_IRI}|{_BLANK}))? \.$"}
"""Number of terms on a line (triples or quads) → regular expression of all after the property.

What it matches is canonical once :func:`_unescaped`.
"""

_LEFT_OUT = "tring> "
"""The end of datatypes that a canonical term leaves out; such a line is rewritten by the parser."""
_WITH_GRAPH = r' (<[^<>" ]*>|_:[^" ]+)$'
_NESTED = re.compile(rb"^[^ ]+ ([^ ]+) <<\(", re.MULTILINE)
"""A line with a statement as its object, and the property."""


def frame(data: bytes, terms: int, *, trusted: bool = False) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split lines into terms, and set aside the lines that a parser has to read.

    :param terms: 3 for N-Triples, 4 for N-Quads.
    :param trusted: the lines were written by pyoxigraph, so none is set aside.
    :returns: a frame ``s, p, o, g`` (``g`` is empty in the default graph), and one of other lines
        with their number from 0, as ``row`` and ``line``.
    :raises polars.exceptions.PolarsError: if the bytes are not UTF-8.
    """
    import io

    import polars as pl

    # Subject and property never hold a space.
    fields = pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "rest"])
    lines = pl.scan_lines(io.BytesIO(data), name="line").with_columns(fields.struct.unnest())
    found = lines.collect()
    noncanonical = pl.DataFrame({"row": [], "line": []})
    if not trusted:
        fine = _fine(found, terms, data.isascii())
        if not fine.all():
            noncanonical = found.with_row_index("row").filter(~fine).select("row", "line")
            found = found.filter(fine)
        if b"\\" in data:
            found = _unescaped(found)
    return _terms(found, terms), noncanonical


def _fine(lines: pl.DataFrame, terms: int, ascii: bool) -> pl.Series:
    """Tell which lines are canonical, from their three fields."""
    import polars as pl

    rest = pl.col("rest")
    fine = rest.str.contains(REST[terms]).fill_null(False)
    last = rest.str.ends_with(f"{_LEFT_OUT}.")  # quicker
    fine &= ~(last if terms == 3 else rest.str.contains(_LEFT_OUT, literal=True))
    if not ascii:
        fine &= ~rest.str.contains("[\ufffe\uffff]")  # written as escapes
    s, p = lines["s"], lines["p"]
    # Subjects come in runs and properties are few: exceptions are looked for among these.
    candidates = {"s": (s.filter(s.ne_missing(s.shift())), NODE), "p": (p.unique(), PROPERTY)}
    for column, (some, test) in candidates.items():
        strange = some.filter(~some.str.contains(test).fill_null(False))
        if len(strange):
            fine &= ~pl.col(column).is_in(strange.implode()).fill_null(True)
    return lines.select(fine).to_series()


def _unescaped(lines: pl.DataFrame) -> pl.DataFrame:
    r"""Write characters as they are if texts have them as numbers, such as ``\u00e9``."""
    rest = lines["rest"]
    rows = rest.str.contains("\\u", literal=True).arg_true()
    if not len(rows):
        return lines
    some = rest.gather(rows)
    found = some.str.extract_all(_ESCAPED).explode(empty_as_null=False).unique()
    # A backslash that is escaped itself is passed over, with whatever follows it.
    names = ["\\\\", *found]
    texts = ["\\\\", *(chr(int(name[2:], 16)) for name in found)]
    return lines.with_columns(rest=rest.scatter(rows, some.str.replace_many(names, texts)))


def _terms(lines: pl.DataFrame, terms: int) -> pl.DataFrame:
    """Return the terms of canonical lines."""
    import polars as pl

    found = lines.lazy().select("s", "p", o=pl.col("rest").str.head(-2))  # without " ."
    if terms == 3:
        return found.with_columns(g=pl.lit("")).collect()
    graph = pl.col("o").str.extract(_WITH_GRAPH, 1)
    found = found.with_columns(g=graph.fill_null(""))
    cut = pl.col("o").str.head(-1 - pl.col("g").str.len_chars().cast(pl.Int64))
    return found.with_columns(o=pl.when(pl.col("g") == "").then("o").otherwise(cut)).collect()


def canonical(text: bytes, syntax: RdfFormat) -> bytes:
    """Return noncanonical lines as canonical lines, as pyoxigraph reads and writes them.

    :raises SyntaxError: if they are not of that syntax; ``lineno`` counts in ``text``.
    :raises ValueError: see :func:`written`.
    """
    return written(parse(text, syntax))


def written(quads: Iterable[Quad]) -> bytes:
    """Return quads as canonical lines of N-Quads.

    :raises ValueError: if one speaks of a statement, as RDF 1.2 can.
    """
    found = serialize(quads, format=RdfFormat.N_QUADS)
    assert found is not None
    # To look for one byte first takes a sixth of the time.
    if b"(" in found and b" <<(" in found and (nested := _NESTED.search(found)):
        raise ValueError(f"a value of {nested[1].decode()} is a statement, which is RDF 1.2")
    return found
