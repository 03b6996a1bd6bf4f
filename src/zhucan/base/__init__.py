"""What every other app stands on: divisions, organs, users and posts, rights, audit, keys, jobs, uploads."""
