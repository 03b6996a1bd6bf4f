"""Settings, all from the environment; production starts only with its own keys and an explicit data directory.

``ZHUCAN_MODE``      ``production`` (default), ``demo`` (synthetic people, no second factor; pages say so), ``test``
``ZHUCAN_DATA``      the data directory: database, uploads, snapshots, keys, unless named elsewhere
``ZHUCAN_DATABASE``  ``postgresql://user@host:port/name``; without it the embedded SQLite in the data directory
``ZHUCAN_KEYS``      the key file (default ``<data>/keys.toml``); keep it on another medium than the backups
``ZHUCAN_HOSTS``     host names it answers to, separated by commas
``ZHUCAN_CIPHER``    ``AES-256-GCM`` (default) or ``SM4-GCM``
``ZHUCAN_CONTENT``   the office's own content folder, read after the shipped one
"""

from __future__ import annotations

import base64
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MODE = os.environ.get("ZHUCAN_MODE", "production")
if MODE not in ("production", "demo", "test"):
    raise ImproperlyConfigured(f"ZHUCAN_MODE 写的是“{MODE}”。请写 production、demo 或 test。")
IS_DEMO = MODE == "demo"
DEBUG = False
if os.environ.get("DEBUG") or os.environ.get("DJANGO_DEBUG"):
    raise ImproperlyConfigured("本系统没有调试模式：出错页会显示个人信息。请去掉环境变量 DEBUG 再启动。")

ZHUCAN_DATA = Path(os.environ.get("ZHUCAN_DATA", "zhucan-data")).absolute()
ZHUCAN_KEYS = Path(os.environ.get("ZHUCAN_KEYS", ZHUCAN_DATA / "keys.toml"))
ZHUCAN_CIPHER = os.environ.get("ZHUCAN_CIPHER", "AES-256-GCM")
if ZHUCAN_CIPHER not in ("AES-256-GCM", "SM4-GCM"):
    raise ImproperlyConfigured(f"ZHUCAN_CIPHER 写的是“{ZHUCAN_CIPHER}”。请写 AES-256-GCM 或 SM4-GCM。")
ZHUCAN_CONTENT = [Path(os.environ["ZHUCAN_CONTENT"])] if os.environ.get("ZHUCAN_CONTENT") else []


def _session_secret() -> str:
    """The session key from the key file. Before set-up there is none yet: a random one that signs nothing lasting."""
    from zhucan.base import keyring

    if not ZHUCAN_KEYS.exists():
        return base64.b64encode(os.urandom(32)).decode()
    return hashlib.sha256(keyring.read_key_file(ZHUCAN_KEYS).session).hexdigest()


def _database(url: str) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ZHUCAN_DATA / "zhucan.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: with NORMAL the last commits may be lost when the power fails
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000;",
            },
            "TEST": {"NAME": os.environ.get("ZHUCAN_TEST_DATABASE")},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("ZHUCAN_DATABASE 应写成 postgresql://用户@主机:端口/库名。")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _session_secret()
DATABASES = {"default": _database(os.environ.get("ZHUCAN_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = [each for each in os.environ.get("ZHUCAN_HOSTS", "127.0.0.1,localhost,testserver").split(",") if each]
ROOT_URLCONF = "zhucan.conf.urls"
WSGI_APPLICATION = "zhucan.conf.wsgi.application"
APPEND_SLASH = False

INSTALLED_APPS = [
    "zhucan.web.apps.WebConfig",  # before allauth, whose templates it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "zhucan.base.apps.BaseConfig",
    "zhucan.exchange.apps.ExchangeConfig",
    "zhucan.registry.apps.RegistryConfig",
    "zhucan.policies.apps.PoliciesConfig",
]
MIDDLEWARE = [
    "zhucan.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zhucan.web.middleware.CurrentPost",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhucan.web.context.page",
            ],
            "builtins": ["zhucan.web.templatetags.zhucan"],
            # a variable that is not there is shown in tests, so that they find it
            "string_if_invalid": "!!undefined: %s!!" if MODE == "test" else "",
        },
    }
]
FORM_RENDERER = "zhucan.web.forms.Renderer"

AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "zhucan.web.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "zhucan.web.sign_in.LoginForm", "reauthenticate": "zhucan.web.sign_in.AgainForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/?left=out"
# failed attempts are counted by axes in the database; this slows whoever tries many names from one address
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "60/m/ip"}
MFA_ADAPTER = "zhucan.web.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "zhucan.web.sign_in.CodeForm",
    "reauthenticate": "zhucan.web.sign_in.CodeAgainForm",
    "activate_totp": "zhucan.web.sign_in.ActivateForm",
    "deactivate_totp": "zhucan.web.sign_in.DeactivateForm",
    "generate_recovery_codes": "zhucan.web.sign_in.NewCodesForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "zhucan"
MFA_TOTP_TOLERANCE = 1  # clocks of office phones
MFA_REQUIRED = not IS_DEMO
OWN_PASSWORD_REQUIRED = not IS_DEMO
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
# by account, wherever from: a whole office sits behind one address with one browser
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "zhucan.web.sign_in.locked_out"
AXES_USERNAME_CALLABLE = "zhucan.web.sign_in.counted_name"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "code", "ip_address"]
AXES_DISABLE_ACCESS_LOG = True  # our own record says who signed in
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_RESET_ON_SUCCESS = True

SESSION_ENGINE = "zhucan.web.session_store"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "zhucan_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = MODE == "production" and os.environ.get("ZHUCAN_HTTP") != "1"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("ZHUCAN_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "zhucan.web.errors.csrf_failure"

SILENCED_SYSTEM_CHECKS = [
    "fields.E001",  # ``from_``: a day from which something holds; ``from`` is a word of the language
    "axes.W006",  # we count by account; see AXES_LOCKOUT_PARAMETERS
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ZHUCAN_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 0 if MODE == "test" else 3600
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None
if ZHUCAN_DATA.is_dir():
    (ZHUCAN_DATA / "incoming").mkdir(mode=0o700, exist_ok=True)
    FILE_UPLOAD_TEMP_DIR = str(ZHUCAN_DATA / "incoming")
DATA_UPLOAD_MAX_NUMBER_FILES = 60
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"scrub": {"()": "zhucan.base.logs.Scrub"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["scrub"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
