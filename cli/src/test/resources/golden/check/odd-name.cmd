# The name of a file is a reference in SARIF.
gatewayctl check --format sarif 'my policy%.yaml'
