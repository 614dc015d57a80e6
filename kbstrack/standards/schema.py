"""Which fields a standard's file has and what to write in each; messages and docs quote it."""

STANDARD = {
    "reference": "the standard's reference, ST, FA or AU and four digits, such as ST0321",
    "version": "the version as published, two numbers with a dot, such as 1.0",
    "version_note": "a sentence about where the version number comes from",
    "title": "the occupation's title as published",
    "occupation_code": "OCC, four digits and sometimes a letter, such as OCC0321",
    "level": "a whole number from 1 to 8",
    "route": "the occupational route as published",
    "lars_code": "the LARS code, a whole number",
    "status": "the status of the occupation as published",
    "apprenticeship_status": "the status of the apprenticeship as published",
    "summary": "the summary as published",
    "soc_code": "the SOC 2020 code, four digits",
    "soc_title": "the title of that SOC group",
    "soc_groups": "a list of sub unit groups, each with code and title",
    "employers": "a list of the employers involved in creating the standard",
    "keywords": "a list of the published keywords",
    "salary": "amount, measure and source",
    "source": "where the wording was taken from",
    "source_url": "the address of that page, beginning with https://",
    "licence": "the licence line that must be shown with the wording",
    "terms": "the words this standard uses for assessment",
    "sign_off_roles": "assessor or employer for each of knowledge, skill and behaviour",
    "pieces_needed": "how many accepted pieces a KSB needs, a whole number from 1 to 50",
    "portfolio_rules": "what this standard asks of a portfolio, with the reason",
    "ksbs": "the list of knowledge, skill and behaviour statements",
    "duties": "a list of duties, each with code, statement and ksbs",
}
KSB = {
    "code": "the kind's letter and a number, such as K1",
    "kind": "knowledge, skill or behaviour",
    "title": "the name the published text puts before the statement",
    "statement": "the statement, word for word as published",
    "points": "the points of a list inside the statement",
    "pieces_needed": "how many accepted pieces this KSB needs, a whole number from 1 to 50",
    "guidance": "prompts and witnesses, in our own words",
}
GUIDANCE = {
    "prompts": "a list of questions or ideas: what could show this at work",
    "witnesses": "a list of people at work who could have seen it",
}
DUTY = {
    "code": "D and a number, such as D1",
    "statement": "the duty, word for word as published",
    "ksbs": "a list of KSB codes of this standard",
    "is_core": "yes or no",
}
TERMS = {
    "end_point_assessment": "what this standard calls the assessment at the end",
    "assessment_organisation": "what it calls the organisation that assesses at the end",
    "gateway": "what it calls the point of readiness before that assessment",
}
SIGN_OFF_ROLES = {
    "knowledge": "assessor or employer",
    "skill": "assessor or employer",
    "behaviour": "assessor or employer",
}
PORTFOLIO_RULES = {
    "reason": "a sentence that says where these rules come from",
    "is_assessment_method": "yes or no",
    "min_pieces": "a whole number from 1 to 500",
    "max_pieces": "a whole number from 1 to 500",
    "reflective_accounts_allowed": "yes or no",
    "max_media_minutes": "a whole number from 1 to 600",
    "employer_statement_needed": "yes or no",
}
SOC_GROUP = {
    "code": "a sub unit group, such as 4136/01",
    "title": "the title of the group",
}
SALARY = {
    "amount": "the published figure, such as £22,843 per year",
    "measure": "what the figure is, such as Average (median)",
    "source": "where the figure was published",
}
SECTIONS = {
    "the standard": STANDARD,
    "ksbs": KSB,
    "guidance": GUIDANCE,
    "duties": DUTY,
    "terms": TERMS,
    "sign_off_roles": SIGN_OFF_ROLES,
    "portfolio_rules": PORTFOLIO_RULES,
    "soc_groups": SOC_GROUP,
    "salary": SALARY,
}
