"""One file of settings. Each is read once, typed; a wrong one stops the start with a sentence.

Documented for operators in docs/operating.md (a test holds the two together).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from isotherm import database
from isotherm.accounts import providers
from isotherm.actor import Hand


def _wrong(name: str, why: str) -> SystemExit:
    return SystemExit(f"Setting {name}: {why}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def integer(name: str, default: int, *, least: int, most: int) -> int:
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise _wrong(name, f"{raw!r} is not a whole number") from None
    if not least <= value <= most:
        raise _wrong(name, f"{value} is not between {least} and {most}")
    return value


def yes(name: str, default: bool) -> bool:
    raw = text(name, "yes" if default else "no").lower()
    if raw in {"yes", "true", "1", "on"}:
        return True
    if raw in {"no", "false", "0", "off"}:
        return False
    raise _wrong(name, f"{raw!r} is neither yes nor no")


def folder(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks, with commas."""
    found = []
    for one in filter(None, (part.strip() for part in text(name).split(","))):
        try:
            found.append(ip_network(one, strict=False))
        except ValueError:
            raise _wrong(name, f"{one!r} is no address or network such as 10.0.0.5 or 10.0.0.0/24") from None
    return found


def address(name: str) -> str:
    """An http or https address with nothing in it that belongs elsewhere; empty for none."""
    raw = text(name)
    parts = urlsplit(raw)
    if raw and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query):
        raise _wrong(name, f"{raw!r} is no address such as http://10.0.0.5:8000/v1")
    return raw.rstrip("/")


def secret(name: str, keep: Path) -> str:
    """A secret from the environment, else one made at the first start and kept in a 0600 file."""
    value = text(name)
    if value:
        if len(value) < 32:
            raise _wrong(name, "needs 32 characters or more")
        return value
    if not keep.exists():
        keep.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(keep, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(48))
    return keep.read_text().strip()


def sign_in_providers(name: str) -> tuple[providers.Provider, ...]:
    """The providers of sign-in that the file names; none without one."""
    raw = text(name)
    if not raw:
        return ()
    try:
        return providers.read(Path(raw).expanduser())
    except ValueError as wrong:
        raise _wrong(name, str(wrong)) from None


def hands(name: str) -> tuple[str, ...]:
    """Kinds of work, with commas; none without the setting."""
    named = tuple(filter(None, (one.strip() for one in text(name).split(","))))
    known = [hand.value for hand in Hand]
    if wrong := [one for one in named if one not in known]:
        raise _wrong(name, f"{wrong[0]!r} is none of {', '.join(known)}")
    return named


ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(__file__).resolve().parent

# --- where things lie -------------------------------------------------------------------------------------
DATA_FOLDER = folder("ISOTHERM_DATA", ROOT / ".isotherm")
FILES_FOLDER = folder("ISOTHERM_FILES", DATA_FOLDER / "files")
SEALS_FOLDER = folder("ISOTHERM_SEALS", DATA_FOLDER / "seals")
# A second copy of the signed heads, best on another machine's disk; empty for none.
SEALS_COPY_FOLDER = text("ISOTHERM_SEALS_COPY")
COUNTRY = text("ISOTHERM_COUNTRY", "vn")
COUNTRY_FOLDER = folder("ISOTHERM_COUNTRY_FOLDER", ROOT / "countries" / COUNTRY)

DATABASES = database.settings(os.environ, DATA_FOLDER)
DATABASE_ROUTERS: list[str] = []

# The installation's number stands in the high bits of every id, so that federated servers never clash.
INSTALLATION = integer("ISOTHERM_INSTALLATION", 1, least=1, most=4000)

# --- who may call -----------------------------------------------------------------------------------------
SECRET_KEY = secret("ISOTHERM_SECRET_KEY", DATA_FOLDER / "secret-key")
DEBUG = yes("ISOTHERM_DEBUG", default=False)
ALLOWED_HOSTS = text("ISOTHERM_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
BEHIND_TLS = yes("ISOTHERM_BEHIND_TLS", default=False)
DEMO = yes("ISOTHERM_DEMO", default=False)
UPLOAD_LIMIT_MB = integer("ISOTHERM_UPLOAD_LIMIT_MB", 50, least=1, most=200)
SIGN_IN_TRIES = integer("ISOTHERM_SIGN_IN_TRIES", 10, least=3, most=100)
SIGN_IN_WINDOW_MINUTES = integer("ISOTHERM_SIGN_IN_WINDOW_MINUTES", 15, least=1, most=1440)
# How long it is kept who opened a record.
OPENINGS_DAYS = integer("ISOTHERM_OPENINGS_DAYS", 730, least=30, most=3650)
# Whose word on the caller's address is believed: the proxies before the server.
PROXIES = networks("ISOTHERM_PROXIES")
SESSION_HOURS = integer("ISOTHERM_SESSION_HOURS", 10, least=1, most=72)

# --- other ways to sign in: none unless a file names them ----------------------------------------------------
PROVIDERS = sign_in_providers("ISOTHERM_PROVIDERS")

# --- the second factor: nobody is made to have one unless hands are named ------------------------------------
SECOND_FACTOR_HANDS = hands("ISOTHERM_SECOND_FACTOR_FOR")

# --- a language model as second reader: none unless an address is set ---------------------------------------
READER_URL = address("ISOTHERM_READER_URL")
READER_MODEL = text("ISOTHERM_READER_MODEL", "default")
READER_KEY_FILE = text("ISOTHERM_READER_KEY_FILE")
READER_TIMEOUT = integer("ISOTHERM_READER_TIMEOUT", 120, least=1, most=900)
READER_TOKENS = integer("ISOTHERM_READER_TOKENS", 4000, least=256, most=64_000)
READER_OUTSIDE = yes("ISOTHERM_READER_OUTSIDE", default=False)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "csp",
    "isotherm.records",
    "isotherm.tallies",
    "isotherm.workdays",
    "isotherm.units",
    "isotherm.accounts",
    "isotherm.directives",
    "isotherm.execution",
    "isotherm.analysis",
    "isotherm.doors.web",
    "isotherm.doors.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "isotherm.doors.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "isotherm.doors.web.middleware.actor",
    "isotherm.doors.web.openings.noted",
    "isotherm.doors.web.middleware.Refusals",
]

ROOT_URLCONF = "isotherm.doors.web.urls"
WSGI_APPLICATION = "isotherm.wsgi.application"
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "sign-in"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "doors" / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "isotherm.doors.web.environment.environment",
            "autoescape": True,
        },
    },
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- words and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = text("ISOTHERM_TIME_ZONE", "Asia/Ho_Chi_Minh")

# --- files and pages --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
STATICFILES_DIRS = [PACKAGE / "doors" / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "isotherm.doors.web.environment.StaticFiles"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# What may be a secret paper is looked at in memory: nothing of it touches a disk, not even a passing one.
FILE_UPLOAD_MAX_MEMORY_SIZE = (UPLOAD_LIMIT_MB + 1) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
# Two checkouts on one host share a cookie jar (ports do not separate cookies): each names its own.
_MARK = hashlib.sha256(str(DATA_FOLDER).encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"isotherm_{_MARK}"
CSRF_COOKIE_NAME = f"isotherm_csrf_{_MARK}"
LANGUAGE_COOKIE_NAME = "isotherm_language"
if BEHIND_TLS:
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["err"], "level": "WARNING"},
    "loggers": {"isotherm": {"level": "INFO"}},
}
