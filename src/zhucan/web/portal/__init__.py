"""The portal: what can I get? For everybody, without signing in, in Chinese or English, with or without scripts."""
