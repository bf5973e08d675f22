"""What runs ``kg validate`` for people: pre-commit, and the action for GitHub."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

import kg

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
ACTION = ROOT / "action.yml"
BIN = Path(sys.executable).parent
WRONG = "- id: outcome/wrong\n  desirability: good\n"


def run(*words: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a project, in which the hook is used as from this repository."""
    kg.init(tmp_path)
    (hook,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    # pre-commit would make an environment and install kg into it, which needs the network.
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    for words in (["init", "-q"], ["add", "--all"]):
        assert run("git", *words, cwd=tmp_path).returncode == 0
    return tmp_path


def pre_commit(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    home = str(cwd / ".git" / "pre-commit")
    return run(BIN / "pre-commit", *words, cwd=cwd, PRE_COMMIT_HOME=home)


def test_pre_commit_accepts_the_manifest() -> None:
    assert run(BIN / "pre-commit", "validate-manifest", MANIFEST, cwd=ROOT).returncode == 0


def test_the_hook_passes_sound_files(repository: Path) -> None:
    done = pre_commit("run", "--all-files", cwd=repository)
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_the_hook_stops_a_mistake_and_shows_its_place(repository: Path) -> None:
    (repository / "data" / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    run("git", "add", "--all", cwd=repository)
    done = pre_commit("run", cwd=repository)
    assert done.returncode == 1
    assert "data/wrong.yaml:2:17: violation[VAL-003]" in done.stdout


@pytest.mark.parametrize(
    ("file", "is_checked"),
    [
        ("data/a.yaml", True),
        ("projects/one/data/more/a.yml", True),
        ("data/codes.sssom.tsv", True),
        (".github/workflows/ci.yaml", False),
        ("docs/data.md", False),
    ],
)
def test_the_hook_looks_at_records_alone(file: str, is_checked: bool) -> None:
    (hook,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert bool(re.search(hook["files"], file)) == is_checked


# -- the action ------------------------------------------------------------------------------


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return found


def step(sources: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the last step of the action as a runner does."""
    last = action()["runs"]["steps"][-1]
    values = {name: str(i["default"]) for name, i in action()["inputs"].items()}
    values["sources"] = sources
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: values[m[1]], text)
        for name, text in last["env"].items()
    }
    return run("bash", "-eo", "pipefail", "-c", last["run"], cwd=cwd, **variables)


def test_the_action_is_an_action() -> None:
    done = run(
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-actions",
        ACTION,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout


def test_the_action_passes_a_sound_project(tmp_path: Path) -> None:
    kg.init(tmp_path / "mine")
    assert step("mine\n", tmp_path).returncode == 0


def test_the_action_fails_with_an_annotation(tmp_path: Path) -> None:
    kg.init(tmp_path / "mine")
    (tmp_path / "mine" / "data" / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    done = step("mine/data/evidence.yaml\nmine/data/wrong.yaml\n", tmp_path)
    assert done.returncode == 1
    assert "::error file=data/wrong.yaml,line=2,col=17" in done.stdout
