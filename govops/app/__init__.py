"""The verbs: what the command line and the API call."""
