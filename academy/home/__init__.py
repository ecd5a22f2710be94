"""The doors of the house: the front page, a person's own page, and what the site says about itself."""
