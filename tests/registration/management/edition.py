"""A small edition in a folder, whole as made and broken by `replace`."""

from pathlib import Path
from typing import Any

from django.apps import apps

TOML = """\
[seminar]
slug = "aecs20"
number = 20
title_en = "The 20th Asian Export Control Seminar"
title_ja = "第20回アジア輸出管理セミナー"
start_date = 2013-02-26
end_date = 2013-02-28
time_zone = "Asia/Tokyo"
city_en = "Tokyo"
city_ja = "東京"
focus_en = ["one theme"]
nominations_due_at = 2013-01-11T18:00:00+09:00
retention_days = 90

[seminar.secretariat]
name_en = "Secretariat"
name_ja = "事務局"
email = "secretariat@aecs20.example"

[[organizing_bodies]]
role = "organizer"
name_en = "Center"
name_ja = "センター"

[[past_editions]]
number = 19
start_date = 2012-02-07
end_date = 2012-02-09

[[themes]]
code = "LEGIS"
title_en = "Law"
title_ja = "法"

[[programme]]
start = 2013-02-26T09:00:00+09:00
end = 2013-02-26T10:00:00+09:00
kind = "registration"
title_en = "Registration"
title_ja = "受付"
"""
DELEGATIONS = """\
code,category,list_order,article,formal_name_en,formal_name_ja,short_name_en,short_name_ja,listed_as_en,listed_as_ja,\
kind,iso_3166_alpha2,first_time,presentation_order,quota
MNG,asian,70,,Mongolia,モンゴル国,Mongolia,モンゴル,,,country,MN,no,18,2
IND,asian,30,,India,インド,India,インド,,,country,IN,no,11,5
"""
REGISTRATIONS = """\
reg_no,delegation,list_no,is_head,title,given_names,family_name,name_native,reading_ja,passport_name,badge_name,role,position,\
organization,language,email,funded,status,replaces,note
AECS20-0001,MNG,1,Y,Ms.,Solongo,Tsend,,,SOLONGO TSEND,"TSEND, Solongo",delegate,Director,\
Ministry,en,solongo@mng.example,Y,approved,,
AECS20-0002,MNG,2,N,Mr.,Bat,Bold,,,BAT BOLD,"BOLD, Bat",delegate,Officer,Ministry,en,bat@mng.example,N,approved,,
AECS20-0003,IND,1,Y,Mr.,Rohan,,,,ROHAN,Rohan,delegate,Director,Directorate,en,rohan@ind.example,N,draft,,
"""
FILES = {"seminar.toml": TOML, "delegations.csv": DELEGATIONS, "registrations.csv": REGISTRATIONS}


def write_edition(folder: Path) -> Path:
    """Write the whole edition into `folder` and return it."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def replace(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the one place of `old` in a file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def read_every_row() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of this project."""
    models = [
        model for label in ("seminar", "agenda", "registration") for model in apps.get_app_config(label).get_models()
    ]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
