"""What can be done. Each command asks its rule, changes rows and publishes the event; none commits."""

from academy.community.commands.arranging import *  # noqa: F403
from academy.community.commands.moderation import *  # noqa: F403
from academy.community.commands.people import *  # noqa: F403
from academy.community.commands.pictures import *  # noqa: F403
from academy.community.commands.spaces import *  # noqa: F403
from academy.community.commands.topics import *  # noqa: F403
