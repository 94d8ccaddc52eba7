"""What runs beside the handling of updates: loops, rate limits, retries."""
