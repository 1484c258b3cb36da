"""Settings of both profiles; what the environment decides comes from seminar.configuration."""

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from pythonjsonlogger.core import RESERVED_ATTRS

from seminar.configuration import NotConfigured, read_configuration

BASE_DIR = Path(__file__).resolve().parent.parent
try:
    CONFIGURATION = read_configuration(BASE_DIR)
except NotConfigured as error:
    sys.exit(f"seminar: {error}")

IS_PRODUCTION = CONFIGURATION.is_production
DATA_DIR = CONFIGURATION.data_dir
SITE_URL = CONFIGURATION.site_url
SECRET_KEY = CONFIGURATION.secret_key
LINK_KEYS: list[str | bytes] = [*CONFIGURATION.link_keys]
DATA_KEYS = CONFIGURATION.data_keys
DEBUG = False
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname or "127.0.0.1"]
if not IS_PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "seminar.apps.SeminarAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "seminar",
    "agenda",
    "registration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seminar.middleware.OddAddressMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "seminar.middleware.StaffSessionMiddleware",
    "registration.intake.middleware.VisitorMiddleware",
]

ROOT_URLCONF = "seminar.urls"
WSGI_APPLICATION = "seminar.wsgi.application"
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
                "seminar.context.page_frame",
            ]
        },
    }
]

DATABASES = {"default": CONFIGURATION.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "seminar.User"

# Language, time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
FORMAT_MODULE_PATH = ["seminar.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
# "Countries and regions": these are regions here, whatever the list of a standard calls them.
COUNTRIES_OVERRIDE = {"HK": _("Hong Kong"), "MO": _("Macao"), "TW": _("Taiwan")}
TIME_ZONE = "UTC"
DEMO_NOW = CONFIGURATION.now
DEMO_NOW_SINCE = CONFIGURATION.now_since

# Static files: built by `make setup`, served by WhiteNoise
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "build" / "assets"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Cache: rate limits alone, shared by all processes; in the database, so that sign-in does not hang on Redis (ADR 9)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# Public pages are the same for everybody and are kept in each process for this long (ADR 23)
PUBLIC_PAGES_KEPT_S = 5

# Sessions and cookies
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())  # link sessions; staff have the limits below
STAFF_SESSION_IDLE_S = int(timedelta(minutes=30).total_seconds())
STAFF_SESSION_TOTAL_S = int(timedelta(hours=12).total_seconds())
CSRF_FAILURE_VIEW = "seminar.views.show_csrf_failure"

# Security headers
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own marks are data: images
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
if IS_PRODUCTION:
    # gunicorn believes X-Forwarded-Proto from FORWARDED_ALLOW_IPS only and sets the scheme from it.
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Staff sign-in: django-allauth, e-mail and password, second factor enforced in production
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "seminar.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "seminar.forms.SignInForm", "reset_password": "seminar.forms.ForgottenPasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # sign-up is closed: nobody is invited to it
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = STAFF_SESSION_IDLE_S
ACCOUNT_RATE_LIMITS = {
    "lost_link": "20/m/ip,5/h/key",
    "open_request": "10/m/ip,60/h/ip,3/h/key",
}  # beside allauth's own for sign-in and resets
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIGURATION.trusted_proxy_count
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Seminar"
STAFF_SECOND_FACTOR_REQUIRED = IS_PRODUCTION
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"

# Forms
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# Mail
globals().update(CONFIGURATION.email)
EMAIL_TIMEOUT = CONFIGURATION.email_timeout_s  # Django's default waits for ever
DEFAULT_FROM_EMAIL = CONFIGURATION.from_email
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_LEASE_S = CONFIGURATION.mail_lease_s
MAIL_FOLDER = CONFIGURATION.email.get("EMAIL_FILE_PATH")

# Celery. The outbox in the database is the truth, so a lost task costs seconds, never a mail.
if CONFIGURATION.redis_url:
    CELERY_BROKER_URL = CONFIGURATION.redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 600,
        "socket_connect_timeout": 1,
        "socket_timeout": 1.4,  # twice this is what a nudge waits for a broker that hangs; a worker asks for 1 s
        "retry_on_timeout": False,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
else:
    BROKER_DIR = DATA_DIR / "broker"
    for _folder in ("messages", "control"):  # the transport makes neither
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"  # the name is for Celery's log alone
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.3,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "dispatch-mail": {
        "task": "registration.dispatch_mail",
        "schedule": 10.0,
        "options": {"expires": 10.0},
    },
    "queue-digests": {
        "task": "registration.queue_digests",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "sweep-files": {
        "task": "registration.sweep_files",
        "schedule": 21_600.0,
        "options": {"expires": 21_600.0},
    },
    "queue-reminders": {
        "task": "registration.queue_reminders",
        "schedule": 900.0,
        "options": {"expires": 900.0},
    },
}

# Logs: one line per event, ids instead of names
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "seminar.foundation.logs.RedactingFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "reserved_attrs": [*RESERVED_ATTRS, "request"],  # Django puts it there; its text holds the address
        },
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "json" if IS_PRODUCTION else "plain",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
