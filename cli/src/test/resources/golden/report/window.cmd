# --since takes its moment in, --until leaves it out.
gatewayctl report audit --since 2026-11-24 --until 2026-11-24T11:00:00Z
