"""How many pixels a picture has."""

from __future__ import annotations

import struct

import pytest

import kg
from kg.errors import UsageError
from kg.exporters import png
from kg.figure.look import Look

pytest.importorskip("resvg", reason="resvg, the extra [png], is not installed")


def pixels(data: bytes) -> int:
    """Return width times height, as the header of a PNG has them."""
    width, height = struct.unpack(">II", data[16:24])
    return int(width * height)


def test_a_large_figure_has_fewer_pixels_a_px(
    shown: kg.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "FINE", 1)
    least = pixels(png.write(shown, Look(focus="intervention/pcit")))
    monkeypatch.setattr(png, "FINE", 1_000_000_000)
    most = pixels(png.write(shown, Look(focus="intervention/pcit")))
    assert most == pytest.approx(4 * least, rel=0.01)


def test_a_picture_of_too_many_pixels_is_refused_with_the_fix(shown: kg.Graph) -> None:
    with pytest.raises(UsageError, match="million pixels, and the limit is 100 million") as caught:
        png.write(shown, Look(width_mm=3000))
    assert "--width-mm" in (caught.value.hint or "")
