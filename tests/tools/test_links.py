"""Which answers make a link a broken one. (That it is asked: test_pdf.py.)"""

import pytest

from tools.site.links import is_refused

FORBIDDEN = "403 Client Error: Forbidden for url: https://ieeexplore.ieee.org/1"


@pytest.mark.parametrize(
    ("uri", "info", "refused"),
    [
        ("https://doi.org/10.1109/72.279181", FORBIDDEN, True),
        ("https://doi.org/10.1109/72.279181", "418 Client Error: Unknown", True),
        ("https://doi.org/10.1109/none", "404 Client Error: Not Found", False),
        ("https://doi.org/10.1109/72.279181", "Read timed out: 403 s", False),
        ("https://example.org/403", FORBIDDEN, False),
    ],
)
def test_a_doi_whose_publisher_refuses_machines_is_not_broken(uri, info, refused):
    assert is_refused({"uri": uri, "info": info}) == refused
