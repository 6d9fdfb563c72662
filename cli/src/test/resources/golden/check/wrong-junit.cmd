# Unknown key, provider and model, a bad pattern, an unknown class, a type error.
gatewayctl check --format junit
