"""Running the notebooks: one, or all of them with a record of what made what."""
