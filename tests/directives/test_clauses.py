"""
Clauses as they stand in directives, each with who leads, who coordinates, by when and how often.

`clauses.*.txt`: a clause of one or more lines, then `=>` with lead | coordinators | day | period of each of its tasks,
tasks parted by `//`, bodies by `;`. The papers are of 12 May 2025.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from isotherm.directives.reading import read_text, to_json
from isotherm.directives.scoring import Task, right_fields

HERE = Path(__file__).parent
HEADS = {
    "vi": "THỦ TƯỚNG CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: 77/CT-TTg\n"
    "Hà Nội, ngày 12 tháng 5 năm 2025\nCHỈ THỊ\nVề việc thử cách đọc văn bản\n",
    "en": "THE PRIME MINISTER\nTHE SOCIALIST REPUBLIC OF VIET NAM\nIndependence - Freedom - Happiness\nNo. 77/CD-TTg\n"
    "Ha Noi, May 12, 2025\nOFFICIAL DISPATCH\nOn trying how a text is read\n",
}
ENDS = {
    "vi": "\nNơi nhận:\n- Lưu: VT.\nTHỦ TƯỚNG\nNguyễn Văn Mẫu\n",
    "en": "\nRecipients:\n- As above;\nTHE PRIME MINISTER\nNguyen Van Mau\n",
}


def clauses_of(language: str) -> list[tuple[str, str, list[Task]]]:
    found: list[tuple[str, str, list[Task]]] = []
    lines: list[str] = []
    for line in (HERE / f"clauses.{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("=>"):
            found.append((language, "\n".join(lines), [_wanted(part) for part in line[2:].split(" // ")]))
            lines = []
        elif line.strip():
            lines.append(line)
    return found


def _wanted(part: str) -> Task:
    lead, coordinate, day, period = [cell.strip() for cell in [*part.split("|"), "", "", ""][:4]]
    return {"lead": lead, "coordinate": coordinate, "deadline": day or None, "recurrence": period or None}


CLAUSES = [*clauses_of("vi"), *clauses_of("en")]


@pytest.mark.parametrize(("language", "clause", "wanted"), CLAUSES, ids=[one[1][:60] for one in CLAUSES])
def test_a_clause_gives_its_tasks(language: str, clause: str, wanted: list[Task]) -> None:
    found = to_json(read_text(HEADS[language] + clause + ENDS[language]))["tasks"]
    assert len(found) == len(wanted), [task["quote"] for task in found]
    for task, want in zip(found, wanted, strict=True):
        assert all(right_fields(want, task).values()), (want, task)
