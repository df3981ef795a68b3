"""The code upload key: made and reset by the administrator, handed out once, kept as its public half (console.md §6).

What the uploader signs is described in miniprogram-ci.md §4: no hash, the text itself under PKCS #1 v1.5.
"""

import base64
import binascii
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Member, MiniProgram, WeChatPerson
from accounts.permissions import Permission
from developers.actions.nonces import use_nonce
from developers.actions.rights import check_may, person_behind
from developers.models import UploadKey
from platform_site.kernel.clock import now
from platform_site.kernel.lifecycle import Refused
from platform_site.kernel.models import record
from platform_site.kernel.rulebook import RULES

NO_KEY, BAD_SIGNATURE = "-80011", "-80002"  # as the uploader's users know them (miniprogram-ci.md §9)


@transaction.atomic
def generate_upload_key(mini_program: MiniProgram, *, by: Member | WeChatPerson) -> str:
    """Give the Mini Program a new code upload key; an earlier one is dead at once.

    Answers the private key (PEM, PKCS #1), which nothing here keeps. The list of addresses stays as it is.
    """
    check_may(by, Permission.UPLOADKEY_RESET, mini_program)
    private = rsa.generate_private_key(public_exponent=65537, key_size=RULES.upload.key_bits)
    public = private.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key, first = UploadKey.objects.update_or_create(
        mini_program=mini_program,
        defaults={
            "public_key": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            "fingerprint": hashlib.sha256(der).hexdigest(),
            "generated_at": now(),
            "generated_by": person_behind(by),
            "used_at": None,
        },
    )
    event = "developers.key.generated" if first else "developers.key.reset"
    record(event, key, by=by, data={"fingerprint": key.fingerprint})
    return private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def key_of(mini_program: MiniProgram) -> UploadKey:
    """The code upload key that counts now; Refused where there is none."""
    key = UploadKey.objects.select_related("mini_program", "generated_by").filter(mini_program=mini_program).first()
    if key is None:
        raise Refused(
            _("The Mini Program %(appid)s has no code upload key. Its administrator generates one in the console.")
            % {"appid": mini_program.appid},
            code=NO_KEY,
        )
    return key


def holder_of(key: UploadKey) -> Member:
    """Who uploads by this key: the administrator who generated it. Refused once they are administrator no more."""
    members = key.mini_program.members.select_related("person", "mini_program")
    holder = members.filter(person_id=key.generated_by_id).first()
    if holder is None or not holder.holds(Permission.BUILD_UPLOAD):
        raise Refused(
            _("%(who)s, who generated this code upload key, is no longer the administrator. Reset it in the console.")
            % {"who": key.generated_by.nickname},
            code=NO_KEY,
        )
    return holder


def check_signature(mini_program: MiniProgram, signature: str) -> None:
    """Refused unless `signature` (base64) was made by the key in use, for this AppID, over a nonce not used before.

    The nonce is used up by this, whatever becomes of what was signed.
    """
    key = key_of(mini_program)
    holder_of(key)
    signed = _signed_text(key, signature)
    if signed.get("appid") != mini_program.appid:
        raise _refused(_("The signature is for another AppID than %(appid)s."), mini_program)
    if not isinstance(rand_str := signed.get("rand_str"), str) or not use_nonce(mini_program, rand_str):
        raise _refused(_("The random text that was signed for %(appid)s is used up or has expired."), mini_program)
    UploadKey.objects.filter(pk=key.pk).update(used_at=now())


def _signed_text(key: UploadKey, signature: str) -> dict[str, object]:
    """What the signature says, by the public key."""
    public = load_pem_public_key(key.public_key.encode())
    if not isinstance(public, rsa.RSAPublicKey):  # pragma: no cover -- we made it
        raise TypeError("a code upload key is an RSA key")
    try:
        raw = base64.b64decode(signature, validate=True)
        said = json.loads(public.recover_data_from_signature(raw, padding.PKCS1v15(), None))
    except (InvalidSignature, binascii.Error, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise _refused(_("The signature was not made by the code upload key of %(appid)s in use."), key.mini_program)
    return said


def _refused(message: str, mini_program: MiniProgram) -> Refused:
    return Refused(message % {"appid": mini_program.appid}, code=BAD_SIGNATURE)
