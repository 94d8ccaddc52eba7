"""Families, and the patients of the desk."""
