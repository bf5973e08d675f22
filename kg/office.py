"""Office documents (Office Open XML) whose bytes depend on their content alone."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

_FIRST, _PROPERTIES = "docProps/app.xml", "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in the properties of every document: a real one would change the bytes each day."""


def same_bytes(document: bytes) -> bytes:
    """Return a document with parts in order of name and no time of writing.

    The part with the name of the program comes first and uncompressed, so that the file says near
    its beginning who wrote it.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist(), key=lambda name: (name != _FIRST, name)):
            data = old.read(name)
            if name == _FIRST:
                mark = b"<Application>clinical-evidence-kg</Application>"
                data = re.sub(rb"<Application>[^<]*</Application>", mark, data)
            if name == _PROPERTIES:
                day = f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + day, data)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o600 << 16
            stored = zipfile.ZIP_STORED if name == _FIRST else zipfile.ZIP_DEFLATED
            new.writestr(info, data, stored)
    return out.getvalue()
