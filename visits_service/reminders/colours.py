"""The clinic's colour, made as dark as text on white needs it. Pure.

Contrast is that of WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. Level AA asks for 4.5 between text and
what is behind it. Colours are written `#rrggbb`.
"""

from __future__ import annotations

ENOUGH = 4.5
SHADES = range(100, -1, -5)
"""Percent of the colour's own light, the rest is black."""
SEEN = (0.2126, 0.7152, 0.0722)
"""How much the eye makes of red, green and blue light."""


def readable(colour: str, *, on: str) -> str:
    """The colour where text in it can be read on that light one, else the first of its darker shades that can be."""
    shades = (shade(colour, percent) for percent in SHADES)
    return next(each for each in shades if contrast(each, on) >= ENOUGH)


def contrast(one: str, other: str) -> float:
    """From 1, no difference, to 21, black on white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How bright it looks, from 0 to 1."""
    return sum(seen * light(part / 255) for seen, part in zip(SEEN, bytes.fromhex(colour[1:]), strict=True))


def light(value: float) -> float:
    """An sRGB component, from 0 to 1, as an amount of light."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def shade(colour: str, percent: int) -> str:
    """The colour with so much of its light."""
    return "#" + bytes(part * percent // 100 for part in bytes.fromhex(colour[1:])).hex()
