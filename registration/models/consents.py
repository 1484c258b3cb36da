"""The texts people agree to, by version; a registration keeps the version, so old versions stay here for ever."""

from seminar.foundation.consent_texts import ConsentText

IMPORTED = "imported"  # consents given outside the system, before an edition was loaded

CONSENT_TEXTS: dict[str, list[ConsentText]] = {
    "data_handling_consent": [
        ConsentText(
            "2026-11",
            "I agree that the organizers use the information in this form to prepare and hold the seminar, and erase "
            "personal data after it as described on this site.",
            "本フォームの記載内容を、主催者がセミナーの準備及び運営のために利用し、終了後は本サイトの説明のとおり"
            "個人情報を消去することに同意します。",
        )
    ],
    "contact_list_consent": [
        ConsentText(
            "2026-11",
            "My name, position, organization and e-mail address may be given to the other participants.",
            "氏名、役職、所属及びメールアドレスを他の参加者に提供することに同意します。",
        )
    ],
    "photo_consent": [
        ConsentText(
            "2026-11",
            "Photographs that show me may be published in reports on the seminar.",
            "私が写っている写真を、セミナーの報告等に掲載することに同意します。",
        )
    ],
}


def current_consent(name: str) -> ConsentText:
    """Return the newest text of one consent, a key of CONSENT_TEXTS."""
    return CONSENT_TEXTS[name][-1]


def find_consent(name: str, version: str) -> ConsentText | None:
    """Return the text of that version; None for consents that were imported or not given."""
    return next((text for text in CONSENT_TEXTS[name] if text.version == version), None)
