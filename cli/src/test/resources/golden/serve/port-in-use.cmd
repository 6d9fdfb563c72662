# Another program has the port.
example quickstart
port
gatewayctl serve --listen 127.0.0.1:$PORT --quiet
