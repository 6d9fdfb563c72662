# After -- a word that begins like an option is an operand.
gatewayctl check -- --help
