"""The ways out of the house, one module each; each names its failures `TryLater` or `GiveUp`. Called by `delivery`."""
