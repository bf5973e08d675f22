"""The promises of docs/security.md are held by tests that exist."""

from __future__ import annotations

import re

from conftest import HERE, ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = {
    name
    for file in HERE.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_each_promise_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    promises = [row for row in rows if not row.endswith("| Test |")]
    assert [row for row in promises if "`test_" not in row] == []


def test_each_named_test_exists() -> None:
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - TESTS == set()
