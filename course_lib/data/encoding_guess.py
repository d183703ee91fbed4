"""Which encodings bytes may be in: those in which they read like a language.

A guess is never acted on. Where several readings are likely, all are told.
"""

import codecs
import re
import unicodedata
from itertools import pairwise

BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8",
}
SAMPLE = 2**16  # bytes to look at, from the line of the first that is no ASCII
CONTROL = re.compile("[\x01-\x08\x0e-\x19\x1c-\x1f]")  # no tab, line, page or escape
# The commonest characters of a language; Chinese in both its scripts.
CHINESE = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生"
    "能而子那得于於着著下自之年过過发發后後作里裡裏用道行所然家种種事成方多经經么麼去法学學如"
    "都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日"
    "者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由"
    "问問很最重并並物手应應战戰向头頭文体體政美相见見被利什二等产產或新己身果加月话話合回特代"
    "内內信表化老给給位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各"
    "入几幾口认認条條平系气氣题題活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太"
    "量再感建务務做接必场場件计計管期市直德资資命山金指许許统統区區保至队隊形社便空决決治展马"
    "馬科司五基眼书書非则則听聽白却卻界达達光放强強像难難且权權思王象完设設色路记記南品住告类"
    "類求据據程北边邊死张張该該交规規万萬取拉望觉覺术術领領共确確传傳师師观觀清今切院让讓识識"
    "候带帶导導争爭运運夜风風雨歌爱愛温溫均降值流站城时車车岁歲春秋夏冬唱梦夢"
)
KOREAN = frozenset(
    "이다의는에을를가고하지로한은도사자기어리나대서시아그인해스과와있정수일라보부상제주원전으장"
    "여만들게것니조동국우면미구비선성생때습없야너내마말오위유적안려저모든간월년강온량속계영중"
)
KANA = frozenset(map(chr, range(0x3041, 0x3097)))  # hiragana
RUSSIAN = frozenset("оеаинтсрвлкмдпуыіь")
# The scripts that letters of a text in each language are in, by their Unicode names.
NAMES = {
    CHINESE: ("CJK", "IDEOGRAPH"),
    KOREAN: ("HANGUL", "CJK"),
    KANA: ("HIRAGANA", "KATAKANA", "CJK"),
    RUSSIAN: ("CYRILLIC",),
}
# Encodings (the narrower first), the common characters, and their least share.
SCRIPTS = (
    (("euc-kr", "cp949"), KOREAN, 0.4),
    (("gb18030",), CHINESE, 0.3),
    (("big5", "cp950"), CHINESE, 0.3),
    (("shift_jis", "cp932"), KANA, 0.3),
    (("euc-jp",), KANA, 0.3),
    (("cp1251",), RUSSIAN, 0.7),
    (("koi8-r",), RUSSIAN, 0.7),
)
WINDOWS, OLDER = ("cp1252", "cp1250", "cp1254"), ("mac_roman", "cp850")
OPENING = re.compile(r"\w(„|‚|[“‘–][^\W\d_])")  # what opens, within a word
WITHIN = re.compile(r"[^\W\d_][^\x00-\x7f\w’—…\xad][^\W\d_]")  # or any other there
# What Windows has for a dash or an apostrophe, an old Mac has for a letter.
USUAL = frozenset("’‘‚“”„…–—«»‹›°²³¹½¼¾±×÷§€£¥¢©®™•¿¡µªº\xa0\xad")
DOUBTFUL = re.compile(r"[^\W\d_][—’][^\W\d_]")
CERTAIN = re.compile(r"[^\W\d_]’(s|t|d|m|re|ve|ll)\b|“[^“”]+”")


def rivals(data: bytes, place: int = 0) -> list[str]:
    """Return the encodings that bytes look like: none, one, or several that all fit.

    place: of the first byte that did not fit what was tried. A byte-order mark tells
    alone. UTF-32 and UTF-16 without one show by their zeros. The others are told by
    how often they make the commonest characters of Chinese, Korean, Japanese or
    Russian, or letters and quotes where Latin words have them.
    """
    for mark, name in BOMS.items():
        if data.startswith(mark):
            return [name]
    if found := _wide(data):
        return [found]
    if b"\0" in data:
        return []
    if not data.isascii() and reads(data, "utf-8") is not None:
        return ["utf-8"]
    sample = _sample(data, place)
    likely = [
        next(name for name in names if reads(data, name) is not None)
        for names, common, least in SCRIPTS
        if any(_share(sample, name, common) >= least for name in names)
        and any(reads(data, name) is not None for name in names)
    ]
    return likely or _latin(data, sample)


