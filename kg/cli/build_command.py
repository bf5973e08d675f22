"""``kg build``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from kg import resources
from kg.cli.common import demo_option, force_option, note, say, unreviewed_option
from kg.last_build import LastBuild, Said


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
@click.option("--fresh", is_flag=True, help="Build even if nothing changed since the last build.")
@click.option("-q", "--quiet", is_flag=True, help="Print violations only.")
def command(
    project: Path | None,
    output: Path,
    include_unreviewed: bool | None,
    force: bool,
    fresh: bool,
    quiet: bool,
) -> None:
    """Read, derive, validate and write a project.

    PROJECT is a folder with kg.toml; without it the nearest one upward.
    With violations only report.json is written, and the exit code is 1.

    Nothing is done where the files of the project, the options, the program and the results are
    as they were after the last build into the same folder; what that build said is said again.
    """
    started = time.perf_counter()
    last = LastBuild(_folder(project), output, include_unreviewed=include_unreviewed)
    said = None if fresh else last.unchanged()
    done = "Built"
    if said is None:
        said = _build(project, last, include_unreviewed, force, quiet)
    else:
        done = "Nothing changed since the last build: compared"
        if not quiet:
            note("\n".join([said.title, *(f"  {name:<9} {found}" for name, found in said.steps)]))
    _end(said, output, quiet, f"{done} in {time.perf_counter() - started:.1f} s")


def _folder(project: Path | None) -> Path:
    """Return the folder of the project that is meant, if there is one."""
    if project is None:
        return resources.project_near(Path.cwd()) or Path.cwd()
    return project.parent if project.name == resources.CONFIG else project


def _build(
    path: Path | None, last: LastBuild, include_unreviewed: bool | None, force: bool, quiet: bool
) -> Said:
    """Build, say each step, and note what was said."""
    import kg  # not above: an unchanged project needs none of it
    from kg.loading import find
    from kg.project import Project

    project = find(path)
    if not isinstance(project, Project):
        raise click.UsageError(f"{project} is a graph file; 'kg build' takes a project folder")
    title = project.settings.title or project.folder.name
    steps: list[tuple[str, str]] = []
    before = time.perf_counter()

    def step(name: str, found: str) -> None:
        nonlocal before
        now = time.perf_counter()
        if not quiet:
            note(f"  {name:<9} {found:<58} {now - before:5.1f} s")
        steps.append((name, found))
        before = now

    if not quiet:
        note(title)
    result = kg.build(
        project,
        last.output,
        include_unreviewed=include_unreviewed,
        force=force,
        step=step,
        reads=last.reads,
    )
    review = str(result.review) if result.report.passes else ""
    violations = "" if result.report.passes else "".join(kg.report_as(result.report, "text"))
    said = Said(title, tuple(steps), review, violations)
    last.keep(said, result.digests)
    return said


def _end(said: Said, output: Path, quiet: bool, done: str) -> None:
    """Say how a build ended, and end the process with code 1 where nothing was built."""
    if said.violations:
        say(said.violations, err=True, nl=False)
        note(
            f"Nothing was built; the complete report is in {output / 'report.json'}. "
            "Graph files beside it, if any, are from an earlier build."
        )
        sys.exit(1)
    if not quiet:
        note(f"  {'review':<9} {said.review}")
        note(f"{done}. Next: open {output / 'site' / 'index.html'}, or run 'kg stats'.")
    say(output)
