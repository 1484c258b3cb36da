"""Tables of the agenda."""

from agenda.models.breakouts import BreakoutGroup, BreakoutRound, BreakoutRules, Sitting
from agenda.models.materials import Disclosure, DisclosureConsent, Material
from agenda.models.presentations import Presentation
from agenda.models.programme import ProgrammeItem, Theme
from agenda.models.tours import Tour
from agenda.models.versions import ProgrammeVersion

__all__ = (
    "BreakoutGroup",
    "BreakoutRound",
    "BreakoutRules",
    "Disclosure",
    "DisclosureConsent",
    "Material",
    "Presentation",
    "ProgrammeItem",
    "ProgrammeVersion",
    "Sitting",
    "Theme",
    "Tour",
)
