"""A graph that stays on disk: an Oxigraph store, filled once from graph files and then reused.

The folder holds ``kg-store.json``, which names the files that were loaded by their digests, and
beside it the folder of the store itself. A load goes to a new folder and counts once the list has
been written, so that an interrupted load is never taken for a complete one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple, parse

from kg.errors import InputError, UsageError
from kg.files import UNKNOWN_BASE, UNREADABLE, misread
from kg.graph import WRITTEN, Fact, Graph, Term, with_written
from kg.graph_files import Source, digest, opened, source
from kg.ontology import CEKG, TYPE, Ontology
from kg.outputs import write_all

MANIFEST = "kg-store.json"
_DATA = "data-"
_GRAPH = NamedNode(CEKG + "KnowledgeGraph")


class StoredGraph(Graph):
    """A graph in a store on disk, open for reading.

    Questions and SPARQL work as on any graph; what needs every quad in memory is refused. The
    graph is as its files say: nothing is derived again, and a file keeps derived statements only
    where it has named graphs.
    """

    def __init__(self, ontology: Ontology, base: str, store: Store) -> None:
        super().__init__(ontology, base)
        self._disk = self._store = store
        del self._quads

    def __getattr__(self, name: str) -> Any:
        if name == "_quads":
            raise UsageError(
                "a graph in a store answers questions only", hint="load its files into memory"
            )
        raise AttributeError(name)

    def __len__(self) -> int:
        written = self._disk.quads_for_pattern(None, None, None, WRITTEN)
        return len(self._disk) - sum(1 for _ in written)

    def extend(self, quads: Iterable[Quad]) -> None:
        """Refuse: a stored graph is open for reading only.

        :raises UsageError: always.
        """
        raise UsageError("a graph in a store cannot be changed", hint="load its files again")

    def objects(self, subject: NamedNode, predicate: str) -> list[Term]:
        """Return the values of a property, asserted or derived, sorted."""
        wanted = self.property_iri(predicate)
        found = self._disk.quads_for_pattern(subject, wanted, None)
        values = {q.object for q in found if q.graph_name != WRITTEN}
        return sorted((v for v in values if isinstance(v, NamedNode | Literal)), key=str)

    def elsewhere(self) -> set[Fact]:
        """Return a statement that only named graphs have, if one is among the first of them."""
        names = [n for n in self._disk.named_graphs() if n not in (self.derived_name, WRITTEN)]
        some = chain.from_iterable(
            islice(self._disk.quads_for_pattern(None, None, None, name), 1_000) for name in names
        )
        for s, p, o, _ in some:
            plain = isinstance(s, NamedNode) and not isinstance(o, BlankNode | Triple)
            if plain and Quad(s, p, o, DefaultGraph()) not in self._disk:
                return {Fact(s, p, o)}
        return set()

    def instances_of(self, class_iri: str) -> list[NamedNode]:
        """Return the entities of a class or of one below it, sorted, by the class's IRI."""
        known = {t.iri for t in self.ontology.classes.values()} | {class_iri}
        kinds = [k for k in known if self.ontology.is_a(k, class_iri)]
        found = (self._disk.quads_for_pattern(None, TYPE, NamedNode(k)) for k in kinds)
        return sorted(
            {q.subject for f in found for q in f if isinstance(q.subject, NamedNode)}, key=str
        )


def open_store(folder: Path, sources: Sequence[Path], ontology: Ontology) -> StoredGraph:
    """Open a store, after filling it from graph files if it does not hold just these.

    :param folder: where the store is, or is to be: absent, empty, or made by an earlier call.
    :param sources: graph files, also compressed (``.nq.gz``, ``.nt.zst``); without any the store is
        opened as it is.
    :raises UsageError: if the folder holds something else, or another process fills the store.
    :raises InputError: if a file cannot be read, or there is no store and nothing to fill it from.
    """
    known = _manifest(folder)
    if not sources:
        if not known.get("folder"):
            raise InputError(f"no store in {folder}", hint="name the graph files to load into it")
        return _opened(folder, known, ontology)
    wanted = {f"sha256:{digest(o.path)}": o for o in map(source, sources)}
    if not known.get("folder") or known.get("sources") != sorted(wanted):
        known = _load(folder, wanted)
    return _opened(folder, known, ontology)


def _manifest(folder: Path) -> dict[str, Any]:
    """Return what a folder records about its store; nothing if there is none yet.

    :raises UsageError: if there are files that are not a store of kg.
    """
    if not folder.exists():
        return {}
    refused = UsageError(
        f"{folder} is not empty and not a store of kg; it was not changed",
        hint="name a new folder for the store",
    )
    if not folder.is_dir():
        raise refused
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if any(folder.iterdir()):
            raise refused from None
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {folder / MANIFEST}: {error}") from error
    if not isinstance(found, dict) or found.get("generator") != "clinical-evidence-kg":
        raise refused
    return found


def _opened(folder: Path, known: dict[str, Any], ontology: Ontology) -> StoredGraph:
    try:
        store = Store.read_only(str(folder / known["folder"]))
    except OSError as error:
        raise InputError(f"cannot open the store in {folder}: {error}") from error
    return StoredGraph(ontology, known["base"], store)


def _load(folder: Path, wanted: dict[str, Source]) -> dict[str, Any]:
    """Fill a new store, make it the folder's, and remove what earlier loads have left."""
    name = _DATA + hashlib.sha256("".join(sorted(wanted)).encode()).hexdigest()[:16]
    if not (folder / MANIFEST).exists():
        # An empty list first: the remains of an interrupted load are then recognised.
        _write(folder, {"folder": "", "sources": [], "base": ""})
    target = folder / name
    try:
        if target.exists():
            Store(str(target))  # fails where another process is filling it
            shutil.rmtree(target)
        store = Store(str(target))
    except OSError as error:
        raise UsageError(
            f"the store in {folder} is in use by another process",
            hint="wait until it ends, or use another folder",
        ) from error
    bases: set[str] = set()
    for origin in wanted.values():
        try:
            store.bulk_extend(with_written(_quads(origin, bases)))
        except OSError as error:
            raise InputError(f"cannot load {origin.path}: {error}") from error
        except UNREADABLE as error:
            reason, hint = misread(origin.syntax, error)
            raise InputError(f"{origin.path.name} is not readable: {reason}", hint=hint) from error
    store.flush()
    store.optimize()
    del store
    known = {"folder": name, "sources": sorted(wanted), "base": min(bases, default=UNKNOWN_BASE)}
    _write(folder, known)
    for old in folder.glob(f"{_DATA}*"):
        if old.name != name:
            shutil.rmtree(old, ignore_errors=True)
    return known


def _write(folder: Path, known: dict[str, Any]) -> None:
    text = json.dumps({"generator": "clinical-evidence-kg", **known}, indent=2) + "\n"
    write_all({folder / MANIFEST: text.encode()})


def _quads(origin: Source, bases: set[str]) -> Iterator[Quad]:
    """Yield the quads of a file, and note which graphs it says it is."""
    with opened(origin) as (data, _):
        text = cast(IO[bytes], data)
        for quad in parse(text, origin.syntax, base_iri=origin.base, rename_blank_nodes=True):
            yield quad
            if quad.object == _GRAPH and isinstance(quad.subject, NamedNode):
                bases.add(quad.subject.value)
