"""What a page says of itself: dates, review states, disclaimers, readers."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?\\.?" if len(m) > 3 else m for m in _MONTHS)
_DATES = (
    re.compile(
        rf"\b(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})", re.I
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH}),?\s(?P<year>\d{{4}})",
        re.I,
    ),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b"),
)
_UPDATED = re.compile(
    r"\b(?:last\s(?:updated?|revised|modified|reviewed)|(?:date\sof\s)?(?:last\s)?update|"
    r"updated|revised|day of its last update)\b",
    re.I,
)
_STATE = re.compile(
    r"(?P<mark>(?:[✓✔●☑►→▶]|\[[xX✓]\]|\([xX✓]\))\s*)?(?:\[ \]|☐|○)?\s*(?:\*\*)?(?P<name>draft|"
    r"submitted|"
    r"(?:under|in|pending|awaiting)\s(?:human\s|peer\s|expert\s)?review|peer[-\s]reviewed|reviewed|approved|accepted|rejected|published|archived)"
    r"(?:\*\*)?\s*(?P<current>[✓✔☑◄←]|\((?:current|now|active|this page)[^)]*\)|"
    r"[-–—:]\s*current)?\s*[.;]?",
    re.I,
)
_PENDING = re.compile(
    r"\b(?:pending|awaiting|awaits|await)\s(?:\w+\s){0,3}review|\bnot\s(?:yet\s)?(?:been\s)?(?:\w+\s)?reviewed|\bunreviewed"
    r"|\breview\b[^.]{0,40}\b(?:still\sto\scome|has\snot)",
    re.I,
)
_REVIEWED = re.compile(
    r"\b(?:are|is|was|were|been|medically|clinically|fact)[\s-](?:\w+\s)?(?:reviewed|checked)\b|\breviewed\s(?:by|for)\b"
    r"|\bboard\b[^.]{0,40}\bchecks\b",
    re.I,
)
_LIMIT = re.compile(
    r"\beducational?\b[^.]{0,30}\b(?:purposes?|only)\b|\bpurpose is education\b|\b(?:not|no|"
    r"never)\b[^.]{0,40}\b(?:medical|professional|clinical|legal)?\s?"
    r"(?:advice|substitute|liability|replacement|replace|guarantee|warranty)|"
    r"\bdoes not (?:replace|take the place)|"
    r"\b(?:clinical|professional|medical)\s(?:judge?ment|discretion)|\bsupplement\w*\b[^.]{0,40}\bguidelines?|"
    r"\bliab(?:le|ility)\b|\bresponsib\w+ for\b|\b(?:exercise|use|read)\b[^.]{0,12}\bcaution|"
    r"\bverify\b|\bdisclaims?\b|\binformation(?:al)?\s(?:purposes?\s)?only\b"
    r"|\bconsult (?:a|an|your|with)\b|\bseek (?:medical|professional|advice)|\bin an emergency\b",
    re.I,
)
_READERS = re.compile(
    r"\b(?:intended|written|designed|meant|provided)\s(?:only\s)?(?:for|to)\b|\bfor\s(?:use\sby\s)?"
    r"(?:health|medical|licensed)",
    re.I,
)
_PROFESSIONAL = re.compile(
    r"\b(?:health\s?care|medical|health|licensed|qualified|clinical)\s(?:professionals?|providers?|practitioners?|workers?)"
    r"|\bclinicians?\b|\bphysicians?\b|\bdoctors\b|\bnurses\b|\bpeople who work in health care\b",
    re.I,
)
_ANYONE = re.compile(
    r"\b(?:patients|parents|families|the public|general public|consumers|caregivers|carers|"
    r"everyone)\b",
    re.I,
)
_PROMOTION = re.compile(
    r"\bworld-class\b|\btop\s(?:research|medical|hospitals)|\bleading\s(?:research|"
    r"institutions)|\binstantly\b|\btrusted by\b|\bask any\b"
    r"|\bsubscribe\b|\bsign up\b|\badvertis",
    re.I,
)


def page_date(said: str) -> str:
    """Return the day that a sentence gives as that of the last update, in ISO 8601, or ``""``."""
    if not _UPDATED.search(said):
        return ""
    for pattern in _DATES:
        if found := pattern.search(said):
            month = found["month"]
            number = int(month) if month.isdigit() else _month(month)
            try:
                return date(int(found["year"]), number, int(found["day"])).isoformat()
            except ValueError:
                return ""
    return ""


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def review_state(said: str) -> tuple[str, bool] | None:
    """Return the review state that a line names alone, and whether the page marks it as its own."""
    found = _STATE.fullmatch(said.strip())
    return (found["name"], bool(found["mark"] or found["current"])) if found else None


def matter(said: str, role: str, article: str) -> dict[str, Any]:
    """Return what a sentence about the page is: values of a record.

    :param role: the role of its section, see :class:`kg.imports.page.Section`.
    :param article: the id of the article.
    """
    about = {"type": "Description", "describes": article}
    if page_date(said):
        return {**about, "descriptionKind": "pageDate"}
    if state := review_state(said):
        claimed = {} if not state[1] else {"claimedReview": _claimed(state[0])}
        return {**about, "descriptionKind": "reviewProcess", **claimed}
    pending, reviewed = _PENDING.search(said), _REVIEWED.search(said)
    review = (
        {"claimedReview": "pendingReview" if pending else "reviewed"} if pending or reviewed else {}
    )
    readers = _readers(said)
    if readers and (role != "header" or not _LIMIT.search(said)):
        return {**about, "descriptionKind": "readership", **readers, **review}
    if _LIMIT.search(said) or (role == "disclaimer" and not _PROMOTION.search(said)):
        return {"type": "Disclaimer", "text": said, **review}
    if review:
        return {**about, "descriptionKind": "reviewProcess", **review}
    kind = "promotion" if _PROMOTION.search(said) else "pageFeature"
    return {**about, "descriptionKind": kind}


def _readers(said: str) -> dict[str, str]:
    found = _READERS.search(said)
    if not found:
        return {}
    if _PROFESSIONAL.search(said, found.start()):
        return {"claimedAudience": "professional"}
    return {"claimedAudience": "anyReader"} if _ANYONE.search(said, found.start()) else {}


def _claimed(state: str) -> str:
    done = state.lower() in (
        "approved",
        "accepted",
        "reviewed",
        "published",
        "peer reviewed",
        "peer-reviewed",
    )
    return "reviewed" if done else "pendingReview"
