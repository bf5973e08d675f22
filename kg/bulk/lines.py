"""The line format between files and tables: N-Triples and N-Quads with canonical terms.

A term in a table is the text that pyoxigraph writes for it. A line that already looks so is taken
as it is; the test for it, :data:`CANONICAL`, is strict: it accepts less than the grammar does, so
that whatever it accepts needs no parser, and every other line goes through pyoxigraph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

if TYPE_CHECKING:
    import polars as pl

_CHARACTERS = r"(?:[A-Za-z0-9._~:@!$&'()*+,;=/-]|%[0-9A-Fa-f]{2})"
_IRI = (
    r"<(?:https?://[A-Za-z0-9.-]+(?:/" + _CHARACTERS + r"*)?"
    r"|urn:[a-z0-9][a-z0-9-]*:" + _CHARACTERS + r"+)"
    r"(?:\?" + _CHARACTERS + r"*)?(?:#" + _CHARACTERS + r"*)?>"
)
_BLANK = r"_:[A-Za-z0-9]+"
_TEXT = r'"(?:[^"\\\x00-\x1f\x7f]|\\[nrt"\\])*"'
_LANGUAGE = "@[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # and no other of BCP 47
_LITERAL = rf"{_TEXT}(?:{_LANGUAGE}|\^\^{_IRI})?"
_OBJECT = f"(?:{_IRI}|{_BLANK}|{_LITERAL})"

CANONICAL = {
    3: rf"^(?:{_IRI}|{_BLANK}) {_IRI} {_OBJECT} \.$",
    4: rf"^(?:{_IRI}|{_BLANK}) {_IRI} {_OBJECT}(?: (?:{_IRI}|{_BLANK}))? \.$",
}
"""Number of terms on a line (triples or quads) → regular expression of a canonical line."""

_LEFT_OUT = ("#string>", "angString>")
"""Ends of datatypes that a canonical term leaves out; such a line is rewritten by the parser."""
_WITH_GRAPH = r' (<[^<>" ]*>|_:[^" ]+)$'


def frame(data: bytes, terms: int, *, trusted: bool = False) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split lines into terms, and set aside the lines that a parser has to read.

    :param terms: 3 for N-Triples, 4 for N-Quads.
    :param trusted: the lines were written by pyoxigraph, so none is set aside.
    :returns: a frame ``s, p, o, g`` (``g`` is empty in the default graph), and one of odd lines
        with their number from 0, as ``row`` and ``line``.
    :raises polars.exceptions.PolarsError: if the bytes are not UTF-8.
    """
    import io

    import polars as pl

    line = pl.col("line")
    lines = pl.scan_lines(io.BytesIO(data), name="line")
    if trusted:
        good, odd = lines.collect(), pl.DataFrame({"row": [], "line": []})
    else:
        fine = line.str.contains(CANONICAL[terms])
        for text in _LEFT_OUT:
            fine &= ~line.str.contains(text, literal=True)
        if not data.isascii():
            fine &= ~line.str.contains("[\ufffe\uffff]")  # written as escapes
        both = lines.with_columns(ok=fine).collect()
        good = both.filter("ok").select("line")
        odd = pl.DataFrame({"row": [], "line": []})
        if len(good) < len(both):
            odd = both.with_row_index("row").filter(~pl.col("ok")).select("row", "line")
    return _split(good, terms), odd


def _split(lines: pl.DataFrame, terms: int) -> pl.DataFrame:
    """Split canonical lines at their spaces: subject and predicate never hold one."""
    import polars as pl

    parts = lines.lazy().select(pl.col("line").str.splitn(" ", 3).struct.unnest())
    rest = pl.col("field_2").str.strip_suffix(" .")
    found = parts.select(s="field_0", p="field_1", o=rest)
    if terms == 3:
        return found.with_columns(g=pl.lit("")).collect()
    graph = pl.col("o").str.extract(_WITH_GRAPH, 1)
    found = found.with_columns(g=graph.fill_null(""))
    cut = pl.col("o").str.head(-1 - pl.col("g").str.len_chars().cast(pl.Int64))
    return found.with_columns(o=pl.when(pl.col("g") == "").then("o").otherwise(cut)).collect()


def canonical(text: bytes, syntax: RdfFormat) -> bytes:
    """Return odd lines as canonical lines, as pyoxigraph reads and writes them.

    :raises SyntaxError: if they are not of that syntax; ``lineno`` counts in ``text``.
    :raises ValueError: see :func:`written`.
    """
    return written(list(parse(text, syntax)))


def written(quads: list[Quad]) -> bytes:
    """Return quads as canonical lines of N-Quads.

    :raises ValueError: if one speaks of a statement, as RDF 1.2 can.
    """
    for quad in quads:
        if isinstance(quad.object, Triple):
            raise ValueError(f"a value of {quad.predicate} is a statement, which is RDF 1.2")
    found = serialize(quads, format=RdfFormat.N_QUADS)
    assert found is not None
    return found
