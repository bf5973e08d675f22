"""Tables of files: always what pyoxigraph parses, never half of it, never twice the work."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kg.errors import InputError
from kg.files import read_graph
from kg.ontology import Ontology

pytest.importorskip("polars", reason="the extra 'scale' is not installed")

import polars as pl

from kg.scale import blocks
from kg.scale import ingest as ingest_module
from kg.scale.cache import Cache, Table
from kg.scale.ingest import ingest
from kg.scale.lines import REST

PLAIN = '<http://e.org/a> <http://e.org/p> "x" .\n'
HARD = [
    '<http://e.org/a> <http://e.org/p> "a\\tb\\"c\\\\" .',
    '<http://e.org/a>  <http://e.org/p>\t"two spaces" .',
    '<http://e.org/a> <http://e.org/p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .',
    '<http://e.org/a> <http://e.org/p> "says #string> and ^^<x>" .',
    '<http://e.org/a> <http://e.org/p> "x"@EN-gb .',
    '<http://e.org/a> <http://e.org/p> "\\u0041\\U0001F600" .',
    '<http://e.org/a> <http://e.org/p> "q\\u0022 <http://x> ." .',
    '<http://e.org/a> <http://e.org/p> "\\\\u00e9\\\\\\u00E9\\u2028"@en .',
    "<http://e.org/a> <http://e.org/p> <http://e.org/\\u00e9> .",
    "<http://e.org/\u00e9> <http://e.org/p> <urn:x:y> .",
    "<http://e.org/\\u00e9> <http://e.org/p> _:b-1.x .",
    "_:b1 <http://e.org/p> _:b2 . # a remark",
    "# a remark",
    "",
    "   ",
    '<http://e.org/a> <http://e.org/p> "\ufffe\uffff\u2028\x85\x7f" .',
    '<http://e.org/a> <http://e.org/p> "\\b\\f\\r\\n" .',
    "<mailto:a@e.org> <tag:e.org,2020:p> <http://e.org:80/a?b=c&d#e> .",
    '<http://e.org/a> <http://e.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>.',
    '<http://e.org/a%20b> <http://e.org/p> "3 < 4 > 2" .',
]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def statements(tables: list[Table]) -> Counter[tuple[str, str, str, str]]:
    files = [file for table in tables for file in table.files]
    return Counter(pl.read_parquet(files).select("s", "p", "o", "g").rows()) if files else Counter()


def parsed(data: bytes, syntax: RdfFormat = RdfFormat.N_TRIPLES) -> Counter[tuple[str, ...]]:
    def name(quad: Quad) -> str:
        graph = str(quad.graph_name)
        return "" if graph == "DEFAULT" else graph

    return Counter(
        (str(q.subject), str(q.predicate), str(q.object), name(q)) for q in parse(data, syntax)
    )


def test_a_character_written_as_a_number_is_read_as_pyoxigraph_reads_it(
    cache: Cache, tmp_path: Path
) -> None:
    """Each of the Basic Multilingual Plane, where it is allowed: surrogates are not."""
    numbers = [n for n in range(0x10000) if not 0xD800 <= n < 0xE000]
    lines = (f'<http://e.org/a> <http://e.org/p> "a\\u{n:04x}\\u{n:04X}" .\n' for n in numbers)
    data = "".join(lines).encode()
    file = tmp_path / "a.nt"
    file.write_bytes(data)
    tables = ingest([file], cache)
    assert statements(tables) == parsed(data)
    assert 0 < tables[0].noncanonical < 0x2000, "most need no parser"


@pytest.mark.parametrize("line", HARD)
def test_every_hard_line_is_read_as_pyoxigraph_reads_it(
    line: str, cache: Cache, tmp_path: Path
) -> None:
    file = tmp_path / "a.nt"
    data = (PLAIN + line + "\n" + PLAIN.replace("x", "y") + line).encode()
    file.write_bytes(data)
    assert statements(ingest([file], cache)) == parsed(data)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TERMS = st.one_of(
    TEXT.map(Literal),
    st.tuples(TEXT, st.sampled_from(["en", "en-GB", "de"])).map(
        lambda pair: Literal(pair[0], language=pair[1])
    ),
    TEXT.map(lambda t: Literal(t, datatype=NamedNode("http://e.org/dt"))),
    st.sampled_from([NamedNode("http://e.org/é"), NamedNode("urn:a:b"), NamedNode("http://e.org")]),
)


@given(st.lists(st.tuples(TERMS, st.sampled_from(["", "http://e.org/g"])), max_size=8))
@settings(max_examples=examples(60))
def test_what_is_written_is_read_again(rows: list[tuple[Literal | NamedNode, str]]) -> None:
    node = NamedNode("http://e.org/a")
    quads = [Quad(node, node, t, NamedNode(g)) if g else Quad(node, node, t) for t, g in rows]
    data = serialize(quads, format=RdfFormat.N_QUADS)
    assert data is not None
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.nq"
        file.write_bytes(data)
        found = statements(ingest([file], Cache(Path(folder) / "cache")))
    assert found == parsed(data, RdfFormat.N_QUADS)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks_and_compression_change_nothing(
    end: str, cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(
        f'<http://e.org/{n}> <http://e.org/p> "{"y" * (n % 40)}" .{end}' for n in range(500)
    ).encode()
    from backports import zstd

    names = {"a.nt": text, "b.nt.gz": gzip.compress(text), "c.nt.zst": zstd.compress(text)}
    monkeypatch.setattr(blocks.blocks, "__defaults__", (256,))
    for name, data in names.items():
        (tmp_path / name).write_bytes(data)
        tables = ingest([tmp_path / name], cache)
        assert statements(tables) == parsed(text)
        assert len(tables[0].parts) > 50


def test_other_syntaxes_are_parsed(cache: Cache, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text('@prefix : <http://e.org/> . :a :p 1 , "x"@EN ; :q <b> , [ :p 2 ] .')
    table = ingest([file], cache)[0]
    assert table.statements == 5 and table.blanks
    objects = {row[2] for row in statements([table])}
    assert f"<{tmp_path.as_uri()}/b>" in objects and '"x"@en' in objects


def test_an_error_names_the_file_and_the_line(cache: Cache, tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    file.write_text(PLAIN * 20 + "# odd\n" + PLAIN * 5 + "<a> <b> <c> .\n" + PLAIN)
    with pytest.raises(InputError, match=r"^a\.nt:27: "):
        ingest([file], cache)
    file.write_bytes(PLAIN.encode() * 2 + b'<http://e.org/a> <http://e.org/p> "\xff" .\n')
    with pytest.raises(InputError, match=r"^a\.nt:3: byte 36 of the line is not UTF-8"):
        ingest([file], cache)
    assert list(cache.folder.glob("*/manifest.json")) == []


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.ttl", "<urn:a:b> <urn:a:c> 1 .\n<urn:a:b> <urn:a:c> oops .", "2: oops is not a valid "),
        ("a.nt", "<urn:a:b> <urn:a:c> <d> .\n", "1: No scheme found in an absolute IRI"),
        ("a.jsonld", '{"@id": 3}', " @id value must be a string"),
    ],
)
def test_an_error_says_what_is_wrong_where_and_how_to_fix_it(
    name: str, text: str, told: str, cache: Cache, tmp_path: Path
) -> None:
    """The same words for a file that is loaded and for one that is not."""
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(InputError) as unloaded:
        ingest([file], cache)
    assert str(unloaded.value).startswith(f"{name}:{told}")
    assert "fix it there" in unloaded.value.hint
    with pytest.raises(InputError) as loaded:
        read_graph(file, Ontology({}, {}, {}))
    assert (str(loaded.value), loaded.value.hint) == (str(unloaded.value), unloaded.value.hint)


@given(
    st.lists(st.text("abix12", min_size=1, max_size=8), min_size=1, max_size=4).map("-".join),
)
@settings(max_examples=examples(300))
def test_a_language_tag_is_taken_only_where_the_parser_takes_it(tag: str) -> None:
    rest = f'"x"@{tag} .'
    if re.search(REST[3], rest):
        line = f"<urn:a:b> <urn:a:c> {rest}"
        assert str(next(iter(parse(line.encode(), RdfFormat.N_TRIPLES))).object) == f'"x"@{tag}'


def test_a_statement_about_a_statement_is_refused(cache: Cache, tmp_path: Path) -> None:
    about = "<urn:a:b> <urn:a:c> <<( <urn:a:b> <urn:a:c> <urn:a:d> )>> ."
    for name, place in (("a.nt", ":3: "), ("a.ttl", ": ")):
        (tmp_path / name).write_text(PLAIN + "# odd\n" + about + "\n" + PLAIN)
        with pytest.raises(
            InputError, match=f"^{name}{place}.* is a statement, .* RDF 1.2 .kg reads"
        ):
            ingest([tmp_path / name], cache)


def test_damaged_compression_leaves_nothing_behind(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = gzip.compress((PLAIN * 5000).encode(), 0)
    breaks_off = r"^a\.nt\.gz:[1-9][0-9]+: the compressed data are truncated, here or later"
    monkeypatch.setattr(blocks.blocks, "__defaults__", (4096,))
    for cut, words in ((whole[:-100], breaks_off), (b"no gzip", "damaged")):
        file = tmp_path / "a.nt.gz"
        file.write_bytes(cut)
        with pytest.raises(InputError, match=words):
            ingest([file], cache)
    file = tmp_path / "a.nt.zst"
    file.write_bytes(b"\x28\xb5\x2f\xfd no zstd")
    with pytest.raises(InputError, match=r"damaged|truncated"):
        ingest([file], cache)
    assert [p.name for p in cache.folder.iterdir()] == []


def test_a_line_without_end_is_refused(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A huge literal must not fill the memory; the limit is lowered, the way is the same."""
    monkeypatch.setattr(blocks, "LONGEST", 1 << 16)
    monkeypatch.setattr(blocks.blocks, "__defaults__", (1 << 12,))
    for name, pack in (("a.nt", bytes), ("b.nt.gz", gzip.compress)):
        file = tmp_path / name
        line = PLAIN.replace("x", "y" * (1 << 17))
        file.write_bytes(pack((PLAIN + line).encode()))
        with pytest.raises(InputError, match=rf"^{name}:2: a line of more than"):
            ingest([file], cache)


