"""Loading a changed edition again: what left the files leaves the programme; people's rows stay."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from agenda.models import ProgrammeItem, Theme
from registration.intake.demo import EDITION
from registration.models import Appearance, Registration
from seminar.models import OrganizingBody

pytestmark = pytest.mark.django_db


def test_what_left_the_files_leaves_the_programme_and_is_named(tmp_path: Path, capsys):
    call_command("load_seminar", EDITION)
    edition = tmp_path / "edition"
    shutil.copytree(EDITION, edition)
    file = edition / "seminar.toml"
    text = file.read_text(encoding="utf-8")
    text = text[: text.rindex("[[programme]]")]
    theme = text.index("[[themes]]", text.index('code = "INDUSTRY"'))
    text = text[:theme] + text[text.index("# Two rounds") :]
    groups = re.compile(r'\[\[breakouts\.groups\]\]\nlabel = "INTERAGENCY.*?(?=\n\[\[)', re.S)  # they sit on that theme
    text, removed = groups.subn("", text)
    assert removed == 2
    file.write_text(text, encoding="utf-8")
    registrations = edition / "registrations.csv"
    lines = registrations.read_text(encoding="utf-8").splitlines(keepends=True)
    registrations.write_text("".join(lines[:-1]), encoding="utf-8")
    capsys.readouterr()
    call_command("load_seminar", edition)
    printed = capsys.readouterr().out
    assert "2 themes (0 new, 0 changed, 1 removed)" in printed
    assert "18 programme items (0 new, 0 changed, 1 removed)" in printed
    assert "4 breakout groups (0 new, 0 changed, 2 removed)" in printed
    themes = Appearance.objects.filter(part="moderator").values_list("sitting__group__theme__code", flat=True)
    assert sorted(themes) == ["INDUSTRY", "INDUSTRY", "LEGIS", "LEGIS"]
    assert "The programme is published as version 2" in printed
    assert sorted(Theme.objects.values_list("code", flat=True)) == ["INDUSTRY", "LEGIS"]
    assert not ProgrammeItem.objects.filter(kind="tour").exists()
    assert OrganizingBody.objects.count() == 5
    assert Registration.objects.count() == 148
