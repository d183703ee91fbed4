"""Loading texts: what is shipped, what is downloaded, and files of one's own."""

import gzip
import hashlib
import http.server
import os
import re
import threading
import zipfile
import zlib
from importlib import resources
from pathlib import Path

import pooch
import pytest

import course_lib as cl
from course_lib.data import corpus, download, encoding_guess, unpack
from course_lib.data.shouting import shouting


def test_lighthouse_is_prose_of_the_promised_length():
    text = cl.load_corpus("lighthouse")
    lines = text.splitlines()
    assert 29_000 < len(text) < 32_000
    assert len(set(lines)) == len(lines)
    assert text.count('"') > 100
    data = text.encode()
    assert len(zlib.compress(data, 9)) / len(data) >= 0.35


def test_songbook_is_chinese_songs_with_their_choruses():
    text = cl.load_corpus("songbook")
    songs = [song.split("\n") for song in text.strip().split("\n\n")]
    assert len(text) >= 12_000
    assert len(set(text)) >= 900
    assert all("\u4e00" <= c <= "\u9fff" or c in " \n" for c in text)
    assert len(songs) >= 40
    sung_again = [len(set(song)) < len(song) for song in songs]
    assert sum(sung_again) > len(songs) / 2
    first = text[:10_000]
    assert first.count("不分开") >= 8
    assert first.count("分开") - first.count("不分开") >= 10


def test_shouting_is_in_capitals_inside_quotes_and_brackets_only():
    text = cl.load_corpus("shouting")
    assert text == cl.load_corpus("shouting")
    inside = re.findall(r'"([^"]*)"|\(([^)]*)\)', text)
    assert len(inside) > 1000
    assert all((quote + aside).isupper() for quote, aside in inside)
    outside = re.sub(r'"[^"]*"|\([^)]*\)', "", text)
    assert outside.islower()


def test_silences_are_drawn_between_the_words_of_the_same_sentences():
    plain, silent = shouting(300), shouting(300, silence=12)
    digest = hashlib.sha256(cl.load_corpus("shouting").encode()).hexdigest()
    assert digest.startswith("f3eab9d40f03")  # as it was before there were silences
    assert plain == cl.load_corpus("shouting")[: len(plain)]
    assert re.sub(" +", " ", silent) == plain
    gaps = {len(gap) for gap in re.findall(" +", silent)}
    assert gaps == set(range(7, 14))  # a space, and from 6 to 12 more
    assert shouting(300, silence=12) == silent != shouting(300, 1, silence=12)
    with pytest.raises(ValueError, match="silence must be at least 0, got -1"):
        shouting(1, silence=-1)


def test_corpora_lists_every_text_with_a_line_about_it():
    listed = cl.corpora()
    assert set(listed) == {"lighthouse", "songbook", "shouting", "time_machine"}
    assert all(line and "\n" not in line for line in listed.values())
    shipped = resources.files("course_lib.data").joinpath("texts").iterdir()
    assert {Path(file.name).stem for file in shipped} == set(corpus.SHIPPED)


def test_max_chars_cuts_last(tmp_path):
    path = tmp_path / "own.txt"
    path.write_bytes("\ufeffdé\r\nf\rg".encode())
    assert cl.load_corpus(path) == "dé\nf\ng"
    assert cl.load_corpus(path, max_chars=3) == "dé\n"
    assert cl.load_corpus(path, max_chars=0) == ""
    with pytest.raises(ValueError, match="max_chars must be at least 0, got -1"):
        cl.load_corpus(path, max_chars=-1)


def test_a_text_is_read_from_txt_gzip_and_zip(tmp_path):
    text = "分开 the lamp\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "a.txt.zip", "w") as archive:
        archive.writestr("folder/a.txt", text)
        archive.writestr("__MACOSX/folder/._a.txt", "junk")
    for plain, other in (("a.txt.gz", "song.gz"), ("a.txt.zip", "songs.zip")):
        (tmp_path / other).write_bytes((tmp_path / plain).read_bytes())
    (tmp_path / "named.txt").write_bytes((tmp_path / "a.txt.gz").read_bytes())
    for name in sorted(path.name for path in tmp_path.iterdir()):
        assert cl.load_corpus(tmp_path / name) == text
        assert cl.load_corpus(str(tmp_path / name)) == text


