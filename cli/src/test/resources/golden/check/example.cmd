# An example without a fault says nothing bad.
example quickstart
gatewayctl check
