"""Moodle XML: read and written question by question, so that the size of a file doesn't matter.

What Moodle has no place for (lesson, rubric, our keys …) stands in an element `<academy>` that Moodle doesn't read. It is believed only
as long as the question around it still says the same, so that what somebody edits elsewhere counts.
"""

from academy.assessment.exchange.moodle_xml.reading import read
from academy.assessment.exchange.moodle_xml.writing import END, START, category, written

__all__ = ["END", "START", "category", "read", "written"]
