"""The command line: data on stdout, the rest on stderr, one exit code for each kind of end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_help import run
from conftest import EXAMPLES

import kg
from kg.cli import COMMANDS

Write = Callable[..., Path]
PROGRAM = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"
SMALL = str(EXAMPLES / "infant-sleep")
RIGHT = "- {id: outcome/a, prefLabel: A}\n"
WRONG = "- id: outcome/a\n  desirability: desireable\n"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(command: str) -> None:
    result = run(command, "--help")
    assert result.returncode == 0
    assert f"kg {command}" in result.stdout


def test_help_lists_every_command_and_exit_code() -> None:
    text = run("--help").stdout
    for name, line in COMMANDS.items():
        assert f"{name} " in text
        assert line.split(",")[0] in text
    for code in ("0", "1", "2", "3", "4", "130"):
        assert f"\n    {code}  " in text


def test_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"kg {kg.__version__}\n"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["validat"], 2, "did you mean 'validate'?"),
        (["frobnicate"], 2, "commands: build"),
        (["validate", "--fromat", "json"], 2, "--format"),
        (["validate", "--format", "yaml"], 2, "'yaml' is not one of"),
        (["export", "jsonldd"], 2, "did you mean 'jsonld'?"),
        (["export", "turtle", "nowhere"], 3, "no such file or folder: nowhere"),
        (["validate", "--shapes", "nowhere.ttl", SMALL], 3, "nowhere.ttl"),
        (["query", "nowhere.rq"], 3, "cannot read the query nowhere.rq"),
        (["init"], 2, "FOLDER"),
    ],
)
def test_wrong_use_says_what_to_do_and_has_its_exit_code(
    args: list[str], code: int, words: str
) -> None:
    result = run(*args)
    assert result.returncode == code
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_query_that_is_none_is_wrong_use() -> None:
    result = run("query", "--on", SMALL, stdin="SELECT nonsense")
    assert result.returncode == 2
    assert "not a SPARQL query" in result.stderr


def test_build_writes_everything_and_names_the_folder(tmp_path: Path) -> None:
    result = run("build", SMALL, "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{tmp_path / 'out'}\n"
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"graph.jsonld", "graph.ttl", "graph.nq", "report.json", "figure.svg"} <= names


def test_build_says_openly_that_content_is_unreviewed(tmp_path: Path) -> None:
    result = run("build", SMALL, "-o", tmp_path / "out")
    assert "0 of 2 statements approved; 2 shown unreviewed, each stamped" in result.stderr


def test_build_leaves_unapproved_statements_out_unless_asked(tmp_path: Path) -> None:
    assert run("build", SMALL, "-o", tmp_path, "--approved-only").returncode == 0
    assert "finding/night-sleep" not in (tmp_path / "graph.ttl").read_text(encoding="utf-8")


def test_quiet_says_nothing_of_what_went_well(tmp_path: Path) -> None:
    assert run("build", SMALL, "-q", "-o", tmp_path / "out").stderr == ""


def test_a_build_with_violations_writes_the_report_only(project: Write) -> None:
    folder = project(WRONG)
    result = run("build", folder, "-o", folder / "out")
    assert result.returncode == 1
    assert [p.name for p in (folder / "out").iterdir()] == ["report.json"]
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["conforms"] is False
    assert report["codes"] == {"VAL-003": 1}


def test_a_build_with_shape_violations_writes_the_report_only(project: Write) -> None:
    folder = project("- id: outcome/a\n  prefLabel: A\n")
    result = run("build", folder, "-o", folder / "out")
    assert result.returncode == 1
    assert [p.name for p in (folder / "out").iterdir()] == ["report.json"]


def test_what_a_wrong_graph_would_do_to_the_pages_hides_no_violation(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.site.build.EntityPages", None)  # making one fails
    folder = project("- id: outcome/a\n  prefLabel: A\n")
    assert run("build", folder, "-o", folder / "out").returncode == 1


def test_a_diagnostic_shows_place_line_caret_and_fix(project: Write) -> None:
    folder = project(WRONG)
    lines = run("validate", folder).stdout.splitlines()
    assert lines[0] == (
        "data/data.yaml:2:17: violation[VAL-003] "
        "'desireable' is not a valid value for 'desirability'"
    )
    caret = next(line for line in lines if line.strip().endswith("^"))
    source = next(line for line in lines if "desirability: desireable" in line and "|" in line)
    assert source[caret.index("^") :] == "desireable"
    assert any("hint: did you mean 'desirable'? (kg explain VAL-003)" in line for line in lines)


def test_many_diagnostics_are_cut_and_counted(project: Write) -> None:
    folder = project("".join(f"- id: outcome/o{n}\n  prefLable: x\n" for n in range(30)))
    text = run("validate", folder).stdout
    assert text.count("violation[") == 20
    assert "… 10 more (--max 0 shows all)" in text
    assert run("validate", folder, "--max", "0").stdout.count("violation[") == 30


def test_a_report_as_json_has_a_schema_version(project: Write) -> None:
    report = json.loads(run("validate", project(WRONG), "--format", "json").stdout)
    assert report["schemaVersion"] == "2.0"
    assert report["results"][0]["place"] == {"file": "data/data.yaml", "line": 2, "column": 17}


def test_a_report_as_turtle_is_a_shacl_report(project: Write) -> None:
    import rdflib

    folder = project("- id: outcome/a\n  prefLabel: A\n")
    text = run("validate", folder, "--format", "turtle").stdout
    report = rdflib.Graph().parse(data=text, format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    focus = set(report.objects(None, sh.focusNode))
    assert focus == {rdflib.URIRef("https://example.org/t/outcome/a")}
    assert (None, sh.conforms, rdflib.Literal(False)) in report


def test_a_file_that_kg_did_not_make_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "graph.ttl"
    mine.write_text("mine", encoding="utf-8")
    result = run("export", "turtle", SMALL, "-o", mine)
    assert result.returncode == 2
    assert "--force" in result.stderr
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("export", "turtle", SMALL), "cekg:"),
        (("validate", SMALL), "0 violations"),
        (("query", "includes-age", "--param", "age=6mo", "--on", SMALL), ""),
    ],
)
def test_force_overwrites(args: tuple[str, ...], words: str, tmp_path: Path) -> None:
    mine = tmp_path / "graph.ttl"
    mine.write_text("mine", encoding="utf-8")
    assert "--force" in run(*args, "-o", mine).stderr
    assert run(*args, "-o", mine, "--force").returncode == 0
    assert words in mine.read_text(encoding="utf-8") != "mine"


def test_a_report_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    # Nothing was read: then it would be the missing file that stops it.
    result = run("validate", tmp_path / "missing.nt.gz", "-o", tmp_path)
    assert result.returncode == 2
    assert result.stderr == f"error: {tmp_path} is a folder (name a file in it)\n"


def test_what_kg_made_may_be_written_again(tmp_path: Path) -> None:
    for _ in range(2):
        assert run("build", SMALL, "-o", tmp_path / "out").returncode == 0


def test_nothing_is_written_when_one_file_cannot_be(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "figure.svg").write_text("mine", encoding="utf-8")
    assert run("build", SMALL, "-o", out).returncode == 2
    assert [p.name for p in out.iterdir()] == ["figure.svg"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = run("build", SMALL, "-o", tmp_path / "file" / "out")
    assert result.returncode == 3
    assert "cannot write" in result.stderr


def test_export_writes_to_stdout_and_says_on_stderr_what_it_dropped() -> None:
    result = run("export", "turtle", SMALL)
    assert result.stdout.startswith("# Statements of the default graph only")
    assert "Dropped by the format: derived statements" in result.stderr


def test_export_of_a_graph_file_gives_approved_statements_only(tmp_path: Path) -> None:
    run("build", SMALL, "-o", tmp_path / "out")
    result = run("export", "turtle", tmp_path / "out" / "graph.jsonld")
    assert "finding/night-sleep" not in result.stdout
    assert "2 left out as not approved" in result.stderr


def test_export_reads_what_build_wrote(tmp_path: Path) -> None:
    run("build", SMALL, "-o", tmp_path / "out")
    again = run("export", "turtle", tmp_path / "out" / "graph.nq", "--include-unreviewed")
    assert again.stdout == (tmp_path / "out" / "graph.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("format_", "answer"),
    [
        ("table", "o\n----------------------\nintervention/evening-course\n"),
        ("csv", "o\nintervention/evening-course\n"),
    ],
)
def test_a_query_answers_in_the_format_asked_for(format_: str, answer: str) -> None:
    text = "SELECT ?o { <finding/night-sleep> cekg:intervention ?o }"
    result = run("query", "-", "--on", SMALL, "--format", format_, stdin=text)
    lines = [re.sub("^-+$", "-" * 22, line) for line in result.stdout.splitlines()]
    assert "\n".join(lines) + "\n" == answer
    assert result.stderr == "1 row\n"


def test_a_query_answers_in_the_standard_json_form() -> None:
    text = "SELECT ?o { <population/caregivers-of-infants> cekg:ageRange/cekg:maxAge ?o }"
    result = run("query", "-", "--on", SMALL, "--format", "json", stdin=text)
    assert json.loads(result.stdout) == {
        "head": {"vars": ["o"]},
        "results": {
            "bindings": [
                {
                    "o": {
                        "type": "literal",
                        "value": "6",
                        "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
                    }
                }
            ]
        },
    }


def test_the_nearest_project_upward_is_found(tmp_path: Path) -> None:
    assert run("init", "mine", cwd=tmp_path).returncode == 0
    result = run("stats", cwd=tmp_path / "mine" / "data")
    assert result.stdout.startswith("My evidence\n")


def test_a_new_project_builds_as_it_is(tmp_path: Path) -> None:
    run("init", tmp_path / "mine")
    assert run("build", tmp_path / "mine", "-o", tmp_path / "out").returncode == 0


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text("mine", encoding="utf-8")
    result = run("init", tmp_path)
    assert result.returncode == 2
    assert [p.name for p in tmp_path.iterdir()] == ["kg.toml"]


@pytest.mark.parametrize(
    ("settings", "place", "words"),
    [
        ("includ-unreviewed = true", "kg.toml:3:1", "did you mean 'include-unreviewed'?"),
        ('include-unreviewed = "yes"', "kg.toml:3:1", "wrong type"),
        ('base = "x"', "", "not TOML"),
        ('records = ["nowhere"]', "", "'nowhere' does not exist"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_its_place(
    project: Write, settings: str, place: str, words: str
) -> None:
    result = run("validate", project("", settings))
    assert result.returncode in (2, 3)
    assert place in result.stderr
    assert words in result.stderr


def test_a_relative_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").write_text('[project]\nbase = "attachment"\n', encoding="utf-8")
    result = run("validate", tmp_path)
    assert result.returncode == 2
    assert "kg.toml:2:1" in result.stderr


@pytest.mark.parametrize("name", ["graph.ttl", "graph.jsonld", "graph.nq", "graph.rdf"])
def test_a_graph_file_that_is_not_what_its_name_says_is_unreadable(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("{ this is nothing", encoding="utf-8")
    result = run("validate", tmp_path / name)
    assert result.returncode == 3
    assert name in result.stderr


def test_a_file_that_is_not_utf_8_is_unreadable(project: Write) -> None:
    folder = project("")
    (folder / "data" / "data.yaml").write_bytes(b"- id: outcome/a\xff")
    result = run("validate", folder)
    assert result.returncode == 3
    assert "UTF-8" in result.stderr


def test_the_output_format_does_not_depend_on_colour_settings() -> None:
    plain = run("stats", SMALL, NO_COLOR="1").stdout
    assert run("stats", SMALL, NO_COLOR="").stdout == plain


def test_options_can_be_set_by_the_environment(project: Write) -> None:
    result = run("validate", project(WRONG), KG_VALIDATE_FORMAT="json")
    assert json.loads(result.stdout)["counts"]["violation"] == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell: str) -> None:
    assert "_KG_COMPLETE" in run("completion", shell).stdout


def test_completion_offers_the_commands() -> None:
    result = run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg val", COMP_CWORD="1")
    assert result.stdout.strip() == "plain,validate"


def test_a_fault_of_kg_itself_is_one_line_without_data(tmp_path: Path) -> None:
    program = (
        "import sys, kg.api; from kg.cli import main\n"
        "def broken(*a, **k): raise ZeroDivisionError('secret data')\n"
        "import kg; kg.stats = broken; sys.argv = ['kg', 'stats', '--demo']; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        check=False,
    )
    assert result.returncode == 4
    assert "secret" not in result.stderr
    assert "Traceback" not in result.stderr
    (report,) = tmp_path.rglob("crash.txt")
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")
    assert "secret" not in report.read_text(encoding="utf-8")


def test_ctrl_c_ends_with_130() -> None:
    program = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Keyboard:\n"
        "    buffer = property(lambda self: self)\n"
        "    def isatty(self): return False\n"
        "    def read(self, size): signal.raise_signal(signal.SIGINT)\n"
        f"sys.stdin = Keyboard(); sys.argv = ['kg', 'query', '-', '--on', {SMALL!r}]\n"
        "from kg.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode == 130
    assert result.stderr.strip() == "interrupted; nothing was written"


def test_nothing_is_fetched_from_the_network(tmp_path: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse\n"
        "socket.getaddrinfo = refuse\n"
        f"sys.argv = ['kg', 'build', {SMALL!r}, '-o', {str(tmp_path / 'out')!r}]\n"
        "from kg.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
