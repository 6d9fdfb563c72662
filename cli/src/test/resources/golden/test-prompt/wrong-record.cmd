# What can be wrong about the record of a test is shown at its place.
example quickstart
gatewayctl test-prompt --tests wrong.test.yaml
