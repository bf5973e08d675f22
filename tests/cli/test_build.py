"""``kg build`` a second time: nothing is done where nothing changed, and never anything stale."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cli_help import run
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import resources

UNCHANGED = "Nothing changed since the last build"
DOCUMENT = """
- id: document/page
  prefLabel: A page
  textFile: page.txt
"""
NEW = "- id: intervention/new\n  prefLabel: New\n"
QUESTION = """# title: All
# question: All?
# description: All.
# example: kg query own
SELECT * WHERE { ?s ?p ?o }
"""
WRONG = "\n- id: outcome/wrong\n  prefLabel: Wrong\n  outcomeOf: nobody\n"
Change = Callable[[Path], object]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with a text and a folder of terms, built into ``build``."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    assert run("init", folder).returncode == 0
    append(folder / "data/evidence.yaml", DOCUMENT)
    (folder / "page.txt").write_text("What the page says.\n")
    (folder / "shapes").mkdir()
    assert build(folder).returncode == 0
    return folder


def build(folder: Path, *options: str):  # type: ignore[no-untyped-def]
    return run("build", ".", *options, cwd=folder)


def append(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + text)


def state(folder: Path) -> dict[str, int]:
    """Return when and as what each file of the results came into being."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_ino
        for path in (folder / "build", *(folder / "build").rglob("*"))
    }


def timeless(text: str) -> list[str]:
    """Return lines without what differs in time: seconds, and the line that says it is done."""
    lines = [re.sub(r" +\d+[.]\d s$", "", line).rstrip() for line in text.splitlines()]
    return [line for line in lines if " in " not in line or "Next:" not in line]


def test_where_nothing_changed_nothing_is_written_and_the_same_is_said(project: Path) -> None:
    (project / "build/graph.ttl").touch()  # times do not count, contents do
    first = build(project, "--fresh")
    assert UNCHANGED not in first.stderr
    before = state(project)
    again = build(project)
    assert UNCHANGED in again.stderr
    assert state(project) == before
    assert timeless(again.stderr) == timeless(first.stderr)
    assert (again.stdout, again.returncode) == (first.stdout, 0)