def zipped(**members: str) -> bytes:
    """Return the bytes of a zip with these members (x_txt for x.txt)."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "latin.txt",
            "caf\xe9".encode("latin-1"),
            r"is not UTF-8 text: byte 3 \(0xe9\)",
        ),
        ("other.txt", "分开".encode("gb18030"), "is not UTF-8 text"),
        ("cut.txt.zip", zipped(a_txt="x" * 999)[:60], "is not a whole zip file"),
        ("no.txt.zip", b"this is no zip", "is not a whole zip file"),
        ("none.txt.zip", zipped(a_csv="1"), r"one .txt file, but holds 0 \(a.csv\)"),
        ("void.txt.zip", zipped(), r"holds 0 \(nothing at all\)"),
        ("two.txt.zip", zipped(a_txt="1", b_txt="2"), r"holds 2 \(a.txt, b.txt\)"),
        (
            "cut.txt.gz",
            gzip.compress(b"x" * 999, mtime=0)[:20],
            "is not a whole gzip file",
        ),
        ("no.txt.gz", b"this is no gzip", "is not a whole gzip file"),
        ("book.pdf", b"%PDF", "has an ending that is not known"),
        ("book.txt", b"%PDF-1.7", "is a PDF, not text"),
        ("song.zip", zipped(word_document="1"), r"one .txt file, but holds 0"),
    ],
)
def test_a_bad_file_is_named_with_what_was_expected(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message) as caught:
        cl.load_corpus(path)
    for part in (name, "lighthouse", "time_machine", ".txt.gz"):
        assert part in str(caught.value)


def test_a_corrupt_member_of_a_zip_is_an_error(tmp_path):
    data = bytearray(zipped(a_txt="".join(map(str, range(2000)))))
    data[60:90] = bytes(30)
    (tmp_path / "bad.txt.zip").write_bytes(data)
    with pytest.raises(ValueError, match="bad.txt.zip' is not a whole zip file"):
        cl.load_corpus(tmp_path / "bad.txt.zip")


@pytest.mark.parametrize("name", ["lighthuose", "", "missing.txt"])
def test_a_name_that_is_nothing_brings_the_list_of_corpora(name):
    with pytest.raises(
        ValueError, match="is no corpus and no file. Expected a corpus .light"
    ):
        cl.load_corpus(name)


class Server:
    """A web server on this machine that answers as it is told."""

    def __init__(self):
        self.body, self.declared, self.status, self.asked = b"", None, 200, 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                self.send_response(outer.status)
                length = outer.declared or len(outer.body)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *arguments):
                """Say nothing."""

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}/timemachine.txt"


@pytest.fixture
def served(tmp_path, monkeypatch):
    """Point the corpus time_machine at a server of ours and an empty cache."""
    server = Server()
    cache = tmp_path / "cache"
    server.body = b"The Time Traveller (for so it will be convenient)"
    digest = f"sha1:{hashlib.sha1(server.body).hexdigest()}"
    item = download.Download(server.url, "timemachine.txt", digest, "about")
    monkeypatch.setitem(corpus.DOWNLOADS, "time_machine", item)
    monkeypatch.setattr(pooch, "os_cache", lambda _: cache)
    monkeypatch.delenv(download.FOLDER_VARIABLE, raising=False)
    # pooch speaks through a logger of its own, on stderr
    pooch.get_logger().setLevel("ERROR")
    yield server, cache
    server.http.shutdown()
    server.http.server_close()


def kept(cache: Path) -> list[str]:
    """List what a cache holds."""
    return sorted(os.listdir(cache)) if cache.is_dir() else []


def test_a_download_is_checked_and_kept(served):
    server, cache = served
    for _ in range(2):
        assert cl.load_corpus("time_machine").startswith("The Time Traveller")
    assert server.asked == 1
    assert kept(cache) == ["timemachine.txt"]


def test_a_wrong_hash_keeps_nothing_and_says_where_to_put_the_file(served):
    server, cache = served
    server.body = b"another text"
    with pytest.raises(
        ValueError, match="not give the file that was expected"
    ) as error:
        cl.load_corpus("time_machine")
    assert str(cache / "timemachine.txt") in str(error.value)
    assert "COURSE_DATA_DIR" in str(error.value)
    assert kept(cache) == []


def test_a_download_cut_off_keeps_nothing(served):
    server, cache = served
    server.declared = 10 * len(server.body)
    with pytest.raises(ConnectionError, match="could not be downloaded .* by other"):
        cl.load_corpus("time_machine")
    assert kept(cache) == []


def test_no_network_and_a_missing_file_say_where_to_put_it(served):
    server, cache = served
    server.status = 404
    with pytest.raises(ConnectionError, match="HTTPError"):
        cl.load_corpus("time_machine")
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(ConnectionError, match="save it as") as error:
        cl.load_corpus("time_machine")
    assert str(cache / "timemachine.txt") in str(error.value)
    assert kept(cache) == []


def test_a_damaged_file_in_the_cache_is_replaced(served):
    server, cache = served
    cl.load_corpus("time_machine")
    (cache / "timemachine.txt").write_text("damaged")
    assert cl.load_corpus("time_machine").startswith("The Time Traveller")
    assert server.asked == 2


def test_the_folder_of_course_data_dir_comes_first(served, tmp_path, monkeypatch):
    server, _ = served
    monkeypatch.setenv(download.FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "timemachine.txt").write_bytes(server.body)
    assert cl.load_corpus("time_machine", max_chars=3) == "The"
    assert server.asked == 0
    (tmp_path / "timemachine.txt").write_text("another text")
    with pytest.raises(ValueError, match="is not the file that was expected"):
        cl.load_corpus("time_machine")


def test_the_real_time_machine_has_the_length_that_d2l_1_counts(time_machine):
    assert len(time_machine) == 178_979
    assert len(cl.letters_only(time_machine)) == 173_428
    assert len(cl.Vocab(cl.letters_only(time_machine))) == 27


@pytest.mark.parametrize(
    ("name", "error"),
    [("the lamp is lit " * 40, ValueError), ("a\0b", ValueError), (["a"], TypeError)],
)
def test_a_text_in_place_of_a_name_is_refused(name, error):
    with pytest.raises(error, match="no corpus and no file|must be a str or a Path"):
        cl.load_corpus(name)


def test_a_corpus_may_be_named_by_a_path_and_a_home_by_a_tilde(tmp_path, monkeypatch):
    assert cl.load_corpus(Path("lighthouse"), 10) == cl.load_corpus("lighthouse", 10)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "own.txt").write_text("mine")
    assert cl.load_corpus("~/own.txt") == "mine"


def test_the_place_of_a_bad_byte_counts_a_byte_order_mark(tmp_path):
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbfabc\xffdef")
    with pytest.raises(ValueError, match=r"byte 6 \(0xff\)"):
        cl.load_corpus(tmp_path / "bom.txt")


def test_every_way_of_cutting_or_damaging_a_zip_is_a_value_error(tmp_path):
    whole = zipped(a_txt="".join(map(str, range(3000))))
    path = tmp_path / "x.txt.zip"
    for cut in range(0, len(whole), 97):
        for data in (whole[:cut], whole[cut + 1 :], whole[:cut] + whole[cut + 50 :]):
            path.write_bytes(data)
            with pytest.raises(ValueError, match="x.txt.zip"):
                cl.load_corpus(path)


def test_a_home_folder_of_nobody_is_no_file():
    with pytest.raises(ValueError, match="is no corpus and no file"):
        cl.load_corpus("~nobody-here/text.txt")


def document(name: str) -> bytes:
    """Return the bytes of a zip with one member of this name."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "<xml/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("word/document.xml", "a Word document"),
        ("xl/workbook.xml", "an Excel workbook"),
    ],
)
def test_a_document_is_named_even_under_another_ending(tmp_path, member, kind):
    (tmp_path / "song.txt").write_bytes(document(member))
    with pytest.raises(ValueError, match=f"is {kind}, not text: save it as text"):
        cl.load_corpus(tmp_path / "song.txt")


