"""What are the kinds of organisations called?"""

from academy.kernel.i18n import Sentence, say
from academy.organisations.models import MembershipRole, OrganisationKind

KINDS: dict[OrganisationKind, Sentence] = {
    OrganisationKind.PUBLIC_AUTHORITY: say("Public authority"),
    OrganisationKind.EDUCATION: say("Education and training"),
    OrganisationKind.ENTERPRISE: say("Enterprise"),
    OrganisationKind.CULTURE: say("Cultural institution"),
    OrganisationKind.THIRD_SECTOR: say("Third sector, NGO"),
    OrganisationKind.RESEARCH: say("Research"),
    OrganisationKind.FUNDER: say("Funder"),
    OrganisationKind.NETWORK: say("Network or consortium"),
    OrganisationKind.INFORMAL_GROUP: say("Informal group"),
}

ROLES: dict[MembershipRole, Sentence] = {
    MembershipRole.OWNER: say("looks after this page"),
    MembershipRole.MEMBER: say("member"),
}
