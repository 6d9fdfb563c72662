gatewayctl report audit
