from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import InputError
from newsletter.model import Subscriber, SubscriberStatus
from newsletter.store.consent_events import list_events
from newsletter.store.subscribers import list_subscribers
from newsletter.store.suppressions import COMPLAINT, DEAD, Suppression, add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.consent import Register
from newsletter.subscribers.list_columns import FORMULA_SIGNS, decode_list
from newsletter.subscribers.transfer import (
    Fate,
    ImportReport,
    export_all,
    export_person,
    import_file,
    import_lines,
    neutralize,
)
from tests.support.subscriber_factories import NOW, add_active, by, find_by_key, make_address, make_register
from tests.support.subscriber_lists import BUTTONDOWN, GHOST, LISTMONK, MAILCHIMP, MAILCHIMP_CLEANED


def load(register: Register, text: str, *, dry_run: bool = False) -> ImportReport:
    return import_lines(register, io.StringIO(text, newline=""), now=NOW, dry_run=dry_run)


def everyone(register: Register) -> dict[str, Subscriber]:
    with register.store.read() as connection:
        return {one.address: one for one in list_subscribers(connection, limit=10_000)}


def fates(report: ImportReport) -> list[tuple[int, Fate]]:
    return [(line.number, line.fate) for line in report.lines]


def test_a_plain_list_with_and_without_names(register: Register) -> None:
    report = load(register, 'a@example.org\n"b@example.org","Doe, Jane"\n\n  C@Example.org  \n')
    assert report.counts[Fate.ADDED] == 3
    people = everyone(register)
    assert people["b@example.org"].name == "Doe, Jane"
    assert people["C@example.org"].status is SubscriberStatus.ACTIVE
    with register.store.read() as connection:
        [event] = list_events(connection, people["a@example.org"].id)
    assert (event.what, event.source) == ("imported", "import file")


def test_every_line_that_was_not_added_says_why(register: Register) -> None:
    add_active(register, "here@example.org")
    left = add_active(register, "left@example.org")
    consent.unsubscribe(register, left.id, by("page"))
    consent.erase(register, make_address("gone@example.org"), now=NOW)
    text = (
        "email,name\nhere@example.org,\nLEFT@example.org,\ngone@example.org,\n"
        "nonsense,\nnew@example.org,\nNEW@example.org,\na b@example.org,\n"
    )
    for dry_run in (True, False):
        report = load(register, text, dry_run=dry_run)
        assert fates(report) == [
            (2, Fate.KEPT),
            (3, Fate.LEFT),
            (4, Fate.SUPPRESSED),
            (5, Fate.INVALID),
            (7, Fate.REPEATED),
            (8, Fate.INVALID),
        ]
        assert report.lines[-1].reason == "a b@example.org: The address has a space in it"
        assert report.lines[2].reason == "erased"
        assert (report.read, report.counts[Fate.ADDED]) == (7, 1)
        assert ("new@example.org" in everyone(register)) is not dry_run
    assert everyone(register)["left@example.org"].status is SubscriberStatus.UNSUBSCRIBED


def test_whoever_asked_anew_after_leaving_is_not_confirmed_by_an_import(register: Register) -> None:
    left = add_active(register)
    consent.unsubscribe(register, left.id, by("page"))
    consent.request(register, make_address(), by("form"))
    assert fates(load(register, "reader@example.org\n")) == [(1, Fate.LEFT)]
    assert everyone(register)["reader@example.org"].status is SubscriberStatus.PENDING


def test_a_pending_newcomer_is_made_active_by_the_operator_s_list(register: Register) -> None:
    consent.request(register, make_address(), by("form"))
    assert load(register, "reader@example.org\n").counts[Fate.ADDED] == 1
    assert everyone(register)["reader@example.org"].status is SubscriberStatus.ACTIVE


@pytest.mark.parametrize(
    ("text", "name", "skipped"),
    [
        (LISTMONK, "Ann Lee", 2),
        (MAILCHIMP, "Ann Lee", 0),
        (GHOST, "Ann Lee", 2),
        (BUTTONDOWN, None, 2),
        ("E-Mail;Name\nann@example.org;Ann Lee\n", "Ann Lee", 0),
        ("name\temail\nAnn Lee\tann@example.org\n", "Ann Lee", 0),
        ("\ufeffEMAIL\r\nann@example.org\r\n", None, 0),
    ],
    ids=["listmonk", "mailchimp", "ghost", "buttondown", "semicolons", "tabs", "byte order mark"],
)
def test_the_lists_of_other_systems_are_read(
    register: Register, text: str, name: str | None, skipped: int
) -> None:
    report = load(register, text)
    assert report.counts[Fate.ADDED] == 1, report
    assert report.counts[Fate.ELSEWHERE] == skipped
    assert everyone(register)["ann@example.org"].name == name


