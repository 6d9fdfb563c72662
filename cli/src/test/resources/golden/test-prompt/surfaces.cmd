# Each surface is asked, answered and refused in its own words, translated where a target needs it.
gatewayctl test-prompt --tests gateway.test.yaml
