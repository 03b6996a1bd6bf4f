"""What the rules say of whom: adopted policies, snapshots, matching, verdicts, what-if."""
