"""Settings, addresses and the server entry: where the application is put together."""
