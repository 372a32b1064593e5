"""What has happened is gone over once more: what is missing is done, what is there stays as it is."""
