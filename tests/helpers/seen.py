"""What an eye makes of colours: contrast, distance, and no difference of red and green."""

import re
from pathlib import Path

import numpy as np

STYLE = Path(__file__).parents[2] / "_static" / "figures.css"
RULE = re.compile(
    r'html\[data-theme="dark"\] \.course-figure \[(fill|stroke)="(#\w+)"\] '
    r"\{ \1: ([^;]+); \}"
)
# Deuteranopia, severity 1, in linear RGB: Machado, Oliveira & Fernandes 2009, table 1.
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
TO_XYZ = np.array(  # IEC 61966-2-1
    [
        [0.4124564, 0.3575761, 0.1804375],
        LUMINANCE,
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = TO_XYZ.sum(axis=1)


def linear(colour) -> np.ndarray:
    """Return linear RGB, 0 to 1, of a colour such as #0072b2 or of sRGB from 0 to 1."""
    if isinstance(colour, str):
        colour = np.array(list(bytes.fromhex(colour[1:]))) / 255
    colour = np.asarray(colour, dtype=float)
    return np.where(
        colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4
    )


def luminance(colour) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    return float(linear(colour) @ LUMINANCE)


def contrast(one, other) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE L*, a* and b* of linear RGB."""
    share = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distances(one: str, other: str) -> dict[str, float]:
    """Return how far apart two colours are (CIE 1976): for most, for some, and in grey."""
    seen = {
        "colour": [lab(linear(colour)) for colour in (one, other)],
        "deuteranopia": [lab(DEUTERANOPIA @ linear(each)) for each in (one, other)],
        "grey": [lab(np.full(3, luminance(each))) for each in (one, other)],
    }
    return {how: float(np.linalg.norm(a - b)) for how, (a, b) in seen.items()}


def inks_at_night(kind: str = "fill") -> dict[str, str]:
    """Return what fills or strokes are on a dark page, by what they are on paper."""
    rules = RULE.findall(STYLE.read_text(encoding="utf-8"))
    return {light: dark for what, light, dark in rules if what == kind}