def test_consent_given_elsewhere_is_kept_with_its_time_and_network(register: Register) -> None:
    load(register, MAILCHIMP)
    ann = everyone(register)["ann@example.org"]
    assert ann.confirmed is not None
    assert ann.confirmed.isoformat() == "2023-05-01T10:11:12+00:00"
    with register.store.read() as connection:
        [event] = list_events(connection, ann.id)
    assert event.network == "198.51.100.0/24"
    assert event.detail == "consent given 2023-05-01T10:11:12+00:00"


def test_an_address_is_imported_as_it_stands_or_not_at_all(register: Register) -> None:
    """Without the character in it, it is somebody else's."""
    assert fates(load(register, "email\na\x00nn@example.org\n")) == [(2, Fate.INVALID)]


def test_cleaned_addresses_and_unknown_statuses_are_left_alone(register: Register) -> None:
    assert fates(load(register, MAILCHIMP_CLEANED)) == [(2, Fate.ELSEWHERE)]
    report = load(register, "email,status\nann@example.org,mystery\n")
    assert report.lines[0].reason == "status is mystery"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,city\nAnn,Bonn\n", "no column of addresses"),
        (b'email\n"unclosed\n', "not CSV"),
        (b"email\nann@ex\x81mple.org\n", "not text in windows-1252"),
        (b"\xff\xfee\x00m\x00\n\x00", "no column of addresses"),
        (b"\xff\xfe\x00\xd8", "not text in utf-16"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no column of addresses"),
        (b"PK\x03\x04\x14\x00\x06\x00", "workbook of a spreadsheet"),
        (b"Unsubscribed\nann@example.org\n", "no column of addresses"),
    ],
)
def test_a_file_that_is_no_list_is_an_error_with_what_to_do(
    register: Register, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        import_file(register, path, now=NOW)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("encoding", "given", "name"),
    [
        ("utf-8", "", "Jörg Müller"),
        ("utf-8-sig", "", "Jörg Müller"),
        ("utf-16", "", "Jörg Müller"),
        ("windows-1252", "", "Jörg Müller"),
        ("windows-1250", "windows-1250", "Łukasz Żak"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_has(
    register: Register, tmp_path: Path, encoding: str, given: str, name: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f"Email;Name\r\nann@example.org;{name}\r\n".encode(encoding))
    report = import_file(register, path, now=NOW, encoding=given)
    assert report.counts[Fate.ADDED] == 1
    assert report.encoding == encoding.removesuffix("-sig").replace("utf-8", "utf-8-sig")
    assert everyone(register)["ann@example.org"].name == name


def test_a_list_put_together_from_two_encodings_keeps_the_names_of_both(
    register: Register, tmp_path: Path
) -> None:
    content = "email,name\nann@example.org,Jörg\n".encode() + "bob@example.org,Müller\n".encode(
        "windows-1252"
    )
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    report = import_file(register, path, now=NOW)
    assert (report.counts[Fate.ADDED], report.encoding) == (2, "UTF-8 with parts in windows-1252")
    names = {address: reader.name for address, reader in everyone(register).items()}
    assert names == {"ann@example.org": "Jörg", "bob@example.org": "Müller"}
    assert decode_list(content).splitlines()[1:] == ["ann@example.org,Jörg", "bob@example.org,Müller"]


def test_an_encoding_that_is_none_is_an_error_with_examples(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"ann@example.org\n")
    with pytest.raises(InputError, match="unknown encoding") as caught:
        import_file(register, path, now=NOW, encoding="klingon")
    assert "windows-1252" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("sep=;\nEmail;Name\nann@example.org;Ann\n", {"ann@example.org": "Ann"}),
        ("email,email,name,name\n,ann@example.org,,Ann\n", {"ann@example.org": "Ann"}),
        (
            "Ann Lee <ann@example.org>\n<bob@example.org>\n",
            {"ann@example.org": "Ann Lee", "bob@example.org": None},
        ),
        ("Ann Lee,ann@example.org\n", {"ann@example.org": "Ann Lee"}),
        ("a@example.org; b@example.org; c@example.org\n", {f"{one}@example.org": None for one in "abc"}),
        ("a@example.org b@example.org c@example.org\n", {f"{one}@example.org": None for one in "abc"}),
        (
            'a@example.org, b@example.org; "Cy Lee" <c@example.org>\n',
            {"a@example.org": None, "b@example.org": None, "c@example.org": "Cy Lee"},
        ),
        ("First Name,E-mail 1 - Value,Address\nAnn,ann@example.org,Bonn\n", {"ann@example.org": "Ann"}),
        ("address|name\nann@example.org|Ann\n", {"ann@example.org": "Ann"}),
        ("Our readers;;\n;;\nName;E-Mail;\nAnn;ann@example.org;\n", {"ann@example.org": "Ann"}),
        ("Readers of 2026\n\nann@example.org\n", {"ann@example.org": None}),
        ("email,name\nmailto:ann@example.org,Ann\n", {"ann@example.org": "Ann"}),
        ('email,name\n"ann@example.org, ",Ann\n', {"ann@example.org": "Ann"}),
        ('email,note,name\nann@example.org,"two\nlines, ""quoted""",Ann\n', {"ann@example.org": "Ann"}),
    ],
)
def test_lists_as_people_keep_them_are_read(
    register: Register, text: str, people: dict[str, str | None]
) -> None:
    load(register, text)
    assert {address: one.name for address, one in everyone(register).items()} == people


@pytest.mark.parametrize(
    ("head", "yes", "no"),
    [
        ("Opted Out", "false", "true"),
        ("blacklisted", "0", "1"),
        ("email_disabled", "", "true"),
        ("Accepts Marketing", "yes", "no"),
        ("confirmed", "1", "0"),
        ("deleted_at", "0000-00-00 00:00:00", "2024-01-01"),
        ("unsubscribed_at", "NULL", "2024-01-01"),
        ("status", "active", "none"),
        ("subscribed", "yes", "nein"),
        ("Subscribed", "TRUE", "FALSCH"),
        ("Subscribed", "x", "never"),
        ("Subscribed", "ja", ""),
        ("Email Marketing Consent", "SUBSCRIBED", "NEVER_SUBSCRIBED"),
        ("Marketing Consent", "yes", "no"),
        ("GDPR consent", "granted", "declined"),
        ("Accepts Email Marketing", "yes", "no"),
        ("Active", "yes", "no"),
        ("is_subscribed", "1", "0"),
        ("isSubscribed", "true", "false"),
        ("Email Status", "subscribed", "unsubscribed"),
        ("Subscription Status", "active", "unsubscribed"),
        ("Newsletter", "Daily", "no"),
        ("State", "NSW", "inactive"),
        ("Marital status", "single", "unsubscribed"),
        ("Unsubscribe Date", "", "2024-03-01"),
        ("Unsubscribed on", "-", "2024-03-01"),
        ("Abgemeldet am", "", "01.03.2024"),
        ("Désabonné", "non", "oui"),
        ("left", "", "2024-02-02"),
        ("Hard bounce", "FALSE", "TRUE"),
        ("Email Invalid", "no", "yes"),
        ("Abbestellt am", "", "01.03.2024"),
        ("Receives emails", "yes", "no"),
        ("email_state", "active", "gone"),
        ("Mailing State", "NSW", "unsubscribed"),
        ("Bounces", "0", "3"),
        ("HasOptedOutOfEmail", "0", "1"),
    ],
)
def test_whoever_said_no_in_any_column_is_left_alone(
    register: Register, head: str, yes: str, no: str
) -> None:
    report = load(register, f"email,{head}\nann@example.org,{yes}\nbob@example.org,{no}\n")
    assert set(everyone(register)) == {"ann@example.org"}
    assert fates(report) == [(3, Fate.ELSEWHERE)]


@pytest.mark.parametrize(
    "head",
    [
        *("Accepts SMS Marketing", "Phone Opt Out", "unsubscribe_url", "active_subscription", "Consent date"),
        *("optin_time", "Subscribed lists", "Subscribed via", "State", "City", "user_status", "Notes"),
    ],
)
def test_a_column_that_asks_nothing_about_mail_stands_against_nobody(register: Register, head: str) -> None:
    words = ("no", "0", "2023-05-01", "", "false")
    text = f"email,{head}\n" + "".join(f"r{number}@example.org,{word}\n" for number, word in enumerate(words))
    assert load(register, text).counts[Fate.ADDED] == len(words)


def test_a_blank_is_no_consent_but_beside_another_yes(register: Register) -> None:
    text = "Email,Accepts Email Marketing,Subscribed\na@x.org,no,\nb@x.org,yes,nein\nc@x.org,,FALSCH\nd@x.org,,never\n"
    report = load(register, f"{text}e@x.org,,yes\nf@x.org,,\n")
    assert set(everyone(register)) == {"e@x.org"}
    assert report.lines[-1].reason == "accepts_email_marketing is empty"


def test_the_columns_that_were_not_understood_are_named(register: Register) -> None:
    text = "E-mail,First Name,Hobby,State,Status,editions\nann@example.org,Ann,chess,NSW,active,daily\n"
    assert load(register, text).unread == ["Hobby", "State"]
    assert load(register, "bob@example.org\n").unread == []


@pytest.mark.parametrize("order", [1, -1])
def test_one_line_that_says_no_stands_against_the_others_of_an_address(
    register: Register, order: int
) -> None:
    lines = ["ann@example.org,unsubscribed\n", "Ann@Example.org,subscribed\n"][::order]
    report = load(register, "email,status\n" + "".join(lines))
    assert not everyone(register)
    assert [line.fate for line in report.lines] == [Fate.ELSEWHERE, Fate.ELSEWHERE]
    assert {line.reason.split(": ")[-1] for line in report.lines} == {"status is unsubscribed"}
    assert load(register, "".join(lines)).counts[Fate.ADDED] == 0, "without a header, too"


def test_a_no_in_the_second_of_two_columns_counts(register: Register) -> None:
    report = load(register, "email,status,status\nann@example.org,active,unsubscribed\n")
    assert fates(report) == [(2, Fate.ELSEWHERE)]


@pytest.mark.parametrize(
    "name", ["nonsubscribed_email_audience_export_1.csv", "cleaned_members_export_1.csv"]
)
def test_mailchimp_s_other_files_are_refused(register: Register, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("Email Address,First Name\nann@example.org,Ann\n", encoding="utf-8")
    with pytest.raises(InputError, match="not subscribed there"):
        import_file(register, path, now=NOW)
    assert (
        import_file(register, path.rename(tmp_path / f"subscribed_{name[-12:]}"), now=NOW).counts[Fate.ADDED]
        == 1
    )


def test_a_missing_file_is_an_error_with_its_name(register: Register, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv cannot be read"):
        import_file(register, tmp_path / "none.csv", now=NOW)


def test_an_empty_file_imports_nobody(register: Register) -> None:
    assert load(register, "").read == 0
    assert load(register, "email\n").read == 0


def test_a_cell_longer_than_any_address_is_refused_alone(register: Register) -> None:
    report = load(register, f"email,name\n{'x' * 100_000}@example.org,\nann@example.org,{'n' * 9_000}\n")
    assert fates(report) == [(2, Fate.INVALID)]
    assert len(everyone(register)["ann@example.org"].name or "") == 120


def test_progress_is_told_and_ends_at_the_last_line(register: Register) -> None:
    told: list[int] = []
    lines = [f"r{number}@example.org\n" for number in range(4_500)]
    import_lines(register, lines, now=NOW, on_progress=told.append)
    assert told == [2_000, 4_000, 4_500]


def test_an_export_reads_back_as_it_was(register: Register, tmp_path: Path) -> None:
    load(register, "email,name\nann@example.org,Ann\n=bob@example.org,-2+3\n+cy@example.org,@SUM(A1)\n")
    left = add_active(register, "left@example.org")
    consent.unsubscribe(register, left.id, by("page"))
    out = io.StringIO()
    assert export_all(register.store, out) == 4
    (tmp_path / "other").mkdir()
    other = make_register(tmp_path / "other")
    report = load(other, out.getvalue())
    assert report.counts[Fate.ADDED] == 3
    assert report.counts[Fate.ELSEWHERE] == 1
    names = {address: one.name for address, one in everyone(register).items() if address != left.address}
    assert {address: one.name for address, one in everyone(other).items()} == names
    other.store.close()


def test_who_is_suppressed_is_mailed_by_no_installation_that_reads_the_export(
    register: Register, tmp_path: Path
) -> None:
    load(register, "ann@example.org\nbob@example.org\ncy@example.org\n")
    with register.store.write() as connection:
        for address, reason in (("bob@example.org", COMPLAINT), ("cy@example.org", DEAD)):
            hmac = consent.identify(register.keys, make_address(address)).address_hmac
            add_suppression(connection, Suppression(address_hmac=hmac, reason=reason, at=NOW))
    out = io.StringIO()
    export_all(register.store, out)
    (tmp_path / "other").mkdir()
    other = make_register(tmp_path / "other")
    report = load(other, out.getvalue())
    assert set(everyone(other)) == {"ann@example.org"}
    assert [line.reason for line in report.lines] == [
        "status is suppressed: complaint",
        "status is suppressed: dead address",
    ]
    other.store.close()


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-20", "20.12.2026", "12/20/2026", "20/12/2026", "20-12-2026", "2026/12/20", "20261220"),
        *("2026-12-20 00:00:00", "2026-12-20T00:00:00Z", "20.12.2026 00:00", "12/20/2026 12:00 AM"),
    ],
)
def test_a_pause_is_read_as_spreadsheets_write_it_again(register: Register, text: str) -> None:
    assert load(register, f"email,paused_until\nann@example.org,{text}\n").counts[Fate.ADDED] == 1
    assert everyone(register)["ann@example.org"].paused_until == date(2026, 12, 20)


@pytest.mark.parametrize("text", ["5.12.2026", "05.12.2026 0:00"])
def test_dots_stand_behind_a_day(register: Register, text: str) -> None:
    load(register, f"email,paused_until\nann@example.org,{text}\n")
    assert everyone(register)["ann@example.org"].paused_until == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        *(
            ("paused_until", text)
            for text in ("05/12/2026", "46376", "20.12.26", "12/20/26", "31.02.2026", "soon")
        ),
        *(
            ("paused_editions", text)
            for text in ("daily:05/12/2026", "daily:2026-12-20 weekly:soon", "weekly")
        ),
    ],
)
def test_a_line_whose_pause_is_not_certain_is_kept_out(register: Register, head: str, text: str) -> None:
    report = load(register, f"email,{head}\nann@example.org,{text}\nANN@example.org,\nbob@example.org,\n")
    assert set(everyone(register)) == {"bob@example.org"}
    assert fates(report) == [(2, Fate.PAUSE), (3, Fate.REPEATED)]
    assert report.lines[0].reason == f"{text.rsplit(':', maxsplit=1)[-1]}: write it as 2026-01-05"


