"""Who has a seat, who waits for one, and who was there? A session of an edition and a meeting ask alike, by a Ref."""
