"""The Open Platform's pages: registering, the developer qualification, applications, binding, the desk."""

import io

import pytest
from captcha.models import CaptchaStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.actions import tickets
from accounts.models import ScanTicket, User
from openplatform.actions.applications import ApplicationInput, create
from openplatform.actions.qualifications import lapse_overdue_accounts, pass_qualification
from openplatform.identifiers import unionid_of
from openplatform.models import Application, ApplicationKind, OpenAccount, OpenBinding, Qualification
from platform_site.kernel import clock
from platform_site.kernel.lifecycle import IllegalMove, NotAllowed, Refused
from platform_site.kernel.rulebook import RULES
from platform_site.simulation import cast, stories
from platform_site.simulation.models import Mail
from platform_site.simulation.stories.openplatform import NAME
from tests.accounts.wizard import link_in
from tests.people import console, desk, open_platform

pytestmark = pytest.mark.django_db
EMAIL = "studio@harbour.test"


def at(name, **kwargs):
    return reverse(f"openplatform:{name}", kwargs=kwargs)


def picture(side=108, kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, format=kind)
    return SimpleUploadedFile(f"{side}.png", out.getvalue(), "image/png")


@pytest.fixture
def account():
    return stories.open_account()


@pytest.fixture
def client(account):
    return open_platform(None, account)


@pytest.fixture
def tea(ada):
    return stories.completed(administrator=ada)


def registering(client, email=EMAIL):
    client.get(at("register_account"))
    captcha = CaptchaStore.objects.latest("pk")
    data = {"email": email, "password": cast.PASSWORD, "password_again": cast.PASSWORD, "agreement": "on"}
    return client.post(at("register_account"), data | {"captcha_0": captcha.hashkey, "captcha_1": captcha.response})


# --- registering ---------------------------------------------------------------------------------------------------


def test_from_the_form_to_the_administration_center(settings, deliver):
    settings.EMAIL_BACKEND = "platform_site.simulation.mailbox.MailboxBackend"
    settings.BASE_URL = "http://testserver"
    client = Client()
    assert registering(client).url == at("register_mail")
    deliver()
    path = link_in(Mail.objects.get(to=EMAIL))
    assert path.startswith("/open/register/activate/")
    assert client.post(path).url == at("home")
    assert client.get(at("home"), follow=True).redirect_chain[-1][0] == at("entity")

    refused = client.post(at("entity"), {"entity_type": "corporate", "entity_name": NAME, "number": "1"})
    assert (refused.status_code, "number" in refused.context["form"].errors) == (422, True)
    number = stories.credit_code(7)
    answer = client.post(at("entity"), {"entity_type": "corporate", "entity_name": NAME, "number": number})

    assert answer.url == at("center")
    account = OpenAccount.objects.get()
    assert (account.entity_name, account.entity_number, account.user.email) == (NAME, number, EMAIL)
    assert client.get(at("center")).status_code == 200
    assert client.get(at("entity")).url == at("account")  # once


def test_one_address_is_one_account_both_ways(tea):
    answer = registering(Client(), tea.user.email)
    assert "already registered on the public platform" in answer.content.decode()
    stories.open_account(EMAIL)
    answer = Client().post("/register/account/check-email/", {"email": EMAIL})
    assert "registered on the WeChat Open Platform" in answer.content.decode()


def test_each_account_logs_in_at_its_own_place_only(account, tea):
    said = {}
    for place, email in (("/open/login/", tea.user.email), ("/login/", account.user.email)):
        said[place] = Client().post(place, {"login": email, "password": cast.PASSWORD}).content.decode()
    assert all("The e-mail address or the password is wrong." in page for page in said.values())
    answer = Client().post("/open/login/", {"login": account.user.email, "password": cast.PASSWORD})
    assert answer.url == at("home")


def test_a_session_of_the_console_is_none_here_and_strangers_log_in(account, tea):
    for client in (Client(), console(None, tea), desk(None, stories.staff())):
        for name in ("center", "account", "bindings", "bind_ask", "qualification_apply"):
            assert client.get(at(name)).url == f"/open/login/?next={at(name)}"


# --- developer qualification ---------------------------------------------------------------------------------------


def applied(client, **changed):
    data = {"name": "李建国", "phone": "13800138000", "licence": picture(300), "agreed": "on"} | changed
    return client.post(at("qualification_apply"), {k: v for k, v in data.items() if v is not None})


