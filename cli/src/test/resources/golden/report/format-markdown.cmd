gatewayctl report audit --format markdown
