"""What do those who write the course see?"""

from academy.learning.authoring_queries.arranging import *  # noqa: F403
from academy.learning.authoring_queries.media import *  # noqa: F403
from academy.learning.authoring_queries.texts import *  # noqa: F403
