"""Checking the PDF of an issue: its signature, its manifest, every file inside, what they tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes

from kbstrack.errors import RuleBroken
from kbstrack.formats import say_count, say_size, say_time
from kbstrack.ledger.rules import Entry, short_hash
from kbstrack.record.keys import KeySet
from kbstrack.sealing import extract, manifest
from kbstrack.sealing.agreeing import Record, disagreement, read_record, told_by
from kbstrack.sealing.certificate import OWN_NAME, is_own, may_sign, name_of
from kbstrack.sealing.extract import Extract, extract_problem, read_extract
from kbstrack.sealing.findings import Finding, NoIssue, NotChecked, note, well, wrong
from kbstrack.sealing.keyed import key_finding
from kbstrack.sealing.manifest import PORTFOLIO, Listed, SignedManifest, read_manifest
from kbstrack.sealing.opened import RECORD, Embedded, Opened, opened
from kbstrack.sealing.signature import BadSignature, NotSigned, Signature, read_signature


@dataclass(frozen=True, slots=True)
class CheckedPdf:
    """What was found, and the manifest as far as there is one that can be read."""

    findings: tuple[Finding, ...]
    signed: SignedManifest | None


def check_pdf(file: BinaryIO, keys: KeySet | None) -> CheckedPdf:
    """Everything that can be checked of a PDF alone. Raises NotChecked when it is no issue."""
    signature, problem = _signature(file)
    found = _Found(keys)
    try:
        with opened(file) as pdf:
            if signature is None and not pdf.has_manifest:
                raise NoIssue(
                    "It is no issue of kbstrack: there is neither its signature nor its manifest. "
                    "A working copy of a portfolio has none."
                )
            found.add(_signature_findings(signature, problem, pdf))
            found.check_files(pdf, signature)
    except NoIssue:
        raise
    except NotChecked:
        if not isinstance(problem, BadSignature):
            raise
        return CheckedPdf(
            (wrong("signature", str(problem)), wrong("files", "What is inside cannot be read.")),
            None,
        )
    return CheckedPdf(tuple(found.findings), found.signed)


def _signature(file: BinaryIO) -> tuple[Signature | None, RuleBroken | None]:
    try:
        return read_signature(file), None
    except (NotSigned, BadSignature) as error:
        return None, error


def _signature_findings(
    signature: Signature | None, problem: RuleBroken | None, pdf: Opened
) -> Iterator[Finding]:
    if signature is None:
        yield wrong("signature", str(problem))
        return
    if not pdf.is_only_signature(signature.covers):
        yield wrong("signature", "It is not signed in the way that kbstrack signs.")
        return
    yield well(
        "signature",
        "Nothing was changed since it was signed: the signature covers the whole file.",
    )
    signed_at = pdf.signed_at()
    yield _certificate_finding(signature, signed_at)
    yield _time_finding(signature, signed_at)


def _certificate_finding(signature: Signature, signed_at: datetime | None) -> Finding:
    certificate = signature.certificate
    name, print_ = name_of(certificate), certificate.fingerprint(hashes.SHA256()).hex()
    at = signature.stamp.at if signature.stamp else signed_at
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at is None or not first <= at <= last:
        return wrong("certificate", f"The certificate of “{name}” was not valid when it signed.")
    if not may_sign(certificate):
        return wrong("certificate", f"The certificate of “{name}” is not made for signing.")
    if is_own(certificate):
        return note(
            "certificate",
            f"It is signed as “{name}”, with a certificate that the instance made for itself "
            f"(SHA-256 {short_hash(print_)}): nobody else vouches for that name.",
        )
    issuer = name_of(signature.chain[-1]) if signature.chain else None
    by = f"issued by “{issuer}”" if issuer else f"issued by “{certificate.issuer.rfc4514_string()}”"
    return note(
        "certificate",
        f"It is signed as “{name}”, with a certificate {by} (SHA-256 {short_hash(print_)}): "
        "whether to trust that issuer is not judged here; Acrobat does.",
    )


def _time_finding(signature: Signature, signed_at: datetime | None) -> Finding:
    if signature.stamp is not None:
        return well(
            "time",
            f"It was signed before {say_time(signature.stamp.at)}: that is the time stamp of "
            f"“{signature.stamp.by}”.",
        )
    said = say_time(signed_at) if signed_at else "no day"
    return note("time", f"The instance says: signed on {said}. There is no time stamp of others.")


class _Found:
    """What was found so far; the files are looked at one after the other."""

    def __init__(self, keys: KeySet | None) -> None:
        self.findings: list[Finding] = []
        self.signed: SignedManifest | None = None
        self._keys = keys

    def add(self, findings: Iterator[Finding] | list[Finding]) -> None:
        self.findings += findings

    def check_files(self, pdf: Opened, signature: Signature | None) -> None:
        files = list(pdf.files())
        contents = {file.name: file.content for file in files}
        try:
            self.signed = read_manifest(contents.get(manifest.NAME) or b"")
        except RuleBroken as error:
            self.add([wrong("manifest", str(error))])
            return
        self.add(_manifest_findings(self.signed, signature))
        signed_at = pdf.signed_at() if signature is not None else None
        self.add([key_finding(self.signed, self._keys, signed_at)])
        self.add(_file_findings(self.signed.manifest.files, files))
        self.add(told_findings(self.signed, contents.get(extract.NAME), contents.get(RECORD)))


def _manifest_findings(signed: SignedManifest, signature: Signature | None) -> Iterator[Finding]:
    issue = signed.manifest.issue
    if not signed.is_signed:
        yield wrong("manifest", "The manifest is not signed with the key that it names.")
    elif signed.manifest.holds != PORTFOLIO or signed.manifest.parts != 1:
        yield wrong("manifest", "The manifest belongs to something else than a portfolio.")
    else:
        yield well("manifest", f"The manifest is signed with the key {signed.key.key_id}.")
    yield note(
        "issue",
        f"It is issue {issue.number} ({issue.kind}) of the enrolment {issue.enrolment}, frozen on "
        f"{_said_time(issue.frozen_at)}, by “{issue.issued_by}”; its code is {issue.code}.",
    )
    if signature is None:
        return
    if not signed.key.has_signed(signature.seal, signature.sealed):
        yield wrong(
            "seal",
            "The document is not sealed with the manifest's key: they do not belong together, or "
            "something in the signature was changed.",
        )
        return
    yield well("seal", "The document is sealed with the same key: its pages belong to it.")
    own = name_of(signature.certificate)
    if is_own(signature.certificate) and own != f"{OWN_NAME}{issue.instance}":
        yield wrong("certificate", f"The manifest is of the instance {issue.instance}.")


def _said_time(text: str) -> str:
    try:
        return say_time(datetime.fromisoformat(text))
    except ValueError:
        return "a day that cannot be read"


def _file_findings(listed: tuple[Listed, ...], files: list[Embedded]) -> Iterator[Finding]:
    wanted = {file.name: file for file in listed}
    present = [file.name for file in files if file.name != manifest.NAME]
    if len(files) != len({file.name for file in files}):
        yield wrong("files", "Two of the files inside it have the same name.")
    for file in files:
        if file.name == manifest.NAME:
            continue
        name = wanted.get(file.name)
        if name is None:
            yield wrong("file", f"“{file.name}” is inside it, but not named by the manifest.")
        elif (name.sha256, name.size_bytes) != (file.sha256, file.size_bytes):
            yield wrong("file", f"“{file.name}” is not the file that the manifest names.")
        else:
            yield well(
                "file",
                f"“{file.name}” ({say_size(file.size_bytes)}) is the file that the manifest names.",
            )
    for missing in sorted(wanted.keys() - set(present)):
        yield wrong("file", f"“{missing}” is missing: the manifest names it.")


def told_findings(
    signed: SignedManifest, ledger: bytes | None, record: bytes | None
) -> Iterator[Finding]:
    """Whether the ledger's extract and the record hold, and fit the manifest and each other."""
    told = None
    try:
        told = read_extract(ledger or b"")
        yield _ledger_finding(signed, told)
    except RuleBroken as error:
        yield wrong("ledger", str(error))
    try:
        portfolio = read_record(record or b"")
    except RuleBroken as error:
        yield wrong("record", str(error))
        return
    yield _record_finding(signed, portfolio)
    if told is not None:
        yield _agreement(portfolio, told)


