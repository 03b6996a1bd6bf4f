"""Where the register meets other apps: it takes in loads."""
