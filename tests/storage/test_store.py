"""Bytes under their SHA-256: kept whole or not at all, and swept only when nobody needs them."""

import errno
import hashlib
import io
import os
import signal
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from kbstrack.errors import NotFound, RuleBroken
from kbstrack.storage.local import CHUNK_BYTES, Store
from kbstrack.storage.stored import FileStore, NoRoom, Stored

DAY = timedelta(days=1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


def put(store, data=b"hello", most_bytes=10**9):
    return store.put(io.BytesIO(data), most_bytes=most_bytes)


def make_old(store, sha256):
    os.utime(store.path(sha256), (0, 0))


def unfinished(store):
    return list(store.workspace.iterdir())


def test_bytes_come_back_as_they_were(store):
    data = os.urandom(3 * CHUNK_BYTES + 1)

    stored = put(store, data)

    assert stored == Stored(hashlib.sha256(data).hexdigest(), len(data))
    with store.open(stored.sha256) as file:
        assert file.read() == data
    assert store.exists(stored.sha256)
    assert store.size(stored.sha256) == len(data)
    assert store.verify(stored.sha256)
    assert unfinished(store) == []


def test_a_store_on_disk_keeps_the_promises_of_any_store(store):
    any_store: FileStore = store

    assert any_store.put(io.BytesIO(b"hello"), most_bytes=5).sha256 == HELLO


def test_only_the_owner_can_read_them(store):
    path = store.path(put(store).sha256)

    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, *list(path.parents)[:3])]
    assert modes == [0o600, 0o700, 0o700, 0o700]


def test_the_same_bytes_are_kept_once_and_not_written_again(store):
    before = store.path(put(store).sha256).stat().st_ino

    again = put(store)

    assert store.path(again.sha256).stat().st_ino == before
    assert [item.sha256 for item in store.iterate()] == [HELLO]


def test_bytes_the_disk_has_spoilt_are_replaced_when_whole_ones_arrive(store):
    put(store)
    store.path(HELLO).write_bytes(b"hellu")

    put(store)

    assert store.verify(HELLO)
    assert (store.root / "damaged" / HELLO).read_bytes() == b"hellu"


@pytest.mark.parametrize("sentence", ["larger than 2 MB", "empty"])
def test_too_many_or_no_bytes_are_refused_and_leave_nothing(store, sentence):
    data = b"" if sentence == "empty" else bytes(2_000_001)

    with pytest.raises(RuleBroken, match=sentence):
        put(store, data, most_bytes=2_000_000)

    assert unfinished(store) == []
    assert list(store.iterate()) == []


def test_an_endless_upload_is_cut_off_at_the_limit(store):
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size=-1):
            self.taken += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(RuleBroken):
        store.put(endless, most_bytes=5 * CHUNK_BYTES)

    assert endless.taken == 6 * CHUNK_BYTES


class Broken(io.RawIOBase):
    """A source that fails after its first bytes, as a full disk or a lost connection does."""

    def __init__(self, number):
        self.number = number
        self.is_begun = False

    def read(self, size=-1):
        if self.is_begun:
            raise OSError(self.number, os.strerror(self.number))
        self.is_begun = True
        return b"some"


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(store):
    with pytest.raises(NoRoom, match="no room left"):
        store.put(Broken(errno.ENOSPC), most_bytes=100)

    assert unfinished(store) == []


def test_an_upload_that_breaks_off_leaves_nothing(store):
    with pytest.raises(ConnectionResetError):
        store.put(Broken(errno.ECONNRESET), most_bytes=100)

    assert unfinished(store) == []
    assert list(store.iterate()) == []


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", HELLO.upper(), HELLO[:-1], HELLO + "\n", "/etc/passwd"]
)
def test_nothing_but_a_sha256_is_ever_used_as_a_path(store, name):
    put(store)

    assert not store.exists(name)
    for ask in (store.open, store.size, store.path, store.verify):
        with pytest.raises(NotFound):
            ask(name)


def test_bytes_that_are_not_there_are_not_found(store):
    assert not store.exists(HELLO)
    for ask in (store.open, store.size, store.verify):
        with pytest.raises(NotFound):
            ask(HELLO)


