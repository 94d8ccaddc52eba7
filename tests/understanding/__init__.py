"""Tests of understanding people's own words."""
