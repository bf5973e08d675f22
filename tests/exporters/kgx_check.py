"""Check a folder with kgx and bmt, in an environment of theirs, without the network.

python kgx_check.py FOLDER: prints what kgx read and what its validator complains of, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import bmt
import requests

(folder,) = map(Path, sys.argv[1:])
packages = (Path(p) / "biolink_model" / "schema" / "biolink_model.yaml" for p in sys.path)
schema = next(p for p in packages if p.exists())
EMPTY = SimpleNamespace(status_code=200, text='{"predicate mappings": []}')
requests.get = lambda *args, **kwargs: EMPTY  # bmt would fetch the mappings of predicates
local = bmt.Toolkit(str(schema))
bmt.Toolkit = lambda *args, **kwargs: local  # kgx would fetch the model

known = {prefix: p.prefix_reference for prefix, p in local.view.schema.prefixes.items()}
own = json.loads((folder / "about.json").read_text(encoding="utf-8"))["prefixes"]
context = {"@context": {**known, **own}}
requests.get = lambda *args, **kwargs: SimpleNamespace(  # and its prefixes
    status_code=200, json=lambda: context, text=json.dumps(context)
)

from kgx.transformer import Transformer  # noqa: E402
from kgx.validator import Validator  # noqa: E402

found = {}
for kind in ("tsv", "jsonl"):
    transformer = Transformer()
    files = [str(folder / f"{name}.{kind}") for name in ("nodes", "edges")]
    transformer.transform({"filename": files, "format": kind})
    graph = transformer.store.graph
    validator = Validator()
    validator.validate(graph)
    errors = validator.get_errors()
    edges = {data["id"]: data for *_, data in graph.edges(data=True)}
    found[kind] = {
        "nodes": dict(graph.nodes(data=True)),
        "edges": edges,
        "errors": errors,
    }

streamed = str(folder / "streamed")
Transformer(stream=True).transform(
    {"filename": [str(folder / f"{name}.jsonl") for name in ("nodes", "edges")], "format": "jsonl"},
    {"filename": streamed, "format": "jsonl"},
)
lines = Path(f"{streamed}_edges.jsonl").read_text(encoding="utf-8").splitlines()
found["streamed"] = [json.loads(line)["id"] for line in lines]
bad = [
    (name, value)
    for data in found["jsonl"]["edges"].values()
    for name, value in ((data["predicate"], "predicate"),)
    if not local.is_predicate(name)
] + [
    (name, "category")
    for data in found["jsonl"]["nodes"].values()
    for name in data["category"]
    if not local.is_category(name)
]
json.dump({**found, "unknown": bad}, sys.stdout, default=str)
