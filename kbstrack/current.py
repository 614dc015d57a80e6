"""What the running instance was composed of: its settings, its catalogue, its store of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from kbstrack.config import Settings
    from kbstrack.standards.catalogue import Catalogue
    from kbstrack.storage.derived import DerivedStore
    from kbstrack.storage.local import Store

SETTINGS = "kbstrack_settings"
CATALOGUE = "kbstrack_catalogue"
STORE = "kbstrack_store"
DERIVED = "kbstrack_derived"


def settings() -> Settings:
    """The settings the instance was started with."""
    return cast("Settings", current_app.extensions[SETTINGS])


def catalogue() -> Catalogue:
    """The standards the instance was started with."""
    return cast("Catalogue", current_app.extensions[CATALOGUE])


def store() -> Store:
    """Where the bytes of files lie."""
    return cast("Store", current_app.extensions[STORE])


def derived() -> DerivedStore:
    """What was computed and is kept to save time, such as drawn pages."""
    return cast("DerivedStore", current_app.extensions[DERIVED])
