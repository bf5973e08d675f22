"""Hostile, broken and merely unlucky input ends in an error with its place, reason and fix."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.cells import NUMBER, plain, safe
from kg.outputs import write_folder

Write = Callable[..., Path]
RECORD = "- id: outcome/trust\n"


def diagnostic(folder: Path) -> kg.Diagnostic:
    with pytest.raises(kg.RecordsError) as caught:
        kg.load(folder)
    return caught.value.diagnostics[0]


def test_aliases_within_aliases_are_not_written_out(project: Write) -> None:
    lines = ["- a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 9):
        lines.append(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]")
    found = diagnostic(project("\n".join(lines)))
    assert (found.code, found.place.line) == ("YML-005", 6)  # type: ignore[union-attr]
    assert "1,000,000 values" in found.message


def test_values_in_values_have_a_limit(project: Write) -> None:
    found = diagnostic(project("- id: " + "[" * 60 + "]" * 60))
    assert (found.code, found.message) == ("YML-005", "values are nested more than 50 levels deep")


def test_brackets_without_end_are_refused_by_the_parser(project: Write) -> None:
    assert diagnostic(project("- id: " + "[" * 100_000)).code == "YML-001"


def test_a_language_that_is_no_tag_is_refused(project: Write) -> None:
    found = diagnostic(project("- id: outcome/trust\n  prefLabel: {en-a: x}\n"))
    assert (found.code, str(found.place)) == ("VAL-002", "data/data.yaml:2:15")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('language = "not a lang"', "'language' is not a language tag: 'not a lang'"),
        ('records = ["/etc/passwd"]', "'/etc/passwd' lies outside of the project"),
        ('records = ["../data"]', "'../data' lies outside of the project"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(
    project: Write, settings: str, message: str
) -> None:
    with pytest.raises(kg.UsageError) as caught:
        kg.load(project(RECORD, settings))
    assert caught.value.message.startswith(message)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no file without end")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "fhir", "/dev/zero"), 3),
        (("import", "bibliography", "endless.json"), 3),
        (("validate", "--shapes", "/dev/zero"), 3),
        (("query", "endless.json"), 2),
        (("review", "import", "endless.json", "--by", "agent/a"), 3),
    ],
)
def test_a_file_without_end_is_not_read_to_its_end(
    project: Write, words: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from kg.cli import cli

    monkeypatch.chdir(project(RECORD))
    Path("endless.json").symlink_to("/dev/zero")
    with pytest.raises(kg.KgError) as caught:
        CliRunner().invoke(cli, words, catch_exceptions=False)
    assert caught.value.exit_code == code


@pytest.mark.parametrize("text", ["project = 1", "project = []", "[[project]]"])
def test_settings_without_a_section_are_refused(project: Write, text: str) -> None:
    folder = project(RECORD)
    (folder / "kg.toml").write_text(text, encoding="utf-8")
    with pytest.raises(kg.UsageError, match="'project' is a section"):
        kg.load(folder)


def test_settings_in_settings_have_a_limit(project: Write) -> None:
    with pytest.raises(kg.InputError, match="values lie too deep"):
        kg.load(project(RECORD, "title = " + "[" * 100_000))


@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link"])
def test_a_name_that_promises_records_is_never_skipped(project: Write, kind: str) -> None:
    folder = project(RECORD)
    odd = folder / "data" / "more.yaml"
    match kind:
        case "folder":
            odd.mkdir()
        case "pipe":
            os.mkfifo(odd)
        case _:
            odd.symlink_to(folder / "nowhere.yaml")
    with pytest.raises(kg.InputError, match=r"data/more\.yaml is not a file that can be read"):
        kg.load(folder)


@pytest.mark.parametrize("force", [False, True])
def test_an_output_never_replaces_its_input(project: Write, tmp_path: Path, force: bool) -> None:
    graph = tmp_path / "in.ttl"
    kg.export_file(project(RECORD), "turtle", graph)
    before = graph.read_bytes()
    with pytest.raises(kg.UsageError, match="is among the inputs"):
        kg.export_file(graph, "jsonld", graph, force=force)
    assert graph.read_bytes() == before


@pytest.mark.parametrize("name", ["data/data.yaml", "data/new.jsonld", "kg.toml", "shapes/x.ttl"])
def test_an_output_never_lies_among_the_files_of_its_project(project: Write, name: str) -> None:
    folder = project(RECORD)
    (folder / "shapes").mkdir()
    with pytest.raises(kg.UsageError, match="is among the inputs"):
        kg.export_file(folder, "jsonld", folder / name, force=True)


@pytest.mark.parametrize(
    "words",
    [("query", "disagreements"), ("export", "turtle"), ("validate",), ("summary",), ("schema",)],
    ids=" ".join,
)
def test_an_output_never_replaces_a_file_of_the_nearest_project(
    project: Write, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from kg.cli import cli

    folder = project(FINDING)
    records = folder / "data" / "data.yaml"
    before = records.read_bytes()
    monkeypatch.chdir(folder)
    with pytest.raises(kg.UsageError, match="is among the inputs"):
        CliRunner().invoke(cli, [*words, "-o", "data/data.yaml", "--force"], catch_exceptions=False)
    assert records.read_bytes() == before


@pytest.mark.parametrize("place", [".", "data", "data/build-of-mine"])
def test_an_output_that_holds_an_input_is_refused(project: Write, place: str) -> None:
    folder = project(RECORD)
    with pytest.raises(kg.UsageError, match="is among the inputs or holds one"):
        kg.build(folder, folder / place, force=True)


FINDING = """- {id: outcome/o, prefLabel: O}
- {id: intervention/i, prefLabel: I}
- id: finding/f
  intervention: intervention/i
  comparator: usualCare
  outcome: outcome/o
  reviewStatus: draft
