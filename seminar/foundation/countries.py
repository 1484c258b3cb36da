"""Countries and regions by their codes (ISO 3166-1 alpha-2), named in the reader's language.

Doors: `name_country`, `list_countries`. Codes and English names are django-countries', with COUNTRIES_OVERRIDE; its
catalogue lacks many Japanese ones, which are Babel's (CLDR).
"""

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

UNITED_NATIONS = "UN"  # what its own travel documents are issued by


def name_country(code: str) -> str:
    """Return the name of a country or region, or of the United Nations; the code itself where it has none."""
    if code == UNITED_NATIONS:
        return _("United Nations")
    if code in settings.COUNTRIES_OVERRIDE:
        return str(settings.COUNTRIES_OVERRIDE[code])
    if (get_language() or "en").startswith("ja"):
        return str(Locale("ja").territories.get(code, code))
    return str(countries.name(code)) or code


def list_countries() -> list[tuple[str, str]]:
    """Return (code, name) of every country and region in the order of their names, the United Nations last."""
    named = sorted(((code, name_country(code)) for code, _name in countries), key=lambda one: (one[1], one[0]))
    return [*named, (UNITED_NATIONS, name_country(UNITED_NATIONS))]
