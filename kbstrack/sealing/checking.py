"""`kbstrack verify`: what a file is, everything found about it, and one sentence at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbstrack.record.keys import KeySet
from kbstrack.sealing.checking_bundle import check_bundle
from kbstrack.sealing.checking_pdf import check_pdf
from kbstrack.sealing.findings import Finding, Mark, NotChecked

AS_ISSUED, NOT_AS_ISSUED, NOT_CHECKED = 0, 1, 2
_OUTCOMES = {AS_ISSUED: "as issued", NOT_AS_ISSUED: "not as issued", NOT_CHECKED: "not checked"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found about a file; `status` is 0, 1 or 2, as the command ends."""

    status: int
    findings: tuple[Finding, ...]
    conclusion: str

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "status": self.status,
            "outcome": _OUTCOMES[self.status],
            "conclusion": self.conclusion,
            "checks": [
                {"mark": each.mark.value, "about": each.about, "sentence": each.sentence}
                for each in self.findings
            ],
        }


def check_file(path: Path, keys: KeySet | None = None) -> Checked:
    """Check the PDF or the bundle of an issue. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        head = file.read(4)
        try:
            if head == b"%PDF":
                found = check_pdf(file, keys).findings
            elif head[:2] == b"PK":
                found = tuple(check_bundle(file, keys))
            else:
                raise NotChecked("It is neither a PDF nor a ZIP file.")
        except NotChecked as error:
            return Checked(NOT_CHECKED, (), f"Not checked. {error}")
    return _concluded(found, keys)


def _concluded(found: tuple[Finding, ...], keys: KeySet | None) -> Checked:
    problems = sum(finding.mark is Mark.WRONG for finding in found)
    if problems:
        return Checked(
            NOT_AS_ISSUED,
            found,
            "This is not as it was issued: do not rely on it, and ask the training provider for "
            "another copy.",
        )
    whose = (
        "by the instance whose keys you saved"
        if keys
        else "by whoever has that key; to know who that is, give the saved list with --keys"
    )
    return Checked(AS_ISSUED, found, f"Everything is as it was issued {whose}.")
