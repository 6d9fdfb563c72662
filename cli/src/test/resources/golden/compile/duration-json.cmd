# Durations keep their unit, in a limit as in a model.
gatewayctl compile --emit json
