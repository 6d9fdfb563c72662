# any other bad line ends it
example quickstart
gatewayctl replay audit
