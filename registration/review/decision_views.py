"""Deciding in the admin: the page that shows what would happen, and the request that makes it happen.

Doors: `show_decision` for what was chosen in the list, `confirm` for every decision, and `offer_choices` for the
decisions that one person's page offers. A confirming request carries each row as it was shown, `row=KEY:VERSION`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registration.lifecycle import ChangedMeanwhile, LifecycleError
from registration.models import Registration
from registration.review.actions import ACTIONS, Action, list_open_actions
from registration.review.forms import DecisionForm
from registration.review.letters import LetterPreview, preview_letters
from registration.review.outlook import Outlook, foresee
from registration.review.policy import NotApprovable
from registration.review.queries import describe_last_changes
from registration.review.refusals import describe_refusal
from seminar.access import staff_actor
from seminar.foundation import clock

MOST_ROWS = 500
MOST_MESSAGES = 10  # about rows that were left; the rest is counted

_ROW = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")


@dataclass(frozen=True)
class Choice:
    """One decision as the page of one person offers it; without a form where a rule forbids it."""

    action: Action
    form: DecisionForm
    outlook: Outlook
    letters: list[LetterPreview]

    @property
    def has_fields(self) -> bool:
        return bool(self.form.fields)


@dataclass
class _Outcome:
    """What became of the rows of one decision."""

    done: list[Registration] = field(default_factory=list)
    changed: list[Registration] = field(default_factory=list)  # by somebody else, after they were shown
    left: dict[str, list[Registration]] = field(default_factory=lambda: defaultdict(list))  # by the reason


def read_rows(rows: QuerySet[Registration]) -> list[Registration]:
    """Return registrations with what a decision's preview reads of them, in the order of the list."""
    read = rows.select_related("delegation", "seminar", "travel_document", "travel").prefetch_related(
        "delegation__focal_points", "delegation__role_quotas"
    )
    return list(read.order_by("number", "pk"))


def show_decision(
    admin: ModelAdmin,
    request: HttpRequest,
    action: Action,
    rows: Sequence[Registration],
    form: DecisionForm | None = None,
) -> HttpResponse:
    """Show what `action` will do to each row, who is left out and why, the letters, and what it asks for."""
    values = _read_values(form)
    outlooks = foresee(
        action,
        rows,
        is_delegate_told=values.get("is_delegate_told", True),
        override_reason=values.get("override_reason", ""),
    )
    done = [outlook for outlook in outlooks if outlook.will_happen]
    sent = [outlook for outlook in done if outlook.recipients]
    context = {
        **admin.admin_site.each_context(request),
        "title": str(action.texts.title),
        "opts": admin.opts,
        "action": action,
        "outlooks": outlooks,
        "form": form or DecisionForm(action),
        "beyond_quota_count": sum(outlook.is_beyond_quota for outlook in outlooks),
        "done_count": len(done),
        "will": action.texts.will % {"n": len(done)},
        "left_count": len(outlooks) - len(done),
        "mail_count": sum(len(outlook.recipients) for outlook in done),
        "mail_counts": _count_recipients(done),
        "letters": _preview(action, sent[0], values) if sent else [],
        "letter_to": sent[0].recipients[0] if sent else None,
        "confirm_url": reverse("admin:registration_registration_decide", args=[action.name]),
        "carried": _read_carried(request),
        "list_url": _list_url(request),
    }
    return TemplateResponse(request, "registration/review/decide.html", context)


