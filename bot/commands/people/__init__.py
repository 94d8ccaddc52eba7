"""Families, the desk's patients, and handing a patient over."""
