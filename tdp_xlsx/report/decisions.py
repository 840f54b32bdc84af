"""The sheet ``Thẩm định``: the office's decisions, one row each, checked and put in force as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from tdp_xlsx.evaluation import DecisionFault
from tdp_xlsx.layout import AS_IT_STANDS, DECISION_HEADINGS, DECISION_HELPERS, DECISIONS
from tdp_xlsx.model import ALL_GROUPS, NO, YES
from tdp_xlsx.report.book import LAST_ROW
from tdp_xlsx.report.live import quoted
from tdp_xlsx.report.minutes import minutes, minutes_formula, standing, standing_formula
from tdp_xlsx.report.table import OWN_ROW, Column, Table
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
CHECK, KEY, EFFECT, CHANGE, MINUTES, DAY, OWNER, LATEST, GIVEN = range(8, 17)
_OWN = 17
"""Where the office's own columns begin; they stand within what is filtered and sorted, the list of codes beyond."""
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
    last = max(first + len(rows) - 1, min(first + len(rows) + ROOM - 1, LAST_ROW))
    page.headings(head, DECISION_HEADINGS)
    page.headings(head, DECISION_HELPERS[:-2], STATE, "office_heading")
    own = _own(page)
    page.headings(head, own, _OWN, "office_heading")
    page.widths(12, 12, 12, 13, 44, 24, 13, 44)
    page.width(CHECK, GIVEN, 70, hidden=True)
    listed = _OWN + len(own) + 1
    for col, width in enumerate((*[24] * len(own), 3, 19, 19), start=_OWN):
        page.width(col, col, width)
    choices = _choices(page, head, listed)
    _rows(page, first, last, choices, listed)
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
    page.name("td_danh_muc", listed, first, first + len(choices) - 1)
    _validate(page, first, last)
    page.texts_that_look_like_numbers(first, 0, last, listed + 1)
    _look(page, head, first, last, listed - 2)


def _own(page: Page) -> tuple[str, ...]:
    """Return the headings of the office's own columns, which travel with their rows."""
    return tuple(dict.fromkeys(heading for row in page.ward.evaluation.decisions for heading, _ in row.decision.own))


def _rows(page: Page, first: int, last: int, choices: list[tuple[str, str]], listed: int) -> None:
    """Write the decisions, the room for more, and beside both the list of codes to choose from."""
    figures, rows = page.ward.figures, page.ward.evaluation.decisions
    headings = _own(page)
    own = [*_columns(page), *(Column(col, page.look("input_text"), own=True) for col in range(_OWN, listed - 1))]
    code, label = Column(listed, page.look("code")), Column(listed + 1, page.look("code", align="left"))
    plain, beside, below = Table(page, own), Table(page, [*own, code, label]), Table(page, [code, label])
    top = Table(page, [*own, code, Column(listed + 1, page.look("cell"))])
    seen: set[str] = set()
    filled = first + max(len(rows), len(choices))
    for row in range(first, filled):
        place = row - first
        choice = choices[place] if place < len(choices) else ()
        if row > last:
            below.write(row, choice, height=0)
            continue
        settled = rows[place] if place < len(rows) else None
        values = _values(figures, settled, seen) if settled else _NOTHING_ENTERED
        more = dict(settled.decision.own) if settled else {}
        # Rows that may still be typed into keep no fixed height, so that they grow with what is typed.
        height = None if settled else 0
        table = plain if not choice else beside if place else top
        table.write(row, [*values, *(more.get(heading, "") for heading in headings), *choice], height=height)
    plain.write_same(range(filled, last + 1), [*_NOTHING_ENTERED, *[""] * len(headings)])


_NOTHING_ENTERED: tuple[Value, ...] = ("",) * STATE + ("", "", "", "", 0, "", 0, "", "", "")


def _columns(page: Page) -> list[Column]:
    """Return what is entered, as text, and the formulas that judge it."""
    entry, cell, count = page.look("input_text"), page.look("cell"), page.look("count")
    group, criterion = f"TRIM($A{OWN_ROW})", f"TRIM($B{OWN_ROW})"
    known = f"{_known(group, 'ct_ma')},{_known(criterion, 'td_danh_muc')}"
    found = f'INDEX(dl_doc_la,MATCH({group}&"|"&{criterion},dl_khoa,0))'
    said = f'IFERROR(IF(AND(NOT(ISNUMBER($B{OWN_ROW})),{known}),{found},""),"")'
    formulas = _formulas(OWN_ROW)
    return [
        Column(GROUP, entry),
        Column(CRITERION, entry),
        Column(SELF, page.look("cell_middle"), said),
        *(Column(col, entry, own=col == REASON) for col in (RESULT, REASON, BY, ON)),
        *(Column(col, count if col in {CHANGE, DAY} else cell, formulas[col]) for col in range(STATE, GIVEN + 1)),
    ]


def _entered(own: str, column: str) -> str:
    """Return the expression of what is entered in a cell; an error that was pasted there says nothing."""
    return f'IFERROR(TRIM(${column}{own}),"")'


def _known(text: str, names: str) -> str:
    """Return the test whether a text is among some names; MATCH would take ``*`` for any of them, and fails at 256."""
    return f"SUMPRODUCT(--({names}={text}))>0"


