"""The sheet ``Thẩm định``: the office's decisions, one row each, checked and put in force as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from tdp_xlsx.evaluation import DecisionFault
from tdp_xlsx.layout import AS_IT_STANDS, DECISION_HEADINGS, DECISION_HELPERS, DECISIONS
from tdp_xlsx.model import ALL_GROUPS, NO, YES
from tdp_xlsx.report.book import LAST_ROW
from tdp_xlsx.report.figures import minutes, minutes_formula, standing, standing_formula
from tdp_xlsx.report.live import letter, quoted
from tdp_xlsx.report.table import Column, Table
from tdp_xlsx.report.words import CONTRADICTED, FAULTS, NOT_APPLICABLE, NUMERIC_CODE
from tdp_xlsx.styles import ASK_FILL, GOOD_FILL

if TYPE_CHECKING:
    from tdp_xlsx.evaluation import SettledDecision
    from tdp_xlsx.report.book import Page, Ward
    from tdp_xlsx.report.figures import Figures
    from tdp_xlsx.report.live import Value

ROOM = 500
"""Rows prepared for further decisions."""
GROUP, CRITERION, SELF, RESULT, REASON, BY, ON, STATE = range(8)
KEY, EFFECT, CHANGE, MINUTES, DAY, OWNER, GIVEN = range(8, 15)
_OWN = 15
"""Where the office's own columns begin; they stand within what is filtered and sorted, the list of codes beyond."""
_RULES = {
    SELF: "tu_danh_gia",
    STATE: "tinh_trang",
    KEY: "khoa",
    EFFECT: "ket_qua",
    CHANGE: "thay_doi",
    MINUTES: "bien_ban",
    DAY: "ngay",
    OWNER: "don_vi",
    GIVEN: "tra_loi",
}
"""What is reckoned beside each row, by column: ``td_`` and the word name the rows, ``td_dong_`` the expression."""
_IN_FORCE = "Được áp dụng"
_NOT_IN_FORCE = "Chưa áp dụng: "
_UNDOCUMENTED = "; nên ghi đủ lý do, người, ngày"
_HOW = """\
Mỗi dòng một quyết định: chọn mã đơn vị, mã tiêu chí, kết quả; ghi lý do, người, ngày. Họp có biên bản thì ghi số vào \
Lý do, ví dụ: Biên bản 05/BB-UBND.
Chọn “Tất cả” và “Giữ nguyên” khi công nhận cả bảng như đơn vị tự đánh giá. Thứ tự các dòng không ảnh hưởng kết quả.
Xếp hạng, Chi tiết, Chưa đạt, Tổng hợp, Biểu đồ thay đổi theo ngay; riêng thứ tự các dòng của Xếp hạng xếp lại ở lần \
tổng hợp sau.""".splitlines()
"""One row each: a longer line would be cut at the page's edge."""


def first_decision_row(*, demo: bool) -> int:
    """Return the row, from 1, at which the decisions begin: below title, notes, a blank row and the headings."""
    return len(_HOW) + 4 + demo


def write_decisions(ward: Ward) -> None:
    """Write the decisions as they stand, the room for more, and the checks beside them."""
    page = ward.pages[DECISIONS]
    head = page.title("KẾT QUẢ THẨM ĐỊNH", _HOW[0])
    for line in _HOW[1:]:
        page.text(head - 1, 0, line, "note", text_wrap=False)
        head += 1
    first = head + 1
    rows = ward.evaluation.decisions
    last = max(first + len(rows) - 1, min(first + len(rows) + ROOM - 1, LAST_ROW))
    page.headings(head, DECISION_HEADINGS)
    page.headings(head, DECISION_HELPERS[:-2], STATE, "office_heading")
    # The office's own columns travel with their rows.
    own = tuple(dict.fromkeys(heading for row in rows for heading, _ in row.decision.own))
    page.headings(head, own, _OWN, "office_heading")
    page.widths(page.code_width(12), 12, 12, 13, 44, 24, 13, 44)
    page.width(KEY, GIVEN, 70, hidden=True)
    listed = _OWN + len(own) + 1
    page.widths(*[24] * len(own), 3, 19, 19, first=_OWN)
    page.headings(head, DECISION_HELPERS[-2:], listed, "office_heading")
    criteria = ward.plan.criteria
    choices = [(ALL_GROUPS, "Cả bảng của đơn vị"), *((criterion.code, criterion.label) for criterion in criteria)]
    _rows(page, first, last, choices, own)
    for col in range(KEY, GIVEN + 1):
        page.name(f"td_{_RULES[col]}", col, first, last)
    if ward.live:
        for col, expression in _expressions().items():
            ward.workbook.define_name(f"td_dong_{_RULES[col]}", f"={expression}")
    page.name("td_danh_muc", listed, first, first + len(choices) - 1)
    _validate(page, first, last)
    page.texts_that_look_like_numbers(first, 0, last, listed + 1)
    _look(page, head, first, last, listed - 2)


