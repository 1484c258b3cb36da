"""Every state, every decision, every role of staff, over HTTP: what the row becomes, and whom the letters go to.

The tables are written out from the rules of the field (docs/architecture.md "States", the table of roles in
docs/organizers.md), not read from the code.
"""

import pytest
from django.urls import reverse

from registration.models import OutgoingMail, Registration
from seminar.models import AuditEntry
from tests.factories import make_delegation, make_focal_point, make_registration, make_user

pytestmark = pytest.mark.django_db

STATES = (
    "draft", "submitted", "returned", "endorsed", "waitlisted", "approved", "rejected", "withdrawn", "cancelled",
)  # fmt: skip

# decision: {state it starts from: state it leads to}. The delegation has a focal point.
WAYS = {
    "approve": {"endorsed": "approved", "waitlisted": "approved"},
    "waitlist": {"endorsed": "waitlisted"},
    "reject": {"endorsed": "rejected", "waitlisted": "rejected"},
    "return": {"submitted": "returned", "endorsed": "returned"},
    "cancel": {"approved": "cancelled"},
    "reopen": {"rejected": "submitted", "withdrawn": "submitted", "cancelled": "submitted"},
    "endorse": {"submitted": "endorsed"},
    "withdraw": {
        "draft": "withdrawn", "submitted": "withdrawn", "returned": "withdrawn", "endorsed": "withdrawn",
        "waitlisted": "withdrawn", "approved": "withdrawn",
    },
}  # fmt: skip
MAY = {
    "desk": set(),
    "secretariat": {"return", "endorse", "withdraw"},
    "approver": {"approve", "waitlist", "reject", "cancel", "reopen", "return"},
    "administrator": set(),
}
LETTERS = {
    "approve": ("approved", ["delegate", "focal point"]),
    "waitlist": ("waitlisted", ["delegate", "focal point"]),
    "reject": ("rejected", ["delegate", "focal point"]),
    "return": ("returned", ["delegate", "focal point"]),
    "cancel": ("withdrawn", ["delegate", "focal point", "secretariat"]),
    "reopen": ("endorsement_request", ["focal point"]),
    "endorse": ("", []),
    "withdraw": ("withdrawn", ["delegate", "focal point", "secretariat"]),
}


def test_no_decision_and_no_state_is_missing_from_the_tables():
    assert set(WAYS) == set(LETTERS) == MAY["secretariat"] | MAY["approver"]
    assert sum(len(ways) for ways in WAYS.values()) == 18


@pytest.mark.parametrize("decision", WAYS)
@pytest.mark.parametrize("role", MAY)
def test_a_decision_changes_the_states_it_may_and_no_other(sign_in, role: str, decision: str):
    delegation = make_delegation(quota=None)
    focal_point = make_focal_point(delegation)
    rows = {state: make_registration(delegation, state) for state in STATES}
    client = sign_in(make_user(role))
    data = {"reason": "Agreed by telephone", "is_delegate_told": "on"}
    for row in rows.values():
        address = reverse("admin:registration_registration_decide", args=[decision])
        answer = client.post(address, {**data, "row": f"{row.pk}:{row.version}"})
        assert answer.status_code == (302 if decision in MAY[role] else 403)
    allowed = WAYS[decision] if decision in MAY[role] else {}
    states = {state: Registration.objects.get(pk=row.pk).state for state, row in rows.items()}
    assert states == {state: allowed.get(state, state) for state in STATES}
    assert AuditEntry.objects.count() == len(allowed)
    kind, readers = LETTERS[decision]
    names = {focal_point.email: "focal point", delegation.seminar.secretariat_email: "secretariat"}
    for state, row in rows.items():
        mails = OutgoingMail.objects.filter(registration=row).order_by("pk")
        sent = [(mail.kind, names.get(mail.recipient, "delegate")) for mail in mails]
        # A draft that was entered without a link: its person was never written to.
        told = [reader for reader in readers if (decision, state, reader) != ("withdraw", "draft", "delegate")]
        assert sent == ([(kind, reader) for reader in told] if state in allowed else [])


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("state", STATES)
def test_a_page_offers_what_its_state_and_the_role_allow_and_nothing_else(sign_in, role: str, state: str):
    delegation = make_delegation(quota=None)
    registration = make_registration(delegation, state)
    page = sign_in(make_user(role)).get(reverse("admin:registration_registration_change", args=[registration.pk]))
    if role == "administrator":
        assert page.status_code == 403
        return
    offered = {
        decision
        for decision in WAYS
        if f'action="{reverse("admin:registration_registration_decide", args=[decision])}"' in page.text
    }
    assert offered == {decision for decision in MAY[role] if state in WAYS[decision]}


@pytest.mark.parametrize("role", ["desk", "secretariat", "approver"])
def test_the_list_offers_each_role_its_decisions(sign_in, role: str):
    make_registration()
    page = sign_in(make_user(role)).get(reverse("admin:registration_registration_changelist"))
    form = page.context["action_form"]
    offered = (
        {name.removesuffix("_chosen") for name, _label in form.fields["action"].choices if name} if form else set()
    )
    assert offered == MAY[role]
