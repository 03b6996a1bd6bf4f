"""The faces: pages for staff, later for the public, the field and machines. No tables, no decisions."""
