"""Settings of the tests: the embedded ones in memory, or DATABASE_URL / REDIS_URL where they are set."""

import os
import tempfile

os.environ.setdefault("MINISTAGE_VAR", tempfile.mkdtemp(prefix="ministage-test-"))

from platform_site.settings import *  # noqa: F403, E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed: the real one is tested by name
CELERY_TASK_ALWAYS_EAGER = True
BASE_URL = "http://testserver"
