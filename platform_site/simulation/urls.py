"""Addresses of the simulated world's switchboard: /sim/ …"""

from django.urls import path

from platform_site.simulation.views import mailbox, records, world

app_name = "sim"
urlpatterns = [
    path("sim/", world.index, name="index"),
    path("sim/clock/", world.clock, name="clock"),
    path("sim/people/", world.people, name="people"),
    path("sim/people/<int:pk>/phone/", world.phone, name="phone"),
    path("sim/programs/", records.programs, name="programs"),
    path("sim/programs/<str:appid>/closed-beta/", records.closed_beta, name="closed_beta"),
    path("sim/events/", records.events, name="events"),
    path("sim/reset/", world.reset, name="reset"),
    path("sim/reset/confirm/", world.reset_confirm, name="reset_confirm"),
    path("sim/mailbox/", mailbox.mailbox, name="mailbox"),
    path("sim/mailbox/<int:pk>/", mailbox.mail, name="mail"),
    path("sim/sample.zip", world.sample, name="sample"),
]
