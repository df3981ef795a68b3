"""Rules of passwords and captchas that come from the rulebook."""

import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from platform_site.kernel.rulebook import RULES
from platform_site.kernel.secrets import CODE_ALPHABET


class RulebookPasswordValidator:
    """8 to 128 characters of any kind, never truncated; no NUL."""

    def validate(self, password: str, user: object = None) -> None:
        rules = RULES.account
        if len(password) < rules.password_min:
            raise ValidationError(
                _("Use at least %(n)d characters.") % {"n": rules.password_min}, code="password_too_short"
            )
        if len(password) > rules.password_max:
            raise ValidationError(
                _("Use at most %(n)d characters.") % {"n": rules.password_max}, code="password_too_long"
            )
        if "\0" in password:
            raise ValidationError(_("The password contains a character that can't be used."), code="password_nul")

    def get_help_text(self) -> str:
        return _("At least %(n)d characters, upper and lower case differ.") % {"n": RULES.account.password_min}


def captcha_challenge() -> tuple[str, str]:
    """Four characters that people do not mix up, and the answer (case does not matter)."""
    text = "".join(secrets.choice(CODE_ALPHABET) for _i in range(RULES.account.captcha_length))
    return text, text.lower()
