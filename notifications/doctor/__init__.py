"""Whether emails and texts can leave the house. The commands of the services ask."""
