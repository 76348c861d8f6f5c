"""The layers of docs/architecture.md hold; import-linter proves the order, this the borders."""

from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "streife"
LONGEST_MODULE = 320
# Handed to an auditor as one file that needs nothing else.
ONE_FILE_ON_PURPOSE = {
    "offline_verifier.py",
    "settings.py",  # rule 9: one module configures
    "words.py",  # one table of acts, keys and subjects to look things up in
}

# What a package shows to the others.
BORDER = {"actions", "queries", "rules", "events"}
# Layers without a domain: whoever stands above them may use whatever they hold.
HELPERS = {"kernel", "db", "ui"}
# Puts the packages together, so it may see into every one of them.
ASSEMBLY = {"config"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Return who imports whom, without what only a type checker reads."""
    return grimp.build_graph("streife", exclude_type_checking_imports=True, cache_dir=None)


def _package(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _imports_across(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if _package(imported) and _package(importer) != _package(imported):
                yield importer, imported


def test_packages_meet_only_in_actions_queries_rules_and_events(graph: grimp.ImportGraph) -> None:
    trespasses = [
        f"{importer} -> {imported}"
        for importer, imported in _imports_across(graph)
        if _package(importer) not in ASSEMBLY
        and _package(imported) not in HELPERS
        and (imported.split(".")[2:3] or [""])[0] not in BORDER
    ]
    assert not trespasses, "\n".join(trespasses)


def test_nobody_imports_the_assembly(graph: grimp.ImportGraph) -> None:
    assert not [pair for pair in _imports_across(graph) if _package(pair[1]) in ASSEMBLY]


def test_only_config_and_events_know_the_reactions() -> None:
    """Django signals would be reactions that stand nowhere in the table."""
    offenders = [
        str(path.relative_to(ROOT))
        for path in SOURCE.rglob("*.py")
        if "@receiver" in (text := path.read_text()) or "post_save" in text or "pre_save" in text
    ]
    assert not offenders


def test_no_module_is_longer_than_a_sitting() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        and path.name not in ONE_FILE_ON_PURPOSE
        and (lines := path.read_text().count("\n")) > LONGEST_MODULE
    }
    assert not too_long


def test_every_package_is_described_in_the_architecture_page() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert not {name for name in packages if f"`{name}`" not in page}