def test_no_more_is_read_than_max_chars_asks_for(tmp_path, monkeypatch):
    asked, bounded = [], unpack._bounded
    monkeypatch.setattr(
        unpack,
        "_bounded",
        lambda stream, most: asked.append(most) or bounded(stream, most),
    )
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"\0" * 10 + b"a" * 10**7))
    (tmp_path / "long.txt.gz").write_bytes(gzip.compress(b"a\r\n" * 10**6))
    (tmp_path / "late.txt.gz").write_bytes(gzip.compress(b"a" * 10**5 + b"\xff"))
    assert cl.load_corpus(tmp_path / "long.txt.gz", 5) == "a\na\na"
    assert cl.load_corpus(tmp_path / "late.txt.gz", 5) == "aaaaa"
    assert asked[:2] == [48, 48]
    with pytest.raises(ValueError, match="it has zero bytes"):
        cl.load_corpus(tmp_path / "bomb.txt.gz", 5)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "utf-32", "gb18030", "iso2022_jp"]
)
def test_a_cut_text_is_the_beginning_of_the_whole(tmp_path, encoding):
    text = "日本の,ab\n" * 50
    path = tmp_path / "own.txt"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    for count in (0, 1, 7, 8, 60, 399, 400, 401, 10**4):
        assert cl.load_corpus(path, count, encoding) == text[:count]


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "LIMIT", 2**20)
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"a" * (2**20 + 1)))
    (tmp_path / "bomb.txt.zip").write_bytes(zipped(a_txt="a" * (2**20 + 1)))
    for name in ("bomb.txt.gz", "bomb.txt.zip"):
        with pytest.raises(ValueError, match="unpacks to more than 1 MiB"):
            cl.load_corpus(tmp_path / name)
        assert cl.load_corpus(tmp_path / name, 3) == "aaa"


