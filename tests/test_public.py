"""What ``import kg`` promises: verbs that are functions, and modules that stay reachable."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys

import pytest

import kg

MODULES = [m.name for m in pkgutil.walk_packages(kg.__path__, "kg.") if "_resources" not in m.name]
VERBS = [n for n in kg.__all__ if inspect.isfunction(getattr(kg, n))]


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_has_the_name_of_a_module(verb: str) -> None:
    """Otherwise ``kg.validate.report`` would be an attribute of a function."""
    assert f"kg.{verb}" not in MODULES, "rename the module: a module is named by a noun"


def test_modules_are_reached_by_their_names() -> None:
    program = "import kg; kg.validation.report.Report; kg.graph.Graph; kg.exporters.EXPORTERS"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_help_of_the_command_line_loads_neither_yaml_nor_a_graph_library() -> None:
    program = (
        "import sys, kg.cli\ntry: kg.cli.cli(['--help'])\n"
        "except SystemExit: print(*(sorted(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = set(run.stdout.split())
    assert "click" in loaded
    assert not loaded & {"kg.public", "yaml", "pyoxigraph"}


def test_a_public_name_loads_no_other_one() -> None:
    program = "import sys, kg; kg.load, kg.KgError; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert "kg.loading" in run.stdout.split()
    assert not {"kg.public", "kg.validation", "kg.exporters"} & set(run.stdout.split())


def test_every_public_name_is_listed_for_completion() -> None:
    assert set(kg.__all__) <= set(dir(kg))
    assert sorted(kg.__all__) == sorted(kg.public.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'kg' has no attribute 'nothing'"):
        kg.nothing  # noqa: B018


@pytest.mark.parametrize(
    "command", ["build", "validate", "export", "query", "stats", "explain", "audit"]
)
def test_every_command_has_a_verb(command: str) -> None:
    assert command in VERBS


def test_a_word_is_explained_as_what_it_is(dataset: kg.Graph) -> None:
    (rule,) = kg.explain("AGE-003", dataset)
    (term,) = kg.explain("minAge", dataset)
    (entity,) = kg.explain("intervention/pcit", dataset)
    assert isinstance(rule, kg.RuleText) and rule.code == "AGE-003"
    assert isinstance(term, kg.TermText) and term.kind == "key"
    assert isinstance(entity, kg.EntityText) and entity.evidence


def test_an_unknown_word_is_refused_with_the_closest_one(dataset: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="did you mean 'intervention/pcit-t'"):
        kg.explain("intervention/pcitt", dataset)


def test_stats_count_every_statement(dataset: kg.Graph) -> None:
    stats = kg.stats(dataset)
    statuses = stats.as_dict()["Statements by review status"]
    assert isinstance(statuses, dict)
    assert sum(statuses.values()) == stats.review.statements == len(dataset.instances("Statement"))
