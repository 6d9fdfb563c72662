# An empty variable is a missing one.
env OPENAI_API_KEY=
gatewayctl check --strict --quiet
