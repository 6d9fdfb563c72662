# Records are decided as `replay` decides them; what they do not tell is never passed in silence.
example quickstart
gatewayctl test-prompt --tests recorded.test.yaml
