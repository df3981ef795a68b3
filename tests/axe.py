"""What axe finds on a page of a real browser, and whether the page has to be moved sideways."""

from playwright.sync_api import Page


def serious(page: Page) -> list[str]:
    """The serious and critical violations, each with the element that it is about."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
