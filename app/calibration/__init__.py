"""From what data tell (analysis.crm) to a scenario (simulation): the only place where the two meet."""
