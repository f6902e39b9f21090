"""The pages and the interface behind them: chat, conversations, event stream, staff, search."""
