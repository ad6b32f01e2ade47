"""Refuses to build a package whose till or office would answer "not found": assets come first."""

from pathlib import Path

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FACES = ("till", "office")


class BuiltFaces(BuildHookInterface[BuilderConfig]):
    """A wheel or sdist carries the built faces; an editable install may come before them."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Refuse a distribution without one of the built faces."""
        for face in FACES:
            entrance = Path(self.root, "src", "regulars", "web", face, "index.html")
            if version != "editable" and not entrance.is_file():
                raise SystemExit(f"{entrance} is missing: run `make web` first")
