"""The simulated worlds: what a scenario may say, the model and many runs of it."""
