"""What the screens of developers read: limits, persons to bind, projects, previews that may be opened."""

import re
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import MEMBER_PERMISSIONS, Permission, Role
from developers.models import AppSecret, Build, CodePackage, Preview, Project, UploadKey
from entities.gates import Gate, Reason, closed_because
from entities.models import Entity, EntityType
from entities.queries import is_verified
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.rule_tables import MemberLimits as RuleLimits
from platform_site.kernel.rulebook import RULES

PROJECTS_SHOWN = 20


@dataclass(frozen=True)
class MemberLimits:
    """How many developers and experiencers are bound, and how many may be."""

    developers: int
    developers_limit: int
    experiencers: int
    experiencers_limit: int
    rule: str = ""  # by which rule, in words
    more: Reason | None = None  # what would raise them


def limits_for(entity_type: str, *, verified: bool) -> RuleLimits:
    """The seed's limits: individual, organisation without verification, verified."""
    if verified:
        return RULES.members.verified
    if entity_type == EntityType.INDIVIDUAL:
        return RULES.members.individual
    return RULES.members.organisation_unverified


def limits_of(mini_program: MiniProgram) -> dict[str, int]:
    """{role: how many may be bound} for the entity behind this Mini Program."""
    entity = Entity.objects.filter(mini_program=mini_program).only("type").first()
    limits = limits_for(entity.type if entity else EntityType.INDIVIDUAL, verified=is_verified(mini_program))
    return {Role.DEVELOPER: limits.developers, Role.EXPERIENCER: limits.experiencers}


def member_limits(mini_program: MiniProgram) -> MemberLimits:
    """Used and allowed numbers, for the meters of User Identity."""
    roles = list(mini_program.members.values_list("role", flat=True))
    limits = limits_of(mini_program)
    return MemberLimits(
        developers=roles.count(Role.DEVELOPER),
        developers_limit=limits[Role.DEVELOPER],
        experiencers=roles.count(Role.EXPERIENCER),
        experiencers_limit=limits[Role.EXPERIENCER],
        rule=_rule(mini_program),
        more=closed_because(Gate.MORE_MEMBERS, mini_program),
    )


def _rule(mini_program: MiniProgram) -> str:
    """By which line of the seed the limits are what they are ("Bind developers")."""
    if is_verified(mini_program):
        return _("The limits of a verified Mini Program.")
    if mini_program.entity.type == EntityType.INDIVIDUAL:
        return _("The limits of an individual entity.")
    return _("The limits of an organization that is not verified. Who is bound beyond them stays; nobody is added.")


def members_of(mini_program: MiniProgram) -> dict[str, list[Member]]:
    """{role: members, first bound first}."""
    found: dict[str, list[Member]] = {role: [] for role in Role.values}
    for member in mini_program.members.select_related("person").order_by("bound_at", "pk"):
        found[member.role].append(member)
    return found


def find_person(wechat_id: str) -> WeChatPerson | None:
    """The person of this WeChat ID, unless they have made themselves unfindable."""
    return WeChatPerson.objects.filter(wechat_id__iexact=wechat_id.strip(), is_searchable=True).first()


def person_called(wechat_id: str) -> WeChatPerson | None:
    """The person of this WeChat ID, findable or not."""
    return WeChatPerson.objects.filter(wechat_id__iexact=wechat_id).first()


def person_with(pk: int) -> WeChatPerson:
    """The person with this key."""
    return WeChatPerson.objects.get(pk=pk)


def program_with(appid: str) -> MiniProgram | None:
    """The Mini Program of this AppID."""
    return MiniProgram.objects.filter(appid=appid).first()


def member_with(mini_program: MiniProgram, pk: int) -> Member | None:
    """A member of this Mini Program."""
    return mini_program.members.select_related("person", "mini_program").filter(pk=pk).first()


def app_secret_of(mini_program: MiniProgram) -> AppSecret | None:
    """The AppSecret's row: when it was generated, by whom."""
    return AppSecret.objects.select_related("generated_by").filter(mini_program=mini_program).first()


def upload_key_of(mini_program: MiniProgram) -> UploadKey | None:
    """The code upload key's row: its fingerprint, when it was generated, by whom, when it was used last."""
    return UploadKey.objects.select_related("generated_by").filter(mini_program=mini_program).first()


