"""Renew the pages of docs that are made from the code: python docs/make.py [--check]."""

from __future__ import annotations

import sys
from pathlib import Path

from tdp_xlsx.findings import CATALOGUE
from tdp_xlsx.model import Severity

HERE = Path(__file__).parent
WEIGHTS = {
    Severity.ERROR: "lỗi: tệp chưa được tính cho đến khi sửa",
    Severity.WARNING: "cần làm rõ: vẫn được tính",
    Severity.INFO: "lưu ý",
}
STAGES = {
    "T": "Sổ mẫu",
    "F": "Tệp trong inbox",
    "I": "Nhận dạng bảng",
    "A": "Câu trả lời",
    "R": "Quan hệ giữa các câu trả lời, số liệu",
    "G": "Nhiều tệp của một đơn vị",
    "D": "Kết quả thẩm định",
    "M": "Thư",
}


def findings_page() -> str:
    """Return the page of findings, by stage and code; words in braces are filled in when a finding is told."""
    lines = [
        "# Các phát hiện",
        "",
        "Trang này được lập từ danh mục trong `tdp_xlsx/findings`: `python docs/make.py`.",
        "Mức: " + "; ".join(WEIGHTS.values()) + ". Chữ trong {ngoặc nhọn} được thay bằng nội dung cụ thể.",
    ]
    stage = ""
    for code, rule in sorted(CATALOGUE.items()):
        if code[0] != stage:
            stage = code[0]
            lines += [
                "",
                f"## {STAGES[stage]} ({stage})",
                "",
                "| Mã | Mức | Nội dung | Cách xử lý |",
                "| --- | --- | --- | --- |",
            ]
        weight = WEIGHTS[rule.severity].partition(":")[0]
        cells = (code, weight, rule.text, rule.fix)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


PAGES = {"findings.md": findings_page}


def main() -> int:
    """Write the pages, or with --check only say which are stale."""
    stale = [name for name, page in PAGES.items() if not _is_current(HERE / name, page())]
    if "--check" not in sys.argv[1:]:
        for name in stale:
            (HERE / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
        return 0
    for name in stale:
        print(f"docs/{name} is stale: run python docs/make.py")
    return 1 if stale else 0


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
