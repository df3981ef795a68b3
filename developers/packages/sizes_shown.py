"""How big a stored program is beside its limits, package by package."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from developers.models import CodePackage
from platform_site.kernel.rulebook import RULES


@dataclass(frozen=True)
class Size:
    """A package of the program: its name, its bytes and how many it may have."""

    name: str
    size: int
    most: int

    @property
    def is_full(self) -> bool:
        return self.size >= self.most


def sizes_of(package: CodePackage | None) -> list[Size]:
    """The main package, each sub-package, and all together where there is more than one."""
    if package is None:
        return []
    sizes, rules = package.facts["sizes"], RULES.package
    subs = [Size(s["root"], sizes[s["root"]], rules.subpackage_bytes) for s in package.facts["subpackages"]]
    total = [Size(_("All packages together"), sizes["total"], rules.total_bytes)] if subs else []
    return [Size(_("Main package"), sizes["main"], rules.main_bytes), *subs, *total]
