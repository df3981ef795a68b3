"""Stories: how a Mini Program gets to where it is, told by the ordinary actions as the people they name.

Used by the tests, the demo world and, later, the control API. There is no back door into a state: `published()`
registers an account, activates it, completes the information, uploads, submits, approves and publishes.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from accounts.models import Member, MiniProgram
from accounts.permissions import Role
from developers.actions.builds import upload_build
from developers.actions.members import bind_member
from developers.actions.packages import receive_package
from developers.actions.projects import create_project
from developers.models import Build, Project
from entities.actions.categories import Handed
from entities.actions.names import NO_PROOF, NameProof
from entities.actions.papers import upload_paper
from entities.actions.profile import complete_profile
from entities.actions.registration import complete_individual_registration
from entities.categories import CATEGORIES
from entities.models import NameApplication, Profile
from entities.queries import categories_of
from platform_site.simulation.cast import PASSWORD
from platform_site.simulation.stories.people import Who, activated, person, staff
from platform_site.simulation.stories.pictures import avatar, scan
from releases.actions.orders import submit_for_review
from releases.actions.pages import PageInput
from releases.actions.publishing import publish, publish_in_phases
from releases.actions.verdicts import approve, reject
from releases.models import AuditOrder, Release

DEMO_PROGRAM = Path(__file__).parent.parent / "demo_program"
NOT_FINISHED = "3.3.1"  # of the coded reasons: not a finished product


def registered(*, administrator: Who = "ada", email: str = "", password: str = PASSWORD) -> MiniProgram:
    """A Mini Program of an individual: AppID, entity and administrator, nothing else."""
    who = person(administrator)
    return complete_individual_registration(
        activated(email=email, password=password),
        person=who,
        name=who.real_name,
        id_number=who.id_number,
        phone=who.phone,
        by=who,
    )


def completed(
    mini_program: MiniProgram | None = None,
    *,
    name: str = "",
    introduction: str = "Tea by the water: order ahead, pick up warm.",
    categories: Sequence[str] = (),
    papers: Mapping[str, Handed] | None = None,
    name_proof: NameProof = NO_PROOF,
    picture: bytes = b"",
    administrator: Who = "ada",
    email: str = "",
) -> MiniProgram:
    """A Mini Program with name, avatar, introduction and service categories."""
    mini_program = mini_program or registered(administrator=administrator, email=email)
    complete_profile(
        mini_program,
        by=administrator_of(mini_program),
        name=name or _free_name(),
        avatar=picture or avatar(),
        introduction=introduction,
        categories=list(categories) or [plain_category()],
        papers=papers,
        name_proof=name_proof,
    )
    return mini_program


def name_asked(
    mini_program: MiniProgram | None = None, *, name: str = "Harbour Museum", administrator: Who = "ada"
) -> NameApplication:
    """A Mini Program whose information is filled in, and whose name waits at the desk with its naming proof."""
    mini_program = mini_program or registered(administrator=administrator)
    paper = upload_paper(mini_program.account, data=scan("TRADE MARK"), name="trademark.png")
    completed(mini_program, name=name, name_proof=NameProof((paper,), "We run this museum."))
    return mini_program.name_applications.get(status="under_review")


def bound(mini_program: MiniProgram, who: Who, role: Role = Role.DEVELOPER) -> Member:
    """A person bound to the Mini Program as developer (or experiencer)."""
    return bind_member(mini_program, person=person(who), role=role, by=administrator_of(mini_program))


def project(mini_program: MiniProgram, who: Who = "ada", *, name: str = "harbour-tea") -> Project:
    """A project in somebody's developer tools."""
    return create_project(person(who), mini_program=mini_program, name=name, directory=f"/home/demo/{name}")


def uploaded(
    mini_program: MiniProgram | None = None,
    *,
    version: str = "1.0.0",
    notes: str = "First version",
    archive: bytes = b"",
    administrator: Who = "ada",
) -> Build:
    """A development version, uploaded by the administrator."""
    mini_program = mini_program or completed(administrator=administrator)
    return upload_build(
        mini_program,
        package=receive_package(archive or zip_of_demo_program()),
        version=version,
        notes=notes,
        by=administrator_of(mini_program),
    )


def submitted(
    build: Build | None = None, *, pages: list[PageInput] | None = None, notes: str = "", administrator: Who = "ada"
) -> AuditOrder:
    """A development version under review."""
    build = build or uploaded(administrator=administrator)
    return submit_for_review(
        build,
        by=administrator_of(build.mini_program),
        pages=function_pages(build) if pages is None else pages,
        notes=notes,
    )


def approved(order: AuditOrder | None = None, *, by: str = "rev", administrator: Who = "ada") -> AuditOrder:
    """A submission that staff have approved, and that waits for Publish."""
    order = order or submitted(administrator=administrator)
    approve(order, by=staff(by))
    return order


def rejected(
    order: AuditOrder | None = None,
    *,
    reasons: list[tuple[str, str]] | None = None,
    by: str = "rev",
    administrator: Who = "ada",
) -> AuditOrder:
    """A submission that staff have rejected, with reasons."""
    order = order or submitted(administrator=administrator)
    reject(order, by=staff(by), reasons=reasons or [(NOT_FINISHED, "The home page shows no content yet.")])
    return order


def published(order: AuditOrder | None = None, *, administrator: Who = "ada") -> Release:
    """An approved version put online by the administrator."""
    order = order or approved(administrator=administrator)
    return publish(order, by=administrator_of(order.mini_program))


def phased(order: AuditOrder, *, percent: int = 10, members_first: bool = False) -> Release:
    """An approved version released in phases, in a Mini Program that is online."""
    by = administrator_of(order.mini_program)
    return publish_in_phases(order, by=by, percent=percent, members_first=members_first)


def next_approved(mini_program: MiniProgram, version: str = "1.1.0") -> AuditOrder:
    """A later version of a Mini Program, uploaded, submitted and approved."""
    return approved(submitted(uploaded(mini_program, version=version)))


def administrator_of(mini_program: MiniProgram) -> Member:
    """Who acts in the console for this Mini Program."""
    return Member.objects.select_related("person", "mini_program").get(
        mini_program=mini_program, role=Role.ADMINISTRATOR
    )


def plain_category() -> str:
    """The first service category that an individual may choose without papers."""
    return next(code for code, category in CATEGORIES.items() if category.individual and not category.papers)


def function_pages(build: Build, *, count: int = 2) -> list[PageInput]:
    """The first pages of a build as function pages, in the Mini Program's first category."""
    category = categories_of(build.mini_program)[0].code
    return [
        PageInput(path=path, title=path.rsplit("/", 1)[-1].title(), category=category, tags=["tea"])
        for path in build.package.facts["pages"][:count]
    ]


def zip_of_demo_program() -> bytes:
    """The source tree of the demo Mini Program "Harbour Tea" as a zip, byte for byte the same each time."""
    return zip_of(DEMO_PROGRAM)


def zip_of(folder: Path) -> bytes:
    """A source tree as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(2018, 3, 1, 0, 0, 0))
            name.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(name, path.read_bytes())
    return out.getvalue()


def _free_name() -> str:
    taken = Profile.objects.count()
    return f"Harbour Tea {taken + 1}" if taken else "Harbour Tea"
