"""Settings, access, text and languages: the small things everything stands on."""

import threading
from datetime import UTC, date, datetime

import pytest
from parta.kernel import access, clock, i18n, settings, text
from parta.kernel.errors import Forbidden, Unauthenticated


def test_settings_have_defaults_and_keep_their_secret(tmp_path):
    first = settings.load({"PARTA_DATA": str(tmp_path / "data")})
    again = settings.load({"PARTA_DATA": str(tmp_path / "data")})
    assert first == again
    assert (first.port, first.database_url) == (8000, None)
    assert len(first.secret_key) > 40
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PARTA_THREADS", "99"),
        ("PARTA_TRACE_HOOKS", "maybe"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path, name, value):
    with pytest.raises(settings.SettingsError, match=name):
        settings.load({"PARTA_DATA": str(tmp_path), name: value})


def test_lists_in_settings(tmp_path):
    got = settings.load({"PARTA_DATA": str(tmp_path), "PARTA_TRUSTED_HOSTS": "a.example, b.example ,"})
    assert got.trusted_hosts == ("a.example", "b.example")


def test_nobody_is_asked_to_sign_in():
    with pytest.raises(Unauthenticated):
        access.require("people:person:view")


def test_a_right_that_is_not_held_is_refused():
    actor = access.Actor(user_id=1, permissions=frozenset({"people:person:view"}))
    with access.acting(actor):
        assert access.require("people:person:edit", "people:person:view") is actor
        with pytest.raises(Forbidden) as refusal:
            access.require("people:person:edit")
    assert refusal.value.details == {"needs": ["people:person:edit"]}
    assert access.current() is access.ANONYMOUS


def test_a_request_remembers_whether_anything_was_checked():
    with access.watching():
        assert not access.was_checked()
        access.public()
        assert access.was_checked()
    with access.watching():
        with pytest.raises(Unauthenticated):
            access.require("a:b:c")
        assert access.was_checked()


def test_the_actor_does_not_leak_into_other_threads():
    seen = []
    with access.acting(access.SYSTEM):
        thread = threading.Thread(target=lambda: seen.append(access.current()))
        thread.start()
        thread.join()
    assert seen == [access.ANONYMOUS]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("  Семёнова   Алёна ", "семенова алена"),
        ("ЁЖИКОВ", "ежиков"),
        ("Е\u0308лкин", "елкин"),
        ("O'Neil", "o'neil"),
    ],
)
def test_search_key(typed, key):
    assert text.search_key(typed) == key


def test_search_key_joins_what_is_there():
    assert text.search_key("Иванов", None, "Пётр") == "иванов петр"


@pytest.mark.parametrize(
    ("accepted", "language"), [(["de", "en-GB"], "en"), (["ru-RU"], "ru"), (["fr"], "ru"), ([], "ru")]
)
def test_the_browsers_first_language_that_we_speak(accepted, language):
    assert i18n.best_language(accepted) == language


def test_a_catalogue_needs_no_build(tmp_path):
    messages = tmp_path / "ru" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 &&'
        ' (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'
        'msgid "desk %(n)s of %(school)s"\nmsgstr "парта %(n)s школы %(school)s"\n\n'
        'msgid "%(n)s desk"\nmsgid_plural "%(n)s desks"\n'
        'msgstr[0] "%(n)s парта"\nmsgstr[1] "%(n)s парты"\nmsgstr[2] "%(n)s парт"\n',
        encoding="utf-8",
    )
    i18n.add_folder(tmp_path)
    lazy = i18n.lazy_gettext("desk %(n)s of %(school)s", n=1, school="№ 5")
    assert str(lazy) == "desk 1 of № 5"
    with i18n.reading("ru"):
        assert str(lazy) == "парта 1 школы № 5"
        counted = [i18n.ngettext("%(n)s desk", "%(n)s desks", n) for n in (1, 3, 11)]
    assert counted == ["1 парта", "3 парты", "11 парт"]


def test_tests_travel_on_the_schools_clock(unit, travel):
    travel(datetime(2026, 8, 31, 21, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 9, 1)
    assert clock.local_now().hour == 0


def test_a_secret_is_made_once_and_whole(tmp_path):
    path = tmp_path / "secret"
    makers = [threading.Thread(target=settings.make_secret, args=(path, f"secret {n}")) for n in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    first = path.read_text()
    settings.make_secret(path, "another")
    assert path.read_text() == first
    assert first.startswith("secret ")
    assert [found.name for found in tmp_path.iterdir()] == ["secret"]
