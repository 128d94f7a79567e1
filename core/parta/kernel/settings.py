"""Settings of an installation, read from the environment once and typed."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names it and what is expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may set.

    data          folder for the database, files and keys (`PARTA_DATA`)
    database_url  your own PostgreSQL 15 or newer; None starts an embedded one (`DATABASE_URL`)
    secret_key    signs tokens; made and kept in the data folder when not given (`PARTA_SECRET_KEY`)
    trusted_hosts host names answered, empty for any (`PARTA_TRUSTED_HOSTS`, commas)
    proxy_hops    reverse proxies in front whose X-Forwarded headers are believed (`PARTA_PROXY_HOPS`)
    threads       database connections and worker threads of one web process (`PARTA_THREADS`)
    web_processes web processes (`PARTA_WEB_PROCESSES`)
    host, port    where `parta serve` listens (`PARTA_HOST`, `PORT`)
    quick_jobs    short jobs that a worker runs at the same time (`PARTA_QUICK_JOBS`)
    long_jobs     long jobs that it runs at the same time (`PARTA_LONG_JOBS`)
    secure_cookies cookies only over HTTPS (`PARTA_SECURE_COOKIES`)
    idle_minutes  a session ends after this time without a request (`PARTA_IDLE_MINUTES`)
    trace_hooks   log every hook call (`PARTA_TRACE_HOOKS`)
    """

    data: Path
    database_url: str | None
    secret_key: str
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    threads: int = 4
    web_processes: int = 2
    host: str = "127.0.0.1"
    port: int = 8000
    quick_jobs: int = 2
    long_jobs: int = 1
    secure_cookies: bool = False
    idle_minutes: int = 60
    trace_hooks: bool = False


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process's own by default).

    Raises SettingsError naming the variable at fault.
    """
    env = os.environ if environ is None else environ
    data = Path(env.get("PARTA_DATA") or "data").expanduser().resolve()
    return Settings(
        data=data,
        database_url=env.get("DATABASE_URL") or None,
        secret_key=env.get("PARTA_SECRET_KEY") or _kept_secret(data),
        trusted_hosts=tuple(h.strip() for h in env.get("PARTA_TRUSTED_HOSTS", "").split(",") if h.strip()),
        proxy_hops=_number(env, "PARTA_PROXY_HOPS", 0, 0, 5),
        threads=_number(env, "PARTA_THREADS", 4, 1, 16),
        web_processes=_number(env, "PARTA_WEB_PROCESSES", 2, 1, 32),
        host=env.get("PARTA_HOST") or "127.0.0.1",
        port=_number(env, "PORT", 8000, 1, 65535),
        quick_jobs=_number(env, "PARTA_QUICK_JOBS", 2, 1, 8),
        long_jobs=_number(env, "PARTA_LONG_JOBS", 1, 1, 4),
        secure_cookies=_flag(env, "PARTA_SECURE_COOKIES"),
        idle_minutes=_number(env, "PARTA_IDLE_MINUTES", 60, 1, 24 * 60),
        trace_hooks=_flag(env, "PARTA_TRACE_HOOKS"),
    )


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}; expected a whole number from {least} to {most}")
    return int(text)


def _flag(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").strip().lower()
    if text in {"", "0", "no", "false", "off"}:
        return False
    if text in {"1", "yes", "true", "on"}:
        return True
    raise SettingsError(f"{name} is {text!r}; expected yes or no")


def _kept_secret(data: Path) -> str:
    """The installation's signing key, made at first need in a file only its owner can read."""
    path = data / "secret_key"
    data.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        make_secret(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def make_secret(path: Path, content: str) -> None:
    """Keep a secret in a file that only its owner can read, unless there is one; it appears whole or not."""
    if path.exists():
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
