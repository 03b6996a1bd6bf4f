"""From stored files to a reading: decrypted, read in a child, recognised with what the office taught us, linked."""
