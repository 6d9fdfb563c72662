# A torn last line is a crash's: a warning.
gatewayctl report audit
