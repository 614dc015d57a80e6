"""A signed document is one that others' readers accept, and still what screen readers need."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pdfua
import pikepdf
import pikepdf.pdfa
import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from pikepdf import Name, Pdf
from pyhanko.pdf_utils.reader import PdfFileReader

from kbstrack.errors import KbstrackError
from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.record.keys import public_keys
from kbstrack.sealing.certificate import name_of, own_certificate, read_pkcs12
from kbstrack.sealing.signature import read_signature
from kbstrack.sealing.signing import sign_pdf
from tests.pdf.samples import make_portfolio, read_picture
from tests.sealing.certificates import AT, STAMPED_AT, Issuer, make_chain, served, stamping

pytestmark = pytest.mark.slow


def stamp_of_another_time(body: bytes) -> bytes:
    answer = stamping()(body)
    assert b"20261130090003Z" in answer
    return answer.replace(b"20261130090003Z", b"20201130090003Z")


def stamp_of_something_else(body: bytes) -> bytes:
    asked = tsp.TimeStampReq.load(body)
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return stamping()(asked.dump())


def test_the_signature_is_added_at_the_end_and_covers_all(issue):
    found = read_signature(io.BytesIO(issue.signed))

    assert issue.signed.startswith(issue.unsigned)
    assert found.covers.end + found.covers.rest == len(issue.signed)
    assert found.stamp is None
    assert public_keys(issue.home).keys[-1].has_signed(found.seal, found.sealed)


def test_another_library_finds_it_intact_and_closed_to_changes(issue):
    [signature] = PdfFileReader(io.BytesIO(issue.signed)).embedded_regular_signatures

    signature.compute_integrity_info()
    status = signature.summarise_integrity_info()
    assert status["coverage"].name == "ENTIRE_FILE"
    assert status["docmdp_ok"]
    assert signature.docmdp_level.name == "NO_CHANGES"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == AT


def test_it_signs_where_an_event_loop_runs_already(issue):
    async def sign() -> bytes:
        certificate = own_certificate(issue.home, AT)
        return sign_pdf(issue.unsigned, certificate, lambda said: bytes(64), at=AT)

    # The browser's tests run such a loop in the thread of all tests.
    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(asyncio.run, sign()).result().startswith(issue.unsigned)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not there")
def test_pdfsig_finds_the_whole_document_signed(issue, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(issue.signed)

    said = subprocess.run(["pdfsig", str(path)], capture_output=True, check=False, text=True).stdout

    assert "Total document signed" in said
    assert "Signature Validation: Signature is Valid." in said
    assert "Signing Time: Nov 30 2026 09:00:00" in said


def test_a_signed_document_is_still_accessible_and_archivable(issue, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(issue.signed)

    assert not pdfua.validate(path).findings
    checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with Pdf.open(path) as pdf:
        found = [str(finding) for finding in pikepdf.pdfa.check(pdf, "3b").findings]
    # It does not know level B's neighbours, attachments, patterns and signatures.
    unknown = ("pdfaid:conformance is 'A'", "pdfuaid:part", "pdfaExtension", "pdfaSchema")
    unknown += ("pdfaProperty", "/Pattern", "scn with a pattern", "embedded files are not supp")
    unknown += ("(/AcroForm) are not supported", "(/Perms) are not supported")
    assert [text for text in found if not any(part in text for part in unknown)] == []


def test_the_field_has_no_size_and_is_read_out_as_what_it_is(issue):
    with Pdf.open(io.BytesIO(issue.signed)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        assert str(field.TU) == "Signature of the training provider"
        assert [float(number) for number in field.Rect] == [0, 0, 0, 0]
        assert int(field.F) & 4
        [form] = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == Name.Form
        ]
        assert form.K.Obj.objgen == field.objgen
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen
        assert str(pdf.docinfo.Producer) == "kbstrack"


def test_ours_are_data_and_the_originals_are_sources(issue):
    with Pdf.open(io.BytesIO(issue.signed)) as pdf:
        kinds = {str(spec.UF): str(spec.AFRelationship) for spec in pdf.Root.AF}

    assert kinds == {
        "E1 manifest.json": "/Source",
        "ledger.json": "/Data",
        "manifest.json": "/Data",
        "record.json": "/Data",
    }


@pytest.mark.parametrize("key", [None, rsa.generate_private_key(65537, 3072)])
def test_a_bought_certificate_signs_with_its_chain(issue, tmp_path, key):
    owner = Issuer("Larkmoor Training", make_chain().above, key=key)
    bought = read_pkcs12(owner.p12(tmp_path / "it.p12"), "open it")

    found = read_signature(io.BytesIO(sign_pdf(issue.unsigned, bought, issue.seal, at=AT)))

    assert name_of(found.certificate) == "Larkmoor Training"
    assert [name_of(each) for each in found.chain] == ["Example Issuing CA", "Example Root"]


def test_a_time_stamp_comes_from_the_service_and_fits(issue):
    own = own_certificate(issue.home, AT)
    with served(stamping()) as url:
        signed = sign_pdf(issue.unsigned, own, issue.seal, at=AT, timestamp_url=url)

    stamp = read_signature(io.BytesIO(signed)).stamp
    assert stamp.at == STAMPED_AT
    assert "Example Time Stamping" in stamp.by


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (lambda _: b"<html>Sorry</html>", 200, "sent something that is no time stamp"),
        (lambda _: b"", 200, "sent something that is no time stamp"),
        (lambda _: b"", 503, "gave no time stamp: it answered with 503"),
        (stamp_of_another_time, 200, "does not belong to this signature"),
        (stamp_of_something_else, 200, "does not belong to this signature"),
    ],
)
def test_without_a_time_stamp_there_is_no_document(issue, answer, status, sentence):
    own = own_certificate(issue.home, AT)
    with (
        served(answer, status=status) as url,
        pytest.raises(KbstrackError, match=sentence) as told,
    ):
        sign_pdf(issue.unsigned, own, issue.seal, at=AT, timestamp_url=url)

    assert "secret" not in str(told.value)


def test_a_service_that_nobody_answers_at_is_named(issue):
    own = own_certificate(issue.home, AT)
    with served(stamping()) as url:
        pass

    with pytest.raises(KbstrackError, match=r"at 127\.0\.0\.1 gave no time stamp: nobody"):
        sign_pdf(issue.unsigned, own, issue.seal, at=AT, timestamp_url=url)


def test_a_working_copy_has_no_field_and_is_not_signed(issue):
    plain = as_pdf(make_portfolio(), read_picture)

    with Pdf.open(io.BytesIO(plain)) as pdf:
        assert "/AcroForm" not in pdf.Root
    with pytest.raises(KbstrackError, match="could not be signed"):
        sign_pdf(plain, own_certificate(issue.home, AT), issue.seal, at=AT)
