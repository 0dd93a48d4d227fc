//! Partners' own files: contributions, schemes and forecasts, imported through the API.
