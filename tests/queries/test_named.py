"""Named questions as files, their parameters, and how they are asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from cli_help import run
from conftest import ROOT

import kg
from kg import resources
from kg.queries.parameters import days

Write = Callable[..., Path]
NAMES = sorted(kg.questions())


# -- the library ------------------------------------------------------------------------------


def test_the_25_competency_questions_are_there_in_their_order() -> None:
    numbers = [re.match(r"(\d+)\. ", q.question) for q in kg.questions().values()]
    assert [int(n[1]) for n in numbers if n] == list(range(1, 26))
    assert len(numbers) >= 28


@pytest.mark.parametrize("name", NAMES)
def test_a_question_says_what_its_rows_mean_and_has_a_stable_order(name: str) -> None:
    query = kg.questions()[name]
    assert query.title and len(query.description) > 80
    assert "ORDER BY" in query.text
    assert query.example.startswith(f"kg query {name}")
    for parameter in query.parameters:
        assert parameter.help


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_question_works(dataset: kg.Graph, name: str) -> None:
    words = kg.questions()[name].example.split()[3:]
    assert words[::2] == ["--param"] * len(words[::2])
    values = dict(word.split("=", 1) for word in words[1::2])
    table = kg.query(dataset, name, values)
    assert table.rows or name in {"approvals", "retracted-or-unchecked"}


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_not_among_the_columns(dataset: kg.Graph, name: str) -> None:
    query = kg.questions()[name]
    assert not {p.name for p in query.parameters} & set(kg.query(dataset, name).columns)


def test_answers_do_not_hang_on_the_order_of_the_data(dataset: kg.Graph, tmp_path: Path) -> None:
    file = tmp_path / "graph.nt"
    lines = dataset.canonical().splitlines(keepends=True)
    file.write_text("".join(reversed(lines)), encoding="utf-8")
    again = kg.load(file)
    assert again.base == dataset.base
    for name in NAMES:
        if name != "stale-quotes":  # the text of a quote is not in the file
            # Terms, not texts: labels of a project's own terms are not in the file.
            assert kg.query(again, name).rows == kg.query(dataset, name).rows, name


SEEDED = ("disagreements", "outcomes-by-certainty", "codes")
ASKED = f"""
import json, kg
graph = kg.load({str(resources.bundled_dataset())!r})
print(json.dumps({{name: str(kg.query(graph, name)) for name in {SEEDED!r}}}))
"""


@pytest.fixture(scope="module")
def seeded() -> list[dict[str, str]]:
    """What is answered under two hash seeds."""
    return [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", ASKED],
                capture_output=True,
                check=True,
                env={**os.environ, "PYTHONHASHSEED": seed},
            ).stdout
        )
        for seed in ("1", "2")
    ]


@pytest.mark.parametrize("name", SEEDED)
def test_answers_are_the_same_under_another_hash_seed(
    name: str, seeded: list[dict[str, str]]
) -> None:
    one, other = seeded
    assert one[name] == other[name]


# -- parameters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18mo", "547.875"),
        ("1.5a", "547.875"),
        ("2 a", "730.5"),
        ("10wk", "70"),
        ("30d", "30"),
        ("0mo", "0"),
        ("19.13mo", "582.269375"),
    ],
)
def test_ages_are_exact(text: str, expected: str) -> None:
    assert days(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("18 months", "'mo'"),
        ("2y", "'a'"),
        ("3weeks", "'wk'"),
        ("18", "d, wk, mo, a"),
        ("mo", "d, wk, mo, a"),
        ("-1mo", "d, wk, mo, a"),
        ("1e3mo", "d, wk, mo, a"),
        ("१८mo", "d, wk, mo, a"),
        ("18mo } DROP ALL", "d, wk, mo, a"),
        ("18mo\nmo", "d, wk, mo, a"),
        ("1234567mo", "d, wk, mo, a"),
    ],
)
def test_what_is_no_age_is_refused(text: str, hint: str) -> None:
    with pytest.raises(kg.UsageError, match="is not an age") as error:
        days(text)
    assert hint in str(error.value)


REFUSED = [
    ("includes-age", {"ages": "18mo"}, "no parameter 'ages' (did you mean 'age'?)"),
    ("approvals", {"x": "1"}, "'approvals' has no parameter 'x' (parameters: agent)"),
    (
        "includes-age",
        {"age": "18mo } DROP ALL"},
        "parameter 'age': '18mo } DROP ALL' is not an age",
    ),
    ("includes-age", {"age": ""}, "parameter 'age': '' is not an age"),
    ("includes-age", {"basis": "programmetarget"}, "did you mean 'programmeTarget'?"),
    ("includes-age", {"basis": "cekg:AgeBasis-studySample"}, "is not a valid value for AgeBasis"),
    (
        "variants",
        {"intervention": "intervention/theraplai"},
        "did you mean 'intervention/theraplay'?",
    ),
    ("variants", {"intervention": "x> } ; DROP ALL #"}, "nothing in the graph has the id"),
    ("variants", {"intervention": "urn:not a good iri"}, "nothing in the graph has the id"),
    ("variants", {"intervention": "http://[bad/"}, "nothing in the graph has the id"),
    ("retracted-or-unchecked", {"before": "2025-02-30"}, "'2025-02-30' is not a date"),
    ("retracted-or-unchecked", {"before": "20250230"}, "'20250230' is not a date"),
    ("retracted-or-unchecked", {"before": '2025-01-01" || true'}, "is not a date"),
    ("includes-agge", {}, "no question 'includes-agge' (did you mean 'includes-age'?)"),
    ("zzz", {}, "no question 'zzz' ('kg query --list' shows all)"),
]


@pytest.mark.parametrize(("name", "values", "message"), REFUSED)
def test_wrong_names_and_values_are_refused(
    dataset: kg.Graph, name: str, values: dict[str, str], message: str
) -> None:
    with pytest.raises(kg.UsageError) as error:
        kg.query(dataset, name, values)
    assert message in str(error.value)
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ['x" } DROP ALL #', "x' || true || '", "?kind", "<intervention/pcit>", "\\", "\n"]
)
def test_text_is_text_and_nothing_else(dataset: kg.Graph, text: str) -> None:
    size = len(dataset)
    assert kg.query(dataset, "unlinked", kind=text).rows == ()
    assert len(dataset) == size
    assert kg.query(dataset, "unlinked").rows


def test_parameters_are_given_by_keyword_or_as_a_mapping(dataset: kg.Graph) -> None:
    one = kg.query(dataset, "includes-age", age="3a")
    assert one == kg.query(dataset, "includes-age", params={"age": "3a"})
    assert one != kg.query(dataset, "includes-age")


def test_an_empty_value_in_place_of_a_default_limits_nothing(dataset: kg.Graph) -> None:
    every = kg.query(dataset, "includes-age", basis="")
    some = kg.query(dataset, "includes-age", basis="studySample")
    assert set(some.rows) < set(every.rows)


def test_sparql_takes_no_parameters(dataset: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="only named questions have parameters"):
        kg.query(dataset, "SELECT ?s { ?s ?p ?o }", age="18mo")


def test_every_type_of_parameter_has_a_value(project: Write) -> None:
    folder = project("- id: finding/f\n  studies: 3\n")
    write_question(folder, "few", "# param: most integer = 3 — at most so many studies")
    graph = kg.load(folder)
    assert len(kg.query(graph, "few").rows) == 1
    assert kg.query(graph, "few", most=2).rows == ()
    with pytest.raises(kg.UsageError, match=r"'3\.5' is not a whole number"):
        kg.query(graph, "few", most="3.5")


# -- a project's own questions --------------------------------------------------------------------

QUERY = "SELECT ?s ?most { ?s cekg:studies ?n FILTER(COALESCE(?n <= ?most, true)) } ORDER BY ?s\n"


def write_question(folder: Path, name: str, extra: str = "", head: str = "") -> Path:
    head = head or (
        "# title: A question\n# question: What is asked?\n# description: What rows mean,\n"
        "#   over two lines.\n# example: kg query few\n"
    )
    (folder / "queries").mkdir(exist_ok=True)
    file = folder / "queries" / f"{name}.rq"
    file.write_text(f"{head}{extra}\n{QUERY}", encoding="utf-8")
    return file


def test_a_project_has_questions_of_its_own(project: Write) -> None:
    folder = project("- id: finding/f\n  studies: 3\n")
    write_question(folder, "few")
    found = kg.questions(kg.load(folder))
    assert found["few"].description == "What rows mean, over two lines."
    assert list(found)[:2] == ["includes-age", "variants"]
    assert set(found) == {*NAMES, "few"}
    assert run("query", "few", "--on", str(folder)).stdout.splitlines()[2:] == ["finding/f"]
    assert "few" in run("query", "--list", "--on", str(folder)).stdout


@pytest.mark.parametrize(
    ("name", "extra", "head", "message"),
    [
        ("variants", "", "", "there are two questions 'variants'"),
        ("Bad_Name", "", "", "has an invalid name"),
        ("few", "", "# title: Only a title\n", "no '# question: …' in its header"),
        ("few", "# titel: Twice wrong", "", "'titel' is not a known header key"),
        ("few", "# title: Again", "", "'title' is a duplicate"),
        ("few", "# param: most", "", "not a parameter: 'most'"),
        ("few", "# param: most intger = 3 — help", "", "did you mean 'integer'?"),
        ("few", "# param: most Stence = x — help", "", "did you mean 'Stance'?"),
        ("few", "# param: other integer = 3 — help", "", "'other' is not used in few.rq"),
    ],
)
def test_a_file_that_is_no_question_is_refused_with_its_place(
    project: Write, name: str, extra: str, head: str, message: str
) -> None:
    folder = project("- id: finding/f\n")
    write_question(folder, name, extra, head)
    with pytest.raises(kg.InputError) as error:
        kg.questions(kg.load(folder))
    assert message in str(error.value)


def test_a_parameter_outside_the_projection_is_an_error_not_an_answer(project: Write) -> None:
    folder = project("- id: finding/f\n")
    file = write_question(folder, "few", "# param: most integer = 3 — help")
    file.write_text(file.read_text(encoding="utf-8").replace("?s ?most {", "?s {"), "utf-8")
    with pytest.raises(kg.UsageError, match="projection"):
        kg.query(kg.load(folder), "few")


# -- the command line ------------------------------------------------------------------------------


def test_the_list_has_every_name_and_title() -> None:
    lines = run("query", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(kg.questions())
    assert all(q.title in "\n".join(lines) for q in kg.questions().values())


def test_the_list_explains_one_question() -> None:
    found = run("query", "--list", "includes-age")
    text = " ".join(found.stdout.split())
    query = kg.questions()["includes-age"]
    for part in (query.title, query.question, query.description, query.example):
        assert part in text
    assert "age (age, default 18mo): the age to look for" in text


def test_a_question_is_asked_with_parameters() -> None:
    found = run("query", "includes-age", "--param", "age=3a", "--format", "csv")
    assert found.stdout.splitlines()[1].startswith("overlaps,intervention/pcit,")
    assert found.stderr == "4 rows\n"


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["includes-agge"], 2, "did you mean 'includes-age'?"),
        (["includes-age", "--param", "age"], 2, "write PARAMETER=VALUE"),
        (["includes-age", "--param", "age=1a", "--param", "age=2a"], 2, "is given twice"),
        (["includes-age", "--param", "age=18"], 2, "is not an age such as 18mo"),
        (["nowhere.rq"], 3, "cannot read the query nowhere.rq"),
        (["--list", "variant"], 2, "did you mean 'variants'?"),
    ],
)
def test_wrong_use_has_its_exit_code(args: list[str], code: int, message: str) -> None:
    found = run("query", *args)
    assert found.returncode == code
    assert message in found.stderr
    assert found.stdout == ""


def test_a_file_is_taken_before_a_question_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "variants").write_text("ASK { ?s a cekg:Phase }", encoding="utf-8")
    found = run("query", "variants", "--demo", "--format", "csv", cwd=tmp_path)
    assert found.stdout == "answer\ntrue\n"
    refused = run(
        "query", "variants", "--demo", "--param", "intervention=intervention/abc", cwd=tmp_path
    )
    assert refused.returncode == 2


def test_the_library_travels_in_the_package() -> None:
    files = resources.query_files()
    assert {f.stem for f in files} == set(NAMES)
    assert all(f.is_relative_to(ROOT / "kg") for f in files)


def test_json_has_iris_where_people_read_words(dataset: kg.Graph) -> None:
    from kg.queries import as_json

    table = kg.query(dataset, "favoured-outcomes", intervention="intervention/video-feedback")
    assert "very low" in {cell for row in table.texts() for cell in row}
    found = json.loads(as_json(table))["results"]["bindings"]
    iris = {b["certainty"]["value"] for b in found}
    assert "https://w3id.org/clinical-evidence-kg/ns#CertaintyRating-veryLow" in iris
