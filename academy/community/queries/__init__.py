"""What can be seen, and by whom?"""

from academy.community.queries.lists import *  # noqa: F403
from academy.community.queries.moderation import *  # noqa: F403
from academy.community.queries.people import *  # noqa: F403
from academy.community.queries.spaces import *  # noqa: F403
from academy.community.queries.subjects import *  # noqa: F403
from academy.community.queries.telling import *  # noqa: F403
from academy.community.queries.topics import *  # noqa: F403
from academy.community.queries.upkeep import *  # noqa: F403
