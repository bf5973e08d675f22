"""Libraries that are not installed are named, with the way to install them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.cli import cli


@pytest.mark.parametrize(
    ("package", "use"),
    [
        ("networkx", lambda graph: graph.to_networkx()),
        ("networkx", lambda graph: kg.export(graph, "graphml")),
        ("rdflib", lambda graph: graph.to_rdflib()),
        ("rdflib", lambda graph: kg.from_rdflib(None, "urn:x:")),
        ("rdflib", lambda graph: kg.validate(graph, engine="pyshacl")),
        ("pyshacl", lambda graph: kg.validate(graph, engine="pyshacl")),
    ],
    ids=["to_networkx", "graphml", "to_rdflib", "from_rdflib", "pyshacl's rdflib", "pyshacl"],
)
def test_a_missing_package_is_named_with_the_way_to_install_it(
    package: str,
    use: Callable[[kg.Graph], object],
    dataset: kg.Graph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(kg.UsageError, match=f"needs the package {package}") as caught:
        use(dataset)
    assert caught.value.hint == f"install it: pip install {package}"


def test_the_command_line_says_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    monkeypatch.setitem(sys.modules, "networkx", None)
    done = CliRunner().invoke(cli, ["export", "graphml", "-o", str(tmp_path / "out")])
    assert isinstance(done.exception, kg.UsageError) and done.exception.exit_code == 2
