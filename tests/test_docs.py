"""The docs are true: the generated part is fresh, links lead somewhere, what is shown runs.

What runs, of README.md, CONTRIBUTING.md and docs/ outside docs/reference/, page by page in the
order of the page, in one temporary folder a page, which has copies of :data:`COPIED`:

- A fence with a file name after its language (three back-ticks, ``yaml data/one.yaml``) is written
  to that file.
- A fence ``python`` is run; the fences of a page share their names. A fence that begins with
  ``>>>`` is a doctest.
- A fence ``sparql`` is asked of the bundled dataset, and must find something.
- In a fence ``console`` each line that begins with ``$ kg`` is run, also behind ``uv run`` and
  ``pip install uv &&``. It must end with 0, or with 1 where a violation is shown below it. The
  lines shown below it must be in its output, in that order; ``…`` stands for any lines, and times
  such as ``0.4 s`` are not compared.
- Lines that begin with one of :data:`NOT_RUN` may be shown and are not run: they install, or run
  this very test. Every other program, and every feature of a shell, is an error.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import generate
import pytest
from cli_help import run
from conftest import ROOT

import kg
from kg import explanations, resources
from kg.cli import COMMANDS, cli
from kg.exporters import EXPORTERS
from kg.ontology import Ontology
from kg.validation.shapes import Shapes

REFERENCE = ROOT / "docs" / "reference"
TOP = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
PAGES = [p for p in [*TOP, *sorted((ROOT / "docs").rglob("*.md"))] if p.exists()]
WRITTEN = [p for p in PAGES if not p.is_relative_to(REFERENCE)]
NOT_RUN = (
    "git ",
    "cd ",
    "pip install ",
    "uv sync",
    "uv run pytest",
    "uv run mypy",
    "uv run ruff",
    "uv run python scripts/",
    "pytest",
    "python scripts/",
    "python -m venv ",
    ". ",
)
COPIED = ("datasets", "docs/examples", "tests/examples")
FENCE = re.compile(r"^```(\w*)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TIME = re.compile(r"\s*\d+\.\d+ s\b")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# -- the generated part ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated() -> dict[Path, str]:
    return generate.outputs()


def test_generated_files_are_fresh(generated: dict[Path, str]) -> None:
    assert generate.stale(generated) == [], "run 'python scripts/generate.py'"


def test_what_is_missing_changed_or_left_over_is_noticed(
    generated: dict[Path, str], tmp_path: Path
) -> None:
    assert generate.stale(generated, tmp_path) == sorted(generated)
    generate.write(generated, tmp_path)
    assert generate.stale(generated, tmp_path) == []
    page, extra = generate.REFERENCE / "cli.md", generate.REFERENCE / "rules" / "OLD-001.md"
    (tmp_path / page).write_text("changed", encoding="utf-8")
    (tmp_path / extra).write_text("old", encoding="utf-8")
    assert generate.stale(generated, tmp_path) == [page, extra]
    generate.write(generated, tmp_path)
    assert not (tmp_path / extra).exists()
    assert (tmp_path / page).read_text(encoding="utf-8") == generated[page]


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    codes = explanations.codes(Shapes.read(resources.shape_files()))
    pages = {p.stem for p in (REFERENCE / "rules").glob("*.md")} - {"README"}
    assert pages == set(codes)
    assert len(pages) > 100


def test_a_rule_page_has_every_part() -> None:
    shapes = Shapes.read(resources.shape_files())
    for code in explanations.codes(shapes):
        rule = explanations.rule(code, shapes)
        assert rule is not None
        text = (REFERENCE / "rules" / f"{code}.md").read_text(encoding="utf-8")
        assert rule.bad and rule.good, f"{code} has no bad or no good case"
        assert rule.bad in text and rule.good in text
        for heading in ("## Why", "## What to do", "## Example"):
            assert heading in text, f"{code} lacks {heading}"


def test_every_term_has_a_place_and_every_place_a_term() -> None:
    ontology = Ontology.read(resources.ontology_files())
    classes, keys = [], []
    for page in (REFERENCE / "terms").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        classes += re.findall(r"^## ([A-Z]\w+)$", text, re.MULTILINE)
        keys += re.findall(r'<a id="key-(\w+)"></a>', text)
    assert sorted(c for c in classes if c != "Topics") == sorted(ontology.classes)
    assert sorted(keys) == sorted(ontology.properties)
    lists = (REFERENCE / "terms" / "lists.md").read_text(encoding="utf-8")
    for members in ontology.concepts.values():
        for notation, term in members.items():
            assert re.search(rf"^\| `{re.escape(notation)}` \| ", lists, re.MULTILINE), term.iri


def test_the_class_diagram_shows_every_class_of_records() -> None:
    tree = ElementTree.parse(REFERENCE / "terms" / "classes.svg")
    shown = {t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")}
    ontology = Ontology.read(resources.ontology_files())
    entity = ontology.classes["Entity"].iri
    records = {c.name for c in ontology.classes.values() if ontology.is_a(c.iri, entity)}
    assert records - shown == {"Entity"}


def options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (*parameter.opts, *parameter.secondary_opts)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_in_the_reference(name: str) -> None:
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## kg (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for option in (*options(command), "--help"):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", sections[name]), option


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_variables_of_the_environment_are_those_that_are_read(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    context = click.Context(
        command, click.Context(cli, info_name="kg", auto_envvar_prefix="KG"), info_name=name
    )
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            found = re.search(rf"`{parameter.opts[-1]}`\sis\s`(KG_{name.upper()}_\w+)`", text)
            assert found, parameter.opts
            monkeypatch.setenv(found[1], "value")
            assert parameter.resolve_envvar_value(context) == "value"


def test_every_format_and_public_name_is_in_the_reference() -> None:
    formats = (REFERENCE / "formats.md").read_text(encoding="utf-8")
    api = (REFERENCE / "api.md").read_text(encoding="utf-8")
    for name, exporter in EXPORTERS.items():
        assert f"| `{name}` | `{exporter.suffix}` | {exporter.summary} |" in formats
    for name in kg.__all__:
        assert f"\n### {name}\n" in api or f"`kg.{name}`" in api, name
    assert " at 0x" not in api


# -- every page ------------------------------------------------------------------------------


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return what a link may follow a ``#`` with, as code hosting sites make it of headings."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found: list[str] = re.findall(r'<a id="([^"]+)">', text)
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", re.sub(LINK, r"", heading).lower()).strip().replace(" ", "-")
        repeated = sum(1 for other in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", other))
        found.append(f"{slug}-{repeated}" if repeated else slug)
    return frozenset(found)


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists() and file.is_relative_to(ROOT), f"{name_of(page)}: {target}"
            assert not anchor or anchor in anchors(file), f"{name_of(page)}: {target}"


def untidy(text: str) -> Iterator[str]:
    """Yield what is untidy in a page."""
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield "not one line end at the end"
    if "\r" in text:
        yield "a carriage return"
    if text.count("```") % 2:
        yield "an open fence"
    yield from (f"space after: {line}" for line in text.split("\n") if line != line.rstrip())
    columns = 0
    for line in FENCE.sub("", text).splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        if columns and bars and bars != columns:
            yield f"a cell too many or too few: {line}"
        columns = bars


def test_markdown_is_tidy() -> None:
    faults = {name_of(page): list(untidy(page.read_text("utf-8"))) for page in PAGES}
    assert {page: found for page, found in faults.items() if found} == {}


def test_what_is_untidy_is_seen() -> None:
    assert len(list(untidy("a \r\n| a | b |\n| c |\n```\n\n"))) == 5


# -- what is shown runs ----------------------------------------------------------------------


def run_page(text: str, folder: Path, dataset: kg.Graph) -> int:
    """Run what a page shows, in a folder; return how many blocks were run.

    :raises AssertionError: if something does not run, or prints other than what is shown.
    """
    names: dict[str, Any] = {"__name__": "__page__"}
    count = 0
    for language, file, body in FENCE.findall(text):
        if file:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(body, encoding="utf-8")
        elif language == "python":
            run_python(body, names)
        elif language == "sparql":
            assert kg.query(dataset, body).rows, f"nothing is found by\n{body}"
        elif language == "console":
            run_console(body, folder)
        else:
            continue
        count += 1
    return count


def run_python(body: str, names: dict[str, Any]) -> None:
    if not body.startswith(">>>"):
        exec(compile(body, "page", "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(body, names, "page", None, None)
    complaints: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=complaints.append, clear_globs=False)
    names.update(test.globs)
    assert not complaints, "".join(complaints)


def run_console(body: str, folder: Path) -> None:
    shown: list[str] = []
    command = ""
    for line in [*body.splitlines(), "$ "]:
        if not line.startswith("$ "):
            shown.append(line)
            continue
        if command:
            compare(command, shown, folder)
        shown, command = [], line[2:].strip()


def compare(command: str, shown: list[str], folder: Path) -> None:
    bare = re.sub(r"^(pip install uv && )?(uv run (--no-dev )?)?kg\b", "kg", command)
    if bare.startswith(NOT_RUN):
        return
    words = shlex.split(bare, comments=True)
    assert words[0] == "kg", f"not a command that a page may show: {command}"
    special = [w for w in shlex.shlex(bare, punctuation_chars=True) if set(w) <= set("|&;<>()")]
    assert not special, f"a shell would be needed: {command}"
    result = run(*words[1:], cwd=folder)
    allowed = {0, 1} if any("violation[" in line for line in shown) else {0}
    assert result.returncode in allowed, f"{command}\n{result.stderr}"
    printed = [tidy(line) for line in f"{result.stderr}\n{result.stdout}".splitlines()]
    by_stream = [tidy(line) for line in f"{result.stdout}\n{result.stderr}".splitlines()]
    wanted = [tidy(line) for line in shown if tidy(line) not in ("", "…")]
    found = in_order(wanted, printed) or in_order(wanted, by_stream)
    assert found, f"{command} printed\n{result.stderr}{result.stdout}\nand not\n" + "\n".join(shown)


def tidy(line: str) -> str:
    return " ".join(TIME.sub(" ~ s", line).split())


def in_order(wanted: list[str], printed: list[str]) -> bool:
    rest = iter(printed)
    return all(any(line == other for other in rest) for line in wanted)


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_what_a_page_shows_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: kg.Graph
) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    run_page(page.read_text(encoding="utf-8"), tmp_path, dataset)


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_commands_within_a_sentence_exist(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for line in re.findall(r"`kg ([^`]+)`", text):
        first, *rest = line.split()
        if first.startswith("-"):
            known, given = cli, [first]
        else:
            assert first in {*COMMANDS, "COMMAND"}, f"kg {line}"
            found = cli.get_command(click.Context(cli), first)
            known, given = found or cli, [w for w in rest if re.match(r"--?[a-z]", w)]
        for option in given:
            assert option.partition("=")[0] in {*options(known), "-h", "--help"}, f"kg {line}"


def test_the_readme_shows_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "uv run --no-dev kg build" in text
    assert "uv run pytest" in text


GOOD_PAGE = """
```text any/note.txt
kept
```

