"""The published wording of ST0321, typed out a second time to compare the file with."""

PUBLISHED = {
    "K1": "The candidate attraction and selection processes",
    "K2": (
        "The legal, regulatory and ethical requirements and appropriate codes of "
        "practice when resourcing"
    ),
    "K3": (
        "Agreed job related Key Performance Indicators (assessment completed, "
        "interviews etc) and how they will be assessed and measured during the "
        "apprenticeship"
    ),
    "K4": "Recruitment sales techniques and processes and how to support them",
    "K5": (
        "Market rates and conditions within their sector. This may include identifying "
        "labour market shortages and the demand for those with transferrable skills "
        "with the capacity to move from the legacy carbon economy into a green economy "
        "job."
    ),
    "K6": "How to initiate, build and maintain relationships with candidates",
    "K7": (
        "The principles and importance of using research, for resourcing, including: - "
        "quantitative and qualitative research methods - research validity and "
        "reliability - sources of research information"
    ),
    "K8": "The recruitment industry and the principles of the recruitment models",
    "K9": "Employee rights and responsibilities including equality, diversity and inclusion",
    "S1": (
        "Research, identify and attract candidates using all appropriate methods to "
        "satisfy job requirements. This may include identifying labour market shortages "
        "and the demand for those with transferrable skills with the capacity to move "
        "from the legacy carbon economy into a green economy job."
    ),
    "S2": "Write, place and update adverts in line with company procedures",
    "S3": (
        "Monitor responses/applications received and make sure that candidate’s "
        "applications are processed efficiently"
    ),
    "S4": "Qualify, shortlist and present suitable candidates against defined job vacancies",
    "S5": (
        "Assist in the recruitment and selection processes by effectively liaising with "
        "the candidates and internal teams"
    ),
    "S6": "Initiate, manage and develop candidate relationships",
    "S7": "Identify and progress leads as required",
    "S8": "Contribute to the development of a recruitment resourcing plan",
    "S9": (
        "Proactively and consistently strive to identify new candidate and client opportunities"
    ),
    "S10": "Provide first line support for all enquiries",
    "S11": (
        "Provide pre-employment and compliance checks in line with company policy and "
        "relevant legislation"
    ),
    "S12": (
        "Provide support to ensure that the candidates and clients receive a "
        "professional and comprehensive recruitment service at all times"
    ),
    "S13": "Seek and provide feedback in a professional manner at all times to candidates",
    "S14": "Accurately record candidate and client information on the recruitment database",
    "S15": "Utilise database information in line with relevant legislation and best practice",
    "S16": "Escalate non-compliance where appropriate",
    "S17": (
        "Meet agreed Key Performance Indicators (e.g. interviews arranged, candidates sourced etc)"
    ),
    "B1": "Self Motivation: Someone who takes independent action to fulfil work tasks",
    "B2": (
        "Tenacity and Rescilience: Someone who continues to make effective candidate "
        "resourcing contacts despite initial setbacks."
    ),
    "B3": (
        "Ambition, Drive and determination: An individual who is clear on their "
        "personal objectives and plans accordingly"
    ),
    "B4": (
        "Ability to prioritise and escalate where necessary: Someone who can plan "
        "workloads and undertake tasks systematically. If no clear priority is found "
        "then they will seek help."
    ),
    "B5": "Innovative: Someone who seeks new ways to achieve tasks",
    "B6": "Attention to detail: Accurate data entry of candidate details",
    "B7": (
        "Ethical customer focused approach: An individual who operates under the spirit "
        "of codes of practice, ethics and the law"
    ),
    "B8": (
        "Are very organised: An organised individual would be able to organise their "
        "time in an efficient manner"
    ),
    "B9": (
        "Good questioning and listening: Someone who can pay attention, interact and "
        "support a conversation, probing for further information when required"
    ),
}
