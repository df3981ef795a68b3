"""The Review module: how a submission stands, the conversation, screenshots, withdraw, expedite, appeal."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.kernel import clock
from platform_site.simulation import stories
from releases.actions.claims import claim
from releases.actions.conversation import write_back
from releases.actions.orders import submit_for_review
from releases.actions.pictures import clean_pictures
from releases.actions.test_accounts import TestAccountInput
from releases.actions.verdicts import ReasonInput, reject
from releases.desk import Given, perform
from releases.models import AuditOrder, OrderMessage, ReviewPicture
from tests.developers.scanning import latest_confirmed
from tests.people import console
from tests.releases.pages import shown, told, url, words
from tests.releases.pictures import picture
from tests.releases.test_scans import scan_and

DAY = 86400


@pytest.fixture
def order(tea):
    return stories.submitted(stories.uploaded(tea))


def detail(client, order):
    return client.get(url("order_detail", order.mini_program, pk=order.pk)).content.decode()


def send(client, order, what, **data):
    """Send a form of the page; the words of what answers."""
    answer = client.post(url(f"order_{what}", order.mini_program, pk=order.pk), data, follow=True)
    return told(answer.content.decode())


def upload(name="screen.png", data=None):
    return SimpleUploadedFile(name, data or picture(), content_type="image/png")


def again(order):
    order.refresh_from_db()
    return order


# --- How it stands ---------------------------------------------------------------------------------------------------


def test_who_has_claimed_it_is_the_desks_business(client, tea, order, rev):
    claim(order, by=rev)

    assert "Review in progress, place 1 in the queue." in words(shown(client, tea))


def test_a_delay_says_why_and_until_when(client, tea, order, rev):
    perform("delay", order, Given(words="We ask a <b>specialist</b>.", days=3), by=rev)

    html = shown(client, tea)

    assert "The review is delayed, place 1 in the queue." in words(html)
    assert "We ask a &lt;b&gt;specialist&lt;/b&gt;." in html
    assert again(order).due_at.strftime("%Y-%m-") in words(html)


def test_a_question_is_shown_and_leads_to_the_answer(client, tea, order, rev):
    pictures = clean_pictures([picture()])
    perform("ask_material", order, Given(words="Where is the menu?", pictures=pictures), by=rev)

    html = shown(client, tea)

    assert "Where is the menu?" in html
    assert "in the queue" not in words(html).split("Review version")[1]
    assert f'href="{url("order_detail", tea, pk=order.pk)}#answer"' in html
    assert url("order_picture", tea, pk=order.pk, number=ReviewPicture.objects.get().pk) in html
    assert "The review team asks you something about version 1.0.0." in client.get(f"/console/{tea.appid}/").text


def test_reasons_come_with_clause_page_device_and_screenshots(client, tea, order, rev):
    said = ReasonInput("3.3.1", "The order button does nothing.", "pages/menu/menu", "iPhone 6")
    reject(order, by=rev, reasons=[said._replace(pictures=clean_pictures([picture()]))])

    for html in (shown(client, tea), detail(client, order)):
        for fact in ("3.3.1 Not a finished product", said.text, said.page, said.device, 'href="/docs/rejections/"'):
            assert fact in html
        address = url("order_picture", tea, pk=order.pk, number=ReviewPicture.objects.get().pk)
        assert address in html
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]


def test_what_staff_note_among_themselves_is_not_shown(client, tea, order, rev):
    perform("escalate", order, Given(words="Looks like spam."), by=rev)

    assert "Looks like spam." not in shown(client, tea) + detail(client, order)


def test_screenshots_of_notes_and_of_other_submissions_are_not_found(client, tea, order, eve, rev):
    row = {"order": order, "staff": rev, "sha256": clean_pictures([picture()])[0].sha256, "width": 1, "height": 1}
    note = OrderMessage.objects.create(order=order, kind="note", text="x", staff=rev, written_at=clock.now())
    hidden = ReviewPicture.objects.create(message=note, uploaded_at=clock.now(), **row)
    hers = stories.submitted(stories.uploaded(stories.completed(administrator=eve, name="Lantern Books")))
    write_back(hers, by=stories.administrator_of(hers.mini_program), text="x", pictures=clean_pictures([picture()]))
    foreign = ReviewPicture.objects.get(order=hers)

    for number in (hidden.pk, foreign.pk, 0):
        assert client.get(url("order_picture", tea, pk=order.pk, number=number)).status_code == 404
    assert client.get(url("order_picture", tea, pk=hers.pk, number=foreign.pk)).status_code == 404


# --- The conversation ------------------------------------------------------------------------------------------------


def test_the_administrator_answers_with_a_picture_and_the_review_goes_on(client, tea, order, rev):
    perform("ask_material", order, Given(words="Where is the menu?"), by=rev)

    said = send(client, order, "answer", text="Behind the <b>second</b> tab.", pictures=upload())

    assert "Your answer is sent." in said
    assert again(order).status == "queued"
    html = detail(client, order)
    assert "Behind the &lt;b&gt;second&lt;/b&gt; tab." in html
    assert "Review team" in words(html)
    assert rev.name not in html
    assert url("order_picture", tea, pk=order.pk, number=ReviewPicture.objects.get().pk) in html


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"text": "  "}, "Write an answer for the reviewer."),
        ({"text": "x" * 1001}, "Use at most 1000 characters."),
        ({"text": "See", "pictures": upload("x.png", b"no picture")}, "This is not a JPEG, PNG, BMP or GIF picture."),
        ({"text": "See", "pictures": [upload() for _ in range(6)]}, "At most 5 pictures."),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field_and_nothing_typed_is_lost(client, order, rev, data, message):
    perform("ask_material", order, Given(words="Where is the menu?"), by=rev)

    answer = client.post(url("order_answer", order.mini_program, pk=order.pk), data)

    form = answer.context["answer"]
    assert answer.status_code == 422
    assert [error for errors in form.errors.values() for error in errors] == [message]
    assert form["text"].value() == data["text"]
    assert again(order).status == "waiting_developer"
    assert not OrderMessage.objects.filter(kind="answer").exists()


def test_a_test_account_that_is_asked_for_is_given_with_the_answer(client, tea, order, rev):
    stories.rejected(order)
    second = stories.submitted(order.build)
    perform("ask_test_account", second, Given(), by=rev)
    assert "Test account" in words(detail(client, second))

    assert "Give the account that the reviewer logs in with." in send(client, second, "answer", text="Here it is.")
    said = send(client, second, "answer", text="Here.", login_for_review="tea", password_for_review="pot-12345")

    assert "Your answer is sent." in said
    assert (second.test_account.account, second.test_account.password) == ("tea", "pot-12345")
    html = detail(client, second)
    assert "te••••" in html
    assert "pot-12345" not in html


def test_an_answer_that_comes_too_late_says_so(client, order, rev):
    assert "The desk asks nothing about this submission now." in send(client, order, "answer", text="Hello?")
    assert not OrderMessage.objects.exists()


def test_the_administrator_writes_and_gives_up_when_there_is_a_verdict(client, order, rev):
    assert "Write a message." in send(client, order, "message", text="")
    assert "Your message is sent." in send(client, order, "message", text="Closed on Sundays.", pictures=upload())
    assert "Closed on Sundays." in detail(client, order)
    stories.approved(order)

    assert "Write to the review team" not in words(detail(client, order))
    assert "There is a verdict already" in send(client, order, "message", text="Thanks")


def test_the_addresses_of_the_forms_lead_back_to_the_page(client, tea, order):
    for what in ("answer", "message", "expedite", "appeal"):
        answer = client.get(url(f"order_{what}", tea, pk=order.pk))
        assert (answer.status_code, answer.url) == (302, url("order_detail", tea, pk=order.pk))


# --- Withdraw --------------------------------------------------------------------------------------------------------


def withdraw(client, order, person):
    tea = order.mini_program
    return told(
        scan_and(
            client, url("order_withdraw_ask", tea, pk=order.pk), url("order_withdraw", tea), person
        ).content.decode()
    )


def test_it_is_withdrawn_by_the_administrators_scan_and_submitted_again(client, tea, order, ada):
    assert "Withdrawals left: 1 today, 10 this month." in words(shown(client, tea))

    said = withdraw(client, order, ada)

    assert "The submission is withdrawn. The development version stays." in said
    assert "No review version" in said
    assert again(order).status == "withdrawn"
    assert stories.submitted(order.build).attempt == 2


def test_the_second_withdrawal_of_a_day_can_not_be_pressed_and_says_why(client, tea, order, ada):
    withdraw(client, order, ada)
    second = stories.submitted(order.build)

    html = shown(client, tea)

    assert url("order_withdraw_ask", tea, pk=second.pk) not in html
    why = "The 1 withdrawal of today is used up. Withdraw tomorrow, or wait for the verdict."
    assert why in words(html)
    answer = client.post(
        url("order_withdraw_ask", tea, pk=second.pk), headers={"Referer": f"http://testserver{url('versions', tea)}"}
    )
    assert why in told(client.get(answer.url).content.decode())
    clock.move_forward(DAY)
    assert url("order_withdraw_ask", tea, pk=second.pk) in shown(client, tea)


def test_after_the_verdict_the_scan_withdraws_nothing(client, tea, order, ada):
    client.post(url("order_withdraw_ask", tea, pk=order.pk))
    stories.approved(order)
    answer = client.post(url("order_withdraw", tea), {"ticket": latest_confirmed(ada).pk}, follow=True)

    assert "There is a verdict already: it is “Approved, to be published”." in told(answer.content.decode())
    assert again(order).status == "approved"


# --- Expedite, appeal ------------------------------------------------------------------------------------------------


def test_it_is_expedited_once_a_month_with_a_reason(client, tea, order):
    assert "Say why it is urgent." in send(client, order, "expedite", reason=" ")

    assert "Expedited: the verdict is due within hours." in send(client, order, "expedite", reason="The shop opens.")

    assert again(order).lane == 1
    said = words(shown(client, tea))
    assert "Expedited" in said
    assert "Expedites left this month: 0." in said
    assert "It is expedited already." in said
    assert "It is expedited already." in send(client, order, "expedite", reason="Again")


def test_a_rejection_is_appealed_against_once(client, tea, order, vera):
    stories.rejected(order)
    assert url("order_detail", tea, pk=order.pk) + "#appeal" in shown(client, tea)
    assert "Say why the verdict should be another." in send(client, order, "appeal", words="")

    said = send(client, order, "appeal", words="The button works on every phone here.")

    assert "Your appeal is handed in: another reviewer looks at the version again." in said
    second = AuditOrder.objects.latest("pk")
    assert (second.appeal_of, second.feedback) == (order, "The button works on every phone here.")
    assert f"Version {order.build.version}, submission 2" in said
    reject(second, by=vera, reasons=[("3.3.1", "It does nothing.")])
    assert "The verdict on an appeal is final." in words(shown(client, tea))


def test_an_appeal_keeps_the_test_account(client, tea, order, rev):
    stories.rejected(order)
    second = submit_for_review(
        order.build,
        by=stories.administrator_of(tea),
        pages=stories.function_pages(order.build),
        test_account=TestAccountInput("tea", "pot-12345"),
    )
    stories.rejected(second)

    send(client, second, "appeal", words="It works.")

    assert AuditOrder.objects.latest("pk").test_account.account == "tea"


def test_the_page_takes_the_same_queries_however_much_was_written(client, tea, order, rev, django_assert_num_queries):
    def write():
        by = stories.administrator_of(tea)
        write_back(order, by=by, text="Hello", pictures=clean_pictures([picture()]))
        perform("message", order, Given(words="Hello", pictures=clean_pictures([picture()])), by=rev)

    write()
    detail(client, order)
    with CaptureQueriesContext(connection) as one:
        detail(client, order)
    write()
    write()
    with django_assert_num_queries(len(one)):
        detail(client, order)


def test_a_developer_has_no_console(tea, order, dev):
    stories.bound(tea, dev)
    assert console(None, tea, dev).get(url("order_detail", tea, pk=order.pk)).status_code == 403