def _check_formula(own: str) -> str:
    """Return the expression that judges a row by itself, in the order of ``DecisionFault``."""
    a, b, c, d = (_entered(own, "A"), _entered(own, "B"), f"$C{own}", _entered(own, "D"))
    fault = {key: quoted(text) for key, text in FAULTS.items()}
    whole, stands = quoted(ALL_GROUPS), quoted(AS_IT_STANDS)
    known_result = f"OR({d}={quoted(YES)},{d}={quoted(NO)},{d}={stands})"
    tests = (
        (f'{a}=""', fault[DecisionFault.NO_GROUP]),
        (f'{b}=""', fault[DecisionFault.NO_CRITERION]),
        (f'{d}=""', fault[DecisionFault.NO_RESULT]),
        (f"NOT({_known(a, 'ct_ma')})", fault[DecisionFault.UNKNOWN_GROUP]),
        (f"ISNUMBER($B{own})", quoted(NUMERIC_CODE)),
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
    blank = f'IFERROR($A{own}&$B{own}&$D{own}&$E{own}&$F{own}&$G{own}="",FALSE)'
    return f'IF({blank},"",{chain})'


def _formulas(own: str) -> dict[int, str]:
    """Return the expressions that judge a row and put it in force, by column."""
    conflict = f"SUMPRODUCT((td_khoa=$J{own})*(td_tra_loi<>$Q{own}))>0"
    alters = f"AND(OR($K{own}={quoted(YES)},$K{own}={quoted(NO)}),$K{own}<>$C{own})"
    is_first = f"MATCH($J{own},td_khoa,0)=ROW()-ROW(INDEX(td_khoa,1))+1"
    out_of_force = f'OR($K{own}="",$K{own}={quoted(CONTRADICTED)})'
    later = f"SUMPRODUCT((td_don_vi=$O{own})*(td_ngay>$N{own}))"
    words = (
        f"IF($K{own}={quoted(CONTRADICTED)},{quoted(_NOT_IN_FORCE + FAULTS[DecisionFault.CONFLICT])},"
        f'{quoted(_IN_FORCE)}&IF(IFERROR(OR($E{own}="",$F{own}="",$G{own}=""),TRUE),{quoted(_UNDOCUMENTED)},""))'
    )
    return {
        STATE: f'IF($I{own}="","",IF($I{own}<>{quoted(_RIGHT)},{quoted(_NOT_IN_FORCE)}&$I{own},{words}))',
        CHECK: _check_formula(own),
        KEY: f'IF($I{own}={quoted(_RIGHT)},TRIM($A{own})&"|"&TRIM($B{own}),"")',
        EFFECT: f'IF($J{own}="","",IF({conflict},{quoted(CONTRADICTED)},$Q{own}))',
        CHANGE: f'IF($J{own}="",0,IF({is_first},IF({alters},1,0),0))',
        MINUTES: f'IF({out_of_force},"",{minutes_formula(f"$E{own}")})',
        DAY: f"IF({out_of_force},0,{standing_formula(f'$G{own}', f'$M{own}')})",
        OWNER: f'IF({out_of_force},"",TRIM($A{own}))',
        LATEST: f'IF($O{own}="","",IF({later}=0,$O{own},""))',
        GIVEN: f'IF($J{own}="","",TRIM($D{own}))',
    }


def _values(figures: Figures, settled: SettledDecision, seen: set[str]) -> tuple[Value, ...]:
    """Return what a decision's row holds; ``seen`` keeps the keys of those in force above it."""
    decision, fault = settled.decision, settled.fault
    well_formed = fault in {None, DecisionFault.CONFLICT}
    number, day, owner, latest, changes = "", 0, "", "", False
    if fault is None:
        number, day, owner = minutes(decision), standing(decision), decision.group
        latest = owner if day == figures.latest[owner][0] else ""
        changes = settled.key not in seen and figures.changes(settled)
        seen.add(settled.key)
    documented = decision.reason and decision.decided_by and decision.decided_on
    return (
        decision.group,
        decision.criterion,
        figures.as_read.get(settled.key, ""),
        decision.result,
        decision.reason,
        decision.decided_by,
        decision.decided_on,
        _NOT_IN_FORCE + FAULTS[fault] if fault else _IN_FORCE + ("" if documented else _UNDOCUMENTED),
        _RIGHT if well_formed else FAULTS[fault] if fault else "",
        settled.key if well_formed else "",
        figures.effect(settled),
        int(changes),
        number,
        day,
        owner,
        latest,
        decision.result if well_formed else "",
    )


def _choices(page: Page, head: int, listed: int) -> list[tuple[str, str]]:
    """Write the headings of the list beside the table; return its lines, from which every cell chooses."""
    page.headings(head, DECISION_HELPERS[-2:], listed, "office_heading")
    criteria = page.ward.plan.criteria
    return [(ALL_GROUPS, "Cả bảng của đơn vị"), *((criterion.code, criterion.label) for criterion in criteria)]


def _validate(page: Page, first: int, last: int) -> None:
    """Let every cell choose from what there is."""
    sheet = page.sheet
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


def _look(page: Page, head: int, first: int, last: int, sorted_to: int) -> None:
    sheet = page.sheet
    page.fit_rows(head, head)
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