@pytest.mark.parametrize("text", ["", "never", "NULL", "-", "no"])
def test_who_is_not_paused_is_added(register: Register, text: str) -> None:
    assert load(register, f"email,paused_until\nann@example.org,{text}\n").counts[Fate.ADDED] == 1


def test_an_export_carries_the_proof_of_consent_along(register: Register, tmp_path: Path) -> None:
    network = consent.Occasion(at=NOW, source="form", network="198.51.100.0/24")
    asked = consent.request(register, make_address("jane@example.org"), network)
    assert isinstance(asked, Subscriber)
    pressed = consent.Occasion(at=NOW + timedelta(hours=1), source="page", network="2001:db8:7::/48")
    consent.confirm(register, asked.id, pressed, issued=NOW + timedelta(minutes=1))
    out = io.StringIO()
    export_all(register.store, out)
    [row] = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["consent_by"], row["confirm_ip"]) == ("page", "2001:db8:7::/48")
    (tmp_path / "other").mkdir()
    other = make_register(tmp_path / "other")
    report = load(other, out.getvalue())
    assert report.counts[Fate.ADDED] == 1, report
    with other.store.read() as connection:
        jane = everyone(other)["jane@example.org"]
        [proof] = list_events(connection, jane.id)
    assert (proof.network, proof.detail) == ("2001:db8:7::/48", f"consent given {pressed.at.isoformat()}")
    other.store.close()