def _rows(page: Page, first: int, last: int, choices: list[tuple[str, str]], headings: tuple[str, ...]) -> None:
    """Write the decisions, the room for more, and beside both the list of codes to choose from."""
    listed = _OWN + len(headings) + 1
    figures, rows = page.ward.figures, page.ward.evaluation.decisions
    own = [*_columns(page), *(Column(col, page.look("input_text")) for col in range(_OWN, listed - 1))]
    code, label = Column(listed, page.look("code")), Column(listed + 1, page.look("code", align="left"))
    plain, beside, below = Table(page, own), Table(page, [*own, code, label]), Table(page, [code, label])
    top = Table(page, [*own, code, Column(listed + 1, page.look("cell"))])
    seen: set[str] = set()
    for row in range(first, max(last + 1, first + len(choices))):
        place = row - first
        choice = choices[place] if place < len(choices) else ()
        if row > last:
            below.write(row, choice, height=0)
            continue
        settled = rows[place] if place < len(rows) else None
        values = _values(figures, settled, seen) if settled else _NOTHING_ENTERED
        more = dict(settled.decision.own) if settled else {}
        # Rows that may still be typed into keep no fixed height, so that they grow with what is typed.
        table = plain if not choice else beside if place else top
        own_values = [more.get(heading, "") for heading in headings]
        table.write(row, [*values, *own_values, *choice], height=None if settled else 0)


_NOTHING_ENTERED: tuple[Value, ...] = ("",) * KEY + ("", "", 0, "", 0, "", "")


def _columns(page: Page) -> list[Column]:
    """Return what is entered, as text, and the formulas that judge it: each row's are the same named expressions."""
    entry, cell, count = page.look("input_text"), page.look("cell"), page.look("count")
    looks = {SELF: page.look("cell_middle"), CHANGE: count, DAY: count}
    return [
        Column(col, looks.get(col, cell), f"td_dong_{_RULES[col]}") if col in _RULES else Column(col, entry)
        for col in range(GIVEN + 1)
    ]


def _at(col: int) -> str:
    """Return a row's cell of a column as a named expression has it: relative to row 1, for every row its own."""
    return f"'{DECISIONS}'!{letter(col)}1"


def _entered(col: int) -> str:
    """Return the expression of what is entered in a cell; an error that was pasted there says nothing."""
    return f'IFERROR(TRIM({_at(col)}),"")'


def _known(text: str, names: str) -> str:
    """Return the test whether a text is among some names; MATCH would take ``*`` for any of them, and fails at 256."""
    return f"SUMPRODUCT(--({names}={text}))>0"


def _self_assessed() -> str:
    """Return the expression of the leader's answer to what a row decides."""
    group, criterion = f"TRIM({_at(GROUP)})", f"TRIM({_at(CRITERION)})"
    known = f"{_known(group, 'ct_ma')},{_known(criterion, 'td_danh_muc')}"
    found = f'INDEX(dl_doc_la,MATCH({group}&"|"&{criterion},dl_khoa,0))'
    return f'IFERROR(IF(AND(NOT(ISNUMBER({_at(CRITERION)})),{known}),{found},""),"")'


def _key() -> str:
    """Return the expression that judges a row by itself, in the order of ``DecisionFault``: its fault, or its key."""
    a, b, c, d = _entered(GROUP), _entered(CRITERION), _at(SELF), _entered(RESULT)
    fault = {key: quoted(text) for key, text in FAULTS.items()}
    whole, stands = quoted(ALL_GROUPS), quoted(AS_IT_STANDS)
    known_result = f"OR({d}={quoted(YES)},{d}={quoted(NO)},{d}={stands})"
    tests = (
        (f'{a}=""', fault[DecisionFault.NO_GROUP]),
        (f'{b}=""', fault[DecisionFault.NO_CRITERION]),
        (f'{d}=""', fault[DecisionFault.NO_RESULT]),
        (f"NOT({_known(a, 'ct_ma')})", fault[DecisionFault.UNKNOWN_GROUP]),
        (f"ISNUMBER({_at(CRITERION)})", quoted(NUMERIC_CODE)),
        (f"NOT({_known(b, 'td_danh_muc')})", fault[DecisionFault.UNKNOWN_CRITERION]),
        (f"NOT({known_result})", fault[DecisionFault.UNKNOWN_RESULT]),
        (f'ISNA(MATCH({a}&"|"&INDEX(td_danh_muc,2),dl_khoa,0))', fault[DecisionFault.NO_FILE]),
        (f"AND({b}={whole},{d}<>{stands})", fault[DecisionFault.WHOLE_GROUP_RESULT]),
        (f"{c}={quoted(NOT_APPLICABLE)}", fault[DecisionFault.NOT_APPLICABLE]),
    )
    chain = f'{a}&"|"&{b}'
    for test, words in reversed(tests):
        chain = f"IF({test},{words},{chain})"
    typed = "&".join(_at(col) for col in (GROUP, CRITERION, RESULT, REASON, BY, ON))
    return f'IF(IFERROR({typed}="",FALSE),"",{chain})'


