"""The child process that opens an uploaded file: limits itself first, then looks, then answers.

Run by `inspect.py` as `python -m kbstrack.storage.child`, with a request as JSON on the standard
input and the answer as JSON on the standard output. It is given no secrets and trusts no file.
"""

import contextlib
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from kbstrack.errors import RuleBroken
from kbstrack.storage.kinds import (
    EMPTY,
    FAMILIES,
    OLE,
    PDF,
    REFUSED,
    UNSAFE,
    ZIP,
    FileFamily,
    Inspected,
    Limits,
    refuse,
)
from kbstrack.storage.signatures import HEAD_BYTES, by_content

MOST_COPY_BYTES = 64 * 1024 * 1024


def main() -> None:
    """Answer one request. Everything that goes wrong becomes a refusal, or ends the process."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    path = Path(request["path"])
    _limit_process(limits, path)
    answer: dict[str, object]
    try:
        found = look(path, request["name"], Path(request["copy"]), limits)
        answer = asdict(found) | {"copy": found.copy is not None}
    except RuleBroken as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": UNSAFE}
    sys.stdout.write(json.dumps(answer))


def look(path: Path, name: str, copy: Path, limits: Limits) -> Inspected:
    """What this file is, by its content. Raises RuleBroken with a sentence for the person."""
    head = _head(path)
    if not head:
        raise RuleBroken(EMPTY)
    kind = by_content(head)
    if kind in REFUSED:
        raise refuse(kind)
    # Each reader is imported only when it is needed: that halves the time a child takes.
    if kind is None:
        from kbstrack.storage.texts import inspect_text

        return inspect_text(path, name, head, copy)
    if kind == PDF:
        from kbstrack.storage.pdfs import inspect_pdf

        return inspect_pdf(path, copy, limits)
    if kind in {ZIP, OLE}:
        from kbstrack.storage.documents import inspect_ole, inspect_zip

        return inspect_zip(path, limits) if kind == ZIP else inspect_ole(path, name)
    if FAMILIES[kind] is FileFamily.IMAGE:
        from kbstrack.storage.pictures import inspect_picture

        return inspect_picture(path, kind, copy, limits)
    return Inspected(kind, FAMILIES[kind])


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _limit_process(limits: Limits, path: Path) -> None:
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: MOST_COPY_BYTES + 2 * path.stat().st_size,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }
    # No further process; the decoder of HEIC alone insists on a thread, which would count as one.
    if by_content(_head(path)) != "image/heic":
        wanted[resource.RLIMIT_NPROC] = 0
    for kind, most in wanted.items():
        # macOS does not know every limit; the others and the time on the clock still hold.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
