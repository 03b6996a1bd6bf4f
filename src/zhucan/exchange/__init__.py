"""What passes between offices: loads of files with their staged rows, and findings."""
