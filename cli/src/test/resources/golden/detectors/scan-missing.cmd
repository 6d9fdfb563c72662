gatewayctl detectors scan nowhere.txt
