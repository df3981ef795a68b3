"""Settings of Ministage: one file, two ways to run.

Embedded (the default, `make run`): SQLite, a broker without a server, a built-in mailbox, files under var/.
Full: DATABASE_URL, REDIS_URL, EMAIL_URL and MEDIA_* point at servers. Only settings differ, never code.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from platform_site import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = env.folder("MINISTAGE_VAR", BASE_DIR / "var")

# --- Which world this is -------------------------------------------------------------------------------------------
DEMO = env.flag("MINISTAGE_DEMO", True)  # demo world, persona picking, open mailbox, no second factor for staff
DEBUG = env.flag("DEBUG", False)
STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", not DEMO)
MAILBOX_OPEN = env.flag("MAILBOX_OPEN", DEMO)
BUILT_IN_MAILBOX = not os.environ.get("EMAIL_HOST")


def _demo_secret(name: str) -> str:
    """A random secret of this installation, made once and kept in var/ (0600)."""
    path = VAR / name
    try:
        if not path.exists():
            VAR.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Can't keep files in {VAR} ({(error.strerror or str(error)).lower()}). "
            "Make it writable, or name another folder in MINISTAGE_VAR."
        ) from None


def _long_enough(name: str, value: str) -> str:
    if len(value) < 32:
        raise ImproperlyConfigured(f"{name} is too short: use at least 32 random characters.")
    return value


def _secret(name: str) -> str:
    if value := os.environ.get(name):
        return _long_enough(name, value)
    if DEMO:
        return _demo_secret(name.lower().replace("_", "-"))
    raise ImproperlyConfigured(
        f"Set {name} to at least 32 random characters, e.g. by "
        'python3 -c "import secrets; print(secrets.token_urlsafe(48))".'
    )


SECRET_KEY = _secret("SECRET_KEY")
DIGEST_KEY = _secret("DIGEST_KEY")
DATA_KEYS = [_long_enough("DATA_KEYS", key) for key in env.words("DATA_KEYS")] or [_secret("DATA_KEY")]
RULEBOOK = env.folder("RULEBOOK", BASE_DIR / "platform_site" / "rulebooks" / "seed.toml")

# --- Where it answers ----------------------------------------------------------------------------------------------
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")  # what QR codes and mails point at
RELAY_HOSTS = ["api.weixin.qq.com", "servicewechat.com", "api.mch.weixin.qq.com", "mp.weixin.qq.com"]  # docs/adr/0007
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS", "*" if DEMO else urlsplit(BASE_URL).hostname or ""), *RELAY_HOSTS]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS = BASE_URL.startswith("https://")
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)  # a proxy of ours ends TLS and sets X-Forwarded-Proto and -For itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # asked from inside, without TLS
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # the CSRF middleware is ours: Django's, with a cookie for each realm
    "security.W005",  # HSTS for subdomains and
    "security.W021",  # preload: the operator's choice
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "captcha",
    "csp",
    "django_ace",
    "django_htmx",
    "platform_site",
    "platform_site.kernel",
    "platform_site.web",
    "platform_site.simulation",
    "accounts",
    "entities",
    "verification",
    "developers",
    "releases",
    "payments",
    "openplatform",
]

MIDDLEWARE = [
    "platform_site.web.relayed.RelayMiddleware",  # first: it says whose request it is
    "platform_site.web.middleware.WorldMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "openplatform.api.short_way.ShortWayMiddleware",  # calls of the server API need nothing of what follows
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "platform_site.web.middleware.RealmSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "platform_site.web.middleware.RealmCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "platform_site.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "platform_site.urls"
WSGI_APPLICATION = "platform_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "platform_site.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.contrib.humanize.templatetags.humanize",
                "lucide.templatetags.lucide",
                "platform_site.web.templatetags.ministage",
            ],
        },
    }
]

# --- Data ----------------------------------------------------------------------------------------------------------
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR / "ministage.sqlite3",
    # design/stack.md §2a: these settings gave no lock error at 32 writers
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    },
}
DATABASES: dict[str, Any]
if url := os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
else:
    DATABASES = {"default": SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES: dict[str, Any]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
            "KEY_PREFIX": "ministage",
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR / "cache"}}

MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if bucket := os.environ.get("MEDIA_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": os.environ.get("MEDIA_ENDPOINT"),
            "access_key": env.text("MEDIA_ACCESS_KEY", hint="The S3 access key of MEDIA_BUCKET."),
            "secret_key": env.text("MEDIA_SECRET_KEY", hint="The S3 secret key of MEDIA_BUCKET."),
            "querystring_auth": True,
        },
    }
if not DEMO:
    STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
STATIC_URL = "/static/"
STATIC_ROOT = None if DEMO else env.folder("STATIC_ROOT", VAR / "static")  # the demo serves them where they lie
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 32 * 1024 * 1024  # a whole form with its files (a program's folder is the biggest)
FILE_UPLOAD_HANDLERS = [
    "platform_site.web.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

API_LOG_SECONDS = 0.5  # how long calls of the server API wait to be noted together (0: each at once)

# --- Jobs ----------------------------------------------------------------------------------------------------------
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_ALWAYS_EAGER = env.flag("CELERY_EAGER", False)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat" / "schedule")
CELERY_BEAT_SCHEDULE = {
    "deliver overdue events": {"task": "platform_site.deliver_overdue", "schedule": 10.0},
    "sweep deadlines": {"task": "platform_site.sweep_deadlines", "schedule": 60.0},
}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
REACTIONS = "platform_site.reactions.REACTIONS"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"  # the host only keeps kombu from warning that there is none
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker-control"),
        "polling_interval": 0.1,
    }

# --- People --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PROGRAM_NAMES = "entities.queries.names_of"  # how accounts learns what people call a Mini Program
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "platform_site.kernel.hashing.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.RulebookPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # activation is ours (world's clock, single use); see docs/adr/0003
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True  # a week; "remember" on our page is about the e-mail address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "reset_password": "accounts.forms.reset.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.reset.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.reset.ReauthenticateForm",
}
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "30/m/ip", "reset_password": "20/m/ip,5/m/key"}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ministage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would be read in every realm
CAPTCHA_CHALLENGE_FUNCT = "accounts.passwords.captcha_challenge"
CAPTCHA_TIMEOUT = 10
CAPTCHA_NOISE_FUNCTIONS = ("captcha.helpers.noise_dots",)
CAPTCHA_LETTER_ROTATION = (-15, 15)
CAPTCHA_FONT_SIZE = 30
CAPTCHA_IMAGE_SIZE = (120, 44)
CAPTCHA_FOREGROUND_COLOR = "#1f5d3f"
CAPTCHA_BACKGROUND_COLOR = "#f4f7f5"

# --- Mail ----------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Ministage <no-reply@ministage.test>")
if BUILT_IN_MAILBOX:
    EMAIL_BACKEND = "platform_site.simulation.mailbox.MailboxBackend"
else:
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.number("EMAIL_PORT", 587)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
    EMAIL_TIMEOUT = 10

# --- Words and times -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai")  # the platform's zone; the database holds UTC

# --- What pages may load: nothing of others, no inline script or style ----------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
