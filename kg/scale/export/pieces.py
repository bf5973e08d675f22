"""Pieces of a graph that is not loaded: some entities with all that they lead to, each a graph.

What the exporter of loaded graphs writes of each piece is put together, so that a row or a line has
one writer. Two pieces may hold the same entity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from kg.errors import InputError
from kg.files import UNKNOWN_BASE
from kg.graph import Graph
from kg.ontology import TYPE, Ontology
from kg.scale.export import nquads
from kg.scale.export.data import Statements
from kg.shacl.sql.expressions import quoted

SIZE = 5_000
"""Entities that begin a piece, which bounds memory."""


class Pieces:
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
        self.digest = self._digest()

    def _digest(self) -> str:
        """Return the digest of the asserted statements, as a loaded graph gives it."""
        self._data.choose("SELECT * FROM piece_of WHERE g = ''")
        file = self._folder / "asserted.nq"
        nquads.write_lines(self._data, file)
        with file.open("rb") as lines:
            found = hashlib.file_digest(lines, "sha256").hexdigest()
        file.unlink()
        return f"sha256:{found}"

    @cached_property
    def root(self) -> Graph:
        """What is said of the graph itself."""
        return self._graph(f"SELECT g, s, p, o FROM piece_of WHERE s = {quoted(f'<{self._base}>')}")

    @property
    def _base(self) -> str:
        return self._data.base or UNKNOWN_BASE

    def caveats(self) -> list[str]:
        """Return what every output must say, and where it comes from."""
        return [*self._data.caveats, *self.root.attribution()]

    def instances(self, class_name: str) -> list[str]:
        """Return the IRIs of the entities of a class or of one below it, in no order."""
        above = self._ontology.classes[class_name].iri
        kinds = (t.iri for t in self._ontology.classes.values())
        names = (quoted(f"<{k}>") for k in kinds if self._ontology.is_a(k, above))
        sql = f"SELECT DISTINCT s FROM piece_of WHERE p = '{TYPE}' AND o IN ({', '.join(names)})"
        return [s[1:-1] for (s,) in self._data.rows(sql)]

    def of(self, iris: Sequence[str]) -> Iterator[tuple[list[str], Graph]]:
        """Yield some of the entities, in their order, and a graph of all that they lead to."""
        for number in range(0, len(iris), SIZE):
            some = list(iris[number : number + SIZE])
            self._made += 1
            inside = f"piece_{self._made}"
            self._data.keep("piece_start", "s VARCHAR", ((f"<{iri}>",) for iri in some))
            step = "SELECT o FROM piece_leads JOIN {reached} USING (s)"
            self._data.reached(inside, "s", "SELECT s FROM piece_start", step)
            yield some, self._graph(f"SELECT g, s, p, o FROM piece_of JOIN {inside} USING (s)")

    def _graph(self, sql: str) -> Graph:
        graph = Graph(self._ontology, self._base)
        lines = (" ".join((s, p, o, g, ".")) for g, s, p, o in self._data.rows(sql))
        graph.extend(parse("\n".join(lines), RdfFormat.N_QUADS))
        return graph
