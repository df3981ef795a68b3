"""What a program's files say of a page or component: markup, literal data, components and templates to use."""

from dataclasses import dataclass
from typing import Any

from developers.packages.components import target_of
from developers.packages.paths import folder_of, joined
from developers.packages.reading import PackageFiles
from developers.packages.strict_json import BadJson
from developers.packages.strict_json import parse as parse_json
from developers.rendering import literals, wxml
from developers.rendering.expressions import Scope
from developers.rendering.wxml import Node


@dataclass(frozen=True)
class Source:
    """A page or component as its files say: markup, data, and what its markup may use."""

    root: Node
    data: Scope
    components: dict[str, str]
    templates: dict[str, Node]


class Sources:
    """The sources of one program, each read once."""

    def __init__(self, files: PackageFiles) -> None:
        self._files = files
        self._sources: dict[tuple[str, str], Source] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def source(self, path: str, maker: str) -> Source:
        """A page or component, read once however often it is used."""
        if (path, maker) not in self._sources:
            root = wxml.parse(self._files.text(f"{path}.wxml", most=wxml.MOST_BYTES))
            made = literals.page_object(self._files.text(f"{path}.js", most=literals.MOST_BYTES), maker)
            data = made.get("data")
            self._sources[path, maker] = Source(
                root=root,
                data={**_defaults(made.get("properties")), **(data if isinstance(data, dict) else {})},
                components=self._components(path),
                templates=self._templates(root, folder_of(path)),
            )
        return self._sources[path, maker]

    def _components(self, path: str) -> dict[str, str]:
        """{tag: component path} that this file may use: the app's and its own."""
        found: dict[str, str] = {}
        for file in ("app.json", f"{path}.json"):
            listed = self.json(file).get("usingComponents")
            for tag, value in listed.items() if isinstance(listed, dict) else ():
                target = self._component(value, folder_of(file)) if isinstance(value, str) else None
                if target:
                    found[tag] = target
        return found

    def _component(self, value: str, folder: str) -> str | None:
        return target_of(self._files, value, folder=folder)

    def json(self, path: str) -> dict[str, Any]:
        """A JSON file of the program as a table; {} where it is none."""
        content = self._files.read(path)
        try:
            value = parse_json(content) if content else {}
        except BadJson:
            return {}
        return value if isinstance(value, dict) else {}

    def _templates(self, root: Node, folder: str) -> dict[str, Node]:
        """{name: template} of this file and of those it imports."""
        found: dict[str, Node] = {}
        for node in _elements(root):
            if node.tag == "import" and (path := joined(folder, node.attributes.get("src", ""))):
                imported = self.markup(path)
                found |= {n.attributes["name"]: n for n in _elements(imported) if _is_template(n)}
        return found | {n.attributes["name"]: n for n in _elements(root) if _is_template(n)}

    def markup(self, path: str) -> Node:
        """The WXML of a file that another includes or imports; nothing where it is missing."""
        path = path if path.endswith(".wxml") else f"{path}.wxml"
        return wxml.parse(self._files.text(path, most=wxml.MOST_BYTES))


def _elements(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _is_template(node: Node) -> bool:
    return node.tag == "template" and "name" in node.attributes


def _defaults(properties: Any) -> Scope:
    """What a component's properties are when nobody gives them."""
    if not isinstance(properties, dict):
        return {}
    return {name: spec["value"] for name, spec in properties.items() if isinstance(spec, dict) and "value" in spec}
