"""Styles and scripts of the pages: files beside them, or inlined where a page stands alone."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from kg import resources
from kg.marks import MARK
from kg.site.html import Html, el

FOLDER = "static"
STYLES = ("site.css", "map.css", "plot.css", "explorer.css", "audit.css", "summary.css")
SCRIPTS = ("site.js", "age.js", "map.js", "explorer.js", "sheets.js", "free.js")
VENDORED = "cytoscape.min.js"
_INJECTED = ".__________cytoscape_container { position: relative; }"
"""The style that Cytoscape.js puts into the page: the policy allows exactly this one."""


@cache
def style(name: str) -> str:
    """Return a style sheet without comments and blank beginnings of lines."""
    content = resources.site_file(name).read_text(encoding="utf-8")
    content = re.sub(r"/\*.*?\*/", "", content, flags=re.DOTALL)
    return "\n".join(line.strip() for line in content.splitlines() if line.strip())


@cache
def script(name: str) -> str:
    """Return a script as it is in the package."""
    return resources.site_file(name).read_text(encoding="utf-8")


def digest(content: str) -> str:
    """Return the source expression of the Content Security Policy for an inlined text."""
    value = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{value}'"


# A page that is opened from a folder has the scheme "file", for which not every browser lets
# 'self' stand. A page from a server can load nothing from "file" whatever its policy says.
POLICY = (
    "default-src 'none'; script-src 'self' file:; "
    f"style-src 'self' file: {digest(_INJECTED)}; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
"""The Content Security Policy of all pages of a site: files beside it, no code within it."""


def shared() -> dict[str, bytes]:
    """Return the files that pages of a site share, by their path in the folder of the site."""
    texts = {name: style(name) for name in STYLES}
    texts |= {name: script(name) for name in (*SCRIPTS, VENDORED)}
    return {
        f"{FOLDER}/{name}": b"/* " + MARK + b" */\n" + content.encode()
        for name, content in texts.items()
    }


def style_link(up: str, name: str) -> Html:
    """Return the element that loads a style sheet; ``up`` leads to the folder of the site."""
    return el("link", rel="stylesheet", href=f"{up}{FOLDER}/{name}")


def script_link(up: str, name: str) -> Html:
    """Return the element that loads and runs a script."""
    return el("script", src=f"{up}{FOLDER}/{name}")
