"""What of the programme changed, in the reader's words. Doors: `describe_change`, `describe_part`."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.changes import ADDED, REMOVED


def describe_part(name: str) -> str:
    """Return the part of an item that a key of a snapshot stands for."""
    return {
        "kind": _("kind"),
        "start": _("start"),
        "end": _("end"),
        "title": _("title"),
        "summary": _("summary"),
        "room": _("room"),
        "presentations": _("presentations"),
        "groups": _("groups"),
        "tours": _("tours"),
    }.get(name, name)


def describe_change(change: dict[str, Any]) -> str:
    """Return one change of a version, as agenda.changes has it in JSON."""
    first, second = ("ja", "en") if (get_language() or "en").startswith("ja") else ("en", "ja")
    title = change["title"][first] or change["title"][second]
    if change["what"] == ADDED:
        return _("%(title)s: new") % {"title": title}
    if change["what"] == REMOVED:
        return _("%(title)s: taken out") % {"title": title}
    parts = ", ".join(map(describe_part, change["parts"]))
    return _("%(title)s: other %(parts)s") % {"title": title, "parts": parts}
