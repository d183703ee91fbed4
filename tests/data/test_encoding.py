"""Encodings: decoded when declared, refused with a hint when not."""

import re
import zipfile

import pytest

import course_lib as cl
from course_lib import songwriter
from course_lib.data.encoding_guess import rivals

SONG = "夜里十一点 站台的灯泡嗡嗡响\n我把箱子举过头顶 分开的时候你说\n"
OLD = "夜裡十一點 站臺的燈泡嗡嗡響\n我把箱子舉過頭頂 分開的時候你說\n"  # traditional
LATIN = "Gently down the stream,\nmerrily.\n"
CASES = [
    (SONG, "gb18030"),
    (SONG, "gbk"),
    (OLD, "big5"),
    (SONG, "utf-16"),
    (SONG, "utf-16-le"),
    (SONG, "utf-16-be"),
    (LATIN, "utf-16"),
    (LATIN, "utf-16-le"),
    (LATIN, "utf-16-be"),
    (SONG, "utf-32"),
]
LOOKS = {"gbk": "gb18030"}  # which holds it


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_declared_it_is_decoded_and_undeclared_refused_with_a_hint(
    tmp_path, text, encoding
):
    path = tmp_path / "song.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert cl.load_corpus(path, encoding=encoding) == text
    looks = LOOKS.get(encoding, encoding)
    with pytest.raises(ValueError, match=f"pass encoding='{looks}'") as caught:
        cl.load_corpus(path)
    assert "is not UTF-8 text" in str(caught.value)
    assert "song.txt" in str(caught.value)


def test_every_song_of_the_songbook_is_recognised():
    for song in cl.load_corpus("songbook").split("\n\n"):
        for encoding in ("gb18030", "utf-16-le", "utf-16-be", "utf-8"):
            assert rivals(song.encode(encoding)) == [encoding]


# The first article of the Universal Declaration of Human Rights, and a few words more.
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n"
AZALEAS = "나 보기가 역겨워 가실 때에는 말없이 고이 보내 드리우리다"
JAPANESE = "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。\n"
CAT = "吾輩は猫である。名前はまだ無い。"
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。\n"
MOON = "床前明月光,疑是地上霜。举头望明月,低头思故乡。"
TAIWAN = "人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心。\n"
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах.\n"
ONEGIN = "Мой дядя самых честных правил,\nКогда не в шутку занемог,"
ENGLISH = "It’s the keeper’s lamp: “Don’t go”, she said – and went…\n"
FRENCH = "Où sont les neiges d'antan, où l'été passé?"
POLISH = "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności.\n"
TURKISH = "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.\n"
READ_AS = [  # the text, its encoding, and what it is said to look like
    *((KOREAN, name, ["euc-kr"]) for name in ("euc-kr", "cp949")),
    (AZALEAS, "euc-kr", ["euc-kr"]),
    (KOREAN, "utf-16-le", ["utf-16-le"]),
    *((text, "shift_jis", ["shift_jis"]) for text in (JAPANESE, CAT)),
    *((text, "euc-jp", ["euc-jp"]) for text in (JAPANESE, CAT)),
    (JAPANESE, "utf-16-le", ["utf-16-le"]),
    *((CHINESE, name, ["gb18030"]) for name in ("gb18030", "gbk", "gb2312")),
    (MOON, "gbk", ["gb18030"]),
    *((TAIWAN, name, ["big5"]) for name in ("big5", "cp950")),
    (TAIWAN, "gbk", ["gb18030"]),
    *((RUSSIAN, name, [name]) for name in ("cp1251", "koi8-r")),
    *((ONEGIN, name, [name]) for name in ("cp1251", "koi8-r")),
    *((RUSSIAN, name, [name]) for name in ("utf-16-le", "utf-16-be")),
    (ENGLISH, "cp1252", ["cp1252"]),
    ("don’t", "cp1252", ["cp1252"]),
    ("Größe", "latin-1", ["cp1252"]),  # which reads the same
    ("Größe", "mac_roman", ["mac_roman"]),
    ("Größe", "cp850", ["cp850"]),
    (FRENCH, "cp1252", ["cp1252", "cp1250"]),
    (POLISH, "cp1250", ["cp1252", "cp1250"]),
    (TURKISH, "cp1254", ["cp1252", "cp1250", "cp1254"]),
    ("Όλοι οι άνθρωποι γεννιούνται ελεύθεροι", "cp1253", []),
    ("มนุษย์ทั้งหลายเกิดมามีอิสระ", "tis-620", []),
    ("1\n2\n3\n\xe9\n", "latin-1", []),
    ("ab\0c", "utf-8", []),
]


