"""Git's conflict markers in a file a person writes."""

from __future__ import annotations

_OURS, _BASE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"


def conflict_line(text: str) -> int | None:
    """Return the first line, from 1, of a merge conflict, or None."""
    lines = text.split("\n")
    if not any(line.startswith(_END) for line in lines):
        return None
    return next((number for number, line in enumerate(lines, 1) if line.startswith(_OURS)), None)


def without_plan_conflict(text: str) -> str:
    """Return params.yaml without its `plan:` section where both sides of its conflicts are otherwise one file, else `text` as it is.

    Two branches that each ran `resyn plan` conflict in that section alone, and plan writes it anew. Lines keep their numbers.
    """
    if conflict_line(text) is None:
        return text
    ours, theirs = (_without_plan(_side(text, side)) for side in (_OURS, _THEIRS))
    same = [line for line in ours if line.strip()] == [line for line in theirs if line.strip()]
    return "\n".join(ours) if same else text


def _side(text: str, side: str) -> list[str]:
    """Return the lines of one side of every conflict; all others are blank."""
    lines, section = [], ""
    for line in text.split("\n"):
        marker = line[:7] if line[:7] in (_OURS, _BASE, _THEIRS, _END) else ""
        if marker == _OURS or (marker and section):
            section = "" if marker == _END else marker
            lines.append("")
        else:
            lines.append(line if section in ("", side) else "")
    return lines


def _without_plan(lines: list[str]) -> list[str]:
    kept, inside = [], False
    for line in lines:
        if line[:1].strip() and not line.startswith("#"):
            inside = line.startswith("plan:")
        kept.append("" if inside else line)
    return kept
