# A word that begins with @ is a word, not a file of arguments.
example quickstart
gatewayctl check @gateway.yaml
