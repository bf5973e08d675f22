"""Servers that others wrote take the transaction: fhirstarter in Python, Medplum in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from fhir_packages import PACKAGES, folder

import kg
from kg.exporters import EXPORTERS

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def transaction(shown: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("fhir") / "transaction.json"
    file.write_bytes(EXPORTERS["fhir-r5-transaction"].write(shown))
    return file


def run(command: list[str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_fhirstarter_stores_reads_and_finds_and_refuses_a_bad_one(transaction: Path) -> None:
    python = PACKAGES / "fhirstarter" / "bin" / "python"
    if not python.is_file():
        pytest.skip("fhirstarter was not fetched (scripts/fhir_packages.py)")
    script = str(HERE / "fhirstarter_server.py")
    said = run([str(python), "-W", "ignore", script, str(transaction)])
    assert set(said["put"].values()) <= {200, 201}
    assert set(said["again"].values()) == {200}
    assert said["read"] == len(said["put"])
    assert [e["resource"]["resourceType"] for e in said["search"]["entry"]] == ["PlanDefinition"]
    assert said["bad"] == [400, "OperationOutcome"]


@pytest.mark.node
def test_medplum_finds_no_fault_and_takes_the_transaction_twice(transaction: Path) -> None:
    node = shutil.which("node")
    if not node or not (PACKAGES / "medplum").is_dir():
        pytest.skip("Node or Medplum is not here (scripts/fhir_packages.py fetches Medplum)")
    script, core = str(HERE / "medplum_check.mjs"), str(folder("hl7.fhir.r5.core"))
    said = run([node, script, str(PACKAGES / "medplum"), core, str(transaction)])
    resources = [e["resource"] for e in json.loads(transaction.read_bytes())["entry"]]
    entries = len(resources)
    assert said["invalid"] == []
    assert said["statuses"].count("200") + said["statuses"].count("201") == entries
    assert said["second"] == ["200"] * entries
    assert said["read"] is True
    assert said["search"] == 1
    ages = {
        resource["id"]: context["valueRange"]
        for resource in resources
        if resource["resourceType"] == "EvidenceVariable"
        for context in resource.get("useContext", [])
        if context["code"]["code"] == "age"
    }
    assert len(ages) > 20
    assert sorted(said["aged"]) == sorted(ages)
    assert dict(said["ranges"]) == ages
