# Refused before anything is opened.
example quickstart
gatewayctl serve --listen nonsense
