"""What do authors write under `modules/`, and is it as docs/authoring.md says? Plain text in, plain data and faults out: no database here."""