def test_an_unchanged_file_is_not_read_again(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "a.nt", tmp_path / "b.nt"
    file.write_text(PLAIN)
    first = ingest([file], cache)
    os.link(file, other)

    def never(*_: object) -> None:
        raise AssertionError("read again")

    shutil.copy(file, tmp_path / "c.nt")
    monkeypatch.setattr(ingest_module, "opened", never)
    assert ingest([file], cache) == first
    assert ingest([tmp_path / "c.nt"], cache)[0].folder == first[0].folder
    file.write_text(PLAIN + PLAIN)
    with pytest.raises(AssertionError, match="read again"):
        ingest([file], cache)


def test_a_table_that_no_file_has_any_more_goes_when_nobody_has_used_it_lately(
    cache: Cache, tmp_path: Path
) -> None:
    file, copy, other = (tmp_path / name for name in ("a.nt", "b.nt", "c.nt"))
    file.write_text(PLAIN)
    copy.write_text(PLAIN)
    before = Path(ingest([file, copy], cache)[0].folder)
    foreign = cache.folder / "foreign"
    foreign.mkdir()
    (foreign / "manifest.json").write_text("{}")
    long_ago = (0, 0)
    for number, (changed, left) in enumerate(((file, True), (copy, False))):
        changed.write_text(PLAIN + PLAIN)
        ingest([changed], cache)
        assert before.is_dir()  # another process may be reading it
        for manifest in (before / "manifest.json", foreign / "manifest.json"):
            os.utime(manifest, long_ago)
        other.write_text(f'<urn:a:s> <urn:a:p> "{number}" .\n')
        ingest([other], cache)
        assert before.is_dir() == left
    assert foreign.is_dir()


def test_a_damaged_table_is_made_again(cache: Cache, tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    file.write_text(PLAIN)
    table = ingest([file], cache)[0]
    Path(table.files[0]).write_bytes(b"")
    assert statements(ingest([file], cache)) == parsed(PLAIN.encode())
    manifest = Path(table.folder) / "manifest.json"
    manifest.write_text(json.dumps({"layout": 0}))
    assert statements(ingest([file], cache)) == parsed(PLAIN.encode())


def test_files_that_are_done_stay_done(cache: Cache, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.nt", tmp_path / "b.nt"
    good.write_text(PLAIN)
    bad.write_text("nonsense\n")
    with pytest.raises(InputError):
        ingest([good, bad], cache)
    assert len(list(cache.folder.glob("*/manifest.json"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
def test_a_full_disk_is_an_error_that_says_so(tmp_path: Path) -> None:
    """A limit on the size of a file stands for the disk: the same call fails in the same place."""
    file = tmp_path / "a.nt"
    file.write_text("".join(PLAIN.replace("/a>", f"/{n * 7919}>") for n in range(20_000)))
    code = (
        "import resource, signal, sys, pathlib\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from kg.scale.ingest import ingest\nfrom kg.scale.cache import Cache\nimport polars\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "ingest([sys.argv[1]], Cache(pathlib.Path(sys.argv[2])))\n"
    )
    run = [sys.executable, "-c", code, str(file), str(tmp_path / "cache")]
    done = subprocess.run(run, capture_output=True, text=True)
    assert "cannot write to" in done.stderr and "KG_CACHE" in done.stderr
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_breaks_off_leaves_nothing_and_is_begun_again(cache: Cache, tmp_path: Path) -> None:
    """Ctrl-C, or whatever else, in the middle of the second of two files."""
    files = [tmp_path / "a.nt", tmp_path / "b.nt"]
    for number, file in enumerate(files):
        file.write_text(PLAIN * (number + 1))

    def stop(name: str, done: int, size: int) -> None:
        if name == "b.nt":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(files, cache, stop)
    assert len(list(cache.folder.glob("*/manifest.json"))) == 1
    assert not list(cache.folder.glob("new-*"))
    seen: list[str] = []
    tables = ingest(files, cache, lambda name, done, size: seen.append(name))
    assert seen == ["b.nt"] and [t.statements for t in tables] == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
def test_a_killed_run_leaves_nothing_that_counts(tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    file.write_text(PLAIN * 2000)
    code = (
        "import sys, time, pathlib\nfrom kg.scale import ingest\nfrom kg.scale.cache import Cache\n"
        "def stop(*_):\n    print('reading', flush=True)\n    time.sleep(60)\n"
        "ingest.ingest([sys.argv[1]], Cache(pathlib.Path(sys.argv[2])), stop)\n"
    )
    run = [sys.executable, "-c", code, str(file), str(tmp_path / "cache")]
    with subprocess.Popen(run, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"reading\n"
        process.kill()
    cache = Cache(tmp_path / "cache")
    left = list(cache.folder.glob("new-*"))
    assert len(left) == 1 and not list(cache.folder.glob("*/manifest.json"))
    time.sleep(0.05)
    assert statements(ingest([file], cache)) == parsed((PLAIN * 2000).encode())
    assert not list(cache.folder.glob("new-*"))
