"""Series of visits that are booked, moved and cancelled together."""
