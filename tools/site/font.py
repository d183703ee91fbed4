"""Make the course's font for Chinese: `python -m tools.site.font FILE.ttc`.

A part of Noto Sans CJK SC (SIL Open Font License, as the part is): the 3,755 characters
of GB 2312's level 1, those of the songbook, and punctuation. In a figure they show on
any machine. Debian's package fonts-noto-cjk has the whole font.
"""

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

import course_lib as cl

NAME = "Course Hanzi"
PATH = Path(__file__).parents[2] / "course_lib" / "plots" / "fonts" / "hanzi.ttf"
PUNCTUATION = "、。〈〉《》「」『』【】—…‘’“”！（），：；？～·"
ERROR = 2.0  # how far, in units of 1/1000 em, a curve may lie beside the original


def wanted() -> set[str]:
    """Return every character that the font is to have."""
    level_1 = {
        bytes([row, column]).decode("gb2312", errors="ignore")
        for row in range(0xB0, 0xD8)
        for column in range(0xA1, 0xFF)
    }
    return {*level_1, *cl.load_corpus("songbook"), *PUNCTUATION} - {"", "\n"}


def simplified(path: Path) -> TTFont:
    """Return the font for simplified Chinese out of a collection."""
    for font in TTCollection(path).fonts:
        if font["name"].getDebugName(1) == "Noto Sans CJK SC":
            return font
    raise ValueError(f"expected a collection with Noto Sans CJK SC, got {path}")


def reduced(font: TTFont, text: set[str]) -> TTFont:
    """Return a font with these characters alone, without hints and features."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
    options.name_IDs = ["*"]  # the licence is among them
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(text)))
    cutter.subset(font)
    return font


def as_truetype(font: TTFont) -> TTFont:
    """Return the font with quadratic outlines, which every program can embed."""
    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        drawn[name] = pen.glyph(dropImpliedOnCurves=True)
    header, old = font["hhea"], font["name"]
    made = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(font.getBestCmap())
    made.setupGlyf(drawn)
    made.setupHorizontalMetrics(dict(font["hmtx"].metrics))
    made.setupHorizontalHeader(ascent=header.ascent, descent=header.descent)
    names = {"familyName": NAME, "styleName": "Regular", "fullName": NAME}
    names |= {"psName": "CourseHanzi-Regular"}
    for key, number in (("copyright", 0), ("licenseDescription", 13)):
        names[key] = {"en": old.getName(number, 3, 1).toUnicode()}
    made.setupNameTable(names)
    made.setupOS2(sTypoAscender=header.ascent, sTypoDescender=header.descent)
    made.setupPost(keepGlyphNames=False)
    made.font["head"].created = made.font["head"].modified = font["head"].modified
    return made.font


def main() -> None:
    """Read the whole font from the command line and write the part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path, help="NotoSansCJK-Regular.ttc")
    font = simplified(parser.parse_args().collection)
    PATH.parent.mkdir(exist_ok=True)
    made = as_truetype(reduced(font, wanted()))
    made.recalcTimestamp = False
    made.save(PATH)
    print(
        f"{PATH.name}: {len(made.getGlyphOrder())} glyphs, {PATH.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
