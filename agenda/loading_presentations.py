"""Writes the presentations of a loaded programme item: one for each delegation that presents, or for its guest."""

from datetime import datetime
from typing import Any

from agenda.materials import IMPORTED, import_consents
from agenda.models import Presentation, ProgrammeItem
from agenda.running_order import order_by_position
from seminar.foundation.edition_files import CHANGED, NEW, SAME, LoadReport, apply_values
from seminar.models import Delegation, Seminar


def write_presentations(
    item: ProgrammeItem, values: dict[str, Any], seminar: Seminar, report: LoadReport, now: datetime
) -> None:
    """Add who is missing and remove who no longer presents; an order that organizers gave by hand is left alone."""
    if values["positions"] is None and not values["presented_by"] and not values["registration"]:
        return
    wanted = _list_presenting(values, seminar)
    existing = list(Presentation.objects.filter(item=item).order_by("list_order", "pk"))
    if wanted == [None] and existing:
        wanted = [row.delegation_id for row in existing]  # a guest's, to which a delegation was given since
    of_delegations = {row.delegation_id: row for row in existing}
    is_same_cast = {row.delegation_id for row in existing} == set(wanted)
    for order, delegation_id in enumerate(wanted, start=1):
        row = of_delegations.get(delegation_id)
        if row is None:
            row = Presentation.objects.create(item=item, delegation_id=delegation_id, list_order=order)
            outcome = NEW
        else:
            outcome = SAME if is_same_cast or not apply_values(row, {"list_order": order}) else CHANGED
        if values["disclosure"]:
            import_consents(row, values["disclosure"], now)
        report.count("presentations", outcome)
    if is_same_cast and [row.delegation_id for row in existing] != wanted:
        report.notes.append(f"The running order of {item.title_en} was changed by hand and left as it is")
    for row in existing:
        if row.delegation_id not in wanted:
            _remove(row, item, report)


def _list_presenting(values: dict[str, Any], seminar: Seminar) -> list[int | None]:
    """Return the ids of the delegations that present, in their order; None stands for a guest without one."""
    delegations = list(Delegation.objects.filter(seminar=seminar).in_editorial_order())
    if values["positions"]:
        pairs = [(delegation.pk, delegation.presentation_order) for delegation in delegations]
        return [*order_by_position(pairs, *values["positions"])]
    ids = {delegation.code: delegation.pk for delegation in delegations}
    return [ids[code] for code in values["presented_by"]] or [None]


def _remove(row: Presentation, item: ProgrammeItem, report: LoadReport) -> None:
    """Remove a presentation that nobody has worked on; one with files, permissions or speakers stays and is named."""
    if row.materials.exists() or row.consents.exclude(text_version=IMPORTED).exists():
        report.notes.append(f"{row} in {item.title_en} has files or permissions and was left")
        return
    row.delete()
    report.removed["presentations"] = report.removed.get("presentations", 0) + 1
