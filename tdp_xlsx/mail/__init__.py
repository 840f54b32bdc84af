"""Mail to the groups: drafts and messages, their words, sending through a server, the log of what was sent."""
