"""Settings, read from the environment; the README lists each with its default."""

import os
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.own_addresses import addresses_for_the_room

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"  # what this machine made: key, database, collected files; ignored by git
CONTENT = ROOT / "content"

UNDER_TEST = "pytest" in sys.modules
DEBUG = os.environ.get("DEBUG", "").lower() in ("1", "true", "on")
SECRET_KEY = os.environ.get("SECRET_KEY") or ("not-secret-tests-only" if UNDER_TEST else "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set; give it a long random value, or start with `make serve`.")
    SECRET_KEY = "not-secret-debug-only"

# `make serve LISTEN=0.0.0.0` lets the phones of a room in, at whatever addresses this machine has.
LISTEN = os.environ.get("LISTEN", "")
OWN_ADDRESSES = addresses_for_the_room(LISTEN)
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") + OWN_ADDRESSES
OWNER_TOKEN = os.environ.get("OWNER_TOKEN", "")  # opens the statistics of the questions; empty: they are off
CLASS_DAYS = int(os.environ.get("CLASS_DAYS", "30"))  # `manage.py expire_sessions` deletes older class sessions
BASE_URL = os.environ.get("BASE_URL", "").rstrip("/")
COOKIES_OVER_HTTPS_ONLY = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "config",
    "courses",
    "widgets",
    "quizzes",
    "study",
    "classroom",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.same_origin.SameOriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "builtins": ["django.templatetags.static"],
        },
    }
]
if not DEBUG:
    TEMPLATES[0]["OPTIONS"]["loaders"] = [  # type: ignore[index]
        ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
    ]
    TEMPLATES[0]["DIRS"] = [ROOT / "templates"]

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{LOCAL / 'blast-radius.sqlite3'}")}
# Pages run in a few threads that stay, each with a connection that stays: opening one costs more than a vote.
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "config.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}}

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = LOCAL / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or UNDER_TEST
            else "config.static_files.KeptStaticFiles"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG or UNDER_TEST
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # every page names the hashed file; the others would be compressed for nobody

# An account is optional: e-mail and password, no mail is ever sent. Its session is the only one, and begins with it.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "study.account.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/progress/"
SESSION_COOKIE_SECURE = COOKIES_OVER_HTTPS_ONLY
SESSION_COOKIE_AGE = 90 * 24 * 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Forms carry no token: config.same_origin refuses every unsafe request that does not come from this site.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
