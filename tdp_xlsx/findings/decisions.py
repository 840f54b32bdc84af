"""Findings about groups (G) and the board's decisions (D)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import ERROR, INFO, Rule

DUPLICATE = Rule(
    "G401",
    "duplicate",
    INFO,
    "{name} nộp tệp “{file}” có câu trả lời giống hệt “{kept}”; dùng một tệp.",
    "Không phải làm gì.",
)
SUPERSEDED = Rule(
    "G402",
    "superseded",
    INFO,
    "{name}: tệp “{file}” được thay bằng “{kept}” ({reason}).",
    "Không phải làm gì.",
)
CONFLICT = Rule(
    "G403",
    "conflict",
    ERROR,
    "{name} có nhiều tệp với câu trả lời khác nhau: {files}. Khác ở mục: {labels}.",
    "Hỏi đơn vị bản nào là chính thức, rồi chuyển các bản còn lại ra khỏi thư mục inbox.",
)
