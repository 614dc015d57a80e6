"""Every slip in a file is reported with its line and with what to write instead."""

from pathlib import Path

import pytest

from kbstrack.standards.checks import check_bytes, check_file

TINY = Path(__file__).parent.parent / "data" / "tiny.yaml"


def check_changed(old, new):
    """Check the tiny standard with one passage changed; lines count from the change on."""
    text = TINY.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} must occur once"
    return check_bytes(text.replace(old, new).encode(), "tiny.yaml"), line_of(text, old)


def line_of(text, passage):
    return text[: text.index(passage)].count("\n") + 1


def test_a_good_file_becomes_a_standard():
    checked = check_file(TINY)

    assert checked.problems == ()
    assert checked.standard is not None
    assert checked.standard.codes == ("K1", "K2", "S1", "S2", "B1")
    assert checked.standard.version == "1.0"
    assert checked.standard.ksb("S1").pieces_needed == 2
    assert checked.standard.ksb("S2").pieces_needed == 1
    assert checked.standard.sign_off_roles.behaviour == "employer"
    assert checked.standard.terms.gateway == "gateway to completion"
    assert checked.standard.portfolio_rules.max_media_minutes == 5
    assert not checked.standard.portfolio_rules.reflective_accounts_allowed
    assert checked.standard.duties[0].is_core
    assert checked.standard.ksb("K1").prompts == ("Which drawing of yours explains it?",)


def test_version_1_10_is_not_version_1_1():
    checked, _ = check_changed("version: 1.0\n", "version: 1.10\n")

    assert checked.standard is not None
    assert checked.standard.version == "1.10"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: Kite maker", "titel: Kite maker", "titel is not known. Did you mean title?"),
        ("title: Kite maker", "zzz: Kite maker", "zzz is not known. Known are reference, version"),
        ("title: Kite maker", "title: no", 'reads no as true or false. Put it in quotes: "no".'),
        ("title: Kite maker", "title: 2024", "YAML reads 2024 as a number"),
        ("title: Kite maker", "title: 2024-01-01", "YAML reads 2024-01-01 as a date"),
        ("title: Kite maker", "title:", "title is empty. Write the occupation's title"),
        ("title: Kite maker", "title: '  '", "title is empty"),
        ("title: Kite maker", "title: [Kite, maker]", "title must be text, but a list stands"),
        ("title: Kite maker", "title: {a: b}", "but a group of fields stands here"),
        ("title: Kite maker", 'title: "Kite\\nmaker"', "title must be one line of text"),
        ("reference: ST9999", "reference: ST99999", 'reference is "ST99999". Write the standard'),
        ("reference: ST9999", "reference: ST٩٩٩٩", "reference is"),
        ("reference: ST9999", "reference: [ST9999]", "reference must be one value, but a list"),
        ("version: 1.0", "version: 1", 'version is "1". Write the version as published'),
        ("level: 2", "level: two", 'level is "two". Write a whole number from 1 to 8'),
        ("level: 2", "level: 9", "level is 9"),
        ("level: 2", "level: 2.0", 'level is "2.0"'),
        ("lars_code: 9999", "lars_code: A1", 'lars_code is "A1"'),
        ("  - Kites", "  - Kites\n  - yes", "keywords must be text, but YAML reads yes as true"),
        ("keywords:\n  - Kites", "keywords: Kites", "keywords must be a list"),
        ("source: Nobody", "source_url: javascript:x\nsource: Nobody", "source_url is"),
        ("  knowledge: assessor", "  knowledge: boss", 'knowledge of sign_off_roles is "boss"'),
        ("  is_assessment_method: yes", "  is_assessment_method: maybe", "Write yes or no"),
        ("  max_pieces: 10", "  max_pieces: 1", "is less than min_pieces (2)"),
        ("pieces_needed: 1\n", "pieces_needed: 0\n", "pieces_needed is 0"),
        ("  - code: K2", "  - code: K1", "K1 was given already, on line 37"),
        ("  - code: K2", "  - code: S3", "S3 begins with S, but its kind is knowledge, whose"),
        ("  - code: K2", "  - code: K02", 'code of K02 is "K02". Write the kind\'s letter'),
        ("  - code: K2", "  - code: Q2", 'code of Q2 is "Q2"'),
        ("    kind: behaviour", "    kind: behavior", 'kind of B1 is "behavior". Write knowledge'),
        ("    statement: Repair a torn kite", "    statement: ''", "statement of S2 is empty"),
        ("    statement: Repair a torn kite", "    statment: x", "Did you mean statement?"),
        ("      - paper and cloth", "      -", "points of K2 is empty"),
        ("    pieces_needed: 2", "    pieces_needed: many", 'pieces_needed of S1 is "many"'),
        ("        - What have you built", "        - yes\n        - What", "prompts of guidance"),
        ("    ksbs: [K1, K2, S1, B1]", "    ksbs: [K1, K7]", "D1 names K7, which is not a KSB"),
        ("  - code: D1", "  - code: 1", 'code of 1 is "1". Write D and a number'),
        ("duties:\n", "duties:\n  - D0\n", "Item 1 of duties must have fields of its own (code, "),
    ],
)
def test_a_slip_is_reported_where_it_stands(old, new, sentence):
    checked, line = check_changed(old, new)

    said = [(problem.line, problem.message) for problem in checked.errors]
    assert any(line <= where <= line + 2 and sentence in what for where, what in said), said
    assert checked.standard is None