def test_a_guess_looks_at_one_part_of_a_long_text(tmp_path, monkeypatch):
    looked, share = [], encoding_guess._share
    monkeypatch.setattr(
        encoding_guess,
        "_share",
        lambda data, *of: looked.append(data) or share(data, *of),
    )
    path = tmp_path / "long.txt"
    path.write_bytes(
        b"no line ends " * 10**5 + "分开的时候你说".encode("gb18030") * 10**4
    )
    with pytest.raises(ValueError, match="looks like GB18030: pass"):
        cl.load_corpus(path)
    assert max(map(len, looked)) <= encoding_guess.SAMPLE


def test_a_file_that_may_not_be_read_is_an_error_in_words(tmp_path, monkeypatch):
    path = tmp_path / "mine.txt"
    path.write_text("mine")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ValueError, match="mine.txt' cannot be read .Permission denied"):
        cl.load_corpus(path)
    for load in (cl.load_series, cl.load_table, cl.read_idx):
        with pytest.raises(ValueError, match="mine.txt' cannot be read .Permission"):
            load(path)


def test_a_folder_of_data_that_is_not_there_is_told(served, tmp_path, monkeypatch):
    server, _ = served
    for folder in (tmp_path / "nowhere", "x" * 5000, "~nobody-here"):
        monkeypatch.setenv(download.FOLDER_VARIABLE, str(folder))
        with pytest.raises(
            ValueError, match="variable COURSE_DATA_DIR must name a fold"
        ):
            cl.load_corpus("time_machine")
    assert server.asked == 0
