"""Everything a database holds, and backups taken apart and put together again by hand."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, select

from kbstrack.backup import manifest as manifests
from kbstrack.backup.archive import MANIFEST, SEAL, Writer
from kbstrack.backup.manifest import Manifest
from kbstrack.db import Base, engine_options


def all_rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in one order."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(select(table)).mappings()), key=str
            )
            for table in Base.metadata.sorted_tables
        }


def rows_at(url: str) -> dict[str, list[dict[str, Any]]]:
    """`all_rows` of the database at this address."""
    engine = create_engine(url, **engine_options(url))
    try:
        return all_rows(engine)
    finally:
        engine.dispose()


def parts_of(backup: Path) -> dict[str, bytes]:
    """What a backup holds, by name and in order, without its manifest: any tar can read it."""
    with tarfile.open(backup) as tar:
        return {
            member.name: tar.extractfile(member).read()  # type: ignore[union-attr]
            for member in tar
            if member.name not in {MANIFEST, SEAL}
        }


def manifest_of(backup: Path) -> Manifest:
    """The manifest of a whole backup."""
    with tarfile.open(backup) as tar:
        content = tar.extractfile(MANIFEST)
        assert content is not None
        return manifests.read(content.read())


def put_together(
    target: Path,
    parts: Mapping[str, bytes],
    manifest: Manifest | bytes | None = None,
    **changes: Any,
) -> Path:
    """Write a backup of these parts, with a manifest that tells of them unless one is given."""
    stream = io.BytesIO()
    writer = Writer(stream)
    members = [writer.add(name, io.BytesIO(it), len(it)) for name, it in parts.items()]
    if isinstance(manifest, Manifest):
        manifest = replace(manifest, **({"members": tuple(members)} | changes)).as_bytes()
    assert manifest is not None
    writer.finish(manifest)
    target.write_bytes(stream.getvalue())
    return target


def changed(backup: Path, change: Callable[[bytearray], object]) -> Path:
    """A copy of the backup after `change` was made to its bytes."""
    content = bytearray(backup.read_bytes())
    change(content)
    copy = backup.with_name("changed.backup")
    copy.write_bytes(content)
    return copy
