"""What Rasa loads, one component a file; only config.yml and endpoints.yml name them."""
