"""What project.config.json says that people care to see: the settings that the tools' Project page lists."""

from typing import Any

from developers.packages.project_config import FILE
from developers.packages.strict_json import BadJson, parse
from developers.packages.tree import SourceTree

_MOST, _MOST_CHARACTERS = 60, 200
_SHOWN = ("projectname", "description", "appid", "libVersion", "compileType", "miniprogramRoot")


def settings_of(tree: SourceTree) -> dict[str, Any]:
    """{name: text, number or truth} of the file's plain values and of its `setting`; {} without a readable file."""
    content = tree.read(FILE)
    try:
        config = parse(content) if content else {}
    except BadJson:
        return {}
    if not isinstance(config, dict):
        return {}
    own = {name: config[name] for name in _SHOWN if name in config}
    setting = config.get("setting")
    own |= {f"setting.{name}": value for name, value in setting.items()} if isinstance(setting, dict) else {}
    plain = {name[:_MOST_CHARACTERS]: value for name, value in own.items() if isinstance(value, str | int | float)}
    cut = {name: value[:_MOST_CHARACTERS] if isinstance(value, str) else value for name, value in plain.items()}
    return dict(list(cut.items())[:_MOST])
