"""The Bot API 10.0 as data, and the checker that holds recorded traffic against it."""
