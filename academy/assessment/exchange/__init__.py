"""How do questions come from other systems and go there? Readers and writers of GIFT and Moodle XML, and what both need."""