CHANGES: dict[str, Change] = {
    "record": lambda p: append(p / "data/evidence.yaml", NEW),
    "file of records": lambda p: append(p / "data/new.yaml", NEW),
    "settings": lambda p: append(p / "kg.toml", 'description = "Changed"\n'),
    "ontology": lambda p: append(p / "ontology/terms.ttl", "# no term yet\n"),
    "shape": lambda p: append(p / "shapes/own.ttl", "# no shape yet\n"),
    "rule": lambda p: append(p / "ontology/rules/own.rq", "CONSTRUCT { } WHERE { }"),
    "question": lambda p: append(p / "queries/own.rq", QUESTION),
    "text of a document": lambda p: append(p / "page.txt", "More.\n"),
    "result": lambda p: append(p / "build/site/index.html", "<p>by hand</p>"),
    "result removed": lambda p: (p / "build/graph.nq").unlink(),
    "list of results removed": lambda p: (p / "build/contents.txt").unlink(),
    "note of the last build damaged": lambda p: [
        note.write_text("{}") for note in (p.parent / "cache/builds").iterdir()
    ],
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_anything_that_counts_is_built(project: Path, what: str) -> None:
    (project / "ontology/rules").mkdir(parents=True)
    CHANGES[what](project)
    found = build(project)
    assert UNCHANGED not in found.stderr, found.stderr
    assert found.returncode == 0, found.stderr
    assert build(project, "-o", "clean").returncode == 0
    assert contents(project / "build") == contents(project / "clean")
    assert UNCHANGED in build(project).stderr


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_another_option_is_built(project: Path) -> None:
    found = build(project, "--approved-only")
    assert UNCHANGED not in found.stderr
    assert "2 left out" in found.stderr


def test_another_version_of_the_program_builds(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = project.parent / "code"
    append(code / "new.py", "CHANGED = True\n")
    monkeypatch.setattr(resources, "program", lambda: (code,))
    assert UNCHANGED not in build(project).stderr
    assert UNCHANGED in build(project).stderr
    append(code / "new.py", "AGAIN = True\n")
    assert UNCHANGED not in build(project).stderr


def test_violations_are_said_again(project: Path) -> None:
    append(project / "data/evidence.yaml", WRONG)
    first, again = build(project), build(project)
    assert (first.returncode, again.returncode) == (1, 1)
    assert "outcomeOf" in again.stderr
    assert timeless(again.stderr) == timeless(first.stderr)
    (project / "build/report.json").unlink()
    build(project)
    assert (project / "build/report.json").exists()


def test_a_cache_that_cannot_be_written_only_costs_time(project: Path) -> None:
    (project.parent / "file").touch()
    found = run("build", ".", cwd=project, KG_CACHE=str(project.parent / "file"))
    assert found.returncode == 0
    assert "Built in" in found.stderr


def test_a_user_without_a_home_can_build(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    found = run("build", ".", cwd=project, KG_CACHE="", XDG_CACHE_HOME="")
    assert found.returncode == 0
    assert "Built in" in found.stderr


def watched(
    project: Path, monkeypatch: pytest.MonkeyPatch, *saves: Change, options: tuple[str, ...] = ()
) -> tuple[int, list[str]]:
    """Watch a project while files are saved, then press Ctrl-C; what is said between, by save."""
    left = [save for s in saves for save in (s, lambda p: None)]  # a pause shows that it is over

    def pause(seconds: float) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop(0)(project)

    monkeypatch.setattr("kg.cli.watch.PAUSE", 0)
    monkeypatch.setattr("kg.cli.watch.time.sleep", pause)
    found = build(project, "--watch", *options)
    return found.returncode, re.split(r"\n(?=\S+ (?:new|changed|removed)\n)", found.stderr)


def test_a_save_is_built_and_what_it_changed_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, (first, second) = watched(project, monkeypatch, CHANGES["record"])
    assert code == 0
    assert "Built in" in first
    assert second.startswith("data/evidence.yaml changed\n")
    assert "changed   Entities: intervention 1 → 2" in second
    assert "changed   files: " in second
    assert second.endswith("Stopped watching; the results are those of the last build.\n")
    assert build(project, "-o", "clean").returncode == 0
    assert contents(project / "build") == contents(project / "clean")


def test_watching_goes_on_after_errors_and_violations(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = (project / "data/evidence.yaml").read_text()
    settings = (project / "kg.toml").read_text()
    code, said = watched(
        project,
        monkeypatch,
        lambda p: append(p / "data/evidence.yaml", WRONG),
        lambda p: (p / "data/evidence.yaml").write_text(good),
        lambda p: (p / "kg.toml").write_text("["),
        lambda p: (p / "kg.toml").write_text(settings),
    )
    assert code == 0
    assert len(said) == 5
    assert "results of rules: 1 new, " in said[1] and "Nothing was built" in said[1]
    assert "1 gone" in said[2] and "Built in" in said[2]
    assert "error: kg.toml is not TOML" in said[3]
    assert "Built in" in said[4]


def test_a_save_that_changes_nothing_is_not_built(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (_, second) = watched(project, monkeypatch, lambda p: (p / "notes.txt").write_text("x"))
    assert second.startswith("notes.txt new\n")
    assert "Built in" not in second


def test_watching_ends_at_once_where_there_is_no_project(tmp_path: Path) -> None:
    assert run("build", tmp_path, "--watch").returncode == 3


LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
TERM = """
@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
cekg:OwnOutcome a owl:Class ; rdfs:subClassOf cekg:Outcome ; rdfs:label "{}"@en .
"""
SHAPE = """
@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
[] a sh:NodeShape ; sh:targetClass cekg:Intervention ; sh:severity sh:{} ;
   sh:property [ sh:path skos:prefLabel ; sh:maxLength {} ; sh:message "OWN-001 long" ] .
"""
RULE = 'CONSTRUCT {{ ?s cekg:note "{}" }} WHERE {{ ?s a cekg:Intervention }}'


def replaced(file: str, pattern: str, text: str) -> Change:
    def change(project: Path) -> None:
        path = project / file
        path.write_text(re.sub(pattern, lambda m: text, path.read_text(), count=1))

    return change


def written(file: str, text: str) -> Change:
    return lambda project: (project / file).write_text(text)


EDITS = st.one_of(
    LABELS.map(
        lambda label: replaced(
            "data/evidence.yaml",
            r"(?<=example-programme\n  prefLabel: ).*",
            json.dumps(label, ensure_ascii=False),
        )
    ),
    st.decimals(-5, 5, places=2).map(
        lambda d: replaced("data/evidence.yaml", r"(?<=    value: )\S+", str(d))
    ),
    st.integers(0, 9).map(
        lambda n: written("data/more.yaml", f"- id: intervention/n{n}\n  prefLabel: N\n")
    ),
    st.just(written("data/more.yaml", "[]")),
    st.sampled_from("abc").map(lambda name: written("ontology/own.ttl", TERM.format(name))),
    st.sampled_from("abc").map(lambda n: written("ontology/rules/own.rq", RULE.format(n))),
    st.tuples(st.sampled_from(["Violation", "Warning", "Info"]), st.integers(1, 40)).map(
        lambda of: written("shapes/own.ttl", SHAPE.format(*of))
    ),
    st.sampled_from(["en", "de"]).map(
        lambda tag: replaced("kg.toml", r"(?<=\nlanguage = ).*", f'"{tag}"')
    ),
    st.sampled_from(["1", "2"]).map(lambda v: written("../code/version.py", v)),
    st.sampled_from(["page", "text"]).map(lambda text: written("page.txt", text)),
    st.sampled_from(["graph.nq", "report.json", "site/index.html"]).map(
        lambda name: lambda project: (project / "build" / name).unlink(missing_ok=True)
    ),
)
OPTIONS = st.sampled_from([[], ["--include-unreviewed"], ["--approved-only"]])


@given(st.lists(st.tuples(EDITS, OPTIONS), min_size=2, max_size=4))
@settings(max_examples=6, derandomize=True, database=None)
def test_after_any_edits_the_results_are_those_of_a_clean_build(
    edits: list[tuple[Change, list[str]]],
) -> None:
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        folder = Path(place, "project")
        patch.setenv("KG_CACHE", f"{place}/cache")
        patch.setattr(resources, "program", lambda: (Path(place, "code"),))
        assert run("init", folder).returncode == 0
        append(folder / "data/evidence.yaml", DOCUMENT)
        for name in ("ontology/rules", "shapes", "../code"):
            (folder / name).mkdir(parents=True)
        for edit, options in edits:
            edit(folder)
            found = build(folder, *options)
        patch.setenv("KG_CACHE", f"{place}/none")
        clean = build(folder, "-o", "clean", *options)
        assert found.returncode == clean.returncode
        made = contents(folder / "clean")
        assert "report.json" in made
        assert {name: contents(folder / "build")[name] for name in made} == made
