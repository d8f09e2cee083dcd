"""Persons from Faker's data: what a locale's lists and patterns hold, and how a row is drawn from them."""
