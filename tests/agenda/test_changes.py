"""What differs between two versions, and the sequences that calendars follow. Pure."""

from typing import Any

from agenda.changes import ADDED, CHANGED, REMOVED, list_changes, number_items


def make(key: int, **values: Any) -> dict[str, Any]:
    return {
        "id": key, "kind": "break", "start": "a", "end": "b", "title": {"en": f"Item {key}", "ja": ""}, "summary": {},
        "room": {}, "presentations": [], "groups": [], "tours": [],
    } | values  # fmt: skip


def test_what_came_went_and_changed_is_named_with_its_parts():
    before = [make(1), make(2), make(3)]
    after = [make(1), make(3, room={"en": "Hall"}, start="c"), make(4)]
    changes = [(change.what, change.item, change.parts) for change in list_changes(before, after)]
    assert changes == [(CHANGED, 3, ("start", "room")), (ADDED, 4, ()), (REMOVED, 2, ())]
    assert list_changes(after, after) == []


def test_a_sequence_rises_with_each_change_and_only_then():
    items, cancelled = number_items([], [], [make(1), make(2)])
    assert ([item["sequence"] for item in items], cancelled) == ([0, 0], [])
    items, _ = number_items(items, [], [make(1), make(2, start="c")])
    assert [item["sequence"] for item in items] == [0, 1]
    items, _ = number_items(items, [], [make(1), make(2, start="c")])
    assert [item["sequence"] for item in items] == [0, 1]


def test_another_kind_alone_is_no_news_for_a_calendar():
    items, _ = number_items([], [], [make(1)])
    items, _ = number_items(items, [], [make(1, kind="closing")])
    assert items[0]["sequence"] == 0


def test_what_goes_is_cancelled_once_under_the_next_number_and_kept():
    items, _ = number_items([], [], [make(1), make(2)])
    items, cancelled = number_items(items, [], [make(1)])
    assert [(item["id"], item["sequence"]) for item in cancelled] == [(2, 1)]
    items, cancelled = number_items(items, cancelled, [make(1)])
    assert [(item["id"], item["sequence"]) for item in cancelled] == [(2, 1)]


def test_what_comes_back_goes_on_counting():
    items, _ = number_items([], [], [make(1)])
    _, cancelled = number_items(items, [], [])
    items, cancelled = number_items([], cancelled, [make(1)])
    assert ([item["sequence"] for item in items], cancelled) == ([2], [])
