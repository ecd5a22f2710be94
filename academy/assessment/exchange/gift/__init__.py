"""GIFT, the plain text format for questions: read and written as Moodle does, but for its bugs.

What it has no place for (lesson, unit, rubric …) goes into one comment, which Moodle doesn't read: `// [academy:{…}]`.
"""

from academy.assessment.exchange.gift.reading import read
from academy.assessment.exchange.gift.writing import category, written

__all__ = ["category", "read", "written"]
