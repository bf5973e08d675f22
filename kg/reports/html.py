"""The report as one page to read and pass on: no script, nothing fetched, light and dark.

Text becomes markup through :mod:`kg.site.html` alone, which escapes it; the policy in the
page allows its own two style sheets and nothing else. However many results there are, the page
stays one that a browser opens: of each rule all are counted and the first ones shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.diagnostics import SEVERITIES, Diagnostic, Severity
from kg.site.assets import digest, style
from kg.site.html import Html, el, text
from kg.site.table import plural, showing
from kg.validation.report import Report, Rule

_STYLES = ("site.css", "report.css")
_COLUMNS = {"place": "Place", "focus": "Entity", "path": "Key", "value": "Value"}
_LONGEST = 300
"""A value is cut after this many characters."""


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one page; the results of each are grouped by rule, the most severe first."""
    names = [report.source for report in reports if report.source]
    yield from _head(f"Validation report: {', '.join(names)}" if names else "Validation report")
    yield '<main id="main"><div class="wrap">\n'
    yield el("p", "Validation report", class_="crumb")
    for number, report in enumerate(reports):
        yield from _report(report, f"r{number}-" if len(reports) > 1 else "")
    yield "</div></main>\n"
    yield el(
        "footer",
        el(
            "div",
            el("p", el("code", "kg explain CODE"), " explains a rule."),
            el("p", "Written by clinical-evidence-kg."),
            class_="wrap",
        ),
        class_="foot",
    )
    yield "\n</body>\n</html>\n"


def _head(title: str) -> Iterator[str]:
    policy = " ".join(digest(style(name)) for name in _STYLES)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="generator" content="clinical-evidence-kg">\n'
    # The quotes of the policy are apostrophes: legal within double quotes as they are.
    yield '<meta http-equiv="Content-Security-Policy" content="'
    yield f"default-src 'none'; style-src {policy}; base-uri 'none'; form-action 'none'\">\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield el("title", title) + "\n"
    for name in _STYLES:
        yield f"<style>{style(name)}</style>\n"
    yield "</head>\n<body>\n"


def _report(report: Report, prefix: str) -> Iterator[str]:
    yield f'<section class="report" aria-label="{text(report.source or "Report")}">\n'
    yield el("h1", report.source or "Validation report")
    yield _verdict(report)
    yield _facts(report)
    if report.left_out:
        shown = showing(len(report.results), report.total, "results")
        every = el("code", "kg validate --format jsonl")
        words = el("p", "The counts are those of all results; ", every, " writes out every one.")
        yield el("div", shown, words, class_="caveat")
    rules = {rule.code: rule for rule in report.catalogue()}
    tally = dict(sorted(report.tally().items(), key=lambda item: _most_severe(item[0])))
    results = report.by_rule()
    if tally:
        yield "\n" + _overview(report, rules, tally, prefix) + "\n"
    for (code, severity), number in tally.items():
        if own := results.get((code, severity)):
            yield from _group(report, rules[code], severity, number, own, prefix)
    yield "</section>\n"


def _most_severe(key: tuple[str, Severity]) -> tuple[int, str]:
    code, severity = key
    return SEVERITIES.index(severity), code


def _verdict(report: Report) -> Html:
    if report.passes:
        rest = f"; {plural(report.total, 'result')} to look at" if report.total else ""
        return el("p", el("b", "Passes."), f" No rule is violated{rest}.", class_="verdict good")
    rules = len({code for code, severity in report.tally() if severity == "violation"})
    found = f" {plural(report.count('violation'), 'violation')} of {plural(rules, 'rule')}."
    return el("p", el("b", "Does not pass."), found, class_="verdict bad")


def _facts(report: Report) -> Html:
    facts: list[tuple[int, str]] = [(report.count(s), s) for s in SEVERITIES]
    facts += [(report.entities, "entity")] if report.entities else []
    facts += [(report.rules, "rule")]
    return el(
        "ul",
        [el("li", el("b", f"{n:,}"), plural(n, noun).partition(" ")[2]) for n, noun in facts],
        class_="facts",
    )


def _overview(
    report: Report,
    rules: dict[str, Rule],
    tally: Mapping[tuple[str, Severity], int],
    prefix: str,
) -> Html:
    shown = report.by_rule()
    rows = [
        el(
            "tr",
            el("td", _badge(severity)),
            el("th", _link(code, severity, prefix, (code, severity) in shown), scope="row"),
            el("td", rules[code].title),
            el("td", f"{number:,}", class_="number"),
        )
        for (code, severity), number in tally.items()
    ]
    heads = [el("th", name, scope="col") for name in ("Severity", "Code", "Rule")]
    head = el("thead", el("tr", heads, el("th", "Results", scope="col", class_="number")))
    silent = report.rules - len({code for code, _ in tally})
    table = el("table", head, el("tbody", rows), class_="list overview")
    rest = f"{plural(silent, 'other rule')} found nothing." if silent else ""
    return Html(
        el("h2", "By rule")
        + el("div", table, class_="scroll")
        + (el("p", rest, class_="soft small") if rest else "")
    )


def _link(code: str, severity: Severity, prefix: str, shown: bool) -> Html:
    return el("a", code, href=f"#{prefix}{code}-{severity}") if shown else text(code)


def _badge(severity: Severity) -> Html:
    return el("span", severity, class_=f"severity {severity}")


def _group(
    report: Report,
    rule: Rule,
    severity: Severity,
    number: int,
    results: Sequence[Diagnostic],
    prefix: str,
) -> Iterator[str]:
    anchor = f"{prefix}{rule.code}-{severity}"
    yield f'<section class="rule" aria-labelledby="{text(anchor)}">\n'
    yield el("h3", _badge(severity), f" {rule.code} ", rule.title, id=anchor)
    messages = {r.message for r in results}
    if len(messages) == 1:
        yield el("p", messages.pop())
    hints = dict.fromkeys(r.hint for r in results if r.hint)
    fix = next(iter(hints)) if len(hints) == 1 else rule.fix
    for head, words in (("Why: ", rule.why), ("What to do: ", fix)):
        if words:
            yield el("p", el("b", head), words, class_="soft")
    opened = " open" if severity != "info" else ""
    yield f"<details{opened}>{el('summary', plural(number, 'result'))}\n"
    if number > len(results):
        yield showing(len(results), number, "results")
    yield from _table(report, results, len({r.message for r in results}) > 1)
    yield "</details></section>\n"


def _table(report: Report, results: Sequence[Diagnostic], messages: bool) -> Iterator[str]:
    """Yield a table of results; empty columns are left out."""
    keys = [key for key in _COLUMNS if any(getattr(r, key) for r in results)]
    heads = [el("th", _COLUMNS[key], scope="col") for key in keys]
    heads += [el("th", "Message", scope="col")] if messages else []
    yield '<div class="scroll"><table class="list stack">'
    yield el("thead", el("tr", heads)) + "<tbody>\n"
    for result in results:
        cells = [_cell(report, result, key) for key in keys]
        cells += [el("td", result.message, class_="say")] if messages else []
        yield el("tr", cells) + "\n"
    yield "</tbody></table></div>"


def _cell(report: Report, result: Diagnostic, key: str) -> Html:
    if key == "place":
        place = result.place
        return el("td", el("code", str(place) if place else ""), data_head=_COLUMNS[key])
    words: str = getattr(result, key)
    cut = words if len(words) <= _LONGEST else words[:_LONGEST] + "…"
    return el("td", cut, data_head=_COLUMNS[key]) if words else el("td")
