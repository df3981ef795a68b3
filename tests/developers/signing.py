"""What the uploader does with its key: the text itself under PKCS #1 v1.5, without a hash (miniprogram-ci.md §4)."""

import base64
import json

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from accounts.models import MiniProgram
from developers.actions.nonces import issue_nonce


def signed_text(pem: str, text: bytes) -> str:
    """`text` under the private key, in base64: block type 1, by hand, since no library signs without a hash."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    numbers, size = key.private_numbers(), key.key_size // 8
    padded = b"\x00\x01" + b"\xff" * (size - 3 - len(text)) + b"\x00" + text
    raw = pow(int.from_bytes(padded), numbers.d, numbers.public_numbers.n)
    return base64.b64encode(raw.to_bytes(size)).decode()


def signed(pem: str, mini_program: MiniProgram, *, nonce: str = "") -> str:
    """A signature as the uploader makes it, over a fresh nonce of this Mini Program."""
    said = {"appid": mini_program.appid, "rand_str": nonce or issue_nonce(mini_program)}
    return signed_text(pem, json.dumps(said, separators=(",", ":")).encode())
