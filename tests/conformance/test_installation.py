"""What an administrator relies on: variables, migrations, lock files."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))


def test_the_example_of_an_environment_lists_exactly_the_variables_that_are_read() -> None:
    settings = ast.parse((ROOT / "src/streife/config/settings.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(settings)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    example = (ROOT / ".env.example").read_text()
    listed = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)
    assert sorted(listed) == sorted(read)


@pytest.mark.django_db
def test_no_model_has_changed_without_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_python_lock_file_names_no_address_and_hashes_everything(lock: Path) -> None:
    text = "\n".join(line for line in lock.read_text().splitlines() if line.lstrip()[:1] != "#")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    pins = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert not [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]


def test_what_is_tested_is_what_is_installed() -> None:
    """`make test` installs the tools over the rest; another version there would hide the first."""
    first, second = (
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: (first[name], second.get(name)) for name in first} == {
        name: (version, version) for name, version in first.items()
    }


def test_the_npm_lock_file_names_no_address_and_hashes_everything() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {path: p for path, p in packages.items() if path and not p.get("link")}
    assert not [path for path, package in installed.items() if "resolved" in package]
    assert not [path for path, package in installed.items() if "integrity" not in package]


def test_every_dependency_is_locked() -> None:
    for source in ROOT.glob("requirements*.in"):
        lock = source.with_suffix(".txt").read_text().lower()
        names = re.findall(r"^([A-Za-z][\w.-]*)", source.read_text(), re.MULTILINE)
        missing = {n for n in names if f"{n.lower().replace('_', '-')}==" not in lock}
        assert not missing, source.name


def test_the_version_is_told_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"softwareVersion: {version}" in (ROOT / "publiccode.yml").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
    assert json.loads((ROOT / "package.json").read_text()).get("version", version) == version


def test_every_dependency_has_a_reason() -> None:
    reasons = (ROOT / "docs/adr/0019-dependencies.md").read_text().lower()
    table = "\n".join(line for line in reasons.splitlines() if line.startswith("|"))
    named = {name for row in table.splitlines() for name in re.split(r"[|,]\s*", row)[1:]}
    named = {name.split("(")[0].strip() for name in named}
    wanted = {
        name.lower().split("[")[0]
        for source in ROOT.glob("requirements*.in")
        for name in re.findall(r"^([A-Za-z][\w.-]*)", source.read_text(), re.MULTILINE)
    }
    front = json.loads((ROOT / "package.json").read_text())
    wanted |= front["dependencies"].keys() | front["devDependencies"].keys()
    assert not {name for name in wanted - named if not name.startswith("@types/")}
    headings = {"", "package", "---", "for", "instead of", "–"}
    packages = {name for row in table.splitlines() for name in row.split("|")[1].split(",")}
    packages = {name.split("(")[0].strip() for name in packages} - headings
    assert not packages - wanted, "a row without its package"


def test_every_link_between_our_pages_leads_somewhere() -> None:
    """Pictures are exempt: `make screenshots` makes them."""
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#:]+)[^):]*\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_the_npm_lock_file_holds_what_every_platform_needs() -> None:
    """Made on one machine with gaps, it would be refused by `npm ci` on every other."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    missing = {
        name
        for path, package in packages.items()
        for name in package.get("optionalDependencies", {})
        if f"node_modules/{name}" not in packages and f"{path}/node_modules/{name}" not in packages
    }
    assert not missing


# What takes 0.1 s and more to load and most processes never need: loaded where it is used.
HEAVY = [
    "boto3",
    "highspy",
    "llvmlite",
    "numba",
    "onnxruntime",
    "openpyxl",
    "ortools",
    "scipy.sparse",
    "scipy.spatial",
    "sklearn",
]


def test_no_process_loads_the_heavy_libraries_before_it_needs_them() -> None:
    script = (
        f"import os, sys; sys.path.insert(0, {str(ROOT / 'src')!r}); "
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'streife.config.settings'; "
        "from streife.config import asgi, urls; urls.urlpatterns; "
        f"print(*sorted(set({HEAVY!r}) & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
