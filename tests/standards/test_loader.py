"""What the loader keeps as text, and what it refuses with a sentence."""

import pytest

from kbstrack.standards.loader import MAX_BYTES, Mapping, Scalar, read_tree
from kbstrack.standards.problems import Report


def read(content):
    report = Report("file.yaml")
    tree = read_tree(content if isinstance(content, bytes) else content.encode(), report)
    return tree, [(problem.line, problem.message) for problem in report.problems]


@pytest.mark.parametrize("value", ["1.10", "no", "No", "0321", "2026-03-01", "~", "0x1F", "1_000"])
def test_values_stay_the_text_that_was_written(value):
    tree, problems = read(f"field: {value}\n")

    assert problems == []
    assert isinstance(tree, Mapping)
    assert tree.entries["field"] == Scalar(value, 1, is_plain=True)


def test_every_field_knows_its_line():
    tree, _ = read("a: 1\n\n# comment\nb:\n  - x\n")

    assert isinstance(tree, Mapping)
    assert tree.lines == {"a": 1, "b": 4}


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfa: b\r\nc: d\r\n", b"a: b\nc: d\n", b"a: b\rc: d\r"]
)
def test_files_from_any_system_read_the_same(content):
    tree, problems = read(content)

    assert problems == []
    assert isinstance(tree, Mapping)
    assert {name: node.text for name, node in tree.entries.items()} == {"a": "b", "c": "d"}
    assert tree.lines["c"] == 2


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        ("a: &x 1\n", 1, "Anchors such as &x are not used"),
        ("a: 1\nb: *x\n", 2, "Aliases such as *x are not used"),
        ("a:\n  <<: {b: 1}\n", 2, "Merge keys (<<) are not used"),
        ('a: !!python/object/apply:os.system ["true"]\n', 1, "Tags such as tag:yaml.org,2002:pyth"),
        ("a: !local b\n", 1, "Tags such as !local are not used"),
        ("a: !!str b\n", 1, "Tags such as tag:yaml.org,2002:str are not used"),
        ("a: 1\nb: 2\na: 3\n", 3, "a stands here a second time; the first is on line 1"),
        ("? [a, b]\n: c\n", 1, "A field's name must be plain text"),
        ("a: b\n---\nc: d\n", 2, "A second document begins here"),
        ("a: b: c\n", 1, "This is not valid YAML: mapping values are not allowed"),
        ("a: 'b\n", 2, "This is not valid YAML: found unexpected end of stream"),
        ("a: b\n\tc: d\n", 2, "This is not valid YAML"),
        ("a: b\x07c\n", 1, "hidden character here (U+0007"),
        ("a: 1\nb: c\u200bd\n", 2, "hidden character here (U+200B, zero width space)"),
        ("a: \u202eb\n", 1, "hidden character here (U+202E, right-to-left override)"),
        ("a: b\u2028c\n", 1, "hidden character here (U+2028"),
        ('a: "b\\ec"\n', 1, "hidden character (U+001B"),
        (b"a: b\nc: \xff\n", 2, "Byte 0xff is not UTF-8"),
        (b"a: b\nc: \xed\xa0\x80\n", 2, "is not UTF-8"),
        ("a: b\n".encode("utf-16"), 1, "is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), 0, "larger than 1 MiB"),
        ("[" * 100_000, 1, "More than 10 levels"),
        ("{a: " * 100_000, 1, "More than 10 levels"),
        ("- " * 100_000, 1, "More than 10 levels"),
    ],
)
def test_what_a_standard_never_needs_is_refused_in_a_sentence(content, line, sentence):
    _, problems = read(content)

    assert any(found == line and sentence in message for found, message in problems), problems


def test_aliases_that_would_explode_are_refused_one_by_one():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"b{n}: &b{n} [{', '.join(['*a'] * 9)}]" for n in range(9)]

    tree, problems = read("\n".join(lines))

    assert tree is not None
    assert len(problems) == 10 + 81


def test_all_problems_are_found_in_one_go():
    _, problems = read("a: &x 1\nb: *x\nc: !t 1\nc: 2\n")

    assert [line for line, _ in problems] == [1, 2, 3, 4]


def test_joiners_that_spelling_needs_are_kept():
    tree, problems = read("a: क्\u200dष\n")

    assert problems == []
    assert isinstance(tree, Mapping)


def test_a_message_cannot_steer_the_terminal():
    report = Report("evil\x1b[2J.yaml")
    read_tree(b"a: !%1b[31m b\n", report)

    assert report.problems
    assert all("\x1b" not in str(problem) for problem in report.problems)
