"""Errors of :mod:`kg.shacl` as those of kg."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import InputError, UsageError
from kg.shacl.errors import SetupError, ShaclError


@contextmanager
def shacl_errors() -> Iterator[None]:
    """Turn what :mod:`kg.shacl` raises into an error of kg.

    :raises UsageError: if an engine cannot be used here.
    :raises InputError: if shapes or data cannot be used, or space runs out.
    """
    try:
        yield
    except SetupError as error:
        raise UsageError(error.message, hint=error.hint) from error
    except ShaclError as error:
        raise InputError(error.message, hint=error.hint) from error