@given(st.text(max_size=30))
def test_no_exported_cell_is_a_formula(text: str) -> None:
    assert not neutralize(text).startswith(FORMULA_SIGNS)


def test_no_cell_of_an_export_is_a_formula(register: Register) -> None:
    load(register, "email,name\n=cmd@example.org,=1+1\n-x@example.org,+1\n")
    out = io.StringIO()
    export_all(register.store, out)
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue())) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA_SIGNS)]


def test_a_person_s_export_holds_all_that_is_kept(register: Register) -> None:
    reader = add_active(register)
    consent.unsubscribe(register, reader.id, by("page", at=NOW + timedelta(days=1), detail="too_many"))
    data = export_person(register.store, reader.id)
    assert data is not None
    assert data["address"] == "reader@example.org"
    assert [event["what"] for event in data["consent"]] == ["added", "unsubscribed"]
    assert data["consent"][1]["detail"] == "too_many"
    assert export_person(register.store, type(reader.id)(999)) is None


@given(st.lists(st.text(max_size=40), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_lines_give_a_report_or_a_clear_error(register: Register, lines: list[str]) -> None:
    try:
        report = import_lines(register, lines, now=NOW, dry_run=True)
    except InputError:
        return  # not CSV at all
    assert sum(report.counts.values()) == report.read


def test_unsubscribed_people_are_found_by_key_after_an_import(register: Register) -> None:
    load(register, "ann@example.org\n")
    with register.store.read() as connection:
        assert find_by_key(connection, "ann@example.org") is not None
