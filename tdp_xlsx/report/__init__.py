"""The ward workbook: one module a sheet, every formula written with the value it comes to; decisions read back."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter.exceptions import FileCreateError

from tdp_xlsx.evaluation.outcome import PROPERTY, basis_of
from tdp_xlsx.layout import RANKING
from tdp_xlsx.report.answers import fits_a_sheet, write_answers, write_answers_file
from tdp_xlsx.report.book import Ward
from tdp_xlsx.report.charts import write_charts
from tdp_xlsx.report.decisions import first_decision_row, write_decisions
from tdp_xlsx.report.detail import write_detail
from tdp_xlsx.report.figures import Figures
from tdp_xlsx.report.live import LIVE_LIMIT
from tdp_xlsx.report.method import write_method
from tdp_xlsx.report.pdf import NoOfficeError, PrintError, print_workbook
from tdp_xlsx.report.previous import write_previous
from tdp_xlsx.report.ranking import write_ranking
from tdp_xlsx.report.received import write_received
from tdp_xlsx.report.summary import write_summary
from tdp_xlsx.report.to_clear_up import write_to_clear_up
from tdp_xlsx.report.unmet import write_unmet
from tdp_xlsx.report.words import DEMO

if TYPE_CHECKING:
    from datetime import datetime

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.submission import Intake

__all__ = [
    "LIVE_LIMIT",
    "NoOfficeError",
    "PrintError",
    "first_decision_row",
    "fits_a_sheet",
    "print_workbook",
    "write_answers_file",
    "write_pdf",
    "write_report",
    "write_signing_sheet",
]


def write_report(  # noqa: PLR0913 - what to write, and two switches
    path: Path,
    evaluation: Evaluation,
    intake: Intake,
    *,
    created: datetime,
    demo: bool = False,
    live: bool | None = None,
) -> None:
    """Write the ward workbook; the same input gives the same bytes.

    Args:
        path: Where to write; a file there is replaced.
        evaluation: Results, answers and decisions.
        intake: The inbox they come from; its entries and findings are listed.
        created: The time of the run, printed and kept as the document's date.
        demo: The figures are made up, and every page says so.
        live: Write formulas (True) or values alone (False); None decides by the number of groups.

    Raises:
        OSError: The file cannot be written, for instance because Excel has it open.
    """
    if live is None:
        live = len(evaluation.results) <= LIVE_LIMIT and fits_a_sheet(evaluation)
    with closing(Ward(path, Figures(evaluation, intake), created=created, demo=demo, live=live)) as ward:
        for write in _SHEETS:
            write(ward)
        ward.workbook.set_custom_property(PROPERTY, str(basis_of(evaluation, intake)))
        _finish(ward, path)


_SHEETS = (
    *(write_ranking, write_summary, write_charts, write_detail, write_unmet, write_previous),
    write_decisions,
    *(write_to_clear_up, write_received, write_answers, write_method),
)


def write_signing_sheet(
    path: Path, evaluation: Evaluation, intake: Intake, *, created: datetime, demo: bool = False
) -> None:
    """Write a workbook of ``Xếp hạng`` alone, its values without formulas: what is signed, nothing else to print.

    Raises:
        OSError: The file cannot be written.
    """
    figures, sheets = Figures(evaluation, intake), (RANKING,)
    with closing(Ward(path, figures, created=created, demo=demo, live=False, sheets=sheets)) as ward:
        write_ranking(ward)
        _finish(ward, path)


def write_pdf(path: Path, evaluation: Evaluation, intake: Intake, *, created: datetime, demo: bool = False) -> None:
    """Print the pages to sign to a PDF.

    Raises:
        NoOfficeError: There is no LibreOffice on this machine.
        PrintError: It made no PDF.
        OSError: The file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="tdp-", ignore_cleanup_errors=True) as folder:
        workbook = Path(folder) / "sign.xlsx"
        write_signing_sheet(workbook, evaluation, intake, created=created, demo=demo)
        print_workbook(workbook, path)


def _finish(ward: Ward, path: Path) -> None:
    settings = ward.plan.settings
    ward.workbook.set_properties(
        {
            "title": f"Tổng hợp, xếp hạng tổ dân phố, bản năm {settings.year}" + (f" – {DEMO}" if ward.demo else ""),
            "subject": "Kết quả đánh giá tổ dân phố, bản phát triển toàn diện",
            "author": f"{settings.authority_short} {settings.ward}".strip(),
            "company": f"{settings.authority_short} {settings.ward}".strip(),
            "comments": "Lập bằng tdp-xlsx",
            "created": ward.created.replace(tzinfo=None, microsecond=0),
        }
    )
    ward.pages[RANKING].sheet.activate()
    try:
        ward.finish()
    except FileCreateError as fault:
        raise OSError(f"Không ghi được “{path}”: {fault}") from fault
