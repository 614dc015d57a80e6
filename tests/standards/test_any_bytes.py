"""Whatever bytes a file holds, checking it ends in problems or in a standard, never in a crash."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kbstrack.standards.catalogue import builtin_directory
from kbstrack.standards.checks import check_bytes

CONTENT = (builtin_directory() / "st0321.yaml").read_bytes()
TINY = (Path(__file__).parent.parent / "data" / "tiny.yaml").read_bytes()
YAML_PIECES = st.sampled_from(
    [
        *("a", "code", "ksbs", "statement", "é", "🪁", "\ud800", "\x00", "~", "..."),
        *(":", ": ", "- ", "? ", "\n", "\n  ", "\t", "---", "%", "#", ","),
        *("[", "]", "{", "}", "'", '"', "\\", "|", ">-", "&a ", "*a", "!!t ", "<<"),
    ]
)


def assert_is_answered(content):
    checked = check_bytes(content, "any.yaml")
    assert (checked.standard is None) == bool(checked.errors)
    for problem in checked.problems:
        assert problem.line >= 0
        assert problem.message.endswith((".", "?", '"'))
        assert str(problem).isprintable()


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=50)
def test_random_bytes_are_answered(content):
    assert_is_answered(content)


@given(st.lists(YAML_PIECES, max_size=40))
@settings(deadline=None, max_examples=50)
def test_random_yaml_is_answered(pieces):
    assert_is_answered("".join(pieces).encode("utf-8", "surrogatepass"))


@given(st.integers(0, len(TINY) - 1), st.integers(0, 60), st.binary(max_size=30))
@settings(deadline=None, max_examples=50)
def test_a_file_with_a_passage_overwritten_is_answered(start, length, insert):
    assert_is_answered(TINY[:start] + insert + TINY[start + length :])


@given(st.integers(0, len(CONTENT)), st.integers(0, 255))
@settings(deadline=None, max_examples=30)
def test_the_real_file_with_a_byte_changed_or_cut_short_is_answered(place, byte):
    assert_is_answered(CONTENT[:place] + bytes([byte]) + CONTENT[place + 1 :])
    assert_is_answered(CONTENT[:place])


@given(st.data())
@settings(deadline=None, max_examples=50)
def test_a_file_with_lines_moved_or_doubled_is_answered(data):
    lines = TINY.splitlines(keepends=True)
    picked = data.draw(st.lists(st.sampled_from(lines), max_size=60))
    assert_is_answered(b"".join(picked))
