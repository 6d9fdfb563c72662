# Where a policy is looked for stands a folder.
gatewayctl check
