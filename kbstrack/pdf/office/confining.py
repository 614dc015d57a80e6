"""Shutting LibreOffice in: what it sees of the machine, and what its empty profile forbids."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

# Programs, libraries and fonts. Instances, homes and temporary folders are none of these.
_SEEN = (
    "/usr/bin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share",
    "/usr/local/share/fonts",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
)
_COMMON = "/org.openoffice.Office.Common/Security/Scripting"
# A version that does not know one of them passes over it.
_SETTINGS = (
    (_COMMON, "MacroSecurityLevel", "3"),
    (_COMMON, "DisableMacrosExecution", "true"),
    (_COMMON, "DisablePythonRuntime", "true"),
    (_COMMON, "DisableActiveContent", "true"),
    # Pictures and texts that a document names by their address, instead of holding them.
    (_COMMON, "BlockUntrustedRefererLinks", "true"),
    # Never: these two count differently.
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
)
_OOR = "http://openoffice.org/2001/registry"


def confined(bubblewrap: Path, program: Path, folder: Path) -> list[str]:
    """The beginning of a command that leaves the program this folder to write in, programs and
    fonts to read, no network, no other process, and dies with whoever started it."""
    seen = [*_SEEN, str(_installation(program))]
    return [
        str(bubblewrap),
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        # Its parts speak to each other there.
        "--tmpfs",
        "/tmp",  # noqa: S108  (its own, empty one)
        *(part for path in seen for part in ("--ro-bind-try", path, path)),
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--bind",
        str(folder),
        str(folder),
        "--remount-ro",
        "/",
        "--chdir",
        str(folder),
        "--",
    ]


def environment(folder: Path) -> dict[str, str]:
    """Nothing of this process's environment: it may hold passwords."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def write_profile(profile: Path) -> None:
    """A new profile in which no macro runs and no document fetches anything."""
    (profile / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path="{escape(path)}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for path, name, value in _SETTINGS
    )
    (profile / "user" / "registrymodifications.xcu").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="{_OOR}">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )


def _installation(program: Path) -> Path:
    """The folder with all that the program needs: `soffice` lies in `program` of it."""
    return program.parent.parent if program.parent.name == "program" else program.parent
