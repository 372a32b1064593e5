"""The front desk's pages: whose visit, its whole story, what can be done about it. It stands on `booking`."""
