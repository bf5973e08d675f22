"""Office documents (Office Open XML) whose bytes depend on their content alone."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import UTC, datetime
from typing import IO

_FIRST, _PROPERTIES = "docProps/app.xml", "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in the properties of every document: a real one would change the bytes each day."""
MOST = 32_767
"""Characters that a cell of Excel holds, as UTF-16 counts them: an emoji is two."""
CUT = {"long-texts": f"a cell holds {MOST:,} characters; one that is cut says so at its end"}
"""What a contract says of long texts in a workbook."""


def too_long(text: str) -> bool:
    """Tell whether no cell of Excel holds the whole of a text."""
    return len(text) * 2 > MOST and _units(text) > MOST


def fitted(text: str) -> str:
    """Return a text as a cell of Excel holds it; one that is cut says so at its end.

    >>> fitted("x" * 40_000)[-55:]
    'xxx… [cut: Excel holds 32,767 of the 40,000 characters]'
    """
    if not too_long(text):
        return text
    mark = f"… [cut: Excel holds {MOST:,} of the {len(text):,} characters]"
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * (MOST - len(mark))]
    return units.decode("utf-16-le", "ignore") + mark


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def same_bytes(document: bytes) -> bytes:
    """Return a document with parts in order of name and no time of writing; see :func:`same`."""
    out = io.BytesIO()
    same(io.BytesIO(document), out)
    return out.getvalue()


def same(document: IO[bytes], out: IO[bytes]) -> None:
    """Write a document with parts in order of name and no time of writing.

    The part with the name of the program comes first and uncompressed, so that the file says near
    its beginning who wrote it. Of parts that can be long no more than a chunk is in memory.
    """
    with (
        zipfile.ZipFile(document) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist(), key=lambda name: (name != _FIRST, name)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o600 << 16
            info.file_size = old.getinfo(name).file_size
            info.compress_type = zipfile.ZIP_STORED if name == _FIRST else zipfile.ZIP_DEFLATED
            with old.open(name) as part, new.open(info, "w") as copy:
                if name in (_FIRST, _PROPERTIES):
                    copy.write(_without_time(part.read()))
                else:
                    shutil.copyfileobj(part, copy, 1 << 20)


def _without_time(properties: bytes) -> bytes:
    """Return the properties of a document with our name and one date."""
    mark = b"<Application>clinical-evidence-kg</Application>"
    data = re.sub(rb"<Application>[^<]*</Application>", mark, properties)
    day = f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + day, data)
