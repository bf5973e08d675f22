"""Review sheets and forms: what people get, what comes back, and what is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_attacks import RECORDS

import kg
from kg.cli import cli
from kg.reviewing import decide, import_decisions, review_form, review_sheet
from kg.reviewing.incoming import KIND
from kg.reviewing.sheet import COLUMNS

openpyxl = pytest.importorskip("openpyxl", reason="the extra 'xlsx' is not installed")


@pytest.fixture
def folder(project: Callable[..., Path]) -> Path:
    place = project(RECORDS)
    decide("submit", ["finding/f", "finding/g"], "agent/sender", place)
    return place


@pytest.fixture
def sheet(folder: Path) -> Path:
    file = folder / "review.xlsx"
    file.write_bytes(review_sheet(kg.load(folder)))
    return file


def fill(file: Path, values: dict[tuple[int, str], str]) -> None:
    book = openpyxl.load_workbook(file)
    for (row, name), value in values.items():
        book["Review"].cell(row, COLUMNS.index(name) + 1).value = value
    book.save(file)


def status(folder: Path, name: str) -> str:
    graph = kg.load(folder)
    return graph.notation(graph.value(graph.node(name), "effectiveStatus"))


def test_a_sheet_without_its_package_names_the_extra(
    folder: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for use in (
        lambda: review_sheet(kg.load(folder)),
        lambda: import_decisions(sheet, "agent/reviewer", folder),
    ):
        with pytest.raises(kg.UsageError, match=r"clinical-evidence-kg\[xlsx\]"):
            use()


def test_decisions_of_a_sheet_become_events(folder: Path, sheet: Path) -> None:
    fill(
        sheet, {(2, "Decision"): "approve", (3, "Decision"): "reject", (3, "Comment"): "no source"}
    )
    done = CliRunner().invoke(
        cli, ["review", "import", str(sheet), "--by", "agent/reviewer", "--project", str(folder)]
    )
    assert done.exit_code == 0, done.exception
    assert (status(folder, "finding/f"), status(folder, "finding/g")) == ("approved", "rejected")
    assert not [r for r in kg.validate(folder).results if r.code.startswith("REV")]
    assert b"no source" in b"".join(p.read_bytes() for p in folder.rglob("*.yaml"))


def test_a_row_that_is_left_decides_nothing(folder: Path, sheet: Path) -> None:
    fill(sheet, {(2, "Decision"): "leave"})
    assert import_decisions(sheet, "agent/reviewer", folder).events == ()


def test_a_sheet_of_an_older_state_is_refused_row_by_row(folder: Path, sheet: Path) -> None:
    fill(sheet, {(2, "Decision"): "approve", (3, "Decision"): "approve"})
    data = folder / "data" / "data.yaml"
    data.write_text(
        data.read_text().replace("desirability: desirable", "desirability: depends")
        .replace("Something else", "Something new")
    )  # fmt: skip
    with pytest.raises(kg.RefusedError) as caught:
        import_decisions(sheet, "agent/reviewer", folder)
    first, second = caught.value.diagnostics
    assert str(first.place) == "review.xlsx:2:10" and str(second.place) == "review.xlsx:3:10"
    assert "desirability of outcome/o: desirable then, depends now" in first.message
    assert "wording of finding/g" in second.message
    assert (status(folder, "finding/f"), status(folder, "finding/g")) == ("submitted", "submitted")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({(2, "Decision"): '=IF(1,"approve","")'}, "formula"),
        ({(2, "Words"): "=1+1"}, "formula"),
        ({(2, "Decision"): "maybe"}, "'maybe' is not a decision"),
        ({(2, "Decision"): "approve", (2, "State"): ""}, "not known what the reviewer saw"),
        ({(1, "Decision"): "Verdict"}, "no column 'Decision'"),
    ],
)
def test_a_sheet_that_is_not_in_order_is_refused(
    values: dict[tuple[int, str], str], says: str, folder: Path, sheet: Path
) -> None:
    fill(sheet, values)
    with pytest.raises(kg.UsageError, match=says):
        import_decisions(sheet, "agent/reviewer", folder)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x00" * 100, b"{}"])
@pytest.mark.parametrize("suffix", [".xlsx", ".json", ".csv"])
def test_a_broken_file_is_an_error_with_a_reason(data: bytes, suffix: str, folder: Path) -> None:
    file = folder / f"broken{suffix}"
    file.write_bytes(data)
    with pytest.raises(kg.UsageError, match="broken"):
        import_decisions(file, "agent/reviewer", folder)


def test_the_author_is_refused_with_the_row(folder: Path, sheet: Path) -> None:
    fill(sheet, {(2, "Decision"): "approve"})
    with pytest.raises(kg.RefusedError, match=r"review\.xlsx:2:10: violation\[REV-008\]"):
        import_decisions(sheet, "agent/sender", folder)


def test_a_text_that_begins_like_a_formula_is_a_text(project: Callable[..., Path]) -> None:
    place = project(RECORDS.replace("Trust rose.", "'=HYPERLINK(\"https://example.org\")'"))
    decide("submit", ["finding/f"], "agent/sender", place)
    graph = kg.load(place)
    file = place / "x.xlsx"
    file.write_bytes(review_sheet(graph))
    cells = [c for row in openpyxl.load_workbook(file)["Review"].iter_rows() for c in row]
    assert "f" not in {c.data_type for c in cells}


def test_only_decision_and_comment_can_be_changed_and_choices_drop_down(sheet: Path) -> None:
    page = openpyxl.load_workbook(sheet)["Review"]
    open_ = {COLUMNS[c.column - 1] for row in page.iter_rows(min_row=2) for c in row
             if not c.protection.locked}  # fmt: skip
    assert page.protection.sheet and open_ == {"Decision", "Comment"}
    (choice,) = page.data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ('"approve,reject,leave"', "J2:J3")


def test_a_sheet_is_written_again_over_the_old_one_and_never_over_another_file(
    folder: Path,
) -> None:
    def write(name: str) -> Any:
        words = ["review", "sheet", "-o", str(folder / name), "--project", str(folder)]
        return CliRunner().invoke(cli, words)

    assert write("a.xlsx").exit_code == write("a.xlsx").exit_code == 0
    assert write("a.html").exit_code == write("a.html").exit_code == 0
    (folder / "mine.xlsx").write_text("mine")
    assert isinstance(write("mine.xlsx").exception, kg.UsageError)
    assert isinstance(write("a.pdf").exception, kg.UsageError)


def test_a_form_needs_nothing_but_itself(folder: Path) -> None:
    page = review_form(kg.load(folder)).decode()
    assert "default-src 'none'" in page
    assert "<link" not in page and "src=" not in page
    assert "</script><script>alert" not in page


def test_text_cannot_break_out_of_a_form(project: Callable[..., Path]) -> None:
    attack = "</script><script>alert(1)</script>"
    place = project(RECORDS.replace("Trust rose.", f"'{attack}'"))
    decide("submit", ["finding/f"], "agent/sender", place)
    assert attack not in review_form(kg.load(place)).decode()


def test_a_message_on_a_form_names_the_decision(folder: Path) -> None:
    file = folder / "d.json"
    unknown = {"statement": "finding/none", "decision": "approve", "state": "sha256:0"}
    file.write_text(json.dumps({"kind": KIND, "decisions": [{}, unknown]}))
    with pytest.raises(kg.RefusedError, match=r"(?m)^d\.json: decision 2: .*finding/none"):
        import_decisions(file, "agent/reviewer", folder)


def test_a_form_that_says_something_else_is_refused(folder: Path) -> None:
    file = folder / "d.json"
    for found in ([], {"kind": KIND}, {"kind": KIND, "decisions": [1]}, {"decisions": []}):
        file.write_text(json.dumps(found))
        with pytest.raises(kg.UsageError):
            import_decisions(file, "agent/reviewer", folder)


@pytest.mark.browser
def test_a_form_is_filled_in_with_the_keyboard_and_comes_back(folder: Path, browser: Any) -> None:
    page_file = folder / "form.html"
    page_file.write_bytes(review_form(kg.load(folder)))
    context = browser.new_context(accept_downloads=True, offline=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(page_file.as_uri())
    for key in ("j", "a", "j", "r"):
        page.keyboard.press(key)
    page.locator("textarea").nth(1).fill("no source")
    assert page.locator("#count").inner_text() == "1 approved, 1 rejected, 0 left"
    with page.expect_download() as waiting:
        page.locator("#download").click()
    waiting.value.save_as(folder / "decisions.json")
    context.close()
    assert problems == []
    import_decisions(folder / "decisions.json", "agent/reviewer", folder)
    assert (status(folder, "finding/f"), status(folder, "finding/g")) == ("approved", "rejected")
