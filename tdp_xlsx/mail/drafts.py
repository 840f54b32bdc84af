"""Write drafts and messages: the groups a kind of mail concerns, what is attached, drafts no longer valid removed."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.contents import content_hash, holds
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.findings.files import FILLED_OUTSIDE
from tdp_xlsx.folder import filled, load_template, named_groups, refuse_other_edition
from tdp_xlsx.forms.correction import NO_CORRECTION, correction_of
from tdp_xlsx.mail.letter import Envelope, Letter, MailKind, check_group, draft, message_text
from tdp_xlsx.mail.words import NoTextError, Standing, words
from tdp_xlsx.model import Finding, GroupStatus, Place
from tdp_xlsx.outputs import OutputError, exclusive, put_bytes
from tdp_xlsx.text import one_line
from tdp_xlsx.workflow import assess, read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tdp_xlsx.api import Round
    from tdp_xlsx.folder import Meant
    from tdp_xlsx.forms.writer import FormWriter
    from tdp_xlsx.model import Group, Plan, Settings
    from tdp_xlsx.papers.results import Results
    from tdp_xlsx.submission import Reply
    from tdp_xlsx.template import Template

LONGEST_SENDER_NAME = 100
_NOT_COUNTING = frozenset({GroupStatus.REJECTED, GroupStatus.INCOMPLETE})
_CONCERNED = {MailKind.REMIND: _NOT_COUNTING | {GroupStatus.MISSING}, MailKind.RETURN: _NOT_COUNTING}


@dataclass(frozen=True, slots=True)
class Prepared:
    """The letters with an address, those without, and what was written and removed.

    ``only_message`` holds the letters of groups without an address. ``concerned`` counts the groups of this kind.
    Paths are relative to the working folder.
    """

    kind: MailKind
    plan: Plan
    letters: tuple[Letter, ...]
    only_message: tuple[Letter, ...]
    findings: tuple[Finding, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    concerned: int


def prepare(
    root: Path,
    kind: MailKind = MailKind.SEND,
    codes: Sequence[str] = (),
    *,
    now: dt.datetime | None = None,
    is_meant: Meant | None = None,
) -> Prepared:
    """Write the drafts and messages of one kind, for all groups it concerns or those of them that are named.

    Drafts of the kind for groups it no longer concerns are removed, unless groups are named.

    Raises:
        CannotRunError: The template has mistakes or no text of this kind; a code is unknown; a draft cannot be written;
            results are to go out, and the ward workbook does not show the round as it is.
    """
    today = (now or dt.datetime.now().astimezone()).date()
    results: Results | None = None
    done: Round | None = None
    if kind is MailKind.RESULT:
        from tdp_xlsx.papers.results import Results  # noqa: PLC0415 - loads xlsxwriter, which no other letter needs
        from tdp_xlsx.papers.told import standing  # noqa: PLC0415 - likewise

        stands = standing(root)
        done, results = stands.round, Results(root, stands)
    elif kind is not MailKind.SEND:
        done = assess(root, decided=True)
    template = done.template if done else load_template(root)
    plan = template.plan
    wanted = named_groups(template, codes) if codes else plan.groups
    refuse_other_edition(root, template, is_meant, lambda: done.intake if done else read_all(root, template))
    standings = _results(plan, results) if results else _standings(plan, done, kind)
    findings: list[Finding] = []
    letters: list[Letter] = []
    only_message: list[Letter] = []
    forms = _Forms(root, template, done, results)
    for group in wanted:
        found = standings.get(group.code)
        letter = _letter(forms, group, kind, found, today, findings) if found else None
        if letter and letter.address:
            letters.append(letter)
        elif letter:
            only_message.append(letter)
            findings.append(_no_address(root, plan, group, letter))
    envelope = envelope_of(plan.settings)
    contents: dict[str, Callable[[], bytes]] = {}
    for letter in (*letters, *only_message):
        if letter.address:
            contents[_name(plan, letter.group, kind, "eml")] = partial(draft, letter, envelope)
        contents[_name(plan, letter.group, kind, "txt")] = partial(message_text, letter)
    with exclusive(root):
        written = tuple(name for name, content in contents.items() if put_bytes(root / name, content()))
        removed = () if codes else tuple(_remove_stale(root, plan, kind, contents))
    concerned = sum(group.code in standings for group in wanted)
    made, told = (tuple(letters), tuple(only_message)), tuple(dict.fromkeys(findings))
    return Prepared(kind, plan, *made, told, written, removed, concerned)


def _standings(plan: Plan, done: Round | None, kind: MailKind) -> dict[str, Standing]:
    """Return how it stands with each group that this kind of mail concerns."""
    if done is None:
        return {group.code: Standing() for group in plan.groups}
    found: dict[str, list[Finding]] = {}
    for finding in done.findings:
        if finding.place.group and finding.place.sheet != layout.DECISIONS:  # those are the office's own to settle
            found.setdefault(finding.place.group, []).append(finding)
    replies = done.intake.replies
    forms = {code: correction_of(plan, plan.group_by_code[code], reply) for code, reply in replies.items()}
    return {
        result.code: Standing(result.status, tuple(found.get(result.code, ())), forms.get(result.code, NO_CORRECTION))
        for result in done.evaluation.results
        if result.status in _CONCERNED[kind] and not result.awaits_office
    }


def _results(plan: Plan, results: Results) -> dict[str, Standing]:
    """Return each group's result in a few words."""
    return {group.code: Standing(result=results.outcomes.of(group.code).told) for group in plan.groups}


