"""``kg schema``."""

from __future__ import annotations

from pathlib import Path

import click

from kg import jsontext, resources
from kg.cli.common import PATH, demo_option, emit, force_option
from kg.ontology import Ontology
from kg.project import Project
from kg.schema import json_schema


@click.command("schema")
@click.argument("project", required=False, type=PATH)
@demo_option("project")
@click.option("-o", "--output", type=PATH, help="File to write; default and -: stdout.")
@force_option
def command(project: Path | None, output: Path | None, force: bool) -> None:
    """Print the JSON Schema of records, with which editors complete keys and values.

    PROJECT is a folder with kg.toml, whose own terms are in the schema; without it the nearest
    one upward, and outside of any project the terms of kg alone.
    """
    found = Project.read(project) if project else Project.near(Path.cwd())
    ontology = found.ontology() if found else Ontology.read(resources.ontology_files())
    text = jsontext.line(json_schema(ontology)) + "\n"
    emit(text.encode(), output, force=force, inputs=[found.folder] if found else [])
