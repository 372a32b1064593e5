"""The clinic's colour, as dark or as light as text needs it. Pure.

Contrast is that of WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. Level AA asks for 4.5 between text and
what is behind it. Colours are written `#rrggbb`.
"""

from __future__ import annotations

ENOUGH = 4.5
STEPS = 40
BLACK, WHITE = "#000000", "#ffffff"
SHARES = (0.2126, 0.7152, 0.0722)
"""How much red, green and blue light the eye sees."""


def readable(colour: str, *, on: str) -> str:
    """The colour, mixed with as little black or white as makes it readable on that background, and that on it."""
    pole = BLACK if contrast(BLACK, on) > contrast(WHITE, on) else WHITE
    mixtures = (mixed(colour, pole, share=step / STEPS) for step in range(STEPS + 1))
    return next(mixture for mixture in mixtures if contrast(mixture, on) >= ENOUGH)


def contrast(one: str, other: str) -> float:
    """From 1, no difference, to 21, black on white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How bright it looks, from 0 to 1."""
    return sum(share * linear(part / 255) for share, part in zip(SHARES, parts(colour), strict=True))


def linear(value: float) -> float:
    """An sRGB component as an amount of light."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def mixed(colour: str, other: str, *, share: float) -> str:
    """The colour with that share (0 to 1) of the other in it."""
    pairs = zip(parts(colour), parts(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in pairs)


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, from 0 to 255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