def _ledger_finding(signed: SignedManifest, told: Extract) -> Finding:
    problem = extract_problem(told)
    sequence, head = signed.manifest.ledger
    if problem is not None:
        return wrong("ledger", f"The ledger's chain is broken: {problem}")
    if told.head != (sequence, head) or str(told.enrolment_id) != signed.manifest.issue.enrolment:
        return wrong("ledger", "The ledger is not the one that the manifest names.")
    hidden = sum(not isinstance(entry, Entry) for entry in told.entries)
    without = f" ({say_count(hidden, 'of them shows', 'of them show')} only hashes)"
    return well(
        "ledger",
        f"The ledger's chain holds: {say_count(sequence, 'entry', 'entries')}"
        f"{without if hidden else ''}, the last one is {short_hash(head)}.",
    )


def _record_finding(signed: SignedManifest, record: Record) -> Finding:
    if record.portfolio_sha256 != signed.manifest.portfolio_sha256:
        return wrong("record", "record.json is not the portfolio that the manifest names.")
    issue = signed.manifest.issue
    if record.issue != (issue.number, issue.kind, issue.code, issue.frozen_at):
        return wrong("record", "record.json is of another issue.")
    if record.ledger != signed.manifest.ledger:
        return wrong("record", "record.json rests on another state of the ledger.")
    return well("record", f"record.json is the portfolio that the manifest names: {record.whose}.")


def _agreement(record: Record, told: Extract) -> Finding:
    try:
        ledger = told_by(told)
    except RuleBroken as error:
        return wrong("agreement", str(error))
    problem = disagreement(record.told, ledger)
    if problem is not None:
        return wrong("agreement", problem)
    return well("agreement", f"Record and ledger tell the same: {record.told.say()}.")
