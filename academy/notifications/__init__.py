"""Who is told what: a line in the inbox now, a message by mail for those who want it."""
