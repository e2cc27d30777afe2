"""Django's WSGI handler: every page. The course is read before the first request; a fault in it ends the start."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from courses.catalogue import catalogue  # noqa: E402 - the apps have to be ready
from courses.version import version  # noqa: E402

gc.disable()  # what is read here stays: looking through it for rubbish takes a tenth of the start
try:
    catalogue()
    version()  # before a file can change under this process
except ValueError as fault:
    sys.exit(f"error: {fault}")
gc.freeze()
gc.enable()
