"""Text messages: what one is, what it costs, and the providers that carry it. `channels.sms` sends through here."""
