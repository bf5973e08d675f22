"""What a page says of itself: dates, review states, disclaimers, readers."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from kg.text.cues import Cues, Said

_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
]  # fmt: skip
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?\\.?" if len(m) > 3 else m for m in _MONTHS)
_DATES = (
    re.compile(
        rf"\b(?P<month>{_MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})", re.I
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH}),?\s(?P<year>\d{{4}})",
        re.I,
    ),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
)
_NO_DAY = re.compile(
    rf"\W*(?:(?:in|on)\s)?((?:(?:{_MONTH}),?\s|\d{{1,2}}/)?\d{{4}}(?:-\d{{2}})?)(?![\w-])", re.I
)
_ONE_STATE = (
    r"(?P<mark>(?:[✓✔●☑►→▶]|\[[xX✓]\]|\([xX✓]\))\s*)?(?:\[ \]|☐|○)?\s*[*_]{0,2}(?P<name>draft|"
    r"submitted|(?:under|in|pending|awaiting)\s(?:human\s|peer\s|expert\s)?review|"
    r"peer[-\s]reviewed|reviewed|approved|accepted|rejected|published|archived)"
    r"[*_]{0,2}\s*(?P<current>[✓✔☑◄←]|\((?:current|now|active|this page)[^)]*\)|"
    r"[-–—:]\s*current)?[*_]{0,2}\s*[.;,|/·>→]*\s*"
)
_STATE = re.compile(_ONE_STATE, re.I)
_STATES = re.compile(
    rf"(?P<label>(?:(?:(?:article|page|current)\s)?(?:review\s)?(?:status|state)s?|review)\s*[:–—-]\s*)?"
    rf"(?:{re.sub('[?]P<[a-z]+>', '?:', _ONE_STATE)})+",
    re.I,
)
LONGEST_STATE = 100
"""Fewer characters than these have lines that name a review state."""
_ABOUT_PAGE = re.compile(
    r"[*_]*(?:(?:medically|clinically|peer)[\s-])?reviewed[*_]*(?:\sby\b|[*_]*:)|"
    r"(?:for|intended for)(?:\suse\sby)?\s[a-z\s-]{0,30}professionals?(?:\sonly)?\.?$|"
    r"[*_]*(?:page\s)?(?:last\s)?(?:updated|revised|modified|reviewed)\b[\s:*_]*(?:on\s|in\s)?"
    r"[\w.,\s/*-]{4,24}$|(?:date\sof\s)?(?:the\s)?last\s(?:revision|update)\b[^.]{4,24}$|"
    r"was this (?:\w+ )?helpful",
    re.IGNORECASE,
)
_LIMIT_OF_PAGE = re.compile(
    r"\b(?:not|never)\b[^.]{0,40}\b(?:substitutes?|replace\w*)\b[^.]{0,60}"
    r"\b(?:advice|judge?ment|consultation)\b|\bfor (?:educational|informational?) purposes\b",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"[*_]*(?P<label>(?:(?:medical|legal|professional|general|health)\s)?disclaimer)[*_]*\s?[:–—-]",
    re.IGNORECASE,
)
"""The label before the words of a disclaimer."""
_IN_LIMITS = ("substitut", "replac", "purposes")
_CUES = Cues({
    "updated": r"""
        updated|revised|update
        last (?:updated?|revised|modified|reviewed|revision|update)
        day of its last update
    """,
    "pending": r"""
        (?:pending|awaiting|awaits|await) (?:\w+ ){0,3}review
        not (?:yet )?(?:been )?(?:\w+ )?reviewed
        unreviewed
        review\b[^.]{0,40} (?:still to come|has not)
    """,
    "reviewed": r"""
        (?:are|is|was|were|been|medically|clinically|fact) (?:\w+ )?(?:reviewed|checked)
        (?:medically|clinically|fact)-(?:reviewed|checked)
        reviewed (?:by|for)
        reviewed (?:on )?[\w ,.]{4,24} by
        board\b[^.]{0,40} checks
    """,
    "limit": r"""
        education(?:al)?\b[^.]{0,30} (?:purposes?|only)
        purpose is education
        (?:not|no|never)\b[^.]{0,40} (?:advice|substitutes?|liability|replace(?:ment)?)
        (?:not|no|never)\b[^.]{0,40} (?:guarantees?|warranty)
        does not (?:replace|take the place)
        (?:clinical|professional|medical) (?:judge?ment|discretion)
        supplement\w*\b[^.]{0,40} guidelines?
        liab(?:le|ility)|verify|disclaims?
        responsib\w+ for
        (?:exercise|use|read)\b[^.]{0,12} caution
        information(?:al)? (?:purposes? )?only
        consult (?:a|an|your|with)
        seek (?:medical|professional|advice)
        in an emergency
    """,
    "readers": r"""
        (?:intended|written|designed|meant|provided) (?:only )?(?:for|to)
        for (?:use by )?(?:health|medical|licensed)
    """,
    "professional": r"""
        (?:medical|licensed|qualified|clinical) (?:professional|provider|practitioner|worker)s?
        (?:healthcare|health) (?:care )?(?:professional|provider|practitioner|worker)s?
        clinicians?|physicians?|doctors|nurses
        people who work in health care
    """,
    "anyone": r"""
        patients|parents|families|consumers|caregivers|carers|everyone
        (?:the|general) public
    """,
    "promotion": r"""
        world-class|instantly|subscribe
        top (?:research|medical|hospitals)
        leading (?:research|institutions)
        trusted by
        ask any
        sign up
        advertise\w*|advertising
    """,
})  # fmt: skip


def read(text: str) -> Said:
    """Return a sentence with the words in it by which it is known what it says of the page."""
    return Said(text, _CUES)


def page_date(said: Said) -> str:
    """Return the day that a sentence gives as that of the last update, in ISO 8601, or ``""``."""
    cue = said.find("updated")
    found = cue and (_first_date(said.text, cue.end()) or _first_date(said.text, 0))
    if not found:
        return ""
    month = found["month"]
    number = int(month) if month.isdigit() else _month(month)
    try:
        return date(int(found["year"]), number, int(found["day"])).isoformat()
    except ValueError:
        return ""


def month_or_year(said: Said) -> str:
    """Return when the last update was, as a sentence states it, if it gives no day.

    It is kept in its words: ``modified`` has a day, and none is guessed.
    """
    cue = said.find("updated")
    found = cue and not page_date(said) and _NO_DAY.match(said.text, cue.end())
    return found[1] if found else ""


def _first_date(text: str, start: int) -> re.Match[str] | None:
    dates = filter(None, (pattern.search(text, start) for pattern in _DATES))
    return min(dates, key=re.Match.start, default=None)


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def review_states(said: str) -> list[tuple[str, bool]]:
    """Return the review states that a line names alone, and which the page marks as its own.

    The only one behind *Status:* is its own without a mark, and so is the only one in bold.
    """
    whole = _STATES.fullmatch(said) if len(said) < LONGEST_STATE else None
    if not whole:
        return []
    found = list(_STATE.finditer(said, whole.end("label") if whole["label"] else 0))
    bold = [m.start() for m in found if said.startswith(("**", "__"), m.start("name") - 2)]
    own = [m.start() for m in found] if whole["label"] and len(found) == 1 else bold
    return [(m["name"], bool(m["mark"] or m["current"] or [m.start()] == own)) for m in found]


def is_certain(said: str) -> bool:
    """Tell whether a sentence is about the page wherever it is, as in an unmarked footer."""
    limits = any(word in said for word in _IN_LIMITS) and _LIMIT_OF_PAGE.search(said)
    return bool(limits or _ABOUT_PAGE.match(said) or LABELLED.match(said) or review_states(said))


def matter(said: Said, role: str, article: str) -> dict[str, Any]:
    """Return what a sentence about the page is: values of a record.

    :param role: the role of its section, see :class:`kg.imports.page.Section`.
    :param article: the id of the article.
    """
    about = {"type": "Description", "describes": article}
    if page_date(said) or month_or_year(said):
        return {**about, "descriptionKind": "pageDate"}
    if states := review_states(said.text):
        marked = [name for name, is_marked in states if is_marked]
        claimed = {"claimedReview": _claimed(marked[0])} if len(marked) == 1 else {}
        return {**about, "descriptionKind": "reviewProcess", **claimed}
    lowered = said.text.lower()
    checks = "review" in lowered or "check" in lowered  # quicker than both lists
    pending, reviewed = checks and said.has("pending"), checks and said.has("reviewed")
    review = (
        {"claimedReview": "pendingReview" if pending else "reviewed"} if pending or reviewed else {}
    )
    readers = _readers(said)
    if readers and (role != "header" or not said.has("limit")):
        return {**about, "descriptionKind": "readership", **readers, **review}
    is_limit = said.has("limit") or LABELLED.match(said.text)
    if is_limit or (role == "disclaimer" and not said.has("promotion")):
        return {"type": "Disclaimer", "text": said.text, **review}
    if review:
        return {**about, "descriptionKind": "reviewProcess", **review}
    kind = "promotion" if said.has("promotion") else "pageFeature"
    return {**about, "descriptionKind": kind}


def _readers(said: Said) -> dict[str, str]:
    found = said.find("readers")
    if not found:
        return {}
    if said.find("professional", found.start()):
        return {"claimedAudience": "professional"}
    return {"claimedAudience": "anyReader"} if said.find("anyone", found.start()) else {}


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
