"""What the phone reads of a QR that a Mini Program's server made."""

from accounts.models import WeChatPerson
from developers.models import Preview
from developers.start_path import has_page
from openplatform.models import PageCode
from platform_site.kernel.clock import now
from releases.queries import served_to
from releases.rollout import live_releases


def code_with(slug: str) -> PageCode | None:
    """The QR of this name."""
    return PageCode.objects.select_related("mini_program__profile").filter(slug=slug).first()


def release_lacks(person: WeChatPerson, code: PageCode) -> bool:
    """Whether this person is served a version without the page; not where they are served none at all."""
    release = served_to(person, live_releases(code.mini_program.appid)).release
    return release is not None and not has_page(release.order.build.package, code.page)


def preview_of(person: WeChatPerson, code: PageCode) -> Preview | None:
    """This person's latest preview of the program that is still good."""
    rows = Preview.objects.filter(person=person, mini_program=code.mini_program, expires_at__gt=now())
    return rows.order_by("-pk").first()
