"""A bundle shows whether all of it is as it was issued, the PDF inside too."""

from __future__ import annotations

import io
import random
import shutil
import tracemalloc
from dataclasses import replace
from zipfile import ZIP_DEFLATED

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbstrack.record.keys import public_keys, rotate_key
from kbstrack.sealing.checking_bundle import check_bundle
from kbstrack.sealing.checking_pdf import check_pdf
from kbstrack.sealing.findings import Mark, NotChecked
from tests.sealing.bundles import ROOT, manifest_of, zipped
from tests.sealing.certificates import AT

pytestmark = pytest.mark.slow

SEED = 20261130


@pytest.fixture(scope="module")
def said(issue):
    """What the manifest in the issue's PDF says."""
    return check_pdf(io.BytesIO(issue.signed), None).signed.manifest


@pytest.fixture(scope="module")
def files(issue):
    """What lies in the bundle, by its path."""
    return {
        "README.txt": b"How to check this.\n" * 30,
        "portfolio.pdf": issue.signed,
        "E1-Searching/Übergabe.docx": bytes(range(256)) * 30,
        "E2-Calls/portfolio.pdf": b"%PDF-1.4 somebody's own",
    }


@pytest.fixture(scope="module")
def whole(issue, said, files):
    """The bundle."""
    return bundle(issue, said, files)


def bundle(issue, said, files, *, root=ROOT, listed=None, method=0, more=(), **manifest):
    """A bundle with these files; `listed` are those that its manifest names."""
    first, *rest = files.items()
    ours = ("manifest.json", manifest_of(issue.home, said, listed or files, **manifest))
    entries = [(f"{root}{name}", content) for name, content in (first, ours, *rest)]
    return zipped([*entries, *more], method=method)


def check(content, keys=None):
    return check_bundle(io.BytesIO(content), keys)


def problems(content, keys=None):
    return [
        f"{each.about}: {each.sentence}" for each in check(content, keys) if each.mark is Mark.WRONG
    ]


def test_a_bundle_says_line_by_line_what_was_checked(issue, whole):
    known = public_keys(issue.home)
    lines = [f"{each.mark.sign} {each.sentence}" for each in check(whole, known)]

    assert lines[:7] == [
        f"✓ The manifest of the bundle is signed with the key {known.keys[-1].key_id}.",
        "✓ The key is in the list that you saved.",
        "✓ There is nothing in the ZIP but its files.",
        "✓ “README.txt” is the file that the manifest names.",
        "✓ “portfolio.pdf” is the file that the manifest names.",
        "✓ “E1-Searching/Übergabe.docx” is the file that the manifest names.",
        "✓ “E2-Calls/portfolio.pdf” is the file that the manifest names.",
    ]
    assert any(
        line.startswith("✓ portfolio.pdf: Record and ledger tell the same: 3 versions")
        for line in lines
    )
    assert lines[-1] == "✓ The bundle is of the same issue as portfolio.pdf."
    assert problems(whole, known) == []


def test_files_may_lie_at_the_top_of_it(issue, said, files):
    assert problems(bundle(issue, said, files, root="")) == []


def test_of_a_bundle_that_was_packed_anew_each_file_is_checked_all_the_same(issue, said, files):
    content = bundle(issue, said, files, method=ZIP_DEFLATED, more=[(f"{ROOT}form.pdf", b"%PDF")])

    assert problems(content) == [
        "zip: The ZIP was packed by another program than kbstrack.",
        f"file: “{ROOT}form.pdf” is in it, but not named by the manifest.",
    ]


def test_a_file_that_unpacks_to_more_than_is_listed_is_left(issue, said, files):
    bomb = {**files, "README.txt": bytes(80_000_000)}

    found = problems(bundle(issue, said, bomb, listed=files, method=ZIP_DEFLATED))

    assert "file: “README.txt” is not the file that the manifest names." in found


def test_of_three_parts_each_is_checked_by_itself(issue, said, files):
    second = {"README.txt": files["README.txt"], "E2-Calls/portfolio.pdf": b"somebody's own"}
    content = bundle(issue, said, second, part=2, parts=3)

    assert problems(content) == []
    assert (
        "It is part 2 of 3 of issue 2, with the code 7K2M-9QWX-4TRB: check the others, too, "
        "each by itself."
    ) in (each.sentence for each in check(content))


