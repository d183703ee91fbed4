"""Texts, series, images and sounds, and their batches. No network is in here."""
