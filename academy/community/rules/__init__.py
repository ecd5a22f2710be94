"""What is allowed, what follows? Pure: no database, no request, no clock."""

from academy.community.rules.moderation import *  # noqa: F403
from academy.community.rules.spaces import *  # noqa: F403
from academy.community.rules.topics import *  # noqa: F403
