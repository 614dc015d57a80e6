"""What one application of a run has worked out and the next need not work out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jinja2.bccache
from flask import Flask
from sqlalchemy import Dialect, Engine, event
from werkzeug.routing import Rule


class CompiledTemplates(jinja2.BytecodeCache):
    """Templates compiled once."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


class CompiledRule(Rule):
    """A route whose function that builds addresses is compiled once: it knows only the text."""

    made: ClassVar[dict[Any, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in self.made:
            self.made[key] = super()._compile_builder(append_unknown)
        made: Callable[..., tuple[str, str]] = self.made[key]
        return made


_templates = CompiledTemplates()
_dialects: dict[str, Dialect] = {}
_statements: dict[Any, Any] = {}


def share_templates(app: Flask) -> None:
    """Use what other applications compiled of the templates."""
    app.jinja_env.bytecode_cache = _templates


def share_routes() -> None:
    """Let every application from now on use what others compiled of the routes."""
    Flask.url_rule_class = CompiledRule


def hurry(engine: Engine) -> None:
    """Use what other engines compiled of the statements, and do not wait for the disk.

    Nothing here has to survive a power cut.
    """
    event.listen(engine, "connect", _do_not_wait)
    if engine.dialect.name not in _dialects:
        # Connected once, a dialect knows its database.
        engine.connect().close()
        _dialects[engine.dialect.name] = engine.dialect
    engine.dialect = _dialects[engine.dialect.name]
    engine.update_execution_options(compiled_cache=_statements)


def _do_not_wait(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")
