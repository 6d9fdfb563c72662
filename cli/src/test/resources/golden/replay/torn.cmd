# a torn last line is a warning
example quickstart
gatewayctl replay audit