def reads(data: bytes, name: str) -> str | None:
    """Return bytes as text, or None where they do not fit, or make signs of no text."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or CONTROL.search(text[:SAMPLE]) else text


def begins(data: bytes, name: str) -> str:
    """Return the text of bytes that may break off within a character, or nothing."""
    try:
        return codecs.getincrementaldecoder(name)().decode(data)
    except UnicodeDecodeError:
        return ""


def excerpts(data: bytes, names: list[str], place: int = 0) -> list[str]:
    """Return how the first word on which encodings differ reads in each of them."""
    read = [begins(_sample(data, place), name).split() for name in names]
    for words in zip(*read, strict=False):
        if len(set(words)) > 1:
            return [word[:12] for word in words]
    return ["".join(words[:1])[:12] for words in read]


def _sample(data: bytes, place: int) -> bytes:
    """Return a part that begins with a line, in which `place` lies."""
    start = data.rfind(b"\n", max(0, place - SAMPLE // 2), place) + 1
    if not start and place >= SAMPLE:
        start = place
    return data[start : start + SAMPLE]


def _share(sample: bytes, name: str, common: frozenset) -> float:
    """Return which share of the letters beyond ASCII are the commonest of a language.

    Of no language is a text with letters of other scripts in it; where most letters
    are ASCII, or small ones stand before capitals, it is not Russian.
    """
    text = begins(sample, name)
    letters = [c for c in text if c.isalpha()]
    beyond = [c for c in letters if not c.isascii()]
    names = [unicodedata.name(c, "") for c in beyond]
    foreign = sum(not any(known in n for known in NAMES[common]) for n in names)
    if not beyond or foreign > 0.1 * len(beyond):
        return 0.0
    if common is RUSSIAN and (2 * len(beyond) < len(letters) or _mixed(text)):
        return 0.0
    return sum(c in common for c in beyond) / len(beyond)


def _mixed(text: str) -> bool:
    """Say whether a capital beyond ASCII stands right behind a small letter."""
    return any(
        before.islower() and c.isupper() and not c.isascii()
        for before, c in pairwise(text)
    )


def _wide(data: bytes) -> str | None:
    """Return which UTF-32 or UTF-16 bytes without a mark look like, or None."""
    if len(data) >= 8 and len(data) % 4 == 0:
        for name in ("utf-32-le", "utf-32-be"):
            if reads(data, name) is not None:
                return name
    if len(data) < 2 or len(data) % 2:
        return None
    part = data[:SAMPLE]
    sides = (("utf-16-le", part[1::2], part[::2]), ("utf-16-be", part[::2], part[1::2]))
    for name, high, low in sides:
        text = reads(data, name) if _high(high, low) else None
        if text is not None and _common(text[:SAMPLE]):
            return name
    return None


def _common(text: str) -> bool:
    """Say whether East Asian characters, if there are any, are common ones."""
    beyond = [c for c in text if c >= "\u3000" and c.isalpha()]
    common = sum(c in CHINESE or c in KOREAN or c in KANA for c in beyond)
    return common >= 0.3 * len(beyond)


def _high(high: bytes, low: bytes) -> bool:
    """Say whether bytes are the high halves of UTF-16: few blocks, or East Asian.

    An alphabet has one block beside ASCII's, which begins with a zero; a file of one
    digit a line has line ends in every second byte as well.
    """
    blocks, zeros = set(high), high.count(0)
    if low.count(0) > zeros // 8 and blocks - {0}:
        return zeros > low.count(0) and _asian(high)
    if not blocks - {0}:
        return 0 not in low
    ordinary = not zeros and not blocks.isdisjoint(b"\t\n\r")
    if len(blocks) <= 3 and max(blocks) < 0x20 and not ordinary:
        return len(set(low)) > 2 * len(blocks)
    return _asian(high)


def _asian(high: bytes) -> bool:
    """Say whether nearly all are the high halves of hanzi, kana, hangul and ASCII."""
    asian = sum(
        byte in (0, 0x30, 0xFF) or 0x4E <= byte <= 0x9F or 0xAC <= byte <= 0xD7
        for byte in high
    )
    return asian >= 0.9 * len(high)


def _latin(data: bytes, sample: bytes) -> list[str]:
    """Return the encodings in which a text is words in Latin letters.

    Windows' come first; what a Mac or DOS wrote is asked where they fail or where a
    word is odd in them. Of two that read alike one is told.
    """
    read: dict[str, str] = {}
    for names in (WINDOWS, OLDER):
        if names is WINDOWS or not read or _doubtful(next(iter(read))):
            for name in names:
                text = begins(sample, name)
                if words(text) and reads(data, name) is not None:
                    read.setdefault(text, name)
    return list(read.values())


def words(text: str) -> bool:
    """Say whether a text is words in Latin letters, with signs where signs may be."""
    letters = [c for c in text if c.isalpha()]
    beyond = [c for c in letters if not c.isascii()]
    if text.isascii() or 2 * len(beyond) > len(letters):
        return False
    signs = {c for c in text if not c.isascii()} - USUAL
    if not all(unicodedata.name(c, "").startswith("LATIN ") for c in signs):
        return False
    return not (_mixed(text) or OPENING.search(text) or WITHIN.search(text))


def _doubtful(text: str) -> bool:
    """Say whether signs stand within words, and none of them is surely one."""
    return bool(DOUBTFUL.search(text)) and not CERTAIN.search(text)
