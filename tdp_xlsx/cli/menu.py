"""The menu: where the round stands, numbered steps with the next one proposed; each step is a command of the round."""

from __future__ import annotations

import contextlib
import datetime as dt
import filecmp
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tdp_xlsx import console, layout, paths
from tdp_xlsx.cli.terminal import CANNOT, DONE, assessed, is_yes, remember, say, show, use_letters
from tdp_xlsx.faults import CannotRunError, reason
from tdp_xlsx.folder import unused
from tdp_xlsx.outputs import OutputError, put_bytes
from tdp_xlsx.prepare import STARTER, lay_starter
from tdp_xlsx.reading.inbox import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import NoReturn

    from tdp_xlsx.api import Round
    from tdp_xlsx.template import Template

_PAGE = 22
"""Lines shown at once: the old console of Windows has 25."""
_NEXT = "→"


class _EndedError(Exception):
    """Nothing more will be typed."""


class Menu:
    """The menu of one working folder; ``run`` runs a command line and exits with its status."""

    def __init__(self, root: Path, run: Callable[[list[str]], NoReturn]) -> None:
        use_letters(sys.stdin)
        self._run_line = run
        self._is_shown = sys.stdin.isatty() and sys.stdout.isatty()
        self._template: Template | None = None
        self._round: Round | None = None
        self._read_of: object = None
        self._checked: object = None
        self._enter(root)
        self._steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Sổ mẫu: tạo, mở để điền Cấu hình, Danh sách đơn vị", self._open_template),
            ("Lập bảng tự đánh giá để gửi các đơn vị", self._generate),
            ("Soạn thư gửi bảng (gửi luôn nếu đã ghi máy chủ thư)", self._mail),
            ("Mở thư mục inbox để chép tệp đơn vị nộp về", lambda: self._open(layout.INBOX)),
            ("Kiểm tra các tệp đã nhận", self._check),
            ("Xem tình hình nộp của từng đơn vị", lambda: self._paged("status")),
            ("Tổng hợp: lập sổ xếp hạng của phường", self._consolidate),
            ("Mở sổ tổng hợp: xem, ghi kết quả thẩm định", self._open_workbook),
            ("Soạn thư trả các bảng cần sửa", lambda: self._mail("--return")),
            ("Soạn thư nhắc đơn vị chưa nộp", lambda: self._mail("--remind")),
            ("Khám máy và thư mục", lambda: self._paged("doctor")),
            ("Soạn dự thảo báo cáo, biên bản, tờ trình (Word)", lambda: self._make(layout.DRAFTS, "documents")),
            ("Lập kết quả gửi từng đơn vị, soạn thư gửi", self._results),
        )

    def show(self, dropped: Sequence[Path] = ()) -> None:
        """Take in the files that were dropped, then show the menu until the officer leaves or nothing more is typed."""
        with contextlib.suppress(_EndedError):
            if dropped:
                self._take_in(dropped)
                self._pause()
            while self._step():
                self._pause()

    def _step(self) -> bool:
        """Show where the round stands, ask for a step and do it; return whether to go on."""
        proposed = self._look()
        for number, (title, _) in enumerate(self._steps, 1):
            line = f"{_NEXT if number == proposed else ' '} {number:2}. {title}"
            is_bold = number == proposed and self._is_shown and not os.environ.get("NO_COLOR")
            click.echo(click.style(line, bold=True) if is_bold else line)
        click.echo("   0. Thoát")
        typed = self._ask(f"Chọn số, hoặc thả tệp đơn vị nộp vào đây (Enter: {proposed}): ") or str(proposed)
        if typed == "0":
            return False
        if typed.isdecimal() and 1 <= int(typed) <= len(self._steps):
            title, step = self._steps[int(typed) - 1]
            click.echo(f"--- {title}")
            step()
        elif os.path.isfile(typed):  # noqa: PTH113 - Path's raises for names the system does not take
            self._take_in([Path(typed)])
        elif os.path.isdir(typed):  # noqa: PTH112 - likewise
            self._enter(Path(typed))
            remember(self._root)
        else:
            click.echo(console.visible(f"Không có bước “{typed}”. Gõ một số từ 0 đến {len(self._steps)}."))
        return True

    def _enter(self, root: Path) -> None:
        """Go to a working folder; the file to double-click there opens this program from now on."""
        self._root = paths.reachable(root)
        if (self._root / STARTER).is_file():
            with contextlib.suppress(OutputError):
                lay_starter(self._root)

    # --- where the round stands ---

    def _look(self) -> int:
        """Say in a few lines where the round stands; return the step to take next."""
        click.echo()
        try:
            found = self._read()
        except CannotRunError as fault:
            if fault.findings or (self._root / layout.TEMPLATE_PATH).is_file():
                self._pages([*console.finding_lines(fault.findings), str(fault)])
            else:
                say(f"Chưa có sổ mẫu trong {_shown(self._root)}.")
                say("Tạo mới (bước 1), hoặc thả thư mục làm việc đã có vào đây.")
            return 1
        for line in self._standing(found):
            show(console.wrapped(line, "", ""))
        return self._next(found)

    def _read(self) -> Round:
        """Return the round as it stands; files are read again only where something changed."""
        template = self._root / layout.TEMPLATE_PATH
        self._template = None
        held = [(one.name, one.size, one.modified) for one in entries(self._root / layout.INBOX, self._root)]
        made = [(path.name, path.lstat().st_mtime_ns) for path in (self._root / "outbox").glob("*.*")]
        key = (self._root, template.stat().st_mtime_ns if template.is_file() else 0, held, made)
        if self._round is None or key != self._read_of:
            self._round = None
            if held:
                say("Đang đọc các tệp trong inbox…")
            self._round = assessed(self._root)
            self._read_of = key
        self._template = self._round.template
        return self._round

    def _standing(self, found: Round) -> Iterator[str]:
        from tdp_xlsx.mail.words import days_left

        settings = found.template.plan.settings
        groups, made = len(found.template.plan.groups), len(list((self._root / layout.FORMS).glob("*.xlsx")))
        letters = len(list((self._root / layout.MAIL).glob("*.eml")))
        files = len({one.file.path for one in found.intake.files})
        yield f"{settings.office}, năm {settings.edition}: {_shown(self._root)}"
        yield f"Đã lập {made:02d}/{groups:02d} bảng, soạn {letters:02d} thư; inbox có {files:02d} tệp."
        if files:
            yield console.count_line(found.evaluation)
        if told := days_left(settings.deadline, dt.datetime.now().astimezone().date()):
            yield told
        if made_at := _changed(self._workbook(found.template)):
            when = dt.datetime.fromtimestamp(made_at, dt.UTC).astimezone()
            later = "; sau đó inbox, sổ mẫu có thay đổi" if made_at < self._newest() else ""
            yield f"Sổ tổng hợp lập lúc {when:%H:%M %d/%m/%Y}{later}."

    def _next(self, found: Round) -> int:
        if not any((self._root / layout.FORMS).glob("*.xlsx")):
            return 2
        mail = self._root / layout.MAIL
        if not found.intake.files:
            return 4 if any(mail.glob("*.txt")) else 3
        made_at = _changed(self._workbook(found.template))
        if made_at < self._newest():
            return 5 if found.has_errors and self._checked != self._read_of else 7
        if found.has_errors and not _later(mail, "*_tra-lai.txt", made_at):
            return 9
        if any(not result.is_read for result in found.evaluation.results):
            return 4 if _later(mail, "*_nhac.txt", made_at) else 10
        return 8

    def _newest(self) -> float:
        """Return when the inbox or the template last changed; a file that was copied is as new as its copy."""
        inbox = [Path(one.path) for one in entries(self._root / layout.INBOX, self._root) if not one.ignored]
        return max(map(_changed, [self._root / layout.TEMPLATE_PATH, *inbox]))

    def _workbook(self, template: Template) -> Path:
        return self._root / layout.ward_name(template.plan.settings.edition)

    # --- the steps ---

    def _open_template(self) -> None:
        if not (self._root / layout.TEMPLATE_PATH).is_file():
            name = self._ask(f"Tạo trong thư mục nào (Enter: {_shown(self._root)}): ")
            this_year = dt.datetime.now().astimezone().year
            year = self._ask(f"Năm đánh giá (Enter: {this_year}): ") or str(this_year)
            if self._run("init", *([name] if name else []), "--year", year) != DONE:
                return
            self._enter(self._root / name)
            remember(self._root)
        self._open(layout.TEMPLATE_PATH)

    def _generate(self) -> None:
        replaced = any((self._root / layout.FORMS).glob("*.xlsx"))
        if replaced and not self._agreed("Những bảng đã lập mà sổ mẫu đã đổi sẽ được thay. Gõ co để lập lại"):
            return
        again = (self._root / layout.LAST_YEAR).is_dir() and any((self._root / layout.LAST_YEAR).iterdir())
        add = again and self._agreed("Có sổ năm trước. Gõ co để thêm cột nhắc lại số liệu, minh chứng năm trước")
        self._make(layout.FORMS, "generate", *(["--prefill"] if add else []))

    def _mail(self, *kind: str) -> None:
        if self._template and self._template.plan.settings.smtp_host:
            self._run("mail", *kind, "--send")  # shows what would go to whom, and asks
        elif self._run("mail", *kind) == DONE and (self._root / layout.MAIL).is_dir():
            self._open(layout.MAIL)

    def _check(self) -> None:
        self._checked = self._read_of
        self._paged("check")

    def _consolidate(self) -> None:
        target = self._template and self._workbook(self._template)
        if target and target.exists():
            told = f"Sổ “{target.name}” sẽ được thay; kết quả thẩm định được giữ, sổ cũ lưu ở “{layout.ARCHIVE}”."
            if not self._agreed(f"{told} Gõ co để lập lại"):
                return
        if self._run("consolidate") == DONE:
            self._open_workbook()

    def _open_workbook(self) -> None:
        if self._template:
            self._open(self._workbook(self._template).relative_to(self._root).as_posix())

    def _results(self) -> None:
        if self._make(layout.RESULTS, "results") and self._agreed("Gõ co để soạn thư gửi kết quả"):
            self._mail("--results")

    def _make(self, folder: str, *command: str) -> bool:
        """Run a command that fills a folder and open that; return whether all went well."""
        if is_done := self._run(*command) == DONE:
            self._open(folder)
        return is_done

    def _take_in(self, dropped: Sequence[Path]) -> None:
        """Copy files into the inbox, never over another, and check them."""
        inbox = self._root / layout.INBOX
        if not (self._root / layout.TEMPLATE_PATH).is_file():
            say(f"Không chép tệp nào: chưa có sổ mẫu trong {_shown(self._root)}.")
            return
        taken = []
        for path in dropped:
            target = inbox / path.name
            if not path.is_file():
                say(f"Không chép “{path}”: không phải một tệp. Nếu là thư mục, mở ra rồi chọn các tệp để thả.")
            elif inbox.resolve() in path.resolve().parents:
                taken.append(path)
            elif target.is_file() and filecmp.cmp(path, target, shallow=False):
                say(f"Đã có trong inbox: {target.name}")
                taken.append(target)
            else:
                target = unused(target)
                try:  # as it is: a damaged workbook is for the check to tell
                    put_bytes(target, path.read_bytes())
                    os.utime(target, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
                except (OutputError, OSError) as fault:
                    say(f"Không chép được “{path}”: {reason(fault) if isinstance(fault, OSError) else fault}.")
                    continue
                say(f"Đã chép vào inbox: {target.name}")
                taken.append(target)
        if taken:
            self._paged("check", *(str(path.absolute()) for path in taken))

    # --- running, asking, showing ---

    def _run(self, *arguments: str) -> int:
        """Run a command in the working folder; it says itself how it went."""
        try:
            self._run_line(["-C", str(self._root), *arguments])
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else CANNOT

    def _paged(self, *arguments: str) -> None:
        """Run a command and show what it says page by page, where there is a terminal."""
        if not self._is_shown:
            self._run(*arguments)
            return
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            self._run(*arguments)
        self._pages(said.getvalue().splitlines())

    def _pages(self, lines: Sequence[str]) -> None:
        for number, line in enumerate(lines):
            if self._is_shown and number and number % _PAGE == 0:
                more = len(lines) - number
                if self._ask(f"-- còn {more} dòng; Enter: xem tiếp, 0: thôi -- ") == "0":
                    return
            click.echo(line)

    def _ask(self, question: str) -> str:
        """Ask for one line; a path may be quoted, as terminals do with what is dropped on them.

        Raises:
            _EndedError: Nothing more will be typed.
        """
        click.echo(question, nl=False)
        line = sys.stdin.readline()
        if not self._is_shown or not line:
            click.echo()
        if not line:
            raise _EndedError
        return line.lstrip("\ufeff").strip().strip("\"'")

    def _agreed(self, question: str) -> bool:
        return is_yes(self._ask(f"{question}, Enter để thôi: "))

    def _pause(self) -> None:
        """Leave on a terminal what was said until it is read: the menu would push it out of sight."""
        if self._is_shown:
            self._ask("Bấm Enter để về bảng chọn… ")

    def _open(self, name: str) -> None:
        """Open a file or folder of the working folder, on a terminal; elsewhere say where it is."""
        path = self._root / name
        if not path.exists():
            say(f"Chưa có: {_shown(path)}")
            return
        click.echo(f"Ở đây: {_shown(path)}")
        if self._is_shown:
            with contextlib.suppress(OSError):  # nothing opens such files: where it is was said
                if sys.platform == "win32":
                    os.startfile(path.absolute())  # noqa: S606 - a file the program made
                else:
                    click.launch(str(path.absolute()))


def _changed(path: Path) -> float:
    """Return when a file was last changed or laid there; 0 if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0.0
    return max(status.st_mtime, status.st_ctime)


def _later(folder: Path, pattern: str, than: float) -> bool:
    return any(_changed(path) > than for path in folder.glob(pattern))


def _shown(path: Path) -> str:
    return paths.shown(str(path.absolute()))
