"""Who acts in the stories: people of the cast, members of staff, and log-in accounts on their way."""

from accounts.actions.people import create_person, create_staff
from accounts.actions.registration import activate, issue_activation, register_account
from accounts.models import User, WeChatPerson
from platform_site.simulation.cast import PASSWORD, PEOPLE, STAFF

Who = WeChatPerson | str


def person(who: Who) -> WeChatPerson:
    """The person of the cast with this key, who signs up on WeChat if they have not yet."""
    if isinstance(who, WeChatPerson):
        return who
    character = PEOPLE[who]
    return WeChatPerson.objects.filter(wechat_id=character.wechat_id).first() or create_person(
        nickname=character.nickname,
        phone=character.phone,
        wechat_id=character.wechat_id,
        password=PASSWORD,
        real_name=character.real_name,
        id_number=character.id_number,
        email=character.email,
        client_version=character.client_version,
        is_persona=True,
    )


def staff(key: str = "rev") -> User:
    """The member of staff with this key, whose account is opened if there is none yet."""
    character = STAFF[key]
    return User.objects.filter(email=character.email).first() or create_staff(
        email=character.email,
        password=PASSWORD,
        name=character.name,
        person=person(character.person) if character.person else None,
    )


def account(*, email: str = "", password: str = PASSWORD) -> User:
    """A log-in account that waits for its activation."""
    return register_account(email=email or f"program-{User.objects.count() + 1}@stories.test", password=password)


def activated(*, email: str = "", password: str = PASSWORD) -> User:
    """A log-in account whose e-mail address is proved, and whose information is not registered yet."""
    return activate(issue_activation(account(email=email, password=password)))