def confirm(admin: ModelAdmin, request: HttpRequest, name: str) -> HttpResponse:
    """Decide about the rows that were shown, one transaction each, and say what became of them."""
    action = ACTIONS.get(name)
    if action is None:
        raise Http404
    if not action.is_open_to(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("admin:registration_registration_changelist")
    versions = _read_versions(request)
    if len(versions) > MOST_ROWS:
        say_too_many(request)
        return redirect(_list_url(request))
    rows = read_rows(admin.get_queryset(request).filter(pk__in=versions))
    form = DecisionForm(action, request.POST)
    if not form.is_valid() or "show" in request.POST:
        return show_decision(admin, request, action, rows, form)
    outcome = _decide_each(request, action, rows, versions, form.cleaned_data)
    _tell(request, action, outcome)
    if left := _find_still_decidable(admin, request, action, outcome, form):
        return show_decision(admin, request, action, left, form)
    return redirect(_choose_next(request, rows, outcome))


def offer_choices(request: HttpRequest, registration: Registration) -> list[Choice]:
    """Return what this member of staff may decide about one registration now, each with its letters."""
    choices: list[Choice] = []
    for action in list_open_actions(request.user, registration.state):
        [outlook] = foresee(action, [registration])
        if outlook.is_beyond_quota:  # one person: the reason opens the way, and nobody else is left out
            [outlook] = foresee(action, [registration], override_reason=_("Reason"))
        form = DecisionForm(action, auto_id=f"{action.name}_%s")
        if "override_reason" in form.fields:
            if outlook.is_beyond_quota:
                form.fields["override_reason"].required = True
                form.fields["override_reason"].help_text = _("The quota is full: the approval needs a reason.")
            else:
                del form.fields["override_reason"]
        choices.append(Choice(action, form, outlook, _preview(action, outlook, {}) if outlook.recipients else []))
    return choices


def say_too_many(request: HttpRequest) -> None:
    text = _("Choose %(n)d registrations at most; nothing was changed.") % {"n": MOST_ROWS}
    messages.error(request, text)


def _decide_each(
    request: HttpRequest,
    action: Action,
    rows: Sequence[Registration],
    versions: Mapping[int, int],
    values: Mapping[str, Any],
) -> _Outcome:
    outcome = _Outcome()
    actor = staff_actor(request.user)
    for registration in rows:
        try:
            action.decide(
                actor=actor,
                registration_id=registration.pk,
                now=clock.now(),
                version=versions[registration.pk],
                **values,
            )
            outcome.done.append(registration)
        except ChangedMeanwhile:
            outcome.changed.append(registration)
        except (NotApprovable, LifecycleError) as error:
            outcome.left[describe_refusal(error, registration)].append(registration)
    return outcome


def _find_still_decidable(
    admin: ModelAdmin, request: HttpRequest, action: Action, outcome: _Outcome, form: DecisionForm
) -> list[Registration]:
    """Return who was edited after being shown and can be decided about as they are now: what was typed for them stays.

    None where no reason was typed: then nothing is lost with the page.
    """
    if not (form.cleaned_data.get("reason") or form.cleaned_data.get("override_reason")):
        return []
    changed = admin.get_queryset(request).filter(pk__in=[registration.pk for registration in outcome.changed])
    return [registration for registration in read_rows(changed) if action.starts_from(registration.state)]


def _tell(request: HttpRequest, action: Action, outcome: _Outcome) -> None:
    if outcome.done:
        text = str(action.texts.done % {"n": len(outcome.done)})
        if len(outcome.done) == 1:
            text = f"{_name(outcome.done[0])}: {text}"
        messages.success(request, text)
    deeds = describe_last_changes(outcome.changed, clock.now())
    reasons: dict[str, list[Registration]] = defaultdict(list)
    for registration in outcome.changed:
        reasons[deeds.get(registration.pk, _("Somebody else changed it in the meantime."))].append(registration)
    for reason, left in [*reasons.items(), *outcome.left.items()][:MOST_MESSAGES]:
        names = _(", ").join(_name(registration) for registration in left[:MOST_MESSAGES])
        if len(left) > MOST_MESSAGES:
            names = _("%(names)s and %(n)d more") % {"names": names, "n": len(left) - MOST_MESSAGES}
        messages.warning(request, _("Left as it is: %(names)s. %(reason)s") % {"names": names, "reason": reason})
    if (more := len(reasons) + len(outcome.left) - MOST_MESSAGES) > 0:
        text = ngettext("%(n)d more was left as it is.", "%(n)d more were left as they are.", more)
        messages.warning(request, text % {"n": more})


def _name(registration: Registration) -> str:
    return f"{registration.number} {registration.full_name}"


def _choose_next(request: HttpRequest, rows: Sequence[Registration], outcome: _Outcome) -> str:
    """Return where to go on: the list as it was filtered, the person's page, or the next one in the queue."""
    came_from = request.POST.get("came_from", "")
    if came_from == "page" and rows:
        return reverse("admin:registration_registration_change", args=[rows[0].pk])
    if came_from == "queue":
        at = str(rows[0].pk) if rows and outcome.left else request.POST.get("next_at", "")
        place = request.POST.get("place", "")
        return f"{reverse('admin:registration_registration_queue')}?{urlencode({'at': at, 'place': place})}"
    return _list_url(request)


def _list_url(request: HttpRequest) -> str:
    """Return the list's address with the filters that the decision was made under."""
    back = request.POST.get("back", request.GET.urlencode())
    address = reverse("admin:registration_registration_changelist")
    return f"{address}?{back}" if back else address


def _read_carried(request: HttpRequest) -> dict[str, str]:
    """Return what the confirming request hands on about where it came from."""
    carried = {name: request.POST.get(name, "") for name in ("came_from", "next_at", "place")}
    return {**carried, "back": request.POST.get("back", request.GET.urlencode())}


def _read_versions(request: HttpRequest) -> dict[int, int]:
    """Return {key: version} of the rows that were shown. Raises SuspiciousOperation for what no page of ours sends."""
    versions: dict[int, int] = {}
    for row in request.POST.getlist("row"):
        found = _ROW.fullmatch(row)
        if found is None:
            raise SuspiciousOperation("a row is no key and version")
        versions[int(found[1])] = int(found[2])
    return versions


def _read_values(form: DecisionForm | None) -> dict[str, Any]:
    """Return what was typed, as far as it is valid."""
    return dict(form.cleaned_data) if form is not None and form.is_bound and hasattr(form, "cleaned_data") else {}


def _preview(action: Action, outlook: Outlook, values: Mapping[str, Any]) -> list[LetterPreview]:
    return preview_letters(
        action,
        outlook.registration,
        outlook.recipients[0],
        now=clock.now(),
        reason=values.get("reason", ""),
        is_delegate_told=values.get("is_delegate_told", True),
    )


def _count_recipients(outlooks: Sequence[Outlook]) -> str:
    """Return "2 to delegates, 3 to focal points" for the letters of these."""
    everyone = [recipient for outlook in outlooks for recipient in outlook.recipients]
    delegates = sum(recipient.registration is not None for recipient in everyone)
    focal_points = sum(recipient.focal_point is not None for recipient in everyone)
    parts = [
        (delegates, ngettext("%(n)d to a delegate", "%(n)d to delegates", delegates)),
        (focal_points, ngettext("%(n)d to a focal point", "%(n)d to focal points", focal_points)),
        (len(everyone) - delegates - focal_points, _("%(n)d to the secretariat")),
    ]
    return _(", ").join(text % {"n": n} for n, text in parts if n)
