"""What works beside the handling of updates: loops, pace, retries."""
