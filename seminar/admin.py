"""Admin pages of the ground floor: editions, delegations, focal points, accounts."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminar.access import staff_actor
from seminar.accounts import keep_only_address
from seminar.admin_site import EditionAdmin, FilteredAdmin
from seminar.foundation import clock
from seminar.foundation.audit import record
from seminar.foundation.fields import EmailField, validate_moment
from seminar.foundation.text import make_email_key
from seminar.models import Delegation, FocalPoint, OrganizingBody, PastEdition, Seminar, User

# Groups are fixed by seminar.access; addresses and second factors belong to their owners' own pages.
for _model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(_model)


class WritesWhatChanged:
    """Mixin: saving a form writes its changed columns alone, so that counters that moved meanwhile stay right.

    Moments are checked to be some that zones can be reckoned with.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(db_field, models.DateTimeField):
            field.validators.append(validate_moment)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=[name for name in form.changed_data if name in form.fields])
        else:
            obj.save()


class OrganizingBodyInline(admin.TabularInline):
    model = OrganizingBody
    extra = 0


class PastEditionInline(admin.TabularInline):
    model = PastEdition
    extra = 0


@admin.register(Seminar)
class SeminarAdmin(WritesWhatChanged, FilteredAdmin):
    list_display = ("title", "number", "start_date", "end_date", "is_published")
    ordering = ("-start_date", "pk")
    inlines = (OrganizingBodyInline, PastEditionInline)


class FocalPointForm(forms.ModelForm):
    email = EmailField(label=_("E-mail address"))

    class Meta:
        model = FocalPoint
        fields = ("name", "email", "language", "is_primary")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.instance.email_key = make_email_key(email)
        return email


class FocalPointFormSet(forms.BaseInlineFormSet):
    """The focal points of one delegation: an address once, one primary."""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        keys = [make_email_key(row["email"]) for row in rows if row.get("email")]
        if len(keys) != len(set(keys)):
            raise forms.ValidationError(_("Two focal points have the same address. Give each their own."))
        if sum(bool(row.get("is_primary")) for row in rows) > 1:
            raise forms.ValidationError(_("Only one focal point can be the primary one."))


class FocalPointInline(admin.TabularInline):
    model = FocalPoint
    form = FocalPointForm
    formset = FocalPointFormSet
    extra = 0


ON_RECORD = ("due_at", "nomination_waiver_reason", "quota", "state")


class DelegationForm(forms.ModelForm):
    class Meta:
        model = Delegation
        fields = (
            "category",
            "list_order",
            "article",
            "formal_name_en",
            "formal_name_ja",
            "short_name_en",
            "short_name_ja",
            "listed_as_en",
            "listed_as_ja",
            "kind",
            "iso_3166_alpha2",
            "first_time",
            "presentation_order",
            "quota",
            "due_at",
            "state",
            "nomination_waiver_reason",
        )

    def clean_quota(self) -> int | None:
        quota: int | None = self.cleaned_data["quota"]
        taken = self.instance.approved_count - self.instance.beyond_quota_count
        if quota is not None and quota < taken:
            raise forms.ValidationError(
                _("%(taken)d people are approved already. Enter at least this number.") % {"taken": taken}
            )
        return quota


class SideFilter(admin.SimpleListFilter):
    """Delegations that are counted, or the host side and the press."""

    title = _("side")
    parameter_name = "side"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("outside", _("Outside the host's")), ("host", _("Host and press"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delegation]) -> QuerySet[Delegation]:
        if self.value() == "outside":
            return queryset.exclude(category__in=Delegation.UNCOUNTED)
        if self.value() == "host":
            return queryset.filter(category__in=Delegation.UNCOUNTED)
        return queryset


@admin.register(Delegation)
class DelegationAdmin(WritesWhatChanged, EditionAdmin):
    form = DelegationForm
    list_display = ("code", "short_name", "category", "state", "approved_count", "quota", "focal_point_count")
    list_filter = (SideFilter, "category", "state", "first_time")
    search_fields = ("code", "formal_name_en", "formal_name_ja", "short_name_en", "short_name_ja")
    readonly_fields = ("seminar", "code", "approved_count", "replied_at", "decline_reason")
    inlines = (FocalPointInline,)
    list_per_page = 100

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegation]:
        rows: Any = super().get_queryset(request)
        return rows.annotate(
            focal_points_n=Count("focal_points", filter=Q(focal_points__removed_at=None))
        ).in_editorial_order()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep on record what an organizer decides about a delegation: what approvals rest on, deadline and reply."""
        super().save_model(request, obj, form, change)
        if decided := [name for name in ON_RECORD if name in form.changed_data]:
            record(
                actor=staff_actor(request.user),
                action="change_delegation",
                subject=f"delegation:{obj.pk}",
                now=clock.now(),
                seminar_id=obj.seminar_id,
                details={"fields": decided},
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Keep on record who may speak for a delegation: these people endorse."""
        _free_what_is_given_up(formset)
        super().save_formset(request, form, formset, change)
        touched = [*formset.new_objects, *(row for row, _fields in formset.changed_objects)]
        for focal_point in touched:
            record(
                actor=staff_actor(request.user),
                action="change_focal_point",
                subject=f"focal_point:{focal_point.pk}",
                now=clock.now(),
                seminar_id=form.instance.seminar_id,
            )

    @admin.display(description=_("focal points"), ordering="focal_points_n")
    def focal_point_count(self, delegation: Any) -> int:
        return int(delegation.focal_points_n)


def _free_what_is_given_up(formset: Any) -> None:
    """Let rows that are saved one after the other exchange an address or the part of the primary one."""
    for form in formset.initial_forms:
        row = FocalPoint.objects.filter(pk=form.instance.pk)
        if "email" in form.changed_data:
            row.update(email_key=str(form.instance.pk))
        if "is_primary" in form.changed_data:
            row.update(is_primary=False)


class AccountCreationForm(AdminUserCreationForm):
    email = EmailField(label=_("E-mail address"))

    def clean_email(self) -> str:
        return make_email_key(self.cleaned_data["email"])

    class Meta:
        model = User
        fields = ("email", "name", "language")


class AccountChangeForm(UserChangeForm):
    email = EmailField(label=_("E-mail address"))

    def clean_email(self) -> str:
        return make_email_key(self.cleaned_data["email"])

    class Meta:
        model = User
        fields = ("email", "name", "language", "is_active", "groups")


@admin.register(User)
class AccountAdmin(FilteredAdmin, UserAdmin):
    """Accounts of staff; superusers and single permissions are not given here, groups are."""

    form = AccountChangeForm
    add_form = AccountCreationForm
    list_display = ("email", "name", "language", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}  # there are four groups
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Access"), {"fields": ("is_active", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "language", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        keep_only_address(obj)
