gatewayctl report
