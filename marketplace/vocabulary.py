"""Which words does the marketplace sort things by, and what are they called?

Keys are stored and stand in addresses, so they never change; labels are said in the reader's language.
"""

from academy.kernel.i18n import Sentence, say
from marketplace.models import Kind, Outcome, State

Labels = dict[str, Sentence]

KINDS: Labels = {Kind.NEED: say("Need"), Kind.OFFER: say("Offer")}

# The 17 goals of the 2030 Agenda, by their short titles.
GOALS: Labels = {
    "sdg-1": say("No poverty"),
    "sdg-2": say("Zero hunger"),
    "sdg-3": say("Good health and well-being"),
    "sdg-4": say("Quality education"),
    "sdg-5": say("Gender equality"),
    "sdg-6": say("Clean water and sanitation"),
    "sdg-7": say("Affordable and clean energy"),
    "sdg-8": say("Decent work and economic growth"),
    "sdg-9": say("Industry, innovation and infrastructure"),
    "sdg-10": say("Reduced inequalities"),
    "sdg-11": say("Sustainable cities and communities"),
    "sdg-12": say("Responsible consumption and production"),
    "sdg-13": say("Climate action"),
    "sdg-14": say("Life below water"),
    "sdg-15": say("Life on land"),
    "sdg-16": say("Peace, justice and strong institutions"),
    "sdg-17": say("Partnerships for the goals"),
}

# The twelve sections of ICNP/TSO, the classification of third-sector organisations in the UN handbook.
FIELDS: Labels = {
    "tso-a": say("Culture, communication and recreation"),
    "tso-b": say("Education services"),
    "tso-c": say("Human health services"),
    "tso-d": say("Social services"),
    "tso-e": say("Environment and animal welfare"),
    "tso-f": say("Community development and housing"),
    "tso-g": say("Civic life, advocacy and international work"),
    "tso-h": say("Philanthropy and volunteering"),
    "tso-i": say("Religious communities"),
    "tso-j": say("Business, professions and labour"),
    "tso-k": say("Professional and scientific services"),
    "tso-l": say("Another field"),
}

THEMES: Labels = {**FIELDS, **GOALS}

# Whom a listing is meant for, never who the author is. After the common indicators of ESF+.
TARGETS: Labels = {
    "everybody": say("Everybody in the neighbourhood"),
    "children": say("Children under 18"),
    "young-people": say("Young people, 18 to 29"),
    "families": say("Families"),
    "older-people": say("Older people"),
    "women": say("Women"),
    "unemployed": say("People without work"),
    "disabilities": say("People with disabilities"),
    "migrants": say("Migrants and refugees"),
    "minorities": say("Minorities, such as Roma"),
    "homeless": say("People without a safe home"),
    "poverty": say("People at risk of poverty"),
    "carers": say("People who care for others"),
    "rural": say("People in rural areas"),
    "staff": say("Staff and volunteers of organisations"),
}

RESOURCES: Labels = {
    "funding": say("Funding"),
    "volunteers": say("Volunteer time"),
    "skills": say("Professional skills"),
    "mentoring": say("Mentoring"),
    "space": say("Space"),
    "equipment": say("Equipment and goods"),
    "data": say("Data and knowledge"),
    "technology": say("Technology"),
    "training": say("Training"),
    "network": say("Network and visibility"),
    "pilot-site": say("A place to try it out"),
    "partner": say("A partner"),
}

STAGES: Labels = {
    "prompt": say("Prompt: something made us look"),
    "proposal": say("Proposal: there is an idea"),
    "prototype": say("Prototype: it has been tried"),
    "sustaining": say("Sustaining: it runs and must last"),
    "scaling": say("Scaling: it spreads to other places"),
    "systemic-change": say("Systemic change: rules and habits change"),
}

CONDITIONS: Labels = {
    "free": say("Free of charge"),
    "reimbursed": say("Costs reimbursed"),
    "paid": say("Paid"),
}

# The ten divisions of COFOG, by which public bodies say what they spend for.
PUBLIC_FUNCTIONS: Labels = {
    "cofog-1": say("General public services"),
    "cofog-2": say("Defence"),
    "cofog-3": say("Public order and safety"),
    "cofog-4": say("Economic affairs"),
    "cofog-5": say("Environmental protection"),
    "cofog-6": say("Housing and community amenities"),
    "cofog-7": say("Health"),
    "cofog-8": say("Recreation, culture and religion"),
    "cofog-9": say("Education"),
    "cofog-10": say("Social protection"),
}

