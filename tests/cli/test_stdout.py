"""Where data goes: a reader that has gone, a full disk, a terminal, and nothing at all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import EXAMPLES

Write = Callable[..., Path]
KG = [sys.executable, "-c", "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"]
SMALL = str(EXAMPLES / "infant-sleep")
RIGHT = "- {id: outcome/a, prefLabel: A}\n"
ESCAPE = "\x1b[2J\u202e"


def _without_reader(*words: str | Path) -> tuple[int, str]:
    """Run kg with a stdout whose reader has gone; return its exit code and stderr."""
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as stdout:
        done = subprocess.run([*KG, *words], stdout=stdout, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("stats", SMALL),
        ("explain", "VAL-001"),
        ("query", "--list"),
        ("export", "turtle", SMALL),
        ("export", "nquads", SMALL, "--engine", "duckdb"),
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_not_an_error(words: tuple[str, ...]) -> None:
    code, said = _without_reader(*words)
    assert code == 0
    assert "error" not in said


@pytest.mark.parametrize("format_", ["text", "jsonl", "html"])
def test_a_reader_that_goes_away_changes_no_exit_code(format_: str, project: Write) -> None:
    folder = project("".join(f"- id: outcome/o{n}\n  prefLable: x\n" for n in range(3000)))
    assert _without_reader("validate", folder, "--format", format_) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize(
    "words",
    [("validate", "--format", "json"), ("stats",), ("export", "nquads", "--engine", "duckdb")],
    ids=" ".join,
)
def test_a_full_disk_behind_stdout_is_named(project: Write, words: tuple[str, ...]) -> None:
    command = [*KG, *words, project(RIGHT)]
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert result.returncode == 3
    assert result.stderr == "error: cannot write to stdout: No space left on device\n"


def _closed(*words: str | Path) -> tuple[int, str]:
    """Run kg without any stdout; return its exit code and stderr."""
    command = ["sh", "-c", 'exec "$@" >&-', "sh", *KG, *words]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["stats", "validate", "schema"])
def test_a_stdout_that_is_closed_is_named(project: Write, command: str) -> None:
    message = "error: cannot write to stdout: it is closed\n"
    assert _closed(command, project(RIGHT)) == (3, message)


def test_an_export_to_a_file_needs_no_stdout(project: Write, tmp_path: Path) -> None:
    code, said = _closed("export", "turtle", project(RIGHT), "-o", tmp_path / "out.ttl")
    assert code == 0, said


def test_a_stdin_that_is_closed_is_named(project: Write) -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", *KG, "query", "-", "--on", project(RIGHT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == "error: cannot read the query from stdin: it is closed\n"


def _at_a_terminal(*words: str | Path) -> tuple[int, str]:
    """Run kg with a terminal as stdout; return its exit code, and what it wrote to both."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*KG, *words], stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(ours)
    return process.wait(), shown.decode()


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_a_terminal_gets_data_with_what_it_would_obey_made_visible(
    project: Write, format_: str
) -> None:
    written = ESCAPE.encode("unicode_escape").decode()
    folder = project(f'- {{id: outcome/o, prefLabel: "O{written}"}}\n')
    query = folder / "all.rq"
    query.write_text("SELECT ?o {?s skos:prefLabel ?o}", encoding="utf-8")
    code, shown = _at_a_terminal("query", query, "--on", folder, "--format", format_)
    assert code == 0
    assert "[2J\\u202e" in shown
    assert "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.parametrize("format_", ["png", "findings-xlsx"])
def test_a_terminal_gets_no_bytes_that_are_not_text(format_: str) -> None:
    code, shown = _at_a_terminal("export", format_, SMALL, "--include-unreviewed")
    assert code == 2
    assert "a terminal cannot show what is not text" in shown
