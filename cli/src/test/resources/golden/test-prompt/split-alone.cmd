# What asserts nothing must not pass; surfaces that nobody can ask and texts that are no answers.
gatewayctl test-prompt --tests gateway.test.yaml
