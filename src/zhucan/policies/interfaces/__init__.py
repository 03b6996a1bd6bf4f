"""How ``policies`` meets people's files."""
