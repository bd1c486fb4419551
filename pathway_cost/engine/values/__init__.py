"""Numbers for like patients: shares, stays, waits and quantities, evaluated and never averaged. Comes after model."""
