"""Patients as people: who they are, and who looks after whom."""