def test_changed_bytes_do_not_pass(store):
    put(store)
    store.path(HELLO).write_bytes(b"hullo")

    assert not store.verify(HELLO)


def test_only_our_own_files_are_listed(store):
    put(store)
    (store.root / "notes.txt").write_text("mine")
    (store.root / "zz").mkdir()
    (store.root / "zz" / "zz").mkdir()
    (store.root / "zz" / "zz" / HELLO).write_text("in the wrong place")

    assert [item.sha256 for item in store.iterate()] == [HELLO]


def test_an_empty_store_lists_nothing(tmp_path):
    assert list(Store(tmp_path / "not made yet").iterate()) == []


def test_a_sweep_takes_only_old_bytes_that_no_row_speaks_of(store):
    known, young, orphan = (put(store, data).sha256 for data in (b"known", b"young", b"orphan"))
    make_old(store, known)
    make_old(store, orphan)
    now = datetime.now(UTC)

    swept = store.sweep(lambda _: {known}, DAY, now, delete=True)

    assert [item.sha256 for item in swept] == [orphan]
    assert [store.exists(s) for s in (known, young, orphan)] == [True, True, False]


def test_a_sweep_on_trial_deletes_nothing(store):
    put(store)
    (store.workspace / "put-old").write_bytes(b"half")

    assert len(store.sweep(lambda _: set(), DAY, LATER, delete=False)) == 1
    assert store.exists(HELLO)
    assert len(unfinished(store)) == 1


def test_a_sweep_clears_old_unfinished_files_and_folders(store):
    (store.workspace / "put-old").write_bytes(b"half")
    (store.workspace / "look-old").mkdir()
    (store.workspace / "look-old" / "copy").write_bytes(b"half")

    store.sweep(lambda _: set(), DAY, LATER, delete=True)

    assert unfinished(store) == []


def test_bytes_handed_in_again_while_a_sweep_runs_stay(store):
    make_old(store, put(store).sha256)

    def known(_):
        # The sweep has found the old bytes; now the same file is uploaded once more.
        put(store)
        return set()

    assert store.sweep(known, DAY, datetime.now(UTC), delete=True) == []
    assert store.verify(HELLO)


def test_many_uploads_of_the_same_file_beside_sweeps_lose_nothing(store):
    failures = []

    def upload():
        for _ in range(20):
            sha256 = put(store).sha256
            if not store.exists(sha256):
                failures.append(sha256)

    def sweep():
        for _ in range(20):
            store.sweep(lambda _: set(), DAY, datetime.now(UTC), delete=True)

    threads = [threading.Thread(target=t) for t in (upload, upload, sweep, sweep)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert store.verify(HELLO)


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from kbstrack.storage.local import Store

class DiesInTheMiddle:
    begun = False
    def read(self, size=-1):
        if self.begun:
            os.kill(os.getpid(), signal.SIGKILL)
        self.begun = True
        return bytes(size)

Store(Path(sys.argv[1])).put(DiesInTheMiddle(), most_bytes=10**9)
"""


def test_a_process_killed_in_the_middle_leaves_nothing_under_a_hash(store):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(store.root)], check=False
    )

    assert killed.returncode == -signal.SIGKILL
    assert list(store.iterate()) == []
    assert len(unfinished(store)) == 1
    store.sweep(lambda _: set(), DAY, LATER, delete=True)
    assert unfinished(store) == []


def test_everything_reaches_the_disk_before_it_is_said_to_be_saved(store, monkeypatch):
    put(store, b"another, so that the store's own folders are there")
    done = []
    fsync, rename = os.fsync, os.rename
    monkeypatch.setattr(
        os, "fsync", lambda h: (done.append(os.readlink(f"/proc/self/fd/{h}")), fsync(h))
    )
    monkeypatch.setattr(os, "rename", lambda a, b: (done.append("rename"), rename(a, b)))

    path = store.path(put(store).sha256)

    assert done[0].startswith(str(store.root / "tmp"))
    assert done[1:] == ["rename", *(str(folder) for folder in list(path.parents)[:3])]