@pytest.mark.parametrize(("text", "encoding", "looks"), READ_AS)
def test_a_guess_is_right_or_tells_its_rivals_or_is_not_made(
    tmp_path, text, encoding, looks
):
    path = tmp_path / "song.txt"
    path.write_bytes(text.encode(encoding))
    assert rivals(path.read_bytes()) == looks
    with pytest.raises(ValueError, match="is not UTF-8 text") as caught:
        cl.load_corpus(path)
    offered = re.findall(r"encoding='([\w-]+)'", str(caught.value))
    assert offered == looks
    assert not looks or text in [cl.load_corpus(path, encoding=e) for e in offered]


def test_a_guess_from_a_part_that_ends_within_a_character(tmp_path):
    path = tmp_path / "song.txt"
    path.write_bytes(KOREAN.encode("euc-kr"))
    for count in range(2, 12):
        with pytest.raises(ValueError, match="looks like EUC-KR"):
            cl.load_corpus(path, max_chars=count)


def test_rivals_are_told_with_the_word_on_which_they_differ(tmp_path):
    path = tmp_path / "song.txt"
    path.write_bytes(FRENCH.encode("cp1252"))
    with pytest.raises(ValueError, match="several fit, so look which reads") as caught:
        cl.load_corpus(path)
    for word in ("encoding='cp1252' (then it has 'Où')", "'cp1250' (then it has 'Oů')"):
        assert word in str(caught.value)


NOT_SO = [
    (
        RUSSIAN.encode("utf-16-le"),
        "utf-8",
        "it has zero bytes; it looks like UTF-16-LE",
    ),
    ("Привет".encode("utf-16-le"), "utf-8", "it has U.001F; it looks like UTF-16-LE"),
    (b"a picture, \0 perhaps", "utf-8", "it has zero bytes; is it text at all?"),
    (b"a picture, \0 perhaps", "latin-1", "it has zero bytes; is it text at all?"),
    (b"don\x92t", "latin-1", "U.0092, a control character, .* looks like CP1252"),
    (b"a \x92 alone", "iso8859-1", "U.0092, a control .* looks like CP1252"),
    ("’分开".encode(), "latin-1", "U.0080, a control .* looks like UTF-8"),
    ("\ufeffdé".encode(), "cp1252", "begins with the mark of UTF-8; it looks like UTF"),
]


@pytest.mark.parametrize(("data", "encoding", "words"), NOT_SO)
def test_signs_that_no_text_has_are_refused(tmp_path, data, encoding, words):
    path = tmp_path / "song.txt"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=words):
        cl.load_corpus(path, encoding=encoding)


def test_the_command_line_names_its_own_option(tmp_path, capsys):
    path = tmp_path / "song.txt"
    path.write_bytes(KOREAN.encode("euc-kr"))
    assert songwriter.main([str(path)]) == 2
    told = capsys.readouterr().err
    assert "looks like EUC-KR: pass --encoding euc-kr. " in told
    assert "unless --encoding says otherwise" in told
    assert songwriter.main([str(path), "--encoding", "klingon"]) == 2
    assert "--encoding must be one that Python knows" in capsys.readouterr().err


def test_a_wrong_declaration_is_an_error_with_a_hint_too(tmp_path):
    path = tmp_path / "song.txt"
    path.write_bytes(SONG.encode())
    with pytest.raises(ValueError, match="is not ASCII text.* looks like UTF-8: pass"):
        cl.load_corpus(path, encoding="ascii")
    cut = SONG.encode("gb18030")[:7]
    path.write_bytes(cut)
    with pytest.raises(ValueError, match=r"is not GB18030 text: byte 6 \(0x\w\w\)"):
        cl.load_corpus(path, encoding="gb18030")


def test_an_encoding_must_be_one_and_only_files_have_one(tmp_path):
    path = tmp_path / "song.txt"
    path.write_bytes(SONG.encode())
    for name in ("klingon", "rot13", "hex", "idna", "undefined", "", "a\0b"):
        with pytest.raises(
            ValueError, match=f"one that Python knows.* got {re.escape(repr(name))}"
        ):
            cl.load_corpus(path, encoding=name)
    with pytest.raises(TypeError, match="encoding must be a str, got NoneType"):
        cl.load_corpus(path, encoding=None)
    with pytest.raises(ValueError, match="'songbook' is UTF-8, got 'gb18030'"):
        cl.load_corpus("songbook", encoding="gb18030")


def test_it_holds_in_a_zip_as_well(tmp_path):
    path = tmp_path / "song.txt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("song.txt", SONG.encode("gb18030"))
    assert cl.load_corpus(path, encoding="gb18030") == SONG
    with pytest.raises(ValueError, match="looks like GB18030"):
        cl.load_corpus(path)
