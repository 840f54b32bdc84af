"""The sheet ``Thẩm định``: the office's decisions, one row each, checked and put in force as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from tdp_xlsx.evaluation import DecisionFault
from tdp_xlsx.layout import AS_IT_STANDS, DECISION_HEADINGS, DECISIONS
from tdp_xlsx.model import ALL_GROUPS, NO, YES
from tdp_xlsx.report.live import Live, quoted
from tdp_xlsx.report.minutes import minutes, minutes_formula, standing, standing_formula
from tdp_xlsx.report.words import FAULTS, NOT_APPLICABLE, NUMERIC_CODE, UNCLEAR
from tdp_xlsx.styles import ASK_FILL, GOOD_FILL

if TYPE_CHECKING:
    from tdp_xlsx.evaluation import SettledDecision
    from tdp_xlsx.report.book import Page, Ward

ROOM = 500
"""Rows prepared for further decisions."""
_HELPERS = (
    "Tình trạng dòng",
    "Kiểm tra dòng",
    "Khóa",
    "Kết quả áp dụng",
    "Thay đổi (1), không (0)",
    "Số biên bản",
    "Khóa ngày",
    "Đơn vị áp dụng",
    "Mới nhất của đơn vị",
    "Kết quả của dòng",
)
GROUP, CRITERION, SELF, RESULT, REASON, BY, ON, STATE = range(8)
CHECK, KEY, EFFECT, CHANGE, MINUTES, DAY, OWNER, LATEST, GIVEN = range(8, 17)
_LIST, _LIST_LABEL = 18, 19
_RIGHT = "đúng"
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
    last = first + len(rows) + ROOM - 1
    page.headings(head, DECISION_HEADINGS)
    page.headings(head, _HELPERS, STATE, "office_heading")
    for row in range(first, last + 1):
        settled = rows[row - first] if row - first < len(rows) else None
        _entries(page, row, settled)
        _checks(page, row, settled)
    names = {
        "khoa": KEY,
        "ket_qua": EFFECT,
        "thay_doi": CHANGE,
        "tra_loi": GIVEN,
        "bien_ban": MINUTES,
        "ngay": DAY,
        "don_vi": OWNER,
        "moi_nhat": LATEST,
    }
    for name, col in names.items():
        page.name(f"td_{name}", col, first, last)
    _choices(page, head, first, last)
    _look(page, head, first, last)


def _entries(page: Page, row: int, settled: SettledDecision | None) -> None:
    decision = settled.decision if settled else None
    entered = (
        ("", "", "", "", "", "")
        if decision is None
        else (
            decision.group,
            decision.criterion,
            decision.result,
            decision.reason,
            decision.decided_by,
            decision.decided_on,
        )
    )
    for col, text in zip((GROUP, CRITERION, RESULT, REASON, BY, ON), entered, strict=True):
        page.text(row, col, text, "input_text")
    said = page.ward.figures.as_read.get(settled.key, "") if settled else ""
    key = f'TRIM($A{row + 1})&"|"&TRIM($B{row + 1})'
    known = f"{_known(f'TRIM($A{row + 1})', 'ct_ma')},{_known(f'TRIM($B{row + 1})', 'td_danh_muc')}"
    answer = f'IFERROR(IF(AND(NOT(ISNUMBER($B{row + 1})),{known}),INDEX(dl_doc_la,MATCH({key},dl_khoa,0)),""),"")'
    page.live(row, SELF, Live(answer, said), "cell_middle")


def _entered(row: int, column: str) -> str:
    """Return the expression of what is entered in a cell; an error that was pasted there says nothing."""
    return f'IFERROR(TRIM(${column}{row}),"")'


def _known(text: str, names: str) -> str:
    """Return the test whether a text is among some names; MATCH would take ``*`` for any of them, and fails at 256."""
    return f"SUMPRODUCT(--({names}={text}))>0"


def _check_formula(row: int) -> str:
    """Return the expression that judges a row by itself, in the order of ``DecisionFault``."""
    a, b, c, d = (_entered(row, "A"), _entered(row, "B"), f"$C{row}", _entered(row, "D"))
    fault = {key: quoted(text) for key, text in FAULTS.items()}
    whole, stands = quoted(ALL_GROUPS), quoted(AS_IT_STANDS)
    known_result = f"OR({d}={quoted(YES)},{d}={quoted(NO)},{d}={stands})"
    tests = (
        (f'{a}=""', fault[DecisionFault.NO_GROUP]),
        (f'{b}=""', fault[DecisionFault.NO_CRITERION]),
        (f'{d}=""', fault[DecisionFault.NO_RESULT]),
        (f"NOT({_known(a, 'ct_ma')})", fault[DecisionFault.UNKNOWN_GROUP]),
        (f"ISNUMBER($B{row})", quoted(NUMERIC_CODE)),
        (f"NOT({_known(b, 'td_danh_muc')})", fault[DecisionFault.UNKNOWN_CRITERION]),
        (f"NOT({known_result})", fault[DecisionFault.UNKNOWN_RESULT]),
        (
            f'ISNA(MATCH({a}&"|"&INDEX(td_danh_muc,2),dl_khoa,0))',
            fault[DecisionFault.NO_FILE],
        ),
        (f"AND({b}={whole},{d}<>{stands})", fault[DecisionFault.WHOLE_GROUP_RESULT]),
        (f"{c}={quoted(NOT_APPLICABLE)}", fault[DecisionFault.NOT_APPLICABLE]),
    )
    chain = quoted(_RIGHT)
    for test, words in reversed(tests):
        chain = f"IF({test},{words},{chain})"
    blank = f'IFERROR($A{row}&$B{row}&$D{row}&$E{row}&$F{row}&$G{row}="",FALSE)'
    return f'IF({blank},"",{chain})'


def _checks(page: Page, row: int, settled: SettledDecision | None) -> None:
    own = row + 1
    check, key, effect, change, state = "", "", "", 0, ""
    number, day, owner, latest, given = "", 0, "", "", ""
    if settled is not None:
        well_formed = settled.fault in {None, DecisionFault.CONFLICT}
        check = _RIGHT if well_formed else FAULTS[settled.fault] if settled.fault else ""
        key, given = (settled.key, settled.decision.result) if well_formed else ("", "")
        effect = page.ward.figures.effect(settled)
        change = int(page.ward.figures.changes(settled) and _is_first(page.ward, settled))
        decision = settled.decision
        if settled.fault is None:
            number, day = minutes(decision), standing(decision)
            owner = decision.group
            latest = owner if day == page.ward.figures.latest[owner][0] else ""
        documented = decision.reason and decision.decided_by and decision.decided_on
        state = (
            _IN_FORCE + ("" if documented else _UNDOCUMENTED)
            if settled.fault is None
            else _NOT_IN_FORCE + FAULTS[settled.fault]
        )
    page.live(row, CHECK, Live(_check_formula(own), check))
    page.live(row, KEY, Live(f'IF($I{own}={quoted(_RIGHT)},TRIM($A{own})&"|"&TRIM($B{own}),"")', key))
    page.live(row, GIVEN, Live(f'IF($J{own}="","",TRIM($D{own}))', given))
    conflict = f"SUMPRODUCT((td_khoa=$J{own})*(td_tra_loi<>$Q{own}))>0"
    page.live(row, EFFECT, Live(f'IF($J{own}="","",IF({conflict},{quoted(UNCLEAR)},$Q{own}))', effect))
    alters = f"AND(OR($K{own}={quoted(YES)},$K{own}={quoted(NO)}),$K{own}<>$C{own})"
    first = "INDEX(td_khoa,1)"
    is_first = f"MATCH($J{own},td_khoa,0)=ROW()-ROW({first})+1"
    page.live(row, CHANGE, Live(f'IF($J{own}="",0,IF({is_first},IF({alters},1,0),0))', change), "count")
    out_of_force = f'OR($K{own}="",$K{own}={quoted(UNCLEAR)})'
    page.live(row, MINUTES, Live(f'IF({out_of_force},"",{minutes_formula(f"$E{own}")})', number))
    page.live(row, DAY, Live(f"IF({out_of_force},0,{standing_formula(f'$G{own}', f'$M{own}')})", day), "count")
    page.live(row, OWNER, Live(f'IF({out_of_force},"",TRIM($A{own}))', owner))
    later = f"SUMPRODUCT((td_don_vi=$O{own})*(td_ngay>$N{own}))"
    page.live(row, LATEST, Live(f'IF($O{own}="","",IF({later}=0,$O{own},""))', latest))
    words = (
        f"IF($K{own}={quoted(UNCLEAR)},{quoted(_NOT_IN_FORCE + FAULTS[DecisionFault.CONFLICT])},"
        f'{quoted(_IN_FORCE)}&IF(IFERROR(OR($E{own}="",$F{own}="",$G{own}=""),TRUE),{quoted(_UNDOCUMENTED)},""))'
    )
    page.live(
        row,
        STATE,
        Live(f'IF($I{own}="","",IF($I{own}<>{quoted(_RIGHT)},{quoted(_NOT_IN_FORCE)}&$I{own},{words}))', state),
    )


def _is_first(ward: Ward, settled: SettledDecision) -> bool:
    in_force = (row for row in ward.evaluation.decisions if row.fault is None and row.key == settled.key)
    return next(in_force, None) is settled


def _choices(page: Page, head: int, first: int, last: int) -> None:
    """Write the list of codes beside the table, and let every cell choose from what there is."""
    plan, sheet = page.ward.plan, page.sheet
    page.headings(head, ("Danh mục mã", "In trên bảng là"), _LIST, "office_heading")
    page.text(first, _LIST, ALL_GROUPS, "code")
    page.text(first, _LIST_LABEL, "Cả bảng của đơn vị")
    row = first
    for criterion in plan.criteria:
        row += 1
        page.text(row, _LIST, criterion.code, "code")
        page.text(row, _LIST_LABEL, criterion.label, "code", align="left")
    page.name("td_danh_muc", _LIST, first, row)
    sheet.data_validation(
        first,
        GROUP,
        last,
        GROUP,
        {
            "validate": "list",
            "source": "=ct_ma",
            "input_title": "Mã đơn vị",
            "input_message": "Chọn từ danh sách.",
            "error_title": "Không có mã này",
            "error_message": "Chọn một mã đơn vị trong danh sách.",
        },
    )
    sheet.data_validation(
        first,
        CRITERION,
        last,
        CRITERION,
        {
            "validate": "list",
            "source": "=td_danh_muc",
            "input_title": "Mã tiêu chí",
            "input_message": "Chọn từ danh sách; “Tất cả” để công nhận cả bảng.",
            "error_title": "Không có mã này",
            "error_message": "Chọn một mã tiêu chí trong danh sách.",
        },
    )
    sheet.data_validation(
        first,
        RESULT,
        last,
        RESULT,
        {
            "validate": "list",
            "source": [YES, NO, AS_IT_STANDS],
            "error_title": "Kết quả không đúng",
            "error_message": "Chọn Có, Không hoặc Giữ nguyên.",
        },
    )
    page.texts_that_look_like_numbers(first, 0, last, _LIST_LABEL)


def _look(page: Page, head: int, first: int, last: int) -> None:
    sheet = page.sheet
    page.widths(12, 12, 12, 13, 44, 24, 13, 44)
    page.width(CHECK, GIVEN, 70, hidden=True)
    page.width(_LIST - 1, _LIST - 1, 3)
    page.width(_LIST, _LIST_LABEL, 19)
    # Rows that may still be typed into keep no fixed height, so that they grow with what is typed.
    page.fit_rows(head, first + len(page.ward.evaluation.decisions) - 1)
    for start, fill in ((_NOT_IN_FORCE, ASK_FILL), (_IN_FORCE, GOOD_FILL)):
        formula = f"=LEFT($H{first + 1},{len(start)})={quoted(start)}"
        sheet.conditional_format(
            xl_range(first, STATE, last, STATE),
            {"type": "formula", "criteria": formula, "format": page.ward.workbook.add_format({"bg_color": fill})},
        )
    sheet.freeze_panes(head + 1, 0)
    sheet.autofilter(head, 0, last, GIVEN)
    page.print_setup((head, head))
    used = max(first + len(page.ward.evaluation.decisions) + 15, first)
    sheet.print_area(0, 0, min(used, last), STATE)
