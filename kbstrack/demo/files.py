"""One place that makes any file of the demo from its name in the story."""

from functools import lru_cache

from kbstrack.demo.documents import DOCUMENTS
from kbstrack.demo.office import OFFICE_FILES
from kbstrack.demo.pictures import PICTURES
from kbstrack.demo.script import DemoFile

GENERATORS = {**PICTURES, **DOCUMENTS, **OFFICE_FILES}


def make_file(file: DemoFile) -> bytes:
    """The bytes of a demo file, the same every time; KeyError for an unknown generator."""
    return _made(file.generator, file.variant)


@lru_cache(maxsize=64)
def _made(generator: str, variant: int) -> bytes:
    return GENERATORS[generator](variant)
