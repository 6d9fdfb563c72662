gatewayctl explain iban
