"""Decimals: canonical spelling, bounds on digits, and agreement with `decimal.Decimal`."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.transform.decimals import DecimalText
from firelake.transform.errors import UnfitValueError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.000", "0"),
        ("0e999999999999999999999", "0"),
        ("0.00e-999999999999999999999", "0"),
        ("7", "7"),
        ("-7.10", "-7.1"),
        ("100", "100"),
        ("1e5", "100000"),
        ("1E+5", "100000"),
        ("1E-2", "0.01"),
        ("-1.5e1", "-15"),
        ("0.00010e4", "1"),
        ("120000e-4", "12"),
        ("12345678.90", "12345678.9"),
        ("99999999.99", "99999999.99"),
        ("1.000000000000000000000000", "1"),
        ("0.01" + "0" * 5000, "0.01"),
        ("1e" + "0" * 5000 + "1", "10"),
        ("1e-" + "0" * 5000 + "1", "0.1"),
        ("1" + "0" * 10_000 + "e-10000", "1"),
        ("0." + "0" * 1_000_000 + "1e1000001", "1"),
    ],
    ids=lambda text: text[:24],
)
def test_numbers_that_fit_are_spelled_canonically(text: str, canonical: str) -> None:
    assert DecimalText(10, 2).canonical(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "0.001",
        "1e-3",
        "123456789",
        "1e8",
        "99999999.991",
        "1e999999999",
        "1e-999999999",
        "1e" + "9" * 1_000_000,
        "1e-" + "9" * 1_000_000,
        "1" * 1_000_000,
        "0." + "0" * 1_000_000 + "1",
    ],
    ids=lambda text: text[:24],
)
def test_numbers_of_more_digits_are_refused(text: str) -> None:
    with pytest.raises(UnfitValueError):
        DecimalText(10, 2).canonical(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "--1",
        "-",
        ".5",
        "1.",
        "1e",
        "1e+",
        "01",
        "-01",
        "1_000",
        "1,5",
        "0x10",
        "1.5.5",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "true",
        "\u0661",
        "\u00b2",
        "1\u0660",
        "1/2",
    ],
)
def test_what_json_does_not_write_as_a_number_is_refused(text: str) -> None:
    with pytest.raises(UnfitValueError):
        DecimalText(10, 2).canonical(text)


@pytest.mark.parametrize(
    ("precision", "scale", "fits", "fails"),
    [
        (1, 0, "9", "10"),
        (1, 1, "0.9", "1"),
        (2, 2, "-0.99", "1.01"),
        (38, 0, "9" * 38, "1" + "0" * 38),
        (38, 38, "0." + "9" * 38, "0." + "9" * 39),
        (38, 18, "9" * 20 + "." + "9" * 18, "9" * 21),
    ],
)
def test_the_digits_are_bounded_on_both_sides_of_the_point(
    precision: int, scale: int, fits: str, fails: str
) -> None:
    decimal = DecimalText(precision, scale)
    assert decimal.canonical(fits) == fits
    with pytest.raises(UnfitValueError):
        decimal.canonical(fails)


@st.composite
def types_and_numbers(draw: st.DrawFn) -> tuple[int, int, str]:
    """A precision, a scale, and a number in any spelling that is about as long."""
    precision = draw(st.integers(1, 38))
    scale = draw(st.integers(0, precision))
    whole = draw(st.integers(0, 10 ** draw(st.integers(0, 40))))
    fraction = draw(st.text("0123456789", max_size=40))
    exponent = draw(st.one_of(st.just(""), st.integers(-45, 45).map(lambda each: f"e{each:+03d}")))
    sign = draw(st.sampled_from(["", "-"]))
    return precision, scale, f"{sign}{whole}{'.' if fraction else ''}{fraction}{exponent}"


@given(types_and_numbers())
def test_the_standard_library_reads_the_same_number_and_the_same_bounds(
    case: tuple[int, int, str],
) -> None:
    precision, scale, text = case
    with localcontext() as context:
        context.prec = 200
        number = Decimal(text)
        fits = abs(number) < 10 ** (precision - scale) and number == round(number, scale)
    try:
        canonical = DecimalText(precision, scale).canonical(text)
    except UnfitValueError:
        assert not fits
        return
    assert fits
    assert Decimal(canonical) == number
    assert DecimalText(precision, scale).canonical(canonical) == canonical
    assert "e" not in canonical.lower()
    assert canonical == "0" or "." not in canonical or not canonical.endswith("0")
