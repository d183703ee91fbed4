"""The long tests: what each of them makes of what it runs, with small ones in place."""

import pytest

from tools.release import soak

PASSES = """
print("one_hot: passed in 4 s, of which the install cell took 3.5 s; it added course_lib")
print("gru: passed in 41 s, of which the install cell took 12.0 s, more than the 10 s")
"""
FAILS = PASSES + 'print("lstm: FAILED")\nraise SystemExit(1)\n'


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Give what puts a script of one's own in the place of one of the tools."""

    def write(name, code):
        path = tmp_path / "script.py"
        path.write_text(code, encoding="utf-8")
        monkeypatch.setattr(soak, name, [str(path)])

    return write


SLOW = PASSES.replace("12.0 s", "31.0 s")


@pytest.mark.parametrize(("code", "wrong"), [(PASSES, []), (FAILS, ["status 1"])])
def test_of_colab_the_slowest_install_is_recorded(script, tmp_path, code, wrong):
    script("REHEARSAL", code)
    measured = {"chapters": 2, "slowest_install": 12.0}
    assert soak.colab(tmp_path) == (wrong, measured)


def test_an_install_that_takes_too_long_is_wrong(script, tmp_path):
    script("REHEARSAL", SLOW)
    (wrong,), measured = soak.colab(tmp_path)
    assert "expected installs under 30 s" in wrong
    assert measured["slowest_install"] == 31.0


def test_the_suite_is_run_as_often_as_asked_and_a_failing_run_named(
    script, tmp_path, monkeypatch
):
    counted = tmp_path / "runs"
    script(
        "ALL_TESTS",
        f"path = {str(counted)!r}\n"
        "open(path, 'a').write('x')\n"
        "raise SystemExit(len(open(path).read()) == 2)\n",
    )
    monkeypatch.setattr(soak, "TIMES", 3)
    wrong, measured = soak.suite(tmp_path)
    assert counted.read_text() == "xxx"
    assert wrong == ["run 2: status 1"]
    assert measured["times"] == len(measured["seconds_each"]) == 3


@pytest.mark.parametrize(("code", "wrong"), [(PASSES, []), (FAILS, ["status 1"])])
def test_the_last_result_is_recorded_whatever_it_is(
    script, tmp_path, monkeypatch, code, wrong
):
    script("REHEARSAL", code)
    monkeypatch.setattr(soak, "RECORD", tmp_path / "soak.json")
    monkeypatch.setattr("sys.argv", ["soak.py", "colab"])
    assert soak.main() == len(wrong)
    found = soak.recorded()["colab"]
    assert found["wrong"] == wrong
    assert found["slowest_install"] == 12.0
