"""What somebody wrote to say why: tidied and bounded, for every action that asks for words."""

from django.utils.translation import gettext as _

from platform_site.kernel.lifecycle import Refused


def check_words(text: str, *, most: int, missing: str, kind: str = "reason", field: str = "reason") -> str:
    """What somebody wrote, tidied; Refused (`field`) when it is nothing (`missing` says so) or too long.

    The codes are "<kind>_missing" and "<kind>_too_long".
    """
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise Refused(missing, code=f"{kind}_missing", field=field)
    if len(words) > most:
        raise Refused(_("Use at most %(most)d characters.") % {"most": most}, code=f"{kind}_too_long", field=field)
    return words
