"""``kg build``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import resources
from kg.cli.common import PATH, demo_option, force_option, note, say, unreviewed_option
from kg.errors import UsageError
from kg.last_build import LastBuild, Said

if TYPE_CHECKING:
    from kg.api import Build
    from kg.project import Project


@click.command("build")
@click.argument("project", required=False, type=PATH)
@demo_option("project")
@click.option(
    "-o",
    "--output",
    default="build",
    show_default=True,
    type=PATH,
    help="Folder for the results.",
)
@unreviewed_option
@force_option
@click.option("--fresh", is_flag=True, help="Build even if nothing changed since the last build.")
@click.option(
    "--watch",
    "watched",
    is_flag=True,
    envvar="KG_BUILD_WATCH",
    help="Keep running: build whenever a file of the project is saved, and print what changed.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print violations only.")
def command(
    project: Path | None,
    output: Path,
    include_unreviewed: bool | None,
    force: bool,
    fresh: bool,
    watched: bool,
    quiet: bool,
) -> None:
    """Read, derive, validate and write a project.

    PROJECT is a folder with kg.toml; without it the nearest one upward.
    With violations only report.json is written, and the exit code is 1.

    Nothing is written if the files of the project, the options, the program and the results are
    unchanged since the last build into the same folder; the messages of that build are repeated.
    """
    started = time.perf_counter()
    last = LastBuild(_folder(project), output, include_unreviewed=include_unreviewed)
    said = None if fresh or watched else last.unchanged()
    if said is not None:
        if not quiet:
            note("\n".join([said.title, *(f"  {name:<9} {found}" for name, found in said.steps)]))
        done = "Nothing changed since the last build: compared"
        raise click.exceptions.Exit(_end(said, output, quiet, done, started))
    run = _Run(project, last, include_unreviewed, force, quiet, started)
    if not watched:
        raise click.exceptions.Exit(run.build()[0])
    from kg.cli.watch import watch  # not above: an unchanged project needs none of it

    watch(run.source().folder, output, run.again)


def _folder(project: Path | None) -> Path:
    """Return the folder of the project that is meant, if there is one."""
    if project is None:
        return resources.project_near(Path.cwd()) or Path.cwd()
    return project.parent if project.name == resources.CONFIG else project


@dataclass
class _Run:
    """Builds of one project, with what was asked for."""

    path: Path | None
    last: LastBuild
    include_unreviewed: bool | None
    force: bool
    quiet: bool
    started: float
    built: bool = False

    def source(self) -> Project:
        """Return the project as it is now."""
        from kg.loading import find
        from kg.project import Project

        project = find(self.path)
        if not isinstance(project, Project):
            raise UsageError(f"{project} is a graph file; 'kg build' takes a project folder")
        return project

    def again(self) -> Build | None:
        """Build, unless nothing changed since this process built."""
        self.started = time.perf_counter()
        self.last.begin()
        if self.built and self.last.unchanged():
            return None
        self.built = False
        result = self.build()[1]
        self.built = True
        return result

    def build(self) -> tuple[int, Build]:
        """Build, say each step, note what was said, and return the exit code with the results."""
        from kg import api  # not kg itself, whose first verb imports all of them
        from kg.validating import report_as

        before = self.started
        project = self.source()
        title = project.settings.title or project.folder.name
        steps: list[tuple[str, str]] = []

        def step(name: str, found: str) -> None:
            nonlocal before
            now = time.perf_counter()
            if not self.quiet:
                note(f"  {name:<9} {found:<58} {now - before:5.1f} s")
            steps.append((name, found))
            before = now

        if not self.quiet:
            note(title)
        result = api.build(
            project,
            self.last.output,
            include_unreviewed=self.include_unreviewed,
            force=self.force,
            step=step,
            reads=self.last.reads,
        )
        review = str(result.review) if result.report.passes else ""
        violations = "" if result.report.passes else "".join(report_as(result.report, "text"))
        said = Said(title, tuple(steps), review, violations)
        self.last.keep(said, result.digests)
        return _end(said, self.last.output, self.quiet, "Built", self.started), result


def _end(said: Said, output: Path, quiet: bool, done: str, started: float) -> int:
    """Say how a build ended, and return the exit code."""
    if said.violations:
        say(said.violations, err=True, nl=False)
        note(
            f"Nothing was built; the complete report is in {output / 'report.json'}. "
            "Graph files beside it, if any, are from an earlier build."
        )
        return 1
    if not quiet:
        note(f"  {'review':<9} {said.review}")
        taken = f"{time.perf_counter() - started:.1f} s"
        note(f"{done} in {taken}. Next: open {output / 'site' / 'index.html'}, or run 'kg stats'.")
    say(output)
    return 0
