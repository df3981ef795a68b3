"""Addresses of the simulated world's switchboard: /sim/ …"""

from django.urls import path

from platform_site.simulation import api
from platform_site.simulation.views import bank, calls, mailbox, records, unionid, verifications, world

app_name = "sim"
urlpatterns = [
    path("sim/", world.index, name="index"),
    path("sim/clock/", world.clock, name="clock"),
    path("sim/people/", world.people, name="people"),
    path("sim/people/<int:pk>/phone/", world.phone, name="phone"),
    path("sim/programs/", records.programs, name="programs"),
    path("sim/programs/<str:appid>/closed-beta/", records.closed_beta, name="closed_beta"),
    path("sim/bank/", bank.bank, name="bank"),
    path("sim/bank/remittances/<int:pk>/", bank.bank_send, name="bank_send"),
    path("sim/bank/transfers/", bank.bank_transfers, name="bank_transfers"),
    path("sim/bank/ledger/", bank.bank_ledger, name="bank_ledger"),
    path("sim/verifications/", verifications.verifications, name="verifications"),
    path("sim/verifications/<str:appid>/", verifications.verification_step, name="verification_step"),
    path("sim/unionid/", unionid.unionid, name="unionid"),
    path("sim/events/", records.events, name="events"),
    path("sim/api/", calls.calls, name="calls"),
    path("sim/reset/", world.reset, name="reset"),
    path("sim/reset/confirm/", world.reset_confirm, name="reset_confirm"),
    path("sim/mailbox/", mailbox.mailbox, name="mailbox"),
    path("sim/mailbox/<int:pk>/", mailbox.mail, name="mail"),
    path("sim/sample.zip", world.sample, name="sample"),
    *api.addresses(),
]
