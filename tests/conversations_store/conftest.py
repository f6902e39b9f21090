"""The databases that every test here runs on."""

from tests.tickets.databases import database, postgres_server, url

__all__ = ["database", "postgres_server", "url"]
