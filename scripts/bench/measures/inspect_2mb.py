"""inspect_2mb: the inspector on a program of 2 MB, against reading, hashing and JSON-parsing the same files.

Both begin with the same zip in memory. The program is made here, always the same: 150 pages and 40 components with
0.9 MB of scripts, pages and styles, and pictures for the rest.
"""

import hashlib
import io
import json
import random
import zipfile

from PIL import Image

from developers.packages.inspection import inspect
from developers.packages.report import Report
from developers.packages.tree import from_zip
from scripts.bench.pairs import Figures, in_turns, seconds

MB = 1024 * 1024
PAGES, COMPONENTS, REPEATS = 150, 40, 5
_SCRIPT = """
const api = require('../../utils/api.js')
// {what}: asks for a page of the list, and for the next one at its end
Page({{
  data: {{ items: [], page: 1, keyword: "{what}", busy: false }},
  onLoad(query) {{ this.setData({{ id: Number(query.id) || 0 }}); this.refresh() }},
  refresh() {{
    if (this.data.busy) return
    wx.showLoading({{ title: 'Loading…' }})
    api.get('/v1/items?page=' + this.data.page, (answer) => {{
      const items = answer.items.filter((item) => /^[a-z\\d]+$/i.test(item.code)).map((item) => ({{
        ...item, price: (item.fen / 100).toFixed(2), title: `${{item.name}} (${{item.count}})`
      }}))
      this.setData({{ items: this.data.items.concat(items), busy: false }})
      wx.hideLoading()
    }})
  }},
  onTap(event) {{ wx.navigateTo({{ url: '/pages/p1/index?id=' + event.currentTarget.dataset.id }}) }},
}})
"""
_MARKUP = """
<view class="card {{{{busy ? 'busy' : ''}}}}" wx:for="{{{{items}}}}" wx:key="id"
  bindtap="onTap" data-id="{{{{item.id}}}}">
  <image class="picture" src="{{{{item.picture}}}}" mode="aspectFill" />
  <view class="title">{{{{item.title}}}}</view>
  <text class="price" wx:if="{{{{item.fen > 0}}}}">¥{{{{item.price}}}} {what}</text>
</view>
"""
_STYLE = """
.card {{ display: flex; padding: 20rpx 24rpx; border-radius: 12rpx; background: #ffffff }}
.card .title {{ font-size: 32rpx; color: rgba(0, 0, 0, .9); /* {what} */ line-height: 1.4 }}
.price::before {{ content: "¥"; color: #fa5151 }}
"""


def measure() -> Figures:
    """Seconds for one program, the best of a few."""
    data = _archive(_program())
    return in_turns(lambda: _best(data, _ours), lambda: _best(data, _plain), unit="s", goal=3.0)


def _best(data: bytes, act: object) -> float:
    return min(seconds(lambda: act(data)) for _n in range(REPEATS))  # type: ignore[operator]


def _ours(data: bytes) -> None:
    report = Report()
    inspection = inspect(from_zip(data, report), report)
    if report.items or len(inspection.facts["pages"]) != PAGES:
        raise RuntimeError(f"a good program was found fault with: {report.items[:3]}")


def _plain(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            hashlib.sha256(content).hexdigest()
            if name.endswith(".json"):
                json.loads(content)


def _program() -> dict[str, bytes]:
    dice = random.Random(7)  # noqa: S311 -- the same program each time
    files = {"app.js": b"App({})", "app.wxss": b"page { color: #333333 }", "utils/api.js": _api()}
    files["app.json"] = json.dumps({"pages": [f"pages/p{n}/index" for n in range(PAGES)]}).encode()
    for n in range(PAGES):
        files |= _part(f"pages/p{n}/index", dice, {"usingComponents": {"row": f"/components/c{n % COMPONENTS}/index"}})
    for n in range(COMPONENTS):
        files |= _part(f"components/c{n}/index", dice, {"component": True})
    while (rest := 2 * MB - 1024 - sum(map(len, files.values()))) > 0:
        files[f"images/i{len(files)}.png"] = _picture(dice, min(rest, 30_000))
    return files


def _part(path: str, dice: random.Random, settings: dict[str, object]) -> dict[str, bytes]:
    """A page or component: a script, a page, a style sheet and settings."""
    made = {
        kind: "".join(text.format(what=f"{path} {dice.random()}") for _n in range(times)).encode()
        for kind, text, times in ((".js", _SCRIPT, 3), (".wxml", _MARKUP, 3), (".wxss", _STYLE, 4))
    }
    return {f"{path}{kind}": content for kind, content in made.items()} | {
        f"{path}.json": json.dumps(settings).encode()
    }


def _picture(dice: random.Random, size: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (81, 81), "#07c160").save(out, "PNG")
    return out.getvalue() + dice.randbytes(max(0, size - len(out.getvalue())))


def _api() -> bytes:
    call = b"wx.request({ url: 'https://api.tea.example.com' + path, success: done })"
    return b"module.exports = { get(path, done) { " + call + b" } }"


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return out.getvalue()
