"""Put the queries of W3C's SPARQL evaluation tests to the engines, as constraints of shapes.

``python scripts/w3c_sparql.py rdf-tests/sparql`` takes a copy of the folder ``sparql`` of
https://github.com/w3c/rdf-tests. Each SELECT over a default graph becomes as many constraints as it
has variables: in each, another one is ``$this``, and every subject of the data is a focus node. The
results of ``--engine`` must be those of ``auto``, whose store answers the query as it is.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse, serialize

import kg

_CASES = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#>
SELECT ?case ?query ?data {
  ?case a mf:QueryEvaluationTest ; mf:action ?action . ?action qt:query ?query ; qt:data ?data .
  FILTER NOT EXISTS { ?action qt:graphData ?named }
}"""
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_BASE = re.compile(r"\bBASE\s*<([^>]*)>", re.IGNORECASE)
_COMMENT = re.compile(r"#(?![^<\n]*>).*$", re.MULTILINE)
_IRI = re.compile(r"<([^<>\s\"]*)>")
_VARIABLE = re.compile(r"[?$](\w+)")


class Case(NamedTuple):
    """A query without its prefixes, which are in Turtle, and the file of its data."""

    name: str
    query: str
    prefixes: str
    data: Path


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases that are a SELECT over one default graph."""
    for manifest in sorted(folder.glob("sparql1*/*/manifest.ttl")):
        store = Store()
        store.load(manifest.read_bytes(), RdfFormat.TURTLE, base_iri=manifest.as_uri())
        found = store.query(_CASES)
        assert isinstance(found, QuerySolutions)
        for case, query, data in found:
            file = Path(query.value.removeprefix("file://"))
            text = _COMMENT.sub("", file.read_text())
            own = _BASE.search(text)
            base = urljoin(file.as_uri(), own[1]) if own else file.as_uri()
            known = _PREFIX.findall(text)
            text = _PREFIX.sub("", _BASE.sub("", text))
            text = _IRI.sub(partial(_absolute, base), text)
            if re.match(r"\s*SELECT\b(?!.*\bFROM\b)", text, re.IGNORECASE | re.DOTALL):
                name = f"{manifest.parent.name}/{case.value.rpartition('#')[2]}"
                lines = (f"@prefix {p}: <{urljoin(base, iri)}> .\n" for p, iri in known)
                path = Path(data.value.removeprefix("file://"))
                yield Case(name, text, "".join(lines), path)


def _absolute(base: str, iri: re.Match[str]) -> str:
    return f"<{urljoin(base, iri[1])}>"


def shapes(case: Case, variable: str, predicates: set[NamedNode]) -> str:
    """Return a shape whose constraint is the query with one variable as ``$this``."""
    query = re.sub(rf"[?$]{variable}\b", "$this", case.query)
    quoted = query.replace("\\", "\\\\").replace('"', '\\"')
    targets = " ; ".join(f"sh:targetSubjectsOf {p}" for p in predicates)
    return (
        f"{case.prefixes}@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        f'<urn:s> a sh:NodeShape ; {targets} ; sh:sparql [ sh:select """{quoted}""" ] .\n'
    )


def results(data: Path, file: Path, engine: str) -> tuple[list[tuple[str, str]] | str, str]:
    """Return focus and value of each result, or why the shapes are refused; and the note."""
    try:
        report = kg.validate(data, shapes=[file], engine=engine, limit=0)
    except kg.KgError as error:
        return f"refused: {re.sub(r'.*: |at [0-9:]+', '', str(error))}", ""
    return sorted((str(r.focus), str(r.value)) for r in report.results), report.note


def main() -> None:
    """Run all cases and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="duckdb")
    given = parser.parse_args()
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        data, file = Path(folder, "data.nt"), Path(folder, "shapes.ttl")
        for case in cases(given.folder.resolve()):
            triples = [q.triple for q in parse(path=case.data, base_iri=case.data.as_uri())]
            data.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
            predicates = {t.predicate for t in triples if isinstance(t, Triple)}
            for variable in sorted(set(_VARIABLE.findall(case.query))) if predicates else ():
                file.write_text(shapes(case, variable, predicates))
                expected, _ = results(data, file, "auto")
                found, note = results(data, file, given.engine)
                if expected != found:
                    print(f"{case.name} ?{variable}\n{case.query}\n  {expected}\n  {found}")
                    count["DIFFERENT"] += 1
                else:
                    count[found if isinstance(found, str) else "the same"] += 1
                    count["the same, with results"] += isinstance(found, list) and bool(found)
                    count["the same, asked on all statements"] += "on all statements" in note
    for what, number in count.most_common():
        print(f"{number:5} {what}")
    sys.exit(bool(count["DIFFERENT"]))


if __name__ == "__main__":
    main()
