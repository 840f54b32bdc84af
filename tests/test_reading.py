"""Reading apart: a worker's death, hunger or slowness costs one file; the parts are held against the reader."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import python_calamine

from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.reading import isolated, kinds, worker, workers
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import Cause, UnreadableError, as_text
from tdp_xlsx.reading.inbox import entries
from tdp_xlsx.reading.ole import read_stream, storage_names
from tdp_xlsx.reading.package import directory, open_package
from tdp_xlsx.reading.request import Answer, Request
from tests.hostile.build import (
    Part,
    archive,
    label,
    number,
    ole,
    package,
    records,
    wide,
    xls,
    xlsb,
    xlsb_row,
    xlsb_text,
)
from tests.hostile.files import hostile_files
from tests.hostile.markup import small, small_ods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.reading.request import Reading

CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>C\xc3\xb3</t></is></c></row>'
KILLER = b"GIET"


@pytest.fixture
def fresh() -> Iterator[None]:
    """Workers of this test's own."""
    workers.stop()
    yield
    workers.stop()


def _read(folder: Path, *contents: bytes) -> list[Reading]:
    requests = []
    for index, content in enumerate(contents):
        path = folder / f"{index}.xlsx"
        path.write_bytes(content)
        requests.append((Request(str(path), path.name), len(content)))
    return [reading for _, readings in isolated.read_in_order(requests, lambda one: one) for reading in readings]


# --- apart ------------------------------------------------------------------------------------------------------------


def _die_of_killers(requests: list[Request]) -> list[Answer]:
    """What a worker does whose reader some file brings down: it is gone at once."""

    def kind_of(content: bytes) -> kinds.Kind:
        if content == KILLER:
            os._exit(3)
        return kinds.kind_of(content)

    vars(worker)["kind_of"] = kind_of
    return worker.read_batch(requests)


