"""Is the house in order? Guards the traps; leaves taste to people."""

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lessons.simulator.lenses import lenses

ROOT = Path(__file__).resolve().parents[1]
OURS = {path.parent.name for path in (ROOT / "site").glob("*/__init__.py")} | {"lessons"}
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
BANNED = {
    "lessons": {
        "datetime.now(": "pass the time in",
        "np.random.seed": "use engine.rng.stream",
        "import random": "use engine.rng.stream",
    },
    "site": {"import random": "nothing here is left to chance"},
}


def test_site_is_a_folder_of_packages():
    assert not (ROOT / "site/__init__.py").exists(), "it would hide the standard library's site module"
    ignored = (ROOT / ".gitignore").read_text().split()
    assert not {"site", "/site", "site/"} & set(ignored), "the Django code would never be committed"


def test_no_package_hides_another():
    taken = set(sys.stdlib_module_names) | set(importlib.metadata.packages_distributions())
    assert OURS.isdisjoint(taken), f"rename {OURS & taken}"


def test_every_folder_of_code_is_a_package():
    folders = {Path(name).parent for name in TRACKED if name.endswith(".py") and name.startswith(("lessons/", "site/"))}
    for folder in folders - {Path("site")}:
        assert (ROOT / folder / "__init__.py").exists(), f"{folder} would be a silent namespace package"
    assert not [name for name in TRACKED if name.startswith("tests/") and name.endswith("__init__.py")]


@pytest.mark.parametrize("folder", BANNED)
def test_no_banned_words(folder):
    for path in (ROOT / folder).rglob("*.py"):
        for word, instead in BANNED[folder].items():
            assert word not in path.read_text(), f"{path}: {word!r}; {instead}"


def test_no_file_is_called_utils():
    assert not [n for n in TRACKED if Path(n).stem in ("utils", "helpers", "common", "misc")]


def test_templates_hold_no_inline_script_style_or_htmx_trap():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|js:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), path


def test_the_locks_name_no_host():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text), name
        assert "--hash=sha256:" in text


def test_vendored_files_are_the_ones_their_hashes_say():
    text = (ROOT / "static/vendor/VERSIONS.toml").read_text()
    hashes = set(re.findall(r"\b[0-9a-f]{64}\b", text))
    assert tomllib.loads(text)
    for path in (ROOT / "static/vendor").iterdir():
        if path.suffix in (".js", ".css"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() in hashes, path.name


def test_imports_point_down():
    done = subprocess.run(["lint-imports"], cwd=ROOT, capture_output=True, text=True, env=_with_path())
    assert done.returncode == 0, done.stdout


def test_every_lens_is_held_to_the_import_rules():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    found = {f"lessons.simulator.{name.replace('-', '_')}" for name in lenses()}
    independent = next(set(one["modules"]) for one in contracts if one["type"] == "independence")
    forbidden = next(set(one["forbidden_modules"]) for one in contracts if "engine" in one["name"])
    assert independent == found
    assert found <= forbidden


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
def test_the_words_about_the_project_are_there(name):
    assert len((ROOT / name).read_text()) > 200


def _with_path() -> dict[str, str]:
    import os

    folder = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