@pytest.mark.parametrize(
    ("old", "name"),
    [
        ("reference: ST9999\n", "reference"),
        ("version: 1.0\n", "version"),
        ("title: Kite maker\n", "title"),
        ("level: 2\n", "level"),
        ("route: Engineering and manufacturing\n", "route"),
        ("source: Nobody published this standard.\n", "source"),
        ("    statement: Repair a torn kite\n", "statement of S2"),
        ("    kind: behaviour\n", "kind of B1"),
        ("  reason: Made up, so that every rule is used at least once.\n", "reason"),
    ],
)
def test_a_missing_field_is_named_with_what_to_write(old, name):
    checked, _ = check_changed(old, "")

    messages = [problem.message for problem in checked.errors]
    assert len(messages) == 1
    assert messages[0].startswith(f"The field {name}")
    assert "is missing. Add it: " in messages[0]


def test_a_gap_in_the_numbering_is_only_a_warning():
    checked, line = check_changed("  - code: S2", "  - code: S5")

    assert checked.standard is not None
    assert [(problem.severity, problem.line) for problem in checked.problems] == [("warning", line)]
    assert "S2 to S4 are missing before S5" in checked.problems[0].message


def test_a_huge_number_in_a_code_is_one_warning_not_a_million():
    checked, _ = check_changed("  - code: S2", "  - code: S9999")

    assert len(checked.problems) == 1


def test_all_errors_are_reported_at_once_in_order_of_lines():
    text = (
        TINY.read_text(encoding="utf-8")
        .replace("level: 2", "level: two")
        .replace("title: Kite maker", "titel: Kite maker")
        .replace("kind: behaviour", "kind: mood")
        .replace("[K1, K2, S1, B1]", "[K1, K9]")
    )

    checked = check_bytes(text.encode(), "tiny.yaml")

    lines = [problem.line for problem in checked.errors]
    assert len(lines) == 5
    assert lines == sorted(lines)


@pytest.mark.parametrize("content", [b"\0\n" * 9000, b"a:\n" + b"- *x\n" * 9000])
def test_a_file_of_nothing_but_problems_is_reported_in_part(content):
    problems = check_bytes(content, "endless.yaml").problems

    assert len(problems) == 501
    assert "There are more than 500 problems. Correct these first." in str(problems[0])


@pytest.mark.parametrize("content", [b"", b"\n", b"# nothing\n", b"---\n...\n"])
def test_an_empty_file_is_told_how_to_begin(content):
    checked = check_bytes(content, "empty.yaml")

    assert len(checked.errors) == 1
    assert "Begin it with the fields of a standard" in checked.errors[0].message


@pytest.mark.parametrize("content", [b"word", b"- a\n- b\n", b"''"])
def test_a_file_without_fields_is_told_so(content):
    assert "not a list of fields" in check_bytes(content, "odd.yaml").errors[0].message


@pytest.mark.parametrize("ksbs", ["", " []", " {}", " none", " [[]]", " [{}]"])
def test_a_standard_without_statements_is_refused(ksbs):
    text = TINY.read_text(encoding="utf-8")
    content = text[: text.index("\nksbs:")] + f"\nksbs:{ksbs}\n"

    assert check_bytes(content.encode(), "tiny.yaml").errors


def test_a_problem_reads_as_file_line_and_sentence():
    checked, line = check_changed("level: 2", "level: two")

    assert str(checked.errors[0]) == (
        f'tiny.yaml:{line}: error: level is "two". Write a whole number from 1 to 8.'
    )


def test_a_file_that_cannot_be_opened_is_the_callers_to_report(tmp_path):
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "nowhere.yaml")
