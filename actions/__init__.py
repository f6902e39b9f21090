"""The custom actions: one module a topic, thin over `bot.dialogue`. The action server finds them in this package."""
