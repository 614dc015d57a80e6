"""Which passwords are refused, and that good ones are not."""

from __future__ import annotations

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.people.passwords import check, normalise

ABOUT = ["sam.okoro@demo.example", "Sam Okoro"]


@pytest.mark.parametrize(
    "password",
    [
        "violet ladder tomorrow",
        "kD8#vq2!Lm",
        "correct horse battery",
        "пароль из слов",
        "日本語のパスワードです",
        "ttgzv-4821-hk",
        "my dog eats 3 socks",
        "x" * 3 + "kitchen window" + "y" * 180,
    ],
)
def test_a_password_nobody_would_foresee_will_do(password: str):
    check(normalise(password), about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "password12",
        "Password2026!",
        "PASSWORDPASSWORD",
        "qwertyuiop",
        "1234567890",
        "0987654321",
        "abcdefghij",
        "aaaaaaaaaaaa",
        "abababababab",
        "123123123123",
        "iloveyou2026",
        "letmein12345",
        "Summer2026!!",
        "welcome12345",
        "samokoro2026",
        "Okoro.Sam.1999",
        "demo.example1",
        "kbstrack2026",
        "Manchester12",
        "1987654321!",
    ],
)
def test_a_password_everybody_would_try_is_refused(password: str):
    with pytest.raises(RuleBroken, match="easy to guess"):
        check(normalise(password), about=ABOUT)


@pytest.mark.parametrize(("length", "sentence"), [(9, "at least 10"), (201, "at most 200")])
def test_length_has_two_ends(length: int, sentence: str):
    with pytest.raises(RuleBroken, match=sentence):
        check(("kD8#vq2!Lm" * 21)[:length])
