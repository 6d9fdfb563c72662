# What can be wrong in a file of tests is shown at its place.
example quickstart
gatewayctl test-prompt --tests wrong.test.yaml
