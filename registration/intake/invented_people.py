"""Invents people for benchmarks: names as their owners write them, in many scripts, with what a form would hold. Pure.

Door: `invent_person(dice, iso_code)`. Nobody of these exists.
"""

import random
import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """One part of a name: in Latin letters, in its own script, and read in katakana, where it has these."""

    latin: str
    native: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Person:
    """What a form holds of a person; `mailbox` is the part of an address before the @, without a number."""

    title: str
    given_names: str
    family_name: str
    passport_name: str
    name_native: str
    reading_ja: str
    mailbox: str


def _names(text: str) -> tuple[Name, ...]:
    """Read "Latin native reading, ..." with _ for a blank inside a part."""
    return tuple(Name(*(part.replace("_", " ") for part in entry.split())) for entry in text.split(","))


# script: (given names of women, of men, family names); no family names where people have one name alone
POOLS: dict[str, tuple[tuple[Name, ...], tuple[Name, ...], tuple[Name, ...]]] = {
    "latin": (
        _names("Anna, Beatriz, Chloe, Zoë, Siobhán, Lucía, Ngoc_Anh, Nimali, Marie-Claire, Ana_María"),
        _names("Arif, Benoît, Jürgen, José_Luis, Kwame, Michael, Søren, Vuthy, Ravi, Emre"),
        _names("O'Brien, Müller, Nguyễn, de_la_Cruz, Smith, Perera, Rahman, Yılmaz, Lefèvre, Reyes-Santos, van_Dijk"),
    ),
    "japanese": (
        _names("Hanako 花子 ハナコ, Misaki 美咲 ミサキ, Yuki 由紀 ユキ, Kaori 香織 カオリ, Aya 彩 アヤ"),
        _names("Taro 太郎 タロウ, Kenji 健二 ケンジ, Shota 翔太 ショウタ, Hiroshi 浩 ヒロシ, Makoto 誠 マコト"),
        _names(
            "Yamada 山田 ヤマダ, Takahashi 髙橋 タカハシ, Sato 佐藤 サトウ, Watanabe 渡邉 ワタナベ, Ito 伊藤 イトウ"
        ),
    ),
    "chinese": (
        _names("Mei-Ling 美玲, Shu-Fen 淑芬, Xiaoyan 晓燕, Ya-Ting 雅婷"),
        _names("Chih-Ming 志明, Wai-Keung 偉強, Jianguo 建国, Chun-Hung 俊宏"),
        _names("Chen 陳, Lin 林, Wong 黃, Leung 梁, Zhang 张, Ouyang 歐陽"),
    ),
    "korean": (
        _names("Seo-yeon 서연, Ji-woo 지우, Min-seo 민서"),
        _names("Min-jun 민준, Dong-hyun 동현, Joon-ho 준호"),
        _names("Kim 김, Lee 이, Park 박, Choi 최, Namgung 남궁"),
    ),
    "mongolian": (
        _names("Solongo Солонго, Tuya Туяа, Oyunchimeg Оюунчимэг, Saran Саран"),
        _names("Ganbold Ганболд, Temuujin Тэмүүжин, Munkhbat Мөнхбат, Bat-Erdene Бат-Эрдэнэ"),
        _names("Tsend Цэнд, Bold Болд, Dorj Дорж, Purevdorj Пүрэвдорж, Batbayar Батбаяр"),
    ),
    "arabic": (
        _names("Fatima فاطمة, Mariam مريم, Noura نورة, Layla ليلى"),
        _names("Mohammed محمد, Abdullah عبد_الله, Khalid خالد, Yousef يوسف"),
        _names("Al_Mansoori المنصوري, Al_Hashimi الهاشمي, Haddad حداد, Al-Sayed السيد"),
    ),
    "thai": (
        _names("Siriporn ศิริพร, Kanya กัญญา, Malee มาลี"),
        _names("Somchai สมชาย, Anan อนันต์, Niran นิรันดร์"),
        _names("Suksawat สุขสวัสดิ์, Charoensuk เจริญสุข, Wongsakul วงศ์สกุล"),
    ),
    "mononym": (_names("Suharti, Thiri, Megawati, Lakshmi"), _names("Sukarno, Thant, Zaw, Widodo, Sunarto"), ()),
}
_SCRIPTS = {
    "JP": "japanese", "TW": "chinese", "HK": "chinese", "CN": "chinese", "SG": "chinese", "KR": "korean",
    "MN": "mongolian", "AE": "arabic", "TH": "thai", "ID": "mononym", "MM": "mononym",
}  # fmt: skip
_WITHOUT_MARKS = str.maketrans({"ı": "i", "ø": "o"})  # letters that no normalisation takes apart
_OF_OTHER_SCRIPT = 0.15  # of a delegation; people write their names as they were born with them
_IN_NATIVE_LETTERS = 0.1  # who type their own script where the form asks for given and family name


def invent_person(dice: random.Random, iso_code: str) -> Person:
    """Return a person as a delegation of that country would send one; the same for the same dice."""
    script = _SCRIPTS.get(iso_code, "latin")
    if dice.random() < _OF_OTHER_SCRIPT:
        script = dice.choice(sorted(POOLS))
    women, men, families = POOLS[script]
    is_woman = dice.random() < 0.45
    given = dice.choice(women if is_woman else men)
    family = dice.choice(families) if families else Name("")
    is_native_first = bool(given.native) and dice.random() < _IN_NATIVE_LETTERS
    native = (given.native, family.native)
    if script in ("japanese", "chinese", "korean"):
        native = (family.native, given.native)
    joint = "" if script in ("chinese", "korean") else " "
    return Person(
        title="H.E." if dice.random() < 0.02 else "Dr." if dice.random() < 0.08 else "Ms." if is_woman else "Mr.",
        given_names=given.native if is_native_first else given.latin,
        family_name=family.native if is_native_first else family.latin,
        passport_name=f"{given.latin} {family.latin}".strip().upper(),
        name_native=joint.join(part for part in native if part),
        reading_ja=f"{family.reading} {given.reading}".strip(),
        mailbox=".".join(part for part in (_make_mailbox(given.latin), _make_mailbox(family.latin)) if part),
    )


def _make_mailbox(name: str) -> str:
    return re.sub("[^a-z]", "", unicodedata.normalize("NFKD", name.lower().translate(_WITHOUT_MARKS)))
