# A missing variable is a warning.
gatewayctl check
