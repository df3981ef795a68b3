"""What the tests of pages share: addresses, words of a page, the submit form as a browser sends it."""

from django.urls import reverse
from django.utils.html import strip_tags

from platform_site.simulation import stories


def url(name, mini_program, **kwargs):
    return reverse(f"releases:{name}", kwargs={"appid": mini_program.appid, **kwargs})


def shown(client, mini_program):
    """Development Management."""
    return client.get(url("versions", mini_program)).content.decode()


def words(html):
    """The words of the page's content, without markup."""
    return " ".join(strip_tags(html.split("<main", 1)[1].split("</main>", 1)[0]).split())


def told(html):
    """All words of the page with what stands above its content: the messages about what was just done."""
    return " ".join(strip_tags(html.split("<body", 1)[1]).split())


def form_of(build, *pages, **more):
    data = {"pages-TOTAL_FORMS": len(pages), "pages-INITIAL_FORMS": 0, "notes": "", **more}
    first = stories.function_pages(build, count=1)[0]
    for number, page in enumerate(pages):
        group = {"path": first.path, "title": "Home", "category": first.category, "tags": "tea shop"} | page
        data |= {f"pages-{number}-{name}": value for name, value in group.items()}
    return data
