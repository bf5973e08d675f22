"""``kg quotes check``: what becomes of a quote when its text changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import cli

TEXT = "Before. The child trusts its parent. After. Something else entirely. The end."
WORDS = "The child trusts its parent."


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def records(exact: bool) -> str:
    start = TEXT.index(WORDS)
    words = f"exact: {WORDS}" if exact else f"exactDigest: {digest(WORDS)}"
    return f"""
- id: source/s
  title: A source
- id: description/d
  reviewStatus: draft
  quote:   # keep this
    - {{quotedFrom: source/s, start: {start}, "end": {start + len(WORDS)}, prefix: Before.}}
    - quotedFrom: source/s
      {words}
      start: {start}   # and this
      end: '{start + len(WORDS)}'
      prefix: "Before."
      suffix: "After."
      sourceDigest: {digest(TEXT)}
"""


@pytest.fixture(params=[True, False], ids=["words", "digest"])
def folder(request: pytest.FixtureRequest, project: Callable[..., Path]) -> Path:
    return project(records(request.param))


def check(folder: Path, text: str, *more: str) -> Result:
    file = folder / "copy.txt"
    file.write_text(text, encoding="utf-8", newline="")
    words = ["quotes", "check", "--text", f"source/s={file}", "--project", str(folder), *more]
    return CliRunner().invoke(cli, words)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (TEXT, "same"),
        (TEXT + " More.", "same"),
        ("\U0001f600 New. " + TEXT, "moved"),
        (TEXT.replace("trusts", "distrusts"), "changed"),
        ("Nothing of it.", "gone"),
        ("", "gone"),
        (f"New. {WORDS} {WORDS}", "ambiguous"),
        (f"New. {WORDS} Before. {WORDS} After.", "moved"),
    ],
)
def test_a_quote_is_found_again(text: str, state: str, folder: Path) -> None:
    done = check(folder, text)
    assert f"1 {state} (" in done.stdout and "1 notChecked (" in done.stdout
    assert done.exit_code == (0 if state == "same" else 1)


def test_moved_positions_are_put_right_and_all_else_stays(folder: Path) -> None:
    text = "A new beginning. " + TEXT
    data = folder / "data" / "data.yaml"
    before = data.read_text(encoding="utf-8")
    assert check(folder, text, "--fix-moved").exit_code == 0
    start = TEXT.index(WORDS)
    expected = before.replace(f"start: {start}   #", f"start: {start + 17}   #")
    expected = expected.replace(f"'{start + len(WORDS)}'", f"'{start + len(WORDS) + 17}'")
    assert data.read_text(encoding="utf-8") == expected.replace(digest(TEXT), digest(text))
    assert "1 same (" in check(folder, text).stdout
    report = kg.validate(folder, copies={"source/s": folder / "copy.txt"})
    assert not [r for r in report.results if r.path == "quoteCheck" and r.value == "differs"]


def test_what_is_not_moved_is_not_changed(folder: Path) -> None:
    data = folder / "data" / "data.yaml"
    before = data.read_bytes()
    for text in (TEXT, TEXT.replace("trusts", "distrusts"), "Nothing."):
        check(folder, text, "--fix-moved")
        assert data.read_bytes() == before


def test_a_text_of_an_unknown_document_is_refused(folder: Path) -> None:
    words = ["quotes", "check", "--text", "source/x=x", "--project", str(folder)]
    assert isinstance(CliRunner().invoke(cli, words).exception, kg.UsageError)


def test_the_quotes_of_the_dataset_are_where_they_were(dataset: kg.Graph) -> None:
    states = {quote.state for quote in kg.check_quotes(dataset)}
    assert states == {"same", "notChecked"}
