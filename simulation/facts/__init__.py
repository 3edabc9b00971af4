"""What a credible world must show: the observations behind the facts S1-S10. Floor 6: worlds, and the runs of them."""
