gatewayctl compile --quiet --emit mermaid
