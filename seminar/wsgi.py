"""The entry point of web servers."""

import os
import sys

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminar.settings")

application = get_wsgi_application()

from seminar.foundation.encryption import WrongKey, check_keys  # noqa: E402 (models need the line above)

try:
    check_keys()
except WrongKey as error:
    sys.exit(str(error))  # in words, before the first request
except DatabaseError:
    pass  # /readyz says so, and nothing encrypted is read meanwhile
