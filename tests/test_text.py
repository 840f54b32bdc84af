"""How a person compares Vietnamese text, and what a cell's text says."""

from __future__ import annotations

import unicodedata

import pytest

from tdp_xlsx.text import TCVN3, VNI, bare, display, is_blank, match_key, old_text, read_mark, read_word

PLAIN, NARROW, ZERO, SOFT = "\u00a0", "\u202f", "\u200b", "\u00ad"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("thủy", "thuỷ"),
        ("ỦY BAN", "UỶ BAN"),
        ("quý", "qúy"),
        ("khỏe", "khoẻ"),
        ("Không", unicodedata.normalize("NFD", "Không")),
        ("MỤC ĐÍCH", "MU\u0323C ĐI\u0301CH"),
        ("NỘI DUNG", "NÔ\u0323I DUNG"),  # the seed's hybrid: Ô composed, the dot below apart
        ("YÊU CẦU", "YÊU CÂ\u0300U"),
        ("Đạt", "\u00d0ạt"),
        ("Đạt", "\u0189ạt"),
        ("đạt", "\u00f0ạt"),
        ("xanh – sạch", "xanh - sạch"),
        ("Tổ dân phố", f"Tổ{PLAIN}dân{NARROW}phố"),
        ("Có", f"{ZERO}Có{SOFT} "),
        ("trật tự;  Mâu thuẫn", "trật tự; Mâu thuẫn"),
        ("KHÔNG", "không"),
        ("✔", "✔\ufe0f"),
        ("Có", "\u200eCó\u202c"),
    ],
)
def test_texts_a_person_would_call_the_same_have_one_key(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("tô", "tổ"), ("má", "mà"), ("kiếm", "kiểm"), ("kiểm…", "kiểm..."), ("2.10", "2.1"), ("dạt", "đạt"), ("x²", "x2")],
)
def test_texts_a_person_would_tell_apart_have_two_keys(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


def test_display_text_is_nfc_and_never_nfkc() -> None:
    assert display("kinh  tế…\n½ ") == "kinh tế… ½"
    assert display(unicodedata.normalize("NFD", "Nậm Loỏng")) == "Nậm Loỏng"


def test_bare_text_has_no_accent_and_no_barred_d() -> None:
    assert bare("Tổ dân phố Đông Phong") == "to dan pho dong phong"


@pytest.mark.parametrize("raw", ["", " ", PLAIN, ZERO, "\n", "☐", " ☐ "])
def test_white_space_and_an_unticked_box_say_nothing(raw: str) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize("raw", ["0", "-", ".", "x", "☑"])
def test_anything_visible_says_something(raw: str) -> None:
    assert not is_blank(raw)


def test_a_word_spelt_as_in_the_list_is_no_generous_reading() -> None:
    assert (read_word("Có").value, read_word("Có").generous) == ("Có", False)
    assert (read_word(" Không ").value, read_word(" Không ").generous) == ("Không", False)
    assert (read_word("KHÔNG").value, read_word("KHÔNG").generous) == ("Không", True)


def test_letters_are_ticks_only_in_the_fonts_that_show_them_so() -> None:
    assert read_mark("ü", "Có", "Wingdings").value == "Có"
    assert read_mark("P", "Có", "Wingdings 2").value == "Có"
    assert read_mark("P", "Có", "Wingdings").value is None
    assert read_mark("ü", "Có", "Times New Roman").value is None


@pytest.mark.parametrize(
    ("raw", "font", "encoding", "meaning"),
    [
        ("Kh«ng", "", TCVN3, "Không"),
        ("Cã", "", TCVN3, "Có"),
        ("®¹t yªu cÇu", "", TCVN3, None),
        ("cha ®¹t", ".VnTime", TCVN3, None),
        ("Khoâng", "", VNI, "Không"),
        ("Coù", "", VNI, "Có"),
        ("ñaït", "", VNI, None),
        ("Chöa", "VNI-Times", VNI, None),
    ],
)
def test_old_encodings_are_told_by_words_letters_and_fonts(
    raw: str, font: str, encoding: str, meaning: str | None
) -> None:
    old = old_text(raw, font)
    assert old is not None
    assert (old.encoding, old.meaning) == (encoding, meaning)


@pytest.mark.parametrize(
    "raw",
    [
        "Không",
        "Có",
        "hoà giải, thuỷ lợi, tuần, tiến, thuê, khuyến khích, quốc tế",
        "50/80 hộ",
        "xong 95% (đạt)",
        "x",
        unicodedata.normalize("NFD", "Chưa đạt"),
        "mỗi xã một sản phẩm",
    ],
)
def test_unicode_text_is_never_taken_for_an_old_encoding(raw: str) -> None:
    assert old_text(raw, "Times New Roman") is None
