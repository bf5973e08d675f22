"""The mark by which kg recognises a file that it wrote: it may replace that one without asking."""

from __future__ import annotations

import re
from pathlib import Path

MARK = b"clinical-evidence-kg"
"""The name of the program, as outputs have it. By itself it is not a mark: any text may name kg."""

CONTEXT = {MARK.decode(): None}
"""Entry of a JSON-LD context that means nothing: the mark of a format without comments."""
LINE = f"# Written by {MARK.decode()}.\n"
"""First line of formats in which ``#`` begins a comment."""
_NEAR = 4096
"""Bytes at the start and at the end of a file in which the mark is looked for."""

# What each kind of output says of itself. Files of people name kg in sentences, IRIs and commands,
# none of which has one of these forms.
_MARKS = re.compile(
    rb"^(?:# |# # |// |%% |<p>)?(?:Written|Proposed) by clinical-evidence-kg\b"
    rb"|^\# (?:files of clinical-evidence-kg|clinical-evidence-kg validation report)$"
    rb"|^/\* clinical-evidence-kg \*/$"
    rb"|^<!-- clinical-evidence-kg(?:: figure of a graph)? -->"
    rb'|"(?:generator|writtenBy|generated_by|source)": ?"clinical-evidence-kg"'
    rb'|"generator": \{"id": "urn:clinical-evidence-kg"'
    rb'|"\$comment": ?"Written by clinical-evidence-kg'
    rb'|\A\{"@context": [^\n]*"clinical-evidence-kg": null[,}]'
    rb'|\A\[\{"@id": "urn:clinical-evidence-kg"\}'
    rb'|\A\{\s+"resourceType": "Bundle",\s+"id": "clinical-evidence-kg"'
    rb'|\A\[\s*\{"id": "clinical-evidence-kg", "type": "dataset"'
    rb'|"driver": \{\s+"name": "clinical-evidence-kg"'
    rb'|<testsuites name="clinical-evidence-kg"'
    rb'|<meta name="generator" content="clinical-evidence-kg">'
    rb"|<(?:creator|Application)>clinical-evidence-kg<"
    rb'|<data key="d1">clinical-evidence-kg</data>'
    rb"|Software\0\0\0\0\0clinical-evidence-kg"
    rb"|\bclinical-evidence-kg sha256:[0-9a-f]{64}"
    rb"|^clinical-evidence-kg: (?:no finding\.|\d+ violations?, )"
    rb"|^\S.* checked by \d+ rules? with clinical-evidence-kg$"
    rb"|\A@misc\{clinical-evidence-kg,"
    rb"|\ATY  - DATA\r?\nID  - clinical-evidence-kg\b"
    rb"|PK\x05\x06[\s\S]{18}clinical-evidence-kg\Z",  # the remark of a workbook (ZIP)
    re.MULTILINE,
)


def is_output(path: Path) -> bool:
    """Tell whether a file has the mark of an output of this program."""
    try:
        with path.open("rb") as file:
            start = file.read(_NEAR)
            file.seek(max(path.stat().st_size - _NEAR, 0))
            return bool(_MARKS.search(start) or _MARKS.search(file.read()))
    except OSError:
        return False
