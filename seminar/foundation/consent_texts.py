"""A text that people agree to, in both languages; who agrees keeps its version, so old versions are never changed."""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True)
class ConsentText:
    version: str
    en: str
    ja: str

    def __str__(self) -> str:
        return self.ja if (get_language() or "en").startswith("ja") else self.en
