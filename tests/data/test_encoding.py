"""Encodings: decoded when declared, refused with a hint when not."""

import zipfile

import pytest

import course_lib as cl
from course_lib.data.encoding import guessed

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
        assert guessed(song.encode("gb18030")) == "gb18030"
        assert guessed(song.encode("utf-16-le")) == "utf-16-le"
        assert guessed(song.encode()) == "utf-8"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_where_there_is_no_guess_none_is_made(tmp_path, encoding):
    path = tmp_path / "song.txt"
    path.write_bytes("Où sont les neiges d'antan, où l'été passé?".encode(encoding))
    with pytest.raises(ValueError, match="is not UTF-8 text: byte 1") as caught:
        cl.load_corpus(path)
    assert "looks like" not in str(caught.value)
    assert "unless `encoding` says otherwise" in str(caught.value)
    assert cl.load_corpus(path, encoding=encoding).startswith("Où")


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
    for name in ("klingon", "rot13", "hex"):
        with pytest.raises(ValueError, match=f"one that Python knows.* got '{name}'"):
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
