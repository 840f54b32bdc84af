"""The official parts around the table to sign: heading, title, signatures, recipients (Nghị định 30/2020/NĐ-CP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from tdp_xlsx.model import Plan, Settings

TITLE = "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ, XẾP HẠNG\nTỔ DÂN PHỐ, BẢN PHÁT TRIỂN TOÀN DIỆN NĂM {year}{period}"
APPENDIX = "Phụ lục"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PREPARED_BY = "NGƯỜI LẬP BIỂU"
RECIPIENTS = "Nơi nhận:"
_BLANK = " " * 6
_DAY, _MONTHS_WITH_ZERO = 10, 2


def title(plan: Plan) -> str:
    """Return the table's title with year and period."""
    period = f" ({plan.period_label.upper()})" if plan.period_label else ""
    return TITLE.format(year=plan.settings.year, period=period)


def report_number(settings: Settings) -> str:
    """Return the report's number and sign, with room for the pen where the number is blank."""
    number = settings.report_number.strip()
    if "/" in number:
        return number
    return f"{number.zfill(2) if number else _BLANK}/BC-{settings.authority_short}"


def long_date(day: date | None, year: int) -> str:
    """Return a date in words; zero before days under ten and the first two months, room for the pen when blank."""
    if day is None:
        return f"ngày{_BLANK}tháng{_BLANK}năm {year}"
    month = f"{day.month:02d}" if day.month <= _MONTHS_WITH_ZERO else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def attached_to(settings: Settings) -> str:
    """Return the appendix's caption."""
    return (
        f"(Kèm theo Báo cáo số {report_number(settings)} {long_date(settings.report_date, settings.year)} "
        f"của {settings.authority_short} {settings.ward})"
    )


def place_and_date(settings: Settings) -> str:
    """Return the place and date under the motto."""
    return f"{settings.place or _BLANK}, {long_date(settings.report_date, settings.year)}"


def lines(text: str) -> list[str]:
    """Return the lines of a setting that may have several."""
    return [line.strip() for line in text.splitlines() if line.strip()]
