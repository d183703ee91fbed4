"""A font for Chinese that comes with the course, so that figures need none of yours.

3,755 characters in daily use (GB 2312, level 1) and all of the songbook. Importing this
makes it known to matplotlib, by its name.
"""

from collections.abc import Sequence
from importlib import resources

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

HANZI = "Course Hanzi"
FAMILIES = ["DejaVu Sans", HANZI]  # the first comes with matplotlib
MISSING = "\ufffd"

fontManager.addfont(str(resources.files(__package__).joinpath("hanzi.ttf")))


def drawable(text: str, families: Sequence[str] = FAMILIES) -> str:
    """Return a text with a mark in place of each character that the fonts lack.

    >>> drawable("a 开 \\U00012000")  # the last one is cuneiform
    'a 开 �'
    """
    fonts = [get_font(findfont(FontProperties(family=[name]))) for name in families]
    return "".join(
        character
        if any(font.get_char_index(ord(character)) for font in fonts)
        else MISSING
        for character in text
    )
