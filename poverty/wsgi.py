"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from poverty.web.utf8_only import utf8_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")

application = utf8_only(get_wsgi_application())
