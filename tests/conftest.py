"""Fixtures that several test files use, and the switch that renews golden files."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import HealthCheck, settings
from rdflib.plugins.parsers.notation3 import BadSyntax

import kg
from kg import resources

HERE = Path(__file__).parent
ROOT = HERE.parent
EXAMPLES = HERE / "examples"
MODIFIED = "http://purl.org/dc/terms/modified"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files instead of comparing"
    )
    parser.addoption(
        "--every-page", action="store_true", help="look at all pages in the browser: minutes"
    )
    parser.addoption(
        "--every-case",
        action="store_true",
        help="run the tests on Spark, too, and try more generated examples: minutes",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples of hypothesis, unless all are asked for; a slow machine is no failure."""
    number = 100 if config.getoption("--every-case") else 40
    slow = [HealthCheck.too_slow]
    settings.register_profile(
        "here", max_examples=number, deadline=None, suppress_health_check=slow
    )
    settings.load_profile("here")


def examples(many: int) -> int:
    """Return how many examples a test of hypothesis tries: with --every-case many, else fewer."""
    return many * settings().max_examples // 100


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on Spark, which take minutes, unless they are asked for."""
    if not config.getoption("--every-case"):
        left_out = pytest.mark.skip(reason="Spark takes minutes: pytest --every-case")
        for item in items:
            if item.get_closest_marker("spark"):
                item.add_marker(left_out)


def turtle(files: Iterable[Path]) -> rdflib.Graph:
    """Return the statements of Turtle files; a mistake in one is named with its line."""
    graph = rdflib.Graph()
    for file in files:
        try:
            graph.parse(file, format="turtle")
        except BadSyntax as error:
            where = f"{file.relative_to(ROOT)}:{error.lines + 1}"
            pytest.fail(f"{where}: {error._why}; correct the Turtle there", pytrace=False)
    return graph


@pytest.fixture(scope="session")
def dataset() -> kg.Graph:
    """The bundled dataset, with its derived statements."""
    return kg.load(resources.bundled_dataset())


@pytest.fixture(scope="session")
def shown(dataset: kg.Graph) -> kg.Graph:
    """The bundled dataset as it leaves: unreviewed statements stamped."""
    from kg.review import select

    return select(dataset, include_unreviewed=True)[0]


@pytest.fixture(scope="session")
def exported(shown: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the file or folder of the dataset in a format, written when first asked for.

    What one worker of pytest-xdist wrote serves the others.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "exported"
    folder.mkdir(exist_ok=True)

    def path(name: str) -> Path:
        out = folder / name
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not out.exists():
                kg.export_file(shown, name, out, include_unreviewed=True)
        return out

    return path


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small graph file that says all that kg derives from it, outside of every project."""
    path = tmp_path_factory.mktemp("small") / "graph.nq"
    project = kg.load(EXAMPLES / "infant-sleep")
    # A FHIR document needs a date.
    date = f'<{project.base}> <{MODIFIED}> "2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date> .'
    path.write_bytes(kg.export(project, "nquads") + f"{date}\n".encode())
    path.write_bytes(kg.export(kg.load(path), "nquads", include_unreviewed=True))
    return path


@pytest.fixture(scope="session")
def small(small_file: Path) -> kg.Graph:
    """The graph of the small file."""
    return kg.load(small_file)


@pytest.fixture(scope="session")
def report(dataset: kg.Graph) -> kg.Report:
    return kg.validate(dataset)


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that installs a package of npm, such as ``jsonld@8``.

    It gives the folder from which Node finds the package, or skips the test.
    """

    def install(package: str) -> Path:
        if shutil.which("npm") is None:
            pytest.skip("no Node here")
        folder = tmp_path_factory.mktemp("npm")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=240)
        if done.returncode:
            pytest.skip(f"the npm package {package} cannot be installed here")
        return folder

    return install


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Write a project of one record file and return its folder."""

    def write(records: str, settings: str = "", name: str = "data.yaml") -> Path:
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "kg.toml").write_text(
            f'[project]\nbase = "https://example.org/t/"\n{settings}\n', encoding="utf-8"
        )
        (tmp_path / "data" / name).write_text(records, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with a file of tests/golden, or write it with --update-golden."""

    def compare(name: str, data: bytes) -> None:
        file = HERE / "golden" / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        assert file.exists(), f"{name} is missing: run pytest --update-golden and read the result"
        assert data.decode() == file.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the dataset, written."""
    from site_help import site

    from kg.outputs import write_folder

    path = tmp_path_factory.mktemp("site")
    write_folder(path, site())
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium, for tests that are skipped where there is none."""
    from browser_help import CHROMIUM, FLAGS, sync_api

    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any, folder: Path) -> Iterator[Callable[..., Any]]:
    """Open a page of the site; at the end nothing must have gone wrong on any of them."""
    from browser_help import Watch

    contexts, watches = [], []

    def open_(name: str, root: Path = folder, **options: Any) -> Any:
        options = {"viewport": {"width": 1400, "height": 900}, **options}
        context = browser.new_context(accept_downloads=True, **options)
        page = context.new_page()
        contexts.append(context)
        watches.append(Watch(page))
        path, _, place = name.partition("#")
        page.goto((root / path).as_uri() + (f"#{place}" if place else ""))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.found] == []


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the tests cache out of the home of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