# How a need or an offer came up.
SOURCES: Labels = {
    "table": say("Around a table: at a meeting"),
    "course": say("In an activity of the course"),
    "offline": say("Collected face to face, on paper or by telephone"),
}

STATES: Labels = {
    State.DRAFT: say("Draft"),
    State.REVIEW: say("In review"),
    State.PUBLISHED: say("Published"),
    State.PAUSED: say("Paused"),
    State.IN_TALKS: say("In talks"),
    State.CLOSED: say("Ended"),
}

OUTCOMES: Labels = {
    Outcome.MET_HERE: say("We found each other here"),
    Outcome.MET_ELSEWHERE: say("It was solved elsewhere"),
    Outcome.WITHDRAWN: say("Withdrawn"),
    Outcome.EXPIRED: say("Expired"),
}

OUTCOMES_TO_CHOOSE = (Outcome.MET_HERE, Outcome.MET_ELSEWHERE, Outcome.WITHDRAWN)

NOT_FOR_US: Labels = {
    "too-far": say("Too far away"),
    "wrong-topic": say("It is about something else"),
    "wrong-resource": say("It is not what we ask for or give"),
    "solved": say("Already solved"),
    "other": say("Another reason"),
}

# What can happen to a listing, as its history tells it.
STEPS: Labels = {
    "drafted": say("Written"),
    "changed": say("Changed"),
    "submitted": say("Sent to a moderator"),
    "sent-back": say("Sent back by a moderator"),
    "published": say("Made public"),
    "paused": say("Paused"),
    "rested": say("Taken out of sight: nobody had said that it still holds"),
    "in-talks": say("In talks"),
    "expires-soon": say("Its people were reminded that it ends soon"),
    "renewed": say("Confirmed for six more months"),
    "met-here": say("Closed: we found each other here"),
    "met-elsewhere": say("Closed: it was solved elsewhere"),
    "withdrawn": say("Closed: withdrawn"),
    "expired": say("Closed: its time was over"),
}

# What a listing says, as its history names what was changed.
SAID: Labels = {
    "title": say("the title"),
    "summary": say("the summary"),
    "body": say("the description"),
    "evidence": say("how one knows"),
    "tried": say("what was tried"),
    "better": say("what would be better"),
    "language": say("the language"),
    "goals": say("the goals"),
    "fields": say("the fields"),
    "targets": say("for whom it is"),
    "resources": say("what is needed or given"),
    "stage": say("how far it is"),
    "country": say("the country"),
    "nuts2": say("the region"),
    "municipality": say("the municipality"),
    "remote": say("whether it can be done at a distance"),
    "transferable": say("whether it can be brought elsewhere"),
    "contact_languages": say("the languages to write in"),
    "quantity": say("how much"),
    "capacity": say("for how many"),
    "conditions": say("the conditions"),
    "starts_on": say("the beginning"),
    "ends_on": say("the end"),
    "standing": say("whether it has an end"),
    "on_behalf_of": say("on whose behalf it is written"),
    "public_function": say("the public function"),
    "source": say("how it came up"),
    "members_only": say("who may see it"),
}

# The parts of a match as the public page explains them: key of matching.WEIGHTS, name, what is looked at.
PARTS = (
    ("meaning", say("Meaning"), say("how close the texts are, in whatever languages they are written")),
    ("words", say("Words"), say("how much of what one side writes about the other writes about too")),
    (
        "resources",
        say("What is asked and given"),
        say("the twelve kinds of resources, some of which can stand in for others"),
    ),
    ("themes", say("Field and goals"), say("the same ones count whole, close ones count half")),
    (
        "territory",
        say("Place"),
        say("the same municipality, then region, country, neighbouring country; or at a distance"),
    ),
    ("targets", say("For whom"), say("whether the same people would be better off")),
    ("time", say("Time"), say("how much of the weeks named is free on the other side")),
    ("conditions", say("Conditions"), say("whether what it costs can be given")),
    ("freshness", say("Newness"), say("how recently it was published; fades within two months")),
)