```python
import kg
number = 41 + 1
```

```console
$ pip install uv && uv run kg explain AGE-003
AGE-003 violation: The lower age limit says whether it is included
…
Right
$ uv run pytest
```

```python
>>> number
42
```

```sparql
ASK { <intervention/pcit> a cekg:Intervention }
```
"""


def test_the_runner_runs_a_page(tmp_path: Path, dataset: kg.Graph) -> None:
    assert run_page(GOOD_PAGE, tmp_path, dataset) == 5
    assert (tmp_path / "any" / "note.txt").read_text(encoding="utf-8") == "kept\n"


@pytest.mark.parametrize(
    "block",
    [
        "```console\n$ kg explain NO-SUCH-CODE\n```\n",
        "```console\n$ kg explain AGE-003\nsomething else\n```\n",
        "```console\n$ kg explain AGE-003\nRight\n…\nWrong\n```\n",
        "```console\n$ kg explain AGE-003 > file\n```\n",
        "```console\n$ kg stats|wc\n```\n",
        "```console\n$ rm -r build\n```\n",
        "```sparql\nSELECT ?x { ?x a cekg:NoSuchClass }\n```\n",
        "```python\nassert False\n```\n",
        "```python\n>>> 1 + 1\n3\n```\n",
    ],
)
def test_the_runner_notices_what_is_not_true(block: str, tmp_path: Path, dataset: kg.Graph) -> None:
    with pytest.raises(AssertionError):
        run_page(block, tmp_path, dataset)
