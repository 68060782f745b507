"""The lock can be installed by each Python that `pyproject.toml` allows, not only by the one that made it."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent


def locked(name: str) -> dict[str, set[str]]:
    """Each package of a lock, with the extras wanted from it."""
    lines = re.findall(r"^([\w.-]+)(?:\[(.*?)\])?==", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(package): set(filter(None, extras.split(","))) for package, extras in lines}


def wanted(package: str, extras: set[str], python: str) -> set[str]:
    """What this package, as installed here, requires on such a Python."""
    environment = {key: str(value) for key, value in default_environment().items()}
    environment |= {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    asked = [Requirement(line) for line in metadata.requires(package) or ()]
    return {
        canonicalize_name(one.name)
        for one in asked
        for extra in extras | {""}
        if one.marker is None or one.marker.evaluate({**environment, "extra": extra})
    }


@pytest.mark.parametrize("python", ["3.11.0", "3.11.2", "3.11.9", "3.12.3", "3.13.5"])
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-s3.txt", "requirements-dev.txt"])
def test_the_lock_holds_what_its_packages_ask_for_on_each_python(name: str, python: str) -> None:
    packages = locked(name)
    missing = {
        f"{package} asks for {asked}"
        for package, extras in packages.items()
        for asked in wanted(package, extras, python) - set(packages)
    }
    assert missing == set()
