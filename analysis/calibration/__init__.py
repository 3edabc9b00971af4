"""Fits of the engine's parameters to real data: data in, figures with standard errors out."""
