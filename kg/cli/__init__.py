"""The command ``kg``: one file a command, each parses options, calls the library and prints."""

from __future__ import annotations

import errno
import io
import sys
from importlib import import_module
from typing import Any

import click

from kg.errors import did_you_mean

COMMANDS = {
    "build": "read, derive, validate and write a project",
    "validate": "check a project or a graph file against its rules",
    "export": "write a graph in another format",
    "query": "ask a graph a named question, or in SPARQL",
    "audit": "compare an article with its sources and with research",
    "quotes": "find quotes again in their texts",
    "review": "review statements and record decisions",
    "stats": "count what a graph says, and how much of it is reviewed",
    "summary": "print summary of findings tables, for an intervention or all",
    "explain": "explain a rule, a term, or an entity of a graph",
    "import": "turn tables and other files into draft records",
    "template": "write a table to fill in, for the records of a class",
    "schema": "print the JSON Schema of records, for editors",
    "init": "create a small project that works",
    "completion": "print the shell completion script",
}
"""Name → help line. The help of ``kg`` needs no other module, and so appears at once."""

EXIT_CODES = """\b
Exit codes:
  0  fine
  1  the data has violations
  2  wrong use: option, name, setting, query
  3  input that cannot be read or output that cannot be written
  4  internal error
  130  interrupted"""


class _Commands(click.Group):
    """A group that imports a command when it is called, and suggests one when it is misspelt."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"kg.cli.{name}_command").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            hint = did_you_mean(name, COMMANDS) or f"commands: {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command '{name}'; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        import kg

        click.echo(f"kg {kg.__version__}")
        ctx.exit()


@click.command(
    cls=_Commands,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "KG"},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version and exit.",
)
@click.option("--debug", is_flag=True, help="Print the traceback of an internal error.")
def cli(debug: bool) -> None:
    """Clinical evidence as a knowledge graph that can be checked.

    Write down what evidence says in YAML; kg turns it into RDF, checks it against SHACL rules and
    exports it. Start with 'kg build', or 'kg init my-project'.
    """


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import atexit
    import gc

    from kg.errors import KgError
    from kg.xmltext import visible

    # A short run makes little garbage in cycles: searching for it rarely saves a tenth of a build,
    # and not searching for it at the end, when the system takes the memory back, another.
    gc.set_threshold(1_000_000, 20, 20)
    atexit.register(gc.freeze)
    try:
        code = cli.main(prog_name="kg", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(file=shown)
        click.echo(visible(shown.getvalue()), nl=False, err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(130)
    except SystemExit:  # of click alone: the reader of our output has gone (kg query … | head)
        sys.exit(0)
    except KgError as error:
        click.echo(f"{click.style('error:', fg='red', bold=True)} {visible(str(error))}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is not None or error.errno not in _FULL:
            _crash(error)
            sys.exit(4)
        sys.stdout = None  # else Python would try again
        click.echo(f"error: cannot write to stdout: {error.strerror}", err=True)
        sys.exit(3)
    except Exception as error:
        _crash(error)
        sys.exit(4)
    sys.exit(code if isinstance(code, int) else 0)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a write to stdout fails with; of other files the error is ours and names the file."""


def _crash(error: Exception) -> None:
    """Say in one line what happened, and keep the traceback in a file without any data."""
    import tempfile
    import traceback
    from pathlib import Path

    if "--debug" in sys.argv:
        traceback.print_exc()
        return
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames]
    report = Path(tempfile.mkdtemp(prefix="kg-")) / "crash.txt"
    report.write_text("\n".join([type(error).__name__, *lines]) + "\n", encoding="utf-8")
    click.echo(
        f"internal error: {type(error).__name__}. The place is in {report}, without your data; "
        "--debug prints the traceback.",
        err=True,
    )
