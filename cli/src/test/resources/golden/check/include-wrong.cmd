# Columns are code points and the end is exclusive.
gatewayctl check --format json main.yaml
