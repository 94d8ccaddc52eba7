"""Reading what people type: dates, hours, zones, languages, choices. Pure."""
