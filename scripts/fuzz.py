"""Damage records, graph files and queries, and see that kg answers with a result or a diagnostic.

``python scripts/fuzz.py --count 1000 --seed 1`` loads, validates and exports each damaged file in
this process, without the network. Whatever is no :class:`kg.KgError` is a finding: its input is
written to ``--keep``, to become a case of ``tests/test_unlucky_input.py``.
"""

from __future__ import annotations

import argparse
import random
import socket
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import kg
from kg.errors import KgError

EXAMPLE = Path(__file__).parent.parent / "tests" / "examples" / "infant-sleep"
SETTINGS = '[project]\nbase = "https://example.org/t/"\n'
WORDS = (
    *(b"\x00", b"\x1b[2J", b"\xff\xfe", b"\xe2\x80\xae", b"\xed\xa0\x80", b"=HYPERLINK(1)"),
    *(b"&a ", b"*a", b"!!python/object:x ", b"<<( ", b" )>>", b"_:b", b"<a:a>", b'"0"^^<a:b>'),
    *(b"[" * 60, b"{" * 60, b"(" * 600, b"- " * 60, b"9" * 400, b"-0", b"1e999", b"NaN", b"''"),
    *("١٢".encode(), b"@en--ltr", b"@context", b"null", b"true", b": ", b"\n", b"\t", b"#", b"|"),
)
QUERY = b"SELECT ?s (COUNT(?o) AS ?n) { ?s a cekg:Finding ; cekg:outcome+ ?o } GROUP BY ?s LIMIT 3"
FORMATS = ("jsonld", "nquads", "turtle", "graphml", "node-link", "mermaid")


def seeds() -> dict[str, bytes]:
    """Return name of a file → content, of each kind that is damaged."""
    found = {f"record {f.name}": f.read_bytes() for f in sorted(EXAMPLE.rglob("*.yaml"))}
    graph = kg.load(EXAMPLE)
    for format, suffix in (("jsonld", "jsonld"), ("nquads", "nq"), ("turtle", "ttl")):
        found[f"graph x.{suffix}"] = kg.export(graph, format, include_unreviewed=True)
    return {**found, "graph x.trig": found["graph x.ttl"], "query x.rq": QUERY}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a text with one to four places cut, doubled, exchanged or replaced."""
    text = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 1, 1, 5, 40)))
        part = bytes(text[at:end])
        text[at:end] = chance.choice((b"", part * 2, part[::-1], chance.choice(WORDS)))
    return bytes(text)


def attempt(name: str, data: bytes, folder: Path, graph: kg.Graph) -> None:
    """Do with a damaged file what a user would do with it.

    :raises KgError: if kg refuses it, as it should.
    """
    kind, file = name.split(" ")
    if kind == "query":
        limits = kg.queries.Limits(seconds=10, rows=100)
        kg.query(graph, data.decode(errors="replace"), limits=limits)
        return
    path = folder / ("data" if kind == "record" else "") / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        read = kg.load(folder if kind == "record" else path)
        "".join(kg.report_as(kg.validate(read), "text"))
        for format in FORMATS:
            kg.export(read, format, include_unreviewed=True)
    finally:
        path.unlink()


def fuzz(count: int, seed: int, found: Callable[[str, bytes, Exception], None]) -> Counter[str]:
    """Try damaged inputs, and return how many were accepted, refused, or a finding.

    :param found: called with the name, the input and the error of each finding.
    """
    chance, every, ends = random.Random(seed), seeds(), Counter[str]()
    graph = kg.load(EXAMPLE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "kg.toml").write_text(SETTINGS, encoding="utf-8")
        for _ in range(count):
            which = chance.choice(sorted(every))
            data = damaged(every[which], chance)
            try:
                attempt(which, data, folder, graph)
                ends["accepted"] += 1
            except KgError:
                ends["refused"] += 1
            except Exception as error:
                ends["finding"] += 1
                found(which, data, error)
    return ends


def _no_socket(*_: object, **__: object) -> socket.socket:
    raise RuntimeError("a socket was opened")


def main() -> int:
    """Parse the options, fuzz, and return 1 if there was a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the inputs of findings")
    options = parser.parse_args()
    socket.socket = _no_socket  # type: ignore[misc,assignment]

    def found(name: str, data: bytes, error: Exception) -> None:
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
        print(f"finding: {name}: {type(error).__name__}: {str(error)[:100]} at {where}", flush=True)
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            number = len(list(options.keep.iterdir()))
            (options.keep / f"{number:03}-{name.replace(' ', '-')}").write_bytes(data)

    ends = fuzz(options.count, options.seed, found)
    print(", ".join(f"{n} {end}" for end, n in sorted(ends.items())))
    return 1 if ends["finding"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
