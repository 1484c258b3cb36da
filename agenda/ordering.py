"""Makes the running order of national presentations anew: earlier systems first, as delegations have it.

Door: `derive_running_order`. Presentations that exist move; nobody's file, title or speaker is lost.
"""

from datetime import datetime

from agenda.models import Presentation, ProgrammeItem
from agenda.running_order import order_by_position
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation, Seminar


@retried
def derive_running_order(*, actor: Actor, seminar: Seminar, now: datetime) -> int:
    """Put every delegation with an order of presentation into the session that its order belongs to; return how many
    presentations came, moved or changed place. Who declined is left where they are."""
    changed = 0
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=seminar.pk)
        sessions = ProgrammeItem.objects.filter(
            seminar=seminar, kind=ProgrammeItem.Kind.NATIONAL_PRESENTATIONS, first_position__isnull=False
        ).exclude(last_position=None)
        rows = Delegation.objects.filter(seminar=seminar).exclude(state=Delegation.State.DECLINED)
        pairs = [(each.pk, each.presentation_order) for each in rows.in_editorial_order()]
        known = {
            each.delegation_id: each
            for each in Presentation.objects.filter(
                item__seminar=seminar, item__kind=ProgrammeItem.Kind.NATIONAL_PRESENTATIONS
            )
        }
        for session in sessions.order_by("start_at", "pk"):
            wanted = order_by_position(pairs, session.first_position or 0, session.last_position or 0)
            for order, delegation_id in enumerate(wanted, start=1):
                changed += _place(known.get(delegation_id), session, delegation_id, order)
        if changed:
            record(
                actor=actor,
                action="derive_running_order",
                subject=f"seminar:{seminar.pk}",
                now=now,
                seminar_id=seminar.pk,
                details={"changed": changed},
            )
    return changed


def _place(presentation: Presentation | None, session: ProgrammeItem, delegation_id: int, order: int) -> int:
    if presentation is None:
        Presentation.objects.create(item=session, delegation_id=delegation_id, list_order=order)
        return 1
    if (presentation.item_id, presentation.list_order) == (session.pk, order):
        return 0
    presentation.item, presentation.list_order = session, order
    presentation.save(update_fields=["item", "list_order"])
    return 1
