"""A file written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_whole(target: Path, content: bytes, *, prefix: str) -> None:
    """Put these bytes there, as `write_chunks` does. Raises OSError."""
    write_chunks(target, (content,), prefix=prefix)


def write_chunks(target: Path, chunks: Iterable[bytes], *, prefix: str) -> None:
    """Put these bytes there; when this returns a crash of the machine keeps them.

    Until all of them are on the disk they lie beside it under a name that begins with `prefix`, and
    whatever was there before stays. Raises OSError, and whatever making the chunks raises.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=prefix, suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    parent = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
