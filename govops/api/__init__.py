"""A governed repository over HTTP: pages for people, routes for programs."""
