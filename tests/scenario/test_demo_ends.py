"""The demo ends as a whole: nothing it started goes on when somebody presses Ctrl-C."""

import socket
import subprocess
import sys
from pathlib import Path

from pytest_django import Settings

from streife.config.demo import server

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import os, signal, subprocess, sys
sys.path.insert(0, {src!r})
os.environ["DJANGO_SETTINGS_MODULE"] = "streife.config.settings"
os.environ["STREIFE_VAR"] = {var!r}
import django
django.setup()
started = []

class Impatient(subprocess.Popen):
    def __init__(self, command, **options):
        super().__init__(command, **options)
        started.append(self)
        if "db_worker" in command:  # somebody presses Ctrl-C before anybody knows of this child
            os.kill(os.getpid(), signal.SIGINT)

subprocess.Popen = Impatient
from streife.config.demo import server
code = server.run(port={port}, workers=1, ready=lambda: print("ready"))
print(code, len(started), [child.poll() is not None for child in started])
"""


def test_a_child_that_is_just_starting_is_ended_too(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = SCRIPT.format(src=str(ROOT / "src"), var=str(tmp_path), port=port)
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert run.stdout.split("\n")[:2] == ["ready", "0 3 [True, True, True]"], run.stderr


def test_on_another_port_our_links_name_that_port(settings: Settings) -> None:
    settings.BASE_URL = "http://localhost:8000"
    assert server.address_at(8001) == "http://localhost:8001"
    assert server.address_at(8000) == "http://localhost:8000"
    settings.BASE_URL = "https://streife.example.org"
    assert server.address_at(8000) == "https://streife.example.org"
