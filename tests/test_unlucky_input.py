"""Hostile, broken and merely unlucky input ends in an error with its place, reason and fix."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import kg

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
    assert (found.code, found.message) == ("YML-005", "values lie more than 50 levels deep")


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
