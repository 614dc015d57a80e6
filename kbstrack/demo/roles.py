"""The vacancies the demo's adverts, plans and schedules are about; all places are invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One role being filled."""

    title: str
    place: str
    pay: str
    hourly: float
    hours: str
    lead: str
    duties: tuple[str, ...]
    needs: tuple[str, ...]


VACANCIES = (
    Vacancy(
        "Customer service adviser",
        "Marlby, hybrid after training",
        "£24,800 a year",
        12.72,
        "37.5 hours, Monday to Friday",
        "You like solving problems for people and you stay calm when the phones are busy.",
        (
            "Answer calls, e-mails and web chats about orders and deliveries",
            "Put mistakes right and tell the customer what happens next",
            "Keep clear notes so that a colleague can carry on where you stopped",
        ),
        (
            "Experience of helping customers: shop, bar or call centre all count",
            "Accurate typing while listening",
            "Available for two weeks of paid training from the start date",
        ),
    ),
    Vacancy(
        "Warehouse operative, nights",
        "Easthaven Park, on the 14 bus route",
        "£13.60 an hour, £15.10 after midnight",
        13.6,
        "Four nights of ten hours",
        "Steady nights, a friendly crew and a lift-share list: this is picking made plain.",
        (
            "Pick and pack chilled orders with a headset",
            "Check dates and temperatures before a cage is sealed",
            "Keep your aisle safe and tell the shift lead when it is not",
        ),
        (
            "Comfortable in a chilled area (2 to 5 °C); clothing is provided",
            "Able to lift up to 15 kg with training",
            "Right to work in the UK",
        ),
    ),
    Vacancy(
        "Care assistant",
        "Northmere House",
        "£12.95 an hour",
        12.95,
        "30 hours, days and alternate weekends",
        "Small teams, a proper handover and paid time to learn: care work as it should be.",
        (
            "Support residents with meals, washing and dressing the way they prefer",
            "Write up care notes before the end of the shift",
            "Notice changes and report them to the senior on duty",
        ),
        (
            "Kindness and patience; experience helps but is not needed",
            "Willing to complete the care certificate within twelve weeks",
            "An enhanced DBS check, which we pay for",
        ),
    ),
    Vacancy(
        "Heat pump installer (trainee)",
        "Marlby and surrounding area",
        "£27,000 a year while training",
        12.98,
        "40 hours, some early starts",
        "Moving on from gas or oil heating? Your skills carry over, and we pay for the rest.",
        (
            "Help fit, fill and test air source heat pumps in homes",
            "Explain the controls to the householder",
            "Complete job sheets on the tablet the same day",
        ),
        (
            "A plumbing, heating or offshore maintenance background",
            "A full driving licence",
            "Willing to take the low-temperature heating course in the first quarter",
        ),
    ),
    Vacancy(
        "Accounts assistant",
        "Marlby town centre",
        "£26,000 to £27,500 a year",
        13.72,
        "Full time, or 30 hours over four days",
        "A tidy ledger and a small team that finishes on time, even at month end.",
        (
            "Match purchase orders, delivery notes and invoices",
            "Reconcile two bank accounts every week",
            "Answer suppliers' questions within one working day",
        ),
        (
            "One year of purchase ledger work",
            "Confident with spreadsheets: look-ups and pivot tables",
            "Working towards a bookkeeping qualification, or holding one",
        ),
    ),
    Vacancy(
        "Refrigeration fitter",
        "Marlby and Northmere",
        "£17.20 an hour",
        17.2,
        "40 hours, one weekend in four on call",
        "Cold stores that stay cold: varied sites, a good van and a small team.",
        (
            "Service and repair chillers and cold rooms",
            "Find faults safely and explain them to the site",
            "Log refrigerant use the same day",
        ),
        (
            "A current refrigerant handling certificate, or willing to take it",
            "Two years in refrigeration, heating or gas work",
            "A full driving licence",
        ),
    ),
)


def vacancy(variant: int) -> Vacancy:
    """The vacancy of this variant; numbers beyond the last begin again."""
    return VACANCIES[variant % len(VACANCIES)]