def _letter(  # noqa: PLR0913, PLR0917 - one group against everything known of the round
    forms: _Forms, group: Group, kind: MailKind, standing: Standing, today: dt.date, findings: list[Finding]
) -> Letter | None:
    """Return a group's letter, or None where a finding says what keeps it from being written."""
    plan = forms.template.plan
    if unfit := list(check_group(group)):
        findings += unfit
        return None
    form = forms.attached(group, kind)
    if isinstance(form, Finding):
        findings.append(form)
        return None
    try:
        told = words(plan, group, kind, standing, today)
    except NoTextError as fault:
        raise CannotRunError(
            f"Trang “{layout.LETTERS}” của sổ mẫu: mục “{fault}” để trống, không lập được thư. "
            "Ghi nội dung vào mục này rồi chạy lại."
        ) from fault
    findings += told.findings
    # A reminder may come again another day; any other letter is the same while the form in it is.
    # A PDF differs whenever it is printed: the workbook it is printed from tells.
    about = today.isoformat() if kind is MailKind.REMIND else content_hash(form.with_suffix(".xlsx"))
    known = (plan.settings.edition, kind, group.code, group.email.casefold(), about)
    identity = " ".join(map(str, known))
    digest = sha256(identity.encode()).hexdigest()[:32]
    to = kind, group.code, group.name, group.email
    return Letter(*to, told.subject, told.body, told.message, form, digest)


