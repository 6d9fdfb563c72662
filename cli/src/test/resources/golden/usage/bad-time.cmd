gatewayctl report audit --since yesterday
