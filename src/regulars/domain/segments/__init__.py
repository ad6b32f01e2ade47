"""Segments 人群: who is in, why, and when that may change."""
