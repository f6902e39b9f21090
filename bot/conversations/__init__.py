"""Conversations: all that was said (`transcript`) and who holds each one (`mode`)."""
