"""What differs between two versions of the programme, and the numbers by which calendars follow it. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
IN_CALENDAR = ("start", "end", "title", "summary", "room", "presentations", "groups", "tours")


@dataclass(frozen=True)
class Change:
    """One item that came, went or changed; `parts` are the keys of a snapshot that differ."""

    what: str
    item: int
    title: dict[str, str]
    parts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "parts": list(self.parts)}


def list_changes(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[Change]:
    """Return what differs, in the order of `after`, what went last."""
    old = {item["id"]: item for item in before}
    changes = []
    for item in after:
        was = old.pop(item["id"], None)
        if was is None:
            changes.append(Change(ADDED, item["id"], item["title"]))
        elif parts := tuple(name for name in item if name != "sequence" and item[name] != was.get(name)):
            changes.append(Change(CHANGED, item["id"], item["title"], parts))
    return changes + [Change(REMOVED, item["id"], item["title"]) for item in old.values()]


def number_items(
    before: Sequence[dict[str, Any]], cancelled: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return (items with their sequences, cancelled items): one that changed gets the next number, one that went is
    kept as cancelled under its next one. Source: RFC 5545, 3.8.7.4."""
    old = {item["id"]: item for item in (*cancelled, *before)}
    numbered = []
    for item in after:
        was = old.pop(item["id"], None)
        sequence = 0
        if was is not None:
            is_same = was in before and all(item[name] == was.get(name) for name in IN_CALENDAR)
            sequence = was["sequence"] + (0 if is_same else 1)
        numbered.append({**item, "sequence": sequence})
    gone = []
    for item in old.values():
        is_news = item in before
        kept = {name: item[name] for name in ("id", "kind", "start", "end", "title")}
        gone.append({**kept, "sequence": item["sequence"] + (1 if is_news else 0)})
    return numbered, gone
