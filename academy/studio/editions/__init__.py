"""The desk of those who run editions and teach in them: who learns where, who needs a call, who was in the room."""
