"""``kg review`` as people type it: what it writes, what it refuses, and what stays as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_attacks import RECORDS

import kg
from kg.cli import cli

Project = Callable[..., Path]


@pytest.fixture
def folder(project: Project) -> Path:
    return project(RECORDS)


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["review", *words, "--project", str(folder)])


def approve(folder: Path, name: str = "finding/f", reviewer: str = "agent/reviewer") -> None:
    for action, agent in (("submit", "agent/sender"), ("start", reviewer), ("approve", reviewer)):
        assert run(folder, action, name, "--by", agent).exit_code == 0


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.yaml")}


def test_a_statement_is_approved_and_leaves(folder: Path) -> None:
    approve(folder)
    graph = kg.load(folder)
    codes = {r.code for r in kg.validate(graph).results}
    assert not {c for c in codes if c.startswith("REV")}
    assert run(folder, "list", "--status", "approved").stdout.startswith("finding/f\tapproved\t")
    assert b"finding/f" in kg.export(graph, "nquads", include_unreviewed=False)


def test_each_statement_of_a_new_project_can_be_approved(tmp_path: Path) -> None:
    kg.init(tmp_path)
    waiting = [name for name, _, _ in kg.statements_to_review(kg.load(tmp_path))]
    for action in ("start", "approve"):
        done = run(tmp_path, action, *waiting, "--by", "agent/example-reviewer")
        assert done.exit_code == 0, done.exception
    assert len(waiting) == 2 and not kg.validate(tmp_path).count("violation")


def test_all_but_the_status_stays_byte_for_byte(folder: Path) -> None:
    data = folder / "data" / "data.yaml"
    before = data.read_bytes().replace(b"reviewStatus: draft\n", b"reviewStatus:   draft # x\r\n")
    data.write_bytes(before)
    assert run(folder, "submit", "finding/f", "--by", "agent/sender").exit_code == 0
    assert data.read_bytes() == before.replace(b"  draft # x", b"  submitted # x", 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("approve", "finding/f", "--by", "agent/reviewer"), "REV-006"),
        (("submit", "finding/ff", "--by", "agent/sender"), "did you mean 'finding/f'"),
        (("submit", "finding/f", "--by", "agent/sendr"), "did you mean 'agent/sender'"),
        (("submit", "outcome/o", "--by", "agent/sender"), "no statement 'outcome/o'"),
        (("submit", "finding/f", "--by", "agent/sender", "--at", "2999-01-01T00:00:00Z"), "future"),
        (("submit", "finding/f", "--by", "agent/sender", "--at", "2020-01-01"), "zone"),
        (("retract", "finding/f", "--by", "agent/sender"), "REV-006"),
        (("submit", "finding/f", "finding/nothing", "--by", "agent/sender"), "finding/nothing"),
    ],
)
def test_a_refused_decision_writes_nothing(words: tuple[str, ...], says: str, folder: Path) -> None:
    before = files(folder)
    done = run(folder, *words)
    assert isinstance(done.exception, kg.KgError) and says in str(done.exception)
    assert files(folder) == before


def test_who_submitted_cannot_approve(folder: Path) -> None:
    for action in ("submit", "start"):
        assert run(folder, action, "finding/f", "--by", "agent/reviewer").exit_code == 0
    done = run(folder, "approve", "finding/f", "--by", "agent/reviewer")
    assert "REV-008" in str(done.exception) and "data/data.yaml:" in str(done.exception)


def test_a_change_under_review_is_submitted_again(folder: Path) -> None:
    for action, agent in (("submit", "agent/sender"), ("start", "agent/reviewer")):
        run(folder, action, "finding/f", "--by", agent)
    data = folder / "data" / "data.yaml"
    data.write_text(data.read_text().replace("desirability: desirable", "desirability: depends"))
    done = run(folder, "approve", "finding/f", "--by", "agent/reviewer")
    assert "REV-029" in str(done.exception)
    shown = run(folder, "show", "finding/f").stdout
    assert "desirability of outcome/o: desirable then, depends now" in shown
    approve(folder)
    assert run(folder, "list", "--status", "approved").stdout.startswith("finding/f\t")


def test_an_approved_statement_is_not_submitted_without_a_change(folder: Path) -> None:
    approve(folder)
    done = run(folder, "submit", "finding/f", "--by", "agent/sender")
    assert "has not changed" in str(done.exception)


def test_a_status_behind_an_alias_is_not_changed(project: Project) -> None:
    text = RECORDS.replace("reviewStatus: draft", "reviewStatus: &s draft", 1)
    head, _, tail = text.rpartition("reviewStatus: draft")
    folder = project(f"{head}reviewStatus: *s{tail}")
    before = files(folder)
    done = run(folder, "submit", "finding/g", "--by", "agent/sender")
    assert "data/data.yaml:" in str(done.exception) and "by hand" in str(done.exception)
    assert files(folder) == before


def test_two_people_review_in_two_branches(folder: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)

    for name in ("finding/f", "finding/g"):
        run(folder, "submit", name, "--by", "agent/sender")
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "submitted")
    for name, reviewer in (("finding/f", "agent/reviewer"), ("finding/g", "agent/other")):
        git("checkout", "-b", reviewer.rpartition("/")[2], "main")
        run(folder, "start", name, "--by", reviewer)
        assert run(folder, "approve", name, "--by", reviewer).exit_code == 0
        git("add", ".")
        git("commit", "-m", "approved")
    git("merge", "-m", "both", "reviewer")
    graph = kg.load(folder)
    assert not [r for r in kg.validate(graph).results if r.code.startswith("REV")]
    assert len(run(folder, "list", "--status", "approved").stdout.splitlines()) == 2
