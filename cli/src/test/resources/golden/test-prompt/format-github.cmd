gatewayctl test-prompt --tests some.test.yaml --format github
