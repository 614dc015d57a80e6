"""The limited child process: what it may cost, what it is told, and what is believed of it."""

import gc
import random
import threading

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.storage import inspect as inspecting
from kbstrack.storage.inspect import FileFamily, Limits, inspect
from tests.storage import zoo


@pytest.fixture
def upload(tmp_path):
    """A file with these bytes, and beside it an empty folder to work in."""
    (tmp_path / "work").mkdir()

    def upload(data):
        path = tmp_path / "upload"
        path.write_bytes(data)
        return path

    return upload


def test_a_photo_comes_back_with_a_copy_that_goes_with_the_answer(upload, tmp_path):
    found = inspect(upload(zoo.camera_jpeg()), "a.jpg", workspace=tmp_path / "work")

    assert (found.media_type, found.family) == ("image/jpeg", FileFamily.IMAGE)
    assert (found.width, found.height, found.copy_media_type) == (40, 60, "image/jpeg")
    assert found.copy.read_bytes().startswith(b"\xff\xd8\xff")
    del found
    gc.collect()
    assert list((tmp_path / "work").iterdir()) == []


def test_a_refusal_keeps_its_sentence_and_leaves_nothing(upload, tmp_path):
    with pytest.raises(RuleBroken, match=r"can't take \.exe files"):
        inspect(upload(bytes(range(256))), "a.exe", workspace=tmp_path / "work")

    assert list((tmp_path / "work").iterdir()) == []


def test_text_needs_no_copy_and_leaves_nothing(upload, tmp_path):
    found = inspect(upload(b"words"), "a\udcff\u202e.txt", workspace=tmp_path / "work")

    assert (found.media_type, found.copy) == ("text/plain", None)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    "limits",
    [
        Limits(wall_seconds=0.001),
        Limits(memory_bytes=40_000_000),
        Limits(cpu_seconds=0),
    ],
)
def test_a_look_that_costs_too_much_is_ended_and_refused(upload, tmp_path, limits):
    photo = upload(zoo.jpeg(size=(4000, 3000)))

    with pytest.raises(RuleBroken, match="could not open this file safely"):
        inspect(photo, "a.jpg", limits=limits, workspace=tmp_path / "work")

    assert list((tmp_path / "work").iterdir()) == []


def test_a_bomb_in_a_pdf_is_refused_by_the_child(upload):
    with pytest.raises(RuleBroken, match="could not open this file safely"):
        inspect(upload(zoo.bomb_pdf()), "a.pdf")


def test_an_iphone_s_photo_opens_within_the_child_s_limits(upload):
    assert inspect(upload(zoo.SIDEWAYS_HEIC), "IMG.HEIC").media_type == "image/heic"


def test_a_pdf_opens_within_the_child_s_limits(upload):
    found = inspect(upload(zoo.acting_pdf()), "a.pdf")

    assert (found.pages, found.copy_media_type) == (1, "application/pdf")
    assert found.copy.read_bytes().startswith(b"%PDF-")


def test_a_file_that_is_gone_is_refused_not_a_crash(tmp_path):
    with pytest.raises(RuleBroken, match="safely"):
        inspect(tmp_path / "never there", "a.jpg")


def test_the_child_gets_no_secret_of_ours(monkeypatch):
    monkeypatch.setenv("KBSTRACK_SMTP_PASSWORD", "hunter2")
    monkeypatch.setenv("HOME", "/home/somebody")

    environment = inspecting._environment()

    assert set(environment) <= {
        "PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "LANG", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    assert "hunter2" not in str(environment)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"media_type": "text/html", "copy": False},
        {"media_type": ["image/jpeg"]},
        {"media_type": "image/jpeg", "copy": True, "copy_media_type": "image/jpeg"},
        {"media_type": "image/jpeg", "copy": True, "copy_media_type": "text/html"},
    ],
)
def test_an_answer_that_cannot_be_true_is_not_believed(tmp_path, answer):
    with pytest.raises(RuleBroken, match="safely"):
        inspecting._checked(answer, tmp_path / "copy")


def test_a_copy_that_points_elsewhere_is_not_believed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "copy").symlink_to(tmp_path / "secret")

    with pytest.raises(RuleBroken, match="safely"):
        inspecting._checked(
            {"media_type": "image/jpeg", "copy": True, "copy_media_type": "image/jpeg"},
            tmp_path / "copy",
        )


def test_numbers_and_notes_from_the_child_are_kept_within_reason(tmp_path):
    found = inspecting._checked(
        {"media_type": "image/jpeg", "width": "1", "height": -1, "pages": True, "note": "n" * 9999},
        tmp_path / "copy",
    )

    assert (found.width, found.height, found.pages) == (None, None, None)
    assert len(found.note or "") == 1000


def test_no_more_looks_at_once_than_there_are_places(upload):
    for _ in range(inspecting.AT_ONCE):
        assert inspecting._places.acquire(blocking=False)
    done = threading.Event()
    waiting = threading.Thread(target=lambda: (inspect(upload(b"words"), "a.txt"), done.set()))
    waiting.start()
    try:
        assert not done.is_set()
    finally:
        for _ in range(inspecting.AT_ONCE):
            inspecting._places.release()
        waiting.join()
    assert done.is_set()


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_files_are_refused_or_taken_but_never_crash(upload, seed):
    chance = random.Random(seed)
    starts = [zoo.camera_jpeg(), zoo.png_with_text(), zoo.acting_pdf(), zoo.SIDEWAYS_HEIC]
    data = bytearray(starts[seed])
    for _ in range(30):
        data[chance.randrange(len(data))] = chance.randrange(256)

    try:
        found = inspect(upload(bytes(data)), "a.bin")
    except RuleBroken:
        return
    assert found.copy.stat().st_size > 0