def upload_networks_of(mini_program: MiniProgram) -> list[str]:
    """The addresses and ranges on the list, in the order in which they were added."""
    return list(mini_program.upload_addresses.order_by("pk").values_list("network", flat=True))


def not_found() -> Refused:
    """85001: there is no such WeChat ID, or it can't be searched; nobody learns which."""
    return Refused(
        _("There is no such WeChat ID, or its owner does not allow being found by it."), code="85001", field="wechat_id"
    )


def roles_with(permission: Permission) -> list[str]:
    """The roles that hold a permission."""
    return [role for role, permissions in MEMBER_PERMISSIONS.items() if permission in permissions]


def workplaces(person: WeChatPerson) -> QuerySet[Member]:
    """The memberships by which this person may use the developer tools, newest first."""
    return (
        person.memberships.filter(role__in=roles_with(Permission.PROJECT_OPEN))
        .select_related("mini_program__user", "person")
        .order_by("-bound_at", "-pk")
    )


def workplace(person: WeChatPerson, appid: str) -> Member | None:
    """The membership by which this person may work on this AppID."""
    return workplaces(person).filter(mini_program__appid=appid).first()


def projects_of(person: WeChatPerson) -> QuerySet[Project]:
    """This person's projects: those without an AppID, and those in Mini Programs that they may still work on."""
    at_work = Q(mini_program__in=workplaces(person).values("mini_program"))
    return (
        Project.objects.filter(at_work | Q(mini_program=None), person=person)
        .select_related("mini_program", "package")
        .order_by("-created_at", "-pk")
    )


def page_of_projects(person: WeChatPerson, number: str | None) -> Page:
    """One page of a person's projects."""
    return Paginator(projects_of(person), PROJECTS_SHOWN).get_page(number)


def project_of(member: Member, pk: int) -> Project | None:
    """A project of the person who acts, in the Mini Program of the door."""
    projects = member.mini_program.projects.select_related("package", "person", "mini_program")
    return projects.filter(pk=pk, person_id=member.person_id).first()


def local_project_of(person: WeChatPerson, pk: int) -> Project | None:
    """A project without an AppID, of the person who is logged in to the tools."""
    projects = person.projects.select_related("package", "person")
    return projects.filter(pk=pk, mini_program=None).first()


def preview_of(project: Project, pk: int) -> Preview | None:
    """A preview made from this project."""
    return project.previews.select_related("link", "package").filter(pk=pk).first()


def build_of(member: Member) -> Build | None:
    """The development version that an upload of this member's would replace."""
    return member.mini_program.builds.ready().filter(uploader_id=member.person_id, robot=None).first()


def package_with(sha256: str) -> CodePackage:
    """The package of this SHA-256."""
    return CodePackage.objects.get(sha256=sha256)


def client_version(text: str) -> tuple[int, ...]:
    """ "6.10" is (6, 10), later than (6, 3, 27); what is not a version is ()."""
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){0,5}", text):
        return ()
    return tuple(int(part) for part in text.split("."))


def preview_open_to(person: WeChatPerson, pk: int) -> Preview:
    """The preview, if this person may open it on this client now; Refused says why not. (seed.md, Preview)"""
    preview = Preview.objects.select_related("package", "mini_program").filter(pk=pk).first()
    if preview is None or preview.person_id != person.pk:
        raise Refused(
            _(
                "Only the developer who is logged in to the developer tools can open this preview. To see the code on "
                "your own phone, be bound as a developer by the administrator (User Identity), log in to the developer "
                "tools and press Preview; or ask for the experience version."
            ),
            code="preview_of_another",
        )
    may = Permission.CODE_PREVIEW if preview.project_id else Permission.BUILD_UPLOAD  # made by the key: administrator's
    if not person.may(may, preview):
        raise Refused(
            _(
                "You are not a developer of this Mini Program any more. Its administrator can bind you again under "
                "User Identity."
            ),
            code="preview_unbound",
        )
    if client_version(person.client_version) < client_version(RULES.preview.client_version_min):
        raise Refused(
            _("Your WeChat is version %(version)s. Previews need version %(least)s or above.")
            % {"version": person.client_version, "least": RULES.preview.client_version_min},
            code="preview_client_old",
        )
    if preview.expires_at <= now():
        raise Refused(_("This preview has expired. Make a new one in the developer tools."), code="preview_expired")
    return preview
