"""Pages of presentations: the list of one's own, the page where a speaker answers, the file, taking it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agenda import materials
from agenda.models import Disclosure, DisclosureConsent, Material, Sitting
from registration.appearances import NotNameable, name_person, remove_person
from registration.models import Appearance
from registration.speaking.doors import Door, Work, door_page, presentation_action, presentation_page
from registration.speaking.forms import LANGUAGES, EquipmentForm, PresentationForm, SpeakerForm
from registration.speaking.queries import describe_due, describe_slot, list_cards, list_nameable, list_sittings
from registration.speaking.services import TEXTS, save_equipment, save_presentation
from seminar.display import describe_moment, describe_span
from seminar.foundation import clock, private_files

OF_FILE = ("file", "level", "earliest")


@require_safe
@door_page
def show_presentations(request: HttpRequest, door: Door) -> HttpResponse:
    """List what this visitor presents and moderates, or what their delegation does."""
    context = {
        "door": door,
        "cards": list_cards(door),
        "sittings": list_sittings(door.registration) if door.registration else [],
        "due": describe_due(door.seminar),
    }
    return render(request, "registration/speaking/presentations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@presentation_page
def edit_presentation(request: HttpRequest, work: Work) -> HttpResponse:
    """Ask what is needed of a presentation, and take the answers."""
    form = _make_form(request, work)
    if request.method != "POST":
        return _render(request, work, form)
    if not work.door.can_change:
        raise PermissionDenied
    if request.POST.get("seen") != _mark_consents(work):
        form.add_error(
            None,
            _("Somebody else changed meanwhile who may see a file. Nothing was saved: look at it and choose anew."),
        )
        return _render(request, work, form, status=409)
    if not form.is_valid():
        return _render(request, work, form, status=422)
    try:
        save_presentation(work=work, values=form.cleaned_data, now=clock.now())
    except private_files.StorageFull:
        form.add_error(
            None,
            _("The file could not be kept: there is no room on our disk. Nothing was changed. Please try again later."),
        )
        return _render(request, work, form, status=507)
    except materials.ExceedsConsent:
        form.add_error(None, _("The speaker's permission has changed meanwhile. Look at it again and choose anew."))
        return _render(request, work, form, status=409)
    messages.success(request, _("Saved. You can come back and change it until the seminar."))
    return redirect(work.make_url("presentation"))


@require_safe
@presentation_page
def download_file(request: HttpRequest, work: Work, language: str) -> HttpResponse:
    """Hand out the file of one language to those who work on the presentation, whoever else may see it."""
    rows = Material.objects.filter(presentation=work.presentation, language=language).select_related("file")
    material = rows.first()
    if material is None:
        raise Http404
    return private_files.serve(material.file)


@require_POST
@presentation_action
def remove_file(request: HttpRequest, work: Work, language: str) -> HttpResponse:
    """Remove the file of one language with its content."""
    materials.remove_file(actor=work.door.actor, presentation=work.presentation, language=language, now=clock.now())
    messages.success(request, _("The file is removed."))
    return redirect(work.make_url("presentation"))


@require_POST
@presentation_action
def withdraw_permission(request: HttpRequest, work: Work, language: str) -> HttpResponse:
    """Close the file of one language at once, to everybody but those who work on the presentation."""
    materials.withdraw_consent(
        actor=work.door.actor, presentation=work.presentation, language=language, now=clock.now()
    )
    messages.success(request, _("The permission is withdrawn. The file is closed from this moment on."))
    return redirect(work.make_url("presentation"))


@require_POST
@presentation_action
def name_speaker(request: HttpRequest, work: Work) -> HttpResponse:
    """Name a person of the delegation to present; speakers themselves name nobody."""
    if work.door.is_own:
        raise Http404
    form = SpeakerForm(request.POST, people=list_nameable(work))
    if not form.is_valid():
        messages.error(request, str(form.errors["registration"][0]))
        return redirect(work.make_url("presentation"))
    person = form.cleaned_data["registration"]
    try:
        name_person(
            actor=work.door.actor,
            registration=person,
            part=Appearance.Part.SPEAKER,
            presentation=work.presentation,
            now=clock.now(),
        )
    except NotNameable:
        messages.error(request, _("This person does not come any more. Choose another one."))
    else:
        messages.success(request, _("%(name)s presents.") % {"name": person.full_name})
    return redirect(work.make_url("presentation"))


@require_POST
@presentation_action
def remove_speaker(request: HttpRequest, work: Work, person: int) -> HttpResponse:
    """Take the presentation from a person."""
    appearance = (
        Appearance.objects.filter(pk=person, presentation=work.presentation).select_related("registration").first()
        if person < 2**63
        else None
    )
    if work.door.is_own or appearance is None:
        raise Http404
    remove_person(actor=work.door.actor, appearance=appearance, now=clock.now())
    messages.success(request, _("%(name)s does not present any more.") % {"name": appearance.registration.full_name})
    return redirect(work.make_url("presentation"))


@require_http_methods(["GET", "HEAD", "POST"])
@door_page
def edit_sitting(request: HttpRequest, door: Door, key: int) -> HttpResponse:
    """Show a moderator or rapporteur the sitting that is theirs, and ask what they need there."""
    rows = Sitting.objects.filter(pk=key, appearances__registration=door.registration) if key < 2**63 else None
    sitting = rows.select_related("group__theme", "breakout_round").first() if rows is not None else None
    if sitting is None:
        raise Http404
    form = EquipmentForm(request.POST if request.method == "POST" else None, initial={"equipment": sitting.equipment})
    if request.method == "POST" and form.is_valid():
        save_equipment(actor=door.actor, sitting=sitting, equipment=form.cleaned_data["equipment"], now=clock.now())
        messages.success(request, _("Saved. You can come back and change it until the seminar."))
        return redirect(door.make_url("presentations"))
    times = sitting.breakout_round
    context = {
        "door": door,
        "sitting": sitting,
        "form": form,
        "when": describe_span(door.seminar, times.start_at, times.end_at),
    }
    return render(request, "registration/speaking/sitting.html", context, status=422 if form.errors else 200)


def _make_form(request: HttpRequest, work: Work) -> PresentationForm:
    presentation = work.presentation
    consents = _read_consents(work)
    disclosed = dict(Material.objects.filter(presentation=presentation).values_list("language", "disclosure"))
    initial: dict[str, Any] = {name: getattr(presentation, name) for name in TEXTS}
    permitted: dict[str, Disclosure] | None = {} if work.door.is_staff else None
    for language in LANGUAGES:
        consent = consents.get(language)
        level = Disclosure(consent.level) if consent else Disclosure.NONE
        initial[f"earliest_{language}"] = consent.earliest_date if consent else None
        initial[f"level_{language}"] = level
        if permitted is not None:
            permitted[language] = level
            initial[f"level_{language}"] = disclosed.get(language, Disclosure.NONE)
    if not presentation.title and work.door.registration is not None:
        _take_over_answers(work, initial)
    if request.method == "POST":
        return PresentationForm(request.POST, request.FILES, initial=initial, permitted=permitted)
    return PresentationForm(initial=initial, permitted=permitted)


def _take_over_answers(work: Work, initial: dict[str, Any]) -> None:
    """Begin with what the speaker has told on the pages of their registration: nothing is asked twice."""
    particulars = getattr(work.door.registration, "particulars", None)
    if particulars is not None:
        name = "title_ja" if work.door.registration and work.door.registration.language == "ja" else "title_en"
        initial[name] = particulars.presentation_title
        initial["equipment"] = initial["equipment"] or particulars.equipment


def _read_consents(work: Work) -> dict[str, DisclosureConsent]:
    standing = DisclosureConsent.objects.filter(presentation=work.presentation, ended_at=None)
    return {consent.language: consent for consent in standing}


def _mark_consents(work: Work) -> str:
    """Return what tells whether permissions are still those that a page showed: else a page that lay open for long
    would permit anew what was withdrawn since."""
    consents = _read_consents(work)
    return "-".join(str(consents[language].pk) if language in consents else "0" for language in LANGUAGES)


def _render(request: HttpRequest, work: Work, form: PresentationForm, status: int = 200) -> HttpResponse:
    presentation, door = work.presentation, work.door
    consents = _read_consents(work)
    kept = {
        material.language: material
        for material in Material.objects.filter(presentation=presentation).select_related("file")
    }
    files = []
    for language in LANGUAGES:
        material, consent = kept.get(language), consents.get(language)
        files.append(
            {
                "language": language,
                "material": material,
                "url": work.make_url("presentation_file", language),
                "remove_url": work.make_url("presentation_remove", language),
                "withdraw_url": work.make_url("presentation_withdraw", language),
                "consent": consent,
                "given": describe_moment(door.seminar, consent.given_at) if consent else "",
                "fields": [form[f"{name}_{language}"] for name in OF_FILE if f"{name}_{language}" in form.fields],
                "shown_to": materials.find_shown_to(material, consent, door.seminar, clock.now()).label
                if material
                else "",
            }
        )
    speakers = (
        Appearance.objects.filter(presentation=presentation).select_related("registration").order_by("part", "pk")
    )
    context = {
        "door": door,
        "work": work,
        "presentation": presentation,
        "form": form,
        "files": files,
        "text_fields": [form[name] for name in TEXTS],
        "when": describe_slot(presentation, door.seminar),
        "due": describe_due(door.seminar),
        "consent_text": materials.CONSENT_TEXTS[-1],
        "speakers": [] if door.is_own else [(row, work.make_url("presentation_unname", row.pk)) for row in speakers],
        "speaker_form": None if door.is_own else SpeakerForm(people=list_nameable(work)),
        "name_url": "" if door.is_own else work.make_url("presentation_name"),
        "seen": _mark_consents(work),
        "work_url": work.make_url("presentation"),
        "list_url": "" if door.is_staff else door.make_url("presentations"),
    }
    return render(request, "registration/speaking/presentation.html", context, status=status)
