example quickstart
gatewayctl serve --admin 127.0.0.1:99999
