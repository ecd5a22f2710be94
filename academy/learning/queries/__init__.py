"""What can be seen, and by whom? The course is public; what has been done is each person's own."""

from academy.learning.queries.exchange import *  # noqa: F403
from academy.learning.queries.pages import *  # noqa: F403
from academy.learning.queries.parts import *  # noqa: F403
from academy.learning.queries.progress import *  # noqa: F403
from academy.learning.queries.seen import *  # noqa: F403
from academy.learning.queries.subjects import *  # noqa: F403
from academy.learning.queries.wording import *  # noqa: F403
