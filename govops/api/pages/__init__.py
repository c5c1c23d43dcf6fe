"""The pages under ``/governance/``: made on the server, read-only, without scripts, cookies or anybody else's host."""
