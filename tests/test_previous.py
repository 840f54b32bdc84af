"""This year beside the year before: what is compared, what is asked, and every figure of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import years

if TYPE_CHECKING:
    from tests.kit.ward import Ward


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return years.first(tmp_path_factory.mktemp("years") / "2021")


@pytest.fixture(scope="module")
def second(first: Ward, tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return years.second(first, tmp_path_factory.mktemp("years") / "2022")


COMPARED: dict[str, Any] = {
    "TDP-01": {"code": "TDP-01", "met": [39, 40], "compared": 41, "gained": ["2.1"], "lost": [], "rank": [5, 2]},
    "TDP-02": {"code": "TDP-02", "met": [40, 40], "compared": 41, "gained": ["3.1"], "lost": ["4.1"], "rank": [2, 2]},
    "TDP-05": {"code": "TDP-05", "met": [40, 40], "compared": 41, "gained": [], "lost": [], "rank": [2, 2]},
    "TDP-07": {"code": "TDP-07", "met": [41, 40], "compared": 41, "gained": [], "lost": ["2.1"], "rank": [1, 6]},
    "TDP-09": {"code": "TDP-09", "met": [40, 40], "compared": 41, "gained": [], "lost": [], "rank": [None, None]},
    "B-01": {"code": "B-01", "met": [39, 40], "compared": 40, "gained": ["1.1"], "lost": [], "rank": [4, 1]},
    "B-12": {"code": "B-02", "met": [38, 39], "compared": 40, "gained": ["2.1"], "lost": [], "rank": [6, 5]},
}
"""By hand: 2.1 counts three points, which a town group has 43 of, a village 42."""
BROKEN = {
    "TDP-03": "Nhập từ TDP-03, TDP-04",
    "TDP-06": "Chia tách từ TDP-06",
    "TDP-16": "Chia tách từ TDP-06",
    "TDP-08": "Năm trước chưa được tính",
    "TDP-17": "Lập mới",
    "B-03": "Năm nay đã thẩm định, năm trước chưa thẩm định",
    "B-05": "Năm trước chưa được tính",
}


def test_every_group_is_compared_as_reckoned_by_hand_or_says_why_not(second: Ward) -> None:
    done = second.call("consolidate", "--json")
    assert done.code == 0, done.err
    told = years.previous(done.json)
    assert {code: one for code, one in told.items() if "break" not in one} == COMPARED
    assert {code: one["break"] for code, one in told.items() if "break" in one} == BROKEN
    document = done.json["previous"]
    assert (document.pop("file"), len(document.pop("sha256"))) == ("nam_truoc/tong_hop_2021.xlsx", 64)
    assert document == {
        "year": 2021,
        "compared_groups": 7,
        "groups": 14,
        "compared_criteria": 43,
        "criteria": 45,
    }
    assert not [code for code in done.codes() if code.startswith("N")]
    assert "So với năm 2021: so sánh được 7/14 đơn vị, 43/45 tiêu chí." in done.err
    for command in ("status", "check"):
        document = second.call(command, "--json").json
        assert (document["previous"], set(map(str, years.previous(document).values()))) == (None, {"None"})
