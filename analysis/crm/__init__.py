"""From the exports of a CRM to estimates: files are read, understood, cleaned, and what they tell is worked out."""