def test_a_file_that_is_missing_exchanged_or_added_shows(issue, said, files):
    fewer = {name: files[name] for name in list(files)[:-1]}
    other = {**files, "README.txt": b"Trust me."}
    twice = [(f"{ROOT}README.txt", b"How to check this.\n" * 30)]

    assert problems(bundle(issue, said, fewer, listed=files)) == [
        "file: “E2-Calls/portfolio.pdf” is missing: the manifest names it."
    ]
    assert problems(bundle(issue, said, other, listed=files)) == [
        "file: “README.txt” is not the file that the manifest names."
    ]
    assert (
        "not named by the manifest"
        in problems(bundle(issue, said, files, more=[(f"{ROOT}x/y.exe", b"MZ")]))[0]
    )
    with pytest.warns(UserWarning, match="Duplicate name"):
        doubled = bundle(issue, said, files, more=twice)
    assert "Two files in the ZIP have the same name" in problems(doubled)[0]


def test_a_pdf_of_another_issue_or_none_shows(issue, said, files):
    another = replace(said.issue, number=3)
    without = {name: content for name, content in files.items() if "portfolio" not in name}
    spoilt = {**files, "portfolio.pdf": issue.signed.replace(b"/Sig", b"/Gis", 1)}

    assert problems(bundle(issue, said, files, issue_name=another)) == [
        "issue: The bundle and portfolio.pdf are not of one issue."
    ]
    assert problems(bundle(issue, said, without)) == [
        "pdf: The portfolio, portfolio.pdf, is missing."
    ]
    assert problems(bundle(issue, said, spoilt))


def test_a_true_pdf_between_files_that_somebody_else_signed_shows(issue, said, files, tmp_path):
    forged = {**files, "E1-Searching/Übergabe.docx": b"Nobody handed this in."}
    content = bundle(replace(issue, home=tmp_path), said, forged)

    assert problems(content) == [
        "key: The bundle is signed with another key than portfolio.pdf. Only the list of keys that "
        "you saved tells whether both are of one instance: give it with --keys."
    ]
    assert problems(content, public_keys(issue.home)) == [
        "key: The key is none of those in the list that you saved."
    ]


def test_a_bundle_that_was_made_after_the_key_was_changed_passes_with_the_saved_list(
    issue, said, files, tmp_path
):
    home = tmp_path / "later"
    shutil.copytree(issue.home, home)
    known = rotate_key(home, AT)
    content = bundle(replace(issue, home=home), said, files)

    assert problems(content, known) == []


def test_what_is_no_bundle_is_not_checked(issue, said, files):
    for content in (
        b"PK\x03\x04 and so on",
        zipped([]),
        zipped([("a/manifest.json", b"{}"), ("b/manifest.json", b"{}")]),
        zipped([("a/manifest.json", b"{}")]),
    ):
        with pytest.raises(NotChecked):
            check(content)


def is_noticed(content):
    try:
        return bool(problems(content))
    except NotChecked:
        return True


def test_a_flipped_bit_anywhere_is_noticed(whole):
    sample = random.Random(SEED)
    listing = whole.index(b"PK\x01\x02")
    pdf = whole.index(b"%PDF")
    # Everything but the large file, of which the hash is compared.
    places = [*range(pdf), *range(whole.rindex(b"%%EOF"), len(whole))]
    places = [*sample.sample(places, 300), *range(listing, len(whole))]

    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << sample.randrange(8)
        assert is_noticed(bytes(changed)), place


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 10**6), st.integers(0, 400))
def test_whatever_is_put_anywhere_into_it_is_noticed(whole, written, place, left_out):
    at = place % len(whole)
    content = whole[:at] + written + whole[at + left_out :]

    assert content == whole or is_noticed(content)


def test_a_large_file_takes_little_memory(issue, said, files, tmp_path):
    content = bundle(issue, said, {**files, "E1-Film/film.mp4": bytes(60_000_000)})
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)

    tracemalloc.start()
    with path.open("rb") as file:
        found = check_bundle(file, None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert all(each.mark is not Mark.WRONG for each in found)
    assert peak < 20_000_000
