"""The console's home: the publishing flow at each stage, the navigation, the bell, the account menu."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.messages import notify_program
from platform_site.home.flow import State, flow_of, recent_events
from platform_site.simulation import stories
from tests.people import console

pytestmark = pytest.mark.django_db
SIMULATED = "Ministage: a simulated platform. Not connected with Tencent or WeChat."


def flow(mini_program):
    return flow_of(stories.administrator_of(type(mini_program).objects.get(pk=mini_program.pk)))


def states(mini_program):
    found = flow(mini_program)
    return [str(task.state) for task in (found.information, found.development, found.publication)]


def home(mini_program, client=None):
    return console(client, mini_program).get(reverse("home:console", args=[mini_program.appid]))


def test_a_new_program_begins_with_its_information():
    mini_program = stories.registered()
    assert states(mini_program) == ["next", "open", "closed"]
    assert flow(mini_program).next.action == "Fill in"


def test_with_its_information_complete_the_code_is_next():
    mini_program = stories.completed()
    assert states(mini_program) == ["done", "next", "closed"]
    assert flow(mini_program).next.href == reverse("developers:devtools")


def test_code_can_come_before_the_information_and_the_page_says_what_is_missing():
    mini_program = stories.uploaded(stories.registered()).mini_program
    assert states(mini_program) == ["next", "done", "closed"]
    assert flow(mini_program).publication.why == "Complete the Mini Program information before you submit for review."


def test_uploaded_code_is_submitted_next():
    mini_program = stories.uploaded().mini_program
    assert states(mini_program) == ["done", "done", "next"]
    assert flow(mini_program).next.action == "Go to submit for review"


def test_under_review_it_is_the_reviewers_turn():
    task = flow(stories.submitted().mini_program).next
    assert (task.state, task.who) == (State.WAITING, "The review team")


def test_a_rejected_version_leads_to_its_reasons():
    task = flow(stories.rejected().mini_program).next
    assert (task.state, task.action) == (State.NEXT, "See the reasons")


def test_an_approved_version_waits_for_the_administrator():
    task = flow(stories.approved().mini_program).next
    assert (task.state, task.action) == (State.NEXT, "Go to publish")


def test_in_closed_beta_the_flow_says_why_nothing_can_be_published():
    mini_program = stories.approved().mini_program
    type(mini_program).objects.filter(pk=mini_program.pk).update(in_closed_beta=True)
    task = flow(mini_program).next
    assert (task.state, task.href) == (State.CLOSED, reverse("releases:versions", args=[mini_program.appid]))
    assert "closed beta" in task.why


def test_once_published_there_is_nothing_to_do():
    mini_program = stories.published().mini_program
    assert states(mini_program) == ["done", "done", "done"]
    assert "Nothing to do now" in home(mini_program).content.decode()


def test_the_timeline_tells_the_newest_events_and_names_no_reviewer():
    mini_program = stories.rejected().mini_program
    events = recent_events(mini_program)
    assert [event.event for event in events[:3]] == [
        "releases.order.rejected",
        "releases.order.submitted",
        "developers.build.uploaded",
    ]
    assert (events[0].actor_name, events[0].reason) == ("Review team", "")


def test_every_link_of_the_navigation_answers():
    mini_program = stories.completed()
    client = console(None, mini_program)
    page = client.get(reverse("home:console", args=[mini_program.appid])).content.decode()
    menu = page.split('<div class="side">')[1].split("</nav>")[0]
    links = [part.split('"')[0] for part in menu.split('href="')[1:]]
    assert [client.get(link).status_code for link in links] == [200] * 6


@pytest.mark.parametrize(
    "name",
    [
        "home:console",
        "entities:profile",
        "entities:settings_basic",
        "developers:identity",
        "developers:settings_development",
        "releases:versions",
        "payments:pay",
        "verification:details",
        "accounts:notice_list",
    ],
)
def test_every_console_page_says_that_it_is_simulated_and_marks_one_place(name):
    mini_program = stories.completed()
    page = console(None, mini_program).get(reverse(name, args=[mini_program.appid])).content.decode()
    assert SIMULATED in page
    assert page.split('<div class="side">')[1].split("</nav>")[0].count('aria-current="page"') == 1


def test_the_bell_counts_what_nobody_has_read():
    mini_program = stories.completed()
    assert "Notices, 0 unread" in home(mini_program).content.decode()
    notify_program(mini_program, "releases.order.approved", {"version": "1.0.0", "name": "x"})
    assert "Notices, 1 unread" in home(mini_program).content.decode()


def test_the_account_menu_lists_the_persons_other_programs_and_nobody_elses(ada, eve):
    mine = stories.completed(name="Harbour Tea")
    stories.completed(name="Lantern Books")
    stories.completed(name="Pier Bicycles", administrator="eve")
    menu = home(mine).content.decode().split('<div class="menu-list">')[1].split("</details>")[0]
    assert "Lantern Books" in menu
    assert "Pier Bicycles" not in menu
    assert f'action="{reverse("accounts:logout")}"' in menu


def test_a_stranger_gets_404(ada, eve):
    mini_program, other = stories.completed(), stories.completed(name="Pier Bicycles", administrator="eve")
    assert console(None, other).get(reverse("home:console", args=[mini_program.appid])).status_code == 404


def test_the_anonymous_are_sent_to_log_in():
    path = reverse("home:console", args=[stories.registered().appid])
    assert Client().get(path).headers["Location"] == f"/login/?next={path}"


def test_the_console_home_costs_the_same_for_a_rich_program(django_assert_max_num_queries):
    poor, client = stories.published().mini_program, Client()
    home(poor, client)
    with django_assert_max_num_queries(24) as few:
        home(poor, client)
    for name in ("Lantern Books", "Pier Bicycles", "Harbour Kites"):
        stories.completed(name=name)
    for who in ("dev", "max"):
        stories.bound(poor, who)
    for version in ("1.1.0", "1.2.0"):
        stories.uploaded(poor, version=version)
    with django_assert_max_num_queries(len(few.captured_queries)):
        home(poor, client)
