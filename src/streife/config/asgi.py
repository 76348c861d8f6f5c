"""ASGI entry point, served by granian."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")  # noqa: TID251 (Django's own entry point)
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 (after the settings are named)

from streife.config.serving import Application  # noqa: E402 (after settings)
from streife.config.warming import after_first_answer  # noqa: E402 (after settings)

application = Application(threads=settings.PAGE_THREADS, after_first=after_first_answer())