def test_applied_paid_and_passed_is_verified_for_a_year(client, account, rev):
    row_url = applied(client).url
    row = Qualification.objects.get()
    assert row_url == at("qualification_pay", pk=row.pk)
    page = client.get(row_url)
    order = page.context["order"]
    assert (order.amount_fen, order.payer_name) == (RULES.open_platform.qualification_fee_fen, NAME)
    assert client.get(at("pay_status", pk=order.pk), {"seen": "open"}).status_code == 204
    stories.pay(order, "eve")
    status = client.get(at("pay_status", pk=order.pk), {"seen": "open"}, headers={"hx-request": "true"})
    assert status["HX-Redirect"] == at("account")

    reviewer = desk(None, rev)
    assert NAME in reviewer.get(at("desk_qualifications")).content.decode()
    assert reviewer.get(at("desk_qualification", pk=row.pk)).status_code == 200
    assert reviewer.get(at("desk_licence", pk=row.pk))["Content-Type"] == "image/jpeg"
    reviewer.post(at("desk_qualification_pass", pk=row.pk))

    account.refresh_from_db()
    assert account.is_verified
    assert (account.verified_until - clock.now()).days in (364, 365)
    assert "verified until" in client.get(at("account")).content.decode()
    with pytest.raises(IllegalMove):
        pass_qualification(row, by=rev)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"licence": None}, "licence"),
        ({"licence": SimpleUploadedFile("x.png", b"<svg/>")}, "licence"),
        ({"agreed": None}, "agreed"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(client, changed, field):
    answer = applied(client, **changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Qualification.objects.count() == 0


def test_one_application_at_a_time_and_it_can_be_withdrawn_before_it_is_paid(client, account):
    row = stories.qualification_applied(account)
    assert "open already" in client.get(at("qualification_apply")).content.decode()
    order = client.get(at("qualification_pay", pk=row.pk)).context["order"]
    client.post(at("qualification_withdraw", pk=row.pk))
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.status, order.status) == ("withdrawn", "closed")
    assert applied(client).status_code == 302


def test_not_passed_says_why_and_may_be_tried_again(client, account, rev):
    row = stories.qualification_paid(account)
    reviewer = desk(None, rev)
    assert reviewer.post(at("desk_qualification_reject", pk=row.pk), {"reason": ""}).status_code == 422
    reviewer.post(at("desk_qualification_reject", pk=row.pk), {"reason": "The seal is missing."})
    assert "The seal is missing." in client.get(at("account")).content.decode()
    account.refresh_from_db()
    assert not account.is_verified
    assert applied(client).status_code == 302


def test_it_lapses_after_a_year_and_is_renewed(account, tea):
    stories.open_verified(account)
    stories.open_bound(tea, account)
    clock.move_forward(RULES.open_platform.qualification_days * 86400 + 1)
    account.refresh_from_db()
    assert not account.is_verified  # swept or not
    assert lapse_overdue_accounts() == 1
    assert OpenBinding.objects.count() == 1  # what is bound stays
    stories.open_verified(OpenAccount.objects.get())
    assert OpenAccount.objects.get().is_verified


def test_another_accounts_rows_do_not_exist(client, account):
    other = stories.open_account("other@stories.test", name="灯塔软件有限公司", serial=43)
    row = stories.qualification_applied(other)
    for name in ("qualification_pay",):
        assert client.get(at(name, pk=row.pk)).status_code == 404
    assert client.post(at("qualification_withdraw", pk=row.pk)).status_code == 404
    app = create(other, ApplicationKind.WEBSITE, website(), by=other.user)
    for name in ("application", "application_edit"):
        assert client.get(at(name, pk=app.pk)).status_code == 404
    assert client.get(at("application_icon", pk=app.pk, size="small")).status_code == 404
    assert client.post(at("application_delete", pk=app.pk)).status_code == 404
    for name in ("qualification_pay", "application"):
        assert client.get(at(name, pk=2**64)).status_code == 404


def test_who_is_no_reviewer_decides_nothing(account):
    row = stories.qualification_paid(account)
    with pytest.raises(NotAllowed):
        pass_qualification(row, by=account.user)


# --- applications --------------------------------------------------------------------------------------------------


def website(**changed):
    given = {
        "name": "Harbour Shop",
        "introduction": "Tea by post.",
        "site": "https://shop.example.com",
        "icon_small_sha256": "0" * 64,
        "icon_large_sha256": "1" * 64,
        "callback_domain": "shop.example.com",
    }
    return ApplicationInput(**given | changed)


def mobile(**changed):
    data = {
        "name": "Harbour App",
        "introduction": "Tea on the way.",
        "site": "https://app.example.com/",
        "icon_small": picture(28),
        "icon_large": picture(108),
        "ios_bundle": "com.example.harbour",
        "android_package": "com.example.harbour",
        "android_signature": "D4:1D:8C:D9:8F:00:B2:04:E9:80:09:98:EC:F8:42:7E",
    } | changed
    return {k: v for k, v in data.items() if v is not None}


def test_a_mobile_application_is_rejected_corrected_and_approved(client, rev):
    answer = client.post(at("application_new_mobile"), mobile())
    row = Application.objects.get()
    assert answer.url == at("application", pk=row.pk)
    assert row.android_signature == "d41d8cd98f00b204e9800998ecf8427e"
    reviewer = desk(None, rev)
    assert "Harbour App" in reviewer.get(at("desk_applications")).content.decode()
    for size in ("small", "large"):
        assert client.get(at("application_icon", pk=row.pk, size=size))["Content-Type"] == "image/jpeg"
        assert reviewer.get(at("desk_icon", pk=row.pk, size=size)).status_code == 200
    reviewer.post(at("desk_application_reject", pk=row.pk), {"reason": "The site is empty."})
    assert "The site is empty." in client.get(at("application", pk=row.pk)).content.decode()
    assert client.get(at("application_edit", pk=row.pk)).status_code == 200
    again = mobile(site="https://harbour.example.com", icon_small=None, icon_large=None)
    assert client.post(at("application_edit", pk=row.pk), again).status_code == 302
    reviewer.post(at("desk_application_approve", pk=row.pk))
    row.refresh_from_db()
    assert (row.status, len(row.app_id), row.site) == ("approved", 18, "https://harbour.example.com")
    assert row.app_id in client.get(at("center_mobile")).content.decode()
    client.post(at("application_delete", pk=row.pk))
    assert "Harbour App" not in client.get(at("center_mobile")).context["applications"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 31}, "name"),
        ({"introduction": ""}, "introduction"),
        ({"site": "javascript:alert(1)"}, "site"),
        ({"icon_small": None}, "icon_small"),
        ({"icon_large": picture(107)}, "icon_large"),
        ({"icon_large": SimpleUploadedFile("x.png", b"GIF89a")}, "icon_large"),
        ({"ios_bundle": "", "android_package": ""}, "ios_bundle"),
        ({"ios_bundle": "harbour"}, "ios_bundle"),
        ({"android_package": "1.2"}, "android_package"),
        ({"android_signature": "zz"}, "android_signature"),
    ],
)
def test_what_is_wrong_with_an_application_is_said_beside_its_field(client, changed, field):
    answer = client.post(at("application_new_mobile"), mobile(**changed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Application.objects.count() == 0


@pytest.mark.parametrize("domain", ["https://shop.example.com", "shop.example.com/path", "localhost", "", "a..b.com"])
def test_a_callback_domain_is_a_domain(account, domain):
    with pytest.raises(Refused) as caught:
        create(account, ApplicationKind.WEBSITE, website(callback_domain=domain), by=account.user)
    assert caught.value.field == "callback_domain"


def test_an_account_has_room_for_so_many(account):
    for n in range(RULES.open_platform.applications):
        create(account, ApplicationKind.WEBSITE, website(name=f"Shop {n}"), by=account.user)
    with pytest.raises(Refused) as caught:
        create(account, ApplicationKind.WEBSITE, website(), by=account.user)
    assert caught.value.code == "applications_full"
    account = stories.open_verified(account)
    create(account, ApplicationKind.WEBSITE, website(), by=account.user)


# --- binding -------------------------------------------------------------------------------------------------------


def scanned(client, answer, who, then):
    """The waiting page's QR, scanned and confirmed by `who`; then the screen goes on."""
    ticket = ScanTicket.objects.latest("pk")
    assert answer.url == f"/open/scan/{ticket.pk}/"
    assert client.get(answer.url).status_code == 200
    tickets.scan(ticket, by=who)
    tickets.confirm(ticket, by=who)
    return client.post(then, {"ticket": ticket.pk})


def test_before_the_qualification_binding_says_why_not(client):
    for name in ("bindings", "bind_ask"):
        assert "Complete the developer qualification verification first" in client.get(at(name)).content.decode()
    assert client.post(at("bind_ask"), {"email": "a@b.test", "password": "x"}).status_code == 422


def test_bound_by_password_and_scan_and_unbound_again(account, tea, ada, dev):
    stories.open_verified(account)
    client = open_platform(None, account)
    wrong = client.post(at("bind_ask"), {"email": tea.user.email, "password": "not this one"})
    assert (wrong.status_code, "No Mini Program has this" in wrong.content.decode()) == (422, True)

    asked = client.post(at("bind_ask"), {"email": tea.user.email, "password": cast.PASSWORD})
    scanned(client, asked, ada, at("bound"))

    binding = OpenBinding.objects.get()
    assert (binding.account, binding.mini_program, binding.bound_by) == (account, tea, ada)
    assert tea.appid in client.get(at("bindings")).content.decode()
    assert unionid_of(ada, tea) is not None
    assert account.user.email in console(None, tea).get(f"/console/{tea.appid}/settings/").content.decode()
    page = client.get(at("unbind_ask", pk=binding.pk)).content.decode()
    assert "is told no UnionID of its users any more" in page
    scanned(client, client.post(at("unbind_ask", pk=binding.pk)), ada, at("unbound"))
    assert OpenBinding.objects.count() == 0


def test_what_is_bound_elsewhere_is_refused_before_anybody_scans(account, tea):
    stories.open_verified(account)
    other = stories.open_verified(stories.open_account("other@stories.test", name="灯塔软件有限公司", serial=43))
    stories.open_bound(tea, other)
    data = {"email": tea.user.email, "password": cast.PASSWORD}
    answer = open_platform(None, account).post(at("bind_ask"), data)
    assert "bound to an Open Platform account already" in answer.content.decode()
    assert ScanTicket.objects.count() == 0


def test_a_scan_for_another_account_binds_nothing(account, tea, ada):
    stories.open_verified(account)
    client = open_platform(None, account)
    client.post(at("bind_ask"), {"email": tea.user.email, "password": cast.PASSWORD})
    ticket = ScanTicket.objects.latest("pk")
    ScanTicket.objects.filter(pk=ticket.pk).update(payload={"account": account.pk + 1})
    ticket.refresh_from_db()
    tickets.scan(ticket, by=ada)
    tickets.confirm(ticket, by=ada)
    client.post(at("bound"), {"ticket": ticket.pk})
    assert OpenBinding.objects.count() == 0


def test_the_password_of_an_open_account_or_of_staff_binds_nothing(account, rev):
    stories.open_verified(account)
    client = open_platform(None, account)
    for email in (account.user.email, rev.email):
        answer = client.post(at("bind_ask"), {"email": email, "password": cast.PASSWORD})
        assert "No Mini Program has this e-mail address and password." in answer.content.decode()
    assert User.objects.filter(is_open_platform=True).count() == 1


# --- the explainer -------------------------------------------------------------------------------------------------


def test_the_explainer_says_which_rule_decided(account, tea, ada, rev):
    reviewer = desk(None, rev)
    asked = {"person": ada.wechat_id, "program": tea.appid, "call": "jscode2session"}
    page = reviewer.get("/sim/unionid/", asked)
    assert (page.context["decision"].rule.code, page.context["decision"].unionid) == ("not_bound", None)

    stories.open_bound(tea, stories.open_verified(account))
    page = reviewer.get("/sim/unionid/", asked)
    assert page.context["decision"].rule.code == "login"
    assert page.context["decision"].unionid == unionid_of(ada, tea)
    assert unionid_of(ada, tea) in page.content.decode()
    page = reviewer.get("/sim/unionid/", asked | {"call": "getUserInfo"})
    assert page.context["decision"].rule.code == "not_authorised"
    nobody = reviewer.get("/sim/unionid/", asked | {"person": "nobody"})
    assert "Nobody has this WeChat ID." in nobody.content.decode()


def test_the_explainer_compares_any_number_of_programs_in_the_same_queries(rev, ada, account):
    reviewer, spent = desk(None, rev), []
    stories.open_verified(account)
    for n in range(3):
        stories.open_bound(stories.registered(administrator=ada, email=f"p{n}@stories.test"), account)
        with CaptureQueriesContext(connection) as queries:
            page = reviewer.get("/sim/unionid/", {"person": ada.wechat_id})
        assert len(page.context["compared"]) == n + 1
        assert len({row["unionid"] for row in page.context["compared"]}) == 1
        spent.append(len(queries))
    assert len(set(spent)) == 1
