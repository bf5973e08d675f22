"""Read SSSOM tables with sssom-py, in an environment of its own, without the network.

python sssom_check.py FILE…: prints what sssom-py kept of each and what its validator says, as JSON.
"""

from __future__ import annotations

import json
import sys

from sssom.constants import DEFAULT_VALIDATION_TYPES
from sssom.parsers import parse_sssom_table
from sssom.validators import validate

found = {}
for file in sys.argv[1:]:
    read = parse_sssom_table(file)
    reports = validate(read, DEFAULT_VALIDATION_TYPES, fail_on_error=False)
    found[file] = {
        "rows": len(read.df),
        "subjects": sorted(set(read.df["subject_id"])),
        "prefixes": dict(read.prefix_map),
        "licence": read.metadata["license"],
        "comment": read.metadata.get("comment", ""),
        "wrong": [r.message for report in reports.values() for r in report.results],
    }
json.dump(found, sys.stdout)
