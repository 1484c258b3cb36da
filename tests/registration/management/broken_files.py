"""What can be wrong in the files of tests/registration/management/edition.py, and the line that says so."""

TOML, DELEGATIONS, REGISTRATIONS = "seminar.toml", "delegations.csv", "registrations.csv"
REQUIRED = "This field is required."
NO_ADDRESS = "Enter an e-mail address such as name@ministry.example."
CANNOT_BE_STORED = "This text holds characters that cannot be stored. Please type it again instead of pasting it."


def choice(value: str) -> str:
    return f"Select a valid choice. {value} is not one of the available choices."


# (what stands in the file, what stands there instead, the faults)
TOML_FAULTS = [
    ('slug = "aecs20"', "slug = ", ": this is not TOML: Invalid value (at line 2, column 8)"),
    (
        "start_date = 2013-02-26",
        "start_date = 2013-02-30",
        ": this is not TOML: Invalid date or datetime (at line 6, column 14)",
    ),
    ('"Tokyo"\n', '"Tokyo"\nmotto = "x"\n', ", [seminar], motto: this column is not known"),
    ('email = "', 'fax = "x"\nemail = "', ", [seminar.secretariat], fax: this column is not known"),
    ('city_en = "Tokyo"\n', "", f", [seminar], city_en: {REQUIRED}"),
    ('name_en = "Secretariat"\n', "", f", [seminar.secretariat], name_en: {REQUIRED}"),
    (
        '"aecs20"',
        '"aecs 20"',
        ", [seminar], slug: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
    ),
    (
        '"aecs20"',
        '"lost-link"',
        ", [seminar], slug: This short name is taken by a page of the site. Enter another one.",
    ),
    ("number = 20", "number = -1", ", [seminar], number: Ensure this value is greater than or equal to 0."),
    (
        "number = 20",
        "number = 2147483648",
        ", [seminar], number: Ensure this value is less than or equal to 2147483647.",
    ),
    ('"The 20th Asian Export Control Seminar"', "20", ", [seminar], title_en: write a text, in quotation marks"),
    ("The 20th", "\\u202e20th", f", [seminar], title_en: {CANNOT_BE_STORED}"),
    ("The 20th", "x" * 300, ", [seminar], title_en: Shorten this text: it may have 300 characters at most."),
    ("start_date = 2013-02-26", 'start_date = "soon"', ", [seminar], start_date: Enter a valid date."),
    ("end_date = 2013-02-28", "end_date = 2013-02-25", ", [seminar], end_date: the seminar ends before it starts"),
    ("start_date = 2013", "start_date = 0013", ", [seminar], start_date: Enter a day between the years 1900 and 2200."),
    ("Asia/Tokyo", "Tokyo", ", [seminar], time_zone: Enter a time zone such as Asia/Tokyo."),
    ("Asia/Tokyo", "Asia", ", [seminar], time_zone: Enter a time zone such as Asia/Tokyo."),
    (
        "18:00:00+09:00",
        "18:00:00",
        ", [seminar], nominations_due_at: write the moment with its offset, like 2013-01-11T18:00:00+09:00",
    ),
    ("2013-01-11T18", "0001-01-01T00", ", [seminar], nominations_due_at: write a moment with the year of the seminar"),
    ('["one theme"]', '"one theme"', ", [seminar], focus_en: write a list of texts"),
    ('"one theme"', '"one\\u0000theme"', f", [seminar], focus_en: {CANNOT_BE_STORED}"),
    ("secretariat@aecs20.example", "secretariat", f", [seminar.secretariat], email: {NO_ADDRESS}"),
    ("[seminar]\n", "[[seminar]]\n", ", [seminar]: the table is missing"),
    (
        "[[organizing_bodies]]",
        "[organizing_bodies]",
        ", [organizing_bodies]: write [[organizing_bodies]], with two brackets",
    ),
    ("[seminar]\n", 'tours = ["x"]\n[seminar]\n', ", [tours]: write [[tours]], with two brackets"),
    ("[[themes]]", "[[topics]]", ", [topics]: this table is not known"),
    ('role = "organizer"', 'role = "boss"', f", [[organizing_bodies]] 1, role: {choice('boss')}"),
    ('kind = "registration"', 'kind = "party"', f", [[programme]] 1, kind: {choice('party')}"),
    ("T10:00:00", "T09:00:00", ", [[programme]] 1, end: the item ends before it starts"),
    ('title_ja = "受付"', 'title_jp = "受付"\ntitle_ja = "x"', ", [[programme]] 1, title_jp: this column is not known"),
    (
        "[[programme]]",
        '[[themes]]\ncode = "LEGIS"\ntitle_en = "a"\ntitle_ja = "b"\n[[programme]]',
        ", [[themes]] 2, code: LEGIS stands already in [[themes]] 1",
    ),
    (
        "[[themes]]",
        "[[past_editions]]\nnumber = 19\nstart_date = 2012-02-07\nend_date = 2012-02-09\n[[themes]]",
        ", [[past_editions]] 2, number: 19 stands already in [[past_editions]] 1",
    ),
]
DELEGATIONS_FAULTS = [
    ("\nIND,asian,30", "\nMNG,asian,30", ", row 3, code: MNG stands already in row 2"),
    ("IND,asian", "IND,european", f", row 3, category: {choice('european')}"),
    ("IND,asian", 'IND,"eu\nro"', ", row 4, category: " + choice("eu\\nro")),
    (",IN,no,11,5", ",IN,no,11,5,", ", row 3: 16 cells where the header has 15"),
    (",IN,no,11,5", ",IN,perhaps,11,5", ", row 3, first_time: write yes or no"),
    (",IN,no,11,5", ",IND,no,11,5", ", row 3, iso_3166_alpha2: Shorten this text: it may have 2 characters at most."),
    (",IN,no,11,5", ",IN,no,11,many", ", row 3, quota: Enter a whole number."),
    ("country,IN", "kingdom,IN", f", row 3, kind: {choice('kingdom')}"),
    ("インド,India,インド", "インド,,インド", f", row 3, short_name_en: {REQUIRED}"),
    ("code,category", "code,code", ", row 1, code: this column stands twice"),
    (
        ",first_time",
        ",seen_before",
        ", row 1, first_time: this column is missing",
        ", row 1, seen_before: this column is not known",
    ),
]
REGISTRATIONS_FAULTS = [
    ("AECS20-0002", "AECS20-0001", ", row 3, reg_no: AECS20-0001 stands already in row 2"),
    ("AECS20-0002", "AECS20/0002", ", row 3, reg_no: write the number without /"),
    ("AECS20-0002", "", f", row 3, reg_no: {REQUIRED}"),
    ("bat@mng.example", "Solongo@MNG.example", ", row 3, email: Solongo@MNG.example stands already in row 2"),
    ("bat@mng.example", "ｓｏｌｏｎｇｏ@mng.example", ", row 3, email: solongo@mng.example stands already in row 2"),
    ("bat@mng.example", "bat at mng", f", row 3, email: {NO_ADDRESS}"),
    ("bat@mng.example", "bat@mng.example;x@y.example", f", row 3, email: {NO_ADDRESS}"),
    ("0002,MNG", "0002,XXX", ", row 3, delegation: XXX is not in delegations.csv"),
    ("MNG,2,N", "MNG,2,Y", ", row 3, is_head: the head of MNG stands already in row 2"),
    ("MNG,2,N", "MNG,2,perhaps", ", row 3, is_head: write yes or no"),
    ("MNG,2,N", "MNG,two,N", ", row 3, list_no: Enter a whole number."),
    ("Bat,Bold", ",Bold", f", row 3, given_names: {REQUIRED}"),
    ("Bat,Bold", "x" * 201 + ",Bold", ", row 3, given_names: Shorten this text: it may have 200 characters at most."),
    ("Bat,Bold", "B\x07at,Bold", f", row 3, given_names: {CANNOT_BE_STORED}"),
    ("Bat,Bold", "B\u202eat,Bold", f", row 3, given_names: {CANNOT_BE_STORED}"),
    ("Bat,Bold", '"Bat\nx",Bold', f", row 4, given_names: {CANNOT_BE_STORED}"),
    ("delegate,Officer", "chief,Officer", f", row 3, role: {choice('chief')}"),
    ("draft", "half", f", row 4, status: {choice('half')}"),
    ("draft,,", "draft,AECS20-0009,", ", row 4, replaces: AECS20-0009 is not another row of this file"),
    ("draft,,", "draft,AECS20-0003,", ", row 4, replaces: AECS20-0003 is not another row of this file"),
    (
        "rohan@ind.example,N,draft",
        "rohan@ind.example,N,approved,,\nAECS20-0004,MNG,3,N,,Oyun,,,,,,delegate,,,en,o@mng.example,N,approved",
        ", row 5, status: more are approved than the quota of MNG, 2, allows",
    ),
    (
        ",status,replaces",
        ",status,colour",
        ", row 1, replaces: this column is missing",
        ", row 1, colour: this column is not known",
    ),
]
FAULTS = [
    (file, *case)
    for file, cases in ((TOML, TOML_FAULTS), (DELEGATIONS, DELEGATIONS_FAULTS), (REGISTRATIONS, REGISTRATIONS_FAULTS))
    for case in cases
]
