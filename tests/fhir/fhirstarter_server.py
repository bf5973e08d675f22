"""A FHIR server of fhirstarter with a memory, run in an environment of its own by a test.

``python fhirstarter_server.py BUNDLE``: puts four resources of each type of a transaction twice,
reads them, searches, and puts a bad one. Prints what came back as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from fhir.resources import get_fhir_model_class
from fhir.resources.bundle import Bundle
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext
from fhirstarter.exceptions import FHIRResourceNotFoundError

STORE: dict[tuple[str, str], Any] = {}


def provider(type_: str) -> FHIRProvider:
    """Return read, update and search by address for a type of resource."""
    interactions, model = FHIRProvider(), get_fhir_model_class(type_)

    async def read(context: InteractionContext, id_: str) -> Any:
        if (type_, id_) not in STORE:
            raise FHIRResourceNotFoundError
        return STORE[type_, id_]

    async def update(context: InteractionContext, id_: str, resource: Any) -> Any:
        STORE[type_, id_] = resource
        return resource

    async def search(context: InteractionContext, url: str | None = None) -> Any:
        mine = [r for (kind, _), r in STORE.items() if kind == type_]
        found = [{"resource": r} for r in mine if url is None or str(r.url) == url]
        return Bundle(type="searchset", total=len(found), entry=found)

    # The server reads the types of a handler, and takes them for those of the resource.
    read.__annotations__ |= {"context": InteractionContext, "id_": str, "return": model}
    update.__annotations__ |= read.__annotations__ | {"resource": model}
    search.__annotations__ |= {
        "context": InteractionContext, "url": str | None, "return": Bundle,
    }  # fmt: skip
    interactions.read(model)(read)
    interactions.update(model)(update)
    if type_ == "PlanDefinition":
        interactions.search_type(model)(search)
    return interactions


def main(file: Path) -> dict[str, Any]:
    """Return what the server says."""
    by_type: dict[str, list[Any]] = {}
    for entry in json.loads(file.read_text(encoding="utf-8"))["entry"]:
        by_type.setdefault(entry["resource"]["resourceType"], []).append(entry)
    entries = [entry for some in by_type.values() for entry in some[:4]]
    app = FHIRStarter()
    app.add_providers(*(provider(type_) for type_ in sorted(by_type)))
    client = TestClient(app)
    answers: dict[str, Any] = {"put": {}, "read": 0, "again": {}}
    head = {"Content-Type": "application/fhir+json"}
    for round_ in ("put", "again"):
        for entry in entries:
            place = entry["request"]["url"]
            answer = client.put(f"/{place}", json=entry["resource"], headers=head)
            answers[round_][place] = answer.status_code
    for entry in entries:
        answer = client.get(f"/{entry['request']['url']}")
        same = answer.status_code == 200 and answer.json().get("id") == entry["resource"]["id"]
        answers["read"] += same
    plan = next(e["resource"] for e in entries if e["resource"]["resourceType"] == "PlanDefinition")
    answers["search"] = client.get("/PlanDefinition", params={"url": plan["url"]}).json()
    bad = {"resourceType": "Evidence", "id": "x", "status": "draft", "outcome": "x"}
    refused = client.put("/Evidence/x", json=bad, headers=head)
    answers["bad"] = [refused.status_code, refused.json().get("resourceType")]
    return answers


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
