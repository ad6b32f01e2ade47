"""Refuses to build a package whose till would answer "not found": assets come first."""

from pathlib import Path

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TillAssets(BuildHookInterface[BuilderConfig]):
    """A wheel or sdist carries the built till; an editable install may come before it."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Refuse a distribution without the built till."""
        entrance = Path(self.root, "src", "regulars", "web", "till", "index.html")
        if version != "editable" and not entrance.is_file():
            raise SystemExit("src/regulars/web/till/index.html is missing: run `make web` first")
