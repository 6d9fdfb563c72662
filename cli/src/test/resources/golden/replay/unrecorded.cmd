# content is not in records: what reads it cannot be decided
gatewayctl replay audit --expect none
