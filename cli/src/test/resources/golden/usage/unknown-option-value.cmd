# What stands behind the option may be a secret: it is not repeated.
gatewayctl keys hash --kee=gk_secret
