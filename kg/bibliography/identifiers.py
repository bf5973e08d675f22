"""Identifiers of works and people: their form, and the check digit of those that have one."""

from __future__ import annotations

import re

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?(10\.[0-9]{4,9}/[^\s]+)", re.I)
_PMCID = re.compile(r"(?:PMC)?([0-9]+)", re.I)
_PMID = re.compile(r"[1-9][0-9]{0,8}")
_ORCID = re.compile(r"(?:https?://orcid\.org/|orcid:?\s*)?((?:[0-9]{4}-?){3}[0-9]{3}[0-9X])", re.I)


def doi(text: str) -> str:
    """Return a DOI without a resolver's address, ``""`` if the text is none.

    Source: DOI Handbook, 2.2 (https://doi.org/10.1000/182).
    """
    found = _DOI.fullmatch(text.strip())
    return found[1] if found else ""


def pmid(text: str) -> str:
    """Return an identifier of PubMed, ``""`` if the text is none."""
    return text.strip() if _PMID.fullmatch(text.strip()) else ""


def pmcid(text: str) -> str:
    """Return an identifier of PubMed Central with its prefix, ``""`` if the text is none."""
    found = _PMCID.fullmatch(text.strip())
    return f"PMC{found[1]}" if found else ""


def isbn(text: str) -> str:
    """Return an ISBN as digits and a final X, ``""`` if its form or check digit is wrong.

    Source: ISO 2108.

    >>> isbn("978-0-306-40615-7"), isbn("0-306-40615-2"), isbn("978-0-306-40615-8")
    ('9780306406157', '0306406152', '')
    """
    plain = re.sub(r"[\s-]", "", text).upper()
    if re.fullmatch(r"97[89][0-9]{10}", plain):
        total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(plain))
        return plain if total % 10 == 0 else ""
    if re.fullmatch(r"[0-9]{9}[0-9X]", plain):
        return plain if _by_eleven(plain) else ""
    return ""


def issn(text: str) -> str:
    """Return an ISSN, ``""`` if its form or check digit is wrong. Source: ISO 3297.

    >>> issn("0378-5955"), issn("0378-5954")
    ('0378-5955', '')
    """
    plain = text.replace("-", "").strip().upper()
    right = re.fullmatch(r"[0-9]{7}[0-9X]", plain) and _by_eleven(plain)
    return f"{plain[:4]}-{plain[4:]}" if right else ""


def orcid(text: str) -> str:
    """Return an ORCID iD, ``""`` if its form or check digit is wrong. Source: ISO 7064, MOD 11-2.

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', '')
    """
    found = _ORCID.fullmatch(text.strip())
    if not found:
        return ""
    plain = found[1].replace("-", "").upper()
    total = 0
    for digit in plain[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    right = plain[-1] == ("X" if check == 10 else str(check))
    return "-".join(plain[n : n + 4] for n in range(0, 16, 4)) if right else ""


def _by_eleven(plain: str) -> bool:
    digits = [10 if c == "X" else int(c) for c in plain]
    return sum(d * (len(digits) - n) for n, d in enumerate(digits)) % 11 == 0
