"""Letters to the groups: words, drafts, sending through a server, the log; and whose address a form came from."""
