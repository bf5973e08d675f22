"""Pieces of a graph that is not loaded: some entities with all that they need, each a graph.

What writes a loaded graph writes each piece, so that a row or a line has one writer. Two pieces may
hold the same entity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from kg.errors import InputError
from kg.files import UNKNOWN_BASE
from kg.graph import Graph
from kg.ontology import TYPE, Ontology
from kg.pieces import INVERSE, DerivedEdge, Files, Pieces, Stream, encoded
from kg.scale.export import nquads
from kg.scale.export.data import PLAIN, Statements
from kg.shacl.sql.expressions import quoted

SIZE = 5_000
"""Entities that begin a piece, which bounds memory."""


class StoredPieces(Pieces):
    """The statements to export, piece by piece.

    :param folder: where a file may lie for a while.
    :raises InputError: if there are blank nodes, which only a loaded graph gives IRIs.
    """

    def __init__(self, data: Statements, ontology: Ontology, folder: Path) -> None:
        self._data, self._ontology, self._folder = data, ontology, folder
        self._made = 0
        data.table("piece_of", "SELECT DISTINCT g, s, p, o FROM q")
        if data.value("SELECT count(*) FROM piece_of WHERE starts_with(concat(s, o), '_:')"):
            raise InputError(
                "the file has blank nodes, which get IRIs only when it is loaded",
                hint="leave out the engine, or give them IRIs",
            )
        data.table(
            "piece_leads", f"SELECT s, o FROM piece_of WHERE p <> '{TYPE}' AND starts_with(o, '<')"
        )
        base = data.base or UNKNOWN_BASE
        about = f"SELECT g, s, p, o FROM piece_of WHERE s = {quoted(f'<{base}>')}"
        self.root = self._graph(about, base)
        self.caveats, self.digest = data.caveats, self._digest()

    def _digest(self) -> str:
        """Return the digest of the asserted statements, as a loaded graph gives it."""
        self._data.choose("SELECT * FROM piece_of WHERE g = ''")
        file = self._folder / "asserted.nq"
        nquads.write_lines(self._data, file)
        with file.open("rb") as lines:
            found = hashlib.file_digest(lines, "sha256").hexdigest()
        file.unlink()
        return f"sha256:{found}"

    # -- entities ----------------------------------------------------------------------------

    def instances(self, class_name: str) -> list[str]:
        """Return the IRIs of the entities of a class or of one below it, sorted."""
        above = self._ontology.classes[class_name].iri
        kinds = (t.iri for t in self._ontology.classes.values())
        names = (quoted(f"<{k}>") for k in kinds if self._ontology.is_a(k, above))
        return self._subjects(f"p = '{TYPE}' AND o IN ({', '.join(names)})")

    def having(self, key: str) -> list[str]:
        """Return the entities that have a property, sorted."""
        return self._subjects(f"p = {self._property(key)}")

    def described(self) -> Iterable[str]:
        """Yield the subjects of all asserted and derived statements, sorted."""
        derived = quoted(str(self.root.derived_name))
        bare = "SELECT DISTINCT substr(s, 2, length(s) - 2) AS iri FROM piece_of"
        self._data.table("piece_described", f"{bare} WHERE g IN ('', {derived})")
        sql, last = "SELECT iri FROM piece_described WHERE iri > {} ORDER BY iri LIMIT {}", ""
        while some := self._data.rows(sql.format(quoted(last), SIZE)):
            yield from (iri for (iri,) in some)
            last = some[-1][0]

    def _subjects(self, condition: str) -> list[str]:
        rows = self._data.rows(f"SELECT DISTINCT s FROM piece_of WHERE {condition}")
        return sorted(s[1:-1] for (s,) in rows)

    def edges(self) -> list[DerivedEdge]:
        """Return the derived edges that have both ends, sorted."""
        known = self.instances("DerivedEdge")
        self._data.keep("piece_edge", "s VARCHAR", ((f"<{iri}>",) for iri in known))
        first = (
            "SELECT s, min(o) AS o FROM piece_of JOIN piece_edge USING (s) WHERE p = {} GROUP BY s"
        )
        ends = " AND ".join(f"starts_with({one}.o, '<')" for one in "ab")
        start, end, kind = (
            first.format(self._property(key)) for key in ("edgeFrom", "edgeTo", "edgeType")
        )
        columns = ", ".join(PLAIN.format(c=c) for c in ("a.o", "b.o", "s", "c.o"))
        rows = self._data.rows(
            f"SELECT {columns} FROM ({start}) a JOIN ({end}) b USING (s) "
            f"LEFT JOIN ({kind}) c USING (s) WHERE {ends}"
        )
        return sorted(DerivedEdge(a, b, iri, text or "") for a, b, iri, text in rows)

    def _property(self, key: str) -> str:
        return quoted(f"<{self._ontology.properties[key].iri}>")

    # -- graphs ------------------------------------------------------------------------------

    def of(self, iris: Iterable[str], *paths: Sequence[str]) -> Iterator[tuple[list[str], Graph]]:
        """Yield some of the entities, in their order, and a graph of all that they need."""
        left = iter(iris)
        while some := list(islice(left, SIZE)):
            self._made += 1
            inside, starts = f"piece_{self._made}", dict.fromkeys(some)
            starts |= dict.fromkeys(iri.partition("#")[0] for iri in some)
            self._data.keep("piece_start", "s VARCHAR", ((f"<{iri}>",) for iri in starts))
            begin = ["SELECT s FROM piece_start", *map(self._path, paths)]
            step = "SELECT o FROM piece_leads JOIN {reached} USING (s)"
            self._data.reached(inside, "s", " UNION ".join(begin), step)
            sql = f"SELECT g, s, p, o FROM piece_of JOIN {inside} USING (s)"
            graph = self._graph(sql, self.base)
            graph.extend(self.root)
            yield some, graph

    def _path(self, path: Sequence[str]) -> str:
        """Return a query for what a path leads to from the entities of a piece."""
        here = "SELECT s FROM piece_start"
        for key in path:
            start, end = ("o", "s") if key.startswith(INVERSE) else ("s", "o")
            links = f"SELECT {start} AS a, {end} AS b FROM piece_of WHERE p = " + self._property(
                key.removeprefix(INVERSE)
            )
            here = f"SELECT DISTINCT b AS s FROM ({links}) JOIN ({here}) ON a = s"
        return here

    def _graph(self, sql: str, base: str) -> Graph:
        graph = Graph(self._ontology, base)
        lines = (" ".join((s, p, o, g, ".")) for g, s, p, o in self._data.rows(sql))
        graph.extend(parse("\n".join(lines), RdfFormat.N_QUADS))
        return graph


def write(stream: Stream, pieces: Pieces, path: Path) -> None:
    """Write a document to a file."""
    with path.open("wb") as out:
        out.writelines(map(encoded, stream(pieces)))


def write_files(files: Files, pieces: Pieces, folder: Path) -> None:
    """Write files into a folder."""
    for name, text in files(pieces):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("ab") as out:
            out.write(encoded(text))
