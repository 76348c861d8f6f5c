"""ASGI entry point, served by granian."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "streife.config.settings")  # noqa: TID251 (Django's own entry point)
application = get_asgi_application()
