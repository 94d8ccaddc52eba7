"""How the services of each domain are built; services/clinic.py puts them together."""