@dataclass(frozen=True)
class _Forms:
    """The forms and results to attach: only what is made of the round as it stands now goes out."""

    root: Path
    template: Template
    done: Round | None
    results: Results | None

    def attached(self, group: Group, kind: MailKind) -> Path | Finding:
        """Return the file to attach, or why there is none."""
        if self.results:
            return self._result(self.results, group)
        edition = self.template.plan.settings.edition
        place = Place(group=group.code)
        if self.done is not None:
            returned, number = _latest_return(self.root, edition, group.code)
            reply = self.done.intake.replies.get(group.code)
            answered = reply is not None and number <= reply.number
            form = self._fit(returned, group, number, reply) if returned and reply and not answered else None
            if isinstance(form, Path) or (form and kind is MailKind.RETURN):
                return form
            if kind is MailKind.RETURN:
                if returned is None:
                    return rules.RETURN_MISSING.at(place, name=group.name)
                return rules.RETURN_ANSWERED.at(place, name=group.name, number=number)
        path = self.root / layout.FORMS / layout.form_name(edition, group.code)
        if not path.is_file():
            return rules.FORM_MISSING.at(place, name=group.name, form=f"{layout.FORMS}/{path.name}")
        return self._fit(path, group, 1, None)

    def _result(self, results: Results, group: Group) -> Path | Finding:
        """Return a group's result, printed if it is, or why it cannot go out."""
        path = results.path(group)
        name = path.relative_to(self.root).as_posix()
        if not path.is_file():
            return rules.RESULT_MISSING.at(Place(group=group.code), name=group.name, result=name)
        if not holds(path, results.content(group)):
            return rules.RESULT_UNFIT.at(Place(name, group=group.code), name=group.name, result=name)
        printed = path.with_suffix(".pdf")
        return printed if printed.is_file() else path

    def _fit(self, path: Path, group: Group, number: int, reply: Reply | None) -> Path | Finding:
        """Return the form if it is as it would be written now, else what is the matter with it."""
        correction = correction_of(self.template.plan, group, reply) if reply else NO_CORRECTION
        if holds(path, self._writer.content(group, number, correction)):
            return path
        if not reply and self._prefiller and holds(path, self._prefiller.content(group, number)):
            return path
        name = path.relative_to(self.root).as_posix()
        place = Place(name, group=group.code)
        if filled(self.root, [path]):
            return FILLED_OUTSIDE.at(place, file=name)
        command = "tdp-xlsx consolidate" if reply else "tdp-xlsx generate"
        return rules.FORM_UNFIT.at(place, form=name, name=group.name, command=command)

    @cached_property
    def _writer(self) -> FormWriter:
        from tdp_xlsx.forms.writer import FormWriter  # noqa: PLC0415 - loads openpyxl

        return FormWriter(self.template)

    @cached_property
    def _prefiller(self) -> FormWriter | None:
        """Writes forms as ``generate --prefill`` does; None where it would refuse."""
        from tdp_xlsx.forms.writer import FormWriter  # noqa: PLC0415 - loads openpyxl
        from tdp_xlsx.ward_book.last_year import evidence_again  # noqa: PLC0415 - loads pandas

        with suppress(CannotRunError):
            return FormWriter(self.template, evidence_again(self.root, self.template.plan))
        return None


def _latest_return(root: Path, edition: str, code: str) -> tuple[Path | None, int]:
    """Return the form to mend with the highest sending number, and that number."""
    stem = re.escape(layout.form_name(edition, code).removesuffix(".xlsx"))
    found = {
        int(match[1]): path
        for path in _files(root / layout.RETURNS)
        if (match := re.fullmatch(rf"{stem}_lan-(\d{{1,6}})\.xlsx", path.name))
    }
    return (found[max(found)], max(found)) if found else (None, 0)


def _no_address(root: Path, plan: Plan, group: Group, letter: Letter) -> Finding:
    return rules.NO_ADDRESS.at(
        Place(layout.TEMPLATE_PATH, layout.REGISTER, group=group.code),
        name=f"{group.name} ({group.code})",
        message=_name(plan, group.code, letter.kind, "txt"),
        form=letter.form.relative_to(root).as_posix(),
    )


def _name(plan: Plan, code: str, kind: MailKind, suffix: str) -> str:
    return f"{layout.MAIL}/{plan.settings.edition}_{code}{kind.suffix}.{suffix}"


def _remove_stale(root: Path, plan: Plan, kind: MailKind, kept: Iterable[str]) -> Iterator[str]:
    """Remove the edition's drafts of this kind that were not written now, and yield their names."""
    pattern = re.compile(rf"{re.escape(plan.settings.edition)}_[A-Za-z0-9.-]+{kind.suffix}\.(?:eml|txt)")
    names = {name.casefold() for name in kept}
    for path in _files(root / layout.MAIL):
        name = f"{layout.MAIL}/{path.name}"
        if pattern.fullmatch(path.name) and name.casefold() not in names:
            try:
                path.unlink(missing_ok=True)
            except OSError as fault:
                raise OutputError(
                    f"Không xóa được thư cũ “{path}” ({fault.strerror or fault}); thư này không còn đúng nữa. "
                    "Đóng thư trong chương trình khác rồi chạy lại."
                ) from fault
            yield name


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def envelope_of(settings: Settings) -> Envelope:
    """Return who sends, as the settings name it."""
    name = one_line(settings.office, LONGEST_SENDER_NAME)
    return Envelope(settings.smtp_sender, name, settings.reply_to)
