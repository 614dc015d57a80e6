"""Generated files open, look like what they claim to be and are the same every time."""

import hashlib
import json
import os
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from PIL import Image, ImageOps

from kbstrack.demo.documents import DOCUMENTS
from kbstrack.demo.files import GENERATORS, make_file
from kbstrack.demo.office import OFFICE_FILES
from kbstrack.demo.pictures import PICTURES
from kbstrack.demo.reading import stories
from kbstrack.demo.script import DemoFile

FILES = {
    file for each in stories() for piece in each.pieces for file in piece.written.files
}  # fmt: skip
ENDINGS = {
    **dict.fromkeys(PICTURES, ".jpg"),
    **dict.fromkeys(DOCUMENTS, ".pdf"),
    "shortlist": ".docx",
    "pipeline_tracker": ".xlsx",
    "call_notes": ".txt",
}


def test_every_file_of_the_story_has_a_generator_and_the_right_ending():
    for file in FILES:
        assert file.name.endswith(ENDINGS[file.generator]), file


def test_every_generator_is_used_in_the_story():
    assert {file.generator for file in FILES} == set(GENERATORS)


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_whole_photo_of_ordinary_size(name):
    data = make_file(DemoFile("photo.jpg", name, 1))

    with Image.open(BytesIO(data)) as photo:
        photo.load()
        assert ImageOps.exif_transpose(photo).size == (1600, 1200)
    assert 120_000 < len(data) < 400_000


def test_one_photo_lies_on_its_side_and_tells_where_it_was_taken():
    with Image.open(BytesIO(PICTURES["pipeline_board_on_its_side"](0))) as photo:
        exif = photo.getexif()

        assert photo.size == (1200, 1600)
        assert exif[0x0112] == 6
        assert exif.get_ifd(0x8825)[1] == "N"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_has_one_to_three_pages_and_no_traces_of_its_making(name, caplog):
    data = make_file(DemoFile("paper.pdf", name, 1))

    with pikepdf.open(BytesIO(data)) as pdf:
        assert 1 <= len(pdf.pages) <= 3
        assert "/CreationDate" not in pdf.docinfo
    assert not caplog.records


@pytest.mark.parametrize("name", ["shortlist", "pipeline_tracker"])
def test_an_office_file_is_a_sound_package(name):
    with ZipFile(BytesIO(make_file(DemoFile("office", name)))) as package:
        assert package.testzip() is None
        assert "[Content_Types].xml" in package.namelist()
        assert "_rels/.rels" in package.namelist()


@pytest.mark.slow
def test_variants_differ():
    for name in {*DOCUMENTS, *OFFICE_FILES, "kpi_whiteboard"}:
        assert make_file(DemoFile("a", name, 0)) != make_file(DemoFile("a", name, 1)), name


@pytest.mark.slow
def test_another_process_makes_the_same_bytes():
    # Two pictures stand for all: they share the camera, which is where chance comes in.
    names = [*DOCUMENTS, *OFFICE_FILES, "pipeline_board_on_its_side", "kpi_chart"]
    sums = {name: hashlib.sha256(make_file(DemoFile("a", name, 1))).hexdigest() for name in names}
    program = (
        "import hashlib, json, sys\n"
        "from kbstrack.demo.files import GENERATORS\n"
        "print(json.dumps({name: hashlib.sha256(GENERATORS[name](1)).hexdigest()"
        " for name in sys.argv[1:]}))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, *names],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert json.loads(other.stdout) == sums
