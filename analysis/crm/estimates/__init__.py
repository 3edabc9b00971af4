"""What a CRM's history tells: one file a question, each from tables to estimates."""
