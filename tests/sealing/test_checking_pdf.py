"""A PDF alone shows whether it is as it was issued, and by whose key."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.record import keys
from kbstrack.sealing.certificate import own_certificate, read_pkcs12
from kbstrack.sealing.checking_pdf import check_pdf
from kbstrack.sealing.findings import Mark, NotChecked
from kbstrack.sealing.signing import sign_pdf
from tests.pdf.samples import make_portfolio, read_picture
from tests.sealing.certificates import AT, Issuer, make_chain, served, stamping
from tests.sealing.issues import Made, draw_issue, make_issue_of, small_portfolio

pytestmark = pytest.mark.slow


def check(content, known=None):
    """The findings about these bytes."""
    return check_pdf(io.BytesIO(content), known).findings


def problems(content, known=None):
    """What is wrong with these bytes, by what it is about."""
    return {each.about: each.sentence for each in check(content, known) if each.mark is Mark.WRONG}


def signed_by(signer, made, *, at=AT, **parts):
    """An issue of this, signed by the instance."""
    drawn = draw_issue(made, signer.home, parts=parts.get("parts"))
    return sign_pdf(drawn, own_certificate(signer.home, AT), signer.seal, at=at)


def test_an_issue_says_line_by_line_what_was_checked(issue):
    known = keys.public_keys(issue.home)
    said = "\n".join(f"{each.mark.sign} {each.sentence}" for each in check(issue.signed, known))

    assert said == "\n".join(
        (
            "✓ Nothing was changed since it was signed: the signature covers the whole file.",
            f"– It is signed as “kbstrack instance {known.instance}”, with a certificate that the "
            f"instance made for itself (SHA-256 {_short(issue)}): nobody else vouches for that "
            "name.",
            "– The instance says: signed on 30 November 2026 at 9:00am. There is no time stamp of "
            "others.",
            f"✓ The manifest is signed with the key {known.keys[-1].key_id}.",
            "– It is issue 2 (interim) of the enrolment 00000000-0000-0000-0000-000000000007, "
            "frozen on 30 November 2026 at 9:00am, by “Larkmoor Training”; its code is "
            "7K2M-9QWX-4TRB.",
            "✓ The document is sealed with the same key: its pages belong to it.",
            "✓ The key is in the list that you saved, and signed in its time.",
            "✓ “E1 manifest.json” (13 bytes) is the file that the manifest names.",
            "✓ “ledger.json” (4 KB) is the file that the manifest names.",
            "✓ “record.json” (15 KB) is the file that the manifest names.",
            "✓ The ledger's chain holds: 8 entries (1 of them shows only hashes), the last one is "
            f"{_head(issue)}.",
            "✓ record.json is the portfolio that the manifest names: of Amara Nwosu-Bell, "
            "ULN 9000000016, on ST0321 version 1.0.",
            "✓ Record and ledger tell the same: 3 versions, 2 decisions, 1 sign-off.",
        )
    )


def _short(issue):
    print_ = own_certificate(issue.home, AT).fingerprint
    return " ".join(print_[place : place + 4] for place in range(0, 16, 4))


def _head(issue):
    head = make_issue_of(small_portfolio()).portfolio.ledger_hash
    return " ".join(head[place : place + 4] for place in range(0, 16, 4))


def test_without_saved_keys_it_says_what_was_not_checked(issue):
    [said] = [each for each in check(issue.signed) if each.about == "key"]

    assert said.mark is Mark.NOTE
    assert "give it with --keys" in said.sentence


def test_keys_of_another_instance_or_of_another_time_show(issue, tmp_path):
    other = keys.ensure_key(tmp_path, AT)
    known = keys.public_keys(issue.home)
    ended = (AT - timedelta(days=1)).isoformat(timespec="microseconds")
    former = keys.KeySet(known.instance, (replace(known.keys[-1], until=ended),))
    elsewhere = keys.KeySet(other.instance, known.keys)

    assert "none of those" in problems(issue.signed, other)["key"]
    assert "did not sign on 30 November" in problems(issue.signed, former)["key"]
    assert "another instance" in problems(issue.signed, elsewhere)["key"]


def test_a_bought_certificate_is_named_with_its_issuer_and_not_judged(issue, tmp_path):
    bought = read_pkcs12(make_chain().p12(tmp_path / "it.p12"), "open it")
    found = check(sign_pdf(issue.unsigned, bought, issue.seal, at=AT))

    [said] = [each for each in found if each.about == "certificate"]
    assert said.mark is Mark.NOTE
    assert "as “Larkmoor Training”, with a certificate issued by “Example Root”" in said.sentence


def test_a_certificate_that_had_ended_shows(issue, tmp_path):
    owner = Issuer("Larkmoor Training", until=AT - timedelta(days=1))
    bought = read_pkcs12(owner.p12(tmp_path / "it.p12"), "open it")

    found = problems(sign_pdf(issue.unsigned, bought, issue.seal, at=AT))

    assert "was not valid when it signed" in found["certificate"]


def test_a_time_stamp_says_before_when_it_was_signed(issue):
    own = own_certificate(issue.home, AT)
    with served(stamping()) as url:
        found = check(sign_pdf(issue.unsigned, own, issue.seal, at=AT, timestamp_url=url))

    [said] = [each for each in found if each.about == "time"]
    assert said.mark is Mark.WELL
    assert said.sentence.startswith("It was signed before 30 November 2026 at 9:00am")
    assert "Example Time Stamping" in said.sentence


def test_pages_that_somebody_else_signed_do_not_pass_as_the_instances(issue, tmp_path):
    """Its manifest and files are taken over, the pages are others, and so is the certificate."""
    made = make_issue_of(small_portfolio())
    with pikepdf.open(io.BytesIO(issue.signed)) as pdf:
        spec = pdf.Root.Names.EmbeddedFiles.Names
        taken = {str(spec[at]): spec[at + 1].EF.F.read_raw_bytes() for at in range(0, len(spec), 2)}
    forged = replace(made.portfolio, apprentice="Somebody Else")
    ours = {name: taken[name] for name in ("manifest.json", "record.json", "ledger.json")}
    drawn = draw_issue(replace(made, portfolio=forged), tmp_path, parts=ours)
    content = sign_pdf(
        drawn, own_certificate(tmp_path, AT), lambda said: keys.sign(tmp_path, said), at=AT
    )

    found = problems(content, keys.public_keys(issue.home))

    assert list(found) == ["seal"]
    assert "do not belong together" in found["seal"]


@pytest.mark.parametrize("name", ["ledger.json", "record.json"])
def test_a_file_that_was_exchanged_before_signing_shows(issue, name):
    content = signed_by(issue, make_issue_of(small_portfolio()), parts={name: b"{}"})

    assert f"“{name}” is not the file" in problems(content)["file"]
    assert name.removesuffix(".json") in problems(content)


def test_a_file_that_no_manifest_names_shows(issue):
    content = signed_by(issue, make_issue_of(small_portfolio()), parts={"more.txt": b"More."})

    assert problems(content) == {"file": "“more.txt” is inside it, but not named by the manifest."}


def test_a_record_that_tells_more_or_less_than_its_ledger_shows(issue):
    whole = make_issue_of(small_portfolio())
    signed_off = len(whole.entries)
    with_head = whole.entries[signed_off - 2]
    portfolio = replace(
        whole.portfolio, ledger_sequence=with_head.sequence, ledger_hash=with_head.hash
    )
    content = signed_by(issue, Made(portfolio, whole.entries[: signed_off - 1]))

    assert (
        "has a sign-off that is not in the ledger so: S1, Assessor"
        in (problems(content)["agreement"])
    )

    fewer = replace(whole.portfolio, pieces=whole.portfolio.pieces[:1])
    content = signed_by(issue, replace(whole, portfolio=fewer))
    assert "The ledger has a version that is not in record.json" in problems(content)["agreement"]


def test_a_ledger_that_was_cut_shows(issue):
    whole = make_issue_of(small_portfolio())

    content = signed_by(issue, replace(whole, entries=whole.entries[:-1]))

    assert "not the one that the manifest names" in problems(content)["ledger"]


@pytest.mark.parametrize("more", [b"\n", b"%", b"\n% nothing\n"])
def test_bytes_behind_it_show(issue, more):
    assert "does not cover the whole file" in problems(issue.signed + more)["signature"]


def test_an_update_behind_it_shows(issue, tmp_path):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(issue.signed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)

    assert "does not cover the whole file" in problems(output.getvalue())["signature"]


def test_a_cut_file_is_not_as_issued_or_not_checked(issue):
    for length in range(1000, len(issue.signed), 9001):
        assert is_noticed(issue.signed[:length])


def test_an_issue_without_its_signature_is_not_as_issued(issue):
    assert "not signed" in problems(issue.unsigned)["signature"]


def test_a_working_copy_is_not_checked_and_says_so():
    with pytest.raises(NotChecked, match="A working copy of a portfolio has none"):
        check(as_pdf(make_portfolio(), read_picture))


def is_noticed(content):
    """Whether it is not as issued, or cannot be checked."""
    try:
        return bool(problems(content))
    except NotChecked:
        return True


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 10**6), st.integers(0, 400))
def test_whatever_is_put_anywhere_into_it_is_noticed(issue, written, place, left_out):
    at = place % len(issue.signed)
    content = issue.signed[:at] + written + issue.signed[at + left_out :]

    assert content == issue.signed or is_noticed(content)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=2000))
def test_whatever_else_it_is_ends_in_a_sentence(content):
    with pytest.raises(NotChecked):
        check(b"%PDF-1.7\n" + content)
