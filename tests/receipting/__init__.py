"""From a payment to its numbered receipt and its letter."""
