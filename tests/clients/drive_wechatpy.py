"""A team's server that uses wechatpy: reads one order a line, answers one line, so that a test can act in between.

{"do": "wxa.code_to_session", "with": {"js_code": "…"}} → {"ok": …} or {"errcode", "errmsg"}. Run by tests/clients only.
"""

import base64
import json
import sys
from typing import Any

import requests
from wechatpy import WeChatClient
from wechatpy.crypto import WeChatWxaCrypto
from wechatpy.exceptions import InvalidAppIdException, WeChatClientException


def made(client: WeChatClient, do: str, given: dict[str, Any]) -> Any:
    """What the client answers."""
    if do == "token":
        return client.access_token
    if do == "decrypt":
        return WeChatWxaCrypto(given["key"], given["iv"], client.appid).decrypt_message(given["data"])
    if do in ("get", "post"):
        return getattr(client, do)(given.pop("path"), **given)
    target = client
    for name in do.split("."):
        target = getattr(target, name)
    return target(**given)


def told(answer: Any) -> Any:
    """As JSON: a picture with its headers."""
    if isinstance(answer, requests.Response):
        return {"headers": dict(answer.headers), "data": base64.b64encode(answer.content).decode()}
    return answer


def main(appid: str, secret: str) -> None:
    client = WeChatClient(appid, secret, timeout=20)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"ok": told(made(client, order["do"], order["with"]))}
        except WeChatClientException as refused:
            answer = {"errcode": refused.errcode, "errmsg": refused.errmsg}
        except InvalidAppIdException:
            answer = {"errcode": "another AppID in the watermark"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
