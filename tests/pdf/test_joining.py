"""The joined document: one of everything, and every tag, link and number where it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf.pdfa
from pikepdf import Array, Dictionary, Name, Pdf

from kbstrack.pdf.joining.source import Source
from kbstrack.pdf.joining.writer import Writer
from tests.pdf.paper import Paper

PDF_A = "{http://www.aiim.org/pdfa/ns/id/}"


def elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """This element and all below it."""
    yield element
    for kid in element.K if isinstance(element.get("/K"), Array) else ():
        if isinstance(kid, Dictionary) and "/S" in kid:
            assert kid.P.objgen == element.objgen
            yield from elements(kid)


def test_every_marked_text_leads_to_the_element_that_holds_it(rich: Paper) -> None:
    root = rich.pdf.Root.StructTreeRoot
    nums = root.ParentTree.Nums
    owners = dict(zip(map(int, list(nums)[::2]), list(nums)[1::2], strict=True))

    assert len(owners) == len(nums) // 2
    for page in rich.pdf.pages:
        content = b"\n".join(part.read_bytes() for part in page.Contents)
        marked = {int(number) for number in re.findall(rb"/MCID (\d+)", content)}
        held = owners[int(page.obj.StructParents)]
        for number in marked:
            assert number in [kid for kid in held[number].K if isinstance(kid, int)]
        for link in page.obj.get("/Annots", ()):
            [kid] = [
                kid
                for kid in owners[int(link.StructParent)].K
                if isinstance(kid, Dictionary) and "/Obj" in kid and kid.Obj.objgen == link.objgen
            ]
            assert kid.Type == Name.OBJR


def test_every_cell_finds_its_headers_by_name(rich: Paper) -> None:
    root = rich.pdf.Root.StructTreeRoot
    names = root.IDTree.Names
    headers = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
    cells = [element for element in elements(root.K[0]) if element.S == Name.TD]

    assert list(headers) == sorted(headers)
    assert all(str(header.ID) == name for name, header in headers.items())
    assert any(len(cell.A.Headers) == 2 for cell in cells)
    for cell in cells:
        assert all(str(name) in headers for name in cell.A.Headers)


def test_a_paragraph_is_one_element_and_not_one_for_each_line(rich: Paper) -> None:
    found = list(elements(rich.pdf.Root.StructTreeRoot.K[0]))
    paragraphs = [element for element in found if element.S == Name.P]

    assert {"/NonStruct", "/Div"}.isdisjoint(str(element.S) for element in found)
    assert any(len(element.K) > 2 for element in paragraphs)
    assert not any(
        isinstance(kid, Dictionary) and kid.get("/S") == Name.P
        for element in paragraphs
        for kid in element.K
    )


def test_each_face_and_each_picture_is_in_it_once(rich: Paper) -> None:
    names = [name for name, _ in rich.fonts()]
    pictures = [
        item.read_raw_bytes()
        for item in rich.pdf.objects
        if item._type_name == "stream" and item.get("/Subtype") == Name.Image
    ]

    assert len(names) == len(set(names))
    assert pictures
    assert len(pictures) == len(set(pictures))


def test_head_foot_and_number_are_passed_over_by_a_screen_reader(rich: Paper) -> None:
    for number, page in enumerate(rich.pdf.pages, 1):
        laid = page.Contents[0].read_bytes()
        assert laid.count(b"/Artifact") == laid.count(b"EMC") == (1 if number == 1 else 2)
        assert b"/MCID" not in laid


def test_it_claims_to_be_archivable_and_holds_to_what_that_asks(rich: Paper) -> None:
    with Pdf.open(rich.path) as pdf, pdf.open_metadata() as metadata:
        assert metadata[f"{PDF_A}part"] == "3"
        assert metadata[f"{PDF_A}conformance"] == "A"
        assert metadata["dc:title"] == str(rich.pdf.docinfo.Title)
        assert metadata["pdf:Producer"] == str(rich.pdf.docinfo.Producer) == "kbstrack"
    [intent] = rich.pdf.Root.OutputIntents
    assert intent.S == Name.GTS_PDFA1
    assert int(intent.DestOutputProfile.N) == 3
    for item in rich.pdf.objects:
        if item._type_name in {"dictionary", "stream"}:
            assert "/Interpolate" not in item
            if item.get("/Subtype") == Name.Link:
                assert int(item.F) == 4
                assert str(item.Contents).startswith("Go to ")


def test_a_checker_of_pdf_a_finds_nothing_in_it_but_what_it_does_not_know(rich: Paper) -> None:
    with Pdf.open(rich.path) as pdf:
        found = [str(finding) for finding in pikepdf.pdfa.check(pdf, "3b").findings]

    # It knows level B only, neither PDF/UA's own property nor patterns; PDF/A-3 allows them all.
    unknown = ("pdfaid:conformance is 'A'", "pdfuaid:part", "pdfaExtension", "pdfaSchema")
    unknown += ("pdfaProperty", "/Pattern", "scn with a pattern")
    assert [text for text in found if not any(part in text for part in unknown)] == []


def test_every_page_is_labelled_with_the_number_it_prints(rich: Paper) -> None:
    for number, page in enumerate(rich.pdf.pages, 1):
        assert page.label == str(number)


def test_what_looks_like_a_reference_in_a_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "written.pdf"
    texts = ["12 0 R", "(12 0 R", "\\(1 0 R)", "a\x005 0 R", "Ω 3 0 R"]
    with pikepdf.new() as pdf, path.open("wb") as file:
        writer = Writer(file)
        pdf.Root.Said = pdf.make_indirect(Array([pikepdf.String(text) for text in texts]))
        source = Source(pdf, writer, lambda _: None)
        said = source.carry_over(pdf.Root.Said)
        page = writer.reserve()
        tree = writer.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % page)
        writer.put(
            page, b"<< /Type /Page /Parent %d 0 R /Resources << >> /MediaBox [0 0 9 9] >>" % tree
        )
        root = writer.add(b"<< /Type /Catalog /Pages %d 0 R /Said %d 0 R >>" % (tree, said))
        writer.finish(root=root, info=writer.add(b"<< >>"))

    with Pdf.open(path) as written:
        assert [str(text) for text in written.Root.Said] == texts
        assert written.check_pdf_syntax() == []
