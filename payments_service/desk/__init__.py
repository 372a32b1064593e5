"""The staff's own pages over all stages: how today stands, one payment's whole story, a search. It has no rows."""
