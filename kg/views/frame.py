"""What stands around a drawing: title, stamp and legend above it, caveats and provenance below."""

from __future__ import annotations
