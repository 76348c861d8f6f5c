"""Programs of the system for independent checks: where one lacks, a test skips, never in CI."""

import os
import shutil

import pytest


def need(program: str, package: str) -> None:
    """Skip the test with a reason if a program is missing; under CI that is a failure."""
    if shutil.which(program) is None:
        missing(f"{program} is not installed (apt-get install {package})")


def missing(what: str) -> None:
    """Skip the test with a reason; under CI fail, because .ci/run installs what tests need."""
    if os.environ.get("CI") == "true":  # noqa: TID251 (a setting of the test run)
        pytest.fail(what)
    pytest.skip(what)
