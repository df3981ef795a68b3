"""Changes of name, avatar, introduction and search: quotas by month and publication, in actions and on pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actions import tickets
from accounts.models import ScanTicket
from entities.actions.name_decisions import approve_name
from entities.actions.profile_changes import (
    change_avatar,
    change_introduction,
    change_name,
    rename_by_verification,
    set_searchable,
)
from entities.queries import display_name
from entities.quotas import Quotas, avatar_quota, introduction_quota, name_quota, quotas_of
from platform_site.kernel.clock import move_forward
from platform_site.kernel.lifecycle import NotAllowed, Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import stories
from platform_site.simulation.world import deliver_all
from tests.concurrency import refusals, together
from tests.developers.scanning import latest_confirmed
from tests.entities.naming import PROTECTED, named, proof_of
from tests.people import console, phone

pytestmark = pytest.mark.django_db
MONTH = 31 * 24 * 3600


@pytest.fixture
def tea():
    return stories.completed()


def by(mini_program):
    return stories.administrator_of(mini_program)


def fresh(mini_program):
    return type(mini_program).objects.get(pk=mini_program.pk)


def refused(action, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        action(*args, **kwargs)
    return refusal.value.code


def settings_page(mini_program, page="", **typed):
    browser, path = console(None, mini_program), f"/console/{mini_program.appid}/settings/{page}"
    return browser.post(path, typed) if typed else browser.get(path)


# --- name ------------------------------------------------------------------------------------------------------------


def test_the_old_name_is_free_at_once(tea):
    change_name(tea, "Quiet Tea", by=by(tea))

    assert display_name(fresh(tea)) == "Quiet Tea"
    other = stories.registered(administrator="eve")
    assert display_name(stories.completed(other, name="Harbour Tea", administrator="eve")) == "Harbour Tea"


def test_before_publication_the_name_changes_twice_and_no_more(tea):
    for number in range(RULES.profile.name_changes_before_publication):
        change_name(tea, f"Quiet Tea {number}", by=by(tea))

    assert refused(change_name, tea, "Quiet Tea again", by=by(tea)) == "53203"
    assert "are used up" in settings_page(tea, "name/").content.decode()


def test_after_publication_the_name_stays(tea):
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))
    deliver_all()

    assert refused(change_name, fresh(tea), "Quiet Tea", by=by(tea)) == "91002"
    assert "can&#x27;t be changed any more" in settings_page(tea, "name/").content.decode()


def test_a_name_confirmed_by_a_verification_counts_in_no_quota(tea):
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))
    deliver_all()

    rename_by_verification(tea, "Quiet Tea", by=stories.staff())

    assert display_name(fresh(tea)) == "Quiet Tea"
    assert tea.profile_changes.count() == 0


def test_a_name_confirmed_by_a_verification_ends_the_wait_for_another(tea):
    waiting = change_name(tea, PROTECTED, by=by(tea), proof=proof_of(tea))

    rename_by_verification(tea, "Quiet Tea", by=stories.staff())

    waiting.refresh_from_db()
    assert (display_name(fresh(tea)), waiting.status) == ("Quiet Tea", "withdrawn")


def test_the_same_name_is_no_change(tea):
    assert refused(change_name, tea, "Harbour Tea", by=by(tea)) == "name_same"


def test_a_change_to_a_protected_name_keeps_the_old_one_until_the_desk_has_decided(tea, rev):
    application = change_name(tea, PROTECTED, by=by(tea), proof=proof_of(tea))
    assert display_name(fresh(tea)) == "Harbour Tea"
    assert refused(change_name, tea, "Quiet Tea", by=by(tea)) == "name_under_review"

    approve_name(application, by=rev)

    assert display_name(fresh(tea)) == PROTECTED
    assert tea.profile_changes.filter(kind="name").count() == 1


def test_while_the_first_name_is_missing_nothing_is_changed():
    mini_program = named().mini_program

    assert refused(change_name, mini_program, "Quiet Tea", by=by(mini_program)) == "no_name"


def test_who_has_no_right_changes_nothing(tea):
    dev = stories.bound(tea, "dev")
    for action, value in ((change_name, "Quiet Tea"), (change_introduction, "Another text."), (change_avatar, b"x")):
        with pytest.raises(NotAllowed):
            action(tea, value, by=dev)
    with pytest.raises(NotAllowed):
        set_searchable(tea, searchable=False, by=dev)


def test_the_page_asks_for_the_administrators_scan_and_then_once_more(tea, ada):
    browser = console(None, tea)
    asked = browser.post(f"/console/{tea.appid}/settings/name/", {"name": "Quiet Tea"})
    assert "/settings/name/confirm/?ticket=" in asked.url
    assert display_name(fresh(tea)) == "Harbour Tea"

    ticket = ScanTicket.objects.latest("pk")
    tickets.scan(ticket, by=ada)
    tickets.confirm(ticket, by=ada)
    assert "Quiet Tea" in browser.get(asked.url).content.decode()
    done = browser.post(f"/console/{tea.appid}/settings/name/changed/", {"ticket": ticket.pk})

    assert done.url == f"/console/{tea.appid}/settings/"
    assert display_name(fresh(tea)) == "Quiet Tea"
    browser.post(f"/console/{tea.appid}/settings/name/changed/", {"ticket": ticket.pk})
    assert fresh(tea).profile_changes.count() == 1


def test_without_the_scan_the_name_stays(tea):
    browser = console(None, tea)
    browser.post(f"/console/{tea.appid}/settings/name/", {"name": "Quiet Tea"})

    browser.post(f"/console/{tea.appid}/settings/name/changed/", {"ticket": ScanTicket.objects.latest("pk").pk})

    assert display_name(fresh(tea)) == "Harbour Tea"


def test_after_publication_an_organisation_renames_by_verification_only():
    company = stories.completed(stories.remitted(), name="Quay Tea")
    stories.published(stories.approved(stories.submitted(stories.uploaded(company))))

    assert refused(change_name, fresh(company), "Quiet Tea", by=by(company)) == "91002"
    assert "with a WeChat Verification only" in settings_page(company, "name/").content.decode()
    assert "with a WeChat Verification only" in settings_page(company, "name/", name="Quiet Tea").content.decode()


def test_a_name_that_is_taken_between_question_and_scan_is_refused_in_words(tea, ada):
    browser = console(None, tea)
    browser.post(f"/console/{tea.appid}/settings/name/", {"name": "Quiet Tea"})
    ticket = latest_confirmed(ada)
    stories.completed(stories.registered(administrator="eve"), name="Quiet Tea")

    answer = browser.post(f"/console/{tea.appid}/settings/name/changed/", {"ticket": ticket.pk}, follow=True)

    assert "Another Mini Program has this name already." in answer.content.decode()
    assert display_name(fresh(tea)) == "Harbour Tea"
    assert tea.profile_changes.count() == 0


def test_a_scan_for_one_program_renames_no_other(tea, ada):
    quay = stories.completed(stories.registered(), name="Quay Tea")
    browser = console(None, tea)
    browser.post(f"/console/{tea.appid}/settings/name/", {"name": "Quiet Tea"})
    ticket = latest_confirmed(ada)
    console(browser, quay)

    browser.post(f"/console/{quay.appid}/settings/name/changed/", {"ticket": ticket.pk})

    assert display_name(fresh(quay)) == "Quay Tea"
    assert browser.get(f"/console/{quay.appid}/settings/name/confirm/?ticket={ticket.pk}").status_code == 302


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 30, "-1", "a\0b"])
def test_there_is_no_confirmation_without_a_scan_that_this_browser_shows(tea, number):
    browser, base = console(None, tea), f"/console/{tea.appid}/settings/name/"

    assert browser.get(f"{base}confirm/", {"ticket": number}).url == base
    answer = browser.post(f"{base}changed/", {"ticket": number}, follow=True)

    assert "This needs a fresh scan." in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Enter a name."),
        ("Tea", "Too short"),
        ("WeChat Tea", "it belongs to the platform"),
        ("Harbour Tea", "is called so already"),
        ("Harbour Museum", "is protected: upload naming proof"),
        ("Tea\0house", "Null characters"),
    ],
)
def test_a_name_that_can_not_be_had_is_refused_on_the_page_before_anybody_scans(tea, name, words):
    assert words in settings_page(tea, "name/", name=name).content.decode()
    assert not ScanTicket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_use_the_last_change_at_once_change_once():
    tea = stories.completed()
    for number in range(RULES.profile.introduction_changes_per_month - 1):
        change_introduction(tea, f"Tea of the kind {number}.", by=by(tea))

    outcomes = together(2, lambda i: change_introduction(fresh(tea), f"From tab {i}.", by=by(fresh(tea))))

    assert [error.code for error in refusals(outcomes)] == ["53200"]
    assert tea.profile_changes.count() == RULES.profile.introduction_changes_per_month


@pytest.mark.django_db(transaction=True)
def test_two_programs_that_change_to_one_name_at_once_leave_it_to_one():
    programs = [stories.completed(), stories.completed(stories.registered(administrator="eve"), name="Pier Bikes")]

    outcomes = together(2, lambda i: change_name(fresh(programs[i]), "Quiet Tea", by=by(programs[i])))

    assert [error.code for error in refusals(outcomes)] == ["53013"]


# --- avatar and introduction -----------------------------------------------------------------------------------------


def test_five_avatars_a_month(tea):
    letters = "ABCDEFG"[: RULES.profile.avatar_changes_per_month]
    for letter in letters:
        change_avatar(tea, stories.avatar(letter=letter), by=by(tea))

    assert refused(change_avatar, tea, stories.avatar(letter="Z"), by=by(tea)) == "53202"
    move_forward(MONTH)
    change_avatar(tea, stories.avatar(letter="Z"), by=by(tea))


def test_five_introductions_a_month(tea):
    for number in range(RULES.profile.introduction_changes_per_month):
        change_introduction(tea, f"Tea of the kind {number}.", by=by(tea))

    assert refused(change_introduction, tea, "One more of it.", by=by(tea)) == "53200"
    assert "are used up" in settings_page(tea, "introduction/").content.decode()
    move_forward(MONTH)
    change_introduction(tea, "One more of it.", by=by(tea))


def test_what_is_the_same_is_no_change_and_is_not_counted(tea):
    assert refused(change_introduction, tea, tea.profile.introduction, by=by(tea)) == "introduction_same"
    change_avatar(tea, stories.avatar(letter="Q"), by=by(tea))
    assert refused(change_avatar, tea, stories.avatar(letter="Q"), by=by(tea)) == "avatar_same"
    assert tea.profile_changes.count() == 1


def test_an_avatar_that_is_no_picture_is_refused_on_its_page(tea):
    before = tea.profile.avatar.name
    svg = SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/png")

    answer = settings_page(tea, "avatar/", avatar=svg)

    assert "This is not a BMP, JPEG, GIF or PNG picture." in answer.content.decode()
    assert fresh(tea).profile.avatar.name == before


def test_the_introduction_is_changed_on_its_page_and_refused_beside_the_field(tea):
    assert "Too short" in settings_page(tea, "introduction/", introduction="abc").content.decode()
    assert settings_page(tea, "introduction/", introduction="Green tea and black.").status_code == 302
    assert fresh(tea).profile.introduction == "Green tea and black."


def test_a_lapsed_office_changes_nothing_until_it_renews():
    office = stories.completed(stories.verified(), name="Harbour Transit", categories=("transport.bus",))
    move_forward((RULES.verification.valid_days + 1) * 24 * 3600)

    assert refused(change_introduction, fresh(office), "Another text.", by=by(office)) == "verification_expired"
    assert "renew it first" in settings_page(office, "introduction/").content.decode()


# --- search ----------------------------------------------------------------------------------------------------------


def test_who_forbids_the_search_is_not_found_by_name(tea):
    stories.published(stories.approved(stories.submitted(stories.uploaded(tea))))
    browser = phone(None, stories.person("max"))
    assert "Harbour Tea" in browser.get("/phone/programs/", {"q": "harbour"}).content.decode()

    assert settings_page(tea, "search/", searchable="no").status_code == 302

    found = browser.get("/phone/programs/", {"q": "harbour"}).content.decode()
    assert f"/phone/programs/{tea.appid}/" not in found


def test_the_settings_have_all_their_rows(tea):
    text = settings_page(tea).content.decode()

    for row in (
        "Mini Program name",
        "Avatar",
        "Mini Program QR code",
        "Introduction",
        "WeChat Verification",
        "Entity information",
        "Service categories",
        "Log-in e-mail",
        "Original ID",
        "AppID",
        "Service status",
        "Search by name",
        "Account cancellation",
    ):
        assert row in text


# --- all quotas at once -----------------------------------------------------------------------------------------------


def test_all_quotas_at_once_are_what_each_is_alone(tea, django_assert_num_queries):
    change_introduction(tea, "Tea, and nothing else, by the water.", by=by(tea))
    change_name(tea, "Quiet Tea", by=by(tea))
    move_forward(MONTH)
    change_introduction(tea, "Tea by the water, open late in the evening.", by=by(tea))
    profile = fresh(tea).profile
    assert profile.mini_program.entity

    with django_assert_num_queries(1):
        quotas = quotas_of(profile)

    assert quotas == Quotas(name_quota(profile), avatar_quota(tea), introduction_quota(tea))
    assert (quotas.name.used, quotas.avatar.used, quotas.introduction.used) == (1, 0, 1)