"""
ESCAPE = "\x1b[2J\u202e"


@pytest.mark.parametrize("format", ["text", "github"])
def test_a_report_shows_what_a_terminal_would_obey(project: Write, format: str) -> None:
    written = ESCAPE.encode("unicode_escape").decode()
    folder = project(f'- id: outcome/trust\n  desirability: "{written}"\n')
    shown = "".join(kg.report_as(kg.validate(folder), format, limit=0, infos=True))
    assert not {"\x1b", "\u202e"} & set(shown)
    assert "\\x1b[2J\\u202e" in shown


def test_a_table_shows_what_a_terminal_would_obey(dataset: kg.Graph) -> None:
    from kg.queries import FORMATS

    table = kg.query(dataset, 'SELECT ("a\\u001B[2Jb" AS ?x) {}')
    assert "a\\x1b[2Jb" in FORMATS["table"](table)


def test_cells_that_a_spreadsheet_would_run_are_texts(dataset: kg.Graph) -> None:
    cells = '"=HYPERLINK(1)" "-1+cmd" "@x" "\'=x" "-0.5" "+1e3"'
    table = kg.query(dataset, f"SELECT ?x {{ VALUES ?x {{ {cells} }} }}")
    lines = kg.queries.FORMATS["csv"](table).splitlines()
    assert sorted(lines[1:]) == ["''=x", "'-1+cmd", "'=HYPERLINK(1)", "'@x", "+1e3", "-0.5"]


def test_a_message_shows_what_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]) -> None:
    from kg.cli import main

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["kg", "query", "--on", f"{ESCAPE}.ttl", "disagreements"])
        with pytest.raises(SystemExit):
            main()
    shown = capsys.readouterr().err
    assert "\\x1b[2J" in shown and "\x1b[2J" not in shown


@pytest.mark.parametrize(
    "command", [["stats"], ["explain", "finding/f"], ["summary"], ["review", "show", "finding/f"]]
)
def test_a_command_shows_what_a_terminal_would_obey(
    project: Write, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from kg.cli import cli

    written = ESCAPE.encode("unicode_escape").decode()
    folder = project(
        f"""- {{id: outcome/o, prefLabel: "O{written}"}}
- {{id: intervention/i, prefLabel: "I{written}"}}
- id: finding/f
  prefLabel: "F{written}"
  intervention: intervention/i
  comparator: usualCare
  outcome: outcome/o
  reviewStatus: draft
