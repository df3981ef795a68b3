"""The world's clock: ahead of the machine's, read once per request, never back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from platform_site.celery import app
from platform_site.kernel import clock
from platform_site.kernel.models import WorldClock
from tests.concurrency import together

pytestmark = pytest.mark.django_db


def test_an_untouched_world_shows_the_machines_time():
    assert clock.ahead() == timedelta(0)
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=1)


def test_moving_forward_adds_up():
    clock.move_forward(60)
    after = clock.move_forward(3600)

    assert clock.ahead() == timedelta(seconds=3660)
    assert abs(after - timezone.now() - timedelta(seconds=3660)) < timedelta(seconds=1)


@pytest.mark.parametrize("seconds", [0, -1, 10**12])
def test_never_back_and_never_beyond_a_century(seconds):
    with pytest.raises(ValueError, match=r"forward|century"):
        clock.move_forward(seconds)

    assert clock.ahead() == timedelta(0)


def test_many_small_steps_do_not_pass_the_century_either():
    clock.move_forward(int(clock.FARTHEST.total_seconds()))

    with pytest.raises(ValueError, match="century"):
        clock.move_forward(1)
    assert clock.now().year < 2200


def test_the_time_is_read_once_until_it_is_forgotten():
    clock.now()
    WorldClock.objects.update_or_create(id=1, defaults={"ahead_seconds": 500})

    assert clock.ahead() == timedelta(0)
    clock.forget()
    assert clock.ahead() == timedelta(seconds=500)


def test_reading_the_clock_again_costs_no_query(django_assert_num_queries):
    clock.forget()
    with django_assert_num_queries(1):
        clock.now()
        clock.now()


def test_each_request_reads_the_clock_anew():
    clock.now()
    WorldClock.objects.update_or_create(id=1, defaults={"ahead_seconds": 86_400 * 365})

    Client().get("/sim/sample.zip")

    assert clock.ahead() == timedelta(days=365)


def test_each_task_reads_the_clock_anew():
    clock.now()
    WorldClock.objects.update_or_create(id=1, defaults={"ahead_seconds": 500})

    app.tasks["platform_site.deliver_overdue"].apply()

    assert clock.ahead() == timedelta(seconds=500)


def test_there_is_one_clock():
    with pytest.raises(Exception, match="one_world_clock"):
        WorldClock.objects.create(id=2)


@pytest.mark.django_db(transaction=True)
def test_steps_of_many_at_once_all_count():
    together(10, lambda i: clock.move_forward(60))

    clock.forget()
    assert clock.ahead() == timedelta(seconds=600)
