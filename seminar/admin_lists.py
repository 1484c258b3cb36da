"""Lists of the admin: filters that are remembered, how many of how many, rows and choices of the chosen edition alone.

Doors: `FilteredAdmin` for every page, `EditionAdmin` for rows of an edition, `ReadOnly` where nothing is typed.
A link to all rows of a list carries `SHOW_ALL`.
"""

from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin import ModelAdmin, RelatedFieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import SuspiciousOperation
from django.db.models import DateTimeField, Model, QuerySet
from django.forms import SplitDateTimeField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from seminar.admin_site import SeminarAdminSite

SHOW_ALL = "show=all"
_SHOW, _ALL = SHOW_ALL.split("=")
REMEMBERED = "admin_filters"  # in the session: {list: query}
# A page, a search and a choice in another window are of the moment; a search may name a person, so no session keeps it.
PASSING = (ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR, IS_POPUP_VAR, TO_FIELD_VAR, _SHOW)


class FilteredList(ChangeList):
    """A list that says what it is filtered by, and whose way to no filter is an address of its own."""

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        query = super().get_query_string(new_params, remove)
        return query if query != "?" else f"?{SHOW_ALL}"

    @property
    def show_all_url(self) -> str:
        return f"?{SHOW_ALL}"

    @property
    def active_filters(self) -> list[str]:
        """The chosen entry of each filter that narrows the list, as "state: Endorsed"."""
        active = []
        for spec in self.filter_specs:
            for position, choice in enumerate(spec.choices(self)):
                if choice.get("selected") and position:  # the first one is "All"
                    active.append(f"{spec.title}: {choice['display']}")
        return active

    @property
    def is_narrowed(self) -> bool:
        return bool(self.get_filters_params() or self.query)


class LabelledDateTime(AdminSplitDateTime):
    """A day and a time, each with a name of its own for who does not see where they stand."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, label in zip(self.widgets, (_("Date"), _("Time")), strict=True):
            widget.attrs["aria-label"] = label


class FilteredAdmin(ModelAdmin):
    """A page whose list remembers its filters for the session and is filtered by them and by keys alone.

    No other column can be probed through the address.
    """

    formfield_overrides = {DateTimeField: {"form_class": SplitDateTimeField, "widget": LabelledDateTime}}

    def get_list_filter(self, request: HttpRequest) -> Any:
        site = cast("SeminarAdminSite", self.admin_site)
        return [*super().get_list_filter(request), *site.get_added_filters(self.model)]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        own = [_name_filter(entry) for entry in self.get_list_filter(request)]
        known = any(lookup == name or lookup.startswith(f"{name}__") for name in (*own, "id", "pk"))
        return known and not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FilteredList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; without anything in its address, as this person left it."""
        key = self.name_remembered(request)
        remembered: dict[str, str] = request.session.get(REMEMBERED, {})
        if request.method == "GET" and not request.GET and key in remembered:
            return HttpResponseRedirect(f"{request.path}?{remembered[key]}")
        asked = request.GET.copy()
        if asked.pop(_SHOW, None):
            request.GET = asked  # type: ignore[assignment]  # Django's lists would take it for a column
        response = super().changelist_view(request, extra_context)
        is_lasting = response.status_code == 200 and IS_POPUP_VAR not in request.GET
        if request.method == "GET" and is_lasting:
            _remember(request, key)
        return response

    def name_remembered(self, request: HttpRequest) -> str:
        """Return under which name the session keeps this list's filters."""
        return str(self.opts.label_lower)


class EditionAdmin(FilteredAdmin):
    """A page whose rows belong to an edition and show only those of the chosen one; so do its filters' choices."""

    edition_lookup = "seminar"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        site = cast("SeminarAdminSite", self.admin_site)
        return super().get_queryset(request).filter(**{self.edition_lookup: site.get_seminar(request)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are added to the chosen edition, so there must be one."""
        site = cast("SeminarAdminSite", self.admin_site)
        return super().has_add_permission(request) and site.get_seminar(request) is not None

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Leave alone a request whose chosen rows are no keys at all."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdecimal() and len(key) < 18 for key in chosen):
            raise SuspiciousOperation("chosen rows are no keys")
        return super().response_action(request, *args, **kwargs)

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [self._limit_to_edition(entry) for entry in super().get_list_filter(request)]

    def _limit_to_edition(self, entry: Any) -> Any:
        """Return a filter by a relation with the choices of the chosen edition; any other filter as it is."""
        if not isinstance(entry, str):
            return entry
        field = get_fields_from_path(self.model, entry)[-1]
        related = self.admin_site._registry.get(cast("type[Model]", field.related_model))
        return (entry, EditionRelationFilter) if isinstance(related, EditionAdmin) else entry

    def name_remembered(self, request: HttpRequest) -> str:
        """Each edition's list has its own: a delegation chosen in one is none of another's."""
        seminar = cast("SeminarAdminSite", self.admin_site).get_seminar(request)
        return f"{super().name_remembered(request)}:{seminar.pk if seminar else 0}"


class EditionRelationFilter(RelatedFieldListFilter):
    """A filter by a relation that offers what the related page lists, in its order: rows of the chosen edition."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        related = model_admin.admin_site.get_model_admin(field.remote_field.model)
        return [(row.pk, str(row)) for row in related.get_queryset(request)]


class ReadOnly:
    """Mixin for pages on which nothing is typed: rows are seen, and change through services alone."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def find_column(request: HttpRequest, model_admin: ModelAdmin, name: str) -> int:
    """Return the number by which an address orders the list of a page by its column `name`, for this person."""
    offset = 1 if model_admin.get_actions(request) else 0  # the column of boxes to choose rows by
    return list(model_admin.get_list_display(request)).index(name) + offset


def _name_filter(entry: Any) -> str:
    if isinstance(entry, (tuple, list)):
        entry = entry[0]
    return entry if isinstance(entry, str) else str(getattr(entry, "parameter_name", ""))


def _remember(request: HttpRequest, key: str) -> None:
    """Keep the filters and the order of a list that was shown; forget them where all was asked for."""
    lasting = [(name, values) for name, values in request.GET.lists() if name not in PASSING and any(values)]
    remembered: dict[str, str] = request.session.get(REMEMBERED, {})
    query = "" if ERROR_FLAG in request.GET else urlencode(lasting, doseq=True)
    is_passing = not query and any(name in request.GET for name in (PAGE_VAR, ALL_VAR, SEARCH_VAR))
    if is_passing or remembered.get(key, "") == query:
        return
    kept = {name: value for name, value in remembered.items() if name != key}
    request.session[REMEMBERED] = kept | ({key: query} if query else {})
