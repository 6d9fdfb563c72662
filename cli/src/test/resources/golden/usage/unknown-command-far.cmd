# Nothing is near: no suggestion.
gatewayctl frobnicate
