"""``kg build``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

import kg
from kg.cli.common import demo_option, force_option, note, say, unreviewed_option
from kg.loading import find
from kg.project import Project


@click.command("build")
@click.argument("project", required=False, type=click.Path(path_type=Path))
@demo_option("project")
@click.option(
    "-o",
    "--output",
    default="build",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the results.",
)
@unreviewed_option
@force_option
@click.option("-q", "--quiet", is_flag=True, help="Print violations only.")
def command(
    project: Path | None, output: Path, include_unreviewed: bool | None, force: bool, quiet: bool
) -> None:
    """Read, derive, validate and write a project.

    PROJECT is a folder with kg.toml; without it the nearest one upward.
    With violations only report.json is written, and the exit code is 1.
    """
    started = last = time.perf_counter()

    def step(name: str, found: str) -> None:
        nonlocal last
        now = time.perf_counter()
        if not quiet:
            note(f"  {name:<9} {found:<58} {now - last:5.1f} s")
        last = now

    source = find(project)
    if not isinstance(source, Project):
        raise click.UsageError(f"{source} is a graph file; 'kg build' takes a project folder")
    if not quiet:
        note(f"{source.settings.title or source.folder.name}")
    result = kg.build(source, output, include_unreviewed=include_unreviewed, force=force, step=step)
    if not result.report.passes:
        say("".join(kg.report_as(result.report, "text")), err=True, nl=False)
        note(
            f"Nothing was built; the complete report is in {result.files[0]}. "
            "Graph files beside it, if any, are from an earlier build."
        )
        sys.exit(1)
    if not quiet:
        note(f"  {'review':<9} {result.review}")
        note(
            f"Built in {time.perf_counter() - started:.1f} s. Next: open "
            f"{output / 'site' / 'index.html'}, or run 'kg stats'."
        )
    say(output)
