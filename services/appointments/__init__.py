"""Appointments: booking, moving, cancelling, seeing, reminding, following up."""