def _expressions() -> dict[int, str]:
    """Return the expressions that judge a row and put it in force, by column."""
    key, effect, given, owner, differ = _at(KEY), _at(EFFECT), _at(GIVEN), _at(OWNER), quoted(CONTRADICTED)
    well_formed = f'ISNUMBER(FIND("|",{key}))'
    conflict = f"SUMPRODUCT((td_khoa={key})*(td_tra_loi<>{given}))>0"
    alters = f"AND(OR({effect}={quoted(YES)},{effect}={quoted(NO)}),{effect}<>{_at(SELF)})"
    is_first = f"MATCH({key},td_khoa,0)=ROW()-ROW(INDEX(td_khoa,1))+1"
    blank = ",".join(f'{_at(col)}=""' for col in (REASON, BY, ON))
    words = (
        f"IF({effect}={differ},{quoted(_NOT_IN_FORCE + FAULTS[DecisionFault.CONFLICT])},"
        f'{quoted(_IN_FORCE)}&IF(IFERROR(OR({blank}),TRUE),{quoted(_UNDOCUMENTED)},""))'
    )
    return {
        SELF: _self_assessed(),
        STATE: f'IF({key}="","",IF({well_formed},{words},{quoted(_NOT_IN_FORCE)}&{key}))',
        KEY: _key(),
        EFFECT: f'IF({given}="","",IF({conflict},{differ},{given}))',
        CHANGE: f'IF({given}="",0,IF({is_first},IF({alters},1,0),0))',
        MINUTES: f'IF({owner}="","",{minutes_formula(_at(REASON))})',
        DAY: f'IF({owner}="",0,{standing_formula(_at(ON), _at(MINUTES))})',
        OWNER: f'IF(OR({effect}="",{effect}={differ}),"",TRIM({_at(GROUP)}))',
        GIVEN: f'IF({well_formed},TRIM({_at(RESULT)}),"")',
    }


def _values(figures: Figures, settled: SettledDecision, seen: set[str]) -> tuple[Value, ...]:
    """Return what a decision's row holds; ``seen`` keeps the keys of those in force above it."""
    decision, fault = settled.decision, settled.fault
    well_formed = fault in {None, DecisionFault.CONFLICT}
    number, day, owner, changes = "", 0, "", False
    if fault is None:
        number, day, owner = minutes(decision), standing(decision), decision.group
        changes = settled.key not in seen and figures.changes(settled)
        seen.add(settled.key)
    documented = decision.reason and decision.decided_by and decision.decided_on
    state = _NOT_IN_FORCE + FAULTS[fault] if fault else _IN_FORCE + ("" if documented else _UNDOCUMENTED)
    key = FAULTS[fault] if fault and not well_formed else settled.key
    return (
        *(decision.group, decision.criterion, figures.as_read.get(settled.key, "")),
        *(decision.result, decision.reason, decision.decided_by, decision.decided_on, state),
        *(key, figures.effect(settled), int(changes), number, day, owner, decision.result if well_formed else ""),
    )


_CHOICES = {
    GROUP: ("=ct_ma", "Mã đơn vị", "Chọn từ danh sách.", "Không có mã này", "Chọn một mã đơn vị trong danh sách."),
    CRITERION: (
        *("=td_danh_muc", "Mã tiêu chí", "Chọn từ danh sách; “Tất cả” để công nhận cả bảng."),
        *("Không có mã này", "Chọn một mã tiêu chí trong danh sách."),
    ),
    RESULT: ([YES, NO, AS_IT_STANDS], "", "", "Kết quả không đúng", "Chọn Có, Không hoặc Giữ nguyên."),
}
"""By column: what to choose from; title and text of the input message, and of the error message."""


def _validate(page: Page, first: int, last: int) -> None:
    """Give the cells to type into their drop-down lists."""
    keys = ("source", "input_title", "input_message", "error_title", "error_message")
    for col, said in _CHOICES.items():
        told = {key: value for key, value in zip(keys, said, strict=True) if value}
        page.sheet.data_validation(first, col, last, col, {"validate": "list", **told})


def _look(page: Page, head: int, first: int, last: int, sorted_to: int) -> None:
    sheet = page.sheet
    for start, fill in ((_NOT_IN_FORCE, ASK_FILL), (_IN_FORCE, GOOD_FILL)):
        formula = f"=LEFT($H{first + 1},{len(start)})={quoted(start)}"
        sheet.conditional_format(
            xl_range(first, STATE, last, STATE),
            {"type": "formula", "criteria": formula, "format": page.ward.workbook.add_format({"bg_color": fill})},
        )
    sheet.freeze_panes(head + 1, 0)
    sheet.autofilter(head, 0, last, sorted_to)
    page.print_setup((head, head))
    used = max(first + len(page.ward.evaluation.decisions) + 15, first)
    sheet.print_area(0, 0, min(used, last), STATE)
