"""Who takes part in the demo; every person, firm and number is invented."""

from dataclasses import dataclass
from datetime import date, timedelta

from kbstrack.demo.script import TODAY


@dataclass(frozen=True, slots=True)
class DemoProvider:
    """The training provider."""

    name: str
    ukprn: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who signs in; `key` is how the rest of the demo names them."""

    key: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class DemoEmployer:
    """An employer and the line manager who signs in for it."""

    key: str
    name: str
    manager: DemoPerson


@dataclass(frozen=True, slots=True)
class DemoApprentice:
    """An apprentice and their enrolment: `employer` and `assessor` are keys."""

    person: DemoPerson
    uln: str
    employer: str
    assessor: str
    start_on: date
    planned_end_on: date
    stage: str


def _person(key: str, name: str) -> DemoPerson:
    return DemoPerson(key, name, f"{key}@demo.example")


def _weeks_ago(weeks: int) -> date:
    """A Monday, because `TODAY` is one: weeks of the story then begin on Mondays too."""
    return TODAY - timedelta(weeks=weeks)


PROVIDER = DemoProvider("Larkmoor Training (demonstration)", "10099999")
STANDARD = "ST0321"

ADMINISTRATOR = _person("nadia", "Nadia Corbishley")

ASSESSORS = (
    _person("ruth", "Ruth Hallworth"),
    _person("dafydd", "Dafydd Penlow"),
    _person("bethan", "Bethan Rhosydd"),
)
COUNTERSIGNERS = {"bethan": "ruth"}
"""Assessors who are not yet qualified, and who countersigns what they decide."""

ASSURER = _person("imogen", "Imogen Tarrow")

EMPLOYERS = (
    DemoEmployer("tidewhistle", "Tidewhistle Resourcing", _person("tomasz", "Tomasz Willoby")),
    DemoEmployer("quillbrook", "Quillbrook Care Homes", _person("grace", "Grace Adeyinka-Holt")),
    DemoEmployer("ninefold", "Ninefold Food Logistics", _person("hamish", "Hamish Trevanny")),
)

APPRENTICES = (
    DemoApprentice(
        person=_person("amara", "Amara Nwosu-Bell"),
        uln="9000000016",
        employer="tidewhistle",
        assessor="ruth",
        start_on=_weeks_ago(61),
        planned_end_on=TODAY - timedelta(days=17),
        stage="complete and signed off",
    ),
    DemoApprentice(
        person=_person("joe", "Joe Tamblyn"),
        uln="9000000024",
        employer="tidewhistle",
        assessor="dafydd",
        start_on=_weeks_ago(53),
        planned_end_on=TODAY + timedelta(days=46),
        stage="nearly done",
    ),
    DemoApprentice(
        person=_person("safiya", "Safiya Rahmani"),
        uln="9000000032",
        employer="quillbrook",
        assessor="ruth",
        start_on=_weeks_ago(31),
        planned_end_on=TODAY + timedelta(days=179),
        stage="half-way with something to fix",
    ),
    DemoApprentice(
        person=_person("lewis", "Lewis Garrowby"),
        uln="9000000040",
        employer="ninefold",
        assessor="dafydd",
        start_on=_weeks_ago(29),
        planned_end_on=TODAY + timedelta(days=200),
        stage="half-way with something to fix",
    ),
    DemoApprentice(
        person=_person("megan", "Megan Prydderch"),
        uln="9000000059",
        employer="quillbrook",
        assessor="bethan",
        start_on=_weeks_ago(6),
        planned_end_on=TODAY + timedelta(days=354),
        stage="just started",
    ),
    DemoApprentice(
        person=_person("kofi", "Kofi Anstey"),
        uln="9000000067",
        employer="ninefold",
        assessor="dafydd",
        start_on=_weeks_ago(2),
        planned_end_on=TODAY + timedelta(days=382),
        stage="just started, nothing yet",
    ),
)


def apprentice(key: str) -> DemoApprentice:
    """The apprentice with this key; KeyError if there is none."""
    return {each.person.key: each for each in APPRENTICES}[key]
