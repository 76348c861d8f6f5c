#!/usr/bin/env python3
"""Administrative commands."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")  # noqa: TID251 (Django's own entry point)
    execute_from_command_line(sys.argv)
