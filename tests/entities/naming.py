"""What the tests of names share: an account's proof, a Mini Program with a name, one whose name is at the desk."""

from accounts.models import MiniProgram
from entities.actions.names import NameProof, choose_name
from entities.actions.papers import upload_paper
from entities.actions.profile import complete_profile
from entities.models import NameApplication
from platform_site.simulation import stories

PROTECTED = "Lanternfish Corner"  # holds a protected word of the register


def proof_of(mini_program: MiniProgram, explanation: str = "Our trademark 1234567.") -> NameProof:
    """A scan of this Mini Program's account, and what it proves."""
    paper = upload_paper(mini_program.account, data=stories.scan("TRADEMARK"), name="trademark.png")
    return NameProof((paper,), explanation)


def named(name: str = PROTECTED, *, mini_program: MiniProgram | None = None) -> NameApplication:
    """The information filled in with a protected name: it waits at the desk."""
    mini_program = mini_program or stories.registered()
    complete_profile(
        mini_program,
        by=stories.administrator_of(mini_program),
        name=name,
        avatar=stories.avatar(),
        introduction="Tea by the water, warm.",
        categories=[stories.plain_category()],
        name_proof=proof_of(mini_program),
    )
    return NameApplication.objects.get(mini_program=mini_program, status="under_review")


def chosen(mini_program: MiniProgram, name: str, **kwargs: NameProof) -> NameApplication | None:
    """Another name after the first was not approved, by the administrator."""
    return choose_name(mini_program, name, by=stories.administrator_of(mini_program), **kwargs)
