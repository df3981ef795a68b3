"""Settings of the tests: embedded ones on a SQLite file, or DATABASE_URL / REDIS_URL where they are set."""

import os
import tempfile
from pathlib import Path

VAR_OF_THIS_RUN = Path(tempfile.mkdtemp(prefix="ministage-test-"))  # always new: a test never meets yesterday's files
os.environ["MINISTAGE_VAR"] = str(VAR_OF_THIS_RUN)
os.environ.setdefault("MINISTAGE_DEMO", "1")

from platform_site.settings import *  # noqa: F403, E402
from platform_site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed: the real one is tested by name
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = False
BASE_URL = "http://testserver"
API_LOG_SECONDS = 0
if "sqlite3" in str(DATABASES["default"]["ENGINE"]):
    # a file, not memory: threads of one test see one database through connections of their own, as in production
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_OF_THIS_RUN / "test.sqlite3")}
CACHES = {**CACHES}  # noqa: F405
if not os.environ.get("REDIS_URL"):
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}
