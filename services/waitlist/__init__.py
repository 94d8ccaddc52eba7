"""The waiting list: joining it, and offering its people the times that open."""
