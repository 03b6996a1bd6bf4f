"""Other offices' spreadsheets: guarded, recognised, read, and explained row by row in the user's own file."""
