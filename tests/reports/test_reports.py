"""What holds for every format: whole counts, cuts that are told, one document for several."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_up
import pytest
import rdflib
from conftest import EXAMPLES
from pyoxigraph import Literal

import kg
from kg.diagnostics import Diagnostic, Terms
from kg.marks import MARK
from kg.outputs import write_all
from kg.reports import FORMATS
from kg.validation import spool
from kg.validation.report import Report

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
ALL = list(FORMATS)


def written(format_: str, *reports: Report, **options: object) -> str:
    return "".join(kg.report_as(reports, format_, **options))  # type: ignore[arg-type]


def results(format_: str, text: str) -> int:
    """Count the results that a text in a format holds."""
    if format_ == "json":
        document = json.loads(text)
        several = document if isinstance(document, list) else [document]
        return sum(len(report["results"]) for report in several)
    if format_ == "sarif":
        return sum(len(run["results"]) for run in json.loads(text)["runs"])
    return len(
        re.findall(
            {
                "text": r"^(?:\S.*: )?(?:violation|warning|info)\[",
                "jsonl": r'^\{"code"',
                "turtle": r"^        a sh:ValidationResult",
                "junit": r"(?:^|: |>)(?:violation|warning|info): ",
                "github": r"^::(?:error|warning|notice) ",
                "html": r"^<tr>",
            }[format_],
            text,
            re.MULTILINE,
        )
    )


# -- what a report keeps -----------------------------------------------------------------------


def test_counts_stay_whole_when_results_are_left_out() -> None:
    whole = made_up.report()
    cut = whole.shown(2)
    assert len(cut.results) == 2
    assert cut.codes() == whole.codes() == {"AAA-001": 2, "AAA-002": 2, "BBB-001": 4, "BBB-002": 1}
    assert cut.summary() == whole.summary() == "3 violations, 2 warnings, 4 infos"
    assert cut.cut() == "showing 2 of 9 results"


def test_a_report_that_was_cut_conforms_only_if_the_whole_one_does() -> None:
    whole = made_up.report()
    cut = Report((), 9, 5, "auto", more=whole.shown(1).tally())
    assert not cut.conforms and not cut.passes


def test_a_report_with_warnings_alone_passes_and_does_not_conform() -> None:
    some = Report((made_up.result("AAA-002", "warning", 1),), 1, 5, "auto")
    assert some.passes and not some.conforms
    assert "sh:conforms false" in written("turtle", some)


def test_the_most_severe_results_are_kept() -> None:
    cut = made_up.report().shown(4)
    assert Counter(r.severity for r in cut.results) == {"violation": 3, "warning": 1}


def test_no_limit_keeps_all_and_says_nothing_of_a_cut() -> None:
    whole = made_up.report()
    assert whole.shown(0) == whole
    assert whole.cut() == ""


def test_cutting_twice_counts_nothing_twice() -> None:
    assert made_up.report().shown(5).shown(2).total == 9


def test_infos_can_be_left_out_and_are_still_counted() -> None:
    cut = made_up.report().shown(infos=False)
    assert len(cut.results) == 5
    assert cut.more == {("BBB-001", "info"): 4}


def test_a_result_whose_rule_has_no_text_still_has_a_rule() -> None:
    report = Report((made_up.result("ZZZ", "warning", 1),), 1, 1, "auto")
    assert [(r.code, r.severity) for r in report.catalogue()] == [("ZZZ", "warning")]


def test_places_are_named_from_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "sub" / "project"
    folder.mkdir(parents=True)
    place = made_up.report().results[0].place
    assert Report((), 0, 0, "auto", folder).path(place) == "sub/project/data/a b.yaml"


# -- what every format does --------------------------------------------------------------------


@pytest.mark.parametrize("format_", ALL)
def test_every_result_is_written_out(format_: str) -> None:
    assert results(format_, written(format_, made_up.report(), infos=True)) == 9


@pytest.mark.parametrize("format_", ALL)
def test_results_are_limited_and_the_total_is_reported(format_: str) -> None:
    text = written(format_, made_up.report(), limit=4)
    assert results(format_, text) == 4
    told = {
        "text": "… 1 more",
        "json": '"leftOut": 5',
        "jsonl": '"leftOut":5',
        "junit": "showing 1 of 2",
        "html": "Showing 4 of 9 results",
    }
    assert told.get(format_, "showing 4 of 9 results") in text


@pytest.mark.parametrize("format_", ALL)
def test_several_reports_make_one_document(format_: str) -> None:
    text = written(format_, made_up.report(), made_up.clean(), made_up.report("three"), infos=True)
    assert results(format_, text) == 18
    if format_ == "turtle":
        graph = rdflib.Graph().parse(data=text, format="turtle")
        assert len(set(graph.subjects(SH.conforms))) == 3
    for source in ("one", "two", "three"):
        assert re.search(rf"\b{source}\b", text), source


@pytest.mark.parametrize("format_", ALL)
def test_a_report_may_be_written_over_one_that_kg_wrote(format_: str, tmp_path: Path) -> None:
    file = tmp_path / "report"
    many = tuple(made_up.result("AAA-001", "violation", n) for n in range(1, 200))
    report = Report(many, 9, 5, "auto", checked=made_up.RULES)
    for _ in range(2):
        pieces = kg.report_as(report, format_, limit=0)
        write_all({file: (piece.encode() for piece in pieces)})
    assert MARK in file.read_bytes()


@pytest.mark.parametrize("format_", ALL)
def test_a_report_comes_in_pieces_none_of_which_grows_with_it(format_: str) -> None:
    many = tuple(made_up.result("AAA-001", "violation", n) for n in range(1, 2000))
    report = Report(many, 9, 5, "auto")
    pieces = list(kg.report_as(report, format_, limit=0))
    assert len(pieces) > (FORMATS[format_].each or 1999)
    assert max(map(len, pieces)) < 20_000


class Counted(Diagnostic):
    """A result that counts how many of it are alive."""

    alive = most = 0

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        Counted.alive += 1
        Counted.most = max(Counted.most, Counted.alive)

    def __del__(self) -> None:
        Counted.alive -= 1


@pytest.fixture(scope="module")
def many() -> Report:
    return made_up.on_disk(30_000)


@pytest.mark.parametrize("format_", ALL)
def test_results_on_disk_are_never_in_memory_together(
    format_: str, many: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "Diagnostic", Counted)
    monkeypatch.setattr(Counted, "most", 0)
    text = written(format_, many, limit=0, infos=True)
    room = 3 * FORMATS[format_].each
    assert results(format_, text) == (room or 30_000)
    assert 0 < Counted.most <= (room or 2)


@pytest.mark.parametrize("format_", ALL)
def test_a_report_without_results_says_so(format_: str) -> None:
    text = written(format_, made_up.clean())
    assert results(format_, text) == 0
    words = {"json": '"conforms": true', "jsonl": '"conforms":true', "turtle": "sh:conforms true"}
    words |= {"sarif": '"conforms": true', "junit": 'failures="0"', "html": "Passes."}
    assert words.get(format_, "0 violations, 0 warnings, 0 infos") in text


def test_an_unknown_format_is_refused_with_the_closest_name() -> None:
    with pytest.raises(kg.UsageError, match="did you mean 'sarif'"):
        kg.report_as(made_up.clean(), "sarrif")


# -- the formats without a schema of their own -------------------------------------------------


def test_json_of_one_report_is_an_object_and_of_several_an_array() -> None:
    assert json.loads(written("json", made_up.report()))["source"] == "one"
    several = json.loads(written("json", made_up.report(), made_up.clean()))
    assert [report["source"] for report in several] == ["one", "two"]


def test_json_lines_are_the_json_report_line_by_line() -> None:
    first, *rest = map(json.loads, written("jsonl", made_up.report()).split("\n")[:-1])
    whole = json.loads(written("json", made_up.report()))
    assert {**first, "results": rest} == whole


@pytest.mark.parametrize("format_", ["json", "jsonl", "sarif"])
def test_text_of_any_kind_survives_in_json(format_: str) -> None:
    lines = written(format_, made_up.report())
    found = [json.loads(line) for line in lines.splitlines()] if format_ == "jsonl" else []
    text = json.dumps(found or json.loads(lines), ensure_ascii=False)
    assert json.dumps(made_up.NASTY, ensure_ascii=False)[1:-1] in text


def test_turtle_keeps_messages_and_terms() -> None:
    terms = Terms("<https://example.org/finding/f1>", messages=(str(Literal(made_up.NASTY)),))
    plain = made_up.result("AAA-001", "violation", 1, terms=terms)
    report = Report((plain,), 1, 1, "auto")
    graph = rdflib.Graph().parse(data=written("turtle", report), format="turtle")
    assert [str(o) for o in graph.objects(None, SH.resultMessage)] == [made_up.NASTY]
    assert [str(o) for o in graph.objects(None, SH.focusNode)] == ["https://example.org/finding/f1"]


def test_an_annotation_has_file_line_column_and_title() -> None:
    line = written("github", made_up.report()).split("\n")[1]
    assert line == (
        "::error file=data/a b.yaml,line=1,col=3,title=AAA-001 One::"
        "finding/f1: Something is wrong.%0AMend it.%0A"
        'path: cekg:participants; value: "many"; component: DatatypeConstraintComponent'
    )


@pytest.mark.parametrize(
    ("severity", "command"), [("violation", "error"), ("warning", "warning"), ("info", "notice")]
)
def test_a_severity_has_its_kind_of_annotation(severity: str, command: str) -> None:
    report = Report((made_up.result("A", severity, 1),), 1, 1, "auto")
    assert written("github", report).split("\n")[1].startswith(f"::{command} ")


def test_no_text_begins_a_workflow_command_of_its_own() -> None:
    report = made_up.report("##[error]x\n::error::y")
    lines = re.split(r"[\r\n]", written("github", report))
    assert [line[:2] for line in lines] == ["cl", *["::"] * 9, ""]
    assert "##[" not in lines[0]


def test_the_properties_of_an_annotation_cannot_be_ended_by_text() -> None:
    rule = made_up.Rule("A", "violation", "x,file=y::z")
    report = Report((made_up.result("A", "violation", 1),), 1, 1, "auto", checked=(rule,))
    line = written("github", report).split("\n")[1]
    assert "title=A x%2Cfile=y%3A%3Az::" in line


@pytest.mark.parametrize("format_", ALL)
def test_the_command_writes_one_document_for_several_sources(
    format_: str, tmp_path: Path, project: Callable[..., Path]
) -> None:
    folder = project("- id: outcome/a\n  prefLabel: A\n")
    reports = [kg.validate(EXAMPLES / "infant-sleep"), kg.validate(folder)]
    assert [r.source for r in reports] == [str(EXAMPLES / "infant-sleep"), str(folder)]
    text = written(format_, *reports, infos=True, limit=0)
    assert results(format_, text) == sum(report.total for report in reports)


def test_the_text_report_shows_a_file_as_it_is_now(project: Callable[..., Path]) -> None:
    folder = project("- id: outcome/a\n  type: Nothing\n")
    file = folder / "data" / "data.yaml"
    assert "Nothing" in "".join(kg.report_as(kg.validate(folder)))
    file.write_text("# one line more\n- id: outcome/a\n  type: Nothing\n", encoding="utf-8")
    assert "3 |   type: Nothing" in "".join(kg.report_as(kg.validate(folder)))