@pytest.fixture
def mortal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers that die of some files."""
    workers.stop()
    monkeypatch.setattr(workers, "read", _die_of_killers)
    yield
    workers.stop()


@pytest.mark.usefixtures("mortal")
def test_a_file_that_ends_its_reader_costs_that_file_only(tmp_path: Path) -> None:
    readings = _read(tmp_path, small(CELL), KILLER, small(CELL), KILLER, small(CELL))
    assert [reading.cause for reading in readings] == [None, Cause.DEADLY, None, Cause.DEADLY, None]
    assert [reading.name for reading in readings] == [f"{n}.xlsx" for n in range(5)]
    assert all(reading.sha256 and reading.size for reading in readings)


def _stumble(reading: Reading) -> str:
    if reading.name == "b.xlsx":
        raise KeyError(reading.name)
    return reading.name.upper()


def test_workers_do_the_step_they_are_handed_and_a_fault_in_it_costs_that_file_only(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx", "c.xlsx"):
        (tmp_path / name).write_bytes(small(CELL))
    with workers.handed_over(_stumble) as then:
        requests = [(Request(str(path), path.name, then=then), 1) for path in sorted(tmp_path.iterdir())]
        readings = [reading for _, found in isolated.read_in_order(requests, lambda one: one) for reading in found]
    assert [(reading.outcome, reading.cause, reading.reason) for reading in readings] == [
        ("A.XLSX", None, ""),
        (None, Cause.DEADLY, "làm chương trình gặp lỗi KeyError"),
        ("C.XLSX", None, ""),
    ]
    assert not any(reading.book for reading in readings)
    assert not Path(then).exists()


def test_a_step_that_cannot_be_laid_down_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(workers.IsolationError, match="Không ghi được tệp tạm"), workers.handed_over(_stumble):
        pass


def _sleep_over_empty_files(requests: list[Request]) -> list[Answer]:
    time.sleep(60 if any("slow" in request.name for request in requests) else 0)
    return worker.read_batch(requests)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fresh")
def test_a_file_that_takes_too_long_costs_that_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "SECONDS", 3.0)
    monkeypatch.setattr(isolated, "BATCH_SECONDS", 3.0)
    monkeypatch.setattr(workers, "read", _sleep_over_empty_files)
    requests = []
    for name in ("a.xlsx", "slow.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(small(CELL))
        requests.append((Request(str(tmp_path / name), name), 1))
    readings = [reading for _, found in isolated.read_in_order(requests, lambda one: one) for reading in found]
    assert [(reading.name, reading.cause) for reading in readings] == [
        ("a.xlsx", None),
        ("slow.xlsx", Cause.DEADLY),
        ("b.xlsx", None),
    ]
    assert readings[1].reason == "đọc quá 10 giây"


def _feast_over_hungry_files(requests: list[Request]) -> list[Answer]:
    if any("hungry" in request.name for request in requests):
        held = b"x" * 300 * 1024**2
        time.sleep(60)
        del held
    return worker.read_batch(requests)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("fresh")
def test_a_file_that_needs_too_much_memory_is_ended_from_outside_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "read", _feast_over_hungry_files)
    workers.warm_up(1)
    time.sleep(1)
    running = workers._running  # noqa: SLF001
    assert running is not None
    workers._watch(running, 200 * 1024**2)  # noqa: SLF001
    requests = []
    for name in ("a.xlsx", "hungry.xlsx"):
        (tmp_path / name).write_bytes(small(CELL))
        requests.append((Request(str(tmp_path / name), name), 1))
    readings = [reading for _, found in isolated.read_in_order(requests, lambda one: one) for reading in found]
    assert [reading.cause for reading in readings] == [None, Cause.DEADLY]
    assert readings[1].reason == "cần quá nhiều bộ nhớ"


@pytest.mark.usefixtures("fresh")
def test_a_worker_that_dies_idle_is_no_file_s_fault(tmp_path: Path) -> None:
    assert [reading.cause for reading in _read(tmp_path, small(CELL))] == [None]
    for process in multiprocessing.active_children():
        process.kill()
    time.sleep(0.5)
    assert [reading.cause for reading in _read(tmp_path, small(CELL))] == [None]


@pytest.mark.usefixtures("fresh")
@pytest.mark.skipif(sys.platform == "win32", reason="no signal reaches one process alone there")
def test_workers_leave_ctrl_c_to_the_parent_from_their_first_moment_on(tmp_path: Path) -> None:
    workers.warm_up(1)
    started = {process.pid for process in multiprocessing.active_children() if process.pid}
    for pid in started:
        os.kill(pid, signal.SIGINT)
    assert [reading.cause for reading in _read(tmp_path, small(CELL))] == [None]
    assert started == {process.pid for process in multiprocessing.active_children()}


def _fail() -> None:
    raise OSError("no process here")


@pytest.mark.usefixtures("fresh")
def test_a_system_without_processes_is_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_prepare", _fail)
    with pytest.raises(workers.IsolationError, match="Không khởi động được tiến trình đọc"):
        _read(tmp_path, small(CELL))


@pytest.mark.usefixtures("fresh")
def test_many_files_get_more_workers_and_few_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert len(_read(tmp_path, small(CELL))) == 1
    assert workers._running is not None  # noqa: SLF001
    assert workers._running.workers == 1  # noqa: SLF001
    readings = _read(tmp_path, *[small(CELL)] * 120)
    assert [reading.name for reading in readings] == [f"{n}.xlsx" for n in range(120)]
    assert workers._running.workers == 2  # noqa: SLF001


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the parent watches")
def test_a_worker_cannot_take_more_than_two_gibibytes_and_says_nothing() -> None:
    code = (
        "from tdp_xlsx.reading.worker import prepare\nprepare()\nprint('x')\n"
        "import sys\ntry:\n    bytearray(3 << 30)\nexcept MemoryError:\n    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


@pytest.mark.exhaustive
def test_what_happens_in_the_worker_is_the_same_here(tmp_path: Path) -> None:
    for hostile in hostile_files(small(CELL)):
        if len(hostile.content) > 1_500_000:
            continue
        path = tmp_path / hostile.name
        path.write_bytes(hostile.content)
        request = Request(str(path), hostile.name)
        answer = worker.read_batch([request])[0]
        members = worker.list_members(request).members
        if answer.members:
            assert members == answer.members
            assert worker.read_request(Request(str(path), hostile.name, (0, 3))).readings[0].name.endswith("000.xlsx")
        else:
            assert {reading.name for reading in answer.readings} == set(hostile.codes)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (MemoryError(), Cause.DEADLY),
        (PermissionError(13, "Permission denied"), Cause.CLOSED),
        (BaseException("panic"), Cause.DAMAGED),
        (KeyError("x"), Cause.DAMAGED),
    ],
)
def test_whatever_goes_wrong_in_a_worker_comes_back_as_a_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, cause: Cause
) -> None:
    def fail(*_: object) -> None:
        raise fault

    (tmp_path / "a.xlsx").write_bytes(small(CELL))
    monkeypatch.setattr(worker, "read_workbook", fail)
    (reading,) = worker.read_request(Request(str(tmp_path / "a.xlsx"), "a.xlsx")).readings
    assert reading.cause is cause


# --- the formats ------------------------------------------------------------------------------------------------------


def test_error_values_are_told_in_every_binary_format() -> None:
    errors = records(xlsb_row(2), (3, struct.pack("<IIB", 1, 0, 0x2A)), (11, struct.pack("<IIB", 3, 0, 0x07)))
    sheet = read_workbook(xlsb(errors)).sheets[0]
    assert (sheet.errors, set(sheet.formulas)) == ({(3, 2): "#N/A", (3, 4): "#DIV/0!"}, {(3, 4)})
    formula = struct.pack("<HHH8sHIH", 4, 5, 0, b"\x02\0\x17\0\0\0\xff\xff", 0, 0, 0)
    stream = xls((0x0205, struct.pack("<HHHBB", 0, 0, 0, 0x0F, 1)), (0x0006, formula))
    sheet = read_workbook(ole({"Workbook": stream})).sheets[0]
    assert (sheet.errors, set(sheet.formulas)) == ({(1, 1): "#VALUE!", (5, 6): "#REF!"}, {(5, 6)})


def test_every_kind_of_cell_of_an_xls_is_seen() -> None:
    text = struct.pack("<HHH8sHIH", 1, 0, 0, b"\0\0\0\0\0\0\xff\xff", 0, 0, 0)
    empty = struct.pack("<HHH8sHIH", 2, 0, 0, b"\x03\0\0\0\0\0\xff\xff", 0, 0, 0)
    stream = xls(
        label(0, 0, b"a"),
        number(0, 1, 2.5),
        (0x00BD, struct.pack("<HHHIHIH", 0, 2, 0, 0, 0, 0, 3)),
        (0x0006, text),
        (0x0207, struct.pack("<HB", 1, 0) + b"b"),
        (0x0006, empty),
        label(3, 0, b""),
        (0x0809, struct.pack("<HHHHII", 0x0600, 0x20, 0, 0, 0, 0)),
        (0x000A, b""),
    )
    sheet = read_workbook(ole({"Workbook": stream})).sheets[0]
    assert [sheet.at(1, column) for column in (1, 2, 3, 4)] == ["a", 2.5, 0.0, 0.0]
    assert (sheet.text(2, 1), sheet.text(3, 1), sheet.text(4, 1)) == ("b", "", "")
    assert set(sheet.formulas) == {(2, 1), (3, 1)}


def test_a_text_of_an_xls_that_the_reader_does_not_give_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> Iterator[list[object]]:
        return iter([["", ""]])

    class Sheet:
        start, iter_rows = (0, 0), nothing

    class Book:
        __enter__, __exit__ = (lambda self: self), (lambda *_: None)

        def get_sheet_by_name(self, _: str) -> Sheet:
            return Sheet()

    monkeypatch.setattr(python_calamine, "load_workbook", lambda _: Book())
    with pytest.raises(UnreadableError, match="không đọc chắc chắn được ô B1") as refused:
        read_workbook(ole({"Workbook": xls(label(0, 1, b"x"))}))
    assert refused.value.cause is Cause.UNCERTAIN


def test_the_cells_of_a_binary_workbook_come_with_their_texts() -> None:
    short = (18, struct.pack("<II", 0, 0))  # SheetJS leaves the column out where a cell follows its left neighbour
    strings = records((19, b"\0" + struct.pack("<I", 2) + "Có".encode("utf-16-le")))
    rk = (2, struct.pack("<III", 3, 0, 5 << 2 | 2))
    sheet = read_workbook(xlsb(records(xlsb_row(0), xlsb_text(0, "Tổ"), short, rk), strings=strings)).sheets[0]
    assert sheet.rows == (("Tổ", "Có", "", 5.0),)
    with pytest.raises(UnreadableError, match="địa chỉ ô sai") as refused:  # LibreOffice takes it for column B
        read_workbook(xlsb(records(xlsb_row(0), xlsb_text(0, "Tổ"), xlsb_row(1), short), strings=strings))
    assert refused.value.cause is Cause.UNCERTAIN


def test_a_text_in_several_fonts_that_stands_in_the_cell_of_a_binary_workbook_is_read() -> None:
    runs = struct.pack("<I", 1) + struct.pack("<HH", 1, 0)
    rich = (62, struct.pack("<II", 2, 0) + b"\x01" + wide("Không") + runs)
    plain = (62, struct.pack("<II", 3, 0) + b"\x00" + wide("Có"))
    sheet = read_workbook(xlsb(records(xlsb_row(0), rich, plain))).sheets[0]
    assert (sheet.rows, sheet.formulas) == ((("", "", "Không", "Có"),), {})


def test_only_so_many_cells_are_looked_at() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 20))
    assert len(read_workbook(small(rows)).sheets[0].rows) == 19
    with pytest.raises(UnreadableError, match="quá rộng"):
        read_workbook(small(rows), most=18)


def test_cells_without_an_address_follow_their_neighbour() -> None:
    sheet = read_workbook(small(b"<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")).sheets[0]
    assert [sheet.at(row, column) for row in (1, 2) for column in (1, 2)] == [1.0, 2.0, 3.0, ""]


def test_a_newer_list_of_excel_behind_the_cells_is_no_cell() -> None:
    main, newer = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://schemas.microsoft.com/office"
    sheet = (
        b'<worksheet xmlns="%s"><sheetData>%s</sheetData><extLst><ext xmlns:x14="%s/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations xmlns:xm="%s/excel/2006/main"><x14:dataValidation type="list"><x14:formula1>'
        b"<xm:f>Khac!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>B5</xm:sqref></x14:dataValidation>"
        b"</x14:dataValidations></ext></extLst></worksheet>"
    ) % (main, CELL, newer, newer)
    read = read_workbook(small(b"", sheet=sheet)).sheets[0]
    assert read.at(1, 1) == "Có"
    assert len(read.rows) == 1


def test_a_part_is_taken_only_as_its_directory_says() -> None:
    assert dict(open_package(archive([Part("a", b"xyz"), Part("b", b"xyz", 0), Part("c/", b"", 0)]))) == {
        "a": b"xyz",
        "b": b"xyz",
    }
    assert [item.is_folder for item in directory(archive([Part("c/", b"", 0)]))] == [True]
    with pytest.raises(UnreadableError) as refused:
        dict(open_package(archive([Part("a", b"xyz", flags=0, packed=b"\x03\0")])))
    assert refused.value.cause is Cause.UNSAFE


@pytest.mark.usefixtures("mortal")
@pytest.mark.exhaustive
def test_a_large_container_is_read_in_pieces_and_a_deadly_one_member_by_member(tmp_path: Path) -> None:
    found = {hostile.name: hostile.content for hostile in hostile_files(small(CELL))}
    found["co_ke_giet.zip"] = package({"truoc.xlsx": b"a", "giet.xlsx": KILLER, "sau.xlsx": b"a"})
    requests = []
    for name in ("mot_tram.zip", "co_ke_giet.zip"):
        (tmp_path / name).write_bytes(found[name])
        requests.append((Request(str(tmp_path / name), name), 1))
    readings = [reading for _, read in isolated.read_in_order(requests, lambda one: one) for reading in read]
    assert [reading.name for reading in readings[:100]] == [f"mot_tram.zip/{n:03}.xlsx" for n in range(100)]
    assert [(reading.name, reading.cause) for reading in readings[100:]] == [
        ("co_ke_giet.zip/truoc.xlsx", None),
        ("co_ke_giet.zip/giet.xlsx", Cause.DEADLY),
        ("co_ke_giet.zip/sau.xlsx", None),
    ]


@pytest.mark.usefixtures("mortal")
def test_a_deadly_file_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "giet.xlsx").write_bytes(KILLER)
    (opened,) = open_entries(entries(tmp_path, tmp_path))
    assert [finding.code for finding in opened.findings] == ["F211"]


def test_a_deadly_file_that_is_gone_meanwhile_has_no_hash(tmp_path: Path) -> None:
    reading = isolated._deadly(Request(str(tmp_path / "x"), "x"), "đọc quá 10 giây")  # noqa: SLF001
    assert (reading.sha256, reading.size, reading.cause) == (None, 0, Cause.DEADLY)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (python_calamine.PasswordError("x"), Cause.PASSWORD),
        (python_calamine.XmlError("x"), Cause.DAMAGED),
        (BaseException("panicked"), Cause.DAMAGED),
    ],
)
def test_whatever_the_reader_throws_is_told_as_a_cause(
    monkeypatch: pytest.MonkeyPatch, fault: BaseException, cause: Cause
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(python_calamine, "load_workbook", fail)
    with pytest.raises(UnreadableError) as refused:
        read_workbook(ole({"Workbook": xls(label(0, 0, b"x"))}))
    assert refused.value.cause is cause


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, MemoryError])
def test_what_is_no_fault_of_the_file_passes(monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(python_calamine, "load_workbook", fail)
    with pytest.raises(fault):
        read_workbook(ole({"Workbook": xls(label(0, 0, b"x"))}))


def test_the_cells_of_an_ods_come_with_formulas_errors_and_properties() -> None:
    rows = (
        "<table:table-row><table:table-cell office:value-type='string' office:string-value='Có'><text:p>Có</text:p>"
        "</table:table-cell><table:table-cell office:value-type='float' office:value='2' "
        "table:number-columns-repeated='2'><text:p>2</text:p></table:table-cell></table:table-row>"
        "<table:table-row table:number-rows-repeated='3'><table:table-cell/></table:table-row>"
        "<table:table-row><table:table-cell table:formula='of:=1/0' office:value-type='string' "
        "office:string-value=''><text:p>#DIV/0!</text:p></table:table-cell>"
        "<table:table-cell table:formula='of:=[.B1]' office:value-type='float' office:value='2'><text:p>2</text:p>"
        "</table:table-cell></table:table-row>"
    )
    meta = (
        b"<office:document-meta xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        b"xmlns:meta='urn:oasis:names:tc:opendocument:xmlns:meta:1.0'><office:meta>"
        b"<meta:user-defined meta:name='tdp-xlsx'>x</meta:user-defined></office:meta></office:document-meta>"
    )
    book = read_workbook(small_ods(rows, meta=meta))
    sheet = book.sheets[0]
    assert [sheet.text(1, column) for column in (1, 2, 3)] == ["Có", "2", "2"]
    assert sheet.formulas == {(5, 1): "1/0", (5, 2): "[.B1]"}
    assert sheet.errors == {(5, 1): "#DIV/0!"}
    assert book.properties == {"tdp-xlsx": "x"}


def test_formulas_that_call_out_are_noted() -> None:
    cell = b'<row r="1"><c r="A1"><f>WEBSERVICE("http://example.vn")</f><v>1</v></c></row>'
    assert read_workbook(small(cell)).active == ("công thức gọi ra ngoài",)
    assert read_workbook(small(CELL)).active == ()


def test_values_are_shown_as_people_write_them() -> None:
    assert as_text(dt.datetime(2021, 11, 5)) == "05/11/2021"  # noqa: DTZ001 - the wall clock's
    assert as_text(dt.datetime(2021, 11, 5, 8, 30)) == "05/11/2021 08:30"  # noqa: DTZ001 - likewise
    assert as_text(dt.date(2021, 11, 5)) == "05/11/2021"
    assert [as_text(value) for value in (True, 2.0, 2.5, "x")] == ["TRUE", "2", "2.5", "x"]


def test_an_ole_file_without_the_stream_asked_for_is_damaged() -> None:
    content = ole({"Khac": b"x"})
    assert storage_names(content) == {"khac"}
    with pytest.raises(UnreadableError):
        read_stream(content, "Workbook")