""",
        'title = "T\\u001b[2J\\u202e"',
    )
    monkeypatch.chdir(folder)
    shown = CliRunner().invoke(cli, command, color=True, catch_exceptions=False).stdout
    assert "[2J" in shown
    assert not re.search("\x1b\\[2J|\u202e", shown)


@given(st.text())
def test_a_cell_that_is_no_formula_gives_its_text_back(text: str) -> None:
    assert plain(safe(text)) == text
    assert not re.match("[=+@]", safe(text)) or re.fullmatch(NUMBER, text)


def test_a_summary_as_csv_has_no_formulas() -> None:
    from kg.cli.summary_command import _csv

    class Table:
        def table(self) -> list[dict[str, str]]:
            return [{"a": "=HYPERLINK(1)", "b": "-0.5"}]

    assert _csv((Table(),)).splitlines() == ["a,b", "'=HYPERLINK(1),-0.5"]  # type: ignore[arg-type]


NAMED = """@prefix x: <https://e.org/> .
x:a x:p "1" . x:G { x:b x:p "2" . x:b a "text" } _:g { x:c x:p "3" }"""


def read(folder: Path, name: str, text: str) -> kg.Graph:
    (folder / name).write_text(text, encoding="utf-8")
    return kg.load(folder / name)


@pytest.mark.parametrize("format", ["jsonld", "nquads"])
def test_named_graphs_are_kept(tmp_path: Path, format: str) -> None:
    graph = read(tmp_path, "in.trig", NAMED)
    suffix = {"jsonld": ".jsonld", "nquads": ".nq"}[format]
    (tmp_path / f"out{suffix}").write_bytes(kg.export(graph, format))
    assert kg.load(tmp_path / f"out{suffix}") == graph


def test_queries_see_every_named_graph(tmp_path: Path) -> None:
    graph = read(tmp_path, "in.trig", NAMED)
    found = kg.query(graph, "SELECT ?s { GRAPH ?g { ?s <https://e.org/p> ?o } }")
    assert [row[0] for row in found.texts()] == ["https://e.org/b", "https://e.org/c"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.ttl",
            "<a:a> <a:p> <<( <a:a> <a:b> <a:c> )>> .",
            "statement about|is about a statement",
        ),
        ("a.ttl", '<a:a> <a:p> "x"@en--ltr .', "base direction"),
        ("a.ttl", "<a:a> <a:p> " + "(" * 100_000 + ")" * 100_000 + " .", "a.ttl:1: .* 500 levels"),
        ("a.jsonld", '{"a:p":' * 20_000 + "1" + "}" * 20_000, "a.jsonld:1: .* 500 levels"),
        (
            "a.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="a:">\n'
            + "<rdf:Description><x:p>" * 30_000,
            "a.rdf:2: .* 500 levels",
        ),
    ],
)
def test_graph_files_have_limits(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(kg.InputError, match=message):
        read(tmp_path, name, text)


def test_entities_of_xml_are_not_expanded_without_end(tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "xxxxxxxxxx">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    text = f"<?xml version='1.0'?>\n<!DOCTYPE r [{entities}]><r>&a9;</r>"
    with pytest.raises(kg.InputError, match=r"a\.rdf:2: the entities expand to more than"):
        read(tmp_path, "a.rdf", text)


def test_brackets_within_texts_are_not_counted(tmp_path: Path) -> None:
    graph = read(
        tmp_path, "a.ttl", f'<a:a> <a:p> "{"(" * 2_000}", """{"[" * 2_000}""" . # {"{" * 999}'
    )
    assert len(graph) == 2


@pytest.mark.parametrize("name", ["a.nt.gz", "a.ttl.gz", "a.nq.zst"])
def test_an_empty_compressed_file_is_truncated(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(kg.InputError, match="the compressed data are truncated"):
        kg.validate(tmp_path / name)


@pytest.mark.parametrize("force", [False, True])
def test_a_device_is_never_replaced(project: Write, tmp_path: Path, force: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(kg.UsageError, match="is not a regular file"):
        kg.export_file(project(RECORD), "turtle", pipe, force=force)
    assert pipe.is_fifo()


def test_an_output_that_is_a_hard_link_to_an_input_is_refused(
    project: Write, tmp_path: Path
) -> None:
    folder = project(RECORD)
    other = tmp_path / "other.ttl"
    other.hardlink_to(folder / "data" / "data.yaml")
    with pytest.raises(kg.UsageError, match="is among the inputs"):
        kg.export_file(folder, "turtle", other, force=True)


def test_an_id_is_not_longer_than_a_file_name(project: Write) -> None:
    assert diagnostic(project(f"- id: outcome/{'x' * 300}\n")).code == "IDS-001"


@pytest.mark.parametrize("value", ["١٢", "1２"])
def test_digits_outside_of_ascii_are_no_number(project: Write, value: str) -> None:
    record = f"- id: population/x\n  prefLabel: X\n  ageRange:\n    minAge: {value}\n"
    assert diagnostic(project(record)).code == "VAL-002"


def test_a_path_with_a_null_is_refused(project: Write) -> None:
    with pytest.raises(kg.UsageError, match="'records' has the wrong type"):
        kg.load(project(RECORD, 'records = ["a\\u0000b"]'))


def test_a_wording_that_is_a_text_is_no_internal_error(tmp_path: Path) -> None:
    text = """@prefix c: <https://w3id.org/clinical-evidence-kg/ns#> .
    <a:k> a c:KnowledgeGraph . <a:f> a c:Finding ; c:wording "text" ; c:population 0 ."""
    assert not kg.validate(read(tmp_path, "a.ttl", text)).passes


def test_a_text_in_place_of_an_entity_is_no_internal_error(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(
        "@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .\n"
        "<http://e/f> a cekg:Finding ; cekg:intervention <http://e/i> ; cekg:population 0 ; "
        'cekg:outcome "x" .\n<http://e/i> a cekg:Intervention .\n',
        encoding="utf-8",
    )
    files = kg.export_folder(kg.load(file), "site", include_unreviewed=True)
    assert "index.html" in files


def test_a_write_that_fails_names_the_file(
    project: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(kg.InputError, match=r"cannot write .*g\.ttl: No space left on device"):
        kg.export_file(project(RECORD), "turtle", tmp_path / "g.ttl")
    assert [f.name for f in tmp_path.iterdir() if "g.ttl" in f.name] == []


def test_files_have_the_mode_that_the_user_chose(project: Write, tmp_path: Path) -> None:
    kg.export_file(project(RECORD), "turtle", tmp_path / "g.ttl")
    (tmp_path / "plain").touch()
    assert (tmp_path / "g.ttl").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_graph_file_that_is_too_large_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.files.MOST_TEXT", 10)
    with pytest.raises(kg.InputError, match="too much to load"):
        read(tmp_path, "a.ttl", "<a:a> <a:p> 1 .")


def test_a_literal_has_a_longest_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.files.LONGEST_LITERAL", 3)
    with pytest.raises(kg.InputError, match="a literal has 4 characters, 3 at most"):
        read(tmp_path, "a.ttl", "<a:a> <a:p> 'text' .")


HUGE = "x" * 17_000_000


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.nt", f'<a:a> <a:p> "y" .\n<a:a> <a:p> "{HUGE}" .\n', ":2"),
        ("a.nq", f'<a:a> <a:p> "{HUGE}" <a:g> .\n', ":1"),
        ("a.ttl", f'<a:a> <a:p> "y" .\n<a:a> <a:p> """{HUGE}""" .\n', ":2"),
        ("a.trig", f"# {HUGE}\n", ":1"),
        ("a.jsonld", f'{{"@id": "a:a", "a:p": "{HUGE}"}}', ":1"),
    ],
    ids=["nt", "nq", "ttl", "trig", "jsonld"],
)
def test_a_value_that_the_parser_cannot_hold_is_refused(
    name: str, text: str, place: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    (tmp_path / name).write_text(text)
    with pytest.raises(kg.InputError, match="line of more than 16 MB") as refused:
        kg.export_file(tmp_path / name, "nquads", tmp_path / "out.nq", engine=engine)
    placed = engine == "auto" or name in ("a.nt", "a.nq")
    assert refused.value.message.startswith(f"{name}{place}: " if placed else f"{name}: ")
    assert not (tmp_path / "out.nq").exists()


def test_a_file_of_records_has_a_size(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.readers.MOST_BYTES", 10)
    with pytest.raises(kg.InputError, match=r"data/data\.yaml has more than 0 MB"):
        kg.load(project(RECORD))


def test_a_damaged_cache_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb", reason="needs the extra 'scale'")
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    (tmp_path / "a.nt").write_text("<a:a> <a:p> <a:b> .\n")

    def exported() -> bytes:
        kg.export_file(tmp_path / "a.nt", "nquads", tmp_path / "out.nq", engine="duckdb")
        return (tmp_path / "out.nq").read_bytes()

    whole = exported()
    (part,) = (tmp_path / "cache").rglob("*.parquet")
    part.write_bytes(part.read_bytes()[:-8] + b"damaged!")
    assert exported() == whole
    (tmp_path / "cache" / "seen.json").unlink()
    (tmp_path / "cache" / "seen.json").mkdir()
    assert exported() == whole


@pytest.mark.parametrize("format", ["site", "jsonld"])
def test_a_long_id_of_a_graph_file_has_a_short_file_name(tmp_path: Path, format: str) -> None:
    graph = read(
        tmp_path,
        "a.ttl",
        f"""@prefix c: <https://w3id.org/clinical-evidence-kg/ns#> .
        <https://e.org/k/> a c:KnowledgeGraph .
        <https://e.org/k/outcome/{"x" * 300}> a c:Outcome .""",
    )
    if format == "site":
        names = [*kg.export_folder(graph, "site")]
    else:
        from kg.exporters.jsonld import documents

        names = [*documents(graph)]
    assert [n for n in names if max(map(len, n.split("/"))) > 255] == []


def test_an_error_in_a_folder_names_the_file_as_it_would_be(tmp_path: Path) -> None:
    with pytest.raises(kg.InputError) as caught:
        write_folder(tmp_path / "out", {f"{'x' * 300}.html": b""})
    assert caught.value.message.startswith(f"cannot write {tmp_path / 'out' / 'xxx'}")
