"""Text that stands in two columns, `<name>_en` and `<name>_ja`, read in the language of the moment."""

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = ("en", "ja")


class Bilingual:
    """Read `<name>_en` or `<name>_ja` by the active language, the other one where that is empty.

    Used as a class attribute of a model: `title = Bilingual(_("title"))`; its own name is the columns' stem.
    """

    def __init__(self, label: "StrOrPromise" = "") -> None:
        self.short_description = label  # what the admin heads a column of this text with

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        return read_bilingual(instance, self.name, get_language() or "en")


def read_bilingual(instance: Any, name: str, language: str) -> Any:
    """Return the column of `name` in `language` ("ja" or anything else for English), or the other if empty."""
    first, second = ("ja", "en") if language.startswith("ja") else ("en", "ja")
    return getattr(instance, f"{name}_{first}") or getattr(instance, f"{name}_{second}")


_JAPANESE = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def find_other_language(text: str, language: str) -> str:
    """Return the language a text is in where that is not the page's: "en", "ja", or nothing where it fits."""
    is_japanese = _JAPANESE.search(text) is not None
    if language.startswith("ja"):
        return "en" if not is_japanese and _LATIN.search(text) else ""
    return "ja" if is_japanese else ""
